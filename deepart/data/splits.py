"""Who is trained on and who is kept for measuring: dealt by a hash of the content, near-duplicates together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from deepart import images
from deepart.data.examples import Example

SMALL = 400  # pictures; of fewer, more are kept for validation
NEAR = 3  # bits of 64 in which the difference hashes of near-duplicates may differ


def difference_hash(path: Path) -> int:
    """64 bits: is each of 8 x 8 cells darker than its right neighbour? Alike for alike pictures.

    Source: the "dHash" of N. Krawetz, 2013.
    """
    return hash_of(images.open_picture(path, at_least=32))


def hash_of(picture: Image.Image) -> int:
    """The difference hash of an opened picture."""
    grey = picture.convert("L").resize((9, 8))
    cells = np.asarray(grey, dtype=np.int16)
    return int.from_bytes(np.packbits(cells[:, 1:] > cells[:, :-1]).tobytes(), "big")


def split_by_content(examples: Sequence[Example]) -> list[Example]:
    """Deal examples 90/5/5 into train, val and test by a hash of their content; near-duplicates stay together.

    Of fewer than SMALL pictures it is 80/15/5, with the same ones in test: 5 in 100 would be too few to see anything on.

    The same pictures always fall the same way, whatever their names and order. Unreadable pictures are left out.
    """
    readable, hashes = [], []
    for example in examples:
        try:
            hashes.append(difference_hash(example.path))
        except images.PictureError:
            continue
        readable.append(example)
    groups = near_groups(np.array(hashes, dtype=np.uint64))
    trained = 0.90 if len(readable) >= SMALL else 0.80
    result = []
    for example, group in zip(readable, groups, strict=True):
        digest = hashlib.sha256(int(group).to_bytes(8, "big")).digest()
        share = int.from_bytes(digest[:4], "big") / 2**32
        split = "train" if share < trained else "val" if share < 0.95 else "test"
        result.append(Example(example.path, example.label, split, example.facts))
    return result


def near_groups(hashes: np.ndarray) -> np.ndarray:
    """For each 64-bit hash (N,), the smallest hash that it is joined to by steps of at most NEAR bits."""
    leader = np.arange(len(hashes))

    def root(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    for i in range(len(hashes)):
        near = np.flatnonzero(np.bitwise_count(hashes[i + 1 :] ^ hashes[i]) <= NEAR) + i + 1
        for j in near:
            leader[root(j)] = root(i)
    roots = np.array([root(i) for i in range(len(hashes))], dtype=np.int64)
    smallest = {r: hashes[roots == r].min() for r in set(roots.tolist())}
    return np.array([smallest[r] for r in roots.tolist()], dtype=np.uint64)
