"""Adds an entry: validates, numbers and formats it, and writes its month's file atomically. Nothing is edited."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from parley.errors import RecordError
from parley.record.entry import Entry, LedgerFile
from parley.record.faults import read_entry
from parley.record.ledger import FOLDER, Ledger, ledger_of, read_ledger

_ORDER = (*Entry.__struct_fields__,)
_HEAD = "# The record, {month}. Append-only: a correction or an outcome is a later entry. Format: docs/record.md\n"


def schema() -> dict[str, Any]:
    """The JSON Schema of a ledger file, for editors that complete and check TOML."""
    made = msgspec.json.schema(LedgerFile)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "parley record, one month", **made}


def add(raw: dict[str, Any], folder: Path | str | None = None) -> Entry:
    """The entry as it now stands in its month's file: validated, numbered, formatted."""
    return add_all([raw], folder)[0]


def add_all(raws: list[dict[str, Any]], folder: Path | str | None = None) -> list[Entry]:
    """The entries as they now stand: all are validated, with the whole ledger, before the first file is written.

    Writers wait for one another, so that two at a time cannot lose an entry.
    """
    folder = Path(folder) if folder else FOLDER
    if not raws:
        raise RecordError("record add", "no entry", "[[entry]] tables, or --kind, --actor, --on, --text, --publisher")
    held = read_ledger(folder) if any(folder.glob("*.toml")) else Ledger(())
    _with(raws, held)  # refuses what is wrong before any folder is made
    try:
        with _alone(folder):
            held = read_ledger(folder) if any(folder.glob("*.toml")) else Ledger(())
            ledger, made = _with(raws, held)
            for month in sorted({f"{e.on:%Y-%m}" for e in made}):
                text = format_month(tuple(e for e in ledger.entries if f"{e.on:%Y-%m}" == month))
                _write(folder / f"{month}.toml", text)
    except OSError as fault:
        hint = "Keep a record of your own with --ledger FOLDER"
        raise RecordError(str(folder), f"cannot be written ({fault.strerror})", "a folder of yours", hint) from None
    return made


def _with(raws: list[dict[str, Any]], ledger: Ledger) -> tuple[Ledger, list[Entry]]:
    """The ledger with the new entries, and these as they were numbered and read."""
    made: list[Entry] = []
    for raw in raws:
        made.append(read_entry(numbered(raw, ledger), "record add"))
        ledger = ledger_of((*ledger.entries, made[-1]))
    return ledger, made


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the folder's lock, so that no other writer stands between reading and replacing. Windows has no flock."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)  # and with it the lock, as does the end of the process, however it ends


def numbered(raw: dict[str, Any], ledger: Ledger) -> dict[str, Any]:
    """The raw entry with dates as days and the next free id of its day; an id of its own is kept."""
    raw = {**raw, "on": _day(raw.get("on")), "known": _day(raw.get("known", raw.get("on")))}
    if "id" in raw:
        return raw
    taken = [int(e.id[-2:]) for e in ledger.entries if e.on == raw["on"]]
    return {"id": f"{raw['on']}-{max(taken, default=0) + 1:02d}", **raw}


def _day(value: Any) -> date:
    from parley.codes import day

    if value is None:
        raise RecordError("record add, field on", "no day", "on = YYYY-MM-DD")
    return day(value, "record add, field on")


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


def _toml(value: Any, *, split: bool = False) -> str:
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
    """Replaces a file by a complete one: temporary file beside it, flushed, then renamed."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)  # mkstemp makes private files; the ledger is public
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
