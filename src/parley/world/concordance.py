"""Which sectors of oecd-2022 a sector of another classification holds: ICIO editions, and WIOD's industries."""

from __future__ import annotations

import re
from collections.abc import Iterable

SERVICES = "SERVICES"
GOODS = (
    "A01", "A02", "A03", "B05", "B06", "B07", "B08", "B09", "C10T12", "C13T15", "C16", "C17_18", "C19", "C20", "C21",
    "C22", "C23", "C24A", "C24B", "C25", "C26", "C27", "C28", "C29", "C301", "C302T309", "C31T33",
)  # fmt: skip
# Groups of the OECD's inter-country tables of other editions (ISIC Rev. 4), and WIOD's industries (ISIC Rev. 3).
MERGED = {
    "A01_02": ("A01", "A02"), "B05_06": ("B05", "B06"), "B07_08": ("B07", "B08"), "C24": ("C24A", "C24B"),
    "C30": ("C301", "C302T309"),
}  # fmt: skip
WIOD_SECTORS = {
    "c1": ("A01", "A02", "A03"), "c2": ("B05", "B06", "B07", "B08", "B09"), "c3": ("C10T12",), "c4": ("C13T15",),
    "c5": ("C13T15",), "c6": ("C16",), "c7": ("C17_18",), "c8": ("C19",), "c9": ("C20", "C21"), "c10": ("C22",),
    "c11": ("C23",), "c12": ("C24A", "C24B", "C25"), "c13": ("C28",), "c14": ("C26", "C27"),
    "c15": ("C29", "C301", "C302T309"), "c16": ("C31T33",),
}  # fmt: skip
_SERVICE_OF_WIOD = re.compile(r"c(1[7-9]|2\d|3[0-5])")
_SERVICE_OF_ISIC = re.compile(r"[D-U](\d{2}([T_]\d{2})?)?")  # sections D (energy) to U, as the OECD groups them


def parts_of(sector: str) -> tuple[str, ...]:
    """The sectors of oecd-2022 that a sector code stands for; none where the code is unknown to us."""
    if sector in GOODS or sector == SERVICES:
        return (sector,)
    for known in (MERGED, WIOD_SECTORS):
        if sector in known:
            return known[sector]
    service = _SERVICE_OF_WIOD.fullmatch(sector) or _SERVICE_OF_ISIC.fullmatch(sector)
    return (SERVICES,) if service else ()


def holder_of(sectors: Iterable[str]) -> dict[str, str]:
    """{sector of oecd-2022: the first of these sectors that holds it}: where a product of it belongs in their world."""
    found: dict[str, str] = {}
    for sector in sectors:
        for part in parts_of(sector):
            found.setdefault(part, sector)
    return found
