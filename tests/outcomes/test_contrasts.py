"""The table of many strategies over common seeds, held against what can be worked out by hand or by another library."""

import time
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from made_up_studies import Truth, as_table
from scipy import stats

from sim.errors import InputError
from sim.statistics.allocation import allocate_runs, ocba_shares
from sim.statistics.best import rank_arms
from sim.statistics.contrasts import contrasts
from sim.statistics.estimates import mean_estimate, ratio_of_means
from sim.statistics.multiple import adjust_holm, simultaneous_factors
from sim.statistics.pairs import pair_differences
from sim.statistics.resampling import draw_counts
from sim.statistics.stopping import LOOKED_AT_LEVEL, judge_precision

TRUTH = Truth(4)


def made(n_seeds=12, seed=1):
    return TRUTH.table(np.random.default_rng(seed), n_seeds)


def by_arm(table, arm, measure="x"):
    return table[(table["policy"] == arm) & (table["measure"] == measure)].iloc[0]


def paired(runs, arm, base="arm0"):
    wide = runs.pivot_table(index="seed", columns="policy", values="x")
    return wide[arm].to_numpy(), wide[base].to_numpy()


def test_difference_interval_and_p_value_are_those_of_the_paired_t_test():
    runs = made()
    above, below = paired(runs, "arm2")
    row, test = by_arm(contrasts(runs, "arm0", ["x"]), "arm2"), stats.ttest_rel(above, below)
    assert row["p"] == pytest.approx(test.pvalue)
    assert (row["low"], row["high"]) == pytest.approx(tuple(test.confidence_interval()))
    assert tuple(row[["difference", "low", "high"]]) == pytest.approx(tuple(mean_estimate(above - below)))


def test_the_ratio_is_fiellers():
    runs = made()
    above, below = paired(runs, "arm3")
    row = by_arm(contrasts(runs, "arm0", ["x"]), "arm3")
    assert tuple(row[["ratio", "ratio_low", "ratio_high"]]) == pytest.approx(tuple(ratio_of_means(above, below)))


def test_a_ratio_of_negative_means_keeps_its_ends_in_order():
    runs = made()
    mirrored = runs.assign(x=-runs["x"])
    one, other = (by_arm(contrasts(table, "arm0", ["x"]), "arm1") for table in (runs, mirrored))
    names = ["ratio", "ratio_low", "ratio_high"]
    assert tuple(one[names]) == pytest.approx(tuple(other[names]))
    assert other["ratio_boot_low"] < other["ratio"] < other["ratio_boot_high"]


def test_a_missing_value_costs_its_own_pair_only():
    runs = made()
    runs["y"] = runs["x"]
    runs.loc[(runs["policy"] == "arm1") & (runs["seed"] == 3), "x"] = np.nan
    table = contrasts(runs, "arm0", ["x", "y"])
    assert [by_arm(table, arm)["n_pairs"] for arm in ("arm1", "arm2")] == [11, 12]
    assert by_arm(table, "arm1", "y")["n_pairs"] == 12
    old = pair_differences(runs, baseline="arm0", measures=["x", "y"])
    both = table.merge(old, on=["policy", "measure"])
    for name in ("difference", "low", "high"):
        assert both[f"{name}_x"].to_numpy() == pytest.approx(both[f"{name}_y"].to_numpy())
    alone = contrasts(runs[(runs["policy"].isin(["arm0", "arm1"])) & (runs["seed"] != 3)], "arm0", ["x"])
    assert by_arm(table, "arm1")["variance_ratio"] == pytest.approx(alone["variance_ratio"][0])


def test_the_same_runs_give_the_same_bytes_in_whatever_order_they_came():
    runs = made()
    one = contrasts(runs, "arm0", ["x"])
    shuffled = runs.sample(frac=1.0, random_state=3)
    other = contrasts(shuffled, "arm0", ["x"]).set_index("policy").loc[one["policy"]].reset_index()
    pd.testing.assert_frame_equal(one, contrasts(runs, "arm0", ["x"]), check_exact=True)
    same = ["difference", "low", "high", "boot_low", "boot_high", "ratio_boot_low", "variance_ratio_low", "p_holm"]
    pd.testing.assert_frame_equal(one[same], other[same], check_exact=True)


