"""How the law is read where effects are asked: as written, or as what importers pay (docs/law-paid.md)."""

from __future__ import annotations

from typing import Literal, get_args

EffectsReading = Literal["statutory", "paid"]
READINGS: tuple[EffectsReading, ...] = get_args(EffectsReading)
READING: EffectsReading = "paid"  # of questions about effects that name none
