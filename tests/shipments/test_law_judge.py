"""`judge` over arrays: held to `explain` on the packaged law with every claim, and its parts to their definitions."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import isnan
from pathlib import Path
from random import Random
from time import process_time

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from law_worlds import EXACT
from parley.cache_folder import cache_folder
from parley.codes import PROGRAMMES
from parley.errors import ParleyError
from parley.law import stacking
from parley.law.entry_claims import CLAIMS
from parley.law.products import read_duty, read_products
from parley.law.regime import Regime
from parley.law.shipments.columns import Options, read_columns
from parley.law.shipments.compile.law import Law, compile_law, packed, unpacked
from parley.law.shipments.contributions import net_shares
from parley.law.shipments.fees import bounded, fees
from parley.law.shipments.judge import Judged, cents_of, judge
from parley.law.shipments.rejects import Why
from parley.law.shipments.results import result_columns, result_kinds
from parley.law.shipments.totals import Sums
from parley.law.shipments.typed import NO_DAY, days, number, numbers
from parley.law.stacking import METALS, Form
from regimes import law_of

FIXED = ("product", "origin", "entry_date", "value", "quantity")
NAMES = (*FIXED, *(n for n in CLAIMS if n not in ("quantity", "unit_value")))
ORIGINS = ("CHN", "MEX", "CAN", "DEU", "JPN", "KOR", "GBR", "RUS", "VNM", "BRA", "AUS", "IND")
Row = dict[str, str]


def law(names: Sequence[str], options: Options | None = None, regime: Regime | None = None) -> Law:
    """The law of a file of some columns, compiled whole."""
    return compile_law(read_columns(names), options or Options(), regime)


def judged(held: Law, rows: Sequence[Row]) -> Judged:
    """Rows of texts as one batch."""
    return judge(held, batch_of(held, rows))


def batch_of(held: Law, rows: Sequence[Row]) -> pa.RecordBatch:
    """Rows of texts, "" and what is left out null."""
    columns = {role: [r.get(name) or None for r in rows] for role, name in held.columns.of.items()}
    return pa.RecordBatch.from_pydict({n: pa.array(v, pa.string()).dictionary_encode() for n, v in columns.items()})


def drawn(random: Random, count: int) -> list[Row]:
    """Lines of the packaged schedule, each with a few claims of any kind."""
    lines, pick = read_products("USA").on(date(2025, 12, 1)), random.choice
    metals = [x for x in lines if x.code[:2] in ("72", "73", "74", "76", "84", "87")]
    made = []
    for _ in range(count):
        row = {"product": pick(pick((lines, metals))).code, "origin": pick(ORIGINS), "value": f"{random.uniform(1, 1e5):.2f}",
               "entry_date": str(date(2025, 1, 2) + timedelta(random.randrange(520)))}  # fmt: skip
        row |= {"quantity": f"{random.uniform(1, 1e4):.1f}"} if random.random() < 0.5 else {}
        for name in random.sample(NAMES[len(FIXED) :], pick((0, 1, 2, 4, 8))):
            row[name] = _claim(random, CLAIMS[name].kind, row["entry_date"])
        if sum(float(row.get(n, 0)) for n in ("steel_share", "aluminium_share", "copper_share")) > 1:
            row |= dict.fromkeys(("aluminium_share", "copper_share"), "0")
        made.append(row)
    return made


def _claim(random: Random, kind: str, entered: str) -> str:
    if kind == "day":
        return str(date.fromisoformat(entered) - timedelta(random.choice((0, 5, 30, 60))))
    return random.choice(("true", "false")) if kind == "flag" else random.choice(("0", "0.2", "0.35", "0.5", "1"))


def check_against_explain(rows: Sequence[Row], found: Judged) -> int:
    """Rate and measures of each line; how many have a duty."""
    regime, good = law_of("USA"), 0
    for row, reason, base, added, place in zip(
        rows, found.reason.tolist(), found.base.tolist(), found.added.tolist(), found.measure.tolist(), strict=True
    ):
        claims = {n: v for n, v in row.items() if n not in FIXED or n == "quantity"}
        try:
            told = regime.explain(
                row["product"], row["origin"], "USA", row["entry_date"], None, claims, float(row["value"])
            )
        except ParleyError:
            assert reason, row
            continue
        if told.rate is None or told.base_rate is None or told.added_rate is None:
            assert reason, (row, told)
            continue
        assert not reason, (row, Why(reason), told)
        assert (base, added) == pytest.approx((told.base_rate, told.added_rate), abs=EXACT), row
        assert found.measures[place] == ";".join(x.measure for x in told.lines[1:]), row
        good += 1
    return good


@pytest.mark.slow
def test_the_packaged_law_under_any_claims_is_what_explain_says() -> None:
    rows = drawn(Random(11), 1500)
    assert check_against_explain(rows, judged(law(NAMES), rows)) > 800


@pytest.mark.slow
def test_law_is_kept_with_claims_and_a_second_set_up_is_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under 0.5 seconds; what was resolved under claims is not resolved again; a spoiled file is compiled anew."""
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path))
    rows = drawn(Random(5), 300)
    first = law(NAMES)
    found = judged(first, rows)
    first.keep()
    law(FIXED)  # what is imported on the way is not set-up
    start = process_time()
    second = law(NAMES)
    assert process_time() - start < 0.5
    monkeypatch.setattr("parley.law.shipments.compile.cells.resolve", lambda *_: pytest.fail("resolved again"))
    assert_same(judged(second, rows), found)
    monkeypatch.undo()
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path))
    for path in cache_folder().joinpath("duties").iterdir():
        path.write_bytes(path.read_bytes()[:-1000])
    assert_same(judged(law(NAMES), rows), found)


