"""The rate explained: its lines and acts, what did not apply, its steps over time, and the duty on a value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import TypedDict, cast

from parley import __version__
from parley.codes import country_name, dotted, name_in_text, today
from parley.law import answering, questions
from parley.law.answers import RateAnswer
from parley.law.answers_range import RateRangeAnswer
from parley.law.what_if import read_set
from parley.report.sheet import Column, Sheet
from parley.report.words import DASH, day, number, programme, rate
from parley.web import charts
from parley.web.charts import RateStep
from parley.web.law_views import measure_links
from parley.web.names import beyond_names, in_text, known_as, names_in
from parley.web.packaged import regime, rows_of
from parley.web.range_view import range_view
from parley.web.reading import query_of
from parley.web.verbs import command_of, verb_of
from parley.web.view import Chart, View

SINCE = date(2025, 1, 1)  # the first edition of the schedule in the package
AHEAD = timedelta(days=240)  # how far past the day asked the steps are shown
MOST_STEPS = 80
METHOD = (
    "The rate is the sum of the lines shown: the base of the tariff schedule, then every measure that covers the line and the "
    "origin. A measure counts if it is in force on the day and was known by the information cut-off. A line adds rate × share "
    "of value covered; the share is what remains where a measure yields to another.",
    "Rates are shares of customs value. What is not known is left out of no sum: the rate then is unknown, with the reason.",
)


def rate_view(asked: questions.Rate) -> View:
    """The page of one rate: the law of the package does not change while the server runs. Raises InputError as the command does."""
    return _made_on(asked, today())


@lru_cache(maxsize=256)
def _made_on(asked: questions.Rate, today: date) -> View:
    """The page as it is made on a day, which may count where the question names none."""
    del today
    answer = answering.rate(asked, rows_of(asked))
    if "rate_low" in answer:
        return range_view(asked, cast("RateRangeAnswer", answer))
    answer = cast("RateAnswer", answer)
    steps = steps_of(asked, answer)
    sheets = {s.name: s for s in (lines_sheet(answer), withheld_sheet(answer), steps_sheet(steps))}
    title = f"{dotted(answer['product'])} from {country_name(answer['origin'])}"
    end = (answer["on"] + AHEAD).isoformat()
    chart = Chart(
        finding(steps, answer), lambda width: charts.rate_steps(steps, answer["on"].isoformat(), end, width),
        title=f"Tariff rate on {title} into {name_in_text(answer['destination'])} over time",
        source="parley, from the acts named on the page", keys=charts.programme_keys(steps),
    )  # fmt: skip
    drawn = {"steps": chart} if len(steps) > 1 and any(s["rate"] for s in steps) else {}
    context = {
        "answer": answer,
        "steps": steps,
        "acts": acts_of(answer),
        "changes": changes_of(asked),
        "links": measure_links([*answer["lines"], *answer["not_applied"]]),
        "conditions": conditions_of(answer),
        "by_quantity": asked.quantity is not None or any(sign in answer["base_text"] for sign in "¢$"),
    }
    return View(
        "rate.html.j2", title, "/rate", asked, context, sheets, drawn,
        command=(command_of(verb_of("/law/rate"), asked),), python=python_of(asked),
        api=f"/api/v1/law/rate?{query_of(asked, as_typed=True)}",
        cite=cite(answer), method=METHOD,
    )  # fmt: skip


def changes_of(asked: questions.Rate) -> list[str]:
    """What a rate rests on beside the law as it stands: measures off or at other rates, what was declared, the reading."""
    off = [f"{known_as(name)} off from {day(on)}" for name, _, on in (text.partition("@") for text in asked.drop)]
    at = [f"{known_as(name)} at {rate(value)} % from {day(str(on))}" for name, value, on in map(read_set, asked.set)]
    claims = [f"declared: {in_text(text.replace('=', ' = ', 1))}" for text in asked.claim]
    return [*off, *at, *claims, *([] if asked.reading == "law" else [f"duties as {asked.reading}"])]


class Condition(TypedDict):
    """What may be declared of a product: its words, what is assumed without, and what was claimed, as an address has it."""

    name: str
    words: str
    kind: str
    assumed: str
    claimed: str


class ActLink(TypedDict):
    """An act as a page names it."""

    id: str
    title: str
    citation: str
    address: str
    read: bool


def conditions_of(answer: RateAnswer) -> list[Condition]:
    """What may be declared of this product: the claims on which its rate turned, with what is assumed of each, and what was claimed."""
    from parley.law.entry_claims import CLAIMS

    made = answer["claims"]
    turned = {n: c for n, c in CLAIMS.items() if c.sentence in answer["assumed"] or n in made}
    named = {n: c for n, c in turned.items() if c.kind != "money"}
    return [
        {
            "name": n,
            "words": c.label,
            "kind": c.kind,
            "assumed": c.sentence,
            "claimed": "" if n not in made else _claimed(made[n]),
        }
        for n, c in named.items()
    ]


def _claimed(value: bool | float | str) -> str:
    """A claim's value as it is written in an address."""
    return str(value).lower() if isinstance(value, bool) else (f"{value:g}" if isinstance(value, float) else str(value))


