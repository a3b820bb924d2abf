"""Effects of a full factorial design, held against responses of which the answer is known."""

from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest

from sim.errors import InputError
from sim.statistics.factorial import (
    interaction,
    main_effect,
    shapley_value,
    stack_response,
    tabulate_effects,
    total_difference,
)

WEIGHTS = np.array([3.0, -1.0, 0.5, 0.0, 7.0])


def respond(function, k=5, n=1):
    """Make the response of a function of k switches, the same for n seeds."""
    response = np.zeros((2,) * k + (n,))
    for setting in product((0, 1), repeat=k):
        response[setting] = function(np.array(setting))
    return response


def shapley_values(response, value=shapley_value):
    return np.array([value(response, i)[0] for i in range(response.ndim - 1)])


def test_an_additive_response_gives_its_own_weights():
    response = respond(lambda on: 10 + WEIGHTS @ on)
    assert shapley_values(response) == pytest.approx(WEIGHTS)
    assert [main_effect(response, i)[0] for i in range(5)] == pytest.approx(WEIGHTS)
    assert all(interaction(response, i, j)[0] == pytest.approx(0) for i in range(5) for j in range(5) if i != j)
    assert total_difference(response)[0] == pytest.approx(WEIGHTS.sum())


def test_shapley_values_add_up_to_the_whole_difference_whatever_the_response():
    response = np.random.default_rng(1).normal(size=(2, 2, 2, 2, 2, 7))
    total = sum(shapley_value(response, i) for i in range(5))
    assert total == pytest.approx(total_difference(response))


def unweighted(response, switch):
    """Break the value: what a switch adds, with every setting of the others counting the same."""
    return main_effect(response, switch)


def test_unweighted_marginal_contributions_are_not_the_shapley_value():
    three = respond(lambda on: 12.0 * on.prod(), k=3)
    assert shapley_values(three).sum() == pytest.approx(12.0)
    assert shapley_values(three, unweighted).sum() == pytest.approx(9.0)
    response = np.random.default_rng(1).normal(size=(2, 2, 2, 2, 2, 1))
    assert shapley_values(response, unweighted).sum() != pytest.approx(total_difference(response)[0], rel=0.01)


def test_the_value_is_the_mean_over_all_orders_of_turning_on():
    response = np.random.default_rng(2).normal(size=(2, 2, 2, 2, 1))
    added = np.zeros(4)
    orders = list(permutations(range(4)))
    for order in orders:
        on = [0, 0, 0, 0]
        for switch in order:
            before = response[(*on, 0)]
            on[switch] = 1
            added[switch] += response[(*on, 0)] - before
    assert shapley_values(response) == pytest.approx(added / len(orders))


def test_symmetric_switches_get_equal_shares_and_an_idle_one_none():
    response = respond(lambda on: float(on[:4].sum() ** 3))
    assert shapley_values(response) == pytest.approx([16, 16, 16, 16, 0])


def test_what_two_add_together_is_shared_in_halves():
    response = respond(lambda on: WEIGHTS @ on + 4.0 * on[0] * on[4])
    assert shapley_values(response) == pytest.approx(WEIGHTS + np.array([2, 0, 0, 0, 2]))
    assert interaction(response, 0, 4)[0] == interaction(response, 4, 0)[0] == pytest.approx(4.0)
    assert interaction(response, 0, 1)[0] == pytest.approx(0.0)
    assert main_effect(response, 0)[0] == pytest.approx(3.0 + 2.0)


def test_one_switch_alone_is_the_whole():
    response = respond(lambda on: 5.0 * on[0], k=1, n=3)
    assert shapley_value(response, 0).tolist() == [5.0, 5.0, 5.0]
    assert main_effect(response, 0).tolist() == [5.0, 5.0, 5.0]


SWITCHES = ("a", "b", "c")


def design(seeds=6, noise=0.1):
    """Make the runs of a design: seeds differ much among themselves, and little within."""
    rng = np.random.default_rng(3)
    level = rng.normal(100, 30, seeds)
    rows = [
        {"seed": s, **dict(zip(SWITCHES, on, strict=True)), "y": level[s] + WEIGHTS[:3] @ on + rng.normal(0, noise)}
        for s in range(seeds)
        for on in product((0, 1), repeat=3)
    ]
    return pd.DataFrame(rows)


def effects(runs):
    return tabulate_effects(runs, switches=SWITCHES, measures=["y"])


def test_effects_are_taken_within_a_seed_and_the_order_of_rows_does_not_matter():
    runs = design()
    table = effects(runs)
    assert set(table["n_seeds"]) == {6}
    shapley = table[table["effect"] == "shapley"].set_index("switch")
    for switch, weight in zip(SWITCHES, WEIGHTS, strict=False):
        assert shapley.loc[switch, "value"] == pytest.approx(weight, abs=0.2)
        assert shapley.loc[switch, "high"] - shapley.loc[switch, "low"] < 0.5  # seeds differ by 30
    assert shapley["share"].sum() == pytest.approx(100)
    assert shapley.loc["a", "share"] == pytest.approx(3 / 2.5 * 100, abs=8)
    assert shapley.loc["a", "share_low"] < shapley.loc["a", "share"] < shapley.loc["a", "share_high"]
    pd.testing.assert_frame_equal(effects(runs.sample(frac=1, random_state=1)), table)
    assert list(table["effect"]) == ["off", "on", "total"] + ["main"] * 3 + ["shapley"] * 3 + ["interaction"] * 3


def test_there_is_no_share_of_what_may_be_nothing():
    runs = design(noise=50.0)
    table = effects(runs)
    total = table[table["effect"] == "total"].iloc[0]
    assert total["low"] < 0 < total["high"]
    assert table["share"].isna().all()


def test_a_seed_of_which_a_run_failed_is_left_out_and_a_double_refused():
    runs = design()
    response = stack_response(runs.drop(index=3), switches=SWITCHES, measure="y")
    assert response.shape == (2, 2, 2, 5)
    whole = stack_response(runs, switches=SWITCHES, measure="y")
    on = runs[(runs["a"] == 1) & (runs["b"] == 0) & (runs["c"] == 1)]
    assert whole[1, 0, 1].tolist() == on["y"].tolist()
    nothing = effects(runs[runs["a"] == 0])
    assert set(nothing["n_seeds"]) == {0}
    assert nothing["value"].isna().all()
    with pytest.raises(InputError, match="one run a seed"):
        effects(pd.concat([runs, runs[:1]]))
