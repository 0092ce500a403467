"""`parley trade sweep`: a grid of scenarios × models × elasticity sets × draws, over all processors or a cluster."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.output import JSON_HELP, answers, print_json, print_table
from parley.cli.trade_files import csv_text, progress

if TYPE_CHECKING:
    from parley.scenario.answers import SweepAnswer, SweepRow
    from parley.scenario.sweep import Plan
    from parley.scenario.sweep_results import Field
    from parley.scenario.sweep_run import Found

FORMATS = ("csv", "json", "parquet")


@answers("parley.scenario.answers:SweepAnswer")
def sweep_command(
    sweep: Annotated[Path, typer.Argument(help="what to sweep over, in TOML")],
    workers: Annotated[int, typer.Option(help="processes; default: one a processor", min=0)] = 0,
    cluster: Annotated[str | None, typer.Option(help="a Dask scheduler, such as tcp://host:8786")] = None,
    out: Annotated[Path | None, typer.Option(help="folder of journal and results; default: the file's name")] = None,
    formats: Annotated[str, typer.Option("--format", help="csv, json, parquet, with commas")] = "csv,json",
    fresh: Annotated[bool, typer.Option("--fresh", help="forget finished chunks and begin anew")] = False,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Solves every scenario under every model, elasticity set and draw of a SWEEP.toml; run it again to go on.

    Each finished chunk is on disk before it counts. Killed at any moment, the same command goes on from there, and the
    results are the same for any number of workers. A cell that cannot be certified has a reason and no figures.

    \b
    SWEEP.toml, every key optional:
      scenarios = ["us-china-2025-05-02.toml"]      # files beside it, or shipped ones
      models = ["armington", "caliendo_parro"]      # default: each scenario's own; deficits = […] likewise
      elasticities = ["U4", "CP", "mine.toml"]      # default: all published sets
      draws = 100                                   # log-normal, around each set; seed, spread, common
      countries = ["USA", "CHN"]                    # of the results; indicators = […]
      [[scenario]]                                  # a variant: name, file, on, known, drop, set, add, world, rates, model, …
      name = "without fentanyl"
      drop = ["ieepa_fentanyl@2025-05-02"]

    \b
    Examples:
      parley trade sweep sweep.toml --workers 8
      parley trade sweep sweep.toml --out runs/may --format csv,parquet --json
    """
    from parley.scenario.sweep import read_sweep
    from parley.scenario.sweep_results import summary, sweep_answer
    from parley.scenario.sweep_run import run_sweep

    asked = _formats(formats)
    plan, folder = read_sweep(sweep), out or sweep.with_suffix("")
    tell = progress()
    found, did = run_sweep(plan, folder, workers=workers, cluster=cluster, fresh=fresh, tell=tell)
    tell("")
    made = summary(plan, found)
    files = _write(plan, found, made, folder, asked)
    answer = sweep_answer(plan, made, did, files)
    print_json(answer) if as_json else _show(answer)


def _formats(text: str) -> list[str]:
    from parley import extras
    from parley.errors import unknown_name

    asked = [name.strip() for name in text.split(",") if name.strip()]
    for name in asked:
        if name not in FORMATS:
            raise unknown_name("--format", "format", name, FORMATS)
    if "parquet" in asked:
        extras.need("shipments", "--format parquet", "csv, json")
    return asked


def _write(plan: Plan, found: Found, made: list[SweepRow], folder: Path, formats: list[str]) -> list[Path]:
    """The files of the results, each whole or not at all."""
    from parley.report.write import as_json, write
    from parley.scenario.sweep_results import columns, result_rows

    names, files = columns(plan), []
    if "csv" in formats:
        files.append(write(folder / "results.csv", csv_text(names, result_rows(plan, found))))
    if "json" in formats:
        rows = [dict(zip(names, row, strict=True)) for row in result_rows(plan, found)]
        files.append(write(folder / "results.json", as_json({"rows": rows, "summary": made})))
    if "parquet" in formats:
        files.append(_parquet(folder / "results.parquet", names, result_rows(plan, found)))
    heads = ("scenario", "model", "elasticities")
    lines = (
        [*(row[k] for k in heads), c, k, *found_at.values()]
        for row in made
        for c, figures in row["quantiles"].items()
        for k, found_at in figures.items()
    )
    points = ["p05", "p25", "p50", "p75", "p95", "mean", "positive"]
    files.append(write(folder / "summary.csv", csv_text([*heads, "country", "indicator", *points], lines)))
    return files


def _parquet(path: Path, names: list[str], rows: Iterable[list[Field]]) -> Path:
    """The rows as Parquet, put in place when whole."""
    import pyarrow as pa
    from pyarrow import parquet

    from parley import outputs

    held = list(zip(*rows, strict=True))
    text = {"scenario", "model", "world", "deficits", "elasticities", "country", "reason"}
    kinds = [pa.string() if n in text else pa.int64() if n == "draw" else pa.float64() for n in names]
    table = pa.table([pa.array(column, kind) for column, kind in zip(held, kinds, strict=True)], names=names)
    with outputs.told(path, f"--out {path}"), outputs.drafted(path) as draft:
        parquet.write_table(table, draft)
    return path


def _show(answer: SweepAnswer, most: int = 4) -> None:
    rows = []
    for row in answer["summary"]:
        welfare = {c: found["welfare_pct"] for c, found in row["quantiles"].items() if "welfare_pct" in found}
        for country in sorted(welfare, key=lambda c: welfare[c]["p50"])[:most]:
            at = welfare[country]
            ends = f"{at['p05']:.2f} … {at['p95']:.2f}"
            rows.append([row["scenario"], row["elasticities"], country, f"{at['p50']:.2f}", ends])
    title = f"{answer['title'] or 'sweep'}: welfare, percent; the {most} most hurt economies of each"
    note = (
        f"{answer['cells']} equilibria, {answer['refused']} refused; {answer['resumed']} of {answer['chunks']} chunks from the "
        f"journal; {answer['seconds']:.1f} s."
    )
    print_table(["scenario", "elasticities", "", "median", "5 % … 95 %"], rows, title=title, note=note)
    for path in answer["files"]:
        print(path)
