"""What a question is made of: a frozen dataclass whose fields say, once for every door, what they mean and what they allow.

`origin: Annotated[str, Says("country of origin: ISO3 code or name", asked="CHN")]`. The command line makes options of the
fields, the HTTP API parameters, the pages forms; each reads them here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, fields
from functools import lru_cache
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints

UNSAID = object()  # nothing: a field says of itself what None would
LONGEST = 80  # characters of a text over HTTP, where its field does not say
OPTION = re.compile(r"--([a-z][a-z-]*)")


def by_key(text: str) -> str:
    """A sentence in which fields stand by their keys, as programs send them, where a command names options."""
    return OPTION.sub(lambda found: found[1].replace("-", "_"), text)


class Says(NamedTuple):
    """What a field means and allows.

    low, high: the ends of a number, both allowed; of a text, its shortest and longest. above: what a number must exceed.
    most: the largest number and the longest text taken over HTTP, where a server has less patience than a user's machine.
    one_of: the words allowed, or what gives them once they are asked for, by name too as "module:NAME"; a path of the user's may
    stand in their place on the command line where `or_file` says so. names: what gives the names that a value may begin with, as
    NAME=VALUE.
    asked: what the API and the pages take where nothing is written, if that is not the default.
    local: a file or folder of the user's machine, or what only it can show: not offered over HTTP.
    argument: the command line takes it without a --. metavar: what its help shows for a value; ending in "...", several words.
    word: the option's name, where it is not the field's. was: its names over HTTP before, still taken. form: of a text: date,
    country, number, day_or_latest, or day_at_known.
    """

    text: str
    low: float | None = None
    high: float | None = None
    above: float | None = None
    most: int | None = None
    one_of: tuple[str, ...] | Callable[[], Iterable[str]] | str = ()
    names: Callable[[], Iterable[str]] | None = None
    or_file: str = ""
    asked: object = UNSAID
    local: bool = False
    argument: bool = False
    metavar: str = ""
    word: str = ""
    was: tuple[str, ...] = ()
    form: str = ""


KNOWN = "information cut-off: as known on this day; default: everything in the package"
DROP = "repeal a measure, or all under a legal authority, from a day: MEASURE@DATE; may be repeated"
SET = "another rate for a measure, a fraction, from a day: MEASURE=RATE@DATE; may be repeated"
ADD = "add the measures of a TOML act; may be repeated"
COUNTRY = 60  # characters of a country's name
DAY = 10  # characters of a day

Tolerance = Annotated[float, Says("largest error allowed, a share", above=0, high=1e-4)]
NewRate = Annotated[float, Says("rate of duty, a fraction", low=0)]
SheetName = Annotated[str, Says("name of a sheet", low=1, high=31)]  # as Excel has it
Count = Annotated[int, Says("how many", low=1)]
Origin = Annotated[str, Says("country of origin: ISO3 code or name", most=COUNTRY, asked="CHN", form="country")]
Destination = Annotated[
    str, Says("importing country, which charges the duty: ISO3 code or name", most=COUNTRY, form="country")
]
Known = Annotated[str | None, Says(KNOWN, most=DAY, form="date")]
Drop = Annotated[tuple[str, ...], Says(DROP, most=120)]
Set = Annotated[tuple[str, ...], Says(SET, most=120)]
Add = Annotated[tuple[Path, ...], Says(ADD, local=True)]


class Part(NamedTuple):
    """One field of a question, read. kind: of one value; many: whether there may be several; default: MISSING where one is needed."""

    name: str
    kind: type
    many: bool
    optional: bool
    default: object
    says: Says

    @property
    def option(self) -> str:
        """Its name on the command line."""
        return self.says.word or "--" + self.name.replace("_", "-")

    @property
    def called(self) -> str:
        """Its name over HTTP."""
        return self.option.removeprefix("--").replace("-", "_")

    @property
    def asked(self) -> object:
        """What the API and the pages take where nothing is written; MISSING where they insist."""
        return self.default if self.says.asked is UNSAID else self.says.asked

    @property
    def typed(self) -> object:
        """What the API takes where nothing is written; MISSING where the command insists: both give one answer or none.

        A page shows what it takes in its fields; a program that left out a country or a day would not see which was meant.
        """
        if self.says.asked in (UNSAID, ""):
            return self.default
        insisted = self.default in (MISSING, "")
        return MISSING if insisted else self.default if self.says.form == "date" else self.asked

    @property
    def one_of(self) -> tuple[str, ...]:
        """The words allowed; none where any is."""
        allowed = self.says.one_of
        if isinstance(allowed, str):
            return _named(allowed)
        return tuple(allowed() if callable(allowed) else allowed)

    @property
    def words(self) -> str:
        """What it says over HTTP: of a default only where it is the default there."""
        return self._dated(
            self.says.text if self.says.asked in (UNSAID, "") else self.says.text.partition("; default")[0]
        )

    @property
    def typed_words(self) -> str:
        """What the API says of it: of a day, with the command's own default."""
        return self._dated(self.says.text) if self.says.form == "date" else self.words

    def _dated(self, text: str) -> str:
        """With the form of a day, if it is one."""
        return f"{text}, YYYY-MM-DD" if self.says.form == "date" and "YYYY" not in text else text

    @property
    def local(self) -> bool:
        """Whether it is not offered over HTTP."""
        return self.says.local or self.kind is Path


