"""Who announced a deal before a deadline, held against what would rank the partners beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from parley.scenario.answers_hindcast import DeadlineRow, PartnerRow, Predicted, RankRow, Rate
from parley.scenario.baseline import Baseline, calibrate
from parley.scenario.deadline import deadline_of
from parley.scenario.hindcast_scores import chance_of, rate_of
from parley.scenario.outcomes import Deal, read_deals
from parley.scenario.situation import found, on_day
from parley.talks.deadline_answers import DeadlinePart, DeadlinePlayer
from parley.talks.ranking import area_under_curve

# deadline, and the day whose law and record rank the partners: before the first deals, and the day after the letters
DEADLINES = (
    (date(2025, 7, 9), date(2025, 5, 2)),
    (date(2025, 8, 1), date(2025, 7, 8)),
    (date(2025, 8, 7), date(2025, 5, 2)),
)
RULES: tuple[tuple[str, str, Callable[[PartnerRow], float]], ...] = (
    ("p_star", "the lowest p* first", lambda r: -r["p_star"]),
    ("stake", "the largest welfare cost of the rate first", lambda r: r["stake_pct"]),
    ("rise", "the largest rise of the rate first", lambda r: r["rise"]),
    ("dependence", "the largest exports to the United States, of income, first", lambda r: r["dependence"]),
    ("hub_stake", "the largest buyer of American goods first", lambda r: r["buys"]),
    (
        "both_stakes",
        "stakes of both sides: that cost times what the partner buys",
        lambda r: r["stake_pct"] * r["buys"],
    ),
    ("largest_exporter", "naive: the largest exporter to the United States first", lambda r: r["exports"]),
    ("nobody", "naive: nobody signs, all alike", lambda r: 0.0),
)


def deadline_rows() -> list[DeadlineRow]:
    """Each deadline with its partners, what ranks them, and how well."""
    return [_row(due, known) for due, known in DEADLINES]


def _row(due: date, known: date) -> DeadlineRow:
    scenario = found(on_day(known, known))
    baseline = calibrate(scenario)
    part = deadline_of(scenario, baseline)
    deals = {d.economy: d for d in read_deals()}
    open_ = [p for p in part["players"] if not _announced(deals.get(p["id"]), known)]
    held = [p for p in open_ if p["p_star"] is not None]
    partners = [_partner(p, deals.get(p["id"]), due, baseline) for p in held]
    return {
        "deadline": due.isoformat(),
        "known": known.isoformat(),
        "signed": sum(p["signed"] for p in partners),
        "partners": partners,
        "outside": [p["id"] for p in open_ if p["p_star"] is None],
        "ranks": ranks(partners),
        "predicted": predicted(partners, chances(part)),
        "nobody": rate_of(sum(not p["signed"] for p in partners), len(partners)),
    }


def _announced(deal: Deal | None, by: date) -> bool:
    return bool(deal and deal.announced and deal.announced <= by)


def _partner(player: DeadlinePlayer, deal: Deal | None, due: date, baseline: Baseline) -> PartnerRow:
    world = baseline.world
    places, hub = list(world.places(player["id"])), world.index("USA")
    income = float(world.base.income[places].sum())
    exports = float(world.X[hub, places].sum())
    return {
        "id": player["id"],
        "signed": _announced(deal, due),
        "announced": deal.announced.isoformat() if deal and deal.announced else None,
        "p_star": float(player["p_star"] or 0.0),
        "stake_pct": float(player["cost_pct"] or 0.0),
        "rise": float(player["rate_then"] or 0.0) - float(player["rate_now"] or 0.0),
        "dependence": exports / income,
        "exports": exports,
        "buys": float(world.X[places, hub].sum()),
    }


def ranks(partners: Sequence[PartnerRow]) -> list[RankRow]:
    """Every rule's area under the curve over the partners, with its interval."""
    rows: list[RankRow] = []
    for name, rule, score in RULES:
        scored, signed = [score(p) for p in partners], [p["signed"] for p in partners]
        area, chance = area_under_curve(scored, signed), chance_of(scored, signed)
        rows.append({"by": name, "rule": rule, "area": area.area, "low": area.low, "high": area.high, "chance": chance,
                     "spans": f"95 % interval of the area (DeLong) from {area.did} who signed and {area.did_not} who did not"})  # fmt: skip
    return rows


def chances(part: DeadlinePart) -> dict[str, float]:
    """The likelihoods of enforcement to try, by where they are from."""
    record = part["enforcement"]
    asked = {"one half": 0.5}
    for name, share in (
        ("deadlines kept", record["p"]["share"]),
        ("announced duties on time", record["announced_duties"]["share"]),
    ):
        if share is not None:
            asked[name] = share
    return asked


def predicted(partners: Sequence[PartnerRow], asked: dict[str, float]) -> list[Predicted]:
    """Who signs by the game at each likelihood: those whose p* is not above it."""
    rows: list[Predicted] = []
    for name, p in asked.items():
        signs = [row["p_star"] <= p for row in partners]
        right: Rate = rate_of(sum(s == row["signed"] for s, row in zip(signs, partners, strict=True)), len(partners))
        brier = None if right["share"] is None else 1 - right["share"]
        rows.append({"p": p, "p_from": name, "names": sum(signs), "right": right, "brier": brier})
    return rows
