"""The tables of the figures beside the rooms: averages over time, own goods, prices for households, and the marks of the axis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from parley.codes import country_name, dotted, name_in_text
from parley.report.sheet import Column, Sheet
from parley.report.words import DASH, capital, day, number, rate, rate_finely


def figure_sheets(answer: Mapping[str, Any]) -> dict[str, Sheet]:
    """Every one of these tables by the name of its file; none that would be empty."""
    made = (_axis(answer), _averages(answer), _goods(answer), _households(answer))
    return {sheet.name: sheet for sheet in made if sheet.rows}


def _axis(answer: Mapping[str, Any]) -> Sheet:
    columns = (
        Column("on", "on", day),
        Column("row", "what"),
        Column("who", "who", capital),
        Column("text", "text"),
        Column("coming", "later than the day asked", lambda v: "yes" if v else "no"),
        Column("side", "side", lambda v: country_name(v) if v else DASH),
        Column("entry", "entry"),
    )
    return Sheet(
        "situation-axis", "Acts, agreements, rulings and words on one axis", columns, tuple(answer.get("axis") or ())
    )


def _averages(answer: Mapping[str, Any]) -> Sheet:
    rows = [
        {**step, "origin": s["origin"], "destination": s["destination"], "weights": s["weights"]}
        for s in answer.get("averages") or ()
        for step in s["steps"]
    ]
    columns = (
        Column("on", "from", day),
        Column("destination", "charged by", country_name),
        Column("origin", "on goods of", country_name),
        Column("added", "added by acts, %", rate_finely, True),
        Column("rate", "whole rate, %", rate_finely, True),
        Column("scheduled", "later than the day asked", lambda v: "yes" if v else "no"),
        Column("weights", "weights"),
    )
    return Sheet("law-averages", "Average rates over time, both sides", columns, tuple(rows))


def _goods(answer: Mapping[str, Any]) -> Sheet:
    rows = [_good(row) for row in answer.get("goods") or ()]
    columns = (
        Column("label", "goods", capital),
        Column("product", "code", dotted),
        Column("origin", "from", country_name),
        Column("destination", "into", country_name),
        Column("before", "before, %", rate, True),
        Column("now", "now, %", rate, True),
        Column("next", "next, %", rate, True),
        Column("next_on", "from", day),
        Column("now_low", "now, lowest line", rate, True),
        Column("now_high", "highest line", rate, True),
        Column("lines", "lines", lambda v: str(len(v or [])), True),
        Column("reason", "note"),
    )
    return Sheet("goods", "Your goods: the duty before, on the day, and next", columns, tuple(rows))


def _good(row: Mapping[str, Any]) -> dict[str, Any]:
    """A good as a flat row: weighted means of a code's lines, and the ends of the day's."""
    then = row["next"] or {}
    return {
        **{key: row[key] for key in ("label", "product", "origin", "destination", "lines", "reason")},
        "before": row["before"]["rate"], "now": row["now"]["rate"], "next": then.get("rate"), "next_on": then.get("on"),
        "now_low": row["now"]["low"], "now_high": row["now"]["high"],
    }  # fmt: skip


def _households(answer: Mapping[str, Any]) -> Sheet:
    rows = [_household(row) for row in answer.get("households") or ()]
    fine = Column
    columns = (
        Column("party", "households of", country_name),
        *(fine(f"prices_{end}", f"prices, %{words}", lambda v: number(v, 2, sign=True), True) for end, words in ENDS),
        *(
            fine(f"income_{end}", f"real income, %{words}", lambda v: number(v, 2, sign=True), True)
            for end, words in ENDS
        ),
        *(fine(f"cost_{end}", f"basket dearer by, a year{words}", lambda v: number(v, 0), True) for end, words in ENDS),
        *(
            fine(f"gain_{end}", f"real income, a year{words}", lambda v: number(v, 0, sign=True), True)
            for end, words in ENDS
        ),
        Column("total", "all households, billions", lambda v: number(v, 1), True),
        Column("spending", "spending of one, a year", lambda v: number(v, 0), True),
        Column("number", "households", lambda v: number(v, 0), True),
        Column("year", "year"),
        Column("money", "money"),
        Column("source", "source"),
        Column("basis", "basis"),
        Column("reason", "note"),
    )
    return Sheet("households", "Prices and real income of households", columns, tuple(rows))


ENDS = (("median", ""), ("low", ", lowest"), ("high", ", highest"))


def _household(row: Mapping[str, Any]) -> dict[str, Any]:
    spans = {
        "prices": row["prices_pct"],
        "income": row["income_pct"],
        "cost": row["cost"] or {},
        "gain": row["income"] or {},
    }
    flat = {f"{name}_{end}": span.get(end) for name, span in spans.items() for end, _ in ENDS}
    spent = row["household"] or {}
    return {
        "party": row["party"], **flat, "total": (row["total"] or {}).get("median"),
        **{key: spent.get(key) for key in ("spending", "number", "year", "money", "source")},
        "basis": row["basis"], "reason": row["reason"],
    }  # fmt: skip


def household_sentences(answer: Mapping[str, Any]) -> list[str]:
    """The figures of each party as sentences: prices per 100 of spending, and the money where a household's spending is known."""
    first = (answer.get("trade") or {}).get("first_asked") or ()
    return [
        *(_sentence(row) for row in answer.get("households") or ()),
        *(said for row in first for said in _first_asked(row)),
    ]


