"""What files of shipments can be asked, one type each: how the files are read, by which law, and what is wanted of them.

They name files of the user's machine, so that no address asks them.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from parley.question import Add, Drop, Known, Says, Set

if TYPE_CHECKING:
    from parley.law.shipments.layouts.plan import FileOptions
    from parley.law.shipments.run import Options

FILES = (
    "CSV (also .gz), Excel (.xlsx), JSON or Parquet files, folders of them (Hive, Delta), globs, addresses (s3://…), "
    "or - for standard input"
)
SCENARIO = "the tariffs of a scenario, as parley brief takes it; keys that concern no duty are noted and ignored"
ENGINE = "local (also called duckdb); spark (extra: pip install 'parley-trade[spark]'; FILE may be a table)"
MASTER = "with --engine spark: its master (local[2], yarn, spark://…, sc://…); default SPARK_REMOTE, else this machine"
DIFFERENCE = "add each line's duty without --drop, --add and --scenario, and the change in all"
Files = Annotated[tuple[str, ...], Says(FILES, argument=True, metavar="FILE…", local=True)]
Threads = Annotated[int, Says("0: all cores", low=0)]
Memory = Annotated[str, Says("what the engine may use")]
RowDay = Annotated[str | None, Says("one day of entry for every row", form="date")]


@dataclass(frozen=True, kw_only=True)
class Read:
    """How files of any layout are read."""

    files: Files
    column: Annotated[
        tuple[str, ...],
        Says(
            "NAME=HEADING: which column holds what, such as origin='Made in'; may be repeated",
            word="--columns",
        ),
    ] = ()
    layout: Annotated[Path | None, Says("a layout of your own: TOML, or a CSV of role,heading")] = None
    decimal: Annotated[str | None, Says("the decimal sign, . or , where the numbers do not tell")] = None
    rate: Annotated[
        tuple[str, ...],
        Says("CURRENCY=RATE, dollars for one unit, such as EUR=1.08; may be repeated", word="--currency-rate"),
    ] = ()
    currency_rates: Annotated[Path | None, Says("a CSV of currency,from,rate: dollars for one unit from a day on")] = (
        None
    )
    sheet: Annotated[str | None, Says("the sheet of a workbook; default: the first that holds a table")] = None
    encoding: Annotated[
        str | None, Says("the encoding of text files, such as gb18030; default: found from their bytes")
    ] = None
    dates: Annotated[str, Says(
        "order of days such as 03/04/2025: MDY (or us), DMY (or eu), YMD; iso: as the column itself decides",
        one_of=("iso", "MDY", "DMY", "YMD"))] = "iso"  # fmt: skip

    def as_files(self) -> "FileOptions":
        """What is said about the files. Raises InputError."""
        from parley.law.shipments.columns import read_mapping
        from parley.law.shipments.layouts.currencies import read_rates
        from parley.law.shipments.layouts.plan import FileOptions

        return FileOptions(
            columns=read_mapping(list(self.column)), layout=self.layout, dates=self.dates, decimal=self.decimal or "",
            rates=read_rates(self.rate, self.currency_rates), sheet=self.sheet or "", encoding=self.encoding or "",
            on=getattr(self, "on", None), month_day=getattr(self, "month_day", 1),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Run(Read):
    """Files that the row engine judges: by which law, and on how much of the machine."""

    destination: Annotated[
        str | None, Says("importing country, where the file does not say; default USA", form="country")
    ] = None
    on: RowDay = None
    known: Known = None
    drop: Drop = ()
    set: Set = ()
    add: Add = ()
    scenario: Annotated[Path | None, Says(SCENARIO)] = None
    option: Annotated[str, Says("with --scenario: one of its options, by name, on top of its changes")] = ""
    threads: Threads = 0
    memory: Memory = "1GB"

    def as_options(self) -> "Options":
        """The options of the engine. Raises InputError."""
        from parley.law.shipments.columns import read_mapping
        from parley.law.shipments.run import Options

        return Options(columns=read_mapping(list(self.column)), destination=self.destination, known=self.known, on=self.on,
                       dates=self.dates, threads=self.threads, memory=self.memory)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Duties(Run):
    """The duty on every line of shipment files, to the cent, with the measures behind it, or the reason why there is none.

    Files of many layouts are read as they are: ACE reports, DataWeb, Census, Comtrade, BACI, China customs, Shopify, ERP
    extracts. Columns go by their headings, then by their cells, or by --columns. What was matched is said. Claims have
    columns of their own: usmca, us_content, steel_share, loaded …

    \b
    Examples:
      parley law duties shipments.csv --out duties.csv
      parley law duties 'entries/*.parquet' --out duties.parquet --programmes
      parley law duties shipments.csv --out new.csv --drop ieepa_fentanyl@2025-05-02 --difference
      parley law duties shipments.csv --out new.csv --scenario what-if.toml --difference
      parley law duties shipments.csv --rejects faults.csv --entries entries.csv
      parley law duties ES-003.xlsx --out duties.xlsx
      parley law duties invoices.csv --columns origin='Made in' --currency-rate EUR=1.08 --decimal ,
    """

    month_day: Annotated[int, Says("the day of the month on which rows of a month are rated", low=1, high=31)] = 1
    reading: Annotated[str, Says("law; collected (by customs that day)", one_of=("law", "collected"))] = "law"
    programmes: Annotated[bool, Says("add a rate column for each legal authority")] = False
    headings: Annotated[bool, Says("add the chapter 98 and 99 headings of each line, in the order of filing")] = False
    fees: Annotated[bool, Says("add merchandise processing and harbour fees")] = False
    mode: Annotated[str | None, Says("how all goods came, for the harbour fee: vessel, air …")] = None
    whole_dollars: Annotated[bool, Says("round values as entry summaries do")] = False
    difference: Annotated[bool, Says(DIFFERENCE)] = False
    as_scheduled: Annotated[bool, Says("also rows after the last day to which the law was read, as scheduled")] = False
    engine: Annotated[str, Says(ENGINE)] = "local"
    master: Annotated[str, Says(MASTER)] = ""
    memory: Annotated[str, Says("what sums by entry may use")] = "1GB"

    def as_options(self) -> "Options":
        """The options of the engine; before: the law without the changes. Raises InputError."""
        from dataclasses import replace

        from parley.errors import InputError, unknown_name
        from parley.law.readings import reading_of
        from parley.law.regime import read_regime

        if self.engine not in ("local", "duckdb", "spark"):
            raise unknown_name("--engine", "engine", self.engine, ("local", "duckdb", "spark"))
        if self.reading == "announced":
            raise InputError(
                "--reading", "announced: each row would be rated by the law of its own day", "law, collected"
            )
        return replace(
            super().as_options(), reading=reading_of(self.reading), whole_dollars=self.whole_dollars,
            programmes=self.programmes, fees=self.fees, mode=self.mode, as_scheduled=self.as_scheduled,
            before=read_regime() if self.difference else None,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Cheapest(Run):
    """What each product of a file would pay from each origin on the file's own days, and which origins are cheapest.

    Origin is a legal fact (where goods were last substantially transformed), not a choice, and prices differ by origin.
    So this is no sourcing plan. A duty by quantity is at the file's average quantity per dollar; without one it is empty.

    \b
    Examples:
      parley law cheapest shipments.csv --out products.csv --rates rates.csv
      parley law cheapest shipments.csv --origins CHN,VNM,MEX --on 2025-05-02 --claim usmca=true
      parley law cheapest 'entries/*.parquet' --origins all --out products.csv --limit 20
    """

    origins: Annotated[str, Says("file (those that occur in it); all; or codes: CHN,VNM,MEX")] = "file"
    on: Annotated[str | None, Says("one day of entry for every row; default: the file's own days", form="date")] = None
    claim: Annotated[tuple[str, ...], Says("made for every candidate origin: NAME=VALUE, such as usmca=true")] = ()
    top: Annotated[
        int, Says("at most so many products, those that save most first", low=0, high=1000, word="--limit")
    ] = 10


@dataclass(frozen=True, kw_only=True)
class InTransit(Run):
    """Goods in transit: the lines that each act's in-transit rule exempts, and the dollars at stake.

    It also lists lines without a loading date and lines that entered too late. Rows without a duty are counted by reason.

    \b
    Examples:
      parley law water shipments.csv --out rules.csv --lines lines.csv
      parley law water shipments.csv --columns loaded='On Board Date' --dates us --lines lines.csv
      parley law water 'entries/*.parquet' --json
    """


@dataclass(frozen=True, kw_only=True)
class Audit(Read):
    """Chapter 98 and 99 headings filed on entry lines against the law of their day. Planning, not advice.

    For each line: headings that are missing, that are not due (repealed, of other goods), and duty paid against duty due.
    Files hold what was filed on rows beside the commodity's (ACE report ES-003) or in a column of headings.

    \b
    Examples:
      parley law audit ES-003.xlsx
      parley law audit 'reports/*.csv' --out audit.csv --json
      parley law audit broker.csv --columns headings_filed='Ch 99'
    """

    reading: Annotated[str, Says("collected (by customs that day); law (later acts)", one_of=("collected", "law"))] = (
        "collected"
    )
    on: RowDay = None
    known: Known = None
    drop: Drop = ()
    set: Set = ()
    add: Add = ()


@dataclass(frozen=True, kw_only=True)
class Refund(Read):
    """Duties paid under legal authorities that were struck down. Planning, not advice.

    For each line: the refund, never more than was paid, the entry's status, what to file, until when, and missing evidence.

    Four subtotals: file now, protest, contested, by hand. --cape writes the declaration of what can be filed on the day.

    Interest is computed on request, at the published quarterly rates or your own. Later quarters are assumed, and named.

    \b
    Examples:
      parley law refund entries.csv --on 2026-07-15
      parley law refund entries.csv --out refunds.csv --on 2026-07-15
      parley law refund entries.csv --out refunds.csv --on 2026-07-15 --cape declaration
      parley law refund entries.csv --out refunds.csv --interest --as-of 2026-09-30 --interest-rate 2026Q3=0.07
      parley law refund entries.csv --out refunds.csv --ruling us-ruling-2026-05-07
    """

    ruling: Annotated[str, Says("the ruling: us-ruling-2026-02-20 (IEEPA), us-ruling-2026-05-07 (Section 122), or your own .toml",
        one_of="parley.law.refunds.ruling:rulings")] = "us-ruling-2026-02-20"  # fmt: skip
    on: Annotated[str | None, Says("the day of the entries' status; otherwise the last day read", form="date")] = None
    known: Annotated[str | None, Says("information cut-off for orders and phases, YYYY-MM-DD", form="date")] = None
    sued: Annotated[bool, Says("the importer has an action of its own at the Court of International Trade")] = False
    interest: Annotated[bool, Says("compute interest, compounded daily, to --as-of")] = False
    as_of: Annotated[str | None, Says("the day to which interest runs, YYYY-MM-DD", form="date")] = None
    interest_rates: Annotated[
        Path | None, Says("a CSV with quarter,rate (2026Q2,0.06) that replaces the packaged rates")
    ] = None
    interest_rate: Annotated[tuple[str, ...], Says("a quarter's rate, such as 2026Q3=0.07; may be given again")] = ()
    payer: Annotated[str, Says("whose packaged rate: corporation; other", one_of=("corporation", "other"))] = (
        "corporation"
    )
    from_entry: Annotated[bool, Says("use the entry date where the file holds no payment date")] = False
    threads: Threads = 0
    memory: Memory = "1GB"
