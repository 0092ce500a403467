"""Concordance of a year's statistical numbers with the codes of an edition of the tariff.

Numbers first follow the transfers that the edition shows to have been made (law/transfers.py). A number that the edition
still does not have is shared among the lines nearest to it. All of this is found once for an edition; values of any kind
(customs value, duty, quantity) are then put on it by array arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.law.transfers import steps

FULL_FROM = date(2025, 1, 1)  # the year's imports are wholly in numbers that stood before this day


class Move(NamedTuple):
    """One day's transfers as places in Carriage.names.

    renamed: (old places, new places) of numbers that became one other. split: an old number and those that it became.
    within: whether the day is within the year, so that the new ones' own values say how a number splits.
    """

    renamed: tuple[Int[ndarray, " m"], Int[ndarray, " m"]]
    split: tuple[tuple[int, list[int]], ...]
    within: bool


class Carriage(NamedTuple):
    """The transfers that a year's codes went through on their way to an edition, ready for any column of the year.

    names: the year's codes, then those that transfers made. products: the codes that hold values in the end; rows: their places.
    """

    names: tuple[str, ...]
    moves: tuple[Move, ...]
    products: tuple[str, ...]
    rows: Int[ndarray, " p"]

    def carry(self, value: Float[ndarray, "k i"]) -> Float[ndarray, "p i"]:
        """The values of the year's codes [k, i] under `products`."""
        held = np.zeros((len(self.names), value.shape[1]))
        held[: len(value)] = value
        for move in self.moves:
            olds, news = move.renamed
            renamed, split = held[olds], held[[old for old, _ in move.split]]
            held[olds] = 0.0
            held[[old for old, _ in move.split]] = 0.0
            own = [held[made] if move.within else np.zeros((len(made), value.shape[1])) for _, made in move.split]
            add_rows(held, news, renamed)
            for (_, made), inside, moving in zip(move.split, own, split, strict=True):
                held[made] += proportions(inside) * moving
        return held[self.rows]


def carriage_of(destination: str, year: Sequence[str], codes: frozenset[str]) -> Carriage:
    """The transfers that an edition's codes show to have been made since the year.

    A transfer has been made where more of the numbers stand that it made than of those that it ended. What a number held
    goes to those that it became: in equal parts, or, for a transfer within the year, in proportion to what they held
    themselves. A number that still stands keeps its value, unless the transfer gave it to other goods.
    """
    made = [
        step
        for step in steps(destination)
        if len((step.olds.keys() - step.news.keys()) & codes) > len((step.news.keys() - step.olds.keys()) & codes)
    ]
    names = tuple(dict.fromkeys((*year, *(n for step in made for n in step.olds))))
    place, held = {name: k for k, name in enumerate(names)}, dict.fromkeys(year)
    moves: list[Move] = []
    for step in made:
        moving = [old for old in step.news if old in held and (old in step.olds or old not in codes)]
        for old in moving:
            del held[old]
        held |= dict.fromkeys(new for old in moving for new in step.news[old])
        one = [(place[old], place[step.news[old][0]]) for old in moving if len(step.news[old]) == 1]
        olds, news = np.array(one, dtype=np.int64).reshape(-1, 2).T
        many = [(place[old], [place[new] for new in step.news[old]]) for old in moving if len(step.news[old]) > 1]
        moves.append(Move((olds, news), tuple(many), step.on < FULL_FROM))
    products = tuple(sorted(held))
    return Carriage(names, tuple(moves), products, np.array([place[code] for code in products]))


def _siblings(
    shared_within: Sequence[int], code: str, codes: Sequence[str], lines: dict[str, list[int]], own: frozenset[str]
) -> list[int]:
    """The lines among which a code that the tariff does not have is shared: those nearest to it.

    Of lines that share fewer digits than the code has, those that no code of the year stands for go first.
    """
    for digits in shared_within:
        near = lines.get(code[:digits], [])
        if near and digits < len(code):
            return [k for k in near if codes[k][: len(code)] not in own] or near
        if near:
            return near
    return []


