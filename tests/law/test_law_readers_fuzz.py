"""Schedules in JSON and acts in TOML, spoilt: each is read whole or refused in our own words, and no reader hangs.

An execution is one spoilt file, read. PARLEY_FUZZ_CASES says how many of each kind; docs/shipments.md what a long run found.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import tomllib
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest

from law_spoilt import spoilt, spoilt_toml, spoilt_tree, within
from left_out import SHARED
from parley.errors import InputError, ParleyError
from parley.law.acts import _read_act, read_act
from parley.law.hts_json import as_products, parse_edition
from parley.law.measure import read_list
from parley.law.regime import Regime, measures_folder
from schedule_rows import SMALL

CASES = int(os.environ.get("PARLEY_FUZZ_CASES", "400"))
SECONDS = 20.0  # of processor time for a file that is read in a few milliseconds

T = TypeVar("T")

pytestmark = pytest.mark.slow


def read_or_refused(read: Callable[[], T], name: str) -> T | None:
    """What a reader gives back, or None where it refuses the file by its name."""
    refusal = None
    try:
        return read()
    except InputError as error:
        refusal = error
    assert name in str(refusal)
    return None


def schedules() -> list[list[dict]]:
    """A small schedule of our own, and pieces of a published edition where the references stand beside the checkout."""
    path = SHARED / "law" / "hts" / "hts_2025_basic.json.gz"
    held = json.loads(gzip.decompress(path.read_bytes())) if path.exists() else []
    return [SMALL, *(held[at : at + 60] for at in range(2, len(held), len(held) // 8 or 1))]


def read_schedule_whole(content: bytes) -> bool:
    """Whether it is an edition; if so, every row of goods is a line or has lines, and every other provision is kept."""
    edition = read_or_refused(lambda: parse_edition(content, "edition.json"), "edition.json")
    if edition is None:
        return False
    rows = json.loads(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)
    codes = [(r["htsno"] or "").strip().replace(".", "") for r in rows]
    goods = {c for c in codes if len(c) in (8, 10) and c[:2] not in ("98", "99")}
    ten = {c for c in goods if len(c) == 10}
    parents = {c[:8] for c in ten}
    assert {x.code for x in edition.lines} == ten | {f"{c}00" for c in goods - ten - parents}
    assert sorted(x.code for x in edition.provisions) == sorted(c for c in codes if c[:2] in ("98", "99"))
    assert all(x.general or x.special or x.other for x in edition.lines)
    table = as_products([(date.min, edition)])
    assert tuple(table.lines()) == edition.lines
    return True


def test_spoilt_schedules_are_read_whole_or_refused() -> None:
    whole, read = schedules(), 0
    for number in range(CASES):
        draw = Random(number)
        rows = draw.choice(whole)
        tree = spoilt_tree(rows, draw) if draw.random() < 0.5 else None
        content = json.dumps(tree).encode() if tree is not None else spoilt(json.dumps(rows).encode(), draw)
        if draw.random() < 0.1:
            content = spoilt(gzip.compress(content), draw)
        with within(SECONDS, f"schedule {number}"):
            read += read_schedule_whole(content)
    print(f"{CASES} schedules: {read} read, {CASES - read} refused")
    assert 0 < read < CASES


def read_act_whole(path: Path) -> bool:
    """Whether it is an act; if so, every [[measure]] is a row, whichever way it is read, and the law of it can be asked."""
    _read_act.cache_clear()
    rows = read_or_refused(lambda: read_act(path), path.name)
    if rows is None:
        return False
    raw = tomllib.loads(path.read_text("utf-8-sig")).get("measure", [])
    assert [(m.id, m.rate, m.expression, m.start) for m in rows] == [
        (r["id"], r.get("rate"), r.get("expression"), r["start"]) for r in raw
    ]
    for product in ("8517130000", "7210490091", "0201100510"):
        with contextlib.suppress(ParleyError):
            Regime(rows).explain(product, "CHN", "USA", "2025-05-02", claims={"us_content": 0.5, "usmca": True})
    return True


def test_spoilt_acts_are_read_whole_or_refused(tmp_path: Path) -> None:
    acts, read = sorted(measures_folder().glob("*.toml")), 0
    for name in measures_folder().glob("*.csv"):
        (tmp_path / name.name).symlink_to(name)
    for number in range(CASES):
        draw = Random(number)
        blocks = draw.choice(acts).read_text("utf-8").split("\n[[measure]]\n")
        text = "\n[[measure]]\n".join([blocks[0], *draw.sample(blocks[1:], min(len(blocks) - 1, 4))])
        content = spoilt_toml(text, draw).encode() if draw.random() < 0.6 else spoilt(text.encode(), draw)
        path = tmp_path / f"act-{number}.toml"
        path.write_bytes(content)
        with within(SECONDS, f"act {number}"):
            read += read_act_whole(path)
        path.unlink()
    print(f"{CASES} acts: {read} read, {CASES - read} refused")
    assert 0 < read < CASES


def test_spoilt_lists_of_products_are_read_whole_or_refused(tmp_path: Path) -> None:
    lists, read = sorted(measures_folder().glob("*.csv")), 0
    for number in range(CASES):
        draw = Random(number)
        lines = draw.choice(lists).read_bytes().splitlines(keepends=True)
        content = spoilt(b"".join(lines[: draw.randint(2, 40)]), draw)
        path = tmp_path / f"list-{number}.csv"
        path.write_bytes(content)
        with within(SECONDS, f"list {number}"):
            found = read_or_refused(partial(read_list, str(tmp_path), path.name), path.name)
        path.unlink()
        if found is None:
            continue
        if b'"' not in content:
            given = [x for x in content.decode("utf-8-sig").splitlines() if x and x[0] != "#"]
            assert len(found) == len(given) - 1
        read += 1
    print(f"{CASES} lists: {read} read, {CASES - read} refused")
    assert 0 < read < CASES
