"""The rule that ends a study looks at an interval that holds although it is looked at again and again."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
from scipy.stats import t

from sim.batch.study.stages import is_sure_enough


def made(n_seeds=10):
    random = np.random.default_rng(1)
    base, apart = random.normal(10, 3, n_seeds), random.normal(0, 1, n_seeds)
    rows = {"scenario": "a", "point": 0, "seed": list(range(n_seeds)) * 2, "x": np.concatenate([base, base + apart])}
    half = t.ppf(0.975, n_seeds - 1) * apart.std(ddof=1) / np.sqrt(n_seeds)
    return pd.DataFrame(rows | {"strategy": ["reactive"] * n_seeds + ["hotspot"] * n_seeds}), half


def plan(half_width):
    rule = SimpleNamespace(outcome="x", half_width=half_width)
    return SimpleNamespace(study=SimpleNamespace(stop=rule), baseline="reactive")


def test_a_plain_interval_that_is_just_narrow_enough_is_not_enough():
    runs, half = made()
    assert not is_sure_enough(plan(half * 1.01), runs)
    assert is_sure_enough(plan(half * 1.2), runs)


def test_every_world_must_be_sure():
    runs, half = made()
    shaky = runs.assign(scenario="b", x=np.where(runs["strategy"] == "hotspot", runs["x"] * 9, runs["x"]))
    assert not is_sure_enough(plan(half * 1.2), pd.concat([runs, shaky]))


def test_one_arm_that_failed_in_too_many_seeds_is_not_sure():
    runs, half = made()
    lost = runs[(runs["strategy"] == "reactive") | (runs["seed"] < 2)]
    assert not is_sure_enough(plan(half * 1e9), lost)
