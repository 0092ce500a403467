"""Refunds of duties paid under programmes that were struck down: what, by which statute, which way, until when, what is missing.

The refund of a line is the duty as customs collected it that day less the duty had the programmes never been, and never more
than was paid; a code that is no line of its day is followed, as `law duties` follows it. Planning, not advice. Rulings, orders,
phases and deadlines are dated data (law/refunds), each with its source and whether its text was read; so are rates of interest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from parley import outputs
from parley.arguments import FileName, checked
from parley.codes import day
from parley.drafts import work_folder
from parley.errors import InputError
from parley.law.refund_interest import Interest
from parley.law.refunds.result import INTEREST, PLANNING, Refunds, refunds_of
from parley.law.refunds.ruling import DEFAULT, Ruling, find_ruling, heading_programmes, struck_by, without
from parley.law.regime import Regime, read_regime
from parley.law.shipments.columns import read_columns
from parley.law.shipments.duckdb import connect
from parley.law.shipments.followed import followed_duties
from parley.law.shipments.run import Options, Progress
from parley.law.shipments.sources import find_sources

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow import parquet

    from parley.law.refunds.claims import Question
    from parley.law.refunds.tally import Tally

RULING = DEFAULT
BATCH_ROWS = 1 << 17


def struck_down(regime: Regime, ruling: str = RULING) -> tuple[str, ...]:
    """The programmes whose measures a ruling ended. Raises where it ended none."""
    return struck_by(find_ruling(ruling, regime), regime)


@checked
def refunds(
    inputs: Sequence[FileName],
    out: str | Path | None,
    *,
    ruling: str = RULING,
    regime: Regime | None = None,
    options: Options | None = None,
    interest: Interest | None = None,
    on: date | str | None = None,
    known: date | str | None = None,
    cape: str | Path | None = None,
    sued: bool = False,
    decimal: str = "",
    progress: Progress | None = None,
) -> Refunds:
    """The refund of every line of some files, written to a CSV with its evidence, state, way and deadlines.

    out: None for the sums alone.
    on: the day of the entries' state; known: the information cut-off for orders and phases. Both are the last day to which the
    law was read unless given. cape: a folder for the official declaration of what can be filed on that day.
    sued: the importer has an action of its own at the Court of International Trade. decimal: the decimal sign of amounts paid,
    where they do not tell.
    """
    from parley.law.refunds import declaration
    from parley.law.refunds.evidence import roles

    law = regime or read_regime()
    asked = options or Options()
    found = find_ruling(ruling, law)
    last = law.law_known_to("USA") or date.max
    status = (day(on, "--on") if on else last, day(known, "--known") if known else last, sued)
    if found.known > status[1]:
        raise InputError("--known", f"{found.id} was not known on {status[1]}", f"a day from {found.known} on")
    struck = struck_by(found, law)
    given = {role: name for role, name in asked.columns.items() if role in roles()}
    columns = {role: name for role, name in asked.columns.items() if role not in roles()}
    asked = replace(asked, columns=columns, reading="collected", before=without(found, law), programmes=True)
    if out is not None:
        outputs.check(out, find_sources([str(x) for x in inputs]))
    if cape is not None:
        declaration.check(Path(cape), found.declaration, out or "")
    with work_folder("refund") as folder:
        rated = Path(folder) / "rated.parquet"
        report, ranges = followed_duties(inputs, rated, regime=law, options=asked, progress=progress)
        own = _own(rated)
        question = replace(
            _question(own, given, asked, found, law, struck, interest, status),
            decimal=decimal,
            ranged=_parquet(rated).schema_arrow.names[-1] if ranges else None,
        )
        question = replace(question, back=_taken_back(rated, question))
        taken = sum(question.back.values()), len(question.back)
        tally = _written(rated, own, out, question, _told(found, law, struck), asked)
    declared = None
    if cape is not None and found.declaration is not None:
        declared = declaration.declare(tally.whole(), question, Path(cape), tally.unnumbered, found.declaration)
    return refunds_of(report.rows, report.rejected, question, tally, str(out or ""), declared, taken)


def _taken_back(rated: Path, q: Question) -> dict[str, float]:
    """What lines with negative amounts take back, by entry."""
    from parley.law.refunds.taken_back import amounts_paid, taken_back

    names = [*dict.fromkeys([*amounts_paid(q.held), *([n] if (n := q.held.of.get("entry_number")) else [])])]
    return taken_back(_parquet(rated).iter_batches(BATCH_ROWS, columns=names), q.held, q.decimal) if names else {}


def _own(rated: Path) -> list[str]:
    """The names of the file's own columns in the rated lines."""
    names = _parquet(rated).schema_arrow.names
    return list(names[: names.index("duty_rate")])


