"""The causes that stand between the law and the duty paid, in the order in which they are counted."""

from __future__ import annotations

from typing import Literal, NamedTuple

Cause = Literal["collection", "content", "preferences", "exclusions", "claims", "us_content", "water", "special", "mix"]


class Said(NamedTuple):
    """A cause in words: its name, what it is, and what it is sized from."""

    name: str
    what: str
    source: str


CAUSES: dict[Cause, Said] = {
    "collection": Said(
        "acts as collected",
        "retroactive acts count from the day customs applied them, duties struck down until collection stopped",
        "the acts and customs' messages (the collected reading)",
    ),
    "content": Said(
        "metal content",
        "metal goods outside chapters 72, 73, 74 and 76 pay on the metal in them",
        "metal shares of industries, input-output table (BEA)",
    ),
    "preferences": Said(
        "preferences as used",
        "USMCA by product and month, other agreements by chapter",
        "claims of USMCA by month (Census); 2024 for other agreements",
    ),
    "exclusions": Said(
        "exclusions taken up",
        "exclusions from Section 301 on the goods that claim them",
        "take-up of 2024",
    ),
    "claims": Said(
        "claims as observed",
        "civil aircraft; no source tells articles for the handicapped and old cars, so none",
        "the schedule's words, else take-up of 2024",
    ),
    "us_content": Said(
        "US content of cars",
        "cars of Canada and Mexico under USMCA pay on what is not of the United States",
        "two fifths of a car's value (Budget Lab at Yale)",
    ),
    "water": Said(
        "goods on the water",
        "goods loaded before an act's cut-off, by days at sea",
        "what flies, by the value that flew (BTS); days at sea (Department of Commerce, Hummels)",
    ),
    "special": Said(
        "chapters 98 and 99",
        "goods returned, repaired or of low value pay nothing",
        "customs value by month, sectors 980 and 990 (Census)",
    ),
    "mix": Said(
        "goods mix of the month",
        "the month's imports by partner and sector in place of those of 2024",
        "customs value by month and 3-digit NAICS (Census)",
    ),
}
BY_LINE: tuple[Cause, ...] = ("collection", "content", "preferences", "exclusions", "claims", "us_content", "water")
