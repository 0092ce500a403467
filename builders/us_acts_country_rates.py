"""Write the four acts of the American country rates from annexI_rates.csv: EO 14257, EO 14266, EO 14316, EO 14326.

Run: python builders/us_acts_country_rates.py [--shared ../shared/data] [--out src/parley/law/measures]

Everything but the countries' rates and headings stands here as text. The other American acts are written by hand.
"""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Iterable
from pathlib import Path

from parley.codes import country_name

RULING = "2026-02-20"
COLLECTION_STOPPED = "2026-02-24"  # the day from which customs no longer collected the emergency duties
CHINA = ("CHN", "HKG", "MAC")  # their rate has its own history: EO 14257, 14259, 14266, 14298
NO_BASELINE = 'origins_except = ["CAN", "MEX", "CUB", "PRK", "RUS", "BLR"]'
EDGES = (
    'yields_to = [{ to = "s232", start = 2025-04-05, end = 2025-06-04, wholly = true }, '
    '{ to = "s232", start = 2025-06-04 }]'
)
SECTION_3B = (
    "EO 14257, sec. 3(b): not subject are '(ii) all articles and derivatives of steel and aluminum subject to the duties "
    "imposed pursuant to section 232 … (iii) all automobiles and automotive parts subject to the additional duties imposed "
    "pursuant to section 232 … and (vi) all articles that may become subject to duties pursuant to future actions under "
    "section 232'. From 4 June 2025 Proclamation 10947, clause 6: 'the non-aluminum, non-steel content of all aluminum and "
    "steel articles and derivative articles shall be subject to tariffs pursuant to Executive Order 14257'; Proclamation "
    "10962, clause 4, says the same of copper"
)
CONTENT = 'share = "non_us_content"\nshare_least = 0.20'

ACTS = {
    "us-eo-14257": (
        "Regulating Imports With a Reciprocal Tariff To Rectify Trade Practices That Contribute to Large and "
        "Persistent Annual United States Goods Trade Deficits",
        "EO 14257, 90 FR 15041",
        "",
        "2025-04-02",
        "Read in the schedule: headings 9903.01.25 to 9903.01.76, editions rev_7 to rev_11; of the order, sec. 3 alone was "
        "read. Amended: the days of customs’ guidance on goods in transit, which is no act.",
    ),
    "us-eo-14266": (
        "Modifying Reciprocal Tariff Rates To Reflect Trading Partner Retaliation and Alignment",
        "EO 14266, 90 FR 15625",
        "https://www.govinfo.gov/content/pkg/FR-2025-04-15/html/2025-06462.htm",
        "2025-04-09",
        "Country rates are suspended from 10 April to 9 July 2025; China's rises to 125 percent.",
    ),
    "us-eo-14316": (
        "Extending the Modification of the Reciprocal Tariff Rates",
        "EO 14316, 90 FR 30823",
        "https://www.govinfo.gov/content/pkg/FR-2025-07-10/html/2025-12962.htm",
        "2025-07-07",
        "The suspension of the country rates runs to 1 August 2025. Rates announced in letters were never law.",
    ),
    "us-eo-14326": (
        "Further Modifying the Reciprocal Tariff Rates",
        "EO 14326, 90 FR 37963",
        "",
        "2025-07-31",
        "Read in the schedule: headings 9903.02.01 to 9903.02.71, edition rev_18. The order itself was not read.",
    ),
}


def clause(act: str) -> str:
    """The clause on other duties on which the edges of an act's rows rest."""
    if act == "us-eo-14257":
        return SECTION_3B
    order = act.removeprefix("us-").replace("eo-", "EO ")
    return (
        f"{order} changes rates of EO 14257 and not its sec. 3(b): 'shall not be subject to the ad valorem rates of duty "
        "under this order: … (ii) all articles and derivatives of steel and aluminum subject to the duties imposed pursuant "
        "to section 232'; from 4 June 2025 Proclamation 10947, clause 6, on content"
    )


