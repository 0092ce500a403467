"""`parley law` from the command line: the keys of its answers, words for people, errors, and no numpy for one rate."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from commands import PARLEY
from parley.law.average import average
from parley.law.find import find
from regimes import law_of

PHONE = ["law", "rate", "8517.13.00.00", "--origin", "CHN", "--on", "2025-05-02"]


run = PARLEY
answer = partial(run.answer, silent=True)


def test_a_smartphone_paid_20_percent_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, *PHONE)
    assert {"product", "origin", "destination", "on", "known", "rate", "base_rate", "added_rate", "added_2025", "lines",
            "not_applied"} <= set(found)  # fmt: skip
    assert (found["rate"], found["base_rate"], found["known"]) == (0.2, 0.0, found["law_known_to"])
    assert {"measure", "programme", "rate", "share", "contribution", "reason", "source"} <= set(found["lines"][0])
    excluded = {x["measure"]: x["reason"] for x in found["not_applied"]}
    assert excluded["us-ieepa-reciprocal-cn"].startswith("excluded by us-ieepa-electronics")


def test_a_toy_paid_145_percent_until_a_levy_is_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    toy = ["law", "rate", "9503000073", "--origin", "China", "--on", "2025-05-02"]
    assert answer(capsys, *toy)["rate"] == pytest.approx(1.45)
    assert answer(capsys, *toy, "--drop", "us-ieepa-fentanyl-cn@2025-05-02")["rate"] == pytest.approx(1.25)
    assert answer(capsys, *toy, "--drop", "ieepa_reciprocal@2025-05-02")["rate"] == pytest.approx(0.2)
    assert answer(capsys, *toy, "--drop", "us-ieepa-fentanyl-cn@2025-05-03")["rate"] == pytest.approx(1.45)
    assert answer(capsys, *toy, "--value", "1000")["duty"] == pytest.approx(1450)


def test_an_added_act_is_a_line_like_any_other(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "what-if.toml"
    path.write_text(
        '[act]\nid = "what-if"\ntitle = "A what-if"\ncitation = "none"\nauthority = "USA"\nsigned = 2025-05-01\n'
        '[[measure]]\nid = "us-phones"\nprogramme = "s232"\nrate = 0.25\nproducts = ["8517"]\nstart = 2025-05-02\n',
        "utf-8",
    )
    assert answer(capsys, *PHONE, "--add", str(path))["rate"] == pytest.approx(0.45)


def test_people_see_percent_and_the_sources(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, *PHONE)
    assert code == 0
    for words in ("us-ieepa-fentanyl-cn", "added 20.0 %", "not applied: us-ieepa-reciprocal-cn", "assumed:"):
        assert words in out


def test_china_levies_135_points_of_2025_on_soya_beans_with_an_unknown_base(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "law", "rate", "12019019", "--origin", "USA", "--destination", "CHN", "--on", "2025-05-02")
    assert found["added_2025"] == pytest.approx(1.35)
    assert found["rate"] is None
    assert found["base_rate"] is None
    assert found["reason"]


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (["law", "rate", "8517130001", "--origin", "CHN", "--on", "2025-05-02"], 2, "8517.13.00.00"),
        (["law", "rate", "85", "--origin", "CHN", "--on", "2025-05-02"], 2, "law average --products 85"),
        ([*PHONE[:4], "Chyna", *PHONE[5:]], 2, "Did you mean China"),
        ([*PHONE[:6], "2 May"], 2, "YYYY-MM-DD"),
        ([*PHONE, "--claim", "usmc=true"], 2, "Did you mean usmca"),
        ([*PHONE, "--claim", "usmca"], 2, "NAME=VALUE"),
        ([*PHONE, "--drop", "us-ieepa-fentanyl-cn"], 2, "MEASURE@DATE"),
        ([*PHONE, "--drop", "us-ieepa-fentanil-cn@2025-05-02"], 2, "Did you mean us-ieepa-fentanyl-cn"),
        ([*PHONE, "--add", "none.toml"], 2, "no such file"),
        ([*PHONE, "--destination", "DEU"], 2, "no schedule of DEU"),
        ([*PHONE, "--knwon", "2025-05-02"], 2, "--known"),
        (["law", "find", "zzzqq"], 3, "no line of the United States"),
        (["law", "measures", "show", "us-ieepa-fentanyl-c"], 2, "Did you mean us-ieepa-fentanyl-cn"),
        (["law", "average", "--origin", "CHN"], 2, "--on DATE, or --since DATE and --until DATE"),
    ],
)
def test_bad_input_is_one_sentence_and_its_exit_code(
    capsys: pytest.CaptureFixture[str], argv: list[str], code: int, words: str
) -> None:
    found, out, err = run(capsys, *argv)
    assert (found, out) == (code, "")
    assert words in err
    found, out, err = run(capsys, *argv, "--json")
    assert (found, out) == (code, "")
    assert set(json.loads(err)) >= {"where", "found", "allowed", "hint"}


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("smartphone", "851713"),
        ("laptop", "847130"),
        ("laptops", "847130"),
        ("toy", "950300"),
        ("semiconductor", "8542"),
        ("8517.13", "851713"),
        ("men's cotton t-shirts", "610910"),
        ("roasted coffee", "09012"),
        ("steel screws", "7318"),
    ],
)
def test_words_lead_to_lines(words: str, line: str) -> None:
    assert find(words)[0].product.startswith(line)


def test_find_keys(capsys: pytest.CaptureFixture[str]) -> None:
    first = answer(capsys, "law", "find", "smartphone")["matches"][0]
    assert {"product", "description", "rate_unit"} <= set(first)
    assert first["rate_unit"] == "fraction of customs value"


def test_the_average_rate_on_chinese_goods_is_the_sum_of_its_programmes(capsys: pytest.CaptureFixture[str]) -> None:
    """113.7 % by an independent check with other lists for 232 derivatives (law_averages.csv); ours within a point."""
    found = answer(capsys, "law", "average", "--origin", "CHN", "--on", "2025-05-02")
    point = found["points"][0]
    assert point["rate"] == pytest.approx(sum(point["by_programme"].values()), abs=1e-12)
    assert point["rate"] == pytest.approx(1.137, abs=0.01)
    assert "2024" in found["weights"]


def test_a_period_has_a_point_for_each_change_and_none_without(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["law", "average", "--origin", "CHN", "--since", "2025-04-04", "--until", "2025-04-11"]
    points = answer(capsys, *argv)["points"]
    assert [p["on"] for p in points][:1] == ["2025-04-04"]
    assert {"2025-04-05", "2025-04-09", "2025-04-10"} <= {p["on"] for p in points}
    for first, second in pairwise(points):
        assert first["by_programme"] != second["by_programme"]


def test_a_simple_average_needs_no_weights() -> None:
    found = average(law_of(), "USA", "CHN", date(2025, 5, 2), weights="simple")
    point = found.points[0]
    assert found.weights == "simple mean over tariff lines"
    assert point.base_rate is None or 0 < point.covered <= 1


def test_the_timeline_names_the_steps_of_april(capsys: pytest.CaptureFixture[str]) -> None:
    steps = answer(capsys, "law", "timeline", "--origin", "CHN", "--since", "2025-04-09", "--until", "2025-04-10")[
        "steps"
    ]
    moves = [(s["on"], s["before"], s["after"], s["act"]) for s in steps if s["measure"] == "us-ieepa-reciprocal-cn"]
    assert moves == [("2025-04-09", None, 0.84, "us-eo-14259"), ("2025-04-10", 0.84, 1.25, "us-eo-14266")]


@pytest.mark.slow
def test_measures_list_show_and_check(capsys: pytest.CaptureFixture[str]) -> None:
    rows = answer(capsys, "law", "measures", "list", "--programme", "ieepa_fentanyl", "--on", "2025-05-02")["measures"]
    assert {m["programme"] for m in rows} == {"ieepa_fentanyl"}
    steps = answer(capsys, "law", "measures", "show", "us-ieepa-fentanyl-cn")["steps"]
    assert [s["rate"] for s in steps] == [0.1, 0.2, 0.1]
    checked = answer(capsys, "law", "measures", "check")
    assert checked["findings"] == []
    assert {"declared", "not read"} == {item["status"] for item in checked["open"]}


@pytest.mark.slow
def test_what_is_open_is_listed_for_people(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "open.csv"
    code, out, err = run(capsys, "law", "measures", "check", "--open", "--csv", str(path))
    assert (code, err) == (0, "")
    assert "12 declared, 0 unexplained" in out
    assert "Not compared" in out
    rows = path.read_text("utf-8").splitlines()
    assert rows[0] == "list,against,status,place,side,prefix,reason"
    assert any(r.startswith("us-301-list-4a.csv,footnotes,declared,9903.88.15,footnotes,4901990040,") for r in rows)


def test_a_misspelt_word_that_is_replaced_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["law", "find", "cotton", "shirtz", "--limit", "1"]
    assert answer(capsys, *argv)["hint"] == "no line says 'shirtz': 'shirt' was looked for"
    assert run(capsys, *argv)[2] == "parley: no line says 'shirtz': 'shirt' was looked for\n"
    assert answer(capsys, "law", "find", "cotton", "shirt", "--limit", "1")["hint"] is None
    assert answer(capsys, "law", "find", "8517.13")["hint"] is None


MILK = ["law", "rate", "0402.10.10.00", "--origin", "NZL", "--quantity", "1000"]  # 3.3¢/kg


def test_a_quantity_alone_gives_the_dollars_of_a_specific_duty(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, *MILK, "--on", "2025-03-02")
    assert found["duty"] == pytest.approx(33.0)
    assert (found["rate"], found["value"], found["quantity"], found["ad_valorem_equivalent"]) == (
        None,
        None,
        1000,
        None,
    )
    assert "duty on 1,000 units: 33.00" in run(capsys, *MILK, "--on", "2025-03-02")[1]


def test_with_the_value_a_specific_duty_has_its_equivalent(capsys: pytest.CaptureFixture[str]) -> None:
    argv = [*MILK, "--on", "2025-05-02", "--value", "3500"]
    found = answer(capsys, *argv)
    assert found["ad_valorem_equivalent"] == pytest.approx(33 / 3500, abs=1e-12)
    assert found["duty"] == pytest.approx(33 + 350)
    assert [(x["measure"], round(x["duty"], 9)) for x in found["duty_lines"]] == [
        ("mfn", 33),
        ("us-ieepa-reciprocal", 350),
    ]
    assert "ad valorem equivalent of 3.3¢/kg: 0.9429 %" in run(capsys, *argv)[1]
    assert answer(capsys, *MILK, "--on", "2025-05-02", "--unit-value", "3.5")["duty"] == pytest.approx(383)


def test_a_share_of_an_unknown_value_is_not_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, *MILK, "--on", "2025-05-02")
    assert found["duty"] is None
    assert [x["duty"] for x in found["duty_lines"]] == [pytest.approx(33.0), None]
    assert "us-ieepa-reciprocal: a share of customs value" in found["duty_reason"]
    assert "not known" in run(capsys, *MILK, "--on", "2025-05-02")[1]


def test_an_added_file_may_name_its_act_as_it_likes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(
        '[act]\nid = "other"\ntitle = "t"\ncitation = "c"\nauthority = "USA"\nsigned = 2025-04-01\n'
        '[[measure]]\nid = "mine"\nprogramme = "s301"\nrate = 0.25\norigins = ["CHN"]\nproducts = ["8517"]\n'
        "start = 2025-04-02\n", "utf-8")  # fmt: skip
    assert answer(capsys, *PHONE, "--add", str(path))["rate"] == pytest.approx(0.45)


def test_one_rate_imports_no_array_library() -> None:
    code = f"""
