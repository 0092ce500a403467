"""USMCA claims by what had been published: months that came out later are as if they were not there."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from parley.law import usmca_claims
from parley.law.compiled import compile_rates
from parley.law.months_published import published
from parley.law.regime import read_regime
from parley.law.usmca_claims import last_month, read_table, usmca_use

TABLE = read_table()
CODES = TABLE.products[::97]
SEEN = (
    date(2025, 3, 16),
    date(2025, 3, 17),
    date(2025, 8, 14),
    date(2025, 9, 13),
    date(2025, 10, 14),
    date(2026, 2, 14),
)


def test_a_month_counts_45_days_after_its_end():
    assert published(date(2025, 6, 1)) == date(2025, 8, 14)
    assert last_month(date(2025, 8, 14)) == date(2025, 6, 1)
    assert last_month(date(2025, 8, 13)) == date(2025, 5, 1)
    assert last_month(None) == last_month(date(2030, 1, 1)) == TABLE.months[-1]
    assert last_month(date(2025, 1, 1)) == TABLE.months[0]  # nothing had been published: the first month stands in


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("origin", ["CAN", "MEX"])
def test_nothing_published_later_bears_on_a_share(monkeypatch: pytest.MonkeyPatch, seen: date, origin: str):
    """Later months are spoilt: not a digit moves, on any day."""
    days = [date(2025, m, 15) for m in (1, 3, 5, 6, 7, 9, 12)]
    before = [usmca_use(CODES, origin, on, seen) for on in days]
    later = np.array([m > last_month(seen) for m in TABLE.months])
    spoilt = {o: np.where(later[:, None], 0.5, share) for o, share in TABLE.share.items()}
    monkeypatch.setattr(usmca_claims, "read_table", lambda: TABLE._replace(share=spoilt))
    usmca_claims._by_month.cache_clear()
    try:
        after = [usmca_use(CODES, origin, on, seen) for on in days]
    finally:
        usmca_claims._by_month.cache_clear()
    for own, other, on in zip(before, after, days, strict=True):
        np.testing.assert_array_equal(own.share, other.share)
        assert own.month <= last_month(seen)
        assert own.carried == (own.month != on.replace(day=1))


def test_averages_and_what_is_paid_take_the_months_that_were_seen():
    from dataclasses import replace

    regime, on = read_regime(), date(2025, 6, 1)
    cut = replace(regime, claims_seen=date(2025, 8, 14))
    asked = {"preferences": "observed"}
    rates = [compile_rates(r, "USA", ["CAN"], on, **asked) for r in (regime, cut)]
    added = [np.nansum(r.added) for r in rates]
    assert added[0] < added[1]  # July's claims on free lines, which mend June's, were not out yet
    whole = compile_rates(replace(regime, claims_seen=date(2030, 1, 1)), "USA", ["CAN"], on, **asked)
    np.testing.assert_array_equal(whole.added, rates[0].added)
