"""The same goods as files of each layout: small, made here, in the layout's own headings and spellings."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple


class Good(NamedTuple):
    """A line of goods: code, origin, day of entry, customs value in dollars, quantity."""

    product: str
    origin: str
    day: date
    value: float
    quantity: int


GOODS = (
    Good("9503000073", "CHN", date(2025, 5, 1), 12345.5, 100),
    Good("8517130000", "CHN", date(2025, 5, 1), 1000.0, 3),
    Good("3923900080", "IND", date(2025, 6, 1), 250000.0, 70),
    Good("0101210010", "GBR", date(2025, 9, 1), 40000.0, 2),
    Good("7326908688", "KOR", date(2025, 7, 1), 1234567.25, 9),
)
NAMES = {"CHN": "China", "IND": "India", "GBR": "United Kingdom", "KOR": "Korea, South"}
CENSUS = {"CHN": "5700", "IND": "5330", "GBR": "4120", "KOR": "5800"}
COMTRADE = {"CHN": "156", "IND": "699", "GBR": "826", "KOR": "410"}
ISO2 = {"CHN": "CN", "IND": "IN", "GBR": "GB", "KOR": "KR"}
GERMAN = {"CHN": "China", "IND": "Indien", "GBR": "Großbritannien", "KOR": "Südkorea"}
FILED = {
    "9503000073": ("9903.01.24", "9903.01.63"),
    "8517130000": ("9903.01.24", "9903.01.32"),
    "3923900080": ("9903.01.25",),
    "0101210010": ("9903.02.66",),
    "7326908688": ("9903.01.33", "9903.81.90"),
}


def csv_text(rows: Sequence[Sequence[object]], delimiter: str = ",") -> str:
    """Rows as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()


def dotted(code: str) -> str:
    return f"{code[:4]}.{code[4:6]}.{code[6:8]}.{code[8:]}"


def us_money(value: float) -> str:
    return f"${value:,.2f}"


def eu_money(value: float) -> str:
    return f"{value:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")


def canonical(goods: Sequence[Good] = GOODS) -> str:
    """The engine's own columns."""
    rows = [[g.product, g.origin, g.day, g.value, g.quantity] for g in goods]
    return csv_text([["product", "origin", "entry_date", "value", "quantity"], *rows])


def ace_rows() -> list[list[str]]:
    """ES-003: one row a tariff ordinal, days as in the United States."""
    head = ["Entry Summary Number", "Entry Summary Line Number", "Entry Type Code", "Importer Number", "Entry Date",
            "Entry Summary Date", "Country of Origin Code", "Tariff Ordinal Number", "HTS Number - Full",
            "Line Tariff Goods Value Amount", "Line Tariff Duty Amount", "Line Tariff Quantity (1)"]  # fmt: skip
    rows = [head]
    for n, g in enumerate(GOODS, 1):
        start = [f"XYZ0000{n:04}", "001", "01", "00-0000000", f"{g.day:%m/%d/%Y}", "12/31/2025", ISO2[g.origin]]
        rows += [
            [*start, str(k), code.replace(".", ""), "$0.00", us_money(10 * k), ""]
            for k, code in enumerate(FILED[g.product], 1)
        ]
        rows.append([*start, "9", g.product, us_money(g.value), us_money(1), str(g.quantity)])
    return rows


def ace() -> str:
    """ES-003 with titles above and a total below."""
    return csv_text(
        [["ES-003 Entry Summary Line Tariff Details"], ["Run on 03/01/2026"], [], *ace_rows(), ["Grand Total"]]
    )


def form_7501() -> str:
    """Lines of Form 7501 with the numbers of its boxes; chapter 99 numbers on rows of their own."""
    head = ["1. Filer Code/Entry Number", "7. Entry Date", "10. Country of Origin", "27. Line No.", "29. A. HTSUS No.",
            "31. Net Quantity in HTSUS Units", "32. A. Entered Value", "33. A. HTSUS Rate", "34. Duty and I.R. Tax"]  # fmt: skip
    rows = [head]
    for n, g in enumerate(GOODS, 1):
        start = [f"XYZ-0000{n:03}-5", f"{g.day:%m/%d/%y}", ISO2[g.origin]]
        rows += [[*start, f"{n:03}", code, "", "", "", "25.00"] for code in FILED[g.product]]
        rows.append([*start, "", dotted(g.product), f"{g.quantity} NO", f"{g.value:,.2f}", "Free", "0.00"])
    return csv_text(rows)


