"""`law export --panel`: the rows of the files are the compiled table of every day, and are cut only where something changes."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from answer_types import assert_is
from commands import Command
from parley.cli.main import main
from parley.codes import PROGRAMMES
from parley.errors import InputError
from parley.law import questions
from parley.law.answering import exported
from parley.law.answers_export import ExportAnswer
from parley.law.compiled import compile_rates
from parley.law.panel import compile_panel
from parley.law.panel_rows import Rows
from parley.law.regime import Regime

EXPORT = Command("law", "export")
SINCE, UNTIL = "2025-03-01", "2025-09-01"
ORIGINS = ("CHN", "CAN", "DEU", "RUS", "VNM", "FRA", "JPN")
GOODS = ("0402", "2204", "7326", "8517", "8703")  # by quantity, below floors, metals, phones, cars


def ask(**more: Any) -> questions.Export:
    return questions.Export(
        **{"since": SINCE, "until": UNTIL, "origin": ORIGINS, "products": GOODS, "panel": True} | more
    )


@pytest.fixture(scope="module")
def table(regime: Regime, tmp_path_factory: pytest.TempPathFactory) -> Any:
    place = tmp_path_factory.mktemp("panel") / "panel.parquet"
    assert_is(exported(ask(split=True), place, regime=regime), ExportAnswer)
    return pq.read_table(place).to_pandas()


@pytest.mark.slow
@pytest.mark.parametrize(
    "on", ["2025-03-01", "2025-03-12", "2025-04-09", "2025-05-02", "2025-07-31", "2025-08-07", "2025-09-01"]
)
def test_the_rows_of_a_day_are_its_compiled_table(regime: Regime, table: Any, on: str) -> None:
    day = date.fromisoformat(on)
    rows = table[(table.start <= day) & (day < table.end)].set_index(["product", "origin"])
    rates = compile_rates(regime, "USA", ORIGINS, on)
    chosen = [k for k, c in enumerate(rates.products) if c.startswith(GOODS)]
    assert len(rows) == len(chosen) * len(ORIGINS)
    assert rows.index.is_unique
    for i, origin in enumerate(ORIGINS):
        own = rows.xs(origin, level="origin").reindex([rates.products[k] for k in chosen])
        for name in ("base", "added", "rate"):
            np.testing.assert_allclose(own[name].astype(float), getattr(rates, name)[chosen, i], atol=1e-11)
        estimated = np.zeros(rates.base.shape, dtype=bool) if rates.estimated is None else rates.estimated
        assert (own.estimated.to_numpy() == estimated[chosen, i]).all()
        for name, value in rates.by_programme.items():
            np.testing.assert_allclose(own[name].astype(float), value[chosen, i], atol=1e-11)
        named = [{n for n, v in rates.by_programme.items() if v[k, i] != 0} for k in chosen]
        assert [set(filter(None, text.split(";"))) for text in own.legal_authorities] == named


@pytest.mark.slow
def test_rows_follow_on_each_other_and_differ(table: Any) -> None:
    own = [c for c in table.columns if c not in ("product", "origin", "start", "end")]
    for _, rows in table.groupby(["product", "origin"], observed=True):
        held = rows.to_dict("records")
        assert held[0]["start"] <= held[-1]["start"]
        for a, b in pairwise(held):
            assert a["end"] <= b["start"]
            if a["end"] == b["start"]:
                assert any(str(a[n]) != str(b[n]) for n in own)
    assert table.start.min() == date.fromisoformat(SINCE)
    assert table.end.max() == date.fromisoformat(UNTIL) + timedelta(1)
    assert table[["origin", "product", "start"]].apply(tuple, axis=1).is_unique


def test_a_ban_is_marked(regime: Regime, tmp_path: Path) -> None:
    place = tmp_path / "ban.parquet"
    exported(
        questions.Export(since="2026-09-01", until="2026-10-15", origin=("CAN",), panel=True), place, regime=regime
    )
    rows = pq.read_table(place).to_pandas()
    rates = compile_rates(regime, "USA", ["CAN"], "2026-10-01")
    assert rates.prohibited is not None
    day = date(2026, 10, 1)
    banned = rows[(rows.start <= day) & (day < rows.end) & rows.prohibited]
    assert set(banned["product"]) == {rates.products[k] for k in np.flatnonzero(rates.prohibited[:, 0])}
    assert len(banned)


def test_csv_and_parquet_hold_the_same(regime: Regime, tmp_path: Path) -> None:
    out, text = tmp_path / "panel.parquet", tmp_path / "panel.csv"
    told = exported(ask(until="2025-04-10", products=("8517", "0402")), out, text, regime=regime)
    rows = list(csv.DictReader(text.read_text("utf-8").splitlines()))
    held = pq.read_table(out).to_pylist()
    assert len(rows) == len(held) == told["rows"]
    for a, b in zip(rows, held, strict=True):
        for name, value in b.items():
            said = a[name]
            assert said == {True: "true", False: "false", None: ""}.get(value, str(value)) or float(said) == value
    about = json.loads(pq.read_schema(out).metadata[b"parley"])
    assert (about["law_version"], about["since"], about["end"]) == (told["law_version"], SINCE, "2025-04-11")
    assert told["files"] == [{"file": str(p), "bytes": p.stat().st_size} for p in (out, text)]


@pytest.mark.slow
def test_authorities_choose_rows_and_leave_their_rates(regime: Regime, tmp_path: Path, table: Any) -> None:
    place = tmp_path / "some.parquet"
    exported(ask(programme=("s301", "s232")), place, regime=regime)
    rows = pq.read_table(place).to_pandas()
    wanted = table[table.legal_authorities.astype(str).str.contains("s301|s232")]
    assert 0 < len(rows) <= len(wanted)
    day = date(2025, 5, 2)
    one, two = (x[(x.start <= day) & (day < x.end)].set_index(["origin", "product"]).rate for x in (rows, wanted))
    assert one.astype(str).to_dict() == two.astype(str).to_dict()


def test_origins_alike_are_computed_once_and_written_each(regime: Regime) -> None:
    panel = compile_panel(regime, "USA", ["FRA", "DEU", "CHN"], SINCE, "2025-04-10")
    rows = Rows(panel, ("8517",))
    assert sorted(map(len, rows._groups().values())) == [1, 2]
    found = {one.origin: one for one in rows}
    assert found.keys() == {"FRA", "DEU", "CHN"}
    np.testing.assert_array_equal(found["FRA"].added, found["DEU"].added)


@pytest.mark.slow
def test_blocks_of_one_origin_give_the_same_rows(regime: Regime, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = compile_panel(regime, "USA", ORIGINS, SINCE, "2025-06-10")
    whole = {one.origin: one for one in Rows(panel, GOODS)}
    monkeypatch.setattr("parley.law.panel_rows.HELD", 1)
    heard: list[int] = []
    small = {one.origin: one for one in Rows(panel, GOODS).told(heard.append)}
    assert heard == list(range(1, len(ORIGINS) + 1))
    for origin, one in whole.items():
        for name in ("product", "start", "end", "base", "added", "marks"):
            np.testing.assert_array_equal(getattr(one, name), getattr(small[origin], name))


def test_every_authority_has_a_bit() -> None:
    assert len(PROGRAMMES) + 3 < 31


def test_known_and_a_repeal_are_those_of_the_law(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--panel", "--since", "2025-07-01", "--until", "2025-07-31", "--origin", "VNM", "--products", "9503"]
    places = [tmp_path / f"{n}.parquet" for n in range(3)]
    for place, more in zip(
        places, ([], ["--known", "2025-05-02"], ["--drop", "ieepa_reciprocal@2025-07-01"]), strict=True
    ):
        EXPORT.answer(capsys, *words, "--out", str(place), *more)
    now, before, without = (pq.read_table(p).to_pandas().rate.max() for p in places)
    assert without < now < before


def test_csv_goes_to_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    day = ["--panel", "--since", "2025-05-02", "--until", "2025-05-02"]
    with pytest.raises(SystemExit):
        main(["law", "export", *day, "--origin", "CHN", "--products", "85171300", "--csv", "/dev/stdout"])
    (row,) = csv.DictReader(capfd.readouterr().out.splitlines())
    assert (row["product"], row["rate"], row["legal_authorities"]) == ("8517130000", "0.2", "ieepa_fentanyl")


@pytest.mark.parametrize(("more", "says"), [
    ({"panel": False}, "panel"),
    ({"products": ("0000",)}, "no line of the schedule"),
    ({"programme": ("mfn",)}, "legal authority"),
    ({"programme": ("s3o1",)}, "s301"),
    ({"since": "2025-05-02", "until": "2025-05-01"}, "in order"),
    ({"origin": ("Atlantis",)}, "no country"),
    ({"origin": ("USA",)}, "two customs territories"),
])  # fmt: skip
def test_what_cannot_be_answered_is_refused_in_a_sentence(
    regime: Regime, tmp_path: Path, more: dict, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        exported(ask(**more), tmp_path / "panel.parquet", regime=regime)
    assert list(tmp_path.iterdir()) == []


def test_a_name_without_a_format_and_no_name_are_refused(regime: Regime, tmp_path: Path) -> None:
    for out in (None, tmp_path / "panel.xlsx"):
        with pytest.raises(InputError, match="parquet"):
            exported(ask(), out, regime=regime)


def test_years_before_the_first_edition_say_what_stands_in(regime: Regime, tmp_path: Path) -> None:
    early = ask(since="2018-07-01", until="2018-07-10", products=("8517",), origin=("CHN",))
    assert any("standing in" in note for note in exported(early, tmp_path / "a.csv", regime=regime)["notes"])
    late = ask(until="2025-03-02", products=("8517",), origin=("CHN",))
    assert not any("standing in" in note for note in exported(late, tmp_path / "b.csv", regime=regime)["notes"])
