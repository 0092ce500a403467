"""As known on a day, every command hides everything later: its answer is that of a world in which nothing later is there.

The commands are those of the registry: a new one that takes --known is asked by the first example of its help, or must be
excused here with a reason.
"""

from __future__ import annotations

import json
import os
import random
import re
import shlex
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from commands import walked
from drawn import drawn
from parley.law.regime import read_regime
from parley.record.ledger import read_ledger

DRIVER = Path(__file__).parents[1] / "support" / "known_cut.py"
NODES = {case.id: case.values[1] for case in walked()}
LEFT_OUT = {"record add": "writes an entry; --known is the day on which that was public"}
SAID = {  # where the first example of the help reads a file of the user's, or writes what it is to print
    "cite": "cite",
    "law audit": "law audit entries.csv --out audit.csv",
    "law cheapest": "law cheapest lines.csv --origins CHN,VNM,MEX --out cheapest.csv",
    "law duties": "law duties lines.csv --out duties.csv --programmes",
    "law export": "law export --panel --since {eve} --until {day} --origin CHN --products 9503 --csv panel.csv",
    "law refund": "law refund entries.csv --out refunds.csv",
    "law water": "law water lines.csv --out water.csv",
    "trade decompose": "trade decompose --by programme --method path",  # seven laws, where every order has 64
    "law diff": "law diff --origin CHN --products 9503 --from {eve}@{day} --to {day}@{day}",
    "law timeline": "law timeline --origin CHN --since {year} --until {day}",
    "record list": "record list",
    "record deeds": "record deeds",
    "record positions": "record positions",
}
WRITTEN = ("audit.csv", "cheapest.csv", "duties.csv", "panel.csv", "refunds.csv", "water.csv")
SOLVED = ("brief", "talks", "trade")  # seconds each
FILES = {
    "lines.csv": "product,origin,entry_date,value\n"
    + "".join(
        f"{p},{o},{{day}},1000\n" for p in ("9503000073", "8517130000", "7210490091") for o in ("CHN", "MEX", "VNM")
    ),
    "entries.csv": "Entry Number,HTS,Country of Origin,Entry Date,Customs Value,Duty Paid,headings_filed\n"
    "A1,9503000073,CN,{day},1000,1450.00,9903.01.24\nA2,8517130000,CN,{day},1000,200.00,9903.01.24\n",
}
KNOWN = sorted({e.known for e in read_ledger().entries})
DRAWN = random.Random(18).sample(KNOWN, 6)


def example(name: str) -> list[str]:
    """The words of a command: those said above, else of the first example of its help, without days and without files."""
    if name in SAID:
        return shlex.split(SAID[name])
    text = re.sub(r"\\\n\s*", " ", NODES[name].help or "")
    found = next(line.strip() for line in text.splitlines() if line.strip().startswith("parley "))
    words, kept = iter(shlex.split(found)[1:]), []
    for word in words:
        if word in ("--on", "--known", "--format", "--out"):
            next(words)
        elif word != "--json" and not word.endswith(".toml"):
            kept.append(word)
    return kept


def asked(name: str, day: date) -> list[str]:
    """The command as known on a day, about that day."""
    days = {"day": day.isoformat(), "eve": str(day - timedelta(days=40)), "year": str(day - timedelta(days=300))}
    names = {p.name for p in NODES[name].params}
    words = [w.format(**days) for w in example(name)]
    words += ["--on", days["day"]] if "on" in names else []
    return [*words, *(["--known", days["day"]] if "known" in names else []), "--json"]


HELD = sorted(n for n, node in NODES.items() if {"known"} & {p.name for p in node.params} and n not in LEFT_OUT)


def ran(world: str, commands: list[list[str]], folder: Path, day: date) -> list[Any]:
    """What the commands print and write in a world: whole, or cut off at a day. Seconds are left out."""
    home = folder / world
    home.mkdir()
    for name, text in FILES.items():
        (home / name).write_text(text.format(day=day), "utf-8")
    cache = (
        folder.parent / "cache-of-the-whole" if world == "whole" else home / "cache"
    )  # a day's cut is of that day alone
    env = {**os.environ, "PARLEY_CACHE": str(cache), "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, str(DRIVER), world], input=json.dumps(commands), capture_output=True, text=True,
                          env=env, cwd=home, check=True)  # fmt: skip
    printed = [
        (code, re.sub(r'"(\w*seconds|rows_per_second)": [\d.e-]+', r'"\1": 0', text))
        for code, text in json.loads(done.stdout)
    ]
    files = [(home / name).read_text("utf-8") if (home / name).exists() else None for name in WRITTEN]
    return [*zip(commands, printed, strict=True), *zip(WRITTEN, files, strict=True)]


