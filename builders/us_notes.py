"""What the notes of chapter 99 print: the entries of each enumerated subdivision, at the digits printed there.

Source: chapter 99 of the schedule, 2026 revision 6 (as of 23 April 2026), whole notes as text. An entry is a code that
stands alone on its line of a table, or behind a number of its own, "(4) 8541.10.00". A code in a sentence ("except for
goods provided for in statistical reporting number 8517.62.0090") is a mention; the two readers of sentences below say
which mentions they want.
"""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path

from us_list_tables import digits

SOURCE = "USITC, Harmonized Tariff Schedule, notes to subchapter III of chapter 99, 2026 revision 6"
BRAZIL_SOURCE = "USTR notice of action of 15 July 2026 (FR document 2026-14542), annex I, note 50"
FILE = "law/hts/chapter99_notes_2026_rev_6.txt.gz"
BRAZIL = "law/texts/2026-07-15-ustr-notice-of-action-brazil-section-301.txt"  # note 50 stands in the notice alone
_CODE = r"\d{4}(?:\.\d\d(?:\.\d\d(?:\.?\d\d)?)?)?"
_ROW = re.compile(rf"^(?:U\.S\. Notes \(con\.\))?\s*({_CODE}(?:\s+{_CODE})*)\s*$")
_NUMBERED = re.compile(rf"^\s*\(\d+\)\s+({_CODE})[;,.]?\s*$")
_FURNITURE = re.compile(
    r"^\s*(?:Harmonized Tariff Schedule of the United States|Annotated for Statistical|[XVI]+\s*$|99 - III - \d+)"
)
_NAMED = re.compile(rf"\(classifiable in (?:sub)?heading\s+({_CODE})\)")
_PARTLY = re.compile(
    rf"provided\s+for\s+in\s+(?:\[?subheading\]?\s+)?({_CODE}),\s+except\s+for(.*?)(?=\n\d+\. |\Z)", re.DOTALL
)

# Subdivision → how its first line begins, and how the line after its last begins.
SUBDIVISIONS: dict[str, tuple[str, str]] = {
    "2(v)(iii)(a)": ("(a) As provided for in heading 9903.01.32", "(b) As provided in heading 9903.02.78"),
    "2(v)(iii)(b)": ("(b) As provided in heading 9903.02.78", "(iv) As provided in 9903.01.26"),
    "2(v)(xx)": ("(xx) As provided in heading 9903.02.74", "(xxi) As provided in heading 9903.02.75"),
    "2(v)(xxi)": ("(xxi) As provided in heading 9903.02.75", "(xxii)  As provided in heading 9903.02.76"),
    "2(v)(xxii)": ("(xxii)  As provided in heading 9903.02.76", "(xxiii) As provided in heading 9903.02.77"),
    "2(v)(xxiii)": ("(xxiii) As provided in heading 9903.02.77", "(xxiv)"),
    "2(v)(xxiv)(b)": ("(b) As provided in heading 9903.02.81", "(xxv)"),
    "2(v)(xxv)(b)": ("(b) As provided in headings 9903.02.84", "(c) As provided in headings 9903.02.85"),
    "2(v)(xxv)(c)": ("(c) As provided in headings 9903.02.85", "(d) As provided in headings 9903.02.86"),
    "2(v)(xxv)(d)": ("(d) As provided in headings 9903.02.86", "(x)"),
    "2(x)(iii)(a)": ("(a) As provided in heading 9903.01.81", "(b) As provided in heading 9903.01.90"),
    "2(x)(iii)(b)": ("(b) As provided in heading 9903.01.90", "(iv) As provided in heading 9903.01.82"),
    "2(x)(iv)": ("(iv) As provided in heading 9903.01.82", "(v) The additional duties imposed by heading 9903.01.77"),
    "2(aa)(ii)": ("(ii) As provided in heading 9903.03.03", "(iii) As provided in heading 9903.03.04"),
    "2(aa)(iii)": ("(iii) As provided in heading 9903.03.04", "(iv) As provided in heading 9903.03.05"),
    "2(aa)(iv)": ("(iv) As provided in heading 9903.03.05", "(v) As provided in heading 9903.03.06"),
    "20(b)": ("(b) Heading 9903.88.01 applies", "(c) For the purposes of heading 9903.88.02"),
    "20(d)": ("(d) Heading 9903.88.02 applies", "(e) For the purposes of heading 9903.88.03"),
    "20(f)": ("(f) Heading 9903.88.03 applies", "(g) For the purposes of heading 9903.88.04"),
    "20(g)": ("1. Other non-aromatic organo-inorganic compounds", "Notwithstanding U.S. note 1"),
    "20(s)(i)": ("(s) Heading 9903.88.15 applies to", "(ii) the following products of China"),
    "20(s)(ii)": ("(ii) the following products of China", "(t) For the purposes of heading 9903.88.16"),
    "31(b)": ("(b) Heading 9903.91.01 applies", "(c) Heading 9903.91.02 applies"),
    "31(c)": ("(c) Heading 9903.91.02 applies", "(d) Heading 9903.91.03 applies"),
    "31(d)": ("(d) Heading 9903.91.03 applies", "(e) Heading 9903.91.04 applies"),
    "31(f)": ("(i) Heading 9903.91.05 applies", "(ii) The additional rate of duty under heading 9903.91.05"),
    "31(e)": ("(e) Heading 9903.91.04 applies", "(f)"),
    "31(h)": ("(h) Heading 9903.91.07 applies", "(i) Heading 9903.91.08"),
    "31(i)": ("(i) Heading 9903.91.08 applies", "(j) Heading 9903.91.11"),
    "31(k)": ("(i) Heading 9903.91.12 applies", "The articles consist of chassis"),
    "31(l)": ("(i) Heading 9903.91.14 applies", "(ii) A ship-to-shore"),
    "31(g)": ("(g) Heading 9903.91.06 applies", "(h) Heading 9903.91.07 applies"),
    "31(j)": ("(j) Heading 9903.91.11 applies", "(k)"),
    "50(a)(ii)": ("(ii) As provided in heading 9903.05.03", "(iii) As provided in heading 9903.05.04"),
    "50(a)(iii)": ("(iii) As provided in heading 9903.05.04", "(iv) As provided in heading 9903.05.05"),
    "50(a)(iv)": ("(iv) As provided in heading 9903.05.05", "(v) As provided in heading 9903.05.06"),
    "50(a)(v)": ("(v) As provided in heading 9903.05.06", "(vi) As provided in heading 9903.05.07"),
}  # fmt: skip


