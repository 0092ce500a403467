"""What can be made of a file that a browser sends: one kind each, with the command that answers it and what that writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from parley.errors import InputError, unknown_name
from parley.law import questions as of_law
from parley.law.shipments import questions as of_files
from parley.question import Part, parts_of
from parley.scenario import questions as of_scenario
from parley.text_files import decoded
from parley.web.commands import word_of
from parley.web.form_fields import FormField, field_of

TABLES = (".csv", ".csv.gz", ".xlsx", ".json", ".parquet")
SAID_OF_CELLS = ("column", "columns")  # headings of the user's own file, which may hold any sign


@dataclass(frozen=True)
class Kind:
    """One use of a file. command: its words; file: the option that takes the file, empty where it stands alone.

    fields: the parts of the question that the form offers; writes: option → name of the file that it writes; tells: keys of
    the answer that come first, each with its words; tables: of a table's key its caption and the columns that come first;
    check: refuses a file that a server must not read for others.
    """

    name: str
    title: str
    says: str
    command: tuple[str, ...]
    question: type
    fields: tuple[str, ...]
    writes: Mapping[str, str]
    tells: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    takes: tuple[str, ...] = TABLES
    file: str = ""
    check: Callable[[bytes], object] | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that the form offers, in its order."""
        found = {part.name: part for part in parts_of(self.question)}
        return tuple(found[name] for name in self.fields)

    def form(self, given: Mapping[str, str]) -> list[FormField]:
        """The fields of the form with what was typed, else empty or at their defaults."""
        names = [part.called for part in self.parts]
        return [field_of(part, given.get(part.called), names) for part in self.parts]

    def about(self, name: str) -> str:
        """What stands in a file that was written."""
        return FILES[name]

    def suffix(self, name: str) -> str:
        """The end of a file's name. Raises InputError where files of that kind are not read."""
        found = next((end for end in self.takes if name.casefold().endswith(end)), "")
        if not found:
            raise InputError("file", f"{name[-60:]!r}", f"a name that ends in {', '.join(self.takes)}")
        return found

    def argv(self, file: str, given: Mapping[str, str]) -> list[str]:
        """The words of the command for a file and the fields of the form. Raises InputError with the field's name."""
        words = [*self.command, f"{self.file}={file}" if self.file else file]
        for part in self.parts:
            words += _words(part, given.get(part.called, "").strip())
        return [*words, *(f"{option}={name}" for option, name in self.writes.items()), "--json"]


def _words(part: Part, value: str) -> list[str]:
    """A field's value as words of the command line; none where it is empty or the default."""
    if not value:
        return []
    if part.kind is bool:
        on = value.casefold() in ("true", "1", "on", "yes")
        return [] if on == bool(part.default) else [part.option if on else f"--no-{part.option[2:]}"]
    values = [v.strip() for v in value.split(";")] if part.many else [value]
    option = part.option.split()[0]
    free = part.name in SAID_OF_CELLS
    return [f"{option}={v if free else word_of(part.called, v)}" for v in values if v and v != str(part.default)]


def _own_scenario(content: bytes) -> object:
    """The scenario of a file, safe to run for others. Raises InputError."""
    from parley.scenario.scenario import SCENARIO
    from parley.web.scenarios import own_text

    return own_text(decoded(content, SCENARIO, "file"))


def _own_elasticities(content: bytes) -> object:
    """The elasticities of a file, checked before anything is solved. Raises InputError."""
    from parley.world.elasticity import SET, parsed_set

    return parsed_set(decoded(content, SET, "file"), "file")


