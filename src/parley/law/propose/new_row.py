"""The draft row of a heading that no encoded row names: each field with how it is known."""

from __future__ import annotations

from collections.abc import Callable

from parley.law.entry_claims import CLAIMS, Value
from parley.law.measure import listed
from parley.law.propose.heading_text import Heading, Reading
from parley.law.propose.kin import Kin, kin_of, note_keys, usual_authority
from parley.law.propose.outcome import Context, Draft, Field, Mark

FEW = 24  # prefixes that stand in the act itself; more of them are a list beside it
LOADED = next(name for name, claim in CLAIMS.items() if claim.in_transit)  # the day that a cut-off of loading asks for
MOST = "most encoded rows of that kind are under this authority"
RELIEF_RANK = 9  # what frees goods outranks the rates of its layer


def new_row(heading: Heading, reading: Reading, context: Context) -> Draft:
    """The row of a heading that no encoded row names."""
    kin = kin_of(heading.code, reading, context.law)
    goods, goods_mark = _goods(heading, reading, kin, context)
    left = "" if goods else _unlisted(reading)
    fields: dict[str, Field] = {}
    marks: dict[str, tuple[Mark, str]] = {}

    def put(name: str, value: Field, mark: Mark, why: str) -> None:
        fields[name], marks[name] = value, (mark, why)

    relief = reading.effect == "none"
    put("id", f"us-draft-{heading.code.replace('.', '-')}", "guess", "a name of its own")
    put("programme", *_programme(heading, reading, kin, context))
    put("rate", 0.0 if relief else reading.rate or 0.0, "read", f"column 1 general: {heading.general!r}")
    if relief or reading.effect == "total":
        put("combine", "zero" if relief else "total", "read", f"column 1 general: {heading.general!r}")
    if kin is not None and fields["programme"] == kin.row.programme:
        put("layer", kin.row.key, "guess", kin.why)
    else:
        series = "" if kin else f"_{heading.code[:7].replace('.', '_')}"
        put(
            "layer",
            f"{fields['programme']}{series}",
            "guess",
            "one layer for the authority, or for a series that is new",
        )
    rank = RELIEF_RANK if relief else _rank(reading, kin, context)
    if rank:
        put("rank", rank, "guess", "above the rows of wider scope in its layer")
    _put_share(put, heading, reading, context)
    _put_origins(put, heading, reading, context)
    if goods and len(goods) <= FEW:
        put("products", goods, *goods_mark)
    else:
        put("product_list", f"draft-{heading.code.replace('.', '-')}.csv", *goods_mark)
    _put_days(put, heading, reading, context)
    if reading.when or reading.loaded_before:
        said: dict[str, Value] = dict(reading.when)
        if reading.loaded_before:
            said[LOADED] = f"<{reading.loaded_before}"
        put("when", said, "guess", "the claim that its words ask for")
    pair = context.pairs.get(heading.code)
    put("heading", f"{heading.code}, {pair}" if pair else heading.code, "read", "its number")
    listed_goods = goods if len(goods) > FEW else ()
    return Draft(heading.code, fields, marks, listed_goods, kin.row if kin else None, left)


def _unlisted(reading: Reading) -> str:
    """Where the goods stand that an edition does not list."""
    notes = ", ".join(f"note {n}" for n in reading.notes)
    return (
        f"its goods stand in {notes}, which the edition does not print"
        if notes
        else "its goods are named in words alone"
    )


Put = Callable[[str, Field, Mark, str], None]


def _put_share(put: Put, heading: Heading, reading: Reading, context: Context) -> None:
    """The share of value: of a metal, or without United States content where a heading that it excepts frees that."""
    if reading.share != "full":
        put("share", reading.share, "read", f"column 1 general: {heading.general!r}")
        return
    freed = [(h, r.us_content) for h in reading.excepted if (r := context.readings.get(h)) and r.us_content is not None]
    if freed and reading.effect in ("adds", "total"):
        put("share", "non_us_content", "read", f"{freed[0][0]}, which the heading excepts")
        put("share_least", freed[0][1], "read", f"{freed[0][0]}, which the heading excepts")


