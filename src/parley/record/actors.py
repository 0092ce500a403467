"""Who can speak in the record: offices and persons with the side they speak for. States speak under their ISO3 code."""

from __future__ import annotations

from typing import NamedTuple

from parley.errors import RecordError, nearest


class Actor(NamedTuple):
    """One voice. `side` is the party it can bind: an ISO3 code, or empty for analysts, courts of law and the press.

    person: whether one person speaks, rather than an office or a house.
    """

    id: str
    name: str
    side: str
    person: bool = False


_ROWS = (
    Actor("USA", "United States", "USA"),
    Actor("CHN", "China", "CHN"),
    Actor("EUU", "European Union", "EUU"),
    Actor("JPN", "Japan", "JPN"),
    Actor("us-president", "the President of the United States", "USA", True),
    Actor("us-treasury", "the US Secretary of the Treasury", "USA", True),
    Actor("us-trade-adviser", "the President's trade adviser", "USA", True),
    Actor("us-white-house", "the White House", "USA"),
    Actor("us-ustr", "the US Trade Representative", "USA"),
    Actor("us-court-trade", "US Court of International Trade", ""),
    Actor("us-court-appeals", "US Court of Appeals for the Federal Circuit", ""),
    Actor("us-supreme-court", "Supreme Court of the United States", ""),
    Actor("cn-mofcom", "China's Ministry of Commerce", "CHN"),
    Actor("cn-foreign-ministry", "China's Ministry of Foreign Affairs", "CHN"),
    Actor("cn-tariff-commission", "Customs Tariff Commission of the State Council", "CHN"),
    Actor("cn-president", "the President of China", "CHN", True),
    Actor("wu-xinbo", "Wu Xinbo, Centre for American Studies, Fudan University", "", True),
    Actor("press", "press count or report", ""),
    Actor("piie", "Peterson Institute for International Economics", ""),
    Actor("crs", "Congressional Research Service", ""),
    Actor("yale-budget-lab", "Yale Budget Lab", ""),
)
ACTORS = {actor.id: actor for actor in _ROWS}


def actor(text: str, where: str = "actor") -> Actor:
    """The actor of an id or an ISO3 code. Raises RecordError with the nearest name."""
    if text in ACTORS:
        return ACTORS[text]
    from parley.codes import countries

    if text in countries():
        return Actor(text, countries()[text].name, text)
    near = nearest(text, ACTORS)
    hint = f"Did you mean {near[0]}?" if near else ""
    raise RecordError(where, f"no actor {text!r}", f"an ISO3 code, or {', '.join(ACTORS)}", hint)


def matches(actor_id: str, behalf: str, wanted: str) -> bool:
    """Whether a voice is the wanted actor, or speaks for the wanted side."""
    return wanted in (actor_id, behalf, actor(actor_id).side)
