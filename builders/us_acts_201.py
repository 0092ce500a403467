"""Write the acts of Section 201 whose rows name many countries: solar cells and modules (note 18), quartz (note 41).

Run: python builders/us_acts_201.py [--shared ../shared/data] [--out src/parley/law/measures]

Rates and days of note 18(f) and (h) were read in chapter 99, 2026 revision 6; the 99 countries of note 18(b) in its text.
"""

# ruff: noqa: E501 (texts of acts stand on one line, as TOML has them)
from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from parley.codes import country
from us_list_tables import table
from us_schedule import replace_file

EXEMPT_SOLAR, EXEMPT_QUARTZ = 99, 124  # countries of note 18(b); of note 41 with those of clause (2)
SPELLED = {"Solomon Island": "SLB", "Yemen (Republic of)": "YEM"}  # as the note spells them
SOLAR = (  # note 18(f), (h): first day, rate, the act; the day on which the rate was known, and no longer
    ("2018-02-07", 0.30, "us-proc-9693", "2018-01-23", ""),
    ("2019-02-07", 0.25, "us-proc-9693", "2018-01-23", ""),
    ("2020-02-07", 0.20, "us-proc-9693", "2018-01-23", ""),
    ("2021-02-07", 0.15, "us-proc-9693", "2018-01-23", "2020-10-10"),
    ("2021-02-07", 0.18, "us-proc-9693", "2020-10-10", ""),
    ("2022-02-07", 0.1475, "us-201-solar", "2022-02-04", ""),
    ("2023-02-07", 0.145, "us-201-solar", "2022-02-04", ""),
    ("2024-02-07", 0.1425, "us-201-solar", "2022-02-04", ""),
    ("2025-02-07", 0.14, "us-201-solar", "2022-02-04", ""),
)
GOODS = (  # id, product, heading, condition, reason
    ("us-201-solar", "8541430010", "9903.45.25", "", "Section 201 safeguard on solar modules."),
    ("us-201-solar-cells", "8541420010", "9903.45.22", "unless = { within_quota = true }",
     "Section 201 safeguard on solar cells beyond the quota."),
)  # fmt: skip
LATER = (("TUR", "2019-05-17"), ("IND", "2019-06-05"))  # developing countries of the note until then, from memory
STACKS = "Note 18(a): “such duties shall be cumulative and imposed in addition to the rate of duty established for any such goods in chapter 85”."
NOTE = "modules of 8541.43.00.10, cells of 8541.42.00.10 beyond the quota (2.5, from 2022 5 and from 1 August 2024 12.5 gigawatts a year); modules in other headings (note 18(g)(i), (ii)) are not modelled"
ACTS = {
    "us-proc-9693": f"""[act]
id = "us-proc-9693"
title = "To Facilitate Positive Adjustment to Competition From Imports of Certain Crystalline Silicon Photovoltaic Cells"
citation = "Proclamation 9693, 83 FR 3541; Proclamation 10101; note 18"
read = false
authority = "USA"
signed = 2018-01-23
amended = [2020-10-10]
note = "Rates read in note 18 of 2026 revision 6 (15 percent for the year from February 2021, as first set, from memory): {NOTE}. Lines of today stand in for 8541.40.60. The 99 countries of note 18(b) stand outside, by the list of 2026; Türkiye and India until 2019 from memory. Canada paid until February 2022. The safeguard on washing machines of the same day is not here."
""",
    "us-201-solar": f"""[act]
id = "us-201-solar"
title = "To Continue Facilitating Positive Adjustment to Competition From Imports of Certain Crystalline Silicon Photovoltaic Cells"
citation = "Proclamation 10339, 87 FR 7357; Proclamation 10779; Proclamation 10790; note 18"
address = "https://bidenwhitehouse.archives.gov/briefing-room/presidential-actions/2022/02/04/a-proclamation-to-continue-facilitating-positive-adjustment-to-competition-from-imports-of-certain-crystalline-silicon-photovoltaic-cells-whether-or-not-partially-or-fully-assembled-into-other-produc/"
read = true
authority = "USA"
signed = 2022-02-04
amended = [2024-06-21]
note = "Rates and countries read in note 18 of 2026 revision 6: {NOTE}. Clause (2): goods of the countries of note 18(b) “shall continue to be excluded from the safeguard measure”. Canada is free where the goods are its product and originate under the USMCA (9903.45.27, note 18(i)). Ended on 6 February 2026."
""",
}


def solar_exempt(shared: Path) -> list[str]:
    """The countries of note 18(b) by ISO code."""
    rows = table(shared, "lists/s201_solar_note_18b_exempt_origins.csv")
    made = [SPELLED.get(r["country"]) or country(r["country"], "note 18(b)") for r in rows]
    assert len(set(made)) == len(made) == EXEMPT_SOLAR, len(made)
    return sorted(made)


def quartz_exempt(shared: Path) -> list[str]:
    """The countries of clauses (2) and (3) of the proclamation on quartz by ISO code."""
    made = [country(r["iso3"], "note 41") for r in table(shared, "lists/s201_quartz_exempt_origins.csv")]
    assert len(set(made)) == len(made) == EXEMPT_QUARTZ, len(made)
    return sorted(made)


def _listed(names: list[str]) -> str:
    return "[" + ", ".join(f'"{n}"' for n in names) + "]"


def _row(**fields: str) -> str:
    return "\n[[measure]]\n" + "".join(f"{k} = {v}\n" for k, v in fields.items() if v)


