"""Contract of the sources: a file in the folder is a source that is listed, asked and parsed, without another word elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import PARLEY
from copied_package import docs_table
from parley.pull import sources as folder
from parley.pull.source import Option, chosen, read_source, sources

NEW = """
from parley.pull.source import Option, Source, Table

SOURCE = Source(
    what="a table of one row",
    publisher="nobody",
    licence="none",
    get=lambda options, key, get: get("https://example.org/" + options["year"]),
    parse=lambda raw: Table(("text",), ((raw.decode(),),)),
    address="https://example.org",
    options={"year": Option("a year", "[0-9]{4}", "2024")},
)
"""


@pytest.fixture
def one_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source of one file, in a folder that the registry also walks."""
    (tmp_path / "one_row.py").write_text(NEW)
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])


@pytest.mark.usefixtures("one_row")
def test_a_new_file_is_a_new_source() -> None:
    assert "one-row" in sources()
    source = read_source("one-row")
    raw = source.get(chosen("one-row", source, {}), "", lambda address, headers=None: address.encode())
    assert source.parse(raw).rows == (("https://example.org/2024",),)


@pytest.mark.usefixtures("one_row")
def test_it_is_on_the_command_line_and_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert "one-row" in PARLEY.out(capsys, "data", "list")
    assert "--set year=…  a year; default 2024" in PARLEY.out(capsys, "data", "sources", "one-row")
    for command in ("list", "sources"):
        found = PARLEY.answer(capsys, "data", command)
        row = next(s for s in found["sources"] if s["name"] == "one-row")
        assert row["what"] == "a table of one row"
        assert row["options"] == {"year": {"help": "a year", "default": "2024"}}


@pytest.mark.usefixtures("one_row")
def test_it_is_in_the_api_on_a_page_and_in_the_documents() -> None:
    """A server pulls nothing: its document and its page have what can be pulled, with each source as a row of the answer."""
    pytest.importorskip("starlette", reason="the web extra is not installed")
    from parley.web import answer_parts, ask_view, commands, openapi, reading
    from parley.web.running import run_command

    command = commands.commands()["/data/sources"]
    document = openapi.document()
    assert "/api/v1/data/sources" in document["paths"]
    assert "options" in document["components"]["schemas"]["OfferedSource"]["properties"]
    assert [f["name"] for f in ask_view.fields(command, None)] == ["name"]
    asked = reading.read_query(command.question, "name=one-row")
    found = run_command(commands.payload_of(command, asked), lambda text: None)
    (sheet,) = answer_parts.tables(found)
    assert [row["name"] for row in sheet.rows] == ["one-row"]
    assert "| `one-row` | a table of one row | nobody | none | `year` | – |" in docs_table("sources")


def test_no_command_that_fetches_or_reads_this_machine_is_offered_to_others() -> None:
    pytest.importorskip("starlette", reason="the web extra is not installed")
    from parley.web.commands import commands

    assert [path for path in commands() if path.startswith("/data")] == ["/data/sources"]


@pytest.mark.parametrize("name", sources())
def test_a_source_says_what_it_is_and_whose(name: str) -> None:
    source = read_source(name)
    assert source.what
    assert source.publisher
    assert source.licence
    assert all(isinstance(o, Option) and o.help for o in source.options.values())
