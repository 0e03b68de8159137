"""Pickles that would run something, in every way that a pickle can; what they run only makes an empty file."""

from __future__ import annotations

import pickle
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path


def _text(value: str) -> bytes:
    raw = value.encode()
    return b"X" + struct.pack("<I", len(raw)) + raw  # BINUNICODE


def calls(canary: Path) -> dict[str, tuple[str, str, str]]:
    """Name -> (module, function, its argument); each makes the file `canary`."""
    code = f"open({str(canary)!r}, 'w').close()"
    return {
        "os.system": ("os", "system", f"touch {canary}"),
        "posix.system": ("posix", "system", f"touch {canary}"),
        "subprocess.getoutput": ("subprocess", "getoutput", f"touch {canary}"),
        "os.popen": ("os", "popen", f"touch {canary}"),
        "builtins.exec": ("builtins", "exec", code),
        "builtins.eval": ("builtins", "eval", code),
        "os.mkdir": ("os", "mkdir", str(canary)),
        "timeit": ("timeit", "timeit", code),
        "code": ("cProfile", "run", code),
        "pathlib": ("pathlib", "Path.touch", str(canary)),
    }


def _global(module: str, name: str) -> bytes:
    return b"c" + f"{module}\n{name}\n".encode()


def _stack_global(module: str, name: str) -> bytes:
    return _text(module) + _text(name) + b"\x93"


def reduce_old(module: str, name: str, argument: str) -> bytes:
    return _global(module, name) + b"(" + _text(argument) + b"tR."


def reduce_new(module: str, name: str, argument: str) -> bytes:
    return b"\x80\x04" + _stack_global(module, name) + _text(argument) + b"\x85R."


def framed(module: str, name: str, argument: str) -> bytes:
    body = _stack_global(module, name) + _text(argument) + b"\x85R."
    return b"\x80\x05\x95" + struct.pack("<Q", len(body)) + body


def inst(module: str, name: str, argument: str) -> bytes:
    return b"(" + _text(argument) + b"i" + f"{module}\n{name}\n.".encode()


def obj(module: str, name: str, argument: str) -> bytes:
    return b"(" + _global(module, name) + _text(argument) + b"o."


def in_a_dict(module: str, name: str, argument: str) -> bytes:
    """A state dict by its looks, whose one value runs."""
    return b"\x80\x04}" + _text("weight") + _stack_global(module, name) + _text(argument) + b"\x85Rs."


def from_memo(module: str, name: str, argument: str) -> bytes:
    return b"\x80\x02" + _global(module, name) + b"q\x00" + b"0" + b"h\x00" + _text(argument) + b"\x85R."


def twice(module: str, name: str, argument: str) -> bytes:
    """getattr of a module that the pickle imports itself."""
    inner = _global("builtins", "getattr") + _global("importlib", "import_module") + _text(module) + b"\x85R"
    return inner + _text(name) + b"\x86R" + _text(argument) + b"\x85R."


SHAPES: tuple[Callable[[str, str, str], bytes], ...] = (
    reduce_old, reduce_new, framed, inst, obj, in_a_dict, from_memo, twice,
)  # fmt: skip


def every(canary: Path) -> dict[str, bytes]:
    """Name -> pickle, for every call in every shape that can say it."""
    found = {}
    for what, (module, name, argument) in calls(canary).items():
        for shape in SHAPES:
            if "." in name and shape not in (reduce_new, framed, in_a_dict):
                continue  # only newer opcodes follow dots
            argument_is_path = name == "Path.touch"
            body = shape(module, name, argument)
            if argument_is_path:  # touch wants a Path: made by the pickle as well
                path = _stack_global("pathlib", "Path") + _text(argument) + b"\x85R"
                body = body.replace(_text(argument), path) if shape is not framed else None
            if body:
                found[f"{what} by {shape.__name__}"] = body
    return found


def as_torch_zip(body: bytes) -> bytes:
    """What torch.save writes nowadays: a zip with the pickle inside."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", body)
        archive.writestr("archive/version", "3\n")
        archive.writestr("archive/byteorder", "little")
    return file.getvalue()


def as_old_torch(body: bytes) -> bytes:
    """What torch.save wrote long ago: a row of pickles."""
    magic = (
        pickle.dumps(0x1950A86A20F9469CFC6C, 2)
        + pickle.dumps(1001, 2)
        + pickle.dumps({"little_endian": True}, 2)
    )
    return magic + body + pickle.dumps([], 2)


def behind_a_header(body: bytes) -> bytes:
    """A safetensors file by its first bytes."""
    return struct.pack("<Q", 2) + b"{}" + body


COATS: tuple[Callable[[bytes], bytes], ...] = (bytes, as_torch_zip, as_old_torch, behind_a_header)
