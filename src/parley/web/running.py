"""A command run inside a worker: its `--json` is the answer, what it says on the way is progress. It stands in an empty folder."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib import import_module
from pathlib import Path

import msgspec

from parley.drafts import work_folder
from parley.json_values import JsonObject

Tell = Callable[[str], None]


class Heard(io.StringIO):
    """Standard error of a command: each line is told."""

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self.listener = tell

    def write(self, text: str) -> int:
        """The number of characters; lines go to the listener."""
        for line in text.splitlines():
            if line.strip():
                self.listener(line.strip().removeprefix("parley: "))
        return len(text)


def run_command(payload: bytes, tell: Tell) -> JsonObject:
    """The JSON object that a command prints. Raises ParleyError as the command does."""
    asked = msgspec.json.decode(payload)
    argv, out = [*asked["argv"]], io.StringIO()
    end = argv.index("--") if "--" in argv else len(argv)
    words = [*argv[:end], "--json", *(["scenario.toml"] if asked["toml"] else []), *argv[end:]]
    with _elsewhere() as folder, redirect_stdout(out), redirect_stderr(Heard(tell)):
        if asked["toml"]:
            (folder / "scenario.toml").write_text(asked["toml"], "utf-8")
        import_module("parley.cli.main").dispatch(words)
    return json.loads(out.getvalue())


def run_on_file(payload: bytes, tell: Tell) -> JsonObject:
    """The JSON object that a command prints which stands in the folder of a user's file, and writes there."""
    asked, out = msgspec.json.decode(payload), io.StringIO()
    with _standing_in(Path(asked["folder"])), redirect_stdout(out), redirect_stderr(Heard(tell)):
        import_module("parley.cli.main").dispatch(asked["argv"])
    return json.loads(out.getvalue())


@contextmanager
def _elsewhere() -> Iterator[Path]:
    """An empty folder to stand in, so that no word can name a file of the server's."""
    with work_folder("ask") as name, _standing_in(Path(name)):
        yield Path(name)


@contextmanager
def _standing_in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
