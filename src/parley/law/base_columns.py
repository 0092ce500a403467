"""The base rates of an edition by column of the schedule: origins with the same column and preference share one pass."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.law.duties import (
    COLUMN_2,
    FIRST_EDITION,
    Preference,
    base_line,
    claimed,
    own_claims,
    preferential_duty,
    rate_of,
)
from parley.law.edition import Edition
from parley.law.entry_claims import Value
from parley.law.measure import LATEST
from parley.law.products import Line


def base_rates(edition: Edition, origins: Sequence[str], claims: dict[str, Value], on: date) -> Float[ndarray, "k i"]:
    """Base rates [k, i]; origins with the same column and preference share one pass over the rate texts."""
    columns, column_of = base_columns(edition, origins, claims, on)
    return columns[edition.text_of][:, column_of] if origins else np.zeros((len(edition.codes), 0))


def base_columns(
    edition: Edition, origins: Sequence[str], claims: dict[str, Value], on: date
) -> tuple[Float[ndarray, "t c"], Int[ndarray, " i"]]:
    """The base rates of each distinct set of rate texts by column of the schedule, and the column of each origin."""
    asked = [column_asked(edition, o, claims, on) for o in origins]
    place = {column: c for c, column in enumerate(dict.fromkeys(asked))}
    made = [_base_column(edition, *column) for column in place]
    columns = np.stack(made, axis=1) if made else np.zeros((len(edition.texts), 0))
    return columns, np.array([place[column] for column in asked], dtype=np.int64)


def column_asked(edition: Edition, origin: str, claims: dict[str, Value], on: date) -> tuple[Preference | None, bool]:
    """Which column an origin's goods pay: the preference that they claim, and whether it is column 2."""
    own = own_claims(claims, origin)[0]
    return claimed(origin, own), base_line(_ANY, origin, edition.destination, own, on).programme == "column2"


_ANY = Line("0000000000", date.min, LATEST, "", "", "", "", "")


@lru_cache(maxsize=256)
def _base_column(edition: Edition, preference: Preference | None, column_2: bool) -> Float[ndarray, " t"]:
    """The base rate of each distinct set of rate texts, read as any origin of that column reads it."""
    origin = COLUMN_2[0] if column_2 else preference.origins[0] if preference else "EUU"
    claims: dict[str, Value] = {preference.claim: True} if preference else {}
    duties = (base_line(x, origin, edition.destination, claims, FIRST_EDITION).duty for x in edition.texts)
    rates = np.array([np.nan if (rate := rate_of(duty)) is None else rate for duty in duties])
    rates.setflags(write=False)
    return rates


@lru_cache(maxsize=256)
def is_ordinary(edition: Edition, preference: Preference | None, column_2: bool) -> Bool[ndarray, " t"]:
    """Whether the base of each distinct set of rate texts is the ordinary duty in a column."""
    if column_2 or preference is None:
        return np.full(len(edition.texts), not column_2)
    return np.array([preferential_duty(x.special, preference) is None for x in edition.texts])