def test_bootstrap_and_student_agree_when_there_are_many_seeds():
    row = by_arm(contrasts(made(3000), "arm0", ["x"]), "arm1")
    width = row["high"] - row["low"]
    assert row["boot_low"] == pytest.approx(row["low"], abs=0.05 * width)
    assert row["boot_high"] == pytest.approx(row["high"], abs=0.05 * width)


def holm_by_closure(p):
    """Adjust by the definition: the largest Bonferroni p value of all sets of hypotheses that hold this one."""
    n = len(p)
    sets = [s for size in range(1, n + 1) for s in combinations(range(n), size)]
    return [max(min(1.0, len(s) * min(p[list(s)])) for s in sets if i in s) for i in range(n)]


def test_holm_is_the_closure_of_bonferroni_and_leaves_out_what_is_not_known():
    p = np.array([0.01, 0.04, 0.03, 0.005, 0.6])
    assert adjust_holm(p[:, None])[:, 0] == pytest.approx(holm_by_closure(p))
    assert adjust_holm(p[:4, None])[:, 0] == pytest.approx([0.03, 0.06, 0.06, 0.02])
    gappy = np.array([[0.01, 0.01], [np.nan, 0.04], [0.03, np.nan]])
    assert adjust_holm(gappy) == pytest.approx(np.array([[0.02, 0.02], [np.nan, 0.04], [0.03, np.nan]]), nan_ok=True)


def test_the_simultaneous_factor_is_students_for_one_arm_or_for_arms_that_move_as_one():
    one = np.random.default_rng(1).normal(size=(15, 1))
    same = one @ np.array([[1.0, 2.0, 0.5]])
    for table in (one, same):
        assert simultaneous_factors([table])[0] == pytest.approx(stats.t.ppf(0.975, 14), rel=0.02)


def test_the_simultaneous_factor_of_independent_arms_is_sidaks():
    random = np.random.default_rng(1).normal(size=(400, 5))
    independent = np.linalg.qr(random - random.mean(axis=0))[0]
    sidak = stats.t.ppf((1 + 0.95 ** (1 / 5)) / 2, 399)
    assert simultaneous_factors([independent])[0] == pytest.approx(sidak, rel=0.01)


def test_the_simultaneous_factor_lies_between_students_and_bonferronis_also_with_fewer_seeds_than_arms():
    for n in (5, 8, 30):
        table = np.random.default_rng(n).normal(size=(n, 7)) + np.random.default_rng(0).normal(size=(n, 1))
        factor = simultaneous_factors([table])[0]
        assert stats.t.ppf(0.975, n - 1) < factor < stats.t.ppf(1 - 0.025 / 7, n - 1) * 1.01


@pytest.mark.parametrize(
    ("shift", "spread", "word"),
    [(5.0, 0.1, "different"), (0.0, 0.1, "equivalent"), (0.3, 0.1, "both"), (0.0, 9.0, "undecided")],
)
def test_the_verdict_tells_no_difference_from_not_known(shift, spread, word):
    random = np.random.default_rng(2)
    base = random.normal(10, 5, size=15)
    apart = random.normal(size=15)
    apart = shift + spread * (apart - apart.mean()) / apart.std(ddof=1)
    runs = as_table({"x": np.stack([base, base + apart], axis=1)}, ("a", "b"))
    row = contrasts(runs, "a", ["x"], margins={"x": 1.0}).iloc[0]
    assert row["verdict"] == word
    assert (row["p_equivalent"] < 0.05) == (row["low_90"] > -1.0 and row["high_90"] < 1.0)
    sides = [stats.ttest_1samp(apart, bound, alternative=side).pvalue for bound, side in ((-1, "greater"), (1, "less"))]
    assert row["p_equivalent"] == pytest.approx(max(sides))


def test_without_a_margin_nothing_is_equivalent():
    row = contrasts(made(), "arm0", ["x"]).iloc[0]
    assert np.isnan(row["margin"])
    assert np.isnan(row["p_equivalent"])
    assert row["verdict"] in {"different", "undecided"}


