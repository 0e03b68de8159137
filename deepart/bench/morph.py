"""A morph: from place to place through the latent space, while the detail of each melts away and that of the next comes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from PIL import Image

from deepart import images, latents
from deepart.bench.own import PREVIEW
from deepart.bench.places import Bench, Place, Point
from deepart.recipe import Recipe
from deepart.studio import StudioError

MOST_STOPS, MOST_SECONDS, MOST_FPS = 16, 60, 60
STRIP = 8  # pictures on a film strip
FADE = 0.5  # of the way to the next stop, over which the detail of one melts away


@dataclass(frozen=True)
class Route:
    """The places on the way, in order. loop: back to the first. detail: whether own pictures show theirs when there."""

    stops: tuple[Place, ...]
    seconds: float = 4.0  # up to 60
    fps: int = 24  # up to 60
    loop: bool = False
    detail: bool = True

    def frames(self) -> int:
        return max(2, round(self.seconds * self.fps))


class Morph:
    """One route through one model, ready to show any moment of it. Raises StudioError for a route that cannot be."""

    def __init__(self, bench: Bench, model: str, route: Route):
        check(route)
        self.bench, self.model, self.route = bench, model, route
        _, network = bench.studio.model(model, "sliders")
        self._network = network
        at = [network.to_normal(bench.studio.z_of(network, stop.point.z)) for stop in route.stops]
        self._at = torch.cat(at)  # (stops, z_dim), of unit variance
        self.size = images.enlarge(
            bench.preview(model, Place(route.stops[0].point)), _scale(network.config.image_size)
        ).size
        self._lost = [self._detail(stop) if route.detail and stop.own else None for stop in route.stops]

    def point(self, t: float) -> Point:
        """The place at t, 0 at the first stop to 1 at the last (or the first again): a great circle between stops.

        A straight line would pass through places nearer to the mean, whose pictures are greyer than either.
        """
        leg, part = self._leg(t)
        start, end = self._at[leg][None], self._at[(leg + 1) % len(self.route.stops)][None]
        part = latents.ease(part)
        eps = start if part == 0 else end if part == 1 else latents.slerp(start, end, part)
        z = self._network.from_normal(eps)
        return Point(tuple(z[0].float().cpu().tolist()), self.route.stops[0].point.aspect)

    def picture(self, t: float) -> Image.Image:
        """The picture at t, in the shape of the first stop's."""
        leg, part = self._leg(t)
        soft = self._soft(self.point(t))
        for stop, near in ((leg, 1 - part / FADE), ((leg + 1) % len(self._lost), 1 - (1 - part) / FADE)):
            if near > 0 and self._lost[stop] is not None:
                soft = soft + latents.ease(min(1.0, near)) * self._lost[stop]
        return Image.fromarray((soft + 0.5).clip(0, 255).astype(np.uint8))

    def frames(self) -> Iterator[Image.Image]:
        """All frames of the film; in a loop the first is not shown twice."""
        count = self.route.frames()
        for i in range(count):
            yield self.picture(i / (count if self.route.loop else count - 1))

    def recipe(self, t: float) -> Recipe:
        """What makes the picture at t again, without the melting detail."""
        return self.bench.recipe(self.model, Place(self.point(t)))

    def about(self) -> str:
        """What made the film, as JSON for its comment."""
        first = json.loads(self.recipe(0).to_json())
        stops = [
            {"z": [round(v, 5) for v in stop.point.z]} | ({"own_sha256": stop.own.sha256} if stop.own else {})
            for stop in self.route.stops
        ]
        told = {
            "seconds": self.route.seconds,
            "fps": self.route.fps,
            "loop": self.route.loop,
            "detail": self.route.detail,
        }
        return json.dumps(
            {k: first[k] for k in ("task", "model", "weights_sha256", "version")}
            | {"morph": {"stops": stops} | told}
        )

    def _leg(self, t: float) -> tuple[int, float]:
        """(the stop behind, how far to the next, 0 to 1) at t."""
        legs = len(self.route.stops) - (not self.route.loop)
        at = min(max(t, 0.0), 1.0) * legs
        leg = min(int(at), legs - 1)
        return leg, at - leg

    def _soft(self, point: Point) -> np.ndarray:
        """What the model paints at a point: (height, width, 3), 0 to 255."""
        plain = self.bench.preview(self.model, Place(replace(point, aspect=None)))
        return np.asarray(plain.resize(self.size, Image.Resampling.BICUBIC), np.float32)

    def _detail(self, stop: Place) -> np.ndarray:
        """What the model loses of an own picture, in the film's shape."""
        whole = self.bench.preview(self.model, stop).resize(self.size, Image.Resampling.LANCZOS)
        return np.asarray(whole, np.float32) - self._soft(stop.point)


def check(route: Route) -> None:
    """Raise StudioError when a route is too short or too long."""
    if not 2 <= len(route.stops) <= MOST_STOPS:
        raise StudioError(f"a morph leads through 2 to {MOST_STOPS} pictures, got {len(route.stops)}")
    if not 0 < route.seconds <= MOST_SECONDS or not 1 <= route.fps <= MOST_FPS:
        raise StudioError(f"a film lasts up to {MOST_SECONDS} seconds at 1 to {MOST_FPS} frames a second, got {route.seconds:g} s at {route.fps}")  # fmt: skip


def strip(pictures: Sequence[Image.Image], gap: int = 6, height: int = 200) -> Image.Image:
    """Pictures of one size in a row on white."""
    width = max(1, round(pictures[0].width * height / pictures[0].height))
    page = Image.new("RGB", (len(pictures) * (width + gap) + gap, height + 2 * gap), "white")
    for i, picture in enumerate(pictures):
        page.paste(picture.resize((width, height), Image.Resampling.LANCZOS), (gap + i * (width + gap), gap))
    return page


def _scale(side: int) -> int:
    """How many times a model's picture is enlarged for a film: to PREVIEW px at most."""
    return max(1, PREVIEW // side)
