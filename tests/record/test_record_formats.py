"""What leaves the record: the JSON Schema, schema.org Claim, iCalendar, CSV and the page, each held to its own rules."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from commands import PARLEY
from drawn import thinned
from parley.json_values import plain
from parley.record.entry import LedgerFile
from parley.record.export import claims_jsonld, deadlines_ics, timeline, timeline_csv
from parley.record.faults import read_entry
from parley.record.ledger import FOLDER, ledger_of, read_ledger, read_tables
from parley.record.write import schema, schema_text
from parley.report.timeline import timeline_page
from parley.scenario.rate_series import rate_steps

LEDGER = read_ledger()
MAY = date(2025, 5, 2)
KNOWN = {"type", "properties", "required", "additionalProperties", "items", "prefixItems", "minItems", "maxItems", "anyOf",
         "enum", "const", "$ref", "format", "title", "description", "default", "discriminator", "$schema", "$defs"}  # fmt: skip
TYPES = {
    "string": str,
    "object": dict,
    "array": list,
    "boolean": bool,
    "null": type(None),
    "integer": int,
    "number": (int, float),
}


def faults(value: Any, rule: dict[str, Any], whole: dict[str, Any], at: str = "$") -> list[str]:
    """Where a value breaks a JSON Schema; of the words of the schema only those that ours uses, all others refused."""
    assert set(rule) <= KNOWN, set(rule) - KNOWN
    if "$ref" in rule:
        return faults(value, whole["$defs"][rule["$ref"].rsplit("/", 1)[1]], whole, at)
    if "anyOf" in rule:
        tried = [faults(value, r, whole, at) for r in rule["anyOf"]]
        return [] if [] in tried else [f"{at}: none of {len(tried)}: {min(tried, key=len)}"]
    found = []
    if "type" in rule and (
        not isinstance(value, TYPES[rule["type"]]) or (isinstance(value, bool) and rule["type"] != "boolean")
    ):
        return [f"{at}: {value!r} is no {rule['type']}"]
    if "enum" in rule and value not in rule["enum"]:
        found.append(f"{at}: {value!r} is not among {rule['enum']}")
    if "const" in rule and value != rule["const"]:
        found.append(f"{at}: {value!r} is not {rule['const']!r}")
    if rule.get("format") == "date" and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        found.append(f"{at}: {value!r} is no day")
    return found + faults_inside(value, rule, whole, at)


def faults_inside(value: Any, rule: dict[str, Any], whole: dict[str, Any], at: str) -> list[str]:
    found: list[str] = []
    if isinstance(value, dict):
        found += [f"{at}: no {name}" for name in rule.get("required", []) if name not in value]
        for name, inner in value.items():
            if name in rule.get("properties", {}):
                found += faults(inner, rule["properties"][name], whole, f"{at}.{name}")
            elif rule.get("additionalProperties") is False:
                found.append(f"{at}: {name} is not allowed")
    if isinstance(value, list):
        heads = rule.get("prefixItems", [])
        if not rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", len(value)):
            found.append(f"{at}: {len(value)} items")
        for n, inner in enumerate(value):
            one = heads[n] if n < len(heads) else rule.get("items", {})
            assert one is not False
            found += faults(inner, one, whole, f"{at}[{n}]")
    return found


def as_json(table: Any) -> Any:
    """TOML tables as an editor hands them to a JSON Schema: days as text."""
    return json.loads(json.dumps(table, default=str))


def test_the_packaged_schema_is_the_one_that_the_types_give() -> None:
    assert (FOLDER.parent / "record.schema.json").read_text("utf-8") == schema_text()


@pytest.mark.slow
def test_the_schema_is_a_schema_and_an_independent_reader_takes_every_shipped_file() -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="the dev extra brings it")
    jsonschema.Draft202012Validator.check_schema(schema())
    checks = jsonschema.Draft202012Validator(schema(), format_checker=jsonschema.FormatChecker())
    for path in FOLDER.glob("*.toml"):
        assert not list(checks.iter_errors(as_json({"entry": read_tables(path)}))), path.name
    [fault] = checks.iter_errors({"entry": [{**as_json(read_tables(FOLDER / "2025-05.toml")[0]), "kind": "clam"}]})
    assert (list(fault.path), fault.validator) == (["entry", 0, "kind"], "enum")


@pytest.mark.parametrize("path", thinned(sorted(FOLDER.glob("*.toml")), 6), ids=lambda p: p.stem)
def test_every_shipped_file_keeps_the_schema(path) -> None:
    assert faults(as_json({"entry": read_tables(path)}), schema(), schema()) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [({"kind": "clam"}, "not among"), ({"sorce": 1}, "sorce is not allowed"), ({"text": 3}, "no string"),
     ({"says": [{"is": "talks_ongoing", "parties": ["CHN"], "value": True}]}, "none of"),
     ({"says": [{"is": "talks_on", "parties": ["CHN", "USA"], "value": True}]}, "none of")],
)  # fmt: skip
def test_the_schema_refuses_what_the_reader_refuses(change: dict, told: str) -> None:
    good = as_json(read_tables(FOLDER / "2025-05.toml")[0])
    assert faults({"entry": [good]}, schema(), schema()) == []
    [fault] = faults({"entry": [{**good, **change}]}, schema(), schema())
    assert told in fault
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"entry": [{**good, **change}]}, LedgerFile)


# schema.org: Claim adds appearance and firstAppearance to CreativeWork; author is a Person or an Organization.
CLAIM = {"@type", "@id", "author", "dateCreated", "abstract", "appearance", "text"}
WORK = {"@type", "publisher", "url", "datePublished"}


def test_claims_have_the_shape_of_schema_org() -> None:
    found = claims_jsonld(LEDGER)
    assert (found["@context"], set(found)) == ("https://schema.org", {"@context", "@graph"})
    assert len({c["@id"] for c in found["@graph"]}) == len(found["@graph"]) > 30
    for claim in found["@graph"]:
        assert set(claim) <= CLAIM
        assert claim["@type"] == "Claim"
        assert claim["author"]["@type"] in ("Person", "Organization")
        assert claim["author"]["name"]
        assert claim["abstract"]
        assert date.fromisoformat(claim["dateCreated"])
        assert set(claim["appearance"]) <= WORK
        assert claim["appearance"]["publisher"]["name"]
        assert claim["appearance"].get("url", "https://").startswith(("https://", "http://"))
    voices = {c["author"]["name"]: c["author"]["@type"] for c in found["@graph"]}
    assert voices["the President of the United States"] == "Person"
    assert voices["China's Ministry of Commerce"] == "Organization"


def events(calendar: str) -> list[dict[str, str]]:
    """The events of an iCalendar text, read as RFC 5545 says: CRLF, unfolded, then name:value."""
    assert calendar.endswith("END:VCALENDAR\r\n")
    assert "\n" not in calendar.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in calendar.split("\r\n"))
    lines = calendar.replace("\r\n ", "").split("\r\n")[:-1]
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[2].startswith("PRODID:")
    found: list[dict[str, str]] = []
    for line in lines:
        name, value = line.split(":", 1)
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and name != "END":
            assert name not in found[-1]
            found[-1][name] = value
    return found


def test_an_independent_reader_of_json_ld_finds_the_same_claims() -> None:
    """Expanded by pyld with schema.org's own rule for its names, @vocab; its context is not fetched."""
    jsonld = pytest.importorskip("pyld.jsonld", reason="the dev extra brings it")
    found = claims_jsonld(LEDGER, MAY, MAY)
    read = jsonld.expand({**found, "@context": {"@vocab": "https://schema.org/", "@base": "urn:x:"}})
    assert [c["@id"] for c in read] == [c["@id"] for c in found["@graph"]]
    assert {t for c in read for t in c["@type"]} == {"https://schema.org/Claim"}
    for claim in read:
        assert set(claim) - {"@id", "@type"} <= {f"https://schema.org/{name}" for name in CLAIM}
        [where] = claim["https://schema.org/appearance"]
        assert where["@type"] == ["https://schema.org/CreativeWork"]


