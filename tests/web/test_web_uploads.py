"""Files that users send: streamed, bounded, worked on as jobs, given back, deleted on request and after a time."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")
pytest.importorskip("python_multipart", reason="the web extra is not installed: pip install 'parley-trade[web]'")

from parley.drafts import draft_of
from parley.errors import InputError
from parley.web.jobs import Job
from parley.web.rendering import shown
from parley.web.settings import Settings
from parley.web.store import Kept, State, Store
from parley.web.upload_kinds import KINDS, kind_of
from parley.web.upload_view import upload_view
from parley.web.uploads import Upload, Uploads, shown_name
from web_server import SERVE, free_port

ROWS = "entry_date,product,origin,value\n2025-05-02,9503.00.00.73,CHN,1000\n2025-05-02,8517.13.00.00,CHN,500\n2025-05-02,99,CHN,1\n"
LIMIT = 300_000  # bytes of a file, of the server below


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server with a small limit, and the folder in which it keeps files."""
    with serving(tmp_path_factory.mktemp("uploads"), f"file_bytes={LIMIT}") as found:
        yield found


@contextmanager
def serving(home: Path, limits: str) -> Iterator[tuple[str, Path]]:
    """A server under limits, and the folder in which it keeps files; after its end that is empty."""
    port = free_port()
    settings = f"port={port}, workers=1, warm=False, {limits}"
    code = f"import tempfile\ntempfile.tempdir = {str(home)!r}\n{SERVE}.serve(parley.web.settings.Settings({settings}))"
    server = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{base}/static/style.css", timeout=2).close()
            break
        except OSError:
            time.sleep(0.1)
    yield base, home
    server.terminate()
    server.wait(timeout=20)
    assert not list(home.glob("parley-uploads-*")), "files outlived the server"


def send(base: str, kind: str, content: bytes, name: str = "my.csv", **fields: str) -> tuple[int, dict[str, Any]]:
    """The status and the answer of a form with a file."""
    parts = [
        f'--X\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in {"kind": kind, **fields}.items()
    ]
    head = f'--X\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + content + b"\r\n--X--\r\n"
    asked = urllib.request.Request(f"{base}/files", body, {"Content-Type": "multipart/form-data; boundary=X"})
    return answered(asked)


def answered(asked: urllib.request.Request | str) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            text = answer.read()
            return answer.status, json.loads(text) if text else {}
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")


def done(base: str, id: str) -> dict[str, Any]:
    for _ in range(600):
        found = answered(f"{base}/files/{id}")[1]
        if found["job"]["state"] != "running":
            return found
        time.sleep(0.1)
    raise AssertionError("not done in a minute")


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:
        assert "attachment" in answer.headers["content-disposition"]
        return answer.read().decode()


@pytest.mark.slow
def test_shipments_are_rated_as_the_library_rates_them_and_go_on_request(small: tuple[str, Path]) -> None:
    base, home = small
    code, sent = send(base, "duties", ROWS.encode(), programmes="true")
    assert code == 202
    found = done(base, sent["id"])
    assert found["job"]["state"] == "done", found
    rows = read(base + found["results"]["duties.csv"]).splitlines()
    import parley

    rate = parley.read_regime().explain("9503.00.00.73", "CHN", "USA", "2025-05-02").rate
    cells = dict(zip(rows[0].split(","), rows[1].split(","), strict=True))
    assert float(cells["duty_rate"]) == pytest.approx(rate)
    assert len(read(base + found["results"]["rejects.csv"]).splitlines()) == 2  # the header and the row without a line
    assert any(home.rglob("input.csv"))
    delete = urllib.request.Request(f"{base}/files/{sent['id']}", method="DELETE")
    assert answered(delete)[0] == 204
    assert not list(home.rglob("input.csv"))
    assert answered(f"{base}/files/{sent['id']}")[0] == 404


