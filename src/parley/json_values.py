"""Values as JSON knows them: what every door hands out."""

from __future__ import annotations

import math
from typing import Any


def plain(value: Any) -> Any:
    """The same value in JSON's own types: days as ISO text, NaN and infinity as null, arrays and tuples as lists."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if hasattr(value, "tolist"):  # numpy, without importing it
        return plain(value.tolist())
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value
