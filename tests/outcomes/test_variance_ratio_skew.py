"""How often the interval of the variance ratio holds the truth under skew; a table of docs/comparison.md."""

from __future__ import annotations

import numpy as np
import pytest

from sim.statistics.paired_runs import Pairs
from sim.statistics.resampling import draw_counts
from sim.statistics.variance_reduction import variance_saved

COLUMNS, OWN = 600, 0.7


def normal(rng, shape):
    return rng.normal(size=shape)


def exponential(rng, shape):
    return rng.exponential(size=shape) - 1.0


def lognormal(rng, shape):
    return (np.exp(rng.normal(size=shape)) - np.exp(0.5)) / np.sqrt((np.e - 1.0) * np.e)


@pytest.mark.parametrize(
    ("noise", "least", "most"), [(normal, 0.93, 0.975), (exponential, 0.86, 0.94), (lognormal, 0.77, 0.88)]
)
@pytest.mark.parametrize("n_seeds", [10, 20])
def test_the_interval_holds_the_truth_as_seldom_as_the_page_says(noise, least, most, n_seeds):
    rng = np.random.default_rng(n_seeds)
    common = noise(
        rng,
        (n_seeds, COLUMNS),
    )
    arm, baseline = (common + OWN * noise(rng, (n_seeds, COLUMNS)) for _ in range(2))
    saved = variance_saved(Pairs(arm, baseline, arm - baseline, np.full(COLUMNS, float(n_seeds))), draw_counts(n_seeds))
    truth = (1.0 + OWN**2) / OWN**2
    assert least <= np.mean((saved.low <= truth) & (truth <= saved.high)) <= most