def held(commands: list[list[str]], folder: Path, day: date) -> list[Any]:
    """The answers of the whole world, after holding each to that of the world cut off at the day."""
    whole, cut = (ran(world, commands, folder, day) for world in ("whole", day.isoformat()))
    leaks = [
        f"{one[0]}: {line}"
        for one, other in zip(whole, cut, strict=True)
        if one != other and not refused(one, other)
        for line in difference(one, other)
    ]
    assert not leaks, "\n".join(leaks)
    return whole


def refused(one: Any, other: Any) -> bool:
    """Whether both worlds refuse: what is known only later may be named in the reason."""
    return isinstance(one[1], tuple) and min(one[1][0], other[1][0]) > 0


def difference(one: Any, other: Any) -> list[str]:
    """The lines that the first has and the second has not."""
    texts = [x[1][1] if isinstance(x[1], tuple) else x[1] or "" for x in (one, other)]
    kept = {*texts[1].splitlines()}
    return [line.strip()[:200] for line in texts[0].splitlines() if line not in kept][:5] or [
        "another order or exit code"
    ]


def test_every_command_that_takes_an_information_cut_off_is_asked_here() -> None:
    assert len(HELD) >= 30
    for name in HELD:
        words = asked(name, date(2025, 5, 2))
        assert shlex.join(words).startswith(name)
        assert "--known" in words
    assert LEFT_OUT.keys() <= NODES.keys()
    assert SAID.keys() <= NODES.keys()


@pytest.mark.slow
@pytest.mark.parametrize("day", [date(2025, 5, 2), *drawn(DRAWN, 2)], ids=str)
def test_what_is_looked_up_is_as_in_a_world_where_nothing_later_is_there(day: date, tmp_path: Path) -> None:
    names = [n for n in [*HELD, "law diff"] if n.split()[0] not in SOLVED]
    found = held([asked(n, day) for n in names], tmp_path, day)
    failed = {" ".join(words).partition(" --")[0] for words, (code, _) in found[: len(names)] if code}
    assert failed <= {
        "law refund entries.csv",
        "law refund-status",
        "law measures show us-ieepa-reciprocal-cn",
    }  # no ruling, or no such duty, as yet


@pytest.mark.slow
@pytest.mark.parametrize(("day", "turn"), [(date(2025, 5, 2), 0), (DRAWN[0], 1)], ids=str)
def test_what_is_solved_is_too(day: date, turn: int, tmp_path: Path) -> None:
    """Each on one of the days, in turn. Games without --known are asked about a scenario of the day, as `parley situation` writes it."""
    games = (
        "talks respond --player USA --instrument uniform",
        "talks nash --players USA,CHN --no-check",
        "talks path",
    )
    commands = [asked(n, day) for n in HELD if n.split()[0] in SOLVED]
    commands += [[*words.split(), "day.toml", "--json"] for words in games]
    commands = [
        ["situation", "--on", str(day), "--known", str(day), "--out", "day.toml", "--json"],
        *commands[turn::2],
    ]
    found = held(commands, tmp_path, day)
    assert sum(code == 0 for _, (code, _) in found[: len(commands)]) >= len(commands) - 3  # deals by name are of 2 May


@pytest.mark.slow
def test_the_eve_of_a_choice_is_as_in_a_world_that_ends_on_it(tmp_path: Path) -> None:
    command = ["talks", "hindcast", "--point", "D39", "--no-deadlines", "--no-ranges", "--json"]  # duties were held
    [(_, (code, text)), *_] = held([command], tmp_path, date(2025, 10, 9))
    assert code == 0
    assert json.loads(text)["decisions"]


@pytest.mark.slow
def test_a_briefing_names_no_day_that_had_not_been_named_by_then(tmp_path: Path) -> None:
    """2 May 2025: of later days only what was scheduled or due by then, and how far our law was read."""
    [(_, (_, text)), *_] = ran("whole", [["brief", "--out", "out", "--json"]], tmp_path, date(2025, 5, 2))
    later = {d for d in re.findall(r"\b20\d\d-\d\d-\d\d\b", text) if d > "2025-05-02"}
    told = json.loads(text)
    known = [m for m in read_regime().measures if m.is_known(date(2025, 5, 2))]
    scheduled = {str(d) for m in known for d in (m.start, m.end_as_known(date(2025, 5, 2)))}
    allowed = {"2025-07-09", told["law_version"].replace(".", "-"), *(str(v) for v in _law_read(told))}
    assert later <= allowed | scheduled


def _law_read(told: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for key, value in told.items():
        if key.startswith("law_known_to"):
            found += value.values() if isinstance(value, dict) else [value]
        elif isinstance(value, dict):
            found += _law_read(value)
    return found
