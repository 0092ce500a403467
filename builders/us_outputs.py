"""How every builder writes: a file whole or not at all, and its entry into a manifest."""

from __future__ import annotations

import json
import os
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
