"""A value's natural table as columns, and from there as a data frame of pandas or polars, where these are installed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from parley.errors import InputError

if TYPE_CHECKING:
    import pandas
    import polars  # pyright: ignore[reportMissingImports]


class Tabular(ABC):
    """What has a natural table: a class gives `columns()`, and gets data frames."""

    @abstractmethod
    def columns(self) -> Mapping[str, Sequence[object]]:
        """The columns by name, all of one length; a missing number is NaN or None."""

    def to_pandas(self) -> pandas.DataFrame:
        """The table as a pandas DataFrame. Raises InputError where pandas is not installed."""
        return _library("pandas").DataFrame(dict(self.columns()))

    def to_polars(self) -> polars.DataFrame:
        """The table as a polars DataFrame. Raises InputError where polars is not installed."""
        return _library("polars").DataFrame(dict(self.columns()), strict=False)


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as missing:
        hint = f"pip install 'parley-trade[{name}]'"
        raise InputError(f"to_{name}", f"{name} is not installed", f"an environment with {name}", hint) from missing