@pytest.mark.slow
def test_a_file_that_is_too_large_or_of_another_kind_leaves_nothing(small: tuple[str, Path]) -> None:
    base, home = small
    before = sorted(home.rglob("input*"))
    assert send(base, "duties", b"x" * (LIMIT + 1))[0] == 413
    assert send(base, "duties", ROWS.encode(), name="my.exe")[1]["where"] == "file"
    assert send(base, "duties", b"")[0] == 400
    assert send(base, "duty", ROWS.encode())[1]["hint"].startswith("Did you mean duties")
    assert send(base, "duties", ROWS.encode(), drop="../../x.toml")[1]["where"] == "drop"
    assert send(base, "scenario", b'rates = "/etc/passwd.csv"', name="s.toml")[0] == 400
    assert sorted(home.rglob("input*")) == before


@pytest.mark.slow
def test_a_file_goes_after_its_time(tmp_path: Path) -> None:
    """From a server that keeps files for a second, whether its work is done or not."""
    with serving(tmp_path, "keep_seconds=1") as (base, home):
        id = send(base, "duties", ROWS.encode())[1]["id"]
        assert list(home.rglob(id))
        ends = time.monotonic() + 30
        while answered(f"{base}/files/{id}")[0] == 200 and time.monotonic() < ends:
            time.sleep(0.1)
        assert answered(f"{base}/files/{id}")[0] == 404
        while list(home.rglob(id)) and time.monotonic() < ends:  # its address goes first
            time.sleep(0.1)
        assert not list(home.rglob(id))


class Idle:
    """Jobs that begin, and end when they are told to."""

    pool = SimpleNamespace(settings=Settings(keep_seconds=40))

    def __init__(self, store: Store | None = None) -> None:
        self.ended, self.store = list[str](), store

    def start(self, kind: str, *rest: object) -> Job:
        del rest
        return Job(f"job of {kind}", kind, 0.0)

    async def cancel(self, id: str) -> None:
        self.ended.append(id)


def test_a_start_removes_what_a_killed_server_left_but_for_jobs_that_begin_again(tmp_path: Path) -> None:
    """Files of acknowledged jobs stand beside the store; those of jobs that have ended, or were never acknowledged, go."""
    store, gone = Store(tmp_path / "jobs.sqlite"), subprocess.Popen(["true"])
    gone.wait()
    mine = draft_of(store.path, "files").name
    needed, ended, unknown = (
        tmp_path / mine.replace(f"-{os.getpid()}-", f"-{gone.pid}-").replace(mine[-14:-6], 8 * x) for x in "abc"
    )
    for home, state in ((needed, "running"), (ended, "done"), (unknown, "")):
        (home / "one").mkdir(parents=True)
        if state:
            payload = json.dumps({"argv": [], "folder": str(home / "one")}).encode()
            store.keep(Kept(home.name, "files/duties", {"": ("file", payload)}, "file", 1.0, cast(Any, state)))
    home = Uploads(cast(Any, Idle(store))).home
    assert {p for p in tmp_path.iterdir() if p.is_dir()} == {needed, home}
    assert home.stat().st_mode & 0o777 == 0o700


def test_a_file_stays_for_its_time_to_the_second_and_goes_with_its_work() -> None:
    """By a clock that is set by hand."""
    now, jobs = [100.0], Idle()

    async def kept_at(*seconds: float) -> list[bool]:
        uploads = Uploads(cast(Any, jobs), clock=lambda: now[0])
        made = await uploads.add(kind_of("duties"), "my.csv", io.BytesIO(ROWS.encode()), {})
        found = []
        for now[0] in (100 + s for s in seconds):
            await uploads.sweep()
            assert made.folder.exists() == (made.id in uploads.held)
            found.append(made.id in uploads.held)
        await uploads.stop()
        assert not uploads.home.exists()
        return found

    assert asyncio.run(kept_at(0, 39.9, 40, 40.1)) == [True, True, True, False]
    assert jobs.ended == ["job of files/duties"]


@pytest.mark.slow
def test_own_weights_and_an_own_scenario_are_answered(small: tuple[str, Path]) -> None:
    base, _ = small
    weights = send(base, "weights", b"product,value\n9503000073,1\n8517130000,3\n", origin="CHN", on="2025-05-02")
    assert weights[0] == 202, weights
    found = done(base, weights[1]["id"])
    assert found["job"]["state"] == "done", found
    import parley

    toml = 'title = "x"\non = 2025-05-02\nparties = ["USA", "CHN"]\nworld = "oecd-2022"\nbefore = 2025-01-01\n'
    code, sent = send(base, "scenario", toml.encode(), name="own.toml", ranges="false")
    assert code == 202, sent
    found = done(base, sent["id"])
    assert found["job"]["state"] == "done", found
    answer = answered(base + found["results"]["answer.json"])[1]
    assert answer["countries"].keys() == set(parley.read_world("oecd-2022").countries)


