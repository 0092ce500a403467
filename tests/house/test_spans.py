"""Whatever has a low and a high says what lies between them: over which sets, draws, lines or cases, in one key and the same words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any, get_args, get_type_hints, is_typeddict

import pytest

from commands import Command, walked
from parley.world.elasticity import elasticity_sets

ENDS = ({"low", "lowest", "least"}, {"high", "highest", "most"})
PARLEY = Command()


def answer_types() -> dict[str, type]:
    """Every type that a command prints under --json, by the command's words."""
    found = {}
    for case in walked():
        words, command = case.values
        for kind in getattr(getattr(command.callback, "__wrapped__", command.callback), "__answer__", ()):
            module, _, name = kind.partition(":") if isinstance(kind, str) else ("", "", "")
            found[f"{' '.join(words)}: {name or kind.__name__}"] = (
                getattr(import_module(module), name) if name else kind
            )
    return found


TYPES = answer_types()


def within(kind: Any, seen: set[type] | None = None) -> Iterator[type]:
    """The TypedDicts that a hint holds, itself and all inside."""
    seen = set() if seen is None else seen
    if is_typeddict(kind) and kind not in seen:
        seen.add(kind)
        yield kind
        for hint in get_type_hints(kind).values():
            yield from within(hint, seen)
    for part in get_args(kind):
        yield from within(part, seen)


def has_ends(keys: Any) -> bool:
    """Whether some key of these ends in low and another in high."""
    last = {key.rpartition("_")[2] for key in keys}
    return bool(last & ENDS[0]) and bool(last & ENDS[1])


def test_the_commands_have_answers():
    assert len(TYPES) > 40
    assert any("trade solve" in words for words in TYPES)


def held_by(kind: type) -> list[type]:
    """The TypedDicts that are the value of some key of this one."""
    return [h for hint in get_type_hints(kind).values() for h in (hint, *get_args(hint)) if is_typeddict(h)]


@pytest.mark.parametrize("words", list(TYPES))
def test_every_range_of_an_answer_says_what_it_spans_itself_or_in_what_holds_it(words: str) -> None:
    kinds = list(within(TYPES[words]))
    for kind in kinds:
        if has_ends(get_type_hints(kind)) and "spans" not in get_type_hints(kind):
            holders = [k for k in kinds if kind in held_by(k)]
            assert holders, f"{kind.__module__}.{kind.__name__} has a low and a high and no spans"
            assert all("spans" in get_type_hints(k) for k in holders), f"{kind.__name__} in {holders}"


@pytest.mark.parametrize("words", [w for w in TYPES if w.startswith(("talks", "trade solve", "trade sweep"))])
def test_an_answer_with_a_range_says_so_beside_it(words: str) -> None:
    for kind in within(TYPES[words]):
        hints = get_type_hints(kind)
        if {"range", "quantiles"} & set(hints) and kind.__name__ not in ("Answer",):
            assert "spans" in hints or ("range" in hints and "spans" in str(hints["range"])), kind.__name__


def ends_in(value: Any, at: str = "", spans: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of an answer that has a low and a high, with its place, and the spans of what holds it where it has none."""
    if isinstance(value, dict):
        if has_ends(value):
            yield at, {"spans": spans} | value
        for key, inner in value.items():
            yield from ends_in(inner, f"{at}.{key}", value.get("spans", ""))
    elif isinstance(value, list):
        for k, inner in enumerate(value):
            yield from ends_in(inner, f"{at}[{k}]")


SAID = {
    "record deeds --on 2025-07-09": "95 % interval",
    "record base 145": "figures with as many digits",
    "law rate 7326.90 --origin DEU --on 2025-09-01": "lines that",
}


@pytest.mark.slow
@pytest.mark.parametrize("line", list(SAID))
def test_a_real_answer_says_it_in_words(capsys: pytest.CaptureFixture[str], line: str) -> None:
    found = list(ends_in(json.loads(PARLEY.line(capsys, f"{line} --json"))))
    assert found
    for at, held in found:
        assert SAID[line] in held["spans"] or "content" in held["spans"], at


@pytest.mark.slow
@pytest.mark.parametrize(
    "line", ["talks linkage --ranges", "talks nash --no-check --ranges", "talks grid --ranges", "trade solve"]
)
def test_ranges_over_elasticities_name_their_sets_and_what_stays(capsys: pytest.CaptureFixture[str], line: str) -> None:
    said = json.loads(PARLEY.line(capsys, f"{line} --json"))
    found = list(ends_in(said))
    assert found
    whole = said["spans"] if "spans" in said else said["range"]["spans"]
    for at, held in found:
        if at.startswith(".over_closures"):
            assert all(name in held["spans"] for name in held["welfare_pct"]), at
            assert held["spans"].endswith("Flows and law stay the same"), at
            continue
        for name in held.get("over", elasticity_sets()):
            assert name in held["spans"], at
        assert "Flows, law, model and closure stay the same" in held["spans"], at
        assert whole.startswith(held["spans"].partition(". ")[0]), at
    words = PARLEY.line(capsys, line).replace("\n", " ")
    assert " ".join(whole.split()) in " ".join(words.split())
