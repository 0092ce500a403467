"""`parley law refund`: duties paid under programmes that were struck down, line by line, and the declaration of what can be filed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.file_options import (
    COLUMN_HELP,
    CURRENCY_RATES_HELP,
    DATES_HELP,
    DECIMAL_HELP,
    ENCODING_HELP,
    FILES_HELP,
    LAYOUT_HELP,
    RATE_HELP,
    SHEET_HELP,
    read_file_options,
)
from parley.cli.output import JSON_HELP, answers, print_json, print_table

if TYPE_CHECKING:
    from parley.law.refund_interest import Interest
    from parley.law.refunds.result import Refunds

ROUTES = {"file_now": "file now", "protest": "protest", "contested": "contested", "by_hand": "by hand"}


@answers("parley.law.answers_files:RefundAnswer")
def refund_command(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help=FILES_HELP)],
    out: Annotated[Path, typer.Option(help="the CSV for the claims")],
    ruling: Annotated[
        str,
        typer.Option(
            help="the ruling: us-ruling-2026-02-20 (IEEPA), us-ruling-2026-05-07 (Section 122), or your own .toml"
        ),
    ] = "us-ruling-2026-02-20",
    column: Annotated[list[str] | None, typer.Option("--column", "--columns", help=COLUMN_HELP)] = None,
    layout: Annotated[Path | None, typer.Option(help=LAYOUT_HELP)] = None,
    decimal: Annotated[str | None, typer.Option(help=DECIMAL_HELP)] = None,
    rate: Annotated[list[str] | None, typer.Option(help=RATE_HELP)] = None,
    currency_rates: Annotated[Path | None, typer.Option(help=CURRENCY_RATES_HELP)] = None,
    sheet: Annotated[str | None, typer.Option(help=SHEET_HELP)] = None,
    encoding: Annotated[str | None, typer.Option(help=ENCODING_HELP)] = None,
    dates: Annotated[str, typer.Option(help=DATES_HELP)] = "iso",
    on: Annotated[
        str | None, typer.Option(help="the day on which the entries' status is asked; otherwise the last day read")
    ] = None,
    known: Annotated[str | None, typer.Option(help="information cut-off for orders and phases, YYYY-MM-DD")] = None,
    cape: Annotated[
        Path | None, typer.Option(help="a folder for the CAPE declaration of what can be filed, and what cannot")
    ] = None,
    sued: Annotated[
        bool, typer.Option("--sued", help="the importer has an action of its own at the Court of International Trade")
    ] = False,
    interest: Annotated[
        bool, typer.Option("--interest", help="compute interest, compounded daily, to --as-of")
    ] = False,
    as_of: Annotated[str | None, typer.Option(help="the day to which interest runs, YYYY-MM-DD")] = None,
    interest_rates: Annotated[
        Path | None, typer.Option(help="a CSV with quarter,rate (2026Q2,0.06) that replaces the packaged rates")
    ] = None,
    interest_rate: Annotated[
        list[str] | None, typer.Option(help="a quarter's rate, such as 2026Q3=0.07; may be given again")
    ] = None,
    payer: Annotated[str, typer.Option(help="whose packaged rate: corporation; other")] = "corporation",
    from_entry: Annotated[
        bool,
        typer.Option("--from-entry", help="use the entry date where the file holds no payment date"),
    ] = False,
    threads: Annotated[int, typer.Option(min=0, help="0: all cores")] = 0,
    memory: Annotated[str, typer.Option(help="what the engine may use")] = "1GB",
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Duties paid under legal authorities that were struck down. Planning, not advice.

    For each line: the refund, never more than was paid, the entry's status, what to file, until when, and missing evidence.

    Four subtotals: file now, protest, contested, by hand. --cape writes the declaration of what can be filed on the day.

    Interest is computed on request, at the published quarterly rates or your own. Later quarters are assumed, and named.

    Examples: parley law refund entries.csv --out refunds.csv --on 2026-07-15 ·
    parley law refund entries.csv --out refunds.csv --on 2026-07-15 --cape declaration ·
    parley law refund entries.csv --out refunds.csv --interest --as-of 2026-09-30 --interest-rate 2026Q3=0.07 ·
    parley law refund entries.csv --out refunds.csv --ruling us-ruling-2026-05-07
    """
    from dataclasses import replace

    from parley.cli.law_duties import progress_of
    from parley.errors import InputError
    from parley.law.answers_refund import refund_answer
    from parley.law.refund import refunds
    from parley.law.refund_interest import read_interest
    from parley.law.refunds.evidence import roles
    from parley.law.shipments.columns import read_mapping
    from parley.law.shipments.files import engine_files
    from parley.law.shipments.run import Options

    given = {
        "--as-of": as_of,
        "--interest-rates": interest_rates,
        "--interest-rate": interest_rate,
        "--from-entry": from_entry,
    }
    stray = [name for name, value in given.items() if value and not interest]
    if stray or (interest and not as_of):
        found = f"{stray[0]} without --interest" if stray else "no day to which it runs"
        raise InputError("--interest", found, "--interest --as-of YYYY-MM-DD")
    asked: Interest | None = None
    if interest:
        asked = read_interest(as_of or "", interest_rates, payer, from_entry, given=interest_rate or (), assume=True)
    options = Options(columns=read_mapping(column or []), dates=dates, threads=threads, memory=memory)
    said = read_file_options(layout, decimal, rate or (), currency_rates, sheet, encoding)
    said = replace(said, evidence=frozenset(h for headings in roles().values() for h in headings))
    with engine_files(files, options, said) as (paths, engine, read):
        found = refunds(paths, out, ruling=ruling, options=engine, interest=asked, on=on, known=known, cape=cape,
                        sued=sued, progress=progress_of("refund"))  # fmt: skip
    done = replace(found, notes=(*read.notes, *found.notes))
    if json:
        print_json(refund_answer(done))
    else:
        _show(done)


