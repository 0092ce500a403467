"""A game is one file: put into a folder, it is a command, a verb of the API, a page and a row of the documents."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import is_dataclass
from importlib import import_module, reload
from pathlib import Path
from typing import is_typeddict

import msgspec
import pytest

from answer_types import assert_is
from copied_package import docs_table
from parley.cli.main import main
from parley.question import parts_of
from parley.scenario import games
from parley.scenario.baseline import Baseline, calibrate
from parley.scenario.games import read_game
from parley.scenario.scenario import read_scenario
from parley.web import ask_view, commands, openapi
from parley.web.answer_types import names_read

NAMES = games.games()
GAME = '''"""Counts parties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from parley.scenario import game
from parley.tabular import Table
from parley.web.answer_types import names_read


@dataclass(frozen=True)
class Question:
    """How many parties there are, a number of times.

    \\b
    Example:
      parley talks tally --times 3
    """

    times: Annotated[int, "how often each is counted", (1, 9)] = 2
    elasticities: game.Elasticities = None


class Answer(game.Answered):
    """The count."""

    count: int
    parties: list[str]


def answer(question, baseline) -> Answer:
    parties = list(baseline.scenario.parties)
    return {"count": question.times * len(parties), "parties": parties, "elasticities": baseline.raw.elasticities, "residual": 0.0}


def figures(question, baseline):
    return {"count": answer(question, baseline)["count"]}


def rows(found):
    return [{"party": p} for p in found["parties"]]


def words(found):
    yield Table(["party"], [[p] for p in found["parties"]])
    yield f"counted: {found['count']}"
'''


@pytest.fixture
def tally(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A game of one file, in a folder that the registry also walks."""
    (tmp_path / "tally.py").write_text(GAME, "utf-8")
    talks = import_module("parley.cli.talks")
    with monkeypatch.context() as held:
        held.setattr(games, "__path__", [*games.__path__, str(tmp_path)])
        reload(talks)
        commands.commands.cache_clear()
        yield tmp_path
    sys.modules.pop("parley.scenario.games.tally", None)
    reload(talks)
    commands.commands.cache_clear()


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as stop:
        main(["talks", *words])
    assert not stop.value.code
    return capsys.readouterr().out


def test_the_help_lists_it_and_shows_its_options_and_example(tally: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "How many parties there are" in said(capsys, "--help")
    told = said(capsys, "tally", "--help")
    assert all(
        w in told for w in ("--times", "how often each is counted", "--ranges", "--csv", "parley talks tally --times 3")
    )


@pytest.mark.slow
def test_it_answers_in_json_in_words_and_as_rows(tally: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "tally", "--times", "3", "--csv", str(tally / "rows.csv"), "--json"))
    assert found["count"] == 6
    assert found["range"] is None
    assert found["law_known_to_by"]
    assert (tally / "rows.csv").read_text("utf-8") == "party\nUSA\nCHN\n"
    assert "counted: 4" in said(capsys, "tally")


def test_the_api_the_page_and_the_documents_have_it(tally: Path) -> None:
    document = openapi.document()
    assert (
        document["paths"]["/api/v1/talks/tally"]["post"]["summary"] == "How many parties there are, a number of times."
    )
    assert document["components"]["schemas"]["TalksTally"]["properties"]["times"]["default"] == 2
    command = ask_view.command_at("/talks/tally")
    assert {"times", "elasticities", "ranges"} <= {field["name"] for field in ask_view.fields(command, None)}
    assert "| `tally` | How many parties there are, a number of times. | `--times` |" in docs_table("games")


def test_a_folder_named_in_the_environment_is_read(tmp_path: Path) -> None:
    (tmp_path / "tally.py").write_text(GAME, "utf-8")
    code = "from parley.scenario.games import games, read_game; assert 'tally' in games(); print(read_game('tally').Question().times)"
    env = {**os.environ, "PARLEY_GAMES": str(tmp_path)}
    assert subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True).stdout.strip() == b"2"


@pytest.mark.parametrize("name", NAMES)
def test_a_game_declares_its_question_answer_and_words(name: str) -> None:
    game = read_game(name)
    assert is_dataclass(game.Question)
    assert is_typeddict(game.Answer)
    assert f"parley talks {name}" in game.Question.__doc__
    assert all(part.says.text.strip() for part in parts_of(game.Question))
    assert game.Question() == game.Question()
    assert callable(game.answer)
    assert callable(game.words)
    with names_read([game.Answer]):
        assert msgspec.json.schema(game.Answer)


def test_no_game_loads_what_it_solves_with_before_it_is_asked() -> None:
    code = (
        "import sys; from parley.scenario.games import games, read_game; [read_game(n) for n in games()];"
        "print([m for m in ('numpy', 'msgspec', 'parley.trade', 'parley.world') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"[]"


ASKED = {
    "attrition": {"prize": ("USA=0.1", "CHN=0.1")},
    "path": {"months": 1},
    "sustain": {"deal": "USA=step down to 30; CHN=hold", "punish": "USA=hold; CHN=hold"},
    "signal": {"prize": 0.05, "bluff": 1.5},
    "deadline": {"p": (0.3,)},
    "grid": {"flips": True, "ranges": True},
}


@pytest.fixture(scope="module")
def shipped() -> Baseline:
    return calibrate(read_scenario())


@pytest.mark.parametrize("name", [n if n == "path" else pytest.param(n, marks=pytest.mark.slow) for n in NAMES])
def test_an_answer_is_of_its_type_and_has_words(shipped: Baseline, name: str) -> None:
    game = read_game(name)
    question = game.Question(**ASKED.get(name, {}))
    found = game.answer(question, shipped)
    assert_is(found, game.Answer)
    assert list(game.words(found))
    if hasattr(game, "rows"):
        assert len(list(game.rows(found))) >= 1