def dataweb() -> str:
    head = [
        "Data Type",
        "HTS Number",
        "Description",
        "Country",
        "Quantity Description",
        "Year",
        "Month",
        "Customs Value",
    ]
    rows = [
        [
            "Customs Value",
            g.product,
            "GOODS",
            NAMES[g.origin].upper(),
            "number",
            g.day.year,
            g.day.month,
            f"{g.value:,}",
        ]
        for g in GOODS
    ]
    return csv_text([head, *rows, ["Total", "", "", "", "", "", "", "1,537,912"]])


def dataweb_wide() -> str:
    """Months in columns, measures in rows."""
    head = ["Data Type", "HTS Number", "Country", "Year", "May", "June", "July", "September"]
    rows = []
    for g in GOODS:
        for kind, value in (("Customs Value", g.value), ("Calculated Duties", 1.0)):
            rows.append(
                [
                    kind,
                    g.product,
                    NAMES[g.origin],
                    g.day.year,
                    *(value if m == g.day.month else "" for m in (5, 6, 7, 9)),
                ]
            )
    return csv_text([head, *rows])


def census_rows() -> list[list[object]]:
    head = [
        "I_COMMODITY",
        "CTY_CODE",
        "CTY_NAME",
        "CON_VAL_MO",
        "GEN_VAL_MO",
        "CAL_DUT_MO",
        "COMM_LVL",
        "SUMMARY_LVL",
        "time",
    ]
    rows: list[list[object]] = [head]
    for g in GOODS:
        day = f"{g.day:%Y-%m}"
        rows.append([g.product, CENSUS[g.origin], NAMES[g.origin].upper(), g.value, 1, 5, "HS10", "DET", day])
        rows.append([g.product[:6], CENSUS[g.origin], NAMES[g.origin].upper(), g.value, 1, 5, "HS6", "DET", day])
        rows.append([g.product, "-", "TOTAL FOR ALL COUNTRIES", g.value, 1, 5, "HS10", "DET", day])
        rows.append([g.product, "0003", "EUROPEAN UNION", g.value, 1, 5, "HS10", "CGP", day])
    return rows


def census_csv() -> str:
    return csv_text(census_rows())


def census_json() -> str:
    return json.dumps([[str(x) for x in row] for row in census_rows()])


def usa_trade_online() -> str:
    head = ["Commodity", "Country", "Time", "Customs Value (Gen) ($US)"]
    rows = [[f"{g.product} GOODS, NESOI", NAMES[g.origin], f"{g.day:%B %Y}", f"{g.value:,.2f}"] for g in GOODS]
    return csv_text([["USA Trade Online"], ["State Import Data"], head, *rows])


def comtrade_rows() -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for g in GOODS:
        one: dict[str, object] = {
            "typeCode": "C", "freqCode": "M", "refPeriodId": int(f"{g.day:%Y%m%d}"), "refYear": g.day.year, "refMonth": g.day.month,
            "period": f"{g.day:%Y%m}", "reporterCode": 842, "reporterISO": "USA", "reporterDesc": "USA", "flowCode": "M",
            "flowDesc": "Import", "partnerCode": int(COMTRADE[g.origin]), "partnerISO": g.origin, "partner2Code": 0,
            "classificationCode": "H6", "cmdCode": g.product[:6], "customsCode": "C00", "motCode": 0, "qtyUnitAbbr": "u",
            "qty": g.quantity, "primaryValue": g.value,
        }  # fmt: skip
        rows += [one, {**one, "motCode": 2100}, {**one, "flowCode": "X", "flowDesc": "Export"},
                 {**one, "partnerCode": 0, "partnerISO": "W00"}, {**one, "cmdCode": "TOTAL"}]  # fmt: skip
    return rows


