"""Ways to spoil an input: its bytes, its lines and words, the cells of its table, its tree of JSON, the members of its archive."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from random import Random

import numpy as np

from law_spoilt import LITERALS, spoilt, spoilt_toml, spoilt_tree  # pyright: ignore[reportMissingImports]

Files = dict[str, bytes]  # an input: name → content of each of its files

CELLS = (
    "", " ", "0", "-0.0", "-1", "1_000", "1,000", "1e400", "nan", "inf", "9" * 400, "²", "٣", "é", "\u2028", "=1+1", "#", '"', '""',
    "CHN", "chn", "Chyna", "USA", "*", "2025-05-02", "2025-02-30", "9999-12-31", "00:00", "8517", "9503000073", "95.03", "true", "x" * 300,
    "a\tb", "a\nb", "\x00", "\x1b[31m", "../..", "145%", "$5", "1.5e-320", "USD",
)  # fmt: skip
OTHERS = ("x", b"x", None, 1j, np.float16(2), np.datetime64("2025-05-02"), True, 7)  # values of other types
ENCODINGS = ("utf-16", "utf-32", "utf-16-le", "utf-8-sig", "latin-1", "gb18030", "cp1252", "shift_jis")
_WORD = re.compile(rb"[\w.+-]+|\"[^\"\n]*\"")
_MEMBERS = (b"PK\x03\x04",)


def mutated(files: Files, held: Sequence[Files], draw: Random) -> Files:
    """An input with one or two of its files spoilt, or left out."""
    made = dict(files)
    for _ in range(draw.choice((1, 1, 1, 2))):
        name = draw.choice(list(made))
        if len(made) > 1 and draw.random() < 0.03:
            del made[name]
            continue
        made[name] = _spoilt(made[name], held, draw)
    return made


def _spoilt(content: bytes, held: Sequence[Files], draw: Random) -> bytes:
    ways = [_of_bytes, _of_bytes, _spliced]
    if content.startswith(_MEMBERS):
        ways += [_of_members] * 5
    elif content.startswith(b"\x1f\x8b"):
        ways += [_of_gzip] * 4
    elif b"\x00" not in content[:64]:
        ways += [_of_words, _of_words, _of_lines, _of_cells, _of_cells, _encoded]
        ways += [_of_json] * 3 if content.lstrip()[:1] in (b"{", b"[") else []
    return draw.choice(ways)(content, held, draw)


def _of_bytes(content: bytes, held: Sequence[Files], draw: Random) -> bytes:
    return spoilt(content, draw) if content else draw.randbytes(draw.randrange(40))


def _spliced(content: bytes, held: Sequence[Files], draw: Random) -> bytes:
    """The beginning of one input, the end of another."""
    other = draw.choice(list(draw.choice(held).values()) or [b""])
    return content[: draw.randrange(len(content) + 1)] + other[draw.randrange(len(other) + 1) :]


def _of_words(content: bytes, held: Sequence[Files], draw: Random) -> bytes:
    """Words replaced by others of the text, or by what is hard to read."""
    for _ in range(draw.choice((1, 1, 2, 4))):
        places = list(_WORD.finditer(content))
        if not places:
            return content + draw.choice(CELLS).encode("utf-8", "replace")
        at = draw.choice(places)
        hard = draw.choice((*LITERALS, *CELLS)).encode("utf-8", "replace")
        content = content[: at.start()] + draw.choice((hard, draw.choice(places)[0])) + content[at.end() :]
    return content


def _of_lines(content: bytes, held: Sequence[Files], draw: Random) -> bytes:
    return spoilt_toml(content.decode("utf-8", "surrogateescape"), draw).encode("utf-8", "surrogateescape")


def _of_cells(content: bytes, held: Sequence[Files], draw: Random) -> bytes:
    """Cells of a table replaced, left out, doubled or moved; of the header too."""
    lines = content.decode("utf-8", "surrogateescape").split("\n")
    for _ in range(draw.choice((1, 1, 2, 3))):
        at = draw.choice((0, draw.randrange(len(lines))))
        cells = lines[at].split(",")
        k, what = draw.randrange(len(cells)), draw.randrange(5)
        if what == 0:
            del cells[k]
        elif what == 1:
            cells.insert(k, draw.choice((*CELLS, cells[k])))
        elif what == 2:
            other = draw.randrange(len(cells))
            cells[k], cells[other] = cells[other], cells[k]
        else:
            cells[k] = draw.choice(CELLS)
        lines[at] = ",".join(cells)
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def _encoded(content: bytes, held: Sequence[Files], draw: Random) -> bytes:
    return content.decode("utf-8", "replace").encode(draw.choice(ENCODINGS), "replace")


def _of_json(content: bytes, held: Sequence[Files], draw: Random) -> bytes:
    """A tree of JSON spoilt: the whole, or one of its lines."""
    lines = content.splitlines() if draw.random() < 0.5 else [content]
    at = draw.randrange(len(lines))
    try:
        tree = json.loads(lines[at])
    except (ValueError, RecursionError):
        return _of_words(content, held, draw)
    lines[at] = json.dumps(spoilt_tree(tree, draw)).encode("utf-8", "surrogatepass")
    return b"\n".join(lines)


def _of_gzip(content: bytes, held: Sequence[Files], draw: Random) -> bytes:
    try:
        plain = gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return _of_bytes(content, held, draw)
    return gzip.compress(_spoilt(plain, held, draw), 1, mtime=0)


def _of_members(content: bytes, held: Sequence[Files], draw: Random) -> bytes:
    """An archive with one of its members spoilt, renamed, doubled or left out."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [(name, archive.read(name)) for name in archive.namelist()]
    except Exception:  # already spoilt, in any of the ways that zipfile knows
        return _of_bytes(content, held, draw)
    if not members:
        return _of_bytes(content, held, draw)
    at, what = draw.randrange(len(members)), draw.randrange(8)
    name, inside = members[at]
    if what == 0:
        del members[at]
    elif what == 1:
        members[at] = (draw.choice(("../../x.npy", "/x", "x" * 300, "", members[0][0], name + "/")), inside)
    elif what == 2:
        members.append((draw.choice((name, "more.npy")), draw.choice(members)[1]))
    else:
        ways: tuple[Callable[..., bytes], ...] = (_of_array,) * 3 + (_spoilt,) if name.endswith(".npy") else (_spoilt,)
        members[at] = (name, draw.choice(ways)(inside, held, draw))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", draw.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for member, held_in in members:
            archive.writestr(zipfile.ZipInfo(member), held_in)
    return stream.getvalue()


def _of_array(content: bytes, held: Sequence[Files], draw: Random) -> bytes:
    """An array of another shape or type, or with other values."""
    try:
        values = np.load(io.BytesIO(content), allow_pickle=False)
    except Exception:  # already spoilt, in any of the ways that NumPy knows
        return _of_bytes(content, held, draw)
    what = draw.randrange(8)
    if what == 0:
        values = values.reshape(-1)
    elif what == 1:
        values = values[None]
    elif what == 2:
        values = values.reshape(-1)[: draw.randrange(values.size + 1)]
    elif what == 3:
        values = np.resize(np.array(draw.choice(OTHERS)), values.shape)
    elif what == 4:
        values = values.T
    elif values.size and values.dtype.kind == "f":
        values = values.copy()
        values.flat[draw.randrange(values.size)] = draw.choice(
            (np.nan, np.inf, -np.inf, -1.0, 0.0, 1e308, 5e-324, 1e20)
        )
    elif values.size:
        values = values.copy()
        values.flat[draw.randrange(values.size)] = values.flat[draw.randrange(values.size)]
    stream = io.BytesIO()
    np.save(stream, values, allow_pickle=True)
    return stream.getvalue()