GUIDANCE = ("2025-04-08", "2025-05-30")  # days on which customs set the end of the in-transit rule


def head(act: str) -> str:
    """The [act] table."""
    title, citation, address, signed, note = ACTS[act]
    lines = [f'id = "{act}"', f'title = "{title}"', f'citation = "{citation}"']
    lines += [f'address = "{address}"'] if address else []
    lines += ["read = true", 'authority = "USA"', f"signed = {signed}"]
    lines += [f"amended = [{', '.join(GUIDANCE)}]"] if act == "us-eo-14257" else []
    lines += [f'note = "{note}"', f'stacks = "{clause(act)}"']
    return "# Written by builders/us_acts_country_rates.py: change it there.\n[act]\n" + "\n".join(lines) + "\n"


def row(measure: str, rate: float, start: str, *more: str, origins: Iterable[str], rank: int, heading: str) -> str:
    """One [[measure]] of the reciprocal layer."""
    names = ", ".join(f'"{o}"' for o in origins)
    lines = [f'id = "{measure}"', 'programme = "ieepa_reciprocal"', f"rate = {rate:g}", 'layer = "ieepa_reciprocal"']
    lines += [f"rank = {rank}", f"origins = [{names}]", 'products = ["*"]', f"start = {start}", *more, CONTENT, EDGES]
    if not any(line.startswith("reason") for line in more):
        lines.append(f'reason = "{why(measure, tuple(origins))}"')
    return "\n[[measure]]\n" + "\n".join(lines) + f'\nheading = "{heading}"\n'


def why(measure: str, origins: tuple[str, ...]) -> str:
    """One sentence that names the duty for the reader."""
    if measure == "us-ieepa-reciprocal":
        return "Reciprocal baseline on all partners but Canada, Mexico and the countries of column 2."
    if measure == "us-ieepa-reciprocal-transshipment":
        return "Reciprocal duty on goods found to be transshipped."
    named = "China, Hong Kong and Macao" if origins == CHINA else country_name(origins[0])
    named = "European Union" if origins == ("EUU",) else named
    article = "the " if named in ("European Union", "United Kingdom", "Philippines", "Falkland Islands") else ""
    return f"Reciprocal duty on {article}{named}."


def until_ruling(known: str) -> list[str]:
    """The lines of a row that the ruling of 20 February 2026 ended."""
    return [f"end = {RULING}", f"end_known = {RULING}", 'terminated_by = "us-ruling-2026-02-20"',
            f"collected_end = {COLLECTION_STOPPED}", f"known = {known}"]  # fmt: skip


def april(rates: list[dict]) -> list[tuple[str, float, str]]:
    """(country, rate, heading) of 9 April 2025, China's group left out."""
    return [
        (r["iso3"], float(r["apr9_rate_pct"]) / 100, r["apr9_heading"])
        for r in rates
        if r["apr9_heading"] and r["iso3"] not in CHINA
    ]


def eo_14257(rates: list[dict]) -> str:
    """The baseline of 5 April and the country rates of 9 April as they stood on 2 April 2025."""
    baseline = row("us-ieepa-reciprocal", 0.1, "2025-04-05", NO_BASELINE, *until_ruling("2025-04-02"),
                   origins=["*"], rank=0, heading="9903.01.25")  # fmt: skip
    loaded = 'unless = { loaded = "<2025-04-09" }'
    lines = ["known = 2025-04-02", "known_end = 2025-04-09", loaded]
    countries = [
        row(f"us-ieepa-reciprocal-{c.lower()}", rate, "2025-04-09", *lines, origins=[c], rank=1, heading=h)
        for c, rate, h in april(rates)
    ]
    china = row("us-ieepa-reciprocal-cn", 0.34, "2025-04-09", "known = 2025-04-02", "known_end = 2025-04-08", loaded,
                'reason = "Announced on 2 April at 34 percent; never in force at that rate."',
                origins=CHINA, rank=1, heading="9903.01.63")  # fmt: skip
    return head("us-eo-14257") + baseline + in_transit() + informational() + china + "".join(countries)


