"""Build Zhengzhou with all of its people, or a part of them, and simulate a week.

    python benchmarks/zhengzhou.py --scale 100 --scale 10      # one in a hundred, one in ten
    python benchmarks/zhengzhou.py --scale 1                   # everybody, in one process

The scenario `zhengzhou` stands for one in a hundred; streets, force and districts grow with the people, so that a part
is a piece of the city with its density. Every size runs in a process of its own, so that its peak memory is its own.
Compilation is not counted. On a machine that others use too, go by the seconds of the processor.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

from machine import describe_machine
from speed import scenario_of

GOAL_GB, GOAL_BUILD_S, GOAL_WEEK_S = 16, 300, 300
"""Of the whole city: memory at its peak, and seconds to build it and to simulate a week."""


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, action="append", help="residents for each one who is simulated")
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--policy", default="reactive")
    parser.add_argument("--one", type=float, default=0.0, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(measure(args.one, args.days, args.policy)))
        return
    print(f"{describe_machine()}\n")
    print(
        f"Zhengzhou, policy {args.policy}, {args.days} days; seconds on the clock, and of the processor in brackets\n"
    )
    print("| one in | rooms | residents | segments | officers | city s | people s | days s | µs a tick | peak GB |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for scale in args.scale or [100.0]:
        print_row(scale, args)
    print(f"\nGoals for everybody: built in {GOAL_BUILD_S} s, a week in {GOAL_WEEK_S} s, under {GOAL_GB} GB.")


def print_row(scale: float, args: argparse.Namespace) -> None:
    """Measure one size in a process of its own and print its row."""
    call = [sys.executable, __file__, "--one", str(scale), "--days", str(args.days), "--policy", args.policy]
    done = subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True)
    got: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    times = " | ".join(f"{wall:.1f} ({cpu:.1f})" for wall, cpu in (got["city"], got["people"], got["days"]))
    print(
        f"| {scale:g} | {got['rooms']:,} | {got['residents']:,} | {got['segments']:,} | {got['officers']:,} | {times} "
        f"| {got['us_a_tick']:,.0f} | {got['peak_gb']:.2f} |",
        flush=True,
    )


def measure(scale: float, days: int, policy_name: str) -> dict[str, Any]:
    """Build one size in this process and run it; a small world before it compiles."""
    from sim.engine import run_shifts  # noqa: PLC0415 - the parent process needs no engine
    from sim.policies.contract.registry import make_policy  # noqa: PLC0415
    from sim.scenarios.scenario import load_scenario  # noqa: PLC0415
    from sim.world import build_city, build_world  # noqa: PLC0415

    def run(world: Any) -> None:  # noqa: ANN401 - imported late
        for _ in run_shifts(world, policy):
            pass

    policy = make_policy(policy_name)
    run(build_world(scenario_of(1_000, 1), 1))
    scenario = load_scenario("zhengzhou").at_scale(scale).replace({"n_days": days})
    city, of_city = timed(lambda: build_city(scenario))
    world, of_people = timed(lambda: build_world(scenario, 1, city))
    _, of_days = timed(lambda: run(world))
    state, n_ticks = world.state, world.clock.n_shifts * world.clock.ticks_a_shift
    return {
        "rooms": len(state.residents),
        "residents": int((state.residents["present"] == 1).sum()),
        "segments": city.streets.n_segments,
        "officers": len(state.officers),
        "city": of_city,
        "people": of_people,
        "days": of_days,
        "us_a_tick": of_days[1] / n_ticks * 1e6,
        "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
    }


def timed(work: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
    """Give what some work gives, and its seconds on the clock and of the processor."""
    begin, begin_cpu = perf_counter(), process_time()
    result = work()
    return result, (perf_counter() - begin, process_time() - begin_cpu)


if __name__ == "__main__":
    main()
