"""Goods on the water: what in-transit rules saved on the lines of a file, and what a missing loading date may cost.

Duty is a step function of the loading day, with a step at the cut-off of each rule. A rule saved, on a line loaded before
its cut-off, the duty of goods loaded on that day less the duty of goods loaded the day before; the steps of a line add up
to what it would have paid without a loading date. Both are asked of the engine's `judge`. Rows that have
no duty are counted by reason and listed apart; so are lines that have none on the other day that a rule asks about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parley import outputs
from parley.arguments import FileName, checked
from parley.codes import day
from parley.errors import InputError
from parley.fixed import fixed_fields
from parley.law.regime import Regime
from parley.law.shipments.duckdb import register
from parley.law.shipments.lines import Lines, rated_lines
from parley.law.shipments.run import Options, Progress
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
SUMS = {  # of the lines of a status on which a rule turns: their number, and dollars
    "before": {"relieved_lines": "", "relieved_value": "value", "duty_saved": "spared"},
    "undated": {"could_save_lines": "", "could_save_value": "value", "duty_now": "duty", "duty_if_shown": "duty_before",
                "could_save": "spared"},
    "late": {"late_lines": "", "late_value": "value", "late_missed": "spared"},
}  # fmt: skip
NEAR = "with a {1} date near {2}"
STATUS = {  # in words, what the rule decides, and of what no duty is known. {0} the claim, {1} loading or export, {2} the cut-off,
    # {3} the last day of entry, {4} the duty before, {5} what is spared
    "before": ("relieved", "{0} before {2}: {5:.2f} spared", NEAR),
    "undated": ("no loading date", "if a {1} date before {2} were shown: duty would be {4:.2f}, {5:.2f} less", NEAR),
    "late": ("entered too late", "had it entered by {3}: duty would be {4:.2f}, {5:.2f} less", "entered on {3}"),
}


@dataclass(frozen=True)
@fixed_fields
class Water:
    """The totals: rows, dollars saved by in-transit rules, that undated lines could save, and missed by late entry; by rule.

    by_reason: rows without a duty, of which no rule is asked. unanswered: lines of which some rule is not answered, as they
    have no duty with the loading date or entry that it asks about, by reason. rejects: the file of rows without a duty.
    """

    rows: int
    rejected: int
    duty_saved: float = 0.0
    undated_lines: int = 0
    undated_saving: float = 0.0
    late_missed: float = 0.0
    rules: tuple[dict[str, Any], ...] = ()
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

    rejects: rows without a duty, and why; without a name they go beside `lines`, else beside `out`. None refused: no file.
    """
    if options and options.reading != "law":
        raise InputError("reading", options.reading, "law: in-transit rules are of the law, not of its collection")
    beside = lines or out
    target = rejects or (f"{beside}.rejects.csv" if beside and not outputs.is_stream(beside) else None)
    with rated_lines(inputs, (out, lines, rejects), regime, options, progress, target) as held:
        known = day(held.asked.known) if held.asked.known else None
        rules = [r for levies in held.levies for r in transit_rules(held.regime, levies, known)]
        r = held.report
        found: dict[str, Any] = {}
        if rules:
            _concerned(held, rules)
            _steps(held, held.judged(_asked(held)))
            _sum_up(held)
            held.write(BY_RULE, out)
            held.write(_line_rows(held), lines)
            found |= _report(held) | {"out": str(out or ""), "lines": str(lines or "")}
        found["rejects"] = r.rejects if target else ""
        return Water(r.rows, r.rejected, notes=(*NOTES, *held.ranges), by_reason=r.by_reason, **found)


def _concerned(lines: Lines, rules: Sequence[TransitRule]) -> None:
    """The tables `rules`, `spans` and `concerned`: each line of a rule's origins entered since it began, with its status.

    asked: one number for what is asked alike of a line: its duty if it entered on the day `enters`, loaded about the cut-off.
    """
    spans = [(n, o, *span) for n, r in enumerate(rules) for o, span in r.origins.items()]
    rule, origin, first, last = zip(*spans, strict=True)
    register(lines.con, "spans", rule=rule, origin=origin, first=first, last=last)
    register(lines.con, "rules", rule=[*range(len(rules))], destination=[r.destination for r in rules],
             act=[r.act for r in rules], title=[r.title for r in rules], claim=[r.claim for r in rules],
             loaded_before=[r.before for r in rules], entered_from=[r.start for r in rules], entered_before=[r.end for r in rules],
             sources=["; ".join(r.sources[:3]) + (" …" if len(r.sources) > 3 else "") for r in rules])  # fmt: skip
    shown = " ".join(f"WHEN '{c}' THEN {_claim(lines, c)}" for c in WATER)
    lines.con.execute(f"""CREATE TEMP TABLE concerned AS SELECT l.k_line, r.rule, r.claim, r.loaded_before, l.k_day AS entry, s.last,
 l.k_value AS value, l.duty, CASE r.claim {shown} END AS shown,
 CASE WHEN entry >= s.last AND shown < r.loaded_before THEN 'late' WHEN entry >= s.last THEN 'over'
 WHEN shown IS NULL THEN 'undated' WHEN shown < r.loaded_before THEN 'before' ELSE 'after' END AS status,
 CASE status WHEN 'late' THEN s.last - 1 ELSE entry END AS enters,
 dense_rank() OVER (ORDER BY l.k_line, r.claim, r.loaded_before, enters) AS asked
 FROM lines l JOIN rules r ON r.destination = l.levies JOIN spans s ON s.rule = r.rule AND s.origin = l.seller
 WHERE l.k_day >= s.first AND l.reject_reason IS NULL AND status <> 'over'""")


def _claim(lines: Lines, name: str) -> str:
    return f"l.c_{name}" if name in lines.columns.claims else "CAST(NULL AS DATE)"


