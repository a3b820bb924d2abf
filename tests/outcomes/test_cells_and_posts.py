"""What levers act through: how unequally cells are loaded, which posts stand empty, where police are seen."""

import numpy as np
import pandas as pd
import pytest

from sim.agents.tables import BY_MEDIATION, BY_STOP, BY_VISIT
from sim.clock import DAY_MIN, YEAR_DAYS
from sim.ledger.force import Force, list_force, read_force, write_force
from sim.outcomes.cells import (
    CELL_MEASURES,
    count_in_cells,
    find_own_cell_share,
    gini_of_rates,
    measure_cells,
    measure_load_gini,
)
from sim.outcomes.concentration import measure_gini, measure_sight_at_hot
from sim.outcomes.doses import find_old_alone_met, measure_doses
from sim.outcomes.posts import EMPTY_DAYS, POST_MEASURES, count_empty_days, measure_posts
from sim.roles import FORCE, ROLES
from sim.scenarios.scenario import Scenario
from sim.world import build_world

CELL = np.array([0, 0, 1, 1, 2])
NOBODY = pd.DataFrame({"role": [], "hired": [], "employed": [], "cell": [], "n_left": []})


def test_cells_without_a_call_count():
    assert count_in_cells(np.array([0, 1, 3]), CELL).tolist() == [2, 1, 0]


def test_equal_rates_have_no_inequality_however_large_the_cells():
    hours = np.array([1.0, 5.0, 20.0])
    assert gini_of_rates(3.0 * hours, hours) == pytest.approx(0.0)
    assert gini_of_rates(np.array([3.0, 15.0, 0.0]), hours) > 0.5


def test_with_equal_exposure_it_is_the_gini_coefficient_of_the_counts():
    counts = np.array([1.0, 4.0, 9.0, 2.0, 0.0])
    assert gini_of_rates(counts, np.full(5, 7.0)) == pytest.approx(measure_gini(counts.astype(int)))


def test_the_analytic_case_of_two_cells():
    # Half of the hours hold a quarter of the calls: twice the area from (0, 0), (0.5, 0.25), (1, 1) to the diagonal.
    assert gini_of_rates(np.array([1.0, 3.0]), np.array([1.0, 1.0])) == pytest.approx(0.25)
    assert gini_of_rates(np.array([3.0, 1.0]), np.array([1.0, 1.0])) == pytest.approx(0.25)


def test_it_does_not_change_with_the_unit_or_when_a_cell_is_cut_into_equal_halves():
    events, hours = np.array([1.0, 4.0, 9.0]), np.array([2.0, 3.0, 1.0])
    plain = gini_of_rates(events, hours)
    assert gini_of_rates(60 * events, hours / 7) == pytest.approx(plain)
    halves = gini_of_rates(np.array([0.5, 0.5, 4.0, 9.0]), np.array([1.0, 1.0, 3.0, 1.0]))
    assert halves == pytest.approx(plain)


def test_a_gini_of_rates_that_takes_all_cells_for_as_large_would_change_when_one_is_cut():
    """The weights are needed: this is the variant without them."""
    whole, cut = np.array([1, 4, 18]), np.array([1, 1, 4, 18])  # the same rates, the first cell in two halves
    assert measure_gini(whole) != pytest.approx(measure_gini(cut), abs=0.02)


def panel(n_segments=5, days=(29, 59), minutes=60.0, offences=None):
    rows = [
        {"day": day, "segment": s, "police_min": minutes, "n_offences": 0 if offences is None else offences[s]}
        for day in days
        for s in range(n_segments)
    ]
    return pd.DataFrame(rows)


def calls_at(*segments, day=0.0):
    t = np.full(len(segments), day * DAY_MIN)
    return pd.DataFrame({"segment": segments, "t_call": t, "t_arrived": t + 5.0, "discovered": 0})


def test_load_is_taken_over_whole_periods_after_the_warm_up():
    early, late = calls_at(4, 4, 4, 4, day=3.0), calls_at(0, 1, 2, 3, 4, day=40.0)
    calls = pd.concat([early, late])
    assert measure_load_gini(late, panel(), CELL) == pytest.approx(0.0)
    assert measure_load_gini(calls, panel(), CELL) > 0.1
    assert measure_load_gini(calls, panel(), CELL, from_day=10) == pytest.approx(0.0)
    assert np.isnan(measure_load_gini(calls, panel(), CELL, from_day=31))


def test_whose_cell_a_call_was_in():
    force = Force(CELL, pd.DataFrame({"cell": [0, 1, -1]}))
    calls = calls_at(0, 1, 2, 4).assign(officer=[0, 1, 1, 2])
    assert find_own_cell_share(calls, force) == pytest.approx(0.5)
    assert np.isnan(find_own_cell_share(calls.assign(officer=-1), force))


