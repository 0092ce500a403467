"""American rates computed a second time, from chapter 99's headings and shared data's lists alone.

Nothing of parley is imported. The defaults are those of every explanation: nothing claimed, metal goods wholly of their
metal, loaded after every cut-off. Percent of customs value; days from 2025 on.
"""

from __future__ import annotations

from datetime import date

from us_recomputed_sources import Sources, percent, starts  # pyright: ignore[reportMissingImports]

EU = set(
    "AUT BEL BGR HRV CYP CZE DNK EST FIN FRA DEU GRC HUN IRL ITA LVA LTU LUX MLT NLD POL PRT ROU SVK SVN ESP SWE".split()
)
COLUMN_2 = {"CUB", "PRK", "RUS", "BLR"}
CHINA = {"CHN", "HKG", "MAC"}
PRINT = ("49", "3704", "3705", "3706", "85238010", "852349", "9701", "9702", "9703", "9704", "9705")
CARS = ("87032201 87032301 87032401 87033101 87033201 87033301 870340 870350 870360 870370 870380 870390 87042101 87043101 "
        "870441 870451 870460").split()  # fmt: skip
TRUCKS = ("870121 870122 870123 870124 870129 870410 870422 870423 870432 870442 870443 870452 870490 870540 8705900080 "
          "87060003 8706000520 8706000575 87060025 87060050 870911 870919").split()  # fmt: skip
PARTS_BY_TERMS = ("401110 4012 401310 70072151 700910 830120 83021030 830230 84073 840820 8409911040 8409991040 841520 8511 "
                  "8512 852721 852729 853910 854430 8706 8707 8708 902920 940120").split()  # fmt: skip
TIMBER = (
    "440311 440399 440321 440322 440323 440324 440325 440326 440611 440691 440711 440712 440713 440714 440719"
).split()
FURNITURE = ("9401614011", "9401614031", "9401616011", "9401616031")
APPLIANCES = (
    "84181000 84183000 84184000 84221100 84501100 84502000 84512100 84512900 85166040 85098020 9403999020"
).split()
AIRCRAFT = ("8801", "880211", "880212", "880220", "880230", "880240")
MILITARY = set("8802110115 8802110160 8802120120 8802120160 8802200170 8802300110 8802300120 8802300170 8802400115 8802400120 "
               "8802400130 8802400180".split())  # fmt: skip
TEN = set("CAN MEX GTM SLV HND TTO ECU ARG GBR JOR IND PAK BGD LKA KHM MYS IDN".split())
TWELVE = set("NIC CRI BHS DOM COL VEN GUY PER CHL BRA URY NOR RUS KAZ TUR IRQ ISR KWT SAU QAT ARE OMN BHR THA VNM SGP PHL CHN "
             "HKG AUS NZL MAR DZA LBY EGY NGA AGO ZAF".split())  # fmt: skip
AGREED = {"JPN", "KOR", "GBR", "CHE", "LIE", "TWN", "ARG", "ECU", "SLV", "GTM"}
REVIEW = (("01", date(2024, 9, 27), 25), ("02", date(2024, 9, 27), 50), ("03", date(2024, 9, 27), 100),
          ("05", date(2025, 1, 1), 50), ("11", date(2025, 1, 1), 25), ("06", date(2026, 1, 1), 25),
          ("07", date(2026, 1, 1), 50), ("08", date(2026, 1, 1), 100))  # fmt: skip
LISTS = {"9903.88.01": 25.0, "9903.88.02": 25.0, "9903.88.03": 25.0, "9903.88.04": 25.0, "9903.88.15": 7.5}
# Lines on which shared data says that the list by eight digits is wrong, or that the note names in part.
IN_PARTS = ("29319090", "84433210", "85176200", "94016140", "94016960", "94017100", "94017900", "94018020", "94018040",
            "94018060", "94037040", "94037080")  # fmt: skip
RULING = date(2026, 2, 20)


def is_aircraft(code: str) -> bool:
    return starts(code, AIRCRAFT) and code not in MILITARY


def vehicles(s: Sources, code: str, origin: str, on: date, base: float) -> float | None:
    """The duty on cars, trucks and their parts; None where there is none."""
    deal = (origin in EU and on >= date(2025, 8, 1)) or (origin == "JPN" and on >= date(2025, 9, 16)) or (
        origin == "KOR" and on >= date(2025, 11, 1))  # fmt: skip
    british = origin == "GBR" and on >= date(2025, 6, 30)
    if starts(code, CARS) and on >= date(2025, 4, 3):
        return max(0.0, 15 - base) if deal else 7.5 if british else 25.0
    if starts(code, s.parts) and starts(code, PARTS_BY_TERMS) and on >= date(2025, 5, 3):
        deal = deal or (origin == "TWN" and on >= date(2026, 5, 1))
        return max(0.0, 15 - base) if deal else max(0.0, 10 - base) if british else 25.0
    if on < date(2025, 11, 1):
        return None
    if code.startswith("8702"):
        return 10.0
    heavy = starts(code, s.truck_parts) and starts(code, [*PARTS_BY_TERMS, "401120"])
    return 25.0 if starts(code, TRUCKS) or heavy else None


