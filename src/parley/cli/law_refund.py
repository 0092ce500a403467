"""`parley law refund`: duties paid under programmes that were struck down, line by line, and the declaration of what can be filed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.asked import asks
from parley.cli.output import JSON_HELP, answers, print_json, print_law, print_table
from parley.law.shipments.questions import Refund

if TYPE_CHECKING:
    from parley.law.refund_interest import Interest
    from parley.law.refunds.result import Refunds

ROUTES = {"file_now": "file now", "protest": "protest", "contested": "contested", "by_hand": "by hand"}


@answers("parley.law.answers_files:RefundAnswer")
@asks(Refund)
def refund_command(
    asked: Refund,
    out: Annotated[Path | None, typer.Option(help="the CSV for the claims; without it, the sums alone")] = None,
    cape: Annotated[
        Path | None, typer.Option(help="a folder for the CAPE declaration of what can be filed, and what cannot")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """As the question says."""
    from dataclasses import replace

    from parley.cli.law_duties import progress_of
    from parley.law.answers_refund import refund_answer
    from parley.law.refund import refunds
    from parley.law.refunds.evidence import roles
    from parley.law.shipments.columns import read_mapping
    from parley.law.shipments.files import engine_files
    from parley.law.shipments.run import Options

    interest = _interest(asked)
    options = Options(columns=read_mapping(asked.column), dates=asked.dates, threads=asked.threads, memory=asked.memory)
    said = replace(asked.as_files(), on=None, evidence=frozenset(h for held in roles().values() for h in held))
    with engine_files(asked.files, options, said, [out]) as (paths, engine, read):
        found = refunds(paths, out, ruling=asked.ruling, options=engine, interest=interest, on=asked.on, known=asked.known,
                        cape=cape, sued=asked.sued, decimal="." if read.changed else asked.decimal or "",
                        progress=progress_of("refund"))  # fmt: skip
    done = replace(found, notes=(*read.notes, *found.notes))
    if json:
        print_json(refund_answer(done))
    else:
        _show(done)
        print_law()


def _interest(asked: Refund) -> Interest | None:
    """How interest is asked for. Raises InputError where it is asked for in part."""
    from parley.errors import InputError
    from parley.law.refund_interest import read_interest

    given = {
        "--as-of": asked.as_of,
        "--interest-rates": asked.interest_rates,
        "--interest-rate": asked.interest_rate,
        "--from-entry": asked.from_entry,
    }
    stray = [name for name, value in given.items() if value and not asked.interest]
    if stray or (asked.interest and not asked.as_of):
        found = f"{stray[0]} without --interest" if stray else "no day to which it runs"
        raise InputError("--interest", found, "--interest --as-of YYYY-MM-DD")
    if not asked.interest:
        return None
    return read_interest(
        asked.as_of or "", asked.interest_rates, asked.payer, asked.from_entry, given=asked.interest_rate, assume=True
    )


def _show(found: Refunds) -> None:
    """The answer as text."""
    print(f"{found.rows:,} lines, {found.refundable:,} with a refund, {found.rejected:,} without an answer; "
          f"refunds {found.refund_total:,.2f} before interest")  # fmt: skip
    if found.interest_total is not None:
        print(f"interest to {found.as_of}: {found.interest_total:,.2f}; {found.without_interest:,} lines with a refund have no "
              "day of deposit, and so no interest (--columns payment_date=NAME, or --from-entry)")  # fmt: skip
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
    for note in (*([f"written: {found.out}"] if found.out else ()), *found.notes):
        print(note)


def _show_paid(found: Refunds) -> None:
    from parley.codes import counted

    paid = found.paid
    if paid.less:
        print(f"{counted(paid.less, 'line')} paid {paid.short:,.2f} less than the law: the refund is what was paid")
    if paid.more:
        print(f"{counted(paid.more, 'line')} paid {paid.over:,.2f} more than the law: claim the rest by hand")
    if paid.not_stated:
        print(f"{counted(paid.not_stated, 'line')} without what was paid: the refund is by the law alone")
    if paid.not_read:
        print(
            f"{counted(paid.not_read, 'line')} with an amount paid that cannot be read: no refund until it can (--decimal . or ,)"
        )
    if paid.unanswered:
        print(f"{paid.unanswered:,.2f} paid on lines without an answer")
    if found.disagreeing:
        print(f"{counted(found.disagreeing, 'entry', 'entries')} whose lines disagree on liquidation or flags: by hand")
