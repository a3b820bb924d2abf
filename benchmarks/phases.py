"""Tell where the time of a tick goes: the schedule of the engine itself, run from Python with a watch on each phase.

A call from Python takes a microsecond or more itself, which small parts such as `_is_full` consist of here.

python benchmarks/phases.py --residents 20000 --days 7
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable
from time import perf_counter
from types import FunctionType
from typing import Any

from machine import describe_machine
from speed import scenario_of

from sim import engine
from sim.agents.state import State
from sim.compiling.uncompiled import as_compiled_sees
from sim.policies.contract.registry import make_policy
from sim.world import World, build_world

SCHEDULE = ("run_shifts", "run_ticks", "act_in_order", "calendar")
"""Functions of `sim.engine` that only call phases, from the outermost inwards: these are run as Python."""


class Stopwatch:
    """Add up the seconds of each phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def on(self, phase: Callable[..., Any], state: State) -> Callable[..., Any]:
        """Make a phase whose time is taken; it gets the state itself where the schedule hands it a view of it."""
        view = as_compiled_sees(state)

        def timed(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever a phase takes
            passed = [state if value is view else value for value in given]
            begin = perf_counter()
            result = phase(*passed, **named)
            self.seconds[phase.__name__] += perf_counter() - begin
            return result

        return timed


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
    world, policy = build_world(scenario_of(residents, days), 1), make_policy(policy_name)
    watch = Stopwatch()
    for _ in watched_schedule(world, watch)(world, policy):
        pass
    return watch, world.clock.n_shifts * world.clock.ticks_a_shift


def watched_schedule(world: World, watch: Stopwatch) -> Callable[..., Any]:
    """Give `run_shifts` of the engine as Python runs it, with a watch on every phase that it comes to.

    The very code of the engine is run, so that no phase is forgotten when the schedule changes.
    """
    names = dict(vars(engine))
    for name in called_names():
        names[name] = watch.on(names[name], world.state)
    for name in SCHEDULE:
        names[name] = FunctionType(python_of(name).__code__, names, name)
    run_ticks, view = names["run_ticks"], as_compiled_sees(world.state)
    names["run_ticks"] = lambda _, last: run_ticks(view, last)
    names["run_shifts"].__kwdefaults__ = engine.run_shifts.__kwdefaults__
    return names["run_shifts"]


def called_names() -> list[str]:
    """List the functions of the engine that the schedule calls, in the order in which they first stand there."""
    used = [name for outer in SCHEDULE for name in python_of(outer).__code__.co_names]
    return [name for name in dict.fromkeys(used) if callable(vars(engine).get(name)) and name not in SCHEDULE]


def python_of(name: str) -> FunctionType:
    """Give a function as it is written: that of a compiled one, too."""
    function = vars(engine)[name]
    written: FunctionType = getattr(function, "py_func", None) or getattr(function, "__wrapped__", function)
    return written


if __name__ == "__main__":
    main()
