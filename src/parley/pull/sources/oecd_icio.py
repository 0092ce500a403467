"""The OECD's inter-country input-output table of one year: a .zip with one wide .csv, read as a world by its path."""

from __future__ import annotations

import io

from parley.archives import opened_zip
from parley.errors import InputError
from parley.pull.source import Get, Options, Source, Table
from parley.text_files import FileKind, decoded

ARCHIVE = FileKind("a .zip with the wide .csv, or the .csv", ending=".zip")
FINAL = ("HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR")
LONGEST = 1 << 20  # bytes of a header


def get(options: Options, key: str, fetch: Get) -> bytes:
    """Never asked: the publisher's address changes with the edition and was not read by us."""
    raise InputError("data pull oecd-icio", "no address", "--from FILE or --from https://…")


def parse(raw: bytes) -> Table:
    """Economies and sectors of the table, from its header; the numbers stay in the file. Raises InputError."""
    header = _header(raw)
    cells = [name.split("_", 1) for name in header[1:] if "_" in name]
    final = {country for country, use in cells if use in FINAL}
    goods = [(country, sector) for country, sector in cells if sector not in FINAL]
    if not final or not goods:
        raise InputError(
            "OECD ICIO", f"a header without final uses ({', '.join(header[:4])} …)", "columns CTY_SEC, CTY_HFCE …"
        )
    return Table(("economy", "sector"), tuple(goods))


def _header(raw: bytes) -> list[str]:
    """The first line of the one .csv in the archive, or of the bytes themselves."""
    if not raw.startswith(b"PK"):
        first = raw[:LONGEST].partition(b"\n")[0]
        return _names(first)
    with opened_zip(io.BytesIO(raw), ARCHIVE, "OECD ICIO") as archive:
        names = [n for n in archive.namelist() if n.lower().endswith(".csv")]
        if not names:
            raise ARCHIVE.fault("OECD ICIO", "no .csv in the archive")
        with archive.open(names[0]) as file:
            first = file.readline(LONGEST)
    return _names(first)


def _names(line: bytes) -> list[str]:
    """The columns of a header; codes hold no comma."""
    text = decoded(line, ARCHIVE, "OECD ICIO, row 1")
    return [name.strip().strip('"') for name in text.split(",")]


SOURCE = Source(
    what="Inter-Country Input-Output table of one year, wide .csv in a .zip: as a world, oecd-icio or oecd-icio-YEAR",
    publisher="OECD",
    licence="OECD terms; cite the OECD; not read by us",
    get=get,
    parse=parse,
    address="",
    ending="zip",
)
