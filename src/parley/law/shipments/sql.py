"""The one query: from raw rows to duties, in words that DuckDB and Spark both read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from parley.law.claims import CLAIMS
from parley.law.explain import FIRST_DAY
from parley.law.preferences import AGREEMENTS
from parley.law.shipments.claim_classes import METAL_CLAIMS, PREFERENCES, Split
from parley.law.shipments.columns import Columns
from parley.law.shipments.shares import Share
from parley.law.shipments.tables import BASE_PROGRAMMES, COLUMNS, LawTables

# Reasons to reject a line, in the order in which they are looked for; the number is what the query gives.
REASONS = {
    1: "product: no such line in the schedule on that day",
    2: "origin: no such country",
    3: "origin: it is the destination itself",
    4: "entry date: not a day",
    5: f"entry date: before {FIRST_DAY}, the first day that the package covers",
    6: "customs value: not a positive number",
    7: "quantity or unit value: not a positive number",
    8: "claim: not readable",
    9: "metal shares: they sum to more than 1",
    10: "base duty: it cannot be computed from value and quantity",
    11: "base duty: it is levied by quantity, and no quantity is given",
    12: "base duty: the quantity's unit is not the duty's",
    13: "added duties: they need a quantity or a base that is not known",
    14: "added duties: their stacking is not compiled for these claims",
    15: "destination: no such schedule",
}
GUARD = "GREATEST(1e-6, {y} * 4e-15)"  # half a cent lost in binary is given back; cents are exact below 1e9 cents


@dataclass(frozen=True)
class Dialect:
    """What DuckDB and Spark spell differently: identifier quotes, a full match, a number or a day from text or null."""

    name: str
    quote: Callable[[str], str]
    matches: Callable[[str, str], str]


def _duck(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _tick(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


DUCKDB = Dialect("duckdb", _duck, lambda x, p: f"regexp_matches({x}, '{p}')")
SPARK = Dialect("spark", _tick, lambda x, p: f"regexp_like({x}, r'{p}')")


@dataclass(frozen=True)
class Query:
    """What a run asks: the columns, their types by role ("text", "number", "day", "flag"), the law's tables, options."""

    columns: Columns
    types: Mapping[str, str]
    law: LawTables
    dialect: Dialect = DUCKDB
    on: str | None = None
    whole_dollars: bool = False
    us_dates: bool = False
    prefix: str = ""
    ignore: tuple[str, ...] = ()
    claims: Mapping[str, str] = field(default_factory=dict)

    def raw(self, role: str) -> str:
        """The file's column of a role."""
        return "s." + self.dialect.quote(self.columns.of[role])

    def has(self, role: str) -> bool:
        """Whether the file has the role."""
        return role in self.columns.of and role not in self.ignore


def typed(q: Query, source: str, keep: str = "s.*") -> str:
    """The raw rows with every role as a typed column: k_product k_origin k_day k_value k_quantity c_<claim>, k_bad."""
    parts = [
        f"{_product(q)} AS k_product",
        f"upper(trim(CAST({q.raw('origin')} AS STRING))) AS k_origin",
        f"{_day(q, 'entry_date') if not q.on else f'DATE {chr(39)}{q.on}{chr(39)}'} AS k_day",
        f"{_number(q, 'value')} AS k_value",
        f"{_number(q, 'quantity') if q.has('quantity') else 'CAST(NULL AS DOUBLE)'} AS k_quantity",
        f"{_number(q, 'unit_value') if q.has('unit_value') else 'CAST(NULL AS DOUBLE)'} AS k_unit_value",
        f"{_unit(q)} AS k_unit",
        *(f"{_claim(q, c)} AS c_{c}" for c in q.columns.claims if c not in q.ignore),
        f"{_bad(q)} AS k_bad",
    ]
    return f"SELECT {keep}, {', '.join(parts)} FROM {source} s"


def _text(q: Query, role: str) -> str:
    return f"trim(CAST({q.raw(role)} AS STRING))"


