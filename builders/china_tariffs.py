"""Build China's lines and lists: src/parley/law/schedule/chn.csv.gz and src/parley/law/measures/cn-*.csv.

Run: python builders/china_tariffs.py [--shared ../shared/data] [--out src/parley/law]

From the lines of Bown, Jung and Zhang (PIIE, June 2019): China's rate on 1 January 2018 and its dated changes until
1 June 2019 on 11,790 ten-digit lines. Retaliation never differs within eight digits, so that eight digits suffice; the
ordinary rate differs within some, where the mean is kept and marked. It is a rate of 2019 and goes into a column of its
own: `general`, the rate in force in 2025, stays empty with a reason. The two lists of 10 March 2025 come with it; their
lines that are newer than 2019 join the older lists where all old lines of their six digits stood there alike.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import openpyxl

from us_schedule import record, replace_file

WORKBOOK = "reference/china_tariffs_on_us_2018_2019_piie.xlsx"
COLUMNS = (
    "code",
    "start",
    "end",
    "general",
    "special",
    "other",
    "unit",
    "description",
    "reason",
    "general_2019",
)
MFN = (2, 4, 5, 9, 10)  # the workbook's columns: the rate of 1 January 2018 and its changes towards everyone
RETALIATION = (3, 6, 7, 8, 11, 12)  # its columns of changes towards the United States alone
LONGEST = 90  # characters of a description

# Each list: the workbook's column and the change there that puts a line on it.
LISTS = {
    "cn-232-15": (3, 15),
    "cn-232-25": (3, 25),
    "cn-301-list-1": (6, 25),
    "cn-301-list-2": (7, 25),
    "cn-301-list-3-5": (8, 5),
    "cn-301-list-3-10": (8, 10),
    "cn-301-autos-25": (11, -25),
    "cn-301-autos-5": (11, -5),
    "cn-301-list-3-from-5-to-10": (12, 5),
    "cn-301-list-3-from-10-to-20": (12, 10),
    "cn-301-list-3-from-10-to-25": (12, 15),
}
MARCH = {"cn-2025-03-15": "china_10mar2025_15pct_hs8.csv", "cn-2025-03-10": "china_10mar2025_10pct_hs8.csv"}
PIIE = {
    "source": "Bown, Jung and Zhang, Trump Has Gotten China to Lower its Tariffs. Just Toward Everyone Else, PIIE, "
    "12 June 2019, data file: China's tariff lines and dated changes, from China's Ministry of Finance",
    "terms": "rates, lines and dates are facts; cited",
    "vintage": "1 January 2018 to 1 June 2019 (Harmonized System of 2017)",
    "builder": "builders/china_tariffs.py",
}
STATE_COUNCIL = {
    "source": "State Council Tariff Commission of China, announcement 2025 No. 2, product lists",
    "terms": "public announcement; facts",
    "vintage": "10 March 2025",
    "builder": "builders/china_tariffs.py",
}


class Line(NamedTuple):
    """One eight-digit line: its description, its ordinary rate of 2019 in percent, and its retaliation by column."""

    code: str
    description: str
    rate: float | None
    mixed: bool
    changes: tuple[float, ...]


def read_lines(path: Path) -> dict[str, Line]:
    """The workbook's ten-digit lines, joined at eight digits."""
    sheet = openpyxl.load_workbook(path, read_only=True, data_only=True)["China Tariff Rates"]
    sheet.reset_dimensions()  # type: ignore[attr-defined]
    children: dict[str, list[tuple]] = defaultdict(list)
    for row in list(sheet.iter_rows(values_only=True))[1:]:
        children[str(row[0])[:8]].append(row)
    return {code: joined(code, rows) for code, rows in sorted(children.items())}


def joined(code: str, rows: list[tuple]) -> Line:
    """One eight-digit line. Raises where its ten-digit lines differ in retaliation: none does."""
    changes = {tuple(float(row[k]) for k in RETALIATION) for row in rows}
    if len(changes) != 1:
        raise SystemExit(f"{code}: its ten-digit lines differ in retaliation: {changes}")
    rates = {None if row[2] is None else round(sum(row[k] or 0 for k in MFN), 4) for row in rows}
    known = [None if row[2] is None else sum(row[k] or 0 for k in MFN) for row in rows]
    rate = None if None in rates else round(sum(k for k in known if k is not None) / len(known), 4)
    return Line(code, described([str(row[1]) for row in rows]), rate, len(rates) > 1, changes.pop())


def described(texts: list[str]) -> str:
    """What the texts have in common, step by step, cut to a readable length."""
    steps = [" ".join(t.split()).split(": ") for t in texts]
    common = [s for k, s in enumerate(steps[0]) if all(k < len(o) and o[k] == s for o in steps)] or steps[0][:1]
    text = ": ".join(common)
    if len(text) > LONGEST and len(common) > 1:
        half = (LONGEST - 2) // 2
        text = f"{cut(common[0], half)}: {cut(common[-1], half)}"
    return cut(text, LONGEST)


