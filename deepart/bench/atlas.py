"""The map of a VAE: the paintings that it learned from, laid out in two dimensions by style.

The two directions are those along which the styles differ most for how much each differs in itself (linear discriminants);
each is stretched so that the paintings lie evenly. Both can be done to any place, so an own picture has its exact dot.
What lies at a spot of the map is the mean of the nearest paintings; in all directions that the map does not show it is drawn
out to as far from the middle as they are, since a plain mean would be greyer than any of them.

Source: Fisher 1936, extended to many classes by Rao 1948.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as save_tensors
from torch import Tensor, nn

from deepart import data, disk
from deepart.bench.places import Bench, Place, Point
from deepart.data import Example
from deepart.studio import StudioError
from deepart.weights import ModelCard, WeightsError, read_tensors

FILE = "map.safetensors"
MAX_BYTES = 4 * 2**20
MOST, FEWEST = 5000, 10  # paintings that are kept, and that are needed
NEAREST = 6  # paintings whose mean lies at a spot
FARTHEST = 6.0  # sigma; what an 8-bit latent number can say
BATCH = 32
SHRINK = 0.2  # of the spread within styles towards a round one, so that few paintings do not mislead
QUANTILES = 257
AGAIN = "make it again with python -m deepart index"


@dataclass(frozen=True)
class Atlas:
    """rows (N, axes): the paintings' places on all axes, in sigma. style (N,): of each. at (N, 2): on the map, 0 to 1.

    directions (axes, 2) and quantiles (QUANTILES, 2) lay out any place.
    """

    styles: tuple[str, ...]
    rows: Tensor
    style: Tensor
    directions: Tensor
    quantiles: Tensor
    at: Tensor

    def place(self, values: Tensor) -> Tensor:
        """Places on all axes (N, axes), in sigma -> on the map (N, 2), 0 to 1."""
        flat = values @ self.directions
        found = [_rank(flat[:, i].contiguous(), self.quantiles[:, i].contiguous()) for i in range(2)]
        return torch.stack(found, 1)

    def near(self, x: float, y: float, count: int = NEAREST) -> Tensor:
        """The indices of the paintings nearest to a spot, the nearest first."""
        distance = (self.at - torch.tensor([x, y])).square().sum(1)
        return distance.topk(min(count, len(distance)), largest=False).indices

    def there(self, chosen: Tensor) -> Tensor:
        """What lies amid some paintings (indices): (axes,), in sigma."""
        rows = self.rows[chosen]
        basis = torch.linalg.qr(self.directions).Q  # (axes, 2): what the map shows
        shown = rows @ basis @ basis.T
        hidden = rows - shown
        mean = hidden.mean(0)
        drawn = mean * (hidden.norm(dim=1).mean() / mean.norm().clamp(min=1e-6)).clamp(max=3)
        return shown.mean(0) + drawn


def spot(bench: Bench, model: str, atlas: Atlas, x: object, y: object) -> tuple[Point, list[str]]:
    """What lies at a spot of the map (0 to 1 each way): the point, and the styles of the nearest paintings."""
    if not all(isinstance(v, int | float) and 0 <= v <= 1 for v in (x, y)):
        raise StudioError("a spot on the map is two numbers from 0 to 1")
    near = atlas.near(float(x), float(y))
    return _point(bench, model, atlas.there(near)), [atlas.styles[i] for i in atlas.style[near].tolist()]


def view(bench: Bench, model: str, atlas: Atlas, across: int = 12, side: int = 48) -> Image.Image:
    """What lies where: across x across pictures of `side` pixels, each painted at the spot that it covers."""
    page = Image.new("RGB", (across * side, across * side))
    for i in range(across):
        for j in range(across):
            near = atlas.near((j + 0.5) / across, (i + 0.5) / across)
            made = bench.preview(model, Place(_point(bench, model, atlas.there(near))))
            page.paste(made.resize((side, side), Image.Resampling.LANCZOS), (j * side, i * side))
    return page


def middle(bench: Bench, model: str, atlas: Atlas, style: str) -> Point:
    """The middle of a style: the painting that is nearest to its mean."""
    if style not in atlas.styles:
        raise StudioError(
            f"there is no style {str(style)[:40]!r} on the map; there are: {', '.join(atlas.styles)}"
        )
    mine = (atlas.style == atlas.styles.index(style)).nonzero()[:, 0]
    rows = atlas.rows[mine]
    return _point(bench, model, rows[(rows - rows.mean(0)).norm(dim=1).argmin()])


def locate(bench: Bench, model: str, atlas: Atlas, point: Point) -> tuple[float, float]:
    """Where a point lies on the map, 0 to 1 each way."""
    _, network = bench.studio.model(model, "sliders")
    values = network.to_sliders(bench.studio.z_of(network, point.z)).float().cpu()
    x, y = atlas.place(values)[0].tolist()
    return x, y


@torch.no_grad()
def build(
    network: nn.Module,
    examples: Sequence[Example],
    device: torch.device | str = "cpu",
    progress: Callable = iter,
) -> Atlas:
    """The map of labelled paintings as a VAE sees them; unreadable pictures are left out.

    Of more than MOST every n-th is kept, so that all styles keep their share. Raises DataError when nothing can be read.
    """
    network, side = network.to(device), network.config.image_size
    rows, labels = [], []
    for start in progress(range(0, len(examples), BATCH)):
        batch = examples[start : start + BATCH]
        try:
            pictures, readable, _ = data.load(batch, (side, side), "squash")
        except data.DataError:
            continue  # none of these could be read
        mu, _ = network.encode(data.to_float(pictures.to(device)))
        rows.append(network.to_sliders(mu).float().cpu())
        labels += [batch[i].label or "" for i in readable]
    if not rows:
        raise data.DataError(f"none of {len(examples)} pictures could be read")
    return lay_out(torch.cat(rows), labels)


def lay_out(rows: Tensor, labels: Sequence[str]) -> Atlas:
    """The map of places on all axes (N, axes), in sigma, with a label each; at most MOST are kept. Raises DataError."""
    styles = tuple(sorted(set(labels)))
    if len(rows) < FEWEST:
        raise data.DataError(f"a map needs {FEWEST} works or more, got {len(rows)}")
    style = torch.tensor([styles.index(label) for label in labels])
    directions = discriminants(rows, style, len(styles))
    quantiles = (rows @ directions).quantile(torch.linspace(0, 1, QUANTILES), dim=0)
    kept = torch.linspace(0, len(rows) - 1, min(MOST, len(rows))).round().long()
    bare = Atlas(styles, rows[kept], style[kept], directions, quantiles, torch.empty(0))
    return Atlas(
        *(getattr(bare, f) for f in ("styles", "rows", "style", "directions", "quantiles")),
        bare.place(bare.rows),
    )


def discriminants(rows: Tensor, style: Tensor, count: int) -> Tensor:
    """The two directions (axes, 2) along which `count` styles of rows (N, axes) differ most for their own spread."""
    means = torch.stack([rows[style == i].mean(0) for i in range(count)])
    within = torch.cov((rows - means[style]).T)
    within = (1 - SHRINK) * within + SHRINK * (within.diagonal().mean() + 1e-6) * torch.eye(len(within))
    half = torch.linalg.inv(torch.linalg.cholesky(within))  # half @ within @ half.T is the identity
    weights = torch.bincount(style, minlength=count).float()[:, None]
    apart = (means - rows.mean(0)) * weights.sqrt() @ half.T
    _, _, found = torch.linalg.svd(apart, full_matrices=True)
    return (half.T @ found[:2].T).contiguous()


def write(folder: Path, card: ModelCard, atlas: Atlas) -> int:
    """Write the map beside its model, replacing an older one; returns its bytes. disk.DiskError when it cannot be written."""
    tensors = {
        "rows": (atlas.rows.clamp(-FARTHEST, FARTHEST) / FARTHEST * 127).round().to(torch.int8),
        "style": atlas.style.to(torch.uint8),
        "directions": atlas.directions,
        "quantiles": atlas.quantiles.contiguous(),
    }
    content = save_tensors(tensors, {"model_sha256": card.sha256, "styles": json.dumps(atlas.styles)})
    disk.write(folder / FILE, content)
    return len(content)


def read(folder: Path, card: ModelCard) -> Atlas:
    """The map of a model. Raises WeightsError when there is none, or it is damaged or of another model."""
    path = folder / FILE
    if not path.is_file():
        raise WeightsError(f"model {card.name!r} has no map: {AGAIN}")
    if path.stat().st_size > MAX_BYTES:
        raise WeightsError(f"{FILE} of {card.name!r} is larger than {MAX_BYTES // 2**20} MiB")
    try:
        with safe_open(path, "pt") as file:
            told = file.metadata() or {}
        if told.get("model_sha256") != card.sha256:
            raise WeightsError(f"the map beside {card.name!r} was made for other weights: {AGAIN}")
        styles = tuple(str(style) for style in json.loads(told.get("styles", "")))
        return _checked(styles, read_tensors(path, card), int(card.config["z_dim"]))
    except (SafetensorError, OSError, ValueError, TypeError, KeyError, RuntimeError) as reason:
        if isinstance(reason, WeightsError):
            raise
        raise WeightsError(f"the map of {card.name!r} is damaged: {AGAIN}") from reason


def _checked(styles: tuple[str, ...], tensors: dict[str, Tensor], axes: int) -> Atlas:
    """Raises KeyError or ValueError when the parts do not fit."""
    rows, style = tensors["rows"].float() / 127 * FARTHEST, tensors["style"].long()
    directions, quantiles = tensors["directions"].float(), tensors["quantiles"].float()
    fit = (
        rows.ndim == 2
        and rows.shape[1] == axes
        and directions.shape == (axes, 2)
        and quantiles.shape == (QUANTILES, 2)
    )
    if (
        not fit
        or not 0 < len(rows) == len(style) <= 10 * MOST
        or not styles
        or not 0 <= int(style.min()) <= int(style.max()) < len(styles)
    ):
        raise ValueError("the parts of the map do not fit each other")
    bare = Atlas(styles, rows, style, directions, quantiles, torch.empty(0))
    return Atlas(styles, rows, style, directions, quantiles, bare.place(rows))


def _rank(values: Tensor, quantiles: Tensor) -> Tensor:
    """Which share of the quantiles lies below each value, 0 to 1, interpolated."""
    above = torch.searchsorted(quantiles, values).clamp(1, len(quantiles) - 1)
    low, high = quantiles[above - 1], quantiles[above]
    part = ((values - low) / (high - low).clamp(min=1e-9)).clamp(0, 1)
    return (above - 1 + part) / (len(quantiles) - 1)


def _point(bench: Bench, model: str, values: Tensor) -> Point:
    _, network = bench.studio.model(model, "sliders")
    z = network.from_sliders(values[None].to(bench.studio.device))
    return Point(tuple(z[0].float().cpu().tolist()))
