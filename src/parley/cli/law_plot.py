"""The picture of an average over time: programmes stacked, as SVG, PNG or the Vega-Lite specification itself."""

from __future__ import annotations

import json
import textwrap
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from parley import outputs
from parley.codes import LEGAL_AUTHORITIES, label, name_in_text
from parley.errors import InputError
from parley.json_values import JsonObject, plain

if TYPE_CHECKING:
    from parley.law.average_point import Average

WIDTH, HEIGHT = 760, 380
SUFFIXES = (".svg", ".png", ".json")


class AreaRow(TypedDict):
    """One programme's part of the average from a day on, in percent."""

    on: str
    programme: str
    percent: float


def write_plot(path: Path, found: Average, last: date | None) -> None:
    """Writes the picture of an average, whole or not at all. last: the day up to which the last rate is drawn."""
    if path.suffix not in SUFFIXES:
        raise InputError("--plot", f"{path.name}", f"a file that ends in {', '.join(SUFFIXES)}")
    if len(found.points) < 2 and last is None:
        raise InputError("--plot", "one day", "a period: --since DATE and --until DATE")
    outputs.write(path, _drawn(specification(found, last), path.suffix), "--plot")


def _drawn(spec: JsonObject, suffix: str) -> bytes:
    if suffix == ".json":
        return (json.dumps(spec, indent=1) + "\n").encode()
    from parley.report.drawing import VEGA_LITE, drawer

    drawn = drawer("--plot")
    if suffix == ".png":
        return drawn.vegalite_to_png(json.dumps(spec), vl_version=VEGA_LITE, scale=2)
    return drawn.vegalite_to_svg(json.dumps(spec), vl_version=VEGA_LITE).encode()


def specification(found: Average, last: date | None) -> JsonObject:
    """The Vega-Lite specification: one stacked step area a programme, percent by day."""
    from parley.report.chart import days_axis

    rows = _rows(found, last)
    shown = [a for a in LEGAL_AUTHORITIES if any(r["programme"] == a.id for r in rows)]
    names, words = [a.id for a in shown], [a.label for a in shown]
    values = [{**r, "programme": label(r["programme"]), "order": names.index(r["programme"])} for r in rows]
    goods = f"goods from {name_in_text(found.origin)} in {name_in_text(found.destination)}"
    known = found.known or found.law_known_to
    said = f"As known on {known}; weights: {found.weights}. Source: tariff schedule and acts (parley, law {found.law_version})."
    title = {
        "text": f"Average rate on {goods}, by legal authority", "anchor": "start",
        "subtitle": textwrap.wrap(said, 110),
    }  # fmt: skip
    colour = {"domain": words, "range": [a.light for a in shown]}
    return plain({
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH, "height": HEIGHT, "background": "white", "title": title, "data": {"values": values},
        "mark": {"type": "area", "interpolate": "step-after"},
        "encoding": {
            "x": days_axis("on", {}),
            "y": {"field": "percent", "type": "quantitative", "stack": "zero", "title": "percent of customs value"},
            "color": {"field": "programme", "type": "nominal", "scale": colour, "title": None},
            "order": {"field": "order"},
        },
    })  # fmt: skip


def _rows(found: Average, last: date | None) -> list[AreaRow]:
    """One row a point and programme; every programme has every point, or areas would lean."""
    names = dict.fromkeys(n for p in found.points for n, v in p.by_programme.items() if v > 0)
    rows = [(p.on, p.by_programme) for p in found.points]
    if last and last >= rows[-1][0]:
        rows.append((last + timedelta(1), rows[-1][1]))
    return [
        {"on": str(on), "programme": name, "percent": round(100 * split.get(name, 0.0), 6)}
        for on, split in rows
        for name in names
    ]