def comtrade_json() -> str:
    return json.dumps({"elapsedTime": "0.1 secs", "count": 25, "data": comtrade_rows(), "error": ""})


def comtrade_csv() -> str:
    rows = [{k: v for k, v in row.items() if k not in ("reporterISO", "partnerISO")} for row in comtrade_rows()]
    return csv_text([list(rows[0]), *(list(row.values()) for row in rows)])


def comtrade_legacy() -> str:
    head = ["Classification", "Year", "Period", "Trade Flow Code", "Trade Flow", "Reporter Code", "Reporter", "Reporter ISO",
            "Partner Code", "Partner", "Partner ISO", "Commodity Code", "Commodity", "Qty Unit", "Qty", "Trade Value (US$)"]  # fmt: skip
    rows = [["H5", g.day.year, f"{g.day:%Y%m}", flow, name, 842, "USA", "USA", COMTRADE[g.origin], NAMES[g.origin], g.origin,
             g.product[:6], "goods", "Number of items", g.quantity, g.value]
            for g in GOODS for flow, name in ((1, "Import"), (2, "Export"))]  # fmt: skip
    return csv_text([head, *rows])


def comtrade_legacy_json() -> str:
    rows = [{"pfCode": "H5", "yr": g.day.year, "period": int(f"{g.day:%Y%m}"), "rgCode": 1, "rgDesc": "Imports", "rtCode": 842,
             "rtTitle": "United States of America", "rt3ISO": "USA", "ptCode": int(COMTRADE[g.origin]), "ptTitle": NAMES[g.origin],
             "pt3ISO": g.origin, "cmdCode": g.product[:6], "TradeQuantity": g.quantity, "TradeValue": g.value}
            for g in GOODS]  # fmt: skip
    return json.dumps({"validation": {"status": {"name": "Ok"}}, "dataset": rows})


def baci() -> str:
    rows = [[2025, COMTRADE[g.origin], j, g.product[:6], g.value / 1000, 1.5] for g in GOODS for j in (842, 124)]
    return csv_text([["t", "i", "j", "k", "v", "q"], *rows])


def wits() -> str:
    head = [
        "Nomenclature",
        "ReporterISO3",
        "ProductCode",
        "PartnerISO3",
        "Year",
        "TradeFlowName",
        "TradeValue in 1000 USD",
    ]
    return csv_text(
        [head, *(["H5", "USA", g.product[:6], g.origin, 2025, "Gross Imp.", g.value / 1000] for g in GOODS)]
    )


def shopify_inventory() -> str:
    head = ["Handle", "Title", "Option1 Name", "Option1 Value", "SKU", "HS Code", "COO", "Location", "Bin name",
            "Incoming (not editable)", "Available (not editable)", "On hand (current)", "On hand (new)"]  # fmt: skip
    return csv_text([head, *([f"good-{n}", "Good", "Title", "Default Title", f"S{n}", g.product[:6], ISO2[g.origin], "Main", "", 0, 5, 5,
                              ""] for n, g in enumerate(GOODS))])  # fmt: skip


def gacc() -> str:
    """American goods into China; amounts with thousands' signs, an empty column at the end."""
    head = "数据年月,商品编码,商品名称,贸易伙伴编码,贸易伙伴名称,第一数量,第一计量单位,第二数量,第二计量单位,美元,"
    rows = [["202604", "95030089", "其他玩具", "502", "美国", "1,500", "个", "900", "千克", "12,345", ""],
            ["202604", "12019010", "大豆", "502", "美国", "1,000", "千克", "", "", "1,000", ""]]  # fmt: skip
    return f"{head}\n{csv_text(rows)}"


def sap() -> str:
    head = ["EBELN", "MATNR", "STAWN", "HERKL", "BUDAT", "WZOLL", "WAERS", "MENGE", "MEINS"]
    return csv_text([head, *(["45000", f"M{n}", g.product, ISO2[g.origin], f"{g.day:%Y%m%d}", f"{g.value:.2f}", "USD", g.quantity, "ST"]
                             for n, g in enumerate(GOODS))], ";")  # fmt: skip