@pytest.mark.parametrize("kind", KINDS, ids=[k.name for k in KINDS])
def test_every_field_of_a_kind_becomes_a_word_of_its_command(kind: Any) -> None:
    plain = kind.argv("input.csv", {})
    assert plain[: len(kind.command)] == list(kind.command)
    for part in kind.parts:
        value = "true" if part.kind is bool and not part.default else "false" if part.kind is bool else "7"
        more = set(kind.argv("input.csv", {part.called: value})) - set(plain)
        assert len(more) == 1, part.name
    with pytest.raises(InputError):
        kind.suffix("input.exe")


@pytest.mark.parametrize("word", ["../x", "/etc/passwd", "a\\b", "x.toml", "a\x00b"])
@pytest.mark.parametrize("kind", KINDS, ids=[k.name for k in KINDS])
def test_no_field_names_a_file(kind: Any, word: str) -> None:
    for part in kind.parts:
        if part.kind is str and part.name != "column":
            with pytest.raises(InputError, match=part.called.replace("_", ".")):
                kind.argv("input.csv", {part.called: word})


def test_a_name_is_shown_without_its_folder() -> None:
    assert shown_name("C:\\Users\\me\\duty\x1b[31m.csv") == "duty[31m.csv"
    assert shown_name("../../etc/passwd") == "passwd"
    long = shown_name("x" * 300 + "end of it.csv.gz")
    assert len(long) <= 80
    assert long.endswith("end of it.csv.gz")
    with pytest.raises(InputError, match="Did you mean refund"):
        kind_of("refunds")


def upload_of(folder: Path, kind: str, answer: Mapping[str, Any], name: str = "our goods.csv", **files: str) -> Upload:
    """A file whose work is done, with an answer and the files that were written."""
    for written, text in files.items():
        (folder / f"{written}.csv").write_text(text, "utf-8")
    job = Job("1", f"files/{kind}", 0.0, "done", answer=json.dumps(answer).encode(), ended=1.0)
    return Upload("id", kind_of(kind), name, {}, folder, job, 3600.0, lambda: 0.0)


DUTIES = {
    "known": "2026-10-01", "law_known_to": "2026-10-01", "law_version": "1", "on": None, "rows": 3, "rejected": 1,
    "duty_total": 1234.5, "value_total": 1500.0, "seconds": 1.0, "rows_per_second": 3.0, "resumed_rows": 0, "out": "duties.csv",
    "by_programme": {"mfn": 1000.0, "ieepa_fentanyl": 234.5}, "by_reason": {"entry_date: not a day": 1}, "files": [],
    "notes": ["input.csv: days are read in the order MDY", "held against --drop"], "rejects": "rejects.csv",
    "by_month": [{"name": "2025-05", "rows": 3, "rejected": 1, "value": 1500.0, "duty": 1234.5}],
}  # fmt: skip
REJECTED = 'file,row,column,found,allowed,nearest,reason\ninput.csv,3,date,soon,"YYYY-MM-DD, or --dates us",,entry_date: not a day\n'


def test_the_page_of_a_file_has_its_figures_first_and_no_words_of_a_program(tmp_path: Path) -> None:
    """Totals to the cent, each refused row with its reason, the user's own name of the file, fields by their labels."""
    page = shown(upload_view(upload_of(tmp_path, "duties", DUTIES, duties="a\n", rejects=REJECTED)))
    said = " ".join(re.sub(r"<[^>]+>", " ", page).split()).replace("\u00a0", " ")
    for words in ("1,234.50 dollars of duty", "1 row without a duty", "our goods.csv: days are read", "Held against “Repealed”",
                  "entry date: not a day", "or “Dates” us", "legal authority dollars", "fentanyl (IEEPA) 234.50",
                  "month rows rejected value duty"):  # fmt: skip
        assert words in said, words
    assert said.index("dollars of duty") < said.index("Rows without a duty") < said.index("Law known to".lower())
    for words in ("input.csv", "rows per second", "entry_date", "By programme name", "rejects rejects.csv"):
        assert words not in said, words


