"""The layouts by name: one small file each in `sources/`, and the table of headings for files of no known layout.

A layout is known by its signature, the headings that only it has together. A user's own is one file of the same form, in
TOML, or a CSV of role,heading.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import msgspec

from parley.csv_tables import read_csv
from parley.errors import InputError, nearest, unknown_name
from parley.law.entry_claims import CLAIMS
from parley.law.shipments.layouts.spelling import Heading, heading, plain, rows_of
from parley.text_files import FileKind, converted, read_toml

LAYOUT = FileKind("a layout in TOML (title, [columns] role = [headings]), or a CSV of role,heading")
CODES = ("iso", "census", "comtrade", "gacc", "province")
BESIDE = re.compile(r"9[89](?:0[1-9]|1[0-9]|2[0-3])")  # headings of chapters 98 and 99
PAID = "paid_"  # what was paid under one authority
GREATEST_RATE = 250.0  # percent: no duty was higher
ROLES = (
    "product", "origin", "destination", "entry_date", "year", "month", "value", "price", "scale", "quantity", "unit", "currency", "spi",
    "mode", "entry_number", "line_number", "ordinal", "entry_type", "importer_number", "entry_summary_date", "liquidation_date",
    "liquidation_status", "payment_date", "reconciliation", "protest", "protest_status", "denial_date", "drawback", "duty_paid",
    "headings_filed", "paid_ieepa_fentanyl", "paid_ieepa_reciprocal", "paid_ieepa", "paid_s301", "paid_s232", "paid_s201",
    "paid_base", *(c for c in CLAIMS if c != "quantity"),
)  # fmt: skip

EVIDENCE = frozenset(ROLES[ROLES.index("entry_number") : ROLES.index("paid_base") + 1]) - {
    "line_number", "ordinal", "entry_summary_date", "headings_filed"}  # fmt: skip


class Without(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Roles that a layout's files do not have, whatever their headings look like."""

    roles: tuple[str, ...] = ()


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One source of files: how it is known, and what its columns hold.

    signature: headings that all stand in its files ("|" between alternatives).
    columns: role → headings, best first. destination, origin: ISO3 where the source is about one country.
    dates, decimal: how it writes days (DMY, MDY, YMD) and fractions. origin_codes: the system of its numbers of countries.
    periods: its days are months or years. keep: heading → cells that are kept where any row has one.
    order: the heading of an order's number, below whose first row cells of the whole order are blank.
    flow: headings of what says whether a row is of imports; imports, exports: its cells that do, beside those that are general.
    to_date: headings of values that are sums since January. measures: the heading that says what the value of a row is, one of
    those to keep. multiplier: dollars of one unit of value. nomenclature: of its codes, where no schedule of the package has them.
    """

    title: str
    id: str = ""
    publisher: str = ""
    about: str = ""
    source: str = ""
    signature: tuple[str, ...] = ()
    columns: dict[str, tuple[str, ...]] = {}
    destination: str = ""
    origin: str = ""
    dates: str = ""
    decimal: str = ""
    origin_codes: str = "iso"
    destination_codes: str = "iso"
    periods: bool = False
    multiplier: float = 1.0
    units: str = ""
    currency: str = ""
    sheet: str = ""
    measures: str = ""
    order: str = ""
    to_date: tuple[str, ...] = ()
    flow: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
    keep: dict[str, tuple[str, ...]] = {}
    nomenclature: str = ""
    without: Without = Without()

    def fits(self, headings: Sequence[Heading]) -> bool:
        """Whether a file's headings bear the layout's signature."""
        forms = {f for h in headings for f in (h.whole, h.bare)}
        return bool(self.signature) and all(
            any(plain(one) in forms for one in item.split("|")) for item in self.signature
        )


@dataclass(frozen=True)
class Named:
    """A role that a heading names: 1 outright, 2 usually, 3 where nothing better stands; place: its place in the table."""

    role: str
    rank: int
    place: int = 0


@cache
def layouts() -> tuple[Layout, ...]:
    """The packaged layouts, by name."""
    folder = resources.files("parley.law.shipments.layouts").joinpath("sources")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(_as_layout(tomllib.loads(f.read_text("utf-8")), f.name.removesuffix(".toml"), f.name) for f in files)


def read_layout(path: Path) -> Layout:
    """A user's own layout: TOML as in `sources/`, or a CSV of role,heading. Raises InputError naming the file and field."""
    where = f"--layout {path.name}"
    if path.suffix.lower() == ".toml":
        return _as_layout({"title": path.stem, **read_toml(path, LAYOUT, where)}, path.stem, where)
    columns: dict[str, list[str]] = {}
    for place, row in read_csv(path, LAYOUT, ("role", "heading"), where).rows():
        if not row["role"] or not row["heading"]:
            raise LAYOUT.fault(place, "a row without a role, or without a heading")
        columns.setdefault(row["role"], []).append(row["heading"])
    return _as_layout({"title": path.stem, "columns": columns}, path.stem, where)


