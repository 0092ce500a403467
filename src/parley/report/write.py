"""The briefing as files: page, Answer, Markdown, workbook, tables as CSV, charts. Each is written whole or not at all."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from parley import extras, outputs
from parley.errors import InputError

if TYPE_CHECKING:
    from parley.report.chart import Figure

FORMATS = ("html", "json", "csv", "md", "xlsx")
USUAL = ("html", "json", "csv")
ENDS = {".html": "html", ".htm": "html", ".json": "json", ".md": "md", ".markdown": "md", ".xlsx": "xlsx"}


def write_brief(
    answer: Mapping[str, Any], out: Path, formats: Sequence[str] = (), charts: Path | None = None
) -> list[Path]:
    """The files written, all made before the first is: those of the formats, then the charts as SVG and PNG.

    out: a folder for brief.html, brief.json and the like; or one file, named by its end; or a device or a pipe, for one format.
    formats: of FORMATS; by default the file's, else the page, the JSON and the tables. charts: a folder for the charts, to which
    page and Markdown then link. Raises InputError where a file or folder cannot be made or written.
    """
    from parley.report.page import figures

    wanted = chosen(out, formats)
    single = one_file(out)
    drawn = figures(answer) if charts or "html" in wanted else {}
    made = Made(answer, drawn, charts, out.parent if single else out)
    texts = {name: text for form in wanted for name, text in CONTENT[form](made).items()}
    pictures = files_of(drawn, charts) if charts else {}
    if not single:
        folder(out)
    places = {out if single else out / name: text for name, text in texts.items()}
    return [*(write(place, content) for place, content in places.items()), *_put(pictures, charts)]


def write_charts(answer: Mapping[str, Any], charts: Path) -> list[Path]:
    """The files of the charts alone."""
    from parley.report.page import figures

    return _put(files_of(figures(answer), charts), charts)


def _put(pictures: Mapping[Path, str | bytes], charts: Path | None) -> list[Path]:
    if charts:
        folder(charts, "--charts")
    return [write(place, content, "--charts") for place, content in pictures.items()]


def one_file(out: Path) -> bool:
    """Whether a place names one file and not a folder: by its end, or since it is a device, a pipe or an open file."""
    return outputs.is_stream(out) or (out.suffix.casefold() in ENDS and not out.is_dir())


def chosen(out: Path, formats: Sequence[str]) -> tuple[str, ...]:
    """The formats asked for, each once. Raises InputError where one is none, or differs from the end of the one file."""
    for form in formats:
        if form not in FORMATS:
            raise InputError("--format", repr(form), ", ".join(FORMATS))
    end = ENDS.get(out.suffix.casefold()) if one_file(out) else None
    if end is None and outputs.is_stream(out):
        one = tuple(dict.fromkeys(formats))
        if len(one) != 1 or one[0] == "csv":
            found = f"{', '.join(one) or 'none'}, and --out {out} takes one file"
            raise InputError("--format", found, "one of html, json, md, xlsx, or a folder for --out")
        end = one[0]
    if "xlsx" in (*formats, end):
        extras.need("xlsx", "--format xlsx", "html, md, json or csv")
    if end is None:
        return tuple(dict.fromkeys(formats)) or USUAL
    if set(formats) - {end}:
        raise InputError(
            "--format", f"{', '.join(formats)}, and --out {out} is one file", f"{end}, or a folder for --out"
        )
    return (end,)


@dataclass(frozen=True)
class Made:
    """An Answer with its charts as drawn. charts: the folder of their files, if any; home: that of the briefing."""

    answer: Mapping[str, Any]
    drawn: Mapping[str, Figure]
    charts: Path | None
    home: Path

    def addresses(self) -> dict[str, list[str]]:
        """Addresses of the files by chart, relative to the briefing; none where no folder was named."""
        if not self.charts:
            return {}
        at = Path(os.path.relpath(self.charts, self.home)).as_posix()
        return {f["name"]: [quote(f"{at}/{f['name']}.{end}") for end in ("svg", "png")] for f in self.drawn.values()}


def files_of(drawn: Mapping[str, Figure], charts: Path) -> dict[Path, str | bytes]:
    """Each chart as SVG and PNG, by its place in a folder: its name never changes."""
    from parley.report.published import picture, published

    found: dict[Path, str | bytes] = {}
    for figure in drawn.values():
        text = published(figure)
        found |= {charts / f"{figure['name']}.svg": text, charts / f"{figure['name']}.png": picture(text)}
    return found


def _html(made: Made) -> dict[str, str | bytes]:
    from parley.report.page import page

    return {"brief.html": page(made.answer, made.addresses(), made.drawn)}


def _markdown(made: Made) -> dict[str, str | bytes]:
    from parley.report.markdown import markdown

    return {"brief.md": markdown(made.answer, made.addresses(), made.drawn if made.charts else None)}


def _workbook(made: Made) -> dict[str, str | bytes]:
    from parley.report.workbook import workbook

    return {"brief.xlsx": workbook(made.answer)}


def _tables(made: Made) -> dict[str, str | bytes]:
    from parley.report.page import sheets_of

    return {sheet.file: sheet.csv() for sheet in sheets_of(made.answer).values()}


CONTENT: dict[str, Callable[[Made], dict[str, str | bytes]]] = {
    "html": _html, "json": lambda made: {"brief.json": as_json(made.answer)}, "csv": _tables, "md": _markdown, "xlsx": _workbook,
}  # fmt: skip


def as_json(answer: Mapping[str, Any]) -> str:
    """The Answer as one JSON object, the same as `parley brief --json` prints."""
    plainly = json.dumps(_finite(answer), ensure_ascii=False, allow_nan=False)
    return msgspec.json.format(plainly, indent=2) + "\n"


def _finite(value: Any) -> Any:
    """JSON has no word for NaN and infinity: they become null."""
    if isinstance(value, dict):
        return {str(k): _finite(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def check(out: Path | None, charts: Path | None) -> None:
    """Nothing, if the briefing and its charts can stand at these places. Raises InputError before the work is done."""
    if out and one_file(out):
        outputs.check(out)
    elif out:
        outputs.check_folder(out)
    if charts:
        outputs.check_folder(charts, "--charts")


def folder(out: Path, option: str = "--out") -> None:
    """Makes the folder. Raises InputError where there is a file in its place or it may not be made."""
    with outputs.told(out, f"{option} {out}"):
        out.mkdir(parents=True, exist_ok=True)


def write(path: Path, text: str | bytes, option: str = "--out") -> Path:
    """The path, once the whole text stands there. Raises InputError where it cannot."""
    return outputs.write(path, text, f"{option} {path}")
