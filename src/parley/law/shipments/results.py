"""What is shown of judged lines: the columns of their result, and the file of those that are refused.

That file says of each its file, row and column, what was found and is allowed, the nearest name, and the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from parley import outputs
from parley.array_types import Bool, Float, Int
from parley.codes import PROGRAMMES
from parley.law.shipments.arrow import pa, pc
from parley.law.shipments.chunks import Malformed
from parley.law.shipments.compile.law import Law
from parley.law.shipments.csv_out import CsvOutput, records
from parley.law.shipments.judge import Judged, judge
from parley.law.shipments.read import repeated
from parley.law.shipments.rejects import NEAREST_AT_MOST, Why, near_origin, near_product, reason_text
from parley.law.shipments.typed import by_destination, texts

RESULT = ("duty_rate", "base_rate", "added_rate", "duty", "measures", "reject_reason")
REJECTS = ("file", "row", "column", "found", "allowed", "nearest", "reason")
SHOWN_FOUND = 80  # characters of what was found
AT_ONCE = 1 << 16  # lines of the file of rejects

Told = dict[tuple[int, str, str], int]  # a reason, what was found, and in whose schedule or how: its number


class Refused(NamedTuple):
    """Refused lines in order: their places, and of each its number in `told`."""

    places: Int[ndarray, " r"]
    which: Int[ndarray, " r"]
    told: Told


def result_kinds(*laws: Law) -> dict[str, pa.DataType]:
    """The columns of the result in order, and the type of each: those of no lines."""
    none = pa.RecordBatch.from_pydict({role: pa.nulls(0, pa.string()) for role in laws[0].columns.of})
    found = [judge(law, none) for law in laws]
    return {n: c.type for n, c in result_columns(laws[0], none, *found).items()}


def result_columns(
    law: Law, batch: pa.RecordBatch, judged: Judged, *before: Judged, refused: Refused | None = None
) -> dict[str, pa.Array]:
    """The columns of the result: rates as fractions to twelve digits, dollars, texts by number; null for none.

    before: the same lines under another law, whose rate and duty are shown, and the change where they have a duty under both.
    """
    good = judged.reason == 0
    every = bool(good.all())
    only = None if every else good
    told = refused if refused is not None else refused_of(law, batch, judged, {})
    made: dict[str, Any] = {
        "duty_rate": _to_show(judged.rate, only),
        "base_rate": _to_show(judged.base),
        "added_rate": _to_show(judged.added),
        "duty": pa.array(judged.cents / 100.0, mask=None if every else ~good),
        "measures": _coded(judged.measure, judged.measures, only),
        "reject_reason": _reasons(told, len(good)),
    }
    if judged.programme_rates is not None:
        made |= {f"rate_{n}": _to_show(r, only) for n, r in zip(PROGRAMMES, judged.programme_rates, strict=True)}
    if judged.mpf is not None and judged.hmf is not None:
        made |= {"mpf": pa.array(judged.mpf, from_pandas=True), "hmf": pa.array(judged.hmf, from_pandas=True)}
    for then in before:
        kept = then.reason == 0
        duties = (
            np.where(kept, then.cents / 100.0, np.nan),
            np.where(kept & good, (judged.cents - then.cents) / 100.0, np.nan),
        )
        shown = (_to_show(then.rate, kept), *(pa.array(x, from_pandas=True) for x in duties))
        made |= zip(("duty_rate_before", "duty_before", "duty_change"), shown, strict=True)
    return made | judged.typed


def _to_show(rate: Float[ndarray, " n"], only: Bool[ndarray, " n"] | None = None) -> pa.Array:
    """A rate to twelve digits, as the acts write it: 0.3, not 0.30000000000000004."""
    shown = rate * 1e12
    shown += 0.5
    np.floor(shown, out=shown)
    shown /= 1e12
    if only is not None:
        shown[~only] = np.nan
    return pa.array(shown, from_pandas=True)


def _coded(places: Int[ndarray, " n"], words: list[str], only: Bool[ndarray, " n"] | None) -> Any:
    mask = None if only is None else ~only
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32), mask=mask), pa.array(words, pa.string()))


def _reasons(refused: Refused, count: int) -> Any:
    """ "role: sentence: 'found'" of the lines that are refused."""
    places = np.full(count, -1)
    places[refused.places] = refused.which
    return _coded(places, [reason_text(code, found) for code, found, _ in refused.told], places >= 0)


def refused_of(law: Law, batch: pa.RecordBatch, judged: Judged, told: Told) -> Refused:
    """The refused lines of a batch in order, each with its reason and what was found in the column at fault.

    told: of other batches of the piece, to which those of this one are added.
    """
    rows = np.flatnonzero(judged.reason)
    which, codes = np.zeros(len(rows), dtype=np.int64), judged.reason[rows]
    for code in np.unique(codes).tolist():
        mine = np.flatnonzero(codes == code)
        part = batch.take(pa.array(rows[mine]))
        words, places = texts(_found(law, part, Why(code).role))
        by_schedule = code == Why.NO_LINE and not law.asked.destination  # in which there is no such line
        for at, levies in by_destination(part) if by_schedule else [(np.arange(len(mine)), "")]:
            met, place = np.unique(places[at], return_inverse=True)
            found = [(w or "")[:SHOWN_FOUND] for w in words.take(pa.array(met)).to_pylist()]
            numbers = np.array([told.setdefault((code, w, levies), len(told)) for w in found], dtype=np.int64)
            which[mine[at]] = numbers[place.ravel()]
    return Refused(rows, which, told)


def _found(law: Law, batch: pa.RecordBatch, role: str) -> Any:
    """What stands in a role's column, if there is one; of claims those that are stated, "name=text; …"."""
    if role == "claim":
        stated = [(n, *texts(batch.column(n))) for n in law.columns.claims if n in law.columns.of]
        named = [pc.binary_join_element_wise(f"; {n}", words.take(pa.array(at)), "=") for n, words, at in stated]
        start = repeated("", len(batch)).dictionary_decode()
        said = pc.binary_join_element_wise(start, *named, "", null_handling="replace", null_replacement="")
        return pc.utf8_slice_codeunits(said, 2)
    if role == "entry_date" and law.asked.on:
        return repeated(law.asked.on, len(batch))
    return batch.column(role) if role in law.columns.of and role in batch.schema.names else repeated("", len(batch))


