"""A refusal names the option that was written: every option of every command, given what nobody allows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from commands import PARLEY, walked
from parley.errors import InputError
from parley.question import parts_of
from parley.refused_fields import naming
from parley.scenario.war_questions import Respond

NONSENSE = "zzqx@9"
ASKED = {
    "law average": "--origin CHN --on 2025-05-02",
    "law diff": "--origin CHN --from 2025-03-01 --to 2025-05-02",
    "law export": "--panel --since 2025-05-01 --until 2025-05-02 --out out.csv",
    "law find": "tea",
    "law measures show": "us-ieepa-fentanyl-cn",
    "law rate": "9503.00.00.73 --origin CHN",
    "law refund-status": "--on 2026-07-15",
    "law timeline": "--origin CHN --since 2025-04-01 --until 2025-04-30",
    "law treatment": "9802.00.60 --origin MEX --on 2025-09-01",
    "record base": "145",
    "situation": "--on 2025-05-02",
    "talks attrition": "--prize USA=0.1 --prize CHN=0.1",
    "talks leverage": "--player CHN --target USA",
    "talks respond": "--player USA",
    "talks signal": "--prize 0.05",
    "talks weights": "--player CHN",
    "trade partial": "9503000073 --origin CHN --demand 1.2 --substitution 4 --supply 2",
}  # a small question of each command that needs more than one option
SOLVED_FIRST = (
    "record add",
    "talks hindcast",
)  # the first writes; of the second, some options are read once it has played
ROOMS = ("brief", "cite", "law", "record", "situation", "talks", "trade")


def _asked() -> list[Any]:
    """Every command that asks a question and needs no file, by room."""
    held = [c.values for c in walked() if hasattr(c.values[1].callback, "__question__")]
    return [(w, n) for w, n in held if w[0] in ROOMS and " ".join(w) not in SOLVED_FIRST and not _needs_file(n)]


def _needs_file(node: Any) -> bool:
    return any(p.param_type_name == "argument" and p.required and "FILE" in (p.metavar or "") for p in node.params)


@pytest.mark.parametrize(
    "room", [pytest.param(r, marks=[pytest.mark.slow] if r in ("brief", "talks", "trade") else []) for r in ROOMS]
)
def test_what_is_refused_is_named_as_it_was_written(
    room: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Players were refused where a player was written, `start` where --since, `trade` where --model."""
    monkeypatch.chdir(tmp_path)
    if room == "law":  # whose export says first that it is missing
        pytest.importorskip("pyarrow")
    for words, node in (one for one in _asked() if one[0][0] == room):
        for part in parts_of(node.callback.__question__):
            if part.says.argument or part.kind in (Path, bool) or part.says.or_file:
                continue
            own = ASKED.get(" ".join(words), "").split()
            if part.option in own:
                at = own.index(part.option)
                own[at : at + 2] = []
            ran = PARLEY(capsys, *words, *own, f"{part.option}={NONSENSE}")
            assert (ran.code, ran.out) == (2, ""), (words, part.option, ran)
            assert part.option in ran.err, (words, ran.err)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("where", "found", "named"),
    [
        ("talks: players", "no player 'ZZZ'", "--player"),
        ("talks: bounds", "(1.0, 0.0)", "--bounds"),
        ("solve, deficits", "no closure 'x'", "solve, deficits"),  # of a scenario: no option was written
        ("scenario.toml, player", "no player 'ZZZ'", "scenario.toml, player"),
        ("--objective", "'ZZZ'", "--objective"),
        ("talks", "no sector 'C99'", "--sectors"),
        ("talks: partners", "no code 'VNM'", "--partners"),
    ],
)
def test_a_place_becomes_an_option_where_one_holds_what_was_refused(where: str, found: str, named: str) -> None:
    given = {"player": "zzz", "bounds": "1,0", "sectors": "C26, c99", "partners": "VNM", "objective": "welfare"}
    with pytest.raises(InputError) as refused, naming(Respond, given | {"scenario": Path("a/scenario.toml")}):
        raise InputError(where, found)
    assert refused.value.where == named
