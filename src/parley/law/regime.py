"""A set of measures that says the rate, and why, for (product, origin, destination, day, knowledge day)."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from parley.cache_folder import cache_folder, kept_or_made
from parley.codes import day, union_of
from parley.errors import InputError, MeasureError, unknown_name
from parley.law.law_package import law_in_use, law_path
from parley.law.measure import LATEST, Act, Measure, covers_origin, covers_product, packed, unpacked
from parley.tabular import Tabular

if TYPE_CHECKING:
    from parley.law.explain import Explanation
    from parley.law.products import Products

READ_TO = "read-to.csv"
MOST_KEPT = 4  # files of kept law: the eldest give way


@dataclass(frozen=True)
class ReadTo:
    """The last day to which an authority's law was read, and what that rests on."""

    authority: str
    law_known_to: date
    source: str = ""


def measures_folder() -> Path:
    """The folder of the acts of the law in use."""
    return law_path("measures")


def read_regime(
    folder: Path | str | None = None,
    authority: str | None = None,
    origin: str | None = None,
    optional: Sequence[str] = (),
) -> Regime:
    """The regime of all acts in a folder (those of the law in use by default), or of one authority's on one origin alone.

    Parameters
    ----------
    folder
        Of TOML acts; None: those of the law in use (law/law_package.py), parsed once and kept.
    authority, origin
        ISO codes. Only acts of this authority (or its union); of those, only rows that may cover this origin.
    optional
        Keys of the folder's acts that may be skipped where they are not known, as measure.NAME.

    Returns
    -------
    Regime
        Every row of the acts, as dated law.

    Raises
    ------
    MeasureError
        Where there is no such folder, or an act breaks the schema.

    Examples
    --------
    >>> import parley
    >>> parley.read_regime(authority="CHN").explain("9503.00.89", "USA", "CHN", on="2025-05-02").added_rate
    1.5
    """
    home = Path(folder) if folder else measures_folder()
    if not home.is_dir():
        raise MeasureError(str(home), "no such folder", "a folder of TOML acts")
    reached, paths = read_to(home), sorted(home.glob("*.toml"))
    version = law_in_use().version if folder is None else None
    authorities = None if authority is None else (authority, union_of(authority))
    names = None if origin is None else {origin, union_of(origin), "*"}
    rows = _rows_in_use(home, paths) if folder is None else _read_rows(paths, authority, optional)
    return Regime(tuple(
        m for m in rows
        if (authorities is None or m.act.authority in authorities) and (names is None or not names.isdisjoint(m.origins))
    ), reached=reached, version=version)  # fmt: skip


def _rows_in_use(home: Path, paths: Sequence[Path]) -> tuple[Measure, ...]:
    """The rows of the law in use. Raises MeasureError; of a package of law, with what to do where it is for a later parley."""
    try:
        return kept_rows(home, paths)
    except MeasureError as error:
        used = law_in_use()
        if used.where == "shipped":
            raise
        hint = "It may be law for a later parley: pip install -U parley-trade"
        raise MeasureError(f"law {used.version}: {error.where}", error.found, error.allowed, hint) from None


def kept_rows(home: Path, paths: Sequence[Path]) -> tuple[Measure, ...]:
    """The rows of all acts of a folder, from the cache where it holds them: parsing takes longer than answering.

    The name of what is kept is a checksum of the law's own, the acts' names, sizes and times, and the fields that a row has.
    """
    used = law_in_use()
    of_use = (used.hash, used.optional_keys) if home == used.folder / "measures" else ("", ())
    stamps = [(p.name, (found := p.stat()).st_size, found.st_mtime_ns) for p in paths]
    meant = [str(home), of_use, stamps, Measure.__struct_fields__, Act.__struct_fields__]
    key = hashlib.sha256(msgspec.json.encode(meant)).hexdigest()[:32]
    place = cache_folder() / "acts" / f"{key}.msgpack"
    return kept_or_made(place, unpacked, lambda: _read_rows(paths, None, of_use[1]), packed, MOST_KEPT)


def _read_rows(
    paths: Iterable[Path], authority: str | None = None, optional: Sequence[str] = ()
) -> tuple[Measure, ...]:
    """The rows of a folder of acts, parsed: what a question of kept law need not load."""
    from parley.law.acts import read_acts

    return read_acts(paths, authority, optional)


