"""The server under load on this machine: rate requests a second with latencies, and solves a second, with every error counted.

Run: python benchmarks/bench_serve.py [--seconds 10] [--connections 16] [--workers 2]

Client and server share the machine, so the client is a bare loop over sockets. Rate questions differ from one another
(lines × origins × days), so that no cache of one address answers them all; the second round asks them again. Solves differ
in the rate that they set.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import socket
import subprocess
import sys
import time
from collections import Counter

LINES = ("9503000073", "8517130000", "8471300100", "8542310045", "8703230120", "7208101500", "6109100004", "2204215005")
ORIGINS = ("CHN", "VNM", "DEU", "JPN", "KOR", "MEX", "CAN", "IND")
DAYS = ("2025-02-10", "2025-03-20", "2025-04-09", "2025-05-02", "2025-08-10")


def rate_requests() -> list[bytes]:
    """Distinct rate questions as HTTP/1.1 requests."""
    asked = itertools.product(LINES, ORIGINS, DAYS)
    query = "/api/v1/law/rate?product={}&origin={}&on={}"
    return [f"GET {query.format(*x)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() for x in asked]


def solve_request(number: int) -> bytes:
    """A solve that no other has asked for: the reciprocal duty on China at a rate of its own."""
    body = json.dumps({"set": [f"us-ieepa-reciprocal-cn={0.10 + number / 10_000:.4f}"], "wait": 10})
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
    port: int, connections: int, requests: list[bytes], seconds: float
) -> tuple[list[float], Counter[int], float]:
    """(seconds of each request, statuses, seconds in all) of requests asked in turn over open connections."""
    taken: list[float] = []
    statuses: Counter[int] = Counter()
    source, ends = iter(itertools.cycle(requests)), time.perf_counter() + seconds

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < ends:
            began = time.perf_counter()
            statuses[await asked(reader, writer, next(source))] += 1
            taken.append(time.perf_counter() - began)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    return taken, statuses, time.perf_counter() - began


def report(name: str, taken: list[float], statuses: Counter[int], seconds: float) -> None:
    taken = sorted(taken)
    at = {q: 1000 * taken[min(int(q * len(taken)), len(taken) - 1)] for q in (0.5, 0.99)}
    errors = sum(n for status, n in statuses.items() if status != 200)
    print(
        f"{name}: {len(taken) / seconds:,.0f} a second; median {at[0.5]:.1f} ms, p99 {at[0.99]:.1f} ms; {errors} errors {dict(statuses)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    at = parser.parse_args()
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    command = [
        sys.executable,
        "-m",
        "parley.cli.main",
        "serve",
        "--port",
        str(port),
        "--workers",
        str(at.workers),
        "--store",
        "",
    ]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_until_open(port)
        asyncio.run(load(port, at.workers, [solve_request(k) for k in range(9000, 9020)], 8))  # workers read the law
        requests = rate_requests()
        report("rates, first asked", *asyncio.run(load(port, at.connections, requests, at.seconds / 2)))
        report("rates, asked again", *asyncio.run(load(port, at.connections, requests, at.seconds)))
        report("solves", *asyncio.run(load(port, at.workers * 2, [solve_request(k) for k in range(9000)], at.seconds)))
    finally:
        server.terminate()
        server.wait(20)


def wait_until_open(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not open its port within 30 s")


if __name__ == "__main__":
    main()
