"""Standard output and error: a sign that a stream cannot encode is written in its nearest plain form, and nothing stops for it."""

from __future__ import annotations

import codecs
import io
import json
import sys
from typing import Any, TextIO

PLAIN = str.maketrans({
    "−": "-", "–": "-", "—": "-", "‑": "-", "·": "-", "•": "*", "…": "...", "×": "x", "→": "->", "←": "<-", "≤": "<=", "≥": ">=",
    "≠": "!=", "±": "+/-", "‘": "'", "’": "'", "“": '"', "”": '"', "─": "-", "│": "|", "€": "EUR", "£": "GBP",
})  # fmt: skip
NAME = "parley-plain"  # of the error handler
STRICT = ("strict", "surrogateescape")  # where Python's own choice would raise; a handler that the user names stays


def degrade() -> None:
    """Lets both streams degrade. Signs have a plain form, letters lose their accents, others stand as \\u escapes."""
    codecs.register_error(NAME, _plainly)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors in STRICT:
            stream.reconfigure(errors=NAME)


def json_text(value: Any, stream: TextIO | None, indent: int | None = None) -> str:
    """JSON for a stream: a sign that it lacks stands as an escape of JSON, so that nothing is lost. Raises ValueError for NaN."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent)
    return text


def _plainly(error: UnicodeError) -> tuple[str | bytes, int]:
    """What is written in the place of signs that cannot be encoded; bytes of a file's name stay those bytes."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = "".join(
        sign if "\udc80" <= sign <= "\udcff" else _of(sign) for sign in error.object[error.start : error.end]
    )
    return text if text.isascii() else text.encode("ascii", "surrogateescape"), error.end


def _of(sign: str) -> str:
    from unicodedata import combining, normalize

    told = "".join(part for part in normalize("NFKD", sign.translate(PLAIN)).translate(PLAIN) if not combining(part))
    return told.encode("ascii", "backslashreplace").decode("ascii")
