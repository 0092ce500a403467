"""The picture of docs/brief.md: the top of a briefing, taken by headless Chromium.

Run: python builders/docs_picture.py  (needs Debian's chromium; writes docs/brief.png)
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PICTURE = Path(__file__).parents[1] / "docs" / "brief.png"
SIZE = "1120,1602"
QUIET = (
    "--headless --no-sandbox --disable-gpu --hide-scrollbars --disable-background-networking "
    "--disable-component-update --disable-sync --no-first-run"
).split()


def main() -> None:
    """Writes the picture, or says what is missing."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("chromium is not on this machine; on Debian: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "parley.cli.main", "brief", "--out", folder], check=True, stdout=subprocess.DEVNULL
        )
        shot = Path(folder, "shot.png")
        page = Path(folder, "brief.html").as_uri()
        options = [*QUIET, f"--user-data-dir={folder}/profile", f"--window-size={SIZE}", f"--screenshot={shot}"]
        subprocess.run([chromium, *options, page], check=True, capture_output=True, timeout=120)
        shutil.copy(shot, PICTURE)


if __name__ == "__main__":
    main()
