"""An act is one file, a legal authority one row and so is a claim: in a copy of the package each is where the others are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the web extra is not installed")

from copied_package import PACKAGE, asked, command, copied_with

pytestmark = pytest.mark.slow
TOY = ("law", "rate", "9503.00.00.73", "--origin", "CHN", "--on", "2025-05-02")
ACT = """[act]
id = "us-own-test"
title = "An act of a test"
citation = "Proclamation 1"
authority = "USA"
signed = 2025-04-01
read = true

[[measure]]
id = "us-own-duty"
programme = "{authority}"
rate = 0.01
origins = ["CHN"]
products = ["9503"]
start = 2025-04-02
{more}heading = "9903.99.98"
reason = "A duty of a test."
"""
WALK = """
import json
from pathlib import Path
import parley
from docs_data import generated
from docs_registries import table
from parley.law import questions
from parley.web import law_views, openapi, rate_view
from parley.web.verbs import verb_of
from parley.web.pages import shown
paths = openapi.document()["paths"]

def parameter(path, name):
    return next(p["schema"] for p in paths[path]["get"]["parameters"] if p["name"] == name)

asked = questions.Rate(product="9503.00.00.73", origin="CHN", on="2025-05-02")
print(json.dumps({
    "authorities": parameter("/api/v1/law/measures", "programme")["enum"],
    "claims": parameter("/api/v1/law/rate", "claim")["items"]["x-names"],
    "api": [s["id"] for s in verb_of('/law/measures').answered(questions.Measures())["measures"]],
    "measures page": shown(law_views.measures_view(questions.Measures(on="2025-05-02"))),
    "rate page": shown(rate_view.rate_view(asked)),
    "docs": {name: table(name) for name in ("authorities", "claims")},
    "data page": generated(Path(parley.__file__).parent),
}))
"""


def row_more(name: str, before: str, row: str) -> dict[str, str]:
    """A file of the package with one row more, before what ends its table."""
    text = (PACKAGE / name).read_text("utf-8")
    assert text.count(before) == 1
    return {name: text.replace(before, row + before)}


def act(authority: str = "s301", more: str = "") -> dict[str, str]:
    """An act with one duty on toys from China."""
    return {"law/measures/us-own-test.toml": ACT.format(authority=authority, more=more)}


def rate(copy: Path, *more: str) -> dict[str, Any]:
    """The answer of `law rate` on a toy there."""
    return json.loads(command(copy, *TOY, *more, "--json"))


def test_an_act_is_one_file(tmp_path: Path) -> None:
    """Command line, JSON, the API's answer, the pages of the rate and of measures, the count on the docs' data page."""
    copy = copied_with(tmp_path, act())
    found = asked(copy, WALK)
    assert "us-own-duty" in [line["measure"] for line in rate(copy)["lines"]]
    assert "us-own-duty" in command(copy, *TOY)
    assert "us-own-duty" in found["api"]
    assert "us-own-duty" in found["rate page"]
    assert "/measure?id=us-own-duty" in found["measures page"]
    acts = len(list((PACKAGE / "law" / "measures").glob("*.toml")))
    assert f"| {acts + 1} acts, " in found["data page"]


def test_a_legal_authority_is_one_row(tmp_path: Path) -> None:
    """Command line, JSON, the API document's choices, the choice on the measures page, the docs' table."""
    row = '    LegalAuthority("s999", "Section 999", "#123456", "#654321", "Section 999 duty"),\n'
    copy = copied_with(tmp_path, act("s999") | row_more("codes.py", ")\nPROGRAMMES = ", row))
    found = asked(copy, WALK)
    assert {"us-own-duty": "s999"}.items() <= {
        line["measure"]: line["programme"] for line in rate(copy)["lines"]
    }.items()
    assert "Section 999" in command(copy, "law", "measures", "show", "us-own-duty")
    assert "us-own-duty" in command(copy, "law", "measures", "list", "--programme", "s999")
    assert "s999" in found["authorities"]
    assert '<option value="s999">Section 999</option>' in found["measures page"]
    assert "Section 999" in found["rate page"]
    assert "| `s999` | Section 999 | Section 999 duty |" in found["docs"]["authorities"]


def test_a_claim_is_one_row(tmp_path: Path) -> None:
    """Command line, JSON, the API document's names, the form of the rate's page, the docs' table, a column of shipments."""
    held = (PACKAGE / "law" / "claims.csv").read_text("utf-8").rstrip("\n")
    rows = {"law/claims.csv": f"{held}\nown_test,flag,false,no toy of a test,a toy of a test,,,,\n"}
    copy = copied_with(tmp_path, act(more="when = { own_test = true }\n") | rows)
    found = asked(copy, WALK)
    assert "no toy of a test" in rate(copy)["assumed"]
    claimed = rate(copy, "--claim", "own_test=true")
    assert claimed["claims"] == {"own_test": True}
    assert "us-own-duty" in [line["measure"] for line in claimed["lines"]]
    assert "no toy of a test" in command(copy, *TOY)
    assert "own_test" in found["claims"]
    assert 'name="claim_own_test"' in found["rate page"]
    assert "A toy of a test" in found["rate page"]
    assert "| `own_test` | a toy of a test | true or false | no toy of a test |" in found["docs"]["claims"]
    (tmp_path / "in.csv").write_text(
        "product,origin,entry_date,value,own_test\n9503000073,CHN,2025-05-02,100,true\n9503000073,CHN,2025-05-02,100,\n"
    )
    command(copy, "law", "duties", "in.csv", "--out", "out.csv")
    assert [("us-own-duty" in line) for line in (tmp_path / "out.csv").read_text().splitlines()[1:]] == [True, False]
