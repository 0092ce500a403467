"""Rates kept on disk, or counted by kinds of lines, are those that the law gives line by line."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.law import compiled, kept_arrays
from parley.law.compiled import compile_rates
from parley.law.concordance import add_rows
from parley.law.edition import edition_of
from parley.law.interning import RuleSets
from parley.law.kept_answers import kept_answer
from parley.law.kept_rates import Table, kept_rates, put_columns
from parley.law.line_classes import rates_by_kind
from parley.law.paid.kept import kept_paid
from parley.law.paid.lines import paid_table
from parley.law.products import read_products
from parley.law.readings import change_days
from parley.law.regime import Regime
from parley.law.same_days import known_alike

LAST = date(2026, 6, 1)
DAYS = st.dates(date(2018, 3, 1), LAST)
PAIRS = st.sampled_from([("USA", "CHN"), ("USA", "DEU"), ("USA", "CAN"), ("USA", "JPN"), ("CHN", "USA")])


@settings(max_examples=12)
@given(days=st.sets(DAYS, min_size=1, max_size=3), pair=PAIRS)
@pytest.mark.slow
def test_kinds_of_lines_add_what_all_lines_add(regime: Regime, days: set[date], pair: tuple[str, str]) -> None:
    """As many lines pay each rate, programme by programme, and the first line that does is the same."""
    destination, origin = pair
    for on, counted in rates_by_kind(regime, destination, origin, sorted(days), None).items():
        whole = compile_rates(regime, destination, (origin,), on)
        assert counted.lines.sum() == len(whole.products)
        found: Counter[str] = Counter()
        for rate, lines in zip(counted.rates.added[:, 0].tolist(), counted.lines.tolist(), strict=True):
            found[repr(rate)] += lines
        assert found == Counter(map(repr, whole.added[:, 0].tolist()))
        first = counted.rates.added[:, 0].max()
        where = [int(np.argmax(held.added[:, 0] == first)) for held in (counted.rates, whole)]
        assert counted.rates.products[where[0]] == whole.products[where[1]]
        for programme, rates in whole.by_programme.items():
            assert counted.rates.by_programme[programme][where[0], 0] == rates[where[1], 0]


@settings(max_examples=8)
@given(days=st.lists(DAYS, min_size=2, max_size=3, unique=True))
@pytest.mark.slow
def test_rule_sets_that_other_days_left_change_nothing(regime: Regime, days: list[date]) -> None:
    """A day's rates are the same after other days, other laws and other knowledge as they are by themselves."""
    without = regime.without("us-ieepa-fentanyl-cn")
    asked = [(law, on, known) for on in days for law in (regime, without) for known in (None, on)]
    compiled._held = RuleSets()
    after = [compile_rates(law, "USA", ("CHN", "MEX"), on, known) for law, on, known in asked]
    for (law, on, known), held in zip(asked, after, strict=True):
        compiled._held = RuleSets()
        alone = compile_rates(law, "USA", ("CHN", "MEX"), on, known)
        assert np.array_equal(alone.rate, held.rate, equal_nan=True)
        assert all(np.array_equal(alone.by_programme[n], v, equal_nan=True) for n, v in held.by_programme.items())


def test_rule_sets_begin_anew_once_they_are_many(regime: Regime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "MOST_HELD", 0)
    before = compiled._held
    compile_rates(regime, "CHN", ("USA", "DEU"), "2025-05-02")
    compile_rates(regime, "CHN", ("USA", "DEU"), "2025-05-03")
    assert compiled._held is not before


def _made(regime: Regime, on: date, origins: tuple[str, ...], lines: Sequence[str] | None) -> Table:
    found = compile_rates(regime, "USA", origins, on, None, lines, preferences="observed", content="counted")
    return Table(found.base, found.added)


@settings(max_examples=4)
@given(on=DAYS)
@pytest.mark.slow
def test_kept_rates_are_those_that_were_made(
    regime: Regime, tmp_path_factory: pytest.TempPathFactory, on: date
) -> None:
    """The second time nothing is made, and to the last bit it is what was made the first time."""
    origins, lines = ("CHN", "MEX", "CAN", "DEU", "VNM"), edition_of("USA", on).codes
    made: list[Table] = []

    def make(day: date, some: Sequence[str] | None) -> Table:
        made.append(_made(regime, day, origins, some))
        return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARLEY_CACHE", str(tmp_path_factory.mktemp("kept")))
        asked = ("USA", origins, on, None)
        first, second = (kept_rates(regime, asked, lines, "observed", make) for _ in range(2))
    assert len(made) == 1
    made.append(_made(regime, on, origins, lines))  # of the very day
    for one, two in zip(first, made[1], strict=True):
        assert np.array_equal(one, two, equal_nan=True)
    for one, two in zip(first, second, strict=True):
        assert np.array_equal(one, two, equal_nan=True)
        assert not two.flags.writeable


