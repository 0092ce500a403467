"""Transfers of statistical numbers: the concordance, the schedule that it is held against, lists carried over it, weights."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.errors import CodeError, InputError
from parley.law.check_transfers import partly_listed, successors_are_listed
from parley.law.concordance import carriage_of, longest_prefixes
from parley.law.edition import edition_days, edition_of
from parley.law.measure import LATEST
from parley.law.products import Line, read_products, schedule_read_to
from parley.law.regime import measures_folder
from parley.law.shipments.rejects import near_product
from parley.law.trade_weights import read_weights
from parley.law.transfers import (
    PACKAGED_FROM,
    Transfer,
    epochs,
    forebears,
    heirs,
    kindred,
    partly_carried,
    read_transfers,
    steps,
    uncarried,
)
from regimes import law_of
from tables import each

SCHEDULE = resources.files("parley.law").joinpath("schedule")
DAY = timedelta(days=1)
LATER = [t for t in read_transfers("USA") if t.on > PACKAGED_FROM]


def stands(code: str, on: date) -> bool:
    return any(line.start <= on < line.end for line in read_products("USA").starting(code))


def manifest(name: str) -> dict[str, object]:
    return json.loads(SCHEDULE.joinpath("manifest.json").read_text("utf-8"))[name]


# -- the concordance ---------------------------------------------------------------------------------------------------


def test_the_transfers_stand_in_their_manifest_and_are_counted() -> None:
    entry = manifest("usa-transfers.csv")
    assert hashlib.sha256(SCHEDULE.joinpath("usa-transfers.csv").read_bytes()).hexdigest() == entry["sha256"]
    assert len(read_transfers("USA")) == entry["rows"]
    # 464 rows of the compilation less three that the schedule contradicts, and four that its change record leaves out.
    assert Counter(str(t.on) for t in LATER) == {"2025-07-01": 73, "2026-02-01": 185 + 4, "2026-07-01": 206 - 3}
    assert read_transfers("CHN") == ()


def test_the_transfers_are_those_of_the_files(shared_data: Path) -> None:
    with (shared_data / "law/lists/hts10_484f_transfers_2025-07_2026-07.csv").open(encoding="utf-8") as file:
        theirs = {(r["effective"], r["old_hts10"], r["new_hts10"]) for r in csv.DictReader(file)}
    ours = {(str(t.on), t.old, t.new) for t in LATER}
    assert {(old, new) for _, old, new in ours - theirs} == {("3004909236", f"30049092{n}") for n in (38, 39, 40, 42)}
    assert {old for _, old, _ in theirs - ours} == {"8507208031", "8507208041", "8507208061"}


def test_every_transfer_stays_within_its_tariff_line() -> None:
    assert all(t.old[:8] == t.new[:8] for t in read_transfers("USA"))


def _follows(t: Transfer) -> None:
    assert stands(t.new, t.on)
    assert stands(t.old, t.on - DAY)
    given_anew = any(x.on == t.on and x.new == t.old for x in LATER)
    assert stands(t.old, t.on) == given_anew
    if given_anew:  # the goods are others: the line begins anew on that day
        assert any(line.start == t.on for line in read_products("USA").starting(t.old))


def test_the_new_number_exists_on_its_day_and_the_old_one_ended() -> None:
    each(LATER, _follows)


def test_every_number_that_begins_or_ends_is_in_a_transfer() -> None:
    lines = list(read_products("USA").lines())
    by_code: dict[str, list[Line]] = {}
    for line in lines:
        by_code.setdefault(line.code, []).append(line)
    named = {(t.on, t.new) for t in LATER} | {(t.on, t.old) for t in LATER}
    for code, runs in by_code.items():
        edges = Counter(d for line in runs for d in (line.start, line.end) if date.min < d < LATEST)
        alone = {day for day, times in edges.items() if times == 1}
        assert all((day, code) in named for day in alone), code


def test_no_day_is_without_a_line_for_a_number_whose_chain_is_whole() -> None:
    days = sorted({d for step in steps("USA", PACKAGED_FROM) for d in (step.on - DAY, step.on)})
    for code in sorted({t.old for t in LATER} | {t.new for t in LATER}):
        for epoch in epochs(code):
            first = days[0] if epoch.start == date.min else epoch.start
            for on in (d for d in days if d >= first):
                assert all(stands(c, on) for c in heirs(code, first, on)), (code, on)
            for on in (d for d in days if d <= first):
                assert all(stands(c, on) for c in forebears(code, first, on)), (code, on)


def test_a_chain_of_two_transfers() -> None:
    first, later = date(2025, 5, 2), date(2026, 10, 1)
    assert heirs("9401999081", first, later) == ("9401999030", "9401999040", "9401999085")
    assert forebears("9401999085", later, first) == ("9401999081",)
    assert kindred("9401999040") == {"9401999030", "9401999070", "9401999081", "9401999085"}
    assert heirs("9503000073", first, later) == ("9503000073",)


# -- the schedule ------------------------------------------------------------------------------------------------------


def test_the_schedule_says_to_which_day_it_was_read() -> None:
    assert schedule_read_to("USA") == date(2026, 8, 3)
    assert schedule_read_to("CHN") == date(2019, 6, 1)
    assert manifest("usa.csv.gz")["edition_days"]["2026_rev_15"] == "2026-08-03"  # type: ignore[index]
    with pytest.raises(InputError, match="no schedule of BRA"):
        schedule_read_to("BRA")


def rates_of_revision_15(shared: Path) -> dict[str, tuple[str, str]]:
    with gzip.open(shared / "law/hts/hts_2026_rev_15_rates.csv.gz", "rt", encoding="utf-8") as file:
        rows = (r for r in csv.DictReader(file) if r["htsno"] < "98")
        return {r["htsno"]: (" ".join(r["general"].split()), " ".join(r["other"].split())) for r in rows}


def test_every_rate_of_autumn_2026_is_that_of_revision_15(shared_data: Path) -> None:
    stated = rates_of_revision_15(shared_data)
    assert len(stated) == 11_414
    seen = set()
    for line in edition_of("USA", date(2026, 10, 1)).lines:
        number = line.code if line.code in stated else line.code[:8]
        assert stated[number] == (line.general, line.other), line.code
        seen.add(number)
    assert seen == set(stated)


def test_forty_lines_at_random_and_the_new_numbers(shared_data: Path) -> None:
    regime, stated = law_of(), rates_of_revision_15(shared_data)
    percents = {n: g for n, (g, _) in stated.items() if len(n) == 10 and (g == "Free" or g.endswith("%"))}
    for number in random.Random(14).sample(sorted(percents), 40):
        if "+" in percents[number] or " " in percents[number]:
            continue
        rate = 0.0 if percents[number] == "Free" else float(percents[number].rstrip("%")) / 100
        assert regime.explain(number, "DEU", "USA", "2026-10-01").base_rate == pytest.approx(rate, abs=1e-12)
    with (shared_data / "law/hts/hts_2026-07-01_new_statistical_numbers.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 203
    table = read_products("USA")
    for r in rows:
        line = table.line(r["htsno"], date(2026, 7, 1))
        assert (line.general, line.other) == (r["general"], r["other"])
        assert line.special == table.line(r["from_htsno"], date(2026, 6, 30)).special


def test_what_only_corrected_the_print_was_law_before() -> None:
    table = read_products("USA")
    for code in ("4420190000", "9401696031", "7602000035"):  # left out of 2025 basic, or of 2026 revision 2
        assert [(line.start, line.end) for line in table.starting(code)] == [(date.min, LATEST)]
    assert table.starting("9401993030") == []  # revision 16 printed 9401.99.90.30 in a wrong line
    assert not any("weght" in line.other or ".OM" in line.special or line.other == "37% /" for line in table.lines())
    for code in ("2003100127", "2909191800", "6204631110", "4011902010"):  # corrected in revisions 1, 6, 12 and 14
        assert table.starting(code)[0].start == date.min
        assert table.starting(code)[0].end >= date(2026, 1, 1)


def test_the_differences_that_the_builder_would_stop_at(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "builders")
    import us_editions  # pyright: ignore[reportMissingImports]

    lines = {x.code: x for x in edition_of("USA", date(2026, 10, 1)).lines}
    stated = us_editions.rates_of_last(shared_data)
    assert us_editions.differences(stated, lines) == []
    wrong = lines | {"0704200020": lines["0704200020"]._replace(general="12%")}
    assert us_editions.differences(stated, wrong) == ["07042000"]
    ended = {c: x for c, x in lines.items() if c not in ("8507208031", "8507208041", "8507208061")}
    assert us_editions.differences(stated, ended) == ["85072080"]  # divided in revision 15: .92 is not alone
    assert us_editions.differences(stated, {c: x for c, x in lines.items() if c != "9503000073"}) == []
    assert us_editions.differences(stated, {c: x for c, x in lines.items() if c != "0101300000"}) == ["0101300000"]


# -- what people are told ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "on", "said"), [
    ("0704200000", "2026-07-01", "On 2026-07-01 it became 0704.20.00.20 and 0704.20.00.40"),
    ("9401999081", "2026-10-01", "On 2025-07-01 it became 9401.99.90.30 and 9401.99.90.70; on 2026-10-01 these are "
                                 "9401.99.90.30, 9401.99.90.40 and 9401.99.90.85"),
    ("8460240010", "2026-02-01", "On 2026-02-01 it became 8460.24.00.80"),
    ("0704200020", "2026-06-30", "It begins on 2026-07-01; on 2026-06-30 its goods are part of 0704.20.00.00"),
    ("8460240080", "2026-01-31", "its goods are 8460.24.00.10, 8460.24.00.30 and 8460.24.00.50"),
    ("9401698031", "2026-10-01", "It ended on 2025-01-01. Its line was divided anew into 9401.69.80.66"),
])  # fmt: skip
def test_a_code_that_ended_says_what_it_became(code: str, on: str, said: str) -> None:
    with pytest.raises(CodeError) as refusal:
        law_of().explain(code, "CHN", "USA", on)
    assert said in str(refusal.value)


def test_the_file_of_rejects_says_it_too() -> None:
    assert near_product("0704.20.00.00", "USA") == "0704.20.00.00 became 0704.20.00.20 and 0704.20.00.40 on 2026-07-01"
    assert near_product("0704200020", "USA") == "0704.20.00.20 begins on 2026-07-01, as part of 0704.20.00.00"
    assert near_product("9503000099", "USA").startswith("9503.00.00")


# -- lists -------------------------------------------------------------------------------------------------------------

ROWS = st.lists(st.sampled_from(sorted({t.old for t in LATER} | {t.new for t in LATER})), min_size=1, max_size=30)


@pytest.fixture(scope="module")
def builders() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.syspath_prepend(str(Path(__file__).parents[2] / "builders"))
    yield
    patch.undo()


def standing(rows: list[tuple[str, str, str]], on: date) -> tuple[str, ...]:
    day = on.isoformat()
    return tuple(p for p, start, end in rows if start <= day and (not end or day < end))


@pytest.mark.usefixtures("builders")
def test_lists_are_carried_both_ways() -> None:
    from us_carried import Span, carried  # pyright: ignore[reportMissingImports]

    august = carried([("9401999030", "", ""), ("9401999070", "", "")])
    assert standing(august, date(2025, 5, 2)) == ("9401999030", "9401999040", "9401999070", "9401999081", "9401999085")
    assert carried([("9401999070", "", "")]) == [("9401999040", "", ""), ("9401999070", "", ""), ("9401999085", "", "")]
    assert carried([("0704", "", ""), ("9503000073", "2025-01-01", "")]) == [
        ("0704", "", ""), ("9503000073", "2025-01-01", ""),
    ]  # fmt: skip
    april = Span(date(2026, 4, 6), LATEST)
    reused = carried([("3004909212", "", "")], april)  # what it stood for in April is 3004.90.92.13 from July on
    assert standing(reused, date(2026, 4, 6)) == ("3004909212",)
    assert standing(reused, date(2026, 7, 1)) == ("3004909213",)
    written = carried([("3004909213", "", "")], april, written=date(2026, 7, 1))
    assert (standing(written, date(2026, 4, 6)), standing(written, date(2026, 7, 1))) == (
        ("3004909212",),
        ("3004909213",),
    )
    parts = carried([("8413919085", "2026-06-01", "2026-09-01")])
    assert ("8413919039", "2026-06-01", "2026-09-01") in parts  # wholly of it
    assert not any(p == "8413919046" for p, _, _ in parts)  # of this one only a part
    twice = carried([("0704200000", "2025-01-01", "2025-02-01"), ("0704200000", "2026-01-01", "")])
    assert twice == [  # the first span had ended long before the number began
        ("0704200000", "2025-01-01", "2025-02-01"),
        ("0704200000", "2026-01-01", ""),
        ("0704200020", "2026-01-01", ""),
        ("0704200040", "2026-01-01", ""),
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("builders")
@settings(max_examples=150, deadline=None)
@given(codes=ROWS, written=st.sampled_from([date(2025, 5, 2), date(2025, 8, 18), date(2026, 4, 6), date(2026, 8, 3)]))
def test_a_carried_list_leaves_nothing_out_and_adds_no_other_goods(codes: list[str], written: date) -> None:
    from us_carried import carried  # pyright: ignore[reportMissingImports]

    told = [c for c in dict.fromkeys(codes) if stands(c, written)]
    rows = carried([(c, "", "") for c in told], written=written)
    assert {c for c in standing(rows, written) if stands(c, written)} >= set(told)
    assert list(uncarried(lambda on: standing(rows, on), date.min, LATEST)) == []
    # What is not listed on the day of writing has no part in a number of another day: nothing was added from elsewhere.
    for on in (date(2025, 5, 2), date(2025, 8, 18), date(2026, 4, 6), date(2026, 8, 3)):
        for code in (c for c in standing(rows, on) if stands(c, on)):
            kin = heirs(code, on, written) if on <= written else forebears(code, on, written)
            assert set(kin) & set(standing(rows, written)), (code, on)


def test_the_linter_finds_what_a_list_lacks_on_either_side() -> None:
    always = ("9401999030", "9401999070")
    told = {(b.code, b.day) for b in uncarried(lambda _: always, date(2025, 3, 12), date(2026, 4, 6))}
    assert told == {
        ("9401999081", date(2025, 6, 30)), ("9401999040", date(2026, 2, 1)), ("9401999085", date(2026, 2, 1)),
    }  # fmt: skip
    assert not list(uncarried(lambda _: always, date(2025, 8, 18), date(2026, 1, 1)))
    assert [b.code for b in partly_carried(lambda _: ("9401999030",), date(2025, 3, 12), LATEST)] == ["9401999081"]
    assert not list(uncarried(lambda _: ("94019990",), date.min, LATEST))


def test_every_packaged_list_is_carried() -> None:
    measures = law_of().measures
    assert list(successors_are_listed(measures)) == []
    assert (
        len({(place, x.code, x.day) for _, place, x in partly_listed(measures)}) < 20
    )  # each is listed by check --open


# -- weights -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on", [d for d in edition_days("USA") if date.min < d < LATEST])
def test_what_was_bought_in_2024_falls_on_lines_in_force(on: date) -> None:
    weights = read_weights("USA")
    codes = edition_of("USA", on).codes
    held = weights.matrix(codes, weights.partners)
    # One number of the Census, 2918.00.00.00 (71 million dollars), is of no line of any edition: 0.0023 percent.
    assert held.sum() == pytest.approx(weights.value.sum() * (1 - 2.3008e-5), rel=1e-8)
    carriage = carriage_of("USA", weights.products, frozenset(codes))
    products, value = carriage.products, carriage.carry(weights.value)
    assert value.sum() == pytest.approx(weights.value.sum(), rel=1e-12)
    adrift = [p for p, k in zip(products, longest_prefixes(products, codes), strict=True) if k < 0]
    lines = Counter(c[:8] for c in codes)
    one_heir = [p for p in adrift if lines[p[:8]] == 1]  # watches: the parts of a price, of one line
    rest = sum(value[products.index(p)].sum() for p in adrift if p not in one_heir)
    assert rest / weights.value.sum() < 5e-4


def test_a_number_given_to_other_goods_does_not_keep_their_value() -> None:
    weights = read_weights("USA")
    bought = dict(zip(weights.products, weights.value.sum(axis=1), strict=True))
    carriage = carriage_of("USA", weights.products, frozenset(edition_of("USA", date(2026, 2, 1)).codes))
    held = dict(zip(carriage.products, carriage.carry(weights.value).sum(axis=1), strict=True))
    assert held["3004909245"] == pytest.approx(bought["3004909238"])  # olanzapine, renumbered
    assert held["3004909238"] == pytest.approx(bought["3004909236"] / 7)  # a seventh of the anticonvulsants
    assert held["8507600030"] + held["8507600090"] == pytest.approx(bought["8507600020"])
    assert held["8507600010"] == pytest.approx(bought["8507600010"])  # vehicle cells gain nothing by the split
    assert np.isclose(held["8460240080"], sum(bought[f"84602400{n}"] for n in (10, 30, 50)))


def test_a_new_number_has_the_usmca_share_of_what_it_was() -> None:
    weights = read_weights("USA")
    pairs = [("0704200020", "0704200000"), ("9404100020", "9404100000"), ("3926909915", "3926909910")]
    for new, old in pairs:
        assert weights.usmca_share([new], "MEX")[0] == pytest.approx(weights.usmca_share([old], "MEX")[0])


def test_no_list_leaves_out_a_number_that_became_others() -> None:
    """A code that meets no goods is left out and said so; one that ended by a transfer has goods, under other numbers."""
    manifest = json.loads((measures_folder() / "manifest.json").read_text("utf-8"))
    ended_numbers = {t.old for t in read_transfers("USA")}
    left_out = {name: set(entry.get("left_out", ())) for name, entry in manifest.items()}
    assert any(left_out.values())
    assert not {name: codes & ended_numbers for name, codes in left_out.items() if codes & ended_numbers}
