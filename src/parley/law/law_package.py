"""Which law answers: the one that ships with parley, an installed package of law, or a folder that the user names.

A package of law is a folder with the acts, lists, schedules, fees, rulings and claims in the layout of this one, and a manifest,
law.json: the number of its format, its version (a calendar day), and the checksum of every file. PARLEY_LAW names such a folder.
Without it the newer of two answers: the installed package (parley-law, module parley_law, of which no code is run) and the law that
ships. PARLEY_LAW_VERSION asks for one version. A package whose files differ from its manifest is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Literal

from parley.errors import InputError
from parley.fixed import fixed_fields
from parley.text_files import FileKind, is_file, parse_json, read_bytes

FORMAT = 1  # raised where an older parley would misread a package
MANIFEST = "law.json"
FOLDER, VERSION = "PARLEY_LAW", "PARLEY_LAW_VERSION"  # environment variables
MODULE = "parley_law"
PARTS = ("measures", "schedule", "fees", "filing", "refunds", "treatment")
SINGLE = ("claims.csv",)
WITH_THE_CODE = ("refunds/columns.csv", "refunds/words.csv")  # how files are read, no law
ENDINGS = (".toml", ".csv", ".csv.gz", ".json")
_VERSION = re.compile(r"\d{4}\.(1[0-2]|[1-9])\.(3[01]|[12]\d|[1-9])(\.\d{1,4})?")
SAYS_VERSION = "a calendar version without leading zeros, such as 2026.11.28 or 2026.11.28.1"

_KIND = FileKind("what `parley law package build` writes", ending=".json")

Where = Literal["shipped", "installed", "folder"]


@dataclass(frozen=True)
@fixed_fields
class LawPackage:
    """A package of law. hash: of its manifest, and so of every file; files: path → sha256, relative to its folder.

    optional_keys: keys of its acts that a parley which does not know them may skip, as measure.NAME, act.NAME or yields_to.NAME.
    """

    folder: Path
    version: str
    hash: str
    where: Where
    files: Mapping[str, str]
    optional_keys: tuple[str, ...] = ()
    format: int = FORMAT
    note: str = ""


def law_path(*parts: str) -> Path:
    """A file or folder of the law in use. Raises InputError where that law has none."""
    used = law_in_use()
    path = used.folder.joinpath(*parts)
    if not path.exists():
        raise InputError(
            f"law {used.version}",
            f"it has no {'/'.join(parts)}",
            "a whole law",
            "Build it onto a whole one: parley law package build",
        )
    return path


def law_in_use() -> LawPackage:
    """The law that answers in this process. Raises InputError where what was asked for is not there or not whole."""
    return _chosen(os.environ.get(FOLDER) or "", os.environ.get(VERSION) or "")


@lru_cache(maxsize=8)
def _chosen(folder: str, version: str) -> LawPackage:
    if version:
        check_version(version, VERSION)
    held = (read_package(Path(folder), "folder"),) if folder else at_hand()
    found = [p for p in held if version in ("", p.version)]
    if not found:
        there = ", ".join(f"{p.version} ({p.where})" for p in held)
        hint = f"Install it: pip install parley-law=={version}; or unset {VERSION}"
        raise InputError(VERSION, f"no law of version {version}", there, hint)
    best = max(found, key=lambda p: (order(p.version), p.where == "installed"))
    if (
        best.where != "shipped"
    ):  # a checkout of the code may be at work on its own acts: doctor and `law package show` hold these to it
        _refuse_faults(best)
    return best


@cache
def at_hand() -> tuple[LawPackage, ...]:
    """The law that ships with parley, and the installed package of law where there is one. Their files are not looked at."""
    other = installed_folder()
    return shipped() if other is None else (*shipped(), read_package(other, "installed"))


@cache
def shipped() -> tuple[LawPackage]:
    """The law that ships."""
    return (read_package(Path(str(resources.files("parley.law"))), "shipped"),)


def installed_folder() -> Path | None:
    """The folder of the installed package of law; none where there is none. Nothing of it is imported."""
    from importlib.util import find_spec

    try:
        spec = find_spec(MODULE)
    except (ImportError, ValueError):
        return None
    home = Path(spec.origin).parent if spec and spec.origin else None
    return home if home and (home / MANIFEST).is_file() else None


def read_package(folder: Path, where: Where = "folder") -> LawPackage:
    """A package by its manifest; its other files are not read. Raises InputError where this parley cannot read it."""
    path = folder / MANIFEST
    if not is_file(path):
        hint = f"Make one of a folder of acts: parley law package build {folder} --out DIR"
        raise InputError(str(folder), f"no package of law: it has no {MANIFEST}", "a folder with a manifest", hint)
    text = read_bytes(path, _KIND)
    told = parse_json(text, _KIND, str(path))
    missing = [key for key in ("format", "version", "files") if not isinstance(told, dict) or key not in told]
    if missing:
        raise _KIND.fault(str(path), f"no manifest of law: it does not say {', '.join(missing)}")
    version, number, files = told["version"], told["format"], told["files"]
    keys, note = told.get("optional_keys", []), told.get("note", "")
    if not (isinstance(keys, list) and all(isinstance(key, str) for key in keys)):
        raise _KIND.fault(f"{path}, optional_keys", "no list of texts")
    if type(number) is not int or not 1 <= number <= FORMAT:
        allowed = f"format 1 to {FORMAT}, which this parley reads"
        raise InputError(
            str(path), f"a law of format {number!r}", allowed, "Upgrade parley: pip install -U parley-trade"
        )
    if not (isinstance(files, dict) and all(isinstance(v, str) and is_inside(k) for k, v in files.items())):
        raise InputError(
            str(path),
            "files outside of the package, or without a checksum",
            "paths within its folder, each with its sha256",
        )
    check_version(version, f"{path} version")
    return LawPackage(folder, version, hashlib.sha256(text).hexdigest(), where, files, tuple(keys), number, str(note))


def is_inside(name: str) -> bool:
    """Whether a path of a manifest stays within its folder."""
    parts = Path(name).parts
    return bool(parts) and not Path(name).is_absolute() and ".." not in parts and "\\" not in name


def check_version(text: object, where: str) -> None:
    """Nothing, if a text is a calendar version. Raises InputError."""
    if not (isinstance(text, str) and _VERSION.fullmatch(text)):
        raise InputError(where, f"{text!r}"[:60], SAYS_VERSION)


def order(version: str) -> tuple[int, ...]:
    """A version as numbers, which sort as versions do."""
    return tuple(int(n) for n in version.split("."))


def _refuse_faults(package: LawPackage) -> None:
    found = faults(package)
    if found:
        shown = "; ".join(f"{name} {what}" for name, what in list(found.items())[:3])
        more = f"; and {len(found) - 3} more" if len(found) > 3 else ""
        raise InputError(str(package.folder), f"law {package.version} is not whole: {shown}{more}", f"the files of its {MANIFEST}",
                         "Install it again; changed on purpose, it is another law: parley law package build")  # fmt: skip


def faults(package: LawPackage) -> dict[str, str]:
    """What differs from the manifest, by file: missing, changed, or not named there."""
    found = dict.fromkeys(package.files, "is missing")
    for name, path in law_files(package.folder):
        if name not in package.files:
            found[name] = "is not in the manifest"
        elif _sum(path) == package.files[name]:
            del found[name]
        else:
            found[name] = "differs from the manifest"
    return dict(sorted(found.items()))


def law_files(folder: Path) -> list[tuple[str, Path]]:
    """The files of law in a folder of this layout, by name; code and how files are read are left out."""
    found = [folder / name for name in SINGLE]
    for part in PARTS:
        for here, _, names in os.walk(folder / part):
            found += [Path(here, name) for name in names if name.endswith(ENDINGS)]
    named = ((path.relative_to(folder).as_posix(), path) for path in found if path.is_file())
    return sorted((name, path) for name, path in named if name not in WITH_THE_CODE)


def made_manifest(folder: Path, version: str, note: str = "", optional_keys: tuple[str, ...] = ()) -> bytes:
    """The manifest of a folder of law as it is."""
    told = {"format": FORMAT, "version": version, "note": note, "optional_keys": sorted(optional_keys),
            "files": {name: _sum(path) for name, path in law_files(folder)}}  # fmt: skip
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