@settings(max_examples=6)
@given(on=DAYS, early=st.integers(-40, 400))
@pytest.mark.slow
def test_what_importers_pay_is_kept_for_days_alike(
    regime: Regime, tmp_path_factory: pytest.TempPathFactory, on: date, early: int
) -> None:
    """The kept table of a day, whatever day it was made of, is that of the very day; early: when it was known."""
    origins, known = ("CHN", "MEX", "KOR", "JPN", "RUS"), on + timedelta(early) if early < 40 else None
    lines = edition_of("USA", on).codes
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARLEY_CACHE", str(tmp_path_factory.mktemp("kept")))
        kept_paid(regime, "USA", origins, on, None, lines)  # who knows more has the same table, or another file
        first, second = (kept_paid(regime, "USA", origins, on, known, lines) for _ in range(2))
    assert np.array_equal(first, second, equal_nan=True)
    np.testing.assert_allclose(first, paid_table(regime, "USA", origins, on, known).rate, rtol=0, atol=1e-15)


@settings(max_examples=6)
@given(on=DAYS, early=st.integers(-40, 400), pair=PAIRS)
@pytest.mark.slow
def test_a_table_serves_all_who_know_its_law(
    regime: Regime, tmp_path_factory: pytest.TempPathFactory, on: date, early: int, pair: tuple[str, str]
) -> None:
    """What was kept for the fullest knowledge is what an earlier one is given only where it makes the same table."""
    destination, origin = pair
    how, lines = ("observed" if destination == "USA" else "none"), edition_of(destination, on).codes

    def made(known: date | None, day: date, some: Sequence[str] | None) -> Table:
        found = compile_rates(
            regime, destination, (origin,), day, known, some, preferences=how, split=False, content="counted"
        )
        return Table(found.base, found.added)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARLEY_CACHE", str(tmp_path_factory.mktemp("kept")))
        for known in (None, on + timedelta(early), on):
            held = kept_rates(regime, (destination, (origin,), on, known), lines, how, partial(made, known))
            for one, two in zip(held, made(known, on, lines), strict=True):
                assert np.array_equal(one, two, equal_nan=True)


def test_who_knows_all_that_bears_on_a_day_knows_it_fully(regime: Regime) -> None:
    on = date(2025, 1, 1)
    assert known_alike(regime, "USA", on, date(2025, 5, 2)) is None
    assert known_alike(regime, "USA", on, None) is None
    later, early = date(2025, 5, 2), date(2025, 3, 1)  # the orders of April were not known in March
    assert known_alike(regime, "USA", later, early) == early


def test_another_law_day_or_file_is_not_what_was_kept(
    regime: Regime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path))
    on, origins = date(2025, 5, 2), ("CHN", "DEU")
    lines = edition_of("USA", on).codes
    laws = (regime, regime.without("us-ieepa-fentanyl-cn"), regime.set_rate("us-ieepa-fentanyl-cn", 0.1, on))
    asked = [(law, day, how) for law in laws for day in (on, date(2025, 3, 1)) for how in ("observed", "none")]
    made: list[int] = []

    def make(day: date, some: Sequence[str] | None) -> Table:
        made.append(1)
        return Table(np.zeros((len(lines), 2)), np.zeros((len(lines), 2)))

    for law, day, how in asked:
        kept_rates(law, ("USA", origins, day, None), lines, how, make)
    kept_rates(regime, ("USA", origins, on, date(2025, 3, 5)), lines, "observed", make)  # as known earlier
    kept_rates(regime, ("USA", origins[::-1], on, None), lines, "observed", make)
    kept_rates(replace(regime, content="full"), ("USA", origins, on, None), lines, "observed", make)
    kept_rates(replace(regime, use="year"), ("USA", origins, on, None), lines, "observed", make)
    assert len(made) == len(asked) + 4
    kept_rates(regime, ("USA", origins, on, None), lines[::-1], "observed", make)  # of lines that are kept
    kept_rates(regime, ("USA", origins, date(2025, 3, 2), None), lines, "observed", make)  # a day alike in law
    assert len(made) == len(asked) + 4


def test_a_kept_file_cut_short_is_made_again(regime: Regime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path))
    on, origins = date(2025, 5, 2), ("CHN", "DEU")
    lines = edition_of("USA", on).codes
    asked = ("USA", origins, on, None)
    first = kept_rates(regime, asked, lines, "none", lambda day, some: _made(regime, day, origins, some))
    (file,) = (tmp_path / "rates").iterdir()
    for content in (file.read_bytes()[:-100], b"", b"not a table"):
        file.write_bytes(content)
        again = kept_rates(regime, asked, lines, "none", lambda day, some: _made(regime, day, origins, some))
        assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(first, again, strict=True))


def _packed_and_back(*arrays: np.ndarray) -> None:
    held = kept_arrays._unpacked(kept_arrays._packed(arrays)) or ()
    for one, two in zip(arrays, held, strict=True):
        assert (one.shape, one.tobytes()) == (two.shape, np.ascontiguousarray(two).tobytes())


