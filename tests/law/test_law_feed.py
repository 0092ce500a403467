"""`law diff --feed`: the rules of JSON Feed 1.1, and that the days, acts and rates are those of the law."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from answer_types import assert_is
from commands import Command
from parley.errors import InputError
from parley.json_values import plain
from parley.law.answering import difference, fed
from parley.law.answers_feed import FeedAnswer
from parley.law.diff import diff
from parley.law.questions import Diff
from parley.law.regime import Regime

DIFF = Command("law", "diff")
PHONE, TOY = "8517130000", "9503000073"
TOP = {"version": str, "title": str, "home_page_url": str, "feed_url": str, "description": str, "user_comment": str, "next_url": str,
       "icon": str, "favicon": str, "authors": list, "language": str, "expired": bool, "hubs": list, "items": list}  # fmt: skip
ITEM = {"id": str, "url": str, "external_url": str, "title": str, "content_html": str, "content_text": str, "summary": str, "image": str,
        "banner_image": str, "date_published": str, "date_modified": str, "authors": list, "tags": list, "language": str,
        "attachments": list}  # fmt: skip
AUTHOR = {"name": str, "url": str, "avatar": str}
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # RFC 5646
HTTP = re.compile(r"https?://\S+")


def breaches(text: str) -> Iterator[str]:
    """What breaks the rules of https://www.jsonfeed.org/version/1.1/ in a feed."""
    found = json.loads(text)
    yield from keys(found, TOP, ("version", "title", "items"), "feed")
    if found.get("version") != "https://jsonfeed.org/version/1.1":
        yield "version is not that of 1.1"
    if "language" in found and not LANGUAGE.fullmatch(found["language"]):
        yield "language is no tag of RFC 5646"
    for author in found.get("authors", ()):
        yield from keys(author, AUTHOR, (), "author")
        if not author:
            yield "an author without any key"
    ids = [item.get("id") for item in found.get("items", ())]
    if len(set(ids)) != len(ids):
        yield "ids repeat"
    for item in found.get("items", ()):
        yield from of_item(item)


def of_item(item: dict[str, Any]) -> Iterator[str]:
    yield from keys(item, ITEM, ("id",), f"item {item.get('id')}")
    if not item.get("id"):
        yield "an empty id"
    if not {"content_html", "content_text"} & item.keys():
        yield "an item without content"
    if not all(isinstance(tag, str) and tag for tag in item.get("tags", ())):
        yield "a tag that is no text"
    for name in ("date_published", "date_modified"):
        if name in item and not is_moment(item[name]):
            yield f"{name} is no moment of RFC 3339"
    for name in ("url", "external_url", "image", "banner_image"):
        if name in item and not HTTP.fullmatch(item[name]):
            yield f"{name} is no address"


def keys(found: dict[str, Any], allowed: dict[str, type], needed: tuple[str, ...], where: str) -> Iterator[str]:
    """Missing keys, keys of another type, and keys that are neither the format's nor an extension's."""
    yield from (f"{where} has no {name}" for name in needed if name not in found)
    for name, value in found.items():
        if name.startswith("_"):
            if not (isinstance(value, dict) and re.fullmatch(r"_[A-Za-z0-9_]*", name) and "." not in name):
                yield f"{where} {name} is no extension"
        elif name not in allowed:
            yield f"{where} {name} is no key of the format"
        elif not isinstance(value, allowed[name]):
            yield f"{where} {name} is of another type"


def is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).tzinfo is not None and "T" in text
    except ValueError:
        return False


def as_text(found: FeedAnswer) -> str:
    return json.dumps(plain(found), allow_nan=False)


def ask(**more: Any) -> Diff:
    return Diff(
        **{"origin": ("CHN",), "first": "2025-01-01", "second": "2025-12-31", "products": (TOY[:8],), "feed": True}
        | more
    )


@pytest.fixture(scope="module")
def toys(regime: Regime) -> FeedAnswer:
    return fed(ask(), regime)