def wood(code: str, origin: str, on: date, base: float) -> float | None:
    """The duty on timber and upholstered furniture."""
    if on < date(2025, 10, 14):
        return None
    if starts(code, TIMBER):
        return 10.0
    if code not in FURNITURE:
        return None
    deal = origin in EU or origin == "JPN" or (origin == "KOR" and on >= date(2025, 11, 14)) or (
        origin == "TWN" and on >= date(2026, 5, 1))  # fmt: skip
    return 10.0 if origin == "GBR" else max(0.0, 15 - base) if deal else 25.0


def metal_duties(s: Sources, code: str, origin: str, on: date, base: float) -> dict[str, tuple[float, float]]:
    """Metal → duty in percent of the whole value, and the share of value that it covers."""
    if on >= date(2026, 4, 6):
        return annex_duty(s, code, origin, on, base)
    if on < date(2025, 3, 12):
        return metal_duties_of_2018(s, code, origin)
    high = 25.0 if on < date(2025, 6, 4) or origin == "GBR" else 50.0
    steel = s.metals("steel", "mill", "") + s.metals("steel", "derivative", "", "2025-03-12") + s.in_notes("steel", on)
    aluminium = s.metals("aluminum", "mill", "") + s.in_notes("aluminium", on)
    if on >= date(2025, 4, 4):
        aluminium += ["76129010"]
    if on >= date(2025, 6, 23):
        steel += APPLIANCES
    found = {}
    if starts(code, steel):
        found["steel"] = high
    if starts(code, aluminium):
        found["aluminium"] = high
    if starts(code, s.copper) and on >= date(2025, 8, 1):
        found["copper"] = 50.0
    parts = max(1, len(found))  # wholly of its metals: an equal share of each
    return {m: (rate / parts, 1 / parts) for m, rate in found.items()}


def metal_duties_of_2018(s: Sources, code: str, origin: str) -> dict[str, tuple[float, float]]:
    found = {}
    steel = s.metals("steel", "mill", "") + s.metals("steel", "derivative", "")
    aluminium = s.metals("aluminum", "mill", "") + s.metals("aluminum", "derivative", "")
    spared = EU | {"GBR", "ARG", "AUS", "CAN", "MEX"}
    if starts(code, steel) and origin not in spared | {"JPN", "BRA", "KOR", "UKR"}:
        found["steel"] = (25.0, 1.0)
    if starts(code, aluminium) and origin not in spared:
        found["aluminium"] = (10.0, 1.0)
    return found


def annex_duty(s: Sources, code: str, origin: str, on: date, base: float) -> dict[str, tuple[float, float]]:
    """The annexes of 2026: the longest listed prefix counts. The British rates ask for a claim, so none has them here."""
    rows = [r for r in s.annexes if code.startswith(r["hts_prefix"]) and r["effective_date"] <= str(on)]
    if not rows:
        return {}
    row = max(rows, key=lambda r: (len(r["hts_prefix"]), r["effective_date"]))
    floor = max(0.0, 15 - base)
    duty = {
        "1a": 50.0,
        "1b": 25.0,
        "1c": floor if origin in EU | AGREED else 25.0,
        "3": 25.0 if origin in COLUMN_2 else floor,
    }.get(row["annex"])
    return {} if duty is None else {"metals": (duty, 1.0)}


def reciprocal(s: Sources, code: str, origin: str, on: date, base: float) -> float:
    """The reciprocal duty before it gives way to Section 232."""
    if not date(2025, 4, 5) <= on < RULING or origin in COLUMN_2 | {"CAN", "MEX"}:
        return 0.0
    if starts(code, PRINT) or on_annex_ii(s, code, on) or freed_by_deal(s, code, origin, on):
        return 0.0
    if origin in CHINA:
        return 84.0 if on == date(2025, 4, 9) else 125.0 if date(2025, 4, 10) <= on < date(2025, 5, 14) else 10.0
    row = s.country.get("EUU" if origin in EU else origin, {})
    if on == date(2025, 4, 9) and row.get("apr9_rate_pct"):
        return float(row["apr9_rate_pct"])
    floor = origin in EU or origin == "JPN" or (origin in ("KOR", "CHE", "LIE") and on >= date(2025, 11, 14))
    if on >= date(2025, 8, 7) and floor:
        return max(0.0, 15 - base)
    return float(row["aug7_rate_pct"]) if on >= date(2025, 8, 7) and row.get("aug7_rate_pct") else 10.0


def on_annex_ii(s: Sources, code: str, on: date) -> bool:
    return starts(code, s.electronics) or any(code.startswith(p) and a <= str(on) <= b for p, a, b in s.annex_ii)


def freed_by_deal(s: Sources, code: str, origin: str, on: date) -> bool:
    """Goods that an agreement frees of the reciprocal duty without a claim."""
    group = "eu" if origin in EU else "swiss" if origin in ("CHE", "LIE") else ""
    since = {"GBR": date(2025, 6, 30), "JPN": date(2025, 9, 16), "KOR": date(2025, 11, 14)}.get(origin)
    since = {"eu": date(2025, 9, 1), "swiss": date(2025, 11, 14)}.get(group, since)
    if since is None or on < since:
        return False
    return is_aircraft(code) or any(code.startswith(c) for kind, g, c in s.floors if (kind, g) == ("ptaap", group))


