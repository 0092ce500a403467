"""The page and the address of a code that stands for several lines."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from parley.errors import InputError
from parley.law.questions import Rate
from parley.web import api
from parley.web.api import short_of
from parley.web.packaged import rows_of
from parley.web.rate_view import rate_view
from parley.web.verbs import verb_of
from regimes import law_of


def test_the_page_of_a_short_code_lists_its_lines_with_their_links() -> None:
    view = rate_view(Rate(product="8517.62", origin="CHN", on="2025-05-02", value=100.0))
    assert view.template == "range.html.j2"
    assert next(row["product"] for row in view.sheets["lines"].rows) == "8517620090"  # the heaviest first
    assert set(view.context["links"]) == {"8517620010", "8517620020", "8517620090"}
    assert "27.50 % to 45.00 %" in view.cite


def test_an_old_code_is_asked_of_the_rows_on_the_lines_to_which_it_leads() -> None:
    """The rows kept for a line are those on its digits: a code that leads elsewhere needs them all."""
    asked = Rate(product="8517.12.00.50", origin="CHN", on="2025-05-02")
    found = verb_of("/law/rate").answered(asked)
    for line in found["lines"]:
        assert line["rate"] == law_of().rate(line["product"], "CHN", "USA", "2025-05-02")
    one = verb_of("/law/rate").answered(Rate(product="8517.13", origin="CHN", on="2025-05-02"))
    assert one["rate"] == law_of().rate("8517.13.00.00", "CHN", "USA", "2025-05-02")


def test_the_page_of_one_line_below_a_short_code_is_that_lines_page() -> None:
    view = rate_view(Rate(product="8517.13", origin="CHN", on="2025-05-02"))
    assert view.template == "rate.html.j2"
    assert len(view.context["steps"]) > 2


def test_short_codes_do_not_hold_up_the_loop() -> None:
    assert short_of("product=8517&origin=CHN&on=2025-05-02") == (True, "USA")
    assert short_of("product=8517.13.00.00&origin=CHN&on=2025-05-02&destination=CHN") == (False, "CHN")
    assert len(rows_of(Rate(product="8517.13.00.00", origin="CHN", on="2025-05-02")).measures) < 200


def test_the_first_question_of_a_country_reads_its_law_beside_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred ask at once: one reads, nobody else takes a thread, and who asks for nonsense reads nothing for others."""
    beside: list[str] = []
    monkeypatch.setattr(api, "rate_of", lambda query, today: query)

    async def in_thread(work: partial[str]) -> str:
        await asyncio.sleep(0)
        if "nothing" in work.args[0]:
            raise InputError("origin", "nothing", "a country")
        beside.append(work.args[0])
        return work()

    async def asked() -> list[Any]:
        service = SimpleNamespace(read=set(), reading=asyncio.Lock(), in_thread=in_thread)
        request: Any = SimpleNamespace(app=SimpleNamespace(state=SimpleNamespace(service=service)))
        queries = ["product=95030000&origin=nothing", *(f"product=9503{n:04}&origin=CHN" for n in range(100))]
        return await asyncio.gather(*(api.rate(request, q) for q in queries), return_exceptions=True)

    refused, *answers = asyncio.run(asked())
    assert isinstance(refused, InputError)
    assert answers == [f"product=9503{n:04}&origin=CHN" for n in range(100)]
    assert beside == answers[:1]


def unmarked(page: str) -> str:
    """A page without the marks of what is never broken."""
    return re.sub(r'<span class="whole">(.*?)</span>', r"\1", page)


def test_the_pages_are_rendered_with_range_notes_and_a_misspelt_word() -> None:
    from parley.web.home_view import Home, home_view
    from parley.web.pages import shown

    page = shown(rate_view(Rate(product="8517.12.00.50", origin="CHN", on="2025-05-02", value=100.0)))
    text = " ".join(unmarked(page).split())
    assert "in that of 2022 it is 8517.13 and 8517.14" in text
    assert "20" in text
    assert text.count("<h1") == 1
    assert "8517.14.00.20" in text
    one = unmarked(shown(rate_view(Rate(product="8517.13", origin="CHN", on="2025-05-02"))))
    assert "8517.13 is a heading of one line" in one
    found = shown(home_view(Home(words="washng machine")))
    assert "was looked for" in found
    assert "8450.12.00.00" in found
