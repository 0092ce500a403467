"""What builders/us_treatment.py writes: the groups of headings with their rules, the clauses, and customs' entry types.

Rules are read by hand off the clauses that the rows name; where no text was had, or a text says nothing, the state says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

NOTES = "notes"  # the U.S. notes of chapter 99, subchapter III
TOPICS = ("chapter 98", "9802.00.40", "9802.00.50", "9802.00.60", "9802.00.80", "drawback", "zone")
CSMS = "CSMS 19-000050, as reported; message not read"


class Clause(NamedTuple):
    """Where a clause stands: from its first words to its last, looked for after some words of the text."""

    id: str
    text: str
    where: str
    after: str
    first: str
    last: str


class Rule(NamedTuple):
    """What applies on a topic."""

    rule: str
    clause: str = ""
    state: str = "read"
    remark: str = ""


class Group(NamedTuple):
    """Headings with one treatment. headings: spans "9903.01.43-9903.01.76" or single ones."""

    name: str
    programme: str
    headings: tuple[str, ...]
    rules: Mapping[str, Rule]
    measures: tuple[str, ...] = ()  # beginnings of the ids of measures without a heading


class Entry(NamedTuple):
    """One of customs' entry types."""

    code: str
    name: str
    rule: str
    clause: str = ""
    state: str = "cited"
    source: str = "CBP, instructions for Form 7501, block 2 (cited, text not read)"


OWN = "Goods for which entry is claimed under a provision of chapter 98"
FULL = "full value of the imported article."
PARTS = "as described."
IN_80 = "as described in heading 9802.00.80."


def _emergency(key: str, heading: str, where: str, words: str = "") -> Clause:
    """The clause of a duty under IEEPA that leaves chapter 98 free but for four provisions."""
    first = words or f"The additional duties imposed by heading {heading} shall not apply to goods"
    return Clause(key, NOTES, where, "", first, PARTS)


def _own_terms(key: str, where: str, after: str) -> Clause:
    """The clause of a duty under Section 232 that puts goods of chapter 98 under its own terms."""
    return Clause(key, NOTES, where, after, OWN, FULL)


def _list(key: str, heading: str, where: str) -> Clause:
    """The clause of a duty under Section 301 on China."""
    return Clause(
        key, NOTES, where, "", f"The additional duties imposed by heading {heading} do not apply to goods", IN_80
    )


_CAN = "2025-02-01-imposing-duties-to-address-the-flow-of-illicit-drugs-across-our-national-border.md"
_MEX = "2025-02-01-imposing-duties-to-address-the-situation-at-our-southern-border.md"
_CHN = "2025-02-01-imposing-duties-to-address-the-synthetic-opioid-supply-chain-in-the-peoples-republic.md"
_RECIPROCAL = "2025-04-02-regulating-imports-with-a-reciprocal-tariff-to-rectify-trade-practices-that-contribut.md"
_INDIA = "2025-08-06-addressing-threats-to-the-united-states-by-the-government-of-the-russian-federation.md"
_S122 = "2026-02-20-imposing-a-temporary-import-surcharge-to-address-fundamental-international-payments-p.md"
_S122_ANNEX = "2026-02-20-proc-11012-section-122-annex-i.txt"
_STEEL = "2025-02-10-adjusting-imports-of-steel.md"
_ALUMINIUM = "2025-02-11-adjusting-imports-of-aluminum.md"
_AUTOS = "2025-03-26-adjusting-imports-of-automobiles-and-autombile-parts.md"
_COPPER = "2025-07-30-adjusting-imports-of-copper.md"
_TIMBER = "2025-09-29-adjusting-imports-of-timber-lumber-and-their-derivative-products.md"
_TRUCKS = "2025-10-17-adjusting-imports-of-medium-and-heavy-duty-vehicles-medium-and-heavy-duty-vehicle-par.md"
_CHIPS = "2026-01-14-adjusting-imports-of-semiconductors-semiconductor-manufacturing-equipment-and-their-d.md"
_PHARMA = "2026-04-02-adjusting-imports-of-pharmaceuticals-and-pharmaceutical-ingredients.md"
_METALS = "2026-04-02-strengthening-actions-taken-to-adjust-imports-of-aluminum-steel-and-copper.md"
_BRAZIL = "2026-07-15-ustr-notice-of-action-brazil-section-301.txt"
_CANADA = "2026-07-20-imposing-additional-duties-to-offset-canadian-discrimination-against-the-commerce-2.md"
_CANADA_ANNEX = "2026-07-20-proc-11046-alcohol-annex-ii.txt"
_QUARTZ = "2026-07-31-to-facilitate-positive-adjustment-to-competition-from-imports-of-quartz-surface-produ.md"
_POLYSILICON = "2026-08-06-adjusting-imports-of-polysilicon-and-its-derivatives.md"
_DRONES = "2026-08-13-adjusting-imports-of-unmanned-aircraft-systems-and-unmanned-aircraft-systems-componen.md"
_DE_MINIMIS = "2025-07-30-suspending-duty-free-de-minimis-treatment-for-all-countries.md"
_DE_MINIMIS_2026 = "2026-02-20-continuing-the-suspension-of-duty-free-de-minimis-treatment-for-all-countries.md"


