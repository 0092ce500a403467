"""Every test run checks array shapes: jaxtyping annotations are enforced by beartype in the numeric rooms."""

from __future__ import annotations

from pathlib import Path

import pytest
from jaxtyping import install_import_hook

install_import_hook(["parley.world", "parley.trade", "parley.talks", "parley.tables"], "beartype.beartype")

SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of references; tests that need it skip, with a reason, where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared/data beside this checkout: its reference tables are not shipped with parley")
    return SHARED
