"""Acts as files: read from TOML and checked row by row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from parley.codes import PROGRAMMES, union_of
from parley.errors import MeasureError, unknown_name
from parley.inputs import as_file
from parley.law.entry_claims import check_condition
from parley.law.measure import BASE_PROGRAMMES, Act, Measure, Yields
from parley.text_files import FileKind, converted, is_file, read_text, read_toml

ACT = FileKind("a TOML act: one [act], and [[measure]] tables", MeasureError, ".toml")
HIGHEST_RATE = 10  # above any rate ever levied, below any percentage mistaken for a fraction
_OURS = ("act", "folder")  # fields of Measure that the reader fills in, which no row may write

T = TypeVar("T")
_KNOWN: dict[str, Sequence[str]] = {  # the keys of each table; "" is the file itself
    "": ("act", "measure", "fact"), "act": Act.__struct_fields__, "measure": Measure.__struct_fields__,
    "yields_to": Yields.__struct_fields__,
}  # fmt: skip


def read_acts(paths: Iterable[Path], authority: str | None = None, optional: Sequence[str] = ()) -> tuple[Measure, ...]:
    """The measures of the acts of a folder, of one authority's alone where it is named. optional: as for `read_act`."""
    ours = (p for p in paths if authority is None or _is_of(p, authority))
    return tuple(m for p in ours for m in _named_so(p, read_act(p, optional)))


def _named_so(path: Path, rows: tuple[Measure, ...]) -> tuple[Measure, ...]:
    """The rows of a file of a folder of acts: there a file's name is its act's id, so that either finds the other."""
    if rows and rows[0].act.id != path.stem:
        raise MeasureError(path.name, f"act id {rows[0].act.id!r}", f"the file's own name, {path.stem!r}")
    return rows


def _is_of(path: Path, authority: str) -> bool:
    """Whether an act is of an authority, without parsing it: parsing is most of the time of a short question."""
    found = re.search(r'^authority\s*=\s*"(\w+)"', read_text(path, ACT, path.name), re.MULTILINE)
    return found is None or found.group(1) in (authority, union_of(authority))


def read_act(path: Path, optional: Sequence[str] = ()) -> tuple[Measure, ...]:
    """The measures of one act file, in order. Raises MeasureError naming the file, the row, the field and the value.

    optional: keys that are skipped where they are not known (a package of law of a later parley says which of its keys those
    are): act.NAME, measure.NAME, yields_to.NAME, or the name of a table.
    """
    path = as_file(path, ".toml")
    try:
        stamp = path.stat().st_mtime_ns
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        found = "no such file" if missing else getattr(error, "strerror", None) or str(error)
        raise ACT.fault(str(path)[:200], found) from None
    return _read_act(path, stamp, tuple(optional))


@cache
def _read_act(path: Path, stamp: int, optional: tuple[str, ...]) -> tuple[Measure, ...]:
    """The measures of a file as it was at a time: the stamp renews the cache."""
    del stamp
    raw = read_toml(path, ACT, path.name)
    return tuple(_rows(without_optional(raw, optional), path))


def without_optional(raw: dict[str, Any], optional: Sequence[str]) -> dict[str, object]:
    """An act without the optional keys that this parley does not know."""
    unknown = [key.rpartition(".")[::2] for key in optional]
    skipped = {
        table: {name for of, name in unknown if of == table and name not in known} for table, known in _KNOWN.items()
    }
    if not any(skipped.values()):
        return raw

    def kept(table: str, row: Any) -> Any:
        return {k: v for k, v in row.items() if k not in skipped[table]} if isinstance(row, dict) else row

    made = dict(kept("", raw))
    made["act"] = kept("act", made.get("act"))
    if isinstance(made.get("measure"), list):
        made["measure"] = [_with_edges(kept("measure", row), kept) for row in made["measure"]]
    return made


def _with_edges(row: Any, kept: Callable[[str, Any], Any]) -> Any:
    edges = row.get("yields_to") if isinstance(row, dict) else None
    return {**row, "yields_to": [kept("yields_to", e) for e in edges]} if isinstance(edges, list) else row


def _rows(raw: dict[str, Any], path: Path) -> Iterator[Measure]:
    for key in raw:
        if key not in ("act", "measure", "fact"):
            raise unknown_name(path.name, "table", key, ("act", "measure", "fact"), MeasureError)
    if not isinstance(raw.get("act"), dict):
        raise MeasureError(path.name, "no [act] table", "one [act] with id, title, citation, authority, signed")
    act = converted(raw["act"], Act, ACT, f"{path.name} [act]")
    rows = raw.get("measure", [])
    if not (isinstance(rows, list) and all(isinstance(row, dict) for row in rows)):
        raise MeasureError(path.name, f"measure is a {type(rows).__name__} of something else", "[[measure]] tables")
    for number, row in enumerate(rows, 1):
        where = f"{path.name} measure {number} ({row.get('id', 'no id')})"
        for name in _OURS:
            if name in row:
                fields = [x for x in Measure.__struct_fields__ if x not in _OURS]
                raise unknown_name(where, "field", name, fields, MeasureError)
        measure = converted({**row, "act": act, "folder": str(path.parent)}, Measure, ACT, where, _OURS)
        check(measure, where)
        yield measure


