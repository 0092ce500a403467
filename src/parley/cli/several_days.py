"""`--on DAY,DAY,DAY`: the same question on several days. The command itself is asked once a day; no command knows of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from io import StringIO

from parley.codes import day
from parley.errors import InputError

ON = "--on"
OF_ONE_DAY = ("record add", "law propose")  # what they write has one day
FILES = ("--out", "--csv", "--rejects", "--entries", "--lines", "--rates", "--plot", "--charts", "--cape", "--nfg")


def days_of(argv: Sequence[str]) -> tuple[str, ...]:
    """The days behind --on, where they are several. Raises DateError where one of them is no day."""
    if " ".join(argv[:2]) in OF_ONE_DAY:
        return ()
    place = _place(argv)
    text = argv[place] if place is not None else ""
    days = [one.strip() for one in text.removeprefix(f"{ON}=").split(",")]
    if len(days) < 2:
        return ()
    return tuple(dict.fromkeys(day(one, ON).isoformat() for one in days))


def asked_of_each(run: Callable[[list[str]], int], argv: Sequence[str], days: Sequence[str]) -> int:
    """Runs a command once a day: each under its day, or under --json one object by day. The exit code is the largest.

    Nothing is said before every day has its answer. Raises ParleyError as the command does on any day, and InputError where a
    file would be written once a day.
    """
    files = [name for word in argv if (name := word.partition("=")[0]) in FILES]
    files = [name for name in files if (name, argv[0]) != ("--rates", "trade")]  # there it is read, not written
    files += ["parley brief"] if argv[0] == "brief" and "--json" not in argv else []
    if files:
        raise InputError(files[0], f"one file for {len(days)} days", "one day; or --json alone, which takes several")
    codes, told = [], dict[str, str]()
    for one in days:
        mine = [*argv]
        place = _place(argv) or 0
        mine[place] = f"{ON}={one}" if argv[place].startswith(f"{ON}=") else one
        with redirect_stdout(StringIO()) as held:
            codes.append(run(mine))
        told[one] = held.getvalue()
    if "--json" in argv:
        answers = {one: json.loads(text) for one, text in told.items()}
        print(json.dumps({"days": answers}, ensure_ascii=False, indent=2))
    else:
        for one, text in told.items():
            print(f"{one}\n{'=' * len(one)}\n{text}")
    return max(codes)


def _place(argv: Sequence[str]) -> int | None:
    """Where the value of --on stands: behind it, or in the same word."""
    for place, word in enumerate(argv):
        if word == "--":
            return None
        if word.startswith(f"{ON}="):
            return place
        if word == ON and place + 1 < len(argv):
            return place + 1
    return None
