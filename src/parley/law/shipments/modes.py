"""How goods came, as files say it: on which the harbour maintenance fee depends."""

from __future__ import annotations

import re
from math import nan

BY_SEA = "10 11 12 VESSEL SEA OCEAN SHIP MARITIME".split()  # customs' numbers of modes of transport, and words
OTHERWISE = "20 21 30 31 32 33 34 40 41 50 60 70 RAIL TRAIN TRUCK LORRY ROAD AUTO AIR PLANE MAIL POST COURIER PARCEL HAND PIPELINE".split()
_WORDS = re.compile(r"^\d\d(?=\s*(?:$|[-:]))|[^\W\d_]+")
_MODES = dict.fromkeys(BY_SEA, 1.0) | dict.fromkeys(OTHERWISE, 0.0)


def by_sea(mode: str) -> float:
    """1 for a mode of transport by sea ("11 - Vessel, containerized"), 0 for another; NaN for none, two or one that is not known."""
    found = {_MODES[w] for w in _MODES.keys() & {*_WORDS.findall(mode.strip().upper())}}
    return found.pop() if len(found) == 1 else nan