READ = ("dates", "column")
FILES = {
    "duties.csv": "every row with its duty and the measures behind it", "rejects.csv": "rows without a duty, each with its reason",
    "entries.csv": "sums by entry", "refunds.csv": "every line with its refund, route and deadlines",
    "audit.csv": "every line with its findings", "products.csv": "every product, with its duty now and the lowest",
    "rates.csv": "every product from every origin", "rules.csv": "every in-transit rule",
    "lines.csv": "every line that a rule is about",
}  # fmt: skip
KINDS = (
    Kind(
        "duties", "Duty on every shipment",
        "For each line: the duty to the cent, the measures behind it, or the reason why there is none.",
        ("law", "duties"), of_files.Duties,
        ("on", "known", "destination", "drop", "reading", "fees", "programmes", "headings", "difference", "as_scheduled", *READ),
        {"--out": "duties.csv", "--rejects": "rejects.csv", "--entries": "entries.csv"},
        {"duty_total": "dollars of duty", "value_total": "dollars of customs value", "rows": "rows", "rejected": "rows without a duty"},
    ),
    Kind(
        "refund", "Refund of duties that were struck down",
        "For each entry line: the refund, what to file and until when, and which evidence is missing.",
        ("law", "refund"), of_files.Refund,
        ("ruling", "on", "known", "sued", "interest", "as_of", "payer", "from_entry", *READ), {"--out": "refunds.csv"},
        {"refund_total": "dollars of refunds, before interest", "interest_total": "dollars of interest", "rows": "lines",
         "refundable": "lines with a refund", "rejected": "lines without an answer"},
    ),
    Kind(
        "audit", "Chapter 99 headings filed, against the law of their day",
        "For each entry line: headings that are missing or not due, and duty paid against duty due.",
        ("law", "audit"), of_files.Audit, ("on", "known", "reading", "drop", *READ), {"--out": "audit.csv"},
        {"paid_total": "dollars paid", "due_total": "dollars due", "underpaid": "dollars paid too little",
         "overpaid": "dollars paid too much", "lines": "lines", "agree": "lines whose headings agree",
         "rejected": "lines whose duty is not known"},
    ),
    Kind(
        "cheapest", "The same goods from other origins",
        "What each product of the file would pay from each origin. This is no sourcing plan.",
        ("law", "cheapest"), of_files.Cheapest, ("origins", "on", "known", "destination", "claim", *READ),
        {"--out": "products.csv", "--rates": "rates.csv"},
        {"duty_now": "dollars of duty now", "saving": "dollars less at the lowest duty of each product",
         "value": "dollars of customs value", "products": "products", "rejected": "rows without a duty"},
        {"top": ("Products that would save most", (
            "product", "description", "value", "rate_now", "duty_now", "origins_now", "cheapest", "cheapest_rate", "cheapest_duty",
            "saving"))},
    ),
    Kind(
        "water", "Goods in transit", "The lines that each act's in-transit rule exempts, and the dollars at stake.",
        ("law", "water"), of_files.InTransit, ("on", "known", *READ),
        {"--out": "rules.csv", "--lines": "lines.csv", "--rejects": "rejects.csv"},
        {"duty_saved": "dollars that in-transit rules spared", "undated_saving": "dollars more if loading days were shown",
         "undated_lines": "lines without a loading day", "late_missed": "dollars lost by late entry", "rows": "rows",
         "rejected": "rows without a duty"},
        {"rules": ("In-transit rules", (
            "act", "loaded_before", "entered_before", "relieved_lines", "duty_saved", "could_save_lines", "could_save", "late_lines",
            "late_missed", "title"))},
    ),
    Kind(
        "weights", "The average rate by your own weights",
        "A file of products and values: the mean rate on them. Name a day or a period under Options.",
        ("law", "average"), of_law.Average, ("origin", "destination", "on", "since", "until", "known", "by"), {},
        file="--weights",
    ),
    Kind(
        "scenario", "Your own scenario", "A scenario in TOML: what it does to trade, country by country.",
        ("trade", "solve"), of_scenario.Solve, ("on", "known", "ranges"), {}, takes=(".toml",), check=_own_scenario,
    ),
    Kind(
        "elasticities", "Your own elasticities", "A set in TOML: what the tariffs of a day do under it, country by country.",
        ("trade", "solve"), of_scenario.Solve, ("on", "known", "before", "drop", "set", "model", "deficits", "reading", "ranges"),
        {}, takes=(".toml",), file="--elasticities", check=_own_elasticities,
    ),
)  # fmt: skip


def kind_of(name: str) -> Kind:
    """The kind of that name. Raises InputError with the nearest."""
    found = {kind.name: kind for kind in KINDS}
    if name not in found:
        raise unknown_name("kind", "use of a file", name[:40], found)
    return found[name]
