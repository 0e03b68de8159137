"""What goes wrong with a machine rather than with a picture: one sentence for each, and whether the CPU can go on.

Errors are told apart by their types' names and words, so that nobody must import torch to ask.
"""

from __future__ import annotations

import errno

from deepart.disk import DiskError, reason

GPU_FULL = "the graphics card has not enough free memory: close other programs that use it, or choose something smaller"
GPU_LOST = "the graphics card does not answer any more: start deepart again, or use --device cpu"
NO_MEMORY = "there is not enough free memory: close other programs, or choose something smaller"

_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EFBIG, errno.EIO}
_LOST = (
    "CUDA error",
    "cuDNN error",
    "CUBLAS_STATUS",
    "CUDNN_STATUS",
    "HIP error",
    "driver shutting down",
    "MPS backend",
)
_FULL = ("CUDA out of memory", "MPS backend out of memory", "HIP out of memory")
_NO_MEMORY = ("DefaultCPUAllocator", "can't allocate memory", "cannot allocate memory")


def sentence(error: BaseException) -> str | None:
    """Why a machine could not do it and what to do; None for an error that says nothing of the machine."""
    if isinstance(error, DiskError):
        return str(error)
    if isinstance(error, MemoryError):
        return NO_MEMORY
    if isinstance(error, OSError):
        if error.errno == errno.ENOMEM:
            return NO_MEMORY
        return f"the disk did not do it, {reason(error)}" if error.errno in _DISK else None
    if is_gpu_full(error):
        return GPU_FULL
    if is_gpu_lost(error):
        return GPU_LOST
    text = str(error).lower()
    if isinstance(error, RuntimeError) and any(words.lower() in text for words in _NO_MEMORY):
        return NO_MEMORY
    return None


def is_gpu_full(error: BaseException) -> bool:
    """torch.OutOfMemoryError, or a RuntimeError in its words."""
    return _has_type(error, "OutOfMemoryError") or _says(error, _FULL)


def is_memory_short(error: BaseException) -> bool:
    """Whether something smaller might fit where this did not."""
    return sentence(error) in (GPU_FULL, NO_MEMORY)


def is_gpu_lost(error: BaseException) -> bool:
    """A GPU that fell off the bus, or whose context is broken: nothing on it can be used again by this process."""
    return not is_gpu_full(error) and (_has_type(error, "AcceleratorError") or _says(error, _LOST))


def _has_type(error: BaseException, name: str) -> bool:
    return any(kind.__name__ == name and kind.__module__.startswith("torch") for kind in type(error).__mro__)


def _says(error: BaseException, words: tuple[str, ...]) -> bool:
    return isinstance(error, RuntimeError) and any(each in str(error) for each in words)
