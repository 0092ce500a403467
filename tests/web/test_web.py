"""The web door: a real server on this machine. Same numbers as Python, safe headers, refusals without internals, no foreign request."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request

import pytest

import parley

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")
PAGES = ("/", "/measures", "/method", "/ask",
         *(pytest.param(p, marks=pytest.mark.slow) for p in ("/record", "/scenario")))  # fmt: skip


def get(url: str, **headers: str) -> tuple[int, dict[str, str], str]:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read().decode()


def test_api_gives_the_rate_that_python_gives(base: str) -> None:
    status, _, body = get(f"{base}/api/v1/law/rate?product=9503000073&origin=CHN&on=2025-05-02&known=2025-05-02")
    found = parley.read_regime().explain("9503.00.00.73", "CHN", "USA", "2025-05-02", "2025-05-02")
    assert status == 200
    assert json.loads(body)["rate"] == found.rate


def test_a_metal_good_of_unknown_content_has_its_range_on_the_page_and_in_the_api(base: str) -> None:
    query = "product=9403200090&origin=CHN&destination=USA&on=2025-09-20"
    metal = json.loads(get(f"{base}/api/v1/law/rate?{query}")[2])["metal"]
    assert (metal["full"], metal["no_metal"]) == (pytest.approx(0.95), pytest.approx(0.55))
    page = get(f"{base}/rate?{query}")[2]
    assert "Metal content not stated:" in page
    sentence = re.sub(r"\s+", " ", page.partition("Metal content not stated:")[2])
    assert "customs takes the full value: 95 %; with no metal 55 %" in sentence[:300], sentence[:300]


@pytest.mark.slow
def test_what_changes_is_a_feed_for_those_who_ask_for_one(base: str) -> None:
    asked = "origin=CHN&origin=VNM&products=8517.13&from=2025-01-01&to=2025-05-14"
    status, headers, body = get(f"{base}/api/v1/law/diff?feed=true&{asked}")
    assert (status, headers["content-type"]) == (200, "application/feed+json")
    found = json.loads(body)
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"] for item in found["items"]] == ["parley:law:USA:2025-03-04", "parley:law:USA:2025-02-04"]
    status, headers, _ = get(f"{base}/api/v1/law/diff?{asked.replace('&origin=VNM', '')}")
    assert (status, headers["content-type"]) == (200, "application/json")
    assert get(f"{base}/api/v1/law/diff?{asked}")[0] == 400


@pytest.mark.parametrize("path", PAGES)
def test_page_opens_with_safe_headers_and_asks_nobody_else(base: str, path: str) -> None:
    status, headers, body = get(base + path)
    assert status == 200
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"""(?:src|<link[^>]*href|action)=["']https?://""", body)
    assert body.count("<h1") == 1


@pytest.mark.parametrize(
    "query",
    [
        "product=xx&origin=CHN&on=2025-05-02",
        "product=8517130000&origin=Chnia&on=2025-05-02",
        "%00",
    ],
)
def test_bad_question_is_refused_in_a_sentence_without_internals(base: str, query: str) -> None:
    status, _, body = get(f"{base}/api/v1/law/rate?{query}")
    assert 400 <= status < 500
    assert {"where", "found"} <= json.loads(body).keys()
    assert "Traceback" not in body


def test_another_host_name_is_turned_away(base: str) -> None:
    """DNS rebinding: a page elsewhere may not reach this server under its own name."""
    status, _, _ = get(f"{base}/", Host="evil.example")
    assert 400 <= status < 500


def test_open_api_document_names_every_verb(base: str) -> None:
    _, _, body = get(f"{base}/api/v1/openapi.json")
    paths = json.loads(body)["paths"]
    assert {"/api/v1/law/rate", "/api/v1/law/find", "/api/v1/record/status"} <= {
        p if p.startswith("/api") else f"/api/v1{p}" for p in paths
    }
