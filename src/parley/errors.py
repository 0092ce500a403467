"""Errors as colleagues: where, what was found, what is allowed, what to do.

Every error that a user can cause or meet derives from `ParleyError`, prints as one clear sentence or two,
and carries the exit code: 1 fault of ours, 2 bad input, 3 no answer exists or none could be certified.
"""

from __future__ import annotations

import difflib
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

LIKE = 0.5  # likeness (difflib) of names among which the one that was meant is looked for
LETTERS_A_SLIP = 5  # of a word: one slip, and one more for so many letters


def nearest(found: str, names: Iterable[str], count: int = 1) -> list[str]:
    """The names that may have been meant, best first; empty where none is near: some slips away, or with another ending."""
    said, by_fold = found.casefold().lstrip("-"), {name.casefold().lstrip("-"): name for name in names}
    near = [name for name in by_fold if _begins_alike(said, name) or _few_slips(said, name)]
    return [by_fold[x] for x in difflib.get_close_matches(said, near, n=count, cutoff=LIKE)]


def _few_slips(said: str, name: str) -> bool:
    """Whether two words are few slips apart; letters that differ in number are slips, and are counted first, being cheap."""
    most = 1 + len(said) // LETTERS_A_SLIP
    if abs(len(said) - len(name)) > most:
        return False
    shared = sum(min(said.count(letter), name.count(letter)) for letter in set(said))
    return max(len(said), len(name)) - shared <= most and slips(said, name) <= most


def _begins_alike(one: str, other: str) -> bool:
    """Whether the shorter of two words begins the other, but for its last letter: duty and duties."""
    begun = max(3, min(len(one), len(other)) - 1)
    return one[:begun] == other[:begun] and begun <= min(len(one), len(other))


def slips(one: str, other: str) -> int:
    """How many letters are wrong, missing, too many or changed in place with their neighbour (optimal string alignment)."""
    before, last = list[int](), list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            least = min(last[j] + 1, row[-1] + 1, last[j - 1] + (a != b))
            swapped = i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b
            row.append(min(least, before[j - 2] + 1) if swapped else least)
        before, last = last, row
    return last[-1]


def nearest_codes(found: str, names: Iterable[str], count: int = 3) -> list[str]:
    """The three-letter codes that differ from one by a letter or by two changed places, the best first; else the nearest name."""
    held = list(names)
    if len(found) == 3 and found.isalpha():
        said = found.upper()
        near = sorted((name for name in held if _one_slip(said, name)), key=lambda name: _shared_start(said, name))
        if near:
            return near[:count]
    return nearest(found, held)


def _one_slip(said: str, name: str) -> bool:
    """Whether one letter is wrong, or two stand in each other's place; only of three-letter codes."""
    if len(name) != 3 or not name.isupper():
        return False
    apart = [k for k in range(3) if said[k] != name[k]]
    return len(apart) == 1 or (len(apart) == 2 and sorted(said) == sorted(name))


def _shared_start(said: str, name: str) -> tuple[bool, int, str]:
    """Changed places first, then by how many letters both begin with."""
    same = next((k for k in range(3) if said[k] != name[k]), 3)
    return sorted(said) != sorted(name), -same, name


def did_you_mean(near: Sequence[str]) -> str:
    """The hint that names the nearest; empty where there is none."""
    if not near:
        return ""
    return f"Did you mean {', '.join(near[:-1])}{' or ' if near[1:] else ''}{near[-1]}?"


LONGEST = 600  # characters of a part of an error
LONGEST_NAME = 80  # characters of one name in a list of those allowed
LIKE_PERCENT = 5.0  # above 500 percent: hardly ever levied, and often a percentage written where a fraction belongs


class RateWarning(UserWarning):
    """A rate that looks like a percentage: rates are fractions.

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as told:
    ...     warnings.simplefilter("always")
    ...     warn_of_percent(25, "solve, USA from CHN, C26")
    >>> str(told[0].message)
    'solve, USA from CHN, C26: the rate is 25, which is 2,500 percent; rates are fractions: for 25 percent write 0.25'
    """


