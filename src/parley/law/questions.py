"""What the law can be asked, one type each: the command line, the HTTP API and the pages read their options off these."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from parley.codes import PROGRAMMES
from parley.law.rate_question import Claim, Reading
from parley.law.rate_question import Rate as Rate
from parley.question import COUNTRY, DAY, Add, Destination, Drop, Known, Origin, Says, Set

if TYPE_CHECKING:
    from parley.law.shipments.layouts.plan import FileOptions


Products = Annotated[tuple[str, ...], Says("only lines that start with these digits; may be repeated", most=24)]


def legal_authorities() -> tuple[str, ...]:
    """The legal authorities that a measure may rest on."""

    return tuple(PROGRAMMES)


def entry_flags() -> tuple[str, ...]:
    """What may set an entry apart when it is refunded."""
    from parley.law.refunds.ruling import FLAGS

    return tuple(name for name in FLAGS if name)


@dataclass(frozen=True, kw_only=True)
class Find:
    """The tariff lines that fit words or digits, best first.

    \b
    Examples:
      parley law find smartphone
      parley law find 8517.13
    """

    words: Annotated[
        str, Says("words, or the first digits of a code", low=1, most=200, argument=True, metavar="WORDS...")
    ]
    destination: Destination = "USA"
    limit: Annotated[int, Says("at most so many lines", low=1, high=1000)] = 10
    on: Annotated[str | None, Says("the codes of this day; default: the last edition", most=DAY, form="date")] = None


@dataclass(frozen=True, kw_only=True)
class Average:
    """The average rate on an origin's goods by legal authority: on one day, or on each day of a period on which it changes.

    \b
    Examples:
      parley law average --origin CHN --on 2025-05-02
      parley law average --origin VNM --since 2025-01-01 --until 2025-07-09 --known 2025-05-02
      parley law average --origin CHN --on 2025-05-02 --by chapter --csv chapters.csv
      parley law average --origin CHN --since 2025-01-01 --until 2025-12-31 --daily --csv days.csv --plot days.svg
      parley law average --origin CHN --on 2025-05-02 --weights extract.csv --columns value='Line Total'
      parley law average --origin CHN --on 2025-05-02 --programme s301 --programme s232
      parley law average --origin CHN --on 2025-05-02 --convention metal-residual --convention metal-content
      parley law average --origin CHN --on 2025-05-20 --reading paid
    """

    origin: Origin = ""
    destination: Destination = "USA"
    on: Annotated[str | None, Says("one day, YYYY-MM-DD", most=DAY, form="date")] = None
    since: Annotated[str | None, Says("first day of a period", most=DAY, form="date")] = None
    until: Annotated[str | None, Says("last day of a period", most=DAY, form="date")] = None
    known: Known = None
    weights: Annotated[
        str,
        Says(
            "imports (of the baseline year), simple",
            most=10,
            one_of=("imports", "simple"),
            or_file="a CSV file of product,value[,origin]",
        ),
    ] = "imports"
    column: Annotated[
        tuple[str, ...],
        Says(
            "in a file of weights, NAME=HEADING: which column holds what; may be repeated",
            word="--columns",
            local=True,
        ),
    ] = ()
    rate: Annotated[
        tuple[str, ...],
        Says(
            "in a file of weights, CURRENCY=RATE: dollars for one unit; may be repeated",
            word="--currency-rate",
            local=True,
        ),
    ] = ()
    by: Annotated[str | None, Says("chapter or sector: one average each", one_of=("chapter", "sector"))] = None
    products: Products = ()
    programme: Annotated[
        tuple[str, ...], Says("only what these legal authorities add, such as s301; may be repeated", most=40)
    ] = ()
    claim: Claim = ()
    convention: Annotated[tuple[str, ...], Says("count as others do: law average --conventions lists them")] = ()
    daily: Annotated[bool, Says("one row a day, changed or not")] = False
    reading: Annotated[
        str,
        Says(
            "law; collected (by customs that day); announced (to come); paid (goods and claims as they are, by cause)",
            most=12,
            one_of=("law", "collected", "announced", "paid"),
        ),
    ] = "law"
    drop: Drop = ()
    set: Set = ()
    add: Add = ()

    def as_files(self) -> "FileOptions | None":
        """How a file of weights is read, if something is said of it. Raises InputError."""
        if not self.column and not self.rate:
            return None
        from parley.law.shipments.columns import read_mapping
        from parley.law.shipments.layouts.currencies import read_rates
        from parley.law.shipments.layouts.plan import FileOptions

        return FileOptions(columns=read_mapping(list(self.column)), rates=read_rates(self.rate))


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """What started, changed and ended on an origin's goods, day by day, and by which act.

    \b
    Example:
      parley law timeline --origin CHN --since 2025-01-01 --until 2025-05-14
    """

    origin: Origin
    since: Annotated[str, Says("first day", most=DAY, form="date", asked="2025-01-01")]
    until: Annotated[str, Says("last day", most=DAY, form="date", asked="2025-12-31")]
    destination: Destination = "USA"
    known: Known = None
    reading: Reading = "law"


@dataclass(frozen=True, kw_only=True)
class Diff:
    """What changed in law between two days, each as known on a day: measures, acts, lines and share of imports.

    \b
    Examples:
      parley law diff --origin CHN --from 2025-05-02 --to 2025-05-14
      parley law diff --origin VNM --from 2025-07-09@2025-05-02 --to 2025-07-09@2025-07-08 --csv changes.csv
      parley law diff --origin CHN --from 2026-02-19 --to 2026-02-21 --reading collected
      parley law diff --origin CHN --from 2025-01-01 --to 2025-12-31 --products 8517 --programme s301
      parley law diff --feed --origin CHN --origin VNM --products 8517.13 --from 2025-01-01
    """

    origin: Annotated[
        tuple[str, ...],
        Says("country of origin: ISO3 code or name; of a feed, may be repeated", low=1, most=COUNTRY, form="country"),
    ]
    first: Annotated[
        str,
        Says(
            "tariffs in force on a day, as known on a day",
            word="--from",
            metavar="ON[@KNOWN]",
            form="day_at_known",
            most=2 * DAY + 1,
        ),
    ]
    second: Annotated[
        str | None,
        Says(
            "the other; of a feed, default: the last day of a known change",
            word="--to",
            metavar="ON[@KNOWN]",
            form="day_at_known",
            most=2 * DAY + 1,
        ),
    ] = None
    destination: Destination = "USA"
    products: Products = ()
    programme: Annotated[
        tuple[str, ...],
        Says(
            "only measures of these legal authorities, such as s301; may be repeated", most=40, one_of=legal_authorities
        ),
    ] = ()
    feed: Annotated[bool, Says("as JSON Feed: each day of change after --from, with its acts, sources and rates")] = (
        False
    )
    reading: Reading = "law"
    drop: Drop = ()
    set: Set = ()
    add: Add = ()


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """How chapter 98, drawback, a foreign-trade zone or an entry type treats each US duty, with the clause.

    With a product, a value and the value of the work abroad or of US parts, the duty in dollars.

    \b
    Examples:
      parley law treatment 9802.00.50 --origin CHN --on 2025-05-02 --product 8471.50.01.50 --value 1000 --work 200
      parley law treatment 9802.00.60 --origin MEX --on 2025-09-01
      parley law treatment zone --origin VNM --on 2025-09-01
      parley law treatment 06 --origin CHN --on 2025-05-02
    """

    what: Annotated[
        str,
        Says(
            "heading of chapter 98 (9802.00.50), drawback, zone, or customs' entry type (06)",
            low=1,
            most=40,
            argument=True,
            metavar="WHAT",
        ),
    ]
    origin: Origin
    on: Annotated[
        str | None,
        Says(
            "day of entry; default: the last day to which the law was read", most=DAY, form="date", asked="2025-05-02"
        ),
    ] = None
    known: Known = None
    product: Annotated[str | None, Says("tariff line: the duties on this good alone", most=24)] = None
    value: Annotated[float | None, Says("customs value in dollars: the duty is then given too", above=0)] = None
    work: Annotated[float | None, Says("dollars of repairs, alterations or processing abroad", low=0)] = None
    us_parts: Annotated[float | None, Says("dollars of United States parts in the article", low=0)] = None
    claim: Claim = ()


@dataclass(frozen=True, kw_only=True)
class Export:
    """The law of a period in files: each line from each origin, and each interval in which its rate stays the same.

    A row has the first day of the interval, the first day out of it, the rate, its base and what is added, as fractions, and the
    legal authorities that add something. A ban and an estimated base are marked.

    \b
    Examples:
      parley law export --panel --since 2025-01-01 --until 2025-12-31 --out panel.parquet
      parley law export --panel --since 2025-01-01 --until 2025-12-31 --origin CHN --products 8517 --csv phones.csv
      parley law export --panel --since 2018-01-01 --until 2020-12-31 --programme s301 --split --out s301.parquet
    """

    since: Annotated[str, Says("first day", most=DAY, form="date")]
    until: Annotated[str, Says("last day", most=DAY, form="date")]
    destination: Destination = "USA"
    origin: Annotated[
        tuple[str, ...], Says("only goods of these countries; default: of every one; may be repeated")
    ] = ()
    products: Products = ()
    programme: Annotated[
        tuple[str, ...],
        Says("only rows to which one of these legal authorities adds, such as s301; may be repeated", most=40),
    ] = ()
    split: Annotated[bool, Says("a column more for what each legal authority adds")] = False
    panel: Annotated[bool, Says("line × origin × interval: the one table there is so far")] = False
    known: Known = None
    claim: Claim = ()
    drop: Drop = ()
    set: Set = ()
    add: Add = ()


@dataclass(frozen=True, kw_only=True)
class Measures:
    """Every packaged measure with its steps.

    \b
    Examples:
      parley law measures list --programme ieepa_fentanyl
      parley law measures list --on 2025-07-09 --known 2025-05-02 --csv measures.csv
    """

    programme: Annotated[str | None, Says("only this legal authority", most=40, one_of=legal_authorities)] = None
    on: Annotated[str | None, Says("only those in force on this day", most=DAY, form="date")] = None
    known: Known = None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One measure: its steps, scope, stacking and sources; with --known, only the steps known on that day.

    Without it the steps that a later act replaced, and those only announced, stand among them with the days of their knowledge.

    \b
    Examples:
      parley law measures show us-ieepa-reciprocal-cn
      parley law measures show us-ieepa-reciprocal-cn --known 2025-05-02
    """

    id: Annotated[str, Says("a measure's id", most=120, argument=True, metavar="ID")]
    known: Known = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the acts contain besides duties: export controls, port fees, announced lists, exemptions without a list.

    \b
    Examples:
      parley law measures facts --country CHN
      parley law measures facts --on 2026-10-01
    """

    authority: Annotated[
        str | None, Says("only this country's acts, such as CHN", most=COUNTRY, word="--country", form="country")
    ] = None
    on: Annotated[str | None, Says("leave out what had ended by this day", most=DAY, form="date")] = None
    known: Known = None


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act: its citation, whether its text was read, and every row that rests on it."""

    id: Annotated[str, Says("an act's id", most=120)]


