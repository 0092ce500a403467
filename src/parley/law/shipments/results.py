"""The columns of the result of judged lines, and the lines that are refused with what was found in them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.codes import PROGRAMMES
from parley.law.shipments.arrow import pa, pc
from parley.law.shipments.compile.law import Law
from parley.law.shipments.judge import Judged
from parley.law.shipments.read import repeated
from parley.law.shipments.reject_rows import Refused
from parley.law.shipments.rejects import REASONS, reason_text
from parley.law.shipments.typed import by_destination, texts

RESULT = ("duty_rate", "base_rate", "added_rate", "duty", "measures", "reject_reason")
NO_LINE = 1  # of rejects.REASONS
SHOWN_FOUND = 80  # characters of what was found


def result_names(law: Law) -> list[str]:
    """The columns of the result, in order."""
    programmes = [f"rate_{n}" for n in PROGRAMMES] if law.asked.programmes else []
    return [*RESULT, *programmes, *(("mpf", "hmf") if law.asked.fees else ())]


def result_columns(
    law: Law, batch: pa.RecordBatch, judged: Judged, refused: Refused | None = None
) -> dict[str, pa.Array]:
    """The columns of the result: rates as fractions to twelve digits, dollars, texts by number; null for none."""
    good = judged.reason == 0
    every = bool(good.all())
    only = None if every else good
    told = refused if refused is not None else refused_of(law, batch, judged, {})
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


def rates_to_show(rate: Float[ndarray, " n"], only: Bool[ndarray, " n"] | None = None) -> pa.Array:
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


def refused_of(law: Law, batch: pa.RecordBatch, judged: Judged, told: dict[tuple[int, str, str], int]) -> Refused:
    """The refused lines of a batch in order, each with its reason and what was found in the column at fault.

    told: of other batches of the piece, to which those of this one are added.
    """
    rows = np.flatnonzero(judged.reason)
    which, codes = np.zeros(len(rows), dtype=np.int64), judged.reason[rows]
    for code in np.unique(codes).tolist():
        mine = np.flatnonzero(codes == code)
        part = batch.take(pa.array(rows[mine]))
        words, places = texts(_found(law, part, REASONS[code].role))
        by_schedule = code == NO_LINE and not law.asked.destination  # in which there is no such line
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
        joined = pc.binary_join_element_wise(start, *named, "", null_handling="replace", null_replacement="")
        return pc.utf8_slice_codeunits(joined, 2)
    if role == "entry_date" and law.asked.on:
        return repeated(law.asked.on, len(batch))
    return batch.column(role) if role in law.columns.of and role in batch.schema.names else repeated("", len(batch))


__all__ = ["RESULT", "rates_to_show", "refused_of", "result_columns", "result_names"]