def _first_asked(row: Mapping[str, Any]) -> Iterator[str]:
    """Prices of goods alone, jobs where the closure gives them, and ten years of duties, with their ranges."""
    where, goods, revenue = name_in_text(row["party"]), row["goods_prices_pct"], row["revenue"]
    if goods:
        rise = "rise" if goods["median"] >= 0 else "fall"
        ends = f"{number(abs(goods['median']), 2)} % ({number(goods['low'], 2)} to {number(goods['high'], 2)})"
        yield f"Prices of goods alone in {where} {rise} by {ends}."
    if jobs := row["employment_pct"]:
        low, median, high = (number(jobs[end], 2, sign=True) for end in ("low", "median", "high"))
        yield f"Jobs in {where}, in hours worked, change by {median} % ({low} to {high})."
    if revenue and revenue["more_usd_bn"]:
        more, static = revenue["more_usd_bn"], revenue["static_usd_bn"]
        low, median, high = (_whole(more[end]) for end in ("low", "median", "high"))
        yield (
            f"Over ten years {where} takes in {median} billion dollars of duties ({low} to {high}) against the comparison day; "
            f"with imports as they were, {_whole(static)} billion."
        )


def _whole(value: float) -> str:
    """A number of billions with its sign."""
    return ("+" if value > 0 else "") + number(value, 0)


def _sentence(row: Mapping[str, Any]) -> str:
    prices, where = row["prices_pct"], name_in_text(row["party"])
    rises = "rise" if prices["median"] >= 0 else "fall"
    said = (
        f"Against wages, consumer prices in {where} {rises} by {number(abs(prices['median']), 2)} % "
        f"({number(prices['low'], 2)} to {number(prices['high'], 2)})"
    )
    if not row["cost"]:
        return f"{said}: {number(prices['median'], 2)} for every 100 of spending."
    cost, income, spent = row["cost"], row["income"], row["household"]
    money = "$" if spent["money"] == "US dollars" else ""
    of = f"spending of {money}{number(spent['spending'], 0)} a year" + (f" in {spent['year']}" if spent["year"] else "")
    fall = "falls" if income["median"] < 0 else "rises"
    return (
        f"{said}: {money}{number(cost['median'], 0)} a household and year ({number(cost['low'], 0)} to {number(cost['high'], 0)}), "
        f"at {of}. With the duty revenue, its real income {fall} by {money}{number(abs(income['median']), 0)}."
    )
