"""Arrow columns as numpy arrays, and Arrow's functions over columns."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa


def kernels() -> ModuleType:
    """Arrow's functions over columns; they are made when it is loaded, so that no type says which there are."""
    from pyarrow import compute

    return compute


def valid(column: pa.Array) -> np.ndarray:
    """Where a column holds a value."""
    return np.asarray(column.is_valid().to_numpy(zero_copy_only=False))


def floats(column: pa.Array) -> np.ndarray:
    """A column of numbers as floats, NaN where it holds none."""
    import pyarrow as pa

    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), float)
