"""`parley law refund`: duties paid under programmes that were struck down, line by line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from parley.cli.output import JSON_HELP, answers, print_json, print_table


@answers("parley.law.answers_files:RefundAnswer")
def refund_command(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="entry files: CSV or Parquet, folders, globs")],
    out: Annotated[Path, typer.Option(help="the CSV for the claims")],
    ruling: Annotated[str, typer.Option(help="the act that ended the measures")] = "us-ruling-2026-02-20",
    column: Annotated[
        list[str] | None, typer.Option(help="ROLE=NAME of a column, evidence such as payment_date too")
    ] = None,
    dates: Annotated[str, typer.Option(help="iso; us (MM/DD/YYYY); eu (DD/MM/YYYY)")] = "iso",
    interest: Annotated[
        bool, typer.Option("--interest", help="compute interest, compounded daily, to --as-of")
    ] = False,
    as_of: Annotated[str | None, typer.Option(help="the day to which interest runs, YYYY-MM-DD")] = None,
    interest_rates: Annotated[
        Path | None, typer.Option(help="a CSV with quarter,rate (2026Q2,0.06) that replaces the packaged rates")
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

    For each line: the refund, statute, period, interest rule, deadlines with their source, and missing evidence.

    Interest is computed on request, at the published quarterly rates or your own (--interest-rates).

    Examples: parley law refund entries.csv --out refunds.csv ·
    parley law refund entries.csv --out refunds.csv --interest --as-of 2026-03-31 ·
    parley law refund 'entries/*.csv' --out refunds.csv --interest --as-of 2026-09-30 --interest-rates rates.csv
    """
    from parley.cli.law_duties import progress_of
    from parley.errors import InputError
    from parley.law.answers_files import refund_answer
    from parley.law.refund import refunds
    from parley.law.refund_interest import read_interest
    from parley.law.shipments.columns import read_mapping
    from parley.law.shipments.run import Options

    given = {"--as-of": as_of, "--interest-rates": interest_rates, "--from-entry": from_entry}
    stray = [name for name, value in given.items() if value and not interest]
    if stray or (interest and not as_of):
        found = f"{stray[0]} without --interest" if stray else "no day to which it runs"
        raise InputError("--interest", found, "--interest --as-of YYYY-MM-DD")
    asked = read_interest(as_of or "", interest_rates, payer, from_entry) if interest else None
    options = Options(columns=read_mapping(column or []), dates=dates, threads=threads, memory=memory)
    found = refunds(files, out, ruling=ruling, options=options, interest=asked, progress=progress_of("refund"))
    if json:
        print_json(refund_answer(found))
        return
    print(f"{found.rows:,} lines, {found.refundable:,} with a refund, {found.rejected:,} without an answer; "
          f"refunds {found.refund_total:,.2f} before interest")  # fmt: skip
    if found.interest_total is not None:
        print(f"interest to {found.as_of}: {found.interest_total:,.2f}; {found.without_interest:,} lines with a refund have no "
              "day of deposit, and so no interest (--column payment_date=NAME, or --from-entry)")  # fmt: skip
    print_table(["legal authority", "refund"], [[n, f"{v:,.2f}"] for n, v in found.by_programme.items()])
    for name, source in found.deadlines.items():
        print(f"{name}: {source}")
    if found.missing:
        print(f"columns that the file does not have: {', '.join(found.missing)}")
    for note in (f"written: {found.out}", *found.notes):
        print(note)
