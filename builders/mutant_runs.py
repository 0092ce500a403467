"""Mutants put to the tests: one pytest session is collected once, and each mutant is a forked copy of it with one function changed.

A first copy runs every test, notes the lines that each runs, its CPU seconds, and whether it passes. A mutant meets the passing
tests that run its statement: the last killers of the same function first, then by time, to the first failure.
A change of what runs at import is a copy taken before parley is imported, whose loader gives the changed text.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import gc
import importlib.machinery
import os
import pickle
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

from mutant_kinds import Mutant

SLACK, FACTOR = 2.0, 10.0  # a test may take two CPU seconds and ten times its own before its mutant counts as killed
ROUND, WALL = 7200, 90  # seconds: what waits forever uses no CPU


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant. by: the test that failed, "time" or "crash"; None: it survived, or no test runs it (covered)."""

    mutant: Mutant
    by: str | None
    covered: bool
    seconds: float


@dataclass
class Coverage:
    """What a first run of all tests found."""

    seconds: dict[str, float] = field(default_factory=dict)  # of each passing test, CPU
    runs: dict[tuple[str, int], set[str]] = field(default_factory=dict)  # (path, line) → tests
    warm: set[tuple[str, int]] = field(
        default_factory=set
    )  # lines that the preparation runs: their results may be kept

    def tests(self, mutant: Mutant, budget: float) -> list[str]:
        """The tests that may notice, by time, as many as the budget of CPU seconds holds."""
        found = set().union(*(self.runs.get((mutant.path, line), ()) for line in mutant.lines))
        if mutant.within is None or self.is_warm(mutant):  # seen by whoever uses what was made once
            whole = set().union(*(tests for (path, _), tests in self.runs.items() if path == mutant.path))
            found |= whole
        chosen, spent = [], 0.0
        for test in sorted(found & self.seconds.keys(), key=lambda name: (self.seconds[name], name)):
            spent += self.seconds[test]
            if spent > budget and chosen:
                break
            chosen.append(test)
        return chosen

    def is_warm(self, mutant: Mutant) -> bool:
        return any((mutant.path, line) in self.warm for line in mutant.lines)


class Probes(ast.NodeTransformer):
    """Before every statement of a function, a call that notes its line in `seen`: (path, line)."""

    def __init__(self, path: str):
        self.path, self.inside = path, False

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        outer, self.inside = self.inside, True
        self.generic_visit(node)
        self.inside = outer
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for name in (
            ("body", "orelse", "finalbody") if self.inside and not isinstance(node, ast.Lambda | ast.IfExp) else ()
        ):
            if body := getattr(node, name, None):
                setattr(node, name, [part for each in body for part in (*self.probe(each), each)])
        return node

    def probe(self, node: ast.stmt) -> list[ast.stmt]:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):  # a docstring stays first
            return []
        return ast.parse(f"__ran__(({self.path!r}, {node.lineno}))").body


def probed(root: Path, paths: Iterable[str]) -> set[tuple[str, int]]:
    """The lines that run from now on, of modules not imported yet: a set that grows."""
    seen: set[tuple[str, int]] = set()
    builtins.__ran__ = seen.add  # type: ignore[attr-defined]
    trees = {path: Probes(path).visit(ast.parse((root / path).read_bytes())) for path in paths}
    _load({str(root / path): ast.unparse(ast.fix_missing_locations(tree)).encode() for path, tree in trees.items()})
    return seen


def changed_code(mutant: Mutant, root: Path) -> CodeType:
    """The code of the outermost function around a mutant, with the change."""
    file = root / mutant.path
    code = compile(mutant.source(file.read_bytes()), str(file), "exec", dont_inherit=True)
    parts = [code]
    for each in parts:
        parts += [const for const in each.co_consts if isinstance(const, CodeType)]
    return next(each for each in parts if each.co_qualname == mutant.within)


Place = tuple[str, str, int]  # of a function: file, qualified name, first line


def place_of(code: CodeType) -> Place:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def living(root: Path, paths: Iterable[str]) -> dict[Place, list[FunctionType]]:
    """Every function of these files that exists in this process."""
    files, found = {str(root / path) for path in paths}, dict[Place, list[FunctionType]]()
    for path in paths:
        importlib.import_module(
            path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        )
    gc.unfreeze()  # what the tests set apart is found too
    for each in gc.get_objects():
        if type(each) is FunctionType and each.__code__.co_filename in files:
            found.setdefault(place_of(each.__code__), []).append(each)
    return found


