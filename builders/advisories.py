"""Known advisories on every version of requirements.lock, by pip-audit, where a database of advisories can be reached.

Run: python builders/advisories.py [--service osv|pypi]... [--seconds 120]
Exit codes: 0 none is known, 1 some are, 3 no database knew the versions: then nothing was audited, and it says so.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from supply import LOCK, locked

SERVICES = ("osv", "pypi")


class Audit(NamedTuple):
    """What a database said. looked_up: versions that it knew; skipped: those that it did not; found: advisories by version."""

    looked_up: int
    skipped: int
    found: tuple[str, ...]
    why: str = ""


def read(said: str, complaint: str) -> Audit:
    """What pip-audit printed as JSON. A version that a database does not know was not audited, whatever the last line says."""
    try:
        rows = json.loads(said)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Audit(0, 0, (), (complaint.strip().splitlines() or ["nothing was said"])[-1][:200])
    known = [row for row in rows if "skip_reason" not in row]
    found = tuple(
        f"{row['name']} {row['version']}: {v['id']}, mended in {', '.join(v['fix_versions']) or 'no version yet'}"
        for row in known
        for v in row["vulns"]
    )
    return Audit(len(known), len(rows) - len(known), found, "" if known else "it knew none of the versions")


def audit(service: str, seconds: int) -> Audit:
    """The lock asked of one database."""
    with tempfile.TemporaryDirectory(prefix="parley-audit-") as name:
        asked = Path(name) / "requirements.txt"  # every version, whatever machine it is for
        asked.write_text("".join(f"{row.name}=={row.version}\n" for row in newest()), "utf-8")
        words = [sys.executable, "-m", "pip_audit", "--requirement", str(asked), "--disable-pip", "--no-deps", "--format", "json",
                 "--progress-spinner", "off", "--vulnerability-service", service]  # fmt: skip
        try:
            done = subprocess.run(words, capture_output=True, text=True, timeout=seconds)
        except subprocess.TimeoutExpired:
            return Audit(0, 0, (), f"no answer in {seconds} seconds")
    return read(done.stdout, done.stderr)


def newest() -> list:
    """A row for each name of the lock: pip-audit takes one version of each."""
    return list({row.name: row for row in locked()}.values())


def verdict(asked: Sequence[tuple[str, Audit]]) -> tuple[str, int]:
    """(what to say, the exit code) of what the databases said."""
    answered = [(service, found) for service, found in asked if found.looked_up]
    if not answered:
        why = "; ".join(f"{service}: {found.why}" for service, found in asked)
        return f"No database of advisories could be asked, so nothing was audited ({why}).", 3
    service, found = answered[0]
    short = f", {found.skipped} versions unknown to it" if found.skipped else ""
    head = f"{service}: {found.looked_up} versions of {LOCK.name} looked up{short}, {len(found.found)} advisories."
    return "\n".join([head, *found.found]), 1 if found.found else 0


def main() -> None:
    """Asks one database after the other until one answers."""
    asking = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asking.add_argument("--service", action="append", choices=SERVICES, help="osv, then pypi")
    asking.add_argument("--seconds", type=int, default=120, help="how long one database is waited for")
    given = asking.parse_args()
    asked = []
    for service in given.service or SERVICES:
        asked.append((service, audit(service, given.seconds)))
        if asked[-1][1].looked_up:
            break
    said, code = verdict(asked)
    print(said)
    sys.exit(code)


if __name__ == "__main__":
    main()
