"""Chapter 98, drawback, zones and entry types: the rule of each legal authority, on which value, and the clause behind it."""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest

from answer_types import assert_is
from documents import ROOT
from parley.cli.main import main
from parley.errors import InputError
from parley.law.answering import treatment
from parley.law.answers_treatment import DUTIES, OF_PARCELS, ORDINARY, TreatmentAnswer, TreatmentRow
from parley.law.questions import Treatment
from parley.law.treatment import IN_PART, ON_VALUE, RULES, STATES, entry_types, group_of, groups, provisions, subject_of
from regimes import law_of

FOLDER = resources.files("parley.law").joinpath("treatment")
SERVER, STEEL_GOOD = "8471.50.01.50", "7326.90.86.88"


def asked(what: str, origin: str = "CHN", on: str = "2025-05-02", **more: object) -> TreatmentAnswer:
    return treatment(Treatment(what=what, origin=origin, on=on, **more), law_of())  # type: ignore[arg-type]


def row(found: TreatmentAnswer, authority: str) -> TreatmentRow:
    return next(x for x in found["rows"] if x["legal_authority"] == authority)


def test_a_repair_pays_every_duty_on_the_value_of_the_work() -> None:
    """Note 20(e), note 2(u): 25 and 20 percent of 200 dollars of repairs on a machine of 1,000 dollars."""
    found = asked("9802.00.50", product=SERVER, value=1000.0, work=200.0)
    assert found["duty"] == pytest.approx(200 * (0.25 + 0.20))
    assert found["duty_otherwise"] == pytest.approx(450)
    assert "apply to the value of repairs" in row(found, "ieepa_fentanyl")["quote"]


def test_section_232_takes_metal_processed_abroad_at_its_full_value_and_the_others_the_work_alone() -> None:
    found = asked("9802.00.60", on="2025-09-02", product=STEEL_GOOD, value=1000.0, work=200.0)
    assert (row(found, "s232")["rule"], row(found, "s232")["pays_on"]) == ("full value", 1000.0)
    assert found["duty"] == pytest.approx(0.029 * 200 + 0.5 * 1000 + 0.25 * 200 + 0.20 * 200)
    assert "full value of the imported article" in row(found, "s232")["quote"]


def test_goods_assembled_abroad_pay_on_the_value_less_united_states_parts() -> None:
    found = asked("9802.00.80", product=SERVER, value=1000.0, us_parts=400.0)
    assert found["duty"] == pytest.approx(600 * 0.45)


def test_other_provisions_free_what_the_notes_free_and_follow_their_own_terms_under_section_232() -> None:
    """American goods returned (9801.00.10): free of the ordinary duty, of 301 and of IEEPA; of 232 by the provision's terms."""
    found = asked("9801.00.10", on="2025-09-02", product=STEEL_GOOD, value=1000.0)
    assert {x["rule"] for x in found["rows"]} == {"free", "own terms"}
    assert found["duty"] == 0.0


@pytest.mark.parametrize(("what", "more", "reason"), [
    ("9802.00.50", {}, "no customs value"), ("9802.00.50", {"value": 1000.0}, "give work"),
    ("9802.00.80", {"value": 1000.0}, "give us_parts"),
])  # fmt: skip
def test_without_what_it_needs_a_duty_is_unknown_with_the_reason(
    what: str, more: dict[str, float], reason: str
) -> None:
    found = asked(what, product=SERVER, **more)
    assert found["duty"] is None
    assert reason in (found["duty_reason"] or "")


@pytest.mark.parametrize(("origin", "on", "authority", "rule"), [
    ("CHN", "2025-05-02", "ieepa_fentanyl", "none"),
    ("CHN", "2025-05-02", "s301", "available"),
    ("CAN", "2025-05-02", "ieepa_fentanyl", "none"),
    ("DEU", "2025-05-02", "ieepa_reciprocal", "available"),
])  # fmt: skip
def test_drawback_by_legal_authority(origin: str, on: str, authority: str, rule: str) -> None:
    assert row(asked("drawback", origin, on), authority)["rule"] == rule


def test_metals_of_2026_leave_manufacturing_drawback_alone() -> None:
    found = {x["group"]: x for x in asked("drawback", "DEU", "2026-09-20")["rows"]}
    assert found["metals from 6 April 2026"]["rule"] == "manufacturing only"
    assert "1313(a)" in found["metals from 6 April 2026"]["quote"]
    assert found["softwood"]["rule"] == "available"
    assert found["cars"]["rule"] == "none"


def test_a_zone_entry_is_rated_as_on_the_day_of_admission() -> None:
    found = asked("06", "VNM", "2025-09-01")
    assert found["entry"] is not None
    assert "day of admission" in found["entry"]["rule"]
    assert row(found, "ieepa_reciprocal")["rule"] == "privileged foreign status"
    assert "146.41" in row(found, "ieepa_reciprocal")["quote"]


def test_a_warehouse_entry_pays_at_withdrawal_and_a_small_parcel_pays() -> None:
    assert "withdrawal" in entry_types()["21"].rule
    assert "every shipment pays" in entry_types()["86"].rule
    assert asked("21")["rows"] == []


