"""The server under load on this machine: rates, pages and solves a second with latencies, every error counted, and the first visit.

Run: python benchmarks/bench_serve.py [--seconds 10] [--connections 16] [--workers 2] [--beside OTHER_CHECKOUT [--rounds 3]]

Client and server share the machine, so the client is a bare loop over sockets. Rate questions differ from one another
(lines × origins × days), so that no cache of one address answers them all; the second round asks them again. Solves differ
in the rate that they set. The first visit is that of the scenario page, as soon as the port is open.
--beside: the server of another checkout too, in turn; the ratio is of answers per CPU second of the server and its workers,
round by round, so that it holds on a machine that does other work (Linux, by /proc).
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import math
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parents[1]
LOWEST = 19  # the priority (nice) of what looks ahead

LINES = ("9503000073", "8517130000", "8471300100", "8542310045", "8703230120", "7208101500", "6109100004", "2204215005")
ORIGINS = ("CHN", "VNM", "DEU", "JPN", "KOR", "MEX", "CAN", "IND")
DAYS = ("2025-02-10", "2025-03-20", "2025-04-09", "2025-05-02", "2025-08-10")


def rate_requests() -> list[bytes]:
    """Distinct rate questions as HTTP/1.1 requests."""
    asked = itertools.product(LINES, ORIGINS, DAYS)
    query = "/api/v1/law/rate?product={}&origin={}&on={}"
    return [f"GET {query.format(*x)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() for x in asked]


def page_requests() -> list[bytes]:
    """Pages of rates as HTTP/1.1 requests of a browser."""
    asked = itertools.product(LINES, ORIGINS)
    page = "GET /rate?product={}&origin={}&on=2025-05-02 HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n"
    return [page.format(*x).encode() for x in asked]


def solve_request(number: int) -> bytes:
    """A solve that no other has asked for: the reciprocal duty on China at a rate of its own, by the law as written."""
    body = json.dumps(
        {"set": [f"us-ieepa-reciprocal-cn={0.10 + number / 10_000:.4f}"], "reading": "statutory", "wait": 10}
    )
    head = f"POST /api/v1/trade/solve HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


async def asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    """The status of one request, its body read to the end."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(next(x for x in head.lower().split(b"\r\n") if x.startswith(b"content-length:")).split(b":")[1])
    await reader.readexactly(length)
    return int(head[9:12])


async def load(
    port: int, connections: int, requests: list[bytes], seconds: float | None
) -> tuple[list[float], Counter[int], float]:
    """(seconds of each request, statuses, seconds in all) of requests asked in turn over open connections.

    seconds: how long, over and over; None: each request once.
    """
    taken: list[float] = []
    statuses: Counter[int] = Counter()
    source = iter(requests if seconds is None else itertools.cycle(requests))
    ends = math.inf if seconds is None else time.perf_counter() + seconds

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < ends and (request := next(source, None)):
            began = time.perf_counter()
            statuses[await asked(reader, writer, request)] += 1
            taken.append(time.perf_counter() - began)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    return taken, statuses, time.perf_counter() - began


@dataclass(frozen=True)
class Load:
    """Answers of one kind under load: seconds of each, statuses, seconds in all, and CPU seconds of the server."""

    taken: list[float]
    statuses: Counter[int]
    seconds: float
    cpu: float

    @property
    def a_cpu_second(self) -> float:
        """Answers per CPU second."""
        return len(self.taken) / self.cpu if self.cpu else float("nan")

    def words(self) -> str:
        """In a line."""
        taken = sorted(self.taken)
        half, most = (1000 * taken[min(int(q * len(taken)), len(taken) - 1)] for q in (0.5, 0.99))
        errors = sum(n for status, n in self.statuses.items() if status != 200)
        said = f"{len(taken) / self.seconds:,.0f} a second, {self.a_cpu_second:,.0f} a CPU second"
        return f"{said}; median {half:.1f} ms, p99 {most:.1f} ms; {errors} errors {dict(self.statuses)}"


