"""A list as a text prints it: its codes at the digits printed, and what the manifest says so that both can be checked.

The manifest entry records the multiset of digits printed (`printed_depths`), and why the list has others where it does
(`depth_note`); src/parley/law/check_printed.py holds the packaged rows to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from us_list_tables import Row, plain


class Printed(NamedTuple):
    """One list: what the text prints, in words what it is, and why digits differ from it, where they do."""

    codes: Callable[[Path], Sequence[str]]
    note: str
    depth_note: str = ""

    def __call__(self, shared: Path) -> list[Row]:
        """The codes as printed, undated."""
        return plain(self.codes(shared))

    def entry(self, shared: Path) -> dict[str, Any]:
        """What the manifest says of the list, beside source and terms."""
        found: dict[str, Any] = {"note": self.note, "printed_depths": depths(self.codes(shared))}
        return found | ({"depth_note": self.depth_note} if self.depth_note else {})


def depths(codes: Iterable[str]) -> dict[str, int]:
    """How many different codes of each number of digits there are."""
    return {str(n): count for n, count in sorted(Counter(len(c) for c in set(codes)).items())}
