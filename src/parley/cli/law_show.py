"""How the answers of `parley law` look: tables for people and CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from parley.cli.output import percent, print_table
from parley.outputs import write

if TYPE_CHECKING:
    from parley.law.answers import Clocks
    from parley.law.answers_measures import FindAnswer
    from parley.law.diff import Change, Difference, Moment
    from parley.law.measure import Measure
    from parley.law.questions import Find
    from parley.law.regime import Regime
    from parley.law.timeline import Step

Cell = str | float | date | Sequence[str] | None  # what a cell of a CSV file is made of


def beyond_words(regime: Regime, origin: str, destination: str, told: Clocks) -> list[str]:
    """What an answer up to a day past the last read says: the note, and each change that came only unless it was put off."""
    read, on = told["law_known_to"], told["on"]
    if not told["beyond_known"] or read is None or on is None:
        return []
    from parley.codes import country
    from parley.law.beyond import contingent, note, words
    from parley.law.readings import rows_on

    rows = rows_on(regime, country(origin, "origin"), country(destination, "destination"))
    return list(dict.fromkeys([note(read, on), *(words(m, read) for m in contingent(rows, read, on))]))


def find_note(asked: Find, found: FindAnswer) -> str:
    """Whose rates they are, of which edition, and what a dash says."""
    from parley.codes import country, country_name

    levier = country(asked.destination, "destination")
    column = "column 1 general" if levier == "USA" else "ordinary rates"
    edition = f"edition of {asked.on}" if asked.on else "last edition"
    dash = (
        "; –: not in this package, for the reason that --json gives"
        if any(not m["base"] for m in found["matches"])
        else ""
    )
    return f"{country_name(levier)}: {column} of the {edition}{dash}"


def move(step: Step) -> str:
    if step.combine == "ban":
        verbs = {"started": "import prohibited", "ended": "prohibition ends", "changed": "import still prohibited"}
        due = {
            "announced": f"announced: import prohibited from {step.due}",
            "replaced": f"prohibition of {step.due} replaced",
        }
        return {**verbs, **due}[step.what]
    before, after = (percent(r).removesuffix(".0") for r in (step.before, step.after))
    prefix = "total " if step.combine == "total" else ""
    if step.due:
        words = {"announced": f"announced: {after} from {step.due}", "replaced": f"{before} of {step.due} replaced"}
        return prefix + words[step.what]
    if step.what == "changed" and step.before == step.after:
        return f"{prefix}{after} goes on, on other terms" + (
            " in lieu of the base" if step.combine == "replace" else ""
        )
    steps = {"started": f"starts at {after}", "ended": f"{before} ends", "changed": f"{before} to {after}"}
    return prefix + steps[step.what] + (" in lieu of the base" if step.combine == "replace" else "")


def rate_words(m: Measure) -> str:
    if m.combine == "zero":
        return "exclusion"
    if m.combine == "ban":
        return "import prohibited"
    rate = m.expression or percent(m.rate, 4).rstrip("0").rstrip(".")
    if m.combine == "replace":
        return f"{rate} in lieu of the base"
    return rate if m.combine == "add" else f"{m.combine} {rate}"


def flat_measure(m: Measure) -> dict[str, Cell]:
    """One step of a measure as a row of CSV; lists joined by ";", scope by its list or prefixes."""
    names = (
        "id",
        "programme",
        "rate",
        "expression",
        "combine",
        "start",
        "end",
        "known_end",
        "end_known",
        "heading",
        "reason",
    )
    return {
        **{n: getattr(m, n) for n in names}, "known": m.learnt, "authority": m.act.authority, "act": m.act.id,
        "citation": m.act.citation, "origins": m.origins, "scope": m.product_list or m.products,
        "share": m.share, "yields_to": tuple(dict.fromkeys(e.to for e in m.yields_to)),
    }  # fmt: skip


def show_steps(steps: Sequence[Step]) -> None:
    """One row a step; exclusions are counted, not shown."""
    rows = list(dict.fromkeys((str(s.on), s.measure, move(s), s.act) for s in steps if s.combine != "zero"))
    left = len({(s.on, s.measure) for s in steps if s.combine == "zero"})
    note = f"percent; {left} steps of exclusions are not shown: --json has them" if left else "percent"
    print_table(["on", "measure", "step", "act"], [list(r) for r in rows], note=note)


def show_difference(found: Difference) -> None:
    """One row a change: what a measure did, which act did it, on how many lines and what share of imports."""
    from parley.codes import country_name

    rows = [
        [str(c.on or "–"), c.measure, _what(c), ", ".join(c.acts) or "–", f"{c.lines:,}", percent(c.share),
         percent(c.points, 2)] for c in found.changes
    ]  # fmt: skip
    pair = f"{country_name(found.origin)} to {country_name(found.destination)}"
    pair += f", {_moment(found.first)} against {_moment(found.second)}"
    average = f"average of all additions: {percent(found.added_before, 2)} to {percent(found.added_after, 2)}"
    notes = "; ".join([f"{found.lines:,} lines", *([average] if found.added_after is not None else []), *found.notes])
    print_table(["on", "measure", "change", "act", "lines", "% of imports", "points"], rows, title=pair, note=notes)


def _moment(moment: Moment) -> str:
    return f"{moment.on}" + (f" as known on {moment.known}" if moment.known else "")


def _what(change: Change) -> str:
    if change.ban:
        return {"began": "import prohibited", "ended": "prohibition ended"}.get(
            change.what, "prohibited on other goods"
        )
    before, after = (percent(r).removesuffix(".0") for r in (change.before, change.after))
    words = {"began": f"began at {after}", "ended": f"{before} ended", "moved": f"{before} to {after}",
             "restacked": f"at {after}, on other goods or shares"}  # fmt: skip
    return words[change.what].replace("at –", "at several rates").replace("– ended", "ended")


def write_csv(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Rows as a CSV file, written whole or not at all; rates are fractions, lists are joined by ";"."""
    made = [{k: _cell(v) for k, v in row.items()} for row in rows]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(made[0]) if made else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(made)
    write(path, text.getvalue(), "--csv")


def _cell(value: object) -> object:
    """A cell as text; no text of ours starts a formula, but a file's act might: it is quoted as text."""
    if isinstance(value, (tuple, list)):
        value = ";".join(str(v) for v in value)
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value
