"""Build src/parley/world/sources/hs-sectors.csv.gz: which of the 27 goods sectors of the OECD tables makes a product.

Run: python builders/sector_concordance.py [--out src/parley/world/sources]

Our own table, written from the Harmonized System of 2022 and what ISIC Revision 4 counts under each class. A prefix of
two to six digits names a sector; the longest prefix that a code starts with wins. Sector B09 (mining services) has no
goods. Electricity (2716) is a service here and has no sector.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
from pathlib import Path

from us_schedule import record, replace_file

FILE = "hs-sectors.csv.gz"
RULES: dict[str, str] = {
    # Farming: live animals, plants, crops as harvested, eggs, honey, raw wool, cotton, furskins and rubber.
    "A01": """01 0407 0409 0410 05 06 07 08 0901 0902 0903 0904 0905 0906 0907 0908 0909 0910 10
        1201 1202 1203 1204 1205 1206 1207 1209 1210 1211 1212 1213 1214 152190 1801 240110
        4001 4301 5001 510111 510119 5102 5201 530110 530210 530310 5305""",
    # Forestry: logs, fuel wood, raw cork, gums, bamboo, foliage.
    "A02": "0604 1301 14 400130 440110 440111 440112 4403 450110",
    # Fishing: live, fresh and chilled fish and shellfish, seaweed, pearls as found.
    "A03": """0301 0302 030631 030632 030633 030634 030635 030636 030639 030711 030721 030731 030742 030751
        030760 030771 030781 030782 030791 030811 030821 030830 0508 121221 121229 710110 710121""",
    "B05": "2701 2702",
    "B06": "2709 271111 271121 271410",
    "B07": "26",
    # Salt, stone, clay, peat, natural asphalt, slag and ash; stones unworked.
    "B08": "25 2621 2703 2714 710210 710221 710231 710310",
    # Food, drink and tobacco, with what is frozen, dried, baseline, milled or roasted of the chapters above.
    "C10T12": """02 03 04 0504 0710 0711 0712 080111 080620 0811 0812 0813 0814
        090112 090121 090122 090190 090210 090230 090412 090422 090520 090620 090720 090812 090822 090832
        090922 090932 090962 091012 091091 100620 100630 100640 11 1208 121410 1302 140420
        15 16 17 18 19 20 21 22 23 24 350110 350211 350219 350220 350510 4101 4102 4103""",
    # Textiles, clothing, leather and footwear.
    "C13T15": "392620 41 42 43 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 8804 911390 940430 940440 940490",
    "C16": "44 45 46 940610",
    "C17_18": "3804 47 48 49 9619",
    "C19": "2704 2705 2706 2710 2711 2712 2713 270120 270220",
    # Chemicals, with plastics and rubber in primary forms and man-made fibres (ISIC 2030).
    "C20": """1518 1520 220720 2707 2708 28 29 31 32 33 34 35 36 37 38
        3901 3902 3903 3904 3905 3906 3907 3908 3909 3910 3911 3912 3913 3914 4002 4402
        5402 5403 5404 5405 5501 5502 5503 5504 840130""",
    # Medicines, and the active substances that ISIC 2100 names.
    "C21": """291821 291822 291823 292241 292242 2923 2924 293220 293311 293319 293321 29335 29336 293430
        2935 2936 2937 2938 2939 2940 2941 30""",
    "C22": "300691 39 40 5904 5906 650691 854720 940592",
    "C23": """251820 252020 2522 2523 2715 281810 3801 3816 382450 68 69 70 850519 854610 854620 854710 940591""",
    # Iron and steel, with tubes and their fittings.
    "C24A": "2618 2619 72 7301 7302 7303 7304 7305 7306 7307",
    # Other metals, unwrought and as bars, sheets, wire and tubes; precious metals; alumina.
    "C24B": "2620 281820 7106 7107 7108 7109 7110 7111 7112 711510 74 75 76 78 79 80 81",
    # Metal products: structures, tanks, boilers, tools, locks, screws, moulds, weapons.
    "C25": """73 7413 7415 7418 7419 7508 7610 7611 7612 7613 7614 7615 7616 7806 7907 8007 82 83
        8401 8402 8403 8404 8480 848710 850511 93 940620 940690""",
    # Computers, electronics, optics, instruments, watches, electromedical apparatus, game consoles.
    "C26": """844331 844332 844399 8471 847290 847330 847350 8517 8518 8519 8521 8522 8523 8524 8525 8526 8527 8528
        8529 853110 853120 8532 8533 8534 8540 8541 8542 90 91 950450""",
    # Motors, batteries, cables, lamps, household appliances.
    "C27": """630110 7321 732290 841451 841460 841810 841821 841829 841830 841840 841911 841912 841919 842211
        8450 845121 85 900110 9405""",
    # Machinery: engines, pumps, lifting, farm and office machines, tractors, machine tools.
    "C28": """731511 731512 84 850819 850860 8514 8701 870410 8709 871620 9508""",
    # Cars, trucks, buses, trailers, their engines, parts, seats and electrical equipment (ISIC 2930).
    "C29": """840731 840732 840733 840734 840820 8511 851240 854430 8609 870120 870121 870122 870123 870124 870129
        8702 8703 8704 8705 8706 8707 8708 8716 940120""",
    "C301": "89",
    # Trains, aircraft and their engines, motorcycles, bicycles, fighting vehicles.
    "C302T309": """840710 840910 841111 841112 841121 841122 841191 841210 86 8710 8711 8712 8713 8714 8715 871680
        88 940110""",
    # Furniture, jewellery, instruments of music and medicine, toys, sports goods, and the rest.
    "C31T33": """0501 300640 3406 3606 3704 3705 3706 420321 4206 650610 66 67 71 841920
        900130 900140 900150 9003 9004 9018 9019 9020 9021 9023 911310 911320 92 94 95 96 97""",
}
# What ISIC 2660 counts as electromedical apparatus returns from heading 9018 and 9021 to C26.
ELECTROMEDICAL = "901811 901812 901813 901814 901819 901820 902140 902150"


def rules() -> list[tuple[str, str]]:
    """(prefix, sector), by prefix. Raises where a prefix stands under two sectors."""
    named = [(prefix, sector) for sector, text in RULES.items() for prefix in text.split()]
    named += [(prefix, "C26") for prefix in ELECTROMEDICAL.split()]
    made = dict(named)
    if len(made) != len(named):
        twice = sorted({p for p, _ in named if [q for q, _ in named].count(p) > 1})
        raise SystemExit(f"prefixes under two sectors: {twice}")
    return sorted(made.items())


def packed(rows: list[tuple[str, str]]) -> bytes:
    """The table as gzipped CSV, the same bytes at every run."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("prefix", "sector"), *rows])
    content = bytearray(gzip.compress(text.getvalue().encode(), 9, mtime=0))
    content[9] = 255  # RFC 1952: the operating system is unknown; Python's choice of this byte differs by version
    return bytes(content)


def main() -> None:
    """Write hs-sectors.csv.gz and its manifest entry."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"), help="not needed: the table is ours")
    parser.add_argument("--out", type=Path, default=Path("src/parley/world/sources"))
    arguments = parser.parse_args()
    rows = rules()
    content = packed(rows)
    entry = {
        "source": "parley's own concordance, from the Harmonized System 2022 and ISIC Revision 4",
        "terms": "Apache-2.0, as parley",
        "vintage": "HS 2022, ISIC Rev. 4 in the groups of the OECD inter-country input-output tables",
        "builder": "builders/sector_concordance.py",
        "note": "the longest prefix wins; electricity (2716) has no sector; checked against GTAP sectors in the tests",
        "sha256": hashlib.sha256(content).hexdigest(),
        "rows": len(rows),
    }
    replace_file(arguments.out / FILE, content)
    record(arguments.out / "manifest.json", FILE, entry)
    print(f"{len(rows)} prefixes, {len(content)} bytes")


if __name__ == "__main__":
    main()
