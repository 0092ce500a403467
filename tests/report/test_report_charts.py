"""Contract of the charts: each is one row with all that the page needs, and a row in a new file stands on the page."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from copied_package import docs_table
from parley.report import charts as folder
from parley.report.chart import days_axis
from parley.report.charts import charts
from parley.report.page import page, sheets_of
from parley.report.write import write_brief
from report_answer import answer

NEW = '''
from parley.report.chart import Chart
from parley.report.chart import values
from parley.report.chart import theme


def duties(answer, width):
    """The day as a dot."""
    layer = {"data": values([{"on": answer["on"]}]), "mark": "point", "encoding": {"x": {"field": "on", "type": "temporal"}}}
    return theme({"layer": [layer]}, width, 80, 20)


CHARTS = (Chart("one_day", "trade", "A day of its own", lambda a: True, lambda a: f"The day is {a['on']}.", duties,
                "trade-countries"),)
'''


@pytest.mark.parametrize("name", charts())
def test_a_chart_has_a_sentence_a_picture_and_its_table(name: str) -> None:
    chart = charts()[name]
    assert chart.shown(answer())
    assert not chart.shown({})
    made = chart.drawn(answer())
    assert made["finding"].endswith(".")
    assert made["wide"].startswith('<svg class="chart wide"')
    assert made["narrow"].startswith('<svg class="chart narrow"')
    assert chart.sheet in sheets_of(answer())


@pytest.mark.slow
def test_a_new_file_is_a_new_chart_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the page that the command writes, and in the docs' table. JSON, the API's document and its forms have no charts.

    A chart shows an answer and asks nothing: what it draws is in the answer that all three have already.
    """
    (tmp_path / "one_day.py").write_text(NEW)
    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])
    html = page(answer())
    trade = html[html.index('<section class="part" id="trade"') :]
    trade = trade[: trade.index("</section>")]
    assert "<figcaption>A day of its own</figcaption>" in trade
    assert 'id="fig-one-day"' in trade
    assert f"The day is {answer()['on']}." in trade
    assert "| `one_day` | A day of its own | trade | `trade-countries.csv` |" in docs_table("charts")
    written = write_brief(answer(), tmp_path / "out")  # what `parley brief` writes and names
    assert 'id="fig-one-day"' in next(p for p in written if p.name == "brief.html").read_text("utf-8")


def test_a_duty_that_is_no_fraction_is_drawn_as_unknown() -> None:
    """Crude oil pays cents a barrel: its line has no share of value, and its bar says so."""
    made = answer()
    line = made["law"]["lines"][0]
    line["rate"] = None
    line["lines"][0]["contribution"] = None
    drawn = charts()["products"].drawn(made)
    assert ">unknown<" in drawn["wide"]
    assert page(made)


def test_a_legend_gives_each_side_its_present_rate() -> None:
    words = [key["words"] for key in charts()["law_steps"].figure(answer())["keys"]]
    assert words[:2] == ["United States on China: 145 %", "China on United States: 125 %"]
    now = [key["words"] for key in charts()["averages"].figure(answer())["keys"]]
    assert now[:2] == ["United States on China: 111 %", "China on United States: 139 %"]


def test_the_axis_draws_what_is_near_and_its_table_has_all() -> None:
    made = answer()
    made["axis"].append({**made["axis"][-1], "on": "2027-01-01"})
    spec = charts()["axis"].spec(made, 600)
    days = {row["on"] for layer in spec["layer"] for row in layer["data"]["values"] if "on" in row}
    assert "2025-07-09" in days
    assert "2027-01-01" not in days
    assert "2027-01-01" in sheets_of(made)["situation-axis"].csv()


def test_three_players_on_a_terminal_are_counted_not_tabled() -> None:
    from parley.report.text_talks import talks_text

    choice = {"USA": "hold", "CHN": "hold", "EUU": "hold"}
    made = {"players": list(choice), "unit": "percent", "options": {p: ["hold"] for p in choice}, "equilibria": [choice],
            "payoffs": [{"choice": choice, "welfare_pct": dict.fromkeys(choice, 0.0)}], "best_replies": {p: [] for p in choice},
            "signal": None, "exact": None, "mixed_equilibria": [], "dominated": {}}  # fmt: skip
    assert "1 combinations of options: talks-grid.csv" in "\n".join(str(line) for line in talks_text({"talks": made}))


def test_a_good_whose_rate_is_unknown_says_why() -> None:
    html = page(answer())
    assert "no line 9999.99.99" in html
    assert "nothing &lt;of&gt; ours" in html.casefold()


def test_every_axis_of_days_is_by_universal_time() -> None:
    """One place makes such an axis: by local time a chart would move with the time zone of whoever draws it."""
    home = Path(str(resources.files("parley")))
    named = [p.relative_to(home).as_posix() for p in home.rglob("*.py") if '"temporal"' in p.read_text("utf-8")]
    assert named == ["report/chart.py"]
    assert days_axis("on", {}, domain=["2025-01-01"])["scale"] == {"type": "utc", "domain": ["2025-01-01"]}
