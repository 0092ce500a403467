"""Other currencies in dollars, at rates that the user gives: one for all days, or dated ones from a file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from parley.arguments import checked
from parley.codes import day
from parley.csv_tables import number_of, read_csv
from parley.errors import DateError, InputError
from parley.frozen import read_only
from parley.law.shipments.layouts.spelling import currency_of
from parley.text_files import FileKind

DOLLAR = "USD"
COLUMNS = ("currency", "from", "rate")
RATES = FileKind("a CSV of currency,from,rate")


@dataclass(frozen=True)
@read_only
class Rates:
    """Dollars for one unit of a currency, by the first day on which each rate holds; source: in words, for notes."""

    by_currency: Mapping[str, tuple[tuple[date, ...], tuple[float, ...]]] = field(default_factory=dict)
    source: str = ""

    def on(self, currency: str, when: date | None) -> float | None:
        """The rate of a day: the last that began by then; without a day only a rate that holds for all."""
        if currency == DOLLAR:
            return 1.0
        days, rates = self.by_currency.get(currency, ((), ()))
        if when is None:
            return rates[0] if days == (date.min,) else None
        place = bisect_right(days, when) - 1
        return rates[place] if place >= 0 else None


@checked
def read_rates(pairs: Sequence[str], path: Path | None = None) -> Rates:
    """The rates of --currency-rate EUR=1.08 and of a CSV of currency,from,rate: dollars for one unit. Raises InputError."""
    held: dict[str, dict[date, float]] = {}
    for pair in pairs:
        name, _, text = pair.partition("=")
        currency = _currency(name, "--currency-rate")
        if currency in held:
            raise InputError(
                "--currency-rate", f"{currency} twice", "one rate a currency, or --currency-rates FILE with days"
            )
        held[currency] = {date.min: _rate(text, f"--currency-rate {pair[:40]}")}
    for where, name, start, rate in _rows(path) if path else ():
        held.setdefault(_currency(name, where), {})[_start(start, where)] = _rate(rate, where)
    made = {c: (tuple(sorted(r)), tuple(r[d] for d in sorted(r))) for c, r in held.items()}
    told = [*pairs, *([path.name] if path else [])]
    return Rates(made, ", ".join(told))


def _rows(path: Path) -> list[tuple[str, str, str, str]]:
    rows = read_csv(path, RATES, COLUMNS, f"--currency-rates {path.name}", key=("currency", "from")).rows()
    return [(where, r["currency"], r["from"], r["rate"]) for where, r in rows]


def _currency(text: str, where: str) -> str:
    said = text.strip().upper()
    found = currency_of(text) or (said if len(said) == 3 and said.isascii() and said.isalpha() else "")
    if not found or found == DOLLAR:
        raise InputError(where, f"{text[:40]!r}", "a currency other than the dollar, such as EUR")
    return found


def _rate(text: str, where: str) -> float:
    rate = number_of(text.strip())
    if rate is None or not 0 < rate < 1e6:
        raise InputError(where, f"{text[:40]!r}", "dollars for one unit of the currency, such as EUR=1.08")
    return rate


def _start(text: str, where: str) -> date:
    try:
        return day(text.strip(), where)
    except DateError:
        raise DateError(where, f"{text[:40]!r} is not a day", "YYYY-MM-DD, the first day of the rate") from None


__all__ = ["DOLLAR", "Rates", "read_rates"]