class Concordance(NamedTuple):
    """Where each code of the year goes in an edition.

    target: the line of each carried code, or -1. adrift: a code without a line, and the lines that share it.
    """

    carriage: Carriage
    target: Int[ndarray, " p"]
    adrift: tuple[tuple[int, list[int]], ...]
    lines: int  # of the edition

    def apply(self, value: Float[ndarray, "k i"]) -> Float[ndarray, "l i"]:
        """The values of the year's codes [k, i] on the edition's lines [l, i]."""
        carried = self.carriage.carry(value)
        found = np.zeros((self.lines, value.shape[1]))
        placed = np.flatnonzero(self.target >= 0)
        add_rows(found, self.target[placed], carried[placed])
        if self.adrift:
            add_rows(found, *self._shared(found, carried))
        return found

    def _shared(
        self, found: Float[ndarray, "l i"], carried: Float[ndarray, "p i"]
    ) -> tuple[Int[ndarray, " q"], Float[ndarray, "q i"]]:
        """The lines that share the codes adrift, and what each gets: by what it holds, or in equal parts where none holds any."""
        count = np.array([len(siblings) for _, siblings in self.adrift])
        lines = np.concatenate([np.asarray(siblings) for _, siblings in self.adrift])
        parts = (carried[[k for k, _ in self.adrift]] / count[:, None]).repeat(count, axis=0)
        first = np.concatenate([[0], np.cumsum(count)[:-1]])
        holding = np.logical_or.reduceat(np.any(found, axis=1)[lines], first)
        for n in np.flatnonzero(holding).tolist():
            k, siblings = self.adrift[n]
            parts[first[n] : first[n] + count[n]] = proportions(found[siblings]) * carried[k]
        return lines, parts


def add_rows(found: Float[ndarray, "l i"], target: Int[ndarray, " p"], rows: Float[ndarray, "p i"]) -> None:
    """Adds rows [p, i] to those of their targets, in order: every target's first, then every target's second, and so on."""
    order = np.argsort(target, kind="stable")
    first = np.concatenate([[True], np.diff(target[order]) != 0]) if len(order) else np.zeros(0, dtype=bool)
    since = np.arange(len(order)) - np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    for turn in range(int(since.max(initial=-1)) + 1):
        own = order[since == turn]
        found[target[own]] += rows[own]


@lru_cache(maxsize=8)
def concordance_of(
    destination: str, year: tuple[str, ...], codes: tuple[str, ...], shared_within: tuple[int, ...]
) -> Concordance:
    """The concordance of a year's codes with an edition's; found once, however many columns are put on it."""
    carriage = carriage_of(destination, year, frozenset(codes))
    target = longest_prefixes(carriage.products, codes)
    lost = np.flatnonzero(target < 0).tolist()
    lines: dict[str, list[int]] = {}
    for digits in shared_within if lost else ():
        for k in lost:
            lines.setdefault(carriage.products[k][:digits], [])
        for k, code in enumerate(codes):
            if (held := lines.get(code[:digits])) is not None:
                held.append(k)
    own = frozenset(carriage.products)
    near = ((k, _siblings(shared_within, carriage.products[k], codes, lines, own)) for k in lost)
    return Concordance(carriage, target, tuple((k, siblings) for k, siblings in near if siblings), len(codes))


def longest_prefixes(codes: Sequence[str], prefixes: Sequence[str]) -> Int[ndarray, " k"]:
    """For each code the place of its longest prefix among `prefixes`; -1 where it has none."""
    place = {prefix: k for k, prefix in enumerate(prefixes)}
    lengths = sorted({len(prefix) for prefix in prefixes}, reverse=True)
    longest = lengths[0] if lengths else 0

    def of(code: str) -> int:
        if len(code) <= longest and code in place:
            return place[code]
        return next((place[code[:n]] for n in lengths if code[:n] in place), -1)

    return np.fromiter(map(of, codes), np.int64, len(codes))


def proportions(value: Float[ndarray, "k i"]) -> Float[ndarray, "k i"]:
    """Shares over k that sum to one in every column: the column's own, else those of the row sums, else equal ones."""
    rows = value.sum(axis=1, keepdims=True)
    fallback = rows / rows.sum() if rows.sum() > 0 else np.full_like(rows, 1 / len(rows))
    totals = value.sum(axis=0)
    return np.where(totals > 0, value / np.where(totals > 0, totals, 1), fallback)
