"""Feelings told as shares, odds ratios and standard deviations, against arithmetic done by hand."""

import numpy as np
import pandas as pd
import pytest

from sim.outcomes.feelings import compare_feelings, feelings_of, log_odds, measure_feelings, share_who_agree


def _people(age):
    return pd.DataFrame({"resident": np.arange(len(age)), "age": np.array(age, np.uint8)})


def _feelings(security, present=None):
    n = len(security)
    return pd.DataFrame(
        {
            "resident": np.arange(n),
            "present": np.ones(n, int) if present is None else present,
            "security": security,
            "satisfaction": np.full(n, 0.5),
            "trust": np.linspace(0.0, 1.0, n),
        }
    )


def test_children_and_empty_rooms_have_no_say():
    row = measure_feelings(_feelings([0.9, 0.1, 0.9, 0.2], [1, 1, 1, 0]), _people([30, 40, 9, 50]))
    assert row["feel_safe_pct"] == 50.0
    assert row["security_sd"] == pytest.approx(np.std([0.9, 0.1], ddof=1))


def test_who_agrees_would_tick_four_or_five():
    assert share_who_agree(np.array([0.59, 0.6, 0.79, 0.81])) == 0.75


def test_a_run_that_has_not_ended_says_nothing_of_feelings():
    assert np.isnan(feelings_of({"people": _people([30])})["feel_safe_pct"])


def _runs(usual, other, sd=0.2):
    rows = []
    for policy, shares in (("reactive", usual), ("other", other)):
        for seed, share in enumerate(shares):
            row = {"policy": policy, "seed": seed}
            for feeling, name in (("security", "feel_safe_pct"), ("satisfaction", "satisfied_end_pct"),
                                  ("trust", "trusting_end_pct")):  # fmt: skip
                row |= {name: share, f"{feeling}_end": share / 100.0, f"{feeling}_sd": sd}
            rows.append(row)
    return pd.DataFrame(rows)


def test_points_odds_and_deviations_by_hand():
    table = compare_feelings(_runs([50.0, 60.0], [60.0, 70.0]), baseline="reactive")
    row = table.set_index("feeling").loc["security"]
    assert row["points"] == pytest.approx(10.0)
    expected = np.exp(np.mean([np.log(1.5), np.log(7 / 3) - np.log(1.5)]))
    assert row["odds_ratio"] == pytest.approx(expected)
    assert row["sd"] == pytest.approx(0.5)
    assert row[["baseline_pct", "policy_pct", "n_pairs"]].tolist() == [55.0, 65.0, 2]


def test_an_interval_holds_what_all_seeds_say():
    rng = np.random.default_rng(1)
    usual = 60.0 + rng.normal(0.0, 3.0, 40)
    table = compare_feelings(_runs(usual, usual + 2.0 + rng.normal(0.0, 0.5, 40)), baseline="reactive")
    row = table.iloc[0]
    assert row["points_low"] < 2.0 < row["points_high"]
    assert row["points_high"] - row["points_low"] < 0.6  # pairs take away what seeds share
    unpaired = usual[rng.permutation(40)]  # the same numbers with the wrong partner: the interval must be wide
    apart = compare_feelings(_runs(usual, unpaired + 2.0), baseline="reactive").iloc[0]
    assert apart["points_high"] - apart["points_low"] > 1.0


def test_where_all_agree_there_are_no_odds():
    assert np.isnan(log_odds(np.array([100.0, 0.0]))).all()
    row = compare_feelings(_runs([100.0, 100.0], [100.0, 100.0]), baseline="reactive").iloc[0]
    assert np.isnan(row["odds_ratio"])
    assert row["points"] == 0.0
