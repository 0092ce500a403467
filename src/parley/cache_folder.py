"""Where parley keeps what it can make again: compiled law, pulled sources, unpacked releases. Safe to delete at any time."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    """PARLEY_CACHE, else the system's folder for caches."""
    given = os.environ.get("PARLEY_CACHE")
    if given:
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "parley" / "Cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "parley"
