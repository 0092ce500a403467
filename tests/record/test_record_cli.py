"""`parley record`: the keys of its answers, what people see, refusals, and what is not imported."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from commands import PARLEY, Command
from documents import ROOT, blocks, commands, squeezed

run, told = Command("record").out, Command("record").err


@pytest.mark.parametrize(
    ("argv", "list_name", "keys"),
    [
        (["list", "--known", "2025-05-02"], "entries", {"id", "kind", "actor", "on", "known", "quote", "source"}),
        (["claims", "--actor", "CHN"], "entries", {"id", "kind", "actor", "on", "known", "quote", "source"}),
        (["status", "--on", "2025-05-02"], "preconditions", {"id", "met", "tested_by"}),
        (["status", "--on", "2025-05-02"], "deadlines", {"id", "on", "days_left"}),
        (["contradictions"], "pairs", {"first", "second", "rule", "both_sources"}),
        (["deeds", "--known", "2025-05-14"], "deeds", {"entry", "due", "outcome", "days_late"}),
        (["base", "125", "--origin", "USA", "--destination", "CHN"], "candidates", {"base", "rate", "fits", "lines"}),
        (["positions", "CHN"], "positions", {"party", "issue", "on", "stance", "changed"}),
        (["timeline", "--known", "2025-05-02"], "entries", {"id", "lane", "on"}),
    ],
)
def test_json_is_one_object_with_the_promised_keys(capsys, argv, list_name, keys) -> None:
    found = json.loads(run(capsys, *argv, "--json"))
    assert found[list_name]
    assert all(keys <= set(row) for row in found[list_name])


def test_people_see_the_pair_with_both_sources(capsys) -> None:
    out = run(capsys, "contradictions", "--known", "2025-05-02")
    assert "who approached whom" in out
    assert "us-president" in out
    assert "Washington approached Beijing" in out
    assert "never which is true" in out


def test_people_see_where_things_stand(capsys) -> None:
    out = run(capsys, "status", "--on", "2025-05-02", "--known", "2025-05-02")
    assert "68 days left" in out
    assert "not met" in out
    assert "145.0 % added" in out


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["list", "--kind", "clam"], "Did you mean claim"),
        (["list", "--actor", "cn-mofcm"], "Did you mean cn-mofcom"),
        (["status", "--on", "2025-5-2"], "YYYY-MM-DD"),
        (["base", "lots"], "percent from 0 to 9999"),
        (["base", "nan"], "percent from 0 to 9999"),
        (["positions", "--issue", "resolv"], "Did you mean resolve"),
        (["timeline", "--format", "isc"], "Did you mean ics"),
        (["list", "--ledger", "nowhere"], "no file of entries"),
        (["add", "--kind", "claim", "--actor", "CHN", "--on", "2025-05-02", "--text", "x"], "no source"),
        (["stats"], "Did you mean status"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(capsys, argv, words) -> None:
    assert words in told(capsys, 2, *argv)


def test_add_from_options_and_from_a_file(capsys, tmp_path: Path) -> None:
    options = ["--ledger", str(tmp_path / "mine"), "--kind", "claim", "--actor", "cn-mofcom", "--on", "2025-05-02",
               "--text", "The ministry says so.", "--publisher", "A paper", "--tier", "2", "--read"]  # fmt: skip
    assert "added 2025-05-02-01" in run(capsys, "add", *options)
    file = tmp_path / "more.toml"
    file.write_text('[[entry]]\nkind = "event"\nactor = "USA"\non = 2025-05-03\ntext = "It did."\n'
                    'source = { publisher = "A", tier = 2, read = true }\n')  # fmt: skip
    assert "added 2025-05-03-01" in run(capsys, "add", str(file), "--ledger", str(tmp_path / "mine"))
    found = json.loads(run(capsys, "list", "--ledger", str(tmp_path / "mine"), "--json"))
    assert [e["id"] for e in found["entries"]] == ["2025-05-02-01", "2025-05-03-01"]


def test_add_takes_predicates_relations_and_the_day_of_the_source(capsys, tmp_path: Path) -> None:
    common = ["--ledger", str(tmp_path), "--on", "2025-05-02", "--publisher", "A", "--tier", "2", "--read",
              "--published", "2025-05-03", "--address", "https://example.org/a", "--note", "whole"]  # fmt: skip
    talks = '{ is = "talks_ongoing", parties = ["CHN", "USA"], value = %s }'
    run(capsys, "add", *common, "--kind", "claim", "--actor", "us-president", "--behalf", "USA", "--text", "Yes.",
        "--says", talks % "true", "--precision", "approx")  # fmt: skip
    out = run(capsys, "add", *common, "--kind", "claim", "--actor", "cn-mofcom", "--text", "No.", "--says", talks % "false",
              "--relates", "2025-05-02-01:denies", "--channel", "spokesperson", "--json")  # fmt: skip
    [row] = json.loads(out)["entries"]
    assert row["relates"] == [{"to": "2025-05-02-01", "how": "denies"}]
    assert (row["source"]["date"], row["source"]["note"], row["channel"]) == ("2025-05-03", "whole", "spokesperson")
    [pair] = json.loads(run(capsys, "contradictions", "--ledger", str(tmp_path), "--json"))["pairs"]
    assert (pair["first"], pair["second"], pair["rule"]) == ("2025-05-02-01", "2025-05-02-02", "negation")
    bad = [*common, "--kind", "claim", "--actor", "CHN", "--text", "x"]
    assert "not {" not in told(capsys, 2, "add", *bad, "--says", "{ is = ")
    assert "field relates[0].how" in told(capsys, 2, "add", *bad, "--relates", "2025-05-02-01:denys")


def test_an_error_under_json_is_one_object_with_its_four_keys(capsys, tmp_path: Path) -> None:
    file = tmp_path / "new.toml"
    file.write_text('[[entry]]\nkind = "clam"\nactor = "USA"\non = 2025-05-03\ntext = "It did."\n'
                    'source = { publisher = "A", tier = 2, read = true }\n')  # fmt: skip
    found = json.loads(told(capsys, 2, "add", str(file), "--ledger", str(tmp_path / "mine"), "--json"))
    assert set(found) == {"where", "found", "allowed", "hint"}
    assert found["where"] == "new.toml: entry 2025-05-03-01, field kind"
    assert (found["found"], found["hint"]) == ("'clam'", "Did you mean claim?")
    assert "precondition" in found["allowed"]
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize("name", ["list", "claims", "status", "contradictions", "deeds", "base", "positions", "timeline",
                                  "add", "schema"])  # fmt: skip
def test_every_command_has_help_with_an_example(capsys, name: str) -> None:
    assert f"Example: parley record {name}" in " ".join(run(capsys, name, "--help").split())


@pytest.mark.slow
def test_record_commands_import_neither_numpy_nor_jaxtyping() -> None:
    code = (
        "import sys; from parley.cli.main import main\n"
        "for line in sys.argv[1:]:\n"
        "    try: main(['record', *line.split()])\n"
        "    except SystemExit as end: assert not end.code\n"
        "assert not {'numpy', 'jaxtyping', 'scipy'} & set(sys.modules)"
    )
    lines = ["deeds --known 2025-05-02", "timeline --known 2025-05-02", "positions", "base --help"]
    subprocess.run([sys.executable, "-c", code, *lines], check=True, capture_output=True, timeout=60)


@pytest.mark.slow
def test_deeds_of_a_side_are_what_it_is_bound_by_and_of_a_voice_what_it_said(capsys) -> None:
    rows = json.loads(run(capsys, "deeds", "--actor", "CHN", "--known", "2025-11-12", "--json"))["deeds"]
    assert {r["party"] for r in rows} == {"CHN"}
    assert "us-white-house" in {r["actor"] for r in rows}  # it said that China will buy soybeans
    rows = json.loads(run(capsys, "deeds", "--actor", "us-white-house", "--known", "2025-11-12", "--json"))["deeds"]
    assert {r["actor"] for r in rows} == {"us-white-house"}


DOCS = ROOT / "docs"
DOCUMENTED = re.findall(r"`(parley record [^`]+)`", (DOCS / "record.md").read_text("utf-8"))


@pytest.mark.slow  # what they show is tested line by line in test_record_cases.py
@pytest.mark.parametrize(("command", "lines"), list(commands(DOCS / "record.md")))
def test_the_cases_of_the_manual_print_their_lines(capsys, command: str, lines: list[str]) -> None:
    found = squeezed(PARLEY.line(capsys, command))
    assert lines
    assert [line for line in lines if squeezed(line) not in found] == []


@pytest.mark.parametrize("code", blocks(DOCS / "record.md", "python"))
def test_the_python_of_the_manual_runs(code: str) -> None:
    exec(compile(code, "record.md", "exec"), {})


@pytest.mark.parametrize("line", [line for line in DOCUMENTED if " add" not in line and "--out" not in line])
@pytest.mark.slow
def test_the_commands_of_the_manual_run(capsys, line: str) -> None:
    assert run(capsys, *shlex.split(line)[2:])


def test_before_the_first_entry_nothing_is_known_and_nothing_breaks(capsys) -> None:
    found = json.loads(run(capsys, "status", "--known", "2017-01-01", "--json"))
    assert (found["offers"], found["preconditions"], found["deadlines"]) == ([], [], [])
    for name in ("list", "claims", "contradictions", "deeds", "positions", "timeline"):
        run(capsys, name, "--known", "2017-01-01")
