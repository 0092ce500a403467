"""A package of law is built, installed, pinned and refused: by the command line, offline, in processes of their own."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from answer_types import assert_is
from commands import PARLEY
from documents import ROOT, blocks, named_files, squeezed
from parley.errors import InputError, MeasureError
from parley.law.acts import read_act
from parley.law.answers_package import (
    PackageBuiltAnswer,
    PackageCheckAnswer,
    PackageShowAnswer,
    built_answer,
    check_answer,
    show_answer,
)
from parley.law.law_package import FORMAT, MANIFEST, faults, is_inside, law_files, order, read_package, shipped
from parley.law.package_build import build, calendar_version, wheel_of
from parley.law.package_check import opened
from tables import each

pytestmark = pytest.mark.slow

PAGE = ROOT / "docs" / "law-package.md"
ACT = "us-example-2026-12.toml"
PHONE = ("law", "rate", "8517.13.00.00", "--origin", "CHN", "--on", "2026-12-05")


@pytest.fixture
def next_week(tmp_path: Path) -> Path:
    """The folder of the docs page: one act."""
    folder = tmp_path / "next-week"
    folder.mkdir()
    (folder / ACT).write_text(named_files(PAGE)[ACT], "utf-8")
    return folder


def ran(folder: Path, *words: str, site: Path | None = None, **given: str) -> subprocess.CompletedProcess[str]:
    """A command of parley in a folder, in a process of its own; site: a folder of installed packages more."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PARLEY_LAW")}
    paths = os.pathsep.join(str(p) for p in (ROOT / "src", *([site] if site else [])))
    env = {**kept, "PYTHONPATH": paths, "PARLEY_CACHE": str(folder / "cache"), "COLUMNS": "240", **given}
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, env=env, capture_output=True, text=True, check=False
    )


def asked(folder: Path, *words: str, site: Path | None = None, **given: str) -> subprocess.CompletedProcess[str]:
    return ran(folder, "parley.cli.main", *words, site=site, **given)


def answer(folder: Path, *words: str, site: Path | None = None, **given: str) -> dict:
    made = asked(folder, *words, "--json", site=site, **given)
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)


def installed(folder: Path, wheel: Path) -> Path:
    """The folder into which pip put a wheel, without an index."""
    site = folder / "site"
    made = ran(
        folder,
        "pip",
        "install",
        "--no-index",
        "--no-deps",
        "--disable-pip-version-check",
        "--target",
        str(site),
        str(wheel),
    )
    assert made.returncode == 0, made.stderr
    return site


def test_the_manifest_of_the_law_that_ships_is_that_of_its_files() -> None:
    sys.path.insert(0, str(ROOT / "builders"))
    from law_manifest import HOME, content  # pyright: ignore[reportMissingImports]

    assert (HOME / MANIFEST).read_bytes() == content(), "run python builders/law_manifest.py"


def test_the_three_commands_of_the_docs_bring_next_week_s_act(tmp_path: Path, next_week: Path) -> None:
    (text,) = blocks(PAGE, "sh")
    site = tmp_path / "site"
    offline = f"--no-index --no-deps --disable-pip-version-check --target {site}"
    out = ""
    for line in text.splitlines():
        words = shlex.split(line.replace("pip install", f"pip install {offline}"))
        module = {"parley": "parley.cli.main", "pip": "pip"}[words[0]]
        made = ran(tmp_path, module, *words[1:], site=site)
        assert made.returncode == 0, made.stderr
        out = made.stdout
    assert "law 2026.12.5" in out.splitlines()[0]
    assert re.search(r"us-example-smartphones\s+5\b", out)
    assert len(text.splitlines()) == 3