def test_one_seed_gives_a_difference_and_nothing_more():
    row = by_arm(contrasts(made(1), "arm0", ["x"], margins={"x": 1.0}, better={"x": "less"}), "arm1")
    assert np.isfinite(row["difference"])
    assert row["n_pairs"] == 1
    unknown = ["low", "boot_high", "all_low", "p", "p_holm", "ratio_low", "p_equivalent", "variance_ratio", "p_best"]
    assert row[unknown].isna().all()
    assert row["verdict"] == "undecided"


def test_a_measure_without_any_value_leaves_the_others_alone():
    runs = made()
    table, alone = contrasts(runs.assign(y=np.nan), "arm0", ["x", "y"]), contrasts(runs, "arm0", ["x"])
    assert (
        table.loc[table["measure"] == "y", ["difference", "p_holm", "all_low", "variance_ratio"]].isna().all(axis=None)
    )
    numbers = ["low", "boot_low", "all_low", "p_holm", "variance_ratio_high"]
    one = table.loc[table["measure"] == "x", numbers].to_numpy()
    assert one == pytest.approx(alone[numbers].to_numpy())


def test_a_difference_that_never_varies_is_certain_and_none_is_none():
    base = np.random.default_rng(1).normal(10, 1, size=9)
    runs = as_table({"x": np.stack([base, base + 0.1 + 0.2, base], axis=1)}, ("a", "more", "same"))
    table = contrasts(runs, "a", ["x"], margins={"x": 1.0}).set_index("policy")
    for name in ("low", "high", "boot_low", "boot_high", "all_low", "all_high"):
        assert table.loc["more", name] == pytest.approx(0.3)
        assert table.loc["same", name] == 0.0
    assert table.loc["more", "p_holm"] == pytest.approx(0.0, abs=1e-12)
    assert table.loc["same", "p_holm"] == 1.0
    assert list(table["verdict"]) == ["both", "equivalent"]


def test_the_probability_of_best_follows_the_normal_law():
    random = np.random.default_rng(4)
    apart = random.normal(size=400)
    apart = 0.05 + (apart - apart.mean()) / apart.std(ddof=1)
    base = random.normal(20, 3, size=400)
    best = rank_arms(np.stack([base, base - apart], axis=1), draw_counts(400, 20_000), "less")
    score = 0.05 * np.sqrt(400)
    assert best.probability == pytest.approx([stats.norm.sf(score), stats.norm.cdf(score)], abs=0.01)
    losses = [0.05 + best.loss[1], (stats.norm.pdf(score) - score * stats.norm.sf(score)) / np.sqrt(400)]
    assert best.loss == pytest.approx(losses, abs=0.002)


def test_ties_share_and_the_direction_turns_the_order():
    values = np.array([[1.0, 1.0, 3.0], [2.0, 2.0, 5.0], [4.0, 4.0, 6.0]])
    counts = draw_counts(3)
    assert rank_arms(values, counts, "less").probability == pytest.approx([0.5, 0.5, 0.0])
    assert rank_arms(values, counts, "more").probability == pytest.approx([0.0, 0.0, 1.0])
    assert np.isnan(rank_arms(values, counts, "").probability).all()


def test_all_arms_share_one_probability_of_best():
    table = contrasts(made(), "arm0", ["x"], better={"x": "less"})
    assert table["p_best"].sum() + table["baseline_p_best"].iloc[0] == pytest.approx(1.0)


def test_the_variance_ratio_is_what_correlation_saves():
    table = contrasts(made(4000), "arm0", ["x"])
    assert table["variance_ratio"].to_numpy() == pytest.approx(TRUTH.variance_ratios, rel=0.15)
    assert (table["variance_ratio_low"] < TRUTH.variance_ratios).all()
    assert (table["variance_ratio_high"] > TRUTH.variance_ratios).all()
    assert table["unpaired_seeds"].to_numpy() == pytest.approx(4000 * table["variance_ratio"].to_numpy())


