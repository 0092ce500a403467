"""One entry line held against the law of its day: headings filed and due, duty paid and due."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from parley.codes import day
from parley.errors import InputError, ParleyError
from parley.law.answers_audit import AuditLine
from parley.law.answers_treatment import Treated, treated
from parley.law.code_lines import CodeLines, follow
from parley.law.entry_claims import CLAIMS, Value, read_claims
from parley.law.headings import Due, Standing, claims_of_headings, dotted, headings_due, standing_of
from parley.law.products import AGREEMENTS, read_products
from parley.law.same_days import SameDays
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.layouts.registry import PAID
from parley.law.shipments.layouts.scratch import scratch
from parley.law.treatment import Subject, provision_of

if TYPE_CHECKING:
    from parley.law.explain import Explanation

Row = Mapping[str, object]
_FILED = re.compile(r"\d{4}[. ]?\d\d[. ]?\d\d(?:[. ]?\d\d(?!\d))?")  # whatever stands between headings


class Detail(NamedTuple):
    """What stands behind a line: dollars due and measure by heading due, and dollars paid by heading filed."""

    due: Mapping[str, tuple[float, str]] = {}
    paid: Mapping[str, float] = {}


def audited_lines(path: str, said: FileOptions, law: SameDays) -> Iterator[tuple[AuditLine, Detail]]:
    """Each entry line audited, with the dollars due under each of its headings."""
    con = scratch()
    try:
        found = con.execute(f"SELECT * FROM '{path}'")
        names = [name for name, *_ in found.description or ()]
        if not any(n == "headings_filed" or n.startswith(f"{PAID}99") for n in names):
            raise InputError("law audit", f"no headings filed among the columns {', '.join(names)[:300]}",
                             "chapter 99 rows beside the commodity's row, or a column of headings",
                             "Say which: --columns headings_filed=HEADING")  # fmt: skip
        ask = _Law(law)
        while rows := found.fetchmany(5000):
            yield from (_line(dict(zip(names, row, strict=True)), said, ask) for row in rows)
    finally:
        con.close()


class _Law:
    """The law asked about, with what was found of goods that were asked about before. Lives as long as the run."""

    def __init__(self, days: SameDays) -> None:
        self.days, self.regime = days, days.regime
        self.explained, self.due, self.claims = cache(self._explained), cache(self._due), cache(self._claims)
        self.standing, self.followed = cache(self._standing), cache(self._followed)

    def _followed(self, product: str, on: date) -> CodeLines | None:
        """The one line that took over from a number that is none of the day's; nothing for a line, and where there are several."""
        found = follow(read_products("USA"), product, on)
        return found if found and len(found.lines) == 1 and found.lines[0] != product else None

    def _standing(self, code: str, on: date) -> Standing:
        return standing_of(self.regime, code, on, self.days.known)

    def _claims(self, filed: tuple[str, ...], product: str, origin: str, on: date) -> dict[str, Value]:
        return claims_of_headings(self.regime, filed, product, origin, on, self.days.known)

    def _explained(
        self, product: str, origin: str, on: date, claims: tuple[tuple[str, Value], ...], value: float | None
    ) -> Explanation:
        return self.regime.explain(product, origin, "USA", on, self.days.seen(on), dict(claims), value)

    def _due(self, product: str, origin: str, on: date, claims: tuple[tuple[str, Value], ...]) -> tuple[Due, ...]:
        return headings_due(self.regime, product, origin, on, self.days.seen(on), dict(claims))


def _line(row: Row, said: FileOptions, law: _Law) -> tuple[AuditLine, Detail]:
    codes = ["".join(filter(str.isdigit, c))[:8] for c in _FILED.findall(_text(row, "headings_filed"))]
    codes += [c for c, v in _paid_on(row).items() if v and c not in codes]
    value = _number(row.get("value"))
    made: AuditLine = {
        "file": _text(row, "source_file"), "row": int(_number(row.get("source_row")) or 0), "entry_number": _text(row, "entry_number"),
        "line_number": _text(row, "line_number"), "product": _text(row, "product"), "origin": _text(row, "origin"),
        "on": said.on or _text(row, "entry_date"), "value": value, "filed": [dotted(c) for c in codes], "due": [], "missing": [],
        "extra": [], "claims": {}, "paid": _paid(row), "duty_due": None, "difference": None, "reason": "",
    }  # fmt: skip
    try:
        return _held(made, codes, row, law)
    except ParleyError as error:
        return {**made, "reason": str(error)[:200]}, Detail()


