"""The edges of stacking: the first and the last day of each clock, ties, shares that are the whole value, and the words told."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations
from random import Random
from typing import Any

import pytest

from law_worlds import DAY, draw_world
from parley.codes import PROGRAMMES
from parley.errors import MeasureError
from parley.law.measure import LATEST, Act, Measure, Yields
from parley.law.stacking import Stack, contest, contributions, exclusions, lines_of, stack
from parley.law.value_shares import WHOLE, Form, edge_stands, form_of, metal_shares, net_shares, stays

ON, NEXT, BEFORE = DAY, DAY + timedelta(1), DAY - timedelta(1)


def row(name: str, rate: float | None = None, **fields: Any) -> Measure:
    """One measure of a made-up act of the United States."""
    act = Act(id="act", title="An act.", citation="EO 1", authority="USA", signed=date(2025, 1, 1))
    return Measure(
        id=name, act=act, **{"programme": "s301", "start": date(2025, 1, 1), "products": ("*",), "rate": rate, **fields}
    )


def stacked(*rows: Measure, origin: str = "CHN", known: date = LATEST, **claims: Any) -> Stack:
    return stack(rows, origin, ON, known, claims)


def shares(found: Stack) -> dict[str, float]:
    return {a.measure.id: a.share for a in found.applied}


def reasons(found: Stack) -> dict[str, str]:
    return {n.measure.id: n.reason for n in found.not_applied}


@pytest.mark.parametrize(
    ("edge", "stands"),
    [
        ({}, True),
        ({"start": ON}, True),
        ({"start": NEXT}, False),
        ({"end": NEXT}, True),
        ({"end": ON}, False),
        ({"known": ON}, True),
        ({"known": NEXT}, False),
        ({"known_end": NEXT}, True),
        ({"known_end": ON}, False),
        ({"start": BEFORE, "end": NEXT, "known": BEFORE, "known_end": NEXT}, True),
    ],
)
def test_both_clocks_of_an_edge_begin_on_their_first_day_and_end_before_their_last(
    edge: dict[str, date], stands: bool
) -> None:
    yields = Yields(to="other", **edge)
    assert edge_stands(yields, ON, ON) is stands
    rest = row("rest", 0.1, yields_to=(yields,))
    assert shares(stacked(row("other", 0.5), rest, known=ON)) == (
        {"other": 1.0} if stands else {"other": 1.0, "rest": 1.0}
    )


def test_the_order_of_rows_never_matters() -> None:
    """Of any world: what applies, at which share, what gives way, and why."""

    def told(found: Stack) -> tuple[dict, set, list, Measure | None]:
        others = {(n.measure.id, n.reason) for n in found.not_applied}
        return shares(found), others, [m.id for m in found.prohibited], found.in_lieu

    for seed in range(40):
        rows = draw_world(Random(seed))[:4]
        first = told(stacked(*rows, origin="CAN", usmca=True))
        assert all(told(stacked(*some, origin="CAN", usmca=True)) == first for some in permutations(rows))


@pytest.mark.parametrize("rate", [None, 0.1, 0.9])
def test_at_one_rank_an_exclusion_wins_whatever_the_rate_and_of_two_the_first_by_name(rate: float | None) -> None:
    zeros = [row(name, combine="zero", layer="L") for name in ("z2", "z1")]
    duty = row("a", rate or 0.0, layer="L")
    for rows in permutations([duty, *zeros]):
        found = stacked(*rows)
        assert (shares(found), reasons(found)) == ({}, {"a": "excluded by z1"})
        assert [m.id for m in exclusions(rows, {}).values()] == ["z1"]
    higher = row("z2", combine="zero", layer="L", rank=1)
    assert reasons(stacked(duty, zeros[1], higher)) == {"a": "excluded by z2"}
    assert shares(stacked(row("a", 0.1, layer="L", rank=1), *zeros)) == {"a": 1.0}


def test_of_one_rank_the_higher_rate_wins_then_the_name_then_the_first_day() -> None:
    for rows in permutations(
        [row("b", 0.2, layer="L"), row("a", 0.2, layer="L"), row("c", 0.1, layer="L", heading="9903.01")]
    ):
        found = stacked(*rows)
        assert (shares(found), reasons(found)) == ({"a": 1.0}, {"b": "displaced by a", "c": "displaced by a"})
    steps = [row("a", 0.2, layer="L", start=date(2025, 1, k)) for k in (2, 1)]
    for rows in permutations(steps):
        assert [a.measure.start.day for a in stacked(*rows).applied] == [1]
        assert reasons(stacked(*rows)) == {}  # its own past steps are not told
    by_quantity = row("a", None, expression="10¢/kg", layer="L")
    assert shares(stacked(by_quantity, row("b", 0.5, layer="L"))) == {"b": 1.0}  # it counts as nothing
    named = row("w", 0.3, layer="L", heading="9903.01", reason="It is so.")
    assert reasons(stacked(named, *rows)) == {"a": "displaced by w (9903.01): It is so."}


def test_an_exclusion_from_every_layer_spares_what_it_names_and_what_outranks_it() -> None:
    every = row("every", combine="zero", layer="*", rank=3, spares=("kept",))
    rows = [row("a", 0.1, rank=2), row("b", 0.2, rank=3), row("c", 0.3, rank=4), row("kept", 0.4), every]
    found = stacked(*rows)
    assert shares(found) == {"c": 1.0, "kept": 1.0}
    assert reasons(found) == {"a": "excluded by every", "b": "excluded by every"}
    assert {k: m.id for k, m in exclusions(rows, {}).items()} == {rows[0].key: "every", rows[1].key: "every"}
    assert [m.id for m in contest(rows, "CHN", ON, LATEST, {}).winners] == ["c", "kept"]
    ban = row("ban", combine="ban")
    assert exclusions([ban, every], {}).keys() == {ban.key}


def test_one_rate_stands_in_place_of_the_base() -> None:
    rows = [row("x", 0.3, combine="replace", rank=1), row("y", 0.5, combine="replace"), row("a", 0.1)]
    found = stacked(*rows)
    assert (found.in_lieu and found.in_lieu.id, shares(found)) == ("x", {"a": 1.0})
    assert reasons(found) == {"y": "displaced by x"}
    assert [(a.measure.id, a.share) for a in found.levied] == [("a", 1.0), ("x", 1.0)]
    alone = stacked(rows[0])
    assert (alone.in_lieu, alone.not_applied, alone.applied) == (rows[0], (), ())
    none = stacked(rows[2])
    assert (none.in_lieu, [a.measure.id for a in none.levied]) == (None, ["a"])


def test_conditions_and_bans_say_what_they_ask_for() -> None:
    asks = {"usmca": True, "us_content": ">= 0.2"}
    found = stacked(row("a", 0.1, when=asks), row("b", 0.1, unless={"usmca": False}), row("z", combine="zero", when=asks),
                    row("c", 0.1, combine="cap", when=asks), row("n", combine="ban"), row("m", combine="ban"))  # fmt: skip
    assert reasons(found) == {"a": "only where usmca = true and us_content >= 0.2", "b": "not where usmca = false"}
    assert [m.id for m in found.prohibited] == ["m", "n"]
    assert shares(stacked(row("a", 0.1, when=asks), usmca=True, us_content=0.2)) == {"a": 1.0}
    both = row("a", 0.1, unless={"usmca": True, "us_content": ">= 0.2"})
    assert reasons(stacked(both, usmca=True, us_content=0.3)) == {"a": "not where usmca = true or us_content >= 0.2"}
    steps = [row("m", combine="ban", start=date(2025, 1, k)) for k in (3, 2)]
    assert [m.start.day for m in stacked(*steps).prohibited] == [2, 3]


def test_what_gives_way_says_to_what_is_levied() -> None:
    steel = row("steel", 0.5, programme="s232", share="steel", heading="9903.81")
    nothing = row("none", 0.5, programme="s232", share="copper")
    rest = row("rest", 0.1, yields_to=(Yields(to="s232", wholly=True),))
    found = stacked(steel, nothing, rest, steel_share=0.4, copper_share=0.0)
    assert shares(found) == {"steel": 0.4, "none": 0.0}  # on no part of the value: said, and at nothing
    assert reasons(found) == {"rest": "gives way to steel (9903.81)"}
    assert (stays(0.0, 0.0), stays(0.5, 0.0), stays(0.5, 0.1)) == (True, False, True)


@pytest.mark.parametrize(
    ("of", "covers", "left"),
    [
        (row("x", 0.0), False, 1.0),
        (row("x", 0.0, covers=True), True, 0.0),
        (row("x", 0.1), True, 0.0),
        (row("x", 0.0, combine="total"), True, 0.0),
        (row("x", None, expression="10¢/kg"), True, 0.0),
    ],
)
def test_others_give_way_to_what_covers_its_share(of: Measure, covers: bool, left: float) -> None:
    rest = row("rest", 0.1, yields_to=(Yields(to="x"),))
    form = form_of([of, rest], "CHN", ON, LATEST)
    assert (form.levies[0], net_shares(form, {})[1][1]) == (covers, left)
    assert form.edges == ((), ((0, False),))


def test_a_measure_never_yields_to_itself() -> None:
    own = row("a", 0.1, programme="s232", yields_to=(Yields(to="s232"),))
    assert form_of([own], "CHN", ON, LATEST).edges == ((),)
    assert shares(stacked(own)) == {"a": 1.0}


def test_parts_of_value_add_up_for_metals_and_overlap_for_others() -> None:
    metals = [row(m, 0.25, programme="s232", share=m) for m in ("steel", "aluminium", "copper")]
    content = row("content", 0.1, programme="s122", share="non_us_content", share_least=0.2)
    rest = row("rest", 0.1, yields_to=(Yields(to="s232"), Yields(to="s122")))
    part = {"steel_share": 0.1, "aluminium_share": 0.2, "copper_share": 0.3}
    assert shares(stacked(*metals, rest, **part))["rest"] == pytest.approx(0.4)
    assert shares(stacked(*metals, content, rest, **part, us_content=0.7))["rest"] == pytest.approx(
        0.4
    )  # 0.6 of metal, 0.3 not of here
    assert shares(stacked(*metals, content, rest, **part, us_content=0.25))["rest"] == pytest.approx(0.25)
    assert "rest" not in shares(stacked(*metals, content, rest, **part, us_content=0.19))
    whole = {"steel_share": 0.1, "aluminium_share": 0.2, "copper_share": 0.7}
    assert "rest" not in shares(stacked(*metals, rest, **whole))  # 0.1 + 0.2 + 0.7 in binary is not 1
    wholly = row("rest", 0.1, yields_to=(Yields(to="steel", wholly=True),))
    assert "rest" not in shares(stacked(*metals, wholly, **part))


def test_a_metal_that_is_not_claimed_takes_what_the_claimed_ones_leave() -> None:
    assert metal_shares(["full"], {}) == {"full": 1.0}
    assert metal_shares(["steel", "copper"], {}) == {"full": 1.0, "steel": 0.5, "copper": 0.5}
    assert metal_shares(["steel"], {"copper_share": 0.25}) == {"full": 1.0, "steel": 0.75, "copper": 0.25}
    assert metal_shares(["steel"], {"copper_share": WHOLE}) == {"full": 1.0, "steel": 0.0, "copper": WHOLE}
    assert metal_shares(["steel"], {"copper_share": 1 - 2e-9})["steel"] == pytest.approx(2e-9)
    assert metal_shares(["steel"], {"copper_share": 0.6, "steel_share": 0.4 + 5e-10})["steel"] == 0.4 + 5e-10
    with pytest.raises(MeasureError, match=r"sum to 1.*at most 1"):
        metal_shares(["steel"], {"copper_share": 0.6, "steel_share": 0.4 + 5e-9})


def test_a_circle_is_told_by_name_and_by_place_where_there_are_no_names() -> None:
    rows = [row(x, 0.1, yields_to=(Yields(to=y),)) for x, y in ("ab", "bc", "ca")]
    form = form_of(rows, "CHN", ON, LATEST)
    with pytest.raises(MeasureError, match="yields in a circle: a to b to c to a"):
        net_shares(form, {}, "abc")
    with pytest.raises(MeasureError, match="measure 0 to measure 1 to measure 2 to measure 0"):
        net_shares(form, {})


def added(
    *rows: Measure, base: float | None = 0.1, unit_value: float | None = None, **claims: Any
) -> dict[str, float | None]:
    applied = stacked(*rows, **claims).applied
    return {a.measure.id: x for a, (_, x) in zip(applied, contributions(applied, base, unit_value), strict=True)}


def test_what_each_kind_adds() -> None:
    assert added(row("a", 0.25, share="steel"), steel_share=0.4) == {"a": pytest.approx(0.1)}
    assert added(row("t", 0.25, combine="total", share="steel"), steel_share=0.4) == {"t": pytest.approx(0.06)}
    assert added(row("t", 0.05, combine="total")) == {"t": 0.0}
    assert added(row("t", 0.25, combine="total"), base=None) == {"t": None}
    cap = row("cap", 0.2, combine="cap")
    assert added(row("a", 0.25), cap) == {"a": 0.25, "cap": pytest.approx(-0.15)}
    assert added(row("a", 0.05), cap) == {"a": 0.05, "cap": 0.0}
    assert added(row("b", 0.9, programme="s122"), cap)["cap"] == 0.0  # of another authority
    assert added(row("a", 0.25), cap, base=None)["cap"] is None
    half = row("cap", 0.2, combine="cap", share="steel")
    assert added(row("a", 0.25), half, steel_share=0.5)["cap"] == pytest.approx(-0.075)
    other = row("cap2", 0.3, combine="cap")
    assert added(row("a", 0.25), cap, other) == {"a": 0.25, "cap": pytest.approx(-0.15), "cap2": pytest.approx(-0.05)}
    unknown = row("e", None, expression="10¢/kg")
    assert added(unknown, cap) == {"e": None, "cap": None}
    assert added(unknown, unit_value=2.0) == {"e": pytest.approx(0.05)}
    nowhere = row("e", None, expression="10¢/kg", share="steel")
    assert added(nowhere, steel_share=0.0) == {"e": 0.0}


def test_lines_stand_in_the_order_of_authorities_then_names_and_say_what_is_not_known() -> None:
    rows = [
        row("b", 0.1),
        row("a", 0.1),
        row("c", 0.2, programme="s232", reason="Because."),
        row("t", 0.15, combine="total", programme="s122"),
        row("e", None, expression="10¢/kg", programme="s122"),
    ]
    lines = lines_of(stacked(*rows).applied, None, None)
    assert not any(line.estimated for line in lines)
    order = sorted(rows, key=lambda m: (PROGRAMMES.index(m.programme), m.id))
    assert [line.measure for line in lines] == [m.id for m in order]
    said = {line.measure: line.reason for line in lines}
    assert (said["a"], said["c"]) == ("An act.", "Because.")
    assert said["t"] == "An act; tops the base up to 15 %: the base is not known"
    assert said["e"].startswith("An act; 10¢/kg")
    known = {line.measure: line for line in lines_of(stacked(*rows).applied, 0.1, 2.0)}
    assert known["t"].reason == "An act; tops the base up to 15 %"
    assert (known["e"].reason, known["e"].expression, known["e"].contribution) == (
        "An act.",
        "10¢/kg",
        pytest.approx(0.05),
    )
    assert (known["a"].expression, known["a"].act, known["a"].signed, known["a"].share) == (
        "",
        "act",
        date(2025, 1, 1),
        1.0,
    )


def net(form: Form, **claims: float) -> list[float]:
    return list(net_shares(form, claims)[1].values())


def test_what_is_covered_wholly_has_no_share_left_and_no_less_than_none() -> None:
    full, steel, copper, aluminium, content = (
        ("full", 0.0), ("steel", 0.0), ("copper", 0.0), ("aluminium", 0.0), ("non_us_content", 0.2))  # fmt: skip

    def one(*kinds: tuple[str, float], wholly: bool = False) -> Form:
        """The last yields to all before it."""
        edges = tuple((j, wholly) for j in range(len(kinds) - 1))
        return Form(kinds, (True,) * len(kinds), (*[()] * (len(kinds) - 1), edges))

    assert net(one(steel, full, wholly=True), steel_share=0.25) == [0.25, 0.0]
    assert net(one(steel, full, wholly=True), steel_share=0.0) == [0.0, 1.0]
    assert net(one(steel, full), steel_share=1.0) == [1.0, 0.0]
    assert net(one(steel, full), steel_share=WHOLE) == [WHOLE, 1 - WHOLE]
    assert net(one(steel, aluminium, copper, full), steel_share=0.7, aluminium_share=0.2, copper_share=0.1)[3] == 0.0
    assert net(one(content)) == [1.0]
    assert net(one(content), us_content=0.2) == [0.8]
    assert net(one(content), us_content=0.19) == [1.0]
    assert net(one(content, full), us_content=0.25) == [0.75, 0.25]
    assert net(one(content, full)) == [1.0, 0.0]


def test_a_form_holds_the_least_content_of_those_that_have_one() -> None:
    rows = [
        row("a", 0.1, share="steel", share_least=0.3),
        row("b", 0.1, share="non_us_content", share_least=0.2),
        row("c", 0.1),
    ]
    assert form_of(rows, "CHN", ON, LATEST).shares == (("steel", 0.0), ("non_us_content", 0.2), ("full", 0.0))


def test_metal_shares_may_sum_to_what_binary_makes_of_one() -> None:
    assert metal_shares(["steel"], {"copper_share": 1 + 1e-9})["steel"] == 0.0
    with pytest.raises(MeasureError, match="at most 1"):
        metal_shares(["steel"], {"copper_share": 1 + 2e-9})