@pytest.mark.parametrize("more", [
    {},
    {"origin": ("CHN", "VNM"), "programme": ("ieepa_reciprocal",)},
    {"origin": ("CAN",), "products": ("0402", "2203"), "first": "2026-08-01", "second": None},
    {"reading": "collected", "first": "2026-02-01", "second": "2026-03-15"},
    {"first": "2025-05-20", "second": "2025-05-21"},
], ids=["toys", "two", "ban", "collected", "nothing"])  # fmt: skip
def test_a_feed_keeps_the_rules_of_json_feed(regime: Regime, more: dict[str, Any]) -> None:
    found = fed(ask(**more), regime)
    assert_is(found, FeedAnswer)
    assert list(breaches(as_text(found))) == []


@pytest.mark.parametrize(("change", "says"), [
    ({"version": "1.1"}, "version"),
    ({"titel": "x"}, "no key of the format"),
    ({"language": "English, please"}, "RFC 5646"),
    ({"items": [{"id": "a"}]}, "without content"),
    ({"items": [{"id": "a", "content_text": "x"}, {"id": "a", "content_text": "y"}]}, "repeat"),
    ({"items": [{"id": 1, "content_text": "x"}]}, "another type"),
    ({"items": [{"id": "a", "content_text": "x", "date_published": "2025-05-02"}]}, "RFC 3339"),
])  # fmt: skip
def test_the_rules_find_what_they_are_for(toys: FeedAnswer, change: dict[str, Any], says: str) -> None:
    assert any(says in found for found in breaches(json.dumps({**plain(toys), **change})))


def test_each_item_has_the_rate_before_and_after_its_day(regime: Regime, toys: FeedAnswer) -> None:
    assert len(toys["items"]) >= 6
    days = [item["_parley"]["on"] for item in toys["items"]]
    assert days == sorted(days, reverse=True)
    for item in toys["items"]:
        day = item["_parley"]["on"]
        assert item["date_published"] == f"{day}T00:00:00Z"
        for row in item["_parley"]["rates"]:
            for code in row["products"]:
                old, new = (regime.rate(code, "CHN", "USA", d) for d in (day - timedelta(1), day))
                assert (old, new) == (pytest.approx(row["before"]), pytest.approx(row["after"]))


def test_every_day_on_which_the_rate_moved_is_an_item_and_no_other(regime: Regime, toys: FeedAnswer) -> None:
    rates = {d: regime.rate(TOY, "CHN", "USA", d) for d in (date(2025, 1, 1) + timedelta(n) for n in range(365))}
    moved = {d for d in rates if d > date(2025, 1, 1) and abs((rates[d] or 0) - (rates[d - timedelta(1)] or 0)) > 1e-12}
    told = {
        item["_parley"]["on"] for item in toys["items"] if any(TOY in r["products"] for r in item["_parley"]["rates"])
    }
    assert told == moved


def test_an_item_names_acts_with_their_sources(toys: FeedAnswer) -> None:
    (item,) = (i for i in toys["items"] if i["_parley"]["on"] == date(2025, 4, 9))
    found = {c["measure"]: c for c in item["_parley"]["changes"]}
    reciprocal = found["us-ieepa-reciprocal-cn"]
    assert reciprocal["after"] == 1.25 or reciprocal["after"] == 0.84
    assert {a["id"] for a in reciprocal["acts"]} & {"us-eo-14259", "us-eo-14266"}
    assert all(a["citation"] for a in reciprocal["acts"])
    assert "EO 14" in item["content_text"]
    assert reciprocal["source"]
    assert "reciprocal (IEEPA)" in item["tags"]


def test_ids_are_the_same_for_other_goods_and_other_spans(regime: Regime, toys: FeedAnswer) -> None:
    short = fed(ask(first="2025-04-01", second="2025-05-31"), regime)
    whole = {item["id"]: item for item in toys["items"]}
    assert short["items"]
    assert all(whole[item["id"]] == item for item in short["items"])
    again = fed(ask(), regime)
    assert again == toys
    collected = fed(ask(reading="collected", first="2025-04-01", second="2025-05-31"), regime)
    assert not whole.keys() & {item["id"] for item in collected["items"]}


def test_authorities_choose_the_measures_and_their_lines(regime: Regime) -> None:
    found = fed(ask(products=(), programme=("s301",), first="2024-09-01", second="2025-01-31"), regime)
    assert {c["legal_authority"] for i in found["items"] for c in i["_parley"]["changes"]} == {"s301"}
    assert all(i["_parley"]["rates"] for i in found["items"])
    one = found["items"][-1]["_parley"]
    sum_of = diff(regime, "CHN", "USA", f"{one['on'] - timedelta(1)}", f"{one['on']}", programmes=("s301",))
    assert {c.measure for c in sum_of.changes} == {c["measure"] for c in one["changes"]}