def zero(measure: str, start: str, *more: str) -> str:
    """A row that lifts the reciprocal layer."""
    lines = [f'id = "{measure}"', 'programme = "ieepa_reciprocal"', "rate = 0", 'combine = "zero"']
    lines += ['layer = "ieepa_reciprocal"', "rank = 9", 'origins = ["*"]', f"start = {start}", *more]
    return "\n[[measure]]\n" + "\n".join(lines) + "\n"


CUSTOMS_SAYS = (
    'reason = "In transit by vessel before 5 April 2025. Order and heading set no end: customs did, 27 May (CSMS 64680374), '
    'later 15 June 2025 (guidance of 30 May); as law firms report, not read."'
)


def in_transit() -> str:
    """The in-transit rule of the baseline, and the exemptions that the order itself holds."""
    loaded = ('products = ["*"]', 'when = { loaded = "<2025-04-05" }', 'heading = "9903.01.28"', CUSTOMS_SAYS)
    return (
        zero("us-ieepa-reciprocal-in-transit", "2025-04-05", "end = 2025-05-28", "end_known = 2025-04-08",
             "known = 2025-04-02", "known_end = 2025-05-30", *loaded)
        + zero("us-ieepa-reciprocal-in-transit", "2025-04-05", "end = 2025-06-16", "known = 2025-05-30", *loaded)
        + zero("us-ieepa-reciprocal-donations", "2025-04-05", 'products = ["*"]', *until_ruling("2025-04-02"),
               "when = { donation = true }", 'heading = "9903.01.30"')
    )  # fmt: skip


def informational() -> str:
    """Informational materials and Annex II: the lists beside the act."""
    common = until_ruling("2025-04-02")
    annex = (
        'reason = "Annex II of the order: copper, pharmaceuticals, semiconductors, lumber, energy, minerals, bullion."'
    )
    moved = (
        ("us-annex-ii-copper.csv", "2025-08-01", "2025-07-30"),
        ("us-annex-ii-timber.csv", "2025-10-14", "2025-09-29"),
    )
    moved += (("us-annex-ii-until-september.csv", "2025-09-08", "2025-09-05"),)
    text = zero("us-ieepa-reciprocal-informational", "2025-04-05", 'product_list = "us-informational.csv"', *common,
                'heading = "9903.01.31"', 'reason = "Informational materials, such as books and films, pay no reciprocal duty; '
                'the headings are those that customs named."')  # fmt: skip
    claimed = ['product_list = "us-informational-on-claim.csv"', "when = { informational = true }"]
    text += zero("us-ieepa-reciprocal-informational", "2025-04-05", *claimed, *common, 'heading = "9903.01.31"',
                 'reason = "Informational materials, where the entry says so, pay no reciprocal duty."')  # fmt: skip
    text += zero("us-ieepa-reciprocal-annex-ii", "2025-04-05", 'product_list = "us-annex-ii.csv"', *common,
                 'heading = "9903.01.32"', annex)  # fmt: skip
    for name, end, known in moved:
        lines = [f'product_list = "{name}"', f"end = {end}", f"end_known = {known}", "known = 2025-04-02"]
        text += zero("us-ieepa-reciprocal-annex-ii", "2025-04-05", *lines, 'heading = "9903.01.32"', annex)
    return text


