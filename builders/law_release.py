"""Pack the acts and lists of one commit as a release of the law: src/parley/law/releases/NAME.tar.xz.

Run: python builders/law_release.py NAME COMMIT [--out src/parley/law/releases]

A scenario with `conventions = "NAME"` reads its law from there, so that a figure published with it can be had again. The
archive is the same bytes for the same commit: names sorted, days of files zero.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import lzma
import subprocess
import tarfile
from pathlib import Path

from us_schedule import record, replace_file

HOME = "src/parley/law/measures"
TERMS = "as the lists and acts it holds; see law/measures/manifest.json inside"


def files_of(commit: str) -> dict[str, bytes]:
    """The acts, lists and manifest of a commit, by name."""
    packed = subprocess.run(["git", "archive", "--format=tar", commit, HOME], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        members = [m for m in archive.getmembers() if m.isfile()]
        return {Path(m.name).name: archive.extractfile(m).read() for m in members}  # type: ignore[union-attr]


def packed(files: dict[str, bytes]) -> bytes:
    """The files as one compressed archive."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.size = len(files[name])
            archive.addfile(member, io.BytesIO(files[name]))
    return lzma.compress(made.getvalue(), preset=9)


def main() -> None:
    """Write the archive and its manifest entry."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("name")
    parser.add_argument("commit")
    parser.add_argument("--out", type=Path, default=Path("src/parley/law/releases"))
    asked = parser.parse_args()
    files = files_of(asked.commit)
    content = packed(files)
    replace_file(asked.out / f"{asked.name}.tar.xz", content)
    entry = {"source": f"law/measures as of commit {asked.commit}", "terms": TERMS, "vintage": asked.name,
             "builder": "builders/law_release.py", "note": "the acts and lists that a pinned scenario reads",
             "rows": len(files), "sha256": hashlib.sha256(content).hexdigest()}  # fmt: skip
    record(asked.out / "manifest.json", f"{asked.name}.tar.xz", entry)
    print(f"{len(files)} files, {len(content):,} bytes")


if __name__ == "__main__":
    main()
