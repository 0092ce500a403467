"""Compiled templates are kept where Python keeps compiled modules, and renewed with their sources."""

from __future__ import annotations

import sys
from pathlib import Path

import jinja2
import pytest

from parley.report.page import environment
from parley.report.template_code import TemplateCode


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path


def said(source: str, how: str = "plainly", **asked: object) -> str:
    made = jinja2.Environment(loader=jinja2.DictLoader({"one": source}), bytecode_cache=TemplateCode(how), **asked)  # pyright: ignore
    return made.get_template("one").render(x=2)


def kept(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.pyc"))


def test_code_is_kept_and_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said("{{ x + 1 }}") == "3"
    assert len(kept(folder)) == 1
    monkeypatch.setattr(jinja2.Environment, "_generate", None)  # nothing is compiled any more
    assert said("{{ x + 1 }}") == "3"


def test_another_source_or_way_of_reading_is_compiled_anew() -> None:
    assert said("{{ x + 1 }}") == "3"
    assert said("{{ x + 2 }}") == "4"
    assert said("{% if x %}\ny{% endif %}") == "\ny"
    assert said("{% if x %}\ny{% endif %}", "trimmed", trim_blocks=True) == "y"


@pytest.mark.parametrize("spoilt", [b"", b"j2", b"x" * 400, None], ids=["empty", "short", "foreign", "cut"])
def test_a_spoilt_file_is_compiled_anew(folder: Path, spoilt: bytes | None) -> None:
    said("{{ x + 1 }}")
    (file,) = kept(folder)
    held = file.read_bytes()
    file.write_bytes(held[:-20] if spoilt is None else spoilt)
    assert said("{{ x + 1 }}") == "3"
    assert file.read_bytes() == held


def test_nothing_is_written_where_python_writes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert said("{{ x + 1 }}") == "3"
    assert not kept(folder)


def test_a_folder_that_cannot_be_written_costs_time_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "file").write_text("")
    monkeypatch.setattr(sys, "pycache_prefix", str(folder / "file"))
    assert said("{{ x + 1 }}") == "3"


def test_the_report_keeps_its_code() -> None:
    assert isinstance(environment().bytecode_cache, TemplateCode)
