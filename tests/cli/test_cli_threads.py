"""The command line takes one thread of the array library, whatever its caller says: more would move last digits."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from parley.cli.main import THREADS

SHOWN = """
import os
from parley.cli.main import THREADS, main
try:
    main(["--version"])
except SystemExit:
    pass
print(*(os.environ.get(name) for name in THREADS))
"""


@pytest.mark.parametrize("given", [{}, {"OMP_NUM_THREADS": "2"}, {"OPENBLAS_NUM_THREADS": "3"}])
def test_one_thread_whatever_the_caller_names(given: dict[str, str]) -> None:
    kept = {k: v for k, v in os.environ.items() if k not in (*THREADS, "OMP_NUM_THREADS")}
    found = subprocess.run([sys.executable, "-c", SHOWN], env=kept | given, capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1].split() == ["1"] * len(THREADS)


@pytest.mark.slow
def test_a_second_thread_moves_no_digit() -> None:
    """The world of the package is large enough that sums over it would be taken in another order."""
    script = "from parley.cli.main import main; main(['talks', 'weights', '--player', 'USA', '--json'])"
    said = [
        subprocess.run([sys.executable, "-c", script], capture_output=True, check=True,
                       env=os.environ | {"OMP_NUM_THREADS": n, "OPENBLAS_NUM_THREADS": n}).stdout
        for n in "12"
    ]  # fmt: skip
    assert said[0] == said[1]
