"""Claims as targets of a calibration: which may be fitted, what each asks for, and the runs that answer them.

Only claims of facts whose use is `calibrate` are ever fitted; what is marked `check` is read afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.batch.calibrate.match import Simulate
from sim.batch.calibrate.problem import CLAIM, Problem
from sim.errors import InputError
from sim.validation.asking import Answer, Job, Progress, ask, numbers_for, plan_jobs
from sim.validation.claim import Claim, Claims, Setting, load_claims

FITTED = "calibrate"
"""The use of a fact that may be fitted; as the name of a claim, all of them."""


def targets_of_claims(names: Iterable[str]) -> list[dict[str, Any]]:
    """Give the bands of claims as targets: a band is taken for a 95 % interval.

    Parameters
    ----------
    names
        claims by key, fact or family; `calibrate` for all that may be fitted. Of a fact or family only what may be
        fitted is taken

    Raises
    ------
    InputError
        If a name is no claim, or a claim that is named by its key may not be fitted.
    """
    claims, names = load_claims(), list(names)
    wanted = [name for name in names if name != FITTED]
    chosen = dict(claims.claims) if FITTED in names else {}
    if wanted:
        chosen |= claims.only(wanted).claims
    for name in wanted:
        if name in claims.claims and (why := why_not_fitted(claims.claims[name], claims)):
            raise InputError(f"a claim to be fitted must be one that may be: {name} {why}")
    return [
        {"measure": CLAIM + key, "low": claim.low, "high": claim.high}
        for key, claim in chosen.items()
        if not why_not_fitted(claim, claims)
    ]


def why_not_fitted(claim: Claim, claims: Claims) -> str:
    """Say why a claim is no target; nothing where it is one."""
    use = claims.facts[claim.fact].use
    if use != FITTED:
        return f"belongs to a fact whose use is {use!r}, which is read after a calibration and never fitted"
    if claim.not_here:
        return f"cannot be asked: {claim.not_here}"
    if claim.restates:
        return f"merely restates {claim.restates}"
    if not (isfinite(claim.low) and isfinite(claim.high)):
        return "has a band with one end, which says of no value that it is likely"
    return ""


def refuse_what_claims_ignore(problem: Problem, *, ranks: bool) -> None:
    """Refuse what would be dropped without a word where claims are asked, which bring their own settings.

    Raises
    ------
    InputError
        If a scale, a part, a warm-up or a strategy is set, or ranks are asked for.
    """
    given = {
        "scale": problem.scale is not None,
        "part": problem.part is not None,
        "warm_up": problem.warm_up > 0,
        "strategy": problem.strategy != "reactive",
    }
    for name, is_set in given.items():
        if is_set:
            raise InputError(f"{name} must not be set with claims: each brings its own city, length and strategy")
    if ranks:
        raise InputError("--ranks must be asked of measures: claims bring their own seeds, and ranks need one a run")


def claims_simulator(problem: Problem, home: Path, *, workers: int, progress: Progress | None) -> Simulate:
    """Make points by asking the claims of a problem; answers are kept in `home`, so that a stopped one goes on.

    Every point is asked with the first seeds of each setting, so that all points share their chance.
    """
    claims = _asked(problem)

    def simulate(label: str, points: pd.DataFrame) -> pd.DataFrame:
        jobs = [_jobs(claims, problem, point.to_dict()) for _, point in points.iterrows()]
        flat = [job for some in jobs for job in some]
        answers, failures = ask(flat, home / "answers", workers=workers, progress=progress)
        if failures and not answers:
            raise InputError(f"every run of {label} failed: {next(iter(failures.values()))}")
        by_name = {job.name: answer for job, answer in zip(_answered(flat, failures), answers, strict=True)}
        rows = []
        for number, some in enumerate(jobs):
            mine = [by_name[job.name] for job in some if job.name in by_name]
            for turn in range(problem.seeds):
                values = {CLAIM + key: _value(claim, claims, mine, turn) for key, claim in claims.claims.items()}
                rows.append({"point": number, "seed": turn + 1} | values)
        return pd.DataFrame(rows)

    return simulate


def _asked(problem: Problem) -> Claims:
    """Keep the claims that a problem names, asked with as many seeds as it says."""
    keys = [target.measure.removeprefix(CLAIM) for target in problem.targets if target.measure.startswith(CLAIM)]
    claims = load_claims().only(keys)
    if problem.scenario != "new_haven":
        claims = claims.about(problem.scenario)
    runs, trials = (
        {key: _with_seeds(setting, problem.seeds) for key, setting in some.items()}
        for some in (claims.runs, claims.trials)
    )
    return Claims(claims.facts, claims.claims, runs, trials)


def _with_seeds(setting: Setting, n_seeds: int) -> Setting:
    if setting.seeds and len(setting.seeds) < n_seeds:
        raise InputError(
            f"seeds must be at most the {len(setting.seeds)} with which {setting.key!r} is asked, got {n_seeds}"
        )
    return replace(setting, seeds=setting.seeds[:n_seeds])


def _jobs(claims: Claims, problem: Problem, point: dict[str, Any]) -> list[Job]:
    return plan_jobs(claims, quick=False, changes=dict(problem.set) | point, against_baselines=False)


def _answered(jobs: list[Job], failures: dict[str, str]) -> list[Job]:
    return [job for job in jobs if job.name not in failures]


def _value(claim: Claim, claims: Claims, answers: list[Answer], turn: int) -> float:
    """Give the number that a claim is about with one of its seeds; a ratio is taken seed by seed."""
    setting = claims.setting(claim)
    mine = [one for one in answers if one.setting == setting.key and one.seed == setting.seeds[turn]]
    numbers = numbers_for(claim, claims, mine)
    if not numbers[claim.value]:
        return np.nan
    value = numbers[claim.value][0]
    if not claim.over:
        return value
    return value / numbers[claim.over][0] if numbers[claim.over][0] else np.nan