def _held(line: AuditLine, codes: Sequence[str], row: Row, law: _Law) -> tuple[AuditLine, Detail]:
    """The line held against the law of its day."""
    on = day(line["on"], "entry_date")
    followed = law.followed(line["product"], on)
    line = {**line, "product": followed.lines[0]} if followed else line
    first = law.days.first(line["origin"], on)
    claims = {
        **_stated(row, line["origin"]),
        **law.claims(tuple(codes), line["product"], line["origin"], first),
    }
    key = tuple(sorted(claims.items()))
    found = law.explained(line["product"], line["origin"], first, key, None)
    quantity = _number(row.get("quantity"))
    if found.rate is None and quantity and line["value"]:
        found = law.regime.explain(
            line["product"],
            line["origin"],
            "USA",
            first,
            law.days.seen(first),
            {**claims, "quantity": quantity},
            line["value"],
        )
    whole, relief = law.due(found.product, line["origin"], first, key), _relief(found, codes, line["value"], law)
    due = [d for d in whole if relief is None or relief.leaves(d, codes)]
    spared = {c: relief.subject.name for d in whole if relief and d not in due for c in d.codes}
    missing = [d for d in due if not set(d.codes) & set(codes)]
    wanted = {c for d in due for c in d.codes}
    duty = None if found.rate is None or line["value"] is None else _cents(found.rate * line["value"])
    duty = (None if relief.treated.duty is None else _cents(relief.treated.duty)) if relief else duty
    paid = line["paid"]
    made: AuditLine = {
        **line, "due": [d.shown for d in due], "missing": [d.shown for d in missing],
        "extra": [_said(c, law, on, spared.get(c)) for c in codes if c not in wanted and not provision_of(c)],
        "claims": {n: str(v) for n, v in claims.items()}, "duty_due": duty,
        "difference": None if duty is None or paid is None else round(paid - duty, 2),
        "reason": found.reason or "" if found.rate is None else "no customs value" if line["value"] is None
        else relief.words if relief else followed.words if followed else "",
    }  # fmt: skip
    dollars = {x.measure: (x.contribution or 0.0) * (line["value"] or 0.0) for x in found.lines}
    dollars |= {m: x["duty"] or 0.0 for x in relief.treated.rows for m in x["measures"]} if relief else {}
    owed = {d.shown: (_cents(dollars.get(d.measure, 0.0)), d.measure) for d in due}
    paid_on = _paid_on(row)
    return made, Detail(owed, {dotted(c): paid_on.get(c) or 0.0 for c in codes})


class _Relief(NamedTuple):
    """A provision of chapter 98 that is filed on a line, and what it makes of each duty on the goods."""

    subject: Subject
    treated: Treated

    def leaves(self, due: Due, filed: Sequence[str]) -> bool:
        """Whether a heading is due beside the provision; what the texts leave open is so where it is filed."""
        of = [x for x in self.treated.rows if due.measure in x["measures"]]
        spared = any(x["pays_on"] == 0.0 for x in of)
        doubtful = due.because == "exempt" or any(x["rule"] == "unknown" for x in of)
        return not spared and (not doubtful or bool({*due.codes} & {*filed}))

    @property
    def words(self) -> str:
        """The provision, what it makes of the duty that tells, and the clause of the law; what to ask where no duty is known."""
        rows = [x for x in self.treated.rows if x["duty"] is None] or self.treated.rows
        said = f": {rows[-1]['words']} ({rows[-1]['source']})" if rows else ""
        ask = f"; ask: parley law treatment {self.subject.name}" if self.treated.duty is None else ""
        return f"{self.subject.name}{said}{ask}"


def _relief(found: Explanation, filed: Sequence[str], value: float | None, law: _Law) -> _Relief | None:
    subject = next((s for c in filed if (s := provision_of(c))), None)
    return _Relief(subject, treated(found, law.regime, subject, value)) if subject else None


def _said(code: str, law: _Law, on: date, spared: str | None) -> str:
    """A filed heading that is not due, with what it is. spared: the provision of chapter 98 that is filed instead of it."""
    if spared:
        return f"{dotted(code)} (of other goods: these are entered under {spared})"
    if code.startswith("98"):
        return f"{dotted(code)} (no provision of chapter 98)"
    found = law.standing(code, on)
    words = {"repealed": f"repealed {found.end}", "not yet": f"not before {found.start}", "other goods": "of other goods",
             "unknown": "in no act that was read"}  # fmt: skip
    return f"{dotted(code)} ({words[found.kind]})"


def _stated(row: Row, origin: str) -> dict[str, Value]:
    """The claims that the file's own columns make, its programme indicator among them."""
    own = {n: str(v) for n, v in row.items() if n in CLAIMS and CLAIMS[n].kind != "money" and v not in (None, "")}
    spi = _text(row, "spi").strip().upper()
    own |= {p.claim: "true" for p in AGREEMENTS if spi in p.symbols and origin in p.origins}
    return read_claims({n: v.lower() if CLAIMS[n].kind == "flag" else v for n, v in own.items()})


def _paid(row: Row) -> float | None:
    """What was paid on a line: in all, else the sum of what stands on headings and the base."""
    whole = _number(row.get("duty_paid"))
    parts = [v for n, x in row.items() if n.startswith(PAID) and (v := _number(x)) is not None]
    return whole if whole is not None else round(sum(parts), 2) if parts else None


def _paid_on(row: Row) -> dict[str, float | None]:
    """What was paid on each heading, by its eight digits, under whatever name the file has it: paid_99030124, paid_9903.01.24."""
    named = {n: "".join(filter(str.isdigit, n))[:8] for n in row if n.startswith((f"{PAID}98", f"{PAID}99"))}
    return {code: _number(row[n]) for n, code in named.items()}


def _text(row: Row, name: str) -> str:
    return str(row.get(name) or "")


def _number(value: object) -> float | None:
    try:
        return None if value in (None, "") else float(str(value))
    except ValueError:
        return None


def _cents(dollars: float) -> float:
    return round(dollars + 1e-9, 2)


__all__ = ["Detail", "audited_lines"]
