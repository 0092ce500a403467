"""What is asked, and what an importer may claim: the named conditions on which duties turn, and preferences.

A claim is a statement about the goods or the entry that the schedule alone cannot know. Claims are the rows of claims.csv: acts
ask for one by name; the command line, files of shipments and pages read the rest from there. Each has a
declared default, and every explanation states the ones on which it rests.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from parley.codes import country, day, digits_of, union_of
from parley.errors import CodeError, DateError, InputError, MeasureError, unknown_name
from parley.law.law_package import law_path

if TYPE_CHECKING:
    from parley.law.measure import Measure

FIRST_DAY = date(2018, 1, 1)  # the first year of the conflict's measures
Value = bool | float | str | date
Claims = Mapping[str, Value]
_COMPARED = re.compile(r"^\s*(<=|>=|<|>)\s*(\S+)\s*$")


class Claim(NamedTuple):
    """One entry claim: its kind ("flag", "share", "day" or "money"), its default (None: not stated), the default in words.

    label: the claim on a form. columns: usual headings of it in files, beside its own name (small letters, words joined
    by "_"). of_origin: it speaks of where goods come from, so it does not follow them to another origin.
    by_indicator: a special programme indicator (SPI) stands for it. in_transit: a day on which goods were on their way.
    printed: how headings of chapter 99 ask for it, a pattern. observed: what the share of value that makes it rests on.
    mixed: "always", or the convention under which averages mix it.
    """

    kind: str
    default: Value | None
    sentence: str
    label: str
    columns: tuple[str, ...]
    of_origin: bool
    by_indicator: bool
    in_transit: bool
    observed: str
    mixed: str
    printed: str


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


_KINDS: dict[str, tuple[Callable[[object], Value | None], str]] = {
    "flag": (_flag, "true or false"),
    "share": (_share, "a fraction from 0 to 1"),
    "day": (_day, "YYYY-MM-DD"),
    "money": (_positive, "a positive number"),
}


def _table() -> dict[str, Claim]:
    """The rows of claims.csv by name."""
    text = law_path("claims.csv").read_text("utf-8")
    rows = csv.DictReader(x for x in text.splitlines() if not x.startswith("#"))
    return {r["name"]: _claim(r) for r in rows}


def _claim(row: Mapping[str, str]) -> Claim:
    default = _KINDS[row["kind"]][0](row["default"]) if row["default"] else None
    columns = tuple(c for c in row["columns"].split(";") if c)
    marks = {name: row[name] == "1" for name in ("of_origin", "by_indicator", "in_transit")}
    return Claim(
        row["kind"],
        default,
        row["sentence"],
        row["label"],
        columns,
        **marks,
        observed=row.get("observed") or "",
        mixed=row.get("mixed") or "",
        printed=row.get("printed") or "",
    )


CLAIMS = _table()


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


def own_claims(claims: Mapping[str, Value], origin: str) -> tuple[dict[str, Value], list[str]]:
    """The claims that count for an origin, and the preferences among them that it cannot claim."""
    preferences = {p.claim for p in AGREEMENTS} - party_claims(origin)
    lost = sorted(name for name in preferences if claims.get(name) is True)
    return {n: v for n, v in claims.items() if n not in lost}, lost


def party_claims(origin: str) -> set[str]:
    """The preference claims that an origin may make."""
    return {p.claim for p in AGREEMENTS if origin in p.origins}


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
    read, allowed = _KINDS[CLAIMS[name].kind]
    made = read(value)
    if made is None:
        raise MeasureError(f"{where} {name}", f"{str(value)[:40]!r}", allowed)
    return made


def number_of(claims: Claims, name: str) -> float | None:
    """A share, an amount or a quantity as claimed; None where it is not."""
    value = claims.get(name)
    return float(value) if isinstance(value, (int, float)) else None


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
    claim = claim_of(name)
    given = claims.get(claim, CLAIMS[claim].default)
    if given is None:
        return False
    sign, bound = bound_of(name, wanted)
    if not sign:
        return given == bound
    less, same = in_order(given) < in_order(bound), given == bound
    return {"<": less, "<=": less or same, ">": not (less or same), ">=": not less}[sign]


def is_open(m: Measure, claims: Claims) -> bool:
    """Whether all conditions of a row hold."""
    barred = any(holds(n, wanted, claims) for n, wanted in m.unless.items())
    return not barred and all(holds(n, wanted, claims) for n, wanted in m.when.items())


@lru_cache(maxsize=1024, typed=True)  # true is not 1
def bound_of(name: str, wanted: Value) -> tuple[str, Value]:
    """How a condition compares, "" for equal, and with what."""
    name, wanted = _spelled(name, wanted)
    compared = _COMPARED.match(wanted) if isinstance(wanted, str) else None
    sign, value = compared.groups() if compared else ("", wanted)
    return sign, _typed(name, value, "condition")


def in_order(value: Value) -> float:
    """A value as a number that has its order: days count."""
    return value.toordinal() if isinstance(value, date) else float(value)


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


def covered_day(on: date | str | int) -> date:
    """A day of which the package has law. Raises DateError."""
    when = day(on, "on")
    if when < FIRST_DAY:
        raise DateError("on", f"{when} is before what the package covers", f"{FIRST_DAY} or later")
    return when


class Question(NamedTuple):
    """What a rate is asked for, in canonical codes. authorities: the destination, and the union that it is a member of.

    claims: those that count for the origin. stated: all that were made.
    unit_value: dollars a unit; None where neither it nor a value and a quantity were given.
    """

    product: str
    origin: str
    destination: str
    on: date
    known: date | None
    claims: Mapping[str, Value]
    unit_value: float | None
    authorities: tuple[str, str]
    stated: Mapping[str, Value]


def question(
    product: str,
    origin: str,
    destination: str,
    on: date | str | int,
    known: date | str | int | None = None,
    claims: Mapping[str, object] | None = None,
    value: float | None = None,
) -> Question:
    """A question as it is asked, read. value: customs value in dollars. Raises InputError where a part cannot be used."""
    made = read_claims(claims)
    unit_value = _unit_value(made, value)
    sells, levies = country(origin, "origin"), country(destination, "destination")
    if sells == levies:
        raise CodeError("origin", f"{sells} is also the destination", "two customs territories")
    when, seen = covered_day(on), (None if known is None else day(known, "known"))
    code, authorities = digits_of(product), (levies, union_of(levies))
    return Question(code, sells, levies, when, seen, own_claims(made, sells)[0], unit_value, authorities, made)


def _unit_value(claims: Mapping[str, Value], value: float | None) -> float | None:
    """Dollars a unit: claimed, or the value over the claimed quantity."""
    if value is not None and not 0 < value < float("inf"):
        raise MeasureError("value", f"{value:g}", "a positive number of dollars")
    quantity, stated = number_of(claims, "quantity"), number_of(claims, "unit_value")
    return stated if stated is not None or quantity is None or value is None else value / quantity
