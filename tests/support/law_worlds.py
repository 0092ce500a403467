"""Random measure worlds and random lines, with ways to rate them: explained, naive SQL, and judged from the compiled law."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from importlib import resources
from math import isnan
from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import strategies as st

from law_naive import forbidden, naive
from parley.codes import PROGRAMMES
from parley.law.explain import Explanation
from parley.law.measure import Act, Measure, Yields
from parley.law.regime import Regime
from parley.law.shipments import rejects
from parley.law.shipments.columns import Options, read_columns
from parley.law.shipments.compile.law import compile_law
from parley.law.shipments.judge import judge

DAY = date(2025, 5, 2)
EXACT = 1e-12  # of 1 or of the rates, if larger: the same few sums of decimal rates, in another order
PRODUCTS = ("0805100020", "6109100012", "7210490091", "8517130000", "8703230190", "0201100510", "9503000099",
            "2204215040", "0402105000", "9101114000")  # fmt: skip
ORIGINS = ("CHN", "DEU", "CAN", "MEX", "RUS", "JPN", "KOR", "Narnia")
NAMES = "abcdefg"
COLUMNS = ("id", "product", "origin", "entry_date", "value", "quantity", "usmca", "us_content", "steel_share",
           "aluminium_share", "loaded")  # fmt: skip
ACT = Act(id="act", title="An act", citation="EO 1", authority="USA", signed=date(2025, 1, 1))
PROHIBITED = "prohibited"
SHARES = ("full", "full", "steel", "aluminium", "copper", "non_us_content")
EXPRESSIONS = ("50¢/kg", "5% + 10¢/kg", "max(10%; 25¢/kg)", "min(30%; $1/kg)")


def draw_world(random: Random) -> tuple[Measure, ...]:
    """Up to seven rows with random scope, stacking, clocks and expressions, bans among them; edges point backwards: no circles."""
    pick, rows = random.choice, []
    for number, name in enumerate(NAMES[: random.randint(1, 7)]):
        edges = tuple(
            Yields(to=pick(NAMES[:number]), wholly=pick((True, False)), origins=pick((("*",), ("CHN", "EUU"), ("CAN",))),
                   start=pick((None, DAY, DAY + timedelta(1))))
            for _ in range(random.randint(0, 2) if number else 0)
        )  # fmt: skip
        combine = pick(("add", "add", "add", "total", "total", "replace", "zero", "cap", "ban"))
        banned, whole = combine == "ban", combine in ("ban", "replace")
        specific = combine not in ("zero", "ban", "replace") and random.random() < 0.2
        start, end = (
            pick((date(2025, 1, 1), DAY, DAY + timedelta(1))),
            pick((None, DAY + timedelta(1), DAY + timedelta(2))),
        )
        if end and end <= start:
            end = None
        rate = None if specific or banned else pick((0.0, 0.1, 0.15, 0.25, 1.25))
        rows.append(Measure(
            id=name, act=ACT, programme=pick(PROGRAMMES[:3] if combine == "replace" else PROGRAMMES[3:6]), combine=combine,
            rate=rate, expression=pick(EXPRESSIONS) if specific else None,
            covers=(combine, rate) == ("add", 0) and pick((True, False)),
            layer="" if banned else f"layer {pick((name, name, 'L'))}", rank=0 if banned else random.randint(0, 2),
            origins=pick((("*",), ("CHN", "EUU"), ("CAN", "MEX"), ("DEU",))), origins_except=pick(((), ("DEU",), ("EUU",), ("RUS",))),
            products=pick((("*",), ("*",), ("85", "95", "02", "2204", "91"), ("8517130000", "0805", "04"), ("61", "87", "7210"))),
            products_except=pick(((), ("8517",), ("61091000",))),
            share=pick(("full",) if whole else SHARES), share_least=pick((0.0, 0.2)),
            yields_to=() if whole else edges, reason="forbidden" if banned else "",
            when=pick(({}, {}, {"usmca": True}, {"loaded": "< 2025-04-05"})),
            unless=pick(({}, {}, {"us_content": ">= 0.3"})), start=start, end=end,
        ))  # fmt: skip
    return tuple(rows)


WORLDS = st.integers(0, 2**32 - 1).map(lambda seed: draw_world(Random(seed)))


def draw_lines(random: Random, count: int) -> list[tuple[Any, ...]]:
    """Lines of a file as text, some of them bad; metal shares of one line may be all, part or none of its value."""
    pick, lines = random.choice, []
    for number in range(count):
        steel = pick(("", "", "0", "0.3", "0.1", "0.6", "1"))
        aluminium = pick(("", "", "0", "0.2", "0.7")) if steel != "1" else pick(("", "0"))
        lines.append((
            str(number), pick(PRODUCTS), pick(ORIGINS), pick(("2025-05-01", "2025-05-02", "2025-05-03", "2025-05-03", "May")),
            pick(("1000", "12.50", "0.01", "99999.99", f"{random.uniform(1, 1e6):.2f}", "-1")), pick(("", "10", "400.5")),
            pick(("", "true", "no")), pick(("", "0", "0.1", "0.25", "0.4", "1")), steel, aluminium,
            pick(("", "2025-04-01", "2025-04-05")),
        ))  # fmt: skip
    return lines


def claims_of(line: Sequence[str]) -> dict[str, object]:
    """The claims of a line as `explain` takes them."""
    made: dict[str, object] = {n: v for n, v in zip(COLUMNS[5:], line[5:], strict=True) if v}
    return made | ({"usmca": line[6] == "true"} if line[6] else {})


def explanation(regime: Regime, line: Sequence[str]) -> Explanation | None:
    """What the definition says of a line; None where the line is bad."""
    from parley.errors import ParleyError

    try:
        return regime.explain(line[1], line[2], "USA", line[3], claims=claims_of(line), value=float(line[4]))
    except ParleyError:
        return None


def explained(regime: Regime, line: Sequence[str]) -> tuple[float, float, str] | str | None:
    """Base, additions and measures by the definition; None where it gives no rate, "prohibited" where a ban forbids the import."""
    found = explanation(regime, line)
    if found is None:
        return None
    assert (found.rate is None) >= bool(found.prohibited)
    if found.prohibited:
        return PROHIBITED
    if found.base_rate is None or found.added_rate is None:
        return None
    return found.base_rate, found.added_rate, ";".join(x.measure for x in found.lines[1:])


def charged(line: Sequence[str], found: Explanation) -> float | None:
    """The share of value charged in 2024 on an ordinary duty, read off the table's own rows."""
    rows = _charged_rows()
    held = rows.get(line[1]) or rows.get(line[1][:8]) or {}
    share = held.get({"DEU": "EUU"}.get(line[2], line[2]), held.get("*"))
    return float(share) if share and found.lines[0].programme == "mfn" else None


