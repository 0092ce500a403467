"""What an assistant may read: acts, measures, words and limits, and the whole of any answer by its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from parley.errors import InputError, unknown_name
from parley.json_values import Json, plain
from parley.law.questions import Act, Measure, Measures
from parley.mcp.answers import heard, tool_named
from parley.web.names import known_as
from parley.web.packaged import regime
from parley.web.reading import read_object
from parley.web.verbs import verb_of

Given = Mapping[str, Any]


class Resource(NamedTuple):
    """One kind of address. one: what a further word names, with what it gives; `every` gives the list."""

    says: str
    every: Callable[[Given], Any] | None
    one: Callable[[list[str], Given], Any] | None = None
    template: str = ""


def _acts(given: Given) -> Any:
    _nothing("acts", given)
    acts = {m.act.id: m.act for m in regime().measures}
    return [{"id": a.id, "authority": a.authority, "signed": a.signed, "title": a.title, "citation": a.citation, "read": a.read}
            for a in sorted(acts.values(), key=lambda a: (a.signed, a.id))]  # fmt: skip


def _act(words: list[str], given: Given) -> Any:
    return _verb("/law/act", Act, {**given, "id": words[0]})


def _measures(given: Given) -> Any:
    """A row a measure: what it is called, and from when until when it has steps."""
    rows = _verb("/law/measures", Measures, given)["measures"]
    steps: dict[str, list[Any]] = {}
    for row in rows:
        steps.setdefault(row["id"], []).append(row)
    return [{"id": name, "name": known_as(name), "programme": held[0]["programme"], "authority": held[0]["act"]["authority"],
             "start": min(r["start"] for r in held), "end": None if any(r["end"] is None for r in held) else max(r["end"] for r in held),
             "steps": len(held)} for name, held in steps.items()]  # fmt: skip


def _measure(words: list[str], given: Given) -> Any:
    return _verb("/law/measure", Measure, {**given, "id": words[0]})


def _verb(path: str, kind: type, given: Given) -> Any:
    return verb_of(path).answered(read_object(kind, given, "address", strict=False))


def _glossary(given: Given) -> Any:
    from parley.report.words import glossary

    _nothing("glossary", given)
    return {word: says for rows in glossary().values() for word, says in rows}


def _word(words: list[str], given: Given) -> Any:
    held = _glossary(given)
    folded = {word.casefold(): word for word in held}
    if words[0].casefold() not in folded:
        raise unknown_name("glossary", "word", words[0][:60], held)
    word = folded[words[0].casefold()]
    return {"word": word, "says": held[word]}


def _limits(given: Given) -> Any:
    from parley.scenario.method import LIMITS, LINKS

    _nothing("limits", given)
    return {"limits": [LINKS, *LIMITS], "law_known_to": {c: regime().law_known_to(c) for c in ("USA", "CHN")},
            "law_version": regime().version}  # fmt: skip


def _answer(words: list[str], given: Given) -> Any:
    """The whole answer of a tool, or the part that further words name."""
    tool = tool_named(words[0])
    listed = {name: values if len(values) > 1 else values[0] for name, values in given.items()}
    found: Any
    found, warned = heard(lambda: tool.answered(tool.read(listed, strict=False)))
    found |= {"warnings": warned} if warned else {}
    for word in words[1:]:
        if isinstance(found, list) and word.isdecimal() and int(word) < len(found):
            found = found[int(word)]
        elif isinstance(found, dict) and word in found:
            found = found[word]
        else:
            names = found if isinstance(found, dict) else map(str, range(len(found) if isinstance(found, list) else 0))
            raise unknown_name(f"answers/{words[0]}", "part", word[:60], names)
    return found


def _nothing(name: str, given: Given) -> None:
    if given:
        raise InputError(f"parley://{name}", f"the parameter {next(iter(given))[:60]}", "none")


RESOURCES = {
    "acts": Resource("every act of the law: id, who signed it and when, title, citation", _acts, _act, "parley://acts/{id}"),
    "measures": Resource("every measure, or those of one legal authority or one day; one with its steps", _measures, _measure,
                         "parley://measures/{id}{?known}"),
    "glossary": Resource("every word that parley uses, each in a sentence", _glossary, _word, "parley://glossary/{word}"),
    "limits": Resource("what parley does not say, and how far the law was read", _limits),
    "answers": Resource("the whole answer of a tool, with its arguments as parameters; or one part of it", None, _answer,
                        "parley://answers/{tool}{/part*}{?arguments*}"),
}  # fmt: skip


def read(address: str) -> Json:
    """What stands at an address, as JSON has it. Raises ParleyError."""
    split = urlsplit(address)
    if split.scheme != "parley":
        raise InputError("address", f"{address[:80]!r}", "parley://" + ", parley://".join(RESOURCES))
    if split.netloc not in RESOURCES:
        raise unknown_name("address", "resource", split.netloc[:60], RESOURCES)
    kind = RESOURCES[split.netloc]
    words = [unquote(word) for word in split.path.split("/") if word]
    given: dict[str, Any] = parse_qs(split.query)
    if split.netloc != "answers":
        given = {name: values[-1] for name, values in given.items()}
    if words and kind.one:
        return plain(kind.one(words, given))
    if words or not kind.every:
        raise InputError("address", f"{address[:80]!r}", kind.template or f"parley://{split.netloc}")
    return plain(kind.every(given))
