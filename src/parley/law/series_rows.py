"""Conventions of the Budget Lab's daily series that read a row of the law otherwise: lists by whole lines, days of printing.

Each is a rule that its tariff rate tracker states (docs/averages.md quotes them), with the figures that it states there. None of
them is law: `law rate` knows nothing of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec

from parley.law.measure import Measure, read_list
from parley.law.products import COLUMN_2

Rows = tuple[Measure, ...]

COMPUTERS = "8471"  # applicability_share 0 in s232_auto_parts_applicability.csv
CAR_LAYER, CAR_RATE = "s232_autos", 0.25
REBATE = 0.0375 * 0.33  # auto_rebate: rebate_rate, us_assembly_share
CARDS = "8471804000"  # the one line of semi_qualifying_shares.csv whose share is not 0
SOLAR = "us-201-solar"
NOT_SOLAR = ("CAN",)
PRINTED = {  # policy_effective_date of the edition whose text prints them (revision_dates.csv); floor_exempt_products.csv
    "us-eu-framework": date(2025, 9, 25),
    "us-korea-deal": date(2025, 12, 5),
    "us-swiss-deal": date(2026, 1, 1),
}
STATED = ("us-ieepa-reciprocal-che", "us-ieepa-reciprocal-lie")  # swiss_framework: effective_date 2025-11-14
FLOOR_LISTS = ("us-floor-", "us-civil-aircraft-by-terms")  # the lists of goods that agreements free
LISTS = (*FLOOR_LISTS, "us-brazil-aircraft", "us-122-aircraft", "us-particular-articles")
NOT_READ = ("us-eo-14309", "us-eo-14345")  # "UK 9903.96.01 still needs a parsed resource"; "Japan rows dropped"
ANNEXES = date(2026, 4, 6)  # section_232_annexes: effective_date
RECIPROCAL = "us-ieepa-reciprocal"
FURNITURE = frozenset(("kitchen_cabinet", "upholstered"))
FREED_CLAIMS = ("civil_aircraft", "pharmaceutical_use", "named_article")


def car_parts_by_line(rows: Rows) -> Rows:
    """Every good on a line of the list of car parts is one, whatever it is for; computers are none."""
    return tuple(_car_part(m) if m.when.get("for_passenger_vehicle") else m for m in rows)


def _car_part(m: Measure) -> Measure:
    kept = _without(m.when, "for_passenger_vehicle")
    return msgspec.structs.replace(m, when=kept, products_except=(*m.products_except, COMPUTERS))


def car_rebate(rows: Rows) -> Rows:
    """Cars and their parts that pay 25 percent pay a third of 3.75 points less, for cars assembled in the United States."""
    return tuple(_rebated(m) if m.layer == CAR_LAYER and m.rate == CAR_RATE and m.combine == "add" else m for m in rows)


def _rebated(m: Measure) -> Measure:
    return msgspec.structs.replace(m, rate=CAR_RATE - REBATE)


def semiconductors_by_line(rows: Rows) -> Rows:
    """The semiconductor duty of January 2026 falls on all goods of 8471.80.40.00, and on no others."""
    return tuple(_cards(m) if m.layer == "s232_semiconductors" and m.when.get("technical_test") else m for m in rows)


def _cards(m: Measure) -> Measure:
    return msgspec.structs.replace(m, when=_without(m.when, "technical_test"), product_list="", products=(CARDS,))


def solar_for_all(rows: Rows) -> Rows:
    """The solar safeguard at 14.5 percent, on modules and cells of all countries but Canada, beyond its end too."""
    held = [m for m in rows if m.id == SOLAR]
    if not held:
        return rows
    codes = tuple(x.product for x in read_list(held[0].folder, f"{SOLAR}.csv"))
    made = msgspec.structs.replace(max(held, key=lambda m: m.start), rate=0.145, end=None, end_known=None, products=codes,
                                   product_list="", origins_except=NOT_SOLAR, start=date(2024, 1, 1))  # fmt: skip
    return (*(m for m in rows if not m.id.startswith(SOLAR)), made)


def retroactive_when_printed(rows: Rows) -> Rows:
    """What an agreement set with effect from an earlier day counts from the day of the edition that prints it."""
    moved: dict[tuple[str, tuple[str, ...], date], date] = {}
    for m in rows:
        day = PRINTED.get(m.act.id)
        if day and m.start < day and m.id not in STATED:
            moved[m.key, m.origins, m.start] = day
    return tuple(_at_print(m, moved) for m in rows)


def _at_print(m: Measure, moved: Mapping[tuple[str, tuple[str, ...], date], date]) -> Measure:
    """A row that begins, or gives way, on the day of printing."""
    day = moved.get((m.key, m.origins, m.start)) if m.act.id in PRINTED and m.id not in STATED else None
    if day:
        return msgspec.structs.replace(m, start=day)
    until = moved.get((m.key, m.origins, m.end)) if m.end else None
    return msgspec.structs.replace(m, end=until) if until else m


def exemptions_by_line(rows: Rows) -> Rows:
    """Whole lines of the lists that acts free, whatever the goods are for; the aircraft of Britain and Japan are on none."""
    return tuple(_by_line(m) for m in rows if not _unread(m))


def _unread(m: Measure) -> bool:
    """Whether the series does not have an exemption: of Britain's and Japan's aircraft, of any from the metal duties before April 2026."""
    on_list = m.product_list.startswith(FLOOR_LISTS)
    return on_list and (m.act.id in NOT_READ or (m.programme == "s232" and m.start < ANNEXES))


def _by_line(m: Measure) -> Measure:
    if not m.product_list.startswith(LISTS) or m.combine != "zero":
        return m
    when = {name: value for name, value in m.when.items() if name not in FREED_CLAIMS}
    return msgspec.structs.replace(m, when=when)


def _without(when: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {n: v for n, v in when.items() if n != name}


def furniture_by_line(rows: Rows) -> Rows:
    """Every good on a line of the lists of furniture and cabinets is of the kind that they mean."""
    return tuple(_furniture(m) if m.programme == "s232" and not FURNITURE.isdisjoint(m.when) else m for m in rows)


def _furniture(m: Measure) -> Measure:
    return msgspec.structs.replace(m, when={n: v for n, v in m.when.items() if n not in FURNITURE})


def reciprocal_for_all(rows: Rows) -> Rows:
    """Countries of column 2 pay the reciprocal duty of all others too."""
    return tuple(_for_all(m) if m.id == RECIPROCAL else m for m in rows)


def _for_all(m: Measure) -> Measure:
    return msgspec.structs.replace(m, origins_except=tuple(o for o in m.origins_except if o not in COLUMN_2))


ROWS: Mapping[str, Callable[[Rows], Rows]] = {
    "car-parts-by-line": car_parts_by_line,
    "car-rebate": car_rebate,
    "furniture-by-line": furniture_by_line,
    "semiconductors-by-line": semiconductors_by_line,
    "reciprocal-for-all": reciprocal_for_all,
    "solar-for-all": solar_for_all,
    "retroactive-when-printed": retroactive_when_printed,
    "exemptions-by-line": exemptions_by_line,
}
