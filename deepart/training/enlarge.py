"""How the enlarger is trained: pieces of paintings are made small in many ways, and it is asked for the pieces.

Pixel by pixel alone it would answer with their mean, which is soft. So pieces must also look alike to frozen features,
and have each frequency as strong as it was. What is cheapest then is forbidden: lines beside edges that leave the range of
what is there, and texture that follows the grid of the small picture's pixels.
"""

from __future__ import annotations

import copy
import io
import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageFilter
from torch import Tensor

from deepart import data, devices, images
from deepart.models import enlarge, vae
from deepart.models.features import FrozenFeatures
from deepart.training import deal, ranks
from deepart.training.loop import Phase, Task

SIDE = 160  # pixels of the squares that are cut from the paintings, at their own resolution
CROP = {2: 64, 4: 128}  # pixels of the pieces, by times
LOOK = 0.04  # weight of the distance in frozen features
LEVEL = 0.01  # weight of frequencies that are too weak or too strong
HALOS = 40.0  # weight of leaving the range of the piece around a pixel
GRID = 0.3  # weight of some frequencies being so more than others of the same length
JITTER = 8  # pixels; the features see their own grid otherwise, and it is painted
TRIES = 4  # places that are looked at for detail in every painting
KERNELS = (Image.Resampling.BOX, Image.Resampling.BICUBIC, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS)
SOFT, PRESSED, GRAINY = 0.2, 0.2, 0.15  # shares of the pieces that are blurred, saved as JPEG, and noisy


def squares(
    examples: Sequence[data.Example], side: int, seed: int = 0, progress: Callable = iter
) -> tuple[Tensor, list[str]]:
    """(one square of each painting uint8 (N, 3, side, side), never resampled, a sentence for each that gave none).

    Of TRIES random places the one with most detail. Raises DataError when no painting is large enough.
    """
    random, found, skipped = np.random.default_rng(seed), [], []
    for example in progress(examples):
        try:
            picture = images.open_picture(example.path)
        except images.PictureError as reason:
            skipped.append(f"{example.path.name}: {reason}")
            continue
        if min(picture.size) < side:
            skipped.append(f"{example.path.name}: it has {picture.width} x {picture.height} pixels")
            continue
        whole = np.asarray(picture)
        places = random.integers(0, (whole.shape[0] - side + 1, whole.shape[1] - side + 1), (TRIES, 2))
        cuts = [whole[y : y + side, x : x + side] for y, x in places]
        best = max(cuts, key=lambda cut: float(np.diff(cut[..., 1].astype(np.int16), axis=0).std()))
        found.append(torch.from_numpy(best.transpose(2, 0, 1).copy()))
    if not found:
        raise data.DataError(
            f"an enlarger learns from paintings of {side} x {side} pixels or more, and none of {len(skipped)} is"
        )
    return torch.stack(found), skipped


