"""Which device, which precision, how many threads."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys

import torch

CHOICES = ("auto", "cpu", "cuda", "mps")


def pick(name: str = "auto") -> torch.device:
    """The device called `name`; "auto" takes CUDA, else MPS, else the CPU.

    Raises ValueError when that device is not on this machine.
    """
    available = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        name = next(kind for kind in ("cuda", "mps", "cpu") if available[kind])
    kind = name.split(":")[0]
    if kind not in available:
        raise ValueError(f"device must be one of {', '.join(CHOICES)}, got {name!r}")
    if not available[kind]:
        there = ", ".join(k for k, yes in available.items() if yes)
        raise ValueError(f"no {kind} device on this machine; there are: {there}")
    return torch.device(name)


def describe(device: torch.device) -> str:
    """A name that a person knows: "CUDA (NVIDIA H200)", "Apple GPU", "CPU, 2 threads"."""
    if device.type == "cuda":
        return f"CUDA ({torch.cuda.get_device_name(device)})"
    if device.type == "mps":
        return "Apple GPU (MPS)"
    count = torch.get_num_threads()
    return f"CPU, {count} thread{'s' * (count != 1)}"


def has_fast_bf16(device: torch.device) -> bool:
    """True when bfloat16 convolutions are quicker than float32 ones: GPUs since Ampere, CPUs with avx512_bf16 or AMX."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type == "cpu" and hasattr(torch.cpu, "get_capabilities"):
        found = torch.cpu.get_capabilities()
        return bool(found.get("avx512_bf16") or found.get("amx_bf16"))
    return False


def autocast(device: torch.device, enabled: bool = True) -> contextlib.AbstractContextManager:
    """Mixed precision for training where the chip gains from it, else a context that does nothing."""
    if enabled and has_fast_bf16(device):
        return torch.autocast(device.type, torch.bfloat16)
    return contextlib.nullcontext()


def set_threads(count: int | None = None) -> int:
    """Use `count` CPU threads for one operation. Returns the number in force.

    None: what the environment variable OMP_NUM_THREADS says, else one a core, at most 8. On a machine whose cores are
    busy with other work, one is many times faster than all: threads wait for each other.
    """
    told = os.environ.get("OMP_NUM_THREADS", "")
    torch.set_num_threads(
        count or (int(told) if told.isdecimal() and int(told) else min(os.cpu_count() or 1, 8))
    )
    return torch.get_num_threads()


def keep_freed_memory() -> None:
    """Ask glibc to keep freed blocks for the next step instead of handing them back to the system.

    A training frees and takes the same large blocks at every step; without this a third of its time on a CPU goes
    into page faults. Not for the app, which should give memory back. Does nothing where there is no glibc.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            libc = ctypes.CDLL("libc.so.6")
            libc.mallopt(-4, 0)  # M_MMAP_MAX: no separate mapping for large blocks
            libc.mallopt(-1, 2**31 - 1)  # M_TRIM_THRESHOLD
            libc.mallopt(-2, 2**28)  # M_TOP_PAD
