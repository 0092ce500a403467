"""Options of a run: rejects and entries without an output, whole dollars, readings, destinations by row, scenarios."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import PARLEY
from parley.errors import InputError, ScenarioError
from parley.law.shipments.origin_comparison import cheapest
from parley.law.shipments.run import Options, duties
from parley.scenario.shipments import scenario_duties, scenario_law
from regimes import law_of
from tables import read_rows

HEAD = "entry,product,origin,entry_date,value\n"
TOY, PHONE = "9503000073", "8517130000"
ONE = Options(threads=1)
pytestmark = pytest.mark.slow


def written(folder: Path, rows: str, head: str = HEAD) -> list[str]:
    """The name of a CSV of some rows."""
    (folder / "in.csv").write_text(head + rows)
    return [str(folder / "in.csv")]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_rejects_and_entries_are_written_without_an_output(tmp_path: Path, kind: str) -> None:
    files = written(tmp_path, f"A,{TOY},CHN,2025-05-02,100\nA,{TOY},XXX,2025-05-02,100\nB,{PHONE},CHN,2025-05-02,50\n")
    if kind == "parquet":
        import duckdb

        name = tmp_path / "in.parquet"
        duckdb.execute(f"COPY (SELECT * FROM read_csv('{files[0]}', all_varchar = true)) TO '{name}'")
        files = [str(name)]
    duties(files, tmp_path / "out.csv", rejects=tmp_path / "r0.csv", entries=tmp_path / "e0.csv", options=ONE)
    both = duties(files, rejects=tmp_path / "r1.csv", entries=tmp_path / "e1.csv", options=ONE)
    assert (both.rows, both.rejected, both.duty_total) == (3, 1, 155.0)
    duties(files, rejects=tmp_path / "r2.csv", options=ONE)
    duties(files, entries=tmp_path / "e2.csv", options=ONE)
    for n in (1, 2):
        assert (tmp_path / f"r{n}.csv").read_bytes() == (tmp_path / "r0.csv").read_bytes()
        assert (tmp_path / f"e{n}.csv").read_bytes() == (tmp_path / "e0.csv").read_bytes()
    assert [(r["row"], r["found"]) for r in read_rows(tmp_path / "r1.csv")] == [("2", "XXX")]
    sums = [(r["entry"], r["duty"], r["rejected"]) for r in read_rows(tmp_path / "e1.csv")]
    assert sums == [("A", "145.0", "1"), ("B", "10.0", "0")]
    assert any("e1.csv" in note for note in both.notes)


@pytest.mark.parametrize("name", ["it's", "a ; b", "two  'quotes'' \"x\"", "100% {n}"])
def test_a_folder_of_any_name_holds_sums_by_entry_and_comparisons(tmp_path: Path, name: str) -> None:
    """The name of a folder stands in no query, or in quotation marks."""
    folder = tmp_path / name
    folder.mkdir()
    files = written(folder, f"A,{TOY},CHN,2025-05-02,100\nB,{TOY},XXX,2025-05-02,100\n")
    found = duties(files, folder / "out.parquet", rejects=folder / "r.csv", entries=folder / "e.csv", options=ONE)
    assert (found.duty_total, found.rejected) == (145.0, 1)
    assert [r["duty"] for r in read_rows(folder / "e.csv")] == ["145.0", ""]
    cheapest(files, folder / "best.csv", rates=folder / "rates.csv", origins="VNM", options=ONE)
    assert [r["cheapest"] for r in read_rows(folder / "best.csv")] == ["VNM"]


def test_whole_dollars_round_the_value_half_up_before_the_duty(tmp_path: Path) -> None:
    rows = "".join(f"{n},{TOY},CHN,2025-05-02,{v}\n" for n, v in enumerate(("100.49", "100.50", "0.4", "0.5")))
    found = duties(written(tmp_path, rows), tmp_path / "out.csv", options=Options(threads=1, whole_dollars=True))
    assert [r["duty"] for r in read_rows(tmp_path / "out.csv")] == ["145.0", "146.45", "", "1.45"]
    assert found.value_total == 202.0
    assert "value: not a positive number" in found.by_reason  # 0.4 rounds to nothing, which is no value
    assert any("whole dollars" in note for note in found.notes)


def test_collected_is_what_customs_took_that_day(tmp_path: Path) -> None:
    files = written(tmp_path, f"A,{TOY},VNM,2026-02-21,100\nA,{TOY},VNM,2026-02-25,100\n")
    law = duties(files, options=ONE)
    collected = duties(files, tmp_path / "out.csv", options=Options(threads=1, reading="collected"))
    rates = [r["duty_rate"] for r in read_rows(tmp_path / "out.csv")]
    assert rates[0] == "0.2"  # the emergency duty, collected until 24 February
    assert collected.duty_total - law.duty_total == pytest.approx(20.0)


def test_each_row_has_its_own_destination(tmp_path: Path) -> None:
    head = "product,origin,importing country,entry_date,value\n"
    rows = (f"{TOY},CHN,USA,2025-05-02,100\n95030089,USA,China,2025-05-02,100\n{TOY},CHN,Germany,2025-05-02,100\n"
            f"{TOY},CHN,Atlantis,2025-05-02,100\n{TOY},CHN,,2025-05-02,100\n{TOY},VNM,US,2025-05-02,100\n")  # fmt: skip
    found = duties(written(tmp_path, rows, head), tmp_path / "out.csv", options=ONE)
    out = read_rows(tmp_path / "out.csv")
    china = law_of("CHN").explain("95030089", "USA", "CHN", "2025-05-02")
    assert china.rate is None  # China's ordinary rates of 2025 are not in the package, what it adds is
    assert float(out[1]["added_rate"]) == pytest.approx(china.added_rate, abs=1e-12)
    assert out[1]["measures"] == ""
    assert "the ordinary rate of this line is not in the package" in out[1]["reject_reason"]
    assert [r["duty"] for r in out] == ["145.0", "", "", "", "", "10.0"]
    assert found.rejected == 4
    assert [(r["base_rate"], r["added_rate"]) for r in out[2:5]] == [("", "")] * 3  # not those of another destination
    rejects = read_rows(tmp_path / "out.csv.rejects.csv")
    assert [(r["row"], r["column"], r["found"], r["allowed"]) for r in rejects[1:]] == [
        ("3", "importing country", "Germany", "USA, CHN"), ("4", "importing country", "Atlantis", "USA, CHN"),
        ("5", "importing country", "", "USA, CHN"),
    ]  # fmt: skip
    assert duties(written(tmp_path, rows, head), options=Options(threads=1, destination="USA")).rejected == 1


SCENARIO = """on = 2025-05-02
mood = "gloomy"
world = "no such world"
[[change]]
drop = "ieepa_fentanyl"
[[option]]
player = "USA"
name = "step down"
changes = [{ set = "us-ieepa-reciprocal-cn", rate = 0.10 }]
[[option]]
player = "USA"
name = "July"
law_of = 2025-07-09
[[option]]
player = "USA"
name = "cap"
caps = [{ of = "CHN", rate = 0.1 }]
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """A scenario with keys that concern no duty, some of them faulty."""
    (tmp_path / "what-if.toml").write_text(SCENARIO)
    return tmp_path / "what-if.toml"


