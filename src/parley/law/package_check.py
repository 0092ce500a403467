"""Whether a package of law is whole and can be asked: its files against its manifest, its acts by the linters of this parley.

A package that is not in use is asked in a process of its own, under PARLEY_LAW, just as its user will.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

from parley.archives import opened_zip
from parley.drafts import work_folder
from parley.errors import InputError
from parley.law.law_package import (
    FOLDER,
    MANIFEST,
    MODULE,
    VERSION,
    LawPackage,
    faults,
    is_inside,
    law_in_use,
    read_package,
)
from parley.text_files import FileKind, is_file

_ASK = "from parley.law.package_check import print_linted; print_linted()"


class LintRow(TypedDict):
    """What breaks a rule of the linters, by measure."""

    measure: str
    rule: str
    found: str


class Linted(TypedDict):
    """A law as this parley reads it. refused: why it cannot; null where it can. law_known_to: by authority, ISO days."""

    acts: int
    rows: int
    findings: list[LintRow]
    law_known_to: dict[str, str]
    refused: str | None


WHEEL = FileKind("what `parley law package build` writes", ending=".whl", most=1 << 30)
NOTHING: Linted = {"acts": 0, "rows": 0, "findings": [], "law_known_to": {}, "refused": None}


@contextmanager
def opened(place: Path | None) -> Iterator[LawPackage]:
    """A package of law: a folder, a wheel, or the one in use. Raises InputError."""
    if place is None:
        yield law_in_use()
    elif is_file(place):
        with work_folder("law") as folder:
            yield read_package(_unpacked(place, Path(folder)))
    else:
        yield read_package(place)


def _unpacked(wheel: Path, into: Path) -> Path:
    """The folder of law in a wheel. Raises InputError where it is none."""
    with opened_zip(wheel, WHEEL, str(wheel)) as archive:
        names = [n for n in archive.namelist() if n.startswith(f"{MODULE}/") and is_inside(n)]
        archive.extractall(into, names)
    if not (into / MODULE / MANIFEST).is_file():
        raise InputError(
            str(wheel), f"no wheel of law: it has no {MODULE}/{MANIFEST}", "what `parley law package build` writes"
        )
    return into / MODULE


def linted(package: LawPackage) -> Linted:
    """What the linters say of a package; of one whose files differ from its manifest, nothing: it is not asked."""
    if faults(package) and package.where != "shipped":
        return {**NOTHING, "refused": f"its files are not those of its {MANIFEST}"}
    return linted_in_use() if package == law_in_use() else _asked_apart(package)


def linted_in_use() -> Linted:
    """The same of the law in use."""
    from parley.errors import ParleyError
    from parley.law.check import check_regime
    from parley.law.regime import read_regime

    try:
        regime = read_regime()
        found = check_regime(regime)
    except ParleyError as error:
        return {**NOTHING, "refused": str(error)}
    return {
        "acts": len({m.act.id for m in regime.measures}),
        "rows": len(regime.measures),
        "findings": [{"measure": f.measure, "rule": f.rule, "found": f.found} for f in found],
        "law_known_to": {r.authority: r.law_known_to.isoformat() for r in regime.reached},
        "refused": None,
    }


def print_linted() -> None:
    """What another process is asked for."""
    from parley.errors import ParleyError

    try:
        made = linted_in_use()
    except ParleyError as error:
        made = {**NOTHING, "refused": str(error)}
    print(json.dumps(made))


def _asked_apart(package: LawPackage) -> Linted:
    given = {k: v for k, v in os.environ.items() if k != VERSION} | {FOLDER: str(package.folder.absolute())}
    given["PYTHONPATH"] = os.pathsep.join(p for p in sys.path if p)
    ran = subprocess.run([sys.executable, "-c", _ASK], env=given, capture_output=True, text=True, check=False)
    try:
        return json.loads(ran.stdout)
    except ValueError:
        last = (ran.stderr.strip().splitlines() or [""])[-1]
        return {**NOTHING, "refused": last[:400] or f"it ended with {ran.returncode}"}
