"""The site of the docs: made from what the product says, typeset, every link followed, nothing asked of another machine."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from documents import ROOT

sys.path.insert(0, str(ROOT / "builders"))
from docs_reference import PAGES, stale  # pyright: ignore[reportMissingImports]
from markdown_text import anchor, escaped, sections_of, table  # pyright: ignore[reportMissingImports]
from site_links import faults  # pyright: ignore[reportMissingImports]

WITH_EQUATIONS = [p for p in sorted((ROOT / "docs").glob("*.md")) if "$`" in p.read_text("utf-8")]
EQUATION = re.compile(r"\$`([^`]+)`\$|^```math\n(.+?)^```", re.MULTILINE | re.DOTALL)
WITHOUT = "the docs extra is not installed: pip install '.[docs]'"


@pytest.mark.parametrize("name", PAGES)
def test_reference_page_is_that_of_the_product(name: str) -> None:
    pytest.importorskip("starlette", reason="the web extra is not installed")
    assert not stale([name]), "run python builders/docs_reference.py"


def test_reference_names_every_public_name_command_and_address() -> None:
    import parley
    from reference_http import document  # pyright: ignore[reportMissingImports]

    text = {name: (ROOT / "docs" / "reference" / name).read_text("utf-8") for name in PAGES}
    assert not [n for n in parley.__all__ if n != "__version__" and f"\n### {n}\n" not in text["python.md"]]
    asked = [f"{method.upper()} {path}" for path, methods in document()["paths"].items() for method in methods]
    assert not [each for each in asked if f"\n### {each}\n" not in text["http.md"]]
    for command in ("brief", "law rate", "talks nash", "law measures list"):
        assert f" parley {command}\n" in text["commands.md"]


@pytest.mark.parametrize("page", WITH_EQUATIONS, ids=lambda page: page.name)
def test_every_equation_is_typeset(page: Path) -> None:
    pytest.importorskip("latex2mathml", reason=WITHOUT)
    from docs_math import mathml  # pyright: ignore[reportMissingImports]

    found = [a or b for a, b in EQUATION.findall(page.read_text("utf-8"))]
    assert found
    for tex in found:
        assert mathml(tex).startswith("<math")


def test_an_unknown_command_of_an_equation_is_refused() -> None:
    pytest.importorskip("latex2mathml", reason=WITHOUT)
    from docs_math import mathml  # pyright: ignore[reportMissingImports]

    with pytest.raises(ValueError, match="not known"):
        mathml(r"\notacommand x")


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ('<a href="b.html">b</a>', ""),
        ('<a href="b.html#there">b</a><a href="#">top</a>', ""),
        ('<a href="https://example.org/x">elsewhere</a><link rel="canonical" href="https://example.org/">', ""),
        ('<a href="c.html">c</a>', "links to c.html"),
        ('<a href="b.html#gone">b</a>', "links to b.html#gone"),
        ('<script src="https://cdn.example.org/x.js"></script>', "from another machine"),
        ('<img srcset="b.html 1x, //cdn.example.org/x.png 2x">', "from another machine"),
        ('<link rel="stylesheet" href="no.css">', "no.css, which is not there"),
        ('<link rel="stylesheet" href="font.css">', "font.css loads https://fonts.example.org/a.woff"),
    ],
)
def test_faults_of_a_site_are_found(spoilt: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"<p id=''>{spoilt}</p>", "utf-8")
    (tmp_path / "b.html").write_text("<h1 id='there'>b</h1>", "utf-8")
    if "font.css" in spoilt:
        (tmp_path / "font.css").write_text("@font-face { src: url('https://fonts.example.org/a.woff') }", "utf-8")
    found = faults(tmp_path)
    assert [said in fault for fault in found] == [True] * bool(said)


def test_markdown_is_escaped_but_in_backticks() -> None:
    assert escaped("[n, i] of `a[0] * b` * 2 <x> s_new _new") == r"\[n, i\] of `a[0] * b` \* 2 \<x> s_new \_new"
    assert table(("a", "b", "c"), [("1", "", "2")]) == "| a | c |\n| --- | --- |\n| 1 | 2 |"
    assert anchor("GET /api/v1/law/rate") == "get-apiv1lawrate"
    assert sections_of("# t\nx\n## A\n1\n## B\n2\n") == [("A", "\n1\n"), ("B", "\n2\n")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built by its one command, which exits with 1 where a link leads nowhere."""
    pytest.importorskip("zensical", reason=WITHOUT)
    out = tmp_path_factory.mktemp("docs") / "site"
    asked = [sys.executable, str(ROOT / "builders" / "docs_site.py"), "--out", str(out)]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    return out


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where the site is served."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.slow
def test_a_reader_searches_reads_equations_and_nobody_else_is_asked(address: str, chromium: Any) -> None:
    page = chromium.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/index.html")
    page.get_by_role("button", name="Search").click()
    page.keyboard.type("drawback")
    page.locator("a", has_text="drawback").first.click()
    page.wait_for_url(re.compile("/docs/law.html.*drawback"))
    page.goto(f"{address}/docs/method.html")
    drawn = page.evaluate("[...document.querySelectorAll('math')].map(m => m.getBoundingClientRect().height)")
    assert len(drawn) > 25
    assert min(drawn) > 0
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('12px \"STIX Two Math\"'))")
    page.goto(f"{address}/docs/gallery.html")
    shown = page.evaluate("[...document.images].map(i => i.naturalWidth)")
    assert len(shown) == len(list((ROOT / "docs" / "gallery").glob("*.svg")))
    assert min(shown) > 0
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {urlsplit(address).netloc}


@pytest.mark.slow
def test_gallery_and_the_number_of_the_readme_are_those_of_the_briefing() -> None:
    asked = [sys.executable, str(ROOT / "builders" / "docs_gallery.py"), "--check"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