def eo_14266(rates: list[dict]) -> str:
    """One day of country rates, their return on 9 July as the law then stood, and China's 125 percent."""
    loaded = 'unless = { loaded = "<2025-04-09" }'
    text = row("us-ieepa-reciprocal-cn", 1.25, "2025-04-10", "end = 2025-05-14", "end_known = 2025-05-12",
               "known = 2025-04-09", 'unless = { loaded = "<2025-04-10" }',
               origins=CHINA, rank=2, heading="9903.01.63")  # fmt: skip
    for c, rate, h in april(rates):
        one_day = ["end = 2025-04-10", "known = 2025-04-09", loaded]
        back = ["known = 2025-04-09", "known_end = 2025-07-07",
                'reason = "Suspended for 90 days: it returns on 9 July 2025 unless the order is changed."']  # fmt: skip
        name = f"us-ieepa-reciprocal-{c.lower()}"
        text += row(name, rate, "2025-04-09", *one_day, origins=[c], rank=1, heading=h)
        text += row(name, rate, "2025-07-09", *back, origins=[c], rank=1, heading=h)
    return head("us-eo-14266") + text


def eo_14316(rates: list[dict]) -> str:
    """The return of the country rates, moved to 1 August 2025."""
    lines = ["known = 2025-07-07", "known_end = 2025-07-31"]
    return head("us-eo-14316") + "".join(
        row(f"us-ieepa-reciprocal-{c.lower()}", rate, "2025-08-01", *lines, origins=[c], rank=1, heading=h)
        for c, rate, h in april(rates)
    )


# Rows of EO 14326 that a later act replaced: the day from which that was known (and the first day of the later rate).
REPLACED = {"JPN": ("2025-09-04", "2025-08-07"), "KOR": ("2025-12-04", "2025-11-14"),
            "CHE": ("2025-12-18", "2025-11-14"), "LIE": ("2025-12-18", "2025-11-14")}  # fmt: skip


def august_rows(r: dict) -> str:
    """The steps of one country of EO 14326: goods loaded before 7 August and entered before 5 October pay as before."""
    code, rate = r["iso3"], float(r["aug7_rate_pct"]) / 100
    heading = r["aug7_heading"].replace("/", ", ")
    floor = ['combine = "total"', 'reason = "Together with column 1 duty, 15 percent at least."']
    more = floor if r["aug7_type"] == "floor" else []
    name = f"us-ieepa-reciprocal-{code.lower()}"
    loaded = 'unless = { loaded = "<2025-08-07" }'
    given = {"origins": [code], "rank": 2, "heading": heading}
    known, last = REPLACED.get(code, (RULING, RULING))
    end = [f"end = {last}", f"end_known = {known}"] + (
        ['terminated_by = "us-ruling-2026-02-20"', f"collected_end = {COLLECTION_STOPPED}"] if last == RULING else []
    )
    until = ["known = 2025-07-31"]
    if last == "2025-08-07":  # replaced from its first day: known at 15 percent on top for some weeks, never so in law
        return row(name, rate, "2025-08-07", *until, f"known_end = {known}", *more, **given)
    first = row(name, rate, "2025-08-07", "end = 2025-10-05", *until, loaded, *more, **given)
    return first + row(name, rate, "2025-10-05", *end, *until, *more, **given)


def eo_14326(rates: list[dict]) -> str:
    """The country rates of 7 August 2025, and 40 percent on transhipped goods."""
    text = row("us-ieepa-reciprocal-transshipment", 0.4, "2025-08-07", *until_ruling("2025-07-31"),
               "when = { transshipped = true }", NO_BASELINE, origins=["*"], rank=3, heading="9903.02.01")  # fmt: skip
    return head("us-eo-14326") + text + "".join(august_rows(r) for r in rates if r["aug7_rate_pct"])


def main() -> None:
    """Write the four acts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/law/measures"))
    arguments = parser.parse_args()
    with (arguments.shared / "law/annexI_rates.csv").open(encoding="utf-8") as lines:
        rates = list(csv.DictReader(lines))
    written = {"us-eo-14257": eo_14257, "us-eo-14266": eo_14266, "us-eo-14316": eo_14316, "us-eo-14326": eo_14326}
    for name, text in written.items():
        partial = arguments.out / f"{name}.toml.partial"
        partial.write_text(text(rates), "utf-8")
        os.replace(partial, arguments.out / f"{name}.toml")
    print(f"{len(written)} acts")


if __name__ == "__main__":
    main()
