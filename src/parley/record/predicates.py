"""The few typed things that an entry can say. A predicate links to acts by measure id or programme, as plain strings.

Each has one name, `is`, in TOML: `{ is = "talks_ongoing", … }`. Whether a word became a deed `scenario/deeds.py` asks of law.
"""

from __future__ import annotations

import re
from datetime import date
from typing import ClassVar, Literal

import msgspec

from parley.record.vocabulary import Base, Channel, Issue, Restriction, Step


def tag_of(name: str) -> str:
    """The TOML name of a predicate class: TalksOngoing → talks_ongoing."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def ends_of(one: float | None, other: float | None) -> tuple[float | None, float | None]:
    """The lower and the higher end of what was named, in whatever order; the same twice where no range was."""
    named = sorted(value for value in (one, other) if value is not None)
    return (named[0], named[-1]) if named else (None, None)


class AbstractPredicate(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="is", tag=tag_of
):
    """One typed statement. Rates are fractions; days are legal days; parties are ISO3 codes, EUU, or * for everyone.

    value = false says the opposite: that it is, was or will not be so. asks: what it says, with its names in their places
    (`record/in_words.py`); empty where a rule of its own (`record/clash_rules.py`) finds its words.
    """

    asks: ClassVar[str] = ""
    value: bool = True


class InitiatedContact(AbstractPredicate, frozen=True, kw_only=True):
    """In this episode it was `by` who approached `to`. Exclusive: one episode has one initiator."""

    asks: ClassVar[str] = "{by} approached {to} ({episode})"
    by: str
    to: str
    episode: str
    channel: Channel = ""


class ContactHeld(AbstractPredicate, frozen=True, kw_only=True):
    """Between these days the parties did (or did not) speak through this channel."""

    parties: tuple[str, str]
    channel: Channel
    start: date
    end: date
    by: str = ""


class TalksOngoing(AbstractPredicate, frozen=True, kw_only=True):
    """Talks between the parties are (or are not) under way around the day of the statement."""

    parties: tuple[str, str]
    about: str = "tariffs"


class OffersTalks(AbstractPredicate, frozen=True, kw_only=True):
    """`by` proposes talks to `to`."""

    asks: ClassVar[str] = "{by} offers {to} talks on {about}"
    by: str
    to: str
    about: str = "tariffs"


class AcceptsTalks(AbstractPredicate, frozen=True, kw_only=True):
    """`by` agrees to talks with `of`."""

    asks: ClassVar[str] = "{by} agrees to talks with {of} on {about}"
    by: str
    of: str
    about: str = "tariffs"


class ConsidersOffer(AbstractPredicate, frozen=True, kw_only=True):
    """`by` is assessing an offer of talks from `of`."""

    asks: ClassVar[str] = "{by} is assessing an offer of {of}"
    by: str
    of: str


class WillNegotiate(AbstractPredicate, frozen=True, kw_only=True):
    """`by` is (or is not) ready to negotiate with `to` on an issue, if the condition (in words) holds."""

    by: str
    to: str
    issue: Issue
    condition: str = ""


class Requirement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing asked for. test = "duties_zero": law shows no duty of acts since a day; "none": no test exists.

    reading: where the words can be read in more than one way, the way in which this is asked; each way is tested apart.
    """

    words: str
    test: Literal["duties_zero", "none"]
    destination: str = ""
    origin: str = ""
    since: date | None = None
    reading: str = ""


class ConditionForTalks(AbstractPredicate, frozen=True, kw_only=True):
    """`by` will not talk with `of` before every requirement is met."""

    asks: ClassVar[str] = "{by} makes conditions for talks with {of}"
    by: str
    of: str
    requires: tuple[Requirement, ...]


class WillImpose(AbstractPredicate, frozen=True, kw_only=True):
    """`by` will bring a measure's (or a whole programme's) rate on `target` to at least `rate` from `start`.

    rate_to, start_to: where a range or a span of days was named, its other end; the lower rate and the last day are what binds.
    """

    asks: ClassVar[str] = "{by} will raise duties on goods of {target}"
    by: str
    target: str
    programme: str = ""
    rate: float | None = None
    rate_to: float | None = None
    start: date | None = None
    start_to: date | None = None
    measure: str = ""
    product: str = ""
    added: bool = False  # the rate comes on top of what the programme charged the day before

    @property
    def bound(self) -> float | None:
        """The rate that must be reached; the lower end of a range."""
        return ends_of(self.rate, self.rate_to)[0]


class WillLower(AbstractPredicate, frozen=True, kw_only=True):
    """`by` will bring a measure's (or a whole programme's) rate on `target` down to `rate` or less from `start`.

    rate_to, start_to: where a range or a span of days was named, its other end; the higher rate and the last day are what binds.
    """

    asks: ClassVar[str] = "{by} will lower duties on goods of {target}"
    by: str
    target: str
    programme: str = ""
    rate: float = 0.0
    rate_to: float | None = None
    start: date | None = None
    start_to: date | None = None
    measure: str = ""
    product: str = ""

    @property
    def bound(self) -> float:
        """The rate that must not be exceeded; the higher end of a range."""
        return self.rate if self.rate_to is None else max(self.rate, self.rate_to)


class WillRemove(AbstractPredicate, frozen=True, kw_only=True):
    """`by` will charge nothing more under a measure (or a whole programme) on `target` from `start`, by `start_to` at the latest."""

    asks: ClassVar[str] = "{by} will end duties on goods of {target}"
    by: str
    target: str
    programme: str = ""
    start: date | None = None
    start_to: date | None = None
    measure: str = ""
    product: str = ""