def forked(work: Callable[[], Any], wall: float = WALL, told: bool = False) -> tuple[Any, str | None]:
    """What the work gives back in a copy of this process, or None and how it ended: "time", "crash" or "error". told: errors are shown."""
    with tempfile.NamedTemporaryFile(prefix="mutant-") as kept:
        child = os.fork()
        if not child:
            status = 1
            try:
                quiet = os.open(os.devnull, os.O_WRONLY)
                os.dup2(quiet, 1)
                if not told:
                    os.dup2(quiet, 2)
                answer = work()
                Path(kept.name).write_bytes(pickle.dumps(answer))
                status = 0
            finally:
                os._exit(status)
        status = _waited(child, wall)
        if status == 0:
            return pickle.loads(Path(kept.name).read_bytes()), None
        slow = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGKILL, signal.SIGVTALRM)
        return None, "time" if slow else "crash" if os.WIFSIGNALED(status) else "error"


def _waited(child: int, wall: float) -> int:
    ends = time.monotonic() + wall
    while True:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return status
        if time.monotonic() > ends:
            os.kill(child, signal.SIGKILL)
            return os.waitpid(child, 0)[1]
        time.sleep(0.004)


class Session:
    """A pytest plugin that takes the place of the loop over tests."""

    def __init__(self, loop: Callable[[Session], None]):
        self.loop = loop
        self.items: dict[str, pytest.Item] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        with contextlib.suppress(AttributeError):
            session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]  # one for all copies
        self.loop(self)
        return True

    def passes(self, name: str, following: str | None, limit: float | None = None) -> bool:
        """Whether one test passes; CPU seconds beyond the limit end the process."""
        from _pytest.runner import runtestprotocol

        if limit:
            signal.setitimer(signal.ITIMER_VIRTUAL, limit)
        reports = runtestprotocol(self.items[name], log=False, nextitem=self.items.get(following or ""))
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        return not any(report.failed for report in reports) and any(
            report.when == "call" and report.passed for report in reports
        )

    def first_failure(self, tests: list[str], seconds: dict[str, float]) -> str | None:
        for name, following in zip(tests, [*tests[1:], None], strict=True):
            if name in self.items and not self.passes(name, following, SLACK + FACTOR * seconds[name]):
                return name
        return None


def collected(tests: list[str], loop: Callable[[Session], None], plugins: list[Any] | None = None) -> int:
    """Collect the quick tests and give the session to the loop."""
    options = ["-q", "-o", "addopts=", "-m", "not slow", "--capture=sys", "-p", "no:cacheprovider", "-p", "no:xdist"]
    return int(pytest.main([*options, *tests], plugins=[Session(loop), Quick(), *(plugins or [])]))


class Quick:
    """Hypothesis tries the same examples in each copy, and does not look for the smallest."""

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self) -> None:
        with contextlib.suppress(ImportError):
            from hypothesis import Phase, settings

            phases = [Phase.explicit, Phase.generate]
            settings.register_profile(
                "mutants", deadline=None, derandomize=True, database=None, phases=phases, max_examples=30
            )
            settings.load_profile("mutants")


def covered(session: Session, seen: set[tuple[str, int]], warm: Callable[[], None]) -> Coverage:
    """Every test once, with the lines that it runs."""
    seen.clear()
    warm()
    found = Coverage(warm=set(seen))
    names = list(session.items)
    for name, following in zip(names, [*names[1:], None], strict=True):
        seen.clear()
        began = time.process_time()
        passed = session.passes(name, following)
        if passed:
            found.seconds[name] = time.process_time() - began
            for line in seen:
                found.runs.setdefault(line, set()).add(name)
    return found