def assert_same(a: Judged, b: Judged) -> None:
    """All but the numbers of measures, which follow the order in which cells were met."""
    for name in ("reason", "rate", "base", "added", "cents", "day", "origin"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    assert [a.measures[k] for k in a.measure] == [b.measures[k] for k in b.measure]


def small(names: Sequence[str] = FIXED, **options: object) -> Law:
    """The law without measures."""
    return compile_law(read_columns(names), Options(**options), Regime(()))  # type: ignore[arg-type]


TOY: Row = {"product": "9503000073", "origin": "DEU", "entry_date": "2025-02-03", "value": "1000"}


@pytest.mark.slow
def test_a_law_goes_to_other_processes() -> None:
    rows = [TOY, TOY | {"origin": "Narnia"}]
    assert_same(judged(pickle.loads(pickle.dumps(small())), rows), judged(small(), rows))


def test_batches_add_up() -> None:
    held = small()
    rows = [TOY | {"origin": o, "entry_date": d, "value": v} for o in ("DEU", "CHN", "x") for d in ("2025-02-03", "9999-12-31", "")
            for v in ("10", "2.5", "-1")]  # fmt: skip
    whole = Sums.of(judged(held, rows))
    parts = Sums.none()
    for k in range(0, len(rows), 5):
        parts = parts.merge(Sums.of(judged(held, rows[k : k + 5])))
    for other in (parts, unpacked(packed(whole), Sums)):
        assert (other.groups, other.rows, other.programmes.tolist()) == (
            whole.groups,
            whole.rows,
            whole.programmes.tolist(),
        )
    assert whole.rows == len(rows) == sum(g[2] for g in whole.groups)
    assert [g[2:4] for g in whole.groups if g[:2] == (-1, -1)] == [(3, 3)]


@pytest.mark.filterwarnings("error")
def test_numbers_beyond_all_bounds_are_refused_in_silence() -> None:
    held = compile_law(read_columns((*FIXED, "unit_value")), Options(), Regime(()))
    beef = TOY | {"product": "0201100510"}
    odd = [("value", v) for v in ("1e400", "inf", "nan")] + [("unit_value", v) for v in ("1e-300", "4", "inf", "1e-11")]
    rows = [beef | {name: text} for name, text in (*odd, ("quantity", "1e-300"))]
    found = judged(held, rows)
    assert found.reason.tolist() == [6, 6, 6, 12, 0, 7, 0, 0]
    assert found.cents.tolist() == pytest.approx([0, 0, 0, 0, 1100, 0, 440_000_000_000_000, 0], rel=1e-14)


@pytest.mark.slow
def test_claims_on_lines_that_no_rule_set_is_found_for() -> None:
    held = law(("product", "origin", "entry_date", "value", "usmca", "us_content", "loaded"))
    claims = {"usmca": "true", "us_content": "0.5", "loaded": "2025-01-01"}
    rows = [TOY | claims | {n: "x"} for n in TOY] + [
        TOY | claims | {"origin": "USA"},
        TOY | claims | {"entry_date": "2017-12-31"},
    ]
    assert judged(held, rows).reason.tolist() == [1, 2, 4, 6, 3, 5]


def test_no_lines() -> None:
    found = judged(small(), [])
    assert (Sums.of(found).groups, Sums.of(found).rows) == ([], 0)


def test_all_columns_are_asked_for_and_given() -> None:
    held = small((*FIXED, "usmca", "mode"), programmes=True, fees=True, mode="vessel")
    batch = batch_of(held, [TOY, TOY | {"usmca": "true", "origin": "MEX"}, TOY | {"value": "x"}])
    made = result_columns(held, batch, judge(held, batch))
    assert {n: c.type for n, c in made.items()} == result_kinds(held)
    assert made["mpf"].to_pylist() == [3.46, 0.0, None]
    assert made["hmf"].to_pylist() == [1.25, 1.25, None]
    assert made["rate_mfn"].to_pylist() == [0.0, None if isnan(made["duty_rate"][1].as_py()) else 0.0, None]
    assert made["reject_reason"].to_pylist() == [None, None, "value: not a positive number: 'x'"]
    assert set(made) >= {f"rate_{n}" for n in PROGRAMMES}


@pytest.mark.parametrize(("text", "value"), [
    ("1000", 1000.0), (" 12.50 ", 12.5), ("1e3", 1000.0), ("+5", 5.0), (".5", 0.5), ("5.", 5.0), ("$1,234.50", 1234.5),
    ("-$1,000", -1000.0),
    ("1,000,000", 1e6), ("12,34", None), ("1_000", None), ("", None), ("x", None), ("0x10", None), ("1 000", None), ("nan", None),
])  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, value: float | None) -> None:
    for column in (pa.array([text, "7"]), pa.array([text, "7"]).dictionary_encode(), pa.array([text, "x"])):
        assert numbers(column)[0] == (pytest.approx(value) if value is not None else pytest.approx(np.nan, nan_ok=True))


