"""Goods on the water: what in-transit rules saved on the lines of a file, and what a missing loading date may cost.

Duty is a step function of the loading day, with a step at the cut-off of each rule. A rule saved, on a line loaded before
its cut-off, the duty of goods loaded on that day less the duty of goods loaded the day before; the steps of a line add up
to what it would have paid without a loading date. Both are asked of the engine's `judge`. Rows that have
no duty are counted by reason and listed apart; so are lines that have none on the other day that a rule asks about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from parley import outputs
from parley.arguments import FileName, checked
from parley.codes import day
from parley.drafts import work_folder
from parley.errors import InputError
from parley.fixed import fixed_fields
from parley.law.regime import Regime, read_regime
from parley.law.shipments.duckdb import register
from parley.law.shipments.lines import Lines, rated_lines
from parley.law.shipments.reject_rows import HEADER
from parley.law.shipments.run import Options, Progress
from parley.law.shipments.sources import find_sources
from parley.law.shipments.transit import WATER, TransitRule, transit_rules

NOTES = (
    "saved: duty of goods loaded on the cut-off day less that of goods loaded the day before; savings of several rules on one line add up",
    "no loading date: by default loaded after every cut-off; savings of several rules on one line do not add up: the total "
    "takes the greatest of each line",
    "entered too late: duty as it is less that of entry on the rule's last day, at most what the rule spared on that day",
    "the acts speak of goods loaded onto the final mode of transit, some of vessels alone, which the file does not show: read the "
    "act; a bill of lading is the usual evidence",
)
BY_RULE = "SELECT * EXCLUDE (rule) FROM by_rule ORDER BY rule"
STATUS = {"before": "relieved", "undated": "no loading date", "late": "entered too late"}


@dataclass(frozen=True)
@fixed_fields
class Water:
    """The totals: rows, dollars saved by in-transit rules, that undated lines could save, and missed by late entry; by rule.

    by_reason: rows without a duty, of which no rule is asked. unanswered: lines of which some rule is not answered, as they
    have no duty with the loading date or entry that it asks about, by reason. rejects: the file of rows without a duty.
    """

    rows: int
    rejected: int
    duty_saved: float
    undated_lines: int
    undated_saving: float
    late_missed: float
    rules: tuple[dict[str, Any], ...]
    out: str = ""
    lines: str = ""
    notes: tuple[str, ...] = NOTES
    by_reason: dict[str, int] = field(default_factory=dict)
    unanswered: dict[str, int] = field(default_factory=dict)
    rejects: str = ""


@checked
def water(
    inputs: Sequence[FileName],
    out: str | Path | None = None,
    *,
    lines: str | Path | None = None,
    rejects: str | Path | None = None,
    regime: Regime | None = None,
    options: Options | None = None,
    progress: Progress | None = None,
) -> Water:
    """A row for each in-transit rule, written to `out`; every line that one decides or could decide, written to `lines`.

    rejects: rows without a duty, and why; without a name they go beside `lines`, else beside `out`, where there are such.
    """
    outputs.check_all((out, lines, rejects), find_sources([str(x) for x in inputs]))
    law, asked = regime or read_regime(), options or Options()
    if asked.reading != "law":
        raise InputError("reading", asked.reading, "law: in-transit rules are of the law, not of its collection")
    with work_folder("water") as name:
        beside = lines or out
        target = rejects or (f"{beside}.rejects.csv" if beside and not outputs.is_stream(beside) else None)
        held = rated_lines(inputs, Path(name), law, asked, progress, target)
        refused = held.report.rejects if target else ""
        if rejects and not refused:
            refused = str(outputs.write(rejects, ",".join(HEADER) + "\n"))
        known = day(asked.known) if asked.known else None
        rules = [r for levies in held.levies for r in transit_rules(law, levies, known)]
        if not rules:
            r = held.report
            return Water(r.rows, r.rejected, 0.0, 0, 0.0, 0.0, (), notes=(*NOTES, *held.ranges),
                         by_reason=r.by_reason, rejects=refused)  # fmt: skip
        _concerned(held, rules)
        _steps(held, held.judged(_asked(held), Path(name), asked))
        _sum_up(held)
        held.write(BY_RULE, out)
        held.write(_line_rows(held), lines)
        return replace(_report(held, str(out or ""), str(lines or "")), rejects=refused)


def _concerned(lines: Lines, rules: Sequence[TransitRule]) -> None:
    """The tables `rules`, and `concerned`: each line of a rule's origins entered since it began, with its status."""
    con = lines.con
    spans = [(n, o, *span) for n, r in enumerate(rules) for o, span in r.origins.items()]
    register(con, "spans", rule=[float(n) for n, *_ in spans], origin=[s[1] for s in spans],
             first=[s[2] for s in spans], last=[s[3] for s in spans])  # fmt: skip
    register(con, "rules", rule=[float(n) for n, _ in enumerate(rules)], destination=[r.destination for r in rules],
             act=[r.act for r in rules], title=[r.title for r in rules], claim=[r.claim for r in rules],
             loaded_before=[r.before for r in rules], entered_from=[r.start for r in rules], entered_before=[r.end for r in rules],
             sources=["; ".join(r.sources[:3]) + (" …" if len(r.sources) > 3 else "") for r in rules])  # fmt: skip
    shown = " ".join(f"WHEN '{c}' THEN {_claim(lines, c)}" for c in WATER)
    con.execute(f"""CREATE TEMP TABLE concerned AS SELECT *, CASE WHEN entry >= last AND shown < loaded_before THEN 'late'
 WHEN entry >= last THEN 'over' WHEN shown IS NULL THEN 'undated' WHEN shown < loaded_before THEN 'before' ELSE 'after' END AS status
 FROM (SELECT k_line, rule, claim, loaded_before, k_day AS entry, last, k_value AS value, duty,
 CASE claim {shown} END AS shown FROM lines l JOIN rules r ON r.destination = l.levies JOIN spans s USING (rule)
 WHERE s.origin = l.seller AND l.k_day >= s.first AND reject_reason IS NULL) c""")
    con.execute("DELETE FROM concerned WHERE status = 'over'")


