"""`Ledger`: the entries of the record, read from TOML by month. Append-only; `.known(day)` hides everything later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias, TypeVar

from parley.arguments import checked
from parley.codes import country, union_of
from parley.errors import RecordError, nearest, unknown_name
from parley.record.entry import Entry, actor, matches
from parley.record.faults import read_entry
from parley.record.in_words import EVERYONE, parties_in
from parley.record.predicates import AbstractPredicate
from parley.tabular import Tabular
from parley.text_files import FileKind, is_folder, read_toml

ENTRIES = FileKind("a TOML file of [[entry]] tables only", RecordError, ".toml")
FOLDER = Path(__file__).parent / "ledger"
P = TypeVar("P")
A = TypeVar("A", bound=AbstractPredicate)
Toml: TypeAlias = str | int | float | date | list["Toml"] | dict[str, "Toml"]  # a value of TOML
TomlTable: TypeAlias = dict[str, Toml]


@dataclass(frozen=True)
class Ledger(Tabular):
    """The entries in the order of their days, then ids, whatever the order of files.

    `to_pandas()` and `to_polars()` give a row an entry; `summary()` is text.

    Examples
    --------
    >>> from datetime import date
    >>> import parley
    >>> ledger = parley.read_ledger()
    >>> len(ledger.until(date(2025, 5, 2)).entries) < len(ledger.entries)
    True
    """

    entries: tuple[Entry, ...]

    def __repr__(self) -> str:
        span = f", {self.entries[0].on} to {self.entries[-1].on}" if self.entries else ""
        return f"<Ledger: {len(self.entries)} entries{span}>"

    def columns(self) -> dict[str, list[str] | list[date]]:
        """One row an entry: id, kind, who, on whose behalf, to whom, the day, the day known, the words, the source's address."""
        held = self.entries
        return {
            "id": [e.id for e in held],
            "kind": [e.kind for e in held],
            "actor": [e.actor for e in held],
            "behalf": [e.behalf for e in held],
            "target": [e.target for e in held],
            "on": [e.on for e in held],
            "known": [e.known for e in held],
            "text": [e.text for e in held],
            "source": [e.source.address for e in held],
        }

    def summary(self) -> str:
        """How many entries of each kind, as text."""
        counts = Counter(e.kind for e in self.entries)
        return "\n".join((repr(self)[1:-1], *(f"{kind}: {n}" for kind, n in sorted(counts.items()))))

    @checked(error=RecordError)
    def known(self, day: date | None) -> Ledger:
        """The ledger as it could be read on a day. None: the fullest knowledge that the package holds.

        An entry that a later one `corrects` is hidden from the day on which the correction was known; so are the
        sources that came later.
        """
        visible = [e.as_known(day) for e in self.entries if e.known_on(day)]
        corrected = {r.to for e in visible for r in e.relates if r.how == "corrects"}
        return Ledger(tuple(e for e in visible if e.id not in corrected))

    @checked(error=RecordError)
    def until(self, on: date | None) -> Ledger:
        """The entries that had happened by a day."""
        return Ledger(tuple(e for e in self.entries if on is None or e.on <= on))

    @checked(error=RecordError)
    def of(self, wanted: str | None) -> Ledger:
        """The entries of one actor, or of every voice of one side. Raises RecordError where there is no such actor."""
        wanted = None if wanted is None else actor(wanted, "Ledger.of: wanted").id
        return Ledger(tuple(e for e in self.entries if wanted is None or matches(e.actor, e.behalf, wanted)))

    @checked(error=RecordError)
    def among(self, parties: Sequence[str]) -> Ledger:
        """The entries that concern these parties: of one of them, or of nobody's side, and to one of them or to everyone."""
        held = {union_of(country(p, "parties")) for p in parties}
        return Ledger(tuple(e for e in self.entries if _named(e) <= held))

    def saying(self, *kinds: type[P]) -> Iterator[tuple[Entry, P]]:
        """Every entry that says one of these predicates, with the predicate."""
        if wrong := [kind for kind in kinds if not isinstance(kind, type)]:
            raise RecordError("Ledger.saying", f"{wrong[0]!r}", "classes of record/predicates.py")
        for entry in self.entries:
            for said in entry.says:
                if isinstance(said, kinds):
                    yield entry, said

    def affirming(self, *kinds: type[A]) -> Iterator[tuple[Entry, A]]:
        """The same without those that say the opposite (value = false)."""
        return ((entry, said) for entry, said in self.saying(*kinds) if said.value)

    @checked(error=RecordError)
    def entry(self, id: str) -> Entry:
        """The entry of an id. Raises RecordError with the nearest."""
        for found in self.entries:
            if found.id == id:
                return found
        raise unknown_name("record", "entry", id, [e.id for e in self.entries], RecordError)

    @checked(error=RecordError)
    def answers_to(self, id: str, *hows: str) -> tuple[Entry, ...]:
        """The entries that bear on this one in one of these ways."""
        return tuple(e for e in self.entries if any(r.to == id and r.how in hows for r in e.relates))

    def last_day(self) -> date:
        """The last day on which anything of this ledger became known: what is later is not known here."""
        if not self.entries:
            raise RecordError("record", "no entry is known on that day", "", "Name a day with --on or a later --known")
        return max(e.known for e in self.entries)


