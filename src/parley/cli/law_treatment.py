"""`parley law treatment`: what chapter 98, drawback, a zone or an entry type does to each duty, for people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from parley.cli.law_show import write_csv
from parley.cli.output import clock_words, percent, print_json, print_table

if TYPE_CHECKING:
    from parley.law.answers_treatment import TreatmentAnswer, TreatmentRow
    from parley.law.questions import Treatment


def answer(asked: Treatment, csv: Path | None, json: bool) -> None:
    """Prints the treatment, and writes the rows where asked."""
    from parley.law.answering import treatment
    from parley.law.regime import read_regime

    found = treatment(asked, read_regime(authority="USA"))
    if csv:
        write_csv(
            csv,
            [{**x, "headings": "; ".join(x["headings"]), "measures": "; ".join(x["measures"])} for x in found["rows"]],
        )
    if json:
        print_json(found)
    else:
        show(found)


def show(found: TreatmentAnswer) -> None:
    """The provision or entry type, a row for each duty, the clauses, and the dollars."""
    from parley.codes import country_name, dotted

    p, e = found["provision"], found["entry"]
    if p:
        print(f"{found['what']}: {p['description'].split(': ')[-1]}")
        print(f"column 1: {p['general']}")
    if e:
        print(f"entry type {e['code']}, {e['name']}: {e['rule']} [{e['state']}: {e['source']}]")
        if e["quote"]:
            print(f"  “{e['quote']}”")
    goods = f"{dotted(found['product'])} from" if found["product"] else "goods of"
    title = f"{found['what']}: {goods} {country_name(found['origin'])}, {clock_words(found)}"
    if found["rows"]:
        heads = ["authority", "headings", "what applies", "known"]
        in_dollars = any(x["rate"] is not None for x in found["rows"])
        print_table(
            [*heads, *(["%", "on", "duty"] if in_dollars else [])],
            [_cells(x, in_dollars) for x in found["rows"]],
            title=title,
        )
    for n, (quote, source) in enumerate(_clauses(found["rows"]), 1):
        print(f"[{n}] {source}: “{quote}”")
    if found["duty"] is not None:
        print(f"duty {found['duty']:,.2f} dollars; on an ordinary entry {_money(found['duty_otherwise'])}")
    elif found["duty_reason"]:
        print(f"duty not known: {found['duty_reason']}")
    for text in found["notes"]:
        print(f"note: {text}")


def _cells(x: TreatmentRow, in_dollars: bool) -> list[str]:
    authority = f"{x['label']}: {x['group']}" if x["group"] else f"{x['label']} ({', '.join(x['measures'])})"
    made = [authority, ", ".join(x["headings"]) or "–", x["words"], x["state"]]
    return [*made, percent(x["rate"], 2), _money(x["pays_on"]), _money(x["duty"])] if in_dollars else made


def _clauses(rows: list[TreatmentRow]) -> list[tuple[str, str]]:
    """The clauses behind the rows, each once."""
    return list(dict.fromkeys((x["quote"], x["source"]) for x in rows if x["quote"]))


def _money(dollars: float | None) -> str:
    return "–" if dollars is None else f"{dollars:,.2f}"
