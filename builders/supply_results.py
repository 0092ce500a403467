"""Writes docs/reliability/supply.json: for each install its libraries, licences and locked hashes, the bill of materials, advisories.

Run: python builders/supply_results.py [--seconds 60]      (in an environment with every extra; --seed is taken and draws nothing)
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import date
from pathlib import Path

from advisories import SERVICES, audit, verdict
from sbom import PUBLISHED, bill
from supply import ROOT, closure, extras, is_copyleft, licence, locked

PAGE = ROOT / "docs" / "reliability" / "supply.json"
WHAT = (
    "Of a default install and the published extras every library states its licence, and none is under the GPL or AGPL. The lock pins "
    "{versions} versions by {hashes} hashes. The bill of materials (CycloneDX {spec}) has {parts} components. Advisories: {said}"
)
COLUMNS = ["install", "libraries", "under the GPL or AGPL", "licence not stated", "not in the lock"]


def rows() -> list[list[str | int]]:
    """A row for a default install and one for each extra. Raises SystemExit where an extra is not installed."""
    held, made = {row.name for row in locked()}, []
    for extra in ("", *extras()):
        found, absent = closure(extra)
        if absent:
            raise SystemExit(f"not installed: {', '.join(sorted(absent))}. pip install -e '.[{','.join(extras())}]'")
        stated = [licence(one) for one in found.values()]
        made.append(
            [extra or "default", len(found), sum(map(is_copyleft, stated)), stated.count(""), len(found.keys() - held)]
        )
    return made


def results(seconds: int) -> dict[str, object]:
    """The results as docs/reliability.md reads them."""
    began, found = time.monotonic(), rows()
    said, _ = verdict([(service, audit(service, seconds)) for service in SERVICES])
    made, pinned = bill(PUBLISHED, str(date.today())), list(locked())
    what = WHAT.format(versions=len(pinned), hashes=sum(len(row.hashes) for row in pinned), spec=made["specVersion"],
                       parts=len(made["components"]), said=said.partition(" (")[0].splitlines()[0].rstrip(".") + ".")  # fmt: skip
    wrong = [
        f"{row[0]}: {row[2]} libraries under the GPL or AGPL."
        for row in found
        if row[2] and row[0] not in ("dev", "docs")
    ]
    return {"title": "Supply chain", "day": str(date.today()), "command": "python builders/supply_results.py",
            "seconds": round(time.monotonic() - began, 1), "what": what, "columns": COLUMNS, "rows": found, "failures": wrong}  # fmt: skip


def main() -> None:
    """Writes the results."""
    asking = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asking.add_argument("--seconds", type=int, default=60, help="how long a database of advisories is waited for")
    asking.add_argument("--seed", type=int, default=1, help="nothing here is drawn")
    asking.add_argument("--page", type=Path, default=PAGE)
    given = asking.parse_args()
    given.page.write_text(json.dumps(results(given.seconds), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
