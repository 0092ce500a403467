"""Files spoilt at random: bytes flipped, cut and doubled, values of another type, numbers of a thousand digits, deep nesting."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from random import Random
from typing import Any

JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, 10**30, 1e308, float("nan"), float("inf"), "", " ", "x", "0", "-1", "²", "٣", "\ud800",
    "\x00", "é\u2028", "x" * 5_000, "9" * 5_000, "9903.88.15", "9503.00.10.90", [], {}, [[]], [None], [{}], [1], ["x"], {"": ""},
    {"value": 1}, {"value": ["x"]},
)  # fmt: skip
LITERALS = (
    "0", "-1", "1", "145", "0.5", "nan", "inf", "-0.0", "1e400", "9" * 5_000, '""', '"x"', "'*'", '["*"]', "[]", "[1]", "[[]]",
    '["CHN", 1]', "{}", "{ usmca = true }", "{ usmca = 2 }", "{ loaded = 2025-04-05T00:00:00 }", '{ us_content = ">= x" }', "true",
    "2025-04-09", "2025-13-40", "2025-04-09T10:00:00Z", "10:00:00", "9999-12-31", "0001-01-01", '"5% + ¢"', '"max("', '"1¢/kg"',
    "[" * 3_000 + "]" * 3_000, '"' + "x" * 5_000 + '"', '"\\u0000"', "[{ to = 1 }]", '[{ to = "x", origins = [] }]',
    '"""\n[[measure]]\n"""',
)  # fmt: skip
NOISE = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b'"',
    b"\n",
    b"\r",
    b",",
    b"[" * 100_000,
    b"{",
    b"}",
    b"#",
    b"9" * 5_000,
)


class Hang(BaseException):
    """A reader that does not come back."""


@contextmanager
def within(seconds: float, what: str) -> Iterator[None]:
    """Raises Hang where what is inside takes more processor time."""

    def stop(*_: object) -> None:
        raise Hang(what)

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    except Hang:
        raise
    except BaseException as error:
        error.add_note(what)
        raise
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def spoilt(content: bytes, draw: Random) -> bytes:
    """Bytes changed in one to three places; now and then in another encoding."""
    if draw.random() < 0.05:
        return content.decode("utf-8", "replace").encode(
            draw.choice(("utf-16", "utf-32", "utf-8-sig", "latin-1")), "replace"
        )
    for _ in range(draw.choice((1, 1, 2, 3))):
        at, size = draw.randrange(len(content) + 1), draw.choice((1, 1, 2, 8, 60))
        part = content[at : at + size]
        content = draw.choice((
            content[:at] + bytes(b ^ 1 << draw.randrange(8) for b in part) + content[at + size :],
            content[:at] + bytes(draw.randrange(256) for _ in part) + content[at + size :],
            content[:at] + content[at + size :],
            content[:at] + part * draw.choice((2, 3)) + content[at + size :],
            content[:at] + draw.choice(NOISE) + content[at:],
            content[:at] if draw.random() < 0.3 else content,
        ))  # fmt: skip
    return content


def spoilt_tree(tree: Any, draw: Random) -> Any:
    """A tree with one to three of its nodes changed, left out or doubled."""
    made = deepcopy(tree)
    for _ in range(draw.choice((1, 1, 2, 3))):
        places = [
            (held, key) for held in _containers(made) for key in (held if isinstance(held, dict) else range(len(held)))
        ]
        if not places:
            return made
        held, key = draw.choice(places)
        what = draw.randrange(4)
        if what == 0:
            del held[key]
        elif what == 1 and isinstance(held, list):
            held.insert(draw.randrange(len(held) + 1), deepcopy(held[key]))
        elif what == 2:
            held[key] = deepcopy(draw.choice(places)[0])
        else:
            held[key] = deepcopy(draw.choice(JUNK))
    return made


def _containers(tree: Any) -> Iterator[Any]:
    if isinstance(tree, (dict, list)):
        yield tree
        for value in tree.values() if isinstance(tree, dict) else tree:
            yield from _containers(value)


def spoilt_toml(text: str, draw: Random) -> str:
    """An act with one to three lines changed, left out, doubled or moved."""
    lines = text.split("\n")
    for _ in range(draw.choice((1, 1, 2, 3))):
        at = draw.randrange(len(lines))
        what = draw.randrange(5)
        if what == 0:
            del lines[at : at + draw.choice((1, 1, 5))]
            lines = lines or [""]
        elif what == 1:
            lines.insert(draw.randrange(len(lines)), lines[at])
        elif what == 2:
            other = draw.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        elif "=" in lines[at]:
            lines[at] = f"{lines[at].partition('=')[0]}= {draw.choice(LITERALS)}"
        else:
            lines[at] = draw.choice(("[measure]", "[[act]]", "measure = 1", "[[measure]]", "act = {}", "[x]", "\x00"))
    return "\n".join(lines)