def test_every_us_duty_has_its_group_or_is_said_to_be_unknown() -> None:
    """A duty whose texts were not had is a row that says so; duties on parcels have no such entry."""
    held = [m for m in law_of().measures if m.act.authority == "USA" and m.combine in DUTIES]
    without = {m.id for m in held if m.programme not in ORDINARY[:2] and not group_of(m.programme, m.heading, m.id)}
    assert {i for i in without if not i.startswith(OF_PARCELS)} == {"us-232-metals-onshoring"}
    for origin, on in (("CHN", "2025-09-01"), ("CAN", "2026-09-20"), ("RUS", "2025-05-02"), ("BRA", "2026-09-01")):
        for what in ("drawback", "zone", "9802.00.60"):
            for x in asked(what, origin, on)["rows"]:
                assert x["rule"] in RULES
                assert (x["quote"] != "") or x["state"] != "read", (what, x["group"])


def test_every_rule_of_the_tables_is_one_of_those_explained_and_what_was_read_has_its_clause() -> None:
    assert len(groups()) > 40
    for group in groups():
        for topic, rule in group.rules.items():
            assert rule.rule in RULES
            assert rule.state in STATES
            assert rule.state != "read" or rule.clause, (group.name, topic)
            if rule.rule == "full value":
                assert rule.clause
                assert "9802.00.60" in rule.clause.quote
                assert topic == "9802.00.60"
        if group.rules["9802.00.50"].rule == "work abroad":
            assert "9802.00.50" in (group.rules["9802.00.50"].clause or ("", "", ""))[2]


def test_no_two_groups_hold_one_heading() -> None:
    spans = sorted((low, high, g.name) for g in groups() for low, high in g.headings)
    for (_, high, one), (low, _, other) in pairwise(spans):
        assert high < low, (one, other)


@pytest.mark.parametrize(("text", "name", "topic"), [
    ("9802.00.50", "9802.00.50", "9802.00.50"), ("98020050", "9802.00.50", "9802.00.50"), ("9802.00.60.00", "9802.00.60", "9802.00.60"),
    ("9817.00.96", "9817.00.96", "chapter 98"), ("FTZ", "zone", "zone"), (" Drawback ", "drawback", "drawback"),
    ("06", "entry type 06, consumption from a foreign-trade zone", "zone"), ("11", "entry type 11, informal, free and dutiable", None),
])  # fmt: skip
def test_what_may_be_asked_about(text: str, name: str, topic: str | None) -> None:
    found = subject_of(text)
    assert (found.name, found.topic) == (name, topic)


@pytest.mark.parametrize(("text", "words"), [("drawbck", "Did you mean drawback"), ("99", "entry type"), ("9899.00.00", "no provision"),
                                             ("9802.00.99", "9802.00.50"), ("", "entry type")])  # fmt: skip
def test_what_there_is_not_is_refused_with_what_there_is(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        subject_of(text)


def test_the_tables_are_those_of_their_manifest() -> None:
    held = json.loads(FOLDER.joinpath("manifest.json").read_text("utf-8"))
    for name, entry in held.items():
        assert hashlib.sha256(FOLDER.joinpath(name).read_bytes()).hexdigest() == entry["sha256"], name
    assert set(IN_PART) < set(ON_VALUE)
    assert provisions()["98010010"].general == "Free"


@pytest.mark.slow
@pytest.mark.shared
def test_the_builder_cuts_the_same_clauses_from_the_texts(shared_data: Path) -> None:
    sys.path.insert(0, str(ROOT / "builders"))
    from us_treatment import build  # pyright: ignore[reportMissingImports]

    made = build(shared_data)
    for name, (content, _) in made.items():
        assert content == FOLDER.joinpath(name).read_bytes(), name


@pytest.mark.parametrize("words", [
    "9802.00.50 --origin CHN --on 2025-05-02 --product 8471.50.01.50 --value 1000 --work 200", "zone --origin VNM --on 2025-09-01",
    "21 --origin CHN", "drawback --origin CAN --on 2026-09-20",
])  # fmt: skip
def test_the_command_prints_an_answer_of_its_type_and_text(
    capsys: pytest.CaptureFixture[str], words: str, tmp_path: Path
) -> None:
    path = tmp_path / "rows.csv"
    with pytest.raises(SystemExit):
        main(["law", "treatment", *words.split(), "--json", "--csv", str(path)])
    found = json.loads(capsys.readouterr().out)
    assert_is(found, TreatmentAnswer)
    if found["rows"]:
        assert len(list(csv.DictReader(path.open(encoding="utf-8")))) == len(found["rows"])
    with pytest.raises(SystemExit) as stop:
        main(["law", "treatment", *words.split()])
    assert not stop.value.code
    assert found["what"] in capsys.readouterr().out


@pytest.mark.parametrize(("name", "what"), [("work", "9802.00.50"), ("us_parts", "9802.00.80")])
def test_a_part_of_the_value_is_at_most_the_value(name: str, what: str) -> None:
    whole = asked(what, product="8471.50.01.50", value=1000.0, **{name: 1000.0})
    assert whole["duty"] is not None
    with pytest.raises(InputError, match=rf"^{name}: 1,000.01 dollars. Allowed: 0 to 1,000.00 dollars"):
        asked(what, product="8471.50.01.50", value=1000.0, **{name: 1000.01})