def _asked(lines: Lines) -> str:
    """The query of each concerned line loaded on the cut-off day, and the day `earlier`; an empty line where there are none."""
    named = [f"l.k_{r} AS {r}" for r in ("product", "value", "quantity", "unit_value", "unit") if r in lines.columns.of]
    turned = "CASE WHEN c.claim = '{0}' THEN c.loaded_before - v.earlier ELSE {1} END AS {0}"
    named += [turned.format(n, _claim(lines, n)) for n in WATER]
    named += [f"l.c_{n} AS {n}" for n in lines.columns.claims if n not in WATER]
    return f"""SELECT DISTINCT c.asked, v.earlier, l.seller AS origin, l.levies AS destination, c.enters AS entry_date, {", ".join(named)}
 FROM (SELECT 1) LEFT JOIN (concerned c JOIN lines l USING (k_line) CROSS JOIN (VALUES (0), (1)) v(earlier)) ON c.status <> 'after'"""


def _steps(lines: Lines, rated: str) -> None:
    """The table `steps`: concerned lines with duty_after (loaded on the cut-off day) and duty_before (the day before).

    why: the reason where a duty that the rule's step needs is not known; `spared` is null then.
    """
    lines.con.execute(f"""CREATE TEMP TABLE steps AS SELECT c.*, a.duty AS duty_after, b.duty AS duty_before,
 CASE WHEN status = 'after' THEN NULL WHEN b.duty IS NULL THEN b.reject_reason
 WHEN a.duty IS NULL AND status <> 'undated' THEN a.reject_reason END AS why,
 round(CASE WHEN why IS NOT NULL THEN NULL WHEN status = 'undated' THEN c.duty - b.duty WHEN status = 'before' THEN a.duty - b.duty
 WHEN status = 'late' THEN greatest(0, least(a.duty, c.duty) - b.duty) END, 2) AS spared
 FROM concerned c LEFT JOIN {rated} a ON a.asked = c.asked AND a.earlier = 0 LEFT JOIN {rated} b ON b.asked = c.asked AND b.earlier = 1""")


def _sum_up(lines: Lines) -> None:
    """The table `by_rule`."""
    shown = {"before": "lines_loaded_before", "after": "lines_loaded_after", "undated": "lines_undated"}
    parts = [f"count(*) FILTER (status = '{s}') AS {name}" for s, name in shown.items()]
    for status, columns in SUMS.items():
        which = f"FILTER (status = '{status}' AND spared <> 0)"
        for name, sql in columns.items():
            parts.append(f"{f'round(COALESCE(sum({sql}) {which}, 0), 2)' if sql else f'count(*) {which}'} AS {name}")
    parts.append("count(*) FILTER (why IS NOT NULL) AS unanswered_lines")
    lines.con.execute(f"""CREATE TEMP TABLE by_rule AS SELECT r.*, COALESCE(COLUMNS(s.* EXCLUDE (rule)), 0) FROM rules r
 LEFT JOIN (SELECT rule, {", ".join(parts)} FROM steps GROUP BY rule) s USING (rule)""")


def _line_rows(lines: Lines) -> str:
    """The lines that a rule decides, or could, or is not answered of: own columns, the rule, both duties, and a sentence."""
    words, says, asked = zip(*STATUS.values(), strict=True)
    register(lines.con, "told", status=[*STATUS], words=words, says=says, asked=asked)
    facts = """s.claim, CASE s.claim WHEN 'loaded' THEN 'loading' ELSE 'export' END, s.loaded_before, s.last - 1,
 COALESCE(s.duty_before, 0), COALESCE(s.spared, 0)"""
    return f"""SELECT {lines.own}, r.act AS transit_act, s.claim AS transit_claim, s.loaded_before AS transit_before,
 s.last AS transit_entered_before, t.words AS transit_status, s.duty AS transit_duty,
 CASE s.status WHEN 'before' THEN s.duty_after ELSE s.duty_before END AS transit_duty_otherwise, s.spared AS transit_spared,
 CASE WHEN s.why IS NULL THEN format(t.says, {facts})
 ELSE concat('not known: ', format(t.asked, {facts}), ' it has no duty: ', s.why) END AS transit_says
 FROM steps s JOIN rules r USING (rule) JOIN lines l USING (k_line) JOIN told t USING (status)
 WHERE s.spared <> 0 OR s.why IS NOT NULL ORDER BY s.k_line, s.rule"""


def _report(lines: Lines) -> dict[str, Any]:
    """Sums take a step once where acts share a cut-off; of undated lines the greatest step alone."""
    totals = lines.rows("""WITH each AS (SELECT DISTINCT k_line, claim, loaded_before, status, spared FROM steps WHERE spared <> 0),
 by_line AS (SELECT status, CASE status WHEN 'undated' THEN max(spared) ELSE sum(spared) END AS spared FROM each GROUP BY k_line, status)
 SELECT COALESCE(sum(spared) FILTER (status = 'before'), 0) AS duty_saved, count(*) FILTER (status = 'undated') AS undated_lines,
 COALESCE(sum(spared) FILTER (status = 'undated'), 0) AS undated_saving,
 COALESCE(sum(spared) FILTER (status = 'late'), 0) AS late_missed FROM by_line""")[0]
    found: dict[str, Any] = {name: round(x, 2) for name, x in totals.items()}
    whys = lines.con.execute("""SELECT regexp_replace(why, ': ''.*''$| [(]empty[)]$', '', 's') AS reason, count(DISTINCT k_line)
 FROM steps WHERE why IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1""").fetchall()  # the reasons without what was found
    return found | {"rules": tuple(lines.rows(BY_RULE)), "unanswered": dict(whys)}