def drop_older(rejects: Path) -> None:
    """Takes away the rejects of an earlier run, which would stand beside rows that are none of theirs; other files stay."""
    if outputs.is_stream(rejects) or not rejects.is_file():
        return
    with outputs.told(rejects):
        with rejects.open("rb") as stream:
            ours = stream.readline().rstrip(b"\r\n") == ",".join(REJECTS).encode()
        if ours:
            outputs.real(rejects).unlink()


def joined(parts: Sequence[tuple[int, Refused]], malformed: Sequence[Malformed], told: Told) -> Refused:
    """The refused lines of the batches of a piece, each with the place of its first, and its lines that are no rows, in order.

    told: of the batches, to which that of the lines that are no rows is added. Places count all lines.
    """
    gaps = np.array([m.place - j for j, m in enumerate(malformed)], dtype=np.int64)
    more = [told.setdefault((Why.MALFORMED, m.line, m.fault), len(told)) for m in malformed]
    at = np.concatenate([gaps[:0], *(first + part.places for first, part in parts)])
    places = np.append(at + np.searchsorted(gaps, at, side="right"), gaps + np.arange(len(gaps)))
    order = np.argsort(places, kind="stable")
    which = np.concatenate([gaps[:0], *(part.which for _, part in parts), np.array(more, dtype=np.int64)])
    return Refused(places[order], which[order], told)


class RejectRows:
    """Writes the rejected rows of a run. columns: the name of the one that holds a role; levies: the destination."""

    def __init__(self, place: Path, columns: Mapping[str, str], levies: str) -> None:
        self.out, self.columns, self.levies, self.sought = CsvOutput(place, REJECTS), columns, levies, 0
        self.cells, self.finish = lru_cache(AT_ONCE)(self._cells), self.out.finish

    def add(self, refused: Refused, path: str, first: int) -> None:
        """The rejected rows of a piece, in order. first: rows of the file before this piece.

        Rows count from 1 after the header, the lines that are no rows among them.
        """
        if len(refused.places):
            self.out.add(self._blocks(refused, path, first))

    def _blocks(self, refused: Refused, path: str, first: int) -> Iterator[memoryview]:
        told = [*refused.told]
        for at in range(0, len(refused.places), AT_ONCE):
            rows, which = refused.places[at : at + AT_ONCE], refused.which[at : at + AT_ONCE]
            met, places = np.unique(which, return_inverse=True)
            cells = zip(*(self.cells(*told[k]) for k in met.tolist()), strict=True)
            ends = [pa.DictionaryArray.from_arrays(places.ravel(), pa.array(w, pa.string())) for w in cells]
            yield records([repeated(path, len(rows)), pa.array(rows + first + 1), *ends], ())

    def _cells(self, code: int, found: str, levies: str) -> tuple[str | None, ...]:
        """The column at fault, what was found and is allowed, the nearest name, the reason. levies: of no row what is wrong."""
        why, near = Why(code), self._near(code, found, levies)
        reason = f"{why.role}: {levies.lower()}" if why == Why.MALFORMED else why.words
        return self.columns.get(why.role, why.role), _safe(found) or None, why.allowed, near or None, reason

    def _near(self, code: int, found: str, levies: str) -> str:
        if code == Why.NO_LINE and found:
            return near_product(found, levies or self.levies)
        self.sought += code == Why.NO_COUNTRY
        return near_origin(found) if code == Why.NO_COUNTRY and found and self.sought <= NEAREST_AT_MOST else ""


def _safe(text: str) -> str:
    """A spreadsheet would compute what begins like this."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
