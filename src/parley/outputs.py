"""How a file that the user names is written: the one place where that is decided.

A regular file is replaced whole, in one step, or stays as it was. A symbolic link is followed: its file is replaced, the
link stays. A device, a pipe or an open descriptor (/dev/null, a FIFO, /dev/stdout, >(command)) is written to, never replaced.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from parley.drafts import draft_of, exchange, is_work, left_behind, work_folder
from parley.errors import InputError, OutputError

_DESCRIPTORS = re.compile(r"/proc/(?P<process>\d+)(/task/\d+)?/fd|/dev/fd")  # folders whose entries are open files
_MOST_LINKS = 40  # as Linux follows
_BLOCK = 1 << 22  # bytes
_WHAT_TO_DO = {
    errno.ENOSPC: "Free some space, or name a file on another disk",
    errno.EDQUOT: "Free some space within your quota, or name a file on another disk",
    errno.EFBIG: "Raise the limit on the size of files (ulimit -f), or name a file on another disk",
    errno.EROFS: "Name a file on a disk that can be written",
    errno.EACCES: "Ask for the right to it, or name another file",
    errno.EPERM: "Ask for the right to it, or name another file",
    errno.ENOTDIR: "A part of its path is a file: name a folder there",
    errno.EISDIR: "It is a folder: name a file in it",
    errno.ENAMETOOLONG: "Give it a shorter name",
    errno.EIO: "Name a file on another disk: this one reports an error",
}  # what the machine or its owner sets, which is no fault of ours
_OF_WRITING = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
_OF_SQLITE = {8: errno.EROFS, 10: errno.EIO, 13: errno.ENOSPC}  # SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL


def is_stream(place: str | Path) -> bool:
    """Whether a place is written to and not replaced: a device, a pipe, or a file that is open already."""
    if _descriptor(place) is not None:
        return True
    try:
        mode = os.stat(place).st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def is_standard_output(place: str | Path) -> bool:
    """Whether a place is this process's standard output, by any of its names."""
    found = _descriptor(place)
    return found is not None and _is_ours(found) and int(found.name) == 1


def real(place: str | Path) -> Path:
    """The file itself, links followed; it need not be there. Raises OSError where the links go round in a circle."""
    found = Path(os.path.realpath(place))
    if found.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(place))
    return found


def check(place: str | Path, inputs: Sequence[str | Path] = ()) -> None:
    """Nothing, if a file can stand at a place. Raises InputError before the work is done, not after it."""
    with told(place):
        if is_stream(place):
            _check_stream(place)
            return
        target = real(place)
        if not target.parent.is_dir():
            raise InputError(str(place), f"no folder {target.parent}", "a folder that exists")
        if target.is_dir():
            raise InputError(str(place), "it is a folder", "the name of a file")
    if any(target == Path(os.path.realpath(path)) for path in inputs):
        raise InputError(str(place), "it is also an input", "a name of its own for the output")


def check_folder(place: str | Path, option: str = "--out") -> None:
    """Nothing, if a folder stands at a place, or can be made there. Raises InputError before the work is done, not after it."""
    with told(place, f"{option} {place}"):
        target = real(place)
        at = next(p for p in (target, *target.parents) if p.exists())
        if not at.is_dir() and at == target:
            raise InputError(
                f"{option} {place}",
                f"{place} cannot be written: it is no folder",
                "a folder, or a name that is not taken",
            )
        number = errno.ENOTDIR if not at.is_dir() else _refusal_of(at)
        if number:
            raise OSError(number, os.strerror(number), str(place))


def _refusal_of(folder: Path) -> int:
    """The number of the error that keeps a folder from taking files; 0 where nothing does."""
    if os.access(folder, os.W_OK | os.X_OK):
        return 0
    read_only = hasattr(os, "statvfs") and os.statvfs(folder).f_flag & os.ST_RDONLY
    return errno.EROFS if read_only else errno.EACCES


def check_all(places: Sequence[str | Path | None], inputs: Sequence[str | Path] = ()) -> None:
    """Nothing, if files can stand at these places, each at one of its own. Raises InputError."""
    named = [place for place in places if place]
    for place in named:
        check(place, inputs)
    files = [real(place) for place in named if not is_stream(place)]
    for n, target in enumerate(files):
        if target in files[:n]:
            raise InputError(str(target), "two outputs of one name", "a name of its own for each output")


