"""`parley law rate`, the one question asked thousands of times: answered, and in plain cases read, without typer.

Reading options by typer takes three times as long as answering (benchmarks/bench_law.py). What is plainly written is
read here; everything else (help, an option that is not known, a value missing) is left to typer, which says what is wrong.
The options are those of the question, as typer declares them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING
from typing import TYPE_CHECKING, Any

from parley.cli.output import clock_words, percent, print_json, print_table, tail
from parley.codes import dotted
from parley.law.rate_question import Rate, answered, rate, unsaid_day
from parley.question import parts_of
from parley.refused_fields import naming

if TYPE_CHECKING:
    from parley.law.code_range import RateRange, Spread
    from parley.law.explain import Explanation

PARTS = {p.name: p for p in parts_of(Rate)}
OPTIONS = {name: list if p.many else p.kind for name, p in PARTS.items() if not p.says.argument} | {"json": bool}
SHOWN = 30  # lines of a range that a table shows
NEEDED = tuple(name for name, p in PARTS.items() if p.default is MISSING)


def quick(argv: Sequence[str]) -> bool:
    """Whether the arguments of `law rate` were plain, and so have been answered. Raises ParleyError."""
    words = read_plain(argv)
    if words is None:
        return False
    json = words.pop("json", False)
    with naming(Rate, words):
        answer(Rate(**words), json=json)
    return True


def read_plain(argv: Sequence[str]) -> dict[str, Any] | None:
    """The arguments by name; None where they are not a product and known options with their values."""
    asked: dict[str, Any] = {}
    words = iter(argv)
    for word in words:
        name, sign, text = word.removeprefix("--").partition("=")
        name = name.replace("-", "_")
        if not word.startswith("-"):
            if "product" in asked:
                return None
            asked["product"] = word
        elif not word.startswith("--") or name not in OPTIONS or "_" in word:
            return None
        elif OPTIONS[name] is bool:
            if sign:
                return None
            asked[name] = True
        elif not _take(asked, name, text if sign else next(words, None)):
            return None
    return asked if all(n in asked for n in NEEDED) else None


def _take(asked: dict[str, Any], name: str, text: str | None) -> bool:
    """Whether an option's value could be read, the only one of an option that takes one; it is then in `asked`."""
    if text is None or text.startswith("--") or (name in asked and not PARTS[name].many):
        return False
    try:
        value = PARTS[name].kind(text)
    except ValueError:
        return False
    asked[name] = (*asked.get(name, ()), value) if PARTS[name].many else value
    return True


def answer(asked: Rate, *, json: bool = False) -> None:
    """Prints the explanation of one rate, and the duty where a value is given. Without a day: the last day known."""

    from parley.law.explain import Explanation

    found = answered(asked, sign="--")
    said = [] if asked.on else [unsaid_day(found)]
    if json:
        print_json(rate(asked, found=found))
    elif isinstance(found, Explanation):
        show_rate(found, asked.value, said)
    else:
        show_range(found, asked.value, said)


def show_range(found: RateRange, value: float | None, notes: Sequence[str] = ()) -> None:
    """A code's lines with their rates, the heaviest first, then the range and the mean."""
    order = sorted(range(len(found.lines)), key=lambda n: -found.shares[n])
    lines = [(found.lines[n], found.shares[n]) for n in order[:SHOWN]]
    rows = [
        [dotted(x.product), percent(w), percent(x.rate, 2), percent(x.added_rate, 2), tail(x.description), _why(x)]
        for x, w in lines
    ]
    for text in (*notes, *found.notes):
        print(f"note: {text}")
    heads = ["line", "weight %", "%", "of which added", "description", "reason"]
    print_table(heads if any(r[-1] for r in rows) else heads[:-1], [r if any(x[-1] for x in rows) else r[:-1] for r in rows],
                title=f"{found.title}, {clock_words(found.clocks)}")  # fmt: skip
    if len(order) > SHOWN:
        print(f"and {len(order) - SHOWN} more lines (--json has them all)")
    print(f"rate {_spread(found.rate)} ({found.weighted_by})")
    print(f"added {_spread(found.added_rate)}")
    print(f"ranges: {found.spans}")
    if found.without:
        print(f"without a rate and in none of these: {found.without} of {len(found.lines)} lines")
    if value is not None:
        low, mean, high = ("–" if x is None else f"{x:,.2f}" for x in found.duty(value))
        print(f"duty on {value:,.2f} dollars: {low} to {high}, mean {mean}")
    print(f"assumed: {'; '.join(found.assumed)}")


def _spread(found: Spread) -> str:
    """A range in words: one figure where all lines have it."""
    if found.mean is None:
        return "not known on any line"
    low, mean, high = (percent(x, 2) for x in found)
    return f"{low} % on every line" if low == high else f"{low} % to {high} %, mean {mean} %"


def _why(x: Explanation) -> str:
    """Why a line has no rate."""
    return "" if x.rate is not None else x.reason or ""


def show_rate(found: Explanation, value: float | None, notes: Sequence[str] = ()) -> None:
    """The rate for people: bans and notes, the lines with their sum, then what it rests on."""
    first, why, clocks = [*notes, *found.said_first], found.reason or "", found.clocks
    total, added, recent = found.rate_without_ban, found.added_rate, found.added_2025
    title = f"{found.title}, {clock_words(clocks)}\n{tail(found.description)}"
    for x in found.prohibited:
        print(f"Import prohibited: {x.reason} [{x.measure}: {x.source}]")
    if found.prohibited:
        print("The duties below are those that these goods would pay without the ban.")
    rows = [[x.measure, percent(x.contribution, 4).rstrip("0").rstrip("."), x.source, x.reason] for x in found.lines]
    name, why = ("without the ban", "") if found.prohibited else ("total", why)
    rows.append([name, percent(total, 4).rstrip("0").rstrip("."), "", why])
    for text in first:
        print(f"note: {text}")
    print_table(["measure", "%", "source", "reason"], rows, title=title)
    if value is not None or "quantity" in found.claims:
        _show_duty(found, value)
    if found.base_estimate:
        e = found.base_estimate
        print(f"ordinary rate, an estimate in no total: {percent(e.rate)} % in {e.of} ({e.agreement})")
    print(f"added {percent(added)} %, of which acts of 2025 and later {percent(recent)} %")
    if found.metal:
        print(f"metal content not stated: {found.metal.words} [{found.metal.rule_source}; {found.metal.shares_source}]")
    for b in found.branches:
        print(f"{b.what}: {percent(b.rate)} %, of which added {percent(b.added_rate)} %")
    for x in found.not_applied:
        print(f"not applied: {x.measure}: {x.reason} [{x.source}]")
    print(f"assumed: {'; '.join(found.assumed)}")


def _show_duty(found: Explanation, value: float | None) -> None:
    """The duty in dollars, and the ad valorem equivalent of a specific base; where one line is not known, the others."""
    paid = found.dollars(value)
    on = f"{paid.quantity:,g} units" if paid.value is None else f"{paid.value:,.2f} dollars"
    if paid.duty is not None:
        print(f"duty on {on}: {paid.duty:,.2f}")
    else:
        known = [f"{x.measure} {d:,.2f}" for x, d in zip(found.lines, paid.lines, strict=True) if d is not None]
        print(f"duty on {on}: not known ({paid.reason}){'; ' if known else ''}{', '.join(known)}")
    if paid.equivalent is not None:
        print(f"ad valorem equivalent of {found.base_text}: {percent(paid.equivalent, 4).rstrip('0').rstrip('.')} %")
