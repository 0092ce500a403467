"""The encoding of a text: by its mark, by the headings that stand in it, by the letters that stand in words."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable

from parley.errors import InputError
from parley.law.shipments.layouts.registry import headings_by_role
from parley.law.shipments.layouts.spelling import heading

ASIAN = ("gb18030", "cp932", "big5", "cp949", "euc_jp")  # encodings whose bytes do not tell them apart
_NO_SIGN = "¤"  # of a currency that is not said: the euro sign of ISO 8859-15, misread
_MARKS = (  # the longer first: UTF-32 begins with the mark of UTF-16
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip


def encoding_of(first: bytes, path: str) -> str:
    """UTF-8, UTF-16 or UTF-32 by their marks, or UTF-16 by its bytes; of other encodings the one in which known headings stand,
    then the one whose letters stand in words, else the one of Windows' Latin alphabets with the most known headings."""
    for mark, name in _MARKS:
        if first.startswith(mark):
            return name
    for at, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if first[at:200:2].count(0) > 0.8 * len(first[at:200:2]) and first[1 - at : 200 : 2].count(0) == 0:
            return name
    whole = first[: first.rfind(b"\n") + 1] or first
    try:
        whole.decode("utf-8")
    except UnicodeDecodeError:
        fitting = {name: known for name in ASIAN if (known := _known_headings(whole, name, str.isascii)) > 1}
        if fitting:
            return max(fitting, key=fitting.__getitem__)
    for name, is_of in (("utf-8", bool), *LETTERS.items()):
        try:
            text = whole.decode(name)
        except UnicodeDecodeError:
            continue
        if is_of(text):
            return name
    if b"\x00" in whole:
        raise InputError(path, "not a text", "CSV, JSON, .xlsx or Parquet")
    return max(LATIN, key=lambda name: (_known_headings(whole, name), _NO_SIGN not in whole.decode(name, "replace")))


def _known_headings(content: bytes, encoding: str, but: Callable[[str], bool] = lambda form: False) -> int:
    """How many headings with other signs than ASCII stand in the first lines, read in an encoding; 0 where they cannot be read so.

    but: plain forms that do not count.
    """
    try:
        lines = content.decode(encoding).splitlines()[:20]
    except UnicodeDecodeError:
        return 0
    read = {heading(c) for line in lines for c in re.split(r"[,;\t|]", line) if not c.isascii()}
    cells = {form for h in read for form in (h.whole, h.bare) if form in headings_by_role() and not but(form)}
    return len(cells) + sum(bool(h.currency) for h in read)


def _is_chinese(text: str) -> bool:
    """Whether ideographs stand in words: an accented letter misread as GB18030 stands alone among Latin letters."""
    runs = Counter(len(list(g)) for held, g in itertools.groupby(text, lambda c: "\u4e00" <= c <= "\u9fff") if held)
    return sum(length * n for length, n in runs.items() if length > 1) > runs.get(1, 0)


def _has_share(text: str, least: float, letters: str, run: float = 1) -> bool:
    """Whether of the letters and signs beyond ASCII such a share are of some ranges, and stand in words of so many on average."""
    runs = [len(found) for found in re.findall(f"[{letters}]+", text)]
    return bool(runs) and sum(runs) >= least * sum(not c.isascii() for c in text) and sum(runs) >= run * len(runs)


LETTERS: dict[str, Callable[[str], bool]] = {  # in this order: whether a text read in an encoding is of its letters
    "cp1251": lambda text: _has_share(text, 0.95, "\u0400-\u045f\u2116", 3),
    "cp949": lambda text: _has_share(text, 0.95, "\uac00-\ud7a3", 1.5),
    "cp932": lambda text: _has_share(text, 0.1, "\u3041-\u30fe"),
    "gb18030": _is_chinese,
}
LATIN = ("cp1252", "cp1250", "cp1254", "iso8859_15", "mac_roman", "cp850")


__all__ = ["encoding_of"]