def section_301(s: Sources, code: str, on: date) -> float:
    """Section 301 on China, where the list by eight digits can be trusted."""
    special = {"85076000": (25.0, 25.0) if code.endswith("10") else (7.5, 25.0), "40151210": (50.0, 100.0)}
    if code in ("6307909842", "6307909844", "6307909850", "6307909870", "6307909875"):
        special["63079098"] = (25.0, 50.0)
    elif code.startswith("63079098"):
        special["63079098"] = (7.5, 7.5)
    if code[:8] in special:
        return special[code[:8]][on >= date(2026, 1, 1)]
    headings = [r["ch99_code"] for r in s.s301 if code.startswith(r["hts8"])]
    reviewed = max((rate for n, start, rate in REVIEW if f"9903.91.{n}" in headings and on >= start), default=0)
    return float(reviewed) or max((LISTS[h] for h in headings if h in LISTS), default=0.0)


def border(s: Sources, code: str, origin: str, on: date) -> float:
    """The fentanyl duty on Canada and Mexico before precedence."""
    if origin == "CAN" and starts(code, s.energy):
        return 10.0
    if starts(code, s.potash) and on >= date(2025, 3, 7):
        return 10.0
    return 35.0 if origin == "CAN" and on >= date(2025, 8, 1) else 25.0


def rate(s: Sources, code: str, origin: str, on: date) -> float | None:
    """The whole duty in percent; None where the base is not a plain percentage or the line is one of IN_PARTS."""
    general, other = s.base[2026 if on >= RULING else 2025].get(code, ("", ""))
    base = percent(other if origin in COLUMN_2 else general)
    if base is None or (origin == "CHN" and code.startswith(IN_PARTS)):
        return None
    road, timber = vehicles(s, code, origin, on, base), wood(code, origin, on, base)
    metals = {} if road is not None else metal_duties(s, code, origin, on, base)
    fentanyl = 0.0
    if origin in ("CHN", "HKG") and date(2025, 2, 4) <= on < RULING and not starts(code, PRINT):
        fentanyl = 20.0 if date(2025, 3, 4) <= on < date(2025, 11, 10) else 10.0
    if origin in ("CAN", "MEX") and date(2025, 3, 4) <= on < RULING and not starts(code, PRINT):
        fentanyl = 0.0 if road is not None or timber is not None else border(s, code, origin, on)
        if fentanyl and on < date(2025, 6, 4):
            metals = {}  # EO 14289: the duty on Canada or Mexico comes before the metals
        fentanyl *= 1 - min(1.0, sum(share for m, (_, share) in metals.items() if m != "metals"))
    listed = road is not None or timber is not None or bool(metals)
    covered = 1.0 if road is not None or timber is not None else min(1.0, sum(share for _, share in metals.values()))
    left = (0.0 if listed else 1.0) if on < date(2025, 6, 4) else 1 - covered
    total = base + fentanyl + (road or 0.0) + (timber or 0.0) + sum(duty for duty, _ in metals.values())
    total += reciprocal(s, code, origin, on, base) * left + country_orders(s, code, origin, on) * (1 - covered)
    total += section_301(s, code, on) if origin == "CHN" else 0.0
    if code == "8541430010" and origin != "CAN" and on < date(2026, 2, 7):
        total += 14.25 if on < date(2025, 2, 7) else 14.0
    return total if listed else total + of_2026(s, code, origin, on, base)


def country_orders(s: Sources, code: str, origin: str, on: date) -> float:
    """The emergency duties on Brazil and India."""
    if starts(code, PRINT):
        return 0.0
    if origin == "BRA" and date(2025, 8, 6) <= on < RULING:
        return 0.0 if is_aircraft(code) or any(code.startswith(p) and a <= str(on) for p, a in s.brazil) else 40.0
    if origin == "IND" and date(2025, 8, 27) <= on < date(2026, 2, 7):
        return 0.0 if on_annex_ii(s, code, on) else 25.0
    return 0.0


def of_2026(s: Sources, code: str, origin: str, on: date, base: float) -> float:
    """Section 122 and the Section 301 duties of July 2026 on a good that pays no Section 232."""
    if starts(code, PRINT) or is_aircraft(code):
        return 0.0
    total = 10.0 if date(2026, 2, 24) <= on < date(2026, 7, 24) and not starts(code, s.s122) else 0.0
    if origin == "BRA" and on >= date(2026, 7, 22) and not starts(code, s.brazil_301):
        total += 25.0
    if on >= date(2026, 7, 24) and not starts(code, s.labour):
        total += 10.0 if origin in TEN else 12.5 if origin in TWELVE else 0.0
        total += max(0.0, 10 - base) if origin in EU or origin == "TWN" else 0.0
        total += max(0.0, 12.5 - base) if origin in ("JPN", "KOR", "CHE") else 0.0
    return total
