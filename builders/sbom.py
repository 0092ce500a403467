"""The software bill of materials of a release, as CycloneDX JSON: packages with versions, hashes and licences, and the data that ships.

Run: python builders/sbom.py [--extra NAME]... [--day YYYY-MM-DD] [--out dist/parley-trade.cdx.json]

Versions and hashes are those of requirements.lock; licences and what needs what come from the packages installed here.
The same tree gives the same bytes on the same day.
"""

from __future__ import annotations

import argparse
import datetime
import json
import uuid
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

from supply import OURS, ROOT, closure, extras, licence, locked, needed, ours, project

SPEC = "1.6"
PUBLISHED = tuple(name for name in extras() if name not in ("dev", "docs"))


def bill(asked: Sequence[str], day: str) -> dict[str, Any]:
    """The bill of a default install with some extras. Raises SystemExit where a package is not installed here or not in the lock."""
    found: dict[str, Distribution] = {}
    for extra in ("", *asked):
        here, absent = closure(extra)
        if absent:
            raise SystemExit(f"not installed: {', '.join(sorted(absent))}. pip install '.[{','.join(asked)}]'")
        found |= here
    held = {row.name: row for row in locked()}
    missing = sorted(found.keys() - held.keys())
    if missing:
        raise SystemExit(f"not in requirements.lock: {', '.join(missing)}. python builders/lock.py")
    refs = {name: f"pkg:pypi/{name}@{held[name].version}" for name in sorted(found)}
    parts = [_package(name, refs[name], held[name].hashes, held[name].version, found[name]) for name in refs]
    top = {"type": "application", "name": OURS, "version": version(), "bom-ref": f"pkg:pypi/{OURS}@{version()}",
           "purl": f"pkg:pypi/{OURS}@{version()}", "licenses": _licences(project()["license"])}  # fmt: skip
    direct = {n for extra in ("", *asked) for n, _ in needed(ours(extra), extra) if n in refs}
    links = [
        {"ref": top["bom-ref"], "dependsOn": sorted([*(refs[n] for n in direct), *(d["bom-ref"] for d in data())])}
    ]
    links += [{"ref": refs[n], "dependsOn": sorted({refs[m] for m, _ in needed(found[n].requires or (), "") if m in refs})}
              for n in refs]  # fmt: skip
    about = {"timestamp": f"{day}T00:00:00Z", "component": top}
    made = {"bomFormat": "CycloneDX", "specVersion": SPEC, "version": 1, "metadata": about, "components": [*parts, *data()],
            "dependencies": links}  # fmt: skip
    serial = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(made, sort_keys=True))
    return {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPEC}.schema.json",
        "serialNumber": f"urn:uuid:{serial}",
        **made,
    }


def version() -> str:
    """Of the code."""
    return project()["version"]


def data() -> Iterator[dict[str, Any]]:
    """What ships that is no code: the law, by the checksum of its manifest, and each dataset of trade by its own."""
    law = ROOT / "src" / "parley" / "law"
    manifest = json.loads((law / "law.json").read_text("utf-8"))
    yield _data("parley-law", manifest["version"], law / "law.json")
    for world in sorted((ROOT / "src" / "parley" / "world" / "sources").glob("*.npz")):
        yield _data("parley-world", world.stem, world)


def _data(name: str, number: str, file: Path) -> dict[str, Any]:
    digest = sha256(file.read_bytes()).hexdigest()
    return {"type": "data", "name": name, "version": number, "bom-ref": f"{name}@{number}",
            "hashes": [{"alg": "SHA-256", "content": digest}], "data": [{"type": "dataset", "name": file.name}]}  # fmt: skip


def _package(name: str, ref: str, hashes: Sequence[str], number: str, made: Distribution) -> dict[str, Any]:
    stated = licence(made)
    return {"type": "library", "name": name, "version": number, "bom-ref": ref, "purl": ref,
            "hashes": [{"alg": "SHA-256", "content": h} for h in hashes],
            **({"licenses": _licences(stated)} if stated else {})}  # fmt: skip


def _licences(stated: str) -> list[dict[str, Any]]:
    """An SPDX expression, or a licence by the words that a package uses."""
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        return [{"expression": canonicalize_license_expression(stated)}]
    except InvalidLicenseExpression:
        return [{"license": {"name": stated}}]


def main() -> None:
    """Writes the bill."""
    asking = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asking.add_argument(
        "--extra", action="append", choices=PUBLISHED, help="an extra to include; all of them unless one is named"
    )
    asking.add_argument("--day", default=str(datetime.date.today()), help="the day of the release")
    asking.add_argument("--out", type=Path, default=ROOT / "dist" / f"{OURS}.cdx.json")
    given = asking.parse_args()
    made = bill(given.extra or PUBLISHED, given.day)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{given.out}: {len(made['components'])} components")


if __name__ == "__main__":
    main()