def write(place: str | Path, content: str | bytes, where: str = "") -> Path:
    """The path, once all of the content stands there. Raises InputError, whose `where` names the option, where it cannot."""
    with told(place, where):
        replace(place, content)
    return Path(place)


def replace(place: str | Path, content: str | bytes) -> None:
    """Writes all of the content, or nothing. Raises OSError, and InputError for a text that no file holds."""
    content = _encoded(place, content) if isinstance(content, str) else content
    if is_stream(place):
        with _opened(place) as stream:
            stream.write(content)
        return
    with drafted(place) as draft, draft.open("xb") as stream:
        stream.write(content)


def _encoded(place: str | Path, text: str) -> bytes:
    """A text in UTF-8. A command line whose bytes are not UTF-8 gives halves of signs, which no file holds."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        found = f"the sign {text[error.start]!a} in {text[max(0, error.start - 20) : error.end + 20]!a}"
        raise InputError(str(place), found, "text in UTF-8", "Write it in UTF-8, as a terminal does") from None


@contextmanager
def drafted(place: str | Path) -> Iterator[Path]:
    """The name of a new file, for whoever writes files by name; what it holds at the end is put in its place."""
    if is_stream(place):
        with work_folder("out") as folder:
            draft = Path(folder) / "draft"
            yield draft
            _copy(draft, place)
        return
    target = real(place)
    for left in left_behind(target):
        left.unlink(missing_ok=True)
    draft = draft_of(target)
    try:
        yield draft
        _to_disk(draft)
        _with_rights_of(target, draft)
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)  # gone already where it was put in its place


def put(made: Path, place: str | Path) -> None:
    """Puts a whole file in its place; into a device or a pipe it is copied, and stays. Raises InputError."""
    with told(place):
        if is_stream(place):
            _copy(made, place)
            return
        try:
            _with_rights_of(real(place), made)
            os.replace(made, real(place))
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            with drafted(place) as draft:  # on another disk: not in one step from there
                shutil.copyfile(made, draft)
            made.unlink()


def put_folder(made: Path, place: Path) -> Path:
    """The folder's place, once it stands there whole; where it cannot be put there, the folder that is there or its own."""
    if made != place:
        try:
            os.rename(made, place)
        except OSError:  # another process was first, or the disk is another
            return place if place.is_dir() else made
    return place


@contextmanager
def drafted_folder(place: Path) -> Iterator[Path]:
    """A new folder beside a place, for files that belong together; at the end it stands in the place of an earlier one, whole."""
    target = real(place)
    draft, old = draft_of(target), draft_of(target, "old")
    draft.mkdir()
    try:
        yield draft
        if not (target.is_dir() and exchange(draft, target)):
            _put_in_two_steps(draft, target, old)
    finally:
        shutil.rmtree(draft, ignore_errors=True)  # the earlier folder, where it was put in its place
    for gone in (old, *left_behind(target)):
        shutil.rmtree(gone, ignore_errors=True)


def _put_in_two_steps(draft: Path, target: Path, old: Path) -> None:
    """Where two names cannot be exchanged in one step: between these two there is no folder of that name."""
    if target.is_dir():
        os.rename(target, old)
    try:
        os.rename(draft, target)
    except OSError:
        if old.is_dir():
            os.rename(old, target)
        raise


@contextmanager
def told(place: str | Path, where: str = "") -> Iterator[None]:
    """Says in a sentence what keeps a file from being written. Raises OutputError for what would be an OSError."""
    try:
        yield
    except (BrokenPipeError, InputError):  # a reader that has gone is no fault of the name; a sentence is one already
        raise
    except Exception as error:
        if number_of(error) is None and not isinstance(error, OSError) and not _is_missing(error):
            raise
        raise refused(place, error, where) from None


@contextmanager
def temporary() -> Iterator[None]:
    """Says in a sentence what keeps temporary files from being written: their names mean nothing to a user. Raises OutputError."""
    try:
        yield
    except BrokenPipeError:
        raise
    except Exception as error:
        number = number_of(error)
        if number not in _OF_WRITING:
            raise
        raise _no_temporary(f"cannot be written: {os.strerror(number)}") from None


def _is_temporary(place: str | Path) -> bool:
    """Whether a place is in a folder that is made for some work of ours and gone after it."""
    path, home = Path(place).absolute(), Path(tempfile.gettempdir()).absolute()
    return path.is_relative_to(home) and any(map(is_work, path.relative_to(home).parts[:1]))


