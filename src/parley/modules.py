"""The files of a folder by name: where an addition is one file, its name is the name that a user writes."""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from parley.errors import unknown_name


def names_in(package: str) -> list[str]:
    """The names of a package's files, in order."""
    return sorted(found.name for found in iter_modules(sys.modules[package].__path__))


def read_module(package: str, name: str, where: str, kind: str) -> ModuleType:
    """The file of that name; the folder is read when one is first asked for. Raises InputError with the nearest."""
    found = sys.modules.get(f"{package}.{name}")
    if found is not None:
        return found
    if name not in names_in(package):
        raise unknown_name(where, kind, name, names_in(package))
    return import_module(f"{package}.{name}")
