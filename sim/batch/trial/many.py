"""A trial over many cities, and its power on paper: what one trial shows, and what it would have shown elsewhere.

Each seed is a city and a lot of its own, kept in a file that is named by all that determines it, so that a second
call conducts only what is new.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.batch.running.sealed import read_sealed, seal
from sim.batch.running.workers import work_through
from sim.batch.study.identity import arm_id, model_version
from sim.batch.trial.design import Trial, scenario_of, strategies_of
from sim.batch.trial.once import areas_of, check_units, conduct, table_of
from sim.disk import make_folder, write_whole
from sim.engine import simulate
from sim.errors import InputError
from sim.ledger.provenance import made_with, wall_clock
from sim.policies.reactive import Reactive
from sim.statistics.estimates import Estimate, mean_estimate
from sim.statistics.trials import Power, simulate_power, spread_of_rates

Progress = Callable[[int, int, int], None]
"""Called with the cities done, to do and failed; may raise to stop."""
FIRST_SEED = 1
LEVEL = 0.05


@dataclass(frozen=True)
class Conducted:
    """Hold what a trial told in every city."""

    trial: Trial
    told: dict[int, dict[str, Any]]
    """by seed"""
    failures: dict[int, str]

    def effects(self, arm: str, name: str) -> NDArray[np.float64]:
        """Give value, low, high and error of each city, one row per seed; without those that have no interval."""
        rows = [one["effects"][arm][name] for one in self.told.values() if name in one["effects"][arm]]
        table = np.array(rows, np.float64).reshape(-1, 4)
        return table[np.isfinite(table[:, 0])]

    def truth(self, arm: str, name: str) -> Estimate:
        """Average the estimates of all cities: the lot makes each of them right on average."""
        return mean_estimate(self.effects(arm, name)[:, 0])

    def found(self, arm: str, name: str) -> tuple[int, int]:
        """Count the trials whose interval lies on the side of the average, and all trials."""
        rows = self.effects(arm, name)
        sign = np.sign(rows[:, 0].mean()) if len(rows) else 0.0
        end = rows[:, 1] if sign > 0 else rows[:, 2]
        return int((end * sign > 0).sum()), len(rows)


def conduct_all(trial: Trial, out: Path, *, workers: int, progress: Progress | None = None) -> Conducted:
    """Conduct a trial in every city; those that are in `out` are read.

    Raises
    ------
    InputError
        If the folder cannot be written, or no city could be done.
    """
    check_units(trial)
    make_folder(out)
    told: dict[int, dict[str, Any]] = {}
    failures: dict[int, str] = {}
    todo = {}
    for seed in range(FIRST_SEED, FIRST_SEED + trial.seeds):
        file = out / f"seed{seed}-{identity(trial)}.json"
        kept = read_sealed(file, itemgetter("told"))
        if kept is None:
            todo[seed] = (trial, seed, file)
        else:
            told[seed] = kept
    with closing(work_through(todo.items(), _conduct, workers=max(1, min(workers, len(todo))))) as outcomes:
        for outcome in outcomes if todo else ():
            if outcome is not None:
                outcome.stop_if_postponed()
                if outcome.value is not None:
                    told[outcome.key] = outcome.value
                else:
                    failures[outcome.key] = outcome.problem
            if progress is not None:
                progress(len(told), trial.seeds, len(failures))
    if not told:
        raise InputError(f"no city could be done: {next(iter(failures.values()))}")
    return Conducted(trial, dict(sorted(told.items())), failures)


def identity(trial: Trial) -> str:
    """Name all that determines what a trial tells, but the seed."""
    scenario = scenario_of(trial)
    determined = {
        "model": model_version(),
        "code": _code_sha256(),
        "trial": trial.model_dump(mode="json", exclude={"seeds", "power", "name"}),
        "arms": [arm_id(scenario, one, from_day=trial.from_day) for one in (Reactive(), *strategies_of(trial))],
    }
    return hashlib.sha256(json.dumps(determined, sort_keys=True, default=str).encode()).hexdigest()[:12]


def _code_sha256() -> str:
    """Give the checksum of what draws, conducts and estimates, which is no part of the model."""
    here = Path(__file__).parent
    files = [*sorted(here.glob("*.py")), here.parents[1] / "statistics" / "trials.py"]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _conduct(argument: tuple[Trial, int, Path]) -> dict[str, Any]:
    """Work in a process of its own."""
    trial, seed, file = argument
    told = conduct(trial, seed)
    provenance = {
        "model": model_version(),
        "trial": trial.model_dump(mode="json"),
        "scenario": scenario_of(trial).model_dump(mode="json"),
        "seed": seed,
        "made_with": made_with(),
        "ended": wall_clock(),
    }
    text = json.dumps({"told": told, "sha256": seal(told), "provenance": provenance}, indent=1, default=str)
    write_whole(file, lambda to: to.write(text.encode()))
    return told


@dataclass(frozen=True)
class Planned:
    """Hold what a trial is before it is run."""

    trial: Trial
    n_units: int
    n_segments: int
    counts: NDArray[np.float64]
    """(n_units,) baseline counts, most first"""
    shape: float
    """of the rates behind all counts; infinite where they scatter by chance alone"""
    powers: tuple[Power, ...]


def plan_trial(trial: Trial, out: Path, progress: Callable[[int, int], None] | None = None) -> Planned:
    """Tell how often trials of a design would find an effect, by the counts of a time before the lot.

    The time before is run once and kept. Nothing is run with a treatment: trials are conducted on paper.

    Raises
    ------
    InputError
        If the trial is one of households, whose outcome is no count, or there are fewer units than are asked for.
    """
    if trial.units.kind == "households":
        raise InputError("power on paper must be asked of counts at places; a trial of households counts none, run it")
    check_units(trial)
    everywhere, own, n_segments = _baseline(trial, out, progress)
    rates = spread_of_rates(everywhere)
    rng = np.random.default_rng(FIRST_SEED)
    sizes = trial.power.units or (len(own),)
    if max(sizes) > len(everywhere):
        raise InputError(f"power.units must be at most the {len(everywhere)} there are, got {max(sizes)}")
    ranked = np.sort(everywhere)[::-1]
    powers = [
        simulate_power(
            ranked[:n], rates, rng, days=days, baseline_days=trial.from_day, effect=effect,
            shares=trial.shares[:1], by=trial.lot, n_trials=trial.power.trials,
        )
        for n in sizes
        for days in (trial.power.days or (trial.days,))
        for effect in trial.power.effects
    ]  # fmt: skip
    return Planned(trial, len(own), n_segments, own, rates[0], tuple(powers))


def _baseline(
    trial: Trial, out: Path, progress: Callable[[int, int], None] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Count at all places, and at those of the trial, before the lot; the run is kept for the next plan."""
    make_folder(out)
    file = out / f"before-{identity(trial)}.npz"
    if file.is_file():
        kept = np.load(file)
        return kept["everywhere"], kept["own"], int(kept["n_segments"])
    run = simulate(scenario_of(trial, trial.from_day), Reactive(), FIRST_SEED, progress=progress)
    table = run.tables[table_of(trial)]
    table = table[table["type"].isin(trial.outcome.types)]
    n_segments = run.world.city.streets.n_segments
    place = table["segment"].to_numpy(np.int64)
    if trial.units.kind == "hottest":
        everywhere = np.bincount(place, minlength=n_segments).astype(float)
        own = np.sort(everywhere)[::-1][: trial.units.n]
    else:
        area = areas_of(trial, run.world)
        everywhere = own = np.bincount(area[place], minlength=int(area.max()) + 1).astype(float)
    write_whole(file, lambda to: np.savez(to, everywhere=everywhere, own=own, n_segments=n_segments))
    return everywhere, own, n_segments
