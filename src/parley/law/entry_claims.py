"""What an importer may claim: the named conditions on which duties turn, each with a declared default.

A claim is a statement about the goods or the entry that the schedule alone cannot know. Defaults are those of
design §3, and every explanation states the ones on which it rests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from parley.errors import InputError, MeasureError, unknown_name

if TYPE_CHECKING:
    from parley.law.measure import Measure

Value = bool | float | str | date


class Claim(NamedTuple):
    """One entry claim: its kind ("flag", "share", "day" or "money"), its default (None: not stated), the default in words.

    label: the claim on a form. columns: usual headings of it in files, beside its own name (small letters, words joined
    by "_"). of_origin: it speaks of where goods come from, so it does not follow them to another origin.
    by_indicator: a special programme indicator (SPI) stands for it. in_transit: a day on which goods were on their way.
    """

    kind: str
    default: Value | None
    sentence: str
    label: str
    columns: tuple[str, ...] = ()
    of_origin: bool = False
    by_indicator: bool = False
    in_transit: bool = False


def _preference(name: str) -> Claim:
    label = f"{name} preference claimed"
    return Claim("flag", False, f"no {name} preference claimed", label, of_origin=True, by_indicator=True)


def _unless_claimed(sentence: str, label: str, *, of_origin: bool = False) -> Claim:
    """A flag that does not hold unless it is claimed."""
    return Claim("flag", False, sentence, label, of_origin=of_origin)


# One row a claim: acts ask for it by name, and the command line, files of shipments and pages read the rest from here.
CLAIMS: dict[str, Claim] = {
    "usmca": _preference("USMCA"),
    "korus": _preference("KORUS"),
    "preference": _preference("other"),
    "us_content": Claim(
        "share", 0.0, "no United States content", "share of the value that is United States content", of_origin=True
    ),
    "steel_share": Claim("share", None, "metal goods wholly of their metal", "share of the value that is steel"),
    "aluminium_share": Claim(
        "share", None, "metal goods wholly of their metal", "share of the value that is aluminium"
    ),
    "copper_share": Claim("share", None, "metal goods wholly of their metal", "share of the value that is copper"),
    "us_metal": _unless_claimed(
        "the metal was not melted, smelted or cast in the United States",
        "metal melted, smelted or cast in the United States",
        of_origin=True,
    ),
    "little_metal": _unless_claimed(
        "the metal is at least 15 percent of the weight", "metal below 15 percent of the weight"
    ),
    "uk_metal": _unless_claimed(
        "the metal was not melted, smelted or cast in the United Kingdom",
        "metal melted, smelted or cast in the United Kingdom",
        of_origin=True,
    ),
    "commerce_authorised": _unless_claimed(
        "no quantity of Canadian or Mexican metal authorised by Commerce",
        "within a quantity of Canadian or Mexican metal that Commerce authorised",
        of_origin=True,
    ),
    "agricultural_industrial": _unless_claimed(
        "not a part used only to make agricultural or industrial equipment",
        "a part used only to make agricultural or industrial equipment",
    ),
    "motorcycle_parts": _unless_claimed(
        "not a part for making motorcycles in the United States", "a part for making motorcycles in the United States"
    ),
    "for_passenger_vehicle": _unless_claimed("dual-use goods not for a passenger vehicle", "for a passenger vehicle"),
    "kitchen_cabinet": _unless_claimed(
        "dual-use goods not kitchen cabinets or vanities", "a kitchen cabinet or vanity, or a part of one"
    ),
    "upholstered": _unless_claimed("furniture not upholstered", "upholstered furniture"),
    "age_under_25": Claim("flag", True, "a vehicle made less than 25 years ago", "vehicle made less than 25 years ago"),
    "within_quota": Claim("flag", True, "within every quota that applies", "within every quota that applies"),
    "within_trq": _unless_claimed("not within a tariff-rate quota", "within a tariff-rate quota"),
    "end_use": _unless_claimed("not for the special end use", "for the special end use of the heading"),
    "civil_aircraft": _unless_claimed("not for civil aircraft", "for civil aircraft"),
    "loaded": Claim(
        "day",
        None,
        "loaded after every in-transit cut-off",
        "day on which the goods were loaded",
        ("loaded_date", "loading_date", "date_loaded", "lading_date", "date_of_lading", "on_board_date"),
        of_origin=True,
        in_transit=True,
    ),
    "exported": Claim(
        "day",
        None,
        "exported after every in-transit cut-off",
        "day on which the goods were exported",
        ("export_date", "exported_date", "date_of_export", "exportation_date"),
        of_origin=True,
        in_transit=True,
    ),
    "exclusion_claimed": _unless_claimed(
        "no exclusion claimed", "an exclusion of the heading is claimed", of_origin=True
    ),
    "chapter98": _unless_claimed("no chapter 98 provision claimed", "a provision of chapter 98 is claimed"),
    "handicapped": _unless_claimed(
        "not an article for the handicapped (9817.00.96)", "an article for the handicapped (9817.00.96)"
    ),
    "donation": _unless_claimed("not a donation", "a donation"),
    "informational": _unless_claimed("not informational material", "informational material"),
    "named_article": _unless_claimed(
        "not one of the particular articles that an exemption describes",
        "one of the particular articles that an exemption describes",
    ),
    "pharmaceutical_use": _unless_claimed(
        "not for use in pharmaceutical applications", "for use in pharmaceutical applications"
    ),
    "transshipped": _unless_claimed("not found to be transshipped", "found to be transshipped", of_origin=True),
    "postal": _unless_claimed("not a postal shipment", "a postal shipment"),
    "de_minimis": _unless_claimed("a formal entry, not a low-value shipment", "a low-value shipment"),
    "technical_test": _unless_claimed(
        "the technical test of the heading is not met", "the technical test of the heading is met"
    ),
    "quartz_surface": _unless_claimed("glass that is no quartz surface product", "a quartz surface product"),
    "in_bulk": _unless_claimed("packaged for direct consumption, not in bulk", "in bulk, not packaged for consumption"),
    "imported": Claim(
        "day",
        None,
        "imported on the day of entry",
        "day on which the goods were imported",
        ("import_date", "imported_date", "date_of_import", "importation_date"),
        of_origin=True,
    ),
    "for_unmanned_aircraft": _unless_claimed("not only for unmanned aircraft", "only for unmanned aircraft"),
    "thermal_imaging": _unless_claimed("a drone without thermal imaging", "a drone with thermal imaging"),
    "partner_components": _unless_claimed(
        "critical components and technology not certified to be of partner countries",
        "critical components and technology certified to be of partner countries",
        of_origin=True,
    ),
    "cleared_drone": _unless_claimed(
        "not on an official list of cleared drones", "on an official list of cleared drones"
    ),
    "resale_documented": Claim(
        "flag",
        True,
        "documents of the first sale at the minimum import price are filed",
        "documents of the first sale at the minimum import price are filed",
    ),
    "onshoring_plan": _unless_claimed(
        "no onshoring plan approved by Commerce", "within an onshoring plan that Commerce approved"
    ),
    "pricing_agreement": _unless_claimed(
        "no pricing agreement on the medicine", "of a company with a pricing agreement on medicines"
    ),
    "special_medicine": _unless_claimed(
        "not an orphan drug or another medicine that the act frees",
        "an orphan drug, nuclear medicine, plasma or gene therapy or another medicine that the act frees",
    ),
    "annex_iii_company": Claim(
        "flag",
        True,
        "of a company whose medicines pay from 31 July 2026",
        "of a company whose medicines pay from 31 July 2026, not only from 29 September",
    ),
    "patented": _unless_claimed("not a patented article of the heading", "a patented article of the heading"),
    "in_shipments": _unless_claimed("a single entry", "several shipments of one entry"),
    "quantity": Claim(
        "money",
        None,
        "no quantity stated",
        "quantity, in the unit of the tariff line",
        ("qty", "quantity_1", "line_tariff_quantity_1", "net_quantity", "reporting_quantity"),
    ),
    "unit_value": Claim("money", None, "no unit value stated", "dollars a unit of the tariff line"),
}

Claims = Mapping[str, Value]
_COMPARED = re.compile(r"^\s*(<=|>=|<|>)\s*(\S+)\s*$")


def read_stated(
    pairs: Sequence[str],
    quantity: float | None = None,
    unit_value: float | None = None,
    called: tuple[str, str] = ("quantity", "unit_value"),
) -> dict[str, str | float]:
    """Claims of "name=value" texts, several to a text with commas or semicolons, and a quantity and a unit value stated apart.

    called: the names under which the two are asked for. Raises InputError where one of them is stated twice.
    """
    made: dict[str, str | float] = {}
    for text in (p.strip() for pair in pairs for p in pair.replace(";", ",").split(",")):
        name, sign, value = text.partition("=")
        if not name or not sign:
            raise InputError("--claim", f"{text[:80]!r}", "NAME=VALUE, such as usmca=true or us_content=0.4")
        made[name.strip()] = value.strip()
    for name, number, where in (("quantity", quantity, called[0]), ("unit_value", unit_value, called[1])):
        if number is not None and name in made:
            raise InputError(where, f"{number:g}, and {made[name]} as a claim", "one of them")
        made |= {} if number is None else {name: number}
    return made


def read_claims(claims: Mapping[str, object] | None, where: str = "claim") -> dict[str, Value]:
    """Claims with typed values, from text ("true", "0.4", "2025-04-04") or values. Raises on unknown names."""
    made: dict[str, Value] = {}
    for name, value in (claims or {}).items():
        if name not in CLAIMS:
            raise unknown_name(where, "claim", name, CLAIMS, MeasureError)
        made[name] = _typed(name, value, where)
    return made


def _typed(name: str, value: object, where: str) -> Value:
    kind = CLAIMS[name].kind
    readers = {"flag": _flag, "share": _share, "day": _day, "money": _positive}
    allowed = {
        "flag": "true or false",
        "share": "a fraction from 0 to 1",
        "day": "YYYY-MM-DD",
        "money": "a positive number",
    }
    made = readers[kind](value)
    if made is None:
        raise MeasureError(f"{where} {name}", f"{str(value)[:40]!r}", allowed[kind])
    return made


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).casefold())


def _number(value: object) -> float | None:
    try:
        return None if isinstance(value, bool) else float(str(value))
    except ValueError:
        return None


def _share(value: object) -> float | None:
    number = _number(value)
    return number if number is not None and 0 <= number <= 1 else None


def _positive(value: object) -> float | None:
    number = _number(value)
    return number if number is not None and 0 < number < float("inf") else None


def _day(value: object) -> date | None:
    try:
        return value if type(value) is date else date.fromisoformat(str(value))  # a datetime is a date to isinstance
    except ValueError:
        return None


def claim_of(name: str) -> str:
    """The claim that a condition's key asks for: loaded_before asks for loaded."""
    return name.removesuffix("_before")