@dataclass(frozen=True)
class Server:
    """A running server. first: wall and CPU seconds from its start to the end of the first visit."""

    port: int
    pid: int
    first: tuple[float, float]

    def under(self, connections: int, requests: list[bytes], seconds: float | None) -> Load:
        """What it answers under load."""
        before = cpu_of(self.pid)
        taken, statuses, wall = asyncio.run(load(self.port, connections, requests, seconds))
        return Load(taken, statuses, wall, cpu_of(self.pid) - before)


@contextmanager
def serving(tree: Path, workers: int) -> Iterator[Server]:
    """The server of a checkout, with a cache of its own, after the first visit and once its workers have read the law."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    words = ["-m", "parley.cli.main", "serve", "--port", str(port), "--workers", str(workers), "--store", ""]
    with tempfile.TemporaryDirectory() as cache:
        given = {**os.environ, "PYTHONPATH": str(tree / "src"), "PARLEY_CACHE": cache}
        began = time.perf_counter()
        server = subprocess.Popen([sys.executable, *words], env=given, stderr=subprocess.DEVNULL)
        try:
            wait_until_open(port)
            visit(f"http://127.0.0.1:{port}/scenario")
            first = time.perf_counter() - began, cpu_of(server.pid)
            asyncio.run(load(port, workers, [solve_request(k) for k in range(9000, 9020)], 8))  # workers read the law
            until_quiet(server.pid)  # what it prepares on its own is no answer's
            yield Server(port, server.pid, first)
        finally:
            server.terminate()
            server.wait(20)


def visit(address: str) -> None:
    """Reads a page to its end, again where the server has no time for it."""
    for _ in range(20):
        try:
            urllib.request.urlopen(address, timeout=300).read()
            return
        except urllib.error.HTTPError as error:
            if error.code not in (503, 504):
                raise
    raise SystemExit(f"{address} was refused twenty times")


def until_quiet(pid: int) -> None:
    """Waits until a server has nothing to do: less than a twentieth of a core in two seconds; five minutes at most."""
    for _ in range(150):
        before = cpu_of(pid)
        time.sleep(2)
        if cpu_of(pid) - before < 0.1:
            return


def cpu_of(pid: int) -> float:
    """CPU seconds of a process and its children up to now, by /proc; 0 where there is none. What looks ahead is no answer's."""
    parents, spent = {}, {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[16]) == LOWEST:
            continue
        parents[int(place.parent.name)] = int(fields[1])
        spent[int(place.parent.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    mine = {pid}
    while more := {child for child, parent in parents.items() if parent in mine} - mine:
        mine |= more
    return sum(spent.get(one, 0.0) for one in mine)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--beside", type=Path, help="another checkout, whose server is measured in turn")
    parser.add_argument("--rounds", type=int, default=3, help="of the comparison")
    at = parser.parse_args()
    rates, solves = rate_requests(), [solve_request(k) for k in range(9000)]
    with serving(HERE, at.workers) as this, serving(at.beside, at.workers) if at.beside else nullcontext() as other:
        both = [server for server in (this, other) if server]
        for name, server in zip(("this tree", "the other"), both, strict=False):
            print(f"{name}: first visit after {server.first[0]:.1f} s, {server.first[1]:.1f} CPU s")
        kinds = {
            "rates, first asked": (at.connections, rates),
            "rates, asked again": (at.connections, rates),
            "pages of rates": (at.connections, page_requests()),
            "solves": (at.workers * 2, solves),
        }
        for name, (connections, requests) in kinds.items():
            once = "first" in name
            rounds = at.rounds if other and not once else 1
            seconds = None if once else at.seconds / rounds
            found = [[s.under(connections, requests, seconds) for s in both] for _ in range(rounds)]
            for tree, loads in zip(("this tree", "the other"), zip(*found, strict=True), strict=False):
                print(f"{name}, {tree}: {loads[-1].words()}")
            if other:
                ratios = [mine.a_cpu_second / its.a_cpu_second for mine, its in found]
                print(
                    f"{name}: {statistics.median(ratios):.2f} times the other's answers per CPU second ({len(ratios)} pairs)"
                )


def wait_until_open(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not open its port within 60 s")


if __name__ == "__main__":
    main()
