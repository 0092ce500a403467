"""What a user may say about files of any layout: options that `law duties`, `refund`, `audit` and others share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parley.law.shipments.layouts.plan import FileOptions

FILES_HELP = (
    "CSV (also .gz), Excel (.xlsx), JSON or Parquet files, folders of them (Hive, Delta), globs, addresses (s3://…), "
    "or - for standard input"
)
COLUMN_HELP = "NAME=HEADING: which column holds what, such as origin='Made in'; may be repeated"
LAYOUT_HELP = "a layout of your own: TOML, or a CSV of role,heading"
DATES_HELP = "order of days such as 03/04/2025: MDY (or us), DMY (or eu), YMD; iso: as the column itself decides"
DECIMAL_HELP = "the decimal sign, . or , where the numbers do not tell"
RATE_HELP = "CURRENCY=RATE, dollars for one unit, such as EUR=1.08; may be repeated"
CURRENCY_RATES_HELP = "a CSV of currency,from,rate: dollars for one unit from a day on"
SHEET_HELP = "the sheet of a workbook; default: the first that holds a table"
ENCODING_HELP = "the encoding of text files, such as gb18030; default: found from their bytes"
MONTH_DAY_HELP = "the day on which rows of a month are rated"


def read_file_options(
    layout: Path | None = None,
    decimal: str | None = None,
    rate: Sequence[str] = (),
    currency_rates: Path | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    month_day: int = 1,
) -> FileOptions:
    """The options as the translation of files takes them. Raises InputError."""
    from parley.law.shipments.layouts.currencies import read_rates
    from parley.law.shipments.layouts.plan import FileOptions

    return FileOptions(
        layout=layout, decimal=decimal or "", rates=read_rates(rate, currency_rates), sheet=sheet or "",
        encoding=encoding or "", month_day=month_day,
    )  # fmt: skip
