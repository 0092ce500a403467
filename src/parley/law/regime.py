"""A set of measures that says the rate, and why, for (product, origin, destination, day, knowledge day)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from dataclasses import replace as replaced
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec

from parley.arguments import checked, checked_fields
from parley.codes import country, day, union_of
from parley.errors import MEASURES, DateError, MeasureError, unknown_name, warn_of_percent
from parley.law.kept_acts import READ_TO, ReadTo, Rows, kept_rows, measures_folder, read_rows, read_to, rows_in_use
from parley.law.law_package import law_in_use
from parley.law.measure import LATEST, Measure, covers_origin, covers_product
from parley.law.row_clocks import as_applied, ended, until_announced
from parley.question import NewRate
from parley.tabular import Tabular
from parley.text_files import is_folder

if TYPE_CHECKING:
    from parley.law.explain import Explanation
    from parley.law.products import Products

T = TypeVar("T")


@checked(error=MeasureError)
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
    authority = None if authority is None else country(authority, "read_regime: authority")
    origin = None if origin is None else country(origin, "read_regime: origin")
    home = measures_folder() if folder is None else Path(folder)
    if folder == "" or not is_folder(home):
        raise MeasureError(str(home), "no such folder", "a folder of TOML acts")
    reached, paths = read_to(home), sorted(home.glob("*.toml"))
    version = law_in_use().version if folder is None else None
    rows = rows_in_use(home, paths) if folder is None else read_rows(paths, authority, optional)
    return _chosen(Rows(rows), authority, origin, reached, version)


@lru_cache(maxsize=8)  # so that what a regime remembers is made once in a process
def _chosen(
    held: Rows, authority: str | None, origin: str | None, reached: tuple[ReadTo, ...], version: str | None
) -> Regime:
    """The regime of those rows that an authority's law on an origin needs."""
    authorities = None if authority is None else (authority, union_of(authority))
    names = None if origin is None else {origin, union_of(origin), "*"}
    return Regime(tuple(
        m for m in held.rows
        if (authorities is None or m.act.authority in authorities) and (names is None or not names.isdisjoint(m.origins))
    ), reached=reached, version=version)  # fmt: skip


