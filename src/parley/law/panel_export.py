"""The panel in files: Parquet and CSV, a row for each line × origin × interval, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from parley import extras, outputs
from parley.codes import PROGRAMMES
from parley.errors import InputError
from parley.law.panel_rows import OriginRows, Rows

if TYPE_CHECKING:
    import pyarrow as pa

GROUP = 500_000  # rows of a Parquet row group at least
Format = Literal["parquet", "csv"]
FORMATS: dict[str, Format] = {".parquet": "parquet", ".csv": "csv"}
_NAMED = (1 << len(PROGRAMMES)) - 1


class Written(NamedTuple):
    """What was written: rows of all origins, and the origins that had any."""

    rows: int
    origins: int


def files_of(out: Path | None, csv: Path | None) -> dict[Path, Format]:
    """The files to write, each with its format: `out` says it by its ending. Raises InputError."""
    extras.need("shipments", "law export")
    if out is None and csv is None:
        raise InputError("law export", "no file to write", "--out FILE.parquet, --csv FILE.csv, or both")
    if out is not None and out.suffix not in FORMATS:
        raise InputError(
            "--out",
            f"{out.name!r} says no format",
            "a name that ends in .parquet or .csv; --csv writes CSV to any place",
        )
    outputs.check_all([out, csv])
    found: dict[Path, Format] = {}
    if out is not None:
        found[out] = FORMATS[out.suffix]
    if csv is not None:
        found[csv] = "csv"
    return found


def write_panel(
    rows: Rows, files: Mapping[Path, Format], law_version: str | None, progress: Callable[[int], None] = lambda _: None
) -> Written:
    """Writes a panel to files. law_version: said in the metadata of Parquet. progress: hears how many origins are written."""
    about = {"destination": rows.panel.destination, "since": str(rows.edges[0]), "end": str(rows.edges[-1]),
             "known": str(rows.panel.known or ""), "law_version": law_version or ""}  # fmt: skip
    count = origins = 0
    with ExitStack() as held:
        writers = {place: _writer(held, place, kind, rows, about) for place, kind in files.items()}
        for group, members in _grouped(rows.told(progress), rows):
            for place, write in writers.items():
                with outputs.told(place):
                    write(group)
            count, origins = count + group.num_rows, origins + members
    return Written(count, origins)


def _grouped(found: Iterator[OriginRows], rows: Rows) -> Iterator[tuple[pa.Table, int]]:
    """Tables of some hundred thousand rows, each with the number of its origins."""
    import pyarrow as pa

    held: list[pa.Table] = []
    for one in found:
        if len(one.product):
            held.append(table(one, rows))
        if sum(t.num_rows for t in held) >= GROUP:
            yield pa.concat_tables(held), len(held)
            held = []
    yield (pa.concat_tables(held) if held else schema(rows).empty_table()), len(held)


def schema(rows: Rows) -> pa.Schema:
    """The columns of the files. Rates are fractions of customs value; end is the first day out of the interval."""
    import pyarrow as pa

    text, number, day, flag = pa.dictionary(pa.int32(), pa.string()), pa.float64(), pa.date32(), pa.bool_()
    fixed = {"product": text, "origin": text, "start": day, "end": day, "rate": number, "base": number, "added": number,
             "legal_authorities": text, "prohibited": flag, "estimated": flag}  # fmt: skip
    return pa.schema([*fixed.items(), *((name, number) for name in rows.split)])


def table(one: OriginRows, rows: Rows) -> pa.Table:
    """The rows of one origin as a table. Rates that are not known are null."""
    import pyarrow as pa

    days = np.array([d.toordinal() - date(1970, 1, 1).toordinal() for d in rows.edges], dtype=np.int32)
    marks, mark_of = np.unique(one.marks & _NAMED, return_inverse=True)
    named = [";".join(n for k, n in enumerate(PROGRAMMES) if mark >> k & 1) for mark in marks.tolist()]
    made: list[Any] = [
        _texts(one.product, rows.products),
        _texts(np.zeros(len(one.product)), [one.origin]),
        *(pa.array(days[x]).cast(pa.date32()) for x in (one.start, one.end)),
        *(pa.array(x, from_pandas=True) for x in (one.base + one.added, one.base, one.added)),
        _texts(mark_of, named),
        pa.array(one.prohibited),
        pa.array(one.estimated),
        *(pa.array(one.split[name], from_pandas=True) for name in rows.split),
    ]
    return pa.table(made, schema=schema(rows))


def _texts(places: np.ndarray, texts: Any) -> pa.DictionaryArray:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(places.ravel().astype(np.int32)), pa.array(texts, type=pa.string()))


def _writer(
    held: ExitStack, place: Path, kind: Format, rows: Rows, about: dict[str, str]
) -> Callable[[pa.Table], None]:
    """What writes a table to a file, which stands in its place once all is written."""
    import pyarrow as pa

    held.enter_context(outputs.told(place))
    draft = held.enter_context(outputs.drafted(place))
    fields = schema(rows)
    if kind == "csv":
        from pyarrow import csv

        plain = pa.schema([(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in fields])
        to = held.enter_context(csv.CSVWriter(draft, plain, write_options=csv.WriteOptions(quoting_style="needed")))
        return lambda made: to.write_table(made.cast(plain))
    from pyarrow import parquet

    fields = fields.with_metadata({"parley": json.dumps(about)})
    into = held.enter_context(parquet.ParquetWriter(draft, fields, compression="zstd"))
    return lambda made: into.write_table(made.cast(fields))
