"""Every command in surroundings that must not matter: time zone, hash seed, threads, umask, encoding, a closed pipe.

Run: python benchmarks/walk.py [--seed 0] [--share 1.0] [--only WORDS ...] [--results docs/reliability/walk.json [--add]]

Each surrounding is a process that runs the same lines in turn; exit codes, standard output and written files are compared.
What counts seconds is set apart first. --share runs a part of the lines, drawn by the seed.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
LINES = """
brief --out out --charts charts --format html --format md --format json --format csv --format xlsx
situation --on 2025-07-09 --known 2025-07-09 --out july.toml
situation --on 2026-02-21 --parties USA,CHN --json
law rate 9503.00.00.73 --origin CHN --on 2025-05-02,2025-05-14
law rate 8517.62 --origin CHN --on 2025-05-02
law rate 0402.10.10.00 --origin NZL --on 2025-05-02 --quantity 1000 --value 3500 --json
law find smartphone
law find 8517.13 --json
law average --origin CHN --since 2025-01-01 --until 2025-12-31 --daily --csv days.csv --plot days.svg
law average --origin CHN --since 2025-01-01 --until 2025-05-31 --plot days.png --json
law timeline --origin CHN --since 2025-01-01 --until 2025-05-14
law timeline --origin CHN --since 2025-01-01 --until 2025-05-14 --json
law diff --origin CHN --from 2025-05-02 --to 2025-05-14 --csv changes.csv
law diff --feed --origin CHN --origin VNM --products 8517.13 --from 2025-01-01
law export --panel --since 2025-01-01 --until 2025-12-31 --origin CHN --products 8517 --csv phones.csv --out phones.parquet
law measures list --on 2025-07-09 --known 2025-05-02 --csv measures.csv
law measures show us-ieepa-reciprocal-cn --json
law measures facts --country CHN
law measures check --json
law package show --json
law package check --json
law package build ../in/next-week --out dist --version 2026.12.5 --read-to USA=2026-12-05 --json
law schedule ../in/hts_2026_rev_30.json ../in/hts_2026_rev_31.json --csv changes.csv
law propose --edition ../in/hts_2026_rev_31.json --against ../in/hts_2026_rev_30.json --on 2026-11-20 --out drafts
law treatment 9802.00.50 --origin CHN --on 2025-05-02 --product 8471.50.01.50 --value 1000 --work 200
law treatment zone --origin VNM --on 2025-09-01 --json
law duties ../in/shipments.csv --out duties.csv --programmes --entries entries.csv
law duties ../in/shipments.csv --out duties.parquet --json
law duties ../in/shipments.csv --out duties.xlsx --difference --drop ieepa_fentanyl@2025-05-02
law cheapest ../in/shipments.csv --origins CHN,VNM,MEX --on 2025-05-02 --out products.csv --rates rates.csv
law water ../in/shipments.csv --out rules.csv --lines lines.csv
law audit ../in/ace-es003-entries.csv --out audit.csv
law audit ../in/ace-es003-entries.csv --json
law refund ../in/refund-entries.csv --out refunds.csv --on 2026-07-15 --cape declaration --interest --as-of 2026-07-15
law refund-status --on 2026-07-15 --liquidated 2026-06-01 --flag protest_open
trade solve --out out --draws 5
trade solve --drop ieepa_fentanyl@2025-05-02 --json
trade partial --value 100 --old-rate 0 --new-rate 25 --demand 1.5 --supply 4
trade decompose --method path --country USA --out out
trade backtest --window 2025-05/06 --reading statutory --elasticities U4 --out backtest --format csv --format xlsx --format svg
trade sweep ../in/sweep.toml --workers 2 --out runs --format csv,json,parquet
trade worlds oecd-2022
trade elasticities --json
talks respond --player USA --instrument bilateral
talks nash --players USA,CHN --json
talks bargain --players USA,CHN
talks grid --nfg game.nfg --json
talks deadline
talks leverage --player USA --target CHN --csv products.csv
talks linkage
talks weights --player USA --json
talks sustain --players USA,CHN
talks signal
talks attrition --prize USA=0.1 --prize CHN=0.1 --audience CHN=0.01 --deal "USA=step down to 30; CHN=step down to 10"
talks path --json
talks hindcast --point D33 --no-ranges --no-deadlines --out hindcast.csv
record status --on 2025-05-02 --known 2025-05-02
record contradictions --known 2025-05-02 --json
record deeds --actor USA --known 2025-12-31
record positions --actor CHN --issue unilateral-tariffs
record timeline --known 2025-05-02 --format html --out timeline.html
record list --actor wu-xinbo --known 2025-05-02
record claims --on 2025-05-02 --known 2025-05-02 --actor CHN --json
record base 145 --origin CHN --destination USA --on 2025-05-02
record schema --out schema.json
record add --ledger mine --kind claim --actor cn-mofcom --on 2025-05-02 --text "The ministry says …" --publisher AFP --tier 2 --read
data list
data sources --json
data verify
doctor --json
cite --on 2025-07-09 --known 2025-05-02
completion bash
mcp --json
""".strip().splitlines()
LEFT_OUT = {"serve": "it ends only when it is stopped", "data pull": "it asks other machines"}
TIMED = re.compile(
    rb'("(?:seconds|rows_per_second|[a-z_]*seconds)": )[\d.e+-]+|[\d.,]+ s, [\d,]+ rows a second|[\d.]+ seconds?\b'
)


class Surrounding(NamedTuple):
    """What a process finds around it."""

    name: str
    env: dict[str, str]
    umask: int = 0o022
    encoding: str = "utf-8"
    pipe: bool = False  # closed by its reader


PLAIN = Surrounding("plain", {"TZ": "UTC", "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})
EAST = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}
WEST = {"TZ": "America/New_York", "PYTHONHASHSEED": "2", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
OTHERS = (
    Surrounding("east", EAST, 0o077),
    Surrounding("west", WEST, 0o002, "ascii"),
    Surrounding("latin", {**PLAIN.env, "LANG": "C", "LC_ALL": "C"}, 0o022, "latin-1"),
    Surrounding("pipe", PLAIN.env, pipe=True),
)


class Left(NamedTuple):
    """What a line left behind."""

    code: int
    out: bytes
    err: str
    files: dict[str, bytes]
    modes: dict[str, int]


def inputs(folder: Path) -> None:
    """The files that the lines read."""
    folder.mkdir()
    for name in ("ace-es003-entries.csv", "refund-entries.csv"):
        shutil.copy(ROOT / "examples" / name, folder)
    kinds = ("9503000073,CHN", "8517130000,VNM", "8703230190,MEX", "95,CHN", "9503000073,Narnia", "6109100012,KHM")
    rows = (f"{n},{kinds[n % 6]},2025-0{3 + n % 5}-{1 + n % 27:02},{n}.{n % 90 + 10},E{n % 9}" for n in range(1, 400))
    (folder / "shipments.csv").write_text(
        "id,product,origin,entry_date,value,entry_number\n" + "\n".join(rows) + "\n", "utf-8"
    )
    (folder / "sweep.toml").write_text(
        'scenarios = ["us-china-2025-05-02.toml"]\nelasticities = ["U4", "CP"]\ndraws = 2\n'
    )
    sys.path.insert(0, str(ROOT / "tests" / "support"))
    from documents import named_files  # pyright: ignore[reportMissingImports]
    from editions_made import APPLICABLE, written  # pyright: ignore[reportMissingImports]

    words = "Articles the product of Peru"
    written(folder, "hts_2026_rev_30.json", {"9903.77.01": (f"{APPLICABLE} + 10%", words)})
    written(folder, "hts_2026_rev_31.json", {"9903.77.01": (f"{APPLICABLE} + 20%", words)})
    (folder / "next-week").mkdir()
    act = "us-example-2026-12.toml"
    (folder / "next-week" / act).write_text(named_files(ROOT / "docs" / "law-package.md")[act], "utf-8")


def worker(folder: Path, lines: list[str], encoding: str, pipe: bool) -> None:
    """Runs the lines one after another, each in a folder of its own beside the inputs."""
    for k, line in enumerate(lines):
        at = folder / f"{k:02}"
        at.mkdir()
        os.chdir(at)
        began = time.process_time()
        code, out, err = _ran(shlex.split(line), encoding, pipe)
        (folder / f"{k:02}.out").write_bytes(out)
        told = {"code": code, "err": err, "seconds": time.process_time() - began}
        (folder / f"{k:02}.json").write_text(json.dumps(told), "utf-8")


def _ran(words: list[str], encoding: str, pipe: bool) -> tuple[int, bytes, str]:
    from parley.cli.main import main

    err = io.StringIO()
    with tempfile.TemporaryFile() as kept:
        number = _closed_pipe() if pipe else os.dup(kept.fileno())
        stream = os.fdopen(number, "w", encoding=encoding, errors="strict", newline="")
        with redirect_stdout(stream), redirect_stderr(err):
            try:
                main(words)
                code = -1
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else int(bool(end.code))
        try:
            stream.close()
        except BrokenPipeError:
            code = -2
        kept.seek(0)
        return code, kept.read(), err.getvalue()


def _closed_pipe() -> int:
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def walked(what: Surrounding, lines: list[str], work: Path) -> list[Left]:
    """What each line leaves behind in a surrounding."""
    folder = work / what.name
    folder.mkdir()
    shutil.copytree(work / "in", folder / "in")
    script = [sys.executable, __file__, "--worker", str(folder), "--encoding", what.encoding, *["--pipe"] * what.pipe]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "160", **what.env}
    subprocess.run(script, input="\n".join(lines), text=True, check=True, env=env, umask=what.umask)
    return [_left(folder, k) for k in range(len(lines))]


def _left(folder: Path, k: int) -> Left:
    at = folder / f"{k:02}"
    told = json.loads((folder / f"{k:02}.json").read_text("utf-8"))
    files = {p.relative_to(at).as_posix(): p for p in sorted(at.rglob("*")) if p.is_file()}
    return Left(
        told["code"],
        (folder / f"{k:02}.out").read_bytes(),
        told["err"],
        {name: p.read_bytes() for name, p in files.items()},
        {name: stat.S_IMODE(p.stat().st_mode) for name, p in files.items()},
    )


def faults(line: str, what: Surrounding, plain: Left, found: Left) -> list[str]:
    """What differs between a surrounding and the plain one, a sentence each."""
    said = []
    if found.code != (0 if what.pipe else plain.code):
        said.append(f"exit code {found.code}, not {plain.code}: {found.err.strip()[-200:]}")
    if not what.pipe and not _same(plain.out, found.out, what.encoding):
        said.append("standard output differs")
    if sorted(found.files) != sorted(plain.files) and not what.pipe:
        said.append(f"files differ: {sorted(set(found.files) ^ set(plain.files))}")
    for name in sorted(set(found.files) & set(plain.files)):
        if _untimed(found.files[name]) != _untimed(plain.files[name]):
            said.append(f"{name} differs")
        if found.modes[name] & what.umask or not found.modes[name] & 0o600 & ~what.umask:
            said.append(f"{name} has the rights {found.modes[name]:o} under the umask {what.umask:03o}")
        elif found.modes[name] | 0o111 != 0o777 & ~what.umask | 0o111:
            said.append(f"{name} has the rights {found.modes[name]:o}, not those of the umask {what.umask:03o}")
    return [f"`parley {line}` ({what.name}): {text}." for text in said]


def _same(plain: bytes, found: bytes, encoding: str) -> bool:
    """The same text; in a smaller set of signs the same JSON, or the same words where those signs suffice."""
    a, b = _untimed(plain).decode(), _untimed(found).decode(encoding)
    if encoding == "utf-8" or a.isascii():
        return a == b
    if a.lstrip().startswith("{"):
        return json.loads(a) == json.loads(b)
    return len(a.split()) == len(b.split()) or a.count("\n") == b.count("\n")


def _untimed(content: bytes) -> bytes:
    return TIMED.sub(rb"\g<1>0", content)  # still JSON


def chosen(only: list[str], share: float, seed: int) -> list[str]:
    """The lines that begin with some words, or a part of all."""
    kept = [line for line in LINES if not only or any(line.startswith(words) for words in only)]
    picked = set(random.Random(seed).sample(range(len(kept)), max(1, round(share * len(kept)))))
    return [line for k, line in enumerate(kept) if k in picked]


def compared(lines: list[str], work: Path) -> tuple[dict[str, list[str]], list[Left]]:
    """What does not hold, by surrounding; and what the lines left in the plain one."""
    inputs(work / "in")
    plain = walked(PLAIN, lines, work)
    found = {what.name: [f for line, a, b in zip(lines, plain, walked(what, lines, work), strict=True)
                         for f in faults(line, what, a, b)] for what in OTHERS}  # fmt: skip
    failed = ((line, left) for line, left in zip(lines, plain, strict=True) if left.code)
    found["plain"] = [f"`parley {line}`: exit code {left.code}: {left.err.strip()[-300:]}." for line, left in failed]
    return found, plain


def main() -> None:
    """The walk; or, of one surrounding, the worker."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--share", type=float, default=1.0, help="of the lines, drawn by the seed")
    parser.add_argument("--only", nargs="+", default=[], help="lines that begin with these words")
    parser.add_argument("--work", type=Path, help="a new folder that keeps everything")
    parser.add_argument("--results", type=Path, help="docs/reliability/walk.json")
    parser.add_argument("--add", action="store_true", help="the results of other lines stay")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--encoding", default="utf-8", help=argparse.SUPPRESS)
    parser.add_argument("--pipe", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.worker:
        worker(asked.worker, sys.stdin.read().splitlines(), asked.encoding, asked.pipe)
        return
    start, lines = time.monotonic(), chosen(asked.only, asked.share, asked.seed)
    with tempfile.TemporaryDirectory() as folder:
        work = asked.work or Path(folder) / "walk"
        work.mkdir()
        found, plain = compared(lines, work)
    for sentence in (f for each in found.values() for f in each):
        print(sentence)
    print(f"{len(lines)} lines, {sum(len(left.files) for left in plain)} files, {sum(map(len, found.values()))} faults")
    if asked.results:
        _keep(asked.results, lines, found, plain, time.monotonic() - start, asked.add)
    sys.exit(1 if any(found.values()) else 0)


def _keep(
    place: Path, lines: list[str], found: dict[str, list[str]], plain: list[Left], seconds: float, add: bool
) -> None:
    sys.path.insert(0, str(ROOT / "builders"))
    from docs_reliability import Subject, keep, keep_added  # pyright: ignore[reportMissingImports]

    what = (
        "Lines of commands ran in surroundings that must not matter. "
        "Exit codes, standard output and every byte of every file were compared; seconds were set apart."
    )
    files, rows = sum(len(left.files) for left in plain), []
    for each in OTHERS:
        held: list[Any] = [each.env["TZ"], each.env["PYTHONHASHSEED"], each.env["OMP_NUM_THREADS"], f"{each.umask:03o}"]
        rows.append([*held, "closed pipe" if each.pipe else each.encoding, len(lines), files, len(found[each.name])])
    command = "python benchmarks/walk.py " + shlex.join(sys.argv[1:]).split("--work")[0].split("--results")[0].strip()
    columns = ["time zone", "hash seed", "threads", "umask", "output", "command lines", "files", "faults"]
    sentences = [f for each in found.values() for f in each]
    told = Subject("Surroundings", date.today(), command.strip(), seconds, what, columns, rows, sentences)
    if add:
        keep_added(told, place, alike=6)
    else:
        keep(told, place)


if __name__ == "__main__":
    main()
