"""Pictures in a row -> a film in a file: MP4 (H.264), GIF or WebP. Each frame is written as it comes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

KINDS = ("mp4", "gif", "webp")
CRF = 18  # quality of H.264: visually without loss
GIF_SIDE = 480  # px; a GIF of more is too heavy to send to anybody
MOST_FRAMES = 3600  # a minute at 60 a second
MOST_STILLS = 30  # frames a second of a GIF or WebP: browsers slow a GIF of more than 50 down to 10


class FilmError(ValueError):
    """A film cannot be written; the text is one plain sentence."""


class Film:
    """A film that is being written; use it in a `with` block. What was added before an error or a stop is a whole film.

    path: ends in .mp4, .gif or .webp; fps: frames a second, 1 to 60; about: a short text kept in the file (MP4: the
    comment, WebP: XMP; GIF: the comment). Raises FilmError.
    """

    def __init__(self, path: Path, fps: int, about: str = ""):
        self.kind = path.suffix.removeprefix(".").lower()
        if self.kind not in KINDS:
            raise FilmError(f"A film is one of {', '.join(KINDS)}, got {path.suffix or 'no ending'}.")
        if not 1 <= fps <= 60:
            raise FilmError(f"A film has 1 to 60 frames a second, got {fps}.")
        self.path, self.fps, self.about = path, fps, about
        self.count = 0
        self._stills: list[Image.Image] = []  # of a GIF or WebP, which Pillow writes in one go
        self._every = -(-fps // MOST_STILLS)  # of them one in so many is kept
        self._container = None

    def __enter__(self) -> Film:
        return self

    def add(self, frame: Image.Image) -> None:
        """One more frame; all are of the size of the first."""
        if self.count >= MOST_FRAMES:
            raise FilmError(f"A film has at most {MOST_FRAMES} frames.")
        self.count += 1
        if self.kind == "mp4":
            self._encode(frame)
        else:
            if (self.count - 1) % self._every == 0:
                still = frame.copy()
                still.thumbnail((GIF_SIDE, GIF_SIDE))
                self._stills.append(still)

    def _encode(self, frame: Image.Image) -> None:
        import av  # here: it loads FFmpeg's libraries, which the page need not wait for

        if self._container is None:
            self._container = av.open(str(self.path), "w", options={"movflags": "faststart"})
            self._container.metadata["comment"] = self.about
            self._stream = self._container.add_stream("libx264", rate=self.fps, options={"crf": str(CRF)})
            self._stream.width, self._stream.height = (side - side % 2 for side in frame.size)
            self._stream.pix_fmt = "yuv420p"  # what every browser and phone plays
        cut = np.asarray(frame.convert("RGB"))[: self._stream.height, : self._stream.width]
        for packet in self._stream.encode(
            av.VideoFrame.from_ndarray(np.ascontiguousarray(cut), format="rgb24")
        ):
            self._container.mux(packet)

    def __exit__(self, *error: object) -> None:
        if self._container is not None:
            for packet in self._stream.encode():
                self._container.mux(packet)
            self._container.close()
        elif self._stills:
            self._save_stills()

    def _save_stills(self) -> None:
        first, rest = self._stills[0], self._stills[1:]
        own = (
            {"comment": self.about.encode()}
            if self.kind == "gif"
            else {"xmp": self.about.encode(), "quality": 90, "method": 2}
        )
        first.save(
            self.path,
            save_all=True,
            append_images=rest,
            duration=round(1000 * self._every / self.fps),
            loop=0,
            **own,
        )


def write(path: Path, frames: Iterable[Image.Image], fps: int, about: str = "") -> Path:
    """A whole film at once. Raises FilmError."""
    with Film(path, fps, about) as film:
        for frame in frames:
            film.add(frame)
    return path