def test_a_change_of_the_schedule_alone_is_told(regime: Regime) -> None:
    """China cut its ordinary duty on cars on 1 July 2018, five days before its answer."""
    found = fed(
        ask(origin=("USA",), destination="CHN", products=("8703",), first="2018-06-15", second="2018-07-05"), regime
    )
    (item,) = found["items"]
    assert item["_parley"]["on"] == date(2018, 7, 1)
    assert item["_parley"]["changes"] == []
    assert (0.25, 0.15) in {(r["before"], r["after"]) for r in item["_parley"]["rates"]}
    assert "rates of the schedule" in item["title"]


def test_a_ban_is_an_item(regime: Regime) -> None:
    found = fed(ask(origin=("CAN",), products=(), first="2026-09-20", second="2026-10-01"), regime)
    banned = [c for i in found["items"] for c in i["_parley"]["changes"] if c["ban"]]
    assert banned
    assert any(r["prohibited"] for i in found["items"] for r in i["_parley"]["rates"])
    assert any("import prohibited" in i["content_text"] for i in found["items"])


def test_as_known_on_a_day(regime: Regime) -> None:
    then = fed(ask(origin=("VNM",), first="2025-05-02", second="2025-08-31@2025-05-02"), regime)
    now = fed(ask(origin=("VNM",), first="2025-05-02", second="2025-08-31"), regime)
    assert date(2025, 7, 9) in {i["_parley"]["on"] for i in then["items"]}
    assert date(2025, 7, 9) not in {i["_parley"]["on"] for i in now["items"]}
    assert then["_parley"]["known"] == date(2025, 5, 2)


def test_the_command_prints_or_writes_the_feed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "--feed",
        "--origin",
        "CHN",
        "--origin",
        "Vietnam",
        "--products",
        "8517.13",
        "--from",
        "2025-01-01",
        "--to",
        "2025-05-14",
    ]
    printed = DIFF.out(capsys, *words)
    assert list(breaches(printed)) == []
    assert json.loads(printed) == DIFF.answer(capsys, *words)
    said = DIFF.out(capsys, *words, "--out", str(tmp_path / "feed.json"))
    assert "days of change, written to" in said
    assert json.loads((tmp_path / "feed.json").read_text("utf-8")) == json.loads(printed)


def test_a_plain_difference_of_some_goods_and_authorities(regime: Regime) -> None:
    asked = ask(feed=False, first="2025-03-01", second="2025-05-02", products=("8517",), programme=("ieepa_fentanyl",))
    found = difference(asked, regime)
    assert {c.programme for c in found.changes} == {"ieepa_fentanyl"}
    assert 0 < found.lines < 100


@pytest.mark.parametrize(("words", "says"), [
    (["--origin", "CHN", "--origin", "VNM", "--from", "2025-01-01", "--to", "2025-05-14"], "several with --feed"),
    (["--origin", "CHN", "--from", "2025-01-01"], "--to"),
    (["--feed", "--origin", "CHN", "--from", "2025-05-02", "--to", "2025-01-01"], "two days in order"),
    (["--feed", "--origin", "CHN", "--from", "2025-05-02", "--products", "0000"], "no line of the schedule"),
    (["--feed", "--origin", "CHN", "--from", "2025-05-02", "--programme", "s3o1"], "s301"),
    (["--feed", "--origin", "CHN", "--from", "2025-05-02", "--csv", "x.csv"], "a feed is JSON"),
    (["--origin", "CHN", "--from", "2025-05-02", "--to", "2025-05-03", "--out", "x.json"], "--feed --out"),
])  # fmt: skip
def test_what_cannot_be_answered_is_refused(capsys: pytest.CaptureFixture[str], words: list[str], says: str) -> None:
    assert says in DIFF.err(capsys, 2, *words)


def test_no_origin_is_refused(regime: Regime) -> None:
    with pytest.raises(InputError, match="no country"):
        fed(ask(origin=()), regime)
