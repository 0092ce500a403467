"""`law treatment`: each duty on a good, or on an origin's goods, under a provision of chapter 98, drawback, a zone or an entry type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple, TypedDict

from parley.codes import country, day, label
from parley.errors import CodeError, InputError
from parley.law.answers import Clocks
from parley.law.code_range import RateRange, range_of
from parley.law.explain import clocks, explain
from parley.law.measure import LATEST, covers_origin
from parley.law.treatment import (
    IN_PART,
    ON_VALUE,
    RULES,
    Clause,
    Group,
    Rule,
    State,
    Subject,
    Topic,
    group_of,
    paying,
    subject_of,
)

if TYPE_CHECKING:
    from parley.law.explain import Explanation
    from parley.law.measure import Measure
    from parley.law.questions import Treatment
    from parley.law.regime import Regime
    from parley.law.stacking import RateLine

LEVIER = "USA"
ORDINARY = ("mfn", "preference", "column2")
DUTIES = ("add", "total", "replace")
OF_PARCELS = ("us-postal", "us-de-minimis")  # duties on parcels, which no chapter 98 entry, zone or drawback claim has
EDITION = "HTSUS 2026 revision 10, {}: {}"


class TreatmentRow(TypedDict):
    """One duty: what applies (rule, in words too), how that is known, and the clause. Dollars are null where not asked or not known."""

    legal_authority: str
    label: str
    group: str | None  # the headings of one treatment; null where the tables have none
    headings: list[str]
    measures: list[str]
    rule: str
    words: str
    state: State
    source: str
    address: str
    quote: str
    rate: float | None  # what the duty adds on the good as a fraction, where a product is given
    pays_on: float | None  # dollars of value on which it is due
    duty: float | None


class ProvisionRow(TypedDict):
    """A provision of chapter 98 as the schedule prints it; general: its column 1."""

    code: str
    general: str
    description: str


class EntryTypeRow(TypedDict):
    """One of customs' entry types."""

    code: str
    name: str
    rule: str
    state: State
    source: str
    quote: str


class TreatmentAnswer(Clocks):
    """`law treatment`: dollars where a product and a value are given, else null; duty_otherwise: of an ordinary entry."""

    what: str
    kind: Literal["provision", "drawback", "zone", "entry"]
    provision: ProvisionRow | None
    entry: EntryTypeRow | None
    origin: str
    destination: str
    product: str | None
    rows: list[TreatmentRow]
    value: float | None
    work: float | None
    us_parts: float | None
    duty: float | None
    duty_reason: str | None
    duty_otherwise: float | None
    notes: list[str]


@dataclass(frozen=True)
class _Sums:
    """The dollars that were given."""

    value: float | None
    work: float | None
    us_parts: float | None

    def check(self) -> None:
        """Raises InputError where a part of the value is above the whole."""
        for name, part in (("work", self.work), ("us_parts", self.us_parts)):
            if self.value is not None and part is not None and part > self.value:
                allowed = f"0 to {self.value:,.2f} dollars, the customs value, of which it is a part"
                raise InputError(
                    name, f"{part:,.2f} dollars", allowed, "Give as value the full value of the article as returned"
                )