@cache
def _charged_rows() -> dict[str, dict[str, str]]:
    text = (resources.files("parley.law") / "weights" / "usa-2024-base-equivalents.csv").read_text("utf-8")
    return {r["product"]: dict(p.split(":") for p in r["charged"].split()) for r in csv.DictReader(text.splitlines())}


def judged(
    regime: Regime, lines: Sequence[tuple]
) -> list[tuple[float | None, float | None, str | None, int, int | None]]:
    """(base, additions, measures, reject, cents) of every line as the engine judges them."""
    import pyarrow as pa

    columns = read_columns(COLUMNS)
    held = {
        role: pa.array([x[COLUMNS.index(name)] or None for x in lines], pa.string())
        for role, name in columns.of.items()
    }
    law = compile_law(columns, Options(), regime)
    made = judge(law, pa.RecordBatch.from_pydict(held))
    rates = ([None if isnan(v) else v for v in column.tolist()] for column in (made.base, made.added))
    good = [not r for r in made.reason.tolist()]
    texts = [made.measures[k] if ok else None for k, ok in zip(made.measure.tolist(), good, strict=True)]
    cents = [c if ok else None for c, ok in zip(made.cents.tolist(), good, strict=True)]
    return list(zip(*rates, texts, made.reason.tolist(), cents, strict=True))


def check_world(rows: tuple[Measure, ...], seed: int, count: int) -> None:
    """Every line: rejected by all, or base, additions and measures equal; cents are value · rate, half up."""
    lines, regime, con = draw_lines(Random(seed), count), Regime(rows), duckdb.connect()
    told = [explained(regime, line) for line in lines]
    found = judged(regime, lines)
    readable = [k for k, t in enumerate(told) if t]
    barred = forbidden(rows, [lines[k] for k in readable], con) if readable else []
    assert [told[k] == PROHIBITED for k in readable] == barred
    alone = [explanation(Regime(()), line) for line in lines]
    good = [k for k, x in enumerate(alone) if x and told[k] != PROHIBITED]
    bases = [(x.base_rate, charged(lines[k], x)) for k, x in enumerate(alone) if x and k in good]
    by_naive = dict(zip(good, naive(rows, [lines[k] for k in good], bases, con), strict=True)) if good else {}
    for k, t in enumerate(told):
        base, added, measures, reject, cents = found[k]
        assert (t is None or t == PROHIBITED) == (reject != 0), (lines[k], t, found[k])
        assert (t == PROHIBITED) == (reject == rejects.Why.PROHIBITED), (lines[k], t, found[k])
        if isinstance(t, tuple):
            close = EXACT * max(1.0, *map(abs, t[:2]))  # a cent's worth of many kilos has rates in the ten thousands
            assert (base, added) == pytest.approx(t[:2], abs=close), lines[k]
            assert measures == t[2]
            assert by_naive[k] == pytest.approx(t[:2], abs=close), lines[k]
            assert cents == pytest.approx(100 * float(lines[k][4]) * (t[0] + t[1]), abs=0.5 + 1e-5)
        else:
            assert cents is None
            assert k not in by_naive or None in by_naive[k], lines[k]


__all__ = [
    "COLUMNS",
    "PRODUCTS",
    "WORLDS",
    "check_world",
    "draw_lines",
    "draw_world",
    "explained",
    "judged",
    "naive",
]
