"""How a file of text, TOML or JSON is opened: the one place that says what is wrong with it, where, and what to do."""

from __future__ import annotations

import codecs
import json
import math
import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from parley.errors import InputError, did_you_mean, nearest
from parley.inputs import as_file

T = TypeVar("T")
MOST_BYTES = 1 << 28
HEAD_BYTES = 1 << 18
DEEPEST = 40  # tables within tables
GREATEST = 1 << 63  # of a whole number: beyond it no double counts in ones, and no table of ours holds it
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_SAVE = "Save it as UTF-8 (a spreadsheet calls it CSV UTF-8)"
_HALF = re.compile(r"\\[uU][dD][89a-fA-F]")  # of a pair of surrogates, as JSON escapes it
_PLACE = re.compile(r" \(at (line \d+, column \d+|end of document)\)$")  # as tomllib names it


@dataclass(frozen=True)
class FileKind:
    """What a file should be: what is allowed in it, the error that says so, and how a pipe's content is called.

    most: bytes of the whole file.
    """

    allowed: str
    error: type[InputError] = InputError
    ending: str = ".csv"
    most: int = MOST_BYTES

    def fault(self, where: str, found: str, hint: str = "") -> InputError:
        """The error of this kind of file."""
        return self.error(where, found, self.allowed, hint)


def read_bytes(place: str | Path, kind: FileKind, where: str = "") -> bytes:
    """All bytes of a file. where: how errors call it, the path if not said. Raises the kind's error."""
    content = _beginning(place, kind, where or str(place), kind.most + 1)
    if len(content) > kind.most:
        raise kind.fault(where or str(place), f"more than {kind.most:,} bytes")
    return content


def _beginning(place: str | Path, kind: FileKind, where: str, count: int) -> bytes:
    try:
        with as_file(place, kind.ending).open("rb") as stream:
            return stream.read(count)
    except (OSError, ValueError) as error:  # a name with a zero byte is a ValueError
        name, what = repr(str(place)[:200]), error.strerror if isinstance(error, OSError) else str(error)
        missing = isinstance(error, FileNotFoundError)
        found = f"no file {name}: cannot be read (no such file)" if missing else f"{name} cannot be read ({what})"
        raise kind.fault(where, found, _near(place)) from None


def read_text(place: str | Path, kind: FileKind, where: str = "") -> str:
    """The text of a file in UTF-8, without a byte order mark. Raises the kind's error with line and byte."""
    return decoded(read_bytes(place, kind, where), kind, where or str(place))


def read_head(place: str | Path, kind: FileKind, where: str = "") -> str:
    """The whole lines in the first HEAD_BYTES of a text, which tell what the file is. Raises as `read_text` does."""
    content = _beginning(place, kind, where or str(place), HEAD_BYTES)
    edge = content.rfind(b"\n") + 1 if len(content) == HEAD_BYTES else len(content)
    return decoded(content[: edge or len(content)], kind, where or str(place))


def read_toml(place: str | Path, kind: FileKind, where: str = "") -> dict[str, Any]:
    """The table that a TOML file holds. Raises the kind's error with line and column, or key."""
    return parse_toml(read_text(place, kind, where), kind, where or str(place))


def decoded(content: bytes, kind: FileKind, where: str) -> str:
    """The text of some bytes in UTF-8. Raises the kind's error with the line and the byte in it."""
    told = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    if told:
        raise kind.fault(where, f"text in {told}", _SAVE)
    content = content.removeprefix(codecs.BOM_UTF8)
    zero = content.find(b"\x00")
    if zero >= 0:
        raise kind.fault(f"{where}, {_place(content, zero)}", "a zero byte, which no text has", _SAVE)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"the byte 0x{content[error.start]:02X}, which is not UTF-8 here"
        raise kind.fault(f"{where}, {_place(content, error.start)}", found, _SAVE) from None


