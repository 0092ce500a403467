"""Words as people write them: cut into words, without plurals, in the American spelling, misspelt ones mended; Chinese by its phrases."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

CLOSE = 0.74  # likeness (difflib) from which a word is taken for another, misspelt
FEW_LETTERS = 5  # of a word in which one slip is the most; a longer one may have two
LONGEST_PHRASE = 4  # words
SPELLINGS = {  # British words of the trade, as the American schedule spells them
    "aluminium": "aluminum", "tyre": "tire", "colour": "color", "fibre": "fiber", "jewellery": "jewelry", "sulphur": "sulfur",
    "grey": "gray", "plough": "plow", "yoghurt": "yogurt", "whiskey": "whisky", "pyjamas": "pajamas", "tonne": "ton",
    "moulded": "molded", "lorry": "truck", "trousers": "trouser", "mould": "mold", "vapour": "vapor", "armour": "armor",
    "flavour": "flavor", "litre": "liter", "metre": "meter", "centre": "center", "theatre": "theater", "plywoods": "plywood",
    "pyjama": "pajama", "licorice": "liquorice", "moustache": "mustache", "sceptic": "skeptic", "cheque": "check",
    "catalogue": "catalog", "aeroplane": "airplane", "tumour": "tumor", "anaesthetic": "anesthetic", "caesium": "cesium",
    "haemoglobin": "hemoglobin", "paediatric": "pediatric", "draught": "draft", "kerb": "curb", "storey": "story",
    "tubing": "tube", "piping": "pipe", "woollen": "wool", "wooden": "wood", "minced": "ground", "tinned": "canned",
}  # fmt: skip
IRREGULAR = {
    "knives": "knife", "shelves": "shelf", "scarves": "scarf", "leaves": "leaf", "loaves": "loaf", "halves": "half",
    "feet": "foot", "teeth": "tooth", "men": "man", "women": "woman", "children": "child", "mice": "mouse", "geese": "goose",
    "lenses": "lens", "lens": "lens", "buses": "bus", "gases": "gas", "glasses": "glass", "mangoes": "mango", "axes": "axe",
    "cookies": "cookie", "hoodies": "hoodie", "beanies": "beanie", "brownies": "brownie", "ties": "tie", "pies": "pie",
    "neckties": "necktie", "onesies": "onesie", "movies": "movie", "smoothies": "smoothie",
}  # fmt: skip
HEADS = ("for", "of", "with", "from", "in", "to", "without")  # what stands before one of these is the good
HOLDERS = frozenset(
    "bottle pack packet bag box roll pair set piece can jar bunch slice sheet bar cup glass carton tin".split()
)
IDLE = frozenset("a an the and or s my your new used brand cheap best".split())
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def tokens(text: str) -> list[str]:
    """The words of a text, in small letters: letters and digits alone."""
    return re.findall(r"[a-z0-9]+", text.casefold())


def stem(word: str) -> str:
    """A word without its plural: toys → toy, batteries → battery, houses → house."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes", "toes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def spelled(word: str) -> str:
    """A word without its plural, in the American spelling."""
    return SPELLINGS.get(word) or SPELLINGS.get(stem(word), stem(word))


def is_chinese(text: str) -> bool:
    """Whether a text holds Chinese characters."""
    return _CHINESE.search(text) is not None


@cache
def trade_words() -> dict[str, tuple[str, ...]]:
    """Trade words with the headings that they stand for, the closest first: find_words.csv beside this file."""
    return {" ".join(spelled(w) for w in tokens(name)): headings for name, headings in _table("find_words.csv")}


@cache
def chinese_words() -> dict[str, tuple[str, ...]]:
    """The same of Chinese words: find_words_chinese.csv."""
    return dict(_table("find_words_chinese.csv"))


def _table(name: str) -> list[tuple[str, tuple[str, ...]]]:
    text = resources.files("parley.law").joinpath(name).read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return [(r["words"], tuple(r["headings"].split(";"))) for r in rows]


class Named(NamedTuple):
    """A run of words that is a trade word: its headings, its share of the query's words, whether it ends it, and the other words."""

    headings: tuple[str, ...]
    share: float
    last: bool
    others: tuple[str, ...]


def named(words: Sequence[str], known: Mapping[str, tuple[str, ...]]) -> list[Named]:
    """The trade words in a query, the longest first.

    The last noun names the good, what stands before it says which: "leather sandal" is a sandal. What stands before "for",
    "of" … is the good: "battery for electric car" is a battery; but "bottle of wine" is wine, since a bottle holds it.
    """
    cut = next((n for n, w in enumerate(words) if n and w in HEADS), len(words))
    head, rest = words[:cut], words[cut + 1 :]
    if rest and len(head) == 1 and head[0] in HOLDERS:
        head, rest = rest, head
    parts = [[w for w in part if w not in IDLE and w not in HEADS] for part in (head, rest)]
    size = len(parts[0]) + len(parts[1])
    found = [
        Named(
            known[run],
            (end - start) / size,
            part is parts[0] and end == len(part),
            (*part[:start], *part[end:], *other),
        )
        for part, other in (parts, parts[::-1])
        for start, end in _runs(len(part))
        if (run := " ".join(part[start:end])) in known
    ]
    return sorted(found, key=lambda x: (-x.last, -x.share))


def _runs(size: int) -> list[tuple[int, int]]:
    return [(start, end) for end in range(size, 0, -1) for start in range(max(0, end - LONGEST_PHRASE), end)]


def joined(words: Sequence[str], names: Mapping[str, object]) -> list[str]:
    """The words, two that the trade writes as one put together: "smart phone" is "smartphone"."""
    made: list[str] = []
    for word in words:
        both = f"{made[-1]}{word}" if made else ""
        if both in names and f"{made[-1]} {word}" not in names:
            made[-1] = both
        else:
            made.append(word)
    return made


def nearest_word(word: str, names: Iterable[str], counts: Mapping[str, int]) -> str:
    """The word for which a misspelt one is taken: that with the fewest slips, of those the most usual; itself where none is near."""
    near = difflib.get_close_matches(word, sorted(names), 8, CLOSE)
    most = 1 if len(word) <= FEW_LETTERS else 2
    ranked = sorted((slips(word, n), n[:1] != word[:1], -counts.get(n, 0), n) for n in near)
    return ranked[0][3] if ranked and ranked[0][0] <= most else word


def slips(a: str, b: str) -> int:
    """Letters to put in, leave out, replace or swap with the next to make one word the other (optimal string alignment)."""
    before, last = list[int](), list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            least = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                least = min(least, before[j - 2] + 1)
            row.append(least)
        before, last = last, row
    return last[-1]


def chinese_headings(text: str) -> tuple[str, ...]:
    """The headings of the Chinese words in a text, the longest first; else those of words that hold the text, or are near it."""
    text = re.sub(r"\s+", "", text)
    held = chinese_words()
    found: list[str] = []
    left = text
    for word in sorted(held, key=len, reverse=True):
        if word in left:
            found += held[word]
            left = left.replace(word, "")
    if not found:
        near = [w for w in held if len(text) > 1 and text in w] or difflib.get_close_matches(text, held, 3, 0.6)
        found = [h for w in sorted(near, key=len) for h in held[w]]
    return tuple(dict.fromkeys(found))