class MeasureStep(AbstractPredicate, frozen=True, kw_only=True):
    """A dated step in the history of a measure of the law room, by its id."""

    asks: ClassVar[str] = "the measure {measure} is {step}"
    measure: str
    step: Step
    rate: float | None = None
    start: date | None = None
    end: date | None = None


class RestrictionStep(AbstractPredicate, frozen=True, kw_only=True):
    """A dated step of something that is no duty: an export control, a port fee, a listing, the end of duty-free parcels."""

    asks: ClassVar[str] = "the {restriction} of {by} on {to} is {step}: {what}"
    by: str
    to: str
    restriction: Restriction
    what: str
    step: Step
    start: date | None = None
    end: date | None = None


class WillRestrict(AbstractPredicate, frozen=True, kw_only=True):
    """`by` will bring in a restriction that is no duty on `to` from `start`; value = false: will suspend or lift it, until `end`."""

    asks: ClassVar[str] = "{by} will bring in a restriction on {to} ({restriction}): {what}"
    by: str
    to: str
    restriction: Restriction
    what: str
    start: date | None = None
    start_to: date | None = None  # the last day, where a span was named
    end: date | None = None


class RateIs(AbstractPredicate, frozen=True, kw_only=True):
    """A stated rate on goods of `origin` in `destination`, with the base it was counted on ("": none was named)."""

    asks: ClassVar[str] = "the duty on goods of {origin} in {destination} is such a rate"
    rate: float
    origin: str
    destination: str
    base: Base | Literal[""] = ""
    on: date | None = None


class DeadlineSet(AbstractPredicate, frozen=True, kw_only=True):
    """`by` ("*": jointly) gives `to` until `due`; `otherwise` in words, tested on the programme if one is named."""

    asks: ClassVar[str] = "{by} set {to} the deadline {deadline}"
    deadline: str
    by: str
    to: str
    due: date
    otherwise: str
    programme: str = ""


class DeadlineMoved(AbstractPredicate, frozen=True, kw_only=True):
    """The deadline's day is now `due`; `otherwise` in words, where something else follows than was announced before."""

    asks: ClassVar[str] = "the deadline {deadline} was moved"
    deadline: str
    due: date
    otherwise: str = ""


class DeadlineKept(AbstractPredicate, frozen=True, kw_only=True):
    """The deadline ran out on its day, and what was announced happened then."""

    asks: ClassVar[str] = "the deadline {deadline} was kept"
    deadline: str


class DeadlineFirm(AbstractPredicate, frozen=True, kw_only=True):
    """The deadline will not be moved from `due`."""

    asks: ClassVar[str] = "the deadline {deadline} is firm"
    deadline: str
    due: date


class WillConclude(AbstractPredicate, frozen=True, kw_only=True):
    """`by` will have concluded so many things of a kind by `due`; count_to: the other end of a range, whose lower one binds."""

    asks: ClassVar[str] = "{by} will conclude {what}"
    by: str
    count: int
    count_to: int | None = None
    what: str
    due: date


class Concluded(AbstractPredicate, frozen=True, kw_only=True):
    """By the day of the entry `by` had concluded so many things of a kind."""

    asks: ClassVar[str] = "{by} concluded {what}"
    by: str
    count: int
    what: str


class WillBuy(AbstractPredicate, frozen=True, kw_only=True):
    """`by` will buy a quantity of a good from `seller` between `start` and `due` (its last day); quantity_to: as count_to above."""

    asks: ClassVar[str] = "{by} will buy {good} of {seller}"
    by: str
    seller: str
    good: str
    quantity: float
    quantity_to: float | None = None
    unit: str
    start: date
    due: date


class Bought(AbstractPredicate, frozen=True, kw_only=True):
    """Since `start` `by` had bought so much of a good, as of the day of the entry."""

    asks: ClassVar[str] = "{by} bought {good}"
    by: str
    good: str
    quantity: float
    unit: str
    start: date
    until: date | None = None  # the day up to which was counted; absent: the day of the entry


class WillMeet(AbstractPredicate, frozen=True, kw_only=True):
    """The parties will meet, by `due`."""

    asks: ClassVar[str] = "{parties} will meet ({where})"
    parties: tuple[str, str]
    where: str
    due: date


class Agreed(AbstractPredicate, frozen=True, kw_only=True):
    """The parties reached an agreement, named so that later claims can refer to it."""

    asks: ClassVar[str] = "{parties} agreed: {agreement}"
    agreement: str
    parties: tuple[str, str]


class Violated(AbstractPredicate, frozen=True, kw_only=True):
    """`by` did (or did not) break an agreement."""

    agreement: str
    by: str


class Lawful(AbstractPredicate, frozen=True, kw_only=True):
    """A court holds that a law does (or does not) carry the duties of a programme."""

    programme: str
    final: bool


class Position(AbstractPredicate, frozen=True, kw_only=True):
    """`by`'s stance on an issue, in a few words that stay the same while the stance does."""

    asks: ClassVar[str] = "{by} says on {issue}: {stance}"
    by: str
    issue: Issue
    stance: str


class Effect(AbstractPredicate, frozen=True, kw_only=True):
    """Something is said to have done something to something."""

    asks: ClassVar[str] = "{of} had an effect on {on}: {how}"
    of: str
    on: str
    how: str


Says = (
    InitiatedContact | ContactHeld | TalksOngoing | OffersTalks | AcceptsTalks | ConsidersOffer | WillNegotiate
    | ConditionForTalks | WillImpose | WillLower | WillRemove | MeasureStep | RestrictionStep | WillRestrict | RateIs | DeadlineSet
    | DeadlineMoved | DeadlineKept | DeadlineFirm | WillConclude | Concluded | WillBuy
    | Bought | WillMeet | Agreed | Violated | Lawful | Position | Effect
)  # fmt: skip
