"""The parts of a scenario: changes of the law, options, what was then chosen, products, deadline, demanded step, a household."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from parley.checked_struct import AbstractChecked, fix_fields
from parley.codes import country_name
from parley.errors import warn_of_percent


class Change(AbstractChecked, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"start": "from"}):
    """One change of the law, from a day: a measure or programme dropped, or suspended until a day; an act added; a rate set."""

    drop: str = ""
    suspend: str = ""
    add: str = ""
    set: str = ""
    rate: float | None = None
    start: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if sum(map(bool, (self.drop, self.suspend, self.add, self.set))) != 1:
            raise ValueError("a change needs exactly one of: drop, suspend, add, set")
        if self.until and (not self.suspend or (self.start and self.until <= self.start)):
            raise ValueError("`until` is the day on which a suspended measure returns: after `from`, and with suspend")
        if bool(self.set) != (self.rate is not None):
            raise ValueError("`set` and `rate` belong together: set = a measure's id, rate = a fraction")
        if self.rate is not None and not 0 <= self.rate <= 20:
            raise ValueError(f"rate is {self.rate}; a rate is a fraction of customs value. For 145 percent write 1.45")


class Limit(AbstractChecked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A bound on what each line of a partner's goods pays, all duties together, or what is added; products: prefixes, default all."""

    of: str
    rate: float
    products: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= 20:
            raise ValueError(f"rate is {self.rate}; a rate is a fraction of customs value. For 15 percent write 0.15")


class Purchase(AbstractChecked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A commitment to buy so much more a year of a partner's goods (all, or some sectors), in the world's money."""

    of: str
    value: float
    sectors: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.value > 0:
            raise ValueError(f"value is {self.value}; a purchase is a positive amount in the dataset's money")


class Control(AbstractChecked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A limit on the technology that a partner may buy of the player: an iceberg cost, a fraction, on some sectors."""

    on: str
    cost: float
    sectors: tuple[str, ...]

    def __post_init__(self) -> None:
        if not -1 < self.cost <= 20 or not self.cost:
            raise ValueError(
                f"cost is {self.cost}; a cost is a fraction of the goods' value. For 10 percent write 0.10"
            )


class Option(AbstractChecked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that a player may do: its law with changes, or that of another day; with what else it concedes or bars.

    law_of: the law of that day, scheduled or past, as known to the scenario; toward: on the goods of these partners alone.
    floors, caps: the least and most that a partner's goods pay; adds: what they pay on top. purchases: commitments.
    controls: limits on technology.
    """

    player: str
    name: str
    changes: tuple[Change, ...] = ()
    law_of: date | None = None
    toward: tuple[str, ...] = ()
    says: str = ""
    floors: tuple[Limit, ...] = ()
    caps: tuple[Limit, ...] = ()
    adds: tuple[Limit, ...] = ()
    purchases: tuple[Purchase, ...] = ()
    controls: tuple[Control, ...] = ()


class Product(AbstractChecked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A product line that the briefing explains."""

    code: str
    label: str


class Deadline(AbstractChecked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The day on which country rates fall due, and what signing, waiting and being punished are assumed to mean.

    cut: the part of its own duties on the hub's goods that a signer gives up, in log tau. rate: the country rate that the
    hub levies on who signs; none: that of the day.
    """

    on: date
    by: str
    terms: dict[str, str]
    exempt: tuple[str, ...] = ()
    cut: float = 1.0
    rate: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.cut <= 1:
            raise ValueError(f"cut is {self.cut}; it is the part of its duties that a signer gives up, from 0 to 1")
        if self.rate is not None and not 0 <= self.rate <= 20:
            raise ValueError(f"rate is {self.rate}; a rate is a fraction of customs value. For 10 percent write 0.10")
        fix_fields(self, "terms")


class Signal(AbstractChecked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The step that one party demands of the other as proof of sincerity: one of the named options."""

    maker: str
    step: str
    status_quo: str
    others: dict[str, str] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        fix_fields(self, "others")


class Good(AbstractChecked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A good of the reader's own: a code of any edition, from an origin into a destination; of the last party into the first if unsaid."""

    code: str
    label: str = ""
    origin: str = ""
    destination: str = ""


class Household(AbstractChecked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a household of the first party spends in a year, in money of any year; how many there are."""

    spending: float
    number: float | None = None

    def __post_init__(self) -> None:
        if not self.spending > 0 or (self.number is not None and not self.number > 0):
            raise ValueError("a household's spending and their number are above zero")


class Outcome(AbstractChecked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a party then chose: one of its options by name, or a word of the coding (outcomes/README.md), with the source.

    day: of the choice; known: on which it was public, if later. law_of: the day that comes, or to which the law goes back.
    law_on, law_known: the law that the choice became, for a choice that is none of the options.
    """

    party: str
    day: date
    option: str
    source: str = ""
    address: str = ""
    note: str = ""
    known: date | None = None
    law_of: date | None = None
    law_on: date | None = None
    law_known: date | None = None

    def __post_init__(self) -> None:
        if not (self.source or self.address):
            raise ValueError("an outcome needs its source or its address: an act, a statement, a report")
        if any(not a.startswith(("http://", "https://")) for a in self.address.split()):
            raise ValueError(f"address {self.address[:60]!r} is no address; it begins with https:// or http://")
        if self.known and self.known < self.day:
            raise ValueError(f"known {self.known} is before the day of the choice, {self.day}")
        if self.law_known and not self.law_on:
            raise ValueError("`law_known` says how `law_on` is known: both, or `law_on` alone")

    @property
    def public(self) -> date:
        """The first day on which it was known."""
        return self.known or self.day


def warn_of_rates(changes: Iterable[Change], options: Iterable[Option], where: str) -> None:
    """Warns of each rate that looks like a percentage, named by its place."""
    for c in changes:
        warn_of_percent(c.rate or 0.0, f"{where}, change of {c.set}")
    for o in options:
        for c in o.changes:
            warn_of_percent(c.rate or 0.0, f"{where}, option {o.name!r}, change of {c.set}")
        for x in (*o.floors, *o.caps, *o.adds):
            warn_of_percent(x.rate, f"{where}, option {o.name!r}, on goods of {x.of}")


def title_of(parties: Sequence[str], on: date) -> str:
    """The parties and the day: "United States and China, 2 May 2025"."""
    names = [country_name(p) for p in parties]
    return (
        f"{', '.join(names[:-1])} and {names[-1]}, {on.day} {on:%B %Y}"
        if names[1:]
        else f"{names[0]}, {on.day} {on:%B %Y}"
    )