def _claim(lines: Lines, name: str) -> str:
    return f"c_{name}" if name in lines.columns.claims else "CAST(NULL AS DATE)"


def _asked(lines: Lines) -> str:
    """The query of each concerned line loaded on the cut-off day and on the day before; of late ones, entered on the rule's last
    day. It finds an empty line where there are none.
    """
    lines.con.execute("""CREATE TEMP TABLE variants AS SELECT DISTINCT k_line, claim, shown_as,
 CASE WHEN status = 'late' THEN last - 1 ELSE entry END AS entry FROM (
 SELECT *, loaded_before AS shown_as FROM concerned UNION ALL SELECT *, loaded_before - 1 FROM concerned) c
 WHERE status <> 'after'""")
    others = [c for c in lines.columns.claims if c not in WATER]
    days = [f"CASE WHEN v.claim = '{c}' THEN v.shown_as ELSE {_claim(lines, c)} END AS {c}" for c in WATER]
    roles = [f"k_{r} AS {r}" for r in ("quantity", "unit_value", "unit") if r in lines.columns.of]
    parts = ["l.k_line AS line", "v.claim AS turned_on", "v.shown_as", "l.k_product AS product", "l.seller AS origin",
             "l.levies AS destination", "v.entry AS entry_date", "l.k_value AS value", *roles, *days,
             *(f"c_{c} AS {c}" for c in others)]  # fmt: skip
    return f"SELECT {', '.join(parts)} FROM (SELECT 1) LEFT JOIN (variants v JOIN lines l USING (k_line)) ON true"


def _steps(lines: Lines, rated: str) -> None:
    """The table `steps`: concerned lines with duty_after (loaded on the cut-off day) and duty_before (the day before).

    why: the reason where a duty that the rule's step needs is not known; `spared` is null then.
    """
    con = lines.con
    named = "line, turned_on, shown_as, entry_date, duty, reject_reason"
    con.execute(f"CREATE TEMP TABLE answers AS SELECT {named} FROM {rated}")

    def joined(name: str, shown: str) -> str:
        return (f"LEFT JOIN answers {name} ON {name}.line = c.k_line AND {name}.turned_on = c.claim AND {name}.shown_as = {shown} "
                f"AND {name}.entry_date = CASE WHEN c.status = 'late' THEN c.last - 1 ELSE c.entry END")  # fmt: skip

    con.execute(f"""CREATE TEMP TABLE steps AS SELECT *, CASE WHEN why IS NOT NULL THEN NULL
 WHEN status = 'undated' THEN round(duty - duty_before, 2) WHEN status = 'before' THEN round(duty_after - duty_before, 2)
 WHEN status = 'late' THEN round(greatest(0, least(duty_after, duty) - duty_before), 2) END AS spared
 FROM (SELECT c.*, a.duty AS duty_after, b.duty AS duty_before, CASE WHEN c.status = 'after' THEN NULL
 WHEN b.duty IS NULL THEN b.reject_reason WHEN a.duty IS NULL AND c.status <> 'undated' THEN a.reject_reason END AS why
 FROM concerned c {joined("a", "c.loaded_before")} {joined("b", "c.loaded_before - 1")}) s""")


