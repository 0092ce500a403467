"""Build China's lines and lists: src/parley/law/schedule/chn.csv.gz and src/parley/law/measures/cn-*.csv.

Run: python builders/china_tariffs.py [--shared ../shared/data] [--out src/parley/law]

From the lines of Bown, Jung and Zhang (PIIE, June 2019): China's rate on 1 January 2018 and its dated changes until
1 June 2019 on 11,790 ten-digit lines. Retaliation never differs within eight digits, so that eight digits suffice; the
ordinary rate differs within some, where the mean is kept and marked. It is a rate of 2019 and goes into a column of its
own, an estimate: `general`, the rate in force, stays empty with a reason.
From the American matrix of 28 March 2025: the lists of 1 September 2019 and 10 February 2025, and what the lines pay whose
numbers are newer than 2019 (china_lists.py). With them come the two lists of 10 March 2025.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
from pathlib import Path
from typing import NamedTuple

from china_lines import (
    HS_2022,
    MFN_END,
    SPLIT_2025,
    WORKBOOK,
    Duty,
    Line,
    born,
    gone,
    read_lines,
    read_march,
    read_matrix,
    read_new_descriptions,
    traced,
)
from china_lists import PIIE, lists_of
from us_schedule import record, replace_file

SAMPLE = "law/china/cn_mfn_2026_sample.csv"
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
# A provisional rate for all origins, by a repository that quotes the finance ministry's page of 30 January 2026.
WHISKY = (
    "22083000",
    "2026-02-02",
    "5%",
    "provisional rate of 2026 for all origins, announcement 2026 No. 1 (text not read)",
)
PRINTED = "schedule 2026 as printed"
OF_2018 = "ordinary or provisional rate, by PIIE's dated lines of 1 January 2018 to 1 June 2019"
ORDINARY = "ordinary rate of 2026, as printed in the schedule of 2026 (a copy read in part)"
PROVISIONAL = "provisional rate of 2026, as printed in the schedule of 2026 (a copy read in part)"


class Known(NamedTuple):
    """An ordinary rate of a line from a day to another, as the schedule prints it, and what it is by."""

    start: str
    end: str
    rate: str
    words: str


def percent(rate: float) -> str:
    """A rate as the schedule prints it: 6.5%."""
    return f"{rate:g}%"


UNKNOWN = "China's ordinary rate of 2025 is not in this package"


def reason(line: Line) -> str:
    """Why the line has no ordinary rate, and what is known of 2019."""
    if line.rate is None:
        return f"{UNKNOWN}; in 2019 the line had a specific duty, not in PIIE's lines"
    mean = ", the mean of its ten-digit lines" if line.mixed else ""
    return f"{UNKNOWN}; PIIE's lines give {percent(line.rate)} for 2019{mean}"


SINCE = {
    "hs 2022": "its six digits are of the Harmonized System of 2022",
    "renumbered": "the day of its number, between 2020 and 2025, is not known and taken as 1 January 2022",
    "traced": "the day of its number, between 2020 and 2025, is not known; the old lines of its six digits pay alike",
    "2025": "the announcement of 4 March 2025 names it, the matrix of 28 March 2025 still its old number",
}


def new_reason(how: str) -> str:
    """Why a line newer than 2019 has no ordinary rate, and since when its number stands."""
    return f"{UNKNOWN}; the line is newer than PIIE's lines of 2019: {SINCE[how]}"


def schedule_rows(
    lines: dict[str, Line],
    ended: dict[str, str],
    new: dict[str, str],
    words: dict[str, str],
    known: dict[str, list[Known]],
) -> list[tuple[str, ...]]:
    """The rows of chn.csv.gz, by code and day."""
    rows = []
    for code, line in lines.items():
        end = "2025-01-01" if code in SPLIT_2025 else HS_2022 if code in ended else ""
        rate = "" if line.rate is None else percent(line.rate)
        rows.append((code, "", end, "", "", "", "", line.description, reason(line), rate))
    for code, how in new.items():
        start = {"2025": "2025-01-01", "traced": ""}.get(how, HS_2022)
        rows.append((code, start, "", "", "", "", "", words[code], new_reason(how), ""))
    return sorted(made for row in rows for made in dated(row, known.get(row[0], [])))


def dated(row: tuple[str, ...], known: list[Known]) -> list[tuple[str, ...]]:
    """A row of the schedule, cut into the days on which an ordinary rate is known and those on which none is."""
    made, start, end = [], row[1], row[2]
    for k in (k for k in known if not end or k.start < end):
        if k.start > start:
            made.append((row[0], start, k.start, *row[3:]))
        start = min(k.end, end) if k.end and end else k.end or end
        made.append((row[0], k.start, start, k.rate, *row[4:8], k.words, row[9]))
        if start == end:
            return made
    return [*made, (row[0], start, end, *row[3:])]


def known_rates(lines: dict[str, Line], shared: Path) -> dict[str, list[Known]]:
    """The ordinary rates that are known, by line: those of 2018 and 2019, and those of 2026 that were read."""
    found: dict[str, list[Known]] = {}
    for code, line in lines.items():
        ends = [*(day for day, _ in line.dated[1:]), MFN_END]
        for (day, rate), end in zip(line.dated, ends, strict=False):
            found.setdefault(code, []).append(Known(day, end, percent(rate), OF_2018))
    with (shared / SAMPLE).open(encoding="utf-8") as opened:
        for row in csv.DictReader(opened):
            if row["source"] == PRINTED:
                rate = percent(float(row["provisional_2026_pct"] or row["mfn_2026_pct"]))
                words = PROVISIONAL if row["provisional_2026_pct"] else ORDINARY
                found.setdefault(row["hs8"], []).append(Known("2026-01-01", "", rate, words))
    found.setdefault(WHISKY[0], []).append(Known(WHISKY[1], "", *WHISKY[2:]))
    return found


def packed_table(rows: list[tuple[str, ...]]) -> bytes:
    """The schedule as gzipped CSV, the same bytes at every run."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([COLUMNS, *rows])
    content = bytearray(gzip.compress(text.getvalue().encode(), 9, mtime=0))
    content[9] = 255  # RFC 1952: the operating system is unknown; Python's choice of this byte differs by version
    return bytes(content)


