"""Measure what a sweep adds to its runs: two processes against one, time beside the runs, planning, comparing.

    python benchmarks/sweep.py
    python benchmarks/sweep.py --main      # the main comparison: all strategies, 20 seeds, a year, 10,000 residents

Each number is the median of several runs.
"""

from __future__ import annotations

import argparse
import tempfile
import tracemalloc
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import pandas as pd
from machine import describe_machine

from sim.batch.running.local import local_runner
from sim.batch.running.once import Job, do_run
from sim.batch.study.plan import Plan, make_plan
from sim.batch.study.study import parse_study, read_study
from sim.batch.study.sweep import sweep
from sim.compile_core import compile_core
from sim.engine import simulate
from sim.outcomes.measures import BETTER, MEASURES
from sim.statistics.contrasts import contrasts
from sim.world import build_city

MAIN = Path(__file__).parents[1] / "experiments/equal_cost/full.toml"


def main() -> None:
    """Measure and print."""
    args = _arguments()
    compile_core()
    print(f"{describe_machine()}\n")
    if args.main:
        print_main()
        return
    print("| | median | all | goal |")
    print("|---|---|---|---|")
    ratios, overheads = zip(*(measure_processes() for _ in range(args.runs)), strict=True)
    print_row("two processes against one, times as fast", ratios, "1.9 and more")
    print_row("time beside simulation, summing up included, ms a run", overheads, "under 50", digits=0)
    plans = [measure_plan() for _ in range(args.runs)]
    print_row("planning 100,000 runs, s", [seconds for seconds, _ in plans], "under 10", digits=1)
    print_row("memory of that plan at its peak, MB", [mb for _, mb in plans], "flat", digits=0)
    print_row("comparing 10,000 runs of ten strategies, s", [measure_compare() for _ in range(args.runs)], "under 5")


def measure_processes() -> tuple[float, float]:
    """Run a study with one process and with two; give the ratio, and what one spent beside simulation, in ms a run."""
    plan = make_plan(_study(seeds=24, n_days=180, residents=5000))
    n_runs = len(plan.arms) * 24
    with tempfile.TemporaryDirectory() as folder:
        one = _seconds(plan, Path(folder) / "one", 1)
        two = _seconds(plan, Path(folder) / "two", 2)
    return one / two, 1000.0 * (one - start_seconds() - n_runs * _simulation_seconds(plan)) / n_runs


def start_seconds() -> float:
    """Measure how long a worker takes to start, load compiled code and make its first city: once a sweep."""
    plan = make_plan(_study(seeds=1, n_days=1, residents=5000))
    with tempfile.TemporaryDirectory() as folder:
        return _seconds(plan, Path(folder), 1)


def measure_plan() -> tuple[float, float]:
    """Plan 100,000 runs; give seconds, and megabytes as Python counts them."""
    design = {"method": "sobol", "points": 1024, "parameters": {"demand.other_calls": {"low": 100, "high": 900}}}
    study = parse_study(
        {"name": "wide", "strategies": ["reactive", "hotspot"], "seeds": 49, "design": design}, where=""
    )
    begun = perf_counter()
    plan = make_plan(study)
    rows = plan.rows(study.all_seeds)
    seconds = perf_counter() - begun
    assert len(rows) > 100_000
    tracemalloc.start()
    plan.rows(study.all_seeds)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return seconds, peak / 1e6


def measure_compare() -> float:
    """Compare 10,000 made-up runs of ten strategies in every measure, with all that `cpsim contrast` says."""
    chance = np.random.default_rng(1)
    runs = pd.DataFrame(chance.normal(100.0, 5.0, (10_000, len(MEASURES))), columns=list(MEASURES))
    runs["policy"] = np.repeat([f"strategy {i}" for i in range(10)], 1000)
    runs["seed"] = np.tile(np.arange(1000), 10)
    begun = perf_counter()
    contrasts(runs, "strategy 0", list(MEASURES), better=BETTER)
    return perf_counter() - begun


def print_main() -> None:
    """Make the main comparison as a user would."""
    study = read_study(MAIN)
    plan = make_plan(study, beside=MAIN.parent)
    with tempfile.TemporaryDirectory() as folder:
        seconds = _seconds(plan, Path(folder), 2)
    n_runs = len(plan.arms) * len(study.all_seeds)
    print(f"main comparison, {n_runs} runs on two processes: {seconds / 60.0:.1f} minutes (goal: under 6)")


def print_row(what: str, values: object, goal: str, digits: int = 2) -> None:
    """Print a row of the table."""
    numbers = [float(value) for value in values]  # type: ignore[attr-defined]
    listed = ", ".join(f"{number:.{digits}f}" for number in numbers)
    print(f"| {what} | {median(numbers):.{digits}f} | {listed} | {goal} |", flush=True)


def _study(*, seeds: int, n_days: int, residents: int):  # noqa: ANN202
    values = {"n_days": n_days, "people.n_residents": residents}
    return parse_study({"name": "speed", "seeds": seeds, "set": values, "limit_minutes": 10}, where="")


def _seconds(plan: Plan, store: Path, workers: int) -> float:
    begun = perf_counter()
    sweep(plan, f'name = "{plan.study.name}"', store, local_runner(workers, plan.study.limit_minutes))
    return perf_counter() - begun


def _simulation_seconds(plan: Plan) -> float:
    """Measure the simulation alone, in this process."""
    found = []
    for arm in plan.arms:
        scenario, policy = plan.world(arm)
        city = build_city(scenario)
        do_run(Job("warm", scenario, policy, 1, 0, None))
        for seed in range(1, 6):
            begun = perf_counter()
            simulate(scenario, policy, seed, city=city)
            found.append(perf_counter() - begun)
    return sum(found) / len(found)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="how often each is measured (default: 3)")
    parser.add_argument("--main", action="store_true", help="measure the main comparison instead")
    return parser.parse_args()


if __name__ == "__main__":
    main()
