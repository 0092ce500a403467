"""What following codes of other editions costs: CPU seconds of the engine's run alone, and with rows that are followed (docs/files.md).

python benchmarks/bench_followed.py 300000 --share 0.011
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "builders"))

RETIRED = (
    "4407120060",
    "0810904610",
    "0704904025",
    "392390",
    "85171300",
)  # suffixes that went, and codes short of a line


def write_led(path: Path, rows: int, share: float, seed: int) -> int:
    """A file of synthetic rows, of which so many have a code that leads to other lines; how many have one."""
    from shipments import write_shipments

    plain, draw, count = path.with_name("plain.csv"), Random(seed), 0
    write_shipments(rows, plain, seed=seed)
    with plain.open(encoding="utf-8", newline="") as held, path.open("w", encoding="utf-8", newline="") as made:
        read, write = csv.reader(held), csv.writer(made, lineterminator="\n")
        names = next(read)
        write.writerow(names)
        for row in read:
            if draw.random() < share:
                row[names.index("product")] = draw.choice(RETIRED)
                count += 1
            write.writerow(row)
    return count


def seconds(run: Callable[[], object], times: int) -> float:
    """The least CPU seconds of some runs; one before them fills the caches."""
    run()
    taken = []
    for _ in range(times):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return min(taken)


def main() -> None:
    """Prints the rows and both times."""
    from parley.law.shipments.followed import followed_duties
    from parley.law.shipments.run import duties

    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("rows", type=int)
    asked.add_argument("--share", type=float, default=0.011, help="of rows whose code leads to other lines")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--times", type=int, default=3)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "in.csv", Path(folder) / "out.csv"
        count = write_led(path, given.rows, given.share, given.seed)
        alone = seconds(lambda: duties([str(path)], out), given.times)
        whole = seconds(lambda: followed_duties([str(path)], out), given.times)
    print(f"{given.rows:,} rows, {count:,} of them followed: {alone:.2f} CPU seconds alone, {whole:.2f} with them")


if __name__ == "__main__":
    main()
