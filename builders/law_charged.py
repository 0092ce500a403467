"""Write docs/law-charged.md: what the law says of 2024 against the duty that customs charged, by origin and programme.

Run: python builders/law_charged.py [--out docs/law-charged.md]

Nothing but packaged data: the acts, the schedule, and the imports of 2024 with the duty charged on them.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.codes import EU, country_name, dotted
from parley.law.compiled import base_rates
from parley.law.edition import edition_of
from parley.law.entry_claims import AGREEMENTS
from parley.law.measure import listed
from parley.law.panel import compile_panel
from parley.law.products import special_rates
from parley.law.regime import measures_folder, read_regime
from parley.law.trade_weights import read_weights

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)
CLOSE = 0.005  # half a point: the band of issue 3
OPEN_TO_ALL = {"C", "K", "L"}  # civil aircraft, pharmaceuticals, dye intermediates: symbols that name no country
UNILATERAL = {
    "A": (),
    "A+": (),
    "A*": (),
    "D": ("AGO", "NGA", "ZAF"),
    "E": ("TTO",),
    "E*": ("TTO",),
}  # A lapsed in 2020
EXCLUSIONS = ("us-301-exclusions.csv", "us-301-exclusions-machinery.csv")
QUOTA = {"EUU", "JPN", "GBR", "ARG", "BRA", "KOR"}  # steel and aluminium within quotas of 2024: free, beyond them not
PANELS = ("854142", "854143")  # cells and modules: bifacial ones free until 26 June 2024, cells within a quota
KINDS = {
    "nothing to claim": "no exclusion, preference, special provision or quota is open to the good, so every duty applies in full",
    "exclusion": "a line with exclusions from Section 301",
    "preference": "the special column offers the origin a preference",
    "special provision": "the special column exempts goods from any origin for a use (civil aircraft, drugs, dyes)",
    "quota": "a quota or tariff-rate quota replaces the duty, or exempts part of the goods",
}


class Cells(NamedTuple):
    """Imports of 2024 with a trade: place of the line and partner, value, rate charged, statutory rates, kind."""

    code: tuple[str, ...]
    partner: tuple[str, ...]
    value: ndarray
    charged: ndarray
    rate: ndarray
    claimed: ndarray
    programmes: dict[str, ndarray]
    kind: ndarray


def statutory() -> tuple[tuple[str, ...], tuple[str, ...], ndarray, ndarray, dict[str, ndarray]]:
    """Lines, partners, rates of 2024 averaged over its days, base where all agreements are used, rates by programme."""
    partners = read_weights("USA").partners
    panel = compile_panel(read_regime(authority="USA"), "USA", partners, FIRST, LAST)
    days = float(panel.days)
    edition = panel.periods[0].table.edition
    total, split = np.zeros((len(edition.codes), len(partners))), {}
    for p in panel.periods:
        table, weight = panel.day(p.start), (p.end - p.start).days / days
        total += weight * table.rate
        for name, value in table.by_programme.items():
            split[name] = split.get(name, 0.0) + weight * value
    wish = dict.fromkeys(("usmca", "korus", "preference"), True)
    base = base_rates(edition, partners, {}, FIRST)
    lower = base_rates(edition, partners, wish, FIRST)
    return edition.codes, partners, total, total - base + lower, split


def cells() -> Cells:
    """Every cell with imports in 2024 whose code stands in the edition of 2025."""
    weights = read_weights("USA")
    codes, partners, rate, claimed, split = statutory()
    place = {c: k for k, c in enumerate(codes)}
    held = [(k, place[c]) for k, c in enumerate(weights.products) if c in place]
    own, ours = (np.array(x) for x in zip(*held, strict=True))
    value = np.asarray(weights.value, dtype=float)[own]
    where = np.nonzero(value > 0)
    duty = np.asarray(weights.duty, dtype=float)[own][where]
    lines, sellers = ours[where[0]], where[1]
    code = tuple(codes[k] for k in lines)
    partner = tuple(partners[i] for i in sellers)
    parts = {name: table[lines, sellers] for name, table in split.items()}
    kind = np.array(kinds(code, partner, parts["s232"] > 0))
    return Cells(
        code, partner, value[where], duty / value[where], rate[lines, sellers], claimed[lines, sellers], parts, kind
    )


def kinds(codes: Iterable[str], partners: Iterable[str], metal: ndarray) -> list[str]:
    """What an importer could have claimed for each cell in 2024, of the names of KINDS."""
    edition = edition_of("USA", FIRST)
    special = {x.code: frozenset(special_rates(x.special)) for x in edition.lines}
    excluded = tuple(p for name in EXCLUSIONS for p in listed(str(measures_folder()), name, FIRST))
    symbols = {o: {s for p in AGREEMENTS if o in p.origins for s in p.symbols} for o in set(partners)}
    for symbol, origins in UNILATERAL.items():
        for origin in (o for o in origins if o in symbols):
            symbols[origin].add(symbol)
    metals = ("72", "73", "76")
    return [
        _kind(c, o, special[c], symbols[o], excluded, c[:2] in metals) for c, o in zip(codes, partners, strict=True)
    ]


def _kind(code: str, origin: str, special: frozenset, symbols: set, excluded: tuple, is_metal: bool) -> str:
    if origin == "CHN" and code.startswith(excluded):
        return "exclusion"
    if code.startswith(PANELS) or (is_metal and origin in QUOTA):
        return "quota"
    if special & symbols:
        return "preference"
    return "special provision" if special & OPEN_TO_ALL else "nothing to claim"


def share(c: Cells, mask: ndarray) -> float:
    """Share of the value of the masked cells whose duty charged is within half a point of the statutory rate."""
    held = c.value[mask].sum()
    return float(c.value[mask & (np.abs(c.rate - c.charged) <= CLOSE)].sum() / held) if held else float("nan")


def row(name: str, c: Cells, mask: ndarray) -> str:
    """A row of a table: value, within half a point, charged less, charged more; percent of value."""
    held = c.value[mask].sum()
    near = np.abs(c.rate - c.charged) <= CLOSE
    below, above = c.rate - c.charged > CLOSE, c.charged - c.rate > CLOSE
    parts = [100 * c.value[mask & m].sum() / held for m in (near, below, above)]
    return f"| {name} | {held / 1e9:,.1f} | " + " | ".join(f"{p:.1f}" for p in parts) + " |"


def by_claim(name: str, c: Cells, mask: ndarray) -> str:
    """A row of the agreements: charged as without a claim, as with one in full, between the two, elsewhere."""
    held = c.value[mask].sum()
    plain = np.abs(c.rate - c.charged) <= CLOSE
    full = ~plain & (np.abs(c.claimed - c.charged) <= CLOSE)
    between = ~plain & ~full & (c.claimed < c.charged) & (c.charged < c.rate)
    parts = [100 * c.value[mask & m].sum() / held for m in (plain, full, between, ~(plain | full | between))]
    return f"| {name} | {held / 1e9:,.1f} | " + " | ".join(f"{p:.1f}" for p in parts) + " |"


def reason(c: Cells, k: int) -> str:
    """The likeliest explanation of one gap, by rule."""
    less = c.charged[k] < c.rate[k]
    if c.kind[k] == "exclusion":
        return "exclusions from Section 301 claimed on part of the line"
    if c.kind[k] == "preference":
        return "the agreement's preference, used for part or all" if less else "quota of the agreement"
    if c.kind[k] == "quota":
        return "within a quota, or bifacial panels until June 2024" if less else "beyond the quota"
    base = c.rate[k] - sum(float(np.nan_to_num(table[k])) for table in c.programmes.values())
    of_china = c.partner[k] == "CHN" and c.programmes["s301"][k] > 0 and c.rate[k] - c.charged[k] > base + CLOSE
    if c.kind[k] == "special provision" and not of_china:
        return "freed for its use (special column C, K or L)"
    if of_china:
        return "not explained by packaged data: exclusions that ended on 14 June 2024 (their lines are not known), chapter 98"
    if c.programmes["s232"][k] > 0 and less:
        return "not explained by packaged data: exclusions from Section 232 granted to single importers"
    return "not explained by packaged data"


TABLE = "| {} | billion dollars | within half a point | charged less | charged more |\n|---|---:|---:|---:|---:|"
CLAIMS = (
    "| {} | billion dollars | as without a claim | as with one | between | elsewhere |\n|---|---:|---:|---:|---:|---:|"
)


def page() -> str:
    """The whole page."""
    c = cells()
    known = ~np.isnan(c.rate)
    free = known & (c.kind == "nothing to claim")
    all_value = float(np.asarray(read_weights("USA").value, dtype=float).sum())
    lines = [
        "# Statutory rates of 2024 against the duty charged",
        "",
        "Written by `python builders/law_charged.py` from packaged data alone; a test writes it again and compares.",
        "",
        "For every ten-digit line and partner, this page compares the statutory rate of 2024 with the duty that customs charged.",
        "The statutory rate is averaged over the year's days, with no claim made.",
        "The duty charged is on imports for consumption (Census). Both are shares of customs value.",
        "Anti-dumping duties are in neither.",
        "Where nothing can be claimed, every duty applies in full, and the two should agree.",
        "",
        f"**Where nothing can be claimed, {100 * share(c, free):.1f} % of value was charged within half a point of the law.**",
        f"That is {c.value[free].sum() / 1e9:,.0f} of {all_value / 1e9:,.0f} billion dollars.",
        f"Two parts are left out: {100 * c.value[~known].sum() / all_value:.1f} % has a specific or compound base duty and no unit value.",
        f"Another {100 * (1 - c.value.sum() / all_value):.1f} % is under codes that the edition of 2025 no longer has.",
        "",
        "## By what can be claimed",
        "",
        TABLE.format("kind"),
        *(row(f"{name}: {words}", c, known & (c.kind == name)) for name, words in KINDS.items()),
        row("all", c, known),
        "",
        "## By legal authority, where nothing can be claimed",
        "",
        TABLE.format("legal authority"),
        *programme_rows(c, free),
        "",
        "## By origin, where nothing can be claimed",
        "",
        TABLE.format("origin"),
        *origin_rows(c, free, row, 20),
        "",
        "## Agreements: between the rate without a claim and the rate with one",
        "",
        "Lines whose special column offers the origin a preference. `as with one` is full take-up; `between` is partial.",
        "",
        CLAIMS.format("origin"),
        *origin_rows(c, known & (c.kind == "preference"), by_claim, 14),
        "",
        *gaps(c, known),
    ]
    return "\n".join(lines) + "\n"


def programme_rows(c: Cells, mask: ndarray) -> list[str]:
    """One row a programme that adds to the base, and one for the base alone."""
    names = {"s301": "Section 301 on China", "s232": "Section 232, steel and aluminium", "s201": "Section 201"}
    adds = {name: np.nan_to_num(c.programmes.get(name, np.zeros(len(c.value)))) > 0 for name in names}
    none = ~np.logical_or.reduce(list(adds.values()))
    rows = [row(words, c, mask & adds[name]) for name, words in names.items() if (mask & adds[name]).any()]
    return [*rows, row("base rate alone", c, mask & none)]


def origin_rows(c: Cells, mask: ndarray, make, most: int) -> list[str]:
    """Rows of the origins with the most value under a mask."""
    partner = np.array(c.partner)
    names = sorted(set(c.partner), key=lambda o: -c.value[mask & (partner == o)].sum())
    chosen = [o for o in names if c.value[mask & (partner == o)].sum() > 0][:most]
    return [make("European Union" if o == EU else country_name(o), c, mask & (partner == o)) for o in chosen]


def gaps(c: Cells, known: ndarray) -> list[str]:
    """The largest gaps in dollars of duty, each with its likeliest reason, and how much of all gaps each reason makes."""
    size = np.where(known, np.abs(c.rate - c.charged) * c.value, 0.0)
    order = [int(k) for k in np.argsort(-size, kind="stable")]
    beyond = known & (np.abs(c.rate - c.charged) > CLOSE)
    sums: dict[str, float] = {}
    for k in np.flatnonzero(beyond):
        sums[reason(c, k)] = sums.get(reason(c, k), 0.0) + size[k]
    whole = sum(sums.values())
    rows = [
        f"| {dotted(c.code[k])} | {c.partner[k]} | {c.value[k] / 1e9:.2f} | {100 * c.rate[k]:.1f} | {100 * c.charged[k]:.1f} "
        f"| {size[k] / 1e6:,.0f} | {reason(c, k)} |" for k in order[:25]
    ]  # fmt: skip
    ranked = sorted(sums.items(), key=lambda item: -item[1])
    return [
        "## The largest gaps, and what explains them",
        "",
        f"All cells more than half a point apart make {whole / 1e9:.2f} billion dollars of duty between law and charge:",
        "",
        "| reason | million dollars | of all gaps, % |",
        "|---|---:|---:|",
        *(f"| {name} | {value / 1e6:,.0f} | {100 * value / whole:.1f} |" for name, value in ranked),
        "",
        "| line | origin | billion dollars | law % | charged % | duty between, million | likeliest reason |",
        "|---|---|---:|---:|---:|---:|---|",
        *rows,
    ]


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=Path("docs/law-charged.md"))
    asked = parser.parse_args()
    part = asked.out.with_name(f".{asked.out.name}.part")
    part.write_text(page(), "utf-8")
    os.replace(part, asked.out)
    print(f"{asked.out}: {asked.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