def test_an_independent_reader_of_calendars_finds_the_deadlines() -> None:
    icalendar = pytest.importorskip("icalendar", reason="the dev extra brings it")
    on = date(2025, 11, 20)
    calendar = icalendar.Calendar.from_ical(deadlines_ics(LEDGER, on, on))
    assert not calendar.errors
    assert (calendar["VERSION"], calendar["CALSCALE"]) == ("2.0", "GREGORIAN")
    read = {
        re.split("-20(?:18|25)-", str(e["UID"]))[0]: (e.decoded("DTSTART"), int(e["SEQUENCE"]))
        for e in calendar.walk("VEVENT")
    }
    assert read == {"country-rates": (date(2025, 8, 7), 2), "truce": (date(2026, 11, 10), 2),
                    "s301-exclusions": (date(2026, 11, 10), 0), "mexico-30": (date(2025, 10, 29), 0),
                    "october-controls": (date(2026, 11, 10), 0), "gallium-ban": (date(2026, 11, 27), 0),
                    "port-fees": (date(2026, 11, 9), 0), "list-3-rise": (date(2019, 5, 10), 1),
                    "canada-mexico": (date(2025, 3, 4), 1), "china-34": (date(2025, 4, 9), 0)}  # fmt: skip
    for event in calendar.walk("VEVENT"):
        assert not event.errors
        assert event.decoded("DTSTAMP").tzinfo is not None
        assert str(event["DESCRIPTION"]).startswith("Otherwise: ")


