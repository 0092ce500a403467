"""The answers of `parley data`: what ships, what can be pulled, what the cache holds, and whether files are as they were."""

from __future__ import annotations

from typing import Literal, TypedDict


class FileFacts(TypedDict):
    """A file of a pull."""

    bytes: int
    sha256: str


class Manifest(TypedDict):
    """What a pull writes beside its files: all but the key."""

    source: str
    what: str
    publisher: str
    licence: str
    address: str
    options: dict[str, str]
    time: str  # UTC, ISO 8601
    etag: str | None
    parser_version: int
    rows: int
    files: dict[str, FileFacts]  # by name


class HeldPull(Manifest):
    """A pull in the cache, with its folder."""

    folder: str


class BrokenPull(TypedDict):
    """A pull whose manifest cannot be read."""

    source: str
    folder: str
    files: dict[str, FileFacts]
    broken: Literal[True]


class PullAnswer(HeldPull):
    """`data pull`."""

    changed: bool | None  # against the pull before; null where there was none
    offline: bool


class ShippedFile(TypedDict):
    """A packaged table, as its manifest has it."""

    file: str
    source: str | None
    terms: str | None
    vintage: str | None
    builder: str | None
    rows: int | None


class PackagedFile(ShippedFile):
    """The same with its checksum."""

    sha256: str


class OptionHelp(TypedDict):
    """What may be chosen of a source; a default of null must be given."""

    help: str
    default: str | None


class OfferedSource(TypedDict):
    """A source that can be pulled."""

    name: str
    what: str
    publisher: str
    licence: str
    address: str | None
    key: str | None  # the environment variable of the user's key
    options: dict[str, OptionHelp]


class CachedPull(TypedDict):
    """A pull of the cache in a line; null where its manifest cannot be read."""

    source: str
    options: dict[str, str] | None
    time: str | None
    rows: int | None
    folder: str


class SourcesAnswer(TypedDict):
    """`data sources`: what can be pulled."""

    sources: list[OfferedSource]


class DataList(SourcesAnswer):
    """`data list`: the same with what ships and what was pulled."""

    packaged: list[ShippedFile]
    cached: list[CachedPull]
    cache: str  # its folder


class VerifiedFile(TypedDict):
    """A pull or packaged file with what is wrong with it."""

    kind: Literal["cached", "packaged"]
    name: str
    faults: list[str]


class Verification(TypedDict):
    """`data verify`."""

    well: bool
    checked: int
    files: list[VerifiedFile]
