"""How a game of `parley talks` is asked and answered: a scenario with what-ifs, another day or elasticity set, tables as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley.cli.output import print_json, print_table
from parley.cli.talks_text import modelled_words
from parley.scenario.game import Figures

if TYPE_CHECKING:
    from parley.scenario.baseline import Baseline
    from parley.scenario.chosen import TalksClocks
    from parley.scenario.clocks import ScenarioClocks
    from parley.scenario.scenario import Scenario

Told = dict[str, Any]  # an answer of any game with what every answer bears


def clocks(scenario: Scenario) -> TalksClocks:
    """Both clocks of a scenario's answer, how far its law was read, and what was then chosen."""
    from parley.scenario.chosen import talks_clocks

    return talks_clocks(scenario)


NOT_ASKED = "not asked for: --ranges"
NO_SEARCH = "starts: none, the cases named are solved as they stand"


def with_ranges(
    asked: Scenario,
    play: Callable[[Baseline], Mapping[str, Any]],
    figures: Callable[[Baseline], Figures] | None,
    ranges: bool,
) -> Told:
    """The answer of play(baseline), and where asked for figures(baseline) over the published sets."""
    from parley.scenario.baseline import calibrate, over_sets

    baseline = calibrate(asked)
    return {**play(baseline), **(over_sets(baseline, figures) if ranges and figures else {})}


def answered(answer: Told, as_json: bool, show: Callable[[Told], None], told: ScenarioClocks) -> None:
    """Prints an answer as JSON, or shows it with its ranges; told: its clocks."""
    from parley.scenario.chosen import chosen_words
    from parley.scenario.clocks import in_words

    answer = told | answer
    answer = {"range": None, "range_reason": NOT_ASKED} | answer if "range" not in answer else answer
    answer = {"starts": None, "starts_reason": NO_SEARCH} | answer if "starts" not in answer else answer
    if as_json:
        print_json(answer)
        return
    show(answer)
    _show_ranges(answer)
    _show_proof(answer)
    for line in chosen_words(answer.get("chosen", ())):
        print(line)
    print(in_words(told))


def _show_proof(answer: Told) -> None:
    """What a payoff is, the certificate, the starts, and the range that was not computed."""
    gain = answer.get("max_deviation_gain")
    told = [
        f"payoff: {answer.get('payoff') or answer['unit']}" if "payoff" in answer or "unit" in answer else "",
        modelled_words(answer) if "capital" in answer else f"elasticities {answer.get('elasticities')}",
        f"largest gain by deviating {gain:.1e} %" if gain is not None else "",
        f"trade residual {answer['residual']:.1e}" if "residual" in answer else "",
        f"starts: {', '.join(dict.fromkeys(s['name'] for s in answer['starts']))}" if answer["starts"] else NO_SEARCH,
    ]
    print("; ".join(part for part in told if part))
    if answer["range"] is None:
        print("range over the published elasticity sets: not asked for; --ranges computes it")


def _show_ranges(answer: Told) -> None:
    """Low, median and high of each figure, where they were asked for; a grid shows its own."""
    if not answer.get("range") or "range_reason" not in answer:
        return
    over = answer["range"]
    rows = [
        [
            name,
            *(f"{r[k]:.4g}" for k in ("low", "median", "high")),
            str(len(r["over"])),
            "differs" if r["sign_differs"] else "",
        ]
        for name, r in over.items()
    ]
    print_table(
        ["", "low", "median", "high", "sets", "sign"],
        rows,
        title="over the published elasticity sets, the same law and flows",
    )
    print(f"ranges: {answer['spans']}")
    for name, why in answer["range_not_solved"].items():
        print(f"{name}: {why}")


def write_rows(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """The rows as CSV: nested values are left out."""
    from parley.cli.law_show import write_csv

    write_csv(path, ({k: v for k, v in row.items() if not isinstance(v, (dict, list))} for row in rows))


def write_text(path: Path, text: str) -> None:
    """The file, whole or not at all."""
    from parley import outputs

    outputs.write(path, text)
