"""Earlier releases of the law: the acts and lists as they shipped, so that a published figure can be had again.

A release is an archive beside this module (builders/law_release.py). It is unpacked once into the cache, under its own
checksum, and read like any folder of acts.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import tarfile
import tempfile
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path

from parley.cache_folder import cache_folder
from parley.drafts import kept_work_folder
from parley.errors import unknown_name
from parley.law.regime import Regime, read_regime
from parley.outputs import put_folder, told

ENDING = ".tar.xz"


def releases() -> tuple[str, ...]:
    """The names of the releases that ship beside today's law."""
    folder = resources.files("parley.law").joinpath("releases")
    return tuple(sorted(f.name.removesuffix(ENDING) for f in folder.iterdir() if f.name.endswith(ENDING)))


@cache
def read_release(name: str) -> Regime:
    """The regime of a release, which counts metal and preferences as its averages did. Raises InputError with the nearest name."""
    if name not in releases():
        raise unknown_name("conventions", "release of the law", name, releases())
    held = read_regime(_unpacked(name))
    return replace(held, content="full", use="year", spared="after totals", version=f"release {name}")


def _unpacked(name: str) -> Path:
    """The folder of a release in the cache; a folder of this run alone where the cache cannot be written."""
    packed = resources.files("parley.law").joinpath("releases", name + ENDING).read_bytes()
    place = cache_folder() / "law" / f"{name}-{hashlib.sha256(packed).hexdigest()[:16]}"
    if place.is_dir():
        return place
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        return put_folder(_extracted(packed, Path(tempfile.mkdtemp(prefix=f".{name}-", dir=place.parent))), place)
    except OSError:
        with told(tempfile.gettempdir()):
            return _extracted(packed, kept_work_folder("law"))


def _extracted(packed: bytes, folder: Path) -> Path:
    """The folder, once it holds the files of an archive; it is gone again where they find no room in it."""
    try:
        with tarfile.open(fileobj=io.BytesIO(packed), mode="r:xz") as archive:
            for member in archive.getmembers():  # files of one folder, by their last name alone
                file = archive.extractfile(member)
                if file is not None:
                    (folder / Path(member.name).name).write_bytes(file.read())
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder
