"""The API against its own OpenAPI document: random and hostile requests to every operation never find a fault of ours."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings

pytest.importorskip("starlette", reason="the web extra is not installed")
pytestmark = pytest.mark.slow


def document() -> dict[str, Any]:
    from parley.web.openapi import text

    return json.loads(text())


@cache
def operations() -> dict[str, Any]:
    """Each operation by its method and path; the library that draws requests takes long to import."""
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed: pip install '.[dev]'")
    every = (found.ok() for found in schemathesis.openapi.from_dict(document()).get_all_operations())
    return {operation.label: operation for operation in every}


LABELS = [f"{method.upper()} {path}" for path, held in document()["paths"].items() for method in held]


@pytest.mark.parametrize("label", LABELS)
def test_no_request_finds_a_fault(label: str, base: str) -> None:
    """No 5xx but a refusal for want of time or room; every answer is of a status, type and shape that the document names.

    Left out: that what fits the document is accepted. A country or a measure is one of a list that is no part of it.
    """
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    operation = operations()[label]
    solved = operation.method.upper() == "POST"

    @settings(
        max_examples=4 if solved else 12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        answer = case.call(base_url=base, timeout=120)
        if answer.status_code == 202:  # what was asked at random is not worth a worker's time
            requests.delete(base + answer.headers["location"][0], timeout=30)
        assert answer.status_code < 500 or answer.status_code in (503, 504), answer.text[:300]
        if answer.status_code not in (503, 504):
            case.validate_response(answer, excluded_checks=[positive_data_acceptance])

    ask()