def _no_drawback(key: str, text: str, where: str) -> Clause:
    return Clause(key, text, where, "", "No drawback shall be available", ".")


def _zone(key: str, text: str, where: str, first: str, last: str = "146.41") -> Clause:
    return Clause(key, text, where, "", first, last)


CLAUSES = (
    _emergency("fentanyl-mx", "9903.01.01", "note 2(a)"),
    _emergency("fentanyl-mx-potash", "9903.01.05", "note 2(c)"),
    _emergency("fentanyl-ca", "", "note 2(j)",
               "The additional duties imposed by headings 9903.01.10 and 9903.01.13 shall not apply to goods"),
    _emergency("fentanyl-ca-potash", "9903.01.15", "note 2(l)"),
    _emergency("fentanyl-ca-transshipped", "9903.01.16", "note 2(m)"),
    _emergency("fentanyl-cn", "9903.01.20", "note 2(s)"),
    _emergency("fentanyl-cn-20", "9903.01.24", "note 2(u)"),
    _emergency("reciprocal", "", "note 2(v)(i)", "The additional duties imposed by these headings shall not apply to goods"),
    _emergency("brazil", "", "note 2(x)(i)", "The additional duty imposed by this heading shall not apply to goods"),
    Clause("india", NOTES, "note 2(z)(i)", "Products that are provided for in heading 9903.01.77 shall continue",
           "The additional duty imposed by this heading shall not apply to goods", PARTS),
    Clause("s122", NOTES, "note 2(aa)(i)", "Products that are provided for in heading 9903.01.84 shall continue",
           "The additional duty imposed by this heading shall not apply to goods", PARTS),
    _list("list-1", "9903.88.01", "note 20(a)"),
    _list("list-2", "9903.88.02", "note 20(c)"),
    _list("list-3", "9903.88.03", "note 20(e)"),
    _list("list-3-textiles", "9903.88.04", "note 20(g)"),
    _list("list-3-in-transit", "9903.88.09", "note 20(l)"),
    _list("list-4a", "9903.88.15", "note 20(r)"),
    Clause("review", NOTES, "note 31(a)", "9903.91.12 and 9903.91.14 and subheading 9903.92.10. The additional",
           "The additional duties imposed by headings 9903.91.01", IN_80),
    _list("nicaragua", "9903.89.01", "note on heading 9903.89.01"),
    Clause("russia-35", NOTES, "note 30(a)", "", "The duties imposed by heading 9903.90.08 do not apply to goods", IN_80),
    Clause("russia-70", NOTES, "note 30(b)", "", "The duties imposed by heading 9903.90.09 do not apply to goods", IN_80),
    _own_terms("metals-2026", "note 16(b)", "headings 9903.82.02-9903.82.19 that are eligible"),
    _own_terms("aluminium-2018", "note 19(a)(i)", "heading 9903.85.01 provides the ordinary customs duty"),
    _own_terms("aluminium-2020", "note 19(a)(iii)", "heading 9903.85.03 provides the ordinary customs duty"),
    _own_terms("aluminium", "note 19", "heading 9903.85.02 provides the ordinary customs duty"),
    _own_terms("aluminium-goods", "note 19", "headings 9903.85.04, 9903.85.07 and 9903.85.08 provide the ordinary customs duty"),
    _own_terms("aluminium-uk", "note 19", "heading 9903.85.12 provides the ordinary customs duty"),
    _own_terms("aluminium-goods-uk", "note 19", "headings 9903.85.13, 9903.85.14 and 9903.85.15 provide the ordinary customs duty"),
    _own_terms("autos", "note 33", "heading 9903.94.01 provides the ordinary customs duty"),
    _own_terms("auto-parts", "note 33", "headings 9903.94.05 and 9903.94.07 provides the ordinary customs duty"),
    _own_terms("timber", "note 37(a)", "Heading 9903.76.01 provides the ordinary customs duty"),
    _own_terms("furniture", "note 37(c)", "Heading 9903.76.02 provides the ordinary customs duty"),
    _own_terms("cabinets", "note 37(e)", "heading 9903.76.03 provides the ordinary customs duty"),
    _own_terms("wood-uk", "note 37(h)", "heading 9903.76.20 provides the ordinary customs duty"),
    _own_terms("trucks", "note 38", "headings 9903.74.01 and 9903.74.02 provide the ordinary customs duty"),
    _own_terms("truck-parts", "note 38", "headings 9903.74.08 and 9903.74.09 provide the ordinary customs duty"),
    _own_terms("chips", "note on heading 9903.79.01", "heading 9903.79.01 provides the ordinary customs duty"),
    Clause("copper", _COPPER, "annex, note 36(a)", "", "Goods for which entry is claimed under a provision of chapter 98", FULL),
    Clause("brazil-301", _BRAZIL, "annex I, note 50(a)(i)", "",
           "The additional duty imposed by heading 9903.05.01 shall not apply to goods", PARTS),
    Clause("s338", _CANADA_ANNEX, "note 51(a)", "", "The additional duty imposed by this heading shall not apply to goods", PARTS),
    _no_drawback("drawback-ca", _CAN, "section 2(g)"),
    _no_drawback("drawback-mx", _MEX, "section 2(f)"),
    _no_drawback("drawback-cn", _CHN, "section 2(f)"),
    _no_drawback("drawback-steel", _STEEL, "clause 13"),
    _no_drawback("drawback-aluminium", _ALUMINIUM, "clause 13"),
    _no_drawback("drawback-autos", _AUTOS, "clause 10"),
    _no_drawback("drawback-copper", _COPPER, "clause 10"),
    _no_drawback("drawback-chips", _CHIPS, "clause 6"),
    Clause("drawback-timber", _TIMBER, "clause 14", "", "Drawback shall be available with respect to the duties", "."),
    Clause("drawback-pharma", _PHARMA, "clause 10", "", "Drawback shall be available with respect to the duties", "."),
    Clause("drawback-trucks", _TRUCKS, "clause 15", "", "only manufacturing drawback claims made", "as amended. "),
    Clause("drawback-metals", _METALS, "clauses 13 and 14", "", "Manufacturing drawback claims made in accordance",
           "(14) Except as provided in clause (13) of this proclamation, no other drawback claims shall be available"),
    Clause("drawback-polysilicon", _POLYSILICON, "clause 8", "", "Manufacturing drawback claims made", "pursuant to this proclamation"),
    Clause("drawback-drones", _DRONES, "clause 8", "", "Only manufacturing drawback claims made", "pursuant to this proclamation"),
    _zone("zone-ca", _CAN, "section 2(f)", "Articles that are products of Canada, except those that are eligible for admission"),
    _zone("zone-mx", _MEX, "section 2(e)", "except those that are eligible for admission"),
    _zone("zone-cn", _CHN, "section 2(e)", "Articles that are products of the PRC, except those that are eligible for admission"),
    _zone("zone-reciprocal", _RECIPROCAL, "section 3(g)", "Subject articles, except those eligible for admission"),
    _zone("zone-india", _INDIA, "section 3(e)", "Except for those articles that are eligible for admission"),
    _zone("zone-s122", _S122, "clause 6", "except those articles eligible for admission under “domestic status”",
          "under the applicable HTSUS subheading."),
    _zone("zone-steel", _STEEL, "clause 9",
        "that is admitted into a U.S. foreign trade zone on or after 12:01 a.m. eastern daylight time on March 12, 2025"),
    _zone("zone-aluminium", _ALUMINIUM, "clause 10",
        "that is admitted into a U.S. foreign trade zone on or after the Commerce certification date"),
    _zone("zone-autos", _AUTOS, "clause 8", "that is admitted into a United States foreign trade zone"),
    _zone("zone-copper", _COPPER, "clause 6", "except those eligible for admission as “domestic status”"),
    _zone("zone-trucks", _TRUCKS, "clause 12", "United States foreign trade zone on or after the effective date"),
    _zone("zone-chips", _CHIPS, "clause 8", "that is admitted into a United States foreign trade zone"),
    _zone("zone-pharma", _PHARMA, "clause 13", "that is admitted into a United States foreign trade zone"),
    _zone("zone-metals", _METALS, "clause 12", "admitted into a United States foreign trade zone on or after the effective date"),
    _zone("zone-brazil-301", _BRAZIL, "section II", "except any product that is eligible for admission under “domestic status”"),
    _zone("zone-s338", _CANADA, "clause 4", "that is admitted into a United States foreign trade zone"),
    _zone("zone-quartz", _QUARTZ, "", "that is admitted into U.S. foreign trade zones"),
    _zone("zone-polysilicon", _POLYSILICON, "clause 7", "that is admitted into a United States foreign trade zone"),
    _zone("zone-drones", _DRONES, "clause 7", "that is admitted into a United States foreign trade zone"),
    Clause("consumption", _RECIPROCAL, "section 3(a)", "",
        "Such rates of duty shall apply with respect to goods entered for consumption", "April 5, 2025"),
    Clause("zone-rate", _CHN, "section 2(e)", "", "Such articles will be subject upon entry for consumption", "foreign trade zone"),
    Clause("de-minimis", _DE_MINIMIS, "section 2(a)", "", "shall no longer apply to any shipment of articles", "exactions, and charges."),
    Clause("de-minimis-entry", _DE_MINIMIS, "section 2(a)", "", "Entry for all shipments that", "qualified to make such entry."),
    Clause("de-minimis-2026", _DE_MINIMIS_2026, "section 2", "", "shall not apply to any shipment of articles not covered",
        "exactions, and charges."),
)  # fmt: skip


