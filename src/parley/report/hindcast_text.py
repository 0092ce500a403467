"""The hindcast in lines and tables: counts, each decision, weights, deadlines, enforcement. Computes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parley.codes import country_name
from parley.report.words import day
from parley.scenario.answers_hindcast import DeadlineRow, DecisionRow, Fitted, HindcastAnswer, Rate, Score
from parley.scenario.game import Words
from parley.tabular import Table


def words(found: HindcastAnswer) -> Words:
    """All of it, in order of weight."""
    if own := found["own"]:
        known = f", as known on {day(own['known'])}" if own["known"] else ""
        yield f"{own['title'] or own['file']}: its outcomes on the grid of its own options, the law of {day(own['on'])}{known}."
    yield from headline(found)
    if found["scores"]:
        yield score_table(found["scores"])
    yield decision_table(found["decisions"])
    for row in found["not_scored"]:
        yield f"not scored: {row['point']} {country_name(row['decider'])}, {row['chosen']}: {row['reason']}"
    yield from (fitted_words(row) for row in found["fitted"])
    for row in found["deadlines"]:
        yield deadline_table(row)
        yield from deadline_words(row)
    for row in found["enforcement"]:
        yield f"announced duties of the United States on time, as known on {day(row['known'])}: {of(row['on_time'])}"
    yield "limits: " + "; ".join(found["limits"])


def headline(found: HindcastAnswer) -> Iterator[str]:
    """What came out, in sentences."""
    scored = found["scores"][0]
    made, hold = scored["best_reply"], scored["hold"]
    if not made["of"]:
        yield "No decision could be scored."
        return
    yield (
        f"Of {made['of']} decisions that a grid of duties holds, {made['hits']} were a best response in real income to what the other "
        f"then did; {scored['undominated']['of'] - scored['undominated']['hits']} were strictly dominated."
    )
    yield f"A draw at random would have hit {100 * (scored['chance'] or 0):.0f} %, the rule “nobody moves” {of(hold)}."


def of(rate: Rate) -> str:
    """3 of 7 (43 %, 16 to 75)."""
    if rate["share"] is None:
        return "none"
    return f"{rate['hits']} of {rate['of']} ({100 * rate['share']:.0f} %, {100 * rate['low']:.0f} to {100 * rate['high']:.0f})"


def short(rate: Rate) -> str:
    """43 %."""
    return "–" if rate["share"] is None else f"{100 * rate['share']:.0f} %"


def score_table(scores: Sequence[Score]) -> Table:
    """How often the best response was chosen, beside two rules."""
    heads = [
        "decisions",
        "best response",
        "in an equilibrium",
        "not dominated",
        "rule: nobody moves",
        "at random %",
        "median regret %",
    ]
    told = [
        [
            s["group"], of(s["best_reply"]), *(short(s[key]) for key in ("in_equilibrium", "undominated", "hold")),
            "–" if s["chance"] is None else f"{100 * s['chance']:.0f}",
            "–" if s["median_regret_pct"] is None else f"{s['median_regret_pct']:.4f}",
        ]
        for s in scores if s["best_reply"]["of"]
    ]  # fmt: skip
    return Table(heads, told, "what was chosen, against the grid of the eve; shares with 95 % intervals (Wilson)")


def decision_table(rows: Sequence[DecisionRow]) -> Table:
    """A decision a row."""
    heads = ["point", "who", "chose", "rank", "regret %", "best response", "", "weights b", "sets"]
    return Table(heads, [_decision(r) for r in rows], "each decision; regret in percent of real income")


def _decision(r: DecisionRow) -> list[str]:
    marks = (
        ("best response", r["is_best_reply"]),
        ("dominated", r["dominated_by"]),
        ("in an equilibrium", r["in_equilibrium"]),
    )
    return [
        r["point"], r["decider"], chose(r), f"{r['rank']} of {len(r['options'])}", f"{r['regret_pct']:.4f}",
        r["best"], ", ".join(word for word, so in marks if so), weights(r),
        f"{len(r['sets'])} of {len(r['sets_tried'])}" if r["sets_tried"] else "–",
    ]  # fmt: skip


def chose(r: DecisionRow) -> str:
    """The option, or where it is none of those found, the choice in words."""
    return r["option"] if r["named"] else f"none of these: {r['chosen']}"


def weights(r: DecisionRow) -> str:
    """The political weights for which a choice is a best response."""
    return "none" if r["weights"] is None else f"{r['weights'][0]:.2f} to {r['weights'][1]:.2f}"


def fitted_words(row: Fitted) -> str:
    """A weight and its test, in a sentence."""
    return (
        f"{country_name(row['player'])}: an extra weight of {row['weight']:.2f} on protected industries fits {of(row['trained'])} choices "
        f"of 2018 to 2020; later ones {of(row['tested'])}, without it {of(row['unweighted'])}, by “nobody moves” {of(row['hold'])}"
    )


def deadline_table(row: DeadlineRow) -> Table:
    """What ranks those who signed, with the area under the curve."""
    told = [
        [r["rule"], *("–" if x is None else f"{x:.2f}" for x in (r["area"], r["low"], r["high"], r["chance"]))]
        for r in row["ranks"]
    ]
    title = f"{day(row['deadline'])}: {row['signed']} of {len(row['partners'])} partners had announced a deal; known {day(row['known'])}"
    return Table(["rank by", "area under the curve", "from", "to (95 %)", "by chance"], told, title)


def deadline_words(row: DeadlineRow) -> Iterator[str]:
    """The game's signers at each likelihood, beside nobody."""
    signed = [p["id"] for p in row["partners"] if p["signed"]]
    yield f"signed: {', '.join(signed) or 'none'}; outside the model: {len(row['outside'])} economies"
    for p in row["predicted"]:
        yield f"at p = {p['p']:.2f} ({p['p_from']}) the game names {p['names']} signers: right about {of(p['right'])}"
    yield f"“nobody signs” is right about {of(row['nobody'])}"
