"""Every form of every question: fields of the right kind, their words, what they take and what they refuse, as pages show it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest

from drawn import thinned

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")

from starlette.requests import Request

from parley.errors import InputError
from parley.question import Part, offered
from parley.web import ask_view, pages, reading
from parley.web.commands import commands
from parley.web.form_fields import by_label, field_at, field_of, kind_of, option_words, typed_again
from parley.web.problems import problem_of
from parley.web.rendering import rendered
from parley.web.upload_kinds import KINDS

ASKED = {f"/ask{path}": command.question for path, command in commands().items()}
QUESTIONS: dict[str, type] = {**{p: q for p, q in pages.QUESTIONS.items() if p != "/compare"}, **ASKED}
FREE = {  # texts whose words name a few values, and why they are no choice
    "objective": "weights too: welfare=1,revenue=0.2",
    "starts": "several, in an order",
    "players": "several countries",
}
LIST = re.compile(r"(?:^|: )(?:\w+, )+\w+ or \w+(?=$|[ ;,(])")  # "uniform, mfn, bilateral or full"


def every_part() -> Iterator[tuple[str, Part]]:
    for path, kind in QUESTIONS.items():
        yield from ((path, part) for part in offered(kind) if part.name not in ("toml", "wait"))
    for kind in KINDS:
        yield from ((f"/files {kind.name}", part) for part in kind.parts)


PARTS = list(every_part())


def test_what_names_a_day_a_country_or_a_few_words_is_no_free_text() -> None:
    texts = [(path, part) for path, part in PARTS if kind_of(part) == "text" and not part.many]
    said = [(path, part.called, part.words) for path, part in texts if not field_of(part)["pattern"]]
    wrong = [
        x
        for x in said
        if "YYYY-MM-DD" in x[2] or re.search(r"country, |countr(y|ies) of|ISO3|\bdays? (of|on|to) |cut-off", x[2])
    ]
    wrong += [x for x in said if LIST.search(x[2]) and x[1] not in FREE]
    assert not wrong


def test_every_choice_is_taken_as_it_is_offered() -> None:
    """Each word of each closed set is one that the question takes; a word that is none is refused by its field."""
    chosen = 0
    for path, part in PARTS:
        field = field_of(part)
        if path not in QUESTIONS or field["kind"] not in ("choice", "choices"):
            continue
        needed = {p.called: "1" for p in offered(QUESTIONS[path]) if field_of(p)["required"]}
        assert set(part.one_of) <= set(field["options"]), (path, part.name)
        for value in field["options"]:
            chosen += 1
            pairs = [*(needed | {part.called: value}).items()]
            asked: Any = reading.read_pairs(QUESTIONS[path], pairs)
            assert value == "" or value in (held if isinstance(held := getattr(asked, part.name), tuple) else (held,))
            assert option_words(value) or not value
        with pytest.raises(InputError) as refused:
            reading.read_pairs(QUESTIONS[path], [*(needed | {part.called: "no-such"}).items()])
        assert refused.value.where == part.called
    assert chosen > 150


class Page(HTMLParser):
    """The fields of a page by name, with labels, and what the alert says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, dict[str, str | None]] = {}
        self.labelled: set[str | None] = set()
        self.values: dict[str, list[str]] = {}
        self.select = ""
        self.heading = self.alert = ""
        self.lists: set[str | None] = set()
        self.within = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.within = tag
        if tag in ("input", "select") and found.get("name"):
            self.fields[str(found["name"])] = found
            self.select = str(found["name"]) if tag == "select" else ""
        if tag == "input" and found.get("name") and (found.get("type") != "checkbox" or "checked" in found):
            self.values.setdefault(str(found["name"]), []).append(found.get("value") or "")
        if tag == "option" and "selected" in found:
            self.values.setdefault(self.select, []).append(found.get("value") or "")
        if tag == "label":
            self.labelled.add(found.get("for"))
        if tag == "datalist":
            self.lists.add(found.get("id"))

    def handle_data(self, data: str) -> None:
        if self.within == "h1":
            self.heading += data
        elif self.within in ("p", "b"):
            self.alert += data


def refused(path: str, pairs: list[tuple[str, str]], error: Exception) -> Page:
    """The page of a refusal, read."""
    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": urlencode(pairs).encode()}
    return Page(bytes(pages.problem_page(Request(scope), problem_of(error)).body).decode())


