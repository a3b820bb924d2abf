"""Tell where the time of a tick goes: the phases one by one, called from Python in the order of `run_ticks`.

python benchmarks/phases.py --residents 20000 --days 7
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any

from machine import describe_machine
from speed import scenario_of

from sim.agents.attitudes import feel_day
from sim.agents.demand import make_other_calls, plan_calls
from sim.agents.dispatch import police_until
from sim.agents.disputes import disputes_arise, disputes_end, flare_up, next_flare
from sim.agents.investigation import release, work_cases
from sim.agents.migrants import migrate, strain_shocks
from sim.agents.offenders import next_search_at, plan_searches, search_next
from sim.agents.panel import write_day
from sim.agents.residents import PLAN_BEGINS_MIN, move, plan_day
from sim.clock import DAY_MIN, SHIFT_MIN
from sim.draws import policy_generator
from sim.engine import brief_force, drain, open_world
from sim.observation import brief, observe
from sim.orders import carry_out, organise
from sim.policies.contract.registry import make_policy
from sim.world import build_world


class Stopwatch:
    """Add up the seconds of each phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def __call__(self, phase: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401 - whatever a phase takes
        """Run a phase."""
        begin = perf_counter()
        result = phase(*arguments)
        name = phase.func.__name__ if isinstance(phase, partial) else phase.__name__
        self.seconds[name] += perf_counter() - begin
        return result


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residents", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--policy", default="reactive")
    args = parser.parse_args()
    print(f"{describe_machine()}\n")
    run_phases(args.policy, 1_000, 1)  # compiles
    watch, n_ticks = run_phases(args.policy, args.residents, args.days)
    total = sum(watch.seconds.values())
    print(f"{args.residents:,} residents, {args.days} days, {total / n_ticks * 1e6:.1f} µs a tick\n")
    print("| phase | µs a tick | share |")
    print("|---|---|---|")
    for name, seconds in sorted(watch.seconds.items(), key=lambda item: -item[1]):
        print(f"| `{name}` | {seconds / n_ticks * 1e6:.2f} | {seconds / total:.1%} |")


def run_phases(policy_name: str, residents: int, days: int) -> tuple[Stopwatch, int]:
    """Run the model from Python, phase by phase."""
    world, policy, watch = build_world(scenario_of(residents, days), 1), make_policy(policy_name), Stopwatch()
    w, clock, minutes = world.state, world.clock, world.scenario.tick_min
    organise(world, policy.organise(brief(world)), policy=policy.name)
    open_world(w)
    n_ticks = clock.n_shifts * clock.ticks_a_shift
    for tick in range(n_ticks):
        begin, end = float(tick * minutes), float((tick + 1) * minutes)
        if tick % clock.ticks_a_shift == 0:
            watch(drain, world)
            watch(brief_force, w, int(begin) // SHIFT_MIN % 3, begin)
            generator = policy_generator(world.seed, policy.name, int(begin) // SHIFT_MIN)
            orders = watch(policy.decide, watch(observe, world), generator)
            watch(partial(carry_out, policy=policy.name), world, orders)
        w.c["now"] = begin
        if tick * minutes % DAY_MIN == PLAN_BEGINS_MIN:
            _calendar(watch, w, int(w.c["day"][0]), begin)
        watch(move, w, (tick * minutes - PLAN_BEGINS_MIN) % DAY_MIN // minutes)
        watch(make_other_calls, w, end)
        _act_in_order(watch, w, end)
        w.c["tick"] = tick + 1
        if (tick + 1) * minutes % DAY_MIN == 0:
            watch(work_cases, w, end)
            watch(feel_day, w)
            watch(write_day, w, int(w.c["day"][0]), end)
            w.c["day"] += 1
    return watch, n_ticks


def _act_in_order(watch: Stopwatch, w: Any, end: float) -> None:  # noqa: ANN401 - a State
    while (t := min(w.flares.min(), next_search_at(w))) < end:
        watch(police_until, w, t)
        row = watch(next_flare, w)
        if w.flares[row] == t:
            watch(flare_up, w, row)
        else:
            watch(search_next, w)
    watch(police_until, w, end)


def _calendar(watch: Stopwatch, w: Any, day: int, t: float) -> None:  # noqa: ANN401 - a State
    watch(migrate, w, day, t)
    watch(release, w, t)
    watch(strain_shocks, w, day)
    watch(disputes_end, w, t)
    watch(disputes_arise, w, day, t)
    watch(plan_day, w, day)
    watch(plan_searches, w, t + DAY_MIN)
    watch(plan_calls, w, t + DAY_MIN)


if __name__ == "__main__":
    main()
