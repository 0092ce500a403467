"""What the world room answers with: each TypedDict is the JSON of a command, key by key."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class WorldRow(TypedDict):
    """A packaged world: its year, size and source. links: whether it has, or can be given, input-output links."""

    name: str
    year: int
    countries: int
    sectors: int
    links: bool
    source: str
    note: str


class FileLayout(TypedDict):
    """A layout in which a world can be read from a file of the user's."""

    name: str
    layout: str


class WorldsAnswer(TypedDict):
    """`trade worlds`: the packaged worlds, and what can be read from a file."""

    worlds: list[WorldRow]
    from_file: list[FileLayout]


class ElasticitySetRow(TypedDict):
    """A set of trade elasticities. read: whether its figures were checked in the paper.

    theta: positive, one for each sector of the answer; null where the set lacks some of them, with the reason.
    """

    name: str
    paper: str
    table: str
    column: str
    concordance: str
    read: bool
    horizon: str
    epsilon: float | None  # of imports before duty, where the paper has that: theta is |epsilon| − 1
    theta: list[float] | None
    reason: str | None


class ElasticitiesAnswer(TypedDict):
    """`trade elasticities`: the published sets at a world's sectors, and how far they differ.

    spread: standard deviation of log theta over the sets; common: its correlation between two sectors.
    """

    sectors: list[str]
    sets: list[ElasticitySetRow]
    spread: float
    common: float


class ManifestEntry(TypedDict):
    """What a packaged file is made of. sha256: its checksum; rows: how many; read: whether the terms were read."""

    source: str
    terms: str
    vintage: str
    builder: str
    note: str
    sha256: str
    rows: int
    attribution: NotRequired[str]
    read: NotRequired[bool]
    arrays: NotRequired[dict[str, str]]
    economies: NotRequired[int]
    sectors: NotRequired[int]