@cache
def lines(shared: Path, name: str) -> tuple[str, ...]:
    """The lines of the text in which a subdivision stands, page headers left out."""
    path = shared / (BRAZIL if name.startswith("50(") else FILE)
    text = (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode("utf-8")
    return tuple(line for line in text.split("\n") if not _FURNITURE.match(line))


@cache
def subdivision(shared: Path, name: str) -> tuple[str, ...]:
    """The lines of one subdivision, from its first to the one before the next."""
    first, after = SUBDIVISIONS[name]
    text = lines(shared, name)
    start = next(i for i, line in enumerate(text) if line.strip().startswith(first))
    end = next(i for i in range(start + 1, len(text)) if text[i].strip().startswith(after))
    return text[start:end]


def printed(shared: Path, name: str) -> tuple[str, ...]:
    """The entries of a subdivision as digits, in the order printed, chapter 98 left out: no goods are classified there."""
    found = (m for line in subdivision(shared, name) for m in (_ROW.match(line), _NUMBERED.match(line)) if m)
    codes = (digits(c) for m in found for c in m.group(1).split())
    return tuple(c for c in codes if not c.startswith("98"))


def named(shared: Path, name: str) -> tuple[str, ...]:
    """The subheadings of particular articles that a subdivision describes: "Acai (classifiable in subheading …)"."""
    return tuple(digits(c) for c in _NAMED.findall(" ".join(line.strip() for line in subdivision(shared, name))))


def partly(shared: Path, name: str) -> dict[str, frozenset[str]]:
    """Subheading → the statistical numbers left out of it: "provided for in 8517.62.00, except for … 8517.62.0090"."""
    text = "\n".join(subdivision(shared, name))
    found = _PARTLY.findall(text)
    return {digits(c): frozenset(digits(x) for x in re.findall(r"\d{4}\.\d\d\.\d{4}", rest)) for c, rest in found}


IN_WORDS = ("31(e)", "31(h)", "31(i)", "31(k)", "31(l)")  # subdivisions that name their goods in a sentence, no table


def described(shared: Path, name: str) -> tuple[str, ...]:
    """The codes of chapters 1 to 97 that the sentences of a subdivision name, at the digits printed there."""
    found = re.findall(r"(?<![\d.])(?!9[89])\d{4}\.\d\d(?:\.\d\d(?:\d\d)?)?", "\n".join(subdivision(shared, name)))
    return tuple(dict.fromkeys(digits(c) for c in found))


def entries(shared: Path, name: str) -> tuple[str, ...]:
    """Every entry of a subdivision, whichever way it is printed: a table, described articles, or a sentence."""
    if name in IN_WORDS:
        return described(shared, name)
    return tuple(dict.fromkeys((*printed(shared, name), *named(shared, name), *partly(shared, name))))
