"""Charts and tables that leave the page: with title, day, source and credit; framed or read elsewhere only where asked for."""

from __future__ import annotations

import io
import itertools
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")

from parley.errors import InputError
from parley.law import questions as of_law
from parley.report.chart import style_sheet
from parley.scenario.questions import WhatIf
from parley.web.charts import LICENCE, picture, standalone, when
from parley.web.rate_view import rate_view
from parley.web.scenario_view import charts_of, frame
from parley.web.scenarios import situated
from parley.web.settings import Settings, checked
from web_server import SERVE, free_port

ASKED = of_law.Rate(product="9503000073", origin="CHN", on="2025-05-02", known="2025-05-02")
CHART = "/rate/steps.embed?product=9503000073&origin=CHN&on=2025-05-02"
API = "/api/v1/law/rate?product=9503000073&origin=CHN&on=2025-05-02"
READER = "https://reader.example"
FRAMED = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
# Machado, Oliveira and Fernandes (2009), severity 1: what linear RGB becomes to an eye without one kind of cone
SEEN = {
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
}
APART = 25.0  # CIE 1976 difference: colours side by side are told apart without effort from some 10 on


def test_a_picture_has_its_title_day_source_credit_and_licence() -> None:
    text = standalone(rate_view(ASKED), "steps")
    said = " ".join(re.findall(r">([^<>]+)<", text)).replace("\u00a0", " ")
    for words in ("Tariff rate on 9503.00.00.73", "Tariffs in force on 2 May 2025, as known on 2 May 2025", "Source: parley",
                  "fentanyl (IEEPA)", "reciprocal (IEEPA)"):  # fmt: skip
        assert words in said, words
    assert LICENCE.split(";")[0].split()[-1] in said
    assert "var(--" not in text
    assert picture(rate_view(ASKED), "steps").startswith(b"\x89PNG")


CHANGED = [
    ({"drop": ("us-ieepa-fentanyl-cn@2025-03-01",)}, "synthetic opioids off from 1 Mar 2025"),
    ({"set": ("us-ieepa-fentanyl-cn=0.05@2025-03-01",)}, "synthetic opioids at 5 % from 1 Mar 2025"),
    ({"claim": ("postal=true",)}, "declared: a postal shipment"),
    ({"reading": "collected"}, "duties as collected"),
]


@pytest.mark.parametrize(("change", "says"), CHANGED)
def test_a_picture_says_what_was_changed_in_the_law(change: dict[str, Any], says: str) -> None:
    """A picture stands alone: that of another law than the one in force must not read as the law in force."""
    assert says not in when(rate_view(ASKED))
    assert says in when(rate_view(replace(ASKED, **change)))


def test_a_picture_of_a_scenario_says_what_was_changed_and_against_what() -> None:
    asked = WhatIf(on="2025-05-02", drop=("ieepa_fentanyl",), set=("us-ieepa-reciprocal-cn=0.1",))
    said = when(frame(asked, situated(asked)))
    assert "fentanyl (IEEPA) off from 2 May 2025" in said
    assert "at 10 % from 2 May 2025" in said
    trade = {
        "countries": {c: {"name": c, "welfare_pct": v} for c, v in (("USA", -0.1), ("CHN", 0.2))},
        "bilateral": [], "against": "the law of 2025-01-01", "model": "caliendo_parro", "horizon": "long_run",
        "deficits": "balanced", "revenue": "lump_sum", "capital": "fixed", "world": "w", "elasticities": "U4",
        "reading": "paid",
    }  # fmt: skip
    for chart in charts_of(trade).values():
        assert "1 Jan 2025" in chart.title
        assert all(words in chart.source for words in ("Caliendo", "long run", "deficits balanced", "U4", "paid"))


def lab(colour: str, seen: str | None) -> np.ndarray:
    """CIELAB of a colour, as an eye sees it."""
    rgb = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(SEEN[seen]) @ linear, 0, 1) if seen else linear
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear
    f = np.cbrt(xyz / np.array([0.9505, 1.0, 1.089]))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("seen", [None, *SEEN])
def test_gains_and_losses_are_told_apart_by_every_eye(seen: str | None) -> None:
    """In light, in dark and in print."""
    pairs = re.findall(r"--gain: (#\w{6}); --loss: (#\w{6})", style_sheet())
    assert len(pairs) == 3
    for gain, loss in pairs:
        assert np.linalg.norm(lab(gain, seen) - lab(loss, seen)) > APART, (gain, loss)


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[bool, str]]:
    """A server as it starts, and one that lets charts be framed and one origin read."""
    running, bases = [], {}
    for opened in (False, True):
        port = free_port()
        more = f", allow_embed=True, cors=({READER!r},)" if opened else ""
        code = f"{SERVE}.serve(parley.web.settings.Settings(port={port}, workers=1, warm=False{more}))"
        running.append(
            subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
        bases[opened] = f"http://127.0.0.1:{port}"
    for base, _ in itertools.product(bases.values(), range(600)):
        try:
            urllib.request.urlopen(f"{base}/static/style.css", timeout=2).close()
        except OSError:
            time.sleep(0.1)
    yield bases
    for server in running:
        server.terminate()
        server.wait(timeout=20)


def get(address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(address, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


@pytest.mark.slow
def test_a_chart_is_framed_only_where_the_server_allows_it(servers: dict[bool, str]) -> None:
    assert get(servers[False] + CHART)[0] == 404
    assert get(servers[False] + CHART, **FRAMED)[0] == 403
    status, headers, page = get(servers[True] + CHART, **FRAMED)
    assert status == 200
    assert "frame-ancestors *" in headers["content-security-policy"]
    assert "x-frame-options" not in headers
    assert b"<svg" in page
    assert b"Source: parley" in page
    assert get(servers[True] + "/rate?product=9503000073", **FRAMED)[0] == 403  # only charts
    assert "frame-ancestors 'none'" in get(servers[True] + "/measures")[1]["content-security-policy"]


@pytest.mark.slow
def test_only_a_named_origin_reads_the_api_and_nothing_else(servers: dict[bool, str]) -> None:
    asked = {"Origin": READER, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
    status, headers, _ = get(servers[True] + API, **asked)
    assert (status, headers["access-control-allow-origin"], headers["vary"]) == (200, READER, "Origin")
    assert "access-control-allow-credentials" not in headers
    assert (
        headers["access-control-expose-headers"] == "ETag, Link, Retry-After, X-Total-Count"
    )  # else no script can go on to the next part
    assert get(servers[False] + API, **asked)[0] == 403
    assert get(servers[True] + API, **{**asked, "Origin": "https://other.example"})[0] == 403
    assert get(servers[True] + "/rate?product=9503000073", **asked)[0] == 403
    for wrong in ("*", "https://a.example/path", "example.org"):
        with pytest.raises(InputError):
            checked(Settings(cors=(wrong,)))


@pytest.mark.slow
def test_every_table_comes_as_a_workbook_too(servers: dict[bool, str]) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="the xlsx extra is not installed")
    status, headers, content = get(servers[False] + "/rate/lines.xlsx?product=9503000073&origin=CHN&on=2025-05-02")
    assert status == 200
    assert "attachment" in headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "us-ieepa-fentanyl-cn" in cells
    assert any("/rate?" in cell for cell in cells)
