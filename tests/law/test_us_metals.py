"""The metal lists of Section 232 against the texts that print them, and what an answer on metal rests on."""

from __future__ import annotations

import json
import random
import sys
from datetime import date
from pathlib import Path

import pytest

from parley.errors import ParleyError
from parley.law.check_printed import lists_are_as_deep_as_printed
from parley.law.entry_claims import CLAIMS, Value
from parley.law.explain import Explanation
from parley.law.measure import read_list
from parley.law.products import read_products
from parley.law.regime import Regime
from parley.law.stacking import METALS

sys.path.insert(0, str(Path(__file__).parents[2] / "builders"))
MEASURES = str(Path(__file__).parents[2] / "src/parley/law/measures")
MANIFEST = json.loads(Path(MEASURES, "manifest.json").read_text("utf-8"))
OF_NOTE_16C = {
    "us-232-annex-1a.csv": "i ii iii iv v",
    "us-232-annex-1a-derivatives.csv": "ii iv",
    "us-232-annex-1b.csv": "vi vii viii",
    "us-232-annex-3.csv": "ix x",
    "us-232-annex-aluminium.csv": "i ii vi ix",
    "us-232-steel.csv": "iii",
    "us-232-aluminium.csv": "i",
}
OF_AUGUST = {"us-232-steel-august.csv": ("16(m)", "16(n)"), "us-232-aluminium-august.csv": ("19(j)", "19(k)")}
ANNOUNCED = {"us-232-annex-1a.csv": 279, "us-232-annex-1b.csv": 388, "us-232-annex-3.csv": 47}  # counted in Annex IV


def packaged(name: str) -> set[str]:
    """The codes of a packaged list, without those that only carry others over a renumbering."""
    return {x.product for x in read_list(MEASURES, name)} - set(MANIFEST[name].get("carried", ()))


def test_annexes_of_april_hold_what_annex_iv_prints_and_nothing_else(shared_data: Path) -> None:
    from us_metal_texts import note_16c

    printed = note_16c(shared_data)
    for name, parts in OF_NOTE_16C.items():
        assert packaged(name) == {c for p in parts.split() for c in printed[p]}, name
    assert {n: len(packaged(n)) for n in ANNOUNCED} == ANNOUNCED


def test_three_printings_of_april_agree_but_for_trailing_zeros(shared_data: Path) -> None:
    from us_metal_texts import differences

    found = differences(shared_data)
    assert len(found) == 6  # 7612.10.00, 7612.90.50 and 7613.00.00 stand at ten digits in the table
    assert all("the ten digits of an undivided subheading" in line for line in found)


def test_notice_of_august_at_its_digits(shared_data: Path) -> None:
    from us_metal_texts import notice_of_august

    printed = notice_of_august(shared_data)
    assert printed["16(m)"] == printed["16(t)"]
    assert printed["16(n)"] == printed["16(u)"]
    for name, parts in OF_AUGUST.items():
        assert packaged(name) == {c for p in parts for c in printed[p]}, name
    assert {n: len(packaged(n)) for n in OF_AUGUST} == {
        "us-232-steel-august.csv": 392,
        "us-232-aluminium-august.csv": 122,
    }


def test_a_code_in_the_words_of_a_description_is_no_entry() -> None:
    from us_metal_texts import table_entries

    text = (
        " Annex I-B: 25%\n Steel   Description\n   parts of machines of heading 8471 and\n8473.30.20   of 8471.30, not 85\n"
        "   foil, printed or backed7607   materials\n   8471 or 8472, of steel\n   Annex IV\n"
    )
    assert table_entries(text) == {("I-B", "Steel"): ["84733020", "7607"]}


def test_no_line_stands_in_two_annexes_of_april() -> None:
    lists = [sorted(packaged(n)) for n in ANNOUNCED]
    for a, b in ((0, 1), (0, 2), (1, 2)):
        assert not [(x, y) for x in lists[a] for y in lists[b] if x.startswith(y) or y.startswith(x)]


def test_the_linter_of_digits_sees_a_shorter_entry(tmp_path: Path) -> None:
    entry = '{"list.csv": {"printed_depths": {"8": 1, "10": 1}}}'
    for folder, code, wrong in (("good", "3004909244", 0), ("cut", "30049092", 1)):
        home = tmp_path / folder
        home.mkdir()
        (home / "list.csv").write_text(f"product,start,end\n{code},,\n84143040,,\n", "utf-8")
        (home / "manifest.json").write_text(entry, "utf-8")
        assert len(list(lists_are_as_deep_as_printed((_with_list(home),)))) == wrong, folder


