"""Array shapes for signatures, such as Float[ndarray, "n i s"]: names of jaxtyping, loaded where shapes are checked.

The tests import jaxtyping before anything else and check every call; a run outside them does not pay for the import.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

__all__ = ["Bool", "Float", "Int"]

if TYPE_CHECKING or "jaxtyping" in sys.modules:
    from jaxtyping import Bool, Float, Int
else:

    class _Any(type):
        def __instancecheck__(cls, _: object) -> bool:
            return True

    class Unchecked(metaclass=_Any):
        """Stands for an array type whose shape is read by people alone."""

        def __class_getitem__(cls, shape: object) -> type[Unchecked]:
            return cls

    Bool = Float = Int = Unchecked