def shrunk(piece: Tensor, times: int, generator: torch.Generator) -> Tensor:
    """uint8 (3, S, S) -> (3, S / times, S / times), as a stranger might have made it small."""
    chance = torch.rand(6, generator=generator).tolist()
    picture = Image.fromarray(piece.permute(1, 2, 0).contiguous().numpy())
    small = picture.resize([side // times for side in picture.size], KERNELS[int(chance[0] * len(KERNELS))])
    if chance[1] < SOFT:
        small = small.filter(ImageFilter.GaussianBlur(0.2 + 0.6 * chance[2]))
    if chance[3] < PRESSED:
        file = io.BytesIO()
        small.save(file, "JPEG", quality=70 + int(26 * chance[2]))
        small = Image.open(file)
    x = torch.from_numpy(np.array(small)).permute(2, 0, 1)
    if chance[4] < GRAINY:
        grain = torch.randn(x.shape, generator=generator) * 5 * chance[5]
        x = (x + grain).round().clamp(0, 255).byte()
    return x


def pieces(squares: Tensor, times: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """uint8 squares (N, 3, S, S) -> (small pieces, the pieces): uint8 (N, 3, CROP / times, ..), (N, 3, CROP, ..)."""
    crop, out = CROP[times], []
    for square in squares:
        y, x, whole, turned, mirrored = torch.rand(5, generator=generator).tolist()
        room = square.shape[1] - crop
        if whole < 0.3:  # finer and cleaner than any painting's file is at its own size
            piece = torch.from_numpy(images.to_uint8(images.to_picture(data.to_float(square[None])[0]), crop))
        else:
            top, left = int(y * (room + 1)), int(x * (room + 1))
            piece = square[:, top : top + crop, left : left + crop]
        piece = piece.flip(2) if mirrored < 0.5 else piece
        out.append(piece.transpose(1, 2) if turned < 0.25 else piece)
    return torch.stack([shrunk(piece, times, generator) for piece in out]), torch.stack(out)


def task(
    config: enlarge.Config,
    squares: Tensor,
    imagenet: dict[str, Tensor],
    device: torch.device,
    seed: int = 0,
    batch: int = 8,
    lr: float = 1e-3,
) -> Task:
    """A Task for loop.run. squares: uint8 (N, 3, S, S), S of CROP or more, that were never enlarged."""
    torch.manual_seed(seed)
    model = enlarge.Enlarger(config).to(device, memory_format=torch.channels_last)
    average = copy.deepcopy(model).requires_grad_(False).eval()
    generator = deal.Deal(seed, batch)
    features = FrozenFeatures(imagenet).to(device, memory_format=torch.channels_last)

    def loss(rows: Tensor, progress: float) -> tuple[Tensor, dict[str, float]]:
        times = 4 if torch.rand(1, generator=generator) < 0.6 else 2
        made = pieces(
            squares[rows], times, generator
        )  # of the whole batch: each takes as many numbers as it needs
        small, x = (data.to_float(generator.mine(v)).to(device) for v in made)
        with devices.autocast(device):
            x_hat = model(small, times).float()
        octaves = vae.pyramid_l1(x_hat, x, bands=3)
        dy, dx = torch.randint(0, JITTER, (2,), generator=generator).tolist()
        look = look_distance(features, x_hat[:, :, dy:, dx:], x[:, :, dy:, dx:])
        halos = enlarge.overshoot(x_hat, x).mean()
        level, grid = enlarge.spectrum_gap(x_hat, x, times, ranks.average)
        total = octaves + LOOK * look + LEVEL * level + HALOS * halos + GRID * grid
        return total, {
            f"octaves x{times}": octaves.item(),
            f"look x{times}": look.item(),
            f"level x{times}": level.item(),
            f"halos x{times}": halos.item(),
            f"grid x{times}": grid.item(),
        }

    def rate(progress: float) -> float:
        return min(1.0, 100 * progress + 0.02) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))

    return Task(
        modules={"enlarge": model},
        averaged={"enlarge": average},
        phases=[
            Phase("enlarge", torch.optim.Adam(model.parameters(), lr, (0.9, 0.99)), loss, rate, clip=1.0)
        ],
        batches=data.Batches(len(squares), batch, seed),
        generator=generator,
        half_life=4_000,
    )


def look_distance(features: FrozenFeatures, x_hat: Tensor, x: Tensor) -> Tensor:
    """How different two batches look to frozen features: a scalar, 0 for equal ones, no unit.

    At every place of every map the channels are brought to unit length; squared differences are summed over channels.
    Source: Zhang et al. 2018, arXiv:1801.03924 (there in another network and with fitted weights).
    """
    with torch.no_grad():
        real = [F.normalize(h.float(), dim=1) for h in features(x)]
    fake = [F.normalize(h.float(), dim=1) for h in features(x_hat)]
    return sum((p - q).square().sum(1).mean() for p, q in zip(fake, real, strict=True))
