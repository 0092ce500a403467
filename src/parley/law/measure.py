"""One measure as one dated row of an act: rate, scope, clocks, stacking and source, read from TOML and validated."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from parley.errors import MeasureError, nearest, unknown_name
from parley.law.entry_claims import check_condition
from parley.legal_authorities import PROGRAMMES

HIGHEST_RATE = 10  # above any rate ever levied, below any percentage mistaken for a fraction
BASE_PROGRAMMES = ("mfn", "column2", "preference")  # of the base, before any measure
LATEST = date.max  # the knowledge day of "fullest knowledge", and the end of what has no end
_OURS = ("act", "folder")  # fields of Measure that the reader fills in, which no row may write

T = TypeVar("T")


class Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The legal act that a measure rests on. `read` is True only if its text was read by us, at `address`.

    amended: the days of later acts without a file of their own that changed its rows.
    stacks: its clause on other duties, quoted; what the `yields_to` of its rows rest on.
    """

    id: str
    title: str
    citation: str
    authority: str
    signed: date
    address: str = ""
    read: bool = False
    note: str = ""
    amended: tuple[date, ...] = ()
    stacks: str = ""


class Yields(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One edge: the measure gives way to `to` (a programme, layer or id) between two dates, for some origins."""

    to: str
    start: date | None = None
    end: date | None = None
    known: date | None = None
    known_end: date | None = None
    origins: tuple[str, ...] = ("*",)
    origins_except: tuple[str, ...] = ()
    wholly: bool = False


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A duty that one authority levies on some goods from some origins between two dates, with its source.

    rate: fraction of customs value; or expression: the text of a specific or compound duty; neither in a ban.
    start, end: first day in force, first day out of force. known, known_end: the same on the knowledge clock.
    end_known: the day from which its end was known; read with earlier knowledge the row has no end.
    collected_start, collected_end: first day on which customs applied it, and on which they no longer did, where later.
    contingent: the edge, "start" or "end", that comes only unless an act extends what stands ("unless extended").
    share_least: with non_us_content, a claimed United States content below this counts as none.
    hour, end_hour: the hour of its first day, and of the day of its end, in the levier's legal time, where a text gives it.
    announced: made known by its levier and no act yet: no law, counted in the announced reading alone (law/readings.py).
    combine: how it joins the others; "replace": its rate stands in place of the base, in lieu of column 1 or 2.
    covers: others give way to it although its rate is 0: the share of value is its own, and nothing is due on it.
    spares: programmes, layers or ids that an exclusion from every layer (layer = "*") leaves in force.
    stacks: the clause on other duties, quoted, on which its yields_to rest, where it is not that of the whole act.

    Examples
    --------
    >>> import parley
    >>> [m.rate for m in parley.read_regime().measures if m.id == "us-ieepa-fentanyl-cn"][:1]
    [0.1]
    """

    id: str
    programme: str
    start: date
    act: Act
    folder: str = ""
    rate: float | None = None
    expression: str | None = None
    combine: Literal["add", "total", "replace", "zero", "cap", "ban"] = "add"
    layer: str = ""
    rank: int = 0
    origins: tuple[str, ...] = ("*",)
    origins_except: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    product_list: str = ""
    products_except: tuple[str, ...] = ()
    products_except_list: str = ""
    end: date | None = None
    known: date | None = None
    known_end: date | None = None
    end_known: date | None = None
    collected_start: date | None = None
    collected_end: date | None = None
    hour: str = ""
    end_hour: str = ""
    announced: bool = False
    terminated_by: str = ""
    contingent: Literal["", "start", "end"] = ""
    share: Literal["full", "steel", "aluminium", "copper", "non_us_content"] = "full"
    share_least: float = 0.0
    covers: bool = False
    yields_to: tuple[Yields, ...] = ()
    spares: tuple[str, ...] = ()
    stacks: str = ""
    when: dict[str, Any] = {}
    unless: dict[str, Any] = {}
    heading: str = ""
    reason: str = ""

    def __repr__(self) -> str:
        rate = "a ban" if self.combine == "ban" else self.expression or f"{100 * (self.rate or 0):g} %"
        until = f" to {self.end}" if self.end else ""
        return f"<Measure {self.id}: {rate} from {self.start}{until}, {self.programme}, {self.act.id}>"

    @property
    def key(self) -> str:
        """The layer in which it competes: its own id unless the row names one."""
        return self.layer or self.id

    @property
    def learnt(self) -> date:
        """The first day on which the row was known: its own, or the day its act was signed."""
        return self.known or self.act.signed

    @property
    def source(self) -> str:
        """Heading, citation and, where its text was not read by us, that fact."""
        text = f"{self.heading}; {self.act.citation}" if self.heading else self.act.citation
        return text if self.act.read else f"{text} (cited, text not read)"

    @property
    def names(self) -> tuple[str, str, str]:
        """The names by which others refer to it: id, layer, programme."""
        return self.id, self.key, self.programme

    def at(self, on: date, known: date) -> bool:
        """Whether it is in force on a day, as known on another. Both clocks are half-open [start, end)."""
        return self.start <= on and self.is_known(known) and on < self.end_as_known(known)

    def end_as_known(self, known: date) -> date:
        """The first day out of force, as known on a day; the last of all days where no end was known."""
        return self.end if self.end and (self.end_known or self.learnt) <= known else LATEST

    def is_known(self, known: date) -> bool:
        """Whether the knowledge day lies in [known, known_end); an announcement that is no act is never known as law."""
        return not self.announced and self.learnt <= known and (self.known_end is None or known < self.known_end)


def read_act(path: Path) -> tuple[Measure, ...]:
    """The measures of one act file, in order. Raises MeasureError naming the file, the row, the field and the value."""
    try:
        return _read_act(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise MeasureError(str(path), "no such file", "a TOML act") from None


@cache
def _read_act(path: Path, stamp: int) -> tuple[Measure, ...]:
    """The measures of a file as it was at a time: the stamp renews the cache."""
    del stamp
    try:
        text = path.read_text("utf-8")
        raw = tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:  # a number of too many digits is a ValueError of its own
        raise MeasureError(path.name, f"not readable as TOML: {error}") from None
    return tuple(_rows(raw, path))


def _rows(raw: dict[str, Any], path: Path) -> Iterator[Measure]:
    for key in raw:
        if key not in ("act", "measure", "fact"):
            raise unknown_name(path.name, "table", key, ("act", "measure", "fact"), MeasureError)
    if not isinstance(raw.get("act"), dict):
        raise MeasureError(path.name, "no [act] table", "one [act] with id, title, citation, authority, signed")
    act = _convert(raw["act"], Act, f"{path.name} [act]")
    rows = raw.get("measure", [])
    if not (isinstance(rows, list) and all(isinstance(row, dict) for row in rows)):
        raise MeasureError(path.name, f"measure is a {type(rows).__name__} of something else", "[[measure]] tables")
    for number, row in enumerate(rows, 1):
        where = f"{path.name} measure {number} ({row.get('id', 'no id')})"
        for name in _OURS:
            if name in row:
                raise _unknown_field(where, name, Measure)
        measure = _convert({**row, "act": act, "folder": str(path.parent)}, Measure, where)
        check(measure, where)
        yield measure


def _convert(raw: dict[str, Any], kind: type[T], where: str) -> T:
    """The raw table as a struct; msgspec's complaint becomes ours, with the nearest field name."""
    fields = getattr(kind, "__struct_fields__", ())
    for name in raw:
        if name not in fields:
            raise _unknown_field(where, name, kind)
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise MeasureError(where, _with_value(str(error), raw)) from None


def _unknown_field(where: str, name: str, kind: Any) -> MeasureError:
    fields = [f for f in kind.__struct_fields__ if f not in _OURS]
    near = nearest(name, fields)
    return MeasureError(where, f"no field {name!r}", ", ".join(fields), f"Did you mean {near[0]}?" if near else "")


def _with_value(complaint: str, raw: dict[str, Any]) -> str:
    """Adds the offending value to "… - at `$.field`", which msgspec leaves out."""
    name = complaint.rpartition("$.")[2].rstrip("`").split("[")[0]
    return f"{complaint.replace('$.', '')}, found {str(raw[name])[:80]!r}" if name in raw else complaint


def check(m: Measure, where: str) -> None:
    """Nothing, if the row keeps the law of the house; raises MeasureError at the first breach."""
    if m.programme not in PROGRAMMES:
        raise unknown_name(f"{where} programme", "programme", m.programme, PROGRAMMES, MeasureError)
    _check_rate(m, where)
    _check_share(m, where)
    _check_clocks(m, where)
    _check_scope(m, where)
    for conditions in (m.when, m.unless):
        for name, wanted in conditions.items():
            check_condition(name, wanted, where)
    if not m.act.citation:
        raise MeasureError(where, "no source", "an act with a citation")


def _check_rate(m: Measure, where: str) -> None:
    if m.layer == "*" and m.combine != "zero":
        raise MeasureError(
            f"{where} layer", "'*'", "a layer's name; only an exclusion (combine = 'zero') empties all of them"
        )
    if m.spares and m.layer != "*":
        raise MeasureError(
            f"{where} spares", ", ".join(m.spares), "layer '*': only what empties all layers can spare some"
        )
    if m.combine == "ban":
        _check_ban(m, where)
        return
    if m.combine == "replace":
        _check_base(m, where)
    if m.rate is not None and m.expression is not None:
        raise MeasureError(where, "both rate and expression", "one of them")
    if m.rate is not None and not 0 <= m.rate <= HIGHEST_RATE:
        hint = f"For {m.rate:g} percent write {m.rate / 100:g}"
        raise MeasureError(f"{where} rate", f"{m.rate:g}", f"a fraction of customs value, 0 to {HIGHEST_RATE}", hint)
    if m.combine == "zero":
        return
    if m.rate is None and m.expression is None:
        raise MeasureError(where, "neither rate nor expression", "one of them (or combine = 'zero')")


def _check_base(m: Measure, where: str) -> None:
    """A rate in place of the base is one rate of the whole value, of a programme of the base, that gives way to nothing."""
    if m.programme not in BASE_PROGRAMMES:
        raise MeasureError(f"{where} programme", f"{m.programme!r} in place of the base", ", ".join(BASE_PROGRAMMES))
    stated = (("expression", m.expression is not None), ("share", m.share != "full"), ("yields_to", bool(m.yields_to)))
    for name, wrong in stated:
        if wrong:
            raise MeasureError(f"{where} {name}", "stated for a rate in place of the base", "a rate of the whole value")


def _check_ban(m: Measure, where: str) -> None:
    """A ban is no rate: it has none, competes in no layer, gives way to nothing and says why."""
    stated = (("rate", m.rate is not None), ("expression", m.expression is not None), ("layer", bool(m.layer)),
              ("share", m.share != "full"), ("yields_to", bool(m.yields_to)), ("rank", m.rank != 0))  # fmt: skip
    for name, wrong in stated:
        if wrong:
            raise MeasureError(
                f"{where} {name}", "stated for a ban", "none: a ban forbids the import, whatever is levied"
            )
    if not m.reason:
        raise MeasureError(f"{where} reason", "none", "a sentence that says what is forbidden")


def _check_share(m: Measure, where: str) -> None:
    if not 0 <= m.share_least <= 1:
        raise MeasureError(f"{where} share_least", f"{m.share_least:g}", "a fraction of value, 0 to 1")
    if m.covers and (m.combine, m.rate) != ("add", 0):
        raise MeasureError(
            f"{where} covers", f"{m.combine} of {m.rate}", "a rate of 0: others give way to any other row"
        )


def _check_clocks(m: Measure, where: str) -> None:
    for first, last, names in ((m.start, m.end, "start and end"), (m.learnt, m.known_end, "known and known_end")):
        if last is not None and last <= first:
            raise MeasureError(f"{where} {names}", f"{first} to {last}", "an end after its start")
    for edge in m.yields_to:
        if edge.start and edge.end and edge.end <= edge.start:
            raise MeasureError(f"{where} yields_to {edge.to}", f"{edge.start} to {edge.end}", "an end after its start")


def _check_scope(m: Measure, where: str) -> None:
    if bool(m.products) == bool(m.product_list):
        found = "both products and product_list" if m.products else "neither products nor product_list"
        raise MeasureError(where, found, "one of them")
    for prefix in (*m.products, *m.products_except):
        if prefix != "*" and not (prefix.isascii() and prefix.isdigit() and 2 <= len(prefix) <= 10):
            raise MeasureError(f"{where} products", f"{prefix!r}", "'*' or 2 to 10 digits without points")
    for code in (*m.origins, *m.origins_except):
        if code != "*" and not (len(code) == 3 and code.isascii() and code.isupper()):
            raise MeasureError(f"{where} origins", f"{code!r}", "'*', EUU or an ISO 3166 alpha-3 code")
    for name in (m.product_list, m.products_except_list):
        if name and not _is_file(Path(m.folder, name)):
            raise MeasureError(f"{where} list", f"no file {name!r} beside the act", "a CSV beside the acts")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name longer than names may be
        return False