def test_built_installed_pinned_and_refused(tmp_path: Path, next_week: Path) -> None:
    made = build(next_week, tmp_path / "dist", "2026.12.5", read_to=("USA=2026-12-05",), note="a test")
    told = built_answer(made)
    assert_is(told, PackageBuiltAnswer)
    assert told["changed"] == ["measures/read-to.csv", f"measures/{ACT}"]
    site = installed(tmp_path, made.wheel)
    new = answer(tmp_path, *PHONE, site=site)
    assert (new["law_version"], new["law_known_to"]) == ("2026.12.5", "2026-12-05")
    assert "us-example-smartphones" in {x["measure"] for x in new["lines"]}
    old = answer(tmp_path, *PHONE, site=site, PARLEY_LAW_VERSION=shipped()[0].version)
    assert old["law_version"] == shipped()[0].version
    assert "us-example-smartphones" not in {x["measure"] for x in old["lines"]}
    assert answer(tmp_path, *PHONE)["law_version"] == shipped()[0].version
    by_folder = answer(tmp_path, *PHONE, PARLEY_LAW=str(made.package.folder))
    assert by_folder == new
    absent = asked(tmp_path, *PHONE, site=site, PARLEY_LAW_VERSION="2026.12.12")
    assert absent.returncode == 2
    assert "no law of version 2026.12.12" in absent.stderr
    assert "2026.12.5 (installed)" in absent.stderr
    assert "Traceback" not in absent.stderr
    shown = answer(tmp_path, "law", "package", "show", site=site)
    assert [row["law_version"] for row in shown["at_hand"]] == ["2026.12.5", shipped()[0].version]
    (site / "parley_law" / "measures" / ACT).write_text("", "utf-8")
    changed = asked(tmp_path, *PHONE, site=site)
    assert changed.returncode == 2
    assert f"measures/{ACT} differs from the manifest" in changed.stderr
    assert answer(tmp_path, *PHONE, site=site, PARLEY_LAW_VERSION=shipped()[0].version) == old


def test_an_older_package_gives_way_to_the_law_that_ships(tmp_path: Path, next_week: Path) -> None:
    site = installed(tmp_path, build(next_week, tmp_path / "dist", "2020.1.1").wheel)
    assert answer(tmp_path, *PHONE, site=site)["law_version"] == shipped()[0].version
    assert answer(tmp_path, *PHONE, site=site, PARLEY_LAW_VERSION="2020.1.1")["law_version"] == "2020.1.1"


def test_compiled_tables_of_one_law_are_not_used_for_another(tmp_path: Path, next_week: Path) -> None:
    (tmp_path / "rows.csv").write_text("product,origin,date,value\n8517130000,CHN,2026-12-05,1000\n", "utf-8")
    place = str(build(next_week, tmp_path / "dist", "2026.12.5", read_to=("USA=2026-12-05",)).package.folder)
    words = ("law", "duties", "rows.csv", "--as-scheduled", "--out", "out.csv")
    duties = []
    for law in ({}, {"PARLEY_LAW": place}, {}):
        answer(tmp_path, *words, **law)
        duties.append((tmp_path / "out.csv").read_text("utf-8"))
    assert duties[0] == duties[2] != duties[1]


def test_a_scenario_pins_its_law(tmp_path: Path) -> None:
    text = 'title = "pinned"\non = 2025-05-02\nlaw_version = "{}"\n'
    (tmp_path / "here.toml").write_text(text.format(shipped()[0].version), "utf-8")
    (tmp_path / "there.toml").write_text(text.format("2020.1.1"), "utf-8")
    rows = tmp_path / "rows.csv"
    rows.write_text("product,origin,date,value\n8517130000,CHN,2025-05-02,1000\n", "utf-8")
    words = ("law", "duties", "rows.csv", "--scenario")
    assert answer(tmp_path, *words, "here.toml")["law_version"] == shipped()[0].version
    refused = asked(tmp_path, *words, "there.toml")
    assert refused.returncode == 2
    assert "law_version" in refused.stderr
    assert "PARLEY_LAW_VERSION=2020.1.1" in refused.stderr


