"""Compare the compiled core with its twin in Mesa: same world, same ticks, same offences.

python benchmarks/mesa_ratio.py --residents 20000 --days 2 --runs 5
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from statistics import median
from time import perf_counter

from machine import describe_machine
from mesa_twin import TwinCity, cut_down

from sim.engine import run_shifts
from sim.policies.contract.registry import make_policy
from sim.scenarios.scenario import Scenario
from sim.world import build_world


def main() -> None:
    """Measure and print a table."""
    args = _arguments()
    whole = Scenario().replace(_changes(args.residents, args.segments, args.days))
    scenario = cut_down(whole)
    n_ticks = scenario.clock.n_shifts * scenario.clock.ticks_a_shift
    time_core(scenario)  # compiles, if need be
    print(f"{describe_machine()}\n")
    # In turn, so that other jobs on the machine slow all of them down alike.
    rows = [(time_core(scenario), time_core(whole), time_twin(scenario)) for _ in range(args.runs)]
    core, full, twin = (median(seconds for seconds, _ in column) for column in zip(*rows, strict=True))
    if {n for _, n in (rows[0][0], rows[0][2])} != {rows[0][0][1]}:
        raise SystemExit("the core and the twin came to different offences: compare nothing")
    ticks = args.residents * n_ticks / 1e6
    print(
        f"{args.residents:,} residents, {args.segments:,} segments, {args.days} days of {n_ticks // args.days} ticks, "
    )
    print(f"{rows[0][0][1]} offences in the core and in the twin; medians of {args.runs} runs\n")
    print("| | seconds | million agent-ticks a second | against the twin |")
    print("|---|---|---|---|")
    for name, seconds in (
        ("Mesa: movement, offending, patrol", twin),
        ("compiled core: the same rules, the same result", core),
        ("compiled core: the full model", full),
    ):
        print(f"| {name} | {seconds:.3f} | {ticks / seconds:.1f} | {twin / seconds:,.0f} |")


def time_core(scenario: Scenario, seed: int = 1) -> tuple[float, int]:
    """Run the compiled core; give its seconds and its offences."""
    shifts = run_shifts(build_world(scenario, seed), make_policy("reactive"))
    return _timed(lambda: sum(len(rows["offences"]) for _, rows in shifts))


def time_twin(scenario: Scenario, seed: int = 1) -> tuple[float, int]:
    """Run the twin; give its seconds and its offences."""
    city = TwinCity(build_world(scenario, seed))

    def run() -> int:
        for _ in range(scenario.clock.n_shifts * scenario.clock.ticks_a_shift):
            city.step()
        return len(city.offences)

    return _timed(run)


def _timed(run: Callable[[], int]) -> tuple[float, int]:
    begin = perf_counter()
    result = run()
    return perf_counter() - begin, result


def _changes(residents: int, segments: int, days: int) -> dict[str, object]:
    """Describe a city with three officers for a thousand residents."""
    return {
        "n_days": days,
        "city.streets": "organic",
        "city.n_segments": segments,
        "people.n_residents": residents,
        "force.n_response": max(1, round(0.0025 * residents)),
        "force.n_foot": round(0.0005 * residents),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residents", type=int, default=20_000)
    parser.add_argument("--segments", type=int, default=3_700)
    parser.add_argument("--days", type=int, default=2)
    parser.add_argument("--runs", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
