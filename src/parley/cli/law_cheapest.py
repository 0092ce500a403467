"""`parley law cheapest`: what each product of a file would pay from each origin, and where least."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.asked import asks
from parley.cli.output import JSON_HELP, answers, percent, print_json, print_law, print_table
from parley.law.shipments.questions import Cheapest as Question

if TYPE_CHECKING:
    from parley.law.shipments.origin_comparison import Cheapest

SHOWN = 4  # origins of a tie that a table shows


@answers("parley.law.answers_files:CheapestAnswer")
@asks(Question)
def cheapest_command(
    asked: Question,
    out: Annotated[Path | None, typer.Option(help="a CSV with a row for each product")] = None,
    rates: Annotated[Path | None, typer.Option(help="a CSV with a row for each product from each origin")] = None,
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """As the question says."""
    from parley.cli.law_duties import law_asked, progress_of
    from parley.law.answers_files import cheapest_answer
    from parley.law.entry_claims import read_stated
    from parley.law.shipments.files import engine_files
    from parley.law.shipments.origin_comparison import cheapest

    law, options, notes = law_asked(asked, asked.as_options())
    with engine_files(asked.files, options, asked.as_files(), [out, rates]) as (paths, engine, read):
        found = cheapest(paths, out, rates=rates, origins=asked.origins, claims=read_stated(asked.claim), regime=law,
                         options=engine, top=asked.top, progress=progress_of("cheapest"))  # fmt: skip
        notes = (*read.notes, *notes)
    if json:
        print_json({**cheapest_answer(found, options, notes), "law_version": law.version})
    else:
        show_cheapest(found, notes)
        print_law(law.version)


def show_cheapest(found: Cheapest, notes: tuple[str, ...]) -> None:
    """The products that would save most, then what to bear in mind."""
    print(
        f"{found.products:,} products in {found.rows:,} rows ({found.rejected:,} without a duty); {found.answered:,} with an answer"
    )
    print(
        f"duty now {found.duty_now:,.2f} on {found.value:,.2f}; if each moved to its cheapest origin: {found.saving:,.2f} less"
    )
    table = [[r["product"], r["origins_now"], f"{r['value']:,.2f}", percent(r["rate_now"]), _few(r["cheapest"]),
              percent(r["cheapest_rate"]), _money(r["saving"])] for r in found.top]  # fmt: skip
    heads = ["product", "from now", "value", "% now", "cheapest", "% there", "saving"]
    asked = ", ".join(found.candidates) if len(found.candidates) <= 30 else f"{len(found.candidates)}"
    print_table(heads, table, note=f"candidate origins: {asked}")
    written = [f"written: {path}" for path in (found.out, found.rates) if path]
    for text in (*written, *found.notes, *notes):
        print(text)


def _few(names: str | None) -> str:
    every = (names or "–").split(";")
    return ", ".join(every[:SHOWN]) + (f" and {len(every) - SHOWN} more" if len(every) > SHOWN else "")


def _money(dollars: float | None) -> str:
    return "–" if dollars is None else f"{dollars:,.2f}"
