"""The second half of the query: from typed rows, joined with the law's tables, to rates, cents and reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from parley.codes import PROGRAMMES
from parley.law.entry_claims import CLAIMS
from parley.law.explain import FIRST_DAY
from parley.law.measure import BASE_PROGRAMMES
from parley.law.products import NO_SOURCE, Duty
from parley.law.shipments.cell_columns import Factor
from parley.law.shipments.claim_classes import METAL_CLAIMS, PREFERENCES, Split
from parley.law.shipments.rejects import PROHIBITED, UNREAD
from parley.law.shipments.shares import FULL, Share
from parley.law.shipments.sql import GUARD, HIGHEST, Query, typed
from parley.law.shipments.tables import COLUMNS
from parley.law.stacking import METALS, WHOLE

_WHOLE = f"CAST({WHOLE!r} AS DOUBLE)"


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
        total = " + ".join(f"COALESCE(c_{n}, 0)" for n in METAL_CLAIMS if n in q.columns.claims)
        return f"CASE WHEN {total} > {_WHOLE} THEN 1 ELSE 0 END"
    if split.kind == "flag":
        party = f" AND {origin}.pref_{split.name} IS NOT NULL" if split.name in PREFERENCES and origin else ""
        return f"CASE WHEN {name} = {'FALSE' if CLAIMS[split.name].default else 'TRUE'}{party} THEN 1 ELSE 0 END"
    passed = [f"CASE WHEN {name} {'>' if above else '>='} {_literal(split, v)} THEN 1 ELSE 0 END" for v, above in split.cuts]  # fmt: skip
    return f"CASE WHEN {name} IS NULL THEN 0 ELSE {' + '.join(['1', *passed])} END"


def _literal(split: Split, value: float) -> str:
    return f"DATE '{date.fromordinal(int(value))}'" if split.kind == "day" else f"CAST({value!r} AS DOUBLE)"


def joined(q: Query, rows: str) -> str:
    """Typed rows with their product, origin, cell and base: equality joins, and one range join on the rule set."""
    p, law, cell = q.prefix, q.law, "iv.cell"
    claimed = ""
    if law.splits and law.tables["claimed"]["key"]:
        code = f"({claim_code(q, law.splits)}) * CAST({law.raw_count} AS BIGINT) + iv.raw"
        claimed = f"LEFT JOIN {p}claimed cc ON cc.key = {code}"
        cell = "COALESCE(cc.cell, iv.cell)"
    if q.dense:
        found = (f"LEFT JOIN {p}calendar cal ON cal.day = LEAST(t.k_day, DATE '{law.last_day}') "
                 f"LEFT JOIN {p}moments iv ON iv.key = rs.rule_set * {law.period_count} + cal.period")  # fmt: skip
    else:
        found = (f"LEFT JOIN {p}intervals iv ON iv.rule_set = rs.rule_set "
                 "AND t.k_day >= iv.start_day AND t.k_day < iv.end_day")  # fmt: skip
    return f"""
