"""Write the manifest of the law that ships: src/parley/law/law.json, with the checksum of every act, list, schedule and table of law.

Run: python builders/law_manifest.py [--version 2026.11.28]

Without --version the version stays as it is. To run after every change of the law; a test says when it was not.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from parley.law.law_package import MANIFEST, check_version, made_manifest, read_package
from parley.outputs import write

HOME = Path(__file__).parents[1] / "src" / "parley" / "law"
NOTE = "the law that ships with parley"


def content(version: str = "") -> bytes:
    """The manifest of the law as it is; without a version under that of the manifest that is there."""
    return made_manifest(HOME, version or read_package(HOME, "shipped").version, NOTE)


def main() -> None:
    """Write the manifest."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--version", default="")
    asked = parser.parse_args()
    if asked.version:
        check_version(asked.version, "--version")
    write(HOME / MANIFEST, content(asked.version))
    print(f"law {read_package(HOME, 'shipped').version}")


if __name__ == "__main__":
    main()
