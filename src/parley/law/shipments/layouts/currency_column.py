"""Which column holds the currency of a table's values: the one that stands behind them, or that a heading names; not that of
another amount."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from parley.errors import InputError
from parley.law.shipments.layouts.currencies import DOLLAR
from parley.law.shipments.layouts.heading_words import roles_named, words_of
from parley.law.shipments.layouts.spelling import currency_of, heading
from parley.law.shipments.layouts.wide import Matched

OF_CUSTOMS = frozenset("customs entered dutiable".split())  # words of values that are in dollars by law
_OF_ANOTHER = frozenset(  # words of a heading that say of which amount it is
    "invoice document doc transaction purchase sales billing order local lc foreign original price unit item fob cif payment".split()
)


def with_currency(m: Matched, sample: Sequence[Sequence[str]], where: str) -> Matched:
    """The columns with the currency of the value. Raises InputError where none of several can be told to be it.

    A value whose heading names its currency has no other: a column of currencies is then that of another amount, where it stands
    behind one, or its heading says so.
    """
    at = next((m.columns[r] for r in ("value", "price") if r in m.columns), None)
    named = m.columns.get("currency")
    if at is None or m.how.get("currency") in ("as given", "layout"):
        return m
    held = {n: [row[n].strip() if n < len(row) else "" for row in sample] for n in range(len(m.headings))}
    able = [n for n, texts in held.items() if n not in m.columns.values() and _are_codes(texts)]
    behind = at + 1 in able and (able == [at + 1] or any(x.role == "currency" for x in roles_named(m.headings[at + 1])))
    if behind and not _of_another(m, at + 1, at):
        named, able = at + 1, []
    if heading(m.headings[at]).currency:
        return _with(m, None if named is None or _of_another(m, named, at) else named)
    if named is None and any(held[n] != held[able[0]] for n in able):
        raise _either(m, [m.headings[n] for n in able], where)
    named = able[0] if named is None and able else named
    doubt = _doubt(m, named, at) if named is not None and m.layout is None and {*held[named]} - {"", DOLLAR} else ""
    if doubt and named is not None:
        raise InputError(where, f"{doubt}, and may not be the currency of {m.headings[at]!r}", "one meaning",
                         f"Say which: --columns currency={m.headings[named]!r}, or --columns currency=- for dollars")  # fmt: skip
    return _with(m, named)


def _doubt(m: Matched, currency: int, value: int) -> str:
    """Why a currency other than the dollar may not be that of the value: it is another amount's, or an entered value has none."""
    said, own = m.headings[currency], words_of(m.headings[value])
    if _stands_behind(m, currency, value):
        return f"{said!r} stands behind {m.headings[currency - 1]!r}"
    if own & OF_CUSTOMS and words_of(said) & _OF_ANOTHER - own:
        return f"{said!r} says of which amount it is"
    return (
        f"{said!r} stands beside a value that CBP Form 7501 has in dollars" if "entered" in own - words_of(said) else ""
    )


def _with(m: Matched, currency: int | None) -> Matched:
    """The columns with this one as the currency; without one for None."""
    columns = {r: n for r, n in m.columns.items() if r != "currency"}
    if currency is None:
        return replace(m, columns=columns)
    how = "heading" if m.columns.get("currency") == currency or roles_named(m.headings[currency]) else "cells"
    return replace(m, columns={**columns, "currency": currency}, how={**m.how, "currency": how})


def _are_codes(texts: Sequence[str]) -> bool:
    """Whether all filled cells are codes of currencies, and some are filled."""
    return any(texts) and all(re.fullmatch("[A-Z]{3}", t) and currency_of(t) for t in texts if t)


def _of_another(m: Matched, currency: int, value: int) -> bool:
    words = words_of(m.headings[currency]) & _OF_ANOTHER
    return bool(words - words_of(m.headings[value])) or _stands_behind(m, currency, value)


def _stands_behind(m: Matched, currency: int, value: int) -> bool:
    """Whether a currency stands directly behind another amount of the same kind as the value."""
    before = currency - 1
    if before in (-1, value):
        return False
    words = words_of(re.sub(r"\([^()]*\)", " ", m.headings[before]))  # "Amount (Foreign Currency)" is an amount
    amount = words & {"amount", "value"} and not words & {"currency", "code", "unit"}
    return bool(amount) or any(x.role == "value" and x.rank < 3 for x in roles_named(m.headings[before]))


def _either(m: Matched, names: Sequence[str], where: str) -> InputError:
    told = f"{' and '.join(map(repr, names))} could each be the currency of the value"
    return InputError(where, told, "one of them", f"Say which: --columns currency={names[0]!r}")


def unread_currencies(m: Matched, sample: Sequence[Sequence[str]]) -> Iterator[str]:
    """What columns of currencies say beside amounts that are in one currency by their source, where that is another."""
    own = m.layout.currency if m.layout else ""
    named = [
        n
        for n, h in enumerate(m.headings)
        if n not in m.columns.values() and any(x.role == "currency" for x in roles_named(h))
    ]
    for n in named if own else ():
        others = {currency_of(c) for row in sample if n < len(row) for c in [row[n]]} - {"", own}
        if others:
            yield f"{m.headings[n]!r} says {', '.join(sorted(others))}; amounts of this source are in {own}, and were not converted by it"


__all__ = ["OF_CUSTOMS", "unread_currencies", "with_currency"]
