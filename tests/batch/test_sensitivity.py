"""Sensitivity indices are those that are known, chance is told from effect, and a mixed-up table is noticed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.batch.sensitivity.indices import morris_indices, pawn, pawn_indices, sobol_indices
from sim.batch.study.designs import drawn_points, intervals_of, unit_sample, unspread_all
from sim.batch.study.study import Design

NAMES = ["a", "b", "c"]
FIRST, TOTAL = [0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437]
"""Of the function of Ishigami & Homma (1990) with 7 and 0.1, worked out by hand."""


def design(method, points, names=NAMES, seed=1):
    return Design(method=method, points=points, seed=seed, parameters={n: {"low": 0.0, "high": 1.0} for n in names})


def ishigami(unit):
    x = (2.0 * unit - 1.0) * np.pi
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def with_seeds(values, n_seeds, noise, seed=0):
    rng = np.random.default_rng(seed)
    luck = rng.normal(0.0, 3.0, n_seeds)  # a bad year is bad at every point, and must not count
    return values[:, None] + luck + rng.normal(0.0, noise, (len(values), n_seeds))


def column(table, index, name="value"):
    return table[table["index"] == index][name].to_numpy(float)


def agrees(table):
    """Tell whether every known index of Ishigami's function lies in its interval."""
    for index, known in (("first", FIRST), ("total", TOTAL)):
        low, high = column(table, index, "low"), column(table, index, "high")
        if not ((low - 0.01 <= known) & (known <= high + 0.01)).all():
            return False
    return True


def test_the_indices_of_ishigami_lie_in_their_intervals():
    unit = unit_sample(design("saltelli", 1024))
    table, used = sobol_indices(NAMES, unit, ishigami(unit)[:, None])
    assert len(used) == len(unit) == 1024 * 5
    assert agrees(table)
    assert column(table, "total") == pytest.approx(TOTAL, abs=0.05)
    assert (column(table, "total", "high") - column(table, "total", "low")).max() < 0.2


def test_columns_that_were_mixed_up_do_not_agree():
    unit = unit_sample(design("saltelli", 1024))
    table, _ = sobol_indices(NAMES, unit, ishigami(unit[:, [1, 2, 0]])[:, None])
    assert not agrees(table)


def test_chance_has_the_total_index_of_a_parameter_that_does_nothing():
    names = [*NAMES, "nothing"]
    unit = unit_sample(design("saltelli", 512, names))
    table, _ = sobol_indices(names, unit, with_seeds(ishigami(unit), 4, 4.0))
    nothing, chance = column(table, "total")[-1], column(table, "total", "chance")[-1]
    variance = ishigami(unit).var()
    assert chance == pytest.approx(4.0 / (variance + 4.0), rel=0.1)
    assert nothing == pytest.approx(chance, abs=0.05)
    told = table[table["index"] == "total"]["is_clear"].tolist()
    assert (told[:2], told[3]) == ([True, True], False)


def test_morris_ranks_and_knows_chance():
    names = ["strong", "weak", "bent", "nothing"]
    unit = unit_sample(design("morris", 30, names))
    values = 10.0 * unit[:, 0] - 2.0 * unit[:, 1] + 5.0 * unit[:, 2] ** 2
    table, used = morris_indices(names, unit, with_seeds(values, 5, 0.5))
    assert len(used) == 30 * 5
    assert column(table, "mu_star")[:2] == pytest.approx([10.0, 2.0], abs=0.4)
    assert list(np.argsort(-column(table, "mu_star"))) == [0, 2, 1, 3]
    assert column(table, "mu")[1] == pytest.approx(-2.0, abs=0.4)
    assert column(table, "sigma")[2] > 3 * column(table, "sigma")[0] > 0
    assert column(table, "mu_star")[3] == pytest.approx(column(table, "mu_star", "chance")[3], rel=0.35)
    assert table[table["index"] == "mu_star"]["is_clear"].tolist() == [True, True, True, False]


def test_one_seed_knows_nothing_of_chance():
    unit = unit_sample(design("morris", 10))
    table, _ = morris_indices(NAMES, unit, ishigami(unit)[:, None])
    assert np.isnan(column(table, "mu_star", "chance")).all()


def test_half_a_trajectory_is_left_out():
    unit = unit_sample(design("morris", 10))
    values = (unit @ [1.0, 2.0, 3.0])[:, None]
    values[5] = np.nan
    table, used = morris_indices(NAMES, unit, values)
    assert len(used) == 36
    assert set(used) & {4, 5, 6, 7} == set()
    assert column(table, "mu_star") == pytest.approx([1.0, 2.0, 3.0])


def test_pawn_is_that_of_salib_and_finds_what_does_nothing():
    from SALib.analyze import pawn as other

    names = [*NAMES, "nothing"]
    unit = unit_sample(design("lhs", 300, names))
    y = np.round(ishigami(unit), 1)  # ties, too
    problem = {"num_vars": 4, "names": names, "bounds": [[0, 1]] * 4}
    theirs = other.analyze(problem, unit, y, S=10)["median"]
    assert [pawn(unit[:, i], y, 10) for i in range(4)] == pytest.approx(list(theirs))
    table, _ = pawn_indices(names, unit, y[:, None])
    told = table["is_clear"].tolist()
    assert (told[:2], told[3]) == ([True, True], False)
    assert ((table["low"] <= table["value"]) & (table["value"] <= table["high"])).all()


@pytest.mark.parametrize("method", ["lhs", "sobol", "morris", "saltelli"])
def test_points_come_back_into_the_unit_cube(method):
    parameters = {"x.a": {"low": 2.0, "high": 200.0, "log": True}, "x.b": {"low": -1.0, "high": 3.0}}
    one = Design(method=method, points=8, seed=3, parameters=parameters)
    points = drawn_points(one)
    assert np.allclose(unspread_all(points, intervals_of(one)), unit_sample(one))
    pd.testing.assert_frame_equal(points, drawn_points(one))
    assert not points.equals(drawn_points(one.model_copy(update={"seed": 4})))


def test_saltelli_wants_a_power_of_two():
    with pytest.raises(ValueError, match="power of two"):
        design("saltelli", 12)