def solar(act: str, exempt: list[str]) -> Iterator[str]:
    """The rows of an act on solar goods: one a year and kind of goods, then the reliefs."""
    years = [*dict.fromkeys(y[0] for y in SOLAR), "2026-02-07"]
    for start, rate, _, known, known_end in (y for y in SOLAR if y[2] == act):
        for name, code, heading, condition, reason in GOODS:
            yield _row(
                id=f'"{name}"', programme='"s201"', rate=f"{rate:g}", layer='"s201_solar"', origins='["*"]',
                origins_except=_listed(exempt), products=f'["{code}"]', start=start, end=years[years.index(start) + 1],
                known=known, known_end=known_end, stacks=f'"{STACKS}"',
                **({"unless": condition.removeprefix("unless = ")} if condition else {}), heading=f'"{heading}"',
                reason=f'"{reason}"',
            )  # fmt: skip
    relief = {"programme": '"s201"', "rate": "0", "combine": '"zero"', "layer": '"s201_solar"', "rank": "9"}
    if act == "us-proc-9693":
        for origin, end in LATER:
            yield _row(id='"us-201-solar-developing"', **relief, origins=f'["{origin}"]', products='["85414"]',
                       start="2018-02-07", end=end, known="2018-01-23", heading='"note 18(b)"',
                       reason='"A developing country of the note until its preference ended (from memory)."')  # fmt: skip
    else:
        yield _row(id='"us-201-solar-canada"', **relief, origins='["CAN"]', products='["85414"]', start="2022-02-07",
                   end="2026-02-07", known="2022-02-04", when="{ usmca = true }", heading='"9903.45.27"',
                   reason='"Product and originating good of Canada (note 18(i)); agreed in July 2022 with effect from February."')  # fmt: skip
        yield _row(id='"us-201-solar-bifacial"', **relief, origins='["*"]', products='["8541430010"]', start="2022-02-07",
                   end="2024-06-26", known="2022-02-04", end_known="2024-06-21", when="{ exclusion_claimed = true }",
                   heading='"9903.45.25"', reason='"Bifacial panels, excluded until Proclamation 10779 took effect."')  # fmt: skip
        yield _row(id='"us-201-solar-bifacial"', **relief, origins='["*"]', products='["8541430010"]', start="2024-06-26",
                   end="2024-09-25", known="2024-06-21", when="{ exclusion_claimed = true }", heading='"9903.45.29"',
                   reason='"Bifacial panels under a contract of before 17 May 2024, entered within 90 days of 26 June 2024."')  # fmt: skip


QUARTZ = """[act]
id = "us-201-quartz"
title = "To Facilitate Positive Adjustment to Competition From Imports of Quartz Surface Products"
citation = "Proclamation 11051 of 31 July 2026; note 41; headings 9903.45.30 and 9903.45.31"
address = "https://www.whitehouse.gov/presidential-actions/2026/07/to-facilitate-positive-adjustment-to-competition-from-imports-of-quartz-surface-products/"
read = true
authority = "USA"
signed = 2026-07-31
note = "A tariff-rate quota for four years from 15 August 2026 on quartz surface products of 6810.99.00.20, .40 and 7020.00.60.00, clauses (1) to (3), (9). The annex was not seen: rates within and over the quota and the list of developing countries are those on which two public repositories agree; the quota's quantities are not known here. Of 7020.00.60.00 (other articles of glass) only quartz surface products are covered: on claim."
"""
QUARTZ_STACKS = "Clause (1): “To establish a tariff-rate quota on imports of the QSP products described in paragraph 8 … subchapter III of chapter 99 of the HTSUS is modified as provided in the Annex”; no clause spares goods of other duties."


QUARTZ_GOODS = ((("6810990020", "6810990040"), {}), (("7020006000",), {"quartz_surface": "true"}))
QUOTA = (("over", "9903.45.31", "0", {}), ("within", "9903.45.30", "1", {"within_trq": "true"}))


def quartz(shared: Path, exempt: list[str]) -> Iterator[str]:
    """The rows on quartz: each year over the quota, and within it on claim; glass only where it is a quartz surface."""
    for r in table(shared, "lists/s201_quartz_rates.csv"):
        for (products, surface), (kind, heading, rank, within) in product(QUARTZ_GOODS, QUOTA):
            when = ", ".join(f"{k} = {v}" for k, v in {**surface, **within}.items())
            yield _row(
                id='"us-201-quartz"', programme='"s201"', rate=f"{float(r[f'{kind}_quota_pct']) / 100:g}",
                layer='"s201_quartz"', rank=rank, origins='["*"]', origins_except=_listed(exempt),
                products=_listed(list(products)), start=r["from"], end=r["to_exclusive"], known="2026-07-31",
                stacks=f'"{QUARTZ_STACKS}"', when=f"{{ {when} }}" if when else "", heading=f'"{heading}"',
                reason=f'"Section 201 safeguard on quartz surface products, {kind} the quota."',
            )  # fmt: skip


def main() -> None:
    """Write the three acts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/law/measures"))
    arguments = parser.parse_args()
    head = "# Written by builders/us_acts_201.py: change it there.\n"
    exempt = solar_exempt(arguments.shared)
    made = {act: text + "".join(solar(act, exempt)) for act, text in ACTS.items()}
    made["us-201-quartz"] = QUARTZ + "".join(quartz(arguments.shared, quartz_exempt(arguments.shared)))
    for act, text in made.items():
        replace_file(arguments.out / f"{act}.toml", (head + text).encode())
        print(f"{text.count('[[measure]]'):4d} rows  {act}.toml")


if __name__ == "__main__":
    main()
