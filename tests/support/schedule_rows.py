"""A few rows in the layout of the Harmonized Tariff Schedule's JSON."""

from __future__ import annotations


def row(htsno: str, indent: int, description: str, general: str = "", **more: object) -> dict[str, object]:
    return {"htsno": htsno, "indent": str(indent), "description": description, "general": general, "special": "",
            "other": "", "units": [], "footnotes": None, **more}  # fmt: skip


SMALL = [
    row("9503", 0, "Toys:"),
    row("", 1, "Wheeled <il>toys</il>:", superior="true"),
    row("9503.00.10", 2, "With pedals", "2.5%", footnotes=[{"value": "See 9903.88.15. ", "columns": ["general"]}]),
    row("9503.00.10.10", 3, "For children", units=["No."]),
    row("9503.00.10.90", 3, "Other"),
    row("9503.00.20", 1, "Dolls", "Free"),
    row("9903.88.15", 0, "Articles of China", "The duty provided in the applicable subheading + 7.5%"),
]
