"""What the games of `parley talks` share: a scenario with what-ifs, another day or elasticity set, tables as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from parley.cli.output import ADD_HELP, DROP_HELP, JSON_HELP, KNOWN_HELP, print_json, print_table

File = Annotated[Path | None, typer.Argument(metavar="[SCENARIO]", help="a scenario in TOML; default: the shipped one")]
On = Annotated[str | None, typer.Option(help="answer for this day, YYYY-MM-DD")]
Known = Annotated[str | None, typer.Option(help=KNOWN_HELP)]
Elasticities = Annotated[str | None, typer.Option(help="elasticity set; default: the scenario's, or U4")]
Drop = Annotated[list[str] | None, typer.Option(help=DROP_HELP)]
Add = Annotated[list[Path] | None, typer.Option(help=ADD_HELP)]
Csv = Annotated[Path | None, typer.Option("--csv", help="write the table to this CSV file too")]
Json = Annotated[bool, typer.Option("--json", help=JSON_HELP)]
At = Annotated[str, typer.Option(help="on: the law of the scenario's day; before: that before the conflict's measures")]


Ranges = Annotated[bool, typer.Option("--ranges", help="also under every published elasticity set")]


def question(
    path: Path | None,
    on: str | None = None,
    known: str | None = None,
    elasticities: str | None = None,
    drop: list[str] | None = None,
    add: list[Path] | None = None,
) -> Any:
    """The scenario that a command asks about."""
    from parley.scenario.scenario import read_scenario, what_if, with_days

    asked = what_if(with_days(read_scenario(path), on, known), drop or (), [str(p) for p in add or ()])
    return asked.replaced(elasticities=elasticities) if elasticities else asked


def clocks(scenario: Any) -> dict[str, Any]:
    """Both clocks of a scenario's answer, and how far its law was read."""
    from parley.scenario.clocks import scenario_clocks

    return dict(scenario_clocks(scenario))


def party(text: str | None, default: str, where: str) -> str:
    """A country by code or name; the default where none is given."""
    from parley.codes import country

    return country(text, where) if text else default


def pair_of(scenario: Any, player: str | None, target: str | None) -> tuple[str, str]:
    """(player, target): by default the first party, and the first other one."""
    own = party(player, scenario.parties[0], "--player")
    return own, party(target, next(p for p in scenario.parties if p != own), "--target")


def by_party(texts: list[str] | None, where: str, kind: type = float) -> dict[str, Any]:
    """{ISO3: value} of "USA=0.1" texts."""
    from parley.codes import country
    from parley.errors import InputError

    found = {}
    for text in texts or ():
        name, sign, value = text.partition("=")
        try:
            found[country(name.strip(), where)] = kind(value.strip())
        except ValueError:
            sign = ""
        if not sign or not value.strip():
            raise InputError(
                where, f"{text[:60]!r}", f"COUNTRY={'NUMBER' if kind is float else 'NAME'}, such as USA=0.1"
            )
    return found


NOT_ASKED = "not asked for: --ranges"
NO_SEARCH = "starts: none, the cases named are solved as they stand"


def with_ranges(asked: Any, play: Any, figures: Any, ranges: bool, **first: Any) -> dict[str, Any]:
    """The answer of play(baseline), and where asked for its figures over the published sets. first: only for the answer."""
    from parley.scenario.baseline import calibrate
    from parley.scenario.over_sets import over_sets

    baseline = calibrate(asked)
    answer = play(baseline, **first)
    if not ranges:
        return answer | {"range": None, "range_reason": NOT_ASKED}
    return answer | over_sets(baseline, lambda other: figures(play(other)))


def answered(answer: dict[str, Any], as_json: bool, show: Any, told: dict[str, Any]) -> None:
    """Prints an answer as JSON, or shows it with its ranges; told: its clocks."""
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
    print(in_words(told))


def _show_proof(answer: dict[str, Any]) -> None:
    """What a payoff is, the certificate, the starts, and the range that was not computed."""
    gain = answer.get("max_deviation_gain")
    told = [
        f"payoff: {answer.get('payoff') or answer['unit']}" if "payoff" in answer or "unit" in answer else "",
        f"elasticities {answer['elasticities']}" if "elasticities" in answer else "",
        f"largest gain by deviating {gain:.1e} %" if gain is not None else "",
        f"trade residual {answer['residual']:.1e}" if "residual" in answer else "",
        f"starts: {', '.join(dict.fromkeys(s['name'] for s in answer['starts']))}" if answer["starts"] else NO_SEARCH,
    ]
    print("; ".join(part for part in told if part))
    if answer["range"] is None:
        print("range over the published elasticity sets: not asked for; --ranges computes it")


def _show_ranges(answer: dict[str, Any]) -> None:
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
    for name, why in answer["range_not_solved"].items():
        print(f"{name}: {why}")


def write_rows(path: Path | None, rows: Any) -> None:
    """The rows as CSV, if a file was asked for: nested values are left out."""
    if path:
        from parley.cli.law_show import write_csv

        write_csv(path, ({k: v for k, v in row.items() if not isinstance(v, (dict, list))} for row in rows))


def write_text(path: Path, text: str) -> None:
    """The file, whole or not at all."""
    from parley import outputs

    outputs.write(path, text)