def assumed(name: str, wanted: Value) -> str:
    """What a condition rests on while its claim is not made, in words: the claim's default, and never its opposite.

    A metal good is taken to be of its metal, but what asks for a stated share ("> 0": drink in cans) has none without.
    """
    name, wanted = _spelled(name, wanted)
    asks = CLAIMS[name].kind == "share" and CLAIMS[name].default is None and str(wanted).lstrip().startswith(">")
    return f"no {name.removesuffix('_share')} in it, as no share of it is stated" if asks else CLAIMS[name].sentence


def _spelled(name: str, wanted: Value) -> tuple[str, Value]:
    """A condition with its comparison written out: loaded_before = D is loaded = "< D"."""
    return (claim_of(name), f"< {wanted}") if name.endswith("_before") else (name, wanted)


def check_condition(name: str, wanted: Value, where: str) -> None:
    """Nothing, if a row's condition is one that a claim can meet; raises MeasureError otherwise."""
    name, wanted = _spelled(name, wanted)
    if name not in CLAIMS:
        raise unknown_name(where, "claim", name, CLAIMS, MeasureError)
    compared = _COMPARED.match(wanted) if isinstance(wanted, str) else None
    _typed(name, compared.group(2) if compared else wanted, where)


def holds(name: str, wanted: Value, claims: Claims) -> bool:
    """Whether a condition of a row holds: equal to the wanted value, or as compared ("< 2025-04-05", ">= 0.2").

    What is not claimed has its declared default; a default of None meets no condition.
    """
    name, wanted = _spelled(name, wanted)
    given = claims.get(name, CLAIMS[name].default)
    if given is None:
        return False
    compared = _COMPARED.match(wanted) if isinstance(wanted, str) else None
    if compared is None:
        return given == _typed(name, wanted, "condition")
    bound = _typed(name, compared.group(2), "condition")
    sign = compared.group(1)
    less, same = given < bound, given == bound  # type: ignore[operator]
    return {"<": less, "<=": less or same, ">": not (less or same), ">=": not less}[sign]


def in_words(wanted: object) -> str:
    """What a condition asks of its claim: "= true", "< 2025-04-05"."""
    text = str(wanted).lower() if isinstance(wanted, bool) else str(wanted)
    return text if text[:1] in "<>" else f"= {text}"


def assumptions(
    rows: Sequence[Measure], shares: Sequence[str], free: Mapping[str, Measure], claims: Claims
) -> tuple[str, ...]:
    """The declared defaults on which a stack rests, as sentences. shares: the kinds on which its measures are levied.

    Where an exclusion empties a layer (free), what it outranks and any further relief change nothing: not assumed.
    """
    idle = (m.key in free and m is not free[m.key] and (m.combine == "zero" or m.rank < free[m.key].rank) for m in rows)
    asked = (m for m, is_idle in zip(rows, idle, strict=True) if not is_idle)
    said = [(claim_of(n), assumed(n, w)) for m in asked for n, w in (*m.when.items(), *m.unless.items())]
    names = [f"{kind}_share" for kind in shares if f"{kind}_share" in CLAIMS]
    names += ["us_content" for kind in shares if kind == "non_us_content"]
    said += [(n, CLAIMS[n].sentence) for n in names]
    return tuple(dict.fromkeys(sentence for n, sentence in said if n not in claims))
