"""Keep detail: no change gives the same pixels, a change moves light and colour and leaves edges where they are."""

import numpy as np
import pytest
import torch
from PIL import Image

from deepart import detail, images


def noisy(width=300, height=200):
    rng = np.random.default_rng(0)
    field = np.linspace(60, 180, width)[None, :, None] + np.array([30, 0, -30])
    return Image.fromarray((field + rng.normal(0, 12, (height, width, 3))).clip(0, 255).astype(np.uint8))


def small(picture, size=64):
    return images.to_tensor(picture, size)


def test_no_change_gives_the_same_pixels_whatever_the_model_made_of_it():
    picture, made = noisy(), torch.rand(3, 64, 64) * 2 - 1
    change = detail.Carrier(small(picture)).fit(made, made)
    assert np.array_equal(np.asarray(detail.carry(picture, change)), np.asarray(picture))


@pytest.mark.parametrize("step", [-0.3, 0.3])
def test_a_step_of_light_moves_the_light_and_keeps_the_grain(step):
    picture = noisy()
    x = small(picture)
    out = detail.carry(picture, detail.Carrier(x).fit(x, x + step))
    before, after = np.asarray(picture, float), np.asarray(out, float)
    assert (after.mean() - before.mean()) / 127.5 == pytest.approx(step, abs=0.06)
    grain = [np.diff(p, axis=0).std() for p in (before, after)]
    assert grain[1] == pytest.approx(grain[0], rel=0.25)


def test_an_edge_stays_sharp_and_gets_no_halo():
    edge = np.zeros((256, 256, 3), np.uint8) + 40
    edge[:, 128:] = 200
    picture = Image.fromarray(edge)
    x = small(picture)
    after = x.clone()
    after[:, :, 32:] -= 0.5  # the model darkens the light half, softly
    after = torch.nn.functional.avg_pool2d(after[None], 9, 1, 4, count_include_pad=False)[0]
    line = np.asarray(detail.carry(picture, detail.Carrier(x).fit(x, after)), float)[128, :, 0]
    assert line[126] - line[64] == pytest.approx(0, abs=12) and line[129] - line[192] == pytest.approx(
        0, abs=12
    )
    assert line[192] < 170 and line[129] - line[126] > 60


def test_strips_of_a_large_picture_meet_without_a_seam():
    picture = noisy(1500, 900)  # more pixels than one strip
    assert picture.width * picture.height > 2 * detail.STRIP
    x = small(picture)
    change = detail.Carrier(x).fit(x, x * 0.5)
    whole = np.asarray(detail.carry(picture, change))
    rows = detail.STRIP // picture.width
    for at in range(rows - 20, 900 - 40, rows):
        part = detail._strip(
            detail.tone(images.to_tensor(picture, (900, 1500))[:, at : at + 40]),
            detail._enlarged(change, 900, 1500, at, 40),
        )
        assert np.abs(part.astype(int) - whole[at : at + 40].astype(int)).max() <= 1


def test_white_and_black_are_not_clipped_into_flat_areas():
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, 2).repeat(64, 0)
    picture = Image.fromarray(ramp)
    x = small(picture)
    for step in (-0.4, 0.4):
        out = np.asarray(detail.carry(picture, detail.Carrier(x).fit(x, (x + step).clamp(-1, 1))), int)[
            32, :, 0
        ]
        assert (np.diff(out) >= 0).mean() > 0.97 and len(np.unique(out)) > 120
