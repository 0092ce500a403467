"""The second half of the query: from typed rows, joined with the law's tables, to rates, duties and reasons."""

from __future__ import annotations

from collections.abc import Sequence

from parley.law.claims import CLAIMS
from parley.law.explain import FIRST_DAY
from parley.law.preferences import AGREEMENTS
from parley.law.shipments.claim_classes import METAL_CLAIMS, PREFERENCES, Split
from parley.law.shipments.shares import Share
from parley.law.shipments.sql import GUARD, Query
from parley.law.shipments.tables import BASE_PROGRAMMES, COLUMNS
from parley.law.stacking import METALS


def claim_code(q: Query, splits: Sequence[Split], origin: str = "o") -> str:
    """The class of a row's claims as one number (claim_classes.code_of); preferences count for their parties only."""
    terms, weight = [], 1
    for split in splits:
        terms.append(f"{weight} * ({_place(q, split, origin)})")
        weight *= split.size
    return " + ".join(terms) if terms else "0"


def _place(q: Query, split: Split, origin: str) -> str:
    name = f"c_{split.name}"
    if split.kind == "sum":
        total = " + ".join(f"COALESCE(c_{n}, 0)" for n in METAL_CLAIMS if q.has(n))
        return f"CASE WHEN {total} >= 0.999999999 THEN 1 ELSE 0 END"
    if split.kind == "flag":
        party = f" AND {origin}.pref_{split.name} IS NOT NULL" if split.name in PREFERENCES and origin else ""
        return f"CASE WHEN {name} = {'FALSE' if CLAIMS[split.name].default else 'TRUE'}{party} THEN 1 ELSE 0 END"
    passed = [f"CASE WHEN {name} {'>' if above else '>='} {_literal(split, v)} THEN 1 ELSE 0 END" for v, above in split.cuts]  # fmt: skip
    return f"CASE WHEN {name} IS NULL THEN 0 ELSE {' + '.join(['1', *passed])} END"


def _literal(split: Split, value: float) -> str:
    from datetime import date

    return f"DATE '{date.fromordinal(int(value))}'" if split.kind == "day" else repr(value)


def joined(q: Query, rows: str) -> str:
    """Typed rows with their product, origin, cell and base."""
    p = q.prefix
    cell = "iv.cell"
    claimed = ""
    if q.law.splits and q.law.tables["claimed"]["raw"]:
        code = claim_code(q, q.law.splits)
        claimed = f"LEFT JOIN {p}claimed cc ON cc.raw = iv.raw AND cc.code = {code}"
        cell = "COALESCE(cc.cell, iv.cell)"
    return f"""
SELECT t.*, {_row_columns(q)}
FROM ({rows}) t
LEFT JOIN {p}products p ON p.code = t.k_product AND t.k_day >= p.start_day AND t.k_day < p.end_day
LEFT JOIN {p}origins o ON o.spelled = t.k_origin
LEFT JOIN {p}rule_sets rs ON rs.product_class = p.class AND rs.origin_class = o.class
LEFT JOIN {p}intervals iv ON iv.rule_set = rs.rule_set AND t.k_day >= iv.start_day AND t.k_day < iv.end_day
{claimed}
LEFT JOIN {p}cells c ON c.cell = {cell}
LEFT JOIN {p}bases b ON b.key = p.text * {COLUMNS} + {_column(q)}
{f"LEFT JOIN {p}units u ON u.spelled = t.k_unit" if q.has("unit") else ""}"""


def _column(q: Query) -> str:
    """Column 2, the claimed preference, or column 1."""
    cases = [f"WHEN t.c_{n} = TRUE AND o.pref_{n} IS NOT NULL THEN o.pref_{n}" for n in PREFERENCES if n in q.columns.claims]  # fmt: skip
    return f"CASE WHEN o.column2 THEN 1 {' '.join(cases)} ELSE 0 END"


