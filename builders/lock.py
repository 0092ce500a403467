"""Writes requirements.lock: every version and hash that the package and its extras need, on each machine and Python; no addresses.

Run: python builders/lock.py (with uv, of the dev extra). Check: pip install --require-hashes -r requirements.lock --dry-run
"""

from __future__ import annotations

import subprocess

from supply import LOCK, ROOT, locked, uv


def main() -> None:
    """Resolves anew, then reads the lock as the tests do."""
    words = [uv(), "pip", "compile", "-q", "--universal", "--python-version", "3.11", "--all-extras", "--generate-hashes", "--no-header",
             "--no-annotate", "--no-emit-index-url", "--no-emit-package", "parley-trade", "-o", str(LOCK),
             str(ROOT / "pyproject.toml")]  # fmt: skip
    subprocess.run(words, check=True)
    rows = list(locked())
    print(f"{len(rows)} versions with {sum(len(row.hashes) for row in rows)} hashes")


if __name__ == "__main__":
    main()