def read_to(folder: Path) -> tuple[ReadTo, ...]:
    """The days to which a folder's acts were read; none where it does not say. Raises MeasureError naming the row."""
    path = folder / READ_TO
    return _read_days(path, path.stat().st_mtime_ns) if path.is_file() else ()


@cache
def _read_days(path: Path, stamp: int) -> tuple[ReadTo, ...]:
    del stamp
    rows = csv.DictReader(x for x in path.read_text("utf-8").splitlines() if not x.startswith("#"))
    return tuple(_as_read(row, f"{path.name} row {n}") for n, row in enumerate(rows, 1))


def _as_read(row: dict[str, str], where: str) -> ReadTo:
    try:
        return ReadTo(row["authority"], date.fromisoformat(row["law_known_to"]), row.get("source") or "")
    except (KeyError, ValueError):
        found = ", ".join(f"{k}={v}" for k, v in row.items())[:120]
        raise MeasureError(where, found, "authority,law_known_to,source with the day as YYYY-MM-DD") from None


@dataclass(frozen=True)
class Regime(Tabular):
    """A set of measures. A counterfactual is a new regime: `without`, `plus` and `set_rate` change nothing in place.

    schedules: tariff schedules read instead of the packaged ones, each for its destination.
    reached: how far each authority's law was read; none where the acts do not say.
    estimates: whether a base levied by quantity, of no stated quantity, is set against a total at what customs charged on
    past imports (law/estimates.py); False: the rate is then unknown.
    content: what averages count as metal where nobody says (law/metal_content.py): goods of chapters 72, 73, 74 and 76
    wholly and others by their industry's shares, from June 2025 to April 2026 ("chapters"), on "every day" with halves
    where none is known, or on every day with those alone ("declared"); all wholly ("full"); all by shares ("shares").
    use: the USMCA claims that averages count: of each month ("months"), or of the year 2025 ("year").
    aircraft: whether averages mix in the goods that are for civil aircraft.
    spared: whose base averages cut by the share of value that was spared it: that of the "parties" of agreements, whose
    totals stand whatever is claimed; theirs with what is left of totals ("after totals"); or that of "everyone" but Canada and
    Mexico, before totals are set against it.
    carried: whether averages count a base that is not ad valorem as the Budget Lab's series does (law/tracked_lines.py).
    version: of the package of law that the acts are from (law/law_package.py); None: a folder of the user's own.

    `explain` and `rate` take days as ISO text, `date`, or a number such as 20250502. `summary()` is text, `to_pandas()` and
    `to_polars()` give a row a measure.

    Examples
    --------
    >>> import parley
    >>> law = parley.read_regime()
    >>> law.rate("9503.00.00.73", "CHN", "USA", on="2025-05-02")
    1.45
    >>> law.without("us-ieepa-fentanyl-cn").rate("9503.00.00.73", "CHN", "USA", on=20250502)
    1.25
    """

    measures: tuple[Measure, ...]
    schedules: tuple[Products, ...] = ()
    reached: tuple[ReadTo, ...] = ()
    estimates: bool = True
    content: Literal["chapters", "every day", "declared", "full", "shares"] = "chapters"
    use: Literal["months", "year"] = "months"
    aircraft: bool = True
    spared: Literal["parties", "after totals", "everyone"] = "parties"
    carried: bool = False
    version: str | None = None

    def __repr__(self) -> str:
        read = ", ".join(f"{r.authority} to {r.law_known_to}" for r in self.reached) or "not said how far"
        return f"<Regime: {len(self.measures)} measures of {len({m.act.id for m in self.measures})} acts; read: {read}>"

    def columns(self) -> dict[str, list[str] | list[float | None] | list[date | None]]:
        """One row a measure: id, legal authority, act, days, rate (fraction) or its text, how it combines, origins, source."""
        held = self.measures
        return {
            "id": [m.id for m in held],
            "legal_authority": [m.programme for m in held],
            "authority": [m.act.authority for m in held],
            "act": [m.act.id for m in held],
            "start": [m.start for m in held],
            "end": [m.end for m in held],
            "rate": [m.rate for m in held],
            "expression": [m.expression or "" for m in held],
            "combine": [m.combine for m in held],
            "origins": [" ".join(m.origins) for m in held],
            "source": [m.source for m in held],
        }

    def summary(self) -> str:
        """How many measures each authority has under each legal authority, as text."""
        counts = Counter((m.act.authority, m.programme) for m in self.measures)
        return "\n".join((repr(self)[1:-1], *(f"{who} {what}: {n}" for (who, what), n in sorted(counts.items()))))

    def explain(
        self,
        product: str,
        origin: str,
        destination: str,
        on: date | str | int,
        known: date | str | int | None = None,
        claims: Mapping[str, object] | None = None,
        value: float | None = None,
    ) -> Explanation:
        """The rate as a sum of lines, each with its act, and what was not applied, with the reason."""
        from parley.law.explain import explain, question

        return explain(self, question(product, origin, destination, on, known, claims, value))

    def rate(
        self,
        product: str,
        origin: str,
        destination: str,
        on: date | str | int,
        known: date | str | int | None = None,
        claims: Mapping[str, object] | None = None,
    ) -> float | None:
        """The sum of the lines of `explain`; None where the base is unknown."""
        return self.explain(product, origin, destination, on, known, claims).rate

    def without(self, name: str, start: date | str | int | None = None) -> Regime:
        """The regime in which a measure, or a whole programme, ends on a day (None: it never was)."""
        self._check_name(name)
        cut = day(start) if start else date.min
        kept = (_ended(m, cut) if name in (m.id, m.programme) else m for m in self.measures)
        return replaced(self, measures=tuple(m for m in kept if m is not None))

    def suspended(self, name: str, start: date | str | int, until: date | str | int | None = None) -> Regime:
        """The regime in which a measure, or a whole programme, ends on a day and returns, as it stands by then, on another."""
        stopped = self.without(name, start)
        if until is None:
            return stopped
        back = day(until)
        rows = (m for m in self.measures if name in (m.id, m.programme) and (m.end is None or m.end > back))
        return stopped.plus(msgspec.structs.replace(m, start=max(m.start, back)) for m in rows)

    def plus(self, measures: Iterable[Measure]) -> Regime:
        """The regime with more measures."""
        return replaced(self, measures=(*self.measures, *measures))

    def set_rate(self, name: str, rate: float, start: date | str | int) -> Regime:
        """The regime in which a measure has another rate from a day on, whatever steps it had ahead."""
        self._check_name(name)
        cut = day(start)
        rows = [m for m in self.measures if m.id == name and m.at(cut, LATEST)]
        if not rows:
            steps = ", ".join(str(m.start) for m in self.measures if m.id == name) or "none: it is a legal authority"
            raise MeasureError(name, f"no step in force on {cut}", f"a day within a step; its steps start on {steps}")
        if any(m.combine == "ban" for m in rows):
            raise MeasureError(name, "a ban", "a measure with a rate; a ban can be dropped", f"Use without({name!r})")
        made = (msgspec.structs.replace(m, rate=rate, expression=None, start=cut, end=None) for m in rows)
        return self.without(name, cut).plus(made)

    def with_schedule(self, schedule: Products) -> Regime:
        """The regime over another edition of a destination's schedule (law/hts_json.py reads the official JSON)."""
        others = (s for s in self.schedules if s.destination != schedule.destination)
        return replaced(self, schedules=(*others, schedule))

    def law_known_to(self, destination: str) -> date | None:
        """The last day to which a destination's law was read, its union's where that ends first; None where not said."""
        authorities = (destination, union_of(destination))
        return min((r.law_known_to for r in self.reached if r.authority in authorities), default=None)

    def schedule_of(self, destination: str) -> Products | None:
        """The schedule read instead of the packaged one; None where none is."""
        return next((s for s in self.schedules if s.destination == destination), None)

    def as_collected(self) -> Regime:
        """The regime as customs applied it; ask it with the day itself as the knowledge day (law/readings.py).

        A row ends when its collection stopped. A row that customs applied later than it was signed is known from that
        day, and the row that it replaced until then.
        """
        late = [m for m in self.measures if m.collected_start]
        return replaced(self, measures=tuple(_as_applied(m, late) for m in self.measures))

    def as_announced(self) -> Regime:
        """The regime with what was announced and is no act: known from its announcement, and what it replaces until then."""
        new = [msgspec.structs.replace(m, announced=False) for m in self.measures if m.announced]
        held = (_until_announced(m, new) for m in self.measures if not m.announced)
        return replaced(self, measures=(*held, *new)) if new else self

    def at(self, on: date, known: date, authority: str) -> tuple[Measure, ...]:
        """The rows of an authority in force on a day, as known on another."""
        authorities = (authority, union_of(authority))
        return tuple(m for m in self.measures if m.act.authority in authorities and m.at(on, known))

    def covering(
        self, product: str, origin: str, destination: str, on: date, known: date | None, *, ever: bool = False
    ) -> tuple[Measure, ...]:
        """The rows in force on a day (ever: on whatever day), as known on another, that cover a product from an origin."""
        seen = known or LATEST
        held = self.known_rows(seen, destination) if ever else self.at(on, seen, destination)
        rows = (m for m in held if covers_origin(m, origin))
        return tuple(m for m in rows if covers_product(m, product, on))

    def known_rows(self, known: date, authority: str) -> tuple[Measure, ...]:
        """The rows of an authority, on whatever day in force, that were known on a day."""
        authorities = (authority, union_of(authority))
        return tuple(m for m in self.measures if m.act.authority in authorities and m.is_known(known))

    def _check_name(self, name: str) -> None:
        names = {n for m in self.measures for n in (m.id, m.programme)}
        if name not in names:
            raise unknown_name("measure", "measure or legal authority", name, names, MeasureError)