def _product(q: Query) -> str:
    """The digits of a code. Whole numbers have lost the zero in front, and get it back."""
    if q.types.get("product") == "number":
        plain = f"CAST(CAST({q.raw('product')} AS BIGINT) AS STRING)"
        return f"CASE WHEN length({plain}) IN (7, 9) THEN concat('0', {plain}) ELSE {plain} END"
    return f"replace(replace({_text(q, 'product')}, '.', ''), ' ', '')"


def _day(q: Query, role: str) -> str:
    if q.types.get(role) == "day":
        return f"CAST({q.raw(role)} AS DATE)"
    text = _text(q, role)
    if q.us_dates:
        text = f"concat(substr({text}, 7, 4), '-', substr({text}, 1, 2), '-', substr({text}, 4, 2))"
        shape = f"translate({_text(q, role)}, '0123456789', '') = '//' AND length({_text(q, role)}) = 10"
    else:
        shape = f"length({text}) = 10 AND translate({text}, '0123456789', '') = '--' AND substr({text}, 8, 1) = '-'"
    return f"CASE WHEN {shape} THEN TRY_CAST({text} AS DATE) END"


def _number(q: Query, role: str) -> str:
    """A number from digits and one point, "$" and thousands' commas allowed; anything else is null."""
    if q.types.get(role) == "number":
        return f"CAST({q.raw(role)} AS DOUBLE)"
    text = _text(q, role)
    plain = f"translate({text}, '0123456789', '') IN ('', '.', '-', '-.') AND length({text}) < 25"
    grouped = q.dialect.matches(text, r"^-?[$]?[0-9]{1,3}(,[0-9]{3})*([.][0-9]*)?$")
    bare = f"replace(replace({text}, ',', ''), '$', '')"
    return (f"CASE WHEN {plain} THEN TRY_CAST({text} AS DOUBLE) "
            f"WHEN length({text}) < 25 AND ({grouped}) THEN TRY_CAST({bare} AS DOUBLE) END")  # fmt: skip


def _unit(q: Query) -> str:
    return f"upper({_text(q, 'unit')})" if q.has("unit") else "CAST(NULL AS STRING)"


def _claim(q: Query, name: str) -> str:
    """A claim as a typed value; null where it is not made or not readable."""
    kind = CLAIMS[name].kind
    if name not in q.columns.of:  # a programme indicator stands for it
        symbols = "', '".join(s for p in AGREEMENTS if p.claim == name for s in p.symbols)
        return f"CASE WHEN upper({_text(q, 'spi')}) IN ('{symbols}') THEN TRUE END"
    if kind == "flag":
        if q.types.get(name) == "flag":
            return q.raw(name)
        text = f"lower({_text(q, name)})"
        return (f"CASE WHEN {text} IN ('true', 'yes', 'y', '1', 't') THEN TRUE "
                f"WHEN {text} IN ('false', 'no', 'n', '0', 'f') THEN FALSE END")  # fmt: skip
    return _day(q, name) if kind == "day" else _number(q, name)


def _bad(q: Query) -> str:
    """The number of the first reason that the row alone gives; 0 where there is none."""
    cases = []
    for role in ("quantity", "unit_value"):
        if q.has(role):
            number = _number(q, role)
            cases.append(f"WHEN {_given(q, role)} AND NOT COALESCE({_finite(number)}, FALSE) THEN 7")
    for name in q.columns.claims:
        if name in q.columns.of and name not in q.ignore:
            made = _claim(q, name)
            fine = f"({made}) BETWEEN 0 AND 1" if CLAIMS[name].kind == "share" else f"({made}) IS NOT NULL"
            cases.append(f"WHEN {_given(q, name)} AND NOT COALESCE({fine}, FALSE) THEN 8")
    metals = [f"COALESCE({_number(q, n)}, 0)" for n in METAL_CLAIMS if q.has(n)]
    if len(metals) > 1:
        cases.append(f"WHEN {' + '.join(metals)} > 1.000000001 THEN 9")
    return f"CASE {' '.join(cases)} ELSE 0 END" if cases else "0"


def _given(q: Query, role: str) -> str:
    return f"{_text(q, role)} <> ''"


def _finite(number: str) -> str:
    return f"({number}) > 0 AND ({number}) < 1e300"
