"""The main job needs no extra, and what needs one asks for it by name."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from commands import PARLEY
from documents import ROOT, commands
from parley import extras
from parley.errors import InputError

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
FOR_US = ("dev", "docs")  # extras of those who work on parley
DISTRIBUTION = {"vl-convert-python": "vl_convert", "python-multipart": "python_multipart"}
BARRED = """
import json, sys
for name in {modules!r}: sys.modules[name] = None
from parley.cli.main import main
for words in json.loads(sys.argv[1]):
    try:
        main(words)
    except SystemExit as end:
        assert not end.code, words
"""
PERIOD = "law export --panel --since 2025-05-01 --until 2025-05-02"
ON_FILES = (
    "law duties {file}", "law duties {file} --out {out}.parquet", "law cheapest {file}", "law water {file}", "law refund {file}",
    "law audit {file}", PERIOD + " --out {out}.parquet", PERIOD + " --csv {out}.csv",
    "law average --origin CHN --on 2025-05-02 --weights {other}", "trade sweep {plan} --format parquet --out {out}",
)  # fmt: skip


def modules_of(names: list[str]) -> set[str]:
    """The modules of distributions that stand in pyproject.toml."""
    bare = [re.split(r"[<>=!;\[ ]", name)[0] for name in names]
    return {DISTRIBUTION.get(name, name) for name in bare if name != "parley-trade"}


def test_the_table_is_that_of_the_project() -> None:
    stated = PROJECT["optional-dependencies"]
    assert {*stated} - {*FOR_US} == {*extras.EXTRAS}
    for name, modules in extras.EXTRAS.items():
        assert {*modules} <= modules_of(stated[name]), name
    assert {*extras.NEEDED} == modules_of(PROJECT["dependencies"])


@pytest.mark.parametrize("module", ["pyarrow", "duckdb"])
@pytest.mark.parametrize("line", ON_FILES, ids=lambda line: line.replace("{", "").replace("}", ""))
def test_a_command_on_files_names_the_extra(line, module, capsys, tmp_path, monkeypatch) -> None:
    file, other, plan = tmp_path / "in.csv", tmp_path / "other.csv", tmp_path / "plan.toml"
    file.write_text("product,origin,value,date\n9503000073,CHN,100,2025-05-02\n", "utf-8")
    other.write_text("HTS Number,Country of origin,Customs value\n9503.00.0073,China,$ 100.00\n", "utf-8")
    plan.write_text('[[scenario]]\nfile = "us-china-2025-05-02.toml"\n', "utf-8")
    monkeypatch.setitem(sys.modules, module, None)
    words = line.format(file=file, other=other, plan=plan, out=tmp_path / "out")
    said = PARLEY.err(capsys, 2, *shlex.split(words))
    assert "parley-trade[shipments]" in said
    assert f"{module} is not installed" in said
    assert not [*tmp_path.glob("out*")]


@pytest.mark.parametrize(("extra", "module"), [(e, m) for e, modules in extras.EXTRAS.items() for m in modules])
def test_need_and_a_failed_import_say_the_same(extra, module, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InputError, match=rf"{extra}: {module} is not installed.*parley-trade\[{extra}\]"):
        extras.need(extra, extra)
    said = extras.refusal(ModuleNotFoundError("x", name=f"{module}.inner"), extra)
    assert f"pip install 'parley-trade[{extra}]', or '.[{extra}]' in a checkout" in str(said)


def test_what_is_not_ours_to_name_is_no_refusal() -> None:
    assert extras.refusal(ModuleNotFoundError("x", name="parley.law.nothing"), "x") is None
    assert extras.refusal(ValueError("x"), "x") is None
    assert "pip install 'parley-trade'" in str(extras.refusal(ImportError("x", name="vl_convert"), "x"))


def test_without_what_draws_a_chart_is_refused_in_a_sentence(monkeypatch) -> None:
    from parley.report import drawing

    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(InputError, match="vl_convert is not installed"):
        drawing.drawer("a chart")


def barred(commands: list[list[str]], folder: Path, modules: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Commands in a process that cannot import some modules, with an empty cache."""
    held = os.environ | {"PARLEY_CACHE": str(folder / "cache"), "COLUMNS": "120"}
    code = BARRED.format(modules=modules)
    words = [sys.executable, "-c", code, json.dumps(commands)]
    return subprocess.run(words, capture_output=True, text=True, cwd=folder, env=held)


OPTIONAL = tuple(m for modules in extras.EXTRAS.values() for m in modules)


@pytest.mark.slow
def test_the_main_job_needs_no_extra(tmp_path) -> None:
    """With every optional library barred: the briefing, and each command of the README's eleven statements."""
    lines = [shlex.split(line) for line, _ in commands(ROOT / "README.md")]
    done = barred([["brief", "--out", "out"], *lines], tmp_path, OPTIONAL)
    assert done.returncode == 0, done.stderr
    assert "<svg" in (tmp_path / "out" / "brief.html").read_text("utf-8")
