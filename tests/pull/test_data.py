"""`parley data`: parsers on small samples in the sources' layouts, the cache, its manifests, and what is refused.

The samples are written by hand in the layout that the sources document: no source was reached when they were made.
"""

from __future__ import annotations

import hashlib
import io
import json
import threading
import zipfile
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands import Command
from parley.errors import InputError, NoAnswerError
from parley.pull import fetch as fetching
from parley.pull.fetch import Refused, fetch
from parley.pull.pull import pull
from parley.pull.source import chosen, read_source, sources

HTS = [
    {
        "htsno": "8517.13.00.00", "indent": "2", "description": "Smartphones", "general": "Free", "special": "",
        "other": "35%", "units": ["No."], "footnotes": [{"columns": ["general"], "value": "See 9903.88.15. "}],
    },
    {
        "htsno": "", "indent": "0", "description": "Other:", "general": "", "special": "", "other": "", "units": None,
        "footnotes": None,
    },
]  # fmt: skip
CENSUS = [
    ["I_COMMODITY", "CTY_CODE", "CON_VAL_MO", "CAL_DUT_MO", "COMM_LVL", "time"],
    ["8517130000", "5700", "1000", "200", "HS10", "2025-04"],
    ["9503000073", "5700", "500", "725", "HS10", "2025-04"],
]
COMTRADE = {
    "count": 1,
    "data": [
        {
            "period": "2024", "reporterCode": 842, "partnerCode": 156, "flowCode": "M", "cmdCode": "8517",
            "primaryValue": 1.5,
        }
    ],
}  # fmt: skip
DOCUMENT = {
    "document_number": "2025-06462", "type": "Presidential Document", "title": "Modifying Reciprocal Tariff Rates",
    "publication_date": "2025-04-15", "citation": "90 FR 15625", "html_url": "https://www.federalregister.gov/d/1",
}  # fmt: skip
ICIO = b"V1,AUS_A01,AUS_C26,CHN_A01,CHN_C26,AUS_HFCE,CHN_HFCE,OUT\nAUS_A01,1,2,3,4,5,6,21\n"


def zipped(text: bytes, name: str = "2022_SML.csv") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return held.getvalue()


SAMPLES = {
    "usitc-hts": (json.dumps(HTS).encode(), 2, ("8517.13.00.00", "Free")),
    "usitc-releases": (b'[{"name": "2025HTSRev11", "releaseStartDate": "05/02/2025"}]', 1, ("2025HTSRev11",)),
    "census-imports": (json.dumps(CENSUS).encode(), 2, ("8517130000", "200")),
    "un-comtrade": (json.dumps(COMTRADE).encode(), 1, ("8517", "1.5")),
    "federal-register": (json.dumps({"results": [DOCUMENT]}).encode(), 1, ("90 FR 15625",)),
    "oecd-icio": (zipped(ICIO), 4, ("AUS", "C26")),
}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("CENSUS_API_KEY", raising=False)
    return tmp_path / "cache"


@pytest.mark.parametrize("name", sources())
def test_every_source_parses_its_layout_and_says_its_terms(name: str):
    raw, rows, words = SAMPLES[name]
    source, table = read_source(name), read_source(name).parse(raw)
    assert len(table.rows) == rows
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert any(all(word in row for word in words) for row in table.rows)
    assert source.what
    assert source.licence
    assert source.publisher
    assert not source.address or source.address.startswith("https://")


