"""The questions that can be asked, one type each: from these come validation, the OpenAPI document, permalinks and commands."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from parley.codes import PROGRAMMES
from parley.law.entry_claims import CLAIMS
from parley.trade.models import models

KNOWN_DAY = "information cut-off: as known on this day; default: everything in the package"
KNOWN_OF_DAY = (
    "as known on this day, YYYY-MM-DD, or latest; default: 2 May 2025 as known that day, any other day as known latest"
)


def _day(words: str) -> Meta:
    return Meta(max_length=10, extra_json_schema={"format": "date", "description": f"{words}, YYYY-MM-DD"})


def _text(words: str, most: int = 80, **more: object) -> Meta:
    return Meta(max_length=most, extra_json_schema={"description": words, **more})


On = Annotated[str, _day("day of the law")]
OptionalOn = Annotated[str, _day("day; default: the last that is known")] | None
Known = Annotated[str, _day(KNOWN_DAY)] | None
ClaimText = Annotated[str, _text("NAME=VALUE, such as usmca=true", 80, **{"x-names": list(CLAIMS)})]
Country = Annotated[str, _text("ISO3 code or name", 60)]
Drop = Annotated[
    tuple[
        Annotated[
            str, _text("MEASURE@DATE: a measure, or all under a legal authority, is repealed from that day", 120)
        ],
        ...,
    ],
    Meta(max_length=40),
]
Reading = Annotated[
    str, _text("law; collected (by customs that day); announced (to come)", 12, enum=["law", "collected", "announced"])
]


class Question(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every question is: a frozen value."""


class Find(Question, frozen=True, kw_only=True):
    """The tariff lines that fit words or digits, best first."""

    words: Annotated[str, Meta(min_length=1, max_length=200, extra_json_schema={"description": "words or digits"})]
    destination: Country = "USA"
    limit: Annotated[int, Meta(ge=1, le=1000, description="at most so many lines")] = 10


class Rate(Question, frozen=True, kw_only=True):
    """The rate that a product pays on a day, line by line, with the act behind each."""

    product: Annotated[str, _text("tariff code, with or without points", 24)]
    origin: Country = "CHN"
    destination: Country = "USA"
    on: On = "2025-05-02"
    known: Known = None
    claim: Annotated[tuple[ClaimText, ...], Meta(max_length=40)] = ()
    value: (
        Annotated[float, Meta(gt=0, le=1e15, description="customs value in dollars: the duty is then given")] | None
    ) = None
    quantity: Annotated[float, Meta(gt=0, le=1e15, description="units, for specific duties; with a value")] | None = (
        None
    )
    unit_value: Annotated[float, Meta(gt=0, le=1e15, description="dollars a unit, for specific duties")] | None = None
    reading: Reading = "law"
    drop: Drop = ()


class Average(Question, frozen=True, kw_only=True):
    """The average rate of an origin's goods by legal authority, on a day or over a period."""

    origin: Country = "CHN"
    destination: Country = "USA"
    on: Annotated[str, _day("one day")] | None = None
    since: Annotated[str, _day("first day of a period")] | None = None
    until: Annotated[str, _day("last day of a period")] | None = None
    known: Known = None
    weights: Annotated[str, _text("imports, or simple", 10, enum=["imports", "simple"])] = "imports"
    reading: Reading = "law"
    drop: Drop = ()


class Timeline(Question, frozen=True, kw_only=True):
    """What started, changed and ended on an origin's goods, day by day, and by which act."""

    origin: Country = "CHN"
    destination: Country = "USA"
    since: Annotated[str, _day("first day")] = "2025-01-01"
    until: Annotated[str, _day("last day")] = "2025-12-31"
    known: Known = None
    reading: Reading = "law"


class Measures(Question, frozen=True, kw_only=True):
    """Every measure of the package with its steps."""

    programme: Annotated[str, _text("only this legal authority", 40, enum=list(PROGRAMMES))] | None = None
    on: Annotated[str, _day("only those in force on this day")] | None = None
    known: Known = None


class Measure(Question, frozen=True, kw_only=True):
    """One measure: its steps, scope, stacking and sources."""

    id: Annotated[str, _text("a measure's id", 120)]
    known: Known = None


class Act(Question, frozen=True, kw_only=True):
    """One act: its citation, whether its text was read, and every row that rests on it."""

    id: Annotated[str, _text("an act's id", 120)]


class Worlds(Question, frozen=True, kw_only=True):
    """The packaged worlds: size, year, and what they are made of."""


class Elasticities(Question, frozen=True, kw_only=True):
    """The published sets of trade elasticities, each with its paper."""

    world: Annotated[str, _text("a packaged world", 60)] = "oecd-2022"


