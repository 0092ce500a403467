"""What a reader can change on the scenario's page: the measures in force with their rates, and the named choices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypedDict

from parley.law.measure import BASE_PROGRAMMES, Measure, covers_origin
from parley.law.regime import knowledge
from parley.report.words import rate
from parley.scenario.scenario import read_scenario
from parley.web import scenarios
from parley.web.names import label
from parley.web.packaged import regime

PERCENT = "percent_"  # before a measure's name: the field of its rate


class LeverMeasure(TypedDict):
    """A measure of a legal authority: its words, its rate (a fraction where it is one) and that in words, and its source.

    general: whether it falls on all goods, but for those that were on their way.
    """

    id: str
    label: str
    rate: float | None
    text: str
    source: str
    general: bool


class Lever(TypedDict):
    """A legal authority in force that a party could switch off or set, with its measures."""

    party: str
    programme: str
    measures: list[LeverMeasure]


def levers(scenario: Any) -> list[Lever]:
    """What could be switched off or set: by levying party, the legal authorities in force on the day, with their measures.

    Rows of a programme of the base (a relief's cap on the ordinary duty) are none: dropping them takes nothing off.
    """
    law, rows = regime(), list[Lever]()
    for party in scenario.parties:
        held: dict[str, dict[str, list[Measure]]] = {}
        for m in law.at(scenario.on, knowledge(scenario.known), party):
            foreign = any(covers_origin(m, p) for p in scenario.parties if p != party)
            if foreign and m.combine != "zero" and m.programme not in BASE_PROGRAMMES:
                held.setdefault(m.programme, {}).setdefault(m.id, []).append(m)
        for name, measures in sorted(held.items()):
            rows.append({"party": party, "programme": name, "measures": [_lever(m) for m in measures.values()]})
    return rows


def changed_for_everyone() -> tuple[str, ...]:
    """A duty on all goods of all countries at half its rate, as it is set on the shipped scenario; nothing where none is in force."""
    shipped = read_scenario()
    rows = regime().at(shipped.on, knowledge(shipped.known), shipped.parties[0])
    wide = ((m.id, m.rate) for m in rows if "*" in m.origins and "*" in m.products and not m.when)
    return tuple(f"{name}={rate / 2}" for name, rate in wide if rate)[:1]


def _lever(rows: Sequence[Measure]) -> LeverMeasure:
    """The rows of one measure as one control."""
    first, last = rows[0], rows[-1]
    return {
        "id": last.id,
        "label": label(first),
        "rate": last.rate,
        "text": rate_words(rows),
        "source": last.source,
        "general": "*" in first.products and not first.when,
    }


def rate_words(rows: Sequence[Measure]) -> str:
    """The rate of a measure's rows in words, from the lowest to the highest where they differ."""
    texts = [m.expression for m in rows if m.expression]
    found = sorted({m.rate for m in rows if m.rate is not None})
    if texts or not found:
        return texts[0] if texts else f"{rate(None)} %"
    return " to ".join(f"{rate(r)} %" for r in dict.fromkeys((found[0], found[-1])))


def choices() -> dict[str, list[str]]:
    """The named choices of the form."""
    from parley.scenario.import_response import YEAR
    from parley.scenario.reading import READINGS
    from parley.trade.closure import DEFICITS, REVENUES, capital_names
    from parley.trade.models import models
    from parley.world.elasticity import HORIZONS

    named = {"model": models(), "horizon": [h for h in HORIZONS if h != YEAR], "elasticities": ["", *scenarios.sets()]}
    named["deficits"] = [*DEFICITS, "endogenous"]
    return {**named, "revenue": list(REVENUES), "capital": list(capital_names()), "reading": list(READINGS)}


def percents(changes: Iterable[str]) -> dict[str, str]:
    """The rates that a question sets without a day of their own, in percent by measure: what the form's fields hold."""
    pairs = (text.partition("=")[::2] for text in changes if "@" not in text)
    return {measure: percent for measure, value in pairs if (percent := _scaled(value, 100.0))}


def _scaled(text: str, factor: float) -> str:
    """A number times a factor as text; nothing where it is none."""
    try:
        return f"{float(text) * factor:.10g}"
    except ValueError:
        return ""


def canonical(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]] | None:
    """The pairs of a submitted form as a permalink's: each rate in percent becomes a `set`; None where nothing changes."""
    pairs = list(pairs)
    full = [(name, value.strip()) for name, value in pairs if value.strip()]
    off = {value for name, value in full if name == "drop"}
    made = [_pair(name, value) for name, value in full if not name.startswith(PERCENT) or not _is_off(name, off)]
    return None if made == pairs else made


def _is_off(field: str, off: set[str]) -> bool:
    """Whether the measure of a rate's field is switched off with it, by itself or with its authority: it has no rate then."""
    id = field.removeprefix(PERCENT)
    return bool(off) and not off.isdisjoint({id, *(m.programme for m in regime().measures if m.id == id)})


def _pair(name: str, value: str) -> tuple[str, str]:
    if not name.startswith(PERCENT):
        return name, value
    return "set", f"{name.removeprefix(PERCENT)}={_scaled(value, 0.01) or value}"
