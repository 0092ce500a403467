"""Build the site of the docs into a folder, and check every link of it.

Run: python builders/docs_site.py [--out site] [--check]  (needs pip install '.[docs]')

README, CHANGELOG, docs and decisions become pages, and what they link to goes along, so that the files' own links hold.
--check builds into a folder that is thrown away. Links to other sites are not followed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path

from markdown_text import heading_of, links_of, sections_of
from site_links import faults

ROOT = Path(__file__).parents[1]
CONFIG, STYLE = (Path(__file__).with_name(f"docs_site.{kind}") for kind in ("toml", "css"))
FONT = "fonts/STIXTwoMath-Regular.ttf"  # of ziamath, which carries it for its own pictures
PAGES = ("README.md", "CHANGELOG.md", "docs", "decisions")
NEEDED = ("zensical", "latex2mathml", "ziamath")
SITE = "search.json"  # a file that every site of ours has
Entry = dict[str, "str | list[Entry]"]


def staged(folder: Path) -> None:
    """Copies the pages, and the files of the repository that they link to, into a folder, each in its place."""
    waiting = [path for name in PAGES for path in _files(ROOT / name)]
    seen = set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
        if path.suffix == ".md":
            linked = [(path.parent / link).resolve() for link in links_of(path.read_text("utf-8"))]
            waiting += [p for p in linked if p.is_file() and p.is_relative_to(ROOT)]


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else [p for p in sorted(path.rglob("*")) if p.is_file()]


def navigation() -> list[Entry]:
    """The pages by the sections of docs/README.md; then changes and decisions, in the order of theirs."""
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    made: list[Entry] = [{"Home": "README.md"}]
    for title, text in sections_of(index):
        made.append({title: _titled([f"docs/{link}" for link in links_of(text) if link.endswith(".md")])})
    listed = links_of((ROOT / "decisions" / "README.md").read_text("utf-8"))
    design = ["docs/README.md", "CHANGELOG.md", "decisions/README.md", *(f"decisions/{page}" for page in listed)]
    return [*made, {"Design": _titled(design)}]


def _titled(pages: list[str]) -> list[Entry]:
    """Pages under their own titles."""
    return [{heading_of((ROOT / page).read_text("utf-8")): page} for page in pages]


def built(work: Path) -> Path:
    """The folder of the site, built in a folder for work. Raises SystemExit where the builder warns of anything."""
    staged(work / "pages")
    assets = work / "pages" / "assets"
    assets.mkdir()
    shutil.copy(STYLE, assets)
    with as_file(files("ziamath") / FONT) as font:
        shutil.copy(font, assets)
    head, mark, rest = CONFIG.read_text("utf-8").partition("[project]\n")
    own = f'docs_dir = "pages"\nsite_dir = "site"\nnav = {_toml(navigation())}\n'
    (work / "zensical.toml").write_text(head + mark + own + rest, "utf-8")
    asked = [sys.executable, "-m", "zensical", "build", "--strict"]
    paths = os.pathsep.join(filter(None, (str(CONFIG.parent), os.environ.get("PYTHONPATH", ""))))
    told = subprocess.run(
        asked,
        cwd=work,
        env={**os.environ, "PYTHONPATH": paths, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode:
        sys.exit(f"the site was not built:\n{told.stdout}{told.stderr}")
    return work / "site"


def _toml(value: object) -> str:
    """Lists, tables of one line and text as TOML."""
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def main() -> None:
    """Writes the site, or with --check only says what is wrong with it; exits with 1 where a link leads nowhere."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=ROOT / "site", help="folder of the site, written anew; default: site"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where a link leads nowhere")
    asked = parser.parse_args()
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        sys.exit(f"{', '.join(missing)}: not installed; run pip install '.[docs]'")
    if not asked.check and asked.out.exists() and not (asked.out / SITE).is_file():
        sys.exit(f"{asked.out} is there and is no site of these docs; name another folder, or remove it")
    with tempfile.TemporaryDirectory() as folder:
        site = built(Path(folder))
        found = faults(site)
        if found:
            sys.exit("\n".join(found))
        if not asked.check:
            shutil.rmtree(asked.out, ignore_errors=True)
            shutil.copytree(site, asked.out)


if __name__ == "__main__":
    main()