def canonical(pairs: list[tuple[str, str]]) -> list[tuple[str, str]] | None:
    """The pairs of a submitted form as a permalink's: each declared condition becomes a claim; None where nothing changes."""
    full = [(name, value.strip()) for name, value in pairs if value.strip()]
    made = [("claim", f"{n.removeprefix('claim_')}={v}") if n.startswith("claim_") else (n, v) for n, v in full]
    return None if made == pairs else made


def steps_of(asked: questions.Rate, answer: RateAnswer) -> list[RateStep]:
    """The rate on every day on which it changes, from 2025 to some months after the day asked, as known on the same day."""
    from parley.codes import day as read_day
    from parley.errors import InputError
    from parley.law.readings import change_days

    law = answering.changed(asked, rows_of(asked))
    known = read_day(asked.known, "known") if asked.known else None
    on = answer["on"]
    days = {d for d in change_days(law, answer["origin"], answer["destination"], known) if SINCE <= d <= on + AHEAD}
    found: list[RateStep] = []
    for each in sorted(days | {SINCE} if on >= SINCE else {on})[:MOST_STEPS]:
        try:
            then = replace(asked, product=answer["product"], on=each.isoformat(), value=None)
            made = answering.explained(then, rows_of(asked))
        except InputError:  # the line is not in the edition of that day
            continue
        parts = {k: v for k, v in made.by_programme().items() if v}
        step = RateStep(on=each.isoformat(), rate=made.rate, by_programme=parts, prohibited=bool(made.prohibited))
        if not found or {**found[-1], "on": ""} != {**step, "on": ""}:
            found.append(step)
    return found


def finding(steps: list[RateStep], answer: RateAnswer) -> str:
    """What the chart of steps shows, as a sentence."""
    known = [s["rate"] for s in steps if s["rate"] is not None]
    if answer["prohibited"]:
        now = f"the import is prohibited on {day(answer['on'])}"
    elif answer["rate"] is None:
        now = f"not known as a share of value on {day(answer['on'])}"
    else:
        now = f"{rate(answer['rate'])} % on {day(answer['on'])}"
    if known:
        return f"From {rate(min(known))} % to {rate(max(known))} % in {len(steps)} steps; {now}."
    return (
        f"{now[0].upper()}{now[1:]}."
        if answer["prohibited"]
        else "The rate is not known as a share of value on any day."
    )