def agreement(shared: Path) -> str:
    """How many sampled lines have the same ordinary rate in 2026 as PIIE's lines have for 2019."""
    with (shared / SAMPLE).open(encoding="utf-8") as opened:
        sampled = [row["comparison"] for row in csv.DictReader(opened) if row["piie_2019"]]
    return f"{sampled.count('same')} of {len(sampled)} sampled lines equal those of 2026"


def list_text(rows: list[tuple[str, str]], source: str) -> bytes:
    """A list as CSV: a comment with its source, then one product a row, with how it is known where that differs."""
    text = io.StringIO()
    text.write(f"# {source}\n")
    noted = any(basis for _, basis in rows)
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("product", "basis") if noted else ("product",))
    table.writerows(row if noted else row[:1] for row in rows)
    return text.getvalue().encode()


def write(folder: Path, name: str, content: bytes, entry: dict, rows: int) -> None:
    """One file and its manifest entry."""
    replace_file(folder / name, content)
    record(folder / "manifest.json", name, entry | {"sha256": hashlib.sha256(content).hexdigest(), "rows": rows})
    print(f"{name}: {rows} rows")


def described(code: str, words: dict[str, str], lines: dict[str, Line]) -> str:
    """What a new number is: the matrix's text, else that of the number it was split from."""
    parent = next((old for old, new in SPLIT_2025.items() if code in new), "")
    return words.get(code) or lines[parent].description


def with_split(matrix: dict[str, Duty]) -> dict[str, Duty]:
    """The matrix with the numbers of 2025 that it still shows under the old one; what they pay of March comes of March."""
    made = dict(matrix)
    for old, codes in SPLIT_2025.items():
        made |= dict.fromkeys(codes, matrix[old]._replace(split=f"that of {old}, from which it was split"))
    return made


def main() -> None:
    """Write the schedule, the lists and their manifest entries."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/law"))
    arguments = parser.parse_args()
    lines, matrix = read_lines(arguments.shared / WORKBOOK), read_matrix(arguments.shared)
    ended, new = gone(lines, matrix), born(lines, matrix)
    new |= {code: "2025" for codes in SPLIT_2025.values() for code in codes}
    alike = traced(lines, matrix, new)
    new |= dict.fromkeys(alike, "traced")
    held = read_new_descriptions(arguments.shared)
    words = {c: described(c, held, lines) for c in new}
    rows = schedule_rows(lines, ended, new, words, known_rates(lines, arguments.shared))
    note = (
        "general is empty where no source has the ordinary rate: between 1 June 2019 and 2026, and in 2026 but for the "
        "lines of a sample; until then it is that of PIIE's dated lines, where ten-digit lines agree; "
        "general_2019 is that after 1 January 2019, an estimate of today's"
    )
    sources = {"source": PIIE["source"] + "; lines newer than 2019: the American matrix of 28 March 2025"}
    extra = {
        "columns": ", ".join(COLUMNS),
        "note": f"{note}. {len(new)} lines are newer than 2019, {len(ended)} ended; where China renumbered within six "
        "digits the day is not known and taken as 1 January 2022, the day of the Harmonized System of 2022, but for "
        f"{len(alike)} numbers that pay what all old lines of their six digits paid: they stand on every day.",
        "agreement": agreement(arguments.shared),
        "read_to": "2019-06-01",
    }
    write(arguments.out / "schedule", "chn.csv.gz", packed_table(rows), PIIE | sources | extra, len(rows))
    march = read_march(arguments.shared)
    for name, made in lists_of(lines, alike, with_split(matrix), ended, march, arguments.shared).items():
        text = list_text(made.rows, made.words)
        write(arguments.out / "measures", f"{name}.csv", text, made.entry, len(made.rows))


if __name__ == "__main__":
    main()
