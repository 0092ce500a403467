"""An explanation at its edges: sums with something unknown, the day beyond what was read, what is said of bans, hours and claims."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from parley.law import explain as explaining
from parley.law.explain import Explanation, Withheld, base_as_line, clocks, is_beyond
from parley.law.measure import Act, Measure, Yields
from parley.law.products import Base, read_duty
from parley.law.regime import Regime
from parley.law.stacking import RateLine

TOY, SHIRT, ORANGES, STEEL = "9503000073", "6109100012", "0805100020", "7210490091"
ON, LAST = date(2025, 5, 2), date(2025, 6, 1)


def row(
    name: str, rate: float | None = None, *, signed: date = date(2025, 1, 1), authority: str = "USA", **fields: Any
) -> Measure:
    act = Act(id="act", title="An act.", citation="EO 1", authority=authority, signed=signed)
    held = {"programme": "s301", "start": date(2025, 1, 1), "products": ("*",), "rate": rate, **fields}
    return Measure(id=name, act=act, **held)


def explain(*rows: Measure, product: str = TOY, origin: str = "CHN", on: date = ON, **asked: Any) -> Explanation:
    return Regime(rows).explain(product, origin, "USA", on, **asked)


def line(name: str, adds: float | None, programme: str = "s301", **more: Any) -> RateLine:
    return RateLine(name, programme, adds, 1.0, adds, f"{name} says.", "a source", **more)


MADE = Explanation(
    TOY, "a toy", "CHN", "USA", ON, None,
    (line("mfn", 0.1, "mfn"), line("a", 0.2, signed=date(2025, 1, 1)), line("b", 0.3, signed=date(2024, 12, 31)), line("c", 0.4, "s232")),
    (), "10%", {}, (),
)  # fmt: skip
OPEN = replace(MADE, lines=(*MADE.lines, line("d", None), line("e", None, signed=date(2025, 2, 1))))
BANNED = replace(
    MADE,
    prohibited=(Withheld("ban", "import_ban", "forbidden. ", "s"), Withheld("ban", "import_ban", "forbidden.", "s")),
)


def test_sums_are_unknown_where_one_of_their_lines_is() -> None:
    assert (MADE.rate, MADE.base_rate, MADE.added_rate, MADE.added_2025) == (
        pytest.approx(1.0),
        0.1,
        pytest.approx(0.9),
        0.2,
    )
    assert (OPEN.rate, OPEN.rate_without_ban, OPEN.base_rate, OPEN.added_rate, OPEN.added_2025) == (
        None,
        None,
        0.1,
        None,
        None,
    )
    undated = replace(MADE, lines=(*MADE.lines, line("d", None)))
    assert (undated.added_rate, undated.added_2025) == (None, 0.2)
    assert (BANNED.rate, BANNED.rate_without_ban) == (None, pytest.approx(1.0))
    assert MADE.by_programme() == {"mfn": 0.1, "s301": 0.5, "s232": 0.4}
    assert OPEN.by_programme()["s301"] is None
    assert MADE.by_measure() == {"mfn": 0.1, "a": 0.2, "b": 0.3, "c": 0.4}
    assert (MADE.base_is_estimated, replace(MADE, lines=(line("mfn", 0.1, estimated=True),)).base_is_estimated) == (
        False,
        True,
    )


def test_the_reason_is_the_ban_or_what_is_not_known_each_once() -> None:
    assert (MADE.reason, OPEN.reason) == (None, "d says; e says")
    assert BANNED.reason == "import prohibited: ban: forbidden"
    twice = replace(OPEN, lines=(line("d", None), line("d", None)), prohibited=())
    assert twice.reason == "d says"


def test_an_explanation_shows_itself() -> None:
    assert repr(MADE) == "<Explanation: 9503000073 of CHN into USA on 2025-05-02: 100 %>"
    assert repr(OPEN) == "<Explanation: 9503000073 of CHN into USA on 2025-05-02: unknown>"
    assert MADE.title == "9503.00.00.73 from China to United States"
    assert OPEN.columns() == {
        "measure": ["mfn", "a", "b", "c", "d", "e"],
        "contribution": [0.1, 0.2, 0.3, 0.4, None, None],
        "source": ["a source"] * 6,
        "reason": [f"{n} says." for n in ("mfn", "a", "b", "c", "d", "e")],
    }
    page = replace(OPEN, known=ON, assumed=("x", "y"))._repr_html_()
    assert "as known on 2025-05-02" in page
    assert "Assumed: x; y." in page
    assert page.index("total") > page.index("e says")
    assert "d says; e says" in page
    assert "as known" not in MADE._repr_html_()


@pytest.mark.parametrize(
    ("read_to", "on", "known", "beyond"),
    [
        (None, LAST, None, False),
        (LAST, LAST, None, False),
        (LAST, date(2025, 6, 2), None, True),
        (LAST, date(2025, 6, 2), LAST, True),
        (LAST, date(2025, 6, 2), date(2025, 5, 31), False),
        (LAST, date(2025, 6, 2), date(2025, 6, 2), True),
    ],
)
def test_a_day_is_beyond_from_the_one_after_the_last_read(
    read_to: date | None, on: date, known: date | None, beyond: bool
) -> None:
    assert is_beyond(read_to, on, known) is beyond
    made = replace(MADE, on=on, known=known, law_known_to=read_to, notes=("n",), law_version="1")
    assert made.beyond is beyond
    assert (made.said_first[-1], len(made.said_first)) == ("n", 2 if beyond else 1)
    assert made.clocks == {
        "on": on, "known": known or read_to, "law_known_to": read_to, "beyond_known": beyond, "law_version": "1"}  # fmt: skip
    assert clocks(None, known, read_to, "1")["beyond_known"] is False


BASE = Base("mfn", read_duty("1.9¢/kg"), "1.9¢/kg", "column 1", "schedule")


def test_the_first_line_is_the_ordinary_duty_or_what_stands_in_its_place() -> None:
    known = base_as_line(BASE, 0.05, None, None, 2.0)
    assert (known.measure, known.programme, known.rate, known.contribution, known.reason) == (
        "mfn",
        "mfn",
        0.05,
        0.05,
        "column 1",
    )
    assert (known.share, known.source, known.signed, known.expression, known.estimated) == (
        1.0,
        "schedule",
        None,
        "1.9¢/kg",
        False,
    )
    unknown = base_as_line(BASE, None, None, None, None)
    assert unknown.contribution is None
    assert unknown.reason.startswith("column 1; 1.9¢/kg is a specific duty")
    none = Base("mfn", read_duty(""), "", "no schedule", "schedule")
    assert base_as_line(none, None, None, None, None).reason == "no schedule"


def test_a_measure_in_place_of_the_base_says_of_which() -> None:
    instead = row("fee", 0.3, combine="replace", reason="A fee.")
    for base, words in (
        (BASE, "column 1"),
        (Base("mfn", read_duty(""), "", "no schedule", "s"), "the base, which is not known"),
    ):
        made = base_as_line(base, 0.05, None, instead, None)
        assert (made.measure, made.contribution, made.share, made.reason) == (
            "fee",
            0.3,
            1.0,
            f"A fee; in place of {words}",
        )
        assert (made.signed, made.expression, made.act) == (date(2025, 1, 1), "", "act")
    found = explain(row("fee", 0.3, combine="replace"), row("t", 0.5, combine="total"), product=ORANGES)
    assert (found.base_rate, found.rate, found.base_text) == (0.3, 0.5, "30%")
    assert found.lines[0].reason.startswith("An act; in place of")
    assert explain(product=SHIRT).base_text == "16.5%"


def test_an_unknown_base_below_a_total_is_estimated_and_the_rate_is_the_total() -> None:
    found = explain(row("t", 0.5, combine="total"), product=ORANGES, origin="DEU")
    assert (found.rate, found.base_is_estimated, found.base_estimate) == (0.5, True, None)
    assert found.base_rate == 0.01691
    assert found.lines[0].reason == (
        "column 1 general: 1.9¢/kg; customs charged 1.691 % of value on imports of 2024 from the European Union, "
        "no more than the total of 50 %: the rate is the total at any such base"
    )
    low = explain(row("t", 0.0001, combine="total"), product=ORANGES, origin="DEU")
    assert (low.rate, low.base_is_estimated) == (None, False)
    assert low.lines[0].reason.startswith("column 1 general: 1.9¢/kg; 1.9¢/kg is a specific duty: claim unit_value")
    assert low.lines[0].reason.endswith("more than the total of 0.01 %")
    stated = explain(row("t", 0.5, combine="total"), product=ORANGES, origin="DEU", claims={"unit_value": 1.9})
    assert (stated.base_rate, stated.base_is_estimated) == (pytest.approx(0.01), False)


def test_a_ban_stands_before_the_duties() -> None:
    found = explain(row("ban", combine="ban", reason="Forbidden."), row("a", 0.2), product=SHIRT)
    assert (found.rate, found.rate_without_ban) == (None, pytest.approx(0.365))
    assert [(x.measure, x.programme, x.reason) for x in found.prohibited] == [("ban", "s301", "Forbidden.")]


def test_what_is_not_applied_is_told_with_its_reason_each_once() -> None:
    rows = [row("a", 0.2, when={"usmca": True}), row("b", 0.1, layer="L"), row("c", 0.2, layer="L")]
    found = explain(*rows)
    assert [(w.measure, w.reason, w.source) for w in found.not_applied] == [
        ("b", "displaced by c", rows[1].source), ("a", "only where usmca = true", rows[0].source)]  # fmt: skip
    steps = [row("a", 0.2, when={"usmca": True}), row("a", 0.3, when={"usmca": True})]
    assert len(explain(*steps).not_applied) == 1


def test_what_was_not_known_yet_is_told_as_published_later() -> None:
    late = row("late", 0.2, known=date(2025, 5, 3))
    asks = row("asks", 0.2, known=date(2025, 5, 3), when={"usmca": True})
    found = explain(late, asks, row("now", 0.1, known=ON), known=ON)
    assert [(w.measure, w.reason, w.source) for w in found.not_applied] == [
        ("late", "not known on 2025-05-02: known from 2025-05-03", "published later")]  # fmt: skip
    assert found.rate == 0.1
    assert explain(late, known=date(2025, 5, 3)).not_applied == ()
    assert explain(late).rate == 0.2


def test_claims_that_change_nothing_are_said() -> None:
    def said(*rows: Measure, origin: str = "CHN", **claims: Any) -> list[tuple[str, str]]:
        return [(w.measure, w.programme) for w in explain(*rows, origin=origin, claims=claims).not_applied]

    assert said(de_minimis=True) == [("de_minimis", "claim")]
    assert said(de_minimis=False) == []  # its default
    assert said(age_under_25=False) == [("age_under_25", "claim")]
    assert said(us_content=0.4) == []  # no flag
    assert said(row("a", 0.1, unless={"de_minimis": True}), de_minimis=True) == [("a", "s301")]
    assert said(row("a", 0.1, when={"de_minimis": True}), de_minimis=True) == []
    assert said(origin="MEX", usmca=True) == []  # a preference counts for the base
    assert said(usmca=True, korus=True) == [("korus", "preference"), ("usmca", "preference")]
    assert said(origin="MEX", usmca=True, korus=True) == [("korus", "preference")]
    [refused] = explain(claims={"usmca": True}).not_applied
    assert refused.reason == "CHN is no party to this preference; the claim is not counted"


def test_the_hour_of_an_act_is_assumed_on_the_day_on_which_it_begins_or_ends() -> None:
    def hours(m: Measure, on: date = ON, **asked: Any) -> list[str]:
        return [x for x in explain(m, on=on, **asked).assumed if x.startswith("entered from")]

    begins = row("a", 0.1, start=ON, hour="12:01 a.m.")
    assert hours(begins) == ["entered from 12:01 a.m. on, when a begins"]
    assert hours(begins, date(2025, 5, 3)) == []
    assert hours(row("a", 0.1, start=ON)) == []
    ends = row("a", 0.1, end=ON, end_hour="noon")
    assert hours(ends) == ["entered from noon on, when a ends"]
    assert hours(ends, date(2025, 5, 1)) == []
    assert hours(row("a", 0.1, start=ON, hour="noon", origins=("CAN",))) == []
    assert hours(row("a", 0.1, start=ON, hour="noon", products=("61",))) == []
    assert hours(row("a", 0.1, start=ON, hour="noon", authority="CHN")) == []
    late = row("a", 0.1, start=ON, hour="noon", known=date(2025, 5, 3))
    assert (hours(late, known=ON), hours(late)) == ([], ["entered from noon on, when a begins"])
    assert explain(begins).assumed[-1] == "no anti-dumping or countervailing duty"
    both = row("a", 0.1, start=ON, hour="noon"), row("a", 0.1, start=ON, hour="noon", layer="M")
    assert [x for x in explain(*both).assumed if x.startswith("entered")] == ["entered from noon on, when a begins"]


def test_metal_of_no_stated_content_has_a_range_and_other_goods_none() -> None:
    assert explain(row("a", 0.5, share="steel"), product="8708295160").metal is not None
    assert explain(row("a", 0.5), product="8708295160").metal is None


def test_a_metal_is_asked_about_where_a_duty_on_one_is_levied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parley.law.metal_range.metal_range", lambda asked, found, full, rate: (full, rate("other")))
    monkeypatch.setattr(explaining, "of_stack", lambda regime, asked: SimpleNamespace(rate_without_ban=(regime, asked)))
    regime: Any = "regime"

    def metal(*shares: str) -> Any:
        levied = [SimpleNamespace(measure=SimpleNamespace(share=share)) for share in shares]
        return explaining._metal(regime, MADE, SimpleNamespace(levied=levied), MADE.lines)  # type: ignore[arg-type]

    for kind in ("steel", "aluminium", "copper"):
        assert metal(kind, "full") == (pytest.approx(1.0), ("regime", "other"))
    assert metal("full", "non_us_content") is metal() is None


def test_an_older_rate_stands_beside_an_unknown_base_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explaining, "_older_rate", lambda line, destination: f"{destination}: {line.code}")
    assert explain(product=ORANGES).base_estimate == f"USA: {ORANGES}"
    assert explain(product=SHIRT).base_estimate is None
    assert explain(row("fee", 0.3, combine="replace"), product=ORANGES).base_estimate is None
    assert explain(row("t", 0.5, combine="total"), product=ORANGES, origin="DEU").base_estimate is None
    assert explain(product=ORANGES, claims={"unit_value": 2.0}).base_estimate is None


def test_a_schedule_of_ones_own_is_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "given by the user" not in explain(product=SHIRT).lines[0].source
    monkeypatch.setattr(Regime, "schedule_of", lambda self, destination: destination)
    assert explain(product=SHIRT).lines[0].source == f"USA tariff schedule given by the user, line {SHIRT}"


def test_branches_are_told_past_the_day_read_where_a_rate_hangs_on_an_extension(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: Any = SimpleNamespace(origin="CHN", destination="USA", on=ON, known=None)
    regime: Any = SimpleNamespace(covering=lambda *of, ever: (of, ever))
    monkeypatch.setattr("parley.law.beyond.extended", lambda law, rows: "extended")
    monkeypatch.setattr("parley.law.beyond.branched", lambda found, other, rows: (found, other, rows))

    def told(beyond: bool, read_to: date | None, rows: tuple[str, ...]) -> Any:
        found = SimpleNamespace(beyond=beyond, law_known_to=read_to, product=TOY)
        covering = (TOY, "CHN", "USA", ON, None), True
        monkeypatch.setattr(
            "parley.law.beyond.contingent", lambda held, *days: rows if (held, days) == (covering, (LAST, ON)) else None
        )
        monkeypatch.setattr(explaining, "of_stack", lambda law, _: found if law is regime else law)
        answer = explaining.explain(regime, asked)
        return "found" if answer is found else answer[1:]

    assert told(True, LAST, ("row",)) == ("extended", ("row",))
    assert told(True, LAST, ()) == told(False, LAST, ("row",)) == told(True, None, ("row",)) == "found"


def test_an_explanation_carries_what_it_was_made_of() -> None:
    assert Regime((), version="7").explain(SHIRT, "CHN", "USA", ON).law_version == "7"
    estimated = explain(row("t", 0.5, combine="total"), product=ORANGES, origin="DEU").lines[0]
    assert estimated.rate == estimated.contribution
    assert estimated.rate is not None
    dollars = MADE.dollars(200.0)
    assert dollars is not None
    assert dollars == replace(MADE, notes=("another",)).dollars(200.0)
    short = explain(row("a", 0.2, products=("0101300000",)), product="01013000")
    assert (short.product, short.added_rate) == ("0101300000", 0.2)


def test_the_day_of_knowledge_reaches_the_edges_of_measures() -> None:
    rest = row("rest", 0.1, yields_to=(Yields(to="other", known=date(2025, 4, 15)),))
    for known, added in ((None, 0.5), (date(2025, 4, 15), 0.5), (date(2025, 4, 14), 0.6)):
        assert explain(row("other", 0.5), rest, known=known).added_rate == pytest.approx(added)


def test_the_rate_of_2019_is_that_of_a_line_without_one() -> None:
    line: Any = SimpleNamespace(general="", general_2019="5%")
    older = explaining._older_rate(line, "CHN")
    assert older is not None
    assert (older.rate, older.of) == (0.05, "2019")
    line.general = "3%"
    assert explaining._older_rate(line, "CHN") is None


def test_a_levier_without_a_schedule_is_asked_by_the_code_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explaining, "product_code", lambda text: f"read {text}")
    monkeypatch.setattr("parley.law.estimates.unscheduled_line", lambda rows, asked: (rows, asked.product))
    regime: Any = SimpleNamespace(measures=("row",))
    asked: Any = explaining.question(TOY, "USA", "CAN", ON)
    assert explaining._unscheduled(regime, asked) == (("row",), f"read {TOY}")