def check(m: Measure, where: str) -> None:
    """Nothing, if the row keeps the law of the house; raises MeasureError at the first breach."""
    if m.programme not in PROGRAMMES:
        raise unknown_name(f"{where} programme", "programme", m.programme, PROGRAMMES, MeasureError)
    _check_rate(m, where)
    _check_share(m, where)
    _check_clocks(m, where)
    _check_scope(m, where)
    for conditions in (m.when, m.unless):
        for name, wanted in conditions.items():
            check_condition(name, wanted, where)
    if not m.act.citation:
        raise MeasureError(where, "no source", "an act with a citation")


def _check_rate(m: Measure, where: str) -> None:
    if m.layer == "*" and m.combine != "zero":
        raise MeasureError(
            f"{where} layer", "'*'", "a layer's name; only an exclusion (combine = 'zero') empties all of them"
        )
    if m.spares and m.layer != "*":
        raise MeasureError(
            f"{where} spares", ", ".join(m.spares), "layer '*': only what empties all layers can spare some"
        )
    if m.combine == "ban":
        _check_ban(m, where)
        return
    if m.combine == "replace":
        _check_base(m, where)
    if m.rate is not None and m.expression is not None:
        raise MeasureError(where, "both rate and expression", "one of them")
    if m.rate is not None and not 0 <= m.rate <= HIGHEST_RATE:
        hint = f"For {m.rate:g} percent write {m.rate / 100:g}"
        raise MeasureError(f"{where} rate", f"{m.rate:g}", f"a fraction of customs value, 0 to {HIGHEST_RATE}", hint)
    if m.combine == "zero":
        return
    if m.rate is None and m.expression is None:
        raise MeasureError(where, "neither rate nor expression", "one of them (or combine = 'zero')")


def _check_base(m: Measure, where: str) -> None:
    """A rate in place of the base is one rate of the whole value, of a programme of the base, that gives way to nothing."""
    if m.programme not in BASE_PROGRAMMES:
        raise MeasureError(f"{where} programme", f"{m.programme!r} in place of the base", ", ".join(BASE_PROGRAMMES))
    stated = (("expression", m.expression is not None), ("share", m.share != "full"), ("yields_to", bool(m.yields_to)))
    for name, wrong in stated:
        if wrong:
            raise MeasureError(f"{where} {name}", "stated for a rate in place of the base", "a rate of the whole value")


def _check_ban(m: Measure, where: str) -> None:
    """A ban is no rate: it has none, competes in no layer, gives way to nothing and says why."""
    stated = (("rate", m.rate is not None), ("expression", m.expression is not None), ("layer", bool(m.layer)),
              ("share", m.share != "full"), ("yields_to", bool(m.yields_to)), ("rank", m.rank != 0))  # fmt: skip
    for name, wrong in stated:
        if wrong:
            raise MeasureError(
                f"{where} {name}", "stated for a ban", "none: a ban forbids the import, whatever is levied"
            )
    if not m.reason:
        raise MeasureError(f"{where} reason", "none", "a sentence that says what is forbidden")


def _check_share(m: Measure, where: str) -> None:
    if not 0 <= m.share_least <= 1:
        raise MeasureError(f"{where} share_least", f"{m.share_least:g}", "a fraction of value, 0 to 1")
    if m.covers and (m.combine, m.rate) != ("add", 0):
        raise MeasureError(
            f"{where} covers", f"{m.combine} of {m.rate}", "a rate of 0: others give way to any other row"
        )


def _check_clocks(m: Measure, where: str) -> None:
    for first, last, names in ((m.start, m.end, "start and end"), (m.learnt, m.known_end, "known and known_end")):
        if last is not None and last <= first:
            raise MeasureError(f"{where} {names}", f"{first} to {last}", "an end after its start")
    for edge in m.yields_to:
        if edge.start and edge.end and edge.end <= edge.start:
            raise MeasureError(f"{where} yields_to {edge.to}", f"{edge.start} to {edge.end}", "an end after its start")


def _check_scope(m: Measure, where: str) -> None:
    if bool(m.products) == bool(m.product_list):
        found = "both products and product_list" if m.products else "neither products nor product_list"
        raise MeasureError(where, found, "one of them")
    for prefix in (*m.products, *m.products_except):
        if prefix != "*" and not (prefix.isascii() and prefix.isdecimal() and 2 <= len(prefix) <= 10):
            raise MeasureError(f"{where} products", f"{prefix!r}", "'*' or 2 to 10 digits without points")
    for code in (*m.origins, *m.origins_except):
        if code != "*" and not (len(code) == 3 and code.isascii() and code.isupper()):
            raise MeasureError(f"{where} origins", f"{code!r}", "'*', EUU or an ISO 3166 alpha-3 code")
    for name in (m.product_list, m.products_except_list):
        if name and not is_file(Path(m.folder, name)):
            raise MeasureError(f"{where} list", f"no file {name!r} beside the act", "a CSV beside the acts")
