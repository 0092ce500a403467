"""What each product of a file would pay from each origin, and which origins would be cheapest, by the compiled law.

The lines of a product are summed by span of days on which the law stands still, and the sums are asked from every
candidate origin by the engine's `judge`. Quantities are the file's own, per dollar of the product's value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley.arguments import FileName, checked
from parley.codes import countries, country, day
from parley.errors import InputError
from parley.fixed import fixed_fields
from parley.law.edition import edition_days
from parley.law.entry_claims import CLAIMS, read_claims
from parley.law.explain import FIRST_DAY
from parley.law.measure import LATEST
from parley.law.products import column_2_days, read_products
from parley.law.regime import Regime
from parley.law.shipments.compile.tables import periods, rows_of
from parley.law.shipments.duckdb import register, text_sql
from parley.law.shipments.lines import Lines, rated_lines
from parley.law.shipments.run import Options, Progress

FROM_FILE, ALL = "file", "all"
SAME = 1e-12  # rates are sums of a few decimals
OF_ORIGIN = tuple(n for n, c in CLAIMS.items() if c.of_origin)
ASKED_AGAIN = "regexp_matches(COALESCE(reject_reason, 'unit'), '^(quantity|unit|product: the (base|ordinary))')"  # the others are faulty
SELLERS = f"SELECT DISTINCT seller FROM lines WHERE seller IS NOT NULL AND ({ASKED_AGAIN}) ORDER BY 1"
BY_PRODUCT = "by_product ORDER BY saving DESC NULLS LAST, destination, product"
NOTES = (
    "origin is a legal fact (where goods were last substantially transformed), not a choice: a product that is only "
    "bought, packed or shipped elsewhere keeps its origin",
    "customs values are those of today's origin: prices elsewhere differ, and freight, quality and rules of origin are not counted",
    "goods' own claims (metal shares, end use …) are kept; preferences, US content and loading days are not claimed unless --claim says so",
    "specific duties: at the file's average quantity per dollar of the product; where there is none the cell is empty, with the reason",
)


@dataclass(frozen=True)
@fixed_fields
class Cheapest:
    """The totals: products, those with an answer, value and duty now, and what is saved if each moved to its cheapest.

    top: the products that would save most, each with its cheapest origins. Dollars; savings before rounding by line.
    """

    products: int
    answered: int
    rows: int
    rejected: int
    value: float
    duty_now: float
    saving: float
    candidates: tuple[str, ...]
    top: tuple[dict[str, Any], ...]
    out: str = ""
    rates: str = ""
    notes: tuple[str, ...] = NOTES


@checked
def cheapest(
    inputs: Sequence[FileName],
    out: str | Path | None = None,
    *,
    rates: str | Path | None = None,
    origins: str = FROM_FILE,
    claims: Mapping[str, object] | None = None,
    regime: Regime | None = None,
    options: Options | None = None,
    top: int = 10,
    progress: Progress | None = None,
) -> Cheapest:
    """Per product the cheapest origins, written to `out`; each product from each origin, written to `rates` (CSV).

    origins: "file" (those that occur), "all", or codes separated by commas. claims: made for every candidate.
    """
    stated = read_claims(claims)
    every = tuple(countries()) if origins == ALL else ()
    listed = () if origins in (FROM_FILE, ALL) else origins.split(",")
    named = every or tuple(dict.fromkeys(country(o.strip(), "--origins") for o in listed))
    with rated_lines(inputs, (out, rates), regime, options, progress) as lines:
        chosen = named or tuple(row["seller"] for row in lines.rows(SELLERS))
        _sum_up(lines, lines.judged(_expand(lines, chosen, stated)))
        lines.write(f"SELECT * FROM {BY_PRODUCT}", out)
        lines.write("SELECT * FROM by_origin ORDER BY destination, product, duty_rate NULLS LAST, origin", rates)
        return _report(lines, chosen, top, str(out or ""), str(rates or ""))


def _expand(lines: Lines, candidates: Sequence[str], stated: Mapping[str, Any]) -> str:
    """The query of every product, span and set of goods' claims, from every candidate origin."""
    con = lines.con
    _calendar(lines)
    register(con, "candidates", origin=candidates or [""])
    con.execute("""CREATE TEMP TABLE measured AS SELECT levies, k_product, arg_max(k_unit, v) AS unit, arg_max(q / v, v) AS per_dollar
 FROM (SELECT levies, k_product, COALESCE(k_unit, '') AS k_unit, sum(k_value) AS v, sum(COALESCE(k_quantity, k_value / k_unit_value)) AS q
 FROM lines WHERE k_value > 0 AND COALESCE(k_quantity, k_value / k_unit_value) > 0 GROUP BY ALL) m GROUP BY ALL""")
    kept = [c for c in lines.columns.claims if c not in OF_ORIGIN and c not in stated]
    named = ", ".join(["", *(f"c_{c} AS {c}" for c in kept)])
    con.execute(f"""CREATE TEMP TABLE groups AS SELECT levies AS destination, k_product AS product, min(k_day) AS entry_date,
 sum(k_value) AS value{named} FROM lines JOIN calendar ON day = k_day WHERE {ASKED_AGAIN}
 GROUP BY levies, k_product, span{"".join(f", c_{c}" for c in kept)}""")
    if not con.execute("SELECT count(*) FROM groups").fetchall()[0][0]:
        rows = f"none of {lines.report.rows:,} rows"
        found = f"{rows} has a product, origin, day and value that the law can be asked about"
        raise InputError("file", found, "good rows", "See why: parley law duties FILE --rejects rejects.csv")
    if set(candidates) <= {lines.levies[0]} and len(lines.levies) == 1:
        raise InputError("--origins", "no origin but the destination itself", "an origin that sells to it")
    register(con, "stated", of_all=[True], **{n: [v] for n, v in stated.items()})
    claims = "".join([*(f", s.{n}" for n in stated), *(f", g.{c}" for c in kept)])
    return f"""SELECT g.destination, g.product, o.origin, g.entry_date, g.value, g.value * m.per_dollar AS quantity, m.unit{claims}
 FROM groups g LEFT JOIN measured m ON m.levies = g.destination AND m.k_product = g.product CROSS JOIN candidates o
 CROSS JOIN stated s WHERE o.origin <> g.destination"""