def _frees(clause: str, drawback: Rule, zone: Rule, **more: Rule) -> dict[str, Rule]:
    """Chapter 98 frees but for four provisions, which pay on the work abroad or on value less United States parts."""
    made = {t: Rule("work abroad", clause) for t in TOPICS[1:4]}
    return {"chapter 98": Rule("free", clause), **made, "9802.00.80": Rule("value less United States parts", clause),
            "drawback": drawback, "zone": zone, **more}  # fmt: skip


def _terms(clause: str, drawback: Rule, zone: Rule, state: str = "read", remark: str = "") -> dict[str, Rule]:
    """Chapter 98 applies on its own terms; 9802.00.60 pays on the full value."""
    own = Rule("own terms", clause, state, remark)
    return {"chapter 98": own, "9802.00.40": own, "9802.00.50": own, "9802.00.60": Rule("full value", clause, state, remark),
            "9802.00.80": own, "drawback": drawback, "zone": zone}  # fmt: skip


def _silent(drawback: Rule, zone: Rule, state: str, remark: str) -> dict[str, Rule]:
    """Nothing on chapter 98 was read."""
    return {**dict.fromkeys(TOPICS[:5], Rule("unknown", "", state, remark)), "drawback": drawback, "zone": zone}


def _privileged(clause: str) -> Rule:
    return Rule("privileged foreign status", clause)