@pytest.mark.parametrize("path", thinned(QUESTIONS, 4))
def test_a_form_speaks_of_fields_by_their_labels_and_gives_each_its_own(path: str) -> None:
    """No option of a command line, no two fields of one label; a refusal marks the field that it names as an option."""
    fields = typed_again(QUESTIONS[path], [])
    labels = [f["words"] for f in fields]
    assert len(set(labels)) == len(labels)
    assert not [f["hint"] for f in fields if "--" in f["hint"] or "may be repeated" in f["hint"]]
    for field in fields:
        option = "--" + field["name"].replace("_", "-")
        page = refused(path, [], InputError("the game", f"{option} is missing", f"{option} 5 or none"))
        assert page.heading.strip() == f"Check the field “{field['words']}”"
        assert page.fields[field["name"]].get("aria-invalid") == "true"
        assert option not in page.alert


@pytest.mark.parametrize("path", ASKED)
def test_the_form_of_a_question_has_every_field_with_its_label(path: str) -> None:
    command = commands()[path.removeprefix("/ask")]
    fields = ask_view.fields(command, None)
    view = ask_view.View("ask.html.j2", "title", path, ask_view.Nothing(), {})
    context = {"command": command, "fields": fields, "facts": [], "asks": False, "drawn": {}, "sheets": {}}
    page = Page(rendered("ask.html.j2", view=view, here=path, asked=view.asked, **context))
    for field in fields:
        found = page.fields[field["name"]]
        assert found.get("id") in page.labelled or found.get("type") == "checkbox"
        assert ("required" in found) == field["required"] or field["kind"] in ("choice", "flag")
        assert found.get("list") in (None, *page.lists)
        typed = {"day": "date", "number": "number", "choices": "checkbox", "country": "text", "text": "text"}
        assert found.get("type") == typed.get(field["kind"])


@pytest.mark.parametrize("path", thinned(QUESTIONS, 4))
def test_a_wrong_value_keeps_the_form_and_names_its_field_by_the_label(path: str) -> None:
    """Of each field that is no free text: what was typed in every other field stands in the page of the refusal."""
    fields = {f["name"]: f for f in typed_again(QUESTIONS[path], [])}
    parts = {p.called: p for p in offered(QUESTIONS[path])}
    kinds = {"day": "2025-13-02", "choice": "no-such", "choices": "no-such"}
    free = {n for n, f in fields.items() if f["kind"] in ("text", "country") and not f["pattern"]}
    typed = {n: "1" for n, f in fields.items() if n in free or f["required"]}
    for name, field in fields.items():
        number = field["kind"] == "number" and parts[name].kind in (int, float)
        wrong = "much" if number else kinds.get(field["kind"], "")
        if not wrong:
            continue
        pairs = [*({"go": "1"} | typed | {name: wrong}).items()]
        with pytest.raises(InputError) as error:
            reading.read_pairs(QUESTIONS[path], pairs[1:])
        page = refused(path, pairs, error.value)
        assert f"“{field['words']}”" in page.heading, (name, page.heading)
        assert page.fields[name].get("aria-invalid") == "true"
        assert all(text in page.values[other] for other, text in typed.items() if other != name)
        assert field["kind"] == "choices" or wrong in page.values[name]


@pytest.mark.parametrize("where", ["--old-rate", "trade partial --old-rate", "old_rate", "trade, OLD-RATE"])
def test_a_field_is_found_however_a_refusal_names_it(where: str) -> None:
    found = field_at(where, typed_again(commands()["/trade/partial"].question, []))
    assert found
    assert found["words"] == "Old rate"


@pytest.mark.parametrize(
    ("path", "pairs", "label"),
    [
        ("/act", {"id": "us-eo-1"}, "Id"),
        ("/scenario", {"on": "2025-05-02", "drop": "nope@2025-05-02"}, "Repealed"),
        ("/measure", {"id": "no-such"}, "Id"),
    ],
)
def test_a_refusal_that_names_a_thing_is_of_the_field_in_which_it_stands(
    path: str, pairs: dict[str, str], label: str
) -> None:
    value = [*pairs.values()][-1].partition("@")[0]
    page = refused(path, [*pairs.items()], InputError("thing", f"no thing {value!r}", "one that is"))
    assert label in page.heading


def test_a_hint_names_no_field_that_its_form_has_not() -> None:
    """Options that the form has not go from a list; where none of them is a field the sentence stays."""
    for kind in KINDS:
        fields = kind.form({})
        labels = {field["words"] for field in fields}
        for field in fields:
            assert set(re.findall("“([^”]+)”", field["hint"])) <= labels, (kind.name, field["name"])
    assert (
        by_label("by --on, --drop and --set; not --file", ["on", "set"])
        == "by “In force on” and “Rates set”; not --file"
    )
    assert by_label("--on, --drop or --set") == "“In force on”, “Repealed” or “Rates set”"
