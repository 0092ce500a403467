"""How far the law was read: every answer says it, and past that day what hangs on an extension is not stated as law."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from commands import PARLEY
from parley.errors import InputError, MeasureError
from parley.law.answers import average_answer
from parley.law.average import average
from parley.law.beyond import last_day_read
from parley.law.regime import READ_TO, Regime, measures_folder, read_regime, read_to
from parley.scenario.asked_scenario import with_days
from parley.scenario.scenario import read_scenario
from regimes import law_of

TOY, BOARD = "9503000073", "8473301180"


printed, answer = PARLEY.out, PARLEY.answer


def test_every_authority_of_an_act_says_how_far_its_law_was_read(regime: Regime) -> None:
    assert {m.act.authority for m in regime.measures} == {r.authority for r in regime.reached}
    assert all(r.source for r in regime.reached)


def test_nothing_in_force_by_then_was_learnt_after_that_day(regime: Regime) -> None:
    """Known to the last day is the fullest knowledge: no row is learnt later."""
    for m in regime.measures:
        assert m.learnt <= (regime.law_known_to(m.act.authority) or date.min), m.id


def test_a_day_past_it_is_marked_in_text_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("law", "rate", "8517.13.00.00", "--origin", "CHN", "--on", "2035-01-01")
    found = answer(capsys, *asked)
    assert found["beyond_known"] is True
    assert found["law_known_to"] < found["on"]
    assert "is after" in found["notes"][0]
    assert "last day to which this law was read" in printed(capsys, *asked)
    within = answer(capsys, *asked[:-1], found["law_known_to"])
    assert (within["beyond_known"], within["notes"]) == (False, [])


def test_without_a_day_the_last_one_read_is_meant_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "law", "rate", TOY, "--origin", "VNM")
    assert found["on"] == found["law_known_to"] == found["known"]
    assert "no --on" in found["notes"][0]
    early = answer(capsys, "law", "rate", TOY, "--origin", "VNM", "--known", "2025-05-02")
    assert (early["on"], early["known"]) == ("2025-05-02", "2025-05-02")


def test_what_returns_unless_extended_is_unknown_with_both_branches(regime: Regime) -> None:
    found = regime.explain("30049090", "USA", "CHN", "2026-12-01")
    assert (found.rate, found.added_rate, found.beyond) == (None, None, True)
    assert "unless extended" in (found.reason or "")
    ways = {b.what: b.added_2025 for b in found.branches}
    assert ways == {"as scheduled": pytest.approx(0.34), "if extended": pytest.approx(0.10)}
    before = regime.explain("30049090", "USA", "CHN", "2026-11-09")
    assert (before.added_2025, before.branches) == (pytest.approx(0.10), ())
    as_known = regime.explain("30049090", "USA", "CHN", "2026-12-01", "2025-11-05")
    assert (as_known.added_2025, as_known.branches) == (pytest.approx(0.34), ())


def test_what_lapses_unless_extended_is_unknown_for_who_claims_it_alone(regime: Regime) -> None:
    claimed = regime.explain(BOARD, "CHN", "USA", "2026-11-10", claims={"exclusion_claimed": True})
    assert claimed.rate is None
    assert [b.added_rate for b in claimed.branches] == [pytest.approx(0.25), pytest.approx(0.0)]
    plain = regime.explain(BOARD, "CHN", "USA", "2026-11-10")
    assert plain.rate is not None
    assert plain.branches == ()


def test_an_average_past_it_is_unknown_where_the_branches_differ(regime: Regime) -> None:
    """Averages of China's duties hang on the suspension; American ones without a claim do not."""
    held = average(regime, "USA", "CHN", "2026-12-01", weights="simple").points[0]
    assert held.rate is None
    assert [b.what for b in held.branches] == ["as scheduled", "if extended"]
    assert held.open == ("retaliation",)
    assert "retaliation" not in held.by_programme
    as_scheduled, if_extended = (b.added for b in held.branches)
    assert as_scheduled > if_extended > 0  # the suspended part returns unless it is extended
    told = average_answer(average(regime, "USA", "CHN", "2026-12-01", weights="simple"), "law")["points"][0]
    assert told["by_programme"]["retaliation"] is None
    assert [b["added"] for b in told["branches"]] == [as_scheduled, if_extended]
    kept = average(regime, "USA", "CHN", "2026-12-01", weights="simple", programmes=("retaliation",)).points[0]
    assert kept.rate is None
    assert [(b.rate, b.added) for b in kept.branches] == [(x, x) for x in (as_scheduled, if_extended)]
    other = average(regime, "VNM", "USA", "2026-12-01")
    assert other.points[0].rate is not None
    assert any("is after" in note for note in other.notes)


def test_another_day_is_asked_with_the_fullest_knowledge() -> None:
    shipped = read_scenario()
    assert with_days(shipped, "2025-05-14", None).known is None
    assert with_days(shipped, "2025-05-14", "2025-05-13").known == date(2025, 5, 13)
    assert with_days(shipped, None, None).known == shipped.known == date(2025, 5, 2)
    assert with_days(shipped, str(shipped.on), None).known == shipped.known  # its own day, written out


