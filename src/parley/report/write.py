"""The briefing as files: the page, the Answer, and every table as CSV. Each is written whole or not at all."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from parley import outputs


def write_brief(answer: Mapping[str, Any], out: Path) -> list[Path]:
    """The files written: brief.html, brief.json, then the tables. All texts are made before the first is written.

    Raises InputError where the folder cannot be made or written.
    """
    from parley.report.page import page, sheets_of

    texts = {"brief.html": page(answer), "brief.json": as_json(answer)}
    texts |= {sheet.file: sheet.csv() for sheet in sheets_of(answer).values()}
    folder(out)
    return [write(out / name, text) for name, text in texts.items()]


def as_json(answer: Mapping[str, Any]) -> str:
    """The Answer as one JSON object, the same as `parley brief --json` prints."""
    return json.dumps(_finite(answer), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    """JSON has no word for NaN and infinity: they become null."""
    if isinstance(value, dict):
        return {str(k): _finite(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def folder(out: Path) -> None:
    """Makes the folder. Raises InputError where there is a file in its place or it may not be made."""
    with outputs.told(out, f"--out {out}"):
        out.mkdir(parents=True, exist_ok=True)


def write(path: Path, text: str) -> Path:
    """The path, once the whole text stands there. Raises InputError where it cannot."""
    return outputs.write(path, text, f"--out {path}")
