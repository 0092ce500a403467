"""Right calls of the functions of law, record and scenarios, and what beside plain wrong values is misuse of each."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import date

import parley
from misuse_calls import DAY, Call


def law_calls() -> Iterator[tuple[str, Call]]:
    law = parley.read_regime()
    asked = {"product": "9503.00.00.73", "origin": "CHN", "destination": "USA", "on": DAY}
    day = {"a bad day": "2025-02-30", "a month": "2025-05", "a number": 5, "a fraction": 2025.5, "flag": True}
    claims = {
        "misspelt": {"usmcaa": True},
        "a list": ["usmca"],
        "a text": "usmca",
        "a key that is a number": {5: True},
        "a word": {"usmca": "maybe"},
        "a share beyond one": {"us_content": 25.0},
        "NaN": {"us_content": float("nan")},
        "None": {"usmca": None},
    }
    wrong = {
        "on": day,
        "known": day,
        "claims": claims,
        "product": {"a number": 9503, "three digits": "950"},
        "origin": {"misspelt": "CNH"},
        "value": {"zero": 0, "negative": -5.0},
    }
    samples = {"known": DAY, "claims": {"usmca": True}, "value": 5.0}
    norway = {"origin": ("the word no",)}
    yield "Regime.explain", Call(law.explain, asked, samples, (), wrong, right_too=norway)
    yield "Regime.rate", Call(law.rate, asked, samples, (), wrong, right_too=norway)
    name = "us-ieepa-fentanyl-cn"
    yield (
        "Regime.without",
        Call(law.without, {"name": name, "start": DAY}, {}, (), {"start": day, "name": {"misspelt": name + "s"}}),
    )
    yield (
        "Regime.suspended",
        Call(
            law.suspended,
            {"name": name, "start": DAY},
            {"until": date(2025, 6, 1)},
            (),
            {"start": day, "until": day | {"before its start": date(2025, 1, 1)}},
        ),
    )
    rate = {"below -1": -2.0, "a text": "0.1", "a percentage": 25}
    yield (
        "Regime.set_rate",
        Call(law.set_rate, {"name": name, "rate": 0.3, "start": DAY}, {}, (), {"rate": rate, "start": day}),
    )
    yield (
        "Regime.plus",
        Call(
            law.plus,
            {"measures": [law.measures[0]]},
            {},
            (),
            {
                "measures": {
                    "one measure": law.measures[0],
                    "numbers": [5],
                    "texts": ["us-x"],
                    "none": None,
                    "an act": law.measures[0].act,
                }
            },
        ),
    )
    from parley.law.products import read_products

    yield "Regime.check_name", Call(law.check_name, {"name": name}, {}, (), {"name": {"misspelt": name + "s"}})
    yield "Regime.with_schedule", Call(law.with_schedule, {"schedule": read_products("USA")})
    yield "Regime.law_known_to", Call(law.law_known_to, {"destination": "USA"}, {}, ("destination",))
    yield "Regime.schedule_of", Call(law.schedule_of, {"destination": "USA"}, {}, ("destination",))
    yield "Regime.of", Call(law.of, {"authority": "USA"}, {}, ("authority",))
    yield "Regime.at", Call(law.at, {"on": DAY, "known": DAY, "authority": "USA"}, {}, ("authority",))
    covered = {"product": "9503000073", "origin": "CHN", "destination": "USA", "on": DAY, "known": DAY}
    yield "Regime.covering", Call(law.covering, covered, {}, ("product", "origin", "destination"))
    yield "Regime.known_rows", Call(law.known_rows, {"known": DAY, "authority": "USA"}, {}, ("authority",))
    yield (
        "Regime.once",
        Call(
            law.once,
            {"kind": "misuse", "key": "k", "make": lambda: 1},
            {},
            ("kind", "key"),
            unasked=("kind", "key", "make", "most"),
        ),
    )
    fields = {"measures": law.measures[:2]}
    yield (
        "Regime",
        Call(
            parley.Regime,
            fields,
            {"claims_seen": DAY, "version": "1"},
            ("version",),
            {"content": {"misspelt": "chapter"}},
        ),
    )
    m = law.measures[0]
    made = {"id": "x", "programme": "s301", "start": DAY, "act": m.act, "rate": 0.1}
    text = (
        "id",
        "folder",
        "expression",
        "layer",
        "product_list",
        "products_except_list",
        "hour",
        "end_hour",
        "terminated_by",
        "stacks",
        "heading",
        "reason",
        "programme",
        "origins",
        "origins_except",
        "products",
        "products_except",
        "spares",
    )
    days = dict.fromkeys(("end", "known", "known_end", "end_known", "collected_start", "collected_end"), DAY)
    yield (
        "Measure",
        Call(
            parley.Measure,
            made,
            days,
            text,
            {"combine": {"misspelt": "ad"}, "rate": {"a text": "0.1"}},
            ("yields_to", "when", "unless"),
            right_too={"contingent": ("an empty text",)},
        ),
    )
    yield "Measure.at", Call(m.at, {"on": DAY, "known": DAY})
    yield "Measure.end_as_known", Call(m.end_as_known, {"known": DAY})
    yield "Measure.is_known", Call(m.is_known, {"known": DAY})
    yield (
        "read_regime",
        Call(
            parley.read_regime,
            {"authority": "CHN"},
            {"origin": "USA", "optional": ("measure.x",)},
            ("optional",),
            right_too=norway | {"authority": ("the word no",)},
        ),
    )


def other_calls() -> Iterator[tuple[str, Call]]:
    ledger = parley.read_ledger()
    yield "read_ledger", Call(parley.read_ledger)
    yield "Ledger.known", Call(ledger.known, {"day": DAY})
    yield "Ledger.until", Call(ledger.until, {"on": DAY})
    yield "Ledger.of", Call(ledger.of, {"wanted": "CHN"}, {}, ("wanted",))
    yield "Ledger.among", Call(ledger.among, {"parties": ("USA", "CHN")})
    yield "Ledger.entry", Call(ledger.entry, {"id": ledger.entries[0].id})
    yield "read_scenario", Call(parley.read_scenario)
    day = {"a bad day": "2025-02-30", "a fraction": 5.5, "flag": True}
    text = (
        "title",
        "world",
        "rates",
        "conventions",
        "law_version",
        "folder",
        "file",
        "elasticities",
        "model",
        "deficits",
        "revenue",
        "capital",
        "numeraire",
        "parties",
    )
    parts = ("product", "change", "option", "deadline", "signal", "goods", "household", "outcome")
    wrong = {
        "on": day,
        "known": day,
        "before": day,
        "until": day,
        "reading": {"misspelt": "paied"},
        "horizon": {"misspelt": "decades"},
        "parties": {"one text": "USA"},
    }
    samples = {"known": DAY, "until": DAY, "wage_floor": 0.9, "tax_rate": 0.2}
    yield (
        "Scenario",
        Call(
            parley.Scenario,
            {"on": DAY},
            samples,
            text,
            wrong,
            (*parts, "horizon"),
            right_too={"reading": ("an empty text",)},
        ),
    )
    yield (
        "Scenario, parts",
        Call(
            parley.Scenario,
            {"on": DAY},
            {},
            (),
            {k: {"a text": "x", "a number": 5, "a list of texts": ["x"]} for k in parts},
            tuple(k for k in inspect.signature(parley.Scenario).parameters if k not in parts),
        ),
    )
    yield (
        "Scenario.replaced",
        Call(
            lambda on: parley.Scenario(on=DAY).replaced(on=on),
            {"on": DAY},
            {},
            (),
            {"on": day | {"None": None, "a list": []}},
        ),
    )
    yield (
        "Scenario.replaced, names",
        Call(
            lambda of: parley.Scenario(on=DAY).replaced(**of),
            {"of": {}},
            {},
            (),
            {"of": {"misspelt": {"partys": ("USA",)}, "a number": {"parties": 5}}},
        ),
    )
    yield "run", Call(parley.run, {"scenario": parley.read_scenario()}, dear=True)
    yield "data", Call(parley.data)
    rows = {
        "a list of numbers": [1],
        "a list of lists": [[1]],
        "a mapping of numbers": {"a": 1},
        "a number": 5,
        "None": None,
        "a text": "rows",
    }
    yield "table", Call(parley.table, {"rows": [{"a": 1}]}, {}, ("key",), {"rows": rows}, ("rows",))
