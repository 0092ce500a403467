"""`parley talks weights | sustain | attrition | path`: politics read off rates, what keeps a deal, and how wars go on."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from parley.cli import talks_keep_text as text
from parley.cli.progress import Progress
from parley.cli.talks_asked import (
    Add,
    At,
    Csv,
    Drop,
    Elasticities,
    File,
    Json,
    Known,
    On,
    Ranges,
    answered,
    by_party,
    clocks,
    party,
    question,
    with_ranges,
    write_rows,
)

ByParty = "COUNTRY=NUMBER; may be repeated"


def register(app: typer.Typer) -> None:
    """Adds these commands to `parley talks`."""
    for name, command in (("weights", weights), ("sustain", sustain), ("attrition", attrition), ("path", path)):
        app.command(name)(command)


def weights(
    scenario: File = None,
    player: Annotated[str | None, typer.Option(help="whose rates; default: the first party")] = None,
    instrument: Annotated[str, typer.Option(help="uniform, mfn, bilateral or full (partner × sector)")] = "mfn",
    duties: Annotated[bool, typer.Option("--duties/--no-duties", help="duties may have a weight of their own")] = True,
    at: At = "on",
    on: On = None,
    known: Known = None,
    elasticities: Elasticities = None,
    drop: Drop = None,
    add: Add = None,
    ranges: Ranges = False,
    csv: Csv = None,
    as_json: Json = False,
) -> None:
    """Which political weights would make the law of the day a best reply, where any can; and what each favour costs.

    \b
    Examples:
      parley talks weights --player USA
      parley talks weights --player CHN --at before --instrument full
    """
    from parley.scenario.over_sets import weights_figures
    from parley.scenario.revealed_weights import revealed_weights_of

    asked = question(scenario, on, known, elasticities, drop, add)
    own = party(player, asked.parties[0], "--player")

    def play(baseline: Any) -> dict[str, Any]:
        return revealed_weights_of(asked, own, instrument, revenue=duties, at=at, baseline=baseline)

    with Progress("reading the law, one adjoint a sector"):
        answer = with_ranges(asked, play, weights_figures, ranges)
    write_rows(csv, answer["sectors"])
    answered(answer, as_json, text.show_weights, clocks(asked))


def sustain(
    scenario: File = None,
    players: Annotated[str | None, typer.Option(help="comma between; default: the scenario's parties")] = None,
    instrument: Annotated[str, typer.Option(help="uniform, mfn, bilateral or full (partner × sector)")] = "bilateral",
    deal: Annotated[
        str | None, typer.Option(help="named options, PLAYER=OPTION; PLAYER=OPTION; default: no duties")
    ] = None,
    punish: Annotated[str | None, typer.Option(help="with --deal: the options that follow when it is broken")] = None,
    punishment: Annotated[str, typer.Option(help="nash (the war) or snapback (the base's rates return)")] = "nash",
    lag: Annotated[int, typer.Option(help="periods before cheating is seen")] = 1,
    length: Annotated[int | None, typer.Option(help="periods of punishment; default: for ever")] = None,
    discount: Annotated[float | None, typer.Option(help="players' discount factor: asks for the deepest cut")] = None,
    on: On = None,
    known: Known = None,
    elasticities: Elasticities = None,
    ranges: Ranges = False,
    csv: Csv = None,
    as_json: Json = False,
) -> None:
    """What keeps a deal: the patience that each side needs, slow detection, snap-back, and the deepest cut that holds.

    The deal is no duties among the players, or a choice of the scenario's options with --deal.

    \b
    Examples:
      parley talks sustain --players USA,CHN
      parley talks sustain --punishment snapback --lag 2 --discount 0.3
      parley talks sustain --deal "USA=step down to 30; CHN=step down to 10" --punish "USA=hold; CHN=hold"
    """
    from parley.scenario.over_sets import sustain_figures

    asked = question(scenario, on, known, elasticities)

    def play(baseline: Any) -> dict[str, Any]:
        if deal:
            return _keep(asked, (deal, punish), lag, length, baseline)
        return _sustain(baseline, players, instrument, punishment, (lag, length, discount))

    with Progress("reading the law, a war, and each side's best way out"):
        answer = with_ranges(asked, play, sustain_figures, ranges)
    write_rows(csv, answer["patience"])
    answered(answer, as_json, text.show_sustain, clocks(asked))


def _keep(asked: Any, ends: tuple[str, str | None], lag: int, length: int | None, baseline: Any) -> dict[str, Any]:
    from parley.errors import InputError
    from parley.scenario.sustainability import read_choice, sustainability_of

    deal, punish = ends
    if not punish:
        raise InputError("sustain", "--deal without --punish", "both: what is kept, and what follows if it is broken")
    chosen = read_choice(deal, "--deal"), read_choice(punish, "--punish")
    return sustainability_of(asked, *chosen, lag=lag, length=length, baseline=baseline)


def _sustain(
    baseline: Any, players: str | None, instrument: str, punishment: str, how: tuple[int, int | None, float | None]
) -> dict[str, Any]:
    from parley.codes import country
    from parley.talks.games.sustain import sustain as play

    asked = baseline.scenario
    names = [country(p, "--players") for p in players.split(",")] if players else list(asked.parties)
    found = play(
        baseline.world, names, instrument, punishment=punishment, lag=how[0], length=how[1], discount=how[2],
        model=asked.model,
    )  # fmt: skip
    return found.as_json() | {"elasticities": baseline.raw.elasticities, "deal": "no duties among the players"}


def attrition(
    scenario: File = None,
    prize: Annotated[
        list[str] | None, typer.Option(help=f"what winning is worth, % of a year's welfare: {ByParty}")
    ] = None,
    audience: Annotated[
        list[str] | None, typer.Option(help=f"by how much yielding grows dearer a month, %: {ByParty}")
    ] = None,
    hold: Annotated[
        str | None, typer.Option(help="options of holding out, PLAYER=OPTION; …; default: each one's first")
    ] = None,
    deal: Annotated[str | None, typer.Option(help="options of the deal; default: the only pure equilibrium")] = None,
    on: On = None,
    known: Known = None,
    elasticities: Elasticities = None,
    drop: Drop = None,
    add: Add = None,
    ranges: Ranges = False,
    csv: Csv = None,
    as_json: Json = False,
) -> None:
    """Who can hold out longer: flow costs from the model; prize and audience costs are your assumptions.

    \b
    Example:
      parley talks attrition --prize USA=0.1 --prize CHN=0.1 --audience CHN=0.01 \\
        --deal "USA=step down to 30; CHN=step down to 10"
    """
    from parley.errors import InputError
    from parley.scenario.attrition import attrition_of
    from parley.scenario.over_sets import attrition_figures
    from parley.scenario.sustainability import read_choice

    asked = question(scenario, on, known, elasticities, drop, add)
    won = by_party(prize, "--prize")
    missing = [p for p in asked.options() if p not in won]
    if missing:
        raise InputError(
            "attrition", f"no prize for {' and '.join(missing)}", f"--prize {missing[0]}=0.1: an assumption of yours"
        )
    ends = [read_choice(given, where) if given else None for given, where in ((hold, "--hold"), (deal, "--deal"))]
    stubborn = by_party(audience, "--audience")

    def play(baseline: Any) -> dict[str, Any]:
        return attrition_of(asked, ends[0], ends[1], won, stubborn, baseline)

    with Progress("reading the law, moving the world, solving every combination"):
        answer = with_ranges(asked, play, attrition_figures, ranges)
    write_rows(csv, [_side(answer, p) for p in answer["players"]])
    answered(answer, as_json, text.show_attrition, clocks(asked))


def _side(answer: dict[str, Any], p: str) -> dict[str, Any]:
    """What is said of one side, as one row of a CSV."""
    mixed = answer["mixed_equilibrium"]
    return {
        "id": p, **answer["from_the_model"][p], **answer["assumed"][p], "patience_months": answer["patience_months"][p],
        "yields_a_month": mixed["yields_a_month"][p], "yields_first": mixed["yields_first"][p],
    }  # fmt: skip


def path(
    scenario: File = None,
    start: Annotated[str, typer.Option(help="the day of the first move, YYYY-MM-DD")] = "2025-04-02",
    rule: Annotated[
        list[str] | None, typer.Option(help="COUNTRY=RULE; may be repeated; default tit_for_tat (rules: see below)")
    ] = None,
    opening: Annotated[float, typer.Option(help="points that the first party adds in the first month")] = 34.0,
    months: Annotated[int, typer.Option(help="how many months", min=1, max=600)] = 6,
    ceiling: Annotated[list[str] | None, typer.Option(help="most points a party adds: COUNTRY=POINTS")] = None,
    elasticities: Elasticities = None,
    ranges: Ranges = False,
    csv: Csv = None,
    as_json: Json = False,
) -> None:
    """Tit-for-tat month by month from a day, by named reply rules, beside what the law really did.

    Rules: hold, tit_for_tat, mirror, double, half, grim, conciliate, best_reply.

    \b
    Examples:
      parley talks path
      parley talks path --start 2025-04-02 --rule USA=double --rule CHN=mirror --ceiling USA=145 --months 4
    """
    from parley.codes import day
    from parley.scenario.over_sets import path_figures
    from parley.scenario.path import path_of

    asked = question(scenario, elasticities=elasticities)
    tops = {p: points / 100 for p, points in by_party(ceiling, "--ceiling").items()}
    rules, first = by_party(rule, "--rule", str), day(start, "--start")

    def play(baseline: Any) -> dict[str, Any]:
        return path_of(asked, first, rules, opening=opening / 100, months=months, ceilings=tops, baseline=baseline)

    with Progress("moving the world, solving each month"):
        answer = with_ranges(asked, play, path_figures, ranges)
    write_rows(csv, [_flat(row) for row in answer["months"]])
    answered(answer, as_json, text.show_path, clocks(asked))


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A month as one row of a CSV."""
    return {"month": row["month"], "on": row["on"]} | {
        f"{key}_{p}": v for key in ("added", "welfare_pct") for p, v in row[key].items()
    }
