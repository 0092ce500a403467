"""Every stacking rule on a small regime of its own, with numbers that can be done in the head."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from parley.errors import CodeError, DateError, MeasureError
from parley.law.acts import check, read_act
from parley.law.explain import Explanation
from parley.law.measure import Act, Measure, Yields
from parley.law.regime import Regime
from parley.law.stacking import EVERY_LAYER, contest, settled, stack
from regimes import law_of

TOY, SHIRT, HORSE, STEEL = "9503000073", "6109100012", "0101210010", "7210490091"
ON = date(2025, 5, 2)


def row(name: str, rate: float | None = None, *, signed: date = date(2025, 1, 1), **fields: Any) -> Measure:
    """One measure of a made-up act of the United States."""
    act = Act(id="act", title="An act", citation="EO 1", authority=fields.pop("authority", "USA"), signed=signed)
    fields = {"programme": "s301", "start": date(2025, 1, 1), "products": ("*",), "rate": rate, **fields}
    return Measure(id=name, act=act, **fields)


def explain(*rows: Measure, product: str = TOY, origin: str = "CHN", **asked: Any) -> Explanation:
    return Regime(rows).explain(product, origin, "USA", asked.pop("on", ON), **asked)


def contributions(found: Explanation) -> dict[str, float | None]:
    return {line.measure: line.contribution for line in found.lines[1:]}


def test_additions_sum_and_the_rate_is_the_sum_of_its_lines() -> None:
    found = explain(row("a", 0.25), row("b", 0.2), product=SHIRT)
    assert found.base_rate == 0.165
    assert found.rate == pytest.approx(0.615, abs=1e-15) == sum(line.contribution or 0 for line in found.lines)


def test_within_a_layer_the_higher_rank_wins_then_the_higher_rate() -> None:
    found = explain(row("low", 0.5, layer="L"), row("high", 0.1, layer="L", rank=1))
    assert contributions(found) == {"high": 0.1}
    assert found.not_applied[0].reason == "displaced by high"
    assert contributions(explain(row("x", 0.5, layer="L"), row("y", 0.1, layer="L"))) == {"x": 0.5}


def test_zero_silences_its_own_layer_and_no_other() -> None:
    zero = row("phones", combine="zero", layer="L", rank=9, reason="Phones are excluded.")
    found = explain(row("a", 1.25, layer="L"), row("b", 0.2), zero)
    assert contributions(found) == {"b": 0.2}
    assert found.not_applied[0].reason == "excluded by phones: Phones are excluded."


def test_total_tops_the_base_up_and_never_lowers_it() -> None:
    floor = row("floor", 0.15, combine="total")
    assert explain(floor, product=TOY).rate == 0.15
    assert explain(floor, product=SHIRT).rate == 0.165


def test_cap_lowers_the_programme_and_the_base_to_its_rate() -> None:
    found = explain(row("a", 0.25), row("cap", 0.2, combine="cap"), product=SHIRT)
    assert found.rate == pytest.approx(0.2, abs=1e-15)
    assert contributions(explain(row("a", 0.1), row("cap", 0.2, combine="cap")))["cap"] == 0


def test_yielding_leaves_the_share_of_value_not_covered() -> None:
    steel = row("steel", 0.5, programme="s232", share="steel")
    rest = row("rest", 0.1, yields_to=(Yields(to="s232"),))
    found = explain(steel, rest, product=STEEL, claims={"steel_share": 0.3})
    assert contributions(found) == {"steel": pytest.approx(0.15), "rest": pytest.approx(0.07)}
    assert contributions(explain(steel, rest, product=STEEL)) == {"steel": 0.5}


def test_yielding_wholly_needs_something_that_is_levied() -> None:
    steel = row("steel", 0.5, programme="s232", share="steel")
    rest = row("rest", 0.1, yields_to=(Yields(to="s232", wholly=True),))
    assert contributions(explain(steel, rest, claims={"steel_share": 0.3})) == {"steel": 0.15}
    assert contributions(explain(steel, rest, claims={"steel_share": 0.0})) == {"steel": 0, "rest": 0.1}


def test_edges_have_dates_knowledge_dates_and_origins() -> None:
    other = row("other", 0.5, programme="s232")

    def rest(**edge: Any) -> float | None:
        yields = Yields(to="other", **edge)
        return contributions(explain(other, row("rest", 0.1, yields_to=(yields,)), known=ON)).get("rest")

    assert rest() is None
    assert rest(start=date(2025, 5, 3)) == 0.1
    assert rest(end=ON) == 0.1
    assert rest(known=date(2025, 5, 3)) == 0.1
    assert rest(origins=("CAN",)) == 0.1
    assert rest(origins_except=("CHN",)) == 0.1


def test_what_has_itself_given_way_displaces_nothing() -> None:
    first = row("first", 0.3, programme="s122")
    second = row("second", 0.5, programme="s232", yields_to=(Yields(to="first"),))
    third = row("third", 0.1, yields_to=(Yields(to="second"),))
    assert contributions(explain(first, second, third)) == {"third": 0.1, "first": 0.3}


def test_a_row_of_rate_nil_displaces_nothing_but_a_met_total_does() -> None:
    rest = row("rest", 0.1, yields_to=(Yields(to="s232"),))
    assert explain(row("nil", 0.0, programme="s232"), rest).rate == 0.1
    assert explain(row("met", 0.15, programme="s232", combine="total"), rest, product=SHIRT).rate == 0.165


def test_a_row_of_rate_nil_that_covers_keeps_others_off_its_share() -> None:
    steel = row("own", 0.0, programme="s232", share="steel", covers=True)
    rest = row("rest", 0.1, yields_to=(Yields(to="s232"),))
    found = explain(steel, rest, claims={"steel_share": 0.3})
    assert contributions(found) == {"own": 0, "rest": pytest.approx(0.07)}
    wholly = row("rest", 0.1, yields_to=(Yields(to="s232", wholly=True),))
    assert contributions(explain(steel, wholly, claims={"steel_share": 0.3})) == {"own": 0}
    assert contributions(explain(steel, wholly, claims={"steel_share": 0.0})) == {"own": 0, "rest": 0.1}
    with pytest.raises(MeasureError, match="a rate of 0"):
        check(row("a", 0.1, covers=True), "row 1")


def test_a_circle_of_yielding_is_refused() -> None:
    a, b = row("a", 0.1, yields_to=(Yields(to="b"),)), row("b", 0.2, yields_to=(Yields(to="a"),))
    with pytest.raises(MeasureError, match="circle: a to b to a"):
        explain(a, b)


def test_metals_of_one_good_add_up_to_no_more_than_its_value() -> None:
    steel, aluminium = (row(m, 0.25, programme="s232", share=m) for m in ("steel", "aluminium"))
    rest = row("rest", 0.1, yields_to=(Yields(to="s232"),))
    assert explain(steel, aluminium, rest).rate == pytest.approx(0.25)
    found = explain(steel, aluminium, rest, claims={"steel_share": 0.3, "aluminium_share": 0.4})
    assert contributions(found)["rest"] == pytest.approx(0.03)
    with pytest.raises(MeasureError, match=r"sum to 1\.1"):
        explain(steel, aluminium, claims={"steel_share": 0.6, "aluminium_share": 0.5})


def test_united_states_content_counts_from_its_threshold() -> None:
    duty = row("a", 0.1, share="non_us_content", share_least=0.2)
    assert explain(duty, claims={"us_content": 0.19}).rate == 0.1
    assert explain(duty, claims={"us_content": 0.2}).rate == pytest.approx(0.08)


def test_conditions_hold_on_claims_and_declared_defaults() -> None:
    old = row("old", 0.25, unless={"age_under_25": False})
    assert explain(old).rate == 0.25
    assert explain(old, claims={"age_under_25": False}).rate == 0
    assert explain(row("a", 0.1, unless={"us_content": ">= 0.2"}), claims={"us_content": 0.3}).rate == 0
    transit = row("transit", combine="zero", layer="L", rank=9, when={"loaded_before": date(2025, 4, 5)})
    both = (row("a", 0.1, layer="L"), transit)
    assert explain(*both).rate == 0.1
    assert explain(*both, claims={"loaded": "2025-04-04"}).rate == 0
    assert explain(*both, claims={"loaded": "2025-04-05"}).rate == 0.1
    assert "loaded after every in-transit cut-off" in explain(*both).assumed


def test_both_clocks_are_half_open() -> None:
    step = row("a", 0.1, start=date(2025, 4, 5), end=date(2025, 4, 10), known=date(2025, 4, 2))
    days = [explain(step, on=date(2025, 4, d)).rate for d in (4, 5, 9, 10)]
    assert days == [0, 0.1, 0.1, 0]
    assert explain(step, on=date(2025, 4, 6), known=date(2025, 4, 1)).rate == 0
    assert "not known on 2025-04-01" in explain(step, on=date(2025, 4, 6), known=date(2025, 4, 1)).not_applied[0].reason
    assert explain(step, on=date(2025, 4, 6), known=date(2025, 4, 2)).rate == 0.1


def test_an_end_counts_from_the_day_it_was_known() -> None:
    step = row("a", 0.1, end=date(2025, 5, 1), end_known=date(2025, 4, 20))
    assert explain(step, known=date(2025, 4, 19)).rate == 0.1
    assert explain(step, known=date(2025, 4, 20)).rate == 0


def test_a_replaced_row_is_known_no_more() -> None:
    first = row("a", 0.34, known_end=date(2025, 4, 8))
    second = row("a", 0.84, known=date(2025, 4, 8))
    assert explain(first, second, known=date(2025, 4, 7)).rate == 0.34
    assert explain(first, second, known=date(2025, 4, 8)).rate == explain(first, second).rate == 0.84


def test_the_union_covers_its_members() -> None:
    duty = row("a", 0.2, origins=("EUU",))
    assert [explain(duty, origin=o).rate for o in ("DEU", "EUU", "GBR")] == [0.2, 0.2, 0]
    assert explain(row("a", 0.2, origins_except=("EUU",)), origin="DEU").rate == 0
    assert explain(row("a", 0.2, origins=("EUU",), origins_except=("DEU",)), origin="DEU").rate == 0


def test_products_by_prefix_with_exceptions() -> None:
    duty = row("a", 0.2, products=("9503", "61"), products_except=("610910",))
    assert explain(duty, product=TOY).rate == 0.2
    assert explain(duty, product=SHIRT).rate == 0.165


def test_counterfactuals_are_new_regimes() -> None:
    regime = Regime((row("a", 0.2), row("b", 0.1, programme="s122")))
    assert regime.rate(TOY, "CHN", "USA", ON) == pytest.approx(0.3)
    assert regime.without("a", ON).rate(TOY, "CHN", "USA", ON) == 0.1
    assert regime.without("a", ON).rate(TOY, "CHN", "USA", "2025-05-01") == pytest.approx(0.3)
    assert regime.without("s122").rate(TOY, "CHN", "USA", ON) == 0.2
    assert regime.set_rate("a", 0.5, ON).rate(TOY, "CHN", "USA", ON) == pytest.approx(0.6)
    assert regime.plus([row("c", 1.0)]).rate(TOY, "CHN", "USA", ON) == pytest.approx(1.3)
    assert regime.rate(TOY, "CHN", "USA", ON) == pytest.approx(0.3)
    with pytest.raises(MeasureError, match=r"no measure or legal authority 's12'.*s122"):
        regime.without("s12", ON)


def test_dropping_ends_every_step_of_a_measure_also_those_to_come() -> None:
    steps = (row("a", 0.1, end=date(2025, 7, 9)), row("a", 0.3, start=date(2025, 7, 9)))
    dropped = Regime(steps).without("a", "2025-05-02")
    assert [dropped.rate(TOY, "CHN", "USA", d) for d in ("2025-05-01", "2025-05-02", "2025-07-09")] == [0.1, 0, 0]


def test_a_drop_beats_an_end_not_known_yet() -> None:
    step = row("a", 0.1, end=date(2025, 4, 1), end_known=date(2025, 6, 1))
    assert Regime((step,)).without("a", "2025-04-15").rate(TOY, "CHN", "USA", ON, known="2025-05-02") == 0


def test_as_collected_ends_when_collection_stopped() -> None:
    regime = Regime((row("a", 0.1, end=date(2025, 5, 1), collected_end=date(2025, 5, 5)),))
    assert regime.rate(TOY, "CHN", "USA", ON) == 0
    assert regime.as_collected().rate(TOY, "CHN", "USA", ON) == 0.1


def test_2025_counts_acts_signed_from_2025() -> None:
    found = explain(row("old", 0.25, signed=date(2018, 7, 1)), row("new", 0.2))
    assert (found.added_rate, found.added_2025) == (0.45, 0.2)


def test_column_2_and_preferences() -> None:
    assert explain(product=SHIRT, origin="RUS").base_rate == 0.9
    assert explain(product=SHIRT, origin="RUS").lines[0].programme == "column2"
    assert explain(product=SHIRT, origin="MEX", claims={"usmca": True}).base_rate == 0
    assert explain(product=SHIRT, origin="MEX").base_rate == 0.165
    refused = explain(product=SHIRT, origin="CHN", claims={"usmca": True})
    assert refused.base_rate == 0.165
    assert "no party" in refused.not_applied[0].reason


def test_a_specific_duty_is_unknown_until_the_unit_value_is() -> None:
    found = explain(row("a", 0.1), product="0805100020")  # oranges, 1.9¢/kg
    assert (found.rate, found.base_rate, found.added_rate) == (None, None, 0.1)
    assert "1.9¢/kg is a specific duty" in (found.reason or "")
    assert explain(product="0805100020", claims={"unit_value": 1.9}).rate == pytest.approx(0.01)
    asked = explain(product="0805100020", claims={"quantity": 1000}, value=1900.0)
    assert asked.rate == pytest.approx(0.01)
    topped = explain(
        row("floor", 0.15, combine="total", share="steel"), product="0805100020", claims={"steel_share": 0.5}
    )
    assert topped.added_rate is None  # half of the value is not topped up, so the base counts


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"product": "8517130001"}, CodeError, r"no line 8517\.13\.00\.01.*Nearest: 8517\.13\.00\.00"),
        ({"product": "8517"}, CodeError, "heading of 15 lines"),
        ({"origin": "Chyna"}, CodeError, "Did you mean China"),
        ({"origin": "USA"}, CodeError, "also the destination"),
        ({"on": "2017-12-31"}, DateError, "2018-01-01 or later"),
        ({"on": "2025-5-2"}, DateError, "YYYY-MM-DD"),
        ({"claims": {"usmc": True}}, MeasureError, "Did you mean usmca"),
        ({"claims": {"us_content": 40}}, MeasureError, "a fraction from 0 to 1"),
        ({"value": -1.0}, MeasureError, "positive number of dollars"),
    ],
)
def test_bad_questions_are_refused_in_one_sentence(asked: dict, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        explain(**asked)


def test_a_levier_with_acts_but_no_schedule_has_an_unknown_base_and_its_added_duties(tmp_path) -> None:
    """Where the base is unknown, base and rate are null with the reason; the added duties are given."""
    act = tmp_path / "ca-example.toml"
    act.write_text(
        '[act]\nid = "ca-example"\ntitle = "made up"\ncitation = "example"\nauthority = "CAN"\nsigned = 2025-03-04\n'
        '[[measure]]\nid = "ca-answer"\nprogramme = "retaliation"\nrate = 0.25\norigins = ["USA"]\nproducts = ["9503"]\n'
        "start = 2025-03-04\n",
        "utf-8",
    )
    found = Regime(read_act(act)).explain("9503.00.00", "USA", "CAN", "2025-05-02")
    assert (found.rate, found.base_rate, found.added_rate) == (None, None, 0.25)
    assert "no tariff schedule of Canada" in found.reason


def test_a_claim_that_no_rule_asks_for_is_said_to_change_nothing() -> None:
    found = law_of().explain("9503.00.00.73", "CHN", "USA", "2025-05-02", claims={"de_minimis": True})
    assert found.rate == pytest.approx(1.45)
    assert "de_minimis" in {w.measure for w in found.not_applied}


@pytest.mark.parametrize("seed", range(20))
def test_what_is_levied_does_not_turn_on_whether_the_rest_is_told(seed: int) -> None:
    draw = random.Random(seed)
    combines = ("add", "add", "total", "zero", "cap", "replace", "ban")
    rows = [
        row(
            f"m{n}", None if (kind := draw.choice(combines)) in ("zero", "ban") else draw.choice((0.1, 0.2)), combine=kind,
            layer=draw.choice(("", "L", "M", EVERY_LAYER if kind == "zero" else "L")), rank=draw.randrange(3),
            when=draw.choice(({}, {"usmca": True})), unless=draw.choice(({}, {"usmca": True})),
            yields_to=tuple(Yields(to=f"m{k}") for k in range(n) if draw.random() < 0.2),
        )
        for n in range(8)
    ]  # fmt: skip
    claims = {"usmca": draw.random() < 0.5, "steel_share": 0.4}
    asked = "CAN", ON, ON
    told = stack(rows, *asked, claims)
    bare = settled(contest(rows, *asked, claims, told=False), claims, told=False)
    assert bare._replace(not_applied=()) == told._replace(not_applied=())
    assert bare.not_applied == ()
