"""The linters by name: each finds the breach that it is for, on rows made for it."""

from __future__ import annotations

import runpy
import subprocess
import sys
from datetime import date
from pathlib import Path

import msgspec
import pytest

from parley.errors import CodeError
from parley.law import check, check_lists, check_open, check_transfers
from parley.law.check import RULES, check_regime, message
from parley.law.measure import Act, Measure, Yields
from parley.law.products import read_products
from parley.law.regime import Regime, measures_folder
from regimes import law_of

ACT = Act(id="act", title="An act", citation="EO 1", authority="USA", signed=date(2025, 4, 8))
ROW = Measure(
    id="us-a", act=ACT, programme="s301", rate=0.25, origins=("CHN",), products=("8517",), start=date(2025, 4, 9)
)


def row(**fields: object) -> Measure:
    return msgspec.structs.replace(ROW, **fields)


def found(rule: check.Rule, *rows: Measure) -> list[str]:
    return [text for _, text in rule(rows)]


def test_every_rule_says_what_it_demands() -> None:
    said = [message(rule) for rule in RULES]
    assert len(set(said)) == len(said) == 23
    assert all(12 < len(text) < 100 and text[0].islower() and not text.endswith(".") for text in said)


def test_a_good_row_breaks_no_rule() -> None:
    assert check_regime(Regime((ROW,))) == []


def test_a_step_that_no_act_made_known() -> None:
    told = found(check.steps_fall_on_acts, row(end=date(2025, 6, 1), end_known=date(2025, 5, 1)))
    assert told == ["end_known = 2025-05-01: no act of USA was signed or amended that day (act)"]
    amended = msgspec.structs.replace(ACT, amended=(date(2025, 5, 1),))
    assert not found(check.steps_fall_on_acts, row(act=amended, end=date(2025, 6, 1), end_known=date(2025, 5, 1)))
    edge = Yields(to="s232", known=date(2025, 4, 29))
    assert "yields_to s232 = 2025-04-29" in found(check.steps_fall_on_acts, row(yields_to=(edge,)))[0]


def test_a_row_known_before_its_act() -> None:
    assert found(check.steps_lie_within_their_act, row(known=date(2025, 4, 7))) == ["2025-04-07 < 2025-04-08"]


def test_collection_that_stops_before_the_law() -> None:
    early = row(end=date(2026, 2, 20), collected_end=date(2026, 2, 19))
    assert found(check.collection_outlasts_the_law, early) == ["collected_end 2026-02-19, end 2026-02-20"]


def test_a_code_that_had_gone_before_its_row() -> None:
    gone = row(products=("8507600020",), start=date(2026, 3, 1))  # split into .30 and .90 on 1 February 2026
    assert found(check_lists.prefixes_stand_in_force, gone) == [
        "products: 8507600020 is no code from 2026-03-01 to open"
    ]


def test_a_code_that_was_split_names_its_successors() -> None:
    split = row(products=("8507600020",), start=date(2026, 1, 1))
    assert [text.split(" on ")[0] for text in found(check_transfers.successors_are_listed, split)] == [
        "products: 8507.60.00.20 became 8507.60.00.30",
        "products: 8507.60.00.20 became 8507.60.00.90",
    ]
    later = row(products=("8507600030", "8507600090"), start=date(2026, 1, 1))  # in numbers of after the transfer
    assert found(check_transfers.successors_are_listed, later) == [
        "products: 8507.60.00.20 became 8507.60.00.30 and 8507.60.00.90 on 2026-02-01, and is not in it"
    ]
    assert not found(check_transfers.successors_are_listed, row(products=("8507600030",), start=date(2026, 1, 1)))
    whole = row(products=("8507600020", "8507600030", "8507600090"), start=date(2026, 1, 1))
    assert not found(check_transfers.successors_are_listed, whole)