def _row_columns(q: Query) -> str:
    """What later steps need of the joined tables."""
    numbers = [n for n in q.law.tables["cells"] if n not in ("cell", "unit_dimension", "unit_size")]
    parts = [f"c.{n} AS x_{n}" for n in numbers]
    parts += ["p.code IS NULL AS x_no_product", "o.spelled IS NULL AS x_no_origin", "o.class IS NULL AS x_self",
              "o.iso AS x_origin", "b.rate AS x_base_rate", "b.specific AS x_base_specific", "b.unknown AS x_base_unknown",
              "b.programme AS x_base_programme", "b.specific <> 0 AS x_by_quantity"]  # fmt: skip
    parts.append(f"{_units_per_dollar(q, 'b')} AS x_base_units")
    parts.append(f"{_units_per_dollar(q, 'c')} AS x_units")
    parts.append(f"{_unit_fits(q)} AS x_unit_fits")
    return ", ".join(parts)


def _units_per_dollar(q: Query, table: str) -> str:
    """Units of the duty per dollar of value: claimed as a unit value, or quantity over value in the duty's own unit."""
    quantity = "t.k_quantity / t.k_value"
    if q.has("unit"):
        quantity = (f"CASE WHEN t.k_unit IS NULL OR t.k_unit = '' THEN {quantity} "
                    f"WHEN u.dimension = {table}.unit_dimension THEN {quantity} * u.size / {table}.unit_size END")  # fmt: skip
    return f"CASE WHEN t.k_unit_value IS NOT NULL THEN 1.0 / t.k_unit_value ELSE {quantity} END"


def _unit_fits(q: Query) -> str:
    if not q.has("unit"):
        return "TRUE"
    return "t.k_quantity IS NULL OR t.k_unit IS NULL OR t.k_unit = '' OR COALESCE(u.dimension = b.unit_dimension, FALSE)"


def rated(q: Query, rows: str) -> str:
    """Joined rows with y_base and the shares of value, then totals, then programmes: one step each."""
    base = "x_base_rate + CASE WHEN x_by_quantity THEN x_base_specific * x_base_units ELSE 0 END"
    shares = "".join(f", {_share(q, s)} AS y_share_{j}" for j, s in enumerate(q.law.shares))
    first = f"SELECT *, {base} AS y_base{shares} FROM ({rows}) j"
    slots = "".join(f", {_total(q, j)} AS y_total{j}" for j in range(q.law.totals))
    second = f"SELECT *{slots} FROM ({first}) b" if slots else first
    programmes = "".join(f", {_programme(q, n)} AS y_{n}_plain" for n in q.law.programmes)
    third = f"SELECT *{programmes} FROM ({second}) t"
    if not q.law.caps:
        return third
    caps = "".join(f", {_cap(q, j)} AS y_cap{j}" for j in range(q.law.caps))
    return f"SELECT *{caps} FROM ({third}) p"


def _share(q: Query, s: Share) -> str:
    """A share function (shares.Share.value) of the row's claims."""
    given = {m: f"COALESCE(c_{m}_share, 0)" if q.has(f"{m}_share") else "0" for m in METALS}
    rest = f"GREATEST(0.0, 1.0 - ({' + '.join(given.values())}))"

    def content(least: float) -> str:
        return f"(1.0 - CASE WHEN c_us_content >= {least!r} THEN c_us_content ELSE 0.0 END)" if q.has("us_content") else "1.0"  # fmt: skip

    own = {"full": "1.0", "rest": rest, "content": content(s.least), **given}[s.own]
    covered = " + ".join([*(given[m] for m in s.metals), *([f"{s.rest!r} * {rest}"] if s.rest else [])]) or "0.0"
    covered = f"LEAST(1.0, {covered})"
    if s.content is not None:
        covered = f"GREATEST({covered}, {content(s.content)})"
    return f"{own} * (1.0 - {covered})"


def _of(q: Query, slot: str) -> str:
    """The share of a slot: its coefficient by its share function."""
    cases = "".join(f" WHEN {j} THEN y_share_{j}" for j in range(len(q.law.shares)))
    return f"x_{slot}_share * CASE x_{slot}_of{cases} ELSE 1.0 END" if cases else f"x_{slot}_share"


def _slot_rate(slot: str) -> str:
    return f"(x_{slot}_rate + CASE WHEN x_{slot}_specific <> 0 THEN x_{slot}_specific * x_units ELSE 0 END)"