def _no_temporary(found: str) -> OutputError:
    return OutputError("temporary files", found, "a folder with space, and a limit that lets files grow",
                       "Free some space, raise ulimit -f, or set TMPDIR to a folder that can be written")  # fmt: skip


def refused(place: str | Path, error: BaseException, where: str = "") -> OutputError:
    """The sentence about a file that could not be written: which, what happened, what to do."""
    number = number_of(error)
    number = number or (errno.ENOENT if _is_missing(error) else None)
    what = os.strerror(number) if number else getattr(error, "strerror", None) or str(error)
    if _is_temporary(place):
        return _no_temporary(f"cannot be written: {what}")
    allowed = "a file in a folder that exists and can be written"
    found = f"{place} cannot be written: {what}" if where else f"cannot be written: {what}"
    return OutputError(where or str(place), found, allowed, _WHAT_TO_DO.get(number or 0, ""))


def met(error: BaseException, place: str | Path) -> InputError | None:
    """The sentence about a full disk, a limit or a lacking right that stopped some work; None of what is a fault of ours.

    place: the file at work, where the error does not name its own.
    """
    number, file = number_of(error), getattr(error, "filename", None) or place
    if isinstance(error, FileNotFoundError) and str(error.strerror).startswith("No usable temporary directory"):
        return _no_temporary("no folder for them can be written")
    if number is None:
        return None
    if number in _OF_WRITING:
        return refused(file, error)
    return InputError(str(file), f"cannot be read or written: {os.strerror(number)}", "", _WHAT_TO_DO[number])


def number_of(error: BaseException) -> int | None:
    """The number of an error that the machine or its owner sets (a full disk, a limit, a right); none of others.

    DuckDB, which writes files by itself, gives the system's words and no number; SQLite has numbers of its own.
    """
    if isinstance(error, OSError):
        return error.errno if error.errno in _WHAT_TO_DO else None
    if code := getattr(error, "sqlite_errorcode", 0):
        return _OF_SQLITE.get(code & 0xFF)
    if not type(error).__module__.startswith(("duckdb", "_duckdb")):
        return None
    return next((n for n in _WHAT_TO_DO if os.strerror(n) in str(error)), None)


def _is_missing(error: BaseException) -> bool:
    """Whether DuckDB found no such place to write to."""
    return type(error).__module__.startswith(("duckdb", "_duckdb")) and os.strerror(errno.ENOENT) in str(error)


def _check_stream(place: str | Path) -> None:
    """Nothing, if a device, a pipe or an open file takes what is written to it. Raises OSError."""
    found = _descriptor(place)
    if found is not None and _is_ours(found):
        os.fstat(int(found.name))
    elif not os.access(place, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))


def _copy(made: Path, place: str | Path) -> None:
    with made.open("rb") as source, _opened(place) as stream:
        shutil.copyfileobj(source, stream, _BLOCK)


def _opened(place: str | Path) -> BinaryIO:
    """A stream to write to. An open file of ours is written where it stands: opened by name it would begin anew."""
    found = _descriptor(place)
    if found is None or not _is_ours(found):
        return open(place, "wb")
    for said in (sys.stdout, sys.__stdout__):  # what was said before stands before
        if said is not None:
            said.flush()
    return os.fdopen(os.dup(int(found.name)), "wb")


def _descriptor(place: str | Path) -> Path | None:
    """The entry for an open file that a name leads to, such as /proc/7/fd/1 for /dev/stdout or -; none for other names."""
    if str(place) == "-":
        return Path("/dev/fd/1")  # also where the system has no such folder
    at = Path(place).absolute()
    for _ in range(_MOST_LINKS):
        at = Path(os.path.realpath(at.parent)) / at.name
        if at.name.isdecimal() and _DESCRIPTORS.fullmatch(str(at.parent)):
            return at
        if not at.is_symlink():
            return None
        at = at.parent / os.readlink(at)
    return None


def _is_ours(entry: Path) -> bool:
    """Whether an entry for an open file is one of this process."""
    found = _DESCRIPTORS.fullmatch(entry.parent.as_posix())
    return found is not None and found["process"] in (None, str(os.getpid()))


def _with_rights_of(target: Path, draft: Path) -> None:
    """Gives a draft the rights of the file that it replaces, where one is there."""
    try:
        os.chmod(draft, stat.S_IMODE(target.stat().st_mode))
    except FileNotFoundError:
        return


def _to_disk(path: Path) -> None:
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())
