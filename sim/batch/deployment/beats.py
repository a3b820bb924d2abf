"""Beats drawn anew by the work that calls make, with main roads as borders, and compared with those of today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.batch.deployment.judge import TODAY, judge_points, known_goals
from sim.batch.deployment.measure import MEASURED, Yardstick, make_yardstick
from sim.batch.deployment.runs import Progress, Runs
from sim.batch.deployment.study import Question
from sim.batch.running.crew import Crew
from sim.batch.running.many import check_request, run_folder, run_many
from sim.batch.running.runs import RunPlan
from sim.city.cells.measures import CellMeasures, measure_cells
from sim.city.cells.methods import divide
from sim.city.land_use import City
from sim.city.reading.beats import DISTRICT, KEY
from sim.clock import DAY_MIN
from sim.disk import make_folder, write_whole
from sim.errors import InputError
from sim.ledger.run_folder import read_table
from sim.outcomes.response import select_called
from sim.scenarios.scenario import Scenario
from sim.world import build_city

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
REDRAWN = "redrawn"
BEATS_FILE = "beats.csv"
BEAT_GOALS = ("work_most", "crossed_pct", "urgent_p90", "fairness")
HOMES = 0.2
"""Share of the weight of streets that is homes: a few weeks have few calls of one street, and many of none."""


@dataclass(frozen=True)
class Redrawn:
    """Hold beats drawn anew, and how they differ from today's."""

    question: Question
    city: City
    """with the districts of today"""
    district: Ints
    """(n_segments,) anew, numbered like those of today that they overlap most"""
    weight: Floats
    """(n_segments,) by which they were drawn"""
    before: CellMeasures
    after: CellMeasures
    moved: float
    """share of the metres of street that belong to another district"""
    scenario: Scenario
    learn: tuple[int, ...]
    fresh: tuple[int, ...]
    goals: tuple[str, ...]
    judged: pd.DataFrame
    """the table of `judge_points` on fresh seeds"""
    runs: pd.DataFrame
    yardstick: Yardstick
    from_day: int


def redraw_beats(  # noqa: PLR0913 - what, with which chance, where to, how
    question: Question,
    seeds: Sequence[int],
    *,
    out: Path,
    workers: int,
    from_day: int = 0,
    progress: Progress | None = None,
) -> Redrawn:
    """Draw the districts anew by the calls of some runs, and judge them by others.

    Parameters
    ----------
    seeds
        with these the two divisions are compared; the calls by which one is drawn come from seeds beyond them
    out, workers, from_day, progress
        as in `sim.batch.deployment.study`

    Raises
    ------
    InputError
        If only a part of a city is there, there is one district, or nobody called.
    """
    scenario, n_learn = question.scenario, question.effort.screen_seeds
    check_request(["beats"], seeds, workers=workers, from_day=from_day, n_days=scenario.n_days)
    if len(seeds) < 3:
        raise InputError(f"--seeds must be 3 at least, for intervals of differences, got {len(seeds)}")
    if scenario.is_cut:
        raise InputError(
            "--redraw-beats must have the whole city, got a part of it; leave out --part, or thin with --scale"
        )
    if scenario.force.n_districts < 2:
        raise InputError("--redraw-beats must have two districts at least, got 1; try --set force.n_districts=4")
    city, crew = build_city(scenario), Crew(workers)
    learn = tuple(range(max(seeds) + 1, max(seeds) + 1 + n_learn))
    planned = n_learn + 2 * len(seeds)
    calls, incidents = _learn(question, learn, out, crew, from_day, planned, progress)
    weight = weigh_streets(calls, city, from_day=from_day)
    drawn = divide(city.streets, scenario.force.n_districts, "workload", weight=weight)
    district = number_alike(drawn.astype(np.int64), city.district.astype(np.int64), city.streets.segment_length_m)
    write_beats(out / BEATS_FILE, city, district)
    anew = scenario.replace({"city.beats": str(out / BEATS_FILE), "name": f"{scenario.name}-beats"})
    yardstick = make_yardstick(city, incidents, from_day=from_day)
    runs = Runs(
        question.policy, question.limits.role, yardstick, out=out, crew=crew, before=n_learn, planned=planned,
        progress=progress,
    )  # fmt: skip
    rows = runs("fresh", {TODAY: scenario, REDRAWN: anew}, seeds)
    crew.end()
    goals = known_goals(rows, BEAT_GOALS)
    moved = float(city.streets.segment_length_m[district != city.district].sum() / city.streets.segment_length_m.sum())
    return Redrawn(
        question, city, district, weight, measure_cells(city.streets, city.district, weight),
        measure_cells(city.streets, district, weight), moved, anew, learn, tuple(seeds), goals,
        judge_points(rows, list(MEASURED), goals), rows, yardstick, from_day,
    )  # fmt: skip


def _learn(  # noqa: PLR0913, PLR0917 - the runs, and what is read from them
    question: Question, seeds: Sequence[int], out: Path, crew: Crew, from_day: int, planned: int,
    progress: Progress | None,
) -> tuple[pd.DataFrame, Ints]:  # fmt: skip
    """Run today's districts, and give the calls and the segments of recorded crime."""
    scenario = question.scenario
    plans = {(TODAY, s): RunPlan(scenario, question.policy, s, run_folder(out / "learn", TODAY, s)) for s in seeds}

    def count(done: int, _: int) -> None:
        if progress is not None:
            progress(done // scenario.n_days, planned, 0)

    table, failures = run_many(plans, workers=crew, from_day=from_day, progress=count)
    if failures:
        raise InputError(f"a run under today's districts failed: {next(iter(failures.values()))}")
    folders = [out / "learn" / str(name) for name in table["folder"]]
    incidents = np.concatenate([read_table(folder, "incidents")["segment"].to_numpy(np.int64) for folder in folders])
    return pd.concat([read_table(folder, "calls") for folder in folders]), incidents[incidents >= 0]


def weigh_streets(calls: pd.DataFrame, city: City, *, from_day: int) -> Floats:
    """Weigh each segment by the time that its calls took, and by a fifth by its homes.

    Raises
    ------
    InputError
        If there were no calls.
    """
    called = select_called(calls)
    called = called[called["t_call"] >= from_day * DAY_MIN]
    spent = called["unit_min"].fillna(0.0).to_numpy(np.float64)
    work = np.bincount(called["segment"].to_numpy(np.int64), spent, city.streets.n_segments)
    if not work.sum() > 0.0:
        raise InputError(
            "--redraw-beats must have calls to draw by, got none; try more --days or more calls, "
            "for instance --set demand.other_calls=500"
        )
    homes = city.land_use.dwellings.astype(np.float64) + 0.1
    weight = (1.0 - HOMES) * work / work.sum() + HOMES * homes / homes.sum()
    return np.asarray(weight * len(weight), np.float64)


def number_alike(district: Ints, today: Ints, metres: Floats) -> Ints:
    """Number districts so that as many metres of street as can be keep their number: officers stay where they know."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - slow to import

    n = int(max(district.max(), today.max())) + 1
    shared = np.zeros((n, n))
    np.add.at(shared, (district, today), metres)
    rows, columns = linear_sum_assignment(-shared)
    number = np.zeros(n, np.int64)
    number[rows] = columns
    return number[district]


def write_beats(path: Path, city: City, district: Ints) -> None:
    """Write the district of each segment as a table that `city.beats` reads."""
    table = pd.DataFrame({KEY: city.streets.segment_key, DISTRICT: district, "district_today": city.district})
    make_folder(path.parent)
    write_whole(path, lambda file: file.write(table.to_csv(index=False).encode()))