def spoilt(package: Path, **fields: object) -> Path:
    told = json.loads((package / MANIFEST).read_text("utf-8"))
    (package / MANIFEST).write_text(json.dumps({**told, **fields}), "utf-8")
    return package


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"format": FORMAT + 1}, "format"),
        ({"format": "1"}, "format"),
        ({"version": "2026.05.02"}, "calendar version"),
        ({"version": None}, "calendar version"),
        ({"files": {"../outside.csv": "0"}}, "outside of the package"),
        ({"files": []}, "outside of the package"),
    ],
    ids=str,
)
def test_a_manifest_that_cannot_be_read_is_refused(tmp_path: Path, next_week: Path, fields: dict, says: str) -> None:
    made = build(next_week, tmp_path / "dist", "2026.12.5").package.folder
    with pytest.raises(InputError, match=says):
        read_package(spoilt(made, **fields))


def test_a_later_manifest_with_more_keys_is_read(tmp_path: Path, next_week: Path) -> None:
    made = build(next_week, tmp_path / "dist", "2026.12.5").package.folder
    assert read_package(spoilt(made, signed_by="a later parley")).version == "2026.12.5"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ('combine = "quota"', "quota"),
        ('programme = "s999"', "s999"),
        ("quota = 5", "quota"),
        ('share = "lithium"', "lithium"),
    ],
)
def test_law_of_kinds_not_known_is_refused_by_name(tmp_path: Path, next_week: Path, row: str, says: str) -> None:
    act = next_week / ACT
    text = act.read_text("utf-8")
    name = row.partition(" ")[0]
    text = (
        re.sub(rf"^{name} = .*$", row, text, flags=re.MULTILINE)
        if re.search(rf"^{name} =", text, re.MULTILINE)
        else f"{text}{row}\n"
    )
    act.write_text(text, "utf-8")
    with pytest.raises(MeasureError, match=says):
        build(next_week, tmp_path / "dist", "2026.12.5")
    assert [p.name for p in (tmp_path / "dist").iterdir()] == []
    made = _made_by_a_later_parley(tmp_path, next_week)
    refused = asked(tmp_path, *PHONE, PARLEY_LAW=str(made))
    assert refused.returncode == 2
    assert says in refused.stderr
    assert "law for a later parley" in refused.stderr


def _made_by_a_later_parley(tmp_path: Path, next_week: Path) -> Path:
    """A package whose act this parley does not understand, with a manifest that fits it."""
    from parley.law.law_package import made_manifest

    whole = named_files(PAGE)[ACT]
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / ACT).write_text(whole, "utf-8")
    made = build(tmp_path / "plain", tmp_path / "later", "2026.12.6").package.folder
    (made / "measures" / ACT).write_bytes((next_week / ACT).read_bytes())
    (made / MANIFEST).write_bytes(made_manifest(made, "2026.12.6"))
    return made


def test_keys_declared_optional_are_skipped_at_every_level(tmp_path: Path, next_week: Path) -> None:
    act = next_week / ACT
    told = act.read_text("utf-8").replace("[[measure]]", 'colour = "green"\n\n[[measure]]')
    act.write_text(
        f'{told}yields_to = [{{ to = "s301", tone = 1 }}]\nnickname = "phones"\n\n[[quota]]\nof = 5\n', "utf-8"
    )
    keys = ("act.colour", "measure.nickname", "yields_to.tone", "quota")
    with pytest.raises(MeasureError):
        read_act(act)
    (row,) = read_act(act, keys)
    assert (row.id, row.rate, row.yields_to[0].to) == ("us-example-smartphones", 0.05, "s301")
    made = build(next_week, tmp_path / "dist", "2026.12.5", optional_keys=keys)
    assert made.package.optional_keys == tuple(sorted(keys))
    found = answer(tmp_path, *PHONE, PARLEY_LAW=str(made.package.folder))
    assert "us-example-smartphones" in {x["measure"] for x in found["lines"]}


