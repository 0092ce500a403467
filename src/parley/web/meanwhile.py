"""Work beside one's own, in a process that parts from this one: what it keeps in the cache is found there afterwards."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def meanwhile(work: Callable[[], object]) -> Iterator[None]:
    """Does some work while the block runs, and ends when both are done; nothing where no processor is free for it.

    What the work gives back or raises is lost: whoever needs it asks for it, and finds what was kept.
    """
    child = os.fork() if _is_free() else None
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    try:
        yield
    finally:
        if child:
            os.waitpid(child, 0)


def _is_free() -> bool:
    """Whether there is another processor, and a process without threads, which alone parts safely."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1 and threading.active_count() == 1
