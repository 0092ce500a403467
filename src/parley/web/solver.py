"""What a worker process does: solves, grids, deadlines, averages and briefings, one at a time, with the baseline kept warm."""

from __future__ import annotations

import ctypes
import gc
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import msgspec

from parley.cache_folder import kept_afterwards
from parley.errors import ParleyError
from parley.json_values import plain
from parley.scenario.answers import CoreAnswer, ResponseAnswer, SectorsAnswer
from parley.scenario.answers_brief import BriefAnswer
from parley.scenario.games.grid import Answer as GridAnswer
from parley.scenario.scenario import Option, Scenario, read_scenario
from parley.talks.deadline_answers import DeadlinePart
from parley.web.meanwhile import meanwhile
from parley.web.running import run_command, run_on_file
from parley.web.scenarios import UNWRITTEN

if TYPE_CHECKING:
    from datetime import date
    from multiprocessing.connection import Connection

    from parley.law.measure import Measure
    from parley.law.regime import Regime
    from parley.scenario.baseline import Baseline
    from parley.scenario.levy import Schedule
    from parley.world.world import World

Tell = Callable[[str], None]
Said = tuple[str, bytes | str | tuple[int, dict[str, str]]]  # what became of a task, with its answer, refusal or fault
_grounds: dict[tuple[bytes, tuple[tuple[str, ...], ...]], Baseline] = {}
QUIET = (
    60.0  # seconds without a question, after which a worker gives memory back: who asks on would have it fetched again
)
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of malloc.h
LARGEST, HELD = 32 << 20, 256 << 20  # bytes of an array that is kept when it is freed, and of all that are
GROUNDS = 3  # scenario bases kept in a worker; each holds some 30 MB of rates by line


def work(pipe: Connection) -> None:
    """Answers (task, payload) from the pipe with messages (kind, content) until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server decides when a worker ends
    hold_on()
    while True:
        try:
            if not pipe.poll(QUIET):
                give_back()
            task, payload = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            with kept_afterwards() if task == "core" else nullcontext():
                pipe.send(_answer(task, payload, lambda text: pipe.send(("tell", text))))
        except (BrokenPipeError, OSError):
            return


def hold_on() -> None:
    """What an answer needed is kept for the next one: fresh pages from the system cost a tenth of a changed law (glibc)."""
    if tune := _of_glibc("mallopt"):
        tune(M_MMAP_THRESHOLD, LARGEST)
        tune(M_TRIM_THRESHOLD, HELD)


def give_back() -> None:
    """What an answer needed and nobody holds any more goes back to the system (glibc)."""
    if trim := _of_glibc("malloc_trim"):
        trim(0)


def _of_glibc(name: str) -> Callable[..., int] | None:
    """A function of the C library; None where it has none of that name."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None


def _answer(task: str, payload: bytes, tell: Tell) -> Said:
    try:
        return "done", msgspec.json.encode(plain(TASKS[task](payload, tell)))
    except ParleyError as error:
        return "refused", (error.exit_code, error.as_json())
    except Exception as error:  # a fault of ours: the server's log has it, the user a sentence
        import traceback

        return "fault", "".join(traceback.format_exception(error))


def scenario_bytes(scenario: Scenario) -> bytes:
    """A scenario as bytes that travel to a worker and name it in caches."""
    return msgspec.json.encode(scenario)


def _scenario(payload: bytes) -> Scenario:
    return msgspec.json.decode(payload, type=Scenario)


@lru_cache(maxsize=GROUNDS)
def _ground_of(base: bytes) -> Baseline:
    """The baseline of a scenario without its changes: that of any other day on which the same lines stand, and of all that know its law."""
    from parley.scenario.baseline import calibrate, world_of
    from parley.scenario.levy import levying, lines_of, regime_of

    scenario = _scenario(base)
    regime, world = regime_of(scenario), world_of(scenario)
    lines = tuple(lines_of(regime, scenario, world, party) for party in levying(scenario))
    named = scenario.replaced(on=scenario.before, known=_known_of(regime, scenario, world), **UNWRITTEN)
    key = scenario_bytes(named), lines
    held = _grounds.pop(key, None) or calibrate(scenario, regime)
    while len(_grounds) >= GROUNDS:
        _grounds.pop(next(iter(_grounds)))
    _grounds[key] = held
    return replace(held, scenario=scenario)