def treatment_answer(asked: Treatment, regime: Regime) -> TreatmentAnswer:
    """The answer; without a day, of the last to which the law was read."""
    from parley.law.beyond import last_day_read

    _check_of_a_good(asked)
    subject, origin = subject_of(asked.what), country(asked.origin, "origin")
    on = day(asked.on, "on") if asked.on else last_day_read(regime, LEVIER, asked.known)
    known = day(asked.known, "known") if asked.known else None
    sums = _Sums(asked.value, asked.work, asked.us_parts)
    sums.check()
    found = _explained(asked, regime, on) if asked.product else None
    if subject.kind == "entry" and subject.topic is None:
        rows: list[TreatmentRow] = []
    elif found is not None:
        rows = _of_good(found, regime, subject, sums)
    else:
        rows = _of_origin(regime, origin, on, known, subject)
    duty, reason = _duty(subject, rows, sums) if found is not None else (None, None)
    p, e = subject.provision, subject.entry
    return {
        **clocks(on, known, regime.law_known_to(LEVIER), regime.version),
        "what": subject.name,
        "kind": subject.kind,
        "provision": {"code": p.code, "general": p.general, "description": p.description} if p else None,
        "entry": {"code": e.code, "name": e.name, "rule": e.rule, "state": e.state, "source": e.clause.source if e.clause else e.source,
                  "quote": e.clause.quote if e.clause else ""} if e else None,
        "origin": origin,
        "destination": LEVIER,
        "product": found.product if found else None,
        "rows": rows,
        "value": sums.value,
        "work": sums.work,
        "us_parts": sums.us_parts,
        "duty": duty,
        "duty_reason": reason,
        "duty_otherwise": found.dollars(sums.value).duty if found and sums.value is not None else None,
        "notes": _notes(subject, found),
    }  # fmt: skip


def _check_of_a_good(asked: Treatment) -> None:
    """Raises InputError where what holds of one good is said, and no good is named: it would change nothing."""
    said = {"claim": asked.claim, "value": asked.value, "work": asked.work, "us_parts": asked.us_parts}
    for name, given in said.items():
        if given not in (None, ()) and not asked.product:
            raise InputError(
                name, "given without a product", "with one: it is said of a good", "Give --product, a tariff line"
            )


def _explained(asked: Treatment, regime: Regime, on: date) -> Explanation:
    from parley.law.entry_claims import question, read_stated

    claims = read_stated(asked.claim, None, None, ("quantity", "unit_value"))
    read = question(str(asked.product), asked.origin, LEVIER, on, asked.known, claims, asked.value)
    try:
        return explain(regime, read)
    except CodeError:
        found = range_of(regime, read, lambda one: explain(regime, one))
        if found is None or isinstance(found, RateRange):
            raise
        return found


class Treated(NamedTuple):
    """The duties on a good under a subject; the duty in dollars, or why there is none."""

    rows: list[TreatmentRow]
    duty: float | None
    reason: str | None


def treated(found: Explanation, regime: Regime, subject: Subject, value: float | None) -> Treated:
    """How each duty on a good is treated, where nothing but its customs value is known."""
    sums = _Sums(value, None, None)
    rows = _of_good(found, regime, subject, sums)
    return Treated(rows, *_duty(subject, rows, sums))


def _of_good(found: Explanation, regime: Regime, subject: Subject, sums: _Sums) -> list[TreatmentRow]:
    """The lines of a good's rate, each with its treatment."""
    held = regime.covering(found.product, found.origin, LEVIER, found.on, found.known)
    return [_row_of_line(x, _measure_of(x, held), subject, sums) for x in found.lines]


def _measure_of(line: RateLine, held: Iterable[Measure]) -> Measure | None:
    """The row of the law behind a line: of its id, that whose heading its source names."""
    rows = [m for m in held if m.id == line.measure]
    named = (m for m in rows if m.heading and m.heading in line.source)
    return next(named, rows[0] if rows else None)


def _row_of_line(line: RateLine, measure: Measure | None, subject: Subject, sums: _Sums) -> TreatmentRow:
    heading = measure.heading if measure else ""
    group = group_of(line.programme, heading, line.measure)
    rule = _ordinary(subject) if group is None and line.programme in ORDINARY else _rule(group, subject)
    made = _row(line.programme, group, _headings([measure] if measure else []), [line.measure], rule)
    free = subject.provision is not None and subject.provision.general == "Free"
    topic = subject.topic
    pays = paying(rule.rule, topic, free, sums.value, sums.work, sums.us_parts) if topic in ON_VALUE and topic else None
    duty = None if pays is None or line.contribution is None else line.contribution * pays
    return {**made, "rate": line.contribution, "pays_on": pays, "duty": duty}


