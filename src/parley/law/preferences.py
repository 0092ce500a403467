"""The preference programmes of the American schedule's special column: symbols, claims and who may use them.

General note 3(c) of the Harmonized Tariff Schedule lists the symbols. A symbol with "+" or "*" (S+, P+, A+, A*) is a
symbol of its own and is read as one: only the preferences below that name it ("S", "S+") may use its rate.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import NamedTuple

from parley.law.duties import Duty, read_duty


class Preference(NamedTuple):
    """A preference: the claim that asks for it, its symbols in the special column, and its origins.

    free_of_fee: goods that qualify pay no merchandise processing fee: 19 CFR 24.23(c) (cited, text not read).
    """

    claim: str
    symbols: tuple[str, ...]
    origins: tuple[str, ...]
    title: str
    free_of_fee: bool = True


AGREEMENTS = (
    Preference("usmca", ("S", "S+"), ("CAN", "MEX"), "United States-Mexico-Canada Agreement"),
    Preference("korus", ("KR",), ("KOR",), "United States-Korea Free Trade Agreement"),
    Preference("preference", ("AU",), ("AUS",), "Australia Free Trade Agreement"),
    Preference("preference", ("BH",), ("BHR",), "Bahrain Free Trade Agreement"),
    Preference("preference", ("CL",), ("CHL",), "Chile Free Trade Agreement"),
    Preference("preference", ("CO",), ("COL",), "Colombia Trade Promotion Agreement"),
    Preference(
        "preference", ("P", "P+"), ("CRI", "DOM", "SLV", "GTM", "HND", "NIC"), "Central America and Dominican Republic"
    ),
    Preference("preference", ("IL",), ("ISR",), "Israel Free Trade Area"),
    Preference("preference", ("JO",), ("JOR",), "Jordan Free Trade Area", free_of_fee=False),
    Preference("preference", ("JP",), ("JPN",), "Japan Trade Agreement", free_of_fee=False),
    Preference("preference", ("MA",), ("MAR",), "Morocco Free Trade Agreement", free_of_fee=False),
    Preference("preference", ("OM",), ("OMN",), "Oman Free Trade Agreement"),
    Preference("preference", ("PA",), ("PAN",), "Panama Trade Promotion Agreement"),
    Preference("preference", ("PE",), ("PER",), "Peru Trade Promotion Agreement"),
    Preference("preference", ("SG",), ("SGP",), "Singapore Free Trade Agreement"),
)
# General note 3(b): goods of these pay column 2. Russia and Belarus since 9 April 2022 (Public Law 117-110).
COLUMN_2 = ("BLR", "CUB", "PRK", "RUS")
_SINCE = {"BLR": date(2022, 4, 9), "RUS": date(2022, 4, 9)}


def pays_column_2(origin: str, on: date) -> bool:
    """Whether goods of an origin pay column 2 on a day."""
    return origin in COLUMN_2 and on >= _SINCE.get(origin, date.min)


def column_2_days() -> set[date]:
    """The days on which some origin moved to column 2."""
    return set(_SINCE.values())


_GROUP = re.compile(r"([^()]+?)\s*\(([^()]*)\)")


@cache
def special_rates(text: str) -> dict[str, Duty]:
    """The special column as symbol → duty: "Free (A,AU,S) 5.3% (JP)"."""
    found: dict[str, Duty] = {}
    for rate, symbols in _GROUP.findall(text[:2000]):
        for symbol in re.split(r"[,\s]+", symbols):  # editions have slips: "E IL", ".OM"
            if symbol.strip(" ."):
                found[symbol.strip(" .")] = read_duty(rate.strip())
    return found


def claimed(origin: str, claims: dict) -> Preference | None:
    """The preference that the claims ask for and the origin may use; None otherwise."""
    hits = (p for p in AGREEMENTS if origin in p.origins and claims.get(p.claim) is True)
    return next(hits, None)


def party_claims(origin: str) -> set[str]:
    """The preference claims that an origin may make."""
    return {p.claim for p in AGREEMENTS if origin in p.origins}


def preferential_duty(special: str, preference: Preference) -> Duty | None:
    """The duty that the special column grants to a preference; None where it grants none."""
    rates = special_rates(special)
    return next((rates[s] for s in preference.symbols if s in rates), None)