@pytest.mark.parametrize("name", sources())
@settings(max_examples=25, deadline=None)
@given(noise=st.binary(max_size=80))
def test_bytes_that_are_no_such_table_are_refused_as_input(name: str, noise: bytes):
    good = SAMPLES[name][0]
    for raw in (noise, good[: len(good) // 2], b"<html>busy</html>", b"{}", b"[]", b"[1]", b"[[]]", b"null"):
        with suppress(InputError):  # anything else is a fault of ours
            assert isinstance(read_source(name).parse(raw).rows, tuple)


def test_a_pull_is_cached_with_a_manifest_and_read_again_offline(cache: Path, tmp_path: Path):
    raw = SAMPLES["usitc-hts"][0]
    asked = []

    def get(address: str, headers=None) -> bytes:
        asked.append(address)
        return raw

    entry = pull("usitc-hts", {"from": "8500", "to": "8599"}, get=get)
    assert asked == ["https://hts.usitc.gov/reststop/exportList?from=8500&to=8599&format=JSON&styles=false"]
    facts = entry["files"]["raw.json"]
    assert (facts["bytes"], facts["sha256"]) == (len(raw), hashlib.sha256(raw).hexdigest())
    assert {"source", "address", "time", "licence", "parser_version", "rows", "etag"} <= set(entry)
    assert (Path(entry["folder"]) / "raw.json").read_bytes() == raw
    assert (Path(entry["folder"]) / "table.csv").read_text().splitlines()[0].startswith("htsno,indent,description")
    assert entry["changed"] is None
    assert pull("usitc-hts", {"from": "8500", "to": "8599"}, get=get)["changed"] is False
    again = pull("usitc-hts", {"from": "8500", "to": "8599"}, offline=True, get=None)
    assert again["files"] == entry["files"]
    with pytest.raises(NoAnswerError, match="not in the cache"):
        pull("usitc-hts", {"from": "0100", "to": "0199"}, offline=True)
    (Path(entry["folder"]) / "raw.json").write_bytes(b"[]")
    with pytest.raises(NoAnswerError, match="sha256 differs"):
        pull("usitc-hts", {"from": "8500", "to": "8599"}, offline=True)


def test_a_schedule_refused_whole_is_fetched_by_chapter():
    def get(address: str, headers=None) -> bytes:
        if "from=0101&to=9999" in address:
            raise Refused("fetch", "the server answers 400", 400)
        return SAMPLES["usitc-hts"][0]

    assert pull("usitc-hts", get=get)["rows"] == 98 * 2


def test_a_key_is_used_and_never_written(cache: Path, monkeypatch):
    asked = []
    with pytest.raises(InputError, match="no key in CENSUS_API_KEY"):
        pull("census-imports", {"partner": "CHN", "month": "2025-04"}, get=lambda address: b"")
    monkeypatch.setenv("CENSUS_API_KEY", "SECRETKEY")
    pull(
        "census-imports",
        {"partner": "China", "month": "2025-04"},
        get=lambda a: asked.append(a) or SAMPLES["census-imports"][0],
    )
    assert "key=SECRETKEY" in asked[0]
    assert "CTY_CODE=5700" in asked[0]
    assert not [path for path in cache.rglob("*") if path.is_file() and b"SECRETKEY" in path.read_bytes()]


def test_pages_of_the_federal_register_are_joined_and_stay_on_its_host():
    first = {"results": [DOCUMENT], "next_page_url": "https://www.federalregister.gov/api/v1/documents.json?page=2"}
    answers = {"page=2": {"results": [DOCUMENT]}, "conditions": first}

    def get(address: str, headers=None) -> bytes:
        return json.dumps(next(held for mark, held in answers.items() if mark in address)).encode()

    asked = {"words": "reciprocal tariff", "since": "2025-04-01", "until": "2025-05-31"}
    assert pull("federal-register", asked, get=get)["rows"] == 2
    first["next_page_url"] = "https://elsewhere.example/"
    with pytest.raises(InputError, match="another host"):
        pull("federal-register", asked, get=get)


def test_empty_answers_and_cut_off_ones_are_no_tables():
    with pytest.raises(InputError, match="empty answer"):
        read_source("census-imports").parse(b"")
    with pytest.raises(InputError, match="no row at all"):
        read_source("un-comtrade").parse(b'{"data": []}')
    with pytest.raises(InputError, match="the most that the preview gives"):
        read_source("un-comtrade").parse(json.dumps({"data": COMTRADE["data"] * 500}).encode())
    with pytest.raises(InputError, match="has a new layout"):
        read_source("usitc-hts").parse(b'[{"hts": "1"}]')


def test_a_pulled_table_of_the_oecd_is_a_world(tmp_path: Path):
    from parley.world.read import read_world

    header = ["V1", *(f"{c}_{s}" for c in ("AUS", "CHN") for s in ("A01_02", "C26")), "AUS_HFCE", "CHN_HFCE", "OUT"]
    lines = [",".join(header)]
    for k, row in enumerate(header[1:5]):
        lines.append(",".join([row, *(str(1 + (j + k) % 3) for j in range(4)), "9", "8", "30"]))
    (tmp_path / "2022.zip").write_bytes(zipped("\n".join(lines).encode() + b"\n"))
    entry = pull("oecd-icio", origin=str(tmp_path / "2022.zip"))
    world = read_world(Path(entry["folder"]) / "raw.zip")
    assert (world.countries, world.sectors) == (("AUS", "CHN"), ("A01_02", "C26"))


def serve(answers: list[tuple[int, dict[str, str], bytes]]) -> tuple[HTTPServer, str]:
    """A server on this machine that gives these answers in turn, the last one for ever."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, headers, body = answers.pop(0) if len(answers) > 1 else answers[0]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}/"


def test_a_busy_server_is_asked_again_and_a_refusal_is_not():
    waited: list[float] = []
    server, address = serve([(503, {}, b""), (429, {}, b""), (200, {"ETag": '"v1"'}, b"found"), (404, {}, b"")])
    try:
        found = fetch(address, sleep=waited.append)
        assert (bytes(found), found.etag, waited) == (b"found", '"v1"', [1.0, 2.0])
        with pytest.raises(Refused, match="404") as refused:
            fetch(address, sleep=waited.append)
        assert refused.value.status == 404
        assert len(waited) == 2
    finally:
        server.shutdown()


def test_too_much_and_unsafe_addresses_are_refused(monkeypatch):
    monkeypatch.setattr(fetching, "LARGEST", 3)
    server, address = serve([(302, {"Location": "http://elsewhere.example/"}, b""), (200, {}, b"four")])
    try:
        with pytest.raises(InputError, match="an address of http at elsewhere"):
            fetch(address)
        with pytest.raises(Refused, match="more than"):
            fetch(address)
    finally:
        server.shutdown()
    for bad in ("file:///etc/passwd", "ftp://a.example/x", "http://a.example/x", "x"):
        with pytest.raises(InputError, match="https"):
            fetch(bad)


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("usitc-hts", {"form": "01"}, "Did you mean from"),
        ("usitc-hts", {"from": "1"}, "from is '1'"),
        ("census-imports", {"partner": "CHN"}, "no month"),
        ("un-comtrade", {"year": "2024", "codes": "8517;8518"}, "codes is"),
    ],
)
def test_bad_options_are_named(name: str, given: dict[str, str], words: str):
    with pytest.raises(InputError, match=words):
        chosen(name, read_source(name), given)


def test_on_the_command_line(capsys, tmp_path: Path):
    run = partial(Command("data"), capsys)
    (tmp_path / "hts.json").write_bytes(SAMPLES["usitc-hts"][0])
    code, out, _ = run("pull", "usitc-hts", "--from", str(tmp_path / "hts.json"), "--json")
    entry = json.loads(out)
    assert (code, entry["rows"], entry["address"]) == (0, 2, "file hts.json")
    code, out, _ = run("list", "--json")
    held = json.loads(out)
    assert {row["name"] for row in held["sources"]} == set(sources())
    assert [row["source"] for row in held["cached"]] == ["usitc-hts"]
    assert all(row["source"] for row in held["packaged"])
    code, out, _ = run("verify", "--json")
    assert (code, json.loads(out)["well"]) == (0, True)
    (Path(entry["folder"]) / "table.csv").write_text("changed")
    code, out, _ = run("verify", "usitc-hts")
    assert code == 1
    assert "table.csv is not as it was pulled" in out
    assert run("pull", "usitc-ht")[0] == 2
    assert run("pull", "usitc-hts", "--offline", "--set", "from=0200")[0] == 3
