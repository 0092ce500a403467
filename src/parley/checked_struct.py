"""A struct whose fields are checked by their annotations where a user makes one; those read from files are checked as they are decoded."""

from __future__ import annotations

from typing import Any

import msgspec

from parley.arguments import plan_of


class Checked(type(msgspec.Struct)):
    """The kind of such structs: decoding does not come by here, and costs what it did."""

    def __call__(cls, *args: Any, **named: Any) -> Any:
        """The struct, its fields in the form that is used. Raises InputError with what is allowed."""
        return super().__call__(**plan_of(cls).taken(args, named))


class AbstractChecked(msgspec.Struct, metaclass=Checked, frozen=True):
    """What public structs are made of."""