class Standing(Question, frozen=True, kw_only=True):
    """Offers open, preconditions and whether law shows them met, deadlines and the days left."""

    on: OptionalOn = None
    known: Known = None


class Contradictions(Standing, frozen=True, kw_only=True):
    """Pairs that cannot both be read as they stand, by rule, with both sources."""


class Spoken(Standing, frozen=True, kw_only=True):
    """What was said or done up to a day, by one voice or side."""

    actor: Annotated[str, _text("one voice (cn-mofcom) or everyone who speaks for a side (CHN)", 60)] | None = None


class Axis(Spoken, frozen=True, kw_only=True):
    """Acts and words on one axis, with the added duties of both sides as steps."""


class Entries(Spoken, frozen=True, kw_only=True):
    """Every entry up to a day, as known on a day."""

    kind: Annotated[str, _text("event, claim, offer, deadline …", 40)] | None = None


class Claims(Spoken, frozen=True, kw_only=True):
    """What was said (not done) up to a day, with its standing."""


class Deeds(Spoken, frozen=True, kw_only=True):
    """Promises, threats and deadlines with what became of them, tested on law."""


class Positions(Question, frozen=True, kw_only=True):
    """Every stated position by side and issue over time, changes marked."""

    actor: Annotated[str, _text("a voice or a side", 60)] | None = None
    issue: Annotated[str, _text("one issue, such as unilateral-tariffs", 60)] | None = None
    on: OptionalOn = None
    known: Known = None


class WhatIf(Question, frozen=True, kw_only=True):
    """The shipped scenario on another day, by another law, model, elasticity set or closure; what the duties do.

    drop: MEASURE or MEASURE@DATE. set: MEASURE=RATE or MEASURE=RATE@DATE, a fraction. Without a date: from the day on.
    """

    on: On = "2025-05-02"
    known: Annotated[str, _text(KNOWN_OF_DAY, 10)] = ""
    before: Annotated[str, _day("comparison day: effects are against the tariffs of this day")] = "2025-01-01"
    drop: Drop = ()
    set: Annotated[
        tuple[Annotated[str, _text("MEASURE=RATE@DATE: a measure has another rate, a fraction", 120)], ...],
        Meta(max_length=40),
    ] = ()
    model: Annotated[str, _text("model of trade", 40, enum=models())] = "armington"
    elasticities: Annotated[str, _text("elasticity set", 40)] = "U4"
    deficits: Annotated[str, _text("world_share, balanced or nominal", 20)] = "world_share"
    revenue: Annotated[str, _text("what happens to duties collected", 20)] = "lump_sum"
    labour_supply: Annotated[float, Meta(ge=0, le=5, description="elasticity of labour supply to the real wage")] = 0.0


WAIT = Meta(ge=0, le=10, description="seconds to wait for the answer before a job is named")


def wait_field() -> tuple[Any, float]:
    """The type and default of the wait of a question that is solved."""
    return Annotated[float, WAIT], 2.0


class Solve(WhatIf, frozen=True, kw_only=True):
    """What the tariffs of a day do, country by country, against those of the comparison day; with the residual."""

    ranges: Annotated[bool, Meta(description="also solve under every published elasticity set")] = False
    draws: Annotated[int, Meta(ge=0, le=500, description="log-normal draws of the elasticities around the set")] = 0
    seed: Annotated[int, Meta(ge=0, le=2**31, description="of the draws")] = 0
    wait: Annotated[float, WAIT] = 2.0


Room = Literal["trade", "talks", "deadline"]


class OwnScenario(Question, frozen=True, kw_only=True):
    """A scenario of the user's own, as TOML text or as an object with the same keys. Files beside it are not read.

    rooms: which parts of the answer: trade, talks, deadline.
    """

    toml: Annotated[str, Meta(max_length=200_000, extra_json_schema={"description": "a scenario as TOML text"})] = ""
    scenario: dict[str, Any] = {}
    rooms: Annotated[tuple[Room, ...], Meta(max_length=3)] = ("trade",)
    ranges: Annotated[bool, Meta(description="also solve under every published elasticity set")] = False
    wait: Annotated[float, WAIT] = 2.0


class Brief(Question, frozen=True, kw_only=True):
    """The whole briefing as a job: every room, with ranges."""

    on: On = "2025-05-02"
    known: Annotated[str, _text(KNOWN_OF_DAY, 10)] = ""
    drop: Drop = ()
    toml: Annotated[str, Meta(max_length=200_000, extra_json_schema={"description": "a scenario as TOML text"})] = ""