NOT_EXCLUDED = Rule(
    "not excluded", "", "silent", "the text excludes no drawback; 19 U.S.C. 1313 then is the general rule (not read)"
)
BY_CSMS = Rule("available", "", "secondary", CSMS)
GENERAL_ZONE = Rule("unknown", "", "silent", "the note says nothing; 19 CFR part 146 is the general rule (not read)")
ZONE_301 = Rule(
    "privileged foreign status", "", "secondary", "as a published table of customs treatment reports; notice not read"
)
NONE_CA, NONE_MX, NONE_CN = (Rule("none", f"drawback-{x}") for x in ("ca", "mx", "cn"))
NONE_METALS = (
    "note 16 as it stood until 5 April 2026 was not read: taken as note 19 on aluminium, whose clause is quoted"
)
MANUFACTURING = "manufacturing only"

GROUPS = (
    Group("fentanyl, Mexico", "ieepa_fentanyl", ("9903.01.01",), _frees("fentanyl-mx", NONE_MX, _privileged("zone-mx"))),
    Group("fentanyl, Mexico: potash", "ieepa_fentanyl", ("9903.01.05",), _frees("fentanyl-mx-potash", NONE_MX, _privileged("zone-mx"))),
    Group("fentanyl, Canada", "ieepa_fentanyl", ("9903.01.10",), _frees("fentanyl-ca", NONE_CA, _privileged("zone-ca"))),
    Group("fentanyl, Canada: energy", "ieepa_fentanyl", ("9903.01.13",), _frees("fentanyl-ca", NONE_CA, _privileged("zone-ca"))),
    Group("fentanyl, Canada: potash", "ieepa_fentanyl", ("9903.01.15",), _frees("fentanyl-ca-potash", NONE_CA, _privileged("zone-ca"))),
    Group("fentanyl, Canada: transshipped", "ieepa_fentanyl", ("9903.01.16",), _frees("fentanyl-ca-transshipped",
        NONE_CA, _privileged("zone-ca"))),
    Group("fentanyl, China in February 2025", "ieepa_fentanyl", ("9903.01.20",), _frees("fentanyl-cn", NONE_CN, _privileged("zone-cn"))),
    Group("fentanyl, China", "ieepa_fentanyl", ("9903.01.24",), _frees("fentanyl-cn-20", NONE_CN, _privileged("zone-cn"))),
    Group("reciprocal", "ieepa_reciprocal", ("9903.01.25", "9903.01.43-9903.01.76", "9903.02.01-9903.02.88"),
          _frees("reciprocal", Rule("available", "", "secondary", "CSMS 64649265, as reported; message not read"),
              _privileged("zone-reciprocal"))),
    Group("Brazil under IEEPA", "ieepa_country", ("9903.01.77",), _frees("brazil", NOT_EXCLUDED, ZONE_301)),
    Group("India: Russian oil", "ieepa_country", ("9903.01.84",), _frees("india", NOT_EXCLUDED, _privileged("zone-india"))),
    Group("Section 122", "s122", ("9903.03.01",),
          _frees("s122", Rule("available", "", "secondary", "CSMS 67844987, as reported; message not read"), _privileged("zone-s122"))),
    Group("Section 301, list 1", "s301", ("9903.88.01",), _frees("list-1", BY_CSMS, ZONE_301)),
    Group("Section 301, list 2", "s301", ("9903.88.02",), _frees("list-2", BY_CSMS, ZONE_301)),
    Group("Section 301, list 3", "s301", ("9903.88.03",), _frees("list-3", BY_CSMS, ZONE_301)),
    Group("Section 301, list 3: note 20(g)", "s301", ("9903.88.04",), _frees("list-3-textiles", BY_CSMS, ZONE_301)),
    Group("Section 301, list 3 in transit", "s301", ("9903.88.09",), _frees("list-3-in-transit", BY_CSMS, ZONE_301)),
    Group("Section 301, list 4A", "s301", ("9903.88.15",), _frees("list-4a", BY_CSMS, ZONE_301)),
    Group("Section 301, review of 2024", "s301", ("9903.91.01-9903.91.14", "9903.92.10"), _frees("review", BY_CSMS, ZONE_301)),
    Group("Section 301, Nicaragua", "s301", ("9903.89.01",), _frees("nicaragua", BY_CSMS, GENERAL_ZONE)),
    Group("Section 301, Brazil", "s301", ("9903.05.01",), _frees("brazil-301", NOT_EXCLUDED, _privileged("zone-brazil-301"))),
    Group("Section 301, forced labour", "s301", ("9903.05.20-9903.05.84",),
          _silent(Rule("unknown", "", "not read"), Rule("unknown", "", "not read"), "not read", "FR 2026-15181 (note 52) was not had")),
    Group("Section 338, Canada", "s338", ("9903.03.12-9903.03.16",), _frees(
        "s338", NOT_EXCLUDED, _privileged("zone-s338"),
        **{"chapter 98": Rule("free", "s338", "read", "goods under subchapter XXIII of chapter 98 pay it")})),
    Group("metals from 6 April 2026", "s232", ("9903.82.02-9903.82.26",),
          _terms("metals-2026", Rule(MANUFACTURING, "drawback-metals"), _privileged("zone-metals"))),
    Group("steel from 12 March 2025", "s232", ("9903.81.87-9903.81.98",),
          _terms("aluminium", Rule("none", "drawback-steel"), _privileged("zone-steel"), "secondary", NONE_METALS)),
    Group("steel to 11 March 2025", "s232", ("9903.80.01-9903.80.03",),
          _terms("aluminium-2018", BY_CSMS._replace(rule="unknown", remark="note 16 of those years was not read"),
                 GENERAL_ZONE, "secondary", NONE_METALS)),
    Group("aluminium to 11 March 2025", "s232", ("9903.85.01", "9903.85.21"),
          _terms("aluminium-2018", Rule("unknown", "", "not read", "proclamation 9704 was not read"), GENERAL_ZONE)),
    Group("aluminium goods to 11 March 2025", "s232", ("9903.85.03",),
          _terms("aluminium-2020", Rule("unknown", "", "not read", "proclamation 9980 was not read"), GENERAL_ZONE)),
    Group("aluminium from 12 March 2025", "s232", ("9903.85.02",),
          _terms("aluminium", Rule("none", "drawback-aluminium"), _privileged("zone-aluminium"))),
    Group("aluminium goods from 12 March 2025", "s232", ("9903.85.04-9903.85.09",),
          _terms("aluminium-goods", Rule("none", "drawback-aluminium"), _privileged("zone-aluminium"))),
    Group("aluminium of the United Kingdom", "s232", ("9903.85.12",),
          _terms("aluminium-uk", Rule("none", "drawback-aluminium"), _privileged("zone-aluminium"))),
    Group("aluminium goods of the United Kingdom", "s232", ("9903.85.13-9903.85.15",),
          _terms("aluminium-goods-uk", Rule("none", "drawback-aluminium"), _privileged("zone-aluminium"))),
    Group("copper to 5 April 2026", "s232", ("9903.78.01",),
          _terms("copper", Rule("none", "drawback-copper"), _privileged("zone-copper"))),
    Group("cars", "s232", ("9903.94.01-9903.94.04", "9903.94.31", "9903.94.40-9903.94.41", "9903.94.50-9903.94.51",
        "9903.94.60-9903.94.61"),
          _terms("autos", Rule("none", "drawback-autos"), _privileged("zone-autos"))),
    Group("car parts", "s232", ("9903.94.05-9903.94.07", "9903.94.32", "9903.94.42-9903.94.43", "9903.94.52-9903.94.53",
                                "9903.94.62-9903.94.67"),
          _terms("auto-parts", Rule(MANUFACTURING, "drawback-trucks", "read", "from 1 November 2025; none before (Proclamation 10908)"),
                 _privileged("zone-autos"))),
    Group("softwood", "s232", ("9903.76.01",), _terms("timber", Rule("available", "drawback-timber"), GENERAL_ZONE)),
    Group("upholstered furniture", "s232", ("9903.76.02",), _terms("furniture", Rule("available", "drawback-timber"), GENERAL_ZONE)),
    Group("kitchen cabinets", "s232", ("9903.76.03",), _terms("cabinets", Rule("available", "drawback-timber"), GENERAL_ZONE)),
    Group("wood goods of partners", "s232", ("9903.76.20-9903.76.24",),
          _terms("wood-uk", Rule("available", "drawback-timber"), GENERAL_ZONE)),
    Group("trucks and buses", "s232", ("9903.74.01-9903.74.07",), _terms(
        "trucks", Rule("none", "drawback-trucks", "read", "the clause opens it for parts alone"), _privileged("zone-trucks"))),
    Group("truck parts", "s232", ("9903.74.08-9903.74.11",),
          _terms("truck-parts", Rule(MANUFACTURING, "drawback-trucks"), _privileged("zone-trucks"))),
    Group("semiconductors", "s232", ("9903.79.01-9903.79.09",), _terms("chips", Rule("none", "drawback-chips"), _privileged("zone-chips"))),
    Group("medicines", "s232", ("9903.04.60-9903.04.70",),
          _silent(Rule("available", "drawback-pharma"), _privileged("zone-pharma"), "silent",
                  "the proclamation says nothing of chapter 98; note 40 was not read"), ("us-232-pharmaceuticals",)),
    Group("polysilicon", "s232", (),
          _silent(Rule(MANUFACTURING, "drawback-polysilicon"), _privileged("zone-polysilicon"), "silent",
                  "the proclamation says nothing of chapter 98; its annexes were not read"), ("us-232-polysilicon",)),
    Group("drones", "s232", (),
          _silent(Rule(MANUFACTURING, "drawback-drones"), _privileged("zone-drones"), "silent",
                  "the proclamation says nothing of chapter 98; note 43 was not read"), ("us-232-uas",)),
    Group("Russian aluminium", "s232", ("9903.85.67-9903.85.68",),
          _silent(Rule("unknown", "", "not read"), Rule("unknown", "", "not read"), "not read", "the clause of 2023 was not read")),
    Group("quartz", "s201", ("9903.45.30-9903.45.31",),
          _silent(BY_CSMS, _privileged("zone-quartz"), "silent", "the proclamation says nothing of chapter 98; note 41 was not read")),
    Group("solar", "s201", ("9903.45.21-9903.45.29",), _silent(BY_CSMS, GENERAL_ZONE, "silent", "note 18 says nothing of chapter 98")),
    Group("Russia, column 2 at 35 percent", "column2", ("9903.90.08",), _frees("russia-35", NOT_EXCLUDED, GENERAL_ZONE)),
    Group("Russia, column 2 at 70 percent", "column2", ("9903.90.09",), _frees("russia-70", NOT_EXCLUDED, GENERAL_ZONE)),
)  # fmt: skip

