"""Acts, schedules, notices and packages of law."""

from __future__ import annotations

import gzip
import json
import math
import tempfile
from datetime import date
from pathlib import Path

from fuzz_mutations import Files

from fuzz_seeds.reader import DAY, SOURCE, Reader, of
from parley.law.regime import measures_folder
from schedule_rows import SMALL  # pyright: ignore[reportMissingImports]

LISTED = b'product,start,end,note\n9503,,,toys\n8517,2025-04-05,2025-12-31,"phones, and more"\n'
ACTED = b"""[act]
id = "mine"
title = "An act"
citation = "EO 1"
authority = "USA"
signed = 2025-02-01
stacks = "on all"

[[measure]]
id = "one"
programme = "s232"
rate = 0.25
origins = ["CHN", "DEU"]
product_list = "goods.csv"
start = 2025-03-04
end = 2025-11-10
known = 2025-02-01
reason = "Because."

[[measure]]
id = "two"
programme = "s301"
expression = "max(5%; 10\xc2\xa2/kg)"
origins = ["*"]
origins_except = ["CAN"]
products = ["95030000", "85"]
start = 2025-01-04
unless = { usmca = true }
yields_to = [ { to = "s232", start = 2025-04-03, wholly = true, known = 2025-04-29 } ]

[[fact]]
id = "control"
kind = "export_control"
text = "Something is controlled."
source = "EO 1"
"""


def _acts() -> list[Files]:
    packaged = ("us-232-2025-06-23", "us-338-canada", "eu-answers", "us-301-nicaragua")
    return [
        {"mine.toml": ACTED, "goods.csv": LISTED},
        *({"mine.toml": (Path(str(measures_folder())) / f"{name}.toml").read_bytes().replace(name.encode(), b"mine", 1)}
          for name in packaged if name != "us-338-canada"),
    ]  # fmt: skip


def _act(folder: Path) -> object:
    from parley.law.facts import read_facts
    from parley.law.regime import read_regime

    law = read_regime(folder)
    facts = read_facts(folder)
    rates = [law.explain("9503000073", origin, "USA", DAY).rate for origin in ("CHN", "DEU", "CAN")]
    assert all(rate is None or math.isnan(rate) or 0 <= rate < 100 for rate in rates)
    return law, facts, rates


def _schedules() -> list[Files]:
    plain = json.dumps(SMALL).encode()
    return [{"mine.json": plain}, {"mine.json.gz": gzip.compress(plain, 1, mtime=0)}]


def _schedule(path: Path) -> object:
    from parley.law.hts_json import as_products, read_edition

    edition = read_edition(path)
    table = as_products([(date.min, edition)])
    assert tuple(table.lines()) == edition.lines
    return [table.line(line.code, DAY) for line in edition.lines if len(line.code) == 10]


def _notices() -> list[Files]:
    return [{"mine.xml": path.read_bytes()} for path in (SOURCE.parents[1] / "tests/law/notices").glob("*.xml")]


def _notice(path: Path) -> object:
    from parley.law.propose.notice import read_notice

    return read_notice(path, {})


def _packages() -> list[Files]:
    from parley.law.law_package import MANIFEST, made_manifest

    with tempfile.TemporaryDirectory() as folder:
        held = Path(folder)
        (held / "claims.csv").write_text("claim\n", "utf-8")
        made = made_manifest(held, "2025.5.2", "a note", ("act.more",))
    return [{MANIFEST: made, "claims.csv": b"claim\n"}]


def _package(folder: Path) -> object:
    from parley.law.law_package import faults, read_package

    found = read_package(folder)
    return found, faults(found)


READERS = (
    Reader("measures", of("law/acts.py", "law/facts.py", "law/product_lists.py", "law/entry_claims.py"), _acts, _act, True),
    Reader("schedule", of("law/hts_json.py"), _schedules, _schedule),
    Reader("notice", ("law/propose/fr_document.py", "law/propose/notice.py"), _notices, _notice),
    Reader("law-package", ("law/law_package.py",), _packages, _package, True),
)  # fmt: skip