import sys
from parley.cli.main import main
try: main({[*PHONE, "--json"]!r})
except SystemExit: pass
sys.stderr.write(",".join(m for m in ("numpy", "jaxtyping", "scipy") if m in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["rate"] == 0.2
    assert done.stderr == ""


def test_the_light_door_has_the_options_that_typer_declares() -> None:
    """`law rate` is read without typer where it is plain; both must know the same options, and give the same answer."""
    from typer.main import get_command

    from parley.cli.law import app
    from parley.cli.law_rate import OPTIONS

    declared = {p.name for p in get_command(app).commands["rate"].params if p.opts[0].startswith("--")}  # type: ignore[attr-defined]
    assert declared - {"help"} == set(OPTIONS)


@pytest.mark.parametrize("more", [[], ["--json"], ["--claim=us_content=0.25", "--claim", "usmca=false"], ["--value", "10"],
                                  ["--known=2025-04-10"], ["--drop", "ieepa_fentanyl@2025-05-01"], ["--unit-value", "3"]])  # fmt: skip
def test_both_doors_give_one_answer(more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    from parley.cli.click_errors import run_app
    from parley.cli.law import app

    code, out, _ = run(capsys, *PHONE, *more)
    assert code == 0
    assert not run_app(app, [*PHONE[1:], *more], "parley law")
    assert capsys.readouterr().out == out


@pytest.mark.parametrize(
    "argv", [["--help"], ["--on"], ["--value", "x"], ["--origin=CHN", "9503"], ["--json=1"], ["--un_it", "1"]]
)
def test_what_is_not_plain_is_left_to_typer(argv: list[str]) -> None:
    from parley.cli.law_rate import read_plain

    assert read_plain([*PHONE[2:], *argv]) is None


def test_specific_duties_take_a_quantity_or_a_unit_value(capsys: pytest.CaptureFixture[str]) -> None:
    """3.3 cents a kilogram on milk powder of 3.50 dollars a kilogram: 0.942857 percent."""
    milk = ["law", "rate", "0402.10.10.00", "--origin", "NZL", "--on", "2025-05-02"]
    by_unit = answer(capsys, *milk, "--unit-value", "3.5")
    by_quantity = answer(capsys, *milk, "--quantity", "1000", "--value", "3500")
    assert by_unit["base_rate"] == by_quantity["base_rate"] == pytest.approx(0.033 / 3.5, abs=1e-12)
    assert by_quantity["duty"] == pytest.approx(33 + 350)
    assert answer(capsys, *milk)["rate"] is None
    code, _, err = run(capsys, *milk, "--unit-value", "3.5", "--claim", "unit_value=2")
    assert (code, "one of them" in err) == (2, True)


@pytest.mark.parametrize(("code", "words"), [
    ("8471301", "8471.30.01.00"), ("9999.99.99", "Chapters 98 and 99"),
    ("85171300001", "8517.13.00.00"), ("00", "law find"),
])  # fmt: skip
def test_a_code_that_is_no_line_names_the_nearest_or_its_kin(
    capsys: pytest.CaptureFixture[str], code: str, words: str
) -> None:
    status, _, err = run(capsys, "law", "rate", code, "--origin", "CHN", "--on", "2025-05-02", "--json")
    assert status == 2
    assert words in json.loads(err)["hint"]


def test_every_trade_word_leads_to_a_heading_in_force() -> None:
    from parley.law.find import LATEST_EDITION
    from parley.law.find_text import chinese_words, trade_words
    from parley.law.products import read_products

    codes = {line.code[:n] for line in read_products("USA").on(LATEST_EDITION) for n in (4, 6, 8)}
    missing = {
        (word, h)
        for word, headings in (*trade_words().items(), *chinese_words().items())
        for h in headings
        if h not in codes and len(h) != 10
    }
    assert not missing


@pytest.mark.parametrize(("words", "line"), [("lithum battery", "850760"), ("bananas", "0803"), ("aluminium foil", "7607"),
                                             ("beer", "2203"), ("tomatoes", "0702")])  # fmt: skip
def test_headings_that_begin_with_the_word_come_first(words: str, line: str) -> None:
    assert find(words)[0].product.startswith(line)


def test_measures_as_known_and_as_csv(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    asked = ["law", "measures", "show", "us-ieepa-fentanyl-cn"]
    assert [s["rate"] for s in answer(capsys, *asked, "--known", "2025-02-15")["steps"]] == [0.1]
    assert run(capsys, *asked, "--known", "2025-01-31")[0] == 2
    answer(capsys, "law", "measures", "list", "--on", "2025-05-02", "--csv", str(tmp_path / "m.csv"))
    assert "us-ieepa-fentanyl-cn,ieepa_fentanyl,0.2" in (tmp_path / "m.csv").read_text("utf-8")
