"""What parley stands on: the packages of an install and of each extra, their licences, and the versions and hashes of the lock.

Read from the environment that runs this and from requirements.lock; nothing is asked of a registry.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
OURS = "parley-trade"
COPYLEFT = re.compile(r"(?<!L)(?<!Lesser )(?<!Library or Lesser )\b(A?GPL|(Affero )?General Public License)")
WORDS = {  # classifiers and short texts as SPDX has them
    "Apache Software License": "Apache-2.0", "Apache 2.0": "Apache-2.0", "Apache License 2.0": "Apache-2.0", "Apache-2": "Apache-2.0",
    "MIT License": "MIT", "BSD License": "BSD", "BSD 3-Clause License": "BSD-3-Clause", "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0", "Python Software Foundation License": "PSF-2.0",
}  # fmt: skip


@dataclass(frozen=True)
class Locked:
    """One line of requirements.lock. marker: where it is installed, empty where everywhere."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def locked() -> Iterator[Locked]:
    """The lines of the lock, in its order. Raises ValueError at one that is no pinned version with its hashes."""
    for entry in LOCK.read_text("utf-8").replace("\\\n", " ").splitlines():
        stated, *hashes = re.split(r"\s+--hash=sha256:", entry.strip())
        found = re.fullmatch(r"([a-z0-9][a-z0-9.-]*)==([^\s;]+)(?: ; (.+))?", stated.strip())
        if not found or not hashes or not all(re.fullmatch(r"[0-9a-f]{64}", h.strip()) for h in hashes):
            raise ValueError(f"requirements.lock: no version with its hashes: {entry[:120]!r}")
        yield Locked(found[1], found[2], found[3] or "", tuple(h.strip() for h in hashes))


def project() -> dict[str, Any]:
    """The table of pyproject.toml that says what parley needs: an environment may hold the metadata of an earlier day."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def uv() -> str:
    """The path of uv. Raises SystemExit where it is not installed."""
    from shutil import which

    found = which("uv") or which("uv", path=str(Path(sys.executable).parent))
    if found is None:
        raise SystemExit("uv is not installed. It is in the dev extra: pip install uv")
    return found


def extras() -> tuple[str, ...]:
    """The extras of the package."""
    return tuple(project()["optional-dependencies"])


@cache
def closure(extra: str = "") -> tuple[dict[str, Distribution], set[str]]:
    """What an install brings, by name, with all that it needs in its turn; and the names that are not installed here."""
    found: dict[str, Distribution] = {}
    absent: set[str] = set()
    waiting, seen = [(OURS, ""), (OURS, extra)], set[tuple[str, str]]()
    while waiting:
        name, asked = waiting.pop()
        if (name, asked) in seen:
            continue
        seen.add((name, asked))
        try:
            needs = ours(asked) if name == OURS else found.setdefault(name, distribution(name)).requires or []
        except PackageNotFoundError:
            absent.add(name)
            continue
        waiting += [(n, inner) for n, extras in needed(needs, asked) for inner in ("", *extras)]
    return found, absent


def ours(extra: str) -> list[str]:
    """What parley itself needs: by default, or with an extra."""
    return project()["optional-dependencies"][extra] if extra else project()["dependencies"]


def needed(needs: Iterable[str], extra: str) -> Iterator[tuple[str, set[str]]]:
    """(name, extras) of the requirements that hold on this machine."""
    for line in needs:
        asked = Requirement(line)
        if asked.marker is None or asked.marker.evaluate({"extra": extra}):
            yield canonicalize_name(asked.name), asked.extras


def licence(made: Distribution) -> str:
    """The licence that a package states: an SPDX expression, else its classifiers, else a short text; empty where it states none."""
    whole = _stated(made, "License-Expression")
    classes = [c.rpartition(" :: ")[2] for c in _stated(made, "Classifier") if c.startswith("License ::")]
    short = [text for text in _stated(made, "License") if "\n" not in text and len(text) < 60]
    named = whole or [c for c in classes if c != "OSI Approved"] or short
    return " OR ".join(WORDS.get(n, n) for n in named)


def _stated(made: Distribution, field: str) -> list[str]:
    """The values of a field of a package's metadata, without empty ones."""
    return [value.strip() for value in made.metadata.get_all(field) or () if value.strip()]


def is_copyleft(text: str) -> bool:
    """Whether a licence is the GPL or the AGPL, and no other may be chosen in its place."""
    return all(COPYLEFT.search(part) for part in re.split(r"\bOR\b", text)) if text else False