def _calendar(lines: Lines) -> None:
    """The table `calendar`: the days of the file, and the span of unchanged law that each lies in."""
    changes, known = set(column_2_days()), day(lines.asked.known) if lines.asked.known else LATEST
    for levies in lines.levies:
        spans = periods(rows_of(lines.regime, levies), known, lines.asked.reading)
        changes |= {s.start for s in spans} | {d for d in edition_days(levies) if d > FIRST_DAY}
    register(lines.con, "changes", day=sorted(changes))
    lines.con.execute("""CREATE TEMP TABLE calendar AS SELECT d.day, max(c.day) AS span
 FROM (SELECT DISTINCT k_day AS day FROM lines WHERE k_day IS NOT NULL) d JOIN changes c ON c.day <= d.day GROUP BY 1""")


def _sum_up(lines: Lines, rated: str) -> None:
    """The tables `by_origin` (a row for each product and origin) and `by_product`."""
    con = lines.con
    known = "CASE WHEN count(duty) = count(*) THEN {} END"
    mean = "floor(sum({n} * value) / sum(value) * 1e12 + 0.5) / 1e12"
    rates = ", ".join(f"{known.format(mean.format(n=n))} AS {n}" for n in ("duty_rate", "base_rate", "added_rate"))
    con.execute(f"""CREATE TEMP TABLE by_origin AS SELECT destination, product, origin, round(sum(value), 2) AS value, {rates},
 {known.format("round(sum(duty), 2)")} AS duty, min(reject_reason) AS reason FROM {rated} GROUP BY ALL""")
    held = [(d, x.code, x.short) for d in lines.levies for x in read_products(d).lines()] or [("", "", "")]
    register(con, "words", **dict(zip(("destination", "product", "text"), zip(*held, strict=True), strict=True)))
    con.execute(f"""CREATE TEMP TABLE now AS SELECT destination, product, min(first) AS first_day, max(last) AS last_day,
 CAST(sum(n) AS BIGINT) AS lines, CAST(sum(bad) AS BIGINT) AS lines_without_duty, sum(v) AS value,
 CASE WHEN sum(bad) = 0 THEN sum(c) / 100 END AS duty_now,
 string_agg(concat(seller, ' ', round(100 * v / total, 1), '%'), '; ' ORDER BY v DESC, seller) AS origins_now
 FROM (SELECT *, sum(v) OVER (PARTITION BY destination, product) AS total FROM ({_BY_SELLER}) s) t GROUP BY ALL""")
    con.execute(f"""CREATE TEMP TABLE by_product AS SELECT n.destination, n.product,
 any_value(w.text) AS description, n.first_day, n.last_day, n.lines, n.lines_without_duty, round(n.value, 2) AS value, n.duty_now,
 CASE WHEN n.value > 0 THEN n.duty_now / n.value END AS rate_now, n.origins_now,
 b.cheapest, b.ties, b.rate AS cheapest_rate, b.base AS cheapest_base_rate, b.added AS cheapest_added_rate, b.duty AS cheapest_duty,
 round(n.duty_now - b.duty, 2) AS saving, b.asked AS candidates, b.unknown AS candidates_unknown,
 CASE WHEN b.rate IS NULL THEN COALESCE(b.reason, 'no candidate origin')
 WHEN n.duty_now IS NULL THEN 'some lines have no duty now: parley law duties --rejects' END AS reason
 FROM now n LEFT JOIN ({_best()}) b ON b.destination = n.destination AND b.product = n.product
 LEFT JOIN words w ON w.destination = n.destination AND w.product = n.product GROUP BY ALL""")


