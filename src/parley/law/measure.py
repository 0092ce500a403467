"""One measure: a dated row of an act, with its rate, clocks, stacking and source, and the goods and origins that it covers.

Goods are prefixes or dated lists beside the acts; unions of countries stand for their members.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any, Literal

import msgspec

from parley.checked_struct import AbstractChecked, fix_fields
from parley.codes import EU, day, union_of
from parley.fixed import FrozenDict
from parley.law.product_lists import LATEST, Listed, in_list, list_days, listed, read_list

BASE_PROGRAMMES = ("mfn", "column2", "preference")  # of the base, before any measure
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Act(AbstractChecked, frozen=True, forbid_unknown_fields=True, kw_only=True):
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


class Yields(AbstractChecked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One edge: the measure gives way to `to` (a programme, layer or id) between two dates, for some origins."""

    to: str
    start: date | None = None
    end: date | None = None
    known: date | None = None
    known_end: date | None = None
    origins: tuple[str, ...] = ("*",)
    origins_except: tuple[str, ...] = ()
    wholly: bool = False


class Measure(AbstractChecked, frozen=True, forbid_unknown_fields=True, kw_only=True):
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
    when: dict[str, Any] = msgspec.field(default_factory=FrozenDict)
    unless: dict[str, Any] = msgspec.field(default_factory=FrozenDict)
    heading: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        if type(self.when) is dict or type(self.unless) is dict:
            fix_fields(self, "when", "unless")

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
        try:
            return self.start <= on and self.is_known(known) and on < self.end_as_known(known)
        except (TypeError, ValueError):  # no date: asked a million times, it is looked at only then
            return self.at(day(on, "Measure.at: on"), day(known, "Measure.at: known"))

    def end_as_known(self, known: date) -> date:
        """The first day out of force, as known on a day; the last of all days where no end was known."""
        try:
            return self.end if self.end and (self.end_known or self.learnt) <= known else LATEST
        except (TypeError, ValueError):
            return self.end_as_known(day(known, "Measure.end_as_known: known"))

    def is_known(self, known: date) -> bool:
        """Whether the knowledge day lies in [known, known_end); an announcement that is no act is never known as law."""
        try:
            return not self.announced and self.learnt <= known and (self.known_end is None or known < self.known_end)
        except (TypeError, ValueError):
            return self.is_known(day(known, "Measure.is_known: known"))


def packed(rows: Sequence[Measure]) -> bytes:
    """Rows as bytes: their acts once each, the place of each row's act, and the rows without it."""
    acts = list({m.act.id: m.act for m in rows}.values())
    at = {a.id: k for k, a in enumerate(acts)}
    plain = [{k: v for k, v in msgspec.to_builtins(m).items() if k != "act" and v != {}} for m in rows]
    return msgspec.msgpack.encode((acts, [at[m.act.id] for m in rows], plain))


def unpacked(held: bytes) -> tuple[Measure, ...] | None:
    """The rows of packed ones; None where the bytes are none of them."""
    try:
        acts, places, rows = msgspec.msgpack.decode(held, type=tuple[list[Act], list[int], list[dict[str, Any]]])
        pairs = zip(places, rows, strict=True)
        return tuple(msgspec.convert(_with_days(row) | {"act": acts[k]}, Measure) for k, row in pairs)
    except (msgspec.MsgspecError, IndexError, ValueError):
        return None


def _with_days(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose conditions have days again: TOML has days, packed rows texts."""
    for name in ("when", "unless"):
        if name in row:
            row[name] = {k: _as_day(v) for k, v in row[name].items()}
    return row


def _as_day(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) and _ISO_DAY.fullmatch(value) else value


def covers_product(m: Measure, product: str, on: date) -> bool:
    """Whether a measure covers a product on a day: in its prefixes or list, and not in its exceptions."""
    inside = _in_prefixes(m.products, product) if m.products else in_list(m.folder, m.product_list, product, on)
    if not inside or _in_prefixes(m.products_except, product):
        return False
    return not (m.products_except_list and in_list(m.folder, m.products_except_list, product, on))


def _in_prefixes(prefixes: Iterable[str], product: str) -> bool:
    return any(p == "*" or product.startswith(p) for p in prefixes)


def covers_origin(scope: Measure | Yields, origin: str) -> bool:
    """Whether a measure or an edge covers an origin. EUU stands for its members; a member may be excepted by name."""
    return in_origins(scope.origins, scope.origins_except, origin)


def in_origins(inside: tuple[str, ...], outside: tuple[str, ...], origin: str) -> bool:
    """Whether an origin, its union or "*" is inside, and neither it nor its union is outside."""
    names = _origin_names(origin)
    return not names.isdisjoint(inside) and (not outside or names.isdisjoint(n for n in outside if n != "*"))


@cache
def _origin_names(origin: str) -> frozenset[str]:
    return frozenset({origin, union_of(origin), "*"}) if origin != EU else frozenset({EU, "*"})


__all__ = [
    "BASE_PROGRAMMES",
    "LATEST",
    "Act",
    "Listed",
    "Measure",
    "Yields",
    "covers_origin",
    "covers_product",
    "in_list",
    "in_origins",
    "list_days",
    "listed",
    "packed",
    "read_list",
    "unpacked",
]
