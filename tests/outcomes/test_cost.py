"""What a run cost, and what an offence prevented cost: by hand, and against made-up truths."""

import numpy as np
import pandas as pd
import pytest
from made_up_ledger import make_tables

from sim.agents.tables import ROLES, TASKS
from sim.outcomes.cells import CELL_MEASURES
from sim.outcomes.cost import Verdict, count_post_days, measure_cost, measure_duty_hours, price_prevention
from sim.outcomes.posts import POST_MEASURES
from sim.outcomes.summary import summarise
from sim.scenarios.police import Cost
from sim.statistics.estimates import ratio_of_means

PRICES = Cost(cost_auxiliary=0.5, cost_mediator=0.4, cost_worker=0.3, cost_place=60, cost_volunteer=5, cost_post_day=2)


def days(n=10, *, places=0, volunteers=0, **hours):
    """Make the daily panel of a force with some hours a day by role."""
    table = {f"duty_min_{role}": np.full(n, 60.0 * hours.get(role, 0.0)) for role in ROLES}
    return pd.DataFrame(table | {"day": np.arange(n), "n_places": places, "n_volunteers": volunteers})


def orders(*rows):
    """Make orders from (day, shift, officer, kind, cell)."""
    table = pd.DataFrame(rows, columns=["day", "shift", "officer", "kind", "cell"])
    table["t"] = table["day"] * 1440.0 + table["shift"] * 480.0
    table["kind"] = pd.Categorical(table["kind"], list(TASKS))
    return table


def test_every_item_is_priced_by_hand():
    panel = days(
        10, response=100, detective=20, auxiliary=30, mediator=10, worker=5, warden=2,
        places=np.repeat([0, 2, 3], (3, 3, 4)), volunteers=73,
    )  # fmt: skip
    panel["doorstaff_hours"], panel["n_cameras"], panel["n_helped"] = 4.0, 36.5, 73
    held = orders((0, 0, 1, "post", 4), (0, 1, 2, "post", 4), (0, 1, 3, "post", 5), (1, 0, 1, "post", 4))
    found = measure_cost(panel, held, PRICES)
    assert found.to_dict() == pytest.approx({
        "response": 1000, "foot": 0, "community": 0, "detective": 200, "auxiliary": 150, "mediator": 40, "worker": 15,
        "warden": 18, "places": 180, "volunteers": 10, "doorstaff": 16, "cameras": 150, "support": 120, "posts": 6,
    })  # fmt: skip


def test_a_table_of_an_older_version_had_nobody_of_a_role_that_came_later():
    panel = days(10, response=100)
    older = panel.drop(columns="duty_min_warden")
    assert measure_duty_hours(older).equals(measure_duty_hours(panel))
    assert measure_duty_hours(older.assign(duty_min_warden=np.nan)).equals(measure_duty_hours(panel))
    assert measure_duty_hours(panel.drop(columns="duty_min_response")).isna().all()


def test_the_warm_up_is_left_out_and_its_equipment_not_paid_for_again():
    panel = days(10, response=100, places=np.repeat([0, 2, 3], (3, 3, 4)))
    held = orders((0, 0, 1, "post", 4), (5, 0, 1, "post", 4))
    found = measure_cost(panel, held, PRICES, from_day=5)
    assert found["response"] == 500
    assert found["places"] == 60
    assert found["posts"] == 2


def test_posts_are_counted_by_their_cells_and_else_by_who_holds_one_at_the_same_time():
    assert count_post_days(orders()) == 0
    assert count_post_days(orders((0, 0, 1, "patrol", 3), (0, 0, 2, "rounds", 3))) == 0
    assert count_post_days(orders(*((0, s, o, "post", o % 2) for s in range(3) for o in range(6)))) == 2
    unnamed = [(0, 0, 1, "post", -1), (0, 1, 2, "post", -1), (0, 1, 3, "post", -1), (1, 2, 1, "post", -1)]
    assert count_post_days(orders(*unnamed)) == 2 + 1
    assert count_post_days(orders((0, 0, 9, "post", 7), *unnamed)) == 1 + 3


