"""How a run reads its files and what it adds; and which column of a file is what: usual names of customs reports, or a mapping."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from parley.arguments import checked_fields
from parley.errors import InputError, nearest, unknown_name
from parley.frozen import read_only
from parley.law.entry_claims import CLAIMS
from parley.law.readings import Reading
from parley.law.regime import Regime

# role → the names under which customs reports and spreadsheets hold it, in small letters, words joined by "_"
NAMES: dict[str, tuple[str, ...]] = {
    "product": ("product", "hts", "hts10", "hts8", "hts_code", "hts_number", "hts_no", "htsno", "hs_code", "tariff_number",
                "tariff_code", "commodity", "commodity_code", "i_commodity", "hts_us_code", "code"),
    "origin": ("origin", "country_of_origin", "coo", "origin_country", "country_of_origin_code", "cty_code", "co"),
    "destination": ("destination", "importing_country", "import_country", "destination_country"),
    "entry_date": ("entry_date", "date", "entry_summary_date", "import_date", "day", "date_of_entry", "arrival_date"),
    "value": ("value", "customs_value", "entered_value", "line_goods_value_amount", "goods_value", "customs_value_usd",
              "value_usd", "line_value", "con_val", "line_goods_value"),
    "unit": ("unit", "uom", "unit_of_measure", "quantity_unit", "line_tariff_uom_1", "uom_1"),
    "spi": ("spi", "special_program_indicator", "special_programme_indicator", "spi_code", "preference_code"),
    "id": ("id", "shipment_id", "line_id", "reference"),
    "entry": ("entry", "entry_number", "entry_no", "entry_summary_number"),
    "mode": ("mode", "mode_of_transport", "mode_of_transportation", "mot", "transport_mode"),
}  # fmt: skip
NEEDED = ("product", "origin", "entry_date", "value")
DATES = ("iso", "us", "eu")
PIECE_BYTES = 16 << 20  # of CSV: about a quarter of a million rows
PIECE_ROWS = 1 << 19  # of Parquet, in whole row groups


@checked_fields
@dataclass(frozen=True)
@read_only
class Options:
    """How a run reads its files and what it adds.

    columns: role → column name. destination: who levies, where the file does not say. on: one entry date for all.
    dates: iso, us (MM/DD/YYYY) or eu (DD/MM/YYYY). programmes, fees: more columns. mode: how all goods came, for the
    harbour fee. before: another law to hold each line against. as_scheduled: rows after the last day to which the law was
    read too, by what was scheduled then; otherwise they are refused. memory: what sums by entry may use.
    typed: what was read of each line, in columns of its own (typed.typed_columns).
    """

    columns: dict[str, str] = field(default_factory=dict)
    destination: str | None = None
    known: str | None = None
    reading: Reading = "law"
    on: str | None = None
    dates: str = "iso"
    whole_dollars: bool = False
    programmes: bool = False
    fees: bool = False
    mode: str | None = None
    before: Regime | None = None
    as_scheduled: bool = False
    typed: bool = False
    threads: int = 0
    memory: str = "1GB"
    piece_bytes: int = PIECE_BYTES
    piece_rows: int = PIECE_ROWS


@dataclass(frozen=True)
class Columns:
    """The file's columns in order, and the name of the one that holds each role or claim."""

    names: tuple[str, ...]
    of: Mapping[str, str]

    def held(self, roles: Iterable[str]) -> set[str]:
        """The columns that hold some roles."""
        return {self.of[r] for r in roles if r in self.of}

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims that the file makes, in a fixed order: its own columns, and what a programme indicator stands for."""
        own = [n for n, c in CLAIMS.items() if n in self.of and c.kind != "money"]
        spi = [n for n, c in CLAIMS.items() if c.by_indicator and "spi" in self.of and n not in own]
        return tuple(own + spi)


def read_columns(
    names: Sequence[str], mapping: Mapping[str, str] | None = None, where: str = "file", optional: Sequence[str] = ()
) -> Columns:
    """The roles of a file's columns. Raises where a needed one is missing or one role is claimed twice."""
    roles = (*NAMES, *(c for c in CLAIMS if c not in NAMES))
    found: dict[str, str] = {}
    for role, name in (mapping or {}).items():
        if role not in roles:
            raise unknown_name("--columns", "column", role, roles)
        if name not in names:
            raise unknown_name(where, "column", name, names)
        found[role] = name
    taken = set(found.values())
    for role in (r for r in roles if r not in found):
        usual = NAMES.get(role) or (role, *CLAIMS[role].columns)  # the best first
        alike = ([n for n in names if n not in taken and plain_name(n) == name] for name in usual)
        held = next(filter(None, alike), [])
        if len(held) > 1:
            raise InputError(where, f"{' and '.join(held)} could each be the {role}", "one of them",
                             f"Name it: --columns {role}={held[0]}")  # fmt: skip
        if held:
            found[role] = held[0]
            taken.add(held[0])
        elif role in NEEDED and role not in optional:
            near = nearest(role, names)
            raise InputError(where, f"no column of the {role.replace('_', ' ')} among {', '.join(names)[:300]}",
                             f"one named {', '.join(NAMES[role][:5])}",
                             f"Name it: --columns {role}={near[0] if near else 'NAME'}")  # fmt: skip
    return Columns(tuple(names), found)


def plain_name(name: str) -> str:
    """A column's name in small letters and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def own_columns(names: Sequence[str], taken: Sequence[str]) -> list[str]:
    """The file's own columns in the output; one of a result's name, in capitals or not, gives way."""
    result, made = {n.lower() for n in taken}, list[str]()
    used = result | {n.lower() for n in names}
    for name in names:
        shown = name
        while shown.lower() in (result if shown == name else used):
            shown += "_input"
        used.add(shown.lower())
        made.append(shown)
    return made


def read_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """ROLE=NAME texts as a mapping."""
    made: dict[str, str] = {}
    for text in pairs:
        role, sign, name = text.partition("=")
        if not role or not sign or not name:
            raise InputError("--columns", f"{text[:80]!r}", "ROLE=NAME, such as origin='Country of Origin'")
        made[role.strip()] = name.strip()
    return made
