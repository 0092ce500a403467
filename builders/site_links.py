"""What is wrong with a built site: links and fragments that lead nowhere, and whatever it would load from another machine."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src", "link": "href",
          "object": "data", "use": "href"}  # fmt: skip
UNLOADED = ("canonical", "prev", "next", "alternate", "license", "author")  # of link: named, and not fetched
STYLE = re.compile(r"""(?:url\(\s*|@import\s+)['"]?([^'")\s;]+)""")


class Page(HTMLParser):
    """A page's names, its links, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        self.names |= {held[key] for key in ("id", "name") if key in held}
        if tag == "a" and "href" in held:
            self.links.append(held["href"])
        elif tag in LOADED and LOADED[tag] in held and held.get("rel") not in UNLOADED:
            self.loads.append(held[LOADED[tag]])
        self.loads += [part.strip().split()[0] for part in held.get("srcset", "").split(",") if part.strip()]


def faults(site: Path) -> list[str]:
    """A sentence for each fault of the pages and style sheets in a folder."""
    pages = sorted(site.rglob("*.html"))
    read = lru_cache(maxsize=None)(lambda path: Page(path.read_text("utf-8")))
    found = [f for path in pages if path.name != "404.html" for f in _page_faults(path, read, site)]
    styles = ((path, STYLE.findall(path.read_text("utf-8"))) for path in sorted(site.rglob("*.css")))
    found += [f for path, loads in styles for f in _load_faults(path, loads, site)]
    return found if pages else [f"no page in {site.name}"]


def _load_faults(path: Path, loads: list[str], site: Path) -> Iterator[str]:
    """What a page or a style sheet would load from another machine, or from nowhere."""
    where = path.relative_to(site).as_posix()
    for target in loads:
        if urlsplit(target).netloc:
            yield f"{where} loads {target} from another machine"
        elif not target.startswith(("data:", "#")) and not _file(path, target, site).is_file():
            yield f"{where} loads {target}, which is not there"


def _page_faults(path: Path, read: Callable[[Path], Page], site: Path) -> Iterator[str]:
    page, where = read(path), path.relative_to(site).as_posix()
    yield from _load_faults(path, page.loads, site)
    for target in page.links:
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            continue
        file = _file(path, target, site)
        if not file.is_file():
            yield f"{where} links to {target}, which is not there"
        elif parts.fragment and file.suffix == ".html" and unquote(parts.fragment) not in read(file).names:
            yield f"{where} links to {target}: no such part of that page"


def _file(path: Path, target: str, site: Path) -> Path:
    """The file that an address of a page means."""
    named = unquote(urlsplit(target).path)
    found = site / named.lstrip("/") if named.startswith("/") else path.parent / named if named else path
    return found / "index.html" if found.is_dir() else found
