"""The columns of the result of judged lines, and the lines that are refused with what was found in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.codes import PROGRAMMES
from parley.law.shipments.compile.law import Law
from parley.law.shipments.destinations import by_destination
from parley.law.shipments.judge import Judged
from parley.law.shipments.reject_rows import Refused
from parley.law.shipments.rejects import REASONS, reason_text
from parley.law.shipments.typed import texts

if TYPE_CHECKING:
    from pyarrow import Array, RecordBatch

RESULT = ("duty_rate", "base_rate", "added_rate", "duty", "measures", "reject_reason")
NO_LINE = 1  # of rejects.REASONS
SHOWN_FOUND = 80  # characters of what was found


def result_names(law: Law) -> list[str]:
    """The columns of the result, in order."""
    programmes = [f"rate_{n}" for n in PROGRAMMES] if law.asked.programmes else []
    return [*RESULT, *programmes, *(("mpf", "hmf") if law.asked.fees else ())]


def result_columns(law: Law, batch: RecordBatch, judged: Judged, refused: Refused | None = None) -> dict[str, Array]:
    """The columns of the result: rates as fractions to twelve digits, dollars, texts by number; null for none."""
    import pyarrow as pa

    good = judged.reason == 0
    every = bool(good.all())
    only = None if every else good
    told = refused if refused is not None else refused_of(law, batch, judged)
    made: dict[str, Any] = {
        "duty_rate": rates_to_show(judged.rate, only),
        "base_rate": rates_to_show(judged.base),
        "added_rate": rates_to_show(judged.added),
        "duty": pa.array(judged.cents / 100.0, mask=None if every else ~good),
        "measures": _coded(judged.measure, judged.measures, only),
        "reject_reason": _reasons(told, len(good)),
    }
    if judged.programme_rates is not None:
        made |= {f"rate_{n}": rates_to_show(r, only) for n, r in zip(PROGRAMMES, judged.programme_rates, strict=True)}
    if judged.mpf is not None and judged.hmf is not None:
        made |= {"mpf": pa.array(judged.mpf, from_pandas=True), "hmf": pa.array(judged.hmf, from_pandas=True)}
    return made


def rates_to_show(rate: Float[ndarray, " n"], only: Bool[ndarray, " n"] | None = None) -> Array:
    """A rate to twelve digits, as the acts write it: 0.3, not 0.30000000000000004."""
    import pyarrow as pa

    shown = rate * 1e12
    shown += 0.5
    np.floor(shown, out=shown)
    shown /= 1e12
    if only is not None:
        shown[~only] = np.nan
    return pa.array(shown, from_pandas=True)


def _coded(places: Int[ndarray, " n"], words: list[str], only: Bool[ndarray, " n"] | None) -> Any:
    import pyarrow as pa

    mask = None if only is None else ~only
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32), mask=mask), pa.array(words, pa.string()))


def _reasons(refused: Refused, count: int) -> Any:
    """ "role: sentence: 'found'" of the lines that are refused."""
    places = np.full(count, -1)
    places[refused.places] = refused.which
    return _coded(places, [reason_text(code, found) for code, found, _ in refused.told], places >= 0)


def refused_of(law: Law, batch: RecordBatch, judged: Judged) -> Refused:
    """The refused lines of a batch in order, each with its reason and what was found in the column at fault."""
    rows = np.flatnonzero(judged.reason)
    told: dict[tuple[int, str, str], int] = {}
    which = np.zeros(len(rows), dtype=np.int64)
    codes = judged.reason[rows]
    for code in np.unique(codes).tolist():
        for mine, levies in _by_schedule(law, batch, code, np.flatnonzero(codes == code), rows):
            words, at = _found(law, batch, REASONS[code].role, rows[mine])
            places = [told.setdefault((code, w[:SHOWN_FOUND], levies), len(told)) for w in words]
            which[mine] = np.array(places, dtype=np.int64)[at]
    return Refused(rows, which, list(told))


def _by_schedule(
    law: Law, batch: RecordBatch, code: int, mine: Int[ndarray, " k"], rows: Int[ndarray, " r"]
) -> list[tuple[Int[ndarray, " j"], str]]:
    """Refused lines by the destination in whose schedule they have no line, where the file says it."""
    import pyarrow as pa

    if code != NO_LINE or law.asked.destination:
        return [(mine, "")]
    return [(mine[at], name) for at, name in by_destination(batch.take(pa.array(rows[mine])))]


def _found(law: Law, batch: RecordBatch, role: str, rows: Int[ndarray, " r"]) -> tuple[list[str], Int[ndarray, " r"]]:
    """The distinct texts of a role's column in some rows, and which each row has; nothing where there is no such column."""
    import pyarrow as pa

    if role == "claim":
        return _claims(law, batch, rows)
    if role == "entry_date" and law.asked.on:
        return [law.asked.on], np.zeros(len(rows), dtype=np.int64)
    if role not in law.columns.of or role not in batch.schema.names:
        return [""], np.zeros(len(rows), dtype=np.int64)
    column: Any = batch.column(role).take(pa.array(rows))
    words, places = texts(column)
    met, at = np.unique(places, return_inverse=True)
    return [w or "" for w in words.take(pa.array(met)).to_pylist()], at.ravel()


def _claims(law: Law, batch: RecordBatch, rows: Int[ndarray, " r"]) -> tuple[list[str], Int[ndarray, " r"]]:
    """The claims that are stated, "name=text; …"."""
    import pyarrow as pa

    stated: list[list[str]] = [[] for _ in rows]
    for name in (n for n in law.columns.claims if n in law.columns.of):
        column: Any = batch.column(name).take(pa.array(rows))
        words, places = texts(column)
        said = words.to_pylist()
        for held, place in zip(stated, places.tolist(), strict=True):
            held += [] if said[place] is None else [f"{name}={said[place]}"]
    joined: dict[str, int] = {}
    at = [joined.setdefault("; ".join(held), len(joined)) for held in stated]
    return list(joined), np.array(at, dtype=np.int64)


__all__ = ["RESULT", "rates_to_show", "refused_of", "result_columns", "result_names"]
