"""Write docs/hindcast.md: what governments chose, held against the games of their eves.

Run: python builders/docs_hindcast.py [--check] [--every N] [--page docs/hindcast.md] [--answer FILE.json]

Every figure is computed by `parley.scenario.hindcast_answering.hindcast`; two minutes of one core. --answer reads one that
`parley talks hindcast --json` wrote in its place. --check compares without writing; with --every 8, the rows of every eighth
decision point and all deadlines alone (what counts all decisions is left out), in a fifth of the time.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from parley.report.hindcast_text import chose, of, short, weights
from parley.scenario.outcomes import read_decisions

ROOT = Path(__file__).parents[1]
TOP = """# Held against what happened

<!-- written by builders/docs_hindcast.py: do not edit by hand -->

This page holds the games of parley against what governments chose from 2018 to 2026.
`parley talks hindcast` computes it; `python builders/docs_hindcast.py` writes it.
It reports failures as plainly as successes.

## How

* **The choices** stand in [`decisions.csv`](../src/parley/scenario/outcomes/decisions.csv), each with its source and address.
  They were coded from the facts and committed before any grid of these days was solved.
  The [rules of the coding](../src/parley/scenario/outcomes/README.md) stand beside it.
* **The situation** is that of the eve, as known on the eve.
  So the choice itself is not known.
* **The options** are those that parley finds for that day.
  A choice that is none of them joins the grid as the law that it became.
* **The other side** does what it then did.
* **The payoff** is real income, elasticity set U4, against the law of the eve of the round.