def german() -> str:
    """An extract of a German system: decimal commas, days first."""
    head = ["Beleg", "Zolltarifnummer", "Ursprungsland", "Einfuhrdatum", "Zollwert (USD)", "Menge", "Mengeneinheit"]
    days = [g.day.replace(day=1) for g in GOODS]
    rows = [[n, dotted(g.product), GERMAN[g.origin], f"{d:%d.%m.%Y}", eu_money(g.value), g.quantity, "Stück"]
            for n, (g, d) in enumerate(zip(GOODS, days, strict=True))]  # fmt: skip
    rows.append([99, "9503.00.00.73", "China", "31.12.2025", "1,00", 1, "Stück"])
    return csv_text([head, *rows], ";")


def netsuite() -> str:
    head = [
        "Internal ID",
        "Item",
        "Harmonized Tariff Code",
        "Country of Manufacture",
        "Customs Clearance Date",
        "Amount (USD)",
        "Qty",
    ]
    return csv_text([head, *([n, f"ITEM-{n}", g.product, NAMES[g.origin], f"{g.day:%d-%b-%y}", us_money(g.value), g.quantity]
                             for n, g in enumerate(GOODS))])  # fmt: skip


def oracle() -> str:
    head = [
        "TRX_NUMBER",
        "HTS_CODE",
        "COUNTRY_OF_ORIGIN",
        "IMPORT_DATE",
        "INVOICE_CURRENCY",
        "ENTERED_VALUE",
        "UOM",
        "QUANTITY",
    ]
    return csv_text([head, *([n, g.product, g.origin, f"{g.day:%d-%b-%Y}".upper(), "USD", g.value, "EA", g.quantity]
                             for n, g in enumerate(GOODS))], "|")  # fmt: skip


def broker() -> str:
    head = [
        "Entry No.",
        "Line",
        "Tariff No.",
        "Ctry of Origin",
        "Entry Filed Date",
        "Entered Value",
        "Qty 1",
        "UOM 1",
        "Chapter 99 HTS",
        "Total Duty",
    ]
    return csv_text([head, *([f"XYZ0000{n:04}", n, dotted(g.product), ISO2[g.origin], f"{g.day:%b} {g.day.day}, {g.day.year}",
                              us_money(g.value), g.quantity, "NO", "; ".join(FILED[g.product]), us_money(0)]
                             for n, g in enumerate(GOODS))])  # fmt: skip


class Made(NamedTuple):
    """A file of a layout: its name, its text, the layout's id, digits of its codes, how it is encoded."""

    name: str
    text: Callable[[], str]
    layout: str
    digits: int = 10
    encoding: str = "utf-8"
    on: str = ""


FILES = (
    Made("ace.csv", ace, "ace-es003"),
    Made("7501.csv", form_7501, "cbp-form-7501"),
    Made("dataweb.csv", dataweb, "usitc-dataweb"),
    Made("dataweb-wide.csv", dataweb_wide, "usitc-dataweb"),
    Made("census.csv", census_csv, "census-imports"),
    Made("census.json", census_json, "census-imports"),
    Made("usatrade.csv", usa_trade_online, "usa-trade-online"),
    Made("comtrade.json", comtrade_json, "comtrade", 6),
    Made("comtrade.csv", comtrade_csv, "comtrade", 6),
    Made("comtrade-old.csv", comtrade_legacy, "comtrade-legacy", 6),
    Made("comtrade-old.json", comtrade_legacy_json, "comtrade-legacy-json", 6),
    Made("baci.csv", baci, "baci", 6, on="2025-05-01"),
    Made("wits.csv", wits, "wits", 6, on="2025-05-01"),
    Made("sap.csv", sap, "sap"),
    Made("german.csv", german, "", encoding="cp1252"),
    Made("netsuite.csv", netsuite, ""),
    Made("oracle.txt", oracle, ""),
    Made("broker.csv", broker, ""),
)


def write_text(folder: Path, made: Made) -> Path:
    """The file, in a folder."""
    path = folder / made.name
    path.write_bytes(made.text().encode(made.encoding))
    return path
