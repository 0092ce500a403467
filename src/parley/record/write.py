"""Adds an entry: validates, numbers and formats it, and writes its month's file atomically. Nothing is edited."""

from __future__ import annotations

import json
import os
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec

from parley import outputs
from parley.errors import DateError, RecordError
from parley.json_values import JsonObject, dedented
from parley.locks import locked_folder
from parley.record.entry import Entry, LedgerFile
from parley.record.faults import read_entry
from parley.record.ledger import FOLDER, Ledger, Toml, TomlTable, ledger_of, read_ledger, read_month

_ORDER = (*Entry.__struct_fields__,)
LAST_NUMBER = 99  # ids end in two digits, so that they sort as text
_HEAD = "# The record, {month}. Append-only: a correction or an outcome is a later entry. Format: docs/record.md\n"


def schema() -> JsonObject:
    """The JSON Schema of a ledger file, for editors that complete and check TOML."""
    made = dedented(msgspec.json.schema(LedgerFile))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "parley record, one month", **made}


def schema_text() -> str:
    """The schema as the text of a file; the packaged one, record.schema.json, is kept equal to it by a test."""
    return json.dumps(schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def add(raw: TomlTable, folder: Path | str | None = None) -> Entry:
    """The entry as it now stands in its month's file: validated, numbered, formatted."""
    return add_all([raw], folder)[0]


def add_all(raws: list[TomlTable], folder: Path | str | None = None, where: str = "record add") -> list[Entry]:
    """The entries as they now stand: all are validated, with the whole ledger, before the first file is written.

    Writers wait for one another, so that two at a time cannot lose an entry. where: what errors name, such as the file.
    """
    folder = Path(folder) if folder else FOLDER
    if not raws:
        raise RecordError(where, "no entry", "[[entry]] tables, or --kind, --actor, --on, --text, --publisher")
    _with(raws, _held(folder), where)  # refuses what is wrong before any folder is made
    try:
        with locked_folder(folder, wait=True):  # no other writer stands between reading and replacing
            made = _with(raws, _held(folder), where)
            for month in sorted({f"{e.on:%Y-%m}" for e in made}):
                added = tuple(e for e in made if f"{e.on:%Y-%m}" == month)
                _write(folder / f"{month}.toml", appended(folder / f"{month}.toml", added))
    except OSError as fault:
        hint = "Keep a record of your own with --ledger FOLDER"
        raise RecordError(str(folder), f"cannot be written ({fault.strerror})", "a folder of yours", hint) from None
    return made


def _held(folder: Path) -> Ledger:
    return read_ledger(folder) if any(folder.glob("*.toml")) else Ledger(())


def _with(raws: list[TomlTable], ledger: Ledger, where: str) -> list[Entry]:
    """The entries as they are numbered and read, each beside those before it; the ledger with all of them is checked."""
    made: list[Entry] = []
    for n, raw in enumerate(raws, 1):
        place = where if len(raws) == 1 else f"{where}, [[entry]] {n}"
        made.append(read_entry(numbered(raw, (*ledger.entries, *made), place), place))
    ledger_of((*ledger.entries, *made))
    return made


def appended(path: Path, entries: tuple[Entry, ...]) -> str:
    """The text of a month's file with entries after all that stands there: not a byte of it changes, comments stay."""
    if not path.exists():
        return format_month(entries)
    with path.open(encoding="utf-8", newline="") as file:
        text = file.read()
    whole = text + ("" if text.endswith("\n") else "\n") + "".join("\n" + format_entry(e) for e in entries)
    try:
        tomllib.loads(whole)
    except tomllib.TOMLDecodeError:  # the file holds its entries as one inline array, to which no table can be added
        return format_month((*read_month(path), *entries))
    return whole


def numbered(raw: TomlTable, entries: tuple[Entry, ...], where: str = "record add") -> TomlTable:
    """The raw entry with dates as days and the next free id of its day; an id of its own is kept."""
    if not isinstance(raw, dict):
        raise RecordError(where, f"{raw!r} where an entry belongs", "[[entry]] tables")
    on = _day(raw.get("on"), f"{where}, field on")
    raw = {**raw, "on": on, "known": _day(raw.get("known", on), f"{where}, field known")}
    if "id" in raw:
        return raw
    taken = [int(e.id[-2:]) for e in entries if e.on == on]
    if max(taken, default=0) >= LAST_NUMBER:
        raise RecordError(f"{where}, field id", f"{on} has {LAST_NUMBER} entries", f"at most {LAST_NUMBER} a day")
    return {"id": f"{on}-{max(taken, default=0) + 1:02d}", **raw}


def _day(value: Toml | None, where: str) -> date:
    from parley.codes import day

    if value is None:
        raise RecordError(where, "no day", "YYYY-MM-DD, such as 2025-05-02")
    if isinstance(value, datetime) or not isinstance(value, (date, str)):
        raise RecordError(where, f"{value!r}"[:60], "a day: YYYY-MM-DD, such as 2025-05-02")
    try:
        return day(value, where)
    except DateError as fault:
        raise RecordError(fault.where, fault.found, fault.allowed) from None


def format_month(entries: tuple[Entry, ...]) -> str:
    """The text of one month's file: entries by day and id, fields in the order of the schema, defaults left out."""
    ordered = sorted(entries, key=lambda e: (e.on, e.id))
    return _HEAD.format(month=f"{ordered[0].on:%Y-%m}") + "".join("\n" + format_entry(e) for e in ordered)


def format_entry(entry: Entry) -> str:
    """One [[entry]] table as TOML."""
    defaults = {f.name: f.default for f in msgspec.structs.fields(Entry)}
    lines = ["[[entry]]"]
    for name in _ORDER:
        value = getattr(entry, name)
        if value != defaults[name] and value is not None:
            lines.append(f"{name} = {_toml(_plain(value), split=name in ('says', 'also', 'relates'))}")
    return "\n".join(lines) + "\n"


def _plain(value: Any) -> Any:
    """Structs as tables without their defaults; dates stay dates."""
    if isinstance(value, msgspec.Struct):
        fields = msgspec.structs.fields(value)
        kept = {f.name: _plain(getattr(value, f.name)) for f in fields if getattr(value, f.name) != f.default}
        config = value.__struct_config__
        return ({"is": config.tag} if config.tag_field else {}) | {k: v for k, v in kept.items() if v is not None}
    if isinstance(value, (tuple, list)):
        return [_plain(v) for v in value]
    return value


def _toml(value: Toml, *, split: bool = False) -> str:
    """One TOML value; lists of tables one a line where asked."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        parts = [_toml(v) for v in value]
        return "[\n" + "".join(f"  {p},\n" for p in parts) + "]" if split and parts else "[" + ", ".join(parts) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") if isinstance(value, str) else repr(value)


def _write(path: Path, text: str) -> None:
    """Replaces a month's file by a complete one, and has the folder flushed too."""
    target = outputs.real(path)
    for left in target.parent.glob(f".{target.name}.*"):  # a killed writer's; under the lock nobody else is at work
        left.unlink(missing_ok=True)
    outputs.replace(path, text)
    _flush(target.parent)


def _flush(folder: Path) -> None:
    """Makes the rename itself lasting, where the system lets a folder be opened."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
