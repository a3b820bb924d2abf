"""What a survey office would publish, which is not what residents feel.

The index is the share of those who answer 4 or 5 on a scale of five, weighted as the sample was drawn, with the
interval that its design gives. `sim.outcomes.questionnaire` puts the questions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.outcomes.questionnaire import MIN_AGE
from sim.outcomes.strata import estimate_share
from sim.statistics.estimates import UNKNOWN, Estimate

Ints = NDArray[np.int64]

AGREES = 4
"""this answer and the next count as 'feels safe', 'is satisfied', 'trusts', 'knows the officers'"""
AGE_EDGES = (30, 45, 65)
"""where the age groups of a post-stratified index begin; the first begins at `MIN_AGE`"""
PUBLISHED = {"safe": "security", "satisfied": "satisfaction", "trusting": "trust", "aware": "awareness"}
"""What an office publishes, and the item that it comes from."""


class Index(NamedTuple):
    """Hold what the office publishes of a wave: shares that answer 4 or 5."""

    n_invited: int
    n_answered: int
    safe: Estimate
    satisfied: Estimate
    trusting: Estimate
    aware: Estimate


def publish_index(answers: pd.DataFrame, *, people: pd.DataFrame | None = None) -> Index:
    """Compute the published shares that answer 4 or 5 in a wave, with the interval that its design gives.

    The interval knows of sampling error alone. Those who do not answer feel less safe, and no office's
    interval says so.

    Parameters
    ----------
    answers
        rows of the table `answers`, of one wave
    people
        the table `people`; where given, answers are weighted to the age groups of the register
    """
    sizes = answers.groupby("stratum")["weight"].sum().to_dict()
    given = answers[answers["answered"] > 0]
    group: Ints | None = None
    group_sizes: dict[int, float] | None = None
    if people is not None:
        age = people.set_index("resident")["age"]
        group = group_ages(age.loc[given["resident"]].to_numpy())
        number, n = np.unique(group_ages(age[age >= MIN_AGE].to_numpy()), return_counts=True)
        group_sizes = dict(zip(number.tolist(), n.astype(float).tolist(), strict=True))
    stratum = given["stratum"].to_numpy(np.int64)
    shares = (
        estimate_share((given[item] >= AGREES).to_numpy(), stratum, sizes, group=group, group_sizes=group_sizes)
        for item in PUBLISHED.values()
    )
    return Index(len(answers), len(given), *shares)


def publish_run(answers: pd.DataFrame, *, people: pd.DataFrame | None = None) -> Index:
    """Compute the mean of the published shares over the waves of a run.

    Samples of two waves are drawn apart, so the deviations of the waves from their bounds add up in squares.
    """
    waves = [publish_index(rows, people=people) for _, rows in answers.groupby("wave")]
    shares = (_mean_of([getattr(wave, name) for wave in waves]) for name in PUBLISHED)
    return Index(len(answers), int((answers["answered"] > 0).sum()), *shares)


def tabulate_waves(answers: pd.DataFrame, *, people: pd.DataFrame | None = None) -> pd.DataFrame:
    """List what the office publishes, wave by wave and over the run.

    Parameters
    ----------
    people
        as of `publish_index`

    Returns
    -------
    table
        rows: the waves, and 'all'; columns `day`, `n_invited`, `n_answered`, and `safe_pct`, `satisfied_pct`,
        `trusting_pct`, `aware_pct` with `_low` and `_high`, in per cent
    """
    rows = {
        str(wave): {"day": int(some["day"].iloc[0])} | _in_per_cent(publish_index(some, people=people))
        for wave, some in answers.groupby("wave")
    }
    if rows:
        rows["all"] = {"day": int(answers["day"].max())} | _in_per_cent(publish_run(answers, people=people))
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.name = "wave"
    return table


def group_ages(age: NDArray[np.uint8]) -> Ints:
    """Give the age group of each age: 16 to 29, 30 to 44, 45 to 64, 65 and more."""
    return np.asarray(np.searchsorted(AGE_EDGES, age, side="right"), np.int64)


def _mean_of(waves: list[Estimate]) -> Estimate:
    answered = np.array([wave for wave in waves if not np.isnan(wave.value)], float).reshape(-1, 3)
    if len(answered) == 0:
        return UNKNOWN
    mean = float(answered[:, 0].mean())
    below, above = (float(np.sqrt(((answered[:, i] - answered[:, 0]) ** 2).sum())) / len(answered) for i in (1, 2))
    return Estimate(mean, mean - below, mean + above)


def _in_per_cent(index: Index) -> dict[str, float]:
    row: dict[str, float] = {"n_invited": index.n_invited, "n_answered": index.n_answered}
    for name in PUBLISHED:
        estimate: Estimate = getattr(index, name)
        row |= {
            f"{name}_pct": 100 * estimate.value,
            f"{name}_low": 100 * estimate.low,
            f"{name}_high": 100 * estimate.high,
        }
    return row