@dataclass(frozen=True, kw_only=True)
class RefundStatus:
    """What became of a ruling on duties by a day, and which way a refund goes. Planning, not advice.

    Without an entry, every state that an entry may be in; with its day of entry or liquidation, its own.

    \b
    Examples:
      parley law refund-status --on 2026-07-15
      parley law refund-status --on 2026-07-15 --entered 2025-08-20
      parley law refund-status --on 2026-07-15 --liquidated 2026-06-01 --flag protest_open
      parley law refund-status --ruling us-ruling-2026-05-07 --on 2026-07-15 --known 2026-07-15
    """

    ruling: Annotated[
        str,
        Says(
            "the ruling: us-ruling-2026-02-20 (IEEPA), us-ruling-2026-05-07 (Section 122)",
            most=60,
            metavar="RULING",
            one_of="parley.law.refunds.ruling:rulings",
        ),
    ] = "us-ruling-2026-02-20"
    on: Annotated[
        str | None,
        Says("the day of the status; default: the last day to which the law was read", most=DAY, form="date"),
    ] = None
    known: Known = None
    entered: Annotated[str | None, Says("the entry's day of entry, YYYY-MM-DD", most=DAY, form="date")] = None
    liquidated: Annotated[
        str | None, Says("its day of liquidation; default: customs' cycle from entry", most=DAY, form="date")
    ] = None
    flag: Annotated[str | None, Says("what sets the entry apart, such as drawback", most=40, one_of=entry_flags)] = None
    sued: Annotated[bool, Says("the importer has an action of its own at the Court of International Trade")] = False
