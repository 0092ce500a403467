"""Entries made for a test: a statement of any kind, filled so that it says something, and who says it on which day of May 2025."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, get_args

import msgspec

from parley.record.faults import read_entry
from parley.record.predicates import Requirement, Says

MAY = date(2025, 5, 2)
SIDES = {"USA": "us-president", "CHN": "cn-mofcom", "": "press"}


def said(number: int, side: str, *says: Any, kind: str = "claim", day: int = 2, **more: Any) -> Any:
    on = date(2025, 5, day)
    raw = {"id": f"{on}-{number:02}", "kind": kind, "actor": SIDES[side], "behalf": side, "on": on, "known": on, "text": "T.",
           "source": {"publisher": "A", "tier": 2, "read": True}, **more}  # fmt: skip
    return msgspec.structs.replace(read_entry(raw, "test"), says=tuple(says))


def day(n: int) -> date:
    """The n-th day of May 2025, or of the months after."""
    return date(2025, 4, 30) + timedelta(days=n)


def on(n: int, side: str, *says: Any, id: int = 1, **more: Any) -> Any:
    """What a side says on the n-th day."""
    entry = said(id, side, *says, **{"kind": "event", **more})
    return msgspec.structs.replace(entry, id=f"{day(n)}-{id:02}", on=day(n), known=day(n))


FILLED: dict[str, Any] = {
    "by": "CHN", "to": "USA", "of": "USA", "target": "USA", "seller": "USA", "origin": "CHN", "destination": "USA", "episode": "spring",
    "parties": ("CHN", "USA"), "channel": "meeting", "start": MAY, "end": MAY, "due": date(2025, 9, 30), "on": MAY, "issue": "truce",
    "requires": (Requirement(words="w", test="none"),), "programme": "s301", "rate": 0.25, "measure": "m", "step": "raised",
    "restriction": "export control", "what": "things", "base": "added", "deadline": "d", "otherwise": "o", "count": 3, "good": "maize",
    "quantity": 4.0, "unit": "t", "where": "Geneva", "agreement": "Geneva", "final": True, "stance": "s", "how": "h",
}  # fmt: skip
KINDS = {k.__struct_config__.tag: k for k in get_args(Says)}


def made(name: str, **own: Any) -> Any:
    kind = KINDS[name]
    filled = {f: FILLED[f] for f in kind.__struct_fields__ if f in FILLED and (f != "on" or name == "rate_is")}
    return kind(**filled | ({"on": "x"} if name == "effect" else {}) | own)
