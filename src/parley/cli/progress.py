"""Progress for people: what is being done, on standard error, once it has lasted a second."""

from __future__ import annotations

import sys
from typing import Any


class Progress:
    """Says on standard error what is being done, once it has lasted a second; wiped from a terminal when it is over."""

    def __init__(self, first: str = "", pause: float = 5.0) -> None:
        """`pause`: least seconds between two lines where no terminal is watching."""
        import time

        self.clock, self.began, self.last, self.said = time.monotonic, time.monotonic(), 0.0, False
        self.terminal = sys.stderr.isatty()
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
        sys.stderr.write(f"\r\x1b[2Kparley: {text}" if self.terminal else f"parley: {text}\n")
        sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        if self.said and self.terminal:
            sys.stderr.write("\r\x1b[2K")
