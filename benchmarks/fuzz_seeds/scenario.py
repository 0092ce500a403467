"""Scenarios, sweeps and the record."""

from __future__ import annotations

from pathlib import Path

from fuzz_mutations import Files

from fuzz_seeds.reader import DAY, SOURCE, Reader, of
from parley.scenario.scenario import shipped_folder


def _scenarios() -> list[Files]:
    return [{"mine.toml": path.read_bytes()} for path in sorted(shipped_folder().glob("*.toml"))]


def _scenario(path: Path) -> object:
    from parley.scenario.scenario import parse_scenario, read_scenario
    from parley.scenario.toml import as_toml

    found = read_scenario(path)
    again = parse_scenario(as_toml(found), found.file, found.folder).replaced(found=found.found)
    assert again == found, "written out and read again it is another"
    assert repr(found)
    assert found.options() is not None
    return found


def _sweeps() -> list[Files]:
    text = b'title = "One"\nscenarios = ["mine-scenario.toml"]\nelasticities = ["U4", "CP"]\ndraws = 3\nseed = 2\nspread = 0.5\n'
    more = b'indicators = ["welfare_pct"]\ncountries = ["USA"]\n[[scenario]]\nname = "b"\ndrop = ["us-ieepa-fentanyl-cn@2025-05-02"]\n'
    own = (shipped_folder() / "us-india-2025-08-27.toml").read_bytes()
    return [{"mine.toml": text, "mine-scenario.toml": own}, {"mine.toml": text + more, "mine-scenario.toml": own}]


def _sweep(path: Path) -> object:
    from parley.scenario.sweep import read_sweep

    found = read_sweep(path)
    assert found.cells == sum(1 for _ in found.questions) * len(found.sets) * (found.draws[0] + 1)
    return found


def _ledgers() -> list[Files]:
    folder = SOURCE / "record/ledger"
    return [{f"{month}.toml": (folder / f"{month}.toml").read_bytes() for month in ("2018-03", "2018-04")}]


def _ledger(folder: Path) -> object:
    from parley.record.contradictions import contradictions
    from parley.record.ledger import read_ledger
    from parley.record.status import status

    found = read_ledger(folder)
    return found, contradictions(found), status(found, DAY)


READERS = (
    Reader("scenario", of("scenario/scenario.py", "scenario/scenario_parts.py", "scenario/outcome_checks.py"), _scenarios, _scenario),
    Reader("sweep", of("scenario/sweep.py"), _sweeps, _sweep),
    Reader("ledger", of("record/ledger.py", "record/faults.py"), _ledgers, _ledger, True),
)  # fmt: skip
