"""The command line takes one thread of the array library, unless its caller says how many."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SHOWN = """
import os
from parley.cli.main import main
try:
    main(["--version"])
except SystemExit:
    pass
print(os.environ.get("OPENBLAS_NUM_THREADS"))
"""


@pytest.mark.parametrize(
    ("given", "taken"), [({}, "1"), ({"OMP_NUM_THREADS": "2"}, "None"), ({"OPENBLAS_NUM_THREADS": "3"}, "3")]
)
def test_one_thread_unless_the_caller_names_another_number(given: dict[str, str], taken: str) -> None:
    kept = {k: v for k, v in os.environ.items() if k not in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    found = subprocess.run([sys.executable, "-c", SHOWN], env=kept | given, capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == taken
