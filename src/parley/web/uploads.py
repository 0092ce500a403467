"""Files that users send: each in a folder of its own under a name of ours, worked on as a job, gone on request or after a time."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from parley.drafts import draft_of, kept_work_folder, left_behind
from parley.outputs import drafted
from parley.web.jobs import Job, Jobs
from parley.web.problems import Problem, ProblemDetails
from parley.web.store import Store
from parley.web.upload_kinds import Kind

OURS = "input"  # how every file is called in its folder
MOST_KEPT = 16  # uploads at once
HOMES = "files"  # how the names of folders beside a store end
LONGEST_NAME = 80
SWEEP = 20.0  # seconds between two looks at what is to go


@dataclass(frozen=True, eq=False)
class Upload:
    """One file with its job. name: as the user called it, to be shown; given: the fields of its form; ends: when it goes, in
    seconds of the clock."""

    id: str
    kind: Kind
    name: str
    given: Mapping[str, str]
    folder: Path
    job: Job
    ends: float
    clock: Callable[[], float]

    @property
    def file(self) -> str:
        """The file's name in its folder, which is ours."""
        return f"{OURS}{self.kind.suffix(self.name)}"

    def named(self, text: bytes) -> bytes:
        """A text in JSON in which the file stands under the user's name for it."""
        return text.replace(self.file.encode(), msgspec.json.encode(self.name)[1:-1])

    def problem(self) -> ProblemDetails | None:
        """Why it was not worked through, where it was not."""
        return msgspec.json.decode(self.named(msgspec.json.encode(self.job.problem)))

    def results(self) -> list[tuple[str, int]]:
        """The files that were written, with their sizes in bytes; none while the job runs."""
        if self.job.state != "done":
            return []
        paths = (self.folder / name for name in self.kind.writes.values())
        return [(path.name, path.stat().st_size) for path in paths if path.is_file()]

    def result(self, name: str) -> Path:
        """A file that was written. Raises Problem where there is none of that name."""
        names = [found for found, _ in self.results()]
        if name not in names:
            raise Problem(404, "file", f"no file {name[:40]!r}", ", ".join(names) or "none was written")
        return self.folder / name

    def minutes(self) -> int:
        """How long it is still kept."""
        return max(0, round((self.ends - self.clock()) / 60))


class Uploads:
    """The files of one server's users. They live in one folder, which goes with the server."""

    def __init__(self, jobs: Jobs, clock: Callable[[], float] = time.monotonic) -> None:
        self.jobs, self.settings, self.clock = jobs, jobs.pool.settings, clock
        self.home = _home(jobs.store)
        self.held: dict[str, Upload] = {}
        self.sweeping: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to look for what is to go."""
        self.sweeping = asyncio.create_task(self._sweep())

    async def add(self, kind: Kind, name: str, content: BinaryIO, given: Mapping[str, str]) -> Upload:
        """Takes a file and begins to work on it. Raises InputError and Problem; what was refused leaves nothing behind."""
        if len(self.held) >= MOST_KEPT:
            hint = "Delete one, or come back later"
            raise Problem(503, "files", f"{len(self.held)} files are kept at once", f"{MOST_KEPT}", hint)
        file = f"{OURS}{kind.suffix(name)}"
        argv, id = kind.argv(file, given), secrets.token_urlsafe(12)
        folder = self.home / id
        try:
            await asyncio.to_thread(_stored, folder / file, content, kind)
            payload = msgspec.json.encode({"argv": argv, "folder": str(folder)})
            job = self.jobs.start(f"files/{kind.name}", {"": ("file", payload)}, "file", self.settings.file_seconds)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        ends = self.clock() + self.settings.keep_seconds
        self.held[id] = Upload(id, kind, shown_name(name), given, folder, job, ends, self.clock)
        return self.held[id]

    def find(self, id: str) -> Upload:
        """The upload of that id. Raises Problem."""
        if id not in self.held:
            hint = "Files are deleted on request, after a time, and when the server stops. Send it again"
            raise Problem(404, "file", "no such file, or it was deleted", "", hint)
        return self.held[id]

    async def again(self, id: str, given: Mapping[str, str]) -> Upload:
        """The same file once more, under other fields; without an answer of its own the first one goes."""
        first = self.find(id)
        with (first.folder / first.file).open("rb") as content:
            made = await self.add(first.kind, first.name, content, given)
        if first.job.state not in ("running", "done"):
            await self.delete(id)
        return made

    async def cancel(self, id: str) -> Upload:
        """The upload, its job ended."""
        found = self.find(id)
        if found.job.state == "running":
            await self.jobs.cancel(found.job.id)
        return found

    async def delete(self, id: str) -> None:
        """Ends the job and deletes the file with all that was made of it."""
        found = await self.cancel(id)
        self.held.pop(id, None)
        await asyncio.to_thread(shutil.rmtree, found.folder, True)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(SWEEP, self.settings.keep_seconds))
            await self.sweep()

    async def sweep(self) -> None:
        """Deletes every file whose time is over, with what was made of it."""
        for id in [id for id, held in self.held.items() if held.ends < self.clock()]:
            await self.delete(id)

    async def stop(self) -> None:
        """Deletes everything."""
        if self.sweeping:
            self.sweeping.cancel()
        await asyncio.to_thread(shutil.rmtree, self.home, True)


def _home(store: Store | None) -> Path:
    """A new folder for what this run is sent. Beside a store, where what a killed run was sent stays until its jobs have ended."""
    if store is None:
        return kept_work_folder("uploads")
    place, needed = store.path.absolute(), set[Path]()
    for kept in store.jobs():
        sent = [payload for task, payload in kept.parts.values() if task == "file"] if kept.state == "running" else []
        needed |= {Path(msgspec.json.decode(payload)["folder"]).parent for payload in sent}
    for left in set(left_behind(place, HOMES)) - needed:
        shutil.rmtree(left, ignore_errors=True)
    home = draft_of(place, HOMES)
    home.mkdir(mode=0o700)
    return home


def _stored(path: Path, content: BinaryIO, kind: Kind) -> None:
    """Copies a file to its place, once it is found fit. Raises InputError."""
    os.makedirs(path.parent.parent, 0o700, exist_ok=True)  # a sweep of old temporary files may have taken it
    path.parent.mkdir(mode=0o700)
    if kind.check:
        kind.check(content.read())
        content.seek(0)
    with drafted(path) as draft, draft.open("wb") as out:
        shutil.copyfileobj(content, out, 1 << 20)
    if not os.path.getsize(path):
        raise Problem(400, "file", "is empty", "a file with a header and rows")


def shown_name(name: str) -> str:
    """A user's name of a file as it is shown: its last step, printable; of a long one both ends."""
    last = "".join(sign for sign in name.replace("\\", "/").rpartition("/")[2] if sign.isprintable())
    return last if len(last) <= LONGEST_NAME else f"{last[: LONGEST_NAME - 21]}…{last[-20:]}"