def _as_layout(raw: Mapping[str, object], name: str, where: str) -> Layout:
    made = converted(
        {**raw, "id": name}, Layout, FileKind(f"a layout with the keys {', '.join(Layout.__struct_fields__)}"), where
    )
    for role in (*made.columns, *made.without.roles):
        if role not in ROLES:
            raise unknown_name(where, "role", role, ROLES)
    for system in (made.origin_codes, made.destination_codes):
        if system not in CODES:
            raise unknown_name(where, "system of country codes", system, CODES)
    return made


def layout_of(headings: Sequence[Heading], own: Layout | None = None) -> Layout | None:
    """The layout whose signature a file's headings bear: the longest where several do; the user's own whatever it says."""
    if own is not None:
        return own
    return max((x for x in layouts() if x.fits(headings)), key=lambda x: len(x.signature), default=None)


@cache
def headings_by_role() -> dict[str, tuple[Named, ...]]:
    """The table of headings: plain form → the roles that it names, the surest first."""
    made: dict[str, list[Named]] = {}
    for row in rows_of("headings.csv"):
        for place, text in enumerate(row["headings"].split(";")):
            made.setdefault(plain(text), []).append(Named(row["role"], int(row["rank"]), place))
    for claim, told in CLAIMS.items():
        for text in told.columns:  # days of import or export may be the day of entry where no other is
            made.setdefault(plain(text), []).append(Named(claim, 3 if told.kind == "day" else 1))
    for role in (r for r in ROLES if r != "price"):  # a heading that says no more may be of one unit or of the line
        made.setdefault(plain(role), []).append(Named(role, 1))
    return {k: tuple(sorted(v, key=lambda n: n.rank)) for k, v in made.items()}


_ON_HEADING = re.compile(
    r"(?i)(?:(?:paid|duty|duties|amount|amt|hts|htsus|tariff|usd|us|ch|chapter|on|for|under|of)\b|99(?=\W)|[\W_])*"
    r"(9[89]\d\d)\.?(\d\d)\.?(\d\d)(?:\.?\d\d)?(?:\b(?:paid|duty|duties|amount|amt|tariff|usd)\b|[\W_])*"
)
_OF_MONEY = frozenset("duty duties paid amount amt".split())


def paid_under(text: str) -> str:
    """The role of a column that is headed by one heading of chapter 98 or 99: paid_99030124 of "Duty 9903.01.24"; else empty."""
    found = _ON_HEADING.fullmatch(text.strip())
    return f"{PAID}{''.join(found.groups())}" if found and BESIDE.match(found[1]) else ""


def says_money(text: str) -> bool:
    """Whether a heading says that its cells are amounts: "Section 301 Duty" does, "Section 301" may head rates or marks."""
    return not _OF_MONEY.isdisjoint(map(str.casefold, re.findall("[A-Z]?[a-z]+|[A-Z]+(?![a-z])", text)))


@cache
def _languages() -> dict[str, frozenset[str]]:
    """The table of headings: plain form → the languages in which it is a heading."""
    made: dict[str, set[str]] = {}
    for row in rows_of("headings.csv"):
        for text in row["headings"].split(";"):
            made.setdefault(plain(text), set()).add(row["language"])
    return {k: frozenset(v) for k, v in made.items()}


def languages_of(text: str) -> frozenset[str]:
    """The languages in which a heading stands in the table; none where it does not."""
    read = heading(text)
    return _languages().get(read.whole) or _languages().get(read.bare) or frozenset()


def role_named(role: str) -> str:
    """A role by the name under which a user gives it. Raises InputError with the nearest."""
    known = {plain(r): r for r in ROLES} | {"on": "entry_date", "hts": "product", "country": "origin"}
    if plain(role) not in known:
        near = nearest(role, ROLES)
        raise InputError("--columns", f"no column {role!r} is read", ", ".join(ROLES[:12]) + " …",
                         f"Did you mean {near[0]}?" if near else "")  # fmt: skip
    return known[plain(role)]


__all__ = [
    "GREATEST_RATE",
    "PAID",
    "ROLES",
    "Layout",
    "Named",
    "headings_by_role",
    "languages_of",
    "layout_of",
    "layouts",
    "read_layout",
    "role_named",
]