def _of_origin(regime: Regime, origin: str, on: date, known: date | None, subject: Subject) -> list[TreatmentRow]:
    """The duties in force on an origin's goods, those of one treatment as one."""
    found: dict[tuple[str, str], tuple[Group | None, list[Measure]]] = {}
    for m in regime.at(on, known or LATEST, LEVIER):
        if m.combine in DUTIES and not m.announced and covers_origin(m, origin) and not m.id.startswith(OF_PARCELS):
            group = group_of(m.programme, m.heading, m.id)
            found.setdefault((m.programme, group.name if group else m.id), (group, []))[1].append(m)
    rows = [
        _row(
            programme,
            group,
            sorted({m.heading for m in held if m.heading}),
            sorted({m.id for m in held}),
            _rule(group, subject),
        )
        for (programme, _), (group, held) in found.items()
    ]
    return [_row("mfn", None, [], ["mfn"], _ordinary(subject)), *rows]


def _headings(held: Iterable[Measure]) -> list[str]:
    """The headings of some measures, each once; "to" stands in a span."""
    return sorted({h.strip() for m in held for h in m.heading.split(",") if h.strip()})


def _rule(group: Group | None, subject: Subject) -> Rule:
    """What the tables say of a group on the subject."""
    return group.rules[subject.topic] if group and subject.topic else Rule("unknown", None, "not read", "")


def _ordinary(subject: Subject) -> Rule:
    """How the ordinary duty is treated: by the provision's own words, or by the general rule."""
    if subject.kind == "drawback":
        return Rule("available", Clause("19 U.S.C. 1313 (cited, text not read)", "", ""), "cited", "")
    if subject.topic == "zone":
        remark = "or non-privileged status, as the importer chooses: then as on the day of entry"
        return Rule(
            "privileged foreign status",
            Clause("19 CFR 146.41 and 146.42 (cited, text not read)", "", ""),
            "cited",
            remark,
        )
    provision = subject.provision
    if provision is None:
        return Rule("unknown", None, "not read", "")
    names: dict[Topic, str] = {**dict.fromkeys(IN_PART, "work abroad"), "9802.00.80": "value less United States parts"}
    rule = (
        names.get(subject.topic, "free" if provision.general == "Free" else "unknown") if subject.topic else "unknown"
    )
    return Rule(rule, Clause(EDITION.format(subject.name, "column 1 general"), "", provision.general), "read", "")


def _row(programme: str, group: Group | None, headings: list[str], measures: list[str], rule: Rule) -> TreatmentRow:
    clause = rule.clause
    return {
        "legal_authority": programme,
        "label": label(programme),
        "group": group.name if group else None,
        "headings": headings,
        "measures": measures,
        "rule": rule.rule,
        "words": rule.words,
        "state": rule.state,
        "source": clause.source if clause else "",
        "address": clause.address if clause else "",
        "quote": clause.quote if clause else "",
        "rate": None,
        "pays_on": None,
        "duty": None,
    }


def _duty(subject: Subject, rows: list[TreatmentRow], sums: _Sums) -> tuple[float | None, str | None]:
    """The duty in dollars, or why there is none."""
    if subject.topic not in ON_VALUE:
        return None, None
    if sums.value is None:
        return None, "no customs value: give value"
    missing = next((x for x in rows if x["duty"] is None), None)
    if missing is None:
        return sum(x["duty"] or 0.0 for x in rows), None
    if missing["rule"] in ("work abroad", "own terms") and sums.work is None and subject.topic != "9802.00.80":
        return None, "no value of the work abroad: give work"
    if subject.topic == "9802.00.80" and sums.us_parts is None:
        return None, "no value of the United States parts: give us_parts"
    return (
        None,
        f"{missing['measures'][0]}: {RULES[missing['rule']] if missing['rate'] is not None else 'its rate is not known'}",
    )


def _notes(subject: Subject, found: Explanation | None) -> list[str]:
    """What is to be borne in mind."""
    made = list(found.said_first) if found else []
    if subject.kind == "provision":
        made.append("whether goods meet the provision, its notes and customs' documents is not checked here")
    if found and found.prohibited:
        made.append("; ".join(f"import prohibited: {x.reason}" for x in found.prohibited))
    return made
