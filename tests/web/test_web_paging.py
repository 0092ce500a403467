"""Lists in parts: every row once, in order, whatever the part, and addresses that lead from one to the next."""

from __future__ import annotations

import json
import re
import urllib.request
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")
from parley.errors import InputError
from parley.question import offered
from parley.web import examples, paging, reading
from parley.web.paging import Part, cut, headers, taken
from parley.web.verbs import VERBS

LISTED = [verb for verb in VERBS if verb.rows]
NEXT = re.compile(r'<([^>]*)>; rel="next"')
SIZES = st.integers(0, 60)


@given(SIZES, st.integers(1, 25))
def test_parts_that_follow_one_another_are_the_whole(total: int, limit: int) -> None:
    whole = {"rows": list(range(total)), "other": "kept"}
    found: list[int] = []
    asked, part = [("origin", "Côte d'Ivoire & co")], Part(limit=limit)
    for _ in range(total + 1):
        answer, counted = cut(whole, "rows", part)
        assert (counted, answer["other"]) == (total, "kept")
        assert answer["rows"] or not total
        found += answer["rows"]
        told = headers("/api/v1/x", asked, part, total)
        assert told[paging.TOTAL] == str(total)
        after = NEXT.search(told["Link"])
        if after is None:
            break
        assert told["Link"].isascii()
        again, part = taken(urlsplit(after[1]).query)
        assert again == asked
    assert found == whole["rows"]
    assert whole["rows"] == list(range(total))


@given(SIZES, SIZES, st.integers(1, 25))
def test_the_last_part_ends_with_the_last_row(total: int, offset: int, limit: int) -> None:
    link = headers("/x", [], Part(limit=limit, offset=offset), total)["Link"]
    named = {
        rel: int(dict(parse_qsl(urlsplit(at).query))["offset"])
        for at, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', link)
    }
    assert named["first"] == 0
    assert named["last"] == 0 if not total else total - limit <= named["last"] < total
    assert named.get("prev", 0) == min(max(0, offset - limit), named["last"])  # past the end it leads back to rows
    assert ("next" in named) is (offset + limit < total)


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=1&limit=2", "offset=-1", "limit=10001"])
def test_a_part_that_cannot_be_is_refused(query: str) -> None:
    with pytest.raises(InputError, match=r"limit|offset"):
        taken(query)


@pytest.mark.parametrize("verb", LISTED, ids=lambda verb: verb.path)
def test_the_list_of_a_verb_is_one_and_its_names_are_free(verb: object) -> None:
    from parley.web.verbs import Verb

    assert isinstance(verb, Verb)
    assert {p.called for p in offered(verb.question)}.isdisjoint(paging.NAMES)
    answer = verb.answered(reading.read_query(verb.question, examples.LOOKED_UP[verb.path]))
    first, total = cut(answer, verb.rows, Part(limit=1))
    assert total == len(answer[verb.rows]) > 1
    assert list(first[verb.rows]) == list(answer[verb.rows])[:1]


def test_a_real_server_gives_parts(base: str) -> None:
    address = f"{base}/api/v1/law/measures?programme=ieepa_fentanyl"

    def rows(url: str) -> tuple[list[str], str, str]:
        with urllib.request.urlopen(url, timeout=60) as answer:
            held = json.load(answer)["measures"]
            return [row["id"] for row in held], answer.headers.get("Link", ""), answer.headers.get(paging.TOTAL, "")

    whole, link, counted = rows(address)
    assert (link, counted) == ("", "")
    found, url = [], f"{address}&limit=9"
    while url:
        part, link, counted = rows(url)
        assert counted == str(len(whole))
        found += part
        after = NEXT.search(link)
        url = base + after[1] if after else ""
    assert found == whole