def test_a_known_key_is_never_skipped(next_week: Path) -> None:
    (row,) = read_act(next_week / ACT, ("measure.rate",))
    assert row.rate == 0.05


def test_check_says_what_is_wrong_with_a_wheel(tmp_path: Path, next_week: Path) -> None:
    made = build(next_week, tmp_path / "dist", "2026.12.5")
    with opened(made.wheel) as package:
        told = check_answer(package)
    assert_is(told, PackageCheckAnswer)
    assert told["whole"]
    assert told["refused"] is None
    (made.package.folder / "measures" / "stray.csv").write_text("product\n", "utf-8")
    (made.package.folder / "claims.csv").unlink()
    told = check_answer(read_package(made.package.folder))
    assert told["faults"] == [{"file": "claims.csv", "what": "is missing"},
                              {"file": "measures/stray.csv", "what": "is not in the manifest"}]  # fmt: skip
    assert not told["whole"]
    no_law = tmp_path / "other.whl"
    with zipfile.ZipFile(no_law, "w") as archive:
        archive.writestr("other/__init__.py", "")
    with pytest.raises(InputError, match="no wheel of law"), opened(no_law):
        pass


def test_linters_speak_of_the_package_that_is_checked(tmp_path: Path, next_week: Path) -> None:
    act = next_week / ACT
    act.write_text(act.read_text("utf-8").replace('"851713"', '"000000"'), "utf-8")
    told = check_answer(build(next_week, tmp_path / "dist", "2026.12.5").package)
    assert {f["measure"] for f in told["findings"]} == {"us-example-smartphones"}
    assert not told["whole"]


def test_the_law_in_use_is_shown() -> None:
    told = show_answer()
    assert_is(told, PackageShowAnswer)
    assert told["at_hand"][0]["hash"] == told["hash"]
    assert told["faults"] == []


def test_the_same_law_is_the_same_wheel_and_laid_over_itself_stays_itself(tmp_path: Path, next_week: Path) -> None:
    one, two = (build(next_week, tmp_path / name, "2026.12.5").package for name in ("a", "b"))
    assert wheel_of(one) == wheel_of(two)
    again = build(one.folder, tmp_path / "c", "2026.12.5", whole=True).package
    assert again.files == one.files
    assert dict(law_files(one.folder)).keys() == one.files.keys()
    assert faults(one) == {}


def test_a_replaced_list_loses_what_the_manifest_said_of_the_old_one(tmp_path: Path) -> None:
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "us-301-list-1.csv").write_text("product\n847130\n", "utf-8")
    made = build(lists, tmp_path / "dist", "2026.12.5").package.folder
    entries = json.loads((made / "measures" / "manifest.json").read_text("utf-8"))
    assert "us-301-list-1.csv" not in entries
    assert "us-301-list-2.csv" in entries


