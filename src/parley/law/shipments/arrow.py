"""Arrow's modules, each imported when something of it is first asked for: questions without files do without them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any


class _Later:
    """A module that is imported when it is used; what was asked for once is held, and not looked up again."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        found = getattr(import_module(self._name), name)
        setattr(self, name, found)
        return found


pc: Any = _Later("pyarrow.compute")  # whose functions are made as it is imported, and known to no type checker

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.csv as pa_csv
    import pyarrow.fs as pa_fs
    import pyarrow.parquet as pq
else:
    pa, pa_csv, pa_fs, pq = map(_Later, ("pyarrow", "pyarrow.csv", "pyarrow.fs", "pyarrow.parquet"))
