"""Two workers on two cores: threads of the array libraries would only quarrel, so each worker takes one."""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")
