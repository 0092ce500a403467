"""Write the gallery of charts (docs/gallery.md, docs/gallery/*.svg) and the README's chart with its number.

Run: python builders/docs_gallery.py [--check]

Charts, sentences and figures are those of the briefing of 2 May 2025. --check compares the words and writes nothing.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from docs_registries import written_between
from parley.report.charts import charts

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "gallery"
FIRST = "welfare"  # the README's chart
SAYS = re.compile(r'aria-label="([^"]*)"')
MARKS = ("<!-- written by builders/docs_gallery.py; do not edit by hand -->", "<!-- end of the chart -->")
PAID = {"paid": "as importers pay them", "statutory": "as the law is written"}
SECTIONS = {"law": "What the law says", "trade": "What the tariffs do", "situation": "What happened, what comes",
            "deadline": "Who signs before the deadline"}  # fmt: skip


def briefing(folder: Path) -> dict[str, Any]:
    """The briefing's answer; its charts as files in a folder."""
    asked = [sys.executable, "-m", "parley.cli.main", "brief", "--json", "--charts", str(folder)]
    told = subprocess.run(asked, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(told.stdout)


def gallery(drawn: Path) -> str:
    """The page: each chart under its title, with the sentence that says what it shows."""
    parts = [
        "<!-- written by builders/docs_gallery.py; do not edit by hand -->\n# Gallery of charts",
        "These are the charts of the briefing of 2 May 2025.\n"
        "Each names its day, its information cut-off, its source and its credit, and may be published as it is.\n"
        "For the charts of another day, as SVG and PNG:",
        "```sh\nparley brief --on 2025-11-10 --charts charts --out out\n```",
        "The numbers of each chart are in a table of the briefing; its page also offers both as files ([briefing](brief.md)).",
    ]
    rows = sorted(charts().values(), key=lambda c: [*SECTIONS].index(c.section))
    for section, words in SECTIONS.items():
        parts.append(f"## {words}")
        for chart in (c for c in rows if c.section == section):
            file = f"{chart.name.replace('_', '-')}.svg"
            says = said(drawn / file)
            parts += [f"### {chart.title}", f"{says}\n\n![{plain(says)}](gallery/{file})"]
            parts += [f"Numbers: `{chart.sheet}.csv`."] if chart.sheet else []
    return "\n\n".join(parts) + "\n"


def said(chart: Path) -> str:
    """What a chart says to those who do not see it, in sentences."""
    found = SAYS.search(chart.read_text("utf-8"))
    if found is None:
        raise ValueError(f"{chart.name} does not say what it shows")
    parts = html.unescape(found[1]).split("; ")
    return ". ".join(part[0].upper() + part[1:] for part in parts)


def plain(text: str) -> str:
    """A sentence as the text of a picture: no brackets."""
    return text.replace("[", "(").replace("]", ")")


def headline(answer: dict[str, Any], drawn: Path) -> str:
    """The README's chart and its one number."""
    income = answer["trade"]["range"]["USA"]["welfare_pct"]
    dollars = next(row["income"] for row in answer["households"] if row["party"] == "USA")
    low, mid, high = sorted(abs(income[k]) for k in ("low", "median", "high"))
    if max(income["high"], dollars["high"]) >= 0:
        raise ValueError("the sentence says that US real income falls; it no longer does under every set")
    number = (
        f"**US real income falls by {mid:.2f} %**, about ${-dollars['median']:.0f} a household a year.\n"
        f"The range is {low:.2f} to {high:.2f} % over {len(income['over'])} published sets of trade elasticities.\n"
        f"That is the long-run effect of the tariffs in force on 2 May 2025, {PAID[answer['reading']]}.\n"
        "It is against the tariffs of 1 January 2025."
    )
    return f"{number}\n\n![{plain(said(drawn / f'{FIRST}.svg'))}](docs/gallery/{FIRST}.svg)"


def main() -> None:
    """Writes the page, the charts and the README's part, or with --check exits with 1 where words are out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where words are out of date")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        drawn = Path(folder)
        answer = briefing(drawn)
        readme = ROOT / "README.md"
        texts = {
            ROOT / "docs" / "gallery.md": gallery(drawn),
            readme: written_between(*MARKS, headline(answer, drawn), readme.read_text("utf-8"), readme.name),
        }
        old = [path.name for path, text in texts.items() if not path.is_file() or path.read_text("utf-8") != text]
        if asked.check:
            sys.exit(f"{', '.join(old)}: out of date; run python builders/docs_gallery.py" if old else 0)
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
        FOLDER.mkdir(exist_ok=True)
        for chart in drawn.glob("*.svg"):
            shutil.copy(chart, FOLDER / chart.name)


if __name__ == "__main__":
    main()
