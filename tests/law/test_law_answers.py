"""Every answer of the law room has exactly the type that it is said to have, from the command line as from the API."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest

from answer_types import assert_is, faults
from drawn import thinned
from parley.cli import law_measures
from parley.cli.main import main
from parley.errors import MeasureError
from parley.json_values import plain
from parley.law import answers as rates
from parley.law import answers_changes as changes
from parley.law import answers_files as files
from parley.law import answers_layouts as layouts
from parley.law import answers_measures as measures
from parley.law import answers_range as ranges
from parley.law import questions
from parley.web import packaged, verbs
from parley.web.answer_types import given_back, names_read, of_verb
from parley.web.reading import read_query
from parley.web.verbs import verb_of

COMMANDS = (
    ("find toys", measures.FindAnswer),
    ("find smartfone case", measures.FindAnswer),
    ("rate 9503.00.00.73 --origin CHN --on 2025-05-02", rates.RateAnswer),
    ("rate 8517.13.00.00 --origin CHN", rates.RateAnswer),  # no day: the last read
    ("rate 0402.10.10.00 --origin NZL --on 2025-05-02 --quantity 1000 --value 3500", rates.RateAnswer),
    ("rate 7326.90.86.88 --origin CHN --on 2025-09-01 --claim loaded=2025-04-01 --value 10", rates.RateAnswer),
    ("rate 3004.90.90 --origin USA --destination CHN --on 2026-12-01", rates.RateAnswer),  # both branches
    ("rate 2203.00.00.30 --origin CAN --on 2026-09-30", rates.RateAnswer),  # prohibited
    ("rate 8517.13 --origin CHN --on 2025-05-02", rates.RateAnswer),  # one line below it
    ("rate 8517.62 --origin CHN --on 2025-05-02 --value 100", ranges.RateRangeAnswer),
    ("rate 8517.12.00.50 --origin CHN --on 2019-10-01", ranges.RateRangeAnswer),
    ("average --origin CHN --on 2025-05-02", rates.AverageAnswer),
    ("average --origin CHN --on 2025-05-02 --by chapter", rates.AverageAnswer),
    ("average --origin CHN --on 2025-05-02 --reading announced", rates.AverageAnswer),
    ("average --conventions", rates.ConventionsAnswer),
    ("timeline --origin CHN --since 2025-01-01 --until 2025-05-14", changes.LawTimelineAnswer),
    ("timeline --origin CHN --since 2025-01-01 --until 2025-05-14 --reading announced", changes.LawTimelineAnswer),
    ("measures list", measures.MeasuresAnswer),
    ("measures list --programme ieepa_fentanyl --on 2025-05-02", measures.MeasuresAnswer),
    ("measures show us-ieepa-reciprocal-cn --known 2025-05-02", measures.MeasureAnswer),
    ("measures facts", measures.FactsAnswer),
    ("diff --origin CHN --from 2025-05-02 --to 2025-05-14", changes.DiffAnswer),
)
SAME = (  # the command, and the same question to the API
    ("find 'lithium battery'", "/law/find", "words=lithium battery"),
    ("find 'smartfone case'", "/law/find", "words=smartfone case"),
    ("rate 9503.00.00.73 --origin CHN --on 2025-05-02", "/law/rate", "product=9503.00.00.73&on=2025-05-02"),
    ("rate 0402.10.10.00 --origin NZL --on 2025-05-02 --quantity 1000 --value 3500", "/law/rate",
     "product=0402.10.10.00&origin=NZL&on=2025-05-02&quantity=1000&value=3500"),
    ("rate 8517.62 --origin CHN --on 2025-05-02 --value 100", "/law/rate", "product=8517.62&on=2025-05-02&value=100"),
    ("rate 8517.12.00.50 --origin CHN --on 2025-05-02", "/law/rate", "product=8517.12.00.50&on=2025-05-02"),
    ("rate 3004.90.90 --origin USA --destination CHN --on 2026-12-01", "/law/rate",
     "product=3004.90.90&origin=USA&destination=CHN&on=2026-12-01"),
    ("average --origin CHN --on 2025-05-02", "/law/average", "on=2025-05-02"),
    ("timeline --origin CHN --since 2025-01-01 --until 2025-05-14", "/law/timeline",
     "since=2025-01-01&until=2025-05-14"),
    ("measures list", "/law/measures", ""),
    ("measures list --programme s301 --on 2025-05-02 --known 2025-05-02", "/law/measures",
     "programme=s301&on=2025-05-02&known=2025-05-02"),
    ("measures show us-ieepa-fentanyl-cn", "/law/measure", "id=us-ieepa-fentanyl-cn"),
)  # fmt: skip
SHIPMENTS = """HTS Number,Country of Origin,Entry Date,Customs Value,Quantity,Unit,Loading Date
9503.00.00.73,China,2025-05-02,1000.00,,,2025-04-01
9503.00.00.73,China,2025-05-02,1000.00,,,
9503.00.00.73,VN,2025-05-20,500.00,,,
0201.10.05.10,Germany,2025-05-02,1000.00,250,kg,
9503.00.00.73,Atlantis,2025-05-20,500.00,,,
"""
LINE = {"indent": "0", "special": "", "other": "", "units": [], "footnotes": None}
EDITION = [
    {**LINE, "htsno": "9503.00.00.10", "description": "Toys", "general": "Free"},
    {**LINE, "htsno": "9903.88.15", "description": "Articles of China", "general": "7.5%"},
]
ON_FILES = (
    ("duties in.csv --out out.csv", layouts.FileDutiesAnswer),
    (
        "duties in.csv --out out.csv --on 2025-05-02 --drop ieepa_fentanyl@2025-05-02 --difference",
        layouts.FileDutiesAnswer,
    ),
    ("cheapest in.csv --origins CHN,VNM,DEU --out out.csv", files.CheapestAnswer),
    ("water in.csv --out out.csv --lines lines.csv", files.WaterAnswer),
    ("refund in.csv --out out.csv", files.RefundAnswer),
    ("refund in.csv --out out.csv --interest --as-of 2026-03-31 --from-entry", files.RefundAnswer),
    (
        "refund in.csv --out out.csv --on 2026-07-01 --cape cape --interest --as-of 2026-12-31 --from-entry",
        files.RefundAnswer,
    ),
)


def asked(capsys: pytest.CaptureFixture[str], words: str) -> Any:
    """What `parley law … --json` prints."""
    with pytest.raises(SystemExit) as stop:
        main(["law", *shlex.split(words), "--json"])
    out, err = capsys.readouterr()
    assert not stop.value.code, err
    return json.loads(out)


@pytest.mark.parametrize(("words", "kind"), thinned(COMMANDS, 3, 2), ids=[words for words, _ in COMMANDS])
def test_a_command_prints_an_answer_of_its_type(capsys: pytest.CaptureFixture[str], words: str, kind: Any) -> None:
    assert_is(asked(capsys, words), kind)


@pytest.mark.slow
def test_the_linters_print_an_answer_of_its_type(capsys: pytest.CaptureFixture[str]) -> None:
    assert_is(asked(capsys, "measures check"), measures.CheckAnswer)


def test_editions_and_their_changes_are_answers_of_their_types(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old.json").write_text(json.dumps(EDITION))
    Path("new.json").write_text(json.dumps([{**EDITION[0], "general": "5%"}, EDITION[1]]))
    assert_is(asked(capsys, "schedule old.json"), changes.EditionAnswer)
    found = asked(capsys, "schedule old.json new.json")
    assert_is(found, changes.ScheduleChangesAnswer)
    assert found["changes"]


@pytest.mark.slow
@pytest.mark.parametrize(("words", "kind"), ON_FILES, ids=[words for words, _ in ON_FILES])
def test_answers_on_files_are_of_their_types(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, kind: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in.csv").write_text(SHIPMENTS)
    with pytest.raises(SystemExit):
        main(["law", *shlex.split(words), "--json"])
    assert_is(json.loads(capsys.readouterr().out), kind)


@pytest.mark.parametrize(("words", "path", "query"), thinned(SAME, 3, 3), ids=[words for words, _, _ in SAME])
def test_the_api_answers_as_the_command_does(
    capsys: pytest.CaptureFixture[str], words: str, path: str, query: str
) -> None:
    verb = verbs.verb_of(path)
    found = verb.answered(read_query(verb.question, query.replace(" ", "+")))
    assert_is(found, given_back(verb.answer))
    assert plain(found) == asked(capsys, words)


def test_an_act_has_its_type() -> None:
    verb = verbs.verb_of("/law/act")
    assert_is(verb.answered(read_query(verb.question, "id=us-eo-14257")), given_back(verb.answer))


def test_every_law_verb_of_the_api_has_a_schema_with_all_keys() -> None:
    for verb in (v for v in verbs.VERBS if v.path.startswith("/law/")):
        for kind in of_verb(verb):
            with names_read([kind]):
                (made,), parts = msgspec.json.schema_components([kind])
            properties = parts[made["$ref"].rpartition("/")[2]]["properties"]
            assert properties.keys() == get_type_hints(kind).keys(), verb.path


def test_no_answer_holds_what_is_not_named() -> None:
    """No field of an answer is of any type, or an object of whatever keys."""

    def parts(hint: Any) -> list[Any]:
        return [hint, *(p for inner in get_args(hint) if get_origin(hint) is not None for p in parts(inner))]

    kinds = [
        k for room in (rates, changes, files, measures, ranges) for k in vars(room).values() if hasattr(k, "__total__")
    ]
    assert len(kinds) > 30
    for kind in kinds:
        for name, hint in get_type_hints(kind).items():
            assert not [p for p in parts(hint) if p in (Any, object, dict, list)], f"{kind.__name__}.{name}"


def test_what_is_missing_unnamed_or_of_another_type_is_found() -> None:
    wrong = {"on": 1, "known": "2025-05-02", "beyond_known": 0, "more": None, "law_version": None}
    assert len(list(faults(wrong, rates.Clocks))) == 4


def test_the_command_and_the_api_show_the_same_steps_of_every_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    """All steps, each with the days of its knowledge; with a cut-off those known then, or the same refusal."""
    kept: list[Any] = []
    monkeypatch.setattr("parley.law.regime.read_regime", packaged.regime)
    monkeypatch.setattr(law_measures, "print_json", kept.append)
    names = sorted({m.id for m in packaged.regime().measures})
    assert len(names) > 200
    for name in names:
        for known in (None, "2025-05-02"):
            asked = questions.Measure(id=name, known=known)
            try:
                said: Any = verb_of("/law/measure").answered(asked)
            except MeasureError as error:
                with pytest.raises(MeasureError, match=re.escape(str(error))):
                    law_measures.measures_show(id=name, known=known, json=True)
                continue
            law_measures.measures_show(id=name, known=known, json=True)
            assert kept.pop() == said
            assert known or len(said["steps"]) == sum(m.id == name for m in packaged.regime().measures)
