"""Distances of copies on pictures whose answer can be told by hand."""

import math

import pytest
import torch
import torch.nn.functional as F

from deepart.evaluation import likeness


def noise(n: int = 2, size: int = 64) -> torch.Tensor:
    return (0.4 * torch.randn(n, 3, size, size, generator=torch.Generator().manual_seed(0))).clamp(-1, 1)


def waves(cycles: int, size: int = 64) -> torch.Tensor:
    line = 0.5 * torch.sin(2 * math.pi * cycles * torch.arange(size) / size)
    return line.expand(1, 3, size, size).contiguous()


@pytest.mark.parametrize("cycles, octave", [(3, 1), (6, 2), (12, 3), (22, 4)])
def test_a_wave_lies_in_its_octave(cycles, octave):
    assert int(likeness.spectrum(waves(cycles)).argmax()) == octave


def test_half_the_amplitude_is_six_decibels_less():
    x = noise()
    assert torch.allclose(likeness.spectrum_error(x, 0.5 * x), torch.tensor(-6.02), atol=0.05)


def test_blur_and_noise_are_both_errors_of_the_spectrum():
    x = noise()
    soft = F.interpolate(F.avg_pool2d(x, 2), scale_factor=2.0, mode="bilinear")
    rough = x + 0.4 * torch.randn(x.shape, generator=torch.Generator().manual_seed(1))
    assert likeness.spectrum_error(x, soft)[:, -1].max() < -6
    assert likeness.spectrum_error(x, rough)[:, -1].min() > 2


def test_equal_pictures_are_alike():
    x = noise()
    assert torch.allclose(likeness.ssim(x, x), torch.ones(2), atol=1e-5)
    assert likeness.psnr(x, x).min() > 90


def test_psnr_of_a_known_error():
    x = torch.zeros(1, 3, 16, 16)
    assert float(likeness.psnr(x, x + 0.2)) == pytest.approx(
        20.0, abs=1e-3
    )  # the range is 2, the error a tenth


def test_ssim_falls_with_damage():
    x = noise()
    slight, strong = (
        x + s * torch.randn(x.shape, generator=torch.Generator().manual_seed(1)) for s in (0.1, 0.5)
    )
    assert 1 > likeness.ssim(x, slight).mean() > likeness.ssim(x, strong).mean()


def test_the_perceptual_distance_knows_more_damage_from_less():
    net, x = likeness.stages(1), noise()
    slight, strong = (
        x + s * torch.randn(x.shape, generator=torch.Generator().manual_seed(1)) for s in (0.05, 0.5)
    )
    found = [float(likeness.perceptual_distance(net, x, v).mean()) for v in (x, slight, strong)]
    assert found[0] == 0 < found[1] < found[2]
