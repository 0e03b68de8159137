"""What the kinds have in common."""

from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor

from deepart import data, images
from deepart.data import DataError
from deepart.training import starts, watching
from deepart.training.loop import Budget
from deepart.training.plan import Plan

SHEET = (6, 4)  # previews show so many pictures across and down


def options(plan: Plan, usual: int | None = None) -> dict:
    """seed, and the batch that was asked for or is usual here; else the training's own."""
    batch = plan.batch or usual
    return {"seed": plan.seed} | ({"batch": batch} if batch else {})


def usual(plan: Plan) -> Budget:
    return Budget(hours=starts.HOURS if plan.init else 1.0)


def some(pictures: Tensor, count: int = 12) -> Tensor:
    """Float pictures from all over a set of uint8 ones, to look at."""
    return data.to_float(watching.spread(pictures, count))


def validation(splits: dict, size: tuple[int, int], fit: str) -> Tensor | None:
    """Some validation pictures, None when there are none that can be read."""
    examples = splits["val"][:: max(1, len(splits["val"]) // watching.FEW)][: watching.FEW]
    try:
        return data.load(examples, size, fit)[0] if examples else None
    except DataError:
        return None


def sheet(x: Tensor, across: int) -> Image.Image:
    """A contact sheet of x (N, 3, H, W) in [-1, 1], row by row."""
    x = torch.nn.functional.pad(x.float().cpu().clamp(-1, 1), (2, 2, 2, 2), value=1.0)
    missing = -len(x) % across
    x = torch.cat([x, torch.ones(missing, *x.shape[1:])])
    n, c, h, w = x.shape
    grid = x.view(n // across, across, c, h, w).permute(2, 0, 3, 1, 4).reshape(c, n // across * h, across * w)
    return images.to_picture(grid)
