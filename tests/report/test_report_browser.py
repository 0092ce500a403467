"""The page in a real browser, where one is installed: it draws, fits a phone and prints."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from parley.report.charts import charts
from parley.report.write import write_brief
from report_answer import answer

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PROBE = """<!DOCTYPE html><title>probe</title><iframe id="f" style="border:0;width:{width}px;height:900px"></iframe><script>
const f = document.getElementById("f");
f.onload = () => {{
  const d = f.contentDocument, seen = e => e.getClientRects().length > 0;
  const text = [...d.querySelectorAll("svg text")].filter(seen);
  document.title = "done " + [d.documentElement.scrollWidth, [...d.querySelectorAll("svg.chart")].filter(seen).length,
    Math.min(...text.map(e => e.getBoundingClientRect().height)).toFixed(1)].join(" ");
}};
f.srcdoc = {page};
</script>"""


@pytest.fixture(scope="module")
def browser() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no chromium on this machine")
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("brief")
    write_brief(answer(), out)
    return out


def run(browser: str, folder: Path, *arguments: str) -> str:
    command = [browser, *QUIET, f"--user-data-dir={folder / 'profile'}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=True).stdout


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_page_fits_and_its_charts_are_legible(browser: str, folder: Path, width: int) -> None:
    import json

    # The probe frames the page without its policy: the policy forbids the script that measures it.
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", (folder / "brief.html").read_text("utf-8"))
    framed = PROBE.format(width=width, page=json.dumps(html).replace("</", "<\\/"))
    probe = folder / f"probe-{width}.html"
    probe.write_text(framed, "utf-8")
    title = re.search(
        r"<title>done (\d+) (\d+) ([\d.]+)</title>",
        run(browser, folder, "--window-size=1400,1000", "--virtual-time-budget=5000", "--dump-dom", probe.as_uri()),
    )
    assert title, "the probe measured nothing"
    assert int(title[1]) <= width, "the page is wider than the screen"
    shown = [chart for chart in charts().values() if chart.shown(answer())]
    assert int(title[2]) == len(shown) >= 6, "each chart shows once, wide or narrow"
    assert float(title[3]) >= 10, "the smallest text of a chart is too small to read"


@pytest.mark.slow
def test_the_page_prints(browser: str, folder: Path) -> None:
    target = folder / "brief.pdf"
    run(browser, folder, "--no-pdf-header-footer", f"--print-to-pdf={target}", (folder / "brief.html").as_uri())
    assert target.read_bytes().startswith(b"%PDF")
    assert target.stat().st_size > 50_000