def warn_of_percent(rate: float, where: str) -> None:
    """Warns of a rate above LIKE_PERCENT, which may be meant; said once for each place."""
    if rate > LIKE_PERCENT:
        warnings.warn(
            f"{where}: the rate is {rate:g}, which is {100 * rate:,.10g} percent; rates are fractions: for {rate:g} percent write "
            f"{rate / 100:.10g}",
            RateWarning,
            stacklevel=_depth_of_caller(),
        )


def _short(text: str) -> str:
    """A text as a person reads it: what a file holds may be a line of a million signs."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"


@contextmanager
def named(where: str) -> Iterator[None]:
    """An error that is raised within names a place around its own, such as the file, if it does not yet."""
    try:
        yield
    except ParleyError as error:
        if where not in error.where:
            error.where = f"{where}, {error.where}"
        raise


def _depth_of_caller() -> int:
    """How many calls up from `warn_of_percent` the first line outside of this package stands: what was written by the user."""
    frame, depth = sys._getframe(1), 1
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "parley":
        frame, depth = frame.f_back, depth + 1
    return depth


class ParleyError(Exception):
    """Anything that parley refuses, with the place, the value found, what is allowed, and a hint."""

    exit_code = 1

    def __init__(self, where: str, found: str, allowed: str = "", hint: str = "") -> None:
        self.where, self.found, self.allowed, self.hint = _short(where), _short(found), allowed, _short(hint)
        super().__init__(str(self))

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.found}".rstrip(".") + "."]
        if self.allowed:
            parts.append(f"Allowed: {self.allowed}".rstrip(".") + ".")
        if self.hint:
            parts.append(self.hint.rstrip(".") + ".")
        return " ".join(parts).replace("?.", "?")

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors cross from worker processes whole."""
        return _again, (type(self), self.args, dict(self.__dict__))

    def as_json(self) -> dict[str, str]:
        """The error under --json: where, found, allowed, hint."""
        return {"where": self.where, "found": self.found, "allowed": self.allowed, "hint": self.hint}


def _again(kind: type[ParleyError], args: tuple[Any, ...], fields: dict[str, Any]) -> ParleyError:
    """The same error in another process."""
    made = kind.__new__(kind, *args)
    made.args = args
    made.__dict__.update(fields)
    return made


class InputError(ParleyError):
    """The user's input cannot be used as it is."""

    exit_code = 2


class OutputError(InputError):
    """A file that cannot be written where the user wants it: which, what happened, what to do."""


class CodeError(InputError):
    """An unknown country, product, sector or unit code."""


class DateError(InputError):
    """Something that is not a calendar day, or a day outside what the package covers."""


class MeasureError(InputError):
    """A measure, or a file of measures, that breaks the schema or the law of the house."""


class ScenarioError(InputError):
    """A scenario file with an unknown key, a missing part, or a value out of range."""


class WorldError(InputError):
    """A world whose accounts do not add up, or arrays of the wrong shape."""


class RecordError(InputError):
    """A record entry that breaks the schema or lacks a source."""


class NoAnswerError(ParleyError):
    """The question is well put, and no answer exists or none could be certified."""

    exit_code = 3


class NotSolvedError(NoAnswerError):
    """An equilibrium that did not reach its tolerance. Carries the residual that it did reach."""

    def __init__(self, where: str, found: str, residual: float, allowed: str = "", hint: str = "") -> None:
        self.residual = residual
        super().__init__(where, found, allowed, hint)

    def as_json(self) -> dict[str, str]:
        return super().as_json() | {"residual": f"{self.residual:.3e}"}


MEASURES = "parley law measures list"
LISTED = {"measure": MEASURES, "measure or legal authority": MEASURES, "act": MEASURES, "entry": "parley record list"}


def unknown_name(
    where: str, kind: str, found: str, names: Iterable[str], error: type[InputError] = InputError
) -> InputError:
    """The error for a name that is not in a list: with the nearest one, and the list when it is short."""
    names = sorted(names)
    shown = f" ({LISTED[kind]} shows them)" if kind in LISTED else ""
    whole = [name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…" for name in names]
    allowed = ", ".join(whole) if len(names) <= 24 else f"one of {len(names)} {kind} names{shown}"
    return error(where, f"no {kind} {found!r}", allowed, did_you_mean(nearest_codes(found, names)))
