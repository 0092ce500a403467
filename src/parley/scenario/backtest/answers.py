"""`trade backtest` as plain data. Percent unless a name says otherwise; values in dollars; months YYYY-MM; logs are natural."""

from __future__ import annotations

from datetime import date
from typing import Literal, TypedDict

from parley.scenario.backtest.scores import Measures

Level = Literal["partner", "sector", "partner_sector", "exports_partner", "exports_sector"]
By = Literal["model", "no_change", "own_trend", "common_factor"]


class WindowRow(TypedDict):
    """Months held against the same months `years` earlier; law: the day whose law is asked, against that of `before`.

    kind: choices: open to choices; once: reported once, after them; yours: of months or days that a user brings.
    """

    window: str
    first: str
    last: str
    law: date
    before: date
    years: int
    kind: str
    note: str


class NotScoredWindow(TypedDict):
    """A window without an answer, and why."""

    window: str
    reason: str


class ScoreRow(Measures):
    """One prediction over the cells of one window and level.

    by: the model under an elasticity set and a reading of the law, or a rule, whose reading, elasticities and horizon are null.
    group: all goods, or all but what was not tariffs (`not_tariffs`). cells: in the error; left_out: too small, or not in the
    dataset. predicted_pct, actual_pct: all of these cells together.
    """

    window: str
    level: Level
    group: Literal["all", "without"]
    by: By
    reading: str | None
    elasticities: str | None
    horizon: str | None
    cells: int
    left_out: int
    predicted_pct: float
    actual_pct: float


class CellRow(TypedDict):
    """One partner, sector or both in one window: predicted by each reading and set, and what happened.

    partner, sector: null where all are together. predicted_pct: under the first set of the horizon, `elasticities`; low_pct,
    high_pct: over what `spans` names. At the horizon of a year imports respond alone, without an equilibrium.
    own_trend_pct: its growth in the year before, carried on. counted: whether it is in the errors. Null: not in the dataset, or no value.
    """

    window: str
    level: Level
    partner: str | None
    sector: str | None
    name: str
    reading: str
    horizon: str
    elasticities: str
    base_usd: float
    actual_usd: float
    actual_pct: float | None
    predicted_pct: float | None
    low_pct: float | None
    high_pct: float | None
    spans: str
    own_trend_pct: float | None
    counted: bool


class NotTariffsRow(TypedDict):
    """What moved for another cause: imports of a window. points: what it adds to the growth of all imports, percentage points.

    in_sectors: whether it is in the scores of the group "all"; goods in no sector of the dataset are in none.
    """

    window: str
    what: str
    name: str
    base_usd: float
    actual_usd: float
    actual_pct: float | None
    points: float
    in_sectors: bool


class MonthRow(TypedDict):
    """Imports of one month against the same month a year earlier: all goods, or some of `not_tariffs`, or one partner's."""

    month: str
    what: str
    name: str
    base_usd: float
    actual_usd: float
    actual_pct: float | None


class BacktestAnswer(TypedDict):
    """`trade backtest`: scores of the model and of rules without one, rows by partner and sector, and what was not tariffs."""

    windows: list[WindowRow]
    not_scored: list[NotScoredWindow]
    scores: list[ScoreRow]
    rows: list[CellRow]
    not_tariffs: list[NotTariffsRow]
    months: list[MonthRow]
    readings: list[str]
    elasticities: list[str]
    model: str
    world: str
    parties: list[str]
    months_known: list[str]
    known: date | None
    rule: str
    limits: list[str]
    own_rows: int
    own_beside: int
    rejected: int
    residual: float | None
    law_version: str
