"""A value as a small HTML table for notebooks: everything is escaped, nothing is styled but by the notebook."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape


def table(title: str, headers: Sequence[str], rows: Iterable[Sequence[str]], note: str = "") -> str:
    """A captioned table with its note below."""
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in headers)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    foot = f"<p>{escape(note)}</p>" if note else ""
    return f"<table><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{foot}"


def percent(fraction: float | None, digits: int = 1) -> str:
    """0.145 → "14.5"; a missing number is a dash, never a zero."""
    return "–" if fraction is None or not math.isfinite(fraction) else f"{100 * fraction:,.{digits}f}"


def bullets(title: str, sentences: Iterable[str], note: str = "") -> str:
    """A titled list of sentences."""
    return (
        f"<p><b>{escape(title)}</b></p><ul>"
        + "".join(f"<li>{escape(s)}</li>" for s in sentences)
        + f"</ul><p>{escape(note)}</p>"
    )