_BY_SELLER = f"""SELECT levies AS destination, k_product AS product, seller, min(k_day) AS first, max(k_day) AS last,
 count(*) AS n, count(*) FILTER (duty IS NULL) AS bad, sum(k_value) AS v, sum(CAST(round(duty * 100) AS BIGINT)) AS c
 FROM lines WHERE {ASKED_AGAIN} GROUP BY ALL"""


def _best() -> str:
    """The cheapest origins of each product, ties among them, by the rate."""
    least = "duty_rate <= least + " + repr(SAME)
    return f"""SELECT destination, product, string_agg(origin, ';' ORDER BY origin) FILTER ({least}) AS cheapest,
 count(*) FILTER ({least}) AS ties, min(duty_rate) AS rate, min(base_rate) FILTER ({least}) AS base,
 max(added_rate) FILTER ({least}) AS added, min(duty) FILTER ({least}) AS duty, count(*) AS asked,
 count(*) FILTER (duty_rate IS NULL) AS unknown, min(reason) AS reason
 FROM (SELECT *, min(duty_rate) OVER (PARTITION BY destination, product) AS least FROM by_origin) o GROUP BY ALL"""


def _report(lines: Lines, candidates: Sequence[str], top: int, out: str, rates: str) -> Cheapest:
    (total,) = lines.rows("""SELECT count(*) AS products, count(saving) AS answered, COALESCE(sum(greatest(saving, 0)), 0) AS saving
 FROM by_product""")  # fmt: skip
    best = lines.rows(f"SELECT * FROM {BY_PRODUCT} LIMIT {int(top)}")
    for row in best:
        which = f"destination = {text_sql(row['destination'])} AND product = {text_sql(row['product'])}"
        shown = "origin, duty_rate, base_rate, added_rate, duty, reason"
        row["origins"] = lines.rows(
            f"SELECT {shown} FROM by_origin WHERE {which} ORDER BY duty_rate NULLS LAST, origin"
        )
    r = lines.report
    return Cheapest(total["products"], total["answered"], r.rows, r.rejected, r.value_total, r.duty_total,
                    round(total["saving"], 2), tuple(candidates), tuple(best), out, rates, (*NOTES, *lines.ranges))  # fmt: skip
