"""Build src/parley/world/sources/oecd-2022.npz and src/parley/world/elasticities/*.toml: 81 economies, 28 sectors.

Run: python builders/world_oecd_2022.py [--shared ../shared/data] [--out src/parley/world]

Flows are spending with duty, million US dollars, rounded to five significant digits; 1 is added to every domestic cell
first, so that none is empty. Base rates are means by importer and goods sector over partners outside the importer's
customs union, weighted by value before duty, rounded to 0.1 percentage point; services pay none. The seven elasticity
sets are the published ones at the world's sectors; the eighth of the source is not published and does not ship.
"""

from __future__ import annotations

import argparse
import hashlib
import io
from pathlib import Path

import numpy as np

from parley.codes import union_of
from us_schedule import record, replace_file

FILE = "oecd-2022.npz"
SERVICES = "SERVICES"
DIGITS = 5
ADDED_TO_OWN_CELLS = 1.0  # million US dollars, as the authors of the prepared flows do
SECTOR_NAMES = {
    "A01": "agriculture, hunting",
    "A02": "forestry, logging",
    "A03": "fishing, aquaculture",
    "B05": "coal, lignite",
    "B06": "crude petroleum, natural gas",
    "B07": "metal ores",
    "B08": "other mining, quarrying",
    "B09": "mining support",
    "C10T12": "food, beverages, tobacco",
    "C13T15": "textiles, apparel, leather",
    "C16": "wood",
    "C17_18": "paper, printing",
    "C19": "coke, refined petroleum",
    "C20": "chemicals",
    "C21": "pharmaceuticals",
    "C22": "rubber, plastics",
    "C23": "other non-metallic minerals",
    "C24A": "iron, steel",
    "C24B": "other basic metals",
    "C25": "fabricated metal products",
    "C26": "computers, electronics, optics",
    "C27": "electrical equipment",
    "C28": "machinery",
    "C29": "motor vehicles",
    "C301": "ships, boats",
    "C302T309": "other transport equipment",
    "C31T33": "furniture, toys, other manufacturing",
    SERVICES: "services",
}
ENTRY = {
    "source": "Flows: OECD Inter-Country Input-Output (ICIO) tables, year 2022, rounded to five significant digits. "
    "Rates: means by importer and sector of Feodora Teti's Global Tariff Database, to 0.1 point. Both as prepared by "
    "the public project ahmadlp/tariffwar",
    "terms": "OECD data: cite the OECD; terms not read by us (read = false). Global Tariff Database: terms not read by "
    "us; only means by importer and sector are derived from it",
    "attribution": "OECD, Inter-Country Input-Output tables; Teti, F., Global Tariff Database",
    "read": False,
    "vintage": "flows 2022; rates end in 2021",
    "builder": "builders/world_oecd_2022.py",
    "arrays": {
        "countries, sectors, sector_names": "ISO3 (ROW is the rest of the world), sector codes, names",
        "flow_digits, flow_exponent": "spending of n on i's goods of s with duty: digits × 10^exponent, million US "
        "dollars, stored [s, n, i]",
        "rate_per_mille": "[n, s] mean rate of importer n on partners outside its customs union, in 0.1 points",
    },
    "note": "1 million is added to domestic cells before rounding. The flows are not balanced. The rates are of 2021 "
    "and coarse: no US duties under Section 301, no Chinese retaliation, food at over a third in the United States, "
    "nothing for the rest of the world: replace them with the law's own rates where those are known.",
}
SETS = {
    "U4": (
        "Simonovska, I. and Waugh, M. E. (2014). The elasticity of trade: Estimates and evidence. "
        "Journal of International Economics 92(1), 34-50.",
        "a round figure near their preferred estimate",
        "4 in every sector",
        "uniform",
    ),
    "CP": (
        "Caliendo, L. and Parro, F. (2015). Estimates of the Trade and Welfare Effects of NAFTA. "
        "Review of Economic Studies 82(1), 1-44.",
        "Table 1",
        "99% sample",
        "20 ISIC Rev. 3 sectors",
    ),
    "BSY": (
        "Bagwell, K., Staiger, R. W. and Yurukoglu, A. (2021). Quantitative Analysis of Multiparty Tariff "
        "Negotiations. Econometrica 89(4), 1595-1631.",
        "Table II",
        "theta",
        "49 SITC Rev. 2 sectors",
    ),
    "GYY": (
        "Giri, R., Yi, K.-M. and Yilmazkuday, H. (2021). Gains from trade: Does sectoral heterogeneity matter? "
        "Journal of International Economics 129, 103429.",
        "Table 2",
        "SMM-PPML; 4 where the paper has no estimate (agriculture, mining, petroleum, electronics, machinery)",
        "19 ISIC Rev. 2 sectors",
    ),
    "Shap": (
        "Shapiro, J. S. (2016). Trade Costs, CO2, and the Environment. "
        "American Economic Journal: Economic Policy 8(4), 220-254.",
        "Table 2, Panel B",
        "instrumental variables",
        "13 sectors",
    ),
    "FGO": (
        "Fontagné, L., Guimbard, H. and Orefice, G. (2022). Tariff-based product-level trade elasticities. "
        "Journal of International Economics 137, 103593.",
        "Table 8",
        "TiVA 2016 sectors",
        "19 TiVA sectors",
    ),
    "LL": (
        "Lashkaripour, A. and Lugovskyy, V. (2023). Profits, Scale Economies, and the Gains from Trade and Industrial "
        "Policy. American Economic Review 113(10), 2759-2808.",
        "Table 3",
        "sigma - 1",
        "14 ISIC Rev. 4 industries",
    ),
}


