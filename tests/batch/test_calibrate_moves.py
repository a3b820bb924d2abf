"""Parameter sets that were drawn by weight walk apart and stay distributed as they were."""

from __future__ import annotations

import numpy as np
import pytest

from sim.batch.calibrate.posterior import move

MIDDLE, WIDTH = np.array([0.5, 0.2]), np.array([0.08, 0.3])
N = 4000


def density(unit):
    return -0.5 * (((unit - MIDDLE) / WIDTH) ** 2).sum(axis=1)


def inside_the_cube(rng):
    """Draw from the density by throwing away what lies outside."""
    drawn = MIDDLE + WIDTH * rng.standard_normal((4 * N, 2))
    return drawn[((drawn >= 0.0) & (drawn <= 1.0)).all(axis=1)][:N]


def off(before, after):
    """Give how far means and spreads lie apart, in standard errors."""
    error = before.std(axis=0) / np.sqrt(N / 2)
    means = np.abs(after.mean(axis=0) - before.mean(axis=0)) / error
    spreads = np.abs(after.std(axis=0) - before.std(axis=0)) / error
    return float(max(means.max(), spreads.max()))


def test_points_stand_apart_and_are_distributed_as_before():
    rng = np.random.default_rng(1)
    before = inside_the_cube(rng)
    after = move(before, density, np.diag(WIDTH**2), rng)
    assert len(np.unique(after, axis=0)) == N
    assert ((after >= 0.0) & (after <= 1.0)).all()
    assert off(before, after) < 4.5
    drifting = move(before, lambda unit: np.zeros(len(unit)), np.diag(WIDTH**2), rng)
    assert off(before, drifting) > 10.0


def test_copies_of_a_few_points_part():
    rng = np.random.default_rng(2)
    few = inside_the_cube(rng)[rng.integers(0, 40, 200)]
    after = move(few, density, np.diag(WIDTH**2), rng)
    assert len(np.unique(few, axis=0)) < 41
    assert len(np.unique(after, axis=0)) == 200


@pytest.mark.parametrize("side", [0, 1])
def test_no_point_goes_where_none_may(side):
    rng = np.random.default_rng(3)
    before = inside_the_cube(rng)
    before = before[before[:, side] < 0.5]

    def left(unit):
        return np.where(unit[:, side] < 0.5, density(unit), -np.inf)

    assert (move(before, left, np.diag(WIDTH**2), rng)[:, side] < 0.5).all()
