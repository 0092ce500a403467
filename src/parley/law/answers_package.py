"""The answers of `law package`: what was built, whether a package of law is whole, and which one is in use; each with its builder."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from parley.law.law_package import FOLDER, LawPackage, Where, at_hand, faults, law_in_use
from parley.law.package_check import Linted, LintRow, linted

if TYPE_CHECKING:
    from parley.law.package_build import Built


class PackageRow(TypedDict):
    """A package of law at hand. where: shipped with parley, installed (parley-law), or the folder that PARLEY_LAW names."""

    law_version: str
    format: int
    hash: str  # sha256 of its manifest
    where: Where
    place: str
    files: int
    note: str


class FaultRow(TypedDict):
    """A file that differs from the manifest, and how."""

    file: str
    what: str


class PackageBuiltAnswer(PackageRow):
    """`law package build`: the package and its wheel. changed: files that are new or differ from the law it was laid over."""

    wheel: str
    acts: int
    rows: int
    changed: list[str]


class PackageCheckAnswer(PackageRow):
    """`law package check`: files against the manifest, acts against the linters. optional_keys: keys that may be skipped."""

    whole: bool
    faults: list[FaultRow]
    acts: int
    rows: int
    findings: list[LintRow]
    refused: str | None  # why this parley cannot read it
    law_known_to_by: dict[str, str]
    optional_keys: list[str]


class PackageShowAnswer(PackageRow):
    """`law package show`: the law in use, how far it was read by authority, and what else is at hand."""

    acts: int
    rows: int
    law_known_to_by: dict[str, str]
    faults: list[FaultRow]
    at_hand: list[PackageRow]


def built_answer(made: Built) -> PackageBuiltAnswer:
    """The answer to `law package build`."""
    acts = len({m.act.id for m in made.regime.measures})
    return {**_row(made.package), "wheel": str(made.wheel), "acts": acts, "rows": len(made.regime.measures),
            "changed": list(made.changed)}  # fmt: skip


def check_answer(package: LawPackage, found: Linted | None = None) -> PackageCheckAnswer:
    """The answer to `law package check`. found: what the linters said, where it is at hand."""
    said, wrong = found or linted(package), _faults(package)
    return {
        **_row(package),
        "whole": not (wrong or said["findings"] or said["refused"]),
        "faults": wrong,
        "acts": said["acts"],
        "rows": said["rows"],
        "findings": said["findings"],
        "refused": said["refused"],
        "law_known_to_by": said["law_known_to"],
        "optional_keys": list(package.optional_keys),
    }


def show_answer() -> PackageShowAnswer:
    """The answer to `law package show`."""
    import os

    from parley.law.regime import read_regime

    used, regime = law_in_use(), read_regime()
    others = [] if os.environ.get(FOLDER) else [p for p in at_hand() if p != used]
    return {
        **_row(used),
        "acts": len({m.act.id for m in regime.measures}),
        "rows": len(regime.measures),
        "law_known_to_by": {r.authority: r.law_known_to.isoformat() for r in regime.reached},
        "faults": _faults(used),
        "at_hand": [_row(p) for p in (used, *others)],
    }


def _row(p: LawPackage) -> PackageRow:
    return {"law_version": p.version, "format": p.format, "hash": p.hash, "where": p.where, "place": str(p.folder),
            "files": len(p.files), "note": p.note}  # fmt: skip


def _faults(package: LawPackage) -> list[FaultRow]:
    return [{"file": name, "what": what} for name, what in faults(package).items()]
