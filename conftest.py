"""Two workers on two cores: threads of the array libraries would only quarrel, so each worker takes one.

Eleven thousand tests stay as long as a run: Python looks for circles neither while they are collected nor among them later.
"""

from __future__ import annotations

import gc
import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)  # as the command line has it
    gc.enable()