@dataclass
class Round:
    """One room's mutants under its tests."""

    root: Path
    tests: list[str]
    paths: list[str]  # of the room's modules
    mutants: list[Mutant]
    warm: Callable[[], None]
    budget: float
    heat: Callable[[], None] = lambda: (
        None
    )  # once before the copies: imports and checks of types, and nothing that is kept
    coverage: Coverage = field(default_factory=Coverage)
    killers: dict[str, Counter[str]] = field(default_factory=dict)  # of a file and of a function: how many each killed

    def run(self) -> Iterator[Verdict]:
        """The verdict on each mutant, once the coverage is known."""
        inside = [mutant for mutant in self.mutants if mutant.within]
        cold = [mutant for mutant in inside if self.coverage.is_warm(mutant)]
        hot = [mutant for mutant in inside if not self.coverage.is_warm(mutant)]
        yield from self.session(cold, False)
        yield from self.session(hot, True)
        for mutant in self.mutants:
            if not mutant.within:
                yield self.at_import(mutant)

    def cover(self) -> Coverage:
        """The lines that each test runs, found in a copy of this process."""

        def work() -> Coverage:
            seen = probed(self.root, self.paths)
            return _in_session(self.tests, lambda session: covered(session, seen, self.warm))

        self.coverage = _only(forked(work, ROUND, told=True))
        return self.coverage

    def session(self, mutants: list[Mutant], warm: bool) -> list[Verdict]:
        """The verdicts on changes of functions, from one session in a copy of this process."""
        if not mutants:
            return []
        return _only(forked(lambda: _in_session(self.tests, lambda s: self.each(s, mutants, warm)), ROUND, told=True))

    def each(self, session: Session, mutants: list[Mutant], warm: bool) -> list[Verdict]:
        """Changes of functions, each in a copy of one session; with the room's preparation done, or not."""
        if warm:
            self.warm()
        self.heat()
        alive = living(self.root, self.paths)
        gc.collect()
        gc.freeze()  # copies share the memory that no one looks through
        return [self.inside(session, mutant, alive) for mutant in mutants]

    def inside(self, session: Session, mutant: Mutant, alive: dict[Place, list[FunctionType]]) -> Verdict:
        """A function's change, in a copy of the session."""
        tests, new = self.ordered(mutant), changed_code(mutant, self.root)

        def work() -> str | None:
            for function in alive[place_of(new)]:
                function.__code__ = new
            return session.first_failure(tests, self.coverage.seconds)

        return self.verdict(mutant, tests, work)

    def at_import(self, mutant: Mutant) -> Verdict:
        """A module's change, in a copy that has not imported parley yet."""
        tests = self.ordered(mutant)

        def work() -> str | None:
            _load({str(self.root / mutant.path): mutant.source((self.root / mutant.path).read_bytes())})
            return _in_session(tests, lambda session: session.first_failure(tests, self.coverage.seconds))

        return self.verdict(mutant, tests, work)

    def ordered(self, mutant: Mutant) -> list[str]:
        """The tests that may notice: first those that noticed most in its function, then in its file, then by time."""
        near, far = (self.killers.get(place, Counter()) for place in (f"{mutant.path}:{mutant.within}", mutant.path))
        chosen = self.coverage.tests(mutant, self.budget)
        return sorted(chosen, key=lambda name: (-near[name], -far[name]))  # what is equal stays as it was

    def verdict(self, mutant: Mutant, tests: list[str], work: Callable[[], str | None]) -> Verdict:
        if not tests:
            return Verdict(mutant, None, False, 0.0)
        began = time.monotonic()
        by, ended = forked(work)
        if ended == "error":  # of this runner: no test has said anything
            raise LookupError(f"{mutant.path}:{mutant.line}: {mutant.change} could not be put to the tests")
        for place in (f"{mutant.path}:{mutant.within}", mutant.path) if by else ():
            self.killers.setdefault(place, Counter())[by] += 1
        found = Verdict(mutant, by or ended, True, time.monotonic() - began)
        print(
            f"{mutant.path}:{mutant.line} {mutant.kind}: {found.by or 'SURVIVED'} {found.seconds:.1f} s",
            file=sys.stderr,
            flush=True,
        )
        return found


def _in_session(tests: list[str], ask: Callable[[Session], Any]) -> Any:
    answers: list[Any] = []
    status = collected(tests, lambda session: answers.append(ask(session)))
    if not answers:  # not even collected
        return "collection" if status else None
    return answers[0]


def _only(found: tuple[Any, str | None]) -> Any:
    answer, ended = found
    if ended or isinstance(answer, str):
        raise SystemExit(f"the tests could not be run on the unchanged tree: {ended or answer}")
    return answer


def _load(changed: dict[str, bytes]) -> None:
    """From now on an import of these files reads the changed text, whatever is compiled already."""
    plain = importlib.machinery.SourceFileLoader.get_data
    sys.dont_write_bytecode = True

    def get_data(self: Any, path: str) -> bytes:
        if str(path) in changed:
            return changed[str(path)]
        if getattr(self, "path", None) in changed and str(path).endswith(".pyc"):
            raise OSError("compiled from the unchanged text")
        return plain(self, path)

    importlib.machinery.SourceFileLoader.get_data = get_data  # type: ignore[method-assign]