def _named(place: str) -> tuple[str, ...]:
    """The words that "module:NAME" names: a function that gives them, a Literal, or what holds them."""
    module, _, name = place.partition(":")
    found = getattr(import_module(module), name)
    words: Any = get_args(found) or (found() if callable(found) else found)
    return tuple(words)


@lru_cache(maxsize=256)
def parts_of(kind: type) -> tuple[Part, ...]:
    """The fields of a question in order; those that are given as types are not looked up by name."""
    own = fields(kind)
    hints = get_type_hints(kind, include_extras=True) if any(isinstance(f.type, str) for f in own) else {}
    return tuple(_part(f.name, hints.get(f.name, f.type), _default(f)) for f in own)


@lru_cache(maxsize=256)
def offered(kind: type) -> tuple[Part, ...]:
    """The fields that are offered over HTTP."""
    return tuple(part for part in parts_of(kind) if not part.local)


def _default(field: Field[Any]) -> object:
    """The default of a field, MISSING where a value is needed."""
    return field.default if field.default_factory is MISSING else field.default_factory()


def _part(name: str, hint: Any, default: object) -> Part:
    """Reads `Annotated[kind, Says(...)]`, or `Annotated[kind, "help"]` with its ends behind it."""
    if get_origin(hint) is not Annotated:
        raise TypeError(f"field {name}: {hint} says nothing; write Annotated[type, Says(...)]")
    own, *said = get_args(hint)
    members = get_args(own) if get_origin(own) in (Union, UnionType) else (own,)
    kind = next(k for k in members if k is not NoneType)
    many = get_origin(kind) is tuple
    return Part(name, get_args(kind)[0] if many else kind, many, NoneType in members, default, _says(said))


def _says(said: list[Any]) -> Says:
    """The last Says; of plain words, with their ends where they stand behind."""
    if isinstance(said[-1], Says):
        return said[-1]
    low, high = said[-1] if isinstance(said[-1], tuple) else (None, None)
    return Says(next(text for text in reversed(said) if isinstance(text, str)), low, high)


def held(part: Part, value: Any) -> object:
    """A value as the question holds it: several as a tuple, none as its default."""
    if part.many:
        return tuple(value or ())
    return " ".join(value) if isinstance(value, list) else value


def said(kind: type) -> str:
    """What a question says of itself, without its examples."""
    return cleandoc(kind.__doc__ or "").partition("\b")[0].strip()
