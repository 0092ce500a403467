"""The reader's own goods: what each pays before, on the day, and from the next day on which its rate changes, as known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TypedDict

from parley.codes import country, members, product
from parley.csv_tables import records_of, table_of
from parley.errors import CodeError, InputError, ParleyError
from parley.law.code_range import RateRange, explain_code
from parley.law.readings import change_days
from parley.law.regime import Regime
from parley.scenario.scenario import MOST_GOODS, Good, Scenario
from parley.text_files import FileKind, read_text

GOODS = FileKind("a text file of tariff codes: one a line, or CSV with a column code")
SPANS = "the lowest and highest of the tariff lines for which the code stands"
CODE = ("code", "product", "hts", "hts code", "hs", "hs code", "tariff line", "tariff code")
LABEL = ("label", "name", "description", "goods")
SAME = 1e-9  # rates are sums of a few decimals


class DutyOnDay(TypedDict):
    """What a good pays on a day, fractions of value. low, high: over what `spans` names; rate: the weighted mean."""

    on: str
    low: float | None
    rate: float | None
    high: float | None
    spans: str


class GoodsRow(TypedDict):
    """One good. before: on the comparison day; now: on the day; next: from the next day with another rate, null where none is known.

    lines: the tariff lines of the day for which the code stands. reason: why a rate is missing, or how the code was followed.
    """

    label: str
    product: str
    origin: str
    destination: str
    before: DutyOnDay
    now: DutyOnDay
    next: DutyOnDay | None
    lines: list[str]
    reason: str | None


def goods_rows(regime: Regime, scenario: Scenario) -> list[GoodsRow]:
    """The scenario's goods, else its products, in their order. A code that leads nowhere has a reason and no rate."""
    goods = scenario.goods or tuple(Good(code=p.code, label=p.label) for p in scenario.product)
    return [_row(regime, scenario, good) for good in goods]


def _row(regime: Regime, scenario: Scenario, good: Good) -> GoodsRow:
    levier = good.destination or scenario.parties[0]
    origin = good.origin or members(scenario.parties[-1])[0]
    before, now = (
        _duty(regime, good.code, origin, levier, day, scenario.known) for day in (scenario.before, scenario.on)
    )
    return {
        "label": good.label,
        "product": good.code,
        "origin": origin,
        "destination": levier,
        "before": before[0],
        "now": now[0],
        "next": None if now[0]["rate"] is None else _next(regime, scenario, good.code, origin, levier, now[0]),
        "lines": now[1],
        "reason": now[2] or before[2],
    }


def _next(regime: Regime, scenario: Scenario, code: str, origin: str, levier: str, now: DutyOnDay) -> DutyOnDay | None:
    """The first later day, as known, on which the good pays something else."""
    for day in sorted(d for d in change_days(regime, origin, levier, scenario.known) if d > scenario.on):
        then = _duty(regime, code, origin, levier, day, scenario.known)[0]
        if any(not _same(now[end], then[end]) for end in ("low", "rate", "high")):
            return then
    return None


def _duty(
    regime: Regime, code: str, origin: str, levier: str, on: date, known: date | None
) -> tuple[DutyOnDay, list[str], str | None]:
    """The duty of a day, the lines of the code, and what must be said of them."""
    try:
        found = explain_code(regime, code, origin, levier, on, known)
    except ParleyError as error:
        return _on_day(on, None, None, None), [], str(error)
    if isinstance(found, RateRange):
        low, mean, high = found.rate
        lines, said = list(found.followed.lines), found.followed.words
    else:
        low = mean = high = found.rate
        lines, said = [found.product], found.reason or (found.followed.words if found.followed else None)
    return _on_day(on, low, mean, high), lines, said


def _on_day(on: date, low: float | None, rate: float | None, high: float | None) -> DutyOnDay:
    return {"on": on.isoformat(), "low": low, "rate": rate, "high": high, "spans": SPANS}


def _same(a: float | None, b: float | None) -> bool:
    return a == b if a is None or b is None else abs(a - b) < SAME


def read_goods(path: Path, where: str = "products") -> tuple[Good, ...]:
    """The goods of a file: codes one a line, or CSV with a column `code`, and `label`, `origin`, `destination` where they are there.

    Raises InputError where the file cannot be read, holds no code or one that is none, or too many.
    """
    rows = list(_rows(path, where))
    if not rows or len(rows) > MOST_GOODS:
        raise InputError(
            where, f"{len(rows) or 'no'} codes in {path}", f"1 to {MOST_GOODS}: one a line, or CSV with a column code"
        )
    return tuple(_good(row, f"{where}, {path}, row {n}") for n, row in rows)


def _rows(path: Path, where: str) -> Iterator[tuple[int, dict[str, str]]]:
    text = read_text(path, GOODS, where)
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    cells = list(records_of(text, GOODS, f"{where}, {path}", _delimiter(first)))
    names = {name.casefold(): name for name in cells[0][1]} if cells else {}
    code = next((names[n] for n in CODE if n in names), None)
    if code is None:
        yield from ((n, {"code": row[0], "label": row[1] if len(row) > 1 else ""}) for n, row in cells)
        return
    table = table_of(cells, GOODS, (), f"{where}, {path}")
    places = {"code": code, **{key: names[n] for key, allowed in _others() for n in allowed if n in names}}
    for number, row in table.records:
        held = table.row(number, row).cells
        yield number, {key: held[name] for key, name in places.items()}


def _delimiter(first: str) -> str:
    return max(",;\t", key=first.count)


def _others() -> Sequence[tuple[str, tuple[str, ...]]]:
    return (("label", LABEL), ("origin", ("origin",)), ("destination", ("destination",)))


def _good(row: dict[str, str], where: str) -> Good:
    try:
        code = product(row["code"], where)
    except CodeError as error:
        raise InputError(where, f"{row['code'][:40]!r}", "a tariff code of 4 to 10 digits", str(error)) from None
    places = {key: country(row[key], f"{where}, {key}") if row.get(key) else "" for key in ("origin", "destination")}
    return Good(code=code, label=row.get("label", ""), **places)
