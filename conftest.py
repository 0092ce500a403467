"""Two workers on two cores: threads of the array libraries would only quarrel, so each worker takes one."""

from __future__ import annotations

import os

from hypothesis import settings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

settings.register_profile("parley", deadline=None)  # a busy machine is no fault of what is tested
settings.load_profile("parley")
