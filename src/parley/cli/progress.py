"""Progress for people: what is being done, on standard error, once it has lasted a second."""

from __future__ import annotations

import os
import sys
from typing import Any


def say(text: str) -> None:
    """Says something on standard error. Where that is closed or takes nothing, nobody listens: no work stops for it."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def has_terminal() -> bool:
    """Whether standard error is a terminal, whose line can be written over."""
    return sys.stderr is not None and sys.stderr.isatty()


class Progress:
    """Says on standard error what is being done, once it has lasted a second; wiped from a terminal when it is over."""

    def __init__(self, first: str = "", pause: float = 5.0) -> None:
        """`pause`: least seconds between two lines where no terminal is watching."""
        import time

        self.clock, self.began, self.last, self.said = time.monotonic, time.monotonic(), 0.0, False
        self.terminal = has_terminal()
        self.pause = 0.1 if self.terminal else pause
        if first:
            self._say(first)

    def __enter__(self) -> Any:
        return self

    def __call__(self, text: str) -> None:
        now = self.clock()
        if now - self.began > 1 and now - self.last > self.pause:
            self._say(text)
            self.last = now

    def _say(self, text: str) -> None:
        self.said = True
        say(f"\r\x1b[2Kparley: {text}" if self.terminal else f"parley: {text}\n")

    def __exit__(self, *_: object) -> None:
        if self.said and self.terminal:
            say("\r\x1b[2K")