def test_deadlines_are_events_that_any_calendar_reads() -> None:
    found = events(deadlines_ics(LEDGER))
    assert len({e["UID"] for e in found}) == len(found) == 11
    for event in found:
        assert re.fullmatch(r"\d{8}T000000Z", event["DTSTAMP"])
        assert re.fullmatch(r"\d{8}", event["DTSTART;VALUE=DATE"])
        assert {"UID", "DTSTAMP", "SUMMARY", "DESCRIPTION", "SEQUENCE"} <= set(event)
        assert not re.search(r"(?<!\\)[,;]", event["DESCRIPTION"])
    assert deadlines_ics(LEDGER) == deadlines_ics(read_ledger())


def test_a_moved_deadline_is_the_same_event_on_its_new_day() -> None:
    days = {}
    for on in (date(2025, 7, 6), date(2025, 7, 7), date(2025, 8, 1)):
        [event] = [e for e in events(deadlines_ics(LEDGER, on, on)) if e["UID"].startswith("country-rates-")]
        days[on] = (event["UID"], event["DTSTART;VALUE=DATE"], event["SEQUENCE"])
    uid = "country-rates-2025-04-09-04@parley"
    assert list(days.values()) == [(uid, "20250709", "0"), (uid, "20250801", "1"), (uid, "20250807", "2")]


def test_a_deadline_cannot_write_lines_of_its_own_into_a_calendar() -> None:
    said = {"is": "deadline_set", "deadline": "x\r\nBEGIN:VALARM", "by": "USA", "to": "*", "due": date(2025, 6, 1),
            "otherwise": "a;b,c\\d\r\nEND:VCALENDAR\x07 " + "é" * 90}  # fmt: skip
    raw = {"id": "2025-05-03-90", "kind": "deadline", "actor": "USA", "on": date(2025, 5, 3), "known": date(2025, 5, 3),
           "text": "T.", "source": {"publisher": "A", "tier": 2, "read": True}, "says": [said]}  # fmt: skip
    [event] = events(deadlines_ics(ledger_of([read_entry(raw, "test")])))
    assert event["UID"] == "x--BEGIN-VALARM-2025-05-03-90@parley"
    assert event["DESCRIPTION"].startswith("Otherwise: a\\;b\\,c\\\\d\\nEND:VCALENDAR é")


def test_the_csv_has_acts_words_and_rates_on_one_axis() -> None:
    rows = list(
        csv.DictReader(io.StringIO(timeline_csv(timeline(LEDGER, MAY, MAY), rate_steps(LEDGER, None, MAY, MAY))))
    )
    assert [r["on"] for r in rows] == sorted(r["on"] for r in rows)
    assert {r["lane"] for r in rows} == {"acts", "words", "rates"}
    steps = [(r["on"], r["rate"]) for r in rows if (r["origin"], r["lane"]) == ("CHN", "rates")]
    assert steps == [("2025-01-01", "0.0"), ("2025-02-04", "0.1"), ("2025-03-04", "0.2"), ("2025-04-05", "0.3"),
                     ("2025-04-09", "1.04"), ("2025-04-10", "1.45")]  # fmt: skip


