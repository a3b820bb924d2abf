"""Each mechanism cut in turn: which claims move, which break, and which mechanism no claim needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.inputs.spelling import did_you_mean
from sim.inputs.toml_text import read_toml
from sim.statistics.estimates import Estimate, mean_estimate
from sim.validation.asking import Answer, Job, numbers_for, plan_jobs
from sim.validation.card import estimate_of, verdict_of
from sim.validation.claim import Claim, Claims

Floats = NDArray[np.float64]
FILE = Path(__file__).with_name("ablations.toml")


@dataclass(frozen=True)
class Ablation:
    """Name a mechanism, the parameters that cut it, and the claims that should break without it."""

    key: str
    title: str
    title_zh: str
    changes: Mapping[str, Any]
    breaks: tuple[str, ...]


@dataclass(frozen=True)
class Moved:
    """Tell what cutting a mechanism did to one claim."""

    claim: Claim
    with_it: Estimate
    without: Estimate
    difference: Estimate
    """without less with, by pairs of seeds"""
    predicted: bool
    breaks: bool
    """the claim no longer holds, or it missed and is now farther from its band, by a clear difference"""

    @property
    def gone(self) -> bool:
        """Tell whether there is nothing left without the mechanism that the claim could be asked of."""
        return bool(np.isfinite(self.with_it.value) and not np.isfinite(self.without.value))


LEVEL = 0.95
SAME = 1e-9
"""Relative difference of two numbers below which they are one and the same but for rounding."""


@dataclass(frozen=True)
class Effect:
    """Hold what a cut did: the claims that moved or should have, and how many were looked at."""

    moved: tuple[Moved, ...]
    n_looked_at: int
    """claims that were compared and that nobody had said would break"""


def load_ablations(claims: Claims, file: Path = FILE) -> list[Ablation]:
    """Read the mechanisms.

    Raises
    ------
    InputError
        If a prediction names no claim.
    """
    read = [Ablation(key, **about | {"breaks": tuple(about["breaks"])}) for key, about in read_toml(file).items()]
    for one in read:
        for name in one.breaks:
            if name not in claims.claims:
                near = did_you_mean(name, claims.claims)
                raise InputError(f"{file.name}: {one.key} must name claims that break, got {name!r}{near}")
    return read


def plan_ablation(ablation: Ablation, claims: Claims, seeds: int) -> tuple[list[Job], list[Job]]:
    """List the jobs with and without a mechanism: the whole city, and the trials of what should break.

    Parameters
    ----------
    seeds
        the first so many of each setting
    """
    settings = {"whole_city"} | {claims.setting(claims.claims[name]).key for name in ablation.breaks}
    kept = {k: c for k, c in claims.claims.items() if not c.not_here and claims.setting(c).key in settings}
    asked = Claims(claims.facts, kept, claims.runs, claims.trials)
    first = {key: set(one.seeds[:seeds]) for key, one in {**claims.runs, **claims.trials}.items()}
    both = (
        plan_jobs(asked, quick=False),
        plan_jobs(asked, quick=False, changes=ablation.changes, against_baselines=False),
    )
    with_it, without = ([job for job in jobs if job.seed in first[job.setting.key]] for jobs in both)
    return with_it, without


def compare_ablation(
    ablation: Ablation, claims: Claims, with_it: Iterable[Answer], without: Iterable[Answer]
) -> Effect:
    """Tell for each claim what the cut did, the clear differences only, broken ones first.

    A difference that nobody had predicted counts as clear only at a level that all claims of the cut share
    (Bonferroni): of fifty claims that do not change, one or two would otherwise be taken for broken. Where all seeds
    differ by the same, as the busiest hour of the day may, there is no interval, and only a prediction is told of.
    """
    there, cut = list(with_it), list(without)
    pairs = {claim.key: _pairs(claim, claims, there, cut) for claim in claims.claims.values() if not claim.not_here}
    known = {key: pair for key, pair in pairs.items() if pair is not None}
    others = [key for key in known if key not in ablation.breaks]
    shared = 1.0 - (1.0 - LEVEL) / max(len(others), 1)
    found = [
        _compare(claims.claims[key], pair, key in ablation.breaks, LEVEL if key in ablation.breaks else shared)
        for key, pair in known.items()
    ]
    moved = sorted((one for one in found if one is not None), key=lambda one: (not one.breaks, not one.predicted))
    return Effect(tuple(moved), len(others))


class _Pair(NamedTuple):
    """Hold a claim with and without a mechanism."""

    with_it: Estimate
    without: Estimate
    differences: Floats
    """(n_seeds,) without less with"""


def _pairs(claim: Claim, claims: Claims, there: Sequence[Answer], cut: Sequence[Answer]) -> _Pair | None:
    """Pair the answers by seed; nothing where the claim was not asked."""
    both = [numbers_for(claim, claims, answers) for answers in (there, cut)]
    numbers = [_ratios(one, claim) for one in both]
    if not len(numbers[0]) or len(numbers[0]) != len(numbers[1]):
        return None
    return _Pair(estimate_of(both[0], claim), estimate_of(both[1], claim), numbers[1] - numbers[0])


def _compare(claim: Claim, pair: _Pair, predicted: bool, level: float) -> Moved | None:
    """Compare by pairs of seeds; nothing where the claim does not move and was not to."""
    difference = mean_estimate(pair.differences, level=level)
    clear = difference.low > 0.0 or difference.high < 0.0
    if not predicted and (not clear or np.ptp(pair.differences) < SAME * np.abs(pair.differences).max()):
        return None
    held = verdict_of(pair.with_it, claim.low, claim.high) == "holds"
    before, after = (_distance(one.value, claim) for one in (pair.with_it, pair.without))
    broke = clear and after > before and not (held and verdict_of(pair.without, claim.low, claim.high) == "holds")
    told = Moved(claim, pair.with_it, pair.without, difference, predicted, bool(broke))
    return replace(told, breaks=True) if told.gone and predicted else told


def _ratios(numbers: Mapping[str, list[float]], claim: Claim) -> Floats:
    values = np.array(numbers[claim.value], np.float64)
    if not claim.over:
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(values / np.array(numbers[claim.over]), np.float64)


def _distance(value: float, claim: Claim) -> float:
    """Give how far a value lies from the band; 0 inside."""
    return max(claim.low - value, value - claim.high, 0.0)
