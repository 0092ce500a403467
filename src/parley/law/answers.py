"""The law room's answers on rates, each with its type and its one builder: the command line, the API and the pages read these.

An answer is its JSON: rates are fractions of customs value, money is dollars, a missing number is None with its reason.
Answers on measures are in answers_measures.py, on what changed in answers_changes.py, on files of shipments in answers_files.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NotRequired, TypedDict

from parley.codes import country, day, union_of
from parley.law.code_lines import Way
from parley.law.explain import clocks
from parley.law.law_package import law_in_use
from parley.law.readings import AverageReading, Reading
from parley.law.regime import measures_folder, read_to

if TYPE_CHECKING:
    from parley.law.average_point import Average, AveragePoint, GroupRate
    from parley.law.beyond import Branch
    from parley.law.code_lines import CodeLines
    from parley.law.entry_claims import Value
    from parley.law.estimates import Estimate
    from parley.law.explain import Explanation, RateLine, Withheld
    from parley.law.metal_range import MetalRange
    from parley.law.regime import Regime


class Knowledge(TypedDict):
    """Up to which day something is known; null where the acts do not say how far they were read."""

    known: date | None  # the day of knowledge asked for, else the last day to which the law was read
    law_known_to: date | None  # the last day to which the levier's law was read
    law_version: str | None  # of the package of law that answered; null for acts of the user's own


class Clocks(Knowledge):
    """Both clocks of an answer; beyond_known: the day of law lies past the last day read, and no earlier knowledge was asked for."""

    on: date | None
    beyond_known: bool


class FileClocks(Knowledge):
    """The clocks of an answer on a file, whose rows have days of their own: `on` is null unless one day was asked for all."""

    on: date | None


class RateLineRow(TypedDict):
    """One summand of a rate. rate, share and contribution are fractions; null where unknown, with the reason."""

    measure: str
    programme: str
    rate: float | None
    share: float  # of the customs value
    contribution: float | None
    reason: str
    source: str
    act: str  # the id of the act behind it; empty for a base of the schedule
    estimated: bool  # a base by quantity taken at what customs charged on past imports; the sum is exact


class WithheldRow(TypedDict):
    """A measure that covers the good but adds nothing, or forbids its import, and why."""

    measure: str
    programme: str
    reason: str
    source: str


class BranchRow(TypedDict):
    """The rates of one of the two ways in which a contingent change past the last day read may have gone; fractions."""

    what: str
    rate: float | None
    base_rate: float | None
    added_rate: float | None
    added_2025: float | None


class EstimateRow(TypedDict):
    """An ordinary rate of another year, in no total: the year it is of, and how often such rates still hold."""

    rate: float
    of: str
    agreement: str


class MetalRangeRow(TypedDict):
    """The rates of a metal good of unstated content, fractions: `full` is the customs rule and the rate itself; null where not known.

    low and high: over every content. shares: what statistics of the industry suggest for each metal that pays, and
    suggested: the rate at it; null where there are none.
    """

    metals: list[str]
    full: float | None
    no_metal: float | None
    low: float | None
    high: float | None
    spans: str
    shares: dict[str, float] | None
    suggested: float | None
    shares_source: str
    rule: str
    rule_source: str
    words: str  # the range as a sentence, percent


class DutyLine(TypedDict):
    """The duty of one line of a rate in dollars; null where it is not known."""

    measure: str
    duty: float | None


class FollowedRow(TypedDict):
    """A code that is no line of the day, or was none then: the lines that it leads to, how, and that in words."""

    code: str
    lines: list[str]
    way: Way
    words: str


class RateAnswer(Knowledge):
    """`law rate`: a rate as a fraction of customs value, and what it rests on; the duty in dollars where a value or quantity is given.

    rate is the sum of `lines`; null where one is unknown or the import is prohibited, and `reason` then says why.
    """

    product: str
    description: str
    origin: str
    destination: str
    on: date
    beyond_known: bool
    rate: float | None
    base_rate: float | None
    added_rate: float | None  # of every measure
    added_2025: float | None  # of acts signed in 2025 and later
    reason: str | None
    base_text: str
    base_estimate: EstimateRow | None
    lines: list[RateLineRow]
    not_applied: list[WithheldRow]
    branches: list[BranchRow]
    prohibited: list[WithheldRow]
    notes: list[str]
    claims: dict[str, bool | float | str]  # a claimed day is its ISO text
    assumed: list[str]
    metal: MetalRangeRow | None  # rates by content, where a metal good's content decides and is not stated
    value: NotRequired[float | None]  # customs value in dollars, given or quantity × unit value
    quantity: NotRequired[float | None]  # in the units of the duty
    duty: NotRequired[float | None]
    duty_lines: NotRequired[list[DutyLine]]
    duty_reason: NotRequired[str | None]
    ad_valorem_equivalent: NotRequired[float | None]  # of a base by quantity, as a fraction
    reading: Reading
    followed: NotRequired[FollowedRow]  # how another code led to this line


class GroupRow(TypedDict):
    """The average rate of one chapter or sector, a fraction; share: of all weight; prohibited: share of its own weight."""

    group: str
    rate: float | None
    base_rate: float | None
    by_programme: dict[str, float]
    share: float
    lines: int
    prohibited: float


class AverageBranchRow(TypedDict):
    """The average in one of the two ways in which an extension may have gone; fractions."""

    what: str
    rate: float | None
    added: float


class AveragePointRow(TypedDict):
    """The average of one day, a fraction; a programme that hangs on an extension past the last day read is null, with both branches."""

    on: date
    rate: float | None
    base_rate: float | None
    by_programme: dict[str, float | None]
    covered: float  # share of weight whose base rate is known
    lines: int
    reason: str | None
    step: date | None  # announced reading: the day on which the rate was to begin
    prohibited: float  # share of weight whose import a ban forbids
    branches: list[AverageBranchRow]
    groups: NotRequired[list[GroupRow]]
    law: NotRequired[float | None]  # paid reading: the rate of the law without a claim
    causes: NotRequired[dict[str, float]]  # paid reading: what each cause adds to it, as a fraction; together the rate


class AverageAnswer(Clocks):
    """`law average`: the average rates of an origin's goods, one point a day asked or a day of change; `on` is the last of them."""

    origin: str
    destination: str
    points: list[AveragePointRow]
    weights: str
    notes: list[str]
    reading: AverageReading