def _with_list(folder: Path):
    from parley.law.measure import Act, Measure

    act = Act(id="act", title="An act", citation="EO 1", authority="USA", signed=date(2025, 1, 1))
    return Measure(
        id="a", act=act, folder=str(folder), programme="s232", rate=0.1, product_list="list.csv", start=act.signed
    )


def _answers(regime: Regime, count: int) -> list[tuple[tuple[str, str, str], Explanation]]:
    """Explanations of random lines, origins and days of the law; half of the lines are on some metal list."""
    draw = random.Random(14)
    codes = [line.code for line in read_products("USA").on(date(2026, 4, 6))]
    listed = sorted(packaged("us-232-annex-1b.csv") | packaged("us-232-steel-august.csv") | {"2203", "4901", "9403"})
    found = []
    while len(found) < count:
        prefix = draw.choice(listed) if draw.random() < 0.5 else draw.choice(codes)
        code = draw.choice([c for c in codes if c.startswith(prefix)] or codes)
        origin = draw.choice(("CHN", "CAN", "MEX", "DEU", "GBR", "BRA", "IND", "RUS", "VNM", "JPN"))
        on = date(2025, 3, 12).toordinal() + draw.randrange(500)
        asked = (code, origin, date.fromordinal(on).isoformat())
        try:
            found.append((asked, regime.explain(code, origin, "USA", asked[2])))
        except ParleyError:  # a line that did not stand that day
            continue
    return found


@pytest.mark.slow
def test_what_is_assumed_is_what_is_computed(regime: Regime) -> None:
    """Claiming an assumed default changes nothing; so does the share of metal that the sentence speaks of."""
    seen: set[str] = set()
    for (code, origin, on), found in _answers(regime, 250):
        for name, claim in CLAIMS.items():
            if claim.sentence in found.assumed and claim.default is not None:
                seen.add(name)
                again = regime.explain(code, origin, "USA", on, claims={name: claim.default})
                assert (again.rate, again.added_rate) == (found.rate, found.added_rate), (code, origin, on, name)
        shares = _assumed_shares(found)
        if shares:
            seen.add("metal")
            again = regime.explain(code, origin, "USA", on, claims=shares)
            assert again.added_rate == pytest.approx(found.added_rate, abs=1e-12), (code, origin, on, shares)
    assert {"usmca", "us_metal", "uk_metal", "donation", "metal"} <= seen


def _assumed_shares(found: Explanation) -> dict[str, Value]:
    """The metal shares that the answer's sentences speak of: the good wholly of the metals levied, in equal parts."""
    if any("as no share of it is stated" in sentence for sentence in found.assumed):
        return {f"{m}_share": 0.0 for m in METALS if f"no {m} in it" in " ".join(found.assumed)}
    levied = [m for m in METALS if any(f"-{m}" in line.measure and line.programme == "s232" for line in found.lines)]
    if CLAIMS["steel_share"].sentence not in found.assumed or not levied:
        return {}
    return {f"{m}_share": 1 / len(levied) for m in levied}


LOWER = ("us_metal", "uk_metal", "commerce_authorised", "onshoring_plan", "agricultural_industrial", "motorcycle_parts")


@pytest.mark.slow
def test_no_relief_without_its_claim(regime: Regime) -> None:
    """Claims of relief never raise a metal duty, and an answer without claims is the highest of all."""
    for (code, origin, on), found in _answers(regime, 120):
        plain = sum(x.contribution or 0 for x in found.lines if x.programme == "s232")
        for name in LOWER:
            again = regime.explain(code, origin, "USA", on, claims={name: True})
            assert sum(x.contribution or 0 for x in again.lines if x.programme == "s232") <= plain + 1e-12, (code, name)


def test_a_row_that_covers_keeps_others_off_its_share_at_rate_0(regime: Regime) -> None:
    asked = ("7326.90.86.88", "DEU", "USA", "2025-07-15")
    shares = {"steel_share": 0.6, "us_metal": True}
    lines = {x.measure: (x.share, x.contribution) for x in regime.explain(*asked, claims=shares).lines}
    assert lines["us-232-steel-us-metal"] == (0.6, 0.0)
    assert lines["us-ieepa-reciprocal"] == (pytest.approx(0.4), pytest.approx(0.04))
