"""Build src/parley/report/outlines/countries.json: the outline of every country, light enough for a page.

Run: npm install world-atlas && python builders/report_outlines.py [--atlas node_modules/world-atlas] [--out src/parley/report/outlines]

From Natural Earth 1:50m as TopoJSON (npm package world-atlas 2): arcs are thinned (Douglas and Peucker 1973) as arcs, so that
neighbours still share their border; islets are left out but for a country's largest part; Antarctica is left out. A feature is
GeoJSON with the country's ISO 3166 code; `at` is a point inside, where a country too small for the picture gets a dot.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import iso3166
import numpy as np

from us_schedule import record, replace_file

TOLERANCE = 0.4  # degrees: less than a pixel in a picture of 720
LEAST = 1.2  # square degrees: smaller parts are left out
DIGITS = 2
LEFT_OUT = ("ATA",)
PART_OF = {
    "Somaliland": "SOM",
    "N. Cyprus": "CYP",
    "Kosovo": "XKX",
}  # without an ISO number: drawn by nobody's claim, valued as this code
ENTRY = {
    "source": "Natural Earth 1:50m, admin 0 countries, by way of the npm package world-atlas 2 (countries-50m.json)",
    "terms": "public domain (Natural Earth); the package's own terms: ISC",
    "vintage": "as packaged in world-atlas 2.0.2",
    "note": "outlines thinned; borders are the source's and no statement of ours",
}


def thinned(line: np.ndarray, tolerance: float) -> np.ndarray:
    """The line [points, 2] without the points that lie within the tolerance of what is kept (Douglas and Peucker 1973)."""
    keep = np.zeros(len(line), bool)
    keep[[0, -1]] = True
    stack = [(0, len(line) - 1)]
    while stack:
        a, b = stack.pop()
        if b - a < 2:
            continue
        along, inner = line[b] - line[a], line[a + 1 : b] - line[a]
        length = float(np.hypot(*along))
        off = np.hypot(*inner.T) if length == 0 else np.abs(along[0] * inner[:, 1] - along[1] * inner[:, 0]) / length
        far = int(np.argmax(off))
        if off[far] > tolerance:
            keep[a + 1 + far] = True
            stack += [(a, a + 1 + far), (a + 1 + far, b)]
    return line[keep]


def arcs_of(atlas: dict[str, Any]) -> list[np.ndarray]:
    """The arcs in degrees, thinned: delta-coded integers in the file."""
    scale, shift = np.array(atlas["transform"]["scale"]), np.array(atlas["transform"]["translate"])
    return [thinned(np.cumsum(np.array(arc), axis=0) * scale + shift, TOLERANCE) for arc in atlas["arcs"]]


def ring(indices: list[int], arcs: list[np.ndarray]) -> np.ndarray:
    """The closed line that arcs make, end to start; a negative index is an arc run backwards."""
    parts = [arcs[k] if k >= 0 else arcs[~k][::-1] for k in indices]
    return np.concatenate([parts[0], *(p[1:] for p in parts[1:])])


def area(points: np.ndarray) -> float:
    """Square degrees, shrunk by latitude as on the globe."""
    x, y = points.T
    return abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))) / 2 * float(np.cos(np.radians(y.mean())))


def feature(code: str, polygons: list[list[list[int]]], arcs: list[np.ndarray]) -> dict[str, Any]:
    """One country: its parts, the largest first, as GeoJSON; the area in square degrees."""
    parts = sorted(([ring(r, arcs) for r in p] for p in polygons), key=lambda p: -area(p[0]))
    kept = [parts[0], *(p for p in parts[1:] if area(p[0]) > LEAST)]
    drawn = [[r.round(DIGITS).tolist() for r in p if len(r) > 3] for p in kept]
    middle = (parts[0][0].min(axis=0) + parts[0][0].max(axis=0)) / 2
    return {
        "type": "Feature", "id": code, "area": round(sum(area(p[0]) for p in parts), 3), "at": middle.round(DIGITS).tolist(),
        "geometry": {"type": "MultiPolygon", "coordinates": [p for p in drawn if p]},
    }  # fmt: skip


def outlines(atlas: dict[str, Any]) -> list[dict[str, Any]]:
    arcs = arcs_of(atlas)
    parts: dict[str, list[Any]] = {}
    for shape in atlas["objects"]["countries"]["geometries"]:
        known = iso3166.countries_by_numeric.get(str(shape.get("id", "")).zfill(3))
        code = known.alpha3 if known else PART_OF.get(shape["properties"]["name"])
        if code and code not in LEFT_OUT:
            parts.setdefault(code, []).extend([shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"])
    return [feature(code, parts[code], arcs) for code in sorted(parts)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--atlas", type=Path, default=Path("node_modules/world-atlas"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/report/outlines"))
    at = parser.parse_args()
    made = outlines(json.loads((at.atlas / "countries-50m.json").read_text("utf-8")))
    text = json.dumps(made, separators=(",", ":")).encode()
    replace_file(at.out / "countries.json", text)
    print(len(made), "countries,", len(text) // 1024, "KB")
    entry = ENTRY | {
        "builder": "builders/report_outlines.py",
        "rows": len(made),
        "sha256": hashlib.sha256(text).hexdigest(),
    }
    record(at.out / "manifest.json", "countries.json", entry)


if __name__ == "__main__":
    main()
