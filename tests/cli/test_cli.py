"""The doors: exit codes, one clear sentence for each bad input, one JSON object and nothing else, a light start."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from commands import PARLEY
from parley.cli.main import GROUPS

call = PARLEY


REFUSED = [
    (["law", "rate", "8517.13.00.01", "--origin", "CHN", "--on", "2025-05-02"], ["8517.13.00.01", "8517.13.00.00"]),
    (["law", "rate", "85171x", "--origin", "CHN", "--on", "2025-05-02"], ["85171x", "digits"]),
    (["law", "rate", "8517.13.00.00", "--origin", "Chnia", "--on", "2025-05-02"], ["Chnia", "China (CHN)"]),
    (["law", "rate", "8517.13.00.00", "--origin", "CHN", "--on", "2025-02-30"], ["2025-02-30", "YYYY-MM-DD"]),
    (["law", "rate", "8517.13.00.00", "--origin", "CHN", "--on", "2025-05-02", "--claim", "usmcaa=true"], ["usmcaa", "usmca"]),
    (["law", "rate", "8517.13.00.00", "--origin", "CHN", "--on", "2025-05-02", "--drop", "us-ieepa-fentanil-cn@2025-05-02"],
     ["us-ieepa-fentanil-cn", "us-ieepa-fentanyl-cn"]),
    (["law", "rate", "8517.13.00.00", "--origin", "CHN", "--onn", "2025-05-02"], ["--onn", "--on"]),
    (["lwa"], ["lwa", "law"]),
    (["brief", "no-such.toml"], ["no-such.toml"]),
    (["brief", "--on", "2017-05-02"], ["2017-05-02", "2018-01-01"]),
    (["trade", "solve", "--model", "armingtom"], ["armingtom", "armington"]),
    (["trade", "solve", "--elasticities", "U5"], ["U5", "U4"]),
    (["record", "list", "--known", "yesterday"], ["yesterday", "YYYY-MM-DD"]),
    (["record", "list", "--actor", "cn-mofcon"], ["cn-mofcon", "cn-mofcom"]),
]  # fmt: skip


@pytest.mark.parametrize(("argv", "words"), REFUSED, ids=lambda x: " ".join(x)[:60])
def test_bad_input_is_one_clear_sentence_and_exit_code_2(argv, words, capsys, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = call(capsys, *argv)
    assert code == 2
    assert out == ""
    assert "Traceback" not in err
    for word in words:
        assert word in err
    assert list(tmp_path.iterdir()) == []  # nothing half-written


def test_error_under_json_is_one_object_on_standard_error(capsys) -> None:
    code, out, err = call(capsys, "law", "rate", "8517.13.00.00", "--origin", "Chnia", "--on", "2025-05-02", "--json")
    assert (code, out) == (2, "")
    assert {"where", "found", "allowed", "hint"} <= json.loads(err).keys()


@pytest.mark.parametrize(
    "argv",
    [
        "law rate 8517.13.00.00 --origin CHN --on 2025-05-02 --json",
        "law find smartphone --json",
        "law measures list --json",
        "record status --on 2025-05-02 --known 2025-05-02 --json",
        "record contradictions --known 2025-05-02 --json",
        "trade worlds --json",
    ],
)
def test_json_is_one_object_and_nothing_else(argv, capsys) -> None:
    code, out, err = call(capsys, *argv.split())
    assert (code, err) == (0, "")
    assert isinstance(json.loads(out), dict)


def test_law_rate_has_the_keys_of_the_contract(capsys) -> None:
    _, out, _ = call(capsys, *"law rate 8517.13.00.00 --origin CHN --on 2025-05-02 --json".split())
    found = json.loads(out)
    keys = "product origin destination on known rate base_rate added_rate added_2025 lines not_applied"
    assert set(keys.split()) <= found.keys()
    assert set("measure programme rate share contribution reason source".split()) <= found["lines"][0].keys()
    assert set("measure reason source".split()) <= found["not_applied"][0].keys()


@pytest.mark.slow
def test_unsolvable_scenario_is_refused_with_exit_code_3(tmp_path: Path, capsys) -> None:
    """Fixed nominal deficits where trade is shut: no equilibrium exists (docs/method.md, closures). A tenth of spending is a deficit."""
    for by in ("USA", "CHN"):
        (tmp_path / f"{by}.toml").write_text(
            f'[act]\nid = "{by}"\ntitle = "A wall"\ncitation = "made for a test"\nauthority = "{by}"\nsigned = 2025-05-01\n'
            '[[measure]]\nid = "wall"\nprogramme = "s338"\nrate = 10.0\nproducts = ["*"]\nstart = 2025-05-02\n',
            "utf-8",
        )
    flows = np.array(
        [[[900.0], [150.0]], [[50.0], [900.0]]]
    )  # [n, i, s]: the United States buys 100 more than it sells
    np.savez(tmp_path / "tiny.npz", countries=["USA", "CHN"], sectors=["C26"], flows=flows, tariffs=np.zeros((2, 2, 1)),
             flows_include_tariff=True, theta=[8.0], year=2022)  # fmt: skip
    scenario = tmp_path / "wall.toml"
    scenario.write_text(
        'on = 2025-05-02\nworld = "tiny.npz"\ndeficits = "nominal"\n[[change]]\nadd = "USA.toml"\n[[change]]\nadd = "CHN.toml"\n',
        "utf-8",
    )
    code, out, err = call(capsys, "trade", "solve", str(scenario))
    assert (code, out) == (3, "")
    assert "residual" in err
    solvable = scenario.read_text("utf-8").replace("nominal", "balanced")
    scenario.write_text(solvable, "utf-8")
    code, out, _ = call(capsys, "trade", "solve", str(scenario))
    assert code == 0
    assert "USA" in out


HEAVY = ("numpy", "jaxtyping", "scipy", "vl_convert", "jinja2")


@pytest.mark.parametrize(
    ("argv", "heavy"),
    [
        (["--help"], (*HEAVY, "rich", "typer")),
        *[([group, "--help"], HEAVY) for group in GROUPS],
        (["law", "rate", "8517.13.00.00", "--origin", "CHN", "--on", "2025-05-02"], HEAVY),
        (["record", "status", "--on", "2025-05-02"], HEAVY),
    ],
    ids=lambda x: " ".join(x)[:30],
)
@pytest.mark.slow
def test_start_stays_light(argv, heavy) -> None:
    """Heavy libraries load only where they are used."""
    code = f"import sys; from parley.cli.main import main\ntry: main({argv!r})\nexcept SystemExit as e: assert not e.code\n"
    code += f"print('LOADED', [m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip().endswith("LOADED []")


@pytest.mark.slow
def test_doctor_finds_the_packaged_data_whole(capsys) -> None:
    code, out, _ = call(capsys, "doctor")
    assert code == 0
    assert out


def test_cite_names_the_acts_of_the_day(capsys) -> None:
    code, out, _ = call(capsys, "cite")
    assert code == 0
    assert "14266" in out


@pytest.mark.slow
def test_brief_under_json_prints_what_it_writes_where_a_folder_is_named(capsys, tmp_path) -> None:
    code, out, err = call(capsys, "brief", "--json", "--out", str(tmp_path))
    assert code == 0
    assert json.loads(out) == json.loads((tmp_path / "brief.json").read_text("utf-8"))
    assert "deadline" in err, "work of several seconds says what it is doing"
    assert (tmp_path / "brief.html").exists()
