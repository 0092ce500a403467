"""What was pulled, kept in the user's cache: the raw bytes, the table as CSV, and a manifest that says all but the key."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from parley import outputs
from parley.cache_folder import cache_folder
from parley.errors import NoAnswerError
from parley.pull.answers import BrokenPull, FileFacts, HeldPull, Manifest
from parley.pull.source import Options, Source, Table
from parley.text_files import FileKind, read_bytes

MANIFEST = "manifest.json"
OWN = FileKind("a file, or an https address", ending="", most=4 << 30)


def place_of(name: str, options: Options) -> Path:
    """The folder of one pull: another for other options."""
    words = "-".join(f"{key}={value}" for key, value in sorted(options.items()))
    plain = re.sub(r"[^A-Za-z0-9=.-]+", "_", words)[:80]
    mark = hashlib.sha256(words.encode()).hexdigest()[:8]
    return cache_folder() / name / (f"{plain}-{mark}" if words else "all")


def store(name: str, source: Source, options: Options, raw: bytes, table: Table, origin: str) -> HeldPull:
    """The manifest of a pull, once the raw bytes, the table and itself are on disk; each is written whole."""
    from parley.pull.text import csv_bytes

    folder, csv = place_of(name, options), csv_bytes(table)
    entry: Manifest = {
        "source": name,
        "what": source.what,
        "publisher": source.publisher,
        "licence": source.licence,
        "address": origin,
        "options": dict(options),
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "etag": getattr(raw, "etag", "") or None,
        "parser_version": source.version,
        "rows": len(table.rows),
        "files": {f"raw.{source.ending}": _facts(raw), "table.csv": _facts(csv)},
    }
    with outputs.told(folder, "PARLEY_CACHE"):
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in ((f"raw.{source.ending}", raw), ("table.csv", csv)):
            outputs.replace(folder / file, content)
        outputs.replace(folder / MANIFEST, (json.dumps(entry, ensure_ascii=False, indent=2) + "\n").encode())
    return {**entry, "folder": str(folder)}


def _facts(content: bytes) -> FileFacts:
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def held(name: str | None = None) -> list[HeldPull | BrokenPull]:
    """The manifests of every pull in the cache (or of one source), each with its folder.

    What else the cache holds, such as releases of the law with manifests of their own, names no source as its folder does.
    """
    found: list[HeldPull | BrokenPull] = []
    for path in sorted(cache_folder().glob(f"{name or '*'}/*/{MANIFEST}")):
        try:
            entry: Any = json.loads(path.read_text("utf-8"))
            if entry.get("source") == path.parent.parent.name:
                found.append(cast(HeldPull, {**entry, "folder": str(path.parent)}))
        except ValueError:
            found.append({"source": path.parent.parent.name, "folder": str(path.parent), "files": {}, "broken": True})
    return found


def cached(name: str, options: Options) -> HeldPull:
    """The manifest of a pull that is in the cache and whole. Raises NoAnswerError where it is not there, or was changed."""
    folder = place_of(name, options)
    found = next((entry for entry in held(name) if entry["folder"] == str(folder)), None)
    if found is None:
        raise NoAnswerError(f"data pull {name}", "not in the cache", "a pull without --offline, or --from FILE")
    faults = check(found)
    if "broken" in found or faults:
        raise NoAnswerError(f"data pull {name}", faults[0], "the files as they were pulled", "Pull it again")
    return found


def check(entry: HeldPull | BrokenPull) -> list[str]:
    """What is wrong with a pull: files that are missing, or whose bytes are not those of the manifest."""
    folder = Path(entry["folder"])
    if "broken" in entry:
        return [f"{folder / MANIFEST} is not readable"]
    faults = []
    for file, facts in entry["files"].items():
        path = folder / file
        if not path.is_file():
            faults.append(f"{file} is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != facts["sha256"]:
            faults.append(f"{file} is not as it was pulled: its sha256 differs from the manifest's")
    return faults


def read_file(path: Path) -> bytes:
    """The bytes of the user's own copy. Raises InputError where there is none."""
    return read_bytes(path, OWN, "--from")
