"""From a question to its answer: the checks, the law that is asked, what answers. Every door asks here.

A function takes the regime where it is kept at hand; `law rate` and `law average` read what they need where it is not.
sign: what stands before the name of a field where a question is refused, -- on the command line.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from parley.law.rate_question import changed as changed
from parley.law.rate_question import explained as explained
from parley.law.rate_question import rate as rate

if TYPE_CHECKING:
    from parley.law.answers import AverageAnswer
    from parley.law.answers_changes import LawTimelineAnswer
    from parley.law.answers_export import ExportAnswer
    from parley.law.answers_feed import FeedAnswer
    from parley.law.answers_measures import ActAnswer, FindAnswer, MeasureAnswer, MeasuresAnswer
    from parley.law.answers_treatment import TreatmentAnswer
    from parley.law.average_point import Average as Averages
    from parley.law.diff import Difference
    from parley.law.facts import Fact
    from parley.law.measure import Measure as Row
    from parley.law.questions import Act, Average, Diff, Export, Facts, Find, Measure, Measures, Timeline, Treatment
    from parley.law.regime import Regime
    from parley.law.timeline import Step

PAID_DAYS, PAID_PERIOD = 31, 366  # of the reading `paid` over HTTP: days each, and days of a period with its changes


def find(asked: Find) -> FindAnswer:
    """`law find`. Raises NoAnswerError where no line fits."""
    from parley.codes import country
    from parley.law.answers_measures import find_answer
    from parley.law.entry_claims import covered_day

    levies, edition = country(asked.destination, "destination"), covered_day(asked.on) if asked.on else None
    return find_answer(asked.words, levies, edition, asked.limit)


def averaged(
    asked: Average,
    regime: Regime | None = None,
    sector_of: Callable[[str], str | None] | None = None,
    longest: int | None = None,
    sign: str = "",
) -> Averages:
    """The averages behind `law average`. sector_of: the sector of a line, for --by sector. longest: days of a period at most."""
    from parley.codes import day
    from parley.errors import InputError
    from parley.law.average import average as mean
    from parley.law.entry_claims import read_stated
    from parley.law.readings import PAID, average_reading_of

    reading = average_reading_of(asked.reading)
    if longest and reading == PAID:  # each day takes a second
        longest = PAID_DAYS if asked.daily else PAID_PERIOD
    if not asked.origin:
        raise InputError("law average, origin", "no origin", f"{sign}origin CODE, such as {sign}origin CHN")
    if (asked.on is None) == (asked.since is None and asked.until is None):
        allowed = f"{sign}on DATE, or {sign}since DATE and {sign}until DATE"
        raise InputError("law average, on", "neither one day nor a period, or both", allowed)
    if (
        longest
        and asked.since
        and asked.until
        and (day(asked.until, "until") - day(asked.since, "since")).days > longest
    ):
        raise InputError("until", f"a period of more than {longest} days", "a shorter period")
    return mean(
        changed(asked, regime), asked.origin, asked.destination, asked.on, since=asked.since, until=asked.until,
        known=asked.known, weights=_weights(asked.weights, sign), claims=read_stated(asked.claim),
        reading=reading, conventions=asked.convention, products=_prefixes(asked.products, sign),
        programmes=asked.programme, group_of=_grouping(asked.by, sector_of, sign), daily=asked.daily,
        files=asked.as_files(),
    )  # fmt: skip


def average(
    asked: Average,
    regime: Regime | None = None,
    sector_of: Callable[[str], str | None] | None = None,
    longest: int | None = None,
    found: Averages | None = None,
) -> AverageAnswer:
    """`law average`. found: the averages, where they are at hand; else as for `averaged`."""
    from parley.law.answers import average_answer
    from parley.law.readings import average_reading_of

    made = averaged(asked, regime, sector_of, longest) if found is None else found
    return average_answer(made, average_reading_of(asked.reading))


def steps(asked: Timeline, regime: Regime) -> list[Step]:
    """The steps behind `law timeline`."""
    from parley.law.readings import reading_of
    from parley.law.timeline import timeline as steps_of

    read = reading_of(asked.reading)
    return steps_of(regime, asked.origin, asked.destination, asked.since, asked.until, asked.known, read)


def timeline(asked: Timeline, regime: Regime, found: list[Step] | None = None) -> LawTimelineAnswer:
    """`law timeline`. found: its steps, where they are at hand."""
    from parley.law.answers_changes import timeline_answer
    from parley.law.readings import reading_of

    made = steps(asked, regime) if found is None else found
    return timeline_answer(regime, made, asked.destination, asked.until, asked.known, reading_of(asked.reading))


def difference(asked: Diff, regime: Regime, sign: str = "") -> Difference:
    """What `law diff` finds in a regime; `changed` gives the one that the question drops from and adds to."""
    from parley.errors import InputError
    from parley.law.diff import diff
    from parley.law.readings import reading_of

    if len(asked.origin) != 1:
        raise InputError(f"{sign}origin", f"{len(asked.origin)} countries", f"one; several with {sign}feed")
    if asked.second is None:
        raise InputError(f"{sign}to", "no day", "ON or ON@KNOWN, such as 2025-07-09@2025-05-02")
    (origin,), names, goods = asked.origin, _adding(asked.programme, sign, base=True), _prefixes(asked.products, sign)
    return diff(regime, origin, asked.destination, asked.first, asked.second, reading_of(asked.reading), goods, names)


def fed(asked: Diff, regime: Regime, progress: Callable[[str], None] = lambda _: None, sign: str = "") -> FeedAnswer:
    """`law diff --feed`: the days of change in a regime as JSON Feed."""
    from parley.errors import InputError
    from parley.law.answers_feed import feed_answer
    from parley.law.feed import feed
    from parley.law.readings import reading_of

    if not asked.origin:
        raise InputError(f"{sign}origin", "no country", f"{sign}origin CODE, such as {sign}origin CHN")
    names, goods = _adding(asked.programme, sign, base=True), _prefixes(asked.products, sign)
    read = reading_of(asked.reading)
    return feed_answer(
        regime, feed(regime, asked.origin, asked.destination, asked.first, asked.second, goods, names, read, progress)
    )


def exported(
    asked: Export,
    out: Path | None,
    csv: Path | None = None,
    regime: Regime | None = None,
    progress: Callable[[str], None] = lambda _: None,
    sign: str = "",
) -> ExportAnswer:
    """`law export`: writes the panel of a period to .parquet and .csv files, and says what they hold. Raises InputError."""
    from parley.codes import countries, country, members
    from parley.errors import InputError
    from parley.law.answers_export import export_answer
    from parley.law.entry_claims import read_stated
    from parley.law.panel import compile_panel
    from parley.law.panel_export import files_of, write_panel
    from parley.law.panel_rows import Rows, adding

    if not asked.panel:
        raise InputError("law export", "no table is named", f"{sign}panel: it is the one table there is so far")
    files, to = files_of(out, csv), country(asked.destination, "destination")
    names, goods = _adding(asked.programme, sign), _prefixes(asked.products, sign)
    sellers = [country(o, f"{sign}origin") for o in asked.origin]
    sellers = sellers or [c for c in countries() if members(c) == (c,) and c != to]
    law, claims = changed(asked, regime), read_stated(asked.claim)
    progress("compiling the law of the period")
    panel = compile_panel(law, to, list(dict.fromkeys(sellers)), asked.since, asked.until, asked.known, claims)
    rows = Rows(panel, goods, names, adding(panel) if asked.split else ())
    if not rows.products:
        raise InputError(
            f"{sign}products", "no line of the schedule starts so in this period", "first digits, such as 8517"
        )
    made = write_panel(rows, files, law.version, lambda n: progress(f"{n} of {len(panel.origins)} origins are written"))
    return export_answer(law, rows, made, tuple(files), asked.known, asked.claim)


def rows(asked: Measures, regime: Regime, sign: str = "") -> list[Row]:
    """The rows behind `law measures list`."""
    from parley.law.answers_measures import measures_on

    return measures_on(regime, asked.programme, asked.on, asked.known, f"{sign}programme")


def measures(asked: Measures, regime: Regime, found: list[Row] | None = None) -> MeasuresAnswer:
    """`law measures list`. found: its rows, where they are at hand."""
    from parley.law.answers_measures import measures_answer

    return measures_answer(rows(asked, regime) if found is None else found, asked.on, asked.known)


def rows_of(asked: Measure, regime: Regime) -> list[Row]:
    """The rows behind `law measures show`. Raises MeasureError where none was known on the day."""
    from parley.law.answers_measures import steps_of

    return steps_of(regime, asked.id, asked.known)


def measure(asked: Measure, regime: Regime) -> MeasureAnswer:
    """`law measures show`."""
    from parley.law.answers_measures import measure_answer

    return measure_answer(rows_of(asked, regime), asked.known)


def facts(asked: Facts, sign: str = "") -> list[Fact]:
    """The facts behind `law measures facts`."""
    from datetime import date

    from parley.codes import country, day
    from parley.law.facts import read_facts
    from parley.law.regime import knowledge

    held = read_facts(authority=country(asked.authority, f"{sign}country") if asked.authority else None)
    return [f for f in held if f.stands(day(asked.on, "on") if asked.on else date.min, knowledge(asked.known))]


def act(asked: Act, regime: Regime) -> ActAnswer:
    """One act with its rows."""
    from parley.errors import named
    from parley.law.answers_measures import act_answer

    with named("id"):
        return act_answer(regime, asked.id)


def treatment(asked: Treatment, regime: Regime) -> TreatmentAnswer:
    """`law treatment`."""
    from parley.law.answers_treatment import treatment_answer

    return treatment_answer(asked, regime)


def _weights(text: str, sign: str) -> Literal["imports", "simple"] | Path:
    """imports, simple, or a file."""
    from parley.errors import unknown_name

    if text == "imports" or text == "simple":
        return text
    path = Path(text)
    if path.suffix or os.path.exists(path):
        return path
    raise unknown_name(f"{sign}weights", "weights", text, ("imports", "simple", "a CSV file"))


def _adding(names: Sequence[str], sign: str, base: bool = False) -> tuple[str, ...]:
    """Legal authorities that add to the base; base: of the base too. Raises InputError with the nearest one."""
    from parley.codes import PROGRAMMES
    from parley.errors import unknown_name
    from parley.law.measure import BASE_PROGRAMMES

    allowed = [name for name in PROGRAMMES if base or name not in BASE_PROGRAMMES]
    for name in names:
        if name not in allowed:
            raise unknown_name(f"{sign}programme", "legal authority", name, allowed)
    return tuple(dict.fromkeys(names))


def _prefixes(texts: Sequence[str], sign: str) -> tuple[str, ...]:
    from parley.errors import CodeError

    made = tuple(p.replace(".", "").strip() for text in texts for p in text.split(","))
    for prefix in made:
        if not (prefix.isascii() and prefix.isdecimal() and 2 <= len(prefix) <= 10):
            raise CodeError(f"{sign}products", f"{prefix[:40]!r}", "2 to 10 digits, with or without points")
    return made


def _grouping(
    by: str | None, sector_of: Callable[[str], str | None] | None, sign: str
) -> Callable[[str], str | None] | None:
    """The chapter or sector of a line."""
    from parley.errors import unknown_name

    if by == "chapter":
        return lambda code: code[:2]
    if by not in (None, "sector"):
        raise unknown_name(f"{sign}by", "grouping", by, ("chapter", "sector"))
    return sector_of if by else None
