"""What a run shows of judged rows: the file's own columns, the six of the result, programmes and fees; and their sums."""

from __future__ import annotations

from collections.abc import Sequence

from parley.codes import PROGRAMMES, countries
from parley.law.measure import BASE_PROGRAMMES
from parley.law.shipments.fees import hmf_sql, mpf_sql
from parley.law.shipments.rejects import reason_sql
from parley.law.shipments.sql import Query
from parley.law.shipments.sql_duty import programme_rate

RESULT = ("duty_rate", "base_rate", "added_rate", "duty", "measures", "reject_reason")
SHOWN_FOUND = 80  # characters of what was found


def rounded(sql: str) -> str:
    """A rate to twelve digits, as the acts write it: 0.3, not 0.30000000000000004."""
    return f"floor(({sql}) * 1e12 + 0.5) / 1e12"


def result_columns(q: Query, fees: bool = False, mode: str | None = None) -> dict[str, str]:
    """The columns of the result in order, each with its expression over judged rows."""
    made = {
        "duty_rate": f"CASE WHEN z_reject = 0 THEN {rounded('y_base + z_added')} END",
        "base_rate": rounded("y_base"),
        "added_rate": f"CASE WHEN x_cell IS NOT NULL THEN {rounded('z_added')} END",
        "duty": "z_cents / CAST(100 AS DOUBLE)",
        "measures": "CASE WHEN z_reject = 0 THEN x_measures END",
        "reject_reason": f"CASE WHEN z_reject <> 0 THEN {reason_sql('z_reject', found_sql(q))} END",
    }
    if q.refused:  # the rates are those of another destination
        made |= dict.fromkeys(("base_rate", "added_rate"), "CAST(NULL AS DOUBLE)")
    if q.programmes:
        made |= {f"rate_{n}": f"CASE WHEN z_reject = 0 THEN {rounded(programme_rate(q, n))} END" for n in PROGRAMMES}
    if fees:
        places = {iso: j for j, iso in enumerate(countries())}
        made |= {"mpf": mpf_sql(q, places), "hmf": hmf_sql(q, mode)}
    return made


def own_columns(names: Sequence[str], taken: Sequence[str]) -> dict[str, str]:
    """The file's own columns in the output, and inside the query; one of a result's name, in capitals or not, gives way."""
    result, made = {n.lower() for n in taken}, {}
    used = result | {n.lower() for n in names}
    for j, name in enumerate(names):
        shown = name
        while shown.lower() in (result if shown == name else used):
            shown += "_input"
        used.add(shown.lower())
        made[shown] = f"u{j}"
    return made


def found_sql(q: Query) -> str:
    """What was found in the column at fault, by reason."""
    stated = [f"CASE WHEN {q.raw(n)} IS NOT NULL THEN concat('{n}=', CAST({q.raw(n)} AS STRING)) END"
              for n in q.columns.claims if q.has(n)]  # fmt: skip
    claims = f"concat_ws('; ', {', '.join(stated)})" if stated else "''"
    day = f"'{q.on}'" if q.on else _as_text(q, "entry_date")
    by_role = {"product": _as_text(q, "product"), "origin": _as_text(q, "origin"), "entry_date": day,
               "value": _as_text(q, "value"), "quantity": _as_text(q, "quantity"), "unit": _as_text(q, "unit"),
               "claim": claims, "destination": _as_text(q, "destination")}  # fmt: skip
    from parley.law.shipments.rejects import REASONS

    cases = " ".join(f"WHEN {k} THEN {by_role[r.role]}" for k, r in REASONS.items() if r.role in by_role)
    return f"substr(COALESCE(CASE z_reject {cases} END, ''), 1, {SHOWN_FOUND})"


def _as_text(q: Query, role: str) -> str:
    return f"CAST({q.raw(role)} AS STRING)" if q.has(role) else "''"


def sums_sql(q: Query, rows: str, cells: str) -> str:
    """Rows, rejects, value, cents and programmes (dollars before rounding) by origin and month of entry.

    Sums are taken by cell first: Σ value · factor for each factor of the form, then the cell's own coefficients.
    """
    form = q.law.form
    parts = {f"f{j}": f"y_factor_{j}" for j in range(1, len(form.factors))}
    parts |= {f"t{j}": f"y_total{j}" for j in range(form.totals)} | {f"p{j}": f"y_cap{j}" for j in range(form.caps)}
    fine = "CASE WHEN z_reject = 0 THEN {} END"
    sums = "".join(f", COALESCE(sum({fine.format(f'k_value * {y}')}), 0) AS {n}" for n, y in parts.items())
    inner = f"""SELECT COALESCE(x_origin, -1) AS o, COALESCE(year(k_day) * 12 + month(k_day), -1) AS m, x_cell,
 x_base_programme AS bp, count(*) AS n, sum(CASE WHEN z_reject <> 0 THEN 1 ELSE 0 END) AS r, COALESCE(sum(z_cents), 0) AS c,
 COALESCE(sum({fine.format("k_value")}), 0) AS f0, COALESCE(sum({fine.format("k_value * y_base")}), 0) AS b{sums}
 FROM {rows} GROUP BY 1, 2, 3, 4"""
    by_programme = ", ".join(f"sum({_programme_sum(q, n)}) AS {n}" for n in PROGRAMMES)
    return f"""SELECT o, m, sum(n), sum(r), sum(f0), sum(c), {by_programme} FROM ({inner}) g
 LEFT JOIN {cells} c ON c.cell = g.x_cell GROUP BY o, m ORDER BY o, m"""


def _programme_sum(q: Query, name: str) -> str:
    form, terms = q.law.form, []
    if name in form.programmes:
        place, cells = form.programmes.index(name), q.law.tables["cells"]
        terms += [
            f"COALESCE(c.add_{name}_{j}, 0) * f{j}" for j in range(len(form.factors)) if any(cells[f"add_{name}_{j}"])
        ]
        terms += [f"CASE WHEN c.total{j}_programme = {place} THEN t{j} ELSE 0.0 END" for j in range(form.totals)]
        terms += [f"CASE WHEN c.cap{j}_programme = {place} THEN p{j} ELSE 0.0 END" for j in range(form.caps)]
    if name in BASE_PROGRAMMES:
        terms.append(f"CASE WHEN bp = {BASE_PROGRAMMES.index(name)} THEN b ELSE 0.0 END")
    return " + ".join(terms) or "0.0"


def kept_columns(q: Query) -> Sequence[str]:
    """The inner columns that sums and rejects need of a piece beside what is shown."""
    form = q.law.form
    parts = [f"y_factor_{j}" for j in range(1, len(form.factors))] + [f"y_total{j}" for j in range(form.totals)]
    parts += [f"y_cap{j}" for j in range(form.caps)]
    return ("z_reject", "z_cents", "k_value", "k_day", "y_base", "x_origin", "x_cell", "x_base_programme", *parts)
