"""Small studies for the tests of sweeps, and a runner that needs no engine."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from small_force import FEW

from sim.batch.running.once import Result
from sim.batch.running.workers import Outcome
from sim.batch.study.plan import make_plan
from sim.batch.study.study import parse_study
from sim.batch.study.sweep import sweep
from sim.outcomes.measures import MEASURES

TINY = {
    "n_days": 2, "people.n_residents": 300, "city.streets": "grid", "city.n_segments": 60, "force.n_districts": 2,
    **FEW,
}  # fmt: skip


def study_of(**changes):
    return parse_study({"name": "tiny", "seeds": 4, "set": TINY} | changes, where="test")


def text_of(study):
    """Write a study down as a file would, as far as the tests ask for it."""
    lines = [f'name = "{study.name}"', f"strategies = {list(study.strategies)!r}".replace("'", '"')]
    seeds = study.seeds if isinstance(study.seeds, int) else list(study.seeds)
    lines.append(f"seeds = {seeds}")
    if study.stop is not None:
        lines += ["[stop]", f'outcome = "{study.stop.outcome}"', f"half_width = {study.stop.half_width}"]
        lines += [f"first = {study.stop.first}", f"step = {study.stop.step}"]
    if study.allocate is not None:
        lines += ["[allocate]", f'outcome = "{study.allocate.outcome}"', f"first = {study.allocate.first}"]
        lines += [f"runs = {study.allocate.runs}", f"step = {study.allocate.step}"]
    lines += ["[set]", *(f'"{name}" = {value!r}'.replace("'", '"') for name, value in study.set.items())]
    return "\n".join(lines) + "\n"


def made_up(run, strategy, seed):
    """Give numbers that stay as they are when the model changes, and with it the name of each run; one is not known."""
    chance = np.random.default_rng([seed, *strategy.encode()])
    measures = dict(zip(MEASURES, chance.normal(100.0, 5.0, len(MEASURES)).tolist(), strict=True))
    measures["offences_per_1000"] = 100.0 + seed + float(chance.normal())
    measures["gini_corrected"] = float("nan")
    return Result(hashlib.sha256(run.encode()).hexdigest(), measures, 0.01)


class Runner:
    """Make up results, in any order; die, or fail, where it is told to."""

    def __init__(self, *, backwards=False, fail=(), die_after=None):
        self.backwards, self.fail, self.die_after = backwards, set(fail), die_after
        self.made: list[str] = []

    def __call__(self, jobs):
        jobs = list(jobs)
        for run, job in reversed(jobs) if self.backwards else jobs:
            if self.die_after is not None and len(self.made) >= self.die_after:
                raise KeyboardInterrupt
            self.made.append(run)
            if run in self.fail:
                yield Outcome(run, None, "the policy gave an order that cannot be carried out", 1)
            else:
                yield Outcome(run, made_up(run, job.policy.name, job.seed), "", 1)
            yield None


def run_sweep(study, store, runner=None, **options):
    """Make all runs of a study with made-up results."""
    runner = runner or Runner()
    return sweep(make_plan(study), text_of(study), Path(store), runner, **options), runner


def kept_bytes(folder):
    """Read everything that must not differ between two sweeps of the same study."""
    names = ("manifest.json", "arms.parquet", "inputs.json", "study.toml")
    files = [folder / name for name in names] + sorted((folder / "parts").glob("*"))
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}
