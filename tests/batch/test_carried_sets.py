"""Parameter sets of a calibration: what is drawn, what the file says of them, and what a study makes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from studies import study_of
from test_calibrate import town

from sim.batch.calibrate.match import match_history
from sim.batch.calibrate.sets import draw_sets, write_matched_sets
from sim.batch.running.slurm import write_script
from sim.batch.sensitivity.over_sets import judge_over_sets
from sim.batch.study.carried import KEY, Carried, carry_sets, find_sets, read_carried, write_carried
from sim.batch.study.plan import make_plan
from sim.errors import InputError
from sim.scenarios.scenario import load_scenario

INTERVALS = {"a.x": {"low": 0.0, "high": 10.0}, "a.y": {"low": 0.0, "high": 1.0}}


def about(n, **changes):
    told = {
        "problem": "toy", "method": "abc", "model": "0+x", "scenario": "new_haven", "strategy": "reactive", "seeds": 3,
        "seed": 1, "set": {}, "targets": [{"measure": "calls_per_1000", "value": 1.0, "sd": 1.0, "hold_out": False}],
        "parameters": INTERVALS, "weights": [1.0 / n] * n,
    }  # fmt: skip
    return Carried.model_validate(told | changes)


def real_sets(file, n=5, column="offending.searches_per_year", low=20.0):
    points = pd.DataFrame({column: np.linspace(low, 80.0, n)})
    write_carried(file, points, about(n, parameters={column: {"low": low, "high": 80.0}}))
    return file


def test_sets_are_drawn_where_targets_are_met(tmp_path):
    found = match_history(*town(3))
    unit = draw_sets(found)
    assert unit.shape == (200, 2)
    worst = np.max([found.emulated[t.measure].miss(t, unit) for t in found.problem.fitted], axis=0)
    assert (worst <= found.problem.cutoff).all()
    # The middle of the draws misses less than that of the region, whose points all count alike.
    even = np.max([found.emulated[t.measure].miss(t, found.plausible) for t in found.problem.fitted], axis=0)
    assert np.median(worst) < np.median(even)

    file = write_matched_sets(found, tmp_path)
    assert file.name == "toy.plausible.parquet"
    told = read_carried(file)
    assert told.problem == "toy"
    assert [one["measure"] for one in told.targets] == [one.measure for one in found.problem.targets]
    assert sum(told.weights) == pytest.approx(1.0)
    first = file.read_bytes()
    assert write_matched_sets(found, tmp_path).read_bytes() == first


def test_a_study_carries_sets_as_a_table_of_points(tmp_path):
    file = real_sets(tmp_path / "toy.plausible.parquet")
    text = 'name = "tiny"\nseeds = 2\n[set]\nn_days = 2\n'
    study, written = carry_sets(study_of(), text, file, study_file=tmp_path / "study.toml")
    assert study.design.method == "table"
    assert 'file = "toy.plausible.parquet"' in written
    plan = make_plan(study_of(design={"method": "table", "file": str(file)}), beside=tmp_path)
    assert plan.carried.problem == "toy"
    assert plan.inputs()["parameter_sets"]["weights"] == [0.2] * 5
    pd.read_parquet(file).to_csv(tmp_path / "same.csv", index=False)
    same = make_plan(study_of(design={"method": "table", "file": str(tmp_path / "same.csv")}), beside=tmp_path)
    assert [arm.id for arm in same.arms] == [arm.id for arm in plan.arms]
    assert same.carried is None
    assert "parameter_sets" not in same.inputs()


def test_what_is_no_file_of_sets_is_refused(tmp_path):
    points = pd.DataFrame({"offending.searches_per_year": [20.0, 30.0]})
    points.to_parquet(tmp_path / "plain.parquet")
    with pytest.raises(InputError, match="that `cpsim calibrate` wrote"):
        carry_sets(study_of(), "", tmp_path / "plain.parquet", study_file=tmp_path / "s.toml")
    with pytest.raises(InputError, match="a file that exists"):
        find_sets(tmp_path / "none.parquet")
    own = study_of(design={"method": "grid", "parameters": {"people.n_residents": [300, 400]}})
    with pytest.raises(InputError, match="leave one of them out"):
        carry_sets(own, "", real_sets(tmp_path / "a.parquet"), study_file=tmp_path / "s.toml")


def test_a_column_that_is_no_parameter_is_refused_with_the_nearest_name(tmp_path):
    file = real_sets(tmp_path / "toy.plausible.parquet", column="offending.searches_per_yea")
    with pytest.raises(InputError, match=r"searches_per_yea.*searches_per_year"):
        make_plan(study_of(design={"method": "table", "file": str(file)}), beside=tmp_path)


def test_a_file_that_does_not_hold_what_it_says_is_refused(tmp_path):
    file = real_sets(tmp_path / "toy.plausible.parquet")
    table = pq.read_table(file)
    pq.write_table(table.slice(0, 3), file)
    with pytest.raises(InputError, match="must hold 5 sets"):
        read_carried(file)
    pq.write_table(table.replace_schema_metadata({KEY: b'{"problem": 3}'}), file)
    with pytest.raises(InputError, match="damaged"):
        read_carried(file)


def test_a_cluster_carries_the_sets_too(tmp_path):
    study = tmp_path / "tiny.toml"
    study.write_text('name = "tiny"\n')
    file = real_sets(tmp_path / "toy.plausible.parquet")
    scripts = write_script(study, tmp_path, n_shards=2, parameters=file)
    assert all(f"--parameters {file}" in Path(script).read_text() for script in scripts[:2])


def runs_at(gain, *, n=60, seeds=3, noise=1.0, luck=0.0):
    """Make runs of a strategy that takes `gain` of x off the offences."""
    rng = np.random.default_rng(0)
    unit = rng.random((n, 2))
    fate = rng.normal(0.0, luck, seeds) if luck else np.zeros(seeds)
    rows = []
    for point, (x, y) in enumerate(unit):
        for number in range(seeds):
            base = rng.normal(100.0, 10.0)
            effect = gain(x) + noise * rng.normal() + fate[number]
            for policy, change in (("reactive", 0.0), ("hotspot", effect)):
                rows.append((policy, point, number + 1, 10.0 * x, y, base + change))
    return pd.DataFrame(rows, columns=["policy", "point", "seed", "a.x", "a.y", "offences_per_1000"])


def judged(runs, told):
    return judge_over_sets(runs, told, policy="hotspot", baseline="reactive", outcome="offences_per_1000")


def test_the_share_of_what_may_be_true_is_that_of_the_sets():
    """It is better where x is above 3 of 10; a third of the differences has the wrong sign by chance."""
    runs = runs_at(lambda x: 4.0 * (0.3 - x), noise=2.0)
    n_better = int((runs.drop_duplicates("point")["a.x"] > 3.0).sum())
    one = judged(runs, about(60))
    assert (one.n_sets, one.n_seeds) == (60, 3)
    assert one.share.low <= n_better / 60 <= one.share.high
    assert one.share.high - one.share.low > 0.1


def test_weights_of_sets_count():
    runs = runs_at(lambda x: 10.0 * (0.5 - x), noise=0.5)
    x = runs.drop_duplicates("point")["a.x"].to_numpy()
    heavy = np.where(x > 5.0, 9.0, 1.0)
    assert judged(runs, about(60, weights=(heavy / heavy.sum()).tolist())).share.value > 0.8
    assert judged(runs, about(60)).share.value < 0.7


def test_a_small_gain_everywhere_is_better_everywhere_and_counting_signs_would_deny_it():
    runs = runs_at(lambda x: -1.0, n=200, noise=2.0)
    table = runs.pivot(index=["point", "seed"], columns="policy", values="offences_per_1000")
    apart = (table["hotspot"] - table["reactive"]).groupby("point").mean()
    assert (apart < 0).mean() < 0.9
    assert judged(runs, about(200)).share.value > 0.95


def test_seeds_that_are_bad_everywhere_make_the_interval_wide():
    sure = judged(runs_at(lambda x: -1.0, n=100, noise=0.5), about(100)).share
    unsure = judged(runs_at(lambda x: -1.0, n=100, noise=0.5, luck=3.0), about(100)).share
    assert sure.low > 0.95
    assert unsure.high - unsure.low > 0.5


def test_too_few_seeds_or_sets_give_no_share():
    assert judged(runs_at(lambda x: -1.0, seeds=1), about(60)).share is None
    assert judged(runs_at(lambda x: -1.0, n=5), about(5)).share is None


def test_a_strategy_that_changes_nothing_is_better_nowhere():
    assert judged(runs_at(lambda x: 0.0, noise=0.0), about(60)).share.value == 0.0


@pytest.mark.parametrize("name", ["new_haven", "zhengzhou"])
def test_the_package_has_sets_of_cities_by_name(name, tmp_path):
    file = find_sets(Path(name))
    told = read_carried(file)
    assert told.scenario == name
    assert len(told.weights) >= 200
    load_scenario(told.scenario).replace(pq.read_table(file).to_pandas().iloc[0].to_dict())  # every name is known
    points = pq.read_table(file).to_pandas()
    for parameter, interval in told.parameters.items():
        assert points[parameter].between(interval.low, interval.high).all()
    assert find_sets(real_sets(tmp_path / "mine.plausible.parquet")) == tmp_path / "mine.plausible.parquet"
    with pytest.raises(InputError, match=r"the package has sets \(new_haven, zhengzhou\), got 'atlantis'"):
        find_sets(Path("atlantis"))