@checked_fields
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
    claims_seen: the day by which months of these claims must have been published to be used; None: all are used.
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
    claims_seen: date | None = None
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

    @checked
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

    @checked
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

    @checked
    def without(self, name: str, start: date | str | int | None = None) -> Regime:
        """The regime in which a measure, or a whole programme, ends on a day (None: it never was)."""
        self.check_name(name)
        cut = day(start) if start else date.min
        kept = (ended(m, cut) if name in (m.id, m.programme) else m for m in self.measures)
        return replaced(self, measures=tuple(m for m in kept if m is not None))

    @checked
    def suspended(self, name: str, start: date | str | int, until: date | str | int | None = None) -> Regime:
        """The regime in which a measure, or a whole programme, ends on a day and returns, as it stands by then, on another."""
        stopped = self.without(name, start)
        if until is None:
            return stopped
        back = day(until)
        if back <= day(start):
            raise DateError("Regime.suspended: until", f"{back} is not after {day(start)}", "a day after `start`")
        rows = (m for m in self.measures if name in (m.id, m.programme) and (m.end is None or m.end > back))
        again = (msgspec.structs.replace(m, start=max(m.start, back)) for m in rows)
        return replaced(stopped, measures=(*stopped.measures, *again))

    @checked
    def plus(self, measures: Iterable[Measure] | str | Path) -> Regime:
        """The regime with more measures; a path: those of an act of the user's own, in TOML. Raises MeasureError."""
        from parley.law.acts import check, read_act

        if isinstance(measures, (str, Path)):
            measures = read_act(Path(measures))
        else:
            measures = tuple(measures)
            for m in measures:
                check(m, f"Regime.plus: measure {m.id}")
                warn_of_percent(m.rate or 0.0, f"Regime.plus, {m.id}")
        return replaced(self, measures=(*self.measures, *measures))

    @checked
    def set_rate(self, name: str, rate: NewRate, start: date | str | int) -> Regime:
        """The regime in which a measure has another rate from a day on, whatever steps it had ahead."""
        warn_of_percent(rate, f"Regime.set_rate, {name}")
        return with_rate(self, name, rate, day(start))

    @checked
    def with_schedule(self, schedule: Products) -> Regime:
        """The regime over another edition of a destination's schedule (law/hts_json.py reads the official JSON)."""
        others = (s for s in self.schedules if s.destination != schedule.destination)
        return replaced(self, schedules=(*others, schedule))

    @checked
    def law_known_to(self, destination: str) -> date | None:
        """The last day to which a destination's law was read, its union's where that ends first; None where not said."""
        authorities = (destination, union_of(destination))
        return min((r.law_known_to for r in self.reached if r.authority in authorities), default=None)

    @checked
    def schedule_of(self, destination: str) -> Products | None:
        """The schedule read instead of the packaged one; None where none is."""
        return next((s for s in self.schedules if s.destination == destination), None)

    def as_collected(self) -> Regime:
        """The regime as customs applied it; ask it with the day itself as the knowledge day (law/readings.py).

        A row ends when its collection stopped. A row that customs applied later than it was signed is known from that
        day, and the row that it replaced until then.
        """
        late = [m for m in self.measures if m.collected_start]
        return self.once(
            "collected", None, lambda: replaced(self, measures=tuple(as_applied(m, late) for m in self.measures))
        )

    def as_announced(self) -> Regime:
        """The regime with what was announced and is no act: known from its announcement, and what it replaces until then."""
        new = [msgspec.structs.replace(m, announced=False) for m in self.measures if m.announced]
        held = (until_announced(m, new) for m in self.measures if not m.announced)
        return replaced(self, measures=(*held, *new)) if new else self

    @checked
    def at(self, on: date, known: date, authority: str) -> tuple[Measure, ...]:
        """The rows of an authority in force on a day, as known on another."""
        return self.once("at", (on, known, authority), lambda: tuple(m for m in self.of(authority) if m.at(on, known)))

    @checked
    def of(self, authority: str) -> tuple[Measure, ...]:
        """The rows of an authority and its union."""
        authorities = (authority, union_of(authority))
        return self.once("rows", authority, lambda: tuple(m for m in self.measures if m.act.authority in authorities))

    def once(self, kind: str, key: Hashable, make: Callable[[], T], most: int = 512) -> T:
        """What was made of this regime under a key, or is made now: of things that nobody can change. most: kept of a kind."""
        held = self._remembered.setdefault(kind, {})
        if key in held:
            return held[key]
        made = make()
        while len(held) >= most:
            held.pop(next(iter(held)), None)
        held[key] = made
        return made

    @cached_property
    def _remembered(self) -> dict[str, dict[Hashable, Any]]:
        return {}

    def __getstate__(self) -> dict[str, Any]:
        """The fields alone: what was made of them is made again."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @checked
    def covering(
        self, product: str, origin: str, destination: str, on: date, known: date | None, *, ever: bool = False
    ) -> tuple[Measure, ...]:
        """The rows in force on a day (ever: on whatever day), as known on another, that cover a product from an origin."""
        rows = self._on_origin(origin, destination, None if ever else on, known or LATEST)
        return tuple(m for m in rows if covers_product(m, product, on))

    def _on_origin(self, origin: str, authority: str, on: date | None, known: date) -> tuple[Measure, ...]:
        """The rows of an authority on an origin's goods, in force on a day (None: on whatever day), as known on another."""

        held = self.once("of origin", (origin, authority), lambda: self._covering_origin(origin, authority))
        if on is None:
            return tuple(m for m in held if m.is_known(known))
        return self.once("on origin", (origin, authority, on, known), lambda: tuple(m for m in held if m.at(on, known)))

    def _covering_origin(self, origin: str, authority: str) -> tuple[Measure, ...]:
        """The rows of an authority on an origin's goods, on whatever day in force and known."""
        return tuple(m for m in self.of(authority) if covers_origin(m, origin))

    @checked
    def known_rows(self, known: date, authority: str) -> tuple[Measure, ...]:
        """The rows of an authority, on whatever day in force, that were known on a day."""
        return tuple(m for m in self.of(authority) if m.is_known(known))

    @checked
    def check_name(self, name: str) -> None:
        """Nothing, if a measure or legal authority has the name. Raises MeasureError with the nearest."""
        names = {n for m in self.measures for n in (m.id, m.programme)}
        if name not in names:
            raise unknown_name("measure", "measure or legal authority", name, names, MeasureError)


def knowledge(known: date | str | int | None) -> date:
    """The knowledge day; the fullest knowledge when none is given."""
    return LATEST if known is None else day(known, "known")


def with_rate(regime: Regime, name: str, rate: float, cut: date) -> Regime:
    """`set_rate` without its warning, for rates of which the user was told where they are written."""
    regime.check_name(name)
    rows = [m for m in regime.measures if m.id == name and m.at(cut, LATEST)]
    if not rows:
        steps = ", ".join(dict.fromkeys(str(m.start) for m in regime.measures if m.id == name))
        if not steps:
            raise MeasureError(
                name, "a legal authority", "one measure: each has a rate of its own", f"{MEASURES} shows them"
            )
        raise MeasureError(name, f"no step in force on {cut}", f"a day within a step; its steps start on {steps}")
    if any(m.combine == "ban" for m in rows):
        raise MeasureError(name, "a ban", "a measure with a rate; a ban can be dropped", f"Use without({name!r})")
    made = (msgspec.structs.replace(m, rate=rate, expression=None, start=cut, end=None) for m in rows)
    held = regime.without(name, cut)
    return replaced(held, measures=(*held.measures, *made))


__all__ = [
    "READ_TO",
    "ReadTo",
    "Regime",
    "kept_rows",
    "knowledge",
    "measures_folder",
    "read_regime",
    "read_to",
]