def _parquet(path: Path) -> parquet.ParquetFile:
    from pyarrow import parquet

    return parquet.ParquetFile(path)


def _question(
    own: Sequence[str], given: dict[str, str], asked: Options, ruling: Ruling, law: Regime, struck: tuple[str, ...],
    interest: Interest | None, status: tuple[date, date, bool],
) -> Question:  # fmt: skip
    from parley.law.refunds.claims import Question
    from parley.law.refunds.evidence import find_held

    held = find_held(own, given, heading_programmes(ruling, law), () if ruling.acts else struck)
    entry = None if asked.on else read_columns(own, asked.columns).of.get("entry_date")
    return Question(ruling, struck, held, status[0], status[1], asked.dates, asked.on, entry, interest, status[2])


def _told(ruling: Ruling, law: Regime, struck: Sequence[str]) -> dict[str, str]:
    """The statute, the period of each programme and the rule of interest, as they stand on every line with a refund."""
    ended = next((m.end for m in law.measures if m.terminated_by == ruling.id), None)
    collected = next((m.collected_end for m in law.measures if m.terminated_by == ruling.id and m.collected_end), None)
    starts = {p: min(m.start for m in law.measures if m.programme == p) for p in struck}
    by = "ended by" if ruling.standing == "struck down" else f"{ruling.standing}:"
    return {
        "statute": f"{ruling.statute}; {by} {ruling.id}",
        "period": "; ".join(f"{p} {starts[p]} to {ended or 'open'}" for p in struck)
        + (f"; collected until {collected}" if collected else ""),
        "interest_rule": INTEREST,
    }


def _written(
    rated: Path, own: Sequence[str], out: str | Path | None, q: Question, told: dict[str, str], asked: Options
) -> Tally:
    """Writes the claim of every line where a file is named, and gives their sums."""
    import numpy as np
    import pyarrow as pa

    from parley.law.refunds.claims import claims
    from parley.law.refunds.lines import columns
    from parley.law.refunds.tally import Tally

    tally = Tally(np.zeros(len(q.programmes)))

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in _batches(rated):
            claim = claims(batch, q)
            tally.add(batch, claim, q)
            yield pa.RecordBatch.from_pydict(columns(batch, claim, q, own, told, PLANNING))

    made = batches()
    if out is None:
        for _ in made:
            pass
        return tally
    first = next(made)
    lines = pa.RecordBatchReader.from_batches(first.schema, _after(first, made))
    with outputs.told(out), outputs.drafted(out) as draft, connect(asked.threads, asked.memory) as con:
        con.register("claims", lines)
        con.execute(
            "COPY (SELECT * FROM claims) TO '{}' (FORMAT csv, HEADER true)".format(str(draft).replace("'", "''"))
        )
    return tally


def _batches(rated: Path) -> Iterator[pa.RecordBatch]:
    """The rated lines; one batch of no rows where every line was rejected, so that the columns are still written."""
    import pyarrow as pa

    file = _parquet(rated)
    yield from file.iter_batches(BATCH_ROWS)
    if not file.metadata.num_rows:
        yield pa.RecordBatch.from_pylist([], file.schema_arrow)


def _after(first: pa.RecordBatch, rest: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield first
    yield from rest


__all__ = ["INTEREST", "PLANNING", "RULING", "Refunds", "refunds", "struck_down"]