def test_a_scenario_is_the_law_and_its_other_keys_are_noted(tmp_path: Path, scenario: Path) -> None:
    files = written(tmp_path, f"A,{TOY},CHN,2025-05-02,100\nA,{TOY},CHN,2025-05-01,100\n")
    alone = scenario_duties(files, scenario=scenario, options=ONE)
    assert alone.duty_total == 125.0 + 145.0  # a change without a day holds from the scenario's day
    assert any("mood, world" in note for note in alone.notes)
    asked = {"scenario": scenario, "option": "step down", "difference": True, "options": ONE}
    held = scenario_duties(files, tmp_path / "out.csv", **asked)
    assert held.duty_total == 10.0 + 145.0
    lines = [(r["duty"], r["duty_before"], r["duty_change"]) for r in read_rows(tmp_path / "out.csv")]
    assert lines == [("10.0", "145.0", "-135.0"), ("145.0", "145.0", "0.0")]


def test_the_command_takes_a_scenario_with_more_drops(tmp_path: Path, scenario: Path, capsys: pytest.CaptureFixture) -> None:  # fmt: skip
    files = written(tmp_path, f"A,{TOY},CHN,2025-05-02,100\n")
    assert (
        PARLEY.answer(
            capsys, "law", "duties", *files, "--scenario", str(scenario), "--drop", "ieepa_reciprocal@2025-05-02"
        )["duty_total"]
        == 0.0
    )


@pytest.mark.parametrize(
    ("option", "says"), [("July", "--on 2025-07-09"), ("cap", "floors or caps"), ("stepdown", "step down")]
)
def test_an_option_that_no_measure_says_is_refused(scenario: Path, option: str, says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        scenario_law(scenario, option)


def test_a_faulty_change_is_refused_and_the_known_day_is_the_scenarios(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('on = 2025-05-02\n[[change]]\ndrp = "ieepa_fentanyl"\n')
    with pytest.raises(ScenarioError, match="drp"):
        scenario_law(tmp_path / "bad.toml")
    with pytest.raises(ScenarioError, match="cannot be read"):
        scenario_law(tmp_path / "none.toml")
    assert str(scenario_law().known) == "2025-05-02"


@pytest.mark.parametrize("memory", ["abc", "0GB", "-1GB", "10XB", ""])
def test_a_size_of_memory_that_is_none_is_refused_before_a_row_is_read(tmp_path: Path, memory: str) -> None:
    with pytest.raises(InputError, match=r"--memory.*1GB or 500MiB"):
        duties(written(tmp_path, f"A,{TOY},CHN,2025-05-02,100\n"), options=Options(threads=1, memory=memory))


def test_a_mode_of_transport_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"--mode.*'vesel'.*vessel, air"):
        duties(written(tmp_path, f"A,{TOY},CHN,2025-05-02,100\n"), options=Options(threads=1, fees=True, mode="vesel"))
