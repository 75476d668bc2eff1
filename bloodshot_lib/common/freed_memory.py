"""Keep one batch's memory for the next, and know when there is none."""

import ctypes
import platform
import re
from functools import cache

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # from glibc's malloc.h


@cache
def keep_freed_memory() -> None:
    """Have the C library, if it is glibc, keep one batch's memory for the next.

    Otherwise large blocks go back to the system when freed, and the next batch pays a page
    fault for every 4 KiB: at 224 px a third of a training step on the CPU, and more than half
    of an embedding batch.
    """
    if platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_MMAP_THRESHOLD, 1 << 30)  # blocks up to 1 GiB come from the heap
        libc.mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)  # and up to 2 GiB stay there when freed


def is_out_of_memory(error: Exception) -> bool:
    """Whether an error says that a GPU's memory, or the computer's, is full: torch has many."""
    full = re.search(r"out of memory|allocate memory|not enough memory|ALLOC_FAILED", str(error))
    return full is not None or isinstance(error, MemoryError)
