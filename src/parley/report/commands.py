"""The command lines that reproduce each section, from the question that was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RECORD = ("status", "contradictions", "deeds")


def commands(answer: Mapping[str, Any]) -> dict[str, list[str]]:
    """Command lines by section, with the days, sides and products of this answer."""
    on, known = answer["on"], answer.get("known")
    as_known = f" --known {known}" if known else ""
    buyer, seller = answer["scenario"]["parties"][0], answer["scenario"]["parties"][-1]
    goods = [
        f"parley law rate {item['product']} --origin {seller} --destination {buyer} --on {on}{as_known}"
        for item in answer["law"].get("lines") or ()
    ]
    file = answer["scenario"].get("file") or "SCENARIO"
    since = answer["law"].get("added_since") or answer["scenario"]["before"]
    return {
        "law": [
            f"parley law timeline --origin {seller} --destination {buyer} --since {since} --until {on}{as_known}",
            *goods[:2],
            f"parley law average --origin {seller} --destination {buyer} --on {on}{as_known}",
        ],
        "scheduled": [
            f"parley law timeline --origin {seller} --destination {buyer} --since {on} --until 2026-01-01{as_known}"
        ]
        if answer["law"].get("scheduled")
        else [],
        "exclusions": goods[:1] or ["parley law measures list"],
        "trade": [f"parley trade solve {file} --all"],
        "talks": [f"parley talks grid {file}", f"parley talks signal {file}"],
        "deadline": [f"parley talks deadline {file}"],
        "record": [f"parley record {name} --on {on}{as_known}" for name in RECORD],
        "method": [_whole(answer)],
    }


def _whole(answer: Mapping[str, Any]) -> str:
    """The one command that makes the whole briefing again, with the changes that were asked for."""
    drops = "".join(
        f" --drop {c['drop']}@{c['from']}"
        for c in answer["scenario"].get("changes", [])
        if c.get("drop") and c.get("from")
    )
    return f"parley brief {answer['scenario'].get('file') or 'SCENARIO'}{drops} --out DIR"
