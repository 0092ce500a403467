"""The linters of the law: what no single row can show. Each rule is a function whose docstring is its message.

Each finding names the measure, the rule and what breaks it. Where a list and the footnotes of the schedule differ for a
declared reason, the difference is counted and can be listed, not hidden: schedule/usa-footnote-differences.csv.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from parley.codes import EU, PROGRAMMES, countries
from parley.law import check_counts, check_lists, check_printed, check_transfers
from parley.law.measure import BASE_PROGRAMMES, LATEST, Measure
from parley.law.regime import Regime

Breach = tuple[str, str]  # a measure's id, and what breaks the rule
Rule = Callable[[Sequence[Measure]], Iterator[Breach]]
ROUNDING = 1e-12  # sums of a few decimal rates


class Finding(NamedTuple):
    """One breach of a rule."""

    measure: str
    rule: str
    found: str


def check_regime(regime: Regime) -> list[Finding]:
    """Every breach in a regime; empty where it keeps all rules."""
    return [Finding(name, message(rule), found) for rule in RULES for name, found in rule(regime.measures)]


def message(rule: Rule) -> str:
    """What a rule demands, in its own words: the first line of its docstring."""
    text = (rule.__doc__ or "").splitlines()[0].rstrip(".")
    return text[:1].lower() + text[1:]


def has_source(measures: Sequence[Measure]) -> Iterator[Breach]:
    """Every measure has a source."""
    yield from ((m.id, "its act has no citation") for m in measures if not m.act.citation.strip())


def read_acts_say_where(measures: Sequence[Measure]) -> Iterator[Breach]:
    """An act that was read says where."""
    for m in measures:
        if m.act.read and not (m.act.address or m.act.note):
            yield m.id, f"{m.act.id} has neither address nor note"


def no_overlaps(measures: Sequence[Measure]) -> Iterator[Breach]:
    """Steps of one id do not overlap.

    With the same scope and conditions, no day and knowledge day may see two of them in force.
    """
    groups: dict[tuple, list[Measure]] = {}
    for m in (m for m in measures if not m.announced):
        groups.setdefault((m.id, m.act.authority), []).append(m)
    for rows in groups.values():
        for a, b in combinations(rows, 2):
            if _same_scope(a, b) and _meet(a, b):
                yield a.id, f"{_span(a)} and {_span(b)}"


def _same_scope(a: Measure, b: Measure) -> bool:
    same = (a.when, a.unless, a.combine, a.rank, a.key) == (b.when, b.unless, b.combine, b.rank, b.key)
    origins = not set(a.origins).isdisjoint(b.origins)
    goods = a.product_list == b.product_list if a.product_list or b.product_list else _touch(a.products, b.products)
    return same and origins and goods


def _touch(a: Sequence[str], b: Sequence[str]) -> bool:
    if "*" in a or "*" in b:
        return True
    return any(x.startswith(y) or y.startswith(x) for x in a for y in b)


def _meet(a: Measure, b: Measure) -> bool:
    """Whether some day and knowledge day see both rows in force; ends count from the day they were known."""
    known = max(a.learnt, b.learnt)
    if known >= min(a.known_end or LATEST, b.known_end or LATEST):
        return False
    return max(a.start, b.start) < min(a.end_as_known(known), b.end_as_known(known))


def _span(m: Measure) -> str:
    return f"{m.start} to {m.end or 'open'} ({m.act.id})"


def origins_are_codes(measures: Sequence[Measure]) -> Iterator[Breach]:
    """Origins are ISO 3166 codes."""
    known = {*countries(), EU, "*"}
    for m in measures:
        edges = (o for e in m.yields_to for o in (*e.origins, *e.origins_except))
        yield from ((m.id, code) for code in sorted({*m.origins, *m.origins_except, *edges} - known))


def authorities_are_codes(measures: Sequence[Measure]) -> Iterator[Breach]:
    """Authorities are ISO 3166 codes."""
    known = {*countries(), EU}
    yield from ((m.id, m.act.authority) for m in measures if m.act.authority not in known)


def edges_name_something(measures: Sequence[Measure]) -> Iterator[Breach]:
    """Yields_to names a programme, layer or measure."""
    names = {n for m in measures for n in m.names} | set(PROGRAMMES)
    yield from ((m.id, e.to) for m in measures for e in m.yields_to if e.to not in names)


def edges_quote_their_clause(measures: Sequence[Measure]) -> Iterator[Breach]:
    """What yields quotes the clause on other duties.

    Of its row or its act (`stacks`); an act that was not read says so there.
    """
    seen = set()
    for m in measures:
        if m.yields_to and m.act.authority == "USA" and not (m.stacks or m.act.stacks).strip() and m.act.id not in seen:
            seen.add(m.act.id)
            yield m.id, f"{m.act.id} has no `stacks`"


def the_base_is_replaced(measures: Sequence[Measure]) -> Iterator[Breach]:
    """A rate of the base's own programme replaces it: it neither tops it up nor is added."""
    for m in measures:
        if m.programme in BASE_PROGRAMMES and m.combine in ("add", "total"):
            yield m.id, f"combine = {m.combine!r} in {m.programme}"


