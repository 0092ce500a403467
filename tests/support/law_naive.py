"""Naive SQL, the oracle of tests: every measure against every line, written from decisions/0002, not from the compiled form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from parley.law.measure import Measure
from parley.law.stacking import METALS, WHOLE


def naive(
    rows: Sequence[Measure], lines: Sequence[tuple], bases: Sequence[tuple[float | None, float | None]], con: Any
) -> list[tuple[float | None, float | None]]:
    """Base and additions of every line by plain SQL: every measure against every line, no classes, no rule sets.

    One column a measure for covers, wins and net share; written from decisions/0002, not from the compiled form.
    bases: the base where the schedule and the line's quantity give it, and the share of value that was charged in 2024.
    A base that is not given is that share where no cap applies and the rate at it is the rate at a base of nothing.
    A row that replaces the base and wins its layer is the base: the first in precedence, where several do.
    """
    rows = [m for m in rows if m.combine != "ban"]  # a ban adds nothing and gives way to nothing
    if not rows:
        return [(base, 0.0) for base, _ in bases]
    steps = [{f"m{j}_covers": _covers(m) for j, m in enumerate(rows)}]
    steps.append({f"m{j}_wins": _wins(rows, j) for j in range(len(rows))})
    steps.append(_metals(rows))
    steps += [{f"m{j}_net": _net(rows, j)} for j in _outward(rows)]
    steps.append({f"m{j}_rate": _rate(m) for j, m in enumerate(rows)})
    numbers = range(len(rows))
    for base in ("nothing", "charged", "base"):
        if base == "base":
            steps.append({"base": _base(rows)})
        steps.append({f"m{j}_adds_{base}": _adds(rows, j, base) for j in numbers})
        steps.append({f"m{j}_gives_{base}": _gives(rows, j, base) for j in numbers})
    _read(lines, bases, con)
    sql = "lines"
    for step in steps:
        sql = f"(SELECT *, {', '.join(f'{x} AS {n}' for n, x in step.items())} FROM {sql} s)"
    return con.execute(f"SELECT base, CAST({_sum(rows, 'base')} AS DOUBLE) FROM {sql} s ORDER BY n").fetchall()


def forbidden(rows: Sequence[Measure], lines: Sequence[tuple], con: Any) -> list[bool]:
    """Whether a ban covers each line: every ban against every line."""
    _read(lines, [(None, None)] * len(lines), con)
    any_ban = " OR ".join(f"({_covers(m)})" for m in rows if m.combine == "ban") or "FALSE"
    return [bool(v) for (v,) in con.execute(f"SELECT {any_ban} FROM lines ORDER BY n").fetchall()]


def _read(lines: Sequence[tuple], bases: Sequence[tuple[float | None, float | None]], con: Any) -> None:
    """The lines as a table."""
    con.execute("DROP TABLE IF EXISTS lines; CREATE TABLE lines (n INTEGER, product VARCHAR, origin VARCHAR, day DATE, value DOUBLE, "
                "quantity DOUBLE, usmca BOOLEAN, us_content DOUBLE, steel DOUBLE, aluminium DOUBLE, loaded DATE, exact DOUBLE, "
                "charged DOUBLE, nothing DOUBLE)")  # fmt: skip
    cells = [(int(x[0]), x[1], x[2], x[3], float(x[4]), *(float(v) if v else None for v in (x[5],)), x[6] == "true",
              *(float(v) if v else None for v in x[7:10]), x[10] or None, *b, 0.0)
             for x, b in zip(lines, bases, strict=True)]  # fmt: skip
    con.executemany(f"INSERT INTO lines VALUES ({', '.join('?' * 14)})", cells)


def _sum(rows: Sequence[Measure], base: str) -> str:
    return " + ".join(f"m{j}_gives_{base}" for j in range(len(rows)))


def _base(rows: Sequence[Measure]) -> str:
    caps = " OR ".join(f"({_applies(rows, j)} AND m{j}_net > 0)" for j, m in enumerate(rows) if m.combine == "cap")
    same = f"abs({_sum(rows, 'nothing')} - (charged + {_sum(rows, 'charged')})) < 1e-9"
    instead = " ".join(
        f"WHEN m{j}_wins THEN CAST({m.rate} AS DOUBLE)" for j, m in enumerate(rows) if m.combine == "replace"
    )
    stated = f"CASE {instead} ELSE exact END" if instead else "exact"
    return f"COALESCE({stated}, CASE WHEN {same} AND NOT ({caps or 'FALSE'}) THEN charged END)"


def _in(names: Sequence[str]) -> str:
    members = {"DEU"} if "EUU" in names else set()
    listed = ", ".join(f"'{n}'" for n in sorted({*names, *members}))
    return "TRUE" if "*" in names else f"origin IN ({listed})" if names else "FALSE"


def _covers(m: Measure) -> str:
    inside = " OR ".join("TRUE" if p == "*" else f"product LIKE '{p}%'" for p in m.products)
    outside = " OR ".join(f"product LIKE '{p}%'" for p in m.products_except) or "FALSE"
    usmca = "(usmca AND origin IN ('CAN', 'MEX'))"
    when = {"usmca": usmca, "loaded": "COALESCE(loaded < DATE '2025-04-05', FALSE)"}
    parts = [
        f"({inside})",
        f"NOT ({outside})",
        _in(m.origins),
        f"NOT ({_in(m.origins_except)})",
        f"day >= DATE '{m.start}'",
    ]
    parts += [f"day < DATE '{m.end}'"] if m.end else []
    parts += [when[n] for n in m.when] + ["NOT (COALESCE(us_content, 0) >= 0.3)" for _ in m.unless]
    return " AND ".join(parts)


def _order(m: Measure) -> tuple:
    return -m.rank, m.combine != "zero", -(m.rate or 0.0), m.id


def _wins(rows: Sequence[Measure], j: int) -> str:
    """Whether a row wins its layer and, where it replaces the base, is the first of those that do."""
    won = _wins_layer(rows, j)
    if rows[j].combine == "replace":
        before = (k for k, m in enumerate(rows) if m.combine == "replace" and _order(m) < _order(rows[j]))
        won += "".join(f" AND NOT ({_wins_layer(rows, k)})" for k in before)
    return won


def _wins_layer(rows: Sequence[Measure], j: int) -> str:
    better = [k for k, m in enumerate(rows) if k != j and m.layer == rows[j].layer and _order(m) < _order(rows[j])]
    return (
        " AND ".join([f"m{j}_covers", *(f"NOT m{k}_covers" for k in better)]) if rows[j].combine != "zero" else "FALSE"
    )


def _metals(rows: Sequence[Measure]) -> dict[str, str]:
    """What each metal stands for on a line: as claimed, or its part of what the claimed ones leave."""
    wins = {m: " OR ".join(f"m{j}_wins" for j, r in enumerate(rows) if r.share == m) or "FALSE" for m in METALS}
    claimed = {"steel": "steel", "aluminium": "aluminium", "copper": "NULL"}
    open_count = " + ".join(f"CASE WHEN ({wins[m]}) AND {claimed[m]} IS NULL THEN 1 ELSE 0 END" for m in METALS)
    left = "(1.0 - COALESCE(steel, 0) - COALESCE(aluminium, 0))"
    rest = f"CASE WHEN {left} > 1.5e-9 THEN {left} ELSE 0 END / GREATEST(1, {open_count})"
    return {f"share_{m}": f"CAST(COALESCE({claimed[m]}, {rest}) AS DOUBLE)" for m in METALS}


def _own(m: Measure) -> str:
    if m.share == "non_us_content":
        return f"(1 - CASE WHEN COALESCE(us_content, 0) >= {m.share_least} THEN COALESCE(us_content, 0) ELSE 0 END)"
    return "1.0" if m.share == "full" else f"share_{m.share}"


def _outward(rows: Sequence[Measure]) -> range:
    return range(len(rows))  # edges point backwards only


def _net(rows: Sequence[Measure], j: int) -> str:
    m, wholly, metals, others = rows[j], [], {k: [] for k in METALS}, []
    for e in m.yields_to:
        start = f" AND day >= DATE '{e.start}'" if e.start else ""
        for k, w in enumerate(rows):
            if k != j and e.to in (w.id, w.layer, w.programme) and (w.covers or w.combine != "add" or w.rate != 0):
                alive = f"(m{k}_wins AND m{k}_net > 0 AND {_in(e.origins)}{start})"
                (wholly if e.wholly else metals[w.share] if w.share in METALS else others).append((alive, w))
    metal = (
        " + ".join(
            f"CASE WHEN {' OR '.join(a for a, _ in held)} THEN share_{k} ELSE 0 END"
            for k, held in metals.items()
            if held
        )
        or "0"
    )
    covered = f"CASE WHEN {metal} > {WHOLE!r} THEN 1.0 ELSE {metal} END"
    parts = [covered, *(f"CASE WHEN {a} THEN {_own(w)} ELSE 0 END" for a, w in others)]
    all_of_it = " OR ".join(a for a, _ in wholly) or "FALSE"
    return f"CASE WHEN m{j}_wins THEN {_own(m)} * (1 - CASE WHEN {all_of_it} THEN 1 ELSE GREATEST({', '.join(parts)}, 0) END) ELSE 0 END"


def _rate(m: Measure) -> str:
    x = "(quantity / value)"
    forms = {"50¢/kg": f"0.5 * {x}", "5% + 10¢/kg": f"0.05 + 0.1 * {x}",
             "max(10%; 25¢/kg)": f"CASE WHEN quantity IS NOT NULL THEN GREATEST(0.1, 0.25 * {x}) END",
             "min(30%; $1/kg)": f"CASE WHEN quantity IS NOT NULL THEN LEAST(0.3, 1.0 * {x}) END"}  # fmt: skip
    return forms[m.expression] if m.expression else f"CAST({m.rate} AS DOUBLE)"


def _applies(rows: Sequence[Measure], j: int) -> str:
    return f"(m{j}_wins AND (m{j}_net > 0 OR {_own(rows[j])} = 0))"


def _adds(rows: Sequence[Measure], j: int, base: str) -> str:
    above = f"CASE WHEN m{j}_rate > {base} THEN m{j}_rate - {base} WHEN m{j}_rate <= {base} THEN 0 END"
    kind = {
        "add": f"CASE WHEN m{j}_net = 0 THEN 0.0 ELSE m{j}_rate END",
        "total": above,
    }  # no part of the value, no duty
    combine = rows[j].combine
    return f"CASE WHEN {_applies(rows, j)} THEN {kind[combine]} * m{j}_net ELSE 0 END" if combine in kind else "0.0"


def _gives(rows: Sequence[Measure], j: int, base: str) -> str:
    if rows[j].combine != "cap":
        return f"m{j}_adds_{base}"
    peers = [f"m{k}_adds_{base}" for k, m in enumerate(rows) if m.programme == rows[j].programme and m.combine != "cap"]
    room = f"(m{j}_rate - {base} - ({' + '.join(peers) or '0'}))"
    return f"CASE WHEN {_applies(rows, j)} THEN CASE WHEN {room} < 0 THEN {room} WHEN {room} >= 0 THEN 0 END * m{j}_net ELSE 0 END"