def test_a_schedule_travels_with_the_law_and_needs_its_entry(tmp_path: Path) -> None:
    import gzip

    home = shipped()[0].folder / "schedule"
    text = gzip.decompress((home / "usa.csv.gz").read_bytes()).decode()
    lines = [x.replace(",Free,", ",3%,", 1) if x.startswith("8517130000,") else x for x in text.split("\n")]
    given = tmp_path / "edition" / "schedule"
    given.mkdir(parents=True)
    (given / "usa.csv.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    with pytest.raises(InputError, match=r"says nothing of the new usa\.csv\.gz"):
        build(given.parent, tmp_path / "dist", "2026.12.5")
    entry = json.loads((home / "manifest.json").read_text("utf-8"))["usa.csv.gz"]
    (given / "manifest.json").write_text(json.dumps({"usa.csv.gz": {**entry, "read_to": "2026-12-05"}}), "utf-8")
    place = str(build(given.parent, tmp_path / "dist", "2026.12.5").package.folder)
    code = (
        "import parley\n"
        "from parley.law.products import schedule_read_to\n"
        "law = parley.read_regime()\n"
        "print(law.version, law.explain('8517.13.00.00', 'DEU', 'USA', 20250301).base_rate, schedule_read_to('USA'))"
    )
    made = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PARLEY_LAW": place},
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert made.stdout.split() == ["2026.12.5", "0.03", "2026-12-05"]


@pytest.mark.parametrize(("words", "says"), [
    (("no-such-folder",), "no such folder"),
    (("next-week", "--version", "1.0"), "calendar version"),
    (("next-week", "--read-to", "USA"), "AUTHORITY=DATE"),
    (("empty",), "no act and no part of a law"),
])  # fmt: skip
def test_a_wrong_question_is_answered_in_a_sentence(
    tmp_path: Path, next_week: Path, words: tuple[str, ...], says: str
) -> None:
    (tmp_path / "empty").mkdir()
    made = asked(tmp_path, "law", "package", "build", *words, "--out", "dist")
    assert made.returncode == 2
    assert says in made.stderr
    assert next_week.is_dir()


def test_versions_sort_by_day_and_paths_stay_inside() -> None:
    from datetime import date

    assert order("2026.12.5") > order("2026.9.30")
    assert order("2026.12.5.1") > order("2026.12.5")
    assert calendar_version(date(2026, 12, 5)) == "2026.12.5"
    assert is_inside("measures/a.toml")
    assert not any(is_inside(n) for n in ("", "/etc/passwd", "../x", "a/../../x", "a\\..\\x"))


def test_every_answer_that_says_how_far_the_law_was_read_says_which_law_answered() -> None:
    """Both keys stand in the same types, in every room."""
    from typing import get_type_hints, is_typeddict

    from parley.web.answer_types import every_type

    kinds = {k for k in every_type() if is_typeddict(k) and "law_known_to" in get_type_hints(k)}
    assert len(kinds) > 20
    assert [k.__name__ for k in kinds if "law_version" not in get_type_hints(k)] == []


@pytest.mark.parametrize("words", [
    "law rate 8517.13.00.00 --origin CHN --on 2025-05-02", "law average --origin CHN --on 2025-05-02",
    "law timeline --origin CHN --since 2025-03-01 --until 2025-05-14", "law diff --origin CHN --from 2025-05-02 --to 2025-05-14",
    "law measures list --on 2025-05-02", "law measures facts", "law measures check", "record list", "trade solve --no-ranges",
    "law duties ROWS", "law cheapest ROWS", "law water ROWS",
])  # fmt: skip
def test_the_text_of_an_answer_names_the_law(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("product,origin,date,value\n8517130000,CHN,2025-05-02,1000\n", "utf-8")
    assert f"law {shipped()[0].version}" in squeezed(PARLEY.line(capsys, words.replace("ROWS", str(rows)))).replace(
        "Law", "law"
    )


WHOLE = b'{"format": 1, "version": "2026.12.5", "files": {}, "optional_keys": %b}'
HOSTILE = [
    b"", b"\xff\xfe", b"\x80", b"[" * 100_000, b"[]", b"null", b"{}", b'{"a": NaN}', b'{"format": 1, "format": 1}',
    b'{"format": ' + b"9" * 5000 + b"}", WHOLE % b'"abc"', WHOLE % b"[1]",
]  # fmt: skip


def test_what_is_no_manifest_is_told_in_words_and_not_in_those_of_python(tmp_path: Path) -> None:
    def check(content: bytes) -> None:
        (tmp_path / MANIFEST).write_bytes(content)
        with pytest.raises(InputError, match=r"law\.json") as told:
            read_package(tmp_path)
        assert not re.search(r"Error\b|NoneType|subscript|indices|sys\.", str(told.value)), told.value

    each(HOSTILE, check, name=lambda content: repr(content[:40]))
