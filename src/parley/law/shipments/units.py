"""Units of quantity as duties and customs reports write them, by dimension, and duties levied by them as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.law.products import Duty

# dimension: spellings in capitals → first units each. Exact by definition (1 lb = 0.45359237 kg; 1 gross = 144).
DIMENSIONS: dict[str, dict[str, float]] = {
    "mass": {"KG": 1, "KGS": 1, "KILOGRAM": 1, "KILOGRAMS": 1, "G": 0.001, "GRAM": 0.001, "GRAMS": 0.001, "GM": 0.001,
             "T": 1000, "TON": 1000, "TONS": 1000, "TONNE": 1000, "MT": 1000, "LB": 0.45359237, "LBS": 0.45359237},
    "volume": {"LITER": 1, "LITERS": 1, "LITRE": 1, "LITRES": 1, "L": 1, "LTR": 1},
    "proof volume": {"PF.LITER": 1, "PF.LITERS": 1, "PF. LITER": 1, "PF LITER": 1, "PFL": 1, "PROOF LITER": 1},
    "number": {"NO": 1, "NO.": 1, "EACH": 1, "EA": 1, "PCS": 1, "PC": 1, "PIECE": 1, "PIECES": 1, "X": 1, "HEAD": 1,
               "DOZ": 12, "DOZ.": 12, "DOZEN": 12, "DZ": 12, "DZ PCS": 12, "GROSS": 144, "GR": 144, "GR.": 144,
               "HUNDREDS": 100, "HUNDRED": 100, "100": 100, "THOUSANDS": 1000, "THOUSAND": 1000, "1000": 1000, "K": 1000},
    "pairs": {"PR": 1, "PR.": 1, "PRS": 1, "PRS.": 1, "PAIR": 1, "PAIRS": 1, "DOZ. PRS.": 12, "DPR": 12},
    "area": {"M2": 1, "M²": 1, "SQM": 1, "CM2": 0.0001},
    "cubic": {"M3": 1, "M³": 1, "CBM": 1, "THOUSAND M3": 1000},
    "barrels": {"BBL": 1, "BBL.": 1, "BARREL": 1, "BARRELS": 1},
    "carats": {"CARAT": 1, "CARATS": 1, "CT": 1, "CAR": 1},
    "length": {"M": 1, "METER": 1, "METERS": 1},
}  # fmt: skip


_SPELLED = {u: (place, float(size)) for place, units in enumerate(DIMENSIONS.values()) for u, size in units.items()}
OF_NO_FILE = -3  # the dimension of a unit that no file can state: nothing, or a word of one act


def dimension_of(text: str) -> tuple[int, float]:
    """The place of a unit's dimension among DIMENSIONS, and how many of its first unit it is."""
    return _SPELLED.get(" ".join(text.upper().split()), (OF_NO_FILE, 1.0))


def units_of(duty: Duty) -> set[str]:
    """The units on which a duty, or a part of it, is levied."""
    return {unit for _, unit in duty.specific}.union(*(units_of(p) for p in duty.parts))


class Duties(NamedTuple):
    """Duties of one unit each: ad_valorem, a fraction, and dollars `specific` per `size` of the first unit of a dimension.

    plain: the rate of those that need no quantity; NaN: none. extremes: the greatest or least of several duties, by place.
    """

    plain: Float[ndarray, " d"]
    ad_valorem: Float[ndarray, " d"]
    specific: Float[ndarray, " d"]
    dimension: Int[ndarray, " d"]
    size: Float[ndarray, " d"]
    extremes: dict[int, Duty]


def duties_of(held: Sequence[Duty]) -> Duties:
    """Duties as arrays; the unit of each is the first of those that it names."""
    ad_valorem = np.array([d.ad_valorem for d in held], dtype=float)
    specific = np.array([sum((x for x, _ in d.specific), np.nan if d.extreme else 0.0) for d in held], dtype=float)
    units = [dimension_of(next(iter(units_of(d)), "")) for d in held]
    dimension, size = np.array([x for x, _ in units], dtype=np.int16), np.array([x for _, x in units], dtype=float)
    plain, extremes = np.where(specific == 0, ad_valorem, np.nan), {j: d for j, d in enumerate(held) if d.extreme}
    return Duties(plain, ad_valorem, specific, dimension, size, extremes)
