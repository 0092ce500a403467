"""The tables that ship, as their manifests have them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from parley.pull.answers import PackagedFile, ShippedFile


def packaged() -> list[PackagedFile]:
    """Every packaged file with a manifest entry: file, source, terms, vintage, builder, rows, sha256."""
    return [{**_shipped(path, entry), "sha256": entry["sha256"]} for path, entry in _entries()]


def shipped() -> list[ShippedFile]:
    """The same without checksums."""
    return [_shipped(path, entry) for path, entry in _entries()]


def check_packaged() -> list[tuple[str, list[str]]]:
    """(file, faults) of every packaged file: missing, or not the bytes of its manifest."""
    found = []
    for path, entry in _entries():
        faults = ["missing"] if not path.is_file() else []
        if not faults and hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            faults = ["its sha256 differs from the manifest's"]
        found.append((str(path.relative_to(_home())), faults))
    return found


def _home() -> Path:
    return Path(str(resources.files("parley")))


def _entries() -> Iterator[tuple[Path, dict[str, Any]]]:
    for manifest in sorted(_home().rglob("manifest.json")):
        for name, entry in sorted(json.loads(manifest.read_text("utf-8")).items()):
            if isinstance(entry, dict) and "sha256" in entry:
                yield manifest.parent / name, entry


def _shipped(path: Path, entry: dict[str, Any]) -> ShippedFile:
    return {
        "file": str(path.relative_to(_home())),
        "source": entry.get("source"),
        "terms": entry.get("terms"),
        "vintage": entry.get("vintage"),
        "builder": entry.get("builder"),
        "rows": entry.get("rows"),
    }
