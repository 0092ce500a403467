"""As known on a day, no answer cites an instrument that came later: over every measure, in every text."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from commands import Command
from parley.law.as_known import cited_as_known, instruments_in, read_cited_days, row_as_known
from parley.law.measure import Measure
from parley.law.regime import read_regime
from parley.law.shipments.transit import transit_rules
from parley.law.timeline import timeline

ROOT = Path(__file__).parents[2]
DAYS = {c.name: c.day for c in read_cited_days()}
LAW = Command("law")


def texts(m: Measure) -> tuple[str, ...]:
    return (m.source, m.reason, m.stacks, m.act.note, m.act.stacks, m.act.citation)


def later(text: str, known: date) -> list[str]:
    """The instruments that words name and that came after a day; one without a day counts as later."""
    return [name for name in instruments_in(text) if DAYS.get(name, date.max) > known]


def test_every_instrument_that_the_law_names_has_its_day_and_source() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "builders/law_cited_days.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert all(c.source for c in read_cited_days())
    named = [name for m in read_regime().measures for text in texts(m) for name in instruments_in(text)]
    assert {*named} <= DAYS.keys()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("EO 14193, 90 FR 9113; FR document 2025-03664", ("EO 14193", "90 FR 9113")),
        ("Proclamations 11046, 11047 and 11048 of 20 July 2026", ("Proclamation 11046", "Proclamation 11047", "Proclamation 11048")),
        ("Executive Order 14257 … Executive Orders 14193 and 14194", ("EO 14257", "EO 14193", "EO 14194")),
        ("Public Law 100-418, section 1121", ("Public Law 100-418",)),
        ("note 18; heading 9903.45.25", ()),
    ],
)  # fmt: skip
def test_instruments_are_read_off_words(text: str, names: tuple[str, ...]) -> None:
    assert instruments_in(text) == names


def asked_days() -> Iterator[tuple[Measure, date]]:
    """Each row on the first day on which it was known, and on a drawn one of the years after."""
    draw = random.Random(18)
    for m in read_regime().measures:
        yield m, m.learnt
        yield m, m.learnt + timedelta(days=draw.randrange(1, 2000))


def test_no_row_cites_what_came_after_the_day_of_knowledge() -> None:
    faults = {
        f"{m.id} as known on {known}: {names}"
        for m, known in asked_days()
        for told in (cited_as_known(m, known), row_as_known(m, known))
        for text in texts(told)
        if (names := later(text, known))
    }
    assert not faults, "\n".join(sorted(faults)[:20])


def test_what_was_known_is_still_cited() -> None:
    """With the fullest knowledge, and on the day of the last instrument, nothing is left out."""
    last = max(DAYS.values())
    assert all(cited_as_known(m, last).source == m.source and cited_as_known(m, last).reason == m.reason
               for m in read_regime().measures)  # fmt: skip


@pytest.mark.parametrize("origin", ["CHN", "RUS", "CAN"])
@pytest.mark.parametrize("known", [date(2019, 6, 1), date(2022, 9, 1), date(2025, 5, 2)])
def test_views_of_the_law_cite_nothing_later(origin: str, known: date) -> None:
    regime = read_regime()
    steps = timeline(regime, origin, "USA", "2018-01-01", "2027-01-01", known)
    told = [s.source for s in steps] + [x for r in transit_rules(regime, "USA", known) for x in r.sources]
    rows = [m for m in regime.known_rows(known, "USA") if origin in m.origins or "*" in m.origins]
    products = {p for m in rows for p in m.products if len(p) == 10}
    for product in sorted(products)[:: max(1, len(products) // 12)]:
        found = regime.explain(product, origin, "USA", known, known)
        told += [t for x in found.lines for t in (x.source, x.reason)]
        told += [t for x in (*found.not_applied, *found.prohibited) for t in (x.source, x.reason)]
    assert told
    assert not [names for text in told if (names := later(text, known))]


@pytest.mark.parametrize(
    ("words", "cited", "hidden"),
    [
        ("rate 8541.43.00.10 --origin CHN --on 2019-06-01 --known 2019-06-01", "Proclamation 9693", "Proclamation 10101"),
        ("rate 8541.43.00.10 --origin CHN --on 2022-03-01 --known 2022-03-01", "Proclamation 10339", "Proclamation 10779"),
        ("rate 8541.43.00.10 --origin CHN --on 2024-07-01 --known 2024-07-01", "Proclamation 10779", "Proclamation 10790"),
        ("rate 2501.00.00.00 --origin RUS --on 2022-09-01 --known 2022-09-01", "Proclamation 10420", "Proclamation 10523"),
    ],
)  # fmt: skip
def test_the_rate_of_a_day_cites_what_was_published_by_then(
    words: str, cited: str, hidden: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = json.dumps(json.loads(LAW.out(capsys, *words.split(), "--json")), ensure_ascii=False)
    assert cited in text
    assert hidden not in text
