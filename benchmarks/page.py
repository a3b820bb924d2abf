"""Measure the server of the page: its first hour, a jump to any hour, and requests while runs compute.

`python benchmarks/page.py [--seconds 60]` starts a server of its own on a new store and a free port, and prints a line
of JSON for each number. Where the model is not compiled yet, jumps wait for that.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from typing import Any

import websockets

FIRST_HOUR = 344
MONTH_HOURS = 30 * 24
JUMPS = 12


def main() -> int:
    """Start a server, ask it, and end it."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--seconds", type=float, default=60.0, help="how long requests are made while runs compute")
    seconds = given.parse_args().seconds
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as store:
        begun = time.perf_counter()
        command = [sys.executable, "-m", "sim.cli", "serve", "--port", str(port), "--store", store]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            server.stdout.readline()
            tell("seconds until the server is up", time.perf_counter() - begun)
            asyncio.run(measure(f"127.0.0.1:{port}", seconds))
        finally:
            server.terminate()
            server.wait()
    return 0


async def measure(at: str, seconds: float) -> None:
    """Measure all, the first hour first."""
    begun = time.perf_counter()
    question = await asyncio.to_thread(get, at, "/api/start")
    name = question["first"]["id"]
    async with websockets.connect(f"ws://{at}/api/live", max_size=1 << 26) as page:
        head = await hour(page, name, FIRST_HOUR)
        tell("seconds from up to the first hour", time.perf_counter() - begun, recorded="recorded" in head)
        await hour(page, name, MONTH_HOURS - 1)  # the month was watched once
        jumps = []
        lot = random.Random(1)
        for _ in range(JUMPS):
            begun = time.perf_counter()
            await hour(page, name, lot.randrange(MONTH_HOURS))
            jumps.append(time.perf_counter() - begun)
        tell("seconds of a jump to any hour of a month, median", statistics.median(jumps), most=max(jumps))
        await asyncio.to_thread(post, at, f"/api/questions/{name}/ask")
        await requests(at, name, seconds, await asyncio.to_thread(get, at, f"/api/questions/{name}"))
        await asyncio.to_thread(post, at, f"/api/questions/{name}/stop")


async def requests(at: str, name: str, seconds: float, told: dict[str, Any]) -> None:
    """Make the requests that a page makes while runs compute, one after the other."""
    ways = {
        "start": lambda: get(at, "/api/start"),
        "city": lambda: get(at, "/api/city/new_haven?part=0.1"),
        "question": lambda: post(at, "/api/questions", told["question"]),
        "answer": lambda: get(at, f"/api/questions/{name}/answer"),
    }
    taken: dict[str, list[float]] = {way: [] for way in ways}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for way, ask in ways.items():
            begun = time.perf_counter()
            await asyncio.to_thread(ask)
            taken[way].append(1000.0 * (time.perf_counter() - begun))
        await asyncio.sleep(0.1)
    for way, times in taken.items():
        tell(
            f"milliseconds of {way} while runs compute, median", statistics.median(times), n=len(times), most=max(times)
        )
    tell("milliseconds of all, median", statistics.median([one for times in taken.values() for one in times]))


async def hour(page: Any, name: str, number: int) -> dict[str, Any]:  # noqa: ANN401 - a connection
    """Ask for an hour, and give the head of its strip."""
    await page.send(json.dumps({"do": "watch", "id": name, "side": "today", "hour": number, "n": 1}))
    while isinstance(strip := await page.recv(), str):
        pass
    length = int.from_bytes(strip[:4], "little")
    head: dict[str, Any] = json.loads(strip[4 : 4 + length])
    return head


def get(at: str, path: str) -> dict[str, Any]:
    """Ask for JSON."""
    with urllib.request.urlopen(f"http://{at}{path}") as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def post(at: str, path: str, body: object = None) -> dict[str, Any]:
    """Send JSON."""
    request = urllib.request.Request(
        f"http://{at}{path}", json.dumps(body or {}).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def tell(what: str, value: float, **more: object) -> None:
    """Print one number."""
    print(json.dumps({"what": what, "value": round(value, 3), **more}), flush=True)


if __name__ == "__main__":
    sys.exit(main())
