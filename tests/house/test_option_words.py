"""One word for one meaning among the options of all commands, values shown as people know them, and old words still taken."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import pytest

from commands import PARLEY, walked
from parley.cli.option_words import RENAMED, metavar_of, renewed
from parley.question import parts_of
from parley.web import reading
from parley.web.commands import commands

MEANINGS = {  # what the help of an option says, and what alone it may then be called
    r"^information cut-off": {"--known"},
    r"every published (elasticity )?set": {"--ranges"},
    r"^(a published )?elasticity set\b|^a set\b": {"--elasticities"},
    r"^trade model": {"--model"},
    r"\bfrom this day on\b|^(the )?first day\b(?! of the new| it was)": {"--since"},
    r"^(the )?last day\b|^decisions up to this day": {"--until"},
    r"^comparison day": {"--before"},
    r"at most so many|^how many .* to show": {"--limit"},
    r"^(country of origin|whose goods)": {"--origin"},
    r"importing country|country that charges the duty": {"--destination"},
    r"dollars for one unit(?! from)": {"--currency-rate"},
    r"which column holds what": {"--columns"},
    r"^only .*legal authorit|^only measures of these legal": {"--programme"},
    r"^only lines that start with": {"--products"},
    r"^repeal a measure": {"--drop"},
    r"^another rate for a measure": {"--set"},
    r"measures of a TOML act": {"--add"},
    r"one JSON object": {"--json"},
    r"^write the (table|rows) to this CSV": {"--csv"},
    r"^processes\b": {"--workers"},
    r"^(of the )?(random|draws|of the draws)\b.*seed|^of the (draws|random orders)": {"--seed"},
}
TYPES = re.compile(r"<\w+(\[\w+\])?>|\bTEXT\b|\bINTEGER\b|\bFLOAT\b|\bPATH\b")


def options() -> list[tuple[tuple[str, ...], str, str]]:
    """(command, option, help) of every one."""
    return [
        (words, p.opts[-1], p.help or "")
        for words, node in (case.values for case in walked())
        for p in node.params
        if p.opts[-1].startswith("--") and p.name != "help"
    ]


@pytest.mark.parametrize("pattern", MEANINGS)
def test_a_meaning_has_one_word(pattern: str) -> None:
    found = [(words, name) for words, name, says in options() if re.search(pattern, says)]
    assert found, "no option means this any more: take the row out"
    assert [one for one in found if one[1] not in MEANINGS[pattern]] == []


def test_the_same_words_of_help_stand_under_one_name() -> None:
    names = defaultdict(set)
    for _, name, says in options():
        names[re.sub(r"; (may be repeated|default: .*)$", "", says).casefold()].add(name)
    assert {says: held for says, held in names.items() if len(held) > 1} == {}


@pytest.mark.parametrize(("words", "node"), walked())
def test_help_shows_values_as_people_know_them(
    words: tuple[str, ...], node: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = PARLEY.out(capsys, *words, "--help")
    assert not TYPES.search(shown.partition("Options:")[2])
    for p in node.params:
        assert " " not in metavar_of(p)
        if "YYYY-MM-DD" in (p.help or "") and not p.metavar:
            assert metavar_of(p) == "YYYY-MM-DD"


@pytest.mark.parametrize(("words", "node"), walked())
def test_what_stands_for_a_value_is_a_word_and_a_day_is_a_day(words: tuple[str, ...], node: Any) -> None:
    """Brackets and dots are the usage's own ([[SCENARIO]] stood there); a field that is a day or a country shows it everywhere."""
    shown = {p.name: metavar_of(p) if p.metavar is None else p.metavar for p in node.params}
    assert not [text for text in shown.values() if text.startswith("[") or text.endswith((":", "..."))]
    kind = getattr(node.callback, "__question__", None)
    asked = parts_of(kind) if kind else ()
    forms = {"date": "YYYY-MM-DD", "country": "COUNTRY"}
    wanted = {p.name: forms[p.says.form] for p in asked if p.says.form in forms and not p.says.metavar}
    assert {name: shown[name] for name in wanted} == wanted


def test_every_old_word_has_a_word_of_today_and_is_no_other_option() -> None:
    held = {
        words: {o for p in node.params for o in (*p.opts, *p.secondary_opts)}
        for words, node in (c.values for c in walked())
    }
    for words, old in RENAMED.items():
        assert set(old.values()) <= held[words]
        assert not set(old) & held[words]


def test_old_words_are_read_as_those_of_today_up_to_the_double_dash() -> None:
    argv = ["x", "--sets", "--start=2025-01-01", "--end", "2025-12-31", "--", "--start"]
    assert renewed(("talks", "hindcast"), argv) == [
        "x", "--ranges", "--since=2025-01-01", "--until", "2025-12-31", "--", "--start",
    ]  # fmt: skip
    assert renewed(("law", "rate"), argv) == argv


def test_old_words_answer_as_those_of_today(capsys: pytest.CaptureFixture[str]) -> None:
    old = PARLEY.out(capsys, *"trade partial --value 100 --before 0 --after 25 --demand 1.5 --supply 4".split())
    assert old == PARLEY.out(
        capsys, *"trade partial --value 100 --old-rate 0 --new-rate 25 --demand 1.5 --supply 4".split()
    )
    old = PARLEY.out(capsys, *"law measures facts --authority CHN --on 2026-10-01".split())
    assert old == PARLEY.out(capsys, *"law measures facts --country CHN --on 2026-10-01".split())


def test_old_words_are_taken_over_http() -> None:
    for path, old, new in (
        ("/trade/partial", {"before": 1.0, "after": 25.0}, {"old_rate": 1.0, "new_rate": 25.0}),
        ("/talks/hindcast", {"start": "2025-01-01", "sets": False}, {"since": "2025-01-01", "ranges": False}),
    ):
        kind = commands()[path].question
        assert reading.read_object(kind, old) == reading.read_object(kind, new)
    facts = commands()["/law/measures/facts"].question
    assert reading.read_query(facts, "authority=CHN") == reading.read_query(facts, "country=CHN")