SELECT t.*, {_row_columns(q)}
FROM ({rows}) t
LEFT JOIN {p}products p ON p.code = t.k_product AND t.k_day >= p.start_day AND t.k_day < p.end_day
LEFT JOIN {p}origins o ON o.spelled = t.k_origin
LEFT JOIN {p}rule_sets rs ON rs.pair = p.class + o.class
{found}
{claimed}
{f"LEFT JOIN {p}equivalents e ON e.key = p.charged_key + o.partner" if q.floors else ""}
LEFT JOIN {p}cells c ON c.cell = {cell}
LEFT JOIN {p}bases b ON b.key = p.text + {_column(q)}
{f"LEFT JOIN {p}units u ON u.spelled = t.k_unit" if q.has("unit") and q.by_quantity else ""}"""


def _column(q: Query) -> str:
    """Column 2, the claimed preference, or column 1."""
    cases = [f"WHEN t.c_{n} = TRUE AND o.pref_{n} IS NOT NULL THEN o.pref_{n}" for n in PREFERENCES if n in q.columns.claims]  # fmt: skip
    return f"CASE WHEN t.k_day >= o.column_2_day THEN 1 {' '.join(cases)} ELSE 0 END"


def _row_columns(q: Query) -> str:
    """What later steps need of the joined tables."""
    left_out = ("cell", "unit_dimension", "unit_size", "lieu", "lieu_programme", *_unused(q))
    parts = [f"c.{n} AS x_{n}" for n in q.law.tables["cells"] if n not in left_out]
    parts += ["c.cell AS x_cell", "p.code IS NULL AS x_no_product", "o.spelled IS NULL AS x_no_origin",
              "o.class IS NULL AS x_self", "o.place AS x_origin", *_base_columns(q)]  # fmt: skip
    if q.floors:
        parts.append("CASE WHEN b.programme = 0 THEN COALESCE(e.rate, p.charged) END AS x_charged")
    if q.by_quantity:
        parts += ["b.rate AS x_base_rate", "b.specific AS x_base_specific", f"{_units(q, 'b')} AS x_base_units",
                  f"{_units(q, 'c')} AS x_units"]  # fmt: skip
    return ", ".join(parts)


def _base_columns(q: Query) -> list[str]:
    """The base of a row: the rate that its cell puts in lieu of it, whatever the schedule's text, else the schedule's."""
    made = {"plain": "b.plain", "unknown": "b.unknown", "programme": "b.programme"}
    by_quantity = "b.specific <> 0"
    if any(v is not None for v in q.law.tables["cells"]["lieu"]):
        made = {"plain": "COALESCE(c.lieu, b.plain)", "unknown": "CASE WHEN c.lieu IS NULL THEN b.unknown END",
                "programme": "COALESCE(c.lieu_programme, b.programme)"}  # fmt: skip
        by_quantity += " AND c.lieu IS NULL"
    return [*(f"{sql} AS x_base_{name}" for name, sql in made.items()), f"{by_quantity} AS x_by_quantity"]


def _unused(q: Query) -> set[str]:
    """Columns of the cells that this query does not ask for: programmes, unless they are asked for or capped."""
    if q.programmes or q.law.form.caps:
        return set()
    return {f"add_{p}_{j}" for p in q.law.form.programmes for j in range(len(q.law.form.factors))}


def _units(q: Query, table: str) -> str:
    """Units of the duty per dollar of value: claimed as a unit value, or quantity over value in the duty's own unit."""
    quantity = "t.k_quantity / t.k_value" if q.has("quantity") else "CAST(NULL AS DOUBLE)"
    if q.has("unit") and q.has("quantity"):
        quantity = (f"CASE WHEN t.k_unit IS NULL OR t.k_unit = '' THEN {quantity} "
                    f"WHEN u.dimension = {table}.unit_dimension THEN {quantity} * u.size / {table}.unit_size END")  # fmt: skip
    if not q.has("unit_value"):
        return f"CASE WHEN t.k_value > 0 THEN {quantity} END"
    return f"CASE WHEN t.k_unit_value IS NOT NULL THEN 1.0 / t.k_unit_value WHEN t.k_value > 0 THEN {quantity} END"


def rated(q: Query, rows: str) -> str:
    """Joined rows with y_base, shares and duties, then factors, then totals, then programmes, then caps."""
    form, units = q.law.form, "x_units" if q.by_quantity else "CAST(NULL AS DOUBLE)"
    base = "x_base_plain"
    if q.by_quantity:
        base = "CASE WHEN x_by_quantity THEN x_base_rate + x_base_specific * x_base_units ELSE x_base_plain END"
    first = {"y_exact": base} if q.floors else {"y_base": base}
    steps = [
        {**first,
         **{f"y_share_{j}": share_sql(q, s) for j, s in enumerate(form.shares)},
         **{f"y_duty_{j}": duty_sql(d, units) for j, d in enumerate(form.duties)}},
        {f"y_factor_{j}": _factor(q, f, units) for j, f in enumerate(form.factors) if j}
        | ({"y_base": _against_floors(q, units)} if q.floors else {}),
        {f"y_total{j}": _slot(q, f"total{j}", "y_base", ">", units) for j in range(form.totals)},
        {f"y_plain_{n}": _programme(q, n) for n in form.programmes if q.programmes or form.caps},
        {f"y_cap{j}": _slot(q, f"cap{j}", f"y_base + {_peers(q, j)}", "<", units) for j in range(form.caps)},
    ]  # fmt: skip
    for step in steps:
        if step:
            rows = f"SELECT *, {', '.join(f'{sql} AS {name}' for name, sql in step.items())} FROM ({rows}) j"
    return rows


def share_sql(q: Query, s: Share) -> str:
    """A share function (shares.Share.value) of the row's claims."""
    made = {m: f"{m}_share" in q.columns.claims for m in METALS}
    given = {m: f"COALESCE(c_{m}_share, 0.0)" if made[m] else "0.0" for m in METALS}
    left = f"(1.0 - ({' + '.join(given.values())}))"
    rest = f"CASE WHEN {left} > 1.0 - {_WHOLE} THEN {left} ELSE 0.0 END"

    def content(least: float) -> str:
        held = "us_content" in q.columns.claims
        return f"(1.0 - CASE WHEN c_us_content >= {least!r} THEN c_us_content ELSE 0.0 END)" if held else "1.0"

    own = {"full": "1.0", "rest": rest, "content": content(s.least), **given}[s.own]
    covered = " + ".join([*(given[m] for m in s.metals), *([f"{s.rest!r} * {rest}"] if s.rest else [])]) or "0.0"
    covered = f"CASE WHEN {covered} > {_WHOLE} THEN 1.0 ELSE {covered} END"
    if s.content is not None:
        covered = f"GREATEST({covered}, {content(s.content)})"
    return f"{own} * (1.0 - {covered})"


