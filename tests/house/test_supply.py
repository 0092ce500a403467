"""What an install brings: licences, locked hashes, the bill of materials, advisories, release notes, and the forge's own files."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib

import pytest

from commands import PARLEY
from documents import ROOT

pytest.importorskip("packaging", reason="the dev extra is not installed")
sys.path.insert(0, str(ROOT / "builders"))
import advisories  # pyright: ignore[reportMissingImports]
import release  # pyright: ignore[reportMissingImports]
import sbom  # pyright: ignore[reportMissingImports]
import supply  # pyright: ignore[reportMissingImports]

LOCKED = {row.name: row for row in supply.locked()}
PUBLISHED = ("", *sbom.PUBLISHED)


@pytest.mark.slow
def test_no_install_brings_the_gpl() -> None:
    stated = {n: supply.licence(made) for extra in PUBLISHED for n, made in supply.closure(extra)[0].items()}
    assert len(stated) >= 10
    assert [name for name, text in stated.items() if supply.is_copyleft(text)] == []
    assert [name for name, text in stated.items() if not text] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [("GPL-3.0-only", True), ("AGPL-3.0-or-later", True), ("GNU General Public License v3 (GPLv3)", True), ("MIT AND GPL-2.0-only", True),
     ("GNU Affero General Public License v3", True), ("LGPL-3.0-only", False), ("GNU Lesser General Public License v3 (LGPLv3)", False),
     ("MIT OR GPL-3.0-only", False), ("Apache-2.0", False), ("", False)],
)  # fmt: skip
def test_a_copyleft_is_known_by_all_its_names(text: str, found: bool) -> None:
    assert supply.is_copyleft(text) is found


@pytest.mark.slow
def test_the_page_of_licences_names_what_is_locked_and_installed() -> None:
    page = (ROOT / "docs" / "licences.md").read_text("utf-8")
    for extra in ("", *supply.extras()):
        found, _ = supply.closure(extra)
        for name, made in found.items():
            row = re.search(rf"^\| {re.escape(name)} \| (.+) \|$", page, re.MULTILINE)
            assert row or name not in LOCKED, f"python builders/docs_licences.py: {name}"
            assert not row or made.version != LOCKED[name].version or row[1] == (supply.licence(made) or row[1]), name


def test_the_lock_pins_all_that_is_asked_for_by_hashes_and_names_no_address() -> None:
    text = supply.LOCK.read_text("utf-8")
    assert "://" not in text
    assert not re.search(
        r"^\s*-", re.sub(r"^\s+--hash=sha256:[0-9a-f]{64}( \\)?$", "", text, flags=re.MULTILINE), re.MULTILINE
    )
    asked = {name for extra in ("", *supply.extras()) for name, _ in supply.needed(supply.ours(extra), extra)}
    assert asked - {"parley-trade"} <= LOCKED.keys()
    assert all(len(set(row.hashes)) == len(row.hashes) for row in LOCKED.values())


def test_a_line_without_a_hash_is_refused(tmp_path, monkeypatch) -> None:
    for line in (
        "numpy==2.4.6\n",
        "numpy>=2 \\\n    --hash=sha256:" + "0" * 64,
        "numpy==2.4.6 \\\n    --hash=sha256:abc",
    ):
        monkeypatch.setattr(supply, "LOCK", tmp_path / "requirements.lock")
        supply.LOCK.write_text(line, "utf-8")
        with pytest.raises(ValueError, match="no version with its hashes"):
            list(supply.locked())


@pytest.mark.slow
def test_the_lock_installs_by_its_hashes(tmp_path) -> None:
    """Resolved in an empty environment; nothing is installed. A registry is needed."""
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not installed")
    subprocess.run([uv, "venv", "-q", tmp_path / "env"], check=True)
    words = [uv, "pip", "install", "--dry-run", "--require-hashes", "--python", tmp_path / "env", "-r", supply.LOCK]
    done = subprocess.run(words, capture_output=True, text=True)
    if "dns error" in done.stderr or "Failed to fetch" in done.stderr:
        pytest.skip("no registry can be reached")
    assert done.returncode == 0, done.stderr
    assert "Would install" in done.stderr


def bill() -> dict:
    """The bill of a default install and the web extra, with the versions that are locked."""
    absent = {name for extra in ("", "web") for name in supply.closure(extra)[1]}
    if absent:
        pytest.skip(f"not installed: {', '.join(sorted(absent))}")
    unlocked = {name for extra in ("", "web") for name in supply.closure(extra)[0]} - LOCKED.keys()
    if unlocked:
        pytest.skip(f"newer than the lock: {', '.join(sorted(unlocked))}")
    return sbom.bill(("web",), "2026-11-29")


@pytest.mark.slow
def test_the_bill_names_versions_hashes_licences_and_data() -> None:
    made = bill()
    by_name = {part["name"]: part for part in made["components"]}
    assert {"numpy", "starlette", "pyarrow", "parley-law", "parley-world"} <= by_name.keys()
    assert "pytest" not in by_name
    assert {h["content"] for h in by_name["numpy"]["hashes"]} == {*LOCKED["numpy"].hashes}
    law = json.loads((ROOT / "src" / "parley" / "law" / "law.json").read_text("utf-8"))
    assert (by_name["parley-law"]["version"], by_name["parley-law"]["type"]) == (law["version"], "data")
    refs = {part["bom-ref"] for part in made["components"]} | {made["metadata"]["component"]["bom-ref"]}
    named = {ref for row in made["dependencies"] for ref in (row["ref"], *row["dependsOn"])}
    assert named <= refs
    assert bill() == made


@pytest.mark.slow
def test_the_bill_is_of_the_schema_of_cyclonedx() -> None:
    pytest.importorskip("cyclonedx.validation.json", reason="cyclonedx-python-lib is not installed")
    from cyclonedx.schema import SchemaVersion  # pyright: ignore[reportMissingImports]
    from cyclonedx.validation.json import JsonStrictValidator  # pyright: ignore[reportMissingImports]

    held = JsonStrictValidator(SchemaVersion.V1_6)
    assert held.validate_str(json.dumps(bill())) is None
    assert held.validate_str(json.dumps(bill() | {"components": [{"name": "x"}]})) is not None


KNOWN = {"name": "numpy", "version": "1.0", "vulns": [{"id": "X-1", "fix_versions": ["1.1"]}]}
UNKNOWN = {"name": "numpy", "skip_reason": "Dependency not found"}


@pytest.mark.parametrize(
    ("rows", "code", "said"),
    [([KNOWN], 1, "numpy 1.0: X-1, mended in 1.1"), ([KNOWN | {"vulns": []}, UNKNOWN], 0, "1 versions unknown to it, 0 advisories"),
     ([UNKNOWN], 3, "nothing was audited"), (None, 3, "no connection")],
)  # fmt: skip
def test_an_audit_that_could_not_look_says_so(rows: list | None, code: int, said: str) -> None:
    """pip-audit itself calls versions that the database does not know free of vulnerabilities."""
    text = "" if rows is None else json.dumps({"dependencies": rows})
    told, found = advisories.verdict([("osv", advisories.read(text, "trace\nno connection"))])
    assert (found, said in told) == (code, True), told


def test_the_release_notes_are_the_section_of_the_version() -> None:
    told = release.notes(sbom.version())
    assert told.startswith(f"# parley {sbom.version()}")
    assert re.search(r"^Code \S+; data: law 20\d\d\.\d+\.\d+, world oecd-2022\.$", told, re.MULTILINE)
    assert "\n* " in told
    assert "\n## " not in told
    with pytest.raises(SystemExit, match=r"no version '9\.9\.9'\. Allowed: 0"):
        release.notes("9.9.9")


def test_versions_of_code_and_data_stand_apart(capsys, monkeypatch) -> None:
    code, *data = PARLEY.line(capsys, "--version").splitlines()
    assert code == f"parley {sbom.version()}"
    assert [line.split()[0] for line in data] == ["law", "world"]
    monkeypatch.setenv("PARLEY_LAW", "/nowhere")
    assert PARLEY.err(capsys, 2, "--version")


def test_the_files_of_the_forge_are_whole() -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert (
        cited["version"]
        == sbom.version()
        == tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    )
    assert {"cff-version", "message", "title", "authors", "license"} <= cited.keys()
    forms = [
        yaml.safe_load(p.read_text("utf-8"))
        for p in sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
        if p.stem != "config"
    ]
    assert len(forms) >= 3
    for form in forms:
        assert {"name", "description", "body"} <= form.keys()
        assert any(part.get("validations", {}).get("required") for part in form["body"])
        named = [part["id"] for part in form["body"] if "id" in part]
        assert len(named) == len(set(named))
    for name in ("SECURITY.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text("utf-8")
        for link in re.findall(r"\]\(([^)#]+)", text):
            assert (ROOT / link).exists(), link
        for command in re.findall(r"python (builders/\w+\.py)", text):
            assert (ROOT / command).exists(), command


def test_the_size_of_an_install_leaves_out_pip_and_compiled_python(tmp_path) -> None:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    import install_size  # pyright: ignore[reportMissingImports]

    for name, size in {
        "numpy/a.so": 7,
        "numpy.libs/b.so": 2,
        "numpy/__pycache__/c.pyc": 9,
        "pip/d.py": 5,
        "_duckdb.so": 3,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * size)
    assert install_size.weights(tmp_path) == {"numpy": 9, "duckdb": 3}


def test_the_results_have_a_row_for_every_install() -> None:
    kept = json.loads((ROOT / "docs" / "reliability" / "supply.json").read_text("utf-8"))
    assert [row[0] for row in kept["rows"]] == ["default", *supply.extras()]
    assert [row for row in kept["rows"] if row[2] and row[0] not in ("dev", "docs")] == []
