"""Section 338 on Canada by its texts: days on both clocks, scope by day, Section 232, aircraft, and the import bans."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from drawn import thinned
from parley.law.entry_claims import CLAIMS
from parley.law.explain import Explanation
from parley.law.measure import read_list
from parley.law.products import read_products
from parley.law.regime import Regime, measures_folder
from regimes import law_of

sys.path.insert(0, str(Path(__file__).parents[2] / "builders"))
FURNITURE, WHISKY, PHONE_PARTS, MILK = "9403200082", "2208306020", "8517620090", "3501101000"


def asked(
    regime: Regime, product: str, on: str, known: str | None = None, origin: str = "CAN", **claims: object
) -> Explanation:
    return regime.explain(product, origin, "USA", on, known, claims)


def s338(regime: Regime, product: str, on: str, known: str | None = None, **claims: object) -> float | None:
    return asked(regime, product, on, known, **claims).by_programme().get("s338")


@pytest.mark.parametrize(
    ("on", "known", "expected"),
    [
        # Proclamations 11046 to 11048, clause (1): "on or after 12:01 a.m. eastern time on August 19, 2026"
        ("2026-08-19", "2026-08-10", 0.5),
        ("2026-08-18", "2026-08-10", None),
        ("2026-08-19", "2026-07-19", None),
        # Proclamation 11056, clause (1): "shall be 12:01 a.m. eastern time on August 22, 2026"
        ("2026-08-19", None, None),
        ("2026-08-21", "2026-08-18", None),
        ("2026-08-22", "2026-08-18", 0.5),
        ("2026-08-22", None, 0.5),
    ],
)
@pytest.mark.parametrize("product", [WHISKY, PHONE_PARTS, MILK])
def test_it_began_on_the_22nd_and_was_to_begin_on_the_19th(
    regime: Regime, product: str, on: str, known: str | None, expected: float | None
) -> None:
    assert s338(regime, product, on, known) == expected


def test_goods_of_section_232_pay_it_from_15_september_under_two_of_three_headings(regime: Regime) -> None:
    # Proclamation 11048 (2): "shall not apply to articles subject to duties pursuant to section 232"; 11065 (1): "shall
    # apply in addition to duties imposed pursuant to section 232".
    before, after = (asked(regime, FURNITURE, day) for day in ("2026-09-14", "2026-09-15"))
    assert before.rate == pytest.approx(0.25)
    assert after.rate == pytest.approx(0.75)
    assert asked(regime, FURNITURE, "2026-09-20", "2026-09-01").rate == pytest.approx(0.25)  # 11065 is not known yet


def test_the_dairy_heading_still_yields_to_section_232(regime: Regime) -> None:
    rows = {(m.id, m.start.isoformat()): m for m in regime.measures if m.programme == "s338" and m.rate}
    yielding = {key for key, m in rows.items() if m.yields_to}
    assert {name for name, start in rows.keys() - yielding if start == "2026-09-15"} == {
        "us-338-canada-alcohol", "us-338-canada-automotive",
    }  # fmt: skip
    assert ("us-338-canada-dairy", "2026-08-22") in yielding
    assert rows["us-338-canada-dairy", "2026-08-22"].end is None
    assert all("section 232" in m.stacks for m in rows.values())  # each row quotes the clause that its edges rest on


@pytest.mark.parametrize(
    ("product", "before", "after"),
    thinned([
        ("0406106400", None, 0.5),  # cheese: added under 9903.03.12
        ("7308903000", None, 0.5),
        ("2501000000", 0.5, None),  # salt: removed from 9903.03.14
        ("2523290000", 0.5, None),
        ("2208700030", 0.5, 0.5),  # liqueurs up to 4 litres
        ("2208700060", 0.5, None),  # beyond: 2208.70.00 was narrowed to one number
        ("4818900020", 0.5, 0.5),
        ("4818900080", 0.5, None),
    ], 4, 3),
)  # fmt: skip
def test_the_scope_of_15_september(regime: Regime, product: str, before: float | None, after: float | None) -> None:
    lines = {line.code: line for line in read_products("USA").lines()}
    code = product if product in lines else next(c for c in sorted(lines) if c.startswith(product[:8]))
    assert (s338(regime, code, "2026-09-14", us_metal=True), s338(regime, code, "2026-09-15")) == (before, after)


def test_civil_aircraft_are_free_in_the_lines_of_note_51_d_alone(regime: Regime) -> None:
    assert s338(regime, PHONE_PARTS, "2026-08-22", civil_aircraft=True) is None
    assert s338(regime, "9503000071", "2026-08-22", civil_aircraft=True) == 0.5
    assert s338(regime, WHISKY, "2026-08-22", chapter98=True) is None  # note 51(a)
    assert (
        s338(regime, WHISKY, "2026-08-22", usmca=True) == 0.5
    )  # "eligible for special tariff treatment … shall be subject"


@pytest.mark.parametrize(
    ("product", "claims", "ban"),
    thinned([
        (WHISKY, {}, "us-338-ban-beverages"),
        (WHISKY, {"in_bulk": True}, "us-338-ban-beverages"),  # "any container"
        ("2203000030", {}, "us-338-ban-packaged-beverages"),
        ("2203000030", {"in_bulk": True}, None),
        ("2203000030", {"imported": "2026-09-28"}, None),  # clause (2): imported before, entered later: 50 percent
        ("2203000030", {"imported": "2026-09-29"}, "us-338-ban-packaged-beverages"),
        ("1703105000", {}, "us-338-ban-dairy"),
        ("8711500060", {}, "us-338-ban-motorcycles"),
        (PHONE_PARTS, {}, None),
    ], 4, 3),
)  # fmt: skip
def test_the_import_bans_of_29_september(
    regime: Regime, product: str, claims: dict[str, object], ban: str | None
) -> None:
    lines = [line.code for line in read_products("USA").lines()]
    code = product if product in lines else next(c for c in sorted(lines) if c.startswith(product[:8]))
    found = asked(regime, code, "2026-09-29", **claims)
    assert [x.measure for x in found.prohibited] == ([ban] if ban else [])
    assert (found.rate is None) == bool(ban)
    assert found.by_programme()["s338"] == 0.5  # clause (9)(b): what applies if the ban does not
    assert not asked(regime, code, "2026-09-28", **claims).prohibited
    assert not asked(regime, code, "2026-09-29", "2026-09-07", **claims).prohibited
    if ban:
        assert "import prohibited" in (found.reason or "")
        assert found.dollars(1000.0).duty is None


def test_bans_are_on_canada_alone_and_number_68() -> None:
    folder = str(measures_folder())
    numbers = {n: len(read_list(folder, f"us-338-ban-{n}.csv")) for n in ("any", "packaged", "dairy")}
    assert numbers == {"any": 25, "packaged": 28, "dairy": 14}
    assert sum(numbers.values()) + 1 == 68  # with motorcycles, a row of its own
    bans = [m for m in law_of().measures if m.combine == "ban"]
    assert len(bans) == 4
    assert {m.origins for m in bans} == {("CAN",)}
    assert not asked(law_of(), WHISKY, "2026-10-01", origin="GBR").prohibited


def test_the_lists_are_what_the_annexes_print(shared_data: Path) -> None:
    from us_lists_338 import AIRCRAFT, aircraft_of_338, entries_of_annex_i, section_338, since_september

    folder = str(measures_folder())
    for name, count in (("alcohol", 63), ("dairy", 52), ("automotive", 439)):
        rows = section_338(shared_data, name)
        assert len(rows) == count
        assert [p for p, _, _ in rows] == [x.product for x in read_list(folder, f"us-338-{name}.csv")]
    assert [len(since_september(shared_data, n)) for n in ("alcohol", "automotive")] == [101, 514]
    assert len(aircraft_of_338(shared_data)) == AIRCRAFT
    text = (shared_data / "law/texts/2026-07-20-proc-11048-autos-annex-i.txt").read_text("utf-8")
    assert "heading 6203.41.25" in text  # a mention in a description
    assert "62034125" not in entries_of_annex_i(text)


def test_each_claim_of_the_acts_is_assumed_in_words(regime: Regime) -> None:
    assert CLAIMS["in_bulk"].sentence in asked(regime, "2203000030", "2026-10-01").assumed
    assert CLAIMS["imported"].sentence in asked(regime, "2203000030", "2026-10-01").assumed
