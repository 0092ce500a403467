"""What is paid on an origin's goods does not turn on who else is asked about, nor mixed rates on how few cells move."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from blends import blended
from parley.law.base_columns import Places
from parley.law.compiled import CompiledRates
from parley.law.paid.blend import Draft, part_of, with_base
from parley.law.paid.lines import ashore, charged_on, paid_table
from parley.law.regime import read_regime

ORIGINS = ("CHN", "MEX", "KOR", "JPN")  # no agreement; USMCA, with content of cars; another agreement; none


@pytest.mark.parametrize("on", [date(2024, 7, 1), pytest.param(date(2025, 5, 2), marks=pytest.mark.slow)])
def test_an_origin_pays_the_same_alone_and_among_others(on: date) -> None:
    regime = read_regime()
    whole = paid_table(regime, "USA", ORIGINS, on)
    for origin in ("MEX", "JPN"):
        alone = paid_table(regime, "USA", (origin,), on)
        np.testing.assert_array_equal(alone.rate[:, 0], whole.rate[:, ORIGINS.index(origin)])


@pytest.mark.parametrize(
    ("law", "entered", "afloat"),
    [
        (date(2025, 4, 10), date(2025, 6, 20), False),  # restored when its window has closed
        (date(2025, 4, 10), date(2025, 5, 5), True),  # restored while goods loaded before it still come
        (date(2025, 8, 7), date(2025, 7, 20), False),  # let come: nobody has loaded before its cut-off for long
    ],
)
def test_the_law_of_another_day_is_paid_by_the_entries_of_the_day_that_asks(
    law: date, entered: date, afloat: bool
) -> None:
    """On 10 April 2025 most goods by sea paid the duty of the 4th: an option that restores that law brings back the duty."""
    regime = read_regime()
    own, paid = (paid_table(regime, "USA", ("VNM",), law, entered=day).rate for day in (None, entered))
    whole = ashore(charged_on(regime, "USA", ("VNM",), law, None)).rates.rate
    known = np.isfinite(whole)
    assert np.nanmean(own) < np.nanmean(paid)
    assert (paid[known] <= whole[known] + 1e-12).all()
    assert bool(np.abs(paid - whole)[known].max() > 1e-12) is afloat


def _drawn(draw: np.random.Generator, names: tuple[str, ...]) -> CompiledRates:
    """A table of random rates, some of them unknown."""
    shape = 40, 3

    def rates() -> np.ndarray:
        return np.where(draw.random(shape) < 0.2, np.nan, draw.integers(0, 3, shape) / 8)

    parts = {name: rates() for name in names}
    products, origins = tuple(f"{k:010}" for k in range(40)), ("CHN", "MEX", "JPN")
    added = sum(parts.values(), np.zeros(shape))
    return CompiledRates("USA", date(2025, 5, 2), None, products, origins, rates(), added, parts, 1)


@pytest.mark.parametrize("seed", range(5))
def test_a_mix_is_its_definition_in_every_cell(seed: int) -> None:
    draw = np.random.default_rng(seed)
    rates, plain, claimed = (_drawn(draw, names) for names in (("a", "b"), ("b",), ("b", "c")))
    claimed = replace(claimed, base=np.where(draw.random((40, 3)) < 0.5, plain.base, claimed.base))
    share = np.where(draw.random((40, 3)) < 0.3, 0.0, np.minimum(1.25 * draw.random((40, 3)), 1.0))
    found = blended(rates, plain, claimed, share)
    for k, i in np.ndindex(share.shape):
        w, b, p, c = share[k, i], rates.base[k, i], plain.base[k, i], claimed.base[k, i]
        base = b + w * (c - p) if w > 0 else b
        np.testing.assert_equal(found.base[k, i], c if w >= 1 and np.isnan(base) else base)
        for name in ("a", "b", "c"):
            held, before, after = (t.by_programme.get(name, np.zeros((40, 3)))[k, i] for t in (rates, plain, claimed))
            np.testing.assert_equal(found.by_programme[name][k, i], held + w * (after - before))
    np.testing.assert_array_equal(found.added, sum(found.by_programme.values(), np.zeros((40, 3))))


@pytest.mark.parametrize("seed", range(3))
def test_a_stand_in_fills_unknown_bases_and_nothing_else(seed: int) -> None:
    draw = np.random.default_rng(seed)
    rates = _drawn(draw, ("a", "b"))
    stand_in = np.where(draw.random((40, 3)) < 0.5, np.nan, 0.5)
    told = np.flatnonzero(draw.random(40) < 0.7)  # the other lines have none
    stand_in[np.setdiff1d(np.arange(40), told)] = np.nan
    found, filled = with_base(rates, Places(told, stand_in[told])), np.isnan(rates.base) & ~np.isnan(stand_in)
    np.testing.assert_array_equal(found.base, np.where(filled, stand_in, rates.base))
    for name, held in rates.by_programme.items():
        np.testing.assert_array_equal(found.by_programme[name], np.where(filled & np.isnan(held), 0.0, held))


@pytest.mark.parametrize("seed", range(5))
def test_what_is_mixed_into_some_cells_is_what_a_whole_mix_has_there(seed: int) -> None:
    draw = np.random.default_rng(seed)
    rates, plain, claimed = (_drawn(draw, names) for names in (("a", "b"), ("b",), ("b", "c")))
    share = np.round(draw.random((40, 3)), 1)
    lines = np.arange(40) if seed == 0 else np.sort(draw.choice(40, 7, replace=False))
    at = lines.tolist(), [0, 2]
    draft, whole = Draft(rates), blended(rates, plain, claimed, share)
    draft.mix(part_of(plain, at), part_of(claimed, at), share[np.ix_(*at)], at)
    found, cells = draft.table(), np.zeros((40, 3), dtype=bool)
    cells[np.ix_(*at)] = True
    np.testing.assert_array_equal(found.base, np.where(cells, whole.base, rates.base))
    for name, part in found.by_programme.items():
        before = rates.by_programme.get(name, np.zeros((40, 3)))
        np.testing.assert_array_equal(part, np.where(cells, whole.by_programme[name], before))
    np.testing.assert_array_equal(found.added, sum(found.by_programme.values(), np.zeros((40, 3))))


def test_a_table_that_was_given_out_stays_as_it_was() -> None:
    draw = np.random.default_rng(7)
    rates, plain, claimed = (_drawn(draw, ("a",)) for _ in range(3))
    draft, every = Draft(rates), np.ones((40, 3))
    assert draft.table() is rates
    draft.mix(plain, claimed, every)
    first = draft.table()
    held = first.base.copy(), first.added.copy()
    draft.mix(claimed, plain, every)
    np.testing.assert_array_equal(first.base, held[0])
    np.testing.assert_array_equal(first.added, held[1])
    assert not np.array_equal(draft.table().base, first.base, equal_nan=True)