def _put_origins(put: Put, heading: Heading, reading: Reading, context: Context) -> None:
    """The origins, and those that it excepts by its own words or by headings that free all their goods."""
    if reading.origins:
        put("origins", reading.origins, "read", "named in the heading")
    else:
        above = [r.origins for r in context.readings.values() if heading.code in r.excepted and r.origins]
        said = tuple(dict.fromkeys(o for origins in above for o in origins)) if reading.effect == "none" else ()
        put("origins", ("*",) if "*" in said or not said else said, "guess",
            "those of the headings that except it" if said else "no origin is named in the heading")  # fmt: skip
    freed = [o for h in reading.excepted if (r := context.readings.get(h)) and frees_an_origin(r) for o in r.origins]
    outside = tuple(dict.fromkeys([*reading.origins_except, *freed]))
    if outside and "*" in (reading.origins or ("*",)):
        put("origins_except", outside, "read", "excepted in the heading, or freed by headings that it excepts")


def _programme(heading: Heading, reading: Reading, kin: Kin | None, context: Context) -> tuple[str, Mark, str]:
    if context.authority and heading.code not in context.law.named:
        return context.authority, "guess", "the authority that the notice names"
    above = (
        [n for r in context.readings.values() if heading.code in r.excepted for n in r.notes]
        if reading.effect == "none"
        else []
    )
    if (kin is None or kin.weak) and any(
        key in context.worldwide for n in (*reading.notes, *above) for key in note_keys(n)
    ):
        return (
            usual_authority(context.law, True),
            "guess",
            f"a new note under which a duty falls on all goods of any country; {MOST}",
        )
    if kin is not None:
        return kin.row.programme, "guess", kin.why
    kind = "all goods of an origin" if reading.whole else "named goods"
    return usual_authority(context.law, reading.whole), "guess", f"no encoded heading is near; {kind}; {MOST}"


def _rank(reading: Reading, kin: Kin | None, context: Context) -> int:
    """The rank of a duty in its layer: above the rows of all origins, where it is of some."""
    if not reading.origins or reading.origins == ("*",):
        return kin.row.rank if kin else 0
    if kin is None:
        return 1
    wide = (
        m.rank
        for rows in context.law.named.values()
        for m in rows
        if m.key == kin.row.key and "*" in m.origins and m.rate
    )
    return max(wide, default=0) + 1


def _put_days(put: Put, heading: Heading, reading: Reading, context: Context) -> None:
    if reading.start and reading.from_cut_off:
        put("start", reading.start, "guess", "the cut-off of loading that the heading prints")
    elif reading.start:
        put("start", reading.start, "read", "printed in the heading")
    else:
        put(
            "start",
            context.starts.get(heading.code, context.start),
            "read" if heading.code in context.starts else "guess",
            context.start_why,
        )
    if reading.end:
        put("end", reading.end, "read", "printed in the heading")


def _goods(
    heading: Heading, reading: Reading, kin: Kin | None, context: Context
) -> tuple[tuple[str, ...], tuple[Mark, str]]:
    """The prefixes that a heading covers, and how they are known; none where its goods could not be read."""
    if heading.code in context.named:
        return context.named[heading.code], ("read", "the list that a note of the notice gives for the heading")
    named = context.footnoted.get(heading.code, frozenset())
    if named:
        return tuple(sorted(named)), ("read", "the lines whose footnotes name the heading")
    if reading.codes:
        return reading.codes, ("read", "named in the heading")
    if reading.whole:
        return ("*",), ("read", "all articles of the origins")
    for note in reading.notes:
        if listed_there := context.noted(note):
            return listed_there, ("guess", f"note {note} as packaged: hold it against the notes of the new edition")
    same = [m for n in reading.notes for m in context.law.cited.get(n, ()) if "(" in n]
    if same:
        m = same[-1]
        goods = m.products or listed(m.folder, m.product_list, context.start)
        return goods, ("guess", f"the goods of {m.id}: encoded headings cite note {reading.notes[0]} too")
    if reading.when and not reading.notes:
        return ("*",), ("guess", "the claim says which goods")
    return (), ("guess", _unlisted(reading))


def frees_an_origin(reading: Reading) -> bool:
    """Whether a heading frees all goods of some named origins on no condition."""
    named = bool(reading.origins) and reading.origins != ("*",)
    return (
        reading.effect == "none"
        and named
        and reading.whole
        and not (reading.when or reading.loaded_before or reading.end)
    )