class ConventionsAnswer(TypedDict):
    """`law average --conventions`: what each convention does, by name."""

    conventions: dict[str, str]


def asked_clocks(
    regime: Regime, destination: str, on: date | str | int | None, known: date | str | int | None
) -> Clocks:
    """Both clocks of a question on one destination's law, and how far that law was read."""
    when, seen = (None if d is None else day(d) for d in (on, known))
    return clocks(when, seen, regime.law_known_to(destination), regime.version)


def held_clocks(
    destination: str | None = None, on: date | str | int | None = None, known: date | str | int | None = None
) -> Clocks:
    """The same of the packaged law, without reading its acts; of all authorities (the earliest day) without a destination.

    A day that was not asked for is the last that is known.
    """
    held = {r.authority: r.law_known_to for r in read_to(measures_folder())}
    own = [d for a, d in held.items() if destination is None or a in (destination, union_of(destination))]
    when, seen = (None if d is None else day(d) for d in (on, known))
    return clocks(when or seen or max(own, default=None), seen, min(own, default=None), law_in_use().version)


def file_clocks(destination: str | None, on: date | str | int | None, known: date | str | int | None) -> FileClocks:
    """The same of an answer on a file."""
    told = held_clocks(None if destination is None else country(destination, "destination"), on, known)
    return {"known": told["known"], "law_known_to": told["law_known_to"], "law_version": told["law_version"],
            "on": told["on"] if on else None}  # fmt: skip


def rate_answer(found: Explanation, value: float | None, reading: Reading) -> RateAnswer:
    """The answer to `law rate`, with the duty where a value or a quantity is given."""
    told = found.clocks
    made: RateAnswer = {
        "product": found.product,
        "description": found.description,
        "origin": found.origin,
        "destination": found.destination,
        "on": found.on,
        "known": told["known"],
        "law_known_to": told["law_known_to"],
        "law_version": told["law_version"],
        "beyond_known": told["beyond_known"],
        "rate": found.rate,
        "base_rate": found.base_rate,
        "added_rate": found.added_rate,
        "added_2025": found.added_2025,
        "reason": found.reason,
        "base_text": found.base_text,
        "base_estimate": _estimate(found.base_estimate),
        "lines": [_line(x) for x in found.lines],
        "not_applied": _withheld(found.not_applied),
        "branches": [_branch(b) for b in found.branches],
        "prohibited": _withheld(found.prohibited),
        "notes": found.said_first,
        "claims": {n: claimed(v) for n, v in found.claims.items()},
        "assumed": list(found.assumed),
        "metal": _metal(found.metal),
        "reading": reading,
    }
    if value is not None or "quantity" in found.claims:
        _add_duty(made, found, value)
    if found.followed:
        made["followed"] = followed_row(found.followed)
    return made