def test_rates_as_steps_are_those_of_law_and_nothing_that_was_not_known() -> None:
    us, china = rate_steps(LEDGER)
    assert [(s["on"], s["rate"]) for s in china["steps"]] == [
        ("2025-01-01", 0.0), ("2025-04-10", 0.84), ("2025-04-12", 1.25), ("2025-05-14", 0.1)]  # fmt: skip
    assert us["steps"][-3:] == [
        {"on": "2026-02-20", "rate": 0.0}, {"on": "2026-02-24", "rate": 0.1}, {"on": "2026-07-24", "rate": 0.125}]  # fmt: skip
    early = rate_steps(LEDGER, None, None, date(2025, 4, 8))[0]  # on the 8th, 84 % of the 9th was known, 125 % was not
    assert early["until"] == "2025-04-08"
    assert rate_steps(LEDGER.known(date(2017, 1, 1))) == []


def page(on: date | None, known: date | None) -> str:
    found = {
        "on": on,
        "known": known,
        "entries": timeline(LEDGER, on, known),
        "rates": rate_steps(LEDGER, None, on, known),
    }
    return timeline_page(plain(found))


@pytest.fixture(scope="module")
def of_may() -> str:
    return page(MAY, MAY)


@pytest.mark.slow
def test_the_page_holds_every_entry_runs_nothing_and_loads_nothing(of_may: str) -> None:
    text = of_may
    rows = timeline(LEDGER, MAY, MAY)
    assert all(f'id="e{r["id"]}"' in text for r in rows)
    assert not {d for d in re.findall(r"\b20\d\d-\d\d-\d\d\b", text) if d > MAY.isoformat()}
    assert not [word for word in ("Geneva", "Busan", "Supreme Court", "Guardian", "Moneycontrol") if word in text]
    assert not re.search(r"<script|<link|<img|@import|url\(|\son\w+=|src=", text)
    assert "default-src 'none'" in text
    marks = text.count("<title>") - 1  # the page's own
    rates = rate_steps(LEDGER, None, MAY, MAY)
    steps = sum(len(p["steps"]) - 1 for p in rates)
    first = date.fromisoformat(min(s["on"] for p in rates for s in p["steps"])) - timedelta(days=31)
    early = sum(r["on"] < first.isoformat() for r in rows)
    assert marks == 2 * (len(rows) - early + steps)  # once on the wide picture, once on the narrow one
    assert f"{early} of them earlier than" in text


@pytest.mark.slow
def test_the_same_question_gives_the_same_page(of_may: str) -> None:
    assert of_may == page(MAY, MAY)


def test_the_page_names_its_picture_and_keeps_the_order_of_headings(of_may: str) -> None:
    text = of_may
    assert text.count('role="img" aria-label="Duties added by the United States on goods of China: at most 145') == 2
    levels = [int(n) for n in re.findall(r"<h(\d)", text)]
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert '<a class="skip" href="#main">' in text


def test_text_of_an_entry_cannot_become_markup() -> None:
    row = {**timeline(LEDGER, MAY, MAY)[0], "text": "<script>alert(1)</script>", "quote": '"><b>x'}
    text = timeline_page(plain({"on": MAY, "known": MAY, "entries": [row], "rates": []}))
    assert "<script" not in text
    assert "<b>x" not in text


def test_a_day_before_everything_is_a_page_that_says_so() -> None:
    assert "Nothing was known on that day" in timeline_page(
        {"on": None, "known": "2024-01-01", "entries": [], "rates": []}
    )


def test_out_writes_the_whole_file_or_says_why_not(capsys, tmp_path) -> None:
    for form, start in (("csv", "on,precision"), ("json", "{"), ("table", "2018-03-22")):
        target = tmp_path / f"t.{form}"
        PARLEY.out(capsys, "record", "timeline", "--on", "2025-05-02", "--format", form, "--out", str(target))
        assert target.read_text("utf-8").startswith(start)
    PARLEY.out(capsys, "record", "schema", "--out", str(tmp_path / "s.json"))
    assert (tmp_path / "s.json").read_text("utf-8") == schema_text()
    assert "cannot be written" in PARLEY.err(
        capsys, 2, "record", "timeline", "--format", "ics", "--out", str(tmp_path / "none" / "x.ics")
    )
