"""`parley law refund-status`: a ruling on duties, what followed, and which way the refund of an entry goes."""

from __future__ import annotations

from typing import Annotated

import typer

from parley.cli.asked import asks
from parley.cli.law_refund import ROUTES
from parley.cli.output import JSON_HELP, answers, print_json, print_law, print_table
from parley.codes import label
from parley.law.questions import RefundStatus

AGE_WORDS = {
    "any": "any", "unknown": "not stated", "unliquidated": "none by the day", "liquidated_80": "at most 80 days before",
    "liquidated_180": "at most 180 days before", "final": "earlier: final",
}  # fmt: skip


@answers("parley.law.answers_refund:RefundStatusAnswer")
@asks(RefundStatus)
def refund_status_command(
    asked: RefundStatus, json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False
) -> None:
    """As the question says."""
    from parley.law.refunds.status import refund_status

    found = refund_status(asked, sign="--")
    if json:
        print_json(found)
        return
    ruling = found["ruling"]
    print(
        f"{ruling['title']}: {ruling['standing']}; relief for {ruling['relief']}"
        if ruling["relief"]
        else ruling["title"]
    )
    struck = ", ".join(map(label, found["struck"]))
    print(f"status on {found['on']}, as known by {found['known']}; struck: {struck}")
    print_table(["day", "what", "source"], [[str(e["day"]), e["what"], e["source"]] for e in ruling["events"]])
    rows = [[s["flag"] or "–", AGE_WORDS[s["age"]], ROUTES[s["route"]], str(s["act_by"] or ""), f"{s['reason']} [{s['source']}]"]
            for s in found["states"]]  # fmt: skip
    print_table(["entry is", "liquidation", "what to do", "last day", "why"], rows)
    if found["liquidation_assumed"]:
        print(f"liquidation of {found['liquidated']} is assumed: {found['deadlines']['liquidation_expected']}")
    for note in found["notes"]:
        print(note)
    print_law()
