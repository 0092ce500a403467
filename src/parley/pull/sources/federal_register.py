"""Documents of the Federal Register on some words between two days: where acts of the United States are published."""

from __future__ import annotations

import json
from urllib.parse import urlencode, urlsplit

from parley.errors import InputError
from parley.json_values import Json
from parley.pull.source import Get, Option, Options, Source, Table, json_of, list_of, rows_of

ADDRESS = "https://www.federalregister.gov/api/v1/documents.json"
FIELDS = ("document_number", "type", "title", "publication_date", "citation", "html_url")
PAGES = 20


def get(options: Options, key: str, fetch: Get) -> bytes:
    """All pages, as one object with the results of each."""
    asked = [("conditions[term]", options["words"]), ("conditions[publication_date][gte]", options["since"]),
             ("conditions[publication_date][lte]", options["until"]), ("per_page", "100"), ("order", "oldest")]  # fmt: skip
    address = f"{ADDRESS}?{urlencode([*asked, *(('fields[]', name) for name in FIELDS)])}"
    results: list[Json] = []
    for _ in range(PAGES):
        held = json_of(fetch(address), "Federal Register")
        if not isinstance(held, dict):
            raise InputError("Federal Register", "an answer of another layout", "an object with results")
        results += list_of(held.get("results") or [], "Federal Register")
        address = str(held.get("next_page_url") or "")
        if not address:
            return json.dumps({"results": results}, ensure_ascii=False).encode()
        if urlsplit(address).hostname != urlsplit(ADDRESS).hostname:
            raise InputError("Federal Register", "its next page is on another host", urlsplit(ADDRESS).hostname or "")
    raise InputError("Federal Register", f"more than {PAGES} pages", "narrower words, or days closer together")


def parse(raw: bytes) -> Table:
    """The documents."""
    held = json_of(raw, "Federal Register")
    if not isinstance(held, dict) or "results" not in held:
        raise InputError("Federal Register", "no field 'results'", "the answer of its interface")
    return rows_of(held["results"], "Federal Register", FIELDS)


SOURCE = Source(
    what="Documents of the Federal Register by words and days: number, kind, title, day, citation, address",
    publisher="Office of the Federal Register",
    licence="United States government work, public domain",
    get=get,
    parse=parse,
    address=ADDRESS,
    options={
        "words": Option('words to search for, such as "reciprocal tariff"', r"[^\x00-\x1f]{2,100}"),
        "since": Option("a day, YYYY-MM-DD", r"\d{4}-\d{2}-\d{2}"),
        "until": Option("a day, YYYY-MM-DD", r"\d{4}-\d{2}-\d{2}"),
    },
)