def read_source(shared: Path) -> tuple[list[str], list[str], np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """(countries, sectors, spending [n, i, s], rates [n, i, s], elasticities by set), buyer first."""
    with np.load(shared / "world/icio2022.npz", allow_pickle=False) as held:
        countries = [str(c) for c in held["countries"]]
        sectors = [SERVICES if "Services" in str(s) else str(s) for s in held["sectors"]]
        flow, t = held["flow"].transpose(1, 0, 2).copy(), held["tariff"].transpose(1, 0, 2)
        theta = {name: held[f"epsilon_{name}"] for name in SETS}
    own = np.arange(len(countries))
    flow[own, own] += ADDED_TO_OWN_CELLS
    return countries, sectors, flow, t, theta


def split_digits(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(digits, exponent) of values at five significant digits; zero stays zero."""
    positive = values > 0
    power = np.floor(np.log10(np.where(positive, values, 1.0))).astype(int) - (DIGITS - 1)
    digits = np.rint(values * 10.0**-power).astype(np.int32)
    return np.where(positive, digits, 0).astype(np.int32), np.where(positive, power, 0).astype(np.int8)


def mean_rates(countries: list[str], flow: np.ndarray, t: np.ndarray) -> np.ndarray:
    """[n, s] rates in 0.1 points, weighted by value before duty over foreign partners outside the own union.

    Where nothing was imported the plain mean of the partners' rates stands.
    """
    unions = np.array([union_of(c) for c in countries])
    foreign = (unions[:, None] != unions[None, :])[:, :, None]
    value = np.where(foreign, flow / (1 + t), 0.0)
    total = value.sum(axis=1)
    plain = (t * foreign).sum(axis=1) / foreign.sum(axis=1)
    weighted = (value * t).sum(axis=1) / np.where(total > 0, total, 1.0)
    rates = np.where(total > 0, weighted, plain)
    rates[:, -1] = 0.0  # services pay no duty
    return np.rint(1000 * rates).astype(np.int16)


def build_world(shared: Path) -> tuple[bytes, dict]:
    """The packed arrays and their manifest entry."""
    countries, sectors, flow, t, _ = read_source(shared)
    digits, exponent = split_digits(np.ascontiguousarray(flow.transpose(2, 0, 1)))
    packed = io.BytesIO()
    np.savez_compressed(
        packed,
        countries=np.array(countries, "U3"),
        sectors=np.array(sectors, "U8"),
        sector_names=np.array([SECTOR_NAMES[s] for s in sectors]),
        flow_digits=digits,
        flow_exponent=exponent,
        rate_per_mille=mean_rates(countries, flow, t),
        year=np.array(2022),
    )
    content = packed.getvalue()
    counts = {"rows": int(flow.size), "economies": len(countries), "sectors": len(sectors)}
    return content, ENTRY | counts | {"sha256": hashlib.sha256(content).hexdigest()}


def set_toml(name: str, sectors: list[str], theta: np.ndarray) -> bytes:
    """One elasticity set as TOML."""
    paper, table, column, concordance = SETS[name]
    lines = [
        f'name = "{name}"',
        f'paper = "{paper}"',
        f'table = "{table}"',
        f'column = "{column}"',
        "read = false  # the figures were taken from the prepared set, not checked by us against the paper's table",
        f'concordance = "{concordance} to the sectors of oecd-2022: plain means over the matched sectors, as prepared '
        'by the public project ahmadlp/tariffwar; services 4 where the paper has none"',
        *([f"every_sector = {float(theta[0])!r}  # whatever the classification"] if np.ptp(theta) == 0 else []),
        "",
        "[theta]  # trade elasticity by sector",
        *(f"{sector} = {float(np.round(value, 6))!r}" for sector, value in zip(sectors, theta, strict=True)),
    ]
    return ("\n".join(lines) + "\n").encode()


def main() -> None:
    """Write the world, its manifest entry, and the elasticity sets."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/world"))
    arguments = parser.parse_args()
    content, entry = build_world(arguments.shared)
    replace_file(arguments.out / "sources" / FILE, content)
    record(arguments.out / "sources" / "manifest.json", FILE, entry)
    _, sectors, _, _, theta = read_source(arguments.shared)
    for name, values in theta.items():
        replace_file(arguments.out / "elasticities" / f"{name}.toml", set_toml(name, sectors, values))
    print(
        f"{entry['economies']} economies, {entry['sectors']} sectors, {len(content)} bytes; {len(theta)} sets of theta"
    )


if __name__ == "__main__":
    main()
