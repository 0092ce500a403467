"""What an explanation assumes is what it computed: a default claimed in so many words changes nothing.

Goods, origins and days are drawn from every act of the package, and from the tariff schedule at random (fixed seed).
"""

from __future__ import annotations

import random
from datetime import date

import pytest

from parley.law.entry_claims import CLAIMS
from parley.law.explain import Explanation
from parley.law.products import read_products
from regimes import law_of

REGIME = law_of()
DAYS = (
    "2018-10-01", "2024-06-03", "2024-10-15", "2025-05-02", "2025-09-15", "2025-11-20", "2026-03-15", "2026-04-15",
    "2026-07-25", "2026-08-15",
)  # fmt: skip
ORIGINS = ("CHN", "BRA", "DEU", "GBR", "CAN", "MEX", "JPN", "KOR", "GTM", "RUS", "THA", "CHE", "TWN", "IND")
TRICKY = ("4901990020", "8505110070", "2933490800", "8802400160", "7326908688", "8708806590", "9401710011", "9701210000",
          "2106909998", "8471300100", "3004909244", "6307909870")  # fmt: skip


def goods(on: str) -> list[str]:
    """Lines in force on a day: some of every hundred, and those on which claims turn."""
    held = [line.code for line in read_products("USA").on(max(date.fromisoformat(on), date(2025, 1, 1)))]
    drawn = random.Random(on).sample(held, 40)
    return [*drawn, *(c for c in TRICKY if c in held)]


def assumed_claims(found: Explanation) -> list[str]:
    """The claims with a default whose sentence stands among the assumptions."""
    return [n for n, c in CLAIMS.items() if c.default is not None and c.sentence in found.assumed]


@pytest.mark.slow
@pytest.mark.parametrize("on", DAYS)
def test_an_assumed_default_claimed_in_words_changes_nothing(on: str) -> None:
    drawn = random.Random(on)
    asked = 0
    for code in goods(on):
        origin = drawn.choice(ORIGINS)
        found = REGIME.explain(code, origin, "USA", on)
        for name in assumed_claims(found):
            again = REGIME.explain(code, origin, "USA", on, claims={name: CLAIMS[name].default})
            assert again.lines == found.lines, (code, origin, on, name)
            asked += 1
    assert asked > 40, "the sample asks of no claim"


@pytest.mark.slow
@pytest.mark.parametrize("on", DAYS)
def test_what_is_not_assumed_is_not_asked_for(on: str) -> None:
    """A flag against its default changes a rate only where its default stood among the assumptions."""
    drawn = random.Random(on)
    flags = [n for n, c in CLAIMS.items() if c.kind == "flag" and n not in ("usmca", "korus", "preference")]
    for code in goods(on):
        origin = drawn.choice(ORIGINS)
        found = REGIME.explain(code, origin, "USA", on)
        silent = [n for n in flags if n not in assumed_claims(found)]
        for name in drawn.sample(silent, min(6, len(silent))):
            again = REGIME.explain(code, origin, "USA", on, claims={name: not CLAIMS[name].default})
            assert again.lines == found.lines, (code, origin, on, name)


def test_print_is_informational_by_name_under_the_emergency_duties_and_on_claim_under_others() -> None:
    # Customs named heading 49 in its answers of April 2025 on 50 U.S.C. 1702(b). Nothing names it under 9903.03.11.
    named = REGIME.explain("4901990020", "CHN", "USA", "2025-05-02")
    assert named.added_2025 == 0
    assert CLAIMS["informational"].sentence not in named.assumed
    found = REGIME.explain("4901990020", "THA", "USA", "2026-04-15")
    assert found.added_rate == pytest.approx(0.10)
    assert CLAIMS["informational"].sentence in found.assumed
    assert REGIME.explain("4901990020", "THA", "USA", "2026-04-15", claims={"informational": True}).added_rate == 0
    signs = REGIME.explain(
        "8310000000", "THA", "USA", "2026-04-15"
    )  # signs: informational only where the entry says so
    assert signs.by_programme()["s122"] == 0.1
    assert CLAIMS["informational"].sentence in signs.assumed
    told = REGIME.explain("8310000000", "THA", "USA", "2026-04-15", claims={"informational": True})
    assert told.added_rate == 0


def test_no_two_claims_share_a_sentence_that_one_of_them_makes_false() -> None:
    flags = {n: c.sentence for n, c in CLAIMS.items() if c.kind == "flag"}
    assert len(set(flags.values())) == len(flags)


def test_articles_for_the_handicapped_are_free_of_all_that_chapter_98_frees() -> None:
    # 9817.00.96 is free in both columns; notes 2, 20, 31, 50: the duties shall not apply to goods of chapter 98.
    for code, origin, on in (
        ("8714200000", "CHN", "2025-05-02"),
        ("8703800020", "CHN", "2026-08-15"),
        ("8713900060", "RUS", "2026-04-15"),
    ):
        assert REGIME.explain(code, origin, "USA", on, claims={"handicapped": True}).rate == pytest.approx(0, abs=1e-15)
    assert REGIME.explain("8703800020", "CHN", "USA", "2026-08-15").rate > 1.0