def test_the_same_file_is_asked_again_under_other_fields() -> None:
    """The one without an answer goes; the fields that were typed stand in the form of the new one."""

    async def again(state: State) -> tuple[list[str], bytes, str]:
        uploads = Uploads(cast(Any, Idle()))
        first = await uploads.add(kind_of("duties"), "my.csv", io.BytesIO(ROWS.encode()), {})
        first.job.state = state
        made = await uploads.again(first.id, {"columns": "product=foo"})
        kept, text = list(uploads.held), (made.folder / made.file).read_bytes()
        typed = next(f["value"] for f in made.kind.form(made.given) if f["name"] == "columns")
        await uploads.stop()
        return ["first" if id == first.id else "again" for id in kept], text, str(typed)

    assert asyncio.run(again("done")) == (["first", "again"], ROWS.encode(), "product=foo")
    assert asyncio.run(again("refused"))[0] == ["again"]


def test_every_file_that_a_kind_writes_is_explained() -> None:
    assert all(kind.about(name) for kind in KINDS for name in kind.writes.values())


@pytest.mark.slow
def test_a_file_goes_through_the_browser_and_is_deleted_there(chromium: Any, base: str) -> None:
    """The form, the work, the rows without a duty, and the end, with scripts and without."""
    for scripts in (True, False):
        context = chromium.new_context(base_url=base, java_script_enabled=scripts)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto("/files")
        file = {"name": "my.csv", "mimeType": "text/csv", "buffer": ROWS.encode()}
        page.locator("#file-duties").set_input_files(file)
        page.locator("form", has=page.locator("#file-duties")).get_by_role("button", name="Send", exact=True).click()
        page.wait_for_url("**/files/*")
        page.get_by_role("heading", name="Files to download").wait_for()
        assert page.get_by_role("link", name="rejects.csv").count() == 1
        assert "1\nrow without a duty" in page.get_by_label("Figures at a glance").inner_text()
        page.get_by_role("button", name="Delete this file now").click()
        page.wait_for_url("**/files")
        context.close()


@pytest.mark.slow
def test_a_refused_file_is_said_beside_its_form(chromium: Any, base: str) -> None:
    context = chromium.new_context(base_url=base)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto("/files")
    page.locator("#file-duties").set_input_files({"name": "my.exe", "mimeType": "text/csv", "buffer": b"x"})
    form = page.locator("form", has=page.locator("#file-duties"))
    form.get_by_role("button", name="Send", exact=True).click()
    form.get_by_text("a name that ends in .csv").wait_for()
    assert page.url.endswith("/files")
    context.close()


@pytest.mark.slow
def test_without_scripts_a_refusal_keeps_the_form_and_a_wrong_file_is_tried_again(chromium: Any, base: str) -> None:
    context = chromium.new_context(base_url=base, java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto("/files")
    page.locator("section", has=page.locator("#kind-refund")).get_by_text("Send a file").click()
    form = page.locator("form", has=page.locator("#file-refund"))
    form.get_by_text("Options").click()
    form.get_by_label("In force on").fill("2026-07-15")
    form.locator("input[type=file]").set_input_files({"name": "my.exe", "mimeType": "text/csv", "buffer": b"x"})
    form.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("alert").get_by_text("a name that ends in .csv").wait_for()
    assert form.get_by_label("In force on").input_value() == "2026-07-15"
    page.goto("/files")
    file = {"name": "mine.csv", "mimeType": "text/csv", "buffer": b"foo,bar,value\n9503000073,CHN,100\n"}
    page.locator("#file-duties").set_input_files(file)
    page.locator("form", has=page.locator("#file-duties")).get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("alert").get_by_text("no column of the entry date").wait_for()
    page.get_by_label("In force on").fill("2025-05-02")
    page.get_by_role("button", name="Ask again").click()
    page.get_by_role("heading", name="Files to download").wait_for()
    assert "mine.csv" in page.locator("main").inner_text()
    context.close()
