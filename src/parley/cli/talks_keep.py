"""`parley talks weights | sustain | path`: politics read off rates, what keeps a deal, and how wars go on."""

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


def register(app: typer.Typer) -> None:
    """Adds these commands to `parley talks`."""
    for name, command in (("weights", weights), ("sustain", sustain), ("path", path)):
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
        answer = with_ranges(asked, play, lambda other: weights_figures(play(other)), ranges)
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
        answer = with_ranges(asked, play, lambda other: sustain_figures(play(other)), ranges)
    write_rows(csv, answer["patience"])
    answered(answer, as_json, text.show_sustain, clocks(asked))


def _keep(asked: Any, ends: tuple[str, str | None], lag: int, length: int | None, baseline: Any) -> dict[str, Any]:
    from parley.errors import InputError
    from parley.scenario.game import read_choice
    from parley.scenario.sustainability import sustainability_of

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
        answer = with_ranges(asked, play, lambda other: path_figures(play(other)), ranges)
    write_rows(csv, [_flat(row) for row in answer["months"]])
    answered(answer, as_json, text.show_path, clocks(asked))


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A month as one row of a CSV."""
    return {"month": row["month"], "on": row["on"]} | {
        f"{key}_{p}": v for key in ("added", "welfare_pct") for p, v in row[key].items()
    }
