"""Tell what the Mesa face costs on top of the engine.

python benchmarks/mesa_face.py --residents 20000 --days 7 --runs 3
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from statistics import median
from time import perf_counter

from machine import describe_machine
from speed import scenario_of

from sim.engine import simulate
from sim.mesa_face.agents import Resident
from sim.mesa_face.model import CommunityPolicingModel
from sim.policies.contract.registry import make_policy


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residents", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    print(f"{describe_machine()}\n")
    scenario, policy = scenario_of(args.residents, args.days), make_policy("reactive")
    n_ticks = scenario.clock.n_shifts * scenario.clock.ticks_a_shift
    simulate(scenario_of(1_000, 1), policy, 1)  # compiles

    def model(step_by: str, collect_every: int) -> Callable[[], object]:
        made = CommunityPolicingModel(scenario, policy, rng=1, step_by=step_by, collect_every=collect_every)
        return made.run_model

    ways: dict[str, Callable[[], Callable[[], object]]] = {
        "a step a shift": lambda: model("shift", 1),
        "a step a tick, nothing collected": lambda: model("tick", 0),
        "a step a tick, collected every hour": lambda: model("tick", 12),
        "a step a tick, collected every tick": lambda: model("tick", 1),
    }
    print(f"{args.residents:,} residents, {args.days} days, medians of {args.runs} runs\n")
    print("| | µs a tick |")
    print("|---|---|")
    for name, make in ways.items():
        seconds = median(_seconds(make()) for _ in range(args.runs))
        print(f"| {name} | {seconds / n_ticks * 1e6:.0f} |")
    some = CommunityPolicingModel(scenario, policy, rng=1)
    print(f"\nAgents made and gathered: {_seconds(lambda: some.agents) * 1e3:.0f} ms, once. ", end="")
    residents = some.agents_by_type[Resident]
    print(f"One column of {len(residents):,} residents: {_seconds(lambda: residents.get('trust')) * 1e3:.0f} ms.")


def _seconds(run: Callable[[], object]) -> float:
    begin = perf_counter()
    run()
    return perf_counter() - begin


if __name__ == "__main__":
    main()
