"""What is worked out of a levy, kept as long as somebody holds the levy: one takes some 20 MB, and a question may make its own."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar
from weakref import WeakKeyDictionary, ref

from parley.scenario.levy import Levy

Asked = tuple[Levy, Levy, Levy]  # of the base year, of the day before, and before the change
Value = TypeVar("Value")


def of_levy(most: int) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """A cache of a function of (asked levies, levy after the change, what else is asked): the last `most` values of each levy."""

    def keeps(made: Callable[..., Value]) -> Callable[..., Value]:
        kept: WeakKeyDictionary[Levy, dict[Hashable, Value]] = WeakKeyDictionary()

        def found(asked: Asked, after: Levy, *rest: Hashable) -> Value:
            own, key = kept.setdefault(after, {}), (*map(ref, asked), *rest)
            value = own.pop(key) if key in own else made(asked, after, *rest)
            own[key] = value
            while len(own) > most:
                own.pop(next(iter(own)))
            return value

        return found

    return keeps
