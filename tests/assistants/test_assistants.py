"""`parley mcp`, asked by the protocol's own client over standard input and output, as an assistant asks it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from commands import PARLEY
from parley.errors import InputError, ParleyError
from parley.mcp.answers import CLOCKS, MOST, address_of, called
from parley.mcp.resources import read
from parley.mcp.shorten import size
from parley.mcp.tools import TOOLS
from parley.question import offered

SOURCE = Path(__file__).parents[2] / "src"
ASKED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("find_product", {"words": "smartphone", "on": "2025-05-02"}, "law find smartphone --on 2025-05-02"),
    ("explain_rate", {"product": "8517.13.00.00", "origin": "CHN", "on": "2025-05-02"},
     "law rate 8517.13.00.00 --origin CHN --on 2025-05-02"),
    ("explain_rate", {"product": "8517", "origin": "China", "on": "2025-05-02", "known": "2025-05-02"},
     "law rate 8517 --origin China --on 2025-05-02 --known 2025-05-02"),
    ("explain_rate", {"product": "8703.23.01.90", "origin": "MEX", "on": "2025-04-03", "claim": ["usmca=true", "us_content=0.4"],
                      "value": 30000},
     "law rate 8703.23.01.90 --origin MEX --on 2025-04-03 --claim usmca=true --claim us_content=0.4 --value 30000"),
    ("average_rate", {"origin": "CHN", "on": "2025-05-02", "by": "chapter"}, "law average --origin CHN --on 2025-05-02 --by chapter"),
    ("law_diff", {"origin": "CHN", "from": "2025-05-02", "to": "2025-05-14"}, "law diff --origin CHN --from 2025-05-02 --to 2025-05-14"),
    ("what_if", {"on": "2025-05-02", "drop": ["ieepa_fentanyl"]}, "trade solve --on 2025-05-02 --drop ieepa_fentanyl"),
    ("deadline", {"on": "2025-05-02", "known": "2025-05-02"}, "talks deadline --on 2025-05-02 --known 2025-05-02"),
    ("record_status", {"on": "2025-05-02", "known": "2025-05-02"}, "record status --on 2025-05-02 --known 2025-05-02"),
    ("contradictions", {"on": "2025-05-02"}, "record contradictions --on 2025-05-02"),
    ("cite", {"on": "2025-05-02"}, "cite --on 2025-05-02"),
    ("cite", {"on": "2025-05-02", "act": "us-eo-14257"}, "cite --on 2025-05-02 --act us-eo-14257"),
    ("refund_status", {"on": "2026-07-15"}, "law refund-status --on 2026-07-15"),
    ("refund_status", {"on": "2026-07-15", "entered": "2025-08-20"}, "law refund-status --on 2026-07-15 --entered 2025-08-20"),
)  # fmt: skip
BY_TIME = {"seconds"}  # of one run
SOLVED = ("what_if", "deadline")  # seconds each


class Assistant:
    """A client of a server in a process of its own. refusal: what it raises where the server refuses."""

    def __init__(self, portal: BlockingPortal, client: Any, refusal: type[Exception]) -> None:
        self.portal, self.client, self.refusal = portal, client, refusal

    def call(self, name: str, given: dict[str, Any]) -> tuple[bool, str]:
        """(whether refused, the text)."""
        found = self.portal.call(self.client.call_tool, name, given)
        (content,) = found.content
        return found.is_error, content.text

    def read(self, address: str) -> str:
        """The text of a resource."""
        return self.portal.call(self.client.read_resource, address).contents[0].text

    def listed(self, what: str) -> Any:
        """What the server lists."""
        return self.portal.call(getattr(self.client, f"list_{what}"))


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    mcp = pytest.importorskip("mcp")  # half a second, which no other test is to wait for
    how = mcp.StdioServerParameters(command=sys.executable, args=["-m", "parley.cli.main", "mcp"],
                                    env={**os.environ, "PYTHONPATH": str(SOURCE)})  # fmt: skip
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(mcp.Client(how)) as client:
        yield Assistant(portal, client, mcp.MCPError)


def test_the_tools_are_the_questions(assistant: Assistant) -> None:
    """No list of fields stands beside those of the question types: names, words and bounds are theirs."""
    listed = {tool.name: tool for tool in assistant.listed("tools").tools}
    assert list(listed) == list(TOOLS)
    for name, tool in TOOLS.items():
        schema = listed[name].input_schema
        parts = {p.called: p for p in offered(tool.question) if p.called not in tool.without}
        assert set(schema["properties"]) == set(parts)
        assert set(tool.days) <= set(schema["required"])
        assert all(schema["properties"][n]["description"] == part.says.text for n, part in parts.items())
        assert listed[name].annotations.read_only_hint
        assert listed[name].description


@pytest.mark.parametrize(
    ("name", "given", "command"),
    [
        pytest.param(*asked, id=f"{asked[0]} {i}", marks=pytest.mark.slow if asked[0] in SOLVED else ())
        for i, asked in enumerate(ASKED)
    ],
)
def test_an_answer_is_short_dated_and_sourced_and_its_address_has_the_whole(
    name: str, given: dict[str, Any], command: str, assistant: Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    refused, text = assistant.call(name, given)
    assert not refused, text
    assert len(text.encode()) <= MOST
    found = json.loads(text)
    assert all(found[day] == given[day] for day in TOOLS[name].days)
    assert found["knowledge"]
    assert found["law_version"]
    assert found["law_known_to"] or "act" in given  # one act alone has no day
    assert found["sources"]
    assert found["sources_in_all"] >= len(found["sources"])
    whole = json.loads(assistant.read(found["more"]))
    assert set(found["answer"]) <= set(whole)
    for left in found["left_out"]:
        assert left["shown"] < left["of"]
    if found["left_out"]:
        part = json.loads(assistant.read(found["more_of_a_part"]))
        assert len(part) == found["left_out"][0]["of"]
    printed = PARLEY.answer(capsys, *command.split())
    assert {k: v for k, v in whole.items() if k not in BY_TIME and not isinstance(v, (dict, list))} == {
        k: v for k, v in printed.items() if k in whole and k not in BY_TIME and not isinstance(v, (dict, list))
    }


@pytest.mark.parametrize("name", TOOLS)
def test_without_a_day_it_is_refused(name: str, assistant: Assistant) -> None:
    given = next(dict(g) for n, g, _ in ASKED if n == name)
    for day in TOOLS[name].days:
        refused, text = assistant.call(name, {key: value for key, value in given.items() if key != day})
        assert refused
        assert day in text
        assert "no day" in text


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("explain_rate", {"product": "8517.13.00.00", "origin": "CHM", "on": "2025-05-02"}, "Did you mean"),
        ("explain_rate", {"product": "8517.13.00.00", "origin": "CHN", "on": "2 May"}, "YYYY-MM-DD"),
        ("explain_rate", {"product": "8517.13.00.00", "on": "2025-05-02"}, "origin"),
        ("explain_rate", {"produkt": "8517", "origin": "CHN", "on": "2025-05-02"}, "Did you mean product?"),
        ("average_rate", {"origin": "CHN", "on": "2025-05-02", "since": "2025-01-01"}, "since"),
        ("average_rate", {"origin": "CHN", "on": "2025-05-02", "weights": "/etc/passwd"}, "weights"),
        ("what_if", {"on": "2025-05-02", "elasticities": "/tmp/mine.toml"}, "elasticities"),
        ("what_if", {"on": "2025-05-02", "set": ["us-ieepa-fentanyl-cn=ten"]}, "fraction"),
        ("refund_status", {"on": "2026-07-15", "ruling": "mine.toml"}, "ruling"),
        ("refund_status", {"on": "2026-07-15", "flag": "drawbac"}, "Did you mean drawback?"),
        ("find_product", {"words": "zzzz qqqq", "on": "2025-05-02"}, "zzzz"),
        ("average_rate", {"origin": "CHN", "on": "2025-05-02", "claim": ["usmca=true" + " " * 70] * 40}, "Ask with fewer values"),
    ],
)  # fmt: skip
def test_a_refusal_is_a_sentence_of_ours(name: str, given: dict[str, Any], words: str, assistant: Assistant) -> None:
    refused, text = assistant.call(name, given)
    assert refused
    assert words in text
    assert "Traceback" not in text
    assert "fault of ours" not in text


HOSTILE: tuple[Any, ...] = (
    "", " ", "x" * 5000, "\0", "\ud800", "2025-13-40", "0001-01-01", "9999-12-31", "2025-05-02T00:00", "２０２５-05-02", "中国", "🙂",
    "../../etc/passwd", "CHN,USA", -1, 0, 1e308, float("nan"), float("inf"), 10**400, True, [], {}, [[]], [None], ["\ud800"], ["a"] * 50,
    {"a": 1}, None,
)  # fmt: skip
SLOW = ("average_rate", "what_if", "deadline")  # answers of seconds: their arguments are read alone


def told(name: str, given: dict[str, Any]) -> dict[str, Any] | str:
    """An answer, or the sentence of a refusal; of tools whose answers take seconds the arguments alone are read."""
    try:
        return TOOLS[name].read(given).__dict__ if name in SLOW else called(name, given)
    except ParleyError as refused:
        return str(refused)


@pytest.mark.slow
@pytest.mark.parametrize("name", TOOLS)
def test_whatever_is_sent_the_answer_is_short_and_the_refusal_ours(name: str) -> None:
    """Every argument in turn: an answer within its bytes with its clocks and sources, or a refusal of at most some lines."""
    good = next(dict(g) for n, g, _ in ASKED if n == name)
    for field in (*TOOLS[name].schema()["properties"], "zzz", "\ud800"):
        for value in HOSTILE:
            made = told(name, good | {field: value})
            if isinstance(made, str):
                assert len(made.encode()) < 2000, (field, value)
            elif name not in SLOW:
                assert size(made) <= MOST, (field, value)
                assert made["sources"] or not made["sources_in_all"], (field, value)
                assert all(made[key] for key in ("knowledge", "law_version", "parley", "more")), (field, value)


def test_text_that_is_no_unicode_is_refused_wherever_it_stands() -> None:
    for more in ({"words": "\ud800"}, {"limit": "\ud800"}, {"\ud800": 1}):
        with pytest.raises(InputError, match="no text of Unicode"):
            called("find_product", {"words": "smartphone", "on": "2025-05-02"} | more)


def test_an_unknown_tool_and_address_are_errors_of_the_protocol_with_the_nearest(assistant: Assistant) -> None:
    with pytest.raises(assistant.refusal, match="Did you mean explain_rate"):
        assistant.call("explain_rat", {})
    for address, words in (
        ("parley://act", "Did you mean acts"),
        ("https://example.org/", "parley://acts"),
        ("parley://answers/explain_rate/linse?product=8517.13.00.00&origin=CHN&on=2025-05-02", "Did you mean lines"),
        ("parley://answers/explain_rate?product=8517.13.00.00&origin=CHN", "no day"),
        ("parley://glossary/tarif", "no word"),
    ):
        with pytest.raises(assistant.refusal, match=words):
            assistant.read(address)


def test_resources_are_acts_measures_words_and_limits(assistant: Assistant) -> None:
    assert {r.name for r in assistant.listed("resources").resources} == {"acts", "measures", "glossary", "limits"}
    assert len(assistant.listed("resource_templates").resource_templates) == 4
    acts = json.loads(assistant.read("parley://acts"))
    assert {"id", "citation", "signed"} <= set(acts[0])
    act = json.loads(assistant.read("parley://acts/us-eo-14257"))
    assert act["act"]["id"] == "us-eo-14257"
    then = json.loads(assistant.read("parley://measures/us-ieepa-reciprocal-cn?known=2025-05-02"))
    assert then["known"] == "2025-05-02"
    assert len(then["steps"]) < len(json.loads(assistant.read("parley://measures/us-ieepa-reciprocal-cn"))["steps"])
    assert json.loads(assistant.read("parley://glossary/mfn"))["word"] == "MFN"
    assert json.loads(assistant.read("parley://limits"))["law_known_to"]["USA"]


@pytest.mark.slow
def test_a_rate_that_looks_like_a_percentage_is_said_in_the_answer() -> None:
    found = called("what_if", {"on": "2025-05-02", "set": ["us-ieepa-fentanyl-cn=6@2025-05-02"]})
    (said,) = found["warnings"]
    assert "fractions" in said
    assert read(found["more"])["warnings"] == [said]


def test_the_address_of_an_answer_holds_every_argument() -> None:
    given = {
        "product": "0402.10.10.00",
        "origin": "NZL",
        "on": "2025-05-02",
        "quantity": 1000,
        "claim": ["usmca=true", "a&b=é"],
    }
    with pytest.raises(InputError, match="a&b"):
        read(address_of("explain_rate", given))
    given["claim"] = ["usmca=true"]
    assert read(address_of("explain_rate", given))["claims"]["quantity"] == 1000


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"set": ["us-ieepa-fentanyl-cn=0.5"]}, "countries"), ({"drop": ["ieepa_reciprocal"]}, "countries"),
        ({"model": "caliendo_parro"}, "model"), ({"elasticities": "CP"}, "elasticities"), ({"deficits": "balanced"}, "deficits"),
        ({"revenue": "tax_relief", "tax_rate": 30, "labour_supply": 0.5}, "tax_rate"), ({"revenue": "wasted"}, "revenue"),
        ({"horizon": "decade"}, "horizon"), ({"capital": "steady_state"}, "capital"), ({"labour_supply": 0.5}, "labour_supply"),
        ({"numeraire": "USA"}, "numeraire"), ({"wage_floor": 0.98}, "wage_floor"), ({"before": "2025-03-01"}, "against"),
        ({"reading": "statutory"}, "reading"), ({"ranges": False}, "range"),
    ],
)  # fmt: skip
@pytest.mark.slow
def test_every_argument_of_a_what_if_reaches_its_answer(given: dict[str, Any], part: str) -> None:
    assert set(given) <= set(TOOLS["what_if"].schema()["properties"])
    whole, plain = (read(address_of("what_if", {"on": "2025-05-02"} | more)) for more in (given, {}))
    assert whole[part] != plain[part]


def test_only_clocks_are_taken_out_of_an_answer() -> None:
    found = called("explain_rate", {"product": "9503.00.00.73", "origin": "CHN", "on": "2025-05-02"})
    whole = read(found["more"])
    assert set(whole) - set(found["answer"]) - {row["part"] for row in found["left_out"]} == set(CLOCKS)


@pytest.mark.slow
def test_the_command_lists_its_tools_without_the_protocol(capsys: pytest.CaptureFixture[str]) -> None:
    listed = PARLEY.answer(capsys, "mcp")["tools"]
    assert [tool["name"] for tool in listed] == list(TOOLS)
