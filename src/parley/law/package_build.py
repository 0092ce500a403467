"""Making a package of law: acts and lists laid over a whole law, a manifest, and a wheel that pip installs.

A wheel of data is a zip archive with three files about itself, written here: no build tool is needed, and the same law gives
the same bytes. It holds no code but its version.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from parley import outputs
from parley.codes import country, day, today
from parley.errors import InputError
from parley.law.law_package import (
    MANIFEST,
    MODULE,
    PARTS,
    SINGLE,
    LawPackage,
    check_version,
    law_files,
    law_in_use,
    made_manifest,
    read_package,
)
from parley.law.regime import READ_TO, Regime, read_regime
from parley.text_files import is_folder

NAME = "parley-law"
ACTS = "measures"
_INIT = '''"""The law that parley answers from: acts, lists and schedules as data. Nothing here is imported by parley."""

__version__ = "{version}"
'''
_ABOUT = """Metadata-Version: 2.1
Name: {name}
Version: {version}
Summary: The dated tariff law that parley answers from: acts, lists, schedules and rulings, with the source of each.
Requires-Python: >=3.11

{note}

Each act names its citation; the manifests beside the tables name the source and the terms of each.
Show what is in use: parley law package show
"""
_WHEEL = "Wheel-Version: 1.0\nGenerator: parley\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


class Built(NamedTuple):
    """A package that was made. changed: its files that differ from the law it was laid over, or are new; regime: its acts."""

    package: LawPackage
    wheel: Path
    changed: tuple[str, ...]
    regime: Regime


def build(
    folder: Path,
    out: Path,
    version: str = "",
    *,
    whole: bool = False,
    note: str = "",
    read_to: Sequence[str] = (),
    optional_keys: Sequence[str] = (),
) -> Built:
    """Makes a package of law and its wheel in a folder. Raises InputError or MeasureError where the law cannot be read.

    folder: acts and lists, or parts of a law in the layout of the package. whole: it holds all; else it is laid over the law in
    use. version: a calendar version; none: today's. read_to: AUTHORITY=DATE, the last day to which its law was read.
    """
    version = version or calendar_version(today())
    check_version(version, "--version")
    base = {} if whole else {name: path.read_bytes() for name, path in law_files(law_in_use().folder)}
    files = _laid_over(base, _given(folder))
    if read_to:
        name = f"{ACTS}/{READ_TO}"
        files[name] = _with_days(files.get(name, b"authority,law_known_to,source\n"), read_to, note)
    place = out / f"{NAME}-{version}"
    with outputs.told(out, "--out"):
        out.mkdir(parents=True, exist_ok=True)
        with outputs.drafted_folder(place) as draft:
            _write_all(draft, files)
            (draft / MANIFEST).write_bytes(made_manifest(draft, version, note, tuple(optional_keys)))
            regime = read_regime(draft / ACTS, optional=optional_keys)
    package = read_package(place)
    wheel = outputs.write(out / wheel_name(version), wheel_of(package), "--out")
    return Built(package, wheel, tuple(n for n, held in files.items() if base.get(n) != held), regime)


def calendar_version(on: date) -> str:
    """The version of a day."""
    return f"{on.year}.{on.month}.{on.day}"


def _given(folder: Path) -> dict[str, bytes]:
    """The files of a folder by their place in a package: acts and lists at its top are measures. Raises InputError without any."""
    if not is_folder(folder):
        raise InputError(str(folder), "no such folder", "a folder of TOML acts, or of parts of a law")
    top = (
        p
        for p in sorted(folder.iterdir())
        if p.suffix in (".toml", ".csv", ".json") and p.name not in (*SINGLE, MANIFEST)
    )
    found = {f"{ACTS}/{p.name}": p for p in top if p.is_file()} | dict(law_files(folder))
    if not found:
        raise InputError(str(folder), "no act and no part of a law", f"*.toml and *.csv, or {', '.join(PARTS)}")
    return {name: path.read_bytes() for name, path in found.items()}


def _laid_over(base: Mapping[str, bytes], given: Mapping[str, bytes]) -> dict[str, bytes]:
    """A law with files added and replaced. What a manifest said of a replaced list is dropped unless it is given anew."""
    made = {**base, **given}
    for part in PARTS:
        name = f"{part}/manifest.json"
        entries, own = (_entries(held.get(name, b"{}"), name) for held in (base, given))
        replaced = [
            n
            for n in entries
            if f"{part}/{n}" in given and n not in own and base.get(f"{part}/{n}") != given[f"{part}/{n}"]
        ]
        if replaced and part != ACTS:
            raise InputError(
                name, f"says nothing of the new {', '.join(replaced)}", "an entry for each table that is replaced"
            )
        if name in base and (own or replaced):
            kept = {n: e for n, e in entries.items() if n not in replaced} | own
            made[name] = (json.dumps(kept, ensure_ascii=False, indent=1) + "\n").encode()
    return dict(sorted(made.items()))


def _entries(content: bytes, name: str) -> dict[str, object]:
    try:
        found = json.loads(content)
        if isinstance(found, dict):
            return found
    except ValueError:
        pass
    raise InputError(name, "not readable as JSON", "an object with an entry for each table")


def _with_days(content: bytes, read_to: Sequence[str], note: str) -> bytes:
    """The table of the last days read, with some days renewed. Raises InputError."""
    days = dict(_day(text) for text in read_to)
    made = [
        _row(who, days.pop(who), note) if (who := row.partition(",")[0]) in days else row
        for row in content.decode("utf-8").splitlines()
    ]
    return ("\n".join([*made, *(_row(who, on, note) for who, on in days.items())]) + "\n").encode()


def _row(who: str, on: str, note: str) -> str:
    """A row of the table of last days read."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([who, on, note or "as said when the package was made"])
    return text.getvalue()


def _day(text: str) -> tuple[str, str]:
    who, sign, on = text.partition("=")
    if not sign:
        raise InputError("--read-to", f"{text[:60]!r}", "AUTHORITY=DATE, such as USA=2026-12-05")
    return country(who, "--read-to"), day(on, "--read-to").isoformat()


def _write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def wheel_name(version: str) -> str:
    """The name of a wheel of law."""
    return f"{MODULE}-{version}-py3-none-any.whl"


def wheel_of(package: LawPackage) -> bytes:
    """A package as a wheel: the same bytes for the same law."""
    about = f"{MODULE}-{package.version}.dist-info"
    held = {f"{MODULE}/__init__.py": _INIT.format(version=package.version).encode()}
    held |= {f"{MODULE}/{name}": (package.folder / name).read_bytes() for name in (*package.files, MANIFEST)}
    text = _ABOUT.format(name=NAME, version=package.version, note=package.note or "Law of this day.")
    held |= {f"{about}/METADATA": text.encode(), f"{about}/WHEEL": _WHEEL.encode()}
    record = "".join(f"{name},sha256={_digest(content)},{len(content)}\n" for name, content in held.items())
    held[f"{about}/RECORD"] = f"{record}{about}/RECORD,,\n".encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
