"""The command line: parse, call, show. Each group of commands is one file and is imported only when it is called."""

from __future__ import annotations

import gc
import os
import sys
import warnings
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from importlib import import_module
from itertools import pairwise
from typing import Any

from parley.cli.streams import degrade, json_text
from parley.errors import InputError, ParleyError, RateWarning, unknown_name

GROUPS = {
    "brief": "the main job: one scenario file in, a defensible answer out",
    "situation": "what changed by a day, what comes, what stands open, and what each side can do",
    "law": "what does the law say? rates by product, origin and day, explained",
    "trade": "what do the tariffs do? trade, prices, revenue and welfare",
    "talks": "what can each side do next? best responses, tariff wars, deals, deadlines",
    "record": "who said, claimed, offered and did what",
    "data": "what ships, what can be pulled from official sources, and whether it is whole",
    "serve": "a local web application and an HTTP API on the same code",
    "mcp": "the same questions as tools of an assistant (Model Context Protocol)",
    "cite": "legal citations and BibTeX of what an answer rests on",
    "completion": "a script for bash, zsh or fish, so that Tab completes commands and options",
    "doctor": "is this installation whole? environment and packaged data against their manifests",
}


THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")  # of NumPy's matrix library


def main(argv: list[str] | None = None) -> None:
    """Entry point of `parley`. Exit codes: 0 answered, 1 fault of ours, 2 bad input, 3 no answer or not certified."""
    alone, argv = argv is None, list(sys.argv[1:] if argv is None else argv)
    os.environ.update(dict.fromkeys(THREADS, "1"))  # read when NumPy is imported, later; more would move last digits
    gc.set_threshold(
        200_000, 20, 100
    )  # a command makes a hundred thousand lines of law, and no circles worth looking for
    degrade()
    if not os.environ.get("COLUMNS", "1").strip("0"):
        del os.environ["COLUMNS"]  # 0 is no width: a terminal that knows none says so
    try:
        with _said_apart(argv), warnings.catch_warnings():
            warnings.showwarning = _show_warning
            code = dispatch(argv)
        if sys.stdout is not None:  # None: closed by the caller (>&-)
            sys.stdout.flush()  # here, where a device that takes no more can still be said in a sentence
        sys.exit(code)
    except ParleyError as error:
        _show_error(error, as_json="--json" in argv)
        sys.exit(error.exit_code)
    except BrokenPipeError:  # the reader of our output has gone (parley … | head)
        _say_no_more()
        sys.exit(0)
    except SystemExit as end:
        if not isinstance(end.__context__, BrokenPipeError):
            raise
        _say_no_more()  # libraries end with 1 where the reader has gone
        sys.exit(0)
    except Exception as error:
        sys.exit(_show_failure(error, as_json="--json" in argv))
    except KeyboardInterrupt:
        _say("parley: interrupted; nothing half-written was left\n")
        sys.exit(130)
    finally:
        if alone:
            gc.freeze()  # the process ends: nothing need be searched for circles once more


def _say(text: str) -> None:
    from parley.cli.progress import say

    say(text)


def _show_warning(message: Warning | str, category: type[Warning], *where: Any) -> None:
    """Our own warnings as a sentence, those of others as Python shows them."""
    if issubclass(category, RateWarning):
        _say(f"parley: note: {message}\n")
    else:
        _say(warnings.formatwarning(message, category, *where[:2]))


def _say_no_more() -> None:
    """What was not taken by standard output is dropped: the end of the process would complain of it again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


WRITTEN = (
    "--out",
    "--csv",
    "--rejects",
    "--entries",
    "--lines",
    "--rates",
    "--plot",
)  # options that name a file to write


def _said_apart(argv: list[str]) -> AbstractContextManager[object]:
    """Where a file to write is standard output, what is said goes to standard error: no table stands behind the rows."""
    names = [n for arg in argv for n in (arg, arg.partition("=")[2]) if n.startswith(("/dev/", "/proc/"))]
    names += [
        n for word, n in [*pairwise(argv), *(a.split("=", 1) for a in argv if "=" in a)] if n == "-" and word in WRITTEN
    ]
    if not names:
        return nullcontext()
    from parley.outputs import is_standard_output

    return redirect_stdout(sys.stderr) if any(map(is_standard_output, names)) else nullcontext()


def dispatch(argv: list[str]) -> int:
    """The exit code of one command. Raises ParleyError."""
    if not argv or argv[0] in ("-h", "--help", "help"):
        _overview()
        return 0
    if argv[0] == "--version":
        _versions()
        return 0
    name = argv[0]
    if name not in GROUPS:
        raise unknown_name("parley", "command", name, GROUPS)
    if any("," in word for word in argv):
        from parley.cli.several_days import asked_of_each, days_of

        if days := days_of(argv):
            return asked_of_each(dispatch, argv, days)
    if argv[:2] == ["law", "rate"] and _quickly(argv[2:]):
        return 0
    app: Any = import_module(f"parley.cli.{name}").app
    from parley.cli.click_errors import run_app

    return run_app(app, argv[1:], f"parley {name}")


def _quickly(argv: list[str]) -> bool:
    """Whether `law rate` was asked plainly, and so was answered without loading typer."""
    from parley.cli.law_rate import quick

    return quick(argv)


def _versions() -> None:
    """The version of the code, then those of the data, which are renewed without it."""
    from parley import __version__

    print(f"parley {__version__}")
    from importlib.resources import files

    from parley.law.law_package import law_in_use

    used = law_in_use()
    names = sorted(file.name for file in files("parley").joinpath("world", "sources").iterdir())
    worlds = ", ".join(name.removesuffix(".npz") for name in names if name.endswith(".npz"))
    print(f"law {used.version} ({used.where})\nworld {worlds}")


def _overview() -> None:
    print("parley: a trade conflict, from the announcement to the answer\n\nUsage: parley COMMAND [OPTIONS]\n")
    for name, sentence in GROUPS.items():
        print(f"  {name:<10} {sentence}")
    print(
        "\nExamples:\n"
        "  parley brief                                                     the question of 2 May 2025\n"
        "  parley law rate 8517.13.00.00 --origin CHN --destination USA --on 2025-05-02\n"
        "  parley brief --drop us-ieepa-fentanyl-cn@2025-05-02              what if that tariff is repealed?\n"
        "  parley law average --origin CHN --on 2025-05-02,2025-05-14       the same question on several days\n\n"
        "Every command takes --help and --json. Rates are percent for people, fractions in JSON."
    )


def _show_error(error: ParleyError, *, as_json: bool) -> None:
    if as_json:
        _say(json_text(error.as_json(), sys.stderr) + "\n")
    else:
        kind = "" if isinstance(error, InputError) else "parley cannot answer: "
        _say(f"{kind}{error}\n")


def _show_failure(error: Exception, *, as_json: bool) -> int:
    """The exit code of what went wrong beyond our sentences: a full disk or a limit is the user's, the rest a fault of ours."""
    from parley.extras import refusal
    from parley.outputs import met

    made = met(error, "standard output") or refusal(error, "parley")
    if made is None:
        _show_fault(error)
        return 1
    _show_error(made, as_json=as_json)
    _say_no_more()
    return made.exit_code


def _show_fault(error: Exception) -> None:
    """A fault of ours, in one sentence; the whole trace for whoever asks for it."""
    if os.environ.get("PARLEY_TRACE"):
        import traceback

        traceback.print_exception(error)
    _say(
        f"parley: a fault of ours ({type(error).__name__}: {error}). Nothing half-written was left. "
        "Set PARLEY_TRACE=1 to see where, and please report it.\n"
    )


if __name__ == "__main__":
    main()
