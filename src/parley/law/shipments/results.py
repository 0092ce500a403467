"""What is shown of judged lines: the columns of their result, the file of those that are refused, and sums by entry.

That file says of each its file, row and column, what was found and is allowed, the nearest name, and the reason. Sums by entry
are of rounded lines, with the merchandise processing fee within its yearly bounds. Sums of each piece are kept in a part; in the
end DuckDB, which may use the disk, adds the parts up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from parley import outputs
from parley.array_types import Bool, Float, Int
from parley.codes import PROGRAMMES
from parley.law.shipments.arrow import pa, pc
from parley.law.shipments.compile.law import Law
from parley.law.shipments.duckdb import connect
from parley.law.shipments.fees import bounded, rate_of
from parley.law.shipments.judge import Judged, judge
from parley.law.shipments.read import Rows, as_texts, repeated
from parley.law.shipments.rejects import NEAREST_AT_MOST, Why, near_origin, near_product, reason_text
from parley.law.shipments.rows_out import CsvOutput, records
from parley.law.shipments.typed import NO_DAY, by_text, destination_of, texts

RESULT = ("duty_rate", "base_rate", "added_rate", "duty", "measures", "reject_reason")


class Places(NamedTuple):
    """Where the outputs go, or stand."""

    out: Path | None
    rejects: Path | None
    entries: Path | None


REJECTS = ("file", "row", "column", "found", "allowed", "nearest", "reason")
SHOWN_FOUND = 80  # characters of what was found
AT_ONCE = 1 << 16  # refusals that are held with their nearest names; entries that are written
ENTRIES = ("entry", "entry_date", "lines", "rejected", "value", "duty", "mpf", "hmf")
SUMS = ("lines", "rejected", "value", "cents", "mpf_value", "mpf", "hmf")
COUNTED = ("lines", "rejected", "cents")  # whole numbers


def result_kinds(*laws: Law) -> dict[str, pa.DataType]:
    """The columns of the result in order, and the type of each: those of no lines."""
    none = pa.RecordBatch.from_pydict({role: pa.nulls(0, pa.string()) for role in laws[0].columns.of})
    found = [judge(law, none) for law in laws]
    return {n: c.type for n, c in result_columns(laws[0], none, *found).items()}


def result_columns(
    law: Law, batch: pa.RecordBatch, judged: Judged, *before: Judged, refused: pa.Table | None = None
) -> dict[str, pa.Array]:
    """The columns of the result: rates as fractions to twelve digits, dollars, texts by number; null for none.

    before: the same lines under another law, whose rate and duty are shown, and the change where they have a duty under both.
    refused: the refused lines (refused_of), if they are known.
    """
    good = judged.reason == 0
    every = bool(good.all())
    only = None if every else good
    made: dict[str, Any] = {
        "duty_rate": _to_show(judged.rate, only),
        "base_rate": _to_show(judged.base),
        "added_rate": _to_show(judged.added),
        "duty": pa.array(judged.cents / 100.0, mask=None if every else ~good),
        "measures": _coded(judged.measure, judged.measures, only),
        "reject_reason": _reasons(refused_of(law, batch, judged) if refused is None else refused, len(good)),
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


def _reasons(refused: pa.Table, count: int) -> Any:
    """ "role: sentence: 'found'" of the lines that are refused."""
    which, said = _alike(refused)
    places = np.full(count, -1)
    places[refused["row"].to_numpy()] = which.to_numpy()
    return _coded(places, [reason_text(why, found) for why, found, _ in said], places >= 0)


def refused_of(law: Law, batch: pa.RecordBatch, judged: Judged) -> pa.Table:
    """The refused lines of a batch, in order: which row, why (rejects.Why), what was found in the column at fault, who levies."""
    rows = np.flatnonzero(judged.reason)
    part, why, found = batch.take(pa.array(rows)), judged.reason[rows], pa.array([""] * len(rows), pa.string())
    for code in np.unique(why).tolist():
        found = pc.if_else(pa.array(why == code), _found(law, part, Why(code).role), found)
    one = law.asked.destination
    levies = [one] * len(rows) if one else by_text(part.column("destination"), destination_of, "", object)
    return _refused(rows, why, pc.utf8_slice_codeunits(found, 0, SHOWN_FOUND), levies)


def _refused(*columns: Any) -> pa.Table:
    kinds = {"row": pa.int64(), "why": pa.int64(), "found": pa.string(), "told": pa.string()}
    return pa.table([pa.array(c, k) for c, k in zip(columns, kinds.values(), strict=True)], [*kinds])


def _alike(refused: pa.Table) -> tuple[Any, list[tuple[int, str, str]]]:
    """Of each refused line its place among what is told of them: why, what was found, and who levies or how it is no row."""
    parts = (refused["why"].cast(pa.string()), refused["told"], refused["found"])
    alike = pc.binary_join_element_wise(*parts, "\n").combine_chunks().dictionary_encode()
    said = (text.split("\n", 2) for text in alike.dictionary.to_pylist())
    return alike.indices, [(int(why), found, told) for why, told, found in said]


def _found(law: Law, batch: pa.RecordBatch, role: str) -> Any:
    """What stands in a role's column, if there is one; of claims those that are stated, "name=text; …"."""
    count, of = len(batch), law.columns.of
    if role == "claim":
        stated = [(n, _said(batch.column(n))) for n in law.columns.claims if n in of]
        named = [pc.binary_join_element_wise(f"; {n}", said, "=") for n, said in stated]
        said = pc.binary_join_element_wise(_said(repeated("", count)), *named, "", null_handling="replace")
        return pc.utf8_slice_codeunits(said, 2)
    if role == "entry_date" and law.asked.on:
        return _said(repeated(law.asked.on, count))
    return _said(batch.column(role) if role in of and role in batch.schema.names else repeated("", count)).fill_null("")


