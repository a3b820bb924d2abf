"""How often PAWN calls a parameter clear that does nothing; the table of docs/sensitivity.md."""

from __future__ import annotations

import os

import numpy as np
import pytest

from sim.batch.sensitivity.indices import drawn_by_chance, pawn
from sim.batch.study.designs import unit_sample
from sim.batch.study.study import Design

K = 8
N_DESIGNS = 20 if os.environ.get("CPSIM_BUDGET") == "small" else 90


def sample(method, points, seed):
    parameters = {f"x{i}": {"low": 0.0, "high": 1.0} for i in range(K)}
    return unit_sample(Design(method=method, points=points, seed=seed, parameters=parameters))


def ishigami(unit):
    x = (2.0 * unit - 1.0) * np.pi
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def share_called_clear(method, points, *, all_points=False):
    """Give the share of parameters without effect whose index lies above that of chance."""
    clear = []
    for seed in range(N_DESIGNS):
        unit = sample(method, points, seed)
        if method == "saltelli" and not all_points:
            unit = unit[drawn_by_chance(len(unit), K)]
        y, rng = ishigami(unit), np.random.default_rng(1)
        chance = np.quantile([pawn(rng.random(len(unit)), y, 10) for _ in range(200)], 0.95)
        clear += [pawn(unit[:, i], y, 10) > chance for i in range(3, K)]
    return float(np.mean(clear))


@pytest.mark.slow
def test_parameters_without_effect_are_seldom_called_clear():
    assert 0.01 <= share_called_clear("lhs", 256) <= 0.12
    assert share_called_clear("sobol", 512) <= 0.05
    assert share_called_clear("saltelli", 128) <= 0.15
    assert share_called_clear("saltelli", 64, all_points=True) > 0.8


def test_the_drawn_points_of_a_saltelli_design_repeat_no_value():
    unit = sample("saltelli", 16, 1)
    drawn = drawn_by_chance(len(unit), K)
    assert len(drawn) == 32
    for column in range(K):
        assert len(set(unit[drawn, column])) == 32
        assert len(set(unit[:, column])) == 32  # all others are repeats
    assert drawn_by_chance(len(unit) - 1, K).tolist() == drawn[:-2].tolist()  # half a block counts as none