@pytest.mark.parametrize("seed", range(20))
def test_packed_arrays_are_themselves_bit_for_bit(seed: int) -> None:
    """Full and sparse, with signs of nought, rows and columns alike, and none at all."""
    draw = np.random.default_rng(seed)
    values = np.array([0.0, -0.0, 0.25, np.nan, np.inf, 1e-300])[: draw.integers(1, 7)]
    few = draw.choice(values, draw.integers(0, 9, 2))
    _packed_and_back(few, few.T, np.zeros_like(few))


def test_packed_arrays_of_more_values_than_have_places_are_themselves() -> None:
    many = np.random.default_rng(5).normal(size=(300, 250))
    _packed_and_back(many, np.where(many > 1, many, 0.0))


@pytest.mark.parametrize("seed", range(3))
def test_rows_and_columns_alike_are_packed_once(seed: int) -> None:
    """Round values and others: 5,000 rows that repeat 900 and 50 columns that repeat 10 take no more room than these."""
    draw = np.random.default_rng(seed)
    some = np.where(draw.random((900, 10)) < 0.7, draw.integers(1, 9, (900, 10)) / 8, draw.random((900, 10)))
    whole = some[draw.integers(0, 900, 5000)][:, draw.integers(0, 10, 50)]
    assert len(kept_arrays._packed((whole,))) < len(kept_arrays._packed((some,))) + 2 * (5000 + 50) + 1000


def test_what_a_regime_remembers_is_its_own(regime: Regime) -> None:
    """Another law remembers nothing of the first, few things are kept of a kind, and none goes with a pickle."""
    law = regime.without("us-ieepa-fentanyl-cn")
    assert law.once("test", 1, lambda: "first") == law.once("test", 1, lambda: "second") == "first"
    assert law.without("us-ieepa-fentanyl-ca").once("test", 1, lambda: "other") == "other"
    for k in range(9):
        law.once("few", k, lambda k=k: k, most=3)
    assert len(law._remembered["few"]) == 3
    again = pickle.loads(pickle.dumps(law))
    assert again == law
    assert "_remembered" not in vars(again)


@given(data=st.data())
def test_rows_are_added_as_one_by_one(data: st.DataObject) -> None:
    target = np.array(data.draw(st.lists(st.integers(0, 5), max_size=20)), dtype=np.int64)
    rows = np.random.default_rng(len(target)).normal(size=(len(target), 3))
    one, two = np.ones((6, 3)), np.ones((6, 3))
    np.add.at(one, target, rows)
    add_rows(two, target, rows)
    assert np.array_equal(one, two)


def test_steps_are_those_of_whole_editions(regime: Regime) -> None:
    """On every day since 2025 on which something changes, as the briefing counts its steps."""
    days = [d for d in sorted(change_days(regime, "CHN", "USA")) if date(2025, 1, 1) <= d < date(2025, 7, 1)]
    recent = replace(regime, measures=tuple(m for m in regime.measures if m.act.signed >= date(2025, 1, 1)))
    assert len(days) > 10
    for on, counted in rates_by_kind(recent, "USA", "CHN", days, None).items():
        whole = compile_rates(recent, "USA", ("CHN",), on)
        assert counted.rates.added.max() == whole.added.max()
        assert len(counted.rates.products) < len(whole.products) / 20


def test_a_kept_answer_is_of_its_law_and_question_alone(
    regime: Regime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked again it is read; of another law, day or file that cannot be read it is made anew; a user's schedule is never kept."""
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path))
    made: list[int] = []

    def ask(law: Regime, *asked: object) -> list[int]:
        return kept_answer("counted", law, "USA", asked, list[int], lambda: made.append(len(made)) or [len(made)])

    assert [ask(regime, "CHN", LAST), ask(regime, "CHN", LAST), ask(regime, "CHN", date(2025, 5, 2))] == [[1], [1], [2]]
    assert ask(regime.without("us-ieepa-fentanyl-cn"), "CHN", LAST) == [3]
    for kept in (tmp_path / "counted").iterdir():
        kept.write_bytes(b"torn")
    assert ask(regime, "CHN", LAST) == [4]
    own = regime.with_schedule(read_products("CHN"))
    assert [ask(own, "CHN", LAST), ask(own, "CHN", LAST)] == [[5], [6]]


@pytest.mark.parametrize("columns", [[], [1], [0, 1, 2, 3], [0, 2, 3], [3, 1, 0]])
def test_columns_are_put_where_they_belong(columns: list[int]) -> None:
    draw = np.random.default_rng(len(columns))
    table, part = draw.random((5, 4)), draw.random((5, len(columns)))
    wanted = table.copy()
    wanted[:, columns] = part
    np.testing.assert_array_equal(put_columns(table, columns, part), wanted)