def _said(column: Any) -> Any:
    words, places = texts(column)
    return words.take(pa.array(places))


def drop_older(rejects: Path) -> None:
    """Takes away the rejects of an earlier run, which would stand beside rows that are none of theirs; other files stay."""
    if outputs.is_stream(rejects) or not rejects.is_file():
        return
    with outputs.told(rejects):
        with rejects.open("rb") as stream:
            ours = stream.readline().rstrip(b"\r\n") == ",".join(REJECTS).encode()
        if ours:
            outputs.real(rejects).unlink()


def refused_lines(parts: Sequence[tuple[int, pa.Table]], rows: Rows) -> pa.Table:
    """The refused lines of a piece and those that are no rows, in order, as `refused_of` has them; `row` counts all its lines.

    parts: the refused lines of its batches, and how many rows come before each.
    """
    places, lines, faults = zip(*rows.malformed, strict=True) if rows.malformed else ((), (), ())
    every = rows.places
    held = pa.concat_tables(
        [_refused(places, [Why.MALFORMED] * len(places), lines, faults), *(part for _, part in parts)]
    )
    at = np.concatenate([places, *(every[first + part["row"].to_numpy()] for first, part in parts)])
    return held.set_column(0, "row", pa.array(at, pa.int64())).sort_by("row")


class RejectRows:
    """Writes the rejected rows of a run. columns: the name of the one that holds a role."""

    def __init__(self, place: Path, columns: Mapping[str, str]) -> None:
        self.out, self.columns, self.sought = CsvOutput(place, REJECTS), columns, 0
        self.cells, self.finish = lru_cache(AT_ONCE)(self._cells), self.out.finish

    def add(self, refused: pa.Table, path: str, first: int) -> None:
        """The rejected rows of a piece, in order. first: rows of the file before this piece.

        Rows count from 1 after the header, the lines that are no rows among them.
        """
        which, said = _alike(refused)
        cells = zip(*(self.cells(*told) for told in said), strict=True)
        ends = [pa.DictionaryArray.from_arrays(which, pa.array(words, pa.string())) for words in cells]
        numbers = pc.add(refused["row"].combine_chunks(), first + 1)
        if said:
            self.out.add([records([repeated(path, len(numbers)), numbers, *ends], ())])

    def _cells(self, code: int, found: str, told: str) -> tuple[str | None, ...]:
        """The column at fault, what was found and is allowed, the nearest name, the reason."""
        why, near = Why(code), ""
        self.sought += why == Why.NO_COUNTRY
        if found and why == Why.NO_LINE:
            near = near_product(found, told)
        elif found and why == Why.NO_COUNTRY and self.sought <= NEAREST_AT_MOST:
            near = near_origin(found)
        if found.startswith(("=", "+", "-", "@", "\t", "\r")):  # what a spreadsheet would compute
            found = "'" + found
        reason = f"{why.role}: {told.lower()}" if why == Why.MALFORMED else why.words
        return self.columns.get(why.role, why.role), found or None, why.allowed, near or None, reason


