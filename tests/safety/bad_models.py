"""Cards, weights and zips that nobody should trust. Each function gives (name, files) or (name, zip)."""

from __future__ import annotations

import contextlib
import hashlib
import json
import random
import struct
import zipfile
from collections.abc import Iterator
from functools import cache
from io import BytesIO

import torch
from safetensors.torch import save

from deepart import models
from deepart.models import vae

NAME = "bad-1"
CONFIG = vae.Config(image_size=16, z_dim=4, channels=(4, 8))


@cache
def tensors() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return {key: value.contiguous() for key, value in models.build("vae", CONFIG).state_dict().items()}


@cache
def good_weights() -> bytes:
    return save(tensors())


def card(weights: bytes | None = None, **changes: object) -> bytes:
    """card.json for these weights, with some of its entries changed."""
    digest = hashlib.sha256(good_weights() if weights is None else weights).hexdigest()
    values = {"name": NAME, "arch": "vae", "config": models.plain(CONFIG), "sha256": digest}
    return json.dumps(values | changes).encode()


def model(weights: bytes) -> dict[str, bytes]:
    """A model folder whose card names these weights rightly, so that only their content can be refused."""
    return {"card.json": card(weights), "model.safetensors": weights}


def _headed(header: object, data: bytes = b"", length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def weights(dice: random.Random, small: bool = False) -> Iterator[tuple[str, bytes]]:
    """Safetensors files that lie, swell or break."""
    good = good_weights()
    (size,) = struct.unpack("<Q", good[:8])
    header, data = json.loads(good[8 : 8 + size]), good[8 + size :]
    first = next(key for key in header if key != "__metadata__")
    for number in (0, 1, 7, size - 1, size + 1, 2**20, 2**31, 2**32, 2**63, 2**64 - 1):
        yield f"header of {number} bytes", struct.pack("<Q", number) + good[8:]
    for offsets in ([0, 2**62], [-1, 4], [4, 0], [0, 0], ["0", "4"], [0], None, [0, 1e300], [0, True]):
        yield f"offsets {offsets}", _headed(header | {first: header[first] | {"data_offsets": offsets}}, data)
    for shape in ([2**62, 2**62], [-1], [0], [], [10**30], "3", [[1]], [1.5], [1] * 100_000):
        yield f"shape {str(shape)[:30]}", _headed(header | {first: header[first] | {"shape": shape}}, data)
    for kind in ("F64", "F16", "F8_E4M3", "I64", "BOOL", "C64", "F4", "", None, "X" * 10**5, 7):
        yield f"type {str(kind)[:10]}", _headed(header | {first: header[first] | {"dtype": kind}}, data)
    overlapping = {
        key: value | {"data_offsets": header[first]["data_offsets"]}
        for key, value in header.items()
        if key != "__metadata__"
    }
    yield "all tensors in one place", _headed(overlapping, data)
    if not small:
        yield "100 MB of header", _headed(b"{" + b'"a":1,' * 16_000_000 + b'"b":1}')
    yield "header nested 100,000 deep", _headed(b'{"a":' * 100_000 + b"1" + b"}" * 100_000)
    yield (
        "100,000 tensors of nothing",
        _headed({f"t{i}": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for i in range(100_000)}),
    )
    yield "names of 1 MB", _headed({"x" * 10**6: {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}})
    yield "names with paths", _headed({"../../etc": header[first]} | header, data)
    yield "no tensors", save({})
    yield "one tensor less", save(dict(list(tensors().items())[1:]))
    for word, value in (("nan", float("nan")), ("infinite", float("inf"))):
        yield (
            f"{word} numbers",
            save(
                {
                    key: torch.full_like(v, value) if v.is_floating_point() else v
                    for key, v in tensors().items()
                }
            ),
        )
    with contextlib.suppress(KeyError):  # older releases of the library cannot write them
        yield "complex numbers", save({key: v.to(torch.complex64) for key, v in tensors().items()})
    if not small:
        yield "400 MB of zeros", save({"zeros": torch.zeros(400 * 10**6, dtype=torch.uint8)})
    for turn in range(120):
        changed = bytearray(good)
        for _ in range(dice.randint(1, 6)):
            changed[dice.randrange(8 + size if turn % 3 else len(good))] = dice.randrange(256)
        yield (
            f"bytes changed, {turn}",
            bytes(changed) if turn % 4 else bytes(changed[: dice.randrange(len(changed))]),
        )


WRONG = (None, True, -1, 10**400, 1.5, "x", "../../x", "\0", [], {}, [None], {"a": {}}, "A" * 10**6)


def cards() -> Iterator[tuple[str, bytes]]:
    """Cards of wrong types, with paths for names, with numbers that would take all memory."""
    for key in (
        "name",
        "arch",
        "config",
        "sha256",
        "title",
        "labels",
        "settings",
        "data",
        "training",
        "metrics",
        "failures",
    ):
        for value in WRONG:
            yield f"{key} = {str(value)[:20]}", card(**{key: value})
    for arch, config in (
        ("vae", {"z_dim": 10**9}), ("vae", {"image_size": 2**40}), ("vae", {"channels": [10**9] * 3}),
        ("vae", {"channels": [4] * 10**5}), ("vae", {"channels": []}), ("vae", {"image_size": 0, "channels": [8]}),
        ("vae", {"channels": [60_000] * 10, "image_size": 1024}), ("vae", {"z_dim": 60_000, "image_size": 60_032}),
        ("vae", {"channels": "abc"}), ("vae", {"z_dim": -1}), ("vae", {"z_dim": 1.5}), ("vae", {"z_dim": True}),
        ("vae", {"channels": [[1]]}), ("vae", {"__class__": 1}), ("vae", {"channels": {"a": 1}}),
        ("gan", {"height": 2**20, "width": 2**20}), ("gan", {"channels": [10**9, 8]}), ("gan", {"w_dim": 10**12}),
        ("gan", {"channels": [60_000] * 3, "height": 60_000, "width": 60_000}), ("gan", {"z_dim": "128"}),
        ("style_cnn", {"classes": 10**9}), ("style_cnn", {"classes": 60_000, "members": 60_000, "hidden": 60_000}),
        ("style_cnn", {"classes": 3, "stages": [99]}), ("style_cnn", {"classes": 3, "stages": [10**30]}),
        ("style_cnn", {}), ("style_cnn", {"classes": "3"}), ("style_cnn", {"classes": 3, "image_size": 10**9}),
    ):  # fmt: skip
        yield f"{arch} of {str(config)[:50]}", card(arch=arch, config=config)
    for text in (
        b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff\xfe{}", b"[" * 10**5, b'{"a":' * 10**5, b"NaN", b"1" * 10**6,
        b'{"name": NaN}', b'{"config": {"z_dim": Infinity}}', b"\0" * 10**6, b" " * (5 * 10**6), card()[:-9],
        card().replace(b'"z_dim": 4', b'"z_dim": NaN'), card().replace(b'"vae"', b'"vae", "arch": "gan"'),
        card(surprise=1), card(settings={"axes": [{"name": 1}]}), card(settings={"axes": 7}), card(settings={"axes": "ab"}),
    ):  # fmt: skip
        yield f"text {text[:24]!r}", text


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", way) as archive:
        for name, body in entries:
            archive.writestr(name, body)
    return file.getvalue()


def _link(name: str, to: str) -> tuple[zipfile.ZipInfo, bytes]:
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    return entry, to.encode()


def _lying(body: bytes) -> bytes:
    """A zip whose index says that a large entry is of 10 bytes."""
    lying = bytearray(packed(("a.png", body)))
    at = lying.rindex(b"PK\1\2")
    lying[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(lying)


def zips(
    dice: random.Random, entries: tuple[tuple[str, bytes], ...], small: bool = False
) -> Iterator[tuple[str, bytes]]:
    """Zips that reach outside, swell, lie or break. entries: what a good one holds."""
    good = packed(*entries)
    ending = entries[-1][0].rsplit(".", 1)[1]
    names = (
        "../x", "../../../../tmp/x", "/x", "/etc/x", "C:\\x", "C:x", "\\\\host\\x", "..\\x", "a/../../x", "con", "NUL",
        "a/./x", "a//x", "x ", "x\0y", "x\ny", "~/x", "$HOME/x", "-rf", "x:stream", "\u202ex", "a/" * 60 + "x", "x" * 60_000,
    )  # fmt: skip
    for name in names:
        yield f"named {name[:20]!r}", packed((f"{name}.{ending}", entries[-1][1]), *entries)
    for to in ("/etc/passwd", "../..", "."):
        yield f"a link to {to}", packed(_link(f"link.{ending}", to), *entries)
        yield f"a link as folder to {to}", packed(_link("link", to), (f"link/x.{ending}", b"x"), *entries)
    if not small:
        yield "600 MB of zeros", packed((f"zeros.{ending}", bytes(6 * 10**8)), *entries)
        yield "8 times 60 MB of zeros", packed(*[(f"{i}.{ending}", bytes(60 * 10**6)) for i in range(8)])
        yield "60,000 files", packed(*[(f"{i}.{ending}", b"x") for i in range(60_000)])
        yield "70,000 files (zip64)", packed(*[(f"{i}.txt", b"") for i in range(70_000)])
    yield "a size that lies", _lying(bytes(50 * 10**6))
    yield "zips in zips", packed((f"inner.{ending}", packed((f"inner.{ending}", good))), ("inner.zip", good))
    for way in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        yield f"packed by way {way}", packed((f"zeros.{ending}", bytes(3 * 10**7)), *entries, way=way)
    encrypted = bytearray(good)
    for magic, flag in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = encrypted.index(magic) + flag
        encrypted[at] |= 1
    yield "encrypted", bytes(encrypted)
    yield "one name twice", packed(*entries, *entries)
    yield "empty", packed()
    yield "no zip", b"hello"
    yield "behind a megabyte of something else", bytes(10**6) + good
    yield "a comment of 65,535", good[:-2] + b"\xff\xff" + b"x" * 65535
    for turn in range(90):
        changed = bytearray(good)
        for _ in range(dice.randint(1, 5)):
            changed[dice.randrange(len(good)) if turn % 2 else -1 - dice.randrange(300)] = dice.randrange(256)
        yield (
            f"bytes changed, {turn}",
            bytes(changed) if turn % 5 else bytes(changed[: dice.randrange(len(good))]),
        )
