"""A month of the record is one file: in a copy of the package it is where the other months are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the web extra is not installed")

from copied_package import PACKAGE, asked, command, copied_with

MONTH = """[[entry]]
id = "2026-09-01-01"
kind = "observation"
actor = "yale-budget-lab"
on = 2026-09-01
known = 2026-09-01
text = "A sentence of a test."
source = { publisher = "A paper of a test", tier = 2, read = true }
"""
WALK = """
import json
from pathlib import Path
import parley
from docs_data import generated
from parley.record import questions
from parley.web import openapi, record_view
from parley.web.verbs import verb_of
from parley.web.pages import shown
print(json.dumps({
    "document": sorted(openapi.document()["components"]["schemas"]["EntryRow"]["properties"]),
    "api": [e["text"] for e in verb_of('/record/list').answered(questions.Entries(on="2026-09-02"))["entries"]],
    "page": shown(record_view.record_view(questions.Timeline(on="2026-09-02"))),
    "data page": generated(Path(parley.__file__).parent),
}))
"""


@pytest.mark.slow
def test_a_month_is_one_file(tmp_path: Path) -> None:
    """Command line, JSON, the API's answer, the record's page, the count on the docs' data page."""
    copy = copied_with(tmp_path, {"record/ledger/2026-09.toml": MONTH})
    found = asked(copy, WALK)
    assert "A sentence of a test." in command(copy, "record", "list", "--on", "2026-09-02")
    said = json.loads(command(copy, "record", "list", "--on", "2026-09-02", "--json"))
    assert "A sentence of a test." in [e["text"] for e in said["entries"]]
    assert "A sentence of a test." in found["api"]
    assert "A sentence of a test." in found["page"]
    entries = sum(p.read_text("utf-8").count("[[entry]]") for p in (PACKAGE / "record" / "ledger").glob("*.toml"))
    assert f"| {entries + 1} entries | " in found["data page"]
