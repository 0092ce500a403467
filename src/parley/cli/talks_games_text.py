"""What grids, deadlines, signals, leverage and linkage print for people."""

from __future__ import annotations

from typing import Any

from parley.cli.output import percent, print_table

SHOWN = 12  # rows of a long table on screen; --json and --csv have all


def show_deadline(answer: dict[str, Any]) -> None:
    """The thresholds in the order of folding, those that only law knows in one line, the record, and the joint game."""
    known = [row for row in answer["players"] if row["decision"] != "unknown"]
    rows = [
        [
            row.get("name", row["id"]), percent(row["rate_now"], 0), percent(row["rate_then"], 0),
            f"{row['cost_pct']:.3f}", "–" if row["p_star"] is None else f"{row['p_star']:.3f}", row["decision"],
        ]
        for row in known
    ]  # fmt: skip
    print_table(
        ["country", "now %", "then %", "cost %", "p*", "decision"], rows, title=f"deadline {answer['deadline']}"
    )
    print(
        "folds: signs once enforcement is likelier than p*, in this order as p rises; waits: never signs, the terms cost more"
    )
    law_only = [row.get("name", row["id"]) for row in answer["players"] if row["decision"] == "unknown"]
    if law_only:
        print(f"Rates in law, but no economy of this world ({len(law_only)}): {', '.join(law_only)}")
    for name, words in answer["terms"].items():
        print(f"{name}: {words}")
    print(answer.get("terms_are", "the terms are assumptions of the scenario"))
    _show_record(answer["enforcement"])
    if "joint" in answer:
        _show_joint(answer)
    else:
        print("each holds the others to waiting; --joint lets all choose at once, and finds the hub's best terms")


def _show_record(found: dict[str, Any]) -> None:
    p, duties = found["p"], found["announced_duties"]
    if p["trials"]:
        ends = p["jeffreys"]
        print(
            f"The record by {found['on']}: {p['kept']} of {p['trials']} deadlines enforced on their day, "
            f"p = {p['share']:.2f} ({ends['low']:.2f} to {ends['high']:.2f}, {100 * p['over']:.0f} % interval)"
        )
    else:
        print(f"The record by {found['on']}: {found['reason']}; p may be anything from 0 to 1")
    if duties["trials"]:
        ends = duties["jeffreys"]
        print(
            f"Duties that it announced for a day: {duties['kept']} of {duties['trials']} came on time "
            f"({ends['low']:.2f} to {ends['high']:.2f})"
        )


def _show_joint(answer: dict[str, Any]) -> None:
    name = {row["id"]: row.get("name", row["id"]) for row in answer["players"]}
    rows = []
    for play in answer["joint"]:
        for found in play["equilibria"] or [None]:
            signers = [] if found is None else [name[s] for s in found["signers"]]
            hub = "–" if found is None else f"{found['hub_welfare_pct']:.4f}"
            rows.append([f"{play['p']:.3f}", str(len(signers)), hub, ", ".join(signers) or "none"])
    hub = answer["hub"]
    print_table(["p", "sign", f"{hub['id']} welfare %", "who"], rows, title="All choose at once: the pure equilibria")
    print(f"p: {answer['p']['source']}. {'; '.join(dict.fromkeys(p['reason'] for p in answer['joint']))}")
    best = hub["best"]
    rate = "today's country rate" if best["rate"] is None else f"a country rate of {percent(best['rate'], 0)} %"
    print(
        f"Best terms for {hub['id']} of those tried, at p = {hub['p']:.2f}: signers give up {100 * best['cut']:.0f} % of their "
        f"own duties on its goods and keep {rate}; {len(best['signers'])} sign, its welfare is {best['welfare_pct']:.4f} %"
    )
    asked = sorted(answer["reach"], key=lambda r: -r["could_ask"])[:5]
    told = ", ".join(f"{name[r['id']]} {r['could_ask']:,.0f}" for r in asked if r["could_ask"] > 0)
    if told:
        print(f"Still to ask of at that p, a year in the world's money (packaged: million US dollars): {told}")


def show_leverage(answer: dict[str, Any]) -> None:
    """Sectors, the leading products, the list, and the lists really used."""
    print(f"{answer['player']} over {answer['target']}, from {answer['law']}; {answer['payoff']}")
    heads = ["", "own harm", "target's harm", "ratio", "note"]
    units = "in millionths of welfare per point of duty"
    rows = [[f"{r['id']} {r['name']}", *_harm(r)] for r in answer["sectors"][:SHOWN]]
    print_table(heads, rows, title=f"by sector, {units}")
    if not answer["products"]:
        print(answer["reason"])
        return
    rows = [[f"{r['id']} ({r['sector']}, now {percent(r['rate'])} %)", *_harm(r)] for r in answer["products"][:SHOWN]]
    print_table(heads, rows, title=f"by product, {units}; {len(answer['products'])} products, --csv has all")
    print(f"shares of products: {answer['shares_are']}")
    found = answer["list"]
    rows = [_list_row(f"best list, budget {found['budget_pct']:g} %", found, None)]
    for used in answer["used"]:
        rows.append(_list_row(used["name"], used, None))
        share = used["share_of_best_harm"]
        note = "" if share is None else f"the list used did {100 * share:.0f} % of that"
        rows.append(_list_row("  best of no more own harm", used["best_of_the_same_cost"], note))
    heads = ["list", "products", "own harm %", "target's harm %", "solved again: own", "target's", ""]
    print_table(heads, rows, title=f"lists at {found['points']:g} points of duty on each product")
    print(
        "the order is of first order, the budget holds by solving again; harm is a loss of real income, so a negative one is a gain"
    )


def _harm(row: dict[str, Any]) -> list[str]:
    ratio = "–" if row["ratio"] is None else f"{row['ratio']:.2f}"
    return [f"{1e4 * row['own_harm_pct']:.3f}", f"{1e4 * row['target_harm_pct']:.3f}", ratio, row["reason"] or ""]


def _list_row(name: str, found: dict[str, Any], note: str | None) -> list[str]:
    exact = found.get("exact")
    solved = [f"{exact[k]:.4f}" for k in ("own_harm_pct", "target_harm_pct")] if exact else ["", ""]
    return [name, str(found["products"]), f"{found['own_harm_pct']:.4f}", f"{found['target_harm_pct']:.4f}", *solved,
            note or ""]  # fmt: skip
