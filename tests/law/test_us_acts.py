"""The United States' acts: points read from the acts, lists that stand in the schedule, builders that repeat."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from parley.codes import country_name
from parley.law.measure import Measure
from parley.law.regime import Regime, measures_folder
from tables import each

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MEASURES = measures_folder()
SCHEDULE = MEASURES.parent / "schedule"
sys.path.insert(0, str(ROOT / "builders"))
TOLERANCE = 1e-9  # points are exact sums of statutory rates


def _points() -> list[dict[str, str]]:
    with (HERE / "us_points.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _name(row: dict[str, str]) -> str:
    return "-".join(row[k] for k in ("product", "origin", "on", "known", "claims") if row[k])


AUTHORITY = "USA"  # whose acts the fixture regime holds


def _met(row: dict[str, str], regime: Regime) -> None:
    claims = dict(pair.split("=") for pair in row["claims"].split(";") if pair)
    found = regime.explain(row["product"], row["origin"], "USA", row["on"], row["known"] or None, claims)
    value = getattr(found, row["key"])
    assert value is not None, found.reason
    said = [(line.measure, line.rate) for line in found.lines]
    assert 100 * value == pytest.approx(float(row["expected_pct"]), abs=TOLERANCE), (row["source"], said)


def test_every_point_of_the_acts(regime: Regime) -> None:
    each(_points(), lambda row: _met(row, regime), _name)


def test_the_law_page_counts_the_points() -> None:
    with (HERE / "cn_points.csv").open(encoding="utf-8") as lines:
        chinese = sum(1 for _ in csv.DictReader(lines))
    assert f"{len(_points())} American, {chinese} Chinese" in (ROOT / "docs" / "law.md").read_text("utf-8")


def _codes() -> set[str]:
    with gzip.open(SCHEDULE / "usa.csv.gz", "rt", encoding="utf-8") as lines:
        return {row["code"] for row in csv.DictReader(lines)}


def _lists() -> list[Path]:
    return sorted(MEASURES.glob("us-*.csv"))


def test_no_list_names_a_code_that_no_edition_has() -> None:
    codes = _codes()
    known = {c[:n] for c in codes for n in (2, 4, 5, 6, 7, 8, 9, 10)}
    for path in _lists():
        with path.open(encoding="utf-8") as lines:
            products = [row["product"] for row in csv.DictReader(lines)]
        assert not [p for p in products if p not in known], path.name


def test_section_301_lists_share_no_line() -> None:
    seen: dict[str, str] = {}
    for name in ("1", "2", "3", "4a"):
        for line in (MEASURES / f"us-301-list-{name}.csv").read_text("utf-8").split()[1:]:
            code = line.split(",")[0]
            assert code not in seen, f"{code} on lists {seen[code]} and {name}"
            seen[code] = name


def test_every_list_stands_in_the_manifest_with_its_checksum() -> None:
    manifest = json.loads((MEASURES / "manifest.json").read_text("utf-8"))
    for path in _lists():
        entry = manifest[path.name]
        content = path.read_bytes()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest(), path.name
        assert entry["rows"] == content.count(b"\n") - 1, path.name
        assert all(entry[k] for k in ("source", "terms", "vintage", "builder")), path.name


def test_the_schedule_stands_in_its_manifest() -> None:
    entry = json.loads((SCHEDULE / "manifest.json").read_text("utf-8"))["usa.csv.gz"]
    content = (SCHEDULE / "usa.csv.gz").read_bytes()
    assert entry["sha256"] == hashlib.sha256(content).hexdigest()
    assert entry["rows"] == gzip.decompress(content).count(b"\n") - 1


def test_every_emergency_duty_ends_with_the_ruling(regime: Regime) -> None:
    emergency = {"ieepa_fentanyl", "ieepa_reciprocal", "ieepa_country"}
    rows = [m for m in regime.measures if m.programme in emergency and m.known_end is None]
    late = [(m.id, m.start) for m in rows if m.end is None or str(m.end) > "2026-02-20"]
    assert rows
    assert not late


def test_country_rates_of_9_july_name_57_partners_of_the_annex_and_china_is_not_among_them(regime: Regime) -> None:
    rows = [m for m in regime.measures if m.act.id == "us-eo-14266" and str(m.start) == "2025-07-09"]
    origins = {o for m in rows for o in m.origins}
    assert len(rows) == len(origins) == 56  # the 57 of Annex I less China, whose rate was not suspended
    assert not origins & {"CHN", "HKG", "MAC"}


def _run(builder: str, shared: Path, out: Path) -> None:
    command = [sys.executable, str(ROOT / "builders" / builder), "--shared", str(shared), "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True)


@pytest.mark.slow
def test_lists_are_built_again_byte_by_byte(shared_data: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    _run("us_lists.py", shared_data, tmp_path)
    assert {p.name for p in tmp_path.glob("*.csv")} == {p.name for p in _lists()}
    for path in _lists():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_country_rates_are_written_again_byte_by_byte(shared_data: Path, tmp_path: Path) -> None:
    _run("us_acts_country_rates.py", shared_data, tmp_path)
    written = sorted(tmp_path.glob("*.toml"))
    assert len(written) == 4
    for path in written:
        assert path.read_bytes() == (MEASURES / path.name).read_bytes(), path.name


# Rates that the editions of 2025 and 2026 no longer or not yet state, each with its reason.
NOT_STATED = {
    ("us-201-solar", "9903.45.25"): "the schedule shows the rate of the first year",
    ("us-232-polysilicon", "9903.45.30"): "a heading of December 2026, after the latest edition",
    ("us-232-polysilicon", "9903.45.31"): "a heading of December 2026, after the latest edition",
    ("us-232-polysilicon", "9903.45.32"): "a heading of December 2026, after the latest edition",
    ("us-201-quartz", "9903.45.30"): "a heading of August 2026, after the latest edition",
    ("us-201-quartz", "9903.45.31"): "a heading of August 2026, after the latest edition",
    (
        "us-201-solar-cells",
        "9903.45.22",
    ): "the rate of the first year, in all because the base is free; later ones by note 18",
    ("us-232-metals-authorised", "9903.82.18"): "note 16(h) states the 25 percent; the column says no change",
    ("us-232-metals-authorised", "9903.82.19"): "note 16(i) states the 25 percent; the column says no change",
    (
        "us-232-metals-1c",
        "9903.82.20",
    ): "25 percent on what is not of the United States: 15 of the whole where that is 60 percent",
    ("us-232-metals-1c", "9903.82.21"): "the content of the United States, on which nothing falls beside 9903.82.20",
    ("us-232-pharmaceuticals", "9903.04.64"): "the column has 20 percent on top, clause (7) of its act in all",
    ("us-301-nicaragua", "9903.89.01"): "10 and 15 percent from 2027 and 2028 are not in the editions yet",
    ("us-232-cabinets", "9903.76.03"): "the rise of 2027 is not in the editions yet",
    ("us-232-furniture", "9903.76.02"): "the rise of 2027 is not in the editions yet",
    ("us-301-list-3", "9903.88.03"): "10 percent until May 2019",
    ("us-301-list-3", "9903.88.04"): "10 percent until May 2019",
    ("us-301-list-4a", "9903.88.15"): "15 percent until February 2020",
    ("us-232-steel", "9903.80.02"): "Turkey's 50 percent ended in May 2019",
}
# Headings of Section 338, after revision 15; of forced labour, where rows name the ends of a span.
LATER = ("9903.03.12", "9903.03.13", "9903.03.14", "9903.03.16", "9903.05.")
NOTHING = (
    r"(No change|The duty provided in the applicable subheading( *\+ *0%)?)\.?\|"  # no duty beside the ordinary one
)


@pytest.fixture(scope="module")
def headings(shared_data: Path) -> dict[str, set[str]]:
    """Heading of chapter 99 → the texts of its general, other and description columns over all editions."""
    from us_chapter_99 import headings  # pyright: ignore[reportMissingImports]

    found: dict[str, set[str]] = {}
    for line in headings(shared_data):
        found.setdefault(line.htsno, set()).add(f"{line.general}|{line.other}|{line.description}")
    with (shared_data / "law/hts/hts_2026_rev_15_new_headings_9903.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):  # their rates alone
            found.setdefault(line["heading"], set()).add(f"{line['general']}|{line['other']}|")
    return found


def _stated(measure: Measure, texts: set[str]) -> bool:
    """Whether some edition's text of a heading states the rate of a row: on top, in all, or nothing at all."""
    percent = re.escape(f"{100 * (measure.rate or 0):g}%")
    nothing = rf"|^{NOTHING}" if measure.rate == 0 else ""
    pattern = {
        "add": rf"(\+|plus) *(a duty of )?{percent}{nothing}",
        "total": rf"^\|?{percent}|^{NOTHING}",
        "replace": rf"^\|{percent}\|",  # nothing in column 1, and no "+"
        "zero": rf"^([^+|]*)\||^{NOTHING}",
    }[measure.combine]
    return any(re.search(pattern, text, re.IGNORECASE) for text in texts)


