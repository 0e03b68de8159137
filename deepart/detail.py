"""A change that a small model made, carried to a picture of any size, so that the picture keeps its own detail.

The change is fitted, window by window, as colour' = A colour + b on the small original, and the fit (smooth, so it can be
enlarged) is applied to the large one: edges and brushwork stay, light and colour move. It is fitted between the tones'
inverse hyperbolic tangents, which bend towards black and white as film does, so that nothing is clipped.

Source: guided filter, He, Sun & Tang 2010; the enlarged fit, He & Sun 2015, arXiv:1505.00996.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

TOE = 0.92  # how near to the ends of the tanh black and white lie: higher bends more, 0.92 lets a white sky turn dusk
WINDOW = 6  # windows are a sixth of the picture to either side: smaller ones print the model's blur into the picture
SMOOTH = 0.1  # of the fit, in squared tones: lower follows the original's edges closer and exaggerates its contrast
GRID = 32  # the fit's own side: with windows that wide a finer one says nothing more
STRIP = 2**18  # pixels worked on at once: 12 coefficients each are 13 MB


def tone(x: Tensor) -> Tensor:
    """x in [-1, 1] -> its tone, about -1.6 to 1.6."""
    return torch.atanh(TOE * x.clamp(-1, 1))


class Carrier:
    """One original at the model's size, x (3, S, S) in [-1, 1], ready to take changes; reused for every move of a slider."""

    radius = GRID // WINDOW

    def __init__(self, x: Tensor):
        guide = _coarse(tone(x))  # (1, 3, GRID, GRID)
        self._guide, self._mean = guide, self._box(guide)
        spread = self._outer(guide, guide) - self._mean[:, :, None] * self._mean[:, None]  # (1, 3, 3, G, G)
        spread = spread.permute(0, 3, 4, 1, 2) + SMOOTH * torch.eye(3, device=x.device)
        self._inverse = torch.linalg.inv(spread)  # (1, G, G, 3, 3)

    def fit(self, before: Tensor, after: Tensor) -> Tensor:
        """What the model made of the original before a change, and after it, both (3, S, S) about [-1, 1] -> the change.

        Returns (12, GRID, GRID): the factors of red for red, green and blue, of green, of blue, then three offsets; all
        zero for no change at all.
        """
        change = _coarse(tone(after) - tone(before))
        mean = self._box(change)
        together = (
            self._outer(self._guide, change) - self._mean[:, :, None] * mean[:, None]
        )  # (1, guide, out, G, G)
        a = (self._inverse @ together.permute(0, 3, 4, 1, 2)).permute(0, 3, 4, 1, 2)
        b = mean - (a * self._mean[:, :, None]).sum(1)
        return torch.cat([self._box(a.flatten(1, 2)), self._box(b)], 1)[0]

    def _box(self, x: Tensor) -> Tensor:
        """Mean over windows (N, C, S, S); at the border the last row and column are repeated."""
        r = self.radius
        across = F.avg_pool2d(F.pad(x, (r, r, 0, 0), mode="replicate"), (1, 2 * r + 1), 1)
        return F.avg_pool2d(F.pad(across, (0, 0, r, r), mode="replicate"), (2 * r + 1, 1), 1)

    def _outer(self, x: Tensor, y: Tensor) -> Tensor:
        """Window means of all products of channels: (1, 3 of x, 3 of y, G, G)."""
        return self._box((x[:, :, None] * y[:, None]).flatten(1, 2)).unflatten(1, (3, 3))


def _coarse(x: Tensor) -> Tensor:
    """(3, S, S) -> (1, 3, GRID, GRID), by means."""
    return F.interpolate(x[None].float(), (GRID, GRID), mode="area")


def carry(picture: Image.Image, change: Tensor) -> Image.Image:
    """An RGB picture of any size with a change (12, G, G) from `Carrier.fit`; no change gives the same pixels.

    Works in strips: at 12 megapixels it takes some 100 MB beside the two pictures.
    """
    tones = tone(torch.arange(256) / 127.5 - 1).numpy()  # of the 256 shades
    pixels = np.asarray(picture)
    out = np.empty_like(pixels)
    height, width = pixels.shape[:2]
    rows = max(1, STRIP // width)
    change = change.float().cpu()
    for top in range(0, height, rows):
        shades = pixels[top : top + rows].transpose(2, 0, 1)  # (3, rows, width)
        strip = torch.from_numpy(np.take(tones, shades))  # torch's own look-up is four times slower
        out[top : top + rows] = _strip(strip, _enlarged(change, height, width, top, rows))
    return Image.fromarray(out)


def _strip(tones: Tensor, change: Tensor) -> np.ndarray:
    """tones (3, h, W), change (12, h, W) -> shades (h, W, 3) uint8."""
    moved = tones + change[9:]
    for i in range(3):  # of the original's channels
        moved.addcmul_(change[3 * i : 3 * i + 3], tones[i : i + 1])
    shades = moved.tanh_().mul_(127.5 / TOE).add_(128.0).clamp_(0, 255.99)  # 127.5 + 0.5: rounds to nearest
    return shades.byte().permute(1, 2, 0).numpy()


def _enlarged(change: Tensor, height: int, width: int, top: int, rows: int) -> Tensor:
    """Rows top, top + 1, ... of a change (C, G, G) enlarged to height x width, bilinear: (C, up to rows, width)."""
    down = _weights(change.shape[1], height)[top : top + rows]
    across = _weights(change.shape[2], width)
    return down @ change @ across.T


def _weights(small: int, large: int) -> Tensor:
    """(large, small): each row says how much of each of `small` samples lies at that one of `large`."""
    at = ((torch.arange(large) + 0.5) * small / large - 0.5).clamp(0, small - 1)
    return (1 - (at[:, None] - torch.arange(small)).abs()).clamp(min=0)
