"""Contract of the sources: a file in the folder is a source that is listed, asked and parsed, without another word elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parley.cli.main import main
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


def test_a_new_file_is_a_new_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one_row.py").write_text(NEW)
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])
    assert "one-row" in sources()
    source = read_source("one-row")
    raw = source.get(chosen("one-row", source, {}), "", lambda address, headers=None: address.encode())
    assert source.parse(raw).rows == (("https://example.org/2024",),)
    with pytest.raises(SystemExit) as stop:
        main(["data", "list", "--json"])
    assert not stop.value.code
    row = next(s for s in json.loads(capsys.readouterr().out)["sources"] if s["name"] == "one-row")
    assert row["what"] == "a table of one row"
    assert row["options"] == {"year": {"help": "a year", "default": "2024"}}


@pytest.mark.parametrize("name", sources())
def test_a_source_says_what_it_is_and_whose(name: str) -> None:
    source = read_source(name)
    assert source.what
    assert source.publisher
    assert source.licence
    assert all(isinstance(o, Option) and o.help for o in source.options.values())
