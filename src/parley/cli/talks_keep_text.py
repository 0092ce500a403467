"""What political weights, patience, attrition and paths print for people."""

from __future__ import annotations

from typing import Any

from parley.cli.output import percent, print_table


def show_weights(answer: dict[str, Any]) -> None:
    """The verdict, then sector by sector the weight, the rate, and what the favour costs."""
    print(f"{answer['player']}, rates by {answer['instrument']}: {answer['reason']}")
    rows = [
        [
            f"{r['id']} {r['name']}", f"{r['weight']:.3f}", percent(r["mean_rate"]),
            "–" if r["price_of_favour"] is None else f"{r['price_of_favour']:.3f}",
        ]
        for r in sorted(answer["sectors"], key=lambda r: -r["weight"])
    ]  # fmt: skip
    print_table(
        ["sector", "weight", "mean rate %", "price of a favour"],
        rows,
        title="weights on sectors' incomes; their mean is 1",
    )
    print(
        "price: welfare lost per unit of real income that one more point of duty moves to the sector; negative: the point pays"
    )
    print(f"largest unmet condition {answer['gap']:.1e} of its terms; {answer['assumption']}")


def show_sustain(answer: dict[str, Any]) -> None:
    """Each player's payoffs in and out of the deal and the patience it needs, then the deepest cut."""
    rows = [
        [
            p["player"], f"{p['deal']:.4f}", f"{p['cheat']:.4f}", f"{p['punished']:.4f}",
            "none suffices" if p["delta"] is None else f"{p['delta']:.3f}",
        ]
        for p in answer["patience"]
    ]  # fmt: skip
    deal = answer["deal"]
    title = deal if isinstance(deal, str) else "; ".join(f"{p}: {o}" for p, o in deal.items())
    print_table(
        ["player", "deal %", "cheating %", "punished %", "least discount factor"], rows, title=f"the deal: {title}"
    )
    for p in answer["patience"]:
        if p["delta"] is None or p["delta"] == 0:
            print(f"{p['player']}: {p['reason']}")
    punished = answer["punishment"]
    says = punished.get("says") or "; ".join(f"{p}: {o}" for p, o in punished["choice"].items())
    length = "for ever" if punished["length"] is None else f"for {punished['length']} periods"
    print(f"punishment: {says}, {length}; cheating is seen after {answer['detection_lag']} period(s)")
    if answer.get("deepest_cut") is not None:
        print(
            f"at a discount factor of {answer['discount']:g}: {100 * answer['deepest_cut']:.1f} % ({answer['deepest_cut_reason']})"
        )
    print(answer["unit"])


def show_path(answer: dict[str, Any]) -> None:
    """The months by the rules, then the law's own steps."""
    players = answer["players"]
    law = answer["happened"]["by"]
    rows = []
    for m in answer["months"]:
        held = [_rate_on(law.get(p), m["on"]) for p in players]
        rows.append([m["on"], *(percent(m["added"][p]) for p in players), *(f"{m['welfare_pct'][p]:.3f}" for p in players),
                     *held])  # fmt: skip
    heads = [
        "",
        *(f"{p} adds %" for p in players),
        *(f"{p} welfare %" for p in players),
        *(f"law of {p} %" for p in players),
    ]
    rules = "; ".join(f"{p} {r['name']} ({r['says']})" for p, r in answer["rules"].items())
    print_table(heads, rows, title=rules)
    paid = ", ".join(f"{p} {v:.3f} %" for p, v in answer["paid_so_far_pct"].items())
    print(f"paid by the end, of a year's welfare: {paid}")
    for p in players:
        if p in law:
            steps = ", ".join(f"{s['on']} {percent(s['rate'])}" for s in law[p]["steps"])
            print(f"what happened: {law[p]['words']}: {steps}")
    if answer["happened"]["reason"]:
        print(answer["happened"]["reason"])
    print(answer["assumption"])


def _rate_on(pair: dict[str, Any] | None, on: str) -> str:
    """What law added on a day; a dash where the package cannot say."""
    steps = [s for s in pair["steps"] if s["on"] <= on] if pair else []
    return percent(steps[-1]["rate"]) if steps else "–"
