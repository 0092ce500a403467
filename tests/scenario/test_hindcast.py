"""What governments chose: the coding table, a synthetic point whose answer is known, one real point, deadlines, reversals."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from answer_types import assert_is
from commands import Command
from parley.errors import InputError
from parley.law.regime import read_regime
from parley.record.ledger import read_ledger
from parley.record.outcomes import LAW_DECIDES, Deed
from parley.record.predicates import WillImpose
from parley.scenario.answers_hindcast import HindcastAnswer, PartnerRow
from parley.scenario.commitments import promise_kept
from parley.scenario.deeds import deadline_slips
from parley.scenario.hindcast import Choice, eve_of
from parley.scenario.hindcast_answering import hindcast, option_rows
from parley.scenario.hindcast_deadlines import RULES, predicted, ranks
from parley.scenario.hindcast_scores import best_weight, chance_of, fitted
from parley.scenario.outcomes import Decision, Kind, read_deals, read_decisions
from parley.scenario.switch_points import HEAVIEST
from parley.talks.ranking import area_under_curve

HINDCAST = Command("talks", "hindcast")


def test_every_decision_has_its_source_and_a_law_where_its_kind_needs_one() -> None:
    rows = read_decisions()
    assert {d.point for d in rows} == {f"D{n:02}" for n in range(1, 49)}
    assert len({(d.point, d.decider) for d in rows}) == len(rows)
    assert [d.date for d in rows] == sorted(d.date for d in rows)
    for d in rows:
        assert d.kind in get_args(Kind)
        assert d.source
        assert d.why
        assert d.chosen
        assert all(a.startswith(("http://", "https://")) for a in d.addresses)
        assert d.addresses or d.kind == "unknown"
        assert d.decider != d.counterpart
        assert d.kind not in ("come", "back") or d.day
        assert (d.law_on is None) == (d.law_known is None)
        assert d.law_on or d.kind in ("hold", "talks", "unknown") or d.point == "D30"
        if d.law_known and d.kind != "come":  # the law that was chosen was not known on the eve
            assert d.law_known >= d.date or d.point == "D22"


def test_every_deal_has_its_day_and_address() -> None:
    deals = {d.economy: d for d in read_deals() if d.announced}
    assert {c for c, d in deals.items() if d.announced and d.announced <= date(2025, 7, 9)} == {"GBR", "VNM"}
    assert len(deals) == 10
    assert all(d.address.startswith("https://") and d.source for d in deals.values())


def test_the_builder_reads_no_column_of_codes() -> None:
    text = (Path(__file__).parents[2] / "builders/outcomes.py").read_text(encoding="utf-8")
    assert '["code"]' not in text


def made(
    welfare: Sequence[float], income: Sequence[float], chosen: int, day: str = "2018-07-06", decider: str = "USA"
) -> Choice:
    """A choice whose payoffs are given."""
    d = Decision("T", date.fromisoformat(day), decider, "CHN", "", (), "", "hold", None, None, None, "hold", "", "", ())
    names = tuple("abcdef"[: len(welfare)])
    w, e = np.array(welfare, float), np.array(income, float)
    return Choice(d, names, chosen, "hold", w, e, {"one": w, "two": -w}, False, False, (), 1e-9, 0.0)


def test_a_point_whose_answer_is_known() -> None:
    """a brings 1 and protects 0, b 0.5 and 1, c 0 and 1.2: b is best from b = 0.5 to 2.5, c beyond."""
    b = made([1.0, 0.5, 0.0], [0.0, 1.0, 1.2], 1)
    assert (b.rank, b.is_best(), b.regret) == (2, False, 0.5)
    assert b.weights() == pytest.approx((0.5, 2.5), abs=1e-7)
    assert b.options[b.predicted(3.0)] == "c"
    assert b.sets() == ()
    c = made([1.0, 0.5, 0.0], [0.0, 1.0, 1.2], 2)
    assert c.weights() == pytest.approx((2.5, HEAVIEST), abs=1e-7)
    assert c.sets() == ("two",)
    assert made([1.0, 0.5], [0.0, 0.0], 1).weights() is None


@pytest.mark.parametrize("seed", range(10))
def test_the_weights_of_a_choice_are_those_under_which_it_is_best(seed: int) -> None:
    rng = np.random.default_rng(seed)
    choice = made(rng.normal(size=5).tolist(), rng.normal(size=5).tolist(), int(rng.integers(5)))
    tried = np.linspace(0, HEAVIEST, 2001)
    best = [b for b in tried if choice.is_best(float(b))]
    found = choice.weights()
    assert (found is None) == (not best) or (found is not None and found[1] - found[0] < 0.0025)
    if best and found:
        assert found == pytest.approx((best[0], best[-1]), abs=0.0026)


def test_a_weight_is_fitted_on_the_earlier_alone() -> None:
    early = [made([1.0, 0.5], [0.0, 1.0], 1)]
    late = [made([1.0, 0.5], [0.0, 1.0], 0, "2025-04-09"), made([1.0, 0.4], [0.0, 1.0], 1, "2025-05-12")]
    assert best_weight(early) == pytest.approx(0.5)
    (found,) = fitted([*early, *late])
    assert (found["trained"]["hits"], found["tested"]["hits"], found["unweighted"]["hits"]) == (1, 1, 1)
    (other,) = fitted([*early, made([1.0, 0.5], [0.0, 1.0], 1, "2025-04-09")])
    assert other["weight"] == found["weight"]  # whatever came later


def test_on_the_eve_the_choice_is_not_known() -> None:
    for d in read_decisions()[:3]:
        scenario = eve_of(d)
        assert scenario.on == scenario.known == d.date - timedelta(days=1)


@pytest.fixture(scope="module")
def july() -> HindcastAnswer:
    """The first duties of 2018."""
    return hindcast(["D02"], sets=False, deadlines=False)


@pytest.mark.slow
def test_a_real_point_is_typed_and_whole(july: HindcastAnswer) -> None:
    assert_is(july, HindcastAnswer)
    (row,) = july["decisions"]
    assert row["option"] == "let 6 July 2018 come"
    best = max(o["welfare_pct"] for o in row["options"])
    own = next(o["welfare_pct"] for o in row["options"] if o["option"] == row["option"])
    assert row["regret_pct"] == pytest.approx(best - own)
    assert row["is_best_reply"] == (row["rank"] == 1)
    assert len(option_rows(july)) == len(row["options"])


def test_what_no_grid_holds_is_counted_with_the_reason() -> None:
    found = hindcast(["D31", "D48"], sets=False, deadlines=False)
    assert found["decisions"] == []
    assert [r["reason"] for r in found["not_scored"]] == [
        "no duty was at stake",
        *["what was chosen was not found"] * 2,
    ]
    with pytest.raises(InputError, match="D99"):
        hindcast(["D99"])


def test_the_command_prints_writes_and_says_what_it_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = HINDCAST.out(capsys, "--point", "D31", "--no-deadlines", "--out", str(tmp_path / "rows.csv"))
    assert "No decision could be scored" in text
    assert "no duty was at stake" in text
    found = json.loads(HINDCAST.out(capsys, "--point", "D31", "--no-deadlines", "--json"))
    assert found["not_scored"][0]["point"] == "D31"


def partner(name: str, signed: bool, p_star: float, exports: float) -> PartnerRow:
    """A partner with the scores that matter here."""
    return {
        "id": name, "signed": signed, "announced": None, "p_star": p_star, "stake_pct": 0.0, "rise": 0.1, "dependence": 0.0,
        "exports": exports, "buys": 0.0,
    }  # fmt: skip


def test_deadlines_are_ranked_beside_naive_rules() -> None:
    rows = [
        partner("A", True, 0.1, 1.0),
        partner("B", True, 0.2, 2.0),
        partner("C", False, 0.3, 3.0),
        partner("D", False, 2.0, 4.0),
    ]
    areas = {r["by"]: r["area"] for r in ranks(rows)}
    assert (areas["p_star"], areas["largest_exporter"], areas["nobody"]) == (1.0, 0.0, 0.5)
    assert set(areas) == {name for name, _, _ in RULES}
    assert {r["by"]: r["chance"] for r in ranks(rows)}["p_star"] == pytest.approx(
        1 / 6
    )  # two of four first: one way of six
    (told,) = predicted(rows, {"one half": 0.5})
    assert (told["names"], told["right"]["hits"], told["brier"]) == (3, 3, 0.25)


@pytest.mark.parametrize("seed", range(6))
def test_the_chance_of_a_rank_is_that_over_every_way_to_pick_as_many(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scored, did = rng.integers(0, 5, 8).astype(float).tolist(), rng.permutation([True] * 3 + [False] * 5).tolist()
    area = area_under_curve(scored, did).area
    others = [area_under_curve(scored, [k in picked for k in range(8)]).area for picked in combinations(range(8), 3)]
    assert area is not None
    assert chance_of(scored, did) == pytest.approx(np.mean([x is not None and x >= area - 1e-12 for x in others]))
    assert chance_of(scored, [True] * 8) is None


def test_a_rate_suspended_on_its_first_day_did_not_come_on_time() -> None:
    """The country rates of 9 April 2025 held for thirteen hours."""
    found = deadline_slips(read_ledger(), date(2025, 5, 2), read_regime(), date(2025, 5, 2))
    share = found["announced_duties"]
    assert share["trials"] - share["kept"] >= 1


@pytest.mark.parametrize(
    ("target", "measure", "due", "asked", "outcome"),
    [
        ("CAN", "us-ieepa-fentanyl-ca", "2025-02-04", "2025-02-10", "broken"),  # put off on 3 February
        ("CAN", "us-ieepa-fentanyl-ca", "2025-02-04", "2025-03-20", "late"),
        ("MEX", "us-ieepa-fentanyl-mx", "2025-03-04", "2025-03-20", "partly"),  # USMCA goods taken out on 7 March
        ("MEX", "us-ieepa-fentanyl-mx", "2025-03-04", "2025-03-06", "on_time"),  # not yet known
        ("VNM", "us-ieepa-reciprocal-vnm", "2025-04-09", "2025-04-20", "withdrawn"),
        ("CHN", "us-ieepa-fentanyl-cn", "2025-02-04", "2025-05-02", "on_time"),
    ],
)
def test_reversals_of_2025_are_no_duties_on_time(target: str, measure: str, due: str, asked: str, outcome: str) -> None:
    day = date.fromisoformat(asked)
    rate = {"VNM": 0.46, "CHN": 0.1}.get(target, 0.25)
    said = WillImpose(
        by="USA", target=target, programme="ieepa_fentanyl", rate=rate, start=date.fromisoformat(due), measure=measure
    )
    entry = read_ledger().entry("2025-02-01-01")
    deed = Deed(entry, said, "USA", said.start, "untestable", reason=LAW_DECIDES)
    assert promise_kept(deed, read_regime(), day, day, day).outcome == outcome


ROOT = Path(__file__).parents[2]


def test_the_page_tells_every_decision() -> None:
    page = (ROOT / "docs/hindcast.md").read_text(encoding="utf-8")
    for d in read_decisions():
        assert f"| {d.point} | {d.date} | {d.decider} |" in page


@pytest.mark.slow
def test_the_page_says_what_its_builder_computes() -> None:
    """Every twelfth decision and all deadlines; the builder's --check alone computes all (three minutes)."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "builders/docs_hindcast.py"), "--check", "--every", "12"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-500:]
