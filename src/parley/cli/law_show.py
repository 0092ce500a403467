"""How the answers of `parley law` look: JSON objects, tables for people and CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from parley.cli.output import percent, print_table
from parley.outputs import write


def beyond_words(regime: Any, origin: str, destination: str, told: Mapping[str, Any]) -> list[str]:
    """What an answer up to a day past the last read says: the note, and each change that came only unless it was put off."""
    if not told["beyond_known"]:
        return []
    from parley.codes import country
    from parley.law.beyond import contingent, words
    from parley.law.explanation import note
    from parley.law.readings import rows_on

    rows = rows_on(regime, country(origin, "origin"), country(destination, "destination"))
    open_rows = contingent(rows, told["law_known_to"], told["on"])
    return list(
        dict.fromkeys([note(told["law_known_to"], told["on"]), *(words(m, told["law_known_to"]) for m in open_rows)])
    )


def move(step: Any) -> str:
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
    steps = {"started": f"starts at {after}", "ended": f"{before} ends", "changed": f"{before} to {after}"}
    return prefix + steps[step.what] + (" in lieu of the base" if step.combine == "replace" else "")


def rate_words(m: Any) -> str:
    if m.combine == "zero":
        return "exclusion"
    if m.combine == "ban":
        return "import prohibited"
    rate = m.expression or percent(m.rate, 4).rstrip("0").rstrip(".")
    if m.combine == "replace":
        return f"{rate} in lieu of the base"
    return rate if m.combine == "add" else f"{m.combine} {rate}"


def measure_json(m: Any) -> dict[str, Any]:
    import msgspec

    made = msgspec.to_builtins(m)
    return {n: v for n, v in made.items() if n != "folder"} | {"source": m.source}


def measure_row(m: Any) -> dict[str, Any]:
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


def show_steps(steps: Sequence[Any]) -> None:
    """One row a step; exclusions are counted, not shown."""
    rows = list(dict.fromkeys((str(s.on), s.measure, move(s), s.act) for s in steps if s.combine != "zero"))
    left = len({(s.on, s.measure) for s in steps if s.combine == "zero"})
    note = f"percent; {left} steps of exclusions are not shown: --json has them" if left else "percent"
    print_table(["on", "measure", "step", "act"], [list(r) for r in rows], note=note)


def difference_json(found: Any) -> dict[str, Any]:
    """The object of `law diff --json`."""
    made = {n: getattr(found, n) for n in ("origin", "destination", "lines", "added_before", "added_after")}
    moments = {n: getattr(found, k)._asdict() for n, k in (("from", "first"), ("to", "second"))}
    return {**made, **moments, "changes": [asdict(c) for c in found.changes], "notes": list(found.notes)}


def show_difference(found: Any) -> None:
    """One row a change: what a measure did, which act did it, on how many lines and what share of imports."""
    rows = [
        [str(c.on or "–"), c.measure, _what(c), ", ".join(c.acts) or "–", f"{c.lines:,}", percent(c.share),
         percent(c.points, 2)] for c in found.changes
    ]  # fmt: skip
    pair = f"{found.origin} to {found.destination}, {_moment(found.first)} against {_moment(found.second)}"
    average = f"average of all additions: {percent(found.added_before, 2)} to {percent(found.added_after, 2)}"
    notes = "; ".join([f"{found.lines:,} lines", *([average] if found.added_after is not None else []), *found.notes])
    print_table(["on", "measure", "change", "act", "lines", "% of imports", "points"], rows, title=pair, note=notes)


def _moment(moment: Any) -> str:
    return f"{moment.on}" + (f" as known on {moment.known}" if moment.known else "")


def _what(change: Any) -> str:
    if change.ban:
        return {"began": "import prohibited", "ended": "prohibition ended"}.get(
            change.what, "prohibited on other goods"
        )
    before, after = (percent(r).removesuffix(".0") for r in (change.before, change.after))
    words = {"began": f"began at {after}", "ended": f"{before} ended", "moved": f"{before} to {after}",
             "restacked": f"at {after}, on other goods or shares"}  # fmt: skip
    return words[change.what].replace("at –", "at several rates").replace("– ended", "ended")


def write_csv(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Rows as a CSV file, written whole or not at all; rates are fractions, lists are joined by ";"."""
    made = [{k: _cell(v) for k, v in row.items()} for row in rows]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(made[0]) if made else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(made)
    write(path, text.getvalue(), "--csv")


def _cell(value: Any) -> Any:
    """A cell as text; no text of ours starts a formula, but a file's act might: it is quoted as text."""
    if isinstance(value, tuple):
        value = ";".join(str(v) for v in value)
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value