def _named(entry: Entry) -> set[str]:
    """Whose entry it is and whom it is about: its target, else (as for analysts) all whom it names; a union for its members."""
    aimed = entry.behalf and entry.target
    about = {entry.target} if aimed else {entry.target, *(code for said in entry.says for code in parties_in(said))}
    return {union_of(code) for code in {entry.behalf, *about} - {"", EVERYONE}}


def day_of(ledger: Ledger, on: date | None, known: date | None) -> date:
    """The day that a view is about: as asked, else the knowledge day, else the last day that the ledger knows."""
    return on or known or ledger.last_day()


@checked(error=RecordError)
def read_ledger(folder: Path | str | None = None) -> Ledger:
    """The ledger of a folder of TOML files, one a month; the packaged one by default.

    Parameters
    ----------
    folder
        Of TOML files of entries; None: the packaged record.

    Returns
    -------
    Ledger
        Every entry, in the order of its day.

    Raises
    ------
    RecordError
        Where there is no such folder, or an entry breaks the schema or lacks a source.

    Examples
    --------
    >>> import parley
    >>> parley.read_ledger().of("CHN").entries[0].behalf
    'CHN'
    """
    folder = FOLDER if folder is None else Path(folder)
    paths = sorted(folder.glob("*.toml")) if is_folder(folder) else []
    if not paths:
        raise RecordError(str(folder), "no file of entries", "files such as 2025-05.toml")
    return _read(tuple((path, path.stat().st_mtime_ns) for path in paths))


@lru_cache(maxsize=2)
def _read(files: tuple[tuple[Path, int], ...]) -> Ledger:
    """The ledger of some files; the times of their last change renew what is remembered."""
    return ledger_of(entry for path, _ in files for entry in read_month(path))


def read_month(path: Path) -> tuple[Entry, ...]:
    """The entries of one file. Each must have happened in the month that names the file."""
    tables = read_tables(path)
    entries = tuple(read_entry(raw, path.name) for raw in tables)
    for entry in entries:
        if path.stem != entry.on.strftime("%Y-%m"):
            raise RecordError(f"{path.name}: entry {entry.id}, field on", str(entry.on), f"a day of {path.stem}")
    return entries


def read_tables(path: Path) -> list[TomlTable]:
    """The raw [[entry]] tables of a TOML file, not yet validated."""
    tables = read_toml(path, ENTRIES, path.name)
    extra = [key for key in tables if key != "entry"]
    if extra or not isinstance(tables.get("entry", []), list):
        raise RecordError(path.name, f"{extra[0] if extra else 'entry'!r} at the top", "[[entry]] tables only")
    return tables.get("entry", [])


def ledger_of(entries: Iterable[Entry]) -> Ledger:
    """A ledger of entries in any order. Ids are unique, and no entry bears on one that nobody knew yet."""
    ordered = tuple(sorted(entries, key=lambda e: (e.on, e.id)))
    by_id: dict[str, Entry] = {}
    for entry in ordered:
        if entry.id in by_id:
            raise RecordError(f"{_place(entry)}, field id", f"{entry.id!r} stands twice", "one entry an id",
                              "Leave the id out: parley record add gives the next free one")  # fmt: skip
        by_id[entry.id] = entry
    for entry in ordered:
        _check_relations(entry, by_id)
    return Ledger(ordered)


def _place(entry: Entry) -> str:
    """The file and the entry, for an error: an entry stands in the file of its month."""
    return f"{entry.on:%Y-%m}.toml: entry {entry.id}"


def _check_relations(entry: Entry, by_id: dict[str, Entry]) -> None:
    allowed = f"an entry known by {entry.known}"
    for number, relation in enumerate(entry.relates):
        where = f"{_place(entry)}, field relates[{number}].to"
        earlier = by_id.get(relation.to)
        if earlier is None:
            near = nearest(relation.to, by_id)
            raise RecordError(where, f"no entry {relation.to!r}", allowed, f"Did you mean {near[0]}?" if near else "")
        if relation.to == entry.id:
            raise RecordError(where, f"{relation.to!r} is the entry itself", allowed)
        if earlier.known > entry.known:
            raise RecordError(where, f"{relation.to} was known only on {earlier.known}", allowed)
