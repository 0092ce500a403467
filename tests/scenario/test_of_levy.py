"""What is worked out of a levy is found again while the levy is held, and goes with it."""

from __future__ import annotations

import gc
from datetime import date
from weakref import ref

import numpy as np

from parley.scenario.levy import Levy
from parley.scenario.of_levy import of_levy


def levy(rate: float) -> Levy:
    rates = np.full((2, 1), rate)
    return Levy("USA", ("01", "02"), ("CHN",), rates, np.ones((2, 1)), date(2025, 5, 2), "none")


def test_what_is_made_of_a_levy_lives_as_long_as_the_levy() -> None:
    calls: list[float] = []

    @of_levy(2)
    def mean(asked: tuple[Levy, Levy, Levy], after: Levy, times: float) -> np.ndarray:
        calls.append(times)
        return np.array([(after.rate - asked[2].rate).mean() * times])

    year, before = levy(0.0), levy(0.1)
    after = levy(0.3)
    asked = (year, before, before)
    assert mean(asked, after, 1.0) is mean(asked, after, 1.0)
    assert mean((year, year, year), after, 1.0) > mean(asked, after, 1.0)  # other levies are other questions
    assert mean(asked, levy(0.3), 1.0) is not mean(asked, after, 1.0)  # so is another levy, equal or not
    assert calls == [1.0, 1.0, 1.0]
    for times in (2.0, 3.0, 1.0):  # two are kept
        mean(asked, after, times)
    assert calls == [1.0, 1.0, 1.0, 2.0, 3.0, 1.0]
    held = ref(mean(asked, after, 1.0))
    own = mean((after, after, after), after, 1.0)  # the levy itself is asked of too, and held by nothing here
    del after, own
    gc.collect(1)  # what was made here is young, and the old are many
    assert held() is None