def _total(q: Query, j: int) -> str:
    slot = f"total{j}"
    room = f"({_slot_rate(slot)} - y_base)"
    return f"CASE WHEN x_{slot}_share IS NULL THEN 0.0 WHEN {room} > 0 THEN {room} * {_of(q, slot)} ELSE {room} * 0.0 END"


def _programme(q: Query, name: str) -> str:
    """What a programme adds before caps."""
    terms = [f"x_add_{name}", *(f"x_add_{name}_{j} * y_share_{j}" for j in range(len(q.law.shares)))]
    if any(q.law.tables["cells"][f"specific_{name}"]):
        terms.append(f"CASE WHEN x_specific_{name} <> 0 THEN x_specific_{name} * x_units ELSE 0 END")
    place = q.law.programmes.index(name)
    for j in range(q.law.totals):
        if place in q.law.tables["cells"][f"total{j}_programme"]:
            terms.append(f"CASE WHEN x_total{j}_programme = {place} THEN y_total{j} ELSE 0 END")
    return " + ".join(terms)


def _cap(q: Query, j: int) -> str:
    slot = f"cap{j}"
    peers = "".join(f" WHEN {k} THEN y_{n}_plain" for k, n in enumerate(q.law.programmes))
    room = f"({_slot_rate(slot)} - y_base - CASE x_{slot}_programme{peers} END)"
    return f"CASE WHEN x_{slot}_share IS NULL THEN 0.0 WHEN {room} < 0 THEN {room} * {_of(q, slot)} ELSE {room} * 0.0 END"


def programme_rate(q: Query, name: str) -> str:
    """What a programme adds, caps included; the base counts for its own."""
    place = q.law.programmes.index(name) if name in q.law.programmes else None
    terms = [] if place is None else [f"y_{name}_plain"]
    if place is not None:
        terms += [f"CASE WHEN x_cap{j}_programme = {place} THEN y_cap{j} ELSE 0 END" for j in range(q.law.caps)]
    if name in BASE_PROGRAMMES:
        terms.append(f"CASE WHEN x_base_programme = '{name}' THEN y_base ELSE 0 END")
    return " + ".join(terms) or "0.0"


def judged(q: Query, rows: str) -> str:
    """Rated rows with z_added, z_rate, z_reject (0 or a number of sql.REASONS) and z_cents (null where rejected)."""
    added = " + ".join([*(f"y_{n}_plain" for n in q.law.programmes), *(f"y_cap{j}" for j in range(q.law.caps))]) or "0.0"
    first = f"SELECT *, CASE WHEN x_unknown IS NULL THEN {added} END AS z_added FROM ({rows}) r"
    second = f"SELECT *, {_reject()} AS z_reject FROM ({first}) a"
    value = "floor(k_value + 0.5)" if q.whole_dollars else "k_value"
    y = f"{value} * (y_base + z_added) * 100.0"
    cents = f"CAST(floor({y} + 0.5 + {GUARD.format(y=y)}) AS BIGINT)"
    return f"SELECT *, CASE WHEN z_reject = 0 THEN {cents} END AS z_cents FROM ({second}) v"


def _reject() -> str:
    """The first reason to reject a row, in the order of sql.REASONS."""
    value = "COALESCE(k_value > 0 AND k_value < 1e300, FALSE)"
    return f"""CASE WHEN k_day IS NULL THEN 4 WHEN k_day < DATE '{FIRST_DAY}' THEN 5
 WHEN x_no_origin THEN 2 WHEN x_self THEN 3 WHEN x_no_product THEN 1 WHEN NOT {value} THEN 6 WHEN k_bad <> 0 THEN k_bad
 WHEN x_base_unknown IS NOT NULL THEN 10
 WHEN x_by_quantity AND x_base_units IS NULL AND NOT ({"x_unit_fits"}) THEN 12
 WHEN x_by_quantity AND x_base_units IS NULL THEN 11
 WHEN x_unknown IS NOT NULL THEN 14 WHEN z_added IS NULL OR y_base IS NULL THEN 13 ELSE 0 END"""


__all__ = ["AGREEMENTS", "claim_code", "joined", "judged", "programme_rate", "rated"]
