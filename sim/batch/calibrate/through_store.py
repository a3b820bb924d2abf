"""Run the points of a calibration as studies of a store, so that a stopped one goes on and no run is made twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from sim.batch.calibrate.match import Propose, Simulate
from sim.batch.calibrate.problem import Problem
from sim.batch.calibrate.ranks import SimulateApart
from sim.batch.store.store import DECIDED
from sim.batch.study.designs import Floats
from sim.batch.study.identity import model_version, run_id
from sim.batch.study.plan import make_plan
from sim.batch.study.study import parse_study
from sim.batch.study.sweep import Progress, Runner, make_missing, open_study, sweep
from sim.disk import make_folder, text_sha256, write_whole
from sim.errors import InputError
from sim.inputs.toml_text import parse_toml, write_toml

MADE_FOR = "made_for.txt"


def store_simulator(  # noqa: PLR0913 - what, where, by whom
    problem: Problem,
    store: Path,
    run_all: Runner,
    *,
    beside: Path,
    progress: Progress | None,
    tell: Callable[[str], None],
) -> Simulate:
    """Make points with the simulation, a study for each label.

    Parameters
    ----------
    beside
        folder from which the files that the calibration names are counted
    """
    home = home_of(problem, store)

    def simulate(label: str, points: pd.DataFrame) -> pd.DataFrame:
        file = home / f"{label}.csv"
        write_whole(file, lambda out: out.write(points.to_csv(index=False).encode()))
        text = study_text(problem, label, file.resolve(), points)
        study = parse_study(parse_toml(text, where=label), where=f"{problem.name}, {label}")
        plan = make_plan(study, beside=beside)
        folder = sweep(plan, text, store, run_all, progress=progress, tell=tell, new_model=True)
        for run, problem_of_run in list(folder.failed.items())[:3]:
            tell(f"failed: run {run}: {problem_of_run}")
        runs = folder.runs()
        if runs.empty:
            raise InputError(f"every run of {label} failed: {next(iter(folder.failed.values()), '')}")
        return runs

    return simulate


def store_simulator_apart(  # noqa: PLR0913 - what, where, by whom
    problem: Problem,
    store: Path,
    run_all: Runner,
    *,
    beside: Path,
    progress: Progress | None,
    tell: Callable[[str], None],
) -> SimulateApart:
    """Make points with the simulation, every run with a seed of its own."""
    home = home_of(problem, store)

    def simulate(label: str, points: pd.DataFrame, n_runs: int) -> pd.DataFrame:
        file = home / f"{label}.csv"
        write_whole(file, lambda out: out.write(points.to_csv(index=False).encode()))
        arms = np.tile(np.arange(len(points), dtype=np.int32), n_runs)
        seeds = np.arange(1, len(arms) + 1)
        text = study_text(problem, label, file.resolve(), points, seeds=len(arms))
        plan = make_plan(parse_study(parse_toml(text, where=label), where=f"{problem.name}, {label}"), beside=beside)
        names = [run_id(plan.arms[arm].id, seed) for arm, seed in zip(arms.tolist(), seeds.tolist(), strict=True)]
        with open_study(plan, text, store, new_model=True) as folder:
            folder.extend(pd.DataFrame({"run": names, "arm": arms, "seed": seeds}))
            for note in folder.notes:
                tell(note)
            make_missing(folder, run_all, progress)
            folder.finish(DECIDED)  # which runs of the study are made was decided here
        return folder.runs()

    return simulate


def store_proposer(problem: Problem, store: Path) -> Propose:
    """Remember the points of each wave in a file, as long as problem and model stay what they are."""
    home = home_of(problem, store)
    make_folder(home)
    made_for = text_sha256(problem.model_dump_json() + model_version())
    mark = home / MADE_FOR
    if not mark.is_file() or mark.read_text(encoding="utf-8") != made_for:
        for file in home.glob("*-unit.parquet"):
            file.unlink()
        write_whole(mark, lambda out: out.write(made_for.encode()))

    def propose(label: str, make: Callable[[], Floats]) -> Floats:
        file = home / f"{label}-unit.parquet"
        if not file.is_file():
            made = pd.DataFrame(make(), columns=list(problem.parameters))
            write_whole(file, lambda out: made.to_parquet(out, index=False))
        return np.asarray(pd.read_parquet(file).to_numpy(np.float64))

    return propose


def home_of(problem: Problem, store: Path) -> Path:
    """Name the folder of a calibration."""
    return store / f"{problem.name}-calibration"


def study_text(problem: Problem, label: str, file: Path, points: pd.DataFrame, *, seeds: int | None = None) -> str:
    """Write the study of a wave; its seeds are those of the problem, or so many."""
    about = f"Points {text_sha256(points.to_csv())[:12]} of the calibration {problem.name}."
    values = {
        "name": f"{problem.name}-{label}",
        "question": about,
        "scenarios": [problem.scenario],
        "strategies": [problem.strategy],
        "seeds": seeds or problem.seeds,
        "warm_up": problem.warm_up,
        "limit_minutes": problem.limit_minutes,
        **({"scale": problem.scale} if problem.scale is not None else {}),
        **({"part": problem.part} if problem.part is not None else {}),
        "set": problem.set,
        "design": {"method": "table", "file": str(file)},
    }
    return write_toml(values)
