"""`parley law export`: the law of a period in files."""

from __future__ import annotations

from pathlib import Path

from parley.cli.output import clock_words, print_json
from parley.cli.progress import Progress
from parley.law.questions import Export


def answer(asked: Export, out: Path | None, csv: Path | None, json: bool) -> None:
    """Writes the files and says what they hold."""
    from parley.law.answering import exported

    with Progress() as progress:
        found = exported(asked, out, csv, progress=progress, sign="--")
    if json:
        print_json(found)
        return
    counts = " from ".join(f"{found[n]:,} {n.removesuffix('s') if found[n] == 1 else n}" for n in ("lines", "origins"))
    print(
        f"{found['rows']:,} rows: {counts}, {found['since']} to {found['until']}, in {found['periods']} periods of law"
    )
    for made in found["files"]:
        print(f"written: {made['file']}" + (f" ({made['bytes']:,} bytes)" if made["bytes"] is not None else ""))
    print(f"to {clock_words(found)}")
    for text in found["notes"]:
        print(f"note: {text}")