def _as_applied(m: Measure, late: Iterable[Measure]) -> Measure:
    """The row with the clocks of customs."""
    until = (x.collected_start for x in late if (m.key, m.origins, m.known_end) == (x.key, x.origins, x.learnt))
    known_end = next(until, m.known_end)
    if (m.collected_start, m.collected_end, known_end) == (None, None, m.known_end):
        return m
    return msgspec.structs.replace(
        m, end=m.collected_end or m.end, known=m.collected_start or m.known, known_end=known_end
    )


def _until_announced(m: Measure, new: Iterable[Measure]) -> Measure:
    """A step that is still to come on the day on which another of its id was announced in its place, known until then."""
    later = [x.learnt for x in new if (x.id, x.origins, x.rank) == (m.id, m.origins, m.rank)
             and m.learnt < x.learnt < min(m.start, m.known_end or LATEST)]  # fmt: skip
    return msgspec.structs.replace(m, known_end=min(later)) if later else m


def _ended(m: Measure, cut: date) -> Measure | None:
    """The row ended on a day; None if it had not begun by then."""
    if m.start >= cut:
        return None
    if m.end is not None and m.end <= cut and (m.end_known or m.learnt) <= m.learnt:
        return m
    return msgspec.structs.replace(m, end=min(cut, m.end or LATEST), end_known=None)


def knowledge(known: date | str | int | None) -> date:
    """The knowledge day; the fullest knowledge when none is given."""
    return LATEST if known is None else day(known, "known")


def read_changed(
    drops: Sequence[str], adds: Sequence[Path], authority: str | None = None, origin: str | None = None
) -> Regime:
    """The packaged regime (of one authority and origin, for speed) with acts added and measures dropped, in order."""
    regime = read_regime(authority=authority, origin=origin)
    if adds:
        from parley.law.acts import read_act

        regime = regime.plus(m for path in adds for m in read_act(Path(path)))
    names = {n for m in regime.measures for n in (m.id, m.programme)}
    if authority and any(d.partition("@")[0] not in names for d in drops):
        return read_changed(drops, adds)  # a measure of the other side: a question about it is still a good one
    for text in drops:
        name, start = read_drop(text)
        regime = regime.without(name, start)
    return regime


def read_drop(text: str) -> tuple[str, date]:
    """The measure and the day of MEASURE@DATE. Raises InputError."""
    name, sign, start = text.partition("@")
    if not name or not sign:
        raise InputError("--drop", f"{text[:80]!r}", "MEASURE@DATE, such as us-ieepa-fentanyl-cn@2025-05-02")
    return name, day(start, "--drop")
