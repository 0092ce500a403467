"""No pattern takes longer than its text is long: a cell of a hundred thousand signs must not hold a reader up.

Each pattern of parley meets runs of signs, and of pairs of signs, that it names, in the ways in which it is asked.
"""

from __future__ import annotations

import ast
import importlib
import re
import time
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import parley

SOURCE = Path(parley.__file__).parent
WHOLE, ANYWHERE = ("fullmatch", "match"), ("search", "sub", "subn", "split", "findall", "finditer")
SHORT, LONG = 1_500, 6_000  # signs
QUICK = 0.0004  # seconds of processor time for SHORT signs
MOST = 9.0  # times the time for four times the signs; what grows by its square takes sixteen times
Asked = dict[re.Pattern[str], set[str]]


def _calls() -> Iterator[tuple[str, ast.Call, ast.Attribute]]:
    for path in sorted(SOURCE.rglob("*.py")):
        name = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield name, node, node.func


def asked_patterns() -> tuple[Asked, dict[re.Pattern[str], str]]:
    """The patterns of parley with the ways in which they are asked, and where each stands."""
    ways, places = defaultdict[re.Pattern[str], set[str]](set), {}
    for module, call, func in _calls():
        if func.attr not in (*WHOLE, *ANYWHERE):
            continue
        said = ast.unparse(func.value)
        written = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
        is_text = said == "re" and isinstance(written, str)
        pattern = re.compile(str(written)) if is_text else getattr(importlib.import_module(module), said, None)
        if isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, str):
            ways[pattern].add(func.attr)
            places[pattern] = f"{module}:{call.lineno}"
    for module in {place.partition(":")[0] for place in places.values()}:
        for name, pattern in _in_tables(vars(importlib.import_module(module))):
            ways[pattern].add("fullmatch")
            places[pattern] = f"{module}.{name}"
    return ways, places


def _in_tables(held: Mapping[str, Any]) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Patterns that stand in tuples of a module, at any depth."""
    left = [(name, value) for name, value in held.items() if type(value) is tuple]
    for name, value in left:
        if type(value) is tuple:
            left += ((name, part) for part in value)
        elif isinstance(value, re.Pattern) and isinstance(value.pattern, str):
            yield name, value


def runs(pattern: re.Pattern[str]) -> list[str]:
    """What is repeated: signs that the pattern names, and pairs of them."""
    named = set(re.sub(r"\\[a-zA-Z]|\(\?\w+", "", pattern.pattern)) - set("\\^$?*{}|")
    signs = sorted(named | set(" 1a中.,(["))[:28]
    return signs + [a + b for a in signs for b in signs if a != b]


def seconds(pattern: re.Pattern[str], run: str, length: int, whole: bool) -> float:
    """Of processor time, for a text that ends with a sign that no pattern knows."""
    text, begun = run * (length // len(run)) + "\0", time.process_time()
    (pattern.fullmatch if whole else pattern.search)(text)
    return time.process_time() - begun


def slow_run(pattern: re.Pattern[str], ways: set[str]) -> str:
    """The run that a pattern is slow on, empty where there is none."""
    for whole in sorted({way in WHOLE for way in ways}):
        for run in runs(pattern):
            if seconds(pattern, run, SHORT, whole) > QUICK:
                first = min(seconds(pattern, run, SHORT, whole) for _ in range(3))
                if (
                    first > 0.1
                    or min(seconds(pattern, run, LONG, whole) for _ in range(2)) > MOST * first > MOST * QUICK
                ):
                    return repr(run)
    return ""


@pytest.mark.slow
def test_a_pattern_takes_no_longer_than_its_text() -> None:
    warnings.simplefilter("ignore")
    ways, places = asked_patterns()
    assert len(ways) > 200
    found = {places[p]: run for p in ways if (run := slow_run(p, ways[p]))}
    assert not found, "\n".join(f"{n}: slow on a run of {r}" for n, r in found.items())
