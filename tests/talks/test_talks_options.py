"""Options, lists, paths and deadlines on the packaged world and law: what a scenario's talks answer, tested on real input."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from commands import PARLEY
from parley.codes import union_of
from parley.errors import InputError, ScenarioError
from parley.law.regime import read_regime
from parley.scenario.baseline import calibrate, over_sets, schedule_on, solve_on
from parley.scenario.game import read_choice
from parley.scenario.games import linkage
from parley.scenario.games.attrition import attrition_of
from parley.scenario.games.grid import grid_of
from parley.scenario.games.linkage import default_items, linkage_of, read_item
from parley.scenario.games.path import path_of
from parley.scenario.games.signal import separating_step
from parley.scenario.games.sustain import options_kept
from parley.scenario.games.weights import weights_of
from parley.scenario.leverage import field_of, leverage_of, lists_used
from parley.scenario.options import levies_of, option_levy, solve_grid
from parley.scenario.scenario import parse_scenario, read_scenario
from parley.scenario.switch_points import weight_flips
from parley.trade.solve import solve

pytestmark = pytest.mark.slow

HEAD = """
on = 2025-05-02
known = 2025-05-02
"""
OPTIONS = """
[[option]]
player = "USA"
name = "hold"

[[option]]
player = "USA"
name = "bounded"
floors = [{ of = "Vietnam", rate = 0.20, products = ["61", "62"] }]
caps = [{ of = "CHN", rate = 0.30 }]

[[option]]
player = "USA"
name = "chips barred"
controls = [{ on = "CHN", cost = 0.25, sectors = ["C26"] }]

[[option]]
player = "China"
name = "hold"

