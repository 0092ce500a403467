"""The status of an entry on a day and the way that its refund goes: ages to the day, flags, phases on both clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.law.refunds.claims import Claims, Question, claims
from parley.law.refunds.deadlines import ages, deadline, deadlines
from parley.law.refunds.evidence import days_of, dollars_of, find_held, is_meant, is_unread
from parley.law.refunds.result import WAYS, state_name
from parley.law.refunds.ruling import AGES, FLAGS, find_ruling
from regimes import law_of

LATER = date(2027, 1, 1)
RULING = find_ruling("us-ruling-2026-02-20", law_of("USA"))


def asked(on: str, known: date = LATER, **columns: list[str | None]) -> Claims:
    """The claims of lines of 1,000 dollars, entered on 2 May 2025, with some columns."""
    rows = len(next(iter(columns.values())))
    figures = {"duty": 1450.0, "duty_before": 0.0, "duty_change": 1450.0, "rate_p": 1.45}
    entered = columns.pop("entered", ["2025-05-02"] * rows)
    batch = pa.RecordBatch.from_pydict(
        {n: pa.array(x, pa.string()) for n, x in columns.items()}
        | {"entry_date": pa.array(entered, pa.string()), "reject_reason": pa.nulls(rows, pa.string())}
        | {n: pa.array([x] * rows) for n, x in figures.items()}
    )
    held = find_held(list(columns), {}, {}, ())
    q = Question(RULING, ("p",), held, date.fromisoformat(on), known, entry_column="entry_date")
    return claims(batch, q)


def told(found: Claims) -> list[tuple[str, str]]:
    """State and way of each line."""
    return [(state_name(int(s)), WAYS[w]) for s, w in zip(found.state, found.way, strict=True)]


@pytest.mark.parametrize(
    ("days", "state", "way"),
    [(-1, "unliquidated", "file_now"), (0, "liquidated_80", "file_now"), (80, "liquidated_80", "file_now"),
     (81, "liquidated_180", "protest"), (180, "liquidated_180", "protest"), (181, "final", "contested")],
)  # fmt: skip
def test_the_age_of_an_entry_to_the_day(days: int, state: str, way: str) -> None:
    liquidated = date(2026, 3, 13)
    on = liquidated + timedelta(days)
    if on < date(2026, 4, 20):
        on, liquidated = on + timedelta(60), liquidated + timedelta(60)
    found = asked(str(on), liquidation_date=[str(liquidated)])
    assert told(found) == [(state, way)]
    assert not found.assumed[0]


def test_without_a_day_of_liquidation_customs_cycle_is_assumed_and_said() -> None:
    status = [None, None, "Unliquidated", "Liquidated"]
    found = asked("2026-06-01", liquidation_date=["2026-05-30", None, None, None], liquidation_status=status)
    protest = ("liquidated_180", "protest")
    assert told(found) == [("liquidated_80", "file_now"), protest, ("unliquidated", "file_now"), protest]
    assert found.assumed.tolist() == [False, True, False, True]
    assert str(found.days["liquidation_expected"][1]) == "2026-03-12"  # 2 May 2025 and 314 days
    assert [str(d) for d in found.act_by] == ["2026-08-18", "2026-09-08", "NaT", "2026-09-08"]


def test_a_status_of_an_older_report_gives_way_to_a_day_that_has_come() -> None:
    found = asked(
        "2026-06-01", liquidation_date=["2026-05-30", "2026-07-30"], liquidation_status=["Unliquidated", "Unliquidated"]
    )
    assert told(found) == [("liquidated_80", "file_now"), ("unliquidated", "file_now")]


def test_what_became_of_a_protest() -> None:
    found = asked(
        "2026-07-10",
        liquidation_date=["2025-12-01", "2026-03-01", "2026-06-01", "2025-12-01", "2025-12-01", "2025-12-01"],
        protest_status=["Denied", "Denied", "Denied", "Approved", "Withdrawn", "Suspended"],
        protest_denial_date=["2026-05-04", None, "2026-07-01", None, None, None],
    )
    ways = [("protest_denied", "contested"), ("protest_denied", "contested"), ("protest_denied", "file_now"),
            ("protest_allowed", "by_hand"), ("final", "contested"), ("protest_open", "protest")]  # fmt: skip
    assert told(found) == ways
    assert [str(d) for d in found.act_by] == ["2026-10-31", "NaT", "2026-08-20", "NaT", "2027-05-02", "NaT"]


def test_an_entry_of_no_day_is_looked_up_by_hand() -> None:
    assert told(asked("2026-06-01", entered=[None], liquidation_date=["soon"])) == [("unknown", "by_hand")]


def test_flags_keep_an_entry_out_of_the_declaration() -> None:
    found = asked(
        "2026-07-10",
        liquidation_date=["2026-06-01"] * 8,
        entry_type=["01", "09", "21", "1", "03", "01", "01", "01"],
        reconciliation=["N", "", "", "filed", "", "Y", None, "0"],
        drawback=["no", None, None, None, "yes", None, None, "No"],
        protest=[None, None, None, None, None, None, "0901-25-100001", "2704-26-100002"],
        protest_status=[None, None, None, None, None, None, "Open", "Denied"],
    )
    states = ["liquidated_80", "type_excluded", "type_excluded", "reconciliation_filed", "drawback", "reconciliation",
              "protest_open", "protest_denied"]  # fmt: skip
    ways = ["file_now", "by_hand", "by_hand", "by_hand", "by_hand", "file_now", "protest", "file_now"]
    assert told(found) == list(zip(states, ways, strict=True))
    assert np.isnat(found.act_by[6])  # the protest is there already


def test_phase_2_takes_flagged_entries_of_three_types_alone() -> None:
    kinds = ["01", "2", "06", None, "03", "11", "86"]
    for on, ways in (("2026-06-28", ["by_hand"] * 7), ("2026-06-29", [*["file_now"] * 4, *["by_hand"] * 3])):
        found = told(asked(on, entry_type=kinds, reconciliation=["Y"] * 7, liquidation_status=["Unliquidated"] * 7))
        assert [way for _, way in found] == ways
    assert [state for state, _ in found] == [*["reconciliation"] * 4, *["reconciliation_excluded"] * 3]
    unflagged = told(asked("2026-06-29", entry_type=kinds, liquidation_status=["Unliquidated"] * 7))
    assert {way for _, way in unflagged} == {"file_now"}


PHASES = (  # flag, age, day → way
    ("", "unliquidated", "2025-06-01", "contested"),
    ("", "unliquidated", "2026-03-10", "by_hand"),
    ("", "unliquidated", "2026-04-19", "by_hand"),
    ("", "unliquidated", "2026-04-20", "file_now"),
    ("", "liquidated_80", "2026-04-19", "protest"),
    ("", "liquidated_80", "2026-04-20", "file_now"),
    ("reconciliation", "unliquidated", "2026-06-28", "by_hand"),
    ("reconciliation", "unliquidated", "2026-06-29", "file_now"),
    ("reconciliation", "final", "2026-06-29", "by_hand"),
    ("pending_liquidation", "unliquidated", "2026-06-28", "by_hand"),
    ("pending_liquidation", "unliquidated", "2026-06-29", "file_now"),
    ("", "final", "2026-11-29", "contested"),
    ("drawback", "liquidated_80", "2026-11-29", "by_hand"),
)


@pytest.mark.parametrize(("flag", "age", "on", "way"), PHASES)
def test_the_way_of_a_refund_follows_the_phases(flag: str, age: str, on: str, way: str) -> None:
    route = RULING.route(flag, age, date.fromisoformat(on), LATER)
    assert route is not None
    assert route.way == way


def test_phase_3_is_for_importers_that_sued() -> None:
    on, known = date(2026, 10, 6), date(2026, 10, 6)
    ways = {(s, d): RULING.route("", "final", on - timedelta(d), known, s) for s in (True, False) for d in (0, 1)}
    assert {k: r.way for k, r in ways.items() if r} == {
        (True, 0): "file_now", (True, 1): "contested", (False, 0): "contested", (False, 1): "contested"
    }  # fmt: skip
    early = RULING.route("", "final", on, date(2026, 9, 1), True)
    assert early is not None
    assert early.way == "contested"
    drawback = RULING.route("drawback", "final", on, known, True)
    assert drawback is not None
    assert drawback.way == "by_hand"


def test_a_phase_that_was_not_known_yet_is_not_used() -> None:
    on = date(2026, 5, 1)
    ways = [
        r.way
        for k in ("2026-03-31", "2026-04-13")
        if (r := RULING.route("", "unliquidated", on, date.fromisoformat(k)))
    ]
    assert ways == ["by_hand", "file_now"]
    assert RULING.flag_of_types(date(2026, 7, 8), date(2026, 7, 1)).get("21") is None
    assert RULING.flag_of_types(date(2026, 7, 8), date(2026, 7, 8))["21"] == "type_excluded"
    assert told(asked("2026-05-01", date(2026, 3, 31), liquidation_date=["2026-04-20"])) == [
        ("liquidated_180", "protest")
    ]


def test_every_state_of_the_ruling_has_a_way_since_it_was_struck_down() -> None:
    for flag in FLAGS:
        for age in AGES:
            for on in (date(2026, 2, 20), date(2026, 4, 20), date(2026, 11, 29)):
                assert RULING.route(flag, age, on, LATER) is not None


def test_deadlines_over_leap_years_and_missing_days() -> None:
    days = np.array(["2024-02-29", "2025-05-20", "NaT"], "datetime64[D]")
    assert deadline("suit_until").of(days).astype(str).tolist() == ["2026-02-28", "2027-05-20", "NaT"]
    assert deadline("protest_until").of(days).astype(str).tolist() == ["2024-08-27", "2025-11-16", "NaT"]
    assert ages(date(2026, 1, 1), days, np.zeros(3, bool), LATER).tolist() == [
        AGES.index(a) for a in ("final", "final", "unknown")
    ]


def test_every_deadline_says_where_it_stands_and_whether_we_read_it() -> None:
    for row in deadlines():
        assert row.source in row.told
        assert bool(row.quote) == row.read
        assert ("text not read" in row.told) == (not row.read and "as reported" not in row.source)
    assert {d.state for d in deadlines() if d.state} == {"liquidated_80", "liquidated_180"}
    unread = replace(deadline("protest_until"), read=False)
    assert "text not read" in unread.told


def test_cells_as_people_write_them() -> None:
    days = days_of(
        pa.array(["05/02/2025", "2025-05-02", "20250502", "2025-05-02T09:30:00", "2 May", "", None]), 7, "us"
    )
    assert days.astype(str).tolist() == ["2025-05-02"] * 4 + ["NaT"] * 3
    assert days_of(pa.array([date(2025, 5, 2), None]), 2, "iso").astype(str).tolist() == ["2025-05-02", "NaT"]
    many = ["20-May-26", "May 20, 2026", "05/20/26", "2026-05-20 00:00:00", "05/06/2026", "46162", "N/A"]
    said = pa.array(many)
    assert days_of(said, 7, "iso").astype(str).tolist() == ["2026-05-20"] * 4 + ["NaT"] * 3
    assert is_unread(said, days_of(said, 7, "iso")).tolist() == [False] * 4 + [True, True, False]
    money = dollars_of(pa.array(["$1,450.00", "(20.00)", "USD 3", " 7 ", "n/a", "", None]), 7)
    assert np.array_equal(money, [1450, -20, 3, 7, np.nan, np.nan, np.nan], equal_nan=True)
    assert dollars_of(pa.array([1, None], pa.int64()), 2).tolist()[0] == 1
    words = pa.array(["Suspended", "EXTENDED", "Liquidated", "Set for Liquidation", "?", None])
    assert is_meant(words, 6, "liquidation_status", ("unliquidated",)).tolist() == [
        True,
        True,
        False,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("texts", "decimal", "amounts"),
    [
        (["1.000,00", "500,5", "7"], "", [1000, 500.5, 7]),
        (["1,000", "1.000", "12"], "", [np.nan, np.nan, 12]),  # a thousand or one: no other amount tells
        (["1,000", "2,500.75"], "", [1000, 2500.75]),
        (["1,000", "1.000", "1000"], ",", [1, 1000, 1000]),
        (["1,000", "1.000", "1.125"], ".", [1000, 1, 1.125]),
        (["1e400", "abc", "EUR 5", "0.125", "1234.125"], "", [np.nan, np.nan, np.nan, 0.125, 1234.125]),
    ],
)
def test_amounts_of_one_meaning_are_read_and_others_are_not(
    texts: list[str], decimal: str, amounts: list[float]
) -> None:
    found = dollars_of(pa.array(texts), len(texts), decimal)
    assert np.array_equal(found, amounts, equal_nan=True)
    assert is_unread(pa.array(texts), found).tolist() == np.isnan(amounts).tolist()


def test_a_day_of_liquidation_that_cannot_be_read_is_not_assumed() -> None:
    found = asked("2026-07-15", liquidation_date=["2026-13-45", "soon", "N/A"])
    assert told(found) == [("unknown", "by_hand")] * 2 + [told(asked("2026-07-15", liquidation_date=[None]))[0]]
    assert found.assumed.tolist() == [False, False, True]


def test_words_of_status_that_begin_alike_are_told_apart() -> None:
    words = [
        "Liquidation Suspended",
        "Liquidation Extended",
        "Non-liquidated",
        "Not yet liquidated",
        "To be liquidated",
    ]
    assert {state for state, _ in told(asked("2026-07-15", liquidation_status=words))} == {"unliquidated"}
    assert told(
        asked("2026-04-20", liquidation_status=["Deemed liquidated", "Liquidated"], liquidation_date=[None] * 2)
    ) == [
        ("liquidated_80", "file_now"),
        ("liquidated_80", "file_now"),
    ]
    none = ["N/A", "-", "null", "0.00", "not applicable"]
    assert "drawback" not in {state for state, _ in told(asked("2026-07-15", drawback=none))}


def test_liquidation_by_operation_of_law_is_a_year_from_entry() -> None:
    """Entered on 2 May 2025: of 25 July 2026 it is 84 days since, and 135 after the cycle of 314 days."""
    for on, state in (("2026-07-15", "liquidated_80"), ("2026-07-25", "liquidated_180")):
        assert told(asked(on, liquidation_status=["Deemed Liquidated"]))[0][0] == state
        assert told(asked(on, liquidation_status=["Liquidated"]))[0][0] == "liquidated_180"


DAYS = st.dates(date(2025, 2, 4), date(2027, 3, 1))
STATUS = st.sampled_from([None, "Liquidated", "Unliquidated", "Suspended", "Pending"])
YES = st.sampled_from([None, "N", "Y"])
LINE = st.tuples(st.none() | DAYS, st.none() | DAYS, STATUS, st.sampled_from(["01", "09", "21"]), YES, YES, YES)


def by_hand(on: date, line: tuple) -> str:
    """The state of a line, one rule after another."""
    entered, liquidated, status, kind, recon, drawback, protest = line
    if (kind == "09" and on >= date(2026, 4, 20)) or (kind == "21" and on >= date(2026, 7, 7)):
        return "type_excluded"
    if drawback == "Y":
        return "drawback"
    if protest == "Y":
        return "protest_open"
    if recon == "Y":
        return "reconciliation"
    if status == "Pending":
        return "pending_liquidation"
    if liquidated is None and status in ("Unliquidated", "Suspended"):
        return "unliquidated"
    at = liquidated or (entered and entered + timedelta(314))
    if liquidated is None and status == "Liquidated":
        at = min(at or on, on)
    if at is None:
        return "unknown"
    past = (on - at).days
    return (
        "unliquidated" if past < 0 else "liquidated_80" if past <= 80 else "liquidated_180" if past <= 180 else "final"
    )


@given(DAYS, st.lists(LINE, min_size=1, max_size=20))
@pytest.mark.slow
def test_states_are_those_that_a_reader_finds_row_by_row(on: date, lines: list[tuple]) -> None:
    told_as = [[None if x is None else str(x) for x in column] for column in zip(*lines, strict=True)]
    names = ("entered", "liquidation_date", "liquidation_status", "entry_type", "reconciliation", "drawback", "protest")
    found = asked(str(on), **dict(zip(names, told_as, strict=True)))
    assert [state_name(int(s)) for s in found.state] == [by_hand(on, line) for line in lines]