def test_a_dated_list_that_no_row_meets(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("product,start,end\n8517,2024-01-01,2024-02-01\n8471,,\n", "utf-8")
    listed = row(products=(), product_list="list.csv", folder=str(tmp_path))
    assert found(check_lists.lists_meet_their_rows, listed) == ["list.csv: 8517 from 2024-01-01 to 2024-02-01"]


def test_a_list_that_leaves_out_a_footnoted_line(tmp_path: Path) -> None:
    text = (measures_folder() / "us-301-review-02.csv").read_text("utf-8").splitlines()
    (tmp_path / "us-301-review-02.csv").write_text("\n".join([*text[:-1], "85171300,,"]) + "\n", "utf-8")
    broken = row(products=(), product_list="us-301-review-02.csv", folder=str(tmp_path), heading="9903.91.02")
    told = found(check_lists.lists_agree_with_footnotes, broken)
    assert "us-301-review-02.csv: 8517130000 is in the list alone" in told
    assert any(t.endswith("is in the footnotes alone") for t in told)


def test_shares_that_do_not_lie_in_a_good() -> None:
    assert not found(check.components_sum, ROW, row(id="us-b", share="non_us_content", programme="s232"))


def test_the_declared_differences_exist_and_say_why() -> None:
    declared = check_lists.read_differences()
    assert len(declared) == len({(d.list, d.prefix, d.side) for d in declared})
    assert all(d.side in ("list", "footnotes") and len(d.reason) >= 7 for d in declared)
    assert not list(check_lists.lists_agree_with_footnotes(law_of().measures))


def test_an_open_difference_has_its_side_and_an_unread_note_its_name(tmp_path: Path) -> None:
    text = (measures_folder() / "us-301-review-02.csv").read_text("utf-8").splitlines()
    (tmp_path / "mine.csv").write_text("\n".join([*text[:-1], "85171300,,"]) + "\n", "utf-8")
    broken = row(products=(), product_list="mine.csv", folder=str(tmp_path), heading="9903.91.02")
    items = check_open.open_items([broken])
    assert [(i.side, i.prefix) for i in items if i.status == "unexplained"] == [
        ("list", "85171300"),
        ("footnotes", text[-1].split(",")[0]),
    ]
    assert [(i.place, i.status) for i in items if i.against == "note"] == [("note 31(c)", "not read")]


def test_a_code_in_a_headings_text_that_the_list_lacks(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("product,start,end\n87169030,,\n8716390090,,\n", "utf-8")
    lacking = row(products=(), product_list="mine.csv", folder=str(tmp_path), heading="9903.91.12")
    told = [(i.place, i.prefix) for i in check_open.open_items([lacking]) if i.against == "heading text"]
    assert told == [("9903.91.12", "87169050")]


def test_a_list_without_a_heading_or_with_one_of_no_edition(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("product,start,end\n8716,,\n", "utf-8")
    rows = [row(products=(), product_list="mine.csv", folder=str(tmp_path), heading=h) for h in ("", "9903.99.99")]
    reasons = [[i.reason for i in check_open.open_items([r])] for r in rows]
    assert reasons == [[check_open.UNNAMED], [check_open.NO_HEADING]]


@pytest.mark.slow
def test_every_declared_difference_is_listed_open_and_nothing_is_unexplained() -> None:
    items = check_open.open_items(law_of().measures)
    said = {(i.list, i.prefix, i.side) for i in items if i.status == "declared" and i.against != "transfer"}
    assert said == {(d.list, d.prefix, d.side) for d in check_lists.read_differences()}
    assert not [i for i in items if i.status == "unexplained"]
    assert check_open.headings_in("9903.02.01 to 9903.02.03") == {"9903.02.01", "9903.02.02", "9903.02.03"}


def test_the_notes_and_codes_of_a_headings_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "builders"))
    builder = runpy.run_path(str(Path(__file__).parents[2] / "builders/us_chapter_99.py"))
    text = "as provided for in subdivisions (c)(i)–(iv) and (d) of U.S. note 16 to this subchapter, in 8716.90.30"
    assert builder["notes_of"](text) == {"16(c)(i)–(iv) and (d)"}
    assert builder["codes_of"](text) == {"87169030"}
    assert builder["codes_of"]("as provided in heading 9903.91.13") == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["us_footnotes", "us_chapter_99"])
def test_the_tables_of_the_linters_are_built_again_byte_by_byte(shared_data: Path, tmp_path: Path, name: str) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, str(root / f"builders/{name}.py"), "--shared", str(shared_data), "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    name = name.replace("us_", "usa-").replace("_", "-") + ".csv.gz"
    assert (tmp_path / name).read_bytes() == (root / "src/parley/law/schedule" / name).read_bytes()


@pytest.mark.parametrize(
    ("code", "on", "hint"),
    [
        ("8507600020", "2026-03-01", "On 2026-02-01 it became 8507.60.00.30 and 8507.60.00.90"),
        ("8507600030", "2025-03-01", "It begins on 2026-02-01; on 2025-03-01 its goods are part of 8507.60.00.20"),
    ],
)
def test_a_code_of_another_edition_names_its_neighbour_in_time(code: str, on: str, hint: str) -> None:
    with pytest.raises(CodeError, match=hint):
        read_products("USA").line(code, date.fromisoformat(on))


def test_a_rate_of_column_2_that_tops_up_column_2() -> None:
    raised = row(programme="column2", combine="total")
    assert found(check.the_base_is_replaced, raised) == ["combine = 'total' in column2"]
    assert not found(check.the_base_is_replaced, row(programme="column2", combine="replace"))
