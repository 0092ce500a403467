"""Civil aircraft: exemption lists that free a line for that use alone, parted from those that free it whatever its use.

Note 2 frees civil aircraft, their engines and parts by a list of lines (subdivisions (v)(xviii), (x)(iv), (aa)(iv); notes
35, 50 and 52 have the like). The tracker's lists of exempt lines hold these lines beside those that are exempt outright.
"""

from __future__ import annotations

from pathlib import Path

from us_list_tables import Row, footnotes, plain

# Aircraft of heading 8802 that the schedule itself describes as not military: civil aircraft by their own terms.
BY_TERMS = ("8801000010", "8801000020", "8801000050", "8802110130", "8802110145", "8802110190", "8802120140", "8802120180",
            "8802200120", "8802200130", "8802200140", "8802200150", "8802200160", "8802200180", "8802300130", "8802300140",
            "8802300150", "8802300160", "8802300180", "8802400140", "8802400160", "8802400170", "8802400190")  # fmt: skip


def by_terms(shared: Path) -> list[Row]:
    """Aircraft that the schedule describes as not military."""
    assert all(code in footnotes(shared) for code in BY_TERMS)
    return plain(BY_TERMS)
