"""What statements are about, in words that people read: countries, agreements and legal authorities by name, never by code."""

from __future__ import annotations

from typing import Any

from parley.codes import label, name_in_text
from parley.record.predicates import Effect, Says

EVERYONE = "*"
PARTIES = ("by", "to", "of", "target", "origin", "destination", "seller", "parties")


def parties_in(said: Says) -> set[str]:
    """The countries that a statement names, everyone left out."""
    held = [getattr(said, name) for name in PARTIES if name in said.__struct_fields__ and not isinstance(said, Effect)]
    return {code for x in held for code in ((x,) if isinstance(x, str) else x)} - {"", EVERYONE}


def party(code: str) -> str:
    """A party inside a sentence: "the United States"; "all countries" for everyone."""
    return "all countries" if code == EVERYONE else name_in_text(code)


def plain(name: str) -> str:
    """A name without the marks of an id: "stockholm-extension" → "stockholm extension"."""
    return name.replace("-", " ").replace("_", " ")


def asked(said: Says, values: tuple[object, ...]) -> str:
    """What a statement and its denial are about: "whether China will raise duties on goods of Japan (Section 301, 25 %)".

    values: the rates, counts and days that both hang on; None where unsaid.
    """
    told = type(said).asks
    fields = {name: getattr(said, name) for name in said.__struct_fields__}
    sentence = told.format_map({name: _word(name, held) for name, held in fields.items()})
    own = [fields.get(name, "") for name in ("programme", "measure", "product") if f"{{{name}}}" not in told]
    more = [*(label(x) for x in own if x), *(str(v) for v in values if v is not None)]
    return f"whether {sentence}" + (f" ({', '.join(more)})" if more else "")


def _word(name: str, held: Any) -> str:
    """One field of a statement in words; the id of a measure stays, for it is looked up by it."""
    if name in PARTIES:
        return party(held) if isinstance(held, str) else " and ".join(party(code) for code in held)
    return str(held) if name == "measure" else plain(str(held))