[[option]]
player = "CHN"
name = "buys"
purchases = [{ of = "USA", value = 20000, sectors = ["A01", "C28"] }]
"""


def asked(text):
    return parse_scenario(HEAD + text, "test.toml")


@pytest.fixture(scope="module")
def shipped():
    return calibrate(read_scenario())


@pytest.fixture(scope="module")
def baseline(shipped):
    return with_options(shipped, OPTIONS)


def with_options(shipped, text):
    """The shipped baseline with other options: the days whose law is asked, and so the lines, stay the same."""
    return replace(shipped, scenario=shipped.scenario.replaced(option=asked(text).option, signal=None))


@pytest.fixture(scope="module")
def solved(baseline):
    return solve_grid(baseline)


def test_floors_and_caps_bound_every_line_of_one_partner_alone(baseline):
    levies = levies_of(baseline)
    hold, bounded = levies["USA", "hold"], levies["USA", "bounded"]
    china, vietnam = (hold.origins.index(c) for c in ("CHN", "VNM"))
    now, new = hold.rate[:, china], bounded.rate[:, china]
    np.testing.assert_array_equal(new, np.where(np.isfinite(now), np.minimum(now, 0.30), now))
    law = hold.as_written.rate[:, china]
    assert not np.array_equal(law, now, equal_nan=True)
    np.testing.assert_array_equal(
        bounded.as_written.rate[:, china], np.where(np.isfinite(law), np.minimum(law, 0.30), law)
    )
    clothes = np.array([code[:2] in ("61", "62") for code in hold.products])
    now, new = hold.rate[:, vietnam], bounded.rate[:, vietnam]
    np.testing.assert_array_equal(new[clothes], np.maximum(now[clothes], 0.20))
    np.testing.assert_array_equal(new[~clothes], now[~clothes])
    others = [i for i in range(len(hold.origins)) if i not in (china, vietnam)]
    np.testing.assert_array_equal(hold.rate[:, others], bounded.rate[:, others])


def test_a_purchase_is_met_to_the_dollar_and_paid_by_the_buyer(baseline, solved):
    world = baseline.world
    n, i = world.index("CHN"), world.index("USA")
    s = [world.sectors.index(x) for x in ("A01", "C28")]

    def sold(choice):
        eq = solved.at(choice)
        return (eq.X_new[n, i, s] * (1 - eq.wedges.revenue_share[n, i, s])).sum()

    for own in ("hold", "bounded", "chips barred"):
        more = sold({"USA": own, "CHN": "buys"}) - sold({"USA": own, "CHN": "hold"})
        assert more == pytest.approx(20000, rel=1e-5)
    assert len(solved.bought) == 3
    assert all(0 < row["implied_subsidy"] < 1 for row in solved.bought)
    gains = [solved.grid.payoff_of({"USA": "hold", "CHN": c})["USA"] for c in ("hold", "buys")]
    assert gains[1] > gains[0]


def test_a_limit_on_technology_is_an_iceberg_cost_on_what_the_partner_buys(baseline, solved):
    world = baseline.world
    hold, barred = (solved.at({"USA": o, "CHN": "hold"}) for o in ("hold", "chips barred"))
    cost = np.ones_like(world.X)
    cost[world.index("CHN"), world.index("USA"), world.sectors.index("C26")] = 1.25
    direct = solve_on(baseline, hold.wedges, iceberg_hat=cost)
    np.testing.assert_allclose(barred.welfare_hat, direct.welfare_hat, atol=1e-9)
    assert barred.welfare_hat[world.index("CHN")] < hold.welfare_hat[world.index("CHN")]


def test_weights_flip_where_the_table_with_the_weight_says(baseline, solved):
    found = weight_flips(solved)
    steps = found["players"]["USA"]["steps"]
    assert steps[0]["equilibria"] == list(solved.grid.equilibria())
    assert "assumptions" in found["assumption"]


def test_the_exported_game_reads_back_as_the_table(solved):
    """The payoff version of the format: NFG 1 R "title" { players } { { options } … } then payoffs, first option fastest."""
    text = solved.grid.as_nfg("United States and China")
    title, players, options, payoffs = read_nfg(text)
    assert title == "United States and China"
    assert players == list(solved.grid.players)
    assert [tuple(o) for o in options] == list(solved.grid.options)
    shape = [len(o) for o in options]
    table = np.array(payoffs).reshape(*reversed(shape), len(players))
    np.testing.assert_array_equal(np.moveaxis(table, 0, 1), solved.grid.payoffs)


def read_nfg(text):
    """(title, players, options by player, payoffs) of a Gambit .nfg file, read strictly."""
    tokens = re.findall(r'"(?:[^"\\]|\\.)*"|[{}]|[^\s{}"]+', text)
    plain = [t[1:-1].replace('\\"', '"').replace("\\\\", "\\") if t[0] == '"' else t for t in tokens]
    assert plain[:3] == ["NFG", "1", "R"]
    assert plain[4] == "{"
    close = plain.index("}", 4)
    players = plain[5:close]
    assert plain[close + 1] == "{"
    options, at = [], close + 2
    while plain[at] == "{":
        end = plain.index("}", at)
        options.append(plain[at + 1 : end])
        at = end + 1
    assert plain[at] == "}"
    payoffs = [float(t) for t in plain[at + 1 :]]
    assert len(payoffs) == len(players) * np.prod([len(o) for o in options])
    return plain[3], players, options, payoffs


def test_pygambit_reads_the_exported_game(solved, tmp_path):
    gambit = pytest.importorskip("pygambit", reason="pygambit is not installed: the own reader above checks the format")
    path = tmp_path / "game.nfg"
    path.write_text(solved.grid.as_nfg("g"), encoding="utf-8")
    game = gambit.read_nfg(str(path))
    assert [p.label for p in game.players] == list(solved.grid.players)
    assert float(game[0, 0][next(iter(game.players))]) == solved.grid.payoffs[0, 0, 0]
    found = gambit.nash.enumpure_solve(game).equilibria
    named = [{p.label: next(s.label for s in p.strategies if e[s] == 1) for p in game.players} for e in found]
    assert sorted(named, key=str) == sorted(solved.grid.equilibria(), key=str)


def test_a_suspended_measure_returns_on_its_day():
    regime = read_regime()
    name, question = "us-ieepa-fentanyl-cn", ("9503000073", "CHN", "USA")
    paused = regime.suspended(name, "2025-05-02", "2025-06-01")
    rates = [regime.rate(*question, day) for day in ("2025-05-01", "2025-05-20", "2025-06-05")]
    now = [paused.rate(*question, day) for day in ("2025-05-01", "2025-05-20", "2025-06-05")]
    assert now[0] == rates[0]
    assert now[1] == pytest.approx(rates[1] - 0.20)
    assert now[2] == rates[2]
    assert regime.suspended(name, "2025-05-02").rate(*question, "2025-06-05") == pytest.approx(rates[2] - 0.20)


BAD = [
    ('[[option]]\nplayer = "Chena"\nname = "x"', "Did you mean China"),
    ('[[option]]\nplayer = "USA"\nname = "x"\nchange = []', "Did you mean changes"),
    ('[[option]]\nplayer = "USA"\nname = "x"\nchanges = [{ drp = "y" }]', "Did you mean drop"),
    ('[[option]]\nplayer = "USA"\nname = "x"\ncaps = [{ of = "USA", rate = 0.1 }]', "its own partner"),
    ('[[option]]\nplayer = "USA"\nname = "x"\ncaps = [{ of = "CHN", rate = 30 }]', "rate is a fraction"),
    ('[[option]]\nplayer = "USA"\nname = "x"\npurchases = [{ of = "CHN", value = -1 }]', "positive amount"),
    ('[[option]]\nplayer = "USA"\nname = "x"\nchanges = [{ drop = "y", until = 2025-06-01 }]', "suspended measure"),
    ('[deadline]\non = 2025-07-09\nby = "USA"\ncut = 2.0\n[deadline.terms]\nsign = "x"', "from 0 to 1"),
]


@pytest.mark.parametrize(("text", "says"), BAD)
def test_bad_scenarios_are_refused_with_the_nearest_name(text, says):
    with pytest.raises(InputError) as fault:
        asked(text)
    assert says in str(fault.value)
    assert fault.value.exit_code == 2


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ('changes = [{ drop = "us-ieepa-fentanil-cn" }]', "Did you mean us-ieepa-fentanyl-cn"),
        ('changes = [{ set = "ieepa_reciprocal", rate = 0.1 }]', "a legal authority"),
        ('caps = [{ of = "Mongolia", rate = 0.1 }]', "no origin"),
        ('caps = [{ of = "CHN", rate = 0.1, products = ["9999x"] }]', "no tariff line begins with"),
        ('controls = [{ on = "CHN", cost = 0.1, sectors = ["C62"] }]', "no sector 'C62'"),
        ('purchases = [{ of = "Mongolia", value = 5 }]', "no economy of this world"),
    ],
)
def test_bad_options_name_themselves(baseline, option, says):
    text = f'[[option]]\nplayer = "USA"\nname = "odd"\n{option}\n[[option]]\nplayer = "CHN"\nname = "hold"'
    with pytest.raises(ScenarioError) as fault:
        solve_grid(with_options(baseline, text))
    assert says in str(fault.value)
    assert "'odd'" in str(fault.value)


def test_an_option_of_who_has_no_law_here_is_refused(baseline):
    text = '[[option]]\nplayer = "JPN"\nname = "a"\n[[option]]\nplayer = "CHN"\nname = "hold"'
    with pytest.raises(ScenarioError, match="party that charges a tariff"):
        solve_grid(with_options(baseline, text))


def test_lists_of_2018_and_2025_are_those_of_the_law(shipped):
    field = field_of(shipped, "CHN", "USA", "before")
    used = lists_used(field, 8)
    assert set(used) == {"CHN on USA, 2018", "CHN on USA, 2025"}
    assert "12019010" not in used["CHN on USA, 2025"] or "12019010" in used["CHN on USA, 2018"]
    assert len(used["CHN on USA, 2018"]) > 5000  # lists of July, August and September 2018, and of April
    held = field.products
    total = np.bincount(held.sector, weights=held.share, minlength=len(shipped.world.sectors))
    assert total[total > 0] == pytest.approx(1)


@pytest.mark.slow
def test_a_list_keeps_its_budget_when_solved_again_and_beats_the_lists_used(shipped):
    found = leverage_of(shipped.scenario, "USA", "CHN", budget=0.005, at="on", baseline=shipped)
    best = found["list"]
    assert best["exact"]["own_harm_pct"] <= 0.005
    assert best["exact"]["residual"] < 1e-10
    for used in found["used"]:
        assert used["best_of_the_same_cost"]["exact"]["own_harm_pct"] <= used["exact"]["own_harm_pct"] + 1e-12
        assert used["exact"]["target_harm_pct"] < used["best_of_the_same_cost"]["exact"]["target_harm_pct"]
    by_sector = {}
    for row in found["products"]:
        by_sector[row["sector"]] = by_sector.get(row["sector"], 0.0) + row["target_harm_pct"]
    sectors = {row["id"]: row["target_harm_pct"] for row in found["sectors"]}
    assert set(by_sector) <= set(sectors)


def test_who_has_no_law_here_has_leverage_by_sector_only(shipped):
    found = leverage_of(shipped.scenario, "JPN", "USA", baseline=shipped)
    assert found["products"] == []
    assert "no law of JPN" in found["reason"]
    assert len(found["sectors"]) == 27
    with pytest.raises(InputError, match="Did you mean"):
        leverage_of(shipped.scenario, "USA", "VNN", baseline=shipped)


def test_the_war_by_rules_stands_beside_what_happened_in_april(shipped):
    found = path_of(shipped, date(2025, 4, 2), {"CHN": "mirror"}, opening=0.34, months=2)
    law = {p: {s["on"]: s["rate"] for s in pair["steps"]} for p, pair in found["happened"]["by"].items()}
    assert law["USA"]["2025-04-09"] == pytest.approx(1.04)
    assert law["USA"]["2025-04-10"] == pytest.approx(1.45)
    assert law["CHN"]["2025-04-10"] == pytest.approx(0.84)
    assert law["CHN"]["2025-04-12"] == pytest.approx(1.25)
    first = found["months"][0]
    t = shipped.world.t.copy()
    a, b = (shipped.world.index(p) for p in ("USA", "CHN"))
    for n, i in ((a, b), (b, a)):
        t[n, i, :27] += 0.34
    direct = 100 * (solve(shipped.world, t).welfare_hat[[a, b]] - 1)
    assert list(first["welfare_pct"].values()) == pytest.approx(direct.tolist(), abs=1e-7)
    assert found["paid_so_far_pct"]["USA"] == pytest.approx(sum(m["welfare_pct"]["USA"] for m in found["months"]) / 12)


def test_linkage_on_real_input(shipped):
    found = linkage_of(shipped)
    worth = found["worth_pct"]
    name = "CHN: buys a billion of USA"
    assert worth[name]["USA"] > 0
    assert worth["USA: a billion to CHN"]["USA"] == -worth["CHN: a billion to USA"]["USA"]
    assert len(default_items(("USA", "CHN"), shipped.world.sectors)) == 8
    for text, says in (("tarif:USA:CHN", "Did you mean tariff"), ("tariff:USA", "KIND:ACTOR:PARTNER")):
        with pytest.raises(InputError, match=says):
            read_item(text)


@pytest.mark.slow
def test_any_answer_ranges_over_the_published_sets(shipped):
    told = over_sets(shipped, lambda g: linkage.figures(linkage.Question(item=("tariff:USA:CHN",)), g))
    held = told["range"]["tariff:USA:CHN | USA"]
    assert held["low"] <= held["median"] <= held["high"]
    assert len(held["over"]) >= 7


def test_weights_of_the_day_are_read_and_their_law_is_named(shipped):
    found = weights_of(shipped, "USA")
    assert found["exists"]
    assert found["gap"] < 1e-9
    assert np.mean([row["weight"] for row in found["sectors"]]) == pytest.approx(1)
    assert not weights_of(shipped, "USA", "full")["exists"]


@pytest.mark.slow
def test_the_talks_of_the_shipped_scenario_hang_together(shipped):
    hold, deal = read_choice("USA=hold; CHN=hold", "x"), read_choice("USA=step down to 30; China=step down to 10", "x")
    grid = grid_of(shipped, flips=True, ranges=True)
    paid = {tuple(row["choice"].values()): row["welfare_pct"] for row in grid["payoffs"]}
    kept = options_kept(shipped, deal, hold)
    for row in kept["patience"]:
        assert row["deal"] == pytest.approx(paid[tuple(deal.values())][row["player"]])
        assert 0 < row["delta"] < 1
    war = attrition_of(shipped, hold, deal, {"USA": 0.1, "CHN": 0.1}, {})
    lost = paid[tuple(deal.values())]["USA"] - paid[tuple(hold.values())]["USA"]
    assert war["from_the_model"]["USA"]["cost_pct_a_month"] == pytest.approx(lost / 12)
    told = separating_step(shipped, 0.0, 1.5, 0.05)
    assert 0 < told["step"] < 1
    assert told["cost_pct"]["bluff"] == pytest.approx(0.05, abs=1e-4)
    whole = grid["signal"]
    cost = whole["cost_pct"] + 1.5 * whole["protected_gain_pct"]
    assert cost > 0.05  # the whole step would stop the bluffing type too
    for flip in grid["flips"]["elasticity"]["flips"]:
        assert flip["below"] != flip["above"]
        assert flip["scale"][1] / flip["scale"][0] <= 1.0101
    assert grid["range"]["equilibria"]["same"]
    assert len(grid["range"]["over"]) >= 7


def test_an_option_may_hold_the_law_of_a_later_day(shipped):
    later = next(o for o in shipped.scenario.option if o.law_of)
    levy = option_levy(shipped, later)
    i = levy.origins.index(union_of("VNM"))
    now = schedule_on(shipped, shipped.scenario.on)["USA"]
    assert np.nanmax(levy.as_written.rate[:, i] - now.as_written.rate[:, i]) == pytest.approx(0.36)


@pytest.mark.parametrize(
    ("words", "said"),
    [("talks sustain --players USA", "one player: USA"), ("talks bargain --players USA", "one player: USA"),
     ("talks nash --players USA,USA", "players: USA, USA")],
)  # fmt: skip
def test_a_game_of_too_few_says_so_in_words(capsys, words: str, said: str) -> None:
    assert said in PARLEY.err(capsys, 2, *words.split())
