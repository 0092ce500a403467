"""`parley trade decompose`: which measure contributes how much, and terms of trade against volume."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.asked import asks
from parley.cli.output import JSON_HELP, answers, print_json, print_table
from parley.cli.trade_files import csv_text, progress
from parley.scenario.questions import Decompose

if TYPE_CHECKING:
    from parley.scenario.answers import DecomposeAnswer


@answers("parley.scenario.answers:DecomposeAnswer")
@asks(Decompose)
def decompose_command(
    asked: Decompose,
    out: Annotated[Path | None, typer.Option(help="folder for decompose.json and decompose.csv")] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """As the question says."""
    from parley.cli.trade_worlds import mine
    from parley.codes import country as code_of
    from parley.errors import unknown_name
    from parley.outputs import check_folder
    from parley.scenario.asked_scenario import what_if, with_days
    from parley.scenario.attribution import decompose
    from parley.scenario.baseline import world_of
    from parley.scenario.clocks import in_words
    from parley.scenario.scenario import read_scenario

    if out:
        check_folder(out)
    dated = with_days(read_scenario(asked.scenario), asked.on, asked.known)
    question = what_if(dated, asked.drop, [str(p) for p in asked.add], asked.set)
    named = {"model": asked.model, "elasticities": mine(asked.elasticities), "reading": asked.reading}
    question = question.replaced(**{key: value for key, value in named.items() if value})
    shown, held = [code_of(c, "--country") for c in asked.country], world_of(question).countries
    if foreign := next((c for c in shown if c not in held), ""):
        raise unknown_name("--country", "country", foreign, held)
    tell = progress()
    answer = decompose(question, by=asked.by, method=asked.method, orders=asked.orders, seed=asked.seed, tell=tell)
    tell("")
    files = _write(answer, out) if out else []
    if as_json:
        print_json(answer)
        return
    _show(answer, shown or [c for c in question.parties if c in held])
    print(in_words(answer))
    for path in files:
        print(path)


def _rows(answer: DecomposeAnswer) -> list[tuple[str, dict[str, float]]]:
    """The parts, the remainder and the whole, each with its figures by country."""
    rows = [(part["name"], part["welfare_pct"]) for part in answer["parts"]]
    if answer["remainder_pct"] is not None:
        rows.append(("schedule and dated lists", answer["remainder_pct"]))
    return [*rows, ("all", answer["welfare_pct"])]


SPLIT = {
    "terms_of_trade_pct": "terms of trade", "volume_of_trade_pct": "volume of trade",
    "transfers_pct": "deficits", "profits_pct": "profits", "welfare_log_pct": "together, in logs",
}  # fmt: skip


def _show(answer: DecomposeAnswer, shown: list[str]) -> None:
    title = f"welfare, percent, against {answer['against']}: {answer['method']} by {answer['by']}"
    lines = [[name, *(f"{values[c]:+.3f}" for c in shown)] for name, values in _rows(answer)]
    print_table(["", *shown], lines, title=title)
    by_country: dict[str, Mapping[str, object]] = {c: answer["split"][c] for c in shown}
    split = [[text, *(f"{by_country[c][key]:+.3f}" for c in shown)] for key, text in SPLIT.items()]
    note = (
        f"The split is added up along the change ({answer['split_pieces']} pieces, gap {answer['split_gap_pct']:.0e}). "
        f"{answer['solves']} laws solved, residual {answer['residual']:.1e}; {answer['model']}, set {answer['elasticities']}."
    )
    if answer["orders"]:
        worst = max(error[c] for part in answer["parts"] if (error := part["standard_error"]) for c in shown)
        note += f" {answer['orders']} random orders with their reverses: standard errors up to {worst:.4f}."
    print_table(["", *shown], split, title="of it, percent of income", note=note)


def _write(answer: DecomposeAnswer, out: Path) -> list[Path]:
    from parley.json_values import plain
    from parley.report.write import as_json, folder, write

    rows = ([name, c, value] for name, values in _rows(answer) for c, value in values.items())
    split = ([key, c, value] for c, row in answer["split"].items() for key, value in row.items())
    texts = {
        "decompose.json": as_json(plain(answer)),
        "decompose.csv": csv_text(["part", "country", "welfare_pct"], rows),
        "decompose-split.csv": csv_text(["part", "country", "pct_of_income"], split),
    }
    folder(out)
    return [write(out / name, text) for name, text in texts.items()]
