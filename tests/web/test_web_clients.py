"""Clients made from the OpenAPI document, in Python and TypeScript, ask a real server; linters of others find nothing in it.

The makers need other versions than parley does, so each gets an environment of its own: by uv, of the dev extra, or by npm.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools import node_tools, python_tool, ran

pytest.importorskip("starlette", reason="the web extra is not installed")
pytestmark = pytest.mark.slow
PYTHON = """
import json, sys
from datetime import date
from made import Client
from made.api.jobs import job_delete
from made.api.law import law_rate
from made.api.trade import trade_solve
from made.models import Solve

with Client(base_url=sys.argv[1], raise_on_unexpected_status=True) as client:
    rate = law_rate.sync(client=client, product="9503000073", origin="CHN", on=date(2025, 5, 2))
    refused = law_rate.sync(client=client, product="9503000073", origin="Atlantis")
    job = trade_solve.sync(client=client, body=Solve(wait=0))
    job_delete.sync(job.id, client=client)
print(json.dumps({"rate": rate.rate, "programmes": [line.programme for line in rate.lines], "job": job.state,
                  "refused": [refused.status, refused.where, refused.type_]}))
"""
TYPESCRIPT = """
import type { paths } from "./client";
type Asked = paths["/api/v1/law/rate"]["get"]["parameters"]["query"];
type Answer = paths["/api/v1/law/rate"]["get"]["responses"]["200"]["content"]["application/json"];
type Job = paths["/api/v1/trade/solve"]["post"]["responses"]["202"]["content"]["application/json"];

async function main(base: string): Promise<void> {
  const asked: Asked = { product: "9503000073", origin: "CHN", on: "2025-05-02", known: "2025-05-02" };
  const words = Object.entries(asked).map(([name, value]) => [name, String(value)]);
  const told = await fetch(`${base}/api/v1/law/rate?${new URLSearchParams(words)}`);
  const rate = (await told.json()) as Answer;
  const begun = await fetch(`${base}/api/v1/trade/solve`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ wait: 0 }),
  });
  const job = (await begun.json()) as Job;
  await fetch(`${base}${job.links.self}`, { method: "DELETE" });
  console.log(JSON.stringify({ rate: rate.rate, state: job.state }));
}
main(process.argv[2] as string);
"""


MAKER = "openapi-python-client==0.29.1"
NODE = ("openapi-typescript@7", "typescript@5", "@redocly/cli@2.77.0", "@stoplight/spectral-cli@6.16.3")


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The document as a file."""
    from parley.web.openapi import text

    path = tmp_path_factory.mktemp("clients") / "openapi.json"
    path.write_bytes(text())
    return path


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of npm that make a client and read the document."""
    return node_tools(NODE, tmp_path_factory.mktemp("npm") / "tools")


def test_a_client_in_python_asks_and_reads(document: Path, base: str) -> None:
    """Under the maker's own Python, which has what the client needs."""
    folder = document.parent
    maker = python_tool(MAKER, folder / "maker")
    said = ran(
        maker / "openapi-python-client",
        "generate",
        "--path",
        document,
        "--output-path",
        folder / "made",
        "--meta",
        "none",
        cwd=folder,
    )
    assert "Unable to process" not in said, said
    (folder / "ask.py").write_text(PYTHON, "utf-8")
    told = json.loads(ran(maker / "python", folder / "ask.py", base, cwd=folder))
    assert told["rate"] == pytest.approx(1.45)
    assert {"ieepa_fentanyl", "ieepa_reciprocal"} <= {*told["programmes"]}
    assert told["refused"] == [400, "origin", "/problems/bad-question"]
    assert told["job"] in ("running", "done")


def test_a_client_in_typescript_asks_and_reads(document: Path, base: str, node: Path) -> None:
    folder = document.parent
    ran(node / "openapi-typescript", document, "-o", folder / "client.ts", cwd=folder)
    (folder / "ask.ts").write_text(f"declare const process: {{ argv: string[] }};\n{TYPESCRIPT}", "utf-8")
    ran(node / "tsc", "--strict", "--target", "es2022", "--module", "commonjs", "--lib", "es2022,dom",
        folder / "ask.ts", cwd=folder)  # fmt: skip
    told = json.loads(ran("node", folder / "ask.js", base, cwd=folder))
    assert told["rate"] == pytest.approx(1.45)
    assert told["state"] in ("running", "done")


@pytest.mark.parametrize("linter", ["redocly", "spectral"])
def test_a_linter_finds_nothing(linter: str, document: Path, node: Path) -> None:
    (document.parent / ".spectral.yaml").write_text("extends: ['spectral:oas']\n", "utf-8")
    more = ("--fail-severity=hint",) if linter == "spectral" else ()
    said = ran(node / linter, "lint", document.name, *more, cwd=document.parent)
    assert "warning" not in said.replace("Deprecation warning", "").lower() or "0 warnings" in said, said


def test_the_document_is_valid_openapi(document: Path) -> None:
    """By the schema of OpenAPI 3.1 and of JSON Schema 2020-12, without node."""
    pytest.importorskip("openapi_spec_validator", reason="openapi-spec-validator is not installed")
    from openapi_spec_validator import validate  # pyright: ignore[reportMissingImports]
    from openapi_spec_validator.validation.exceptions import (  # pyright: ignore[reportMissingImports]
        OpenAPIValidationError,
    )

    made = json.loads(document.read_bytes())
    validate(made)
    with pytest.raises(OpenAPIValidationError):
        validate(made | {"paths": {"/x": {"get": {"responses": {"200": {}}}}}})
