"""`parley doctor`: is this installation whole? Reads, compares, writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import typer

from parley import extras
from parley.cli.output import JSON_HELP, print_json, print_table

app = typer.Typer(add_completion=False, rich_markup_mode=None)
OLDEST = (3, 11)  # requires-python of pyproject.toml


@dataclass(frozen=True)
class Check:
    """One thing looked at. state: good, absent (an extra that is not there), or bad."""

    what: str
    state: str
    found: str
    hint: str = ""


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False) -> None:
    """Whether Python, libraries, packaged data and acts are as they should be. Exit code 1 where something is bad.

    \b
    Examples:
      parley doctor
      parley doctor --json
    """
    from parley.law.answers import held_clocks

    checks = [*_python(), *_libraries(), *_data(), *_law(), *_record(), *_scenarios()]
    bad = [c for c in checks if c.state == "bad"]
    if as_json:
        told = held_clocks()
        print_json({**told, "well": not bad, "checks": [asdict(c) for c in checks]})
    else:
        shown = [c for c in checks if c.state != "good" or not c.what.startswith("data ")]
        whole = sum(c.what.startswith("data ") and c.state == "good" for c in checks)
        rows = [[c.what, c.state, c.found, c.hint] for c in shown]
        note = f"{whole} packaged files agree with their manifests. " + (
            "All is well." if not bad else f"{len(bad)} bad."
        )
        print_table(["what", "state", "found", "what to do"], rows, note=note)
    if bad:
        raise typer.Exit(1)


def _python() -> Iterator[Check]:
    import platform
    import sys

    from parley import __version__

    good = sys.version_info >= OLDEST
    hint = "" if good else f"Use Python {OLDEST[0]}.{OLDEST[1]} or newer"
    yield Check("Python", "good" if good else "bad", f"{platform.python_version()} on {platform.system()}", hint)
    yield Check("parley", "good", __version__)


def _libraries() -> Iterator[Check]:
    for name in extras.NEEDED:
        there = extras.installed(name)
        yield Check(name, "good" if there else "bad", _version(name) if there else "not installed",
                    "" if there else "pip install parley-trade")  # fmt: skip
    for extra, name in ((e, m) for e, modules in extras.EXTRAS.items() for m in modules):
        there = extras.installed(name)
        hint = "" if there else f"pip install 'parley-trade[{extra}]'"
        yield Check(name, "good" if there else "absent", _version(name) if there else "not installed", hint)


def _version(module: str) -> str:
    from importlib.metadata import PackageNotFoundError, packages_distributions, version

    try:
        return version(packages_distributions().get(module, [module])[0])
    except PackageNotFoundError:
        return "installed"


def _data() -> Iterator[Check]:
    """Every file that a manifest names, held against its checksum."""
    import json
    from importlib import resources
    from pathlib import Path

    package = Path(str(resources.files("parley")))
    for manifest in sorted(package.rglob("manifest.json")):
        for name, entry in sorted(json.loads(manifest.read_text("utf-8")).items()):
            if isinstance(entry, dict) and "sha256" in entry:
                yield _file(
                    manifest.parent / name, f"data {manifest.parent.relative_to(package)}/{name}", entry["sha256"]
                )


def _file(path: Any, what: str, expected: str) -> Check:
    from hashlib import sha256

    if not path.is_file():
        return Check(what, "bad", "missing", "Install parley again")
    found = sha256(path.read_bytes()).hexdigest()
    if found == expected:
        return Check(what, "good", f"sha256 {found[:12]}…")
    return Check(what, "bad", f"sha256 {found[:12]}…, the manifest says {expected[:12]}…", "Install parley again")


def _law() -> Iterator[Check]:
    from parley.errors import ParleyError
    from parley.law.check import check_regime
    from parley.law.regime import read_regime

    yield _package()
    try:
        regime = read_regime()
        findings = check_regime(regime)
    except ParleyError as error:
        yield Check("acts", "bad", str(error), "See: parley law measures check")
        return
    acts = len({m.act.id for m in regime.measures})
    found = f"{acts} acts, {len(regime.measures)} rows, {len(findings)} findings of the linters"
    yield Check("acts", "bad" if findings else "good", found, "See: parley law measures check" if findings else "")
    for r in regime.reached:
        yield Check(f"law of {r.authority}", "good", f"read to {r.law_known_to}", r.source)


def _package() -> Check:
    """The law in use against its manifest."""
    from parley.errors import ParleyError
    from parley.law.law_package import faults, law_in_use

    try:
        used = law_in_use()
    except ParleyError as error:
        return Check("law", "bad", str(error), "See: parley law package check")
    wrong = "; ".join(f"{name} {what}" for name, what in faults(used).items())
    return Check("law", "bad" if wrong else "good", wrong or f"{used.version} ({used.where}), {len(used.files)} files as in its manifest",
                 "Install it again" if wrong else "")  # fmt: skip


def _record() -> Iterator[Check]:
    from parley.errors import ParleyError
    from parley.record.ledger import read_ledger

    try:
        yield Check("record", "good", f"{len(read_ledger().entries)} entries")
    except ParleyError as error:
        yield Check("record", "bad", str(error), "See: parley record list")


def _scenarios() -> Iterator[Check]:
    from parley.errors import ParleyError
    from parley.scenario.scenario import read_scenario, shipped_folder

    for path in sorted(shipped_folder().glob("*.toml")):
        try:
            read_scenario(path)
            yield Check(f"scenario {path.name}", "good", "reads")
        except ParleyError as error:
            yield Check(f"scenario {path.name}", "bad", str(error))