def duty_sql(duty: Duty, units: str) -> str:
    """A greatest-of or least-of duty at the row's units per dollar; null where it needs them and they are unknown."""

    def value(d: Duty) -> str:
        if d.extreme:
            return f"{'GREATEST' if d.extreme == 'max' else 'LEAST'}({', '.join(value(p) for p in d.parts)})"
        per_unit = sum(amount for amount, _ in d.specific)
        return f"({d.ad_valorem!r} + {per_unit!r} * {units})" if d.specific else repr(d.ad_valorem)

    return value(duty) if duty.is_ad_valorem else f"CASE WHEN {units} IS NOT NULL THEN {value(duty)} END"


def _factor(q: Query, f: Factor, units: str) -> str:
    """A factor of the row: its share times its kind."""
    share = "" if f.share == FULL else f"y_share_{q.law.form.shares.index(f.share)}"
    kind = f"y_duty_{q.law.form.duties.index(f.duty)}" if f.duty else units if f.kind == "units" else ""
    return " * ".join(part for part in (kind, share) if part) or "1.0"


def _sum_of(q: Query, prefix: str) -> str:
    """Σ coefficient · factor. A factor whose coefficient is 0 is left out, even where it is not known."""
    terms = []
    for j in range(len(q.law.form.factors)):
        name = f"x_{prefix}_{j}"
        if any(q.law.tables["cells"][name[2:]]):
            terms.append(name if not j else f"CASE WHEN {name} <> 0 THEN {name} * y_factor_{j} ELSE 0.0 END")
    return " + ".join(terms) or "0.0"


def _programme(q: Query, name: str) -> str:
    """What a programme adds before caps."""
    terms, place = [_sum_of(q, f"add_{name}")], q.law.form.programmes.index(name)
    for j in range(q.law.form.totals):
        if place in q.law.tables["cells"][f"total{j}_programme"]:
            terms.append(f"CASE WHEN x_total{j}_programme = {place} THEN y_total{j} ELSE 0.0 END")
    return " + ".join(terms)


def _against_floors(q: Query, units: str) -> str:
    """The base as stated; where it is unknown and no quantity is, its estimate below totals of the whole value (floor_of)."""
    form = q.law.form
    totals = [_rate_and_share(q, f"total{j}", units) for j in range(form.totals)]
    shares = {
        f"total{j}": f"CASE WHEN ({rate}) = 0 THEN 0.0 ELSE COALESCE({share}, 0.0) END"
        for j, (rate, share) in enumerate(totals)
    }
    whole = f"abs({' + '.join(shares.values())} - 1.0) <= {1 - WHOLE!r}"
    above = [f"({shares[f'total{j}']} = 0 OR ({rate}) >= x_charged)" for j, (rate, _) in enumerate(totals)]
    caps = [f"COALESCE({_rate_and_share(q, f'cap{j}', units)[1]}, 0.0) = 0" for j in range(form.caps)]
    stated = " OR ".join([f"{q.raw(r)} IS NOT NULL" for r in ("quantity", "unit_value") if q.has(r)]) or "FALSE"
    silent = f"(x_base_unknown = 1 OR NOT ({stated}))"
    holds = " AND ".join([silent, whole, *above, *caps])
    return f"CASE WHEN y_exact IS NOT NULL THEN y_exact WHEN {holds} THEN x_charged END"


def _rate_and_share(q: Query, slot: str, units: str) -> tuple[str, str]:
    """The rate and the share of a total or cap."""
    cells, form = q.law.tables["cells"], q.law.form
    rate = f"x_{slot}_rate"
    if any(cells[f"{slot}_specific"]):
        rate = f"CASE WHEN x_{slot}_specific <> 0 THEN {rate} + x_{slot}_specific * {units} ELSE {rate} END"
    if form.duties and max(cells[f"{slot}_duty"]) >= 0:
        cases = "".join(f" WHEN {j} THEN y_duty_{j}" for j in range(len(form.duties)))
        rate = f"CASE x_{slot}_duty{cases} ELSE {rate} END"
    share = f"x_{slot}_share"
    if form.shares and max(cells[f"{slot}_of"]) >= 0:
        cases = "".join(f" WHEN {j} THEN y_share_{j}" for j in range(len(form.shares)))
        share = f"{share} * CASE x_{slot}_of{cases} ELSE 1.0 END"
    return rate, share