def followed_row(found: CodeLines) -> FollowedRow:
    """How a code led to its lines."""
    return {"code": found.code, "lines": list(found.lines), "way": found.way, "words": found.words}


def _add_duty(made: RateAnswer, found: Explanation, value: float | None) -> None:
    """Puts the duty in dollars into an answer."""
    paid = found.dollars(value)
    made["value"], made["quantity"], made["duty"] = paid.value, paid.quantity, paid.duty
    made["duty_lines"] = [{"measure": x.measure, "duty": d} for x, d in zip(found.lines, paid.lines, strict=True)]
    made["duty_reason"], made["ad_valorem_equivalent"] = paid.reason, paid.equivalent


def _line(x: RateLine) -> RateLineRow:
    return {"measure": x.measure, "programme": x.programme, "rate": x.rate, "share": x.share, "contribution": x.contribution,
            "reason": x.reason, "source": x.source, "act": x.act, "estimated": x.estimated}  # fmt: skip


def _withheld(held: Iterable[Withheld]) -> list[WithheldRow]:
    return [{"measure": x.measure, "programme": x.programme, "reason": x.reason, "source": x.source} for x in held]


def _branch(b: Branch) -> BranchRow:
    return {
        "what": b.what,
        "rate": b.rate,
        "base_rate": b.base_rate,
        "added_rate": b.added_rate,
        "added_2025": b.added_2025,
    }


METAL_SPANS = "every content of the metals that some duty on the good is levied on, from none to all; no elasticities"


def _metal(m: MetalRange | None) -> MetalRangeRow | None:
    if m is None:
        return None
    return {"metals": list(m.metals), "full": m.full, "no_metal": m.no_metal, "low": m.low, "high": m.high, "spans": METAL_SPANS,
            "shares": None if m.shares is None else dict(m.shares), "suggested": m.suggested,
            "shares_source": m.shares_source, "rule": m.rule, "rule_source": m.rule_source, "words": m.words}  # fmt: skip


def _estimate(e: Estimate | None) -> EstimateRow | None:
    return None if e is None else {"rate": e.rate, "of": e.of, "agreement": e.agreement}


def claimed(value: Value) -> bool | float | str:
    """What a claim or a condition says, as JSON has it: a day as text."""
    return value.isoformat() if isinstance(value, date) else value


def average_answer(found: Average, reading: AverageReading) -> AverageAnswer:
    """The answer to `law average`. `on` is the day asked, the last of a period."""
    last = found.points[-1].on if found.points else None
    return {
        "origin": found.origin,
        "destination": found.destination,
        **clocks(last, found.known, found.law_known_to, found.law_version),
        "points": [_point(p) for p in found.points],
        "weights": found.weights,
        "notes": list(found.notes),
        "reading": reading,
    }


def conventions_answer() -> ConventionsAnswer:
    """The answer to `law average --conventions`."""
    from parley.law.conventions import CONVENTIONS

    return {"conventions": CONVENTIONS}


def _point(p: AveragePoint) -> AveragePointRow:
    made: AveragePointRow = {
        "on": p.on, "rate": p.rate, "base_rate": p.base_rate, "by_programme": {**p.by_programme, **dict.fromkeys(p.open)},
        "covered": p.covered, "lines": p.lines, "reason": p.reason, "step": p.step, "prohibited": p.prohibited,
        "branches": [{"what": b.what, "rate": b.rate, "added": b.added} for b in p.branches],
    }  # fmt: skip
    if p.groups:
        made["groups"] = [_group(g) for g in p.groups]
    if p.causes:
        made["law"], made["causes"] = p.law, p.causes
    return made


def _group(g: GroupRate) -> GroupRow:
    return {"group": g.group, "rate": g.rate, "base_rate": g.base_rate, "by_programme": g.by_programme, "share": g.share,
            "lines": g.lines, "prohibited": g.prohibited}  # fmt: skip