def _show(found: Refunds) -> None:
    """The answer as text."""
    print(f"{found.rows:,} lines, {found.refundable:,} with a refund, {found.rejected:,} without an answer; "
          f"refunds {found.refund_total:,.2f} before interest")  # fmt: skip
    if found.interest_total is not None:
        print(f"interest to {found.as_of}: {found.interest_total:,.2f}; {found.without_interest:,} lines with a refund have no "
              "day of deposit, and so no interest (--column payment_date=NAME, or --from-entry)")  # fmt: skip
    print(f"\n{found.ruling.title}: {found.ruling.standing}; relief for {found.ruling.relief}"
          if found.ruling.relief else f"\n{found.ruling.title}")  # fmt: skip
    print(f"status on {found.on}, as known by {found.known}")
    money = [[ROUTES[w.route], f"{w.entries:,}", f"{w.lines:,}", f"{w.refund:,.2f}",
              "" if w.interest is None else f"{w.interest:,.2f}", str(w.act_by or "")] for w in found.ways]  # fmt: skip
    print_table(["what to do", "entries", "lines", "refund", "interest", "first last day"], money)
    print_table(["status", "what to do", "refund", "why"],
                [[s.state, ROUTES[s.route], f"{s.refund:,.2f}", f"{s.reason} [{s.source}]"] for s in found.states])  # fmt: skip
    print_table(["legal authority", "refund"], [[n, f"{v:,.2f}"] for n, v in found.by_programme.items()])
    _show_paid(found)
    for name, source in found.deadlines.items():
        print(f"{name}: {source}")
    if found.missing:
        print(f"columns that the file does not have: {', '.join(found.missing)}")
    for quarter, rate, basis, why in found.quarters:
        if basis != "published":
            print(f"interest {quarter}: {rate:g}, {basis}{f' ({why})' if why else ''}")
    if found.declared is not None:
        d = found.declared
        print(f"declaration: {d.entries:,} entries, {d.refund:,.2f}, in {', '.join(d.files) or 'no file'}; "
              f"{d.left:,} entries, {d.left_refund:,.2f}, left out, each with why in {d.left_file}")  # fmt: skip
    for note in (f"written: {found.out}", *found.notes):
        print(note)


def _show_paid(found: Refunds) -> None:
    from parley.law.refunds.result import counted

    paid = found.paid
    if paid.less:
        print(f"{counted(paid.less, 'line')} paid {paid.short:,.2f} less than the law: the refund is what was paid")
    if paid.more:
        print(f"{counted(paid.more, 'line')} paid {paid.over:,.2f} more than the law: claim the rest by hand")
    if paid.not_stated:
        print(f"{counted(paid.not_stated, 'line')} without what was paid: the refund is by the law alone")
    if paid.unanswered:
        print(f"{paid.unanswered:,.2f} paid on lines without an answer")
    if found.disagreeing:
        print(f"{counted(found.disagreeing, 'entry', 'entries')} whose lines disagree on liquidation or flags: by hand")