def _slot(q: Query, slot: str, below: str, sign: str, units: str) -> str:
    """A total or cap: (rate − what it tops up or caps), where that has the right sign, times its share."""
    rate, share = _rate_and_share(q, slot, units)
    room = f"(({rate}) - ({below}))"
    return f"CASE WHEN x_{slot}_share IS NULL THEN 0.0 WHEN {room} {sign} 0 THEN {room} * {share} WHEN {room} IS NOT NULL THEN 0.0 END"


def _peers(q: Query, j: int) -> str:
    cases = "".join(f" WHEN {k} THEN y_plain_{n}" for k, n in enumerate(q.law.form.programmes))
    return f"CASE x_cap{j}_programme{cases} END"


def programme_rate(q: Query, name: str) -> str:
    """What a programme adds, caps included; the base counts for its own."""
    form = q.law.form
    place = form.programmes.index(name) if name in form.programmes else None
    terms = [] if place is None else [f"y_plain_{name}"]
    if place is not None:
        terms += [f"CASE WHEN x_cap{j}_programme = {place} THEN y_cap{j} ELSE 0.0 END" for j in range(form.caps)]
    if name in BASE_PROGRAMMES:
        terms.append(f"CASE WHEN x_base_programme = {BASE_PROGRAMMES.index(name)} THEN y_base ELSE 0.0 END")
    return " + ".join(terms) or "0.0"


def judged(q: Query, source: str) -> str:
    """The rows of a source with z_added, z_reject (0 or a number of rejects.REASONS) and z_cents (null if rejected)."""
    rows = rated(q, joined(q, typed(q, source)))
    form = q.law.form
    slots = [*(f"y_total{j}" for j in range(form.totals)), *(f"y_cap{j}" for j in range(form.caps))]
    added = " + ".join(["CAST(0 AS DOUBLE)", _sum_of(q, "add"), *slots])
    if any(q.law.tables["cells"]["unknown"]):
        added = f"CASE WHEN x_unknown IS NULL THEN {added} END"
    first = f"SELECT *, {added} AS z_added FROM ({rows}) r"
    second = f"SELECT *, {_reject(q)} AS z_reject FROM ({first}) a"
    y = "k_value * (y_base + z_added) * 100.0"
    cents = f"CAST(floor({y} + 0.5 + {GUARD.format(y=y)}) AS BIGINT)"
    return f"SELECT *, CASE WHEN z_reject = 0 THEN {cents} END AS z_cents FROM ({second}) v"


def _reject(q: Query) -> str:
    """The first reason to reject a row; most rows have none, which one test finds."""
    if q.refused:
        return "15"
    value = f"k_value > 0 AND k_value < {HIGHEST}"
    stated = " OR ".join([f"{q.raw(r)} IS NOT NULL" for r in ("quantity", "unit_value") if q.has(r)]) or "FALSE"
    positive = " OR ".join([f"k_{r} IS NOT NULL" for r in ("quantity", "unit_value") if q.has(r)]) or "FALSE"
    allowed = f" AND k_day <= DATE '{q.until}'" if q.until else ""
    later = f" WHEN k_day > DATE '{q.until}' THEN {UNREAD}" if q.until else ""
    if any(q.law.tables["cells"]["prohibited"]):
        allowed, banned = allowed + " AND x_prohibited IS NULL", f" WHEN x_prohibited IS NOT NULL THEN {PROHIBITED}"
    else:
        banned = ""
    return f"""CASE WHEN x_cell IS NOT NULL{allowed} AND y_base IS NOT NULL AND z_added IS NOT NULL AND {value} AND k_bad = 0 THEN 0
 WHEN k_day IS NULL THEN 4 WHEN k_day < DATE '{FIRST_DAY}' THEN 5{later}
 WHEN x_no_origin THEN 2 WHEN x_self THEN 3 WHEN x_no_product THEN 1 WHEN NOT COALESCE({value}, FALSE) THEN 6
 WHEN k_bad <> 0 THEN k_bad{banned} WHEN x_base_unknown = 1 THEN 10 WHEN x_base_unknown = 2 THEN 17
 WHEN x_by_quantity AND y_base IS NULL THEN CASE WHEN {positive} THEN 12 WHEN {stated} THEN 7 ELSE 11 END
 WHEN x_unknown LIKE '%{NO_SOURCE}' THEN 18 WHEN x_unknown IS NOT NULL THEN 14 ELSE 13 END"""


__all__ = ["COLUMNS", "PROGRAMMES", "claim_code", "joined", "judged", "programme_rate", "rated"]
