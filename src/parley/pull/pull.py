"""Pulls a source: by its address, from the user's own file, or from the cache alone."""

from __future__ import annotations

import os
from pathlib import Path

from parley.errors import InputError, named
from parley.pull.answers import PullAnswer
from parley.pull.cache import cached, held, place_of, read_file, store
from parley.pull.fetch import fetch
from parley.pull.source import Get, Options, Source, Table, chosen, read_source


def pull(
    name: str, given: Options | None = None, *, offline: bool = False, origin: str | None = None, get: Get = fetch
) -> PullAnswer:
    """The manifest of a pull, with its folder and `changed` (against the pull before; null where there was none).

    offline: only what the cache holds, checked. origin: the user's own file, or another https address of the same table.
    Raises InputError for bad options and bytes that are no such table, NoAnswerError where the source does not answer.
    """
    source = read_source(name)
    options = chosen(name, source, given or {})
    if offline:
        return {**cached(name, options), "changed": None, "offline": True}
    before = next((e for e in held(name) if e["folder"] == str(place_of(name, options))), None)
    raw, where = _raw(name, source, options, origin, get)
    entry = store(name, source, options, raw, table_of(source, raw, where), where)
    file = f"raw.{source.ending}"
    old = before["files"].get(file) if before else None
    new = entry["files"][file]["sha256"]
    return {**entry, "changed": None if old is None else old["sha256"] != new, "offline": False}


def table_of(source: Source, raw: bytes, where: str) -> Table:
    """The table in the bytes of a source; where they are from. Raises InputError, naming that."""
    with named(where):
        return source.parse(raw)


def _raw(name: str, source: Source, options: Options, origin: str | None, get: Get) -> tuple[bytes, str]:
    """(bytes, what the manifest says of where they are from: never a key)."""
    if origin is not None:
        if "://" in origin:
            return get(origin), origin.partition("?")[0]
        return read_file(Path(origin)), f"file {Path(origin).name}"
    if not source.address:
        raise InputError(
            f"data pull {name}", "no address of it was read by us", "--from FILE or --from https://…",
            f"Get it from the publisher ({source.publisher})",
        )  # fmt: skip
    key = os.environ.get(source.key, "") if source.key else ""
    if source.key and not key:
        raise InputError(
            f"data pull {name}", f"no key in {source.key}", f"your own key: {source.key}=… parley data pull …"
        )
    return source.get(options, key, get), source.address
