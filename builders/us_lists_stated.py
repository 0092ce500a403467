"""What each list is counted and held against: the number that its text states, and the entries that its note prints.

Manifest keys: stated (the number, its clause, and why the entries are more or fewer); carried (numbers of other days); prints (the
subdivisions of which every row must be an entry, or longer), holds (those all of whose entries must be in the list), and
added (rows that none of them prints, with the reason). `parley law measures check` reads them (law/check_counts.py, law/check_printed.py).
"""

from __future__ import annotations

from us_list_tables import Row

COPIES = "as two trackers count their copies of the notice and of the note"
NO_GOODS = "entries of chapter 98 classify no goods and are left out"
SAYS_407 = "FR 2025-15819: BIS is adding 407 Harmonized Tariff Schedule of the United States (HTSUS) codes to the list of products"
NOT_407 = (
    "407 is for both metals together; the annex prints 392 codes for steel and 122 for aluminium, 428 different ones, and "
    "no way of counting them that was tried gives 407"
)
STATED: dict[str, dict] = {
    "us-particular-articles.csv": {"stated": 11, "stated_clause": "note 2(v)(iii)(b), (1) to (11)"},
    "us-301-review-01.csv": {
        "stated": 352,
        "stated_clause": "note 31(b): numbers (1) to (352), of which (1) to (4) have been deleted",
        "stated_note": "one of the four deleted numbers named two lines, N95 respirators 6307.90.98.42 and .44",
    },
    "us-301-review-02.csv": {"stated": 2, "stated_clause": "note 31(c), (1) and (2)"},
    "us-301-review-03.csv": {"stated": 10, "stated_clause": "note 31(d), (1) to (10)"},
    "us-301-review-05.csv": {"stated": 19, "stated_clause": "note 31(f), (1) to (19), of which (3) has been deleted"},
    "us-301-review-06.csv": {"stated": 5, "stated_clause": "note 31(g), (1) to (5)"},
    "us-301-review-11.csv": {"stated": 3, "stated_clause": "note 31(j), (1) to (3)"},
    "us-301-brazil-exempt.csv": {"stated": 864, "stated_clause": "note 50(a)(ii), as a tracker counts annex II"},
    "us-301-brazil-aircraft.csv": {
        "stated": 546,
        "stated_clause": "note 50(a)(iv), as a tracker counts annex II",
        "stated_note": NO_GOODS,
    },
    "us-301-brazil-pharmaceutical.csv": {"stated": 705, "stated_clause": "note 50(a)(v), as a tracker counts annex II"},
    "us-301-forced-labour-exempt.csv": {"stated": 863, "stated_clause": f"note 52(b), {COPIES}"},
    "us-301-forced-labour-named.csv": {"stated": 16, "stated_clause": f"note 52(c), {COPIES}"},
    "us-301-forced-labour-aircraft.csv": {
        "stated": 541,
        "stated_clause": f"note 52(d), {COPIES}",
        "stated_note": NO_GOODS,
    },
    "us-301-forced-labour-pharmaceutical.csv": {"stated": 700, "stated_clause": f"note 52(e), {COPIES}"},
    **{
        f"us-232-{metal}-august.csv": {"stated": 407, "stated_clause": SAYS_407, "stated_note": NOT_407}
        for metal in ("steel", "aluminium")
    },
    "us-cafta-textiles.csv": {"stated": 1737, "stated_clause": "note 52(j)(6)(iii), as two trackers count it"},
}
HELD: dict[str, dict] = {
    "us-301-list-1.csv": {"prints": ["20(b)", "31(d)", "31(f)"], "holds": ["20(b)"]},
    "us-301-list-2.csv": {"prints": ["20(d)", "31(c)", "31(f)"], "holds": ["20(d)", "31(c)"]},
    "us-301-list-3.csv": {"prints": ["20(f)", "20(g)", "31(f)"], "holds": ["20(f)"]},
    "us-301-list-4a.csv": {"prints": ["20(s)(i)", "20(s)(ii)", "31(b)", "31(g)", "31(i)"], "holds": ["20(s)(i)"]},
    "us-301-review-01.csv": {
        "prints": ["31(b)", "31(h)"],
        "holds": ["31(b)"],
        "added": {"8507600010": "cells of electric vehicles, one of the deleted numbers (1) to (4); 25 percent in 2024"},
    },
    "us-301-review-05.csv": {"prints": ["31(f)", "31(i)"], "holds": ["31(f)"]},
    **{
        f"us-301-review-{n}.csv": {"prints": [note], "holds": [note]}
        for n, note in (("02", "31(c)"), ("03", "31(d)"), ("04", "31(e)"), ("06", "31(g)"), ("07", "31(h)"),
                        ("08", "31(i)"), ("11", "31(j)"), ("12", "31(k)"), ("14", "31(l)"))
    },
    "us-annex-ii.csv": {"prints": ["2(v)(iii)(a)"]},
    "us-annex-ii-september.csv": {"prints": ["2(v)(iii)(a)"]},
    "us-agricultural-exemption.csv": {"prints": ["2(v)(iii)(a)"]},
    "us-electronics.csv": {"prints": ["2(v)(iii)(a)"]},
    "us-brazil-exempt.csv": {"prints": ["2(x)(iii)(a)"]},
    "us-brazil-exempt-november.csv": {"prints": ["2(x)(iii)(a)"]},
    **{
        f"us-{name}.csv": {"prints": [note], "holds": [note]}
        for name, note in (
            ("particular-articles", "2(v)(iii)(b)"), ("122-exempt", "2(aa)(ii)"), ("122-aircraft", "2(aa)(iv)"),
            ("brazil-aircraft", "2(x)(iv)"), ("301-brazil-exempt", "50(a)(ii)"),
            ("301-brazil-aircraft", "50(a)(iv)"), ("301-brazil-pharmaceutical", "50(a)(v)"),
            ("floor-eu-ptaap", "2(v)(xx)"), ("floor-eu-particular", "2(v)(xxi)"),
            ("floor-eu-civil-aircraft", "2(v)(xxii)"), ("floor-eu-pharma", "2(v)(xxiii)"),
            ("floor-korea-civil-aircraft", "2(v)(xxiv)(b)"), ("floor-swiss-ptaap", "2(v)(xxv)(b)"),
            ("floor-swiss-civil-aircraft", "2(v)(xxv)(c)"), ("floor-swiss-pharma", "2(v)(xxv)(d)"),
        )
    },
}  # fmt: skip


def counted(name: str, found: list[Row], rows: list[Row]) -> dict:
    """The manifest keys of one list: found is what its text holds, rows what ships of it, carried over transfers."""
    held = {p for p, _, _ in rows}
    carried = sorted(held - {p for p, _, _ in found})
    made = {"carried": carried} if carried else {}
    if name in STATED:
        made["stated"] = stated(STATED[name], len(held) - len(carried))
    return made | HELD.get(name, {})


def stated(said: dict, entries: int) -> dict:
    """The stated number, its clause and, where the reason is known, the difference."""
    gap = entries - said["stated"]
    why = said.get("stated_note")
    return {"count": said["stated"], "clause": said["stated_clause"]} | (
        {"differences": [{"rows": gap, "why": why}]} if gap and why else {}
    )