def _known_of(regime: Regime, scenario: Scenario, world: World) -> date | None:
    """None where all that bears on the days on which a baseline stands was known to its scenario; else its day of knowledge."""
    from parley.law.readings import seen_on
    from parley.law.same_days import known_alike
    from parley.scenario.levy import base_day, levying

    days, known = (base_day(world, scenario), scenario.before), scenario.known
    alike = (known_alike(regime, party, d, known) is None for d in days for party in levying(scenario))
    return None if all(alike) and all(seen_on(d, known) == d for d in days) else known


@lru_cache(maxsize=GROUNDS)
def _linked_of(base: bytes) -> Baseline:
    """The same baseline with input-output links."""
    from parley.scenario.baseline import under_model
    from parley.scenario.trade import LINKED

    return under_model(_ground_of(base), LINKED)


def _kept_beside(baseline: Baseline) -> tuple[Baseline | None, Baseline | None]:
    """The kept baselines with links and by statute of a scenario whose own was kept; else none, and they are made where needed."""
    from parley.scenario.baseline import under_statute
    from parley.scenario.trade import takes_links

    base = scenario_bytes(baseline.scenario.replaced(change=(), title=""))
    ground = _ground_of(base)
    if baseline.world is not ground.world:
        return None, None
    law = under_statute(ground)
    return _linked_of(base) if takes_links(baseline) else None, None if law is ground else law


def baseline_and_law(scenario: Scenario) -> tuple[Baseline, Schedule]:
    """(baseline, what the parties levy on the day) of a scenario: the kept baseline of its base where the changes leave the
    law of the baseline as it was; only the origins that a change touches are looked up again.
    """
    from parley.scenario.baseline import calibrate, schedule_on
    from parley.scenario.levy import apply_changes, schedule_of

    base = scenario.replaced(change=(), title="")
    baseline = _ground_of(scenario_bytes(base))
    law = schedule_on(baseline, scenario.on)
    if not scenario.change:
        return baseline, law
    regime = apply_changes(baseline.regime, scenario.change, scenario)
    if not same_baseline(baseline, regime):
        own = calibrate(scenario)
        return own, schedule_on(own, scenario.on)
    changed = schedule_of(regime, scenario, baseline.raw, scenario.on, scenario.known, (baseline.regime, law))
    return replace(baseline, scenario=scenario, regime=regime), changed


def same_baseline(baseline: Baseline, regime: Regime) -> bool:
    """Whether a changed regime has the baseline's law on the days on which the baseline stands."""
    from parley.law.regime import knowledge
    from parley.scenario.levy import base_day

    scenario = baseline.scenario
    days, known = (base_day(baseline.raw, scenario), scenario.before), knowledge(scenario.known)

    def rows(law: Regime, on: date, party: str) -> list[Measure]:
        return [msgspec.structs.replace(m, end=None, end_known=None) for m in law.at(on, known, party)]

    return all(rows(baseline.regime, d, p) == rows(regime, d, p) for d in days for p in baseline.before)


def core(payload: bytes, tell: Tell) -> CoreAnswer:
    """The law by sector and one solve: what a page shows first."""
    from parley.scenario import core as of_scenario

    tell("law and trade: one solve")
    return of_scenario.core(*baseline_and_law(_scenario(payload)))


def trade(payload: bytes, tell: Tell, ranges: bool = False) -> SectorsAnswer | ResponseAnswer:
    """The answer of `trade solve`, with imports by sector of the parties; at a horizon of a year, import responses alone."""
    from parley.scenario.baseline import solve_on, wedges_of
    from parley.scenario.clocks import scenario_clocks
    from parley.scenario.import_response import is_partial, response_answer
    from parley.scenario.sector_imports import imports_by_sector
    from parley.scenario.trade import trade_section

    tell("law: what each side charges on the day")
    if is_partial(_scenario(payload)):
        return response_answer(_scenario(payload))
    baseline, law = baseline_and_law(_scenario(payload))
    tell("trade: solving")
    eq = solve_on(baseline, wedges_of(baseline, baseline.before, law))
    linked, written = _kept_beside(baseline)
    found = trade_section(baseline, law, ranges=ranges, eq=eq, linked=linked, written=written)
    sectors = imports_by_sector(eq, baseline.scenario.parties)
    return {**scenario_clocks(baseline.scenario), **found, "sectors": sectors}


