"""Measure the full model: speed, memory, growth with the length of a run, compilation and start.

    python benchmarks/speed.py --sizes 1000,20000,100000 --days 14 --runs 3
    python benchmarks/speed.py --sizes 1000000 --days 3 --runs 1
    python benchmarks/speed.py --growth --start

Every size runs in a process of its own, so that its peak memory is its own. On a machine that others use
too, `--processor` counts the time of the processor and not that of the clock on the wall.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from machine import describe_machine

SEGMENTS = {1_000: 250, 20_000: 3_700, 100_000: 16_000, 1_000_000: 64_000}
"""Segments by residents; other sizes get one for five residents up to 20,000, and one for six beyond."""
GOALS = {20_000: 300, 100_000: 200, 1_000_000: 100}
FIRST_START_S, LATER_START_S = 20, 2
SMALL_RUN = ("run", "--days", "1", "--set", "people.n_residents=200")
ROLES = {"n_response": 0.6, "n_foot": 0.1, "n_community": 0.13, "n_detective": 0.17}
OFFICERS_PER_THOUSAND = 3
Clock = Callable[[], float]
GROWTH_RESIDENTS, GROWTH_DAYS = 5_000, 730


def main() -> None:
    """Do what the command line asks for."""
    args = _arguments()
    if args.one:
        clock = process_time if args.processor else perf_counter
        print(json.dumps(measure(args.one, args.days, args.runs, args.policy, clock)))
        return
    if args.halves:
        print(json.dumps(measure_halves(GROWTH_RESIDENTS, GROWTH_DAYS)))
        return
    print(f"{describe_machine()}\n")
    if args.sizes:
        print_sizes([int(size) for size in args.sizes.split(",")], args)
    if args.growth:
        print_growth()
    if args.start:
        print_start()


def print_sizes(sizes: list[int], args: argparse.Namespace) -> None:
    """Print a row for each size."""
    clock = ["--processor"] if args.processor else []
    unit = "processor time" if args.processor else "time"
    print(f"Full model, policy {args.policy}, {args.days} days, {unit}, medians of {args.runs} runs\n")
    print(
        "| residents | segments | officers | µs a tick, first run | median | million agent-ticks a second | goal "
        "| peak MB | city s | world s |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for size in sizes:
        got = _child(
            "--one", str(size), "--days", str(args.days), "--runs", str(args.runs), "--policy", args.policy, *clock
        )
        rate = size / got["us_a_tick"]
        goal = f"{GOALS[size]}" if size in GOALS else ("under 50 µs" if size == 1_000 else "")
        print(
            f"| {size:,} | {got['segments']:,} | {got['officers']:,} | {got['us_first']:.1f} | {got['us_a_tick']:.1f} "
            f"| {rate:.0f} | {goal} | {got['peak_mb']:.0f} | {got['city_s']:.1f} | {got['world_s']:.1f} |",
            flush=True,
        )


def print_growth() -> None:
    """Print whether the second half of a long run costs more than the first."""
    got = _child("--halves")
    print(f"\nGrowth with the length of a run: {GROWTH_RESIDENTS:,} residents, {GROWTH_DAYS} days\n")
    print("| | first year | second year | ratio |")
    print("|---|---|---|---|")
    for name, unit in (("us_a_tick", "µs a tick"), ("rss_mb", "memory at its end, MB")):
        first, second = got[name]
        print(f"| {unit} | {first:.1f} | {second:.1f} | {second / first:.2f} |", flush=True)


def print_start() -> None:
    """Print how long the first `cpsim run` of an installation takes, which compiles, and a later one."""
    with tempfile.TemporaryDirectory() as folder:
        first = _start(Path(folder), 0)
        later = [_start(Path(folder), number) for number in range(1, 4)]
    rows = (
        ("first, compiling", *first, FIRST_START_S),
        ("later, median of 3", median(wall for wall, _ in later), median(cpu for _, cpu in later), LATER_START_S),
    )
    print(f"\nStart: `cpsim {' '.join(SMALL_RUN)}`, with an empty cache and then with a full one\n")
    print("| | wall s | goal | processor s |")
    print("|---|---|---|---|")
    for name, wall, cpu, goal in rows:
        print(f"| {name} | {wall:.1f} | under {goal}{', missed' if wall >= goal else ''} | {cpu:.1f} |", flush=True)


def measure(residents: int, days: int, runs: int, policy_name: str, clock: Clock) -> dict[str, Any]:
    """Run one size in this process; the first day of a small world compiles and is not counted."""
    from sim.policies.contract.registry import make_policy  # noqa: PLC0415 - the parent process needs no engine
    from sim.world import build_city, build_world  # noqa: PLC0415

    policy = make_policy(policy_name)
    _run(build_world(scenario_of(1_000, 1), 1), policy, clock)
    scenario = scenario_of(residents, days)
    begin = clock()
    city = build_city(scenario)
    city_s = clock() - begin
    worlds, ticks = [], []
    for run in range(runs):
        begin = clock()
        world = build_world(scenario, run + 1, city)
        worlds.append(clock() - begin)
        n_ticks = world.clock.n_shifts * world.clock.ticks_a_shift
        ticks.append(_run(world, policy, clock) / n_ticks * 1e6)
    return {
        "segments": city.streets.n_segments,
        "officers": len(world.state.officers),
        "us_first": ticks[0],
        "us_a_tick": median(ticks),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "city_s": city_s,
        "world_s": median(worlds),
    }


def measure_halves(residents: int, days: int) -> dict[str, list[float]]:
    """Run a long time and compare its halves; the ledger is thrown away, as a run folder takes it."""
    from sim.engine import run_shifts  # noqa: PLC0415
    from sim.policies.contract.registry import make_policy  # noqa: PLC0415
    from sim.world import build_world  # noqa: PLC0415

    scenario, policy = scenario_of(residents, days), make_policy("hotspot")
    _run(build_world(scenario_of(1_000, 1), 1), policy, perf_counter)
    world = build_world(scenario, 1)
    half = world.clock.n_shifts // 2
    got: dict[str, list[float]] = {"us_a_tick": [], "rss_mb": []}
    begin = perf_counter()
    for done, _ in run_shifts(world, policy):
        if done % half == 0:
            got["us_a_tick"].append((perf_counter() - begin) / (half * world.clock.ticks_a_shift) * 1e6)
            got["rss_mb"].append(_rss_mb())
            begin = perf_counter()
    return got


def scenario_of(residents: int, days: int) -> Any:  # noqa: ANN401 - a Scenario, imported late
    """Describe a city with its force in proportion."""
    from sim.scenarios.scenario import Scenario  # noqa: PLC0415

    officers = residents * OFFICERS_PER_THOUSAND / 1000
    force = {f"force.{role}": max(1, round(share * officers)) for role, share in ROLES.items()}
    changes = {
        "n_days": days,
        "city.streets": "organic",
        "city.n_segments": SEGMENTS.get(residents, residents // (5 if residents <= 20_000 else 6)),
        "people.n_residents": residents,
        "force.n_districts": max(3, residents // 2000),
    }
    return Scenario().replace(changes | force)


def _run(world: Any, policy: Any, clock: Clock) -> float:  # noqa: ANN401 - imported late
    from sim.engine import run_shifts  # noqa: PLC0415

    begin = clock()
    for _ in run_shifts(world, policy):
        pass
    return clock() - begin


def _rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _child(*arguments: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, __file__, *arguments], check=True, capture_output=True, text=True)
    got: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return got


def _start(folder: Path, number: int) -> tuple[float, float]:
    """Run `cpsim run` as a user would; give wall clock and processor seconds, those of its helpers included."""
    call = [sys.executable, "-c", "import sys; from sim.cli import main; sys.exit(main())", *SMALL_RUN]
    begin, before = perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [*call, "--out", str(folder / f"run{number}")],
        check=True, stdout=subprocess.DEVNULL, env=os.environ | {"NUMBA_CACHE_DIR": str(folder / "cache")},
    )  # fmt: skip
    wall, after = perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="", help="residents, for instance 1000,20000")
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--policy", default="reactive")
    parser.add_argument("--processor", action="store_true", help="count the time of the processor, for a busy machine")
    parser.add_argument("--growth", action="store_true", help="compare the second year of a run with the first")
    parser.add_argument("--start", action="store_true", help="time the first `cpsim run` and a later one")
    parser.add_argument("--one", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--halves", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
