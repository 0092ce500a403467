"""The concordance from products to sectors: known goods, no gaps, and agreement with an independent one."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from parley.law.products import read_products
from parley.law.trade_weights import read_weights
from parley.world.grid import sector_of
from parley.world.read import read_world

SOURCES = resources.files("parley.world").joinpath("sources")
# The sectors of the Global Trade Analysis Project in those of the OECD tables. Two pairs cannot be told apart.
GTAP_TABLE = """A01: pdr wht gro v_f osd c_b pfb ocr ctl oap wol; A02: frs; A03: fsh; B05: coa; B06: oil gas;
B07/B08: oxt;
C10T12: cmt omt vol mil pcr sgr ofd b_t; C13T15: tex wap lea; C16: lum; C17_18: ppp; C19: p_c; C20: chm; C21: bph;
C22: rpp; C23: nmm; C24A: i_s; C24B: nfm; C25: fmp; C26: ele; C27: eeq; C28: ome; C29: mvh; C301/C302T309: otn;
C31T33: omf"""
GTAP = {
    gtap: sectors.strip().split("/")
    for sectors, _, names in (part.partition(":") for part in GTAP_TABLE.split(";"))
    for gtap in names.split()
}


@pytest.mark.parametrize(
    ("code", "sector"),
    [
        ("8517130000", "C26"),  # smartphones
        ("8471300100", "C26"),  # laptops
        ("8542310045", "C26"),  # processors
        ("9503000073", "C31T33"),  # toys
        ("9504500000", "C26"),  # game consoles
        ("8507600010", "C27"),  # batteries
        ("8703800020", "C29"),  # electric cars
        ("8701210000", "C29"),  # road tractors
        ("8701911000", "C28"),  # farm tractors
        ("8411120000", "C302T309"),  # turbofans
        ("8901200000", "C301"),  # tankers
        ("12019000", "A01"),
        ("2709001000", "B06"),
        ("2711110000", "B06"),
        ("2710192500", "C19"),
        ("3004909290", "C21"),
        ("7210490091", "C24A"),
        ("7318151000", "C25"),
        ("7601103000", "C24B"),
        ("6109100012", "C13T15"),
        ("0302130062", "A03"),
        ("0304440000", "C10T12"),
        ("9401612010", "C31T33"),  # upholstered seats
        ("9021500000", "C26"),  # pacemakers
    ],
)
def test_known_goods(code: str, sector: str) -> None:
    assert sector_of([code]) == [sector]


def test_every_good_of_both_schedules_has_a_sector() -> None:
    for destination in ("USA", "CHN"):
        codes = sorted({line.code for line in read_products(destination).lines()})
        without = {c for c, s in zip(codes, sector_of(codes), strict=True) if s is None}
        assert {c[:4] for c in without} <= {"2716", "9800", "9803"}, destination


def test_every_goods_sector_of_the_tables_is_named() -> None:
    goods = set(read_world("oecd-2022").sectors[:-1])
    named = {s for s in sector_of(read_weights("USA").products) if s}
    assert named == goods - {"B09"}


def test_agreement_with_the_gtap_concordance(shared_data: Path) -> None:
    """98 percent of codes and of 2024 imports. The rest follows ISIC: wiring sets, road tractors, engine parts."""
    with gzip.open(shared_data / "law/lists/hs10_gtap_crosswalk.csv.gz", "rt", encoding="utf-8") as file:
        rows = [(r["hs10"], r["gtap_code"].lower()) for r in csv.DictReader(file)]
    rows = [(code, gtap) for code, gtap in rows if gtap in GTAP]
    weights = read_weights("USA")
    value = dict(zip(weights.products, weights.value.sum(axis=1).tolist(), strict=True))
    agrees = [s in GTAP[gtap] for s, (_, gtap) in zip(sector_of([c for c, _ in rows]), rows, strict=True)]
    worth = [value.get(code, 0.0) for code, _ in rows]
    assert len(rows) > 18_000
    assert np.mean(agrees) > 0.98
    assert np.average(agrees, weights=worth) > 0.975


def test_manifest_matches_the_file_and_the_builder(tmp_path: Path) -> None:
    content = SOURCES.joinpath("hs-sectors.csv.gz").read_bytes()
    entry = json.loads(SOURCES.joinpath("manifest.json").read_text("utf-8"))["hs-sectors.csv.gz"]
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    script = Path(__file__).parents[2] / "builders/sector_concordance.py"
    subprocess.run([sys.executable, script, "--out", tmp_path], check=True, timeout=60)
    assert gzip.decompress((tmp_path / "hs-sectors.csv.gz").read_bytes()) == gzip.decompress(content)
