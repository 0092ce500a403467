"""Which field of a question a refusal is about: rooms name what they were given, a caller should read what was written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from parley.errors import InputError
from parley.question import OPTION, Part, parts_of

QUOTED = re.compile(r"'([^']+)'")
BETWEEN = re.compile(r"[,=@:]")  # of a value that holds several words


@contextmanager
def naming(kind: type, given: Mapping[str, object]) -> Iterator[None]:
    """A refusal within names the option whose value it quotes. given: the values of a question, and a command's own, by name.

    What names an option or a file of the caller's already stays as it is.
    """
    try:
        yield
    except InputError as error:
        error.where = _option(error, parts_of(kind), given) or error.where
        raise


def _option(error: InputError, parts: tuple[Part, ...], given: Mapping[str, object]) -> str:
    """The option that holds the first quoted value; among several, or where none is quoted, the one that the place names."""
    files = [
        Path(str(v)).name for part in parts if isinstance(v := given.get(part.name), Path) or (part.says.argument and v)
    ]
    if OPTION.search(error.where) or any(name in error.where for name in files):
        return ""
    written = [p for p in parts if given.get(p.name) not in (None, (), "", p.default)]
    quoted = QUOTED.findall(error.found)
    holding = [p for p in written if quoted and _holds(given[p.name], quoted[0])]
    named = [p for p in holding or ([] if quoted else written) if _is_named(p, error.where)]
    found = holding if len(holding) == 1 else named
    return found[0].option if len(found) == 1 and not found[0].says.argument else ""


def _holds(value: object, quoted: str) -> bool:
    """Whether a value is what was quoted, or has it between commas and the like; codes are quoted in capitals."""
    texts = [str(one).strip().casefold() for one in (value if isinstance(value, (tuple, list)) else (value,))]
    words = [word.strip() for text in texts for word in (text, *BETWEEN.split(text))]
    return quoted.strip().casefold() in words


def _is_named(part: Part, where: str) -> bool:
    """Whether a place ends in a field's name: "talks: bounds", "solve, deficits"."""
    last = re.split(r"[:,] ", where)[-1].replace(" ", "_").replace("-", "_")
    return last in (part.name, part.called)
