"""Days as files write them. What has one meaning is read; 03/04/2025 has two, and is read where the column or the user says which.

Months and years are days of a kind: statistics have no others. A month is rated on one of its days, which is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from parley.errors import InputError
from parley.law.shipments.layouts.spelling import halfwidth, plain

Order = Literal["DMY", "MDY", "YMD"]
ORDERS: dict[str, Order | None] = {"iso": None, "us": "MDY", "eu": "DMY", "mdy": "MDY", "dmy": "DMY", "ymd": "YMD"}
EXCEL = date(
    1899, 12, 30
)  # day 0 of a workbook's serial numbers since 1900; those of 1904 begin at another, which the file says
UNIX = date(1970, 1, 1).toordinal()
DAY_FIRST = frozenset(
    ("de", "fr", "es", "pt", "it", "nl", "pl", "tr", "vi", "ru", "sv", "da", "cs", "id", "th")
)  # languages whose days of numbers begin with the day
SERIALS = range(36526, 73051)  # 2000 to 2099
SHORT_YEARS = range(18, 40)  # of which days are asked: 2018 to 2039
_MONTHS = {
    1: "jan january januar janvier janv enero ene janeiro gennaio gen januari 1月",
    2: "feb february februar fevrier fevr febrero fevereiro fev febbraio februari",
    3: "mar march marz maerz mars marzo marco maart mrt mrz",
    4: "apr april avril avr abril abr aprile",
    5: "may mai mayo maio maggio mag mei",
    6: "jun june juni juin junio junho giugno giu",
    7: "jul july juli juillet juil julio julho luglio lug",
    8: "aug august aout agosto ago augustus",
    9: "sep sept september septembre septiembre setembro set settembre",
    10: "oct october oktober okt octobre octubre outubro out ottobre ott",
    11: "nov november novembre noviembre novembro",
    12: "dec december dezember dez decembre diciembre dic dezembro dicembre",
}
MONTH_NAMES = {name: number for number, names in _MONTHS.items() for name in names.split()}
LONG = ("quarter", "year")  # precisions of periods within which duties change
_ZONE = r"(?:Z|(?:UTC|GMT)?(?:\s*[+-]\d{2}:?\d{2})?|[A-Z]{2,4}T)(?:\s*\([^()]*\))?"
_TIME = (
    r"(?:-\d\d\.\d\d\.\d\d(?:\.\d{1,9})?|(?:[T\s]+|:)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*"
    + _ZONE
    + r")?"
)
_YEAR_FIRST = re.compile(r"(\d{4})\s*([-/.年년])\s*(\d{1,2})\s*[-/.月월]\s*(\d{1,2})[日일]?" + _TIME)
_ERAS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}  # the year before the first of each
_OF_ERA = re.compile(rf"({'|'.join(_ERAS)})\s*(\d{{1,3}}|元)\s*年\s*(\d{{1,2}})\s*月\s*(?:(\d{{1,2}})\s*日)?")
_OF_REPUBLIC = re.compile(
    r"(1\d\d)\s*年\s*(\d{1,2})\s*月\s*(?:(\d{1,2})\s*日)?|(1\d\d)([/.-])(\d\d)\5(\d\d)"
)  # 114/05/02
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[\sT]?(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?)?")
_STAMP = re.compile(
    r"(1\d{9})(?:\d{3})?(?:\.\d+)?"
)  # seconds or thousandths since 1970, as programs write them; 2001 to 2033
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})" + _TIME)
_DAY_NAME = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?[\s\-/.]*([^\W\d_]{3,12})\.?[\s\-/.,]*(\d{4}|\d{2})" + _TIME)
_NAME_DAY = re.compile(r"([^\W\d_]{3,12})\.?[\s\-/]*(\d{1,2})(?:st|nd|rd|th)?\s*[,\s\-/]\s*(\d{4}|\d{2})" + _TIME)
_BEFORE_TIME = re.compile(
    r"([^\W\d_]{3})\s+(\d{1,2})\s+[\d:]{8}\s+(?:[A-Z]{2,4}\s+)?(\d{4})"
)  # May 20 00:00:00 EDT 2025
_WEEKDAY = re.compile(r"^(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?,?\s+", re.IGNORECASE)
_OF = re.compile(r"(?i)(?<=[\w.])\s+(?:de|del|do|of)\s+(?=\w)")  # 2 de mayo de 2025, 2nd of May 2025
_MONTH = (  # with the groups of year and month
    (re.compile(r"(\d{4})\s*[-/.年년]\s*(\d{1,2})[月월]?"), 1, 2),
    (re.compile(r"(\d{4})(\d{2})"), 1, 2),
    (re.compile(r"(\d{4})\s*-?M(\d{1,2})"), 1, 2),
    (re.compile(r"(?i)(?:tháng\s*)?(\d{1,2})[/\-.](\d{4})"), 2, 1),
    (re.compile(r"([^\W\d_]{3,12})\.?[\s\-/,]*(\d{4})(?:\s+through\s+.*)?"), 2, 1),
    (re.compile(r"(\d{4})[\s\-/,]*([^\W\d_]{3,12})\.?"), 1, 2),
    (re.compile(r"([^\W\d_]{3,4})\.?[-/'’]((?:1[89]|[23]\d))"), 2, 1),  # May-25, as a workbook shows a month
)
_QUARTER = (  # with the group of the year
    (re.compile(r"(?i)(\d{4})\s*[-/.]?\s*[QT][1-4]"), 1),
    (re.compile(r"(?i)[QT][1-4]\s*[-/.']?\s*(\d{4}|\d\d)"), 1),
    (re.compile(r"(?i)[1-4](?:Q|(?:st|nd|rd|th)\s+quarter)\s*[-/.']?\s*(\d{4}|\d\d)"), 1),
    (re.compile(r"(\d{4})\s*[年년]?\s*第?\s*[1-4一二三四]\s*(?:四半期|季度|분기)"), 1),
)
_OF_MONTHS = re.compile(r"([^\W\d_]{3,12})\.?\s*(?:-|–|to)\s*([^\W\d_]{3,12})\.?\s*(\d{4})")  # Jan-Mar 2025
_NUMBERED = re.compile(r"(\d{1,2})\s*[.\-–]\s*([^\W\d_]+)")  # 05. Maio
_YEAR = re.compile(r"(?:19|20)\d{2}")


class Day(NamedTuple):
    """A day read, or the first of a month, quarter or year (precision), or why it is none: `fault`, with both readings where it has two."""

    day: date | None
    precision: Literal["day", "month", "quarter", "year"] = "day"
    fault: str = ""
    readings: tuple[date, ...] = ()


def order_of(text: str) -> Order | None:
    """The order of --dates: iso (none said), us or MDY, eu or DMY, YMD. Raises InputError."""
    if text.casefold() not in ORDERS:
        raise InputError("--dates", f"{text!r}", "iso, us or MDY (MM/DD/YYYY), eu or DMY (DD/MM/YYYY), YMD")
    return ORDERS[text.casefold()]


EMPTY = "no day is stated"
NO_DAY = "not a day"


@lru_cache(maxsize=1 << 16)
def read_day(text: str, order: Order | None = None, serial: bool = False) -> Day:
    """A day as it is written; order: how numbers alone are read; serial: the number is a workbook's."""
    said = _OF.sub(" ", _WEEKDAY.sub("", " ".join(halfwidth(text).split()))).removesuffix(".0")
    if not said:
        return Day(None, fault=EMPTY)
    for read in (_of_digits, _year_first, _of_era, _by_month_name, _of_month, _of_quarter):
        found = read(said)
        if found is not None:
            return found
    stamp = _STAMP.fullmatch(said)
    if stamp:
        return Day(date.fromordinal(UNIX + int(stamp[1]) // 86400))
    numbers = _YEAR_LAST.fullmatch(said)
    if numbers:
        return _of_numbers(numbers, order)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", said) and int(float(said)) in SERIALS:
        made = EXCEL + timedelta(int(float(said)))
        return Day(made) if serial else Day(None, fault=f"a number; as a workbook's day it would be {made}")
    if _YEAR.fullmatch(said):
        return Day(date(int(said), 1, 1), "year")
    return Day(None, fault=NO_DAY)


def _of_digits(said: str) -> Day | None:
    found = _DIGITS.fullmatch(said)
    return _day(*map(int, found.groups())) if found and 1900 <= int(found[1]) <= 2100 else None


def _year_first(said: str) -> Day | None:
    found = _YEAR_FIRST.fullmatch(said)
    return _day(int(found[1]), int(found[3]), int(found[4])) if found else None


def _of_era(said: str) -> Day | None:
    """A day or month of a Japanese era, or of the years of the Republic of China, which alone have three digits."""
    found, republic = _OF_ERA.fullmatch(said), _OF_REPUBLIC.fullmatch(said)
    if found:
        year, month, day = _ERAS[found[1]] + (1 if found[2] == "元" else int(found[2])), int(found[3]), found[4]
    elif republic:
        year, month, day = (republic[k] or republic[n] for k, n in ((1, 4), (2, 6), (3, 7)))
        year, month = _ERAS["民國"] + int(year), int(month)
    else:
        return None
    return _day(year, month, int(day)) if day else month_in(year, month)


def _by_month_name(said: str) -> Day | None:
    for pattern, places in ((_DAY_NAME, (3, 2, 1)), (_NAME_DAY, (3, 1, 2)), (_BEFORE_TIME, (3, 1, 2))):
        found = pattern.fullmatch(said)
        month = MONTH_NAMES.get(plain(found[places[1]])) if found else None
        if found and month:
            return _day(_whole_year(found[places[0]]), month, int(found[places[2]]))
    return None


def _of_month(said: str) -> Day | None:
    for pattern, year, month in _MONTH:
        found = pattern.fullmatch(said)
        number = found and (int(found[month]) if found[month].isdecimal() else MONTH_NAMES.get(plain(found[month])))
        if found and number and (made := month_in(_whole_year(found[year]), number)):
            return made
    return None


def _of_quarter(said: str) -> Day | None:
    """A quarter, or several months of a year: a period that is no month."""
    found = next((m[year] for pattern, year in _QUARTER if (m := pattern.fullmatch(said))), "")
    months = _OF_MONTHS.fullmatch(said)
    if months and plain(months[1]) in MONTH_NAMES and plain(months[2]) in MONTH_NAMES:
        found = months[3]
    return Day(date(_whole_year(found), 1, 1), "quarter") if found and 1900 <= _whole_year(found) <= 2100 else None


def month_in(year: int, month: int) -> Day | None:
    """A month of a year of trade; nothing where there is none."""
    return Day(date(year, month, 1), "month") if 1 <= month <= 12 and 1900 <= year <= 2100 else None


def _of_numbers(found: re.Match[str], order: Order | None) -> Day:
    """Two numbers and a year: the order says which is the month, or only one order makes a day."""
    a, b, year = int(found[1]), int(found[3]), _whole_year(found[4])
    made = {o: d for o, (month, day) in {"DMY": (b, a), "MDY": (a, b)}.items() if (d := _day(year, month, day).day)}
    if order == "YMD":
        return (
            _day(_whole_year(found[1]), b, int(found[4]))
            if len(found[4]) == 2
            else Day(None, fault="not a day in the order YMD")
        )
    if order is not None:
        return Day(made[order]) if order in made else Day(None, fault=f"not a day in the order {order}")
    days = tuple(dict.fromkeys(made.values()))
    if len(days) == 1:
        return Day(days[0])
    return Day(None, fault="two meanings" if days else "not a day", readings=days)


def _whole_year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text) if int(text) < 70 else 1900 + int(text)


def _day(year: int, month: int, day: int) -> Day:
    try:
        return Day(date(year, month, day))
    except ValueError:
        return Day(None, fault="not a day of the calendar")


def month_of(text: str) -> int | None:
    """The number of a month by its name or number; nothing for a year's 13 and others."""
    said = text.strip().removesuffix(".0").removesuffix("月").removesuffix("월")
    if said.isdecimal():
        return int(said) if 1 <= int(said) <= 12 else None
    numbered = _NUMBERED.fullmatch(said)
    if numbered and MONTH_NAMES.get(plain(numbered[2])) == int(numbered[1]):
        return int(numbered[1])
    return MONTH_NAMES.get(plain(said))


def is_day_of_numbers(text: str) -> bool:
    """Whether a text is two numbers and a year: a day in some order."""
    return _YEAR_LAST.fullmatch(" ".join(halfwidth(text).split())) is not None


def order_in(texts: Iterable[str]) -> Order | None:
    """The order that a column's own days decide: some have a number above 12 in one place; nothing where none, or both, have."""
    first = last = False
    texts = [*texts]
    if _years_first(texts):
        return "YMD"
    for text in texts:
        found = _YEAR_LAST.fullmatch(" ".join(halfwidth(text).split()))
        if found:
            first |= int(found[1]) > 12
            last |= int(found[3]) > 12
    return "DMY" if first and not last else "MDY" if last and not first else None


def _years_first(texts: Sequence[str]) -> bool:
    """Whether days of three short numbers begin with their year: 25-05-02, 25-06-13. One year stands first in all of them, and
    what stands last is in some no year on which a tariff of this package was levied."""
    found = [m for t in texts if (m := _YEAR_LAST.fullmatch(" ".join(halfwidth(t).split())))]
    if not found or any(len(m[4]) == 4 for m in found):
        return False
    firsts, lasts = {int(m[1]) for m in found}, {int(m[4]) for m in found}
    return len(firsts) == 1 and firsts <= {*SHORT_YEARS} and not lasts <= {*SHORT_YEARS}


def two_meanings(texts: Iterable[str]) -> str:
    """The first text that is a day in either order; empty where there is none."""
    return next((t for t in texts if len(read_day(t).readings) > 1), "")


__all__ = [
    "DAY_FIRST",
    "LONG",
    "NO_DAY",
    "ORDERS",
    "Day",
    "Order",
    "is_day_of_numbers",
    "month_of",
    "order_in",
    "order_of",
    "read_day",
    "two_meanings",
]