_ON_ENTRY = (
    "every duty of the day of entry for consumption; the additional duties count from the day that each act names"
)
_REPORTED = "as the trade reports customs' message; not read"
ENTRIES = (
    Entry("01", "consumption, free and dutiable", _ON_ENTRY, "consumption", "read"),
    Entry("02", "consumption, quota and visa", f"{_ON_ENTRY}; a quota's own rate within it", "consumption", "read"),
    Entry("03", "consumption, antidumping or countervailing duty", f"{_ON_ENTRY}; beside antidumping and countervailing duties",
        "consumption", "read"),
    Entry("06", "consumption from a foreign-trade zone",
          "goods in privileged foreign status: classification and duties of the day of admission to the zone, due on entry from it",
              "zone-rate", "read"),
    Entry("07", "consumption, quota and antidumping or countervailing duty", _ON_ENTRY, "consumption", "read"),
    Entry("11", "informal, free and dutiable", "the same duties as a formal entry: the acts make no difference by the form of entry",
        "consumption", "read"),
    Entry("12", "informal, quota other than textiles", "as 11", "consumption", "read"),
    Entry("21", "warehouse", "nothing on entry into the warehouse; the duties of the day of withdrawal for consumption", "consumption",
        "read"),
    Entry("22", "re-warehouse", "as 21", "consumption", "read"),
    Entry("23", "temporary importation under bond",
          "no duty where the goods leave in time (heading 9813); for goods under Section 232 the bond covers the additional duty", "",
          "secondary", f"CSMS of 6 July 2018, {_REPORTED}"),
    Entry("31", "warehouse withdrawal for consumption", "the duties of the day of withdrawal", "consumption", "read"),
    Entry("32", "warehouse withdrawal, quota", "as 31", "consumption", "read"),
    Entry("34", "warehouse withdrawal, antidumping or countervailing duty", "as 31", "consumption", "read"),
    Entry("38", "warehouse withdrawal, antidumping or countervailing duty and quota", "as 31", "consumption", "read"),
    Entry("61", "immediate transportation",
          "for Section 301 the rates of the day on which the in-bond entry was accepted at the first port (19 CFR 141.69(b))", "",
          "secondary", f"CSMS 18-000575, {_REPORTED}"),
    Entry("86", "de minimis, section 321",
          "no such entry since 29 August 2025: every shipment pays, whatever its value, origin or way of entry", "de-minimis", "read"),
)  # fmt: skip
