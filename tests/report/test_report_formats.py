"""The briefing as Markdown and as a workbook, and its charts as files: whole tables, numbers as numbers, captions, stable names."""

from __future__ import annotations

import io
import re
from datetime import datetime
from pathlib import Path

import pytest

from parley.errors import InputError
from parley.report.charts import charts
from parley.report.markdown import MOST, escaped, markdown
from parley.report.page import figures, page, sheets_of
from parley.report.published import published
from parley.report.workbook import workbook
from parley.report.write import FORMATS, chosen, write_brief
from report_answer import answer

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed: pip install '.[xlsx]'")


def shown() -> list[str]:
    return [chart.file for chart in charts().values() if chart.shown(answer())]


@pytest.mark.parametrize("name", [f for f in FORMATS if f != "csv"])
def test_each_format_is_one_file(tmp_path: Path, name: str) -> None:
    assert [p.name for p in write_brief(answer(), tmp_path, (name,))] == [f"brief.{name}"]


@pytest.mark.slow
def test_several_formats_at_once_and_the_usual_ones(tmp_path: Path) -> None:
    both = write_brief(answer(), tmp_path / "two", ("md", "json", "md"))
    assert [p.name for p in both] == ["brief.md", "brief.json"]
    usual = {p.suffix for p in write_brief(answer(), tmp_path / "usual")}
    assert usual == {".html", ".json", ".csv"}


def test_a_file_named_by_its_end_is_that_format(tmp_path: Path) -> None:
    for name in ("may.md", "may.xlsx", "may.HTML", "may.json"):
        assert write_brief(answer(), tmp_path / name) == [tmp_path / name]
    assert (tmp_path / "may.md").read_text("utf-8").startswith("# A test")
    assert (tmp_path / "may.xlsx").read_bytes().startswith(b"PK")


def test_a_format_that_is_none_or_differs_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"docx.*html"):
        chosen(tmp_path, ("docx",))
    with pytest.raises(InputError, match="one file"):
        write_brief(answer(), tmp_path / "a.md", ("html",))
    assert not list(tmp_path.iterdir())


def test_markdown_holds_every_table_as_github_writes_it() -> None:
    text = markdown(answer())
    for sheet in sheets_of(answer()).values():
        assert f"### {escaped(sheet.caption)}" in text
        if len(sheet.rows) > MOST:
            assert f"{len(sheet.rows) - MOST} more rows are in `{sheet.file}`." in text
    blocks = re.findall(r"(?:^\|.*\n)+", text, flags=re.M)
    assert len(blocks) == len(sheets_of(answer()))
    for block in blocks:
        cells = [len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()]
        assert len(set(cells)) == 1, block[:200]
    assert "A test \\<of\\> the page" in text
    assert not re.search(r"(?<!\\)<(?!charts|[^>]*\.png>)", text)


def test_a_workbook_has_a_sheet_a_table_and_numbers_are_numbers() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(answer())))
    sheets = sheets_of(answer())
    assert set(book.sheetnames) == {"answer", "method", *(name[:31] for name in sheets)}
    for name, sheet in sheets.items():
        rows = list(book[name[:31]].iter_rows())
        assert [c.value for c in rows[0]] == [c.heading or c.key for c in sheet.columns]
        assert len(rows) == len(sheet.rows) + 1
    deadline = {row[0].value: row for row in book["deadline"].iter_rows(min_row=2)}
    threshold = next(cell for cell in deadline["Cambodia"] if cell.value == 0.009)
    assert threshold.number_format.endswith("%")  # a fraction, shown in percent
    first = book["law-averages"]["A2"].value
    assert isinstance(first, datetime)
    assert first.date().isoformat() == "2025-01-01"
    words = [str(row[1].value) for row in book["answer"].iter_rows()]
    assert "A test <of> the page" in words


def test_text_that_looks_like_a_formula_stays_text() -> None:
    made = answer()
    made["scenario"]["title"] = "=1+1"
    book = openpyxl.load_workbook(io.BytesIO(workbook(made)))
    assert book["answer"]["B1"].value == "=1+1"
    assert book["answer"]["B1"].data_type == "s"


@pytest.mark.slow
def test_charts_are_files_of_stable_names_with_links_from_the_page(tmp_path: Path) -> None:
    made = write_brief(answer(), tmp_path / "out", ("html", "md"), charts=tmp_path / "my charts")
    names = {p.name for p in made if p.parent.name == "my charts"}
    assert names == {f"{name}.{end}" for name in shown() for end in ("svg", "png")}
    html, text = ((tmp_path / "out" / f"brief.{end}").read_text("utf-8") for end in ("html", "md"))
    for name in shown():
        assert f'href="../my%20charts/{name}.png"' in html
        assert f"](<../my%20charts/{name}.png>)" in text
    assert (tmp_path / "my charts" / "law-steps.png").read_bytes().startswith(b"\x89PNG")


def test_without_a_folder_of_charts_nothing_points_to_one() -> None:
    assert ".png" not in page(answer())
    assert ".png" not in markdown(answer())


@pytest.mark.parametrize("name", charts())
def test_a_published_chart_says_what_when_known_source_and_credit(name: str) -> None:
    figure = figures(answer())[name]
    text = published(figure)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("&amp;", "&").replace("&#x27;", "'")
    for needed in (figure["title"], figure["when"], figure["source"], f"Chart: parley, law {answer()['law_version']}."):
        assert needed in words, needed
    assert all(key["words"] in words for key in figure["keys"])
    assert "in force on 2 May 2025, as known on 2 May 2025" in figure["when"]
    assert "var(" not in text
    assert "currentColor" not in text
    assert published(figure) == text


def test_a_chart_on_the_page_has_the_same_caption() -> None:
    html = page(answer()).replace("\u00a0", " ")
    for figure in figures(answer()).values():
        block = html[html.index(f'id="fig-{figure["name"]}"') :]
        block = block[: block.index("</figure>")]
        assert figure["when"] in block
        assert f"Chart: {figure['credit']}." in block
        assert f'download="{figure["name"]}.svg"' in block


def test_a_device_or_a_pipe_takes_one_format() -> None:
    for place in ("/dev/null", "/dev/stdout", "-"):
        assert [chosen(Path(place), (form,)) for form in ("json", "md", "html")] == [("json",), ("md",), ("html",)]
        for forms in ((), ("json", "md"), ("csv",)):
            with pytest.raises(InputError, match="takes one file"):
                chosen(Path(place), forms)
