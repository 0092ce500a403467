"""From which day the trade figures of a month are known: 45 days after its end."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

DELAY = timedelta(days=45)  # from a month's end to its figures: "about 45 days" (Census, About the FT900)


def published(month: date) -> date:
    """The day from which a month counts as published. month: any day of it."""
    return month.replace(day=monthrange(month.year, month.month)[1]) + DELAY
