"""The first half of the one query: from raw rows to typed ones, in words that DuckDB and Spark both read.

A file's columns are u0, u1, … inside the query, whatever their names; k_… are typed roles, c_… claims, x_… what the
law's tables hold, y_… parts of a rate, z_… results. Numbers are doubles, added in the same order on every engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from parley.law.entry_claims import AGREEMENTS, CLAIMS
from parley.law.estimates import FILES
from parley.law.shipments.claim_classes import METAL_CLAIMS
from parley.law.shipments.columns import Columns
from parley.law.shipments.tables import LawTables

GUARD = "GREATEST(1e-6, {y} * 4e-15)"  # half a cent lost in binary is given back; cents are exact below 1e9 cents
HIGHEST = "1e15"  # dollars: beyond it a double no longer holds cents
DATES = ("iso", "us", "eu")


_PLAIN = "^[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?$"
_GROUPED = "^-?[$]?[0-9]{1,3}(,[0-9]{3})*([.][0-9]*)?$"


@dataclass(frozen=True)
class Dialect:
    """What DuckDB and Spark spell differently: a match of a pattern, a plain number, the shape of a plain day.

    DuckDB's own casts refuse what the patterns refuse, at a tenth of the cost; a test holds the two together.
    """

    name: str
    matches: Callable[[str, str], str]
    number: Callable[[str], str]
    is_day: Callable[[str], str]


def _duck_number(x: str) -> str:
    return f"CASE WHEN contains({x}, '_') THEN NULL ELSE TRY_CAST({x} AS DOUBLE) END"


def _duck_matches(x: str, pattern: str) -> str:
    return f"regexp_matches({x}, '{pattern}')"


def _spark_matches(x: str, pattern: str) -> str:
    return f"regexp_like({x}, r'{pattern}')"


DUCKDB = Dialect("duckdb", _duck_matches, _duck_number, lambda x: f"{x} LIKE '____-__-__' AND NOT contains({x}, ' ')")
SPARK = Dialect(
    "spark",
    _spark_matches,
    lambda x: f"CASE WHEN regexp_like({x}, r'{_PLAIN}') THEN TRY_CAST({x} AS DOUBLE) END",
    lambda x: f"regexp_like({x}, r'^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$')",
)


@dataclass(frozen=True)
class Query:
    """What a run asks: the columns, their types by role ("text", "number", "day", "flag", "other"), the law's tables, options.

    on: one entry date for all rows. dates: how days are written. programmes: a rate column for each is wanted.
    dense: find moments by equality; otherwise by the range join. refused: no schedule of the destination is held.
    until: the last day to which the law was read: later rows are refused; none where any day is answered as scheduled.
    estimates: set a base by quantity, of no stated quantity, against totals at what customs charged on past imports.
    """

    columns: Columns
    types: Mapping[str, str]
    law: LawTables
    dialect: Dialect = DUCKDB
    on: str | None = None
    whole_dollars: bool = False
    dates: str = "iso"
    prefix: str = ""
    programmes: bool = False
    dense: bool = True
    refused: bool = False
    until: date | None = None
    estimates: bool = True

    def raw(self, role: str) -> str:
        """The file's column of a role."""
        return f"u{self.columns.names.index(self.columns.of[role])}"

    def has(self, role: str) -> bool:
        """Whether the file has the role."""
        return role in self.columns.of

    @property
    def floors(self) -> bool:
        """Whether some total may stand above a base whose estimate the tables hold."""
        return self.estimates and self.law.form.totals > 0 and self.law.destination in FILES

    @property
    def by_quantity(self) -> bool:
        """Whether a line may state a quantity or a unit value."""
        return self.has("quantity") or self.has("unit_value")


def typed(q: Query, source: str) -> str:
    """The raw rows with every role as a typed column: k_product k_origin k_day k_value k_quantity c_<claim>, k_bad."""
    day = f"DATE '{q.on}'" if q.on else _day(q, "entry_date")
    parts = [
        f"{_product(q)} AS k_product",
        f"{_unless_plain(q, 'origin', 'length({u}) = 3', 'upper({u})', 'upper({text})')} AS k_origin",
        f"{day} AS k_day",
        f"{_value(q)} AS k_value",
        *([f"{_positive(q, 'quantity')} AS k_quantity"] if q.has("quantity") else []),
        *([f"{_positive(q, 'unit_value')} AS k_unit_value"] if q.has("unit_value") else []),
        *([f"upper({_text(q, 'unit')}) AS k_unit"] if q.has("unit") else []),
        *(f"{_claim(q, c)} AS c_{c}" for c in q.columns.claims),
        f"{_bad(q)} AS k_bad",
    ]
    return f"SELECT s.*, {', '.join(parts)} FROM {source} s"


def _text(q: Query, role: str) -> str:
    return f"trim({q.raw(role)})" if q.types.get(role) == "text" else f"trim(CAST({q.raw(role)} AS STRING))"


