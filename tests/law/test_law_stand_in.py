"""A stand-in for a schedule that is not packaged: six-digit codes, and the lines that the party's acts list."""

from __future__ import annotations

from datetime import date

import numpy as np

from parley.law.measure import listed
from parley.law.regime import read_regime
from parley.law.stand_in import code_weights, has_schedule, stand_in_codes, stand_in_rates


def test_canadas_lists_are_charged_on_their_lines_and_nowhere_else() -> None:
    law, on = read_regime(), date(2025, 3, 13)
    rates = stand_in_rates(law, "CAN", ("USA", "CHN"), on)
    rows = [m for m in law.at(on, on, "CAN") if m.rate]
    charged = {p for m in rows for p in listed(m.folder, m.product_list, on)}
    expected = np.isin(rates.products, sorted(charged))
    np.testing.assert_allclose(rates.added[:, 0], np.where(expected, 0.25, 0.0))
    assert expected.sum() > 1500
    assert not rates.added[:, 1].any()
    assert np.isnan(rates.base).all()


def test_every_six_digit_code_weighs_one() -> None:
    codes = stand_in_codes(read_regime(), "CAN")
    weight = code_weights(codes)
    np.testing.assert_allclose(weight.sum(), len({c[:6] for c in codes}))
    assert len({c[:6] for c in codes}) == len({c[:6] for c in stand_in_codes(read_regime(), "BRA")})


def test_packaged_schedules_need_none() -> None:
    assert has_schedule("USA")
    assert has_schedule("CHN")
    assert not has_schedule("EUU")