@pytest.mark.slow  # reads 44 editions: half a minute
def test_every_rate_is_the_one_that_its_heading_states(regime: Regime, headings: dict[str, set[str]]) -> None:
    asked = 0
    for m in regime.measures:
        for heading in re.findall(r"9903\.\d\d\.\d\d", m.heading):
            if (m.id, heading) in NOT_STATED or heading.startswith(LATER):
                continue
            asked += 1
            assert _stated(m, headings[heading]), (m.id, m.act.id, heading, m.rate, headings[heading])
    assert asked > 500


# Names that the headings spell otherwise than our table of countries.
SPELT = {"CIV": "Ivoire", "COD": "Congo", "BIH": "Bosnia", "KOR": "South Korea", "LAO": "Laos", "MMR": "Myanmar",
         "SYR": "Syria", "TUR": "Turkey", "EUU": "European Union", "FLK": "Falkland", "VNM": "Vietnam",
         "TTO": "Trinidad", "MKD": "Macedonia", "GBR": "United Kingdom", "TWN": "Taiwan", "BOL": "Bolivia"}  # fmt: skip


@pytest.mark.slow  # reads 44 editions: half a minute
@pytest.mark.parametrize("act", ["us-eo-14257", "us-eo-14266", "us-eo-14316", "us-eo-14326"])
def test_every_country_rate_cites_the_heading_that_names_the_country(
    act: str, regime: Regime, headings: dict[str, set[str]]
) -> None:
    for m in (m for m in regime.measures if m.act.id == act and len(m.origins) == 1 and m.origins != ("*",)):
        name = SPELT.get(m.origins[0]) or country_name(m.origins[0])
        for heading in m.heading.split(", "):
            assert any(name in text for text in headings[heading]), (m.id, heading, name)