def parse_toml(text: str, kind: FileKind, where: str) -> dict[str, Any]:
    """The table of a TOML text: finite numbers, no deeper than DEEPEST. Raises the kind's error with its place."""
    import tomllib

    try:
        made = tomllib.loads(text)
    except RecursionError:
        raise kind.fault(where, f"tables or lists nested more than {DEEPEST} deep") from None
    except ValueError as error:  # of TOML, or a whole number of more digits than Python reads
        at = _PLACE.search(str(error))
        place = f"{where}, {at[1]}" if at else where
        raise kind.fault(place, f"is not TOML: {_PLACE.sub('', _said(error))}") from None
    for key, found in _unfit(made):
        raise kind.fault(f"{where}, {key}", found)
    return made


def converted(raw: object, to: type[T], kind: FileKind, where: str, hidden: Collection[str] = ()) -> T:
    """A parsed value as a struct. Raises the kind's error: the key, what was found, what is allowed, the nearest name.

    hidden: fields of the struct that are none of the user's.
    """
    import msgspec

    try:
        return msgspec.convert(raw, to)
    except (msgspec.ValidationError, ValueError) as error:
        from parley.struct_faults import struct_fault

        fault = struct_fault(error, raw, to, hidden)
        place = f"{where}, {fault.key}" if fault.key else where
        said = f"The file is {kind.allowed}" if fault.allowed else ""
        raise kind.error(place, fault.found, fault.allowed or kind.allowed, fault.hint or said) from None


def parse_json(content: str | bytes, kind: FileKind, where: str, *, finite: bool = True) -> Any:
    """The value of a JSON text, each key once in its object. Raises the kind's error with its place.

    finite: whether NaN and Infinity, which some programs write, are refused.
    """
    text = decoded(content, kind, where) if isinstance(content, bytes) else content
    try:
        made = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number if finite else float)
        if _HALF.search(text):
            json.dumps(made, ensure_ascii=False).encode()
        return made
    except RecursionError:
        raise kind.fault(where, "objects or lists nested too deeply") from None
    except UnicodeEncodeError as error:
        raise kind.fault(where, f"the sign {error.object[error.start]!r}, which is half of one") from None
    except json.JSONDecodeError as error:
        raise kind.fault(f"{where}, line {error.lineno}, column {error.colno}", f"not JSON: {error.msg}") from None
    except ValueError as error:
        raise kind.fault(where, f"not JSON: {_said(error)}") from None


def _unfit(value: Any, key: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """(key, what is wrong) of each value that no reader takes: not finite, beyond GREATEST, or too deep."""
    if depth > DEEPEST:
        yield _short(key), f"tables or lists nested more than {DEEPEST} deep"
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _unfit(inner, f"{key}.{name}" if key else name, depth + 1)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _unfit(inner, f"{key}[{number}]", depth + 1)
    elif isinstance(value, float) and not math.isfinite(value):
        yield _short(key), f"{value}, which is no finite number"
    elif isinstance(value, int) and abs(value) >= GREATEST:
        yield _short(key), "a whole number beyond 2^63"


def _short(key: str) -> str:
    return key if len(key) <= 80 else key[:80] + "…"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand in it once."""
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"a key twice in one object: {next(n for n in names if names.count(n) > 1)[:80]!r}")
    return made


def _said(error: ValueError) -> str:
    """What a parser says; of a number that Python does not read, what it is, and not how to let Python read it."""
    text = str(error)
    return "a whole number of more than 4,300 digits" if "set_int_max_str_digits" in text else text


def _no_number(text: str) -> float:
    raise ValueError(f"{text}, which is no finite number")


def _place(content: bytes, at: int) -> str:
    """The line of a byte, and which byte of that line it is; both from 1."""
    line, before = content.count(b"\n", 0, at) + 1, content.rfind(b"\n", 0, at)
    return f"line {line}, byte {at - before}"


def _near(place: str | Path) -> str:
    """The hint that names the file of nearest name beside one that is not there."""
    path = Path(place)
    try:
        beside = [] if path.exists() else [p.name for p in path.parent.iterdir() if p.suffix == path.suffix]
    except (OSError, ValueError):
        return ""
    return did_you_mean([str(path.parent / name) for name in nearest(path.name, beside)])


def is_file(place: str | Path) -> bool:
    """Whether a regular file or what a link to one leads to stands at a place; False for any name that no file can have."""
    return os.path.isfile(place)


def is_folder(place: str | Path) -> bool:
    """Whether a folder stands at a place; False for any name that none can have."""
    return os.path.isdir(place)