def entry_lines(judged: Judged, entry: Any, number: int, first: int) -> pa.Table:
    """The figures of a batch's lines for their entry. entry: the file's column, if it has one; else each line is one."""
    good, count = judged.reason == 0, len(judged.reason)
    own = [f"line {first + j + 1} of piece {number + 1}" for j in range(0 if entry is not None else count)]
    names = pa.array(own) if entry is None else as_texts(entry)
    if judged.mpf is None or judged.hmf is None:
        raise ValueError("sums by entry need fees")
    days = pa.array(judged.day, pa.int32(), mask=judged.day == NO_DAY).cast(pa.date32())
    figures = (
        np.ones(count, np.int64), (~good).astype(np.int64), np.where(good, judged.value, np.nan), np.where(good, judged.cents, 0),
        np.where(judged.mpf > 0, judged.value, 0.0), judged.mpf, judged.hmf,
    )  # fmt: skip
    return pa.table([names, days, *(pa.array(f, from_pandas=True) for f in figures)], ["entry", "day", *SUMS])


def summed(lines: Sequence[pa.Table]) -> pa.Table:
    """The figures of lines by entry: the first day, and sums."""
    found = pa.concat_tables(lines).group_by("entry").aggregate([("day", "min"), *((n, "sum") for n in SUMS)])
    return found.rename_columns(["entry", "day", *SUMS])


def write_entries(parts: Sequence[Path], whole: Path, memory: str) -> None:
    """The table of entries: lines, rejected lines, value, duty, fees, and what is due in all."""
    sums = ", ".join(f"sum({n})::{'BIGINT' if n in COUNTED else 'DOUBLE'} AS {n}" for n in SUMS)
    out = CsvOutput(whole, ENTRIES)
    with connect(memory=memory, folder=str(whole.parent / "spill")) as con:
        found: Any = ()
        if parts:  # none where no line is a row
            lines = con.read_parquet([str(p) for p in parts])
            found = lines.aggregate(f"entry, min(day) AS day, {sums}", "entry").order("entry").to_arrow_reader(AT_ONCE)
        out.add(records(shown_columns(pa.Table.from_batches([batch])), ()) for batch in found)
    out.finish()


def shown_columns(found: pa.Table) -> list[pa.Array]:
    """The columns of ENTRIES from sums by entry: fees within their bounds, dollars to the cent."""
    made = {n: found[n].combine_chunks() for n in found.column_names}
    value, cents, base, hmf = (made[n].to_numpy(zero_copy_only=False) for n in ("value", "cents", "mpf_value", "hmf"))
    missing = np.isnan(value.astype(float))
    days = np.where(made["day"].is_null(), NO_DAY, made["day"].cast(pa.int32()).fill_null(0)).astype(np.int64)
    fee = np.floor(base * (100 * rate_of("mpf")) + 0.5 + 1e-6) / 100.0
    mpf = np.where(missing, np.nan, bounded(fee, days))
    shown = (np.round(value, 2), np.where(missing, np.nan, cents / 100.0), mpf, np.round(hmf, 2))
    told = [made[n] for n in ("entry", "day", "lines", "rejected")]
    return [*told, *(pa.array(x.astype(float), pa.float64(), from_pandas=True) for x in shown)]