def known_ends_have_an_end(measures: Sequence[Measure]) -> Iterator[Breach]:
    """End_known needs an end."""
    yield from ((m.id, str(m.end_known)) for m in measures if m.end_known and m.end is None)


def ends_are_not_foreknown(measures: Sequence[Measure]) -> Iterator[Breach]:
    """An end is not known before its row."""
    for m in measures:
        if m.end_known and m.end_known < m.learnt:
            yield m.id, f"{m.end_known} < {m.learnt}"


def collection_outlasts_the_law(measures: Sequence[Measure]) -> Iterator[Breach]:
    """Collection begins and stops on or after the days of the law."""
    for m in measures:
        if m.collected_end and not (m.end and m.collected_end >= m.end):
            yield m.id, f"collected_end {m.collected_end}, end {m.end}"
        if m.collected_start and m.collected_start < max(m.start, m.learnt):
            yield m.id, f"collected_start {m.collected_start}, start {m.start}, known {m.learnt}"


def steps_fall_on_acts(measures: Sequence[Measure]) -> Iterator[Breach]:
    """Each step was made known on the day of an act.

    That day is one on which an act of the authority was signed, or on which an act says that it was amended.
    """
    days: dict[str, set] = {}
    for m in measures:
        days.setdefault(m.act.authority, set()).update((m.act.signed, *m.act.amended))
    for m in measures:
        told = {"known": m.learnt, "known_end": m.known_end, "end_known": m.end_known}
        told |= {f"yields_to {e.to}": e.known for e in m.yields_to}
        for name, on in told.items():
            if on and on not in days[m.act.authority]:
                yield m.id, f"{name} = {on}: no act of {m.act.authority} was signed or amended that day ({m.act.id})"


def steps_lie_within_their_act(measures: Sequence[Measure]) -> Iterator[Breach]:
    """No row is known before its act is signed."""
    yield from ((m.id, f"{m.learnt} < {m.act.signed}") for m in measures if m.learnt < m.act.signed)


def components_sum(measures: Sequence[Measure]) -> Iterator[Breach]:
    """Components sum to the total.

    On the first day of each row, for one of its goods and origins: programmes sum to the rate, shares lie in [0, 1].
    """
    regime = Regime(tuple(measures))
    for m in check_lists.sampled(measures):
        found = check_lists.first_explanation(regime, m)
        if found is None:
            continue
        parts = list(found.by_programme().values())
        total = None if any(p is None for p in parts) else sum(p for p in parts if p is not None)
        whole = found.rate_without_ban
        if (total is None) != (whole is None) or abs((total or 0.0) - (whole or 0.0)) > ROUNDING:
            yield m.id, f"{found.product} from {found.origin} on {found.on}: {total} is not {whole}"
        yield from ((m.id, f"{x.measure}: share {x.share:g}") for x in found.lines if not 0 <= x.share <= 1 + ROUNDING)


RULES: tuple[Rule, ...] = (
    has_source,
    read_acts_say_where,
    no_overlaps,
    origins_are_codes,
    authorities_are_codes,
    edges_name_something,
    check_lists.prefixes_stand,
    check_lists.prefixes_stand_in_force,
    check_transfers.successors_are_listed,
    check_lists.lists_meet_their_rows,
    check_lists.lists_agree_with_footnotes,
    check_counts.lists_have_the_stated_number,
    check_printed.lists_keep_printed_digits,
    check_printed.lists_hold_what_is_printed,
    check_printed.lists_are_as_deep_as_printed,
    edges_quote_their_clause,
    the_base_is_replaced,
    known_ends_have_an_end,
    ends_are_not_foreknown,
    collection_outlasts_the_law,
    steps_fall_on_acts,
    steps_lie_within_their_act,
    components_sum,
)