def cut(text: str, length: int) -> str:
    """The text, cut at a word with an ellipsis where it is longer."""
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def percent(rate: float) -> str:
    """A rate as the schedule prints it: 6.5%."""
    return f"{rate:g}%"


def reason(line: Line) -> str:
    """Why the line has no ordinary rate, and what is known of 2019."""
    start = "China's ordinary rate of 2025 is not in this package"
    if line.rate is None:
        return f"{start}; in 2019 the line had a specific duty, not in PIIE's lines"
    mean = ", the mean of its ten-digit lines" if line.mixed else ""
    return f"{start}; PIIE's lines give {percent(line.rate)} for 2019{mean}"


NEW_REASON = "China's ordinary rate of 2025 is not in this package; the line is newer than PIIE's lines of 2019"
UNTRACED = f"{NEW_REASON}, and what it paid of the duties of 2018 and 2019 is not known"


def traced(code: str, lines: dict[str, Line]) -> tuple[float, ...] | None:
    """The retaliation of a line newer than 2019: that of all old lines of its six digits, if they agree; else None."""
    found = {line.changes for old, line in lines.items() if old[:6] == code[:6]}
    return found.pop() if len(found) == 1 else None


def new_description(code: str, lines: dict[str, Line]) -> str:
    """For a line newer than 2019: what the old lines of its six or four digits have in common."""
    for digits in (6, 4):
        near = [line.description for old, line in lines.items() if old[:digits] == code[:digits]]
        if near:
            return described(near)
    return "(not described in our sources)"


def schedule_rows(lines: dict[str, Line], new: list[str]) -> list[tuple[str, ...]]:
    """The rows of chn.csv.gz, by code."""
    rows = [
        (c, "", "", "", "", "", "", line.description, reason(line), "" if line.rate is None else percent(line.rate))
        for c, line in lines.items()
    ]
    for code in new:
        why = UNTRACED if traced(code, lines) is None else NEW_REASON
        rows.append((code, "", "", "", "", "", "", new_description(code, lines), why, ""))
    return sorted(rows)


def packed_table(rows: list[tuple[str, ...]]) -> bytes:
    """The schedule as gzipped CSV, the same bytes at every run."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([COLUMNS, *rows])
    content = bytearray(gzip.compress(text.getvalue().encode(), 9, mtime=0))
    content[9] = 255  # RFC 1952: the operating system is unknown; Python's choice of this byte differs by version
    return bytes(content)


def list_products(name: str, lines: dict[str, Line], new: list[str]) -> list[str]:
    """The lines on one of the lists of 2018 and 2019, the traced new ones included."""
    column, change = LISTS[name]
    place = RETALIATION.index(column)
    found = [code for code, line in lines.items() if line.changes[place] == change]
    for code in new:
        changes = traced(code, lines)
        if changes is not None and changes[place] == change:
            found.append(code)
    return sorted(found)


def list_text(products: list[str], source: str) -> bytes:
    """A list as CSV: a comment with its source, then one product a row."""
    text = io.StringIO()
    text.write(f"# {source}\nproduct\n")
    text.writelines(f"{p}\n" for p in products)
    return text.getvalue().encode()


def read_march(shared: Path) -> dict[str, list[str]]:
    """The two lists of 10 March 2025."""
    found = {}
    for name, file in MARCH.items():
        with (shared / "law/lists" / file).open(encoding="utf-8") as opened:
            found[name] = sorted({row["hs8"] for row in csv.DictReader(opened)})
    return found


def write(folder: Path, name: str, content: bytes, entry: dict, rows: int) -> None:
    """One file and its manifest entry."""
    replace_file(folder / name, content)
    record(folder / "manifest.json", name, entry | {"sha256": hashlib.sha256(content).hexdigest(), "rows": rows})
    print(f"{name}: {rows} rows")


def main() -> None:
    """Write the schedule, the lists and their manifest entries."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/law"))
    arguments = parser.parse_args()
    lines, march = read_lines(arguments.shared / WORKBOOK), read_march(arguments.shared)
    new = sorted({code for codes in march.values() for code in codes} - lines.keys())
    rows = schedule_rows(lines, new)
    note = (
        "general is empty: the ordinary rate of 2025 is not in our sources; general_2019 is that after 1 January 2019"
    )
    more = f"{note}. {len(new)} lines of the lists of March 2025 are newer."
    extra = {"columns": ", ".join(COLUMNS), "note": more, "read_to": "2019-06-01"}
    write(arguments.out / "schedule", "chn.csv.gz", packed_table(rows), PIIE | extra, len(rows))
    for name in LISTS:
        products = list_products(name, lines, new)
        text = list_text(products, "From the dated lines of Bown, Jung and Zhang (PIIE, June 2019)")
        write(arguments.out / "measures", f"{name}.csv", text, PIIE, len(products))
    for name, products in march.items():
        text = list_text(products, "State Council Tariff Commission, announcement 2025 No. 2")
        write(arguments.out / "measures", f"{name}.csv", text, STATE_COUNCIL, len(products))


if __name__ == "__main__":
    main()
