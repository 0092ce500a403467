"""What customs charged on past imports under base duties by quantity, as tables that a query joins (estimates.py)."""

from __future__ import annotations

from functools import cache

from parley.law.estimates import EVERYONE, charged_on, read_charged
from parley.law.shipments.cell_columns import Table


@cache
def partners(destination: str) -> dict[str, int]:
    """The places of the partners of which something is known alone."""
    names = {who for found in read_charged(destination).values() for who in found.shares}
    return {who: j for j, who in enumerate(sorted(names - {EVERYONE}))}


def _first_keys(destination: str) -> dict[str, int]:
    """The first key of each code of the table."""
    width = max(1, len(partners(destination)))
    return {code: j * width for j, code in enumerate(read_charged(destination))}


def equivalents(destination: str, estimates: bool) -> dict[str, Table]:
    """The table `equivalents`: the share of value by code and partner. Of all partners it stands with the product."""
    place, first = partners(destination), _first_keys(destination)
    rows = [(first[code] + place[who], share)
            for code, found in read_charged(destination).items() for who, share in found.shares.items()
            if estimates and who != EVERYONE]  # fmt: skip
    return {"equivalents": {"key": [k for k, _ in rows], "rate": [r for _, r in rows]}}


def charged_columns(destination: str, products: Table, estimates: bool) -> Table:
    """Of each product: the share of value on imports from all partners, and its first key in `equivalents`."""
    held, first = read_charged(destination), _first_keys(destination)
    place = {id(found): first[code] for code, found in held.items()}
    pairs = zip(products["line"], products["duty"], strict=True)
    found = [charged_on(destination, line, duty) if estimates else None for line, duty in pairs]
    return {"charged": [f and f.shares[EVERYONE] for f in found], "charged_key": [f and place[id(f)] for f in found]}


__all__ = ["charged_columns", "equivalents", "partners"]
