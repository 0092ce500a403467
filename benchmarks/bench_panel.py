"""How long `law export --panel` takes: every line from every country in a period, as Parquet.

Run: python benchmarks/bench_panel.py [SINCE UNTIL]

Prints rows, seconds of CPU, rows a second, bytes and the most memory held, with the cache of acts warm.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from parley.law.answering import exported
from parley.law.questions import Export
from parley.law.regime import read_regime


def main() -> None:
    """One export, timed."""
    since, until = sys.argv[1:] or ("2025-01-01", "2025-12-31")
    regime = read_regime()
    with tempfile.TemporaryDirectory() as folder:
        began, clock = time.process_time(), time.perf_counter()
        found = exported(Export(since=since, until=until, panel=True), Path(folder, "panel.parquet"), regime=regime)
        spent, passed = time.process_time() - began, time.perf_counter() - clock
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{found['rows']:,} rows of {found['lines']:,} lines from {found['origins']} origins, {since} to {until}")
    print(f"{spent:.1f} s of CPU in {passed:.1f} s; {found['rows'] / spent / 1e6:.2f} million rows a second of CPU")
    print(f"{(found['files'][0]['bytes'] or 0) / 1e6:.1f} MB of Parquet; at most {most:.2f} GB of memory")


if __name__ == "__main__":
    main()
