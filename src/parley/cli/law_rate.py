"""`parley law rate`, the one question asked thousands of times: answered, and in plain cases read, without typer.

Reading options by typer takes three times as long as answering (benchmarks/bench_law.py). What is plainly written is
read here; everything else (help, an option that is not known, a value missing) is left to typer, which says what is wrong.
A test holds OPTIONS to the options that typer declares.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from parley.cli.output import print_json
from parley.tabular import clock_words, percent, print_table, tail

if TYPE_CHECKING:
    from datetime import date
    from typing import NotRequired, TypedDict

    from parley.law.entry_claims import Question
    from parley.law.explain import Explanation
    from parley.law.regime import Regime

    class RateWords(TypedDict):
        """The arguments of `law rate` that were written, by name."""

        product: str
        origin: str
        on: NotRequired[str]
        destination: NotRequired[str]
        known: NotRequired[str]
        claim: NotRequired[tuple[str, ...]]
        value: NotRequired[float]
        quantity: NotRequired[float]
        unit_value: NotRequired[float]
        reading: NotRequired[str]
        drop: NotRequired[tuple[str, ...]]
        add: NotRequired[tuple[Path, ...]]
        schedule: NotRequired[str]
        json: NotRequired[bool]


OPTIONS: dict[str, type] = {
    "origin": str, "on": str, "destination": str, "known": str, "reading": str, "value": float, "quantity": float,
    "unit_value": float, "claim": list, "drop": list, "add": list, "schedule": str, "json": bool,
}  # fmt: skip
NEEDED = ("product", "origin")


def quick(argv: Sequence[str]) -> bool:
    """Whether the arguments of `law rate` were plain, and so have been answered. Raises ParleyError."""
    asked = read_plain(argv)
    if asked is None:
        return False
    answer(**asked)
    return True


def read_plain(argv: Sequence[str]) -> RateWords | None:
    """The arguments by name; None where they are not a product and known options with their values."""
    asked: dict[str, object] = {}
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
    return cast("RateWords", asked) if all(n in asked for n in NEEDED) else None


def _take(asked: dict[str, object], name: str, text: str | None) -> bool:
    """Whether an option's value could be read; it is then in `asked`."""
    if text is None or text.startswith("--"):
        return False
    try:
        if OPTIONS[name] is list:
            held = cast("tuple[object, ...]", asked.get(name, ()))
            asked[name] = (*held, Path(text) if name == "add" else text)
        else:
            asked[name] = OPTIONS[name](text)
    except ValueError:
        return False
    return True


def answer(
    product: str,
    origin: str,
    *,
    on: str | None = None,
    destination: str = "USA",
    known: str | None = None,
    claim: Sequence[str] = (),
    value: float | None = None,
    quantity: float | None = None,
    unit_value: float | None = None,
    reading: str = "law",
    drop: Sequence[str] = (),
    add: Sequence[Path] = (),
    schedule: str | Path | None = None,
    json: bool = False,
) -> None:
    """Prints the explanation of one rate, and the duty where a value is given. Without a day: the last day known."""
    from parley.law.entry_claims import read_claims, read_stated
    from parley.law.explain import explain, question
    from parley.law.regime import read_changed

    claims = read_claims(read_stated(claim, quantity, unit_value, ("--quantity", "--unit-value")))
    asked = question(product, origin, destination, on or _last_day(destination, known), known, claims, value)
    regime = read_changed(drop, add, asked.destination, asked.origin)
    if schedule:
        regime = _with_edition(regime, schedule, asked.destination)
    found = explain(regime, asked) if reading == "law" else _as_read(regime, asked, reading, value)
    first = [] if on else [f"no --on: the last day to which the law of {asked.destination} was read, {asked.on}"]
    if json:
        from parley.law.answers import rate_answer
        from parley.law.readings import reading_of

        made = rate_answer(found, value, reading_of(reading))
        print_json({**made, "notes": [*first, *made["notes"]]})
    else:
        show_rate(found, value, first)


def _last_day(destination: str, known: str | None) -> date:
    """The day of a question without one."""
    from parley.codes import country
    from parley.law.beyond import last_day_read
    from parley.law.regime import Regime, measures_folder, read_to

    return last_day_read(Regime((), reached=read_to(measures_folder())), country(destination, "destination"), known)


def _with_edition(regime: Regime, schedule: str | Path, destination: str) -> Regime:
    """The regime over an edition in the official JSON."""
    from datetime import date

    from parley.law.hts_json import as_products, read_edition

    return regime.with_schedule(as_products([(date.min, read_edition(schedule))], destination))


def _as_read(regime: Regime, asked: Question, reading: str, value: float | None) -> Explanation:
    """The explanation in another reading than that of the law."""
    from parley.law.readings import explain_as, reading_of

    read = reading_of(reading)
    return explain_as(
        regime, read, asked.product, asked.origin, asked.destination, asked.on, asked.known, asked.stated, value
    )


def show_rate(found: Explanation, value: float | None, notes: Sequence[str] = ()) -> None:
    """The rate for people: bans and notes, the lines with their sum, then what it rests on."""
    first, why, clocks = [*notes, *found.said_first], found.reason or "", found.clocks
    total, added, recent = found.rate_without_ban, found.added_rate, found.added_2025
    title = f"{found.title}, {clock_words(clocks)}\n{tail(found.description)}"
    for x in found.prohibited:
        print(f"Import prohibited: {x.reason} [{x.measure}: {x.source}]")
    if found.prohibited:
        print("The duties below are those that the law levies on these goods without the ban.")
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
