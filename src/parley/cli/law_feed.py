"""`parley law diff --feed`: the days of change as JSON Feed, on standard output or in a file."""

from __future__ import annotations

import json as as_json
from pathlib import Path

from parley.cli.output import print_json
from parley.cli.progress import Progress
from parley.errors import InputError
from parley.law.questions import Diff


def answer(asked: Diff, out: Path | None, csv: Path | None, json: bool) -> None:
    """Prints the feed, which is JSON with and without --json; or writes it, and says so."""
    from parley.json_values import plain
    from parley.law.answering import changed, fed
    from parley.outputs import check, write

    if csv or not asked.feed:
        raise InputError(
            "--csv" if csv else "--out", "a feed is JSON" if csv else "a file for a feed", "--feed --out FILE.json"
        )
    if out:
        check(out)
    with Progress() as progress:
        found = fed(asked, changed(asked), progress, "--")
    if out:
        write(out, as_json.dumps(plain(found), ensure_ascii=False, indent=2) + "\n", "--out")
    if json or not out:
        print_json(found)
    else:
        print(f"{found['title']}: {len(found['items'])} days of change, written to {out}")
