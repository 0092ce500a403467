"""The tables of src/parley/scenario/outcomes: what governments chose at decision points, and who announced a deal when.

    python builders/outcomes.py FOLDER

FOLDER holds outcomes.csv and outcomes_countries.csv: facts, sources and addresses (no column of codes is read). The coding below
is ours: it was written from the facts alone, before any grid of these days was solved, and is kept apart from the scoring.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

HERE = Path(__file__).parents[1] / "src/parley/scenario/outcomes"
COLUMNS = (
    "point date decider counterpart situation open chosen kind day law_on law_known other why source address".split()
)
# point, decider, counterpart: kind, day that the kind names, day and knowledge of the law that was chosen, what the other did, why
CODING = """
D01 USA CHN | hold | | | | hold | the 25 % of the list of 3 April is not put in force
D02 USA CHN | come | 2018-07-06 | 2018-07-06 | 2018-07-06 | come 2018-07-06 | the list announced for 6 July begins on its day
D03 CHN USA | come | 2018-07-06 | 2018-07-06 | 2018-07-06 | come 2018-07-06 | the same value at the same rate, announced for the same day
D04 USA CHN | raise | | 2018-09-24 | 2018-09-21 | hold | 10 % on a further 200 billion, no more than was said
D05 CHN USA | raise | | 2018-09-24 | 2018-09-18 | come 2018-09-24 | 5 and 10 % on 60 billion: less in value and rate than the other
D06 USA CHN | hold | | | | hold | the rise of 1 January is put off
D06 CHN USA | hold | | | | hold | no duty is moved by the meeting itself; the pause on cars comes a month later
D07 USA CHN | hold | | | | hold | the rise of 2 March is dropped
D08 USA CHN | raise | | 2019-05-10 | 2019-05-10 | hold | 25 in place of 10 on the 200 billion, as said on 5 May
D09 CHN USA | raise | | 2019-06-01 | 2019-05-13 | hold | 10 to 25 % on the 60 billion
D10 USA CHN | hold | | | | hold | nothing on the remaining 300 billion
D10 CHN USA | hold | | | | hold | talks resume
D11 USA CHN | raise | | 2019-09-01 | 2019-08-20 | hold | the part of 1 September is carried out, the rest is named for 15 December
D12 CHN USA | raise | | 2019-09-01 | 2019-08-23 | come 2019-09-01 | 5 and 10 % on 75 billion in two steps
D13 USA CHN | raise | | 2019-09-01 | 2019-08-30 | hold | 15 in place of 10 on the list of 1 September; the 30 never became law
D14 USA CHN | hold | | | | hold | the 30 % of 15 October is not put in force
D14 CHN USA | hold | | | | hold | purchases are promised, no duty is moved
D15 USA CHN | lower | | 2020-02-14 | 2020-02-14 | as chosen | list 4A from 15 to 7.5 %
D15 CHN USA | lower | | 2020-02-14 | 2020-02-14 | as chosen | the duties of 1 September are halved
D16 USA CAN | hold | | | | hold | the 25 % of 4 February is put off by thirty days
D17 USA CHN | come | 2025-02-04 | 2025-02-04 | 2025-02-03 | hold | the 10 % begins on its day
D18 CHN USA | raise | | 2025-02-10 | 2025-02-04 | come 2025-02-04 | 10 and 15 % on lists of energy and machines
D19 USA CHN | come | 2025-03-04 | 2025-03-04 | 2025-03-03 | hold | 20 in place of 10 %
D20 CHN USA | raise | | 2025-03-10 | 2025-03-04 | come 2025-03-04 | 10 and 15 % on lists of farm goods
D21 CHN USA | match | 2025-04-09 | 2025-04-10 | 2025-04-04 | come 2025-04-09 | 34 on all goods, the rate announced for 9 April
D22 CHN USA | come | 2025-04-10 | 2025-04-10 | 2025-04-04 | come 2025-04-09 | the 34 of 10 April is not withdrawn
D23 USA CHN | threat | | 2025-04-09 | 2025-04-08 | come 2025-04-10 | the 50 points of the ultimatum are carried out
D24 CHN USA | match | 2025-04-09 | 2025-04-10 | 2025-04-09 | come 2025-04-09 | 84 on all goods, the rate of that day's American duty
D25 USA CHN | raise | | 2025-04-10 | 2025-04-09 | come 2025-04-10 | 125 in place of 84: more than was said, more than the other
D26 USA EUU | hold | | | | hold | after half a day the country rates are taken back to 10
D27 EUU USA | hold | | | | hold | the answer due on 15 April is suspended
D28 CHN USA | match | 2025-04-10 | 2025-04-12 | 2025-04-11 | hold | 125, the rate of the American reciprocal duty, and a declared stop
D29 USA CHN | lower | | 2025-04-12 | 2025-04-12 | hold | electronics are taken out of the reciprocal duty
D30 CHN USA | lower | | | | hold | a list of exempt goods that was not published: no law to price
D31 CHN USA | talks | | | | hold | an answer to an offer of talks; no duty is at stake
D32 CHN USA | talks | | | | hold | contact is agreed; no duty is at stake
D33 USA CHN | back | 2025-04-08 | 2025-05-14 | 2025-05-12 | as chosen | 30: 10 reciprocal and 20 fentanyl, as from 5 to 8 April
D33 CHN USA | lower | | 2025-05-14 | 2025-05-13 | as chosen | 10 on all goods beside the lists: no earlier state of China's
D34 USA CHN | hold | | | | hold | the truce is kept
D34 CHN USA | hold | | | | hold | the truce is kept
D35 USA EUU | hold | | | | hold | the country rates of 9 July are put off to 1 August
D36 USA EUU | raise | | 2025-08-07 | 2025-07-31 | hold | new rates by order, neither those of April nor those of the letters
D37 USA CHN | hold | | | | hold | the truce is prolonged
D37 CHN USA | hold | | | | hold | the truce is prolonged
D38 CHN USA | talks | | | | hold | controls on exports, no duty: outside what the grid of duties prices
D39 USA CHN | hold | | | | hold | 100 % is threatened for 1 November; no duty moves
D40 CHN USA | hold | | | | hold | no answer in duties
D41 USA CHN | lower | | 2025-11-10 | 2025-11-05 | as chosen | fentanyl duty from 20 to 10, the truce prolonged
D41 CHN USA | lower | | 2025-11-10 | 2025-11-05 | as chosen | the lists of March end, the truce is prolonged
D42 USA CHN | replace | | 2026-02-24 | 2026-02-20 | hold | the void duties are replaced by 10 % under Section 122
D43 CHN USA | hold | | | | come 2026-02-24 | the 10 % is kept
D44 USA CHN | talks | | | | hold | a visit is put off; no duty is at stake
D45 USA CHN | hold | | | | hold | boards and purchases, no duty is moved
D45 CHN USA | hold | | | | hold | boards and purchases, no duty is moved
D46 USA CHN | replace | | 2026-07-24 | 2026-07-23 | hold | the surcharge lapses and 12.5 % under Section 301 begins
D47 USA CAN | hold | | | | hold | the duties of 19 August are put off by three days
D48 USA CHN | unknown | | | | hold | what was chosen was not found
D48 CHN USA | unknown | | | | hold | what was chosen was not found
"""
# where a deal's announcement stands: economy, address (source words come from the facts)
DEALS = {
    "GBR": "https://www.whitehouse.gov/fact-sheets/2025/05/fact-sheet-u-s-uk-reach-historic-trade-deal/",
    "VNM": "https://www.vanguardngr.com/2025/07/trump-says-vietnam-to-face-20-tariff-under-great-deal/",
    "IDN": "https://ktemoc.blogspot.com/2025/07/trump-says-indonesia-to-face-19pc.html?showComment=1752646252092",
    "JPN": "https://www.whitehouse.gov/fact-sheets/2025/07/fact-sheet-president-donald-j-trump-secures-unprecedented-u-s-japan-strategic-trade-and-investment-agreement/",
    "PHL": "https://www.business-standard.com/world-news/donald-trump-reciprocal-tariffs-philippines-indonesia-new-trade-deal-125072300184_1.html",
    "EUU": "https://www.whitehouse.gov/fact-sheets/2025/07/fact-sheet-the-united-states-and-european-union-reach-massive-trade-deal/",
    "KOR": "https://international.astroawani.com/global-news/countries-no-trade-deal-will-hear-us-midnight-white-house-says-532159",
    "KHM": "https://www.nationthailand.com/blogs/business/economy/40053369",
    "THA": "https://www.nationthailand.com/blogs/business/economy/40053369",
    "PAK": "https://www.nationthailand.com/blogs/business/economy/40053369",
}  # fmt: skip
NOT_DEALS = {"CHN": "a truce, not bound to these deadlines", "MEX": "more time, not a deal"}


def main(folder: Path) -> None:
    """Both tables, from the facts and the coding."""
    with (folder / "outcomes.csv").open(encoding="utf-8") as file:
        facts = {row["id"]: row for row in csv.DictReader(file)}
    rows = [_decision(line, facts) for line in CODING.strip().splitlines()]
    coded = {row["point"] for row in rows}
    if coded != {*facts}:
        raise SystemExit(f"not coded, or no fact: {sorted(coded ^ {*facts})}")
    _write("decisions.csv", COLUMNS, rows)
    with (folder / "outcomes_countries.csv").open(encoding="utf-8") as file:
        deals = [_deal(row) for row in csv.DictReader(file) if row["rate_2_april_pct"]]
    _write("deals.csv", tuple(deals[0]), deals)


def _decision(line: str, facts: dict[str, dict[str, str]]) -> dict[str, str]:
    place, kind, day, law_on, law_known, other, why = (part.strip() for part in line.split("|"))
    point, decider, counterpart = place.split()
    fact = facts[point]
    return {
        "point": point, "date": fact["date"], "decider": decider, "counterpart": counterpart, "situation": fact["situation"],
        "open": fact["options"], "chosen": fact["chosen"], "kind": kind, "day": day, "law_on": law_on, "law_known": law_known,
        "other": other, "why": why, "source": fact["sources"], "address": fact["addresses"],
    }  # fmt: skip


def _deal(fact: dict[str, str]) -> dict[str, str]:
    code = fact["iso3"]
    made = code in DEALS
    return {
        "economy": code,
        "rate_2_april_pct": fact["rate_2_april_pct"],
        "announced": fact["deal_announced"] if made else "",
        "rate_pct": fact["deal_rate"] if made else "",
        "note": NOT_DEALS.get(code, ""),
        "source": _source(fact["deal_source"] if made else fact["rates_source"]),
        "address": DEALS.get(code, ""),
    }


def _source(text: str) -> str:
    """A source in words: names of stored files are those of a folder that the reader has not."""
    return (
        "White House" if text.startswith("texts/") else re.sub(r"\s*\(texts[^)]*\)|[;,:] text[^;]*texts/\S*", "", text)
    )


def _write(name: str, columns: tuple[str, ...] | list[str], rows: list[dict[str, str]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