@settings(max_examples=30)
@example(["", ".", "5", ".5", "5.", "1.2", "1.2.3", "..", "1 2", "٣", None])
@given(st.lists(st.text("0123456789.,$-e ٣", max_size=6) | st.none(), min_size=1))
def test_texts_of_a_column_are_read_each_as_if_alone(held: list[str | None]) -> None:
    alone = np.array([np.nan if text is None else number(text) for text in held])
    np.testing.assert_array_equal(numbers(pa.array(held, pa.string())), alone)


@given(st.floats(-1e15, 1e15))
def test_any_number_that_python_writes_is_read_back(x: float) -> None:
    assert number(repr(x)) == x
    assert numbers(pa.array([repr(x)]))[0] == x


@pytest.mark.parametrize(("dates", "text", "day"), [
    ("iso", "2025-05-02", "2025-05-02"), ("iso", "2025-05-02T10:00:00Z", "2025-05-02"), ("iso", " 2025-05-02 ", "2025-05-02"),
    ("iso", "2025-02-30", None), ("iso", "2025-5-2", None), ("iso", "20250502", None), ("us", "05/02/2025", "2025-05-02"),
    ("eu", "02/05/2025", "2025-05-02"), ("us", "2025-05-02", None), ("us", "13/02/2025", None),
])  # fmt: skip
def test_days(dates: str, text: str, day: str | None) -> None:
    found = days(pa.array([text, None]), dates).tolist()
    assert found == [(date.fromisoformat(day) - date(1970, 1, 1)).days if day else NO_DAY, NO_DAY]


