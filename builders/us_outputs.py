"""How every builder writes: a file whole or not at all, and its entry into a manifest."""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(content)
    os.replace(partial, path)


def record(manifest: Path, key: str, entry: dict) -> None:
    """Put one entry into a manifest, leaving the others as they are."""
    held = json.loads(manifest.read_text("utf-8")) if manifest.exists() else {}
    held[key] = entry
    text = json.dumps(dict(sorted(held.items())), indent=1, ensure_ascii=False) + "\n"
    replace_file(manifest, text.encode())


def written(header: list[str], rows: list[list[str]]) -> bytes:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue().encode()


def write_tables(out: Path, builder: str, tables: Mapping[str, tuple[list[str], list[list[str]], dict]]) -> None:
    """Tables of a folder, each with its header, rows and manifest entry; gzipped where the name says so."""
    for name, (header, rows, entry) in tables.items():
        text = written(header, rows)
        content = gzip.compress(text, 9, mtime=0) if name.endswith(".gz") else text
        replace_file(out / name, content)
        made = {"builder": f"builders/{builder}", "sha256": hashlib.sha256(content).hexdigest(), "rows": len(rows)}
        record(out / "manifest.json", name, {**entry, **made})
        print(f"{name}: {len(rows)} rows, {len(content)} bytes")


def packed(text: str) -> bytes:
    """A text gzipped, the same bytes for the same text."""
    made = io.BytesIO()
    with gzip.GzipFile(fileobj=made, mode="wb", mtime=0, filename="") as file:
        file.write(text.encode())
    return made.getvalue()


def write_schedule_table(name: str, build: Callable[[Path], tuple[bytes, dict]], words: str | None) -> None:
    """The command of a builder of one table beside the schedule: write it and its manifest entry."""
    parser = argparse.ArgumentParser(description=words.splitlines()[0] if words else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/law/schedule"))
    asked = parser.parse_args()
    content, entry = build(asked.shared)
    replace_file(asked.out / name, content)
    record(asked.out / "manifest.json", name, entry)
    print(f"{entry['rows']} rows, {len(content)} bytes")
