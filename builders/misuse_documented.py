"""Right calls of the functions below `parley` that the pages show, and what beside plain wrong values is misuse of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import parley
from misuse_calls import DAY, Call, cells, raised, small_world
from parley.law.audit import audit
from parley.law.average import average
from parley.law.code_range import explain_code
from parley.law.compiled import compile_rates
from parley.law.diff import diff
from parley.law.find import find
from parley.law.panel import compile_panel
from parley.law.refund import refunds
from parley.law.shipments.files import file_duties
from parley.law.shipments.in_transit import water
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.origin_comparison import cheapest
from parley.law.shipments.run import duties
from parley.law.trade_weights import read_weights
from parley.scenario.base import base_answer
from parley.scenario.deeds import deadline_slips, deeds
from parley.scenario.sweep import read_sweep
from parley.trade.indicators import by_country, decomposition
from parley.trade.partial import market_of, solve_product
from parley.trade.path import split_change
from parley.trade.solve import balance, rebase
from parley.world.grid import sector_of

PRODUCT = "9503000073"
BAD_DAYS = {"a bad day": "2025-02-30", "a number": 5, "a fraction": 2025.5, "flag": True}
CLAIMS = {"misspelt": {"usmcaa": True}, "a list": ["usmca"], "a text": "usmca", "a key that is a number": {5: True}}


def documented_calls() -> Iterator[tuple[str, Call]]:
    """By room: law, files of shipments, trade, record."""
    yield from _of_law()
    yield from _of_files()
    yield from _of_trade()
    ledger = parley.read_ledger()
    yield "deeds", Call(deeds, {"ledger": ledger, "on": DAY, "known": DAY})
    yield (
        "deadline_slips",
        Call(deadline_slips, {"ledger": ledger, "known": DAY}, {"on": DAY}, ("by",), unasked=("made",)),
    )
    stated = {"ledger": ledger, "stated": "145", "origin": "CHN", "destination": "USA", "on": DAY}
    yield (
        "base_answer",
        Call(
            base_answer,
            stated,
            {"known": DAY},
            ("stated",),
            {"on": BAD_DAYS},
            right_too={"origin": ("the word no",), "destination": ("the word no",)},
        ),
    )
    yield from _of_answers(ledger)
    yield "read_sweep", Call(read_sweep, {"path": "none.toml"}, dear=True)


def _of_answers(ledger: parley.Ledger) -> Iterator[tuple[str, Call]]:
    """Methods of what the functions give back."""
    war = parley.nash(small_world(), ["USA", "CHN"], check=False)
    stand = {"stand": {"beyond the last": 9, "before the first": -1}}
    yield "Outcome.rates", Call(war.rates, {"stand": 0}, wrong=stand)
    yield "Outcome.spread", Call(war.spread, {"player": "USA"}, wrong=stand | {"player": {"nobody": "VNM"}})
    yield "Outcome.as_json", Call(war.as_json, {"base_day": DAY})
    law = parley.read_regime()
    found = law.explain(PRODUCT, "CHN", "USA", on=DAY)
    yield "Explanation.dollars", Call(found.dollars, {"value": 5.0}, wrong={"value": {"negative": -5.0, "zero": 0}})
    panel = compile_panel(law, "USA", ("CHN",), DAY, date(2025, 5, 3))
    beyond = {"on": {"a day beyond": date(2025, 6, 1), "a day before": date(2025, 5, 1)}}
    cell = {"product": PRODUCT, "origin": "CHN", "on": DAY}
    for name in ("cell", "is_prohibited"):
        further = beyond | {"product": {"no line": "9503"}, "origin": {"another": "VNM"}}
        yield f"Panel.{name}", Call(getattr(panel, name), cell, wrong=further)
    yield "Panel.day", Call(panel.day, {"on": DAY}, wrong=beyond)
    entry = ledger.entries[0]
    for name in ("known_on", "as_known"):
        yield f"Entry.{name}", Call(getattr(entry, name), {"day": DAY})
    yield "Ledger.answers_to", Call(ledger.answers_to, {"id": entry.id}, free=("id",))


def _of_law() -> Iterator[tuple[str, Call]]:
    law = parley.read_regime()
    pair, day = {"regime": law, "origin": "CHN", "destination": "USA"}, {"on": DAY}
    yield (
        "average",
        Call(
            average,
            pair | day,
            {
                "known": DAY,
                "products": ("95",),
                "programmes": ("s301",),
                "conventions": ("x",),
                "claims": {"usmca": True},
            },
            ("products", "programmes", "conventions"),
            {"on": BAD_DAYS, "claims": CLAIMS, "weights": {"misspelt": "import"}, "reading": {"misspelt": "paied"}},
            ("since", "until"),
            right_too={"origin": ("the word no",)},
        ),
    )
    compiled = {"regime": law, "destination": "USA", "origins": ("CHN",), "on": DAY, "products": (PRODUCT,)}
    yield (
        "compile_rates",
        Call(
            compile_rates,
            compiled,
            {"known": DAY},
            ("destination", "origins", "products"),
            {"on": BAD_DAYS, "claims": CLAIMS},
        ),
    )
    days = {"since": DAY, "until": date(2025, 5, 3)}
    yield (
        "compile_panel",
        Call(
            compile_panel,
            {"regime": law, "destination": "USA", "origins": ("CHN",)} | days,
            {},
            ("destination", "origins"),
            {"since": BAD_DAYS, "claims": CLAIMS},
        ),
    )
    asked = pair | day | {"product": PRODUCT}
    norway = {"origin": ("the word no",)}
    yield (
        "explain_code",
        Call(
            explain_code,
            asked,
            {"claims": {"usmca": True}, "value": 5.0},
            (),
            {"on": BAD_DAYS, "claims": CLAIMS, "value": {"negative": -5.0}},
            right_too=norway,
        ),
    )
    yield "find", Call(find, {"words": "toys"}, {"on": DAY}, ("words",), {"limit": {"zero": 0, "negative": -1}})
    moments = {"first": "2025-05-02", "second": "2025-05-14"}
    yield (
        "diff",
        Call(
            diff,
            pair | moments | {"products": ("9503",)},
            {"programmes": ("s301",)},
            ("products", "programmes"),
            right_too=norway,
        ),
    )
    yield "read_weights", Call(read_weights, {"destination": "USA"})


def _of_files() -> Iterator[tuple[str, Call]]:
    for function in (duties, water, cheapest, refunds, audit):
        files = {"one name": "shipments.csv", "a number": [5], "no such file": ["none.csv"], "none": None}
        own = tuple(
            name for name in ("out", "rejects", "entries", "lines", "rates", "cape", "decimal", "origins", "ruling")
        )
        yield (
            function.__name__,
            Call(function, {"inputs": ["none.csv"], "out": None}, {}, (*own, "inputs"), {"inputs": files}, dear=True),
        )

    run = {"inputs": ["none.csv"], "out": None, "headings": False}
    yield (
        "file_duties",
        Call(file_duties, run, {}, ("out", "rejects", "entries", "inputs"), {"inputs": files}, dear=True),
    )
    wrong = {
        "columns": {"misspelt": {"valeu": "Value"}},
        "month_day": {"zero": 0, "32": 32},
        "decimal": {"a sign": ";"},
    }
    free = ("columns", "sheet", "encoding", "needed", "evidence", "layout")
    empty = {"decimal": ("an empty text",), "on": ("an empty text",), "destination": ("an empty text", "the word no")}
    made = {"month_day": 1, "decimal": ".", "on": str(DAY)}
    yield "FileOptions", Call(FileOptions, made, {}, free, wrong, right_too=empty)


def _of_trade() -> Iterator[tuple[str, Call]]:
    w, eq = small_world(), parley.solve(small_world(), raised())
    yield (
        "split_change",
        Call(split_change, {"world": w, "t_new": raised()}, {}, (), {"t_new": {"a rate below -1": cells(-2.0)}}),
    )
    yield "by_country", Call(by_country, {"eq": eq})
    yield "decomposition", Call(decomposition, {"eq": parley.solve(w, raised(), deficits="balanced")})
    yield "balance", Call(balance, {"world": w}, {}, (), {"tolerance": {"zero": 0, "one": 1}})
    yield "rebase", Call(rebase, {"eq": eq})
    yield "sector_of", Call(sector_of, {"products": [PRODUCT]}, {}, ("products",))
    rows = {"origins": ("CHN", "VNM"), "value": [3.0, 1.0], "before": [0.0, 0.1], "after": [0.5, 0.1]}
    slopes = {"demand": 1.0, "substitution": 4.0, "supply": 2.0}
    short = {
        "too short": [1.0],
        "texts": ["1", "2"],
        "NaN": [float("nan"), 1.0],
        "None": [None, 1.0],
        "one number": 1.0,
    }
    yield (
        "market_of",
        Call(
            market_of,
            rows | slopes,
            {},
            ("origins",),
            dict.fromkeys(("value", "before", "after"), short) | {"value": short | {"negative": [-1.0, 1.0]}},
        ),
    )
    yield "solve_product", Call(solve_product, {"market": market_of(**rows, **slopes)})  # pyright: ignore[reportArgumentType]