def test_columns_of_other_types_say_the_same() -> None:
    held = small()
    plain = batch_of(held, [TOY])
    other = {
        "product": pa.array([9503000073]), "origin": pa.array(["Germany"]),
        "entry_date": pa.array([date(2025, 2, 3)]).cast(pa.timestamp("us")),
        "value": pa.array([1000], pa.decimal128(9, 2)), "quantity": pa.nulls(1),
    }  # fmt: skip
    assert_same(judge(held, pa.RecordBatch.from_pydict(other)), judge(held, plain))
    wide = other | {"value": pa.array([Decimal("1000")], pa.decimal256(50, 2))}
    assert_same(judge(held, pa.RecordBatch.from_pydict(wide)), judge(held, plain))
    short = judge(held, pa.RecordBatch.from_pydict(other | {"product": pa.array([101300000.0])}))
    assert_same(short, judged(held, [TOY | {"product": "0101300000"}]))  # a zero in front was lost


@pytest.mark.parametrize(
    ("value", "rate", "cents"), [(0.05, 0.1, 1), (0.0499, 0.1, 0), (1.15, 0.1, 12), (1e9, 0.145, 14_500_000_000)]
)
def test_cents_are_rounded_half_up(value: float, rate: float, cents: int) -> None:
    assert cents_of(np.array([value]), np.array([rate]), np.array([True])).tolist() == [cents]
    assert cents_of(np.array([value]), np.array([np.nan]), np.array([False])).tolist() == [0]


KINDS = st.tuples(st.sampled_from(("full", *METALS, "non_us_content")), st.sampled_from((0.0, 0.2)))


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """Up to five winners that yield to earlier ones: no circles."""
    shares = draw(st.lists(KINDS, min_size=1, max_size=5))
    edges = [
        draw(st.lists(st.tuples(st.integers(0, i - 1), st.booleans()), max_size=3)) if i else []
        for i in range(len(shares))
    ]
    return Form(tuple(shares), tuple(draw(st.booleans()) for _ in shares), tuple(map(tuple, edges)))


PART = st.none() | st.sampled_from((0.0, 0.25)) | st.floats(0.001, 0.25)


@given(forms(), st.lists(st.tuples(PART, PART, PART | st.just(0.5), PART | st.just(1.0)), min_size=1, max_size=4))
def test_shares_over_arrays_are_those_of_the_stack(form: Form, lines: list[tuple[float | None, ...]]) -> None:
    names = (*(f"{m}_share" for m in METALS), "us_content")
    arrays = {
        n: np.array([np.nan if v is None else v for v in column])
        for n, column in zip(names, zip(*lines, strict=True), strict=True)
    }
    found = net_shares(form, arrays, len(lines))
    for j, line in enumerate(lines):
        claims = {n: v for n, v in zip(names, line, strict=True) if v is not None}
        _, net = stacking.net_shares(form, claims)
        assert found[:, j].tolist() == pytest.approx([net[i] for i in range(len(net))], abs=1e-12)


def test_entry_fees_have_the_bounds_of_their_year() -> None:
    row = fees("mpf")[-1]
    day = np.array([row.start.toordinal() - date(1970, 1, 1).toordinal()] * 3 + [0])
    assert bounded(np.array([0.0, 0.01, 1e6, 5.0]), day).tolist() == pytest.approx(
        [0.0, row.least, row.greatest, np.nan], nan_ok=True
    )


def test_a_reading_of_a_duty_needs_its_units() -> None:
    from parley.law.shipments.contributions import duty_rates

    duty = read_duty("max(10%; 25¢/kg)")
    assert duty_rates(duty, np.array([1.0, 0.1, np.nan])).tolist() == pytest.approx([0.25, 0.1, np.nan], nan_ok=True)
