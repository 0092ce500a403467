"""What is pulled from official sources, and what is asked over HTTP."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from fuzz_mutations import Files

from fuzz_seeds.reader import Reader, of
from fuzz_seeds.world import icio, zipped
from schedule_rows import SMALL  # pyright: ignore[reportMissingImports]

PULLED = {
    "usitc-hts": json.dumps(SMALL).encode(),
    "census-imports": b'[["I_COMMODITY","CTY_CODE","CON_VAL_MO","CAL_DUT_MO"],["9503000073","5700","10","2"]]',
    "federal-register": json.dumps({"results": [{"document_number": "2025-1", "type": "Notice", "title": "x", "publication_date":
                                                 "2025-05-02", "citation": "90 FR 1", "html_url": "https://x"}]}).encode(),
}  # fmt: skip


def _pulled() -> list[Files]:
    return [*({f"mine-{name}": raw} for name, raw in PULLED.items()),
            {"mine-oecd-icio": zipped(("ICIO2022.csv", icio()))}, {"mine-oecd-icio": icio()}]  # fmt: skip


def _pull(path: Path) -> object:
    from parley.pull.cache import read_file
    from parley.pull.pull import table_of
    from parley.pull.source import read_source
    from parley.pull.text import csv_bytes

    table = table_of(read_source(path.name.removeprefix("mine-")), read_file(path), f"file {path.name}")
    assert all(len(row) == len(table.columns) for row in table.rows)
    return csv_bytes(table)


def _asked() -> list[Files]:
    bodies = {
        "law~rate": {"product": "9503000073", "origin": "CHN", "on": "2025-05-02"},
        "law~average": {"origin": "CHN", "on": "2025-05-02", "products": ["9503"]},
        "trade~solve": {"on": "2025-05-02", "drop": ["s301"]},
        "record~list": {"actor": "CHN"},
        "talks~grid": {"known": "2025-05-02"},
    }
    return [{f"mine-{name}": json.dumps(body).encode()} for name, body in bodies.items()]


def _http(path: Path) -> object:
    """A body and, where it is an object of texts, the same as an address: both are one question."""
    from urllib.parse import urlencode

    from parley.text_files import FileKind, parse_json
    from parley.web.reading import query_of, read_body, read_query

    content = path.read_bytes()
    question = _questions()["/" + path.name.removeprefix("mine-").replace("~", "/")]
    asked = read_body(question, content)
    assert read_query(question, query_of(asked, as_typed=True), as_typed=True) is not None
    return asked, read_query(question, urlencode(parse_json(content or b"{}", FileKind("JSON"), "body"), doseq=True))


@cache
def _questions() -> dict[str, type]:
    """Every question that is asked over HTTP, by address."""
    from parley.web.commands import commands
    from parley.web.questions import Brief, OwnScenario, Solve
    from parley.web.verbs import VERBS

    own = {"/trade/solve": Solve, "/scenario/solve": OwnScenario, "/brief": Brief}
    return own | {verb.path: verb.question for verb in VERBS} | {path: c.question for path, c in commands().items()}


READERS = (
    Reader("pulled", of("pull/source.py", "pull/sources/*.py", "pull/text.py", "pull/pull.py", "pull/cache.py"), _pulled, _pull),
    Reader("http", ("web/reading.py", "web/questions.py"), _asked, _http, names=False),
)  # fmt: skip