def _sum_up(lines: Lines) -> None:
    """The table `by_rule`."""

    def sums(status: str, lines_as: str, **columns: str) -> str:
        which = f"FILTER (status = '{status}' AND spared <> 0)"
        amounts = [f"round(COALESCE(sum({sql}) {which}, 0), 2) AS {name}" for name, sql in columns.items()]
        return ", ".join([f"count(*) {which} AS {lines_as}", *amounts])

    parts = [
        *(f"count(*) FILTER (status = '{s}') AS {n}" for s, n in (("before", "lines_loaded_before"), ("after", "lines_loaded_after"),
                                                                   ("undated", "lines_undated"))),
        sums("before", "relieved_lines", relieved_value="value", duty_saved="spared"),
        sums("undated", "could_save_lines", could_save_value="value", duty_now="duty", duty_if_shown="duty_before", could_save="spared"),
        sums("late", "late_lines", late_value="value", late_missed="spared"),
        "count(*) FILTER (why IS NOT NULL) AS unanswered_lines",
    ]  # fmt: skip
    lines.con.execute(f"""CREATE TEMP TABLE by_rule AS SELECT r.*, COALESCE(COLUMNS(s.* EXCLUDE (rule)), 0) FROM rules r
 LEFT JOIN (SELECT rule, {", ".join(parts)} FROM steps GROUP BY rule) s USING (rule)""")


def _line_rows(lines: Lines) -> str:
    """The lines that a rule decides, or could, or is not answered of: own columns, the rule, both duties, and a sentence."""
    words = " ".join(f"WHEN '{k}' THEN '{v}'" for k, v in STATUS.items())
    dollars = "printf('%.2f', {})"
    other = "CASE s.status WHEN 'before' THEN s.duty_after ELSE s.duty_before END"
    kind = "CASE s.claim WHEN 'loaded' THEN 'loading' ELSE 'export' END"
    then = f"' duty would be ', {dollars.format('s.duty_before')}, ', ', {dollars.format('s.spared')}, ' less'"
    if_shown = f"concat('if a ', {kind}, ' date before ', s.loaded_before, ' were shown:', {then})"
    relieved = f"concat(s.claim, ' before ', s.loaded_before, ': ', {dollars.format('s.spared')}, ' spared')"
    late = f"concat('had it entered by ', s.last - 1, ':', {then})"
    near = f"concat('with a ', {kind}, ' date near ', s.loaded_before)"
    asked = f"CASE s.status WHEN 'late' THEN concat('entered on ', s.last - 1) ELSE {near} END"
    unknown = f"concat('not known: ', {asked}, ' it has no duty: ', s.why)"
    return f"""SELECT {lines.own}, r.act AS transit_act, s.claim AS transit_claim, s.loaded_before AS transit_before,
 s.last AS transit_entered_before, CASE s.status {words} END AS transit_status, s.duty AS transit_duty,
 {other} AS transit_duty_otherwise, s.spared AS transit_spared,
 CASE WHEN s.why IS NOT NULL THEN {unknown} WHEN s.status = 'before' THEN {relieved} WHEN s.status = 'undated' THEN {if_shown}
 ELSE {late} END AS transit_says FROM steps s JOIN rules r USING (rule) JOIN lines l USING (k_line)
 WHERE s.status <> 'after' AND (s.spared <> 0 OR s.why IS NOT NULL)
 ORDER BY s.k_line, s.rule"""


def _report(lines: Lines, out: str, lines_out: str) -> Water:
    con = lines.con
    rules = tuple(lines.rows(BY_RULE))
    each = "SELECT DISTINCT k_line, claim, loaded_before, status, spared FROM steps WHERE spared <> 0"  # acts may share a cut-off
    saved, late = con.execute(f"""SELECT COALESCE(sum(spared) FILTER (status = 'before'), 0),
 COALESCE(sum(spared) FILTER (status = 'late'), 0) FROM ({each}) e""").fetchall()[0]
    count, could = (
        con.execute(f"""SELECT count(*), COALESCE(sum(most), 0) FROM (SELECT k_line, max(spared) AS most FROM ({each}) e
 WHERE status = 'undated' GROUP BY 1) m""").fetchall()[0]
    )
    whys = con.execute("""SELECT regexp_replace(why, ': ''.*''$| [(]empty[)]$', '', 's') AS reason, count(DISTINCT k_line)
 FROM steps WHERE why IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1""").fetchall()  # the reasons without what was found
    r = lines.report
    return Water(r.rows, r.rejected, round(saved, 2), count, round(could, 2), round(late, 2), rules, out, lines_out,
                 notes=(*NOTES, *lines.ranges), by_reason=r.by_reason, unanswered=dict(whys))  # fmt: skip
