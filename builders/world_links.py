"""Build src/parley/world/inputs/wiod-2011.npz: what industries buy from industries, 41 economies × 16 groups.

Run: python builders/world_links.py [--shared ../shared/data] [--out src/parley/world/inputs]

From the World Input-Output Database, release 2013, year 2011: intermediate use summed over supplying countries, merged
to the 16 industry groups that the sectors of oecd-2022 can be matched with, and divided by the user's output (merged
first, divided afterwards). A group without output takes the rest of the world's column. And what part of final use
(changes in inventories left out) is fixed investment, by country and group.
"""

from __future__ import annotations

import argparse
import hashlib
import io
from pathlib import Path

import numpy as np

from us_schedule import record, replace_file

FILE = "wiod-2011.npz"
DIGITS = 6
USES = (
    "households",
    "non-profit",
    "government",
    "investment",
    "inventories",
)  # columns of final use, each country's five
GROUPS = {
    "c1": ("A01", "A02", "A03"), "c2": ("B05", "B06", "B07", "B08", "B09"), "c3": ("C10T12",), "c4+c5": ("C13T15",),
    "c6": ("C16",), "c7": ("C17_18",), "c8": ("C19",), "c9": ("C20", "C21"), "c10": ("C22",), "c11": ("C23",),
    "c12": ("C24A", "C24B", "C25"), "c13": ("C28",), "c14": ("C26", "C27"), "c15": ("C29", "C301", "C302T309"),
    "c16": ("C31T33",), "c17-c35": ("SERVICES",),
}  # fmt: skip
RENAMED = {"ROM": "ROU", "RoW": "ROW"}
# A choice, not a fact: a neighbour with a like mix of industries. Economies that stand in neither list take the rest
# of the world's shares.
ALIKE = {
    "CHE": "AUT", "NOR": "DNK", "ISL": "DNK", "HRV": "SVN", "UKR": "RUS", "BLR": "RUS", "KAZ": "RUS",
    "VNM": "CHN", "MYS": "CHN", "THA": "CHN", "KHM": "CHN", "LAO": "CHN", "PHL": "IDN", "MMR": "IDN",
    "BGD": "IND", "PAK": "IND", "SGP": "TWN", "HKG": "TWN", "ISR": "CYP",
    "ARG": "BRA", "CHL": "BRA", "COL": "BRA", "PER": "BRA", "CRI": "MEX", "ZAF": "BRA",
    "NZL": "AUS", "MAR": "TUR", "TUN": "TUR", "EGY": "TUR", "JOR": "TUR",
}  # fmt: skip
ENTRY = {
    "source": "World Input-Output Database (WIOD), release 2013, world input-output table of 2011, 41 economies × 35 "
    "industries; input shares and invested parts of final use by group of industries derived from it",
    "terms": "CC BY",
    "attribution": "Timmer, M. P., Dietzenbacher, E., Los, B., Stehrer, R. and de Vries, G. J. (2015). An Illustrated "
    "User Guide to the World Input-Output Database. Review of International Economics 23(3), 575-605",
    "read": False,
    "vintage": "2011, release of 2013",
    "builder": "builders/world_links.py",
    "arrays": {
        "countries, groups": "ISO3 (ROW is the rest of the world); groups of WIOD industries",
        "sectors, group_of": "sectors of oecd-2022 and the place of their group",
        "alike_of, alike_to": "economies that WIOD lacks, and those whose shares they take (a choice)",
        "share_digits": "[n, k, u] what u's industries spend on k's goods per unit of output, in units of 10^-6",
        "invested_digits": "[n, k] the part of n's final use of k's goods that is gross fixed capital formation, changes in "
        "inventories left out, in units of 10^-6",
    },
    "note": "An assumption in use: input shares of 2011 on flows of 2022, and like countries' shares for economies that "
    "WIOD lacks.",
}


def industry_groups(industries: list[str]) -> np.ndarray:
    """The place of each industry's group."""
    names = list(GROUPS)
    last = names.index("c17-c35")
    plain = {part: at for at, name in enumerate(names[:-1]) for part in name.split("+")}
    return np.array([plain.get(industry, last) for industry in industries])


def shares(shared: Path) -> tuple[list[str], np.ndarray]:
    """(countries, a[n, k, u]): inputs of group k per unit of output of group u."""
    with np.load(shared / "world/wiod2013_2011.npz", allow_pickle=False) as held:
        countries = [RENAMED.get(str(c), str(c)) for c in held["countries"]]
        place = industry_groups([str(c) for c in held["industries"]])
        N, J, G = len(countries), len(place), len(GROUPS)
        used = held["inter"].reshape(N, J, N, J).sum(axis=0)  # [supplying industry, n, user]
        output = held["output"].reshape(N, J)
    merge = np.eye(G)[place]
    Z, Y = np.einsum("jnu,jk,ug->nkg", used, merge, merge), output @ merge
    rest = countries.index("ROW")
    a = np.where(Y[:, None] > 0, Z / np.where(Y > 0, Y, 1.0)[:, None], (Z[rest] / Y[rest])[None])
    return countries, a


def invested(shared: Path) -> np.ndarray:
    """[n, k]: fixed investment over final use without inventories; where there is none, the rest of the world's part."""
    with np.load(shared / "world/wiod2013_2011.npz", allow_pickle=False) as held:
        countries = [str(c) for c in held["countries"]]
        place = industry_groups([str(c) for c in held["industries"]])
        N, J, G = len(countries), len(place), len(GROUPS)
        used = held["final"].reshape(N, J, N, len(USES)).sum(axis=0)  # [supplying industry, n, use]
    by_group = np.einsum("jnu,jk->nku", used, np.eye(G)[place])
    fixed, all_uses = by_group[..., USES.index("investment")], by_group[..., : USES.index("inventories")].sum(axis=-1)
    part = np.where(all_uses > 0, fixed / np.where(all_uses > 0, all_uses, 1.0), 0.0)
    part = np.where(all_uses > 0, part, part[countries.index("RoW")])
    return np.clip(part, 0.0, 1.0)


def build(shared: Path) -> tuple[bytes, dict]:
    """The packed table and its manifest entry."""
    countries, a = shares(shared)
    sectors = [(sector, at) for at, group in enumerate(GROUPS.values()) for sector in group]
    packed = io.BytesIO()
    np.savez_compressed(
        packed,
        countries=np.array(countries, "U3"),
        groups=np.array(list(GROUPS), "U8"),
        sectors=np.array([s for s, _ in sectors], "U8"),
        group_of=np.array([g for _, g in sectors], np.int16),
        alike_of=np.array(list(ALIKE), "U3"),
        alike_to=np.array(list(ALIKE.values()), "U3"),
        share_digits=np.rint(a * 10**DIGITS).astype(np.int32),
        invested_digits=np.rint(invested(shared) * 10**DIGITS).astype(np.int32),
        year=np.array(2011),
    )
    content = packed.getvalue()
    return content, ENTRY | {"rows": int(a.size), "sha256": hashlib.sha256(content).hexdigest()}


def main() -> None:
    """Write the table and its manifest entry."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/world/inputs"))
    arguments = parser.parse_args()
    content, entry = build(arguments.shared)
    replace_file(arguments.out / FILE, content)
    record(arguments.out / "manifest.json", FILE, entry)
    print(f"{entry['rows']} shares, {len(content)} bytes")


if __name__ == "__main__":
    main()
