"""Memory that the solver frees stays with the process: a third of a small solve went in asking for it again."""

from __future__ import annotations

import numpy as np

LARGEST = 31 << 20  # bytes; glibc (malloc/malloc.c, DEFAULT_MMAP_THRESHOLD_MAX) learns from blocks of up to 32 MiB


def keep_freed() -> None:
    """Nothing; but the C library now keeps up to twice LARGEST of freed memory, where it adapts to use as glibc does.

    It hands back to the system whatever is more than twice the largest block freed so far; each array of a pass would
    then be mapped, and cleared page by page, anew. The block asked for here is never touched, so it costs no memory.
    """
    np.empty(LARGEST, np.uint8)
