"""A document of the Federal Register as paragraphs and tables in their order, read from its XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from parley.errors import InputError
from parley.text_files import FileKind, read_bytes

# The longest issue of the Federal Register has some 30 million bytes.
DOCUMENT = FileKind("a document of the Federal Register as XML", ending=".xml", most=64_000_000)
_DOCUMENTS = (
    "NOTICE",
    "RULE",
    "PRORULE",
    "PRESDOCU",
    "PRESDOC",
    "PROCLA",
    "EXECORD",
    "EXECORDR",
    "DETERM",
    "PRMEMO",
    "PRNOTICE",
)
_PARAGRAPHS = ("P", "FP", "HD", "PROC", "EXECORDR", "SUBJECT", "TITLE3", "AMDPAR", "LSTSUB")
_SKIPPED = ("SU", "FTREF", "PRTPAGE", "FTNT")
_QUOTES = re.compile(r"‘‘|’’|``|''|[“”]")


class Table(NamedTuple):
    """The rows of a printed table, as cells."""

    rows: tuple[tuple[str, ...], ...]


def parsed(path: Path) -> ElementTree.Element:
    content = read_bytes(path, DOCUMENT)
    if b"<!ENTITY" in content or b"<!DOCTYPE" in content:
        raise DOCUMENT.fault(path.name, "a document type of its own")
    try:
        return ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        hint = "On federalregister.gov a document's XML is under Other formats"
        raise DOCUMENT.fault(path.name, f"not readable as XML: {error}", hint) from None


def document(root: ElementTree.Element, name: str) -> ElementTree.Element:
    """The one document of a file: the root, or the only one inside it."""
    if root.tag in _DOCUMENTS:
        return root
    inside = [x for tag in ("NOTICE", "RULE", "PRORULE", "PRESDOCU") for x in root.iter(tag)]
    if len(inside) == 1:
        return inside[0]
    found = f"{len(inside)} documents" if inside else f"a <{root.tag}> without a document"
    raise InputError(name, found, "one document of the Federal Register: <NOTICE>, <RULE> or <PRESDOCU>")


def blocks(element: ElementTree.Element) -> Iterator[str | Table]:
    """Paragraphs and tables in their order."""
    for x in element:
        if x.tag == "GPOTABLE":
            yield Table(tuple(tuple(text_of(e) for e in row.iter("ENT")) for row in x.iter("ROW")))
        elif x.tag in _PARAGRAPHS:
            if text := text_of(x):
                yield text
        elif x.tag not in _SKIPPED:
            yield from blocks(x)


def text_of(element: ElementTree.Element) -> str:
    """An element's words, quotes made plain, without footnote marks and page numbers."""
    parts: list[str] = [element.text or ""]
    for x in element:
        parts += ["" if x.tag in _SKIPPED else text_of(x) + (" " if x.tag == "LI" else ""), x.tail or ""]
    return " ".join(_QUOTES.sub('"', "".join(parts)).split())


def part(root: ElementTree.Element, tag: str) -> str:
    return " ".join(text_of(x) for x in root.iter(tag))