A weight *b* counts a dollar of the protected industries 1 + b times.
Protected are the sectors in which the decider's options differ.
Weights run from 0 to 5.
"""


def page(found: dict[str, Any]) -> str:
    """The whole page."""
    return (
        "\n".join([TOP, *_scores(found), *_decisions(found), *_fitted(found), *_deadlines(found), *_limits(found)])
        + "\n"
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from (f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows)
    yield ""


def _scores(found: dict[str, Any]) -> Iterator[str]:
    scored = found["scores"][0]
    made, undominated = scored["best_reply"], scored["undominated"]
    yield "## What came out\n"
    yield (
        f"Of {made['of']} decisions that a grid of duties holds, **{made['hits']} were a best response** in real income. "
        f"{undominated['of'] - undominated['hits']} were strictly dominated."
    )
    yield (
        f"An option drawn at random would have been right about {100 * scored['chance']:.0f} % of them. "
        f"The rule “nobody moves” is right about {short(scored['hold'])}."
    )
    yield _verdict(scored)
    yield "Shares have Wilson's 95 % intervals.\n"
    told = [
        [
            s["group"], of(s["best_reply"]), short(s["in_equilibrium"]), short(s["undominated"]), of(s["hold"]),
            f"{100 * s['chance']:.0f} %", f"{s['median_regret_pct']:.4f}",
        ]
        for s in found["scores"] if s["best_reply"]["of"]
    ]  # fmt: skip
    heads = [
        "Decisions",
        "Best response",
        "In an equilibrium",
        "Not dominated",
        "“Nobody moves”",
        "At random",
        "Median regret, %",
    ]
    yield from _table(heads, told)


def _why(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """What the best responses were, and what would make the choices best."""
    back = sum(r["best"].startswith("return to") for r in rows)
    match = sum(r["best"].startswith("match") for r in rows)
    weighed = sum(r["weights"] is not None for r in rows)
    other = sum(bool(r["sets"]) for r in rows)
    yield f"\nThe best response was to return to an earlier state in {back}, and to match the other on all goods in {match}."
    yield f"Some weight on protected industries from 0 to 5 makes {weighed} of the {len(rows)} choices a best response."
    yield f"Some published elasticity set makes {other} of them one."
    if other < len(rows) / 2:
        yield "So other published elasticities alone do not explain most of the choices."


def _verdict(scored: dict[str, Any]) -> str:
    """What the counts say, in words."""
    made, hold = scored["best_reply"], scored["hold"]
    if made["high"] < scored["chance"]:
        first = "So real income alone predicts worse than chance."
    elif made["low"] > scored["chance"]:
        first = "So real income alone predicts better than chance."
    else:
        first = "So real income alone predicts no better than chance."
    return first + (
        " The rule without a model does better."
        if hold["hits"] > made["hits"]
        else " The rule without a model does no better."
    )


def _decisions(found: dict[str, Any]) -> Iterator[str]:
    yield from _why(found["decisions"])
    yield "\n## Each decision\n"
    yield "Regret is what the best response would have brought more, in percent of real income."
    yield "Sets are the published elasticity sets under which the choice is a best response.\n"
    told = [
        [
            r["point"], r["date"], r["decider"], chose(r), f"{r['rank']} of {len(r['options'])}", f"{r['regret_pct']:.4f}", r["best"],
            "yes" if r["dominated_by"] else "", "yes" if r["in_equilibrium"] else "", weights(r),
            _sets(r), _link(r),
        ]
        for r in found["decisions"]
    ]  # fmt: skip
    heads = [
        "Point",
        "Day",
        "Who",
        "Chose",
        "Rank",
        "Regret, %",
        "Best response",
        "Dominated",
        "In an equilibrium",
        "Weights b",
        "Sets",
        "Source",
    ]
    yield from _table(heads, told)
    yield f"Not scored: {len(found['not_scored'])} of {len(read_decisions())}.\n"
    told = [[r["point"], r["date"], r["decider"], r["chosen"], r["reason"]] for r in found["not_scored"]]
    yield from _table(["Point", "Day", "Who", "Chose", "Why not"], told)


def _link(row: dict[str, Any]) -> str:
    return " ".join(f"[{n}]({address})" for n, address in enumerate(row["addresses"], 1))


def _sets(row: dict[str, Any]) -> str:
    """How many sets, and which where they are few."""
    count = f"{len(row['sets'])} of {len(row['sets_tried'])}"
    return f"{count}: {', '.join(row['sets'])}" if 0 < len(row["sets"]) < len(row["sets_tried"]) else count


def _fitted(found: dict[str, Any]) -> Iterator[str]:
    yield "## Politics: fitted on the earlier, tested on the later\n"
    yield "One weight a side was fitted on the choices of 2018 to 2020 alone."
    yield "It is the least weight with the most hits."
    yield "The choices of 2025 and 2026 were used once, to test it.\n"
    told = [
        [f["player"], f"{f['weight']:.2f}", of(f["trained"]), of(f["tested"]), of(f["unweighted"]), of(f["hold"])]
        for f in found["fitted"]
    ]
    heads = ["Side", "Weight b", "2018 to 2020", "2025 and 2026", "The same without a weight", "“Nobody moves”"]
    yield from _table(heads, told)
    better = [f["player"] for f in found["fitted"] if f["tested"]["hits"] > f["unweighted"]["hits"]]
    if better:
        yield f"The fitted weight names more later choices than no weight for {' and '.join(better)}."
    else:
        yield "The fitted weight names no more later choices than no weight."
    naive = [f["player"] for f in found["fitted"] if f["tested"]["hits"] > f["hold"]["hits"]]
    yield (
        f"It beats “nobody moves” for {' and '.join(naive)}.\n"
        if naive
        else "It does not beat “nobody moves” for either.\n"
    )


def _deadlines(found: dict[str, Any]) -> Iterator[str]:
    yield "## The deadlines of 2025: who signed\n"
    yield "A partner signed if a deal was announced by the day, in [`deals.csv`](../src/parley/scenario/outcomes/deals.csv)."
    yield "Ranked are the partners with a rate due by law, no deal yet, and a place in the model."
    yield "Britain signed on 8 May 2025 with no higher rate due, so it is not among them."
    yield "The area under the curve is the chance that a signer ranks above one who did not sign."
    yield "The rule on the stakes of both sides was added after the single stakes had been ranked."
    yield "0.5 is no skill. Intervals are DeLong's, 95 %; one signer alone gives none."
    yield "“By chance” is the share of all ways to pick as many signers that would rank at least as high, counted exactly."
    yield "The deadline of 7 August is ranked as known before any deal, as that of 9 July.\n"
    for row in found["deadlines"]:
        signed = [p["id"] for p in row["partners"] if p["signed"]]
        yield f"### {row['deadline']}, as known on {row['known']}\n"
        yield f"{row['signed']} of {len(row['partners'])} signed: {', '.join(signed) or 'none'}."
        yield f"{len(row['outside'])} more economies stand outside the model.\n"
        yield from _table(
            ["Rank by", "Area under the curve", "From", "To", "By chance"],
            [
                [r["rule"], *("–" if x is None else f"{x:.2f}" for x in (r["area"], r["low"], r["high"], r["chance"]))]
                for r in row["ranks"]
            ],
        )
        yield from _table(
            ["Rule", "Names", "Right about", "Brier"],
            [
                *(
                    [f"game at p = {p['p']:.2f} ({p['p_from']})", str(p["names"]), of(p["right"]), f"{p['brier']:.2f}"]
                    for p in row["predicted"]
                ),
                ["nobody signs", "0", of(row["nobody"]), f"{1 - (row['nobody']['share'] or 0):.2f}"],
            ],
        )
    skilled = [
        f"{r['rule']} ({row['deadline']})"
        for row in found["deadlines"]
        for r in row["ranks"]
        if r["low"] is not None and r["low"] > 0.5
    ]
    yield "The three deadlines share their signers, so they are not three tests."
    yield _sides(found["deadlines"][-1])
    yield "\nRules whose whole interval is above no skill:\n"
    yield from (f"* {rule}" for rule in skilled or ["none"])
    yield ""
    yield from _improved(found)
    yield "### Enforcement\n"
    yield "A duty counts as on time only if it still holds on the next day."
    yield "It counts as partly if all goods under a claim, such as USMCA origin, leave it within a week."
    yield "So the country rates of 9 April 2025 are no longer counted, as they were before.\n"
    yield from _table(
        ["Known", "Announced duties on time", "The others"],
        [[e["known"], of(e["on_time"]), ". ".join(e["cases"]) or "none"] for e in found["enforcement"]],
    )


def _improved(found: dict[str, Any]) -> Iterator[str]:
    """What each improvement brought on points that it was not fitted on."""
    yield "### What the improvements bring\n"
    yield "Each is held against later points alone; nothing was tuned on them.\n"
    rows = [
        [
            f"a political weight for {row['player']}, fitted on 2018 to 2020", "best responses, 2025 and 2026",
            of(row["unweighted"]), of(row["tested"]), of(row["hold"]),
        ]
        for row in found["fitted"]
    ]  # fmt: skip
    for row in found["deadlines"]:
        areas = {r["by"]: r for r in row["ranks"]}
        one, both, naive = (f"{areas[name]['area']:.2f}" for name in ("stake", "both_stakes", "largest_exporter"))
        rows.append(["stakes of both sides, not of one", f"area under the curve, {row['deadline']}", one, both, naive])
        half, *others = row["predicted"]
        told = " and ".join(dict.fromkeys(of(p["right"]) for p in others)) or "–"
        rows.append(
            ["reversals counted in p", f"signers named, {row['deadline']}", of(half["right"]), told, of(row["nobody"])]
        )
    yield from _table(["Improvement", "Measure", "Without", "With", "Without a model"], rows)
    for row in found["fitted"]:
        more = row["tested"]["hits"] - row["unweighted"]["hits"]
        yield f"The weight of {row['player']} names {abs(more)} {'more' if more >= 0 else 'fewer'} of its later choices."
    areas = [{r["by"]: r["area"] for r in row["ranks"]} for row in found["deadlines"]]
    better = sum(each["both_stakes"] > max(each["stake"], each["largest_exporter"]) for each in areas)
    yield f"Stakes of both sides rank signers above both one side's stakes and the largest exporters in {better} of {len(areas)} deadlines."
    same = all(len({p["right"]["hits"] for p in row["predicted"]}) == 1 for row in found["deadlines"])
    yield f"With reversals counted in p the game is right about {'as many' if same else 'other numbers of'} partners.\n"


def _sides(row: dict[str, Any]) -> str:
    """The best rule of the last deadline, p*, and the naive rule, in a sentence."""
    areas = {r["by"]: r["area"] for r in row["ranks"]}
    best = max((r for r in row["ranks"] if r["area"] is not None), key=lambda r: r["area"])
    return (
        f"By {row['deadline']} p* ranks with {areas['p_star']:.2f} and the largest exporter first with {areas['largest_exporter']:.2f}. "
        f"The highest area has the rule “{best['rule']}”: {best['area']:.2f}."
    )


def _limits(found: dict[str, Any]) -> Iterator[str]:
    yield "## What this cannot show\n"
    yield from (f"* {text[0].upper()}{text[1:]}." for text in found["limits"])


def sampled(every: int) -> list[str]:
    """The lines of every so-manieth decision point and of the deadlines, computed now."""
    from parley.scenario.hindcast_answering import hindcast

    points = list(dict.fromkeys(d.point for d in read_decisions()))[::every]
    found = hindcast(points, say=lambda text: print(text, file=sys.stderr), deadlines=True)
    rows = [line for line in _decisions(found) if line.startswith(tuple(f"| {p} |" for p in points))]
    assert len(rows) >= len(points)
    whole = list(_deadlines({**found, "fitted": []}))
    return [*rows, *whole[: whole.index("### What the improvements bring\n")]]


def main() -> None:
    """Writes the page, or says whether it is what would be written."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument(
        "--every", type=int, help="with --check: this one of so many decision points, and the deadlines"
    )
    parser.add_argument("--page", type=Path, default=ROOT / "docs/hindcast.md")
    parser.add_argument("--answer", type=Path)
    asked = parser.parse_args()
    if asked.check and asked.every:
        lines = asked.page.read_text(encoding="utf-8")
        if other := [line for line in sampled(asked.every) if f"{line}\n" not in lines]:
            sys.exit(f"{asked.page} lacks {len(other)} lines of what ships, first: {other[0]}")
        return
    if asked.answer:
        found = json.loads(asked.answer.read_text(encoding="utf-8"))
    else:
        from parley.scenario.hindcast_answering import hindcast

        found = hindcast(say=lambda text: print(text, file=sys.stderr))
    text = page(found)
    if asked.check:
        if asked.page.read_text(encoding="utf-8") != text:
            sys.exit(f"{asked.page} differs from what ships: python builders/docs_hindcast.py")
        return
    asked.page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