@pytest.mark.parametrize(
    "command", ["trade solve", "trade decompose --by programme --method path", "talks grid", "talks deadline"]
)
@pytest.mark.slow
def test_answers_of_scenarios_print_both_clocks(capsys: pytest.CaptureFixture[str], command: str) -> None:
    found = answer(capsys, *command.split())
    assert (found["on"], found["known"]) == ("2025-05-02", "2025-05-02")
    assert found["law_known_to"] == min(found["law_known_to_by"].values())


@pytest.mark.slow
def test_after_geneva_a_solve_without_a_knowledge_day_knows_of_geneva(capsys: pytest.CaptureFixture[str]) -> None:
    named = ("trade", "solve", "--on", "2025-05-14", "--no-ranges")
    free, told = answer(capsys, *named), answer(capsys, *named, "--known", "2025-05-14")
    assert free["known"] > "2026"
    for code in ("USA", "CHN"):
        assert free["countries"][code]["welfare_pct"] == pytest.approx(told["countries"][code]["welfare_pct"], abs=0.02)
    old = answer(capsys, *named, "--known", "2025-05-02")
    assert old["countries"]["USA"]["welfare_pct"] < free["countries"]["USA"]["welfare_pct"] - 0.1


@pytest.mark.slow
@pytest.mark.parametrize(
    "asked",
    [
        ("law", "average", "--origin", "VNM", "--on", "2025-05-02"),
        ("law", "timeline", "--origin", "VNM", "--since", "2025-04-01", "--until", "2025-04-30"),
        ("law", "diff", "--origin", "VNM", "--from", "2025-05-02", "--to", "2025-05-14"),
        ("law", "measures", "list", "--on", "2025-05-02"),
        ("law", "measures", "show", "us-ieepa-reciprocal"),
        ("law", "find", "smartphone"),
        ("record", "status"),
        ("record", "list"),
        ("record", "claims"),
        ("record", "contradictions"),
        ("record", "positions"),
        ("record", "timeline"),
        ("record", "base", "145"),
        ("cite",),
        ("doctor",),
    ],
    ids=" ".join,
)
def test_every_answer_prints_both_clocks_and_how_far_law_was_read(
    capsys: pytest.CaptureFixture[str], asked: tuple[str, ...]
) -> None:
    found = answer(capsys, *asked)
    assert {"on", "known", "law_known_to"} <= found.keys()
    assert found["law_known_to"]
    assert found["known"]


def test_a_folder_that_does_not_say_marks_nothing(tmp_path: Path) -> None:
    act = next(measures_folder().glob("us-eo-14298.toml"))
    (tmp_path / act.name).write_text(act.read_text("utf-8"), "utf-8")
    own = read_regime(tmp_path)
    assert own.law_known_to("USA") is None
    assert not own.explain(TOY, "CHN", "USA", "2035-01-01").beyond
    with pytest.raises(InputError, match="how far they were read"):
        last_day_read(own, "USA")


def test_a_bad_row_is_named(tmp_path: Path) -> None:
    (tmp_path / READ_TO).write_text("authority,law_known_to\nUSA,soon\n", "utf-8")
    with pytest.raises(MeasureError, match=r"row 2.*soon"):
        read_to(tmp_path)


@pytest.mark.parametrize("known", ["2025-03-04", "2025-05-02", "2025-11-09", "2026-02-19", "2026-07-01"])
def test_the_rate_page_cites_no_act_signed_after_the_knowledge_day(known: str) -> None:
    """Steps of one measure rest on several acts: each line names its own, not the last that changed the measure."""
    from parley.law.answering import rate
    from parley.law.questions import Rate
    from parley.web.packaged import rows_of
    from parley.web.rate_view import acts_of

    signed = {m.act.id: m.act.signed for m in law_of().measures}
    for product in (TOY, BOARD, "7208510030", "8703230190"):
        for origin in ("CHN", "CAN", "DEU", "BRA"):
            asked = Rate(product=product, origin=origin, on=known, known=known)
            found = rate(asked, rows_of(asked))
            named = [act["id"] for act in acts_of(found)]
            assert set(named) == {line["act"] for line in found["lines"] if line["act"]}
            assert [a for a in named if signed[a] > date.fromisoformat(known)] == []


def test_the_text_of_periods_past_the_last_day_read_says_so_and_shows_no_zero(
    capsys: pytest.CaptureFixture[str],
) -> None:
    goods = ["--origin", "USA", "--destination", "CHN"]
    period = [*goods, "--since", "2026-10-01", "--until", "2026-12-31"]
    what = "cn-retaliation-all was scheduled to begin on 2026-11-10 unless extended"
    assert what in printed(capsys, "law", "timeline", *period)
    out = printed(capsys, "law", "diff", *goods, "--from", "2026-11-09", "--to", "2026-11-10")
    assert what in out
    assert "later acts are not in this answer" in out
    out = printed(capsys, "law", "average", *period)
    rows = [line.split() for line in out.splitlines() if line.strip().startswith("2026-11-10 ")]
    assert [row[1:3] for row in rows if row[1] != "is"] == [["–", "–"]]  # a note may begin a line with its day
