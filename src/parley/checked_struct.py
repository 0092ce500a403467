"""A struct whose fields are checked by their annotations where a user makes one; those read from files are checked as they are decoded."""

from __future__ import annotations

from typing import Any

import msgspec

from parley.arguments import plan_of
from parley.errors import InputError
from parley.fixed import fixed


class Checked(type(msgspec.Struct)):
    """The kind of such structs: decoding does not come by here, and costs what it did."""

    def __call__(cls, *args: Any, **named: Any) -> Any:
        """The struct, its fields in the form that is used. Raises InputError with what is allowed."""
        try:
            return plan_of(cls).call(super().__call__, args, named)
        except ValueError as error:  # of its own `__post_init__`, which decoding needs so
            found, _, allowed = str(error).partition("; ")
            raise InputError(cls.__name__, found, allowed or "what this says") from None


class AbstractChecked(msgspec.Struct, metaclass=Checked, frozen=True):
    """What public structs are made of."""


def fix_fields(struct: msgspec.Struct, *names: str) -> None:
    """Makes mappings of a struct such that they cannot be changed; for its `__post_init__`."""
    for name in names:
        msgspec.structs.force_setattr(struct, name, fixed(getattr(struct, name)))