def _product(q: Query) -> str:
    """The digits of a code. Whole numbers have lost the zero in front, and get it back."""
    if q.types.get("product") == "number":
        plain = f"CAST(TRY_CAST({q.raw('product')} AS BIGINT) AS STRING)"
        return f"CASE WHEN length({plain}) IN (7, 9) THEN concat('0', {plain}) ELSE {plain} END"
    return _unless_plain(q, "product", "length({u}) IN (8, 10)", "{u}", "replace(replace({text}, '.', ''), ' ', '')")


def _unless_plain(q: Query, role: str, plain: str, fast: str, slow: str) -> str:
    """A short cut for the usual spelling, where the file holds text; the long way for every other."""
    u, text = q.raw(role), _text(q, role)
    if q.types.get(role) != "text":
        return slow.format(text=text)
    usual = f"{plain.format(u=u)} AND NOT contains({u}, '.') AND NOT contains({u}, ' ')"
    return f"CASE WHEN {usual} THEN {fast.format(u=u)} ELSE {slow.format(text=text)} END"


def _day(q: Query, role: str) -> str:
    """A day from YYYY-MM-DD, with or without an hour behind it, or as `dates` says; anything else is null."""
    if q.types.get(role) == "day":
        return f"CAST({q.raw(role)} AS DATE)"
    text = _text(q, role)
    if q.dates != "iso":
        month, place = ("1", "4") if q.dates == "us" else ("4", "1")
        iso = f"concat(substr({text}, 7, 4), '-', substr({text}, {month}, 2), '-', substr({text}, {place}, 2))"
        return f"CASE WHEN {q.dialect.matches(text, '^[0-9]{2}/[0-9]{2}/[0-9]{4}$')} THEN TRY_CAST({iso} AS DATE) END"
    hour = q.dialect.matches(text, "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]{1,16}Z?$")
    u = q.raw(role) if q.types.get(role) == "text" else text
    return (f"CASE WHEN {q.dialect.is_day(u)} THEN TRY_CAST({u} AS DATE) "
            f"WHEN {q.dialect.is_day(text)} THEN TRY_CAST({text} AS DATE) "
            f"WHEN {hour} THEN TRY_CAST(substr({text}, 1, 10) AS DATE) END")  # fmt: skip


def _number(q: Query, role: str) -> str:
    """A number in digits, point and exponent; "$" and thousands' commas are allowed; anything else is null."""
    if q.types.get(role) == "number":
        return f"CAST({q.raw(role)} AS DOUBLE)"
    text = _text(q, role)
    plain = q.dialect.number(q.raw(role) if q.dialect.name != "spark" and q.types.get(role) == "text" else text)
    bare = f"replace(replace({text}, ',', ''), '$', '')"
    return f"COALESCE({plain}, CASE WHEN {q.dialect.matches(text, _GROUPED)} THEN TRY_CAST({bare} AS DOUBLE) END)"


def _value(q: Query) -> str:
    return f"floor({_number(q, 'value')} + 0.5)" if q.whole_dollars else _number(q, "value")


def _positive(q: Query, role: str) -> str:
    """A quantity or unit value; none where it is not a positive number: a line that does not need it is a good line."""
    number = _number(q, role)
    return f"CASE WHEN {number} > 0 AND {number} < {HIGHEST} THEN {number} END"


def _claim(q: Query, name: str) -> str:
    """A claim as a typed value; null where it is not made or not readable."""
    kind = CLAIMS[name].kind
    if name not in q.columns.of:  # a programme indicator stands for it
        symbols = "', '".join(dict.fromkeys(s for p in AGREEMENTS if p.claim == name for s in p.symbols))
        return f"CASE WHEN upper({_text(q, 'spi')}) IN ('{symbols}') THEN TRUE END"
    if kind == "flag":
        if q.types.get(name) == "flag":
            return q.raw(name)
        text = f"lower({_text(q, name)})"
        return (f"CASE WHEN {text} IN ('true', 'yes', 'y', '1', 't') THEN TRUE "
                f"WHEN {text} IN ('false', 'no', 'n', '0', 'f') THEN FALSE END")  # fmt: skip
    return _day(q, name) if kind == "day" else _number(q, name)


def _bad(q: Query) -> str:
    """8 where a claim is stated and cannot be read, 9 where metal shares are above the whole value, 0 otherwise."""
    cases = []
    for name in q.columns.claims:
        if q.has(name):
            made = _claim(q, name)
            fine = f"({made}) BETWEEN 0 AND 1" if CLAIMS[name].kind == "share" else f"({made}) IS NOT NULL"
            cases.append(f"WHEN {_text(q, name)} <> '' AND NOT COALESCE({fine}, FALSE) THEN 8")
    metals = [f"COALESCE({_number(q, n)}, 0)" for n in METAL_CLAIMS if q.has(n)]
    if len(metals) > 1:
        cases.append(f"WHEN {' + '.join(metals)} > 1.000000001 THEN 9")
    return f"CASE {' '.join(cases)} ELSE 0 END" if cases else "0"