def test_cost_is_a_rate_and_needs_prices():
    tables = make_tables()
    plain = {"n_days": 365}
    row = summarise(tables, **plain, prices=PRICES)
    assert row["cost_per_1000"] == pytest.approx(measure_cost(tables["days"], tables["orders"], PRICES).sum() / 5)
    assert np.isnan(summarise(tables, **plain)["cost_per_1000"])
    dearer = PRICES.model_copy(update={"cost_auxiliary": 1.0})
    more = summarise(tables, **plain, prices=dearer)["cost_per_1000"] - row["cost_per_1000"]
    assert more == pytest.approx(0.5 * row["duty_hours_auxiliary"] * 365 / 5)


def test_a_ledger_of_an_older_version_has_no_cost_and_everything_else():
    tables = make_tables()
    late = [f"duty_min_{role}" for role in ROLES] + ["n_volunteers", "n_places"]
    old = tables | {"days": tables["days"].drop(columns=late), "contacts": tables["contacts"].drop(columns="hollow")}
    before, now = (summarise(t, n_days=365, prices=PRICES) for t in (old, tables))
    lost = {f"duty_hours_{role}" for role in ROLES} | {"cost_per_1000", "volunteers_per_1000", "hollow_visits_pct"}
    lost |= {*CELL_MEASURES, *POST_MEASURES, "met_police_pct"}  # nobody said who owns which streets and has which role
    assert set(before.index[before.isna()]) == lost
    pd.testing.assert_series_equal(before.drop(lost), now.drop(lost))
    assert measure_duty_hours(old["days"]).isna().all()


def runs(offences, cost, n=8, seed=0, noise=1.0):
    """Make runs of a baseline and of a strategy with some true effect and extra cost."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        common = rng.normal(0, 20)
        rows.append(("reactive", i, 100 + common, 5000.0))
        rows.append(("other", i, 100 + common + offences + rng.normal(0, noise), 5000 + cost + rng.normal(0, noise)))
    return pd.DataFrame(rows, columns=["policy", "seed", "offences_per_1000", "cost_per_1000"])


def price(table):
    return price_prevention(table, baseline="reactive").iloc[0]


def test_a_price_is_extra_cost_over_offences_prevented():
    row = price(runs(-10, 400, n=40))
    assert row["verdict"] == Verdict.PRICED
    assert row["low"] < 40 < row["high"]
    assert row["high"] - row["low"] < 6
    assert (row["extra_cost"], row["prevented"]) == pytest.approx((400, 10), rel=0.1)
    assert row["price"] == pytest.approx(row["extra_cost"] / row["prevented"])
    assert row["n_pairs"] == 40


@pytest.mark.parametrize(
    ("offences", "cost", "n", "verdict"),
    [(0, 400, 8, Verdict.NONE), (10, 400, 8, Verdict.MORE), (10, -400, 8, Verdict.MORE), (-10, -400, 8, Verdict.FREE),
     (0, -400, 8, Verdict.NONE), (-10, 400, 1, Verdict.UNKNOWN)],
)  # fmt: skip
def test_where_nothing_was_prevented_for_money_there_is_no_price(offences, cost, n, verdict):
    row = price(runs(offences, cost, n))
    assert row["verdict"] == verdict
    assert np.isnan([row["price"], row["low"], row["high"]]).all()


def test_no_price_is_negative_whatever_chance_does():
    for seed in range(200):
        row = price(runs(-3, 1, n=4, seed=seed, noise=3))
        assert (row["verdict"] == Verdict.PRICED) == (not np.isnan(row["price"]))
        assert not row["price"] < 0
        assert not row["low"] < 0


def test_runs_without_a_twin_are_left_out_of_a_price():
    whole = runs(-10, 400)
    assert price(whole[(whole["policy"] == "reactive") | (whole["seed"] < 5)])["n_pairs"] == 5


def test_the_interval_of_a_ratio_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(2000):
        common = rng.normal(0, 1, 6)
        found = ratio_of_means(30 + 2 * common + rng.normal(0, 3, 6), 10 + common + rng.normal(0, 2, 6))
        hits += found.low <= 3.0 <= found.high
    assert 0.935 < hits / 2000 < 0.965


def test_a_ratio_to_what_may_be_zero_has_no_ends():
    above, below = np.array([1.0, 2.0, 3.0]), np.array([-1.0, 0.5, 1.0])
    assert np.isnan(ratio_of_means(above, below).low)
    assert np.isnan(ratio_of_means(above, np.zeros(3)).value)
    assert ratio_of_means(above, above).value == 1.0
    exact = ratio_of_means(3 * above + 5, np.full(3, 2.0))
    assert (exact.value - exact.low) == pytest.approx(exact.high - exact.value)
