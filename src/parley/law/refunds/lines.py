"""A batch of claims as the columns of the file that is written: the file's own, then the claim of each line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from parley.law.refunds.arrow import floats, valid
from parley.law.refunds.claims import Claims, Question
from parley.law.refunds.deadlines import deadlines
from parley.law.refunds.evidence import evidence, text_of
from parley.law.refunds.paid import CHECKS, UNREAD
from parley.law.refunds.result import WAYS, state_name

if TYPE_CHECKING:
    import pyarrow as pa


def columns(
    batch: pa.RecordBatch, c: Claims, q: Question, own: Sequence[str], told: Mapping[str, str], note: str
) -> dict[str, pa.Array]:
    """The columns of a batch in order; a column of the file's own that has a claim's name is called <name>_input.

    told: texts that stand on every line with a refund.
    """
    due = c.refund > 0
    made = {
        "duty_collected": batch.column("duty"),
        "duty_owed": batch.column("duty_before"),
        "refund": _numbers(c.refund),
    }
    made["refund_programmes"] = _programmes(c, q)
    made |= {name: _constant(text, due) for name, text in told.items()}
    made |= {d.name: _days(c.days[d.name], due) for d in deadlines()}
    made["paid_difference"] = _numbers(_difference(batch, c))
    made["missing"] = _missing(batch, q)
    made |= {f"refund_{p}": _numbers(np.round(x, 2)) for p, x in zip(q.programmes, c.by_programme, strict=True)}
    made["paid_check"] = _words(c.check, lambda code: CHECKS[code])
    made["state"] = _words(np.where(due, c.state, -1), state_name)
    made["route"] = _words(c.way, lambda code: WAYS[code])
    made["route_reason"] = _words(
        np.where(due, c.state, -1), lambda code: route.why if (route := q.routes[code]) else ""
    )
    made["act_by"] = _days(c.act_by, due)
    made["liquidation_assumed"] = _flags(c.assumed, due)
    if q.interest is not None:
        made["interest_from"] = _days(c.since, due)
        made["interest"] = _numbers(c.interest)
        made["refund_with_interest"] = _numbers(np.round(c.refund + c.interest, 2))
    made |= {"range": batch.column(q.ranged)} if q.ranged else {}
    made["reject_reason"] = batch.column("reject_reason")
    made["note"] = _constant(note, np.ones(batch.num_rows, bool))
    return {(f"{n}_input" if n.lower() in made else n): batch.column(n) for n in own} | made


def _numbers(values: np.ndarray) -> pa.Array:
    import pyarrow as pa

    return pa.array(values, pa.float64(), mask=np.isnan(values))


def _days(days: np.ndarray, due: np.ndarray) -> pa.Array:
    import pyarrow as pa

    return pa.array(
        np.where(due, days, np.datetime64("NaT", "D")).astype("datetime64[D]"), pa.date32(), from_pandas=True
    )


def _flags(values: np.ndarray, due: np.ndarray) -> pa.Array:
    import pyarrow as pa

    return pa.array(values, pa.bool_(), mask=~due)


def _words(codes: np.ndarray, word: Callable[[int], str]) -> pa.Array:
    """Texts by code; null where the code is negative, or its word is empty."""
    import pyarrow as pa

    held, places = np.unique(codes, return_inverse=True)
    words = [word(int(code)) or None if code >= 0 else None for code in held]
    return pa.DictionaryArray.from_arrays(
        pa.array(places.astype(np.int32)), pa.array(words, pa.string())
    ).dictionary_decode()


def _constant(text: str, where: np.ndarray) -> pa.Array:
    return _words(np.where(where, 0, -1), lambda _: text)


def _programmes(c: Claims, q: Question) -> pa.Array:
    """The struck programmes whose duty was collected on each line."""
    bits = (c.rates > 0).T @ (1 << np.arange(len(q.programmes)))
    made = _words(bits, lambda code: "; ".join(p for n, p in enumerate(q.programmes) if code >> n & 1))
    return made.fill_null("")


def _difference(batch: pa.RecordBatch, c: Claims) -> np.ndarray:
    """Duty paid less duty collected by the law; of the struck programmes alone where only those are stated."""
    change = floats(batch.column("duty_change"))
    duty = floats(batch.column("duty"))
    return np.round(np.where(c.check == UNREAD, np.nan, np.where(np.isnan(c.flat), c.paid - change, c.flat - duty)), 2)


def _missing(batch: pa.RecordBatch, q: Question) -> pa.Array:
    """The evidence that each line does not have."""
    roles = evidence()
    bits = np.zeros(batch.num_rows, np.int64)
    for n, role in enumerate(roles):
        names = [q.held.of[role]] if role in q.held.of else []
        names += [*(n for each in q.held.paid.values() for n in each), *q.held.together] if role == "duty_paid" else []
        absent = np.ones(batch.num_rows, bool)
        for name in names:
            absent &= ~valid(text_of(batch.column(name)))
        bits += absent.astype(np.int64) << n
    return _words(bits, lambda code: "; ".join(r for n, r in enumerate(roles) if code >> n & 1)).fill_null("")
