"""Tiles: every pixel once, nothing seen of the cuts, and a picture that fits one tile is painted at once."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from deepart import tiles


@pytest.mark.parametrize(
    ("height", "width"), [(8, 8), (100, 37), (128, 128), (129, 131), (300, 64), (1, 500)]
)
def test_every_pixel_is_kept_once(height, width):
    count = np.zeros((height, width), int)
    for tile in tiles.cut(height, width, halo=16, stride=4, side=64):
        top, bottom, left, right = tile.kept
        count[top:bottom, left:right] += 1
        assert tile.seen[0] <= top < bottom <= tile.seen[1]
        assert tile.seen[0] % 4 == tile.seen[2] % 4 == 0
        for (start, end, first, last), length in zip(
            ((*tile.seen[:2], *tile.kept[:2]), (*tile.seen[2:], *tile.kept[2:])), (height, width), strict=True
        ):
            assert first - start >= 16 or start == 0
            assert end - last >= 16 or end == length
            assert -(-(end - start) // 4) * 4 == min(96, -(-length // 4) * 4), "all of one shape"
    assert (count == 1).all()


@pytest.mark.parametrize(("scale", "stride"), [(1, 4), (2, 1), (4, 2)])
def test_tiles_are_the_whole_when_the_halo_is_wide_enough(scale, stride):
    kernel = torch.randn(3, 3, 9, 9, generator=torch.Generator().manual_seed(1)) / 16

    def work(x, tile=None):
        y = F.conv2d(x, kernel, padding=4)
        return F.interpolate(y, scale_factor=scale, mode="nearest")

    pixels = np.random.default_rng(0).integers(0, 256, (150, 203, 3), np.uint8)
    *_, (done, total, made) = tiles.paint(pixels, work, halo=8, stride=stride, scale=scale, side=64)
    *_, (_, once, whole) = tiles.paint(pixels, work, halo=8, stride=stride, scale=scale, side=256)
    assert done == total > once == 1
    assert np.abs(made.astype(int) - whole).max() <= 1
    *_, (_, _, torn) = tiles.paint(pixels, work, halo=0, stride=stride, scale=scale, side=64)
    assert np.abs(torn.astype(int) - whole).max() > 20  # the comparison does see seams


def test_a_picture_goes_through_unchanged():
    pixels = np.random.default_rng(0).integers(0, 256, (70, 90, 3), np.uint8)
    *_, (_, _, made) = tiles.paint(pixels, lambda x, tile: x, halo=4, stride=4, side=32)
    assert (made == pixels).all()


def test_halos_must_fit_the_stride():
    with pytest.raises(ValueError, match="multiples of the stride 4"):
        tiles.cut(100, 100, halo=6, stride=4)
