"""Build src/parley/law/weights/usa-2024.npz: what the United States imported in 2024, by ten-digit code and partner.

Run: python builders/us_weights.py [--shared ../shared/data] [--out src/parley/law/weights]

Customs value of imports for consumption and the duty charged on it, in US dollars, as a sparse table. Left out:
chapters 98 and 99 (their value is counted under no good of its own) and Slovakia, which the European Union's row holds
already. With it: the share of imports from Canada and Mexico that claimed USMCA, by code, and the share of imports that
was spared the ordinary duty, by chapter and partner.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet

from parley.codes import countries
from us_schedule import record, replace_file

FILE = "usa-2024.npz"
SLOVAKIA = "4359"
ENTRY = {
    "source": "US Census Bureau, imports for consumption 2024: customs value and duty charged, US dollars; "
    "chapters 1 to 97",
    "terms": "United States government work, public domain",
    "source_shares": "usmca_* and preference_*: The Budget Lab at Yale, tariff rate tracker (product shares of USMCA "
    "claims in 2025; shares by chapter and partner of imports that were spared the ordinary duty)",
    "terms_shares": "MIT, notice in NOTICE",
    "vintage": "2024; USMCA shares 2025",
    "builder": "builders/us_weights.py",
    "arrays": {
        "products": "U10, sorted: the ten-digit codes of 2024",
        "partners": "U3, sorted: ISO3, the European Union as EUU",
        "product_index, partner_index, value, duty": "one entry per cell that had imports: indices, dollars (int64)",
        "usmca_products, usmca_origins, usmca_share": "U10 [k], U3 [i], share of value [k, i]",
        "preference_chapters, preference_partners, preference_share": "one entry per pair: U2, U3, share",
    },
    "note": "Partners that are not here (Laos, Myanmar, Kazakhstan, Ukraine, Macao and other small ones) have no "
    "weights: readers take the mix of all partners and say so. Members of the European Union share its mix. Some "
    "codes of 2024 are gone in 2025: readers share their value among the codes of the same eight digits. "
    "preference_share is an estimate from duty charged: it is positive for some partners that have no preference.",
}


def read_rows(shared: Path) -> list[tuple[str, str, int, int]]:
    """(code, partner, value, duty) of every cell that ships, sorted."""
    table = parquet.read_table(shared / "law/imports-2024/us_imports_2024_hts10.parquet")
    iso3 = {c.census: c.iso3 for c in countries().values() if c.census}
    rows = (
        (r["hts10"], iso3[r["census_country"]], r["customs_value_usd"], r["duty_usd"])
        for r in table.to_pylist()
        if r["census_country"] != SLOVAKIA and r["hts10"][:2] not in ("98", "99")
    )
    return sorted(r for r in rows if r[2] or r[3])


def import_arrays(rows: list[tuple[str, str, int, int]]) -> dict[str, np.ndarray]:
    """The sparse table of imports as arrays."""
    codes, partners, value, duty = zip(*rows, strict=True)
    products, product_index = np.unique(np.array(codes, "U10"), return_inverse=True)
    names, partner_index = np.unique(np.array(partners, "U3"), return_inverse=True)
    return {
        "products": products,
        "partners": names,
        "product_index": product_index.astype(np.int32),
        "partner_index": partner_index.astype(np.int16),
        "value": np.array(value, np.int64),
        "duty": np.array(duty, np.int64),
    }


def usmca_arrays(shared: Path) -> dict[str, np.ndarray]:
    """Shares of value that claimed USMCA, by code, for Canada and Mexico."""
    with gzip.open(shared / "law/lists/usmca_product_shares_2025.csv.gz", "rt", encoding="utf-8") as file:
        found = {(r["hts10"], r["cty_code"]): float(r["usmca_share"]) for r in csv.DictReader(file)}
    origins = ("CAN", "MEX")
    census = [countries()[c].census for c in origins]
    products = sorted({code for code, _ in found})
    share = np.array([[found.get((p, c), np.nan) for c in census] for p in products])
    return {"usmca_products": np.array(products, "U10"), "usmca_origins": np.array(origins, "U3"), "usmca_share": share}


def preference_arrays(shared: Path) -> dict[str, np.ndarray]:
    """Shares of imports spared the ordinary duty, by chapter and partner."""
    iso3 = {c.census: c.iso3 for c in countries().values() if c.census} | {"5083": "PSE"}
    with (shared / "law/lists/mfn_exemption_shares.csv").open(encoding="utf-8") as file:
        found = {(r["hs2"], iso3[r["cty_code"]], float(r["exemption_share"])) for r in csv.DictReader(file)}
    chapters, partners, share = zip(*sorted(found), strict=True)
    return {
        "preference_chapters": np.array(chapters, "U2"),
        "preference_partners": np.array(partners, "U3"),
        "preference_share": np.array(share),
    }


def build(shared: Path) -> tuple[bytes, dict]:
    """The packed arrays and their manifest entry."""
    arrays = import_arrays(read_rows(shared)) | usmca_arrays(shared) | preference_arrays(shared)
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    content = packed.getvalue()
    counts = {"rows": len(arrays["value"]), "products": len(arrays["products"]), "partners": len(arrays["partners"])}
    return content, ENTRY | counts | {"sha256": hashlib.sha256(content).hexdigest()}


def main() -> None:
    """Write usa-2024.npz and its manifest entry."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/law/weights"))
    arguments = parser.parse_args()
    content, entry = build(arguments.shared)
    replace_file(arguments.out / FILE, content)
    record(arguments.out / "manifest.json", FILE, entry)
    print(f"{entry['rows']} cells, {entry['products']} codes, {entry['partners']} partners, {len(content)} bytes")


if __name__ == "__main__":
    main()