def trade_ranges(payload: bytes, tell: Tell) -> SectorsAnswer | ResponseAnswer:
    """The same under every published elasticity set."""
    return trade(payload, tell, ranges=True)


def talks(payload: bytes, tell: Tell) -> GridAnswer:
    """The answer of `talks grid`: the scenario's changes stand under every option."""
    from parley.scenario.games.grid import grid_of

    tell("talks: a payoff for every combination of options")
    scenario = _scenario(payload)
    options = tuple(_with(option, scenario) for option in scenario.option)
    base = scenario.replaced(option=options, change=(), title="")
    return grid_of(_ground_of(scenario_bytes(base)))


def _with(option: Option, scenario: Scenario) -> Option:
    """An option on the changed law; its own changes come last."""
    return msgspec.structs.replace(option, changes=(*scenario.change, *option.changes))


def deadline(payload: bytes, tell: Tell) -> DeadlinePart:
    """The answer of `talks deadline`."""
    from parley.scenario.deadline import deadline_of

    tell("deadline: sign, wait, or face the rate, country by country")
    scenario = _scenario(payload)
    baseline, law = baseline_and_law(scenario)
    return deadline_of(scenario, baseline, law)


def brief(payload: bytes, tell: Tell) -> BriefAnswer:
    """The whole Answer of `parley brief`."""
    from parley.scenario.brief import run

    return run(_scenario(payload), tell=tell).as_json()


def verb_task(path: str, says: str) -> Callable[[bytes, Tell], Mapping[str, object]]:
    """The task that answers a verb by its address."""

    def task(payload: bytes, tell: Tell) -> Mapping[str, object]:
        from parley.web.reading import read_body
        from parley.web.verbs import verb_of

        tell(says)
        verb = verb_of(path)
        return verb.answered(read_body(verb.question, payload))

    return task


def warm(payload: bytes, tell: Tell) -> dict[str, str]:
    """Nothing but a worker that has read the law and stands on the shipped scenario's baseline."""
    del payload
    tell("reading the law of both sides")
    _stand()
    return {}


@cache  # a worker that parts from a process which stands, stands
def _stand() -> None:
    """Reads the law and calibrates the shipped scenario; what this leaves stays."""
    from parley.scenario.baseline import schedule_on

    gc.disable()
    try:
        scenario = read_scenario().replaced(folder=".")
        with meanwhile(_read(scenario)):
            baseline = _ground_of(scenario_bytes(scenario))
        _rehearse(baseline, schedule_on(baseline, scenario.on))
        gc.collect()
        gc.freeze()  # a later collection need not walk through it
    finally:
        gc.enable()


def _read(scenario: Scenario) -> Callable[[], Schedule]:
    """What the law of the scenario's day is made of, read; what makes it: the dearest of the three days that a page needs."""
    from parley.scenario.baseline import world_of
    from parley.scenario.import_values import imports_of
    from parley.scenario.levy import levying, lines_of, mirrors, origins_of, regime_of, schedule_of

    regime, world = regime_of(scenario), world_of(scenario)
    for party in levying(scenario):
        asked = party, lines_of(regime, scenario, world, party), origins_of(scenario, world, party)
        imports_of(*asked, scenario.parties, mirrors(scenario))
    return lambda: schedule_of(regime, scenario, world, scenario.on, scenario.known)


def _rehearse(baseline: Baseline, law: Schedule) -> None:
    """Compiles what is paid on the day once, where all came from the cache: what every law reads of an edition, of claims and
    of equivalents is at hand then.
    """
    from parley.codes import members
    from parley.law.compiled import is_begun
    from parley.law.paid.lines import paid_table
    from parley.scenario.levy import paid_parties

    for party in () if is_begun() else paid_parties(baseline.scenario):
        sellers = [members(origin)[0] for origin in law[party].origins]
        paid_table(baseline.regime, party, sellers, baseline.scenario.on, baseline.scenario.known)


TASKS: dict[str, Callable[[bytes, Tell], Mapping[str, object]]] = {
    "core": core,
    "trade": trade,
    "trade_ranges": trade_ranges,
    "talks": talks,
    "deadline": deadline,
    "brief": brief,
    "average": verb_task("/law/average", "law: the average over products"),
    "elasticities": verb_task("/trade/elasticities", "world: the published sets"),
    "worlds": verb_task("/trade/worlds", "world: what is packaged"),
    "warm": warm,
    "command": run_command,
    "file": run_on_file,
}
