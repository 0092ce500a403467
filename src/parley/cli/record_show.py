"""How the record is shown to people: tables and lines. Computes nothing."""

from __future__ import annotations

from typing import Any

from parley.cli.output import percent, print_json, print_table


def show_entries(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    rows = [[when(r), r["kind"], r["actor"], text_of(r), source_of(r["source"]), r["id"]] for r in found["entries"]]
    print_table(
        ["day", "kind", "who", "what", "source", "entry"], rows, note=f"{len(rows)} entries. (~) day not exact."
    )


def when(row: dict[str, Any]) -> str:
    return row["on"] + ("" if row["precision"] == "day" else " ~")


def text_of(row: dict[str, Any]) -> str:
    return row["text"] + (f" “{row['quote']}”" if row["quote"] else "")


def source_of(source: dict[str, Any]) -> str:
    return f"{source['publisher']} [{source['tier']}{'' if source['read'] else ', not read'}]"


def show_precondition(row: dict[str, Any]) -> None:
    answer = {True: "met", False: "not met", None: "cannot be tested in full"}[row["met"]]
    print(f"precondition   {row['by']} of {row['of']}: {answer}; {row['state']} ({row['id']})")
    for test in row["tested_by"] or []:
        rate = (
            f"; {percent(test['added_rate'])} % added on {test['probe']}" if test.get("added_rate") is not None else ""
        )
        answer = {True: "met", False: "not met", None: "no test"}[test["met"]]
        print(f"               - {test['words']}: {answer} ({test['reason']}{rate})")


def show_deeds(found: dict[str, Any]) -> None:
    for row in found["deeds"]:
        late_or_part = f", {late(row)}" if late(row) != "–" else ""
        print(f"{row['due'] or 'no day':<10}  {row['party']:<3}  {row['outcome']}{late_or_part}: {text_of(row)}")
        print(
            f"{'':<17}{row['says'].replace('_', ' ')}; {row['tested_by'] or row['reason'] or 'open'} ({row['entry']})"
        )
    print()
    cells = [
        [c["party"], c["kind"], ", ".join(f"{n} {o}" for o, n in c["outcomes"].items()), interval(c["on_time"])]
        for c in found["counts"]
    ]
    print_table(["party", "kind", "outcomes", "on time, of the decided (95 % Wilson)"], cells)
    slips = found["deadline_slips"]
    print(f"Deadlines of {slips['by']} enforced on their day: {interval(slips['p'])}")


def late(row: dict[str, Any]) -> str:
    parts = [f"{row['days_late']} days"] if row["days_late"] else []
    parts += [f"{percent(row['share'], 0)} %"] if row["share"] is not None else []
    return ", ".join(parts) or "–"


def interval(share: dict[str, Any]) -> str:
    low, high = share["wilson"]["low"], share["wilson"]["high"]
    return f"{share['kept']} of {share['trials']} ({percent(low, 0)} to {percent(high, 0)} %)"


def made_of(candidate: dict[str, Any]) -> str:
    if candidate["rate"] is None:
        return candidate["reason"] or "–"
    return " + ".join(f"{line['what']} {percent(line['rate'], 2)}" for line in candidate["lines"] if line["rate"])


def show_pairs(pairs: list[dict[str, Any]]) -> None:
    for pair in pairs:
        print(f"\n{pair['about']}  [rule: {pair['rule']}]")
        for side in pair["both_sources"]:
            print(f"  {when(side):<12} {side['actor']}: {text_of(side)}")
            print(
                f"  {'':<12} {source_of(side['source'])}, {side['source']['address'] or 'no address'} ({side['entry']})"
            )
        print(f"  both could stand if: {'; '.join(pair['reconcile'])}")
    print(f"\n{len(pairs)} pairs. parley says which sentences clash, never which is true.")


def show_status(found: dict[str, Any]) -> None:
    print(f"Where things stand on {found['on']}, as known on {found['known'] or 'the last day of the record'}\n")
    for row in found["offers"]:
        print(f"offer open     {row['by']} to {row['to']}, said by {row['said_by']} ({row['id']}): {row['text']}")
    for row in found["preconditions"]:
        show_precondition(row)
    for row in found["deadlines"]:
        print(f"deadline       {row['id']}: {row['on']}, {row['days_left']} days left; otherwise {row['otherwise']}"
              f" ({row['entry']}; {row['source']['publisher']})")  # fmt: skip
