"""What products pay and the average, by legal authority, as Vega-Lite specifications, each for a wide and a narrow page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from parley.codes import country_name, name_in_text
from parley.json_values import JsonObject
from parley.report.chart import (
    INK,
    PAPER,
    WIDE,
    Chart,
    Key,
    names,
    programme_order,
    programme_paint,
    room,
    theme,
    values,
    x_axis,
)
from parley.report.words import capital, programme, rate

ROOM, NARROW_ROOM = 190, 105  # pixels for the names of bars


def _stack(
    rows: Sequence[Mapping[str, Any]], order: list[str], width: int, height: int, axis: bool = True
) -> JsonObject:
    """Horizontal stacked bars by programme, the total written at the end."""
    parts = programme_order([r["programme"] for r in rows])
    rows = [{**r, "rank": parts.index(r["programme"])} for r in rows]
    named = [{"name": label} for label in order]
    y = names(named, 13)
    limit = ROOM if width >= WIDE else NARROW_ROOM  # a longer name is cut, and stands whole in the table
    y |= (
        {"field": "label", "axis": {"labelColor": INK, "labelFontSize": 13, "labelLimit": limit}}
        if axis
        else {"field": "label", "axis": None}
    )
    totals = list({r["label"]: {"label": r["label"], "end": r["total"], "text": r["text"]} for r in rows}.values())
    top = max(max(r["total"] for r in rows), 1.0) * (1.32 if width < WIDE else 1.1)
    scale = {"domain": [0, top], "nice": False}
    bar = {
        "data": values(rows),
        "mark": {"type": "bar", "height": {"band": 0.62}, "stroke": PAPER, "strokeWidth": 1},
        "encoding": {
            "y": y,
            "x": x_axis(
                "rate", None, stack="zero", scale=scale, axis={"tickCount": 4, "labelExpr": "datum.value + ' %'"}
            ),
            "order": {"field": "rank", "type": "quantitative"},
            "color": {
                "field": "programme",
                "type": "nominal",
                "legend": None,
                "scale": {"domain": parts, "range": [programme_paint(n) for n in parts]},
            },
            "description": {"field": "says", "type": "nominal"},
        },
    }
    end = {
        "data": values(totals),
        "mark": {"type": "text", "align": "left", "dx": 6, "fontWeight": 600, "fontSize": 13, "aria": False},
        "encoding": {"y": y, "x": x_axis("end", None, scale=scale), "text": {"field": "text"}},
    }
    return theme(
        {"layer": [bar, end]}, width, height, left=min(room(named, 13), round(1.2 * limit) + 10) if axis else 4
    )


def products(answer: Mapping[str, Any], width: int) -> JsonObject:
    """What each named product pays, by programme."""
    rows = []
    for item in answer["law"]["lines"]:
        label = capital(item["label"].split(" (")[0])
        known = [x for x in item["lines"] if x["contribution"] is not None]  # a duty by weight may have no fraction
        total = 100 * sum(x["contribution"] for x in known)
        text = f"{rate(item['rate'])} %" if item["rate"] is not None else "unknown"
        for x in known or [{"programme": "mfn", "contribution": 0.0}]:
            says = f"{label}: {programme(x['programme'])} {rate(x['contribution'])} %"
            rows.append({"label": label, "programme": x["programme"], "rate": 100 * x["contribution"], "total": total,
                         "text": text, "says": says})  # fmt: skip
    order = list(dict.fromkeys(r["label"] for r in rows))
    return _stack(rows, order, width, 34 * len(order) + 34)


def products_finding(answer: Mapping[str, Any]) -> str:
    """What each product pays."""
    return "Rates by product: " + ", ".join(f"{x['label']} {rate(x['rate'])} %" for x in answer["law"]["lines"]) + "."


def average(answer: Mapping[str, Any], width: int) -> JsonObject:
    """The average as one stacked bar."""
    point = answer["law"]["average"]
    rows = [
        {
            "label": "average",
            "programme": p,
            "rate": 100 * v,
            "total": 100 * point["rate"],
            "text": f"{rate(point['rate'])} %",
            "says": f"{programme(p)} {rate(v, 2)} %",
        }
        for p, v in point["by_programme"].items()
    ]
    return _stack(rows, ["average"], width, 92, axis=False)


def average_finding(answer: Mapping[str, Any]) -> str:
    """The average and its largest part."""
    point = answer["law"]["average"]
    name, value = max(point["by_programme"].items(), key=lambda x: x[1])
    return f"Goods of {country_name(point['origin'])} pay {rate(point['rate'])} % on average, of which {programme(name)} {rate(value)}."


def _has_products(answer: Mapping[str, Any]) -> bool:
    return any(item.get("rate") is not None for item in (answer.get("law") or {}).get("lines") or ())


def _has_average(answer: Mapping[str, Any]) -> bool:
    return ((answer.get("law") or {}).get("average") or {}).get("rate") is not None


def _authorities(parts: Sequence[str]) -> list[Key]:
    return [{"paint": programme_paint(p), "shape": "box", "words": programme(p)} for p in programme_order(list(parts))]


def _product_keys(answer: Mapping[str, Any]) -> list[Key]:
    return _authorities([x["programme"] for item in answer["law"]["lines"] for x in item["lines"] if x["contribution"]])


def _products_caption(answer: Mapping[str, Any]) -> str:
    first = answer["law"]["lines"][0]
    return f"What goods from {name_in_text(first['origin'])} pay in {name_in_text(first['destination'])}, by legal authority"


def _average_caption(answer: Mapping[str, Any]) -> str:
    point = answer["law"]["average"]
    return f"Goods from {name_in_text(point['origin'])} pay {rate(point['rate'], 2)} % on average in {name_in_text(point['destination'])}"


def _schedule(answer: Mapping[str, Any]) -> str:
    return "tariff schedule and acts, named by product" if answer else ""


def _rates_note(answer: Mapping[str, Any]) -> str:
    return "No preference is claimed and no exclusion by application." if answer else ""


def _average_note(answer: Mapping[str, Any]) -> str:
    point = answer["law"]["average"]
    return (
        f"{rate(point['covered'])} % of the value has a known rate, on {point['lines']:,} lines."
        if point["covered"]
        else ""
    )


def _weights(answer: Mapping[str, Any]) -> str:
    return f"tariff schedule and acts; weights: {answer['law']['average']['weights']}"


CHARTS = (
    Chart("products", "law", "What each product pays", _has_products, products_finding, products, "law-products", placed=True,
          caption=_products_caption, keys=_product_keys, note=_rates_note, source=_schedule),
    Chart("average", "law", "The average rate by legal authority", _has_average, average_finding, average, "law-average",
          placed=True, caption=_average_caption,
          keys=lambda a: _authorities(list(a["law"]["average"]["by_programme"])), note=_average_note, source=_weights),
)  # fmt: skip
