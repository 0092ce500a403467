"""A wrong value in a file of the user's is refused in our words: the file, the key, what was found, what is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest

from parley.errors import InputError
from parley.law.acts import ACT
from parley.law.facts import Fact
from parley.law.measure import Act, Measure
from parley.law.refunds.ruling import RULING, Ruling
from parley.law.shipments.layouts.registry import Layout
from parley.record.entry import Entry
from parley.scenario.scenario import SCENARIO, Scenario
from parley.scenario.sweep import SWEEP, Sweep
from parley.text_files import FileKind, converted
from parley.world.elasticity import SET, ElasticitySet

OTHER = FileKind("a file of ours")
READ = ((Scenario, SCENARIO), (Sweep, SWEEP), (ElasticitySet, SET), (Layout, OTHER), (Ruling, RULING), (Act, ACT), (Measure, ACT),
        (Fact, ACT), (Entry, OTHER))  # fmt: skip
WRONG = ("x ", 7.5, True, date(2025, 5, 2), [["x"]], {"x ": {"y": 1}}, [{"x ": 1}])
OF_THE_LIBRARY = ("Expected", "`", "RFC3339", "Invalid enum", "msgspec", "Object ", "null", " - at ")


def refusals(kind: type, file: FileKind) -> Iterator[tuple[str, Any, str]]:
    """The refusal of each wrong value in each field, and in each of what a field's lists and tables hold."""
    for field in msgspec.structs.fields(kind):
        for value in WRONG:
            try:
                converted({field.encode_name: value}, kind, file, "own.toml")
            except InputError as error:
                yield field.encode_name, value, str(error)


@pytest.mark.parametrize(("kind", "file"), READ, ids=lambda x: getattr(x, "__name__", ""))
def test_a_wrong_value_is_refused_in_our_words(kind: type, file: FileKind) -> None:
    told = list(refusals(kind, file))
    assert told
    for name, value, text in told:
        assert text.startswith("own.toml"), (name, value, text)
        assert "Allowed: " in text or "; " in text, (name, value, text)
        assert not any(word in text for word in OF_THE_LIBRARY), (name, value, text)


@pytest.mark.parametrize(
    ("kind", "raw", "told"),
    [
        (Scenario, {"on": "2 May"}, "own.toml, on: '2 May'. Allowed: a day such as 2025-05-02."),
        (Scenario, {"on": date(2025, 5, 2), "product": [{"code": 95030000}]},
         "own.toml, product[0].code: 95030000. Allowed: a text in quotes."),
        (Scenario, {"folder": ".", "option": [{"player": "USA", "name": "x", "floors": [{"rtae": 1}]}]},
         "own.toml, option[0].floors[0]: no key 'rtae'. Allowed: "),
        (ElasticitySet, {"name": "a", "paper": "b", "theta": {"A01": 4.0, "A02": "four"}},
         "own.toml, theta.A02: 'four'. Allowed: a number."),
        (ElasticitySet, {"name": "a", "paper": "b", "horizon": "yaer", "every_sector": 1.0},
         "own.toml, horizon: 'yaer'. Allowed: decade, long_run, year. Did you mean year?"),
        (ElasticitySet, {"name": "a"}, "own.toml: no 'paper'. Allowed: paper, a text in quotes."),
        (Sweep, {"scenarios": "a.toml"}, "own.toml, scenarios: 'a.toml'. Allowed: a list in [ ], each a text in quotes."),
        (Sweep, {"draws": "many"}, "own.toml, draws: 'many'. Allowed: a whole number"),
    ],
)  # fmt: skip
def test_the_refusal_names_key_value_and_what_is_allowed(kind: type, raw: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as refused:
        converted(raw, kind, OTHER, "own.toml")
    assert str(refused.value).startswith(told)
