"""The official declaration: one column of entry numbers, so many a file; and beside it what cannot be declared, and why."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from parley import outputs
from parley.errors import InputError
from parley.law.refunds import entry_number
from parley.law.refunds.claims import Question
from parley.law.refunds.result import WAYS, state_name
from parley.law.refunds.ruling import Declaration
from parley.law.refunds.tally import way_of_entries

if TYPE_CHECKING:
    import pyarrow as pa

NAME, LEFT = "cape-declaration-{:03d}.csv", "not-declared.csv"
END = "\r\n"  # as the portal's template is saved


@dataclass(frozen=True)
class Declared:
    """The files that were written into a folder, the entries and dollars declared, and those left out."""

    folder: str
    files: tuple[str, ...]
    entries: int
    refund: float
    left_file: str
    left: int
    left_refund: float


def check(folder: Path, declaration: Declaration | None, out: str | Path = "") -> Declaration:
    """The declaration, if a folder of it can be written there, apart from another output. Raises InputError before the work is done."""
    if declaration is None:
        raise InputError(
            "--cape", "this ruling has no declaration", "a ruling whose refunds are declared, such as that on IEEPA"
        )
    target = Path(os.path.realpath(folder))
    if target.exists() and not target.is_dir():
        raise InputError(str(folder), "it is no folder", "a folder, or a name that is not taken")
    if not target.exists() and not target.parent.is_dir():
        raise InputError(str(folder), f"no folder {target.parent}", "a folder that exists")
    if out and Path(os.path.realpath(out)).parent == target:
        raise InputError(
            "--cape", f"{out} would stand in it", "a folder of its own: an earlier declaration is replaced whole"
        )
    strange = sorted(p.name for p in target.iterdir() if not _ours(p)) if target.is_dir() else []
    if strange:
        raise InputError(str(folder), f"it holds {', '.join(strange[:3])}", "an empty folder, or one of an earlier declaration",
                         "Files of an earlier run would be filed again: give a folder of its own")  # fmt: skip
    return declaration


def _ours(path: Path) -> bool:
    return path.name == LEFT or (path.name.startswith("cape-declaration-") and path.suffix == ".csv")


def declare(entries: pa.Table | None, q: Question, folder: Path, unnumbered: int, declaration: Declaration) -> Declared:
    """Writes a declaration of the entries that can be filed now, whole or not at all. unnumbered: lines without a number."""
    why = np.array([], dtype=object) if entries is None else _why_not(entries, q)
    good = why == ""
    cents = np.array([], np.int64) if entries is None else np.asarray(entries["cents"])
    numbers = [] if entries is None else entry_number.hyphened(entries["number"].combine_chunks()).to_pylist()
    listed = [n for n, fits in zip(numbers, good, strict=True) if fits]
    parts = [listed[at : at + declaration.most] for at in range(0, len(listed), declaration.most)]
    left = [] if entries is None else _left(entries, q, numbers, why)
    if unnumbered:
        left.append(["", str(unnumbered), "", "", "", "", "lines with a refund and without an entry number"])
    check(folder, declaration)
    with outputs.told(folder), outputs.drafted_folder(folder) as draft:
        for n, part in enumerate(parts, 1):
            outputs.replace(draft / NAME.format(n), "".join(x + END for x in (declaration.heading, *part)).encode())
        outputs.replace(draft / LEFT, _csv(left, declaration.heading))
    files = tuple(str(Path(folder) / NAME.format(n)) for n in range(1, len(parts) + 1))
    return Declared(str(folder), files, len(listed), float(cents[good].sum()) / 100, str(Path(folder) / LEFT),
                    len(why) - len(listed), float(cents[~good].sum()) / 100)  # fmt: skip


def _why_not(entries: pa.Table, q: Question) -> np.ndarray:
    """Why each entry cannot be declared, as text; empty where it can."""
    faults = entry_number.faults(entries["number"].combine_chunks())
    low, high = np.asarray(entries["state_min"]), np.asarray(entries["state_max"])
    reasons = np.array([f"{route.why} ({route.cited})" if route else "no route" for route in q.routes], dtype=object)[
        high
    ]
    way = way_of_entries(entries, q)
    refused = np.asarray(entries["refused"])
    nothing = np.where(
        refused > 0, "no answer on the duty of its lines (reject_reason, paid_check)", "nothing to refund"
    )
    made = np.where(way < 0, nothing, np.where(low != high, "its lines disagree on liquidation or flags", reasons))
    return np.where(way == WAYS.index("file_now"), faults, made)


def _left(entries: pa.Table, q: Question, numbers: list[str], why: np.ndarray) -> list[list[str]]:
    """A row of each entry that is left out."""
    ways, states = way_of_entries(entries, q), entries["state_max"].to_pylist()
    cents, lines, until = entries["cents"].to_pylist(), entries["lines"].to_pylist(), entries["act_by"].to_pylist()
    return [
        [numbers[n], str(lines[n]), f"{cents[n] / 100:.2f}", state_name(states[n]), WAYS[ways[n]] if ways[n] >= 0 else "",
         str(until[n] or "") if ways[n] >= 0 else "", str(why[n])]
        for n in np.flatnonzero(why != "").tolist()
    ]  # fmt: skip


def _csv(rows: list[list[str]], heading: str) -> bytes:
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator=END)
    writer.writerows([[heading, "lines", "refund", "state", "route", "act_by", "reason"], *rows])
    return text.getvalue().encode()