def lines_sheet(answer: RateAnswer) -> Sheet:
    """The lines of the rate."""
    columns = (
        Column("measure", "measure", names_in(answer["lines"])),
        Column("programme", "legal authority", lambda name: programme(name) if name else DASH),
        Column("contribution", "adds, %", lambda v: rate(v, 4), True),
        Column("rate", "rate, %", lambda v: rate(v, 4), True),
        Column("share", "of the value, %", lambda v: rate(v, 2), True),
        Column("reason", "why", beyond_names(answer["lines"])),
        Column("source", "source"),
    )
    total = {
        "measure": "total",
        "programme": None,
        "contribution": answer["rate"],
        "reason": answer["reason"],
        "own": True,
    }
    return Sheet("lines", "Line by line", columns, (*answer["lines"], total))


def withheld_sheet(answer: RateAnswer) -> Sheet:
    """What covers the good and adds nothing."""
    columns = (
        Column("measure", "measure", known_as),
        Column("programme", "legal authority", programme),
        Column("reason", "why not", in_text),
        Column("source", "source"),
    )
    return Sheet("not-applied", "Measures that do not apply, and why", columns, tuple(answer["not_applied"]))


def steps_sheet(steps: list[RateStep]) -> Sheet:
    """The rate over time."""
    rows = tuple(
        {
            "on": s["on"],
            "rate": s["rate"],
            "made_of": _made_of(s),
        }
        for s in steps
    )
    columns = (
        Column("on", "from", day),
        Column("rate", "rate, %", lambda v: rate(v, 4), True),
        Column("made_of", "made of", ", ".join),
    )
    return Sheet("steps", "The rate over time", columns, rows)


def _made_of(step: RateStep) -> list[str]:
    """What the rate of a step is made of, in words; a prohibited import has none."""
    if step["prohibited"]:
        return ["import prohibited"]
    parts = [f"{programme(k)} {rate(v)}" for k, v in step["by_programme"].items()]
    return parts or ["free" if step["rate"] == 0 else "not known"]


def acts_of(answer: RateAnswer) -> list[ActLink]:
    """The acts behind the lines, each once."""
    held = {m.act.id: m.act for m in regime().measures}
    found = {x["act"]: held[x["act"]] for x in answer["lines"] if x["act"] in held}
    return [
        {"id": a.id, "title": a.title, "citation": a.citation, "address": a.address, "read": a.read}
        for a in found.values()
    ]


def python_of(asked: questions.Rate) -> str:
    """The same question in Python."""
    words = [repr(asked.product), repr(asked.origin), repr(asked.destination), repr(asked.on)]
    words += [f"known={asked.known!r}"] if asked.known else []
    from parley.law.entry_claims import read_stated

    counted = {n: getattr(asked, n) for n in ("quantity", "unit_value") if getattr(asked, n) is not None}
    claims = {**read_stated(asked.claim), **counted}
    words += [f"claims={claims!r}"] if claims else []
    words += [f"value={asked.value!r}"] if asked.value else []
    law = "parley.read_regime()" + "".join(f".without{tuple(d.split('@'))!r}" for d in asked.drop)
    law += "".join(f".set_rate({n!r}, {r:g}, {str(d)!r})" for n, r, d in map(read_set, asked.set))
    lines = ["import parley", "", f"law = {law}"]
    if asked.reading == "law":
        lines.append(f"found = law.explain({', '.join(words)})")
    else:
        lines.insert(1, "from parley.law.readings import explain_as")
        lines.append(f"found = explain_as(law, {asked.reading!r}, {', '.join(words)})")
    return "\n".join([*lines, "print(found.rate, [(line.measure, line.contribution) for line in found.lines])"])


def cite(answer: RateAnswer) -> str:
    """How to cite the rate."""
    known = f", as known on {answer['known']}" if answer["known"] else ""
    shown = number(100 * answer["rate"], 2) + " %" if answer["rate"] is not None else "not known"
    pair = f"goods of {country_name(answer['origin'])} in {country_name(answer['destination'])}"
    return f"parley {__version__}: rate on {dotted(answer['product'])}, {pair}, tariffs in force on {answer['on']}{known}: {shown}."
