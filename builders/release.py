"""A release into one folder: wheel, source archive, bill of materials, release notes and their checksums.

Run: python builders/release.py [--out dist] [--day YYYY-MM-DD]        (with uv, of the dev extra, and every extra installed)
     python builders/release.py --notes [VERSION]                      the notes alone, from CHANGELOG.md

At the end the locked versions are asked of a database of advisories, where one can be reached. Exit code 1: some are known.
Versions of code and of data stand apart: `parley --version` says both, the notes begin with both, the bill lists both.
"""

from __future__ import annotations

import argparse
import datetime
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import advisories
from sbom import PUBLISHED, bill, data, version
from supply import OURS, ROOT, uv


def notes(number: str) -> str:
    """The section of a version in CHANGELOG.md, under a line of what it holds. Raises SystemExit with the versions that there are."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    heads = re.findall(r"^## (\S+)(.*)$", text, re.MULTILINE)
    if number not in dict(heads):
        raise SystemExit(f"CHANGELOG.md has no version {number!r}. Allowed: {', '.join(n for n, _ in heads)}.")
    body = re.split(rf"^## {re.escape(number)}\b.*$", text, maxsplit=1, flags=re.MULTILINE)[1]
    section = re.split(r"^## ", body, maxsplit=1, flags=re.MULTILINE)[0].strip()
    held = ", ".join(f"{part['name'].removeprefix('parley-')} {part['version']}" for part in data())
    return f"# parley {number}{dict(heads)[number]}\n\nCode {number}; data: {held}.\n\n{section}\n"


def release(out: Path, day: str, extras: Sequence[str] = PUBLISHED) -> list[Path]:
    """The files of a release, the checksums last. extras: those that the bill lists."""
    made_bill = bill(extras, day)  # first: it refuses where the lock is not that of this tree
    out.mkdir(parents=True, exist_ok=True)
    subprocess.run([uv(), "build", "-q", "--out-dir", str(out), str(ROOT)], check=True)
    (out / f"{OURS}.cdx.json").write_text(json.dumps(made_bill, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (out / "notes.md").write_text(notes(version()), "utf-8")
    made = sorted(p for p in out.iterdir() if p.is_file() and p.name not in ("SHA256SUMS", ".gitignore"))
    sums = "".join(f"{sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in made)
    (out / "SHA256SUMS").write_text(sums, "utf-8")
    return [*made, out / "SHA256SUMS"]


def main() -> None:
    """Makes a release, or prints its notes."""
    asking = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asking.add_argument("--out", type=Path, default=ROOT / "dist")
    asking.add_argument("--day", default=str(datetime.date.today()), help="the day of the release")
    asking.add_argument("--notes", nargs="?", const=version(), metavar="VERSION", help="print the notes and stop")
    given = asking.parse_args()
    if given.notes:
        print(notes(given.notes), end="")
        return
    for path in release(given.out, given.day):
        print(path)
    said, code = advisories.verdict([(service, advisories.audit(service, 60)) for service in advisories.SERVICES])
    print(said)
    sys.exit(code if code == 1 else 0)  # a release with known advisories is made, and not called good


if __name__ == "__main__":
    main()