def test_the_seeds_that_are_missing_are_the_first_that_would_do():
    runs = made(15)
    table = judge_precision(runs, baseline="arm0", measure="x", half_width=0.2)
    above, below = paired(runs, "arm1")
    spread = (above - below).std(ddof=1)
    n = 15 + int(by_arm(table.assign(measure="x"), "arm1")["more"])

    def half(n):
        return stats.t.ppf((1 + LOOKED_AT_LEVEL) / 2, n - 1) * spread / np.sqrt(n)

    assert half(n) <= 0.2 < half(n - 1)
    assert not table["enough"].any()
    assert judge_precision(runs, baseline="arm0", measure="x", half_width=50.0)["more"].eq(0).all()


def test_an_interval_that_is_looked_at_again_is_wider_and_one_seed_is_never_enough():
    runs = made(15)
    looked, once = judge_precision(runs, baseline="arm0", measure="x", half_width=1.0), contrasts(runs, "arm0", ["x"])
    assert (looked["low"].to_numpy() < once["low"].to_numpy()).all()
    alone = judge_precision(runs[runs["seed"] == 1], baseline="arm0", measure="x", half_width=1e9)
    assert not alone["enough"].any()
    assert alone["more"].isna().all()


def test_further_runs_are_divided_as_in_the_example_of_chen_and_lee():
    """Page 49 of their book (2010): five designs, 50 runs."""
    means, variances = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([1.0, 1.0, 9.0, 9.0, 4.0])
    found = allocate_runs(means, variances, np.zeros(5, np.int64), 50, better="less")
    assert found.tolist() == [11, 9, 19, 9, 2]
    assert allocate_runs(-means, variances, np.zeros(5, np.int64), 50, better="more").tolist() == found.tolist()


def test_an_arm_that_has_more_than_its_share_gets_nothing_and_the_sum_is_kept():
    means, variances = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([1.0, 1.0, 9.0, 9.0, 4.0])
    done = np.array([10, 10, 10, 10, 10])
    found = allocate_runs(means, variances, done, 7, better="less")
    assert found.sum() == 7
    assert found[4] == 0
    assert (found >= 0).all()


def test_tied_and_certain_arms_do_not_break_the_division():
    tied = ocba_shares(np.array([1.0, 1.0, 9.0]), np.array([2.0, 2.0, 2.0]), better="less")
    assert tied[:2] == pytest.approx([0.5, 0.5])
    nothing = allocate_runs(np.array([1.0, 2.0]), np.zeros(2), np.array([2, 2]), 4, better="less")
    assert nothing.tolist() == [2, 2]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda runs: contrasts(runs, "nobody", ["x"]), "baseline must be one of"),
        (lambda runs: contrasts(runs[runs["policy"] == "arm0"], "arm0", ["x"]), "a policy beside the baseline"),
        (lambda runs: contrasts(runs, "arm0", ["y"]), "must be a column"),
        (lambda runs: contrasts(pd.concat([runs, runs]), "arm0", ["x"]), "one run a seed"),
        (lambda runs: contrasts(runs, "arm0", ["x"], margins={"x": 0.0}), "above 0"),
        (lambda runs: judge_precision(runs, baseline="arm0", measure="x", half_width=0.0), "above 0"),
        (lambda runs: allocate_runs(np.ones(1), np.ones(1), np.ones(1, np.int64), 3, better="less"), "two arms"),
    ],
)
def test_bad_input_is_told_in_a_sentence(call, words):
    with pytest.raises(InputError, match=words):
        call(made())


def test_ten_thousand_runs_take_seconds():
    truth, random = Truth(10), np.random.default_rng(1)
    names = [f"m{i}" for i in range(25)]
    runs = as_table({name: truth.draw(random, 1000) for name in names}, truth.arms)
    start = time.process_time()
    table = contrasts(runs, "arm0", names, margins=dict.fromkeys(names, 0.1), better=dict.fromkeys(names, "less"))
    assert time.process_time() - start < 10.0  # 2 s on an idle core; the test machine may be a slow one
    assert len(table) == 9 * 25