def test_without_the_force_nothing_is_known_of_cells_and_posts():
    assert all(np.isnan(value) for value in measure_cells({}, None).values())
    assert set(measure_cells({}, None)) == set(CELL_MEASURES)
    assert set(measure_posts(pd.DataFrame(), None, n_days=3)) == set(POST_MEASURES)
    orders = pd.DataFrame({"officer": [0], "start": [0.0]})
    assert np.isnan(list(measure_posts(orders, Force(CELL, NOBODY), n_days=3).values())).all()


def test_a_long_row_of_days_without_duty_is_an_empty_post_and_a_short_one_is_none():
    every_other = np.arange(0, 100, 2)
    assert count_empty_days(every_other, hired_on=0, first=0, end=100) == 0
    gone = every_other[(every_other < 20) | (every_other >= 60)]  # on duty on day 18 and on day 60 again
    assert count_empty_days(gone, hired_on=0, first=0, end=100) == 41
    assert count_empty_days(gone, hired_on=0, first=50, end=100) == 10
    assert count_empty_days(np.zeros(0, int), hired_on=5, first=5, end=100) == 95
    short = np.array([0, EMPTY_DAYS])  # nine days between
    assert count_empty_days(short, hired_on=0, first=0, end=EMPTY_DAYS + 1) == 0


def test_days_before_anybody_was_hired_are_not_empty():
    days = np.arange(50, 100)
    late_starter = np.arange(53, 100)
    officers = pd.DataFrame({"hired": [0, 1, 1, 1], "employed": [1, 1, 1, 0], "n_left": [0, 1, 2, 9], "cell": -1})
    rows = [(1, day) for day in days] + [(2, day) for day in late_starter] + [(0, day) for day in range(100)]
    orders = pd.DataFrame({"officer": [who for who, _ in rows], "start": [day * DAY_MIN + 480.0 for _, day in rows]})
    told = measure_posts(orders, Force(CELL, officers), n_days=100)
    assert told["empty_posts_pct"] == 0.0
    assert told["staff_leaving_a_year"] == pytest.approx(3 / (2 * 50 / YEAR_DAYS))


def test_police_where_crime_is():
    offences = [6, 3, 1, 0, 0]
    assert measure_sight_at_hot(panel(offences=offences), 5) == pytest.approx(0.2)  # the first segment alone holds half
    there = panel(offences=offences).assign(police_min=lambda rows: np.where(rows["segment"] == 0, 100.0, 0.0))
    assert measure_sight_at_hot(there, 5) == pytest.approx(1.0)
    assert np.isnan(measure_sight_at_hot(panel(offences=[0] * 5), 5))
    assert np.isnan(measure_sight_at_hot(panel(offences=offences), 5, from_day=31))


def test_who_is_met_is_not_who_is_on_the_list():
    people = pd.DataFrame({
        "resident": range(4), "household": [0, 1, 2, 2], "age": [80, 70, 80, 80], "migrant": 0, "renting": 0,
    })  # fmt: skip
    contacts = pd.DataFrame({
        "kind": [BY_VISIT, BY_VISIT, BY_STOP, BY_VISIT], "resident": [0, 1, 1, 2], "met": [1, 0, 1, 1],
    })  # fmt: skip
    assert find_old_alone_met(people, contacts) == pytest.approx(0.5)
    assert np.isnan(find_old_alone_met(people.assign(age=40), contacts))


def test_the_force_is_read_as_it_was_written(tmp_path):
    scenario = Scenario().replace({
        "city.streets": "grid", "city.n_segments": 60, "people.n_residents": 600, "force.n_districts": 2,
    })  # fmt: skip
    force = list_force(build_world(scenario, 1).state)
    assert read_force(tmp_path) is None
    write_force(tmp_path, force)
    again = read_force(tmp_path)
    assert (again.cell == force.cell).all()
    assert again.officers.reset_index(drop=True).equals(force.officers)
    assert set(force.cell) == {0, 1}


def test_whom_civilians_alone_met_has_not_met_an_officer():
    """One person is met by each role: a visit, or a session; whoever nobody takes for police does not count."""
    n = len(ROLES)
    one = {"household": np.arange(n), "migrant": 0, "age": 40, "renting": 0, "resident": np.arange(n)}
    contacts = pd.DataFrame({"resident": np.arange(n), "officer": np.arange(n), "t": 600.0, "met": 1, "minutes": 12.0})
    days = pd.DataFrame({"day": [0]})
    force = Force(CELL, pd.DataFrame({"role": list(ROLES)}))
    civilians = [role.name for role in FORCE if not role.is_police]
    assert civilians == ["mediator", "worker"]
    for kind in (BY_VISIT, BY_MEDIATION):
        tables = {"people": pd.DataFrame(one), "contacts": contacts.assign(kind=kind), "days": days}
        assert measure_doses(tables, 1.0, force)["met_police_pct"] == pytest.approx(100.0 * (n - 2) / n)
        assert np.isnan(measure_doses(tables, 1.0)["met_police_pct"])  # nobody knows who they were
