"""The search tells the numbers that are enough from few noisy months: a range that holds the true one, none, any."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from sim.batch.staffing.likely import EVEN, Months, estimate_level, judge_forces, read_months
from sim.batch.staffing.roster import Shifts, make_roster
from sim.batch.staffing.search import Rule, find_range
from sim.batch.staffing.targets import Target
from sim.errors import InputError

IN_TIME = Target("answered_1_within_10_pct", at_least=True, bound=90.0)
FREE = Target("uncommitted_pct", at_least=True, bound=30.0)
CHEAP = Target("cost_per_1000", at_least=False, bound=100.0)
N_DRAWS = 400


class Town:
    """Answer calls in time by chance, the more often the larger the force; all forces share their months."""

    def __init__(self, edge, *, width=5.0, seed=0, ceiling=1.0, calls=13, unlike=0.3):
        self.edge, self.width, self.ceiling = edge, width, ceiling
        rng = np.random.default_rng(seed)
        self.calls, self.luck = rng.poisson(calls, 200), unlike * rng.normal(size=200)
        self.chance = [rng.random(n) for n in self.calls]
        self.tried: dict[int, dict[Target, Months]] = {}

    def p(self, force, luck):
        return self.ceiling * expit((force - self.edge) / self.width + np.log(9.0) + luck)

    def true_edge(self):
        """Name the smallest force of which, over ever more months, nine calls of ten are in time."""
        luck = self.luck.std() * np.random.default_rng(1).normal(size=4000) if self.luck.any() else np.zeros(1)
        return next(force for force in range(1, 500) if self.p(force, luck).mean() >= 0.9)

    def ask(self, force, n):
        share = [
            100.0 * (chance < self.p(force, luck)).mean() if len(chance) else np.nan
            for chance, luck in zip(self.chance[:n], self.luck[:n], strict=True)
        ]
        self.tried[force] = {IN_TIME: Months(self.calls[:n].astype(float), np.array(share))}
        return n

    def judge(self):
        return judge_forces(self.tried, n_draws=N_DRAWS)

    @property
    def n_runs(self):
        return sum(len(months[IN_TIME].value) for months in self.tried.values())


def search(town, guess=30, *, least=1, most=200, **rule):
    return find_range(town.ask, town.judge, guess=guess, least=least, most=most, rule=Rule(**rule))


@pytest.mark.parametrize("edge", [5, 37, 150])
@pytest.mark.parametrize("guess", [1, 37, 200])
def test_a_sharp_edge_is_found_exactly(edge, guess):
    town = Town(edge - 0.5, width=0.05, unlike=0.0)
    found = search(town, guess)
    assert found.middle == edge
    assert found.low <= edge <= found.high
    assert found.high - found.low <= max(1, round(0.05 * edge))
    assert town.n_runs <= 90


def covers(found, edge):
    low = 0 if found.low is None else found.low
    return low <= edge and (found.high is None or edge <= found.high)


def test_the_range_holds_the_true_number_as_often_as_it_says():
    """Both ends are set at 95 %, so that nine ranges of ten hold the edge; a number that looks sharp seldom is it."""
    held, sharp, spent = [], [], []
    for seed in range(40):
        town = Town(40.3, width=5.0, seed=seed)
        found = search(town, most=120, most_runs=60)
        held.append(covers(found, town.true_edge()))
        sharp.append(found.middle == town.true_edge())
        spent.append(town.n_runs)
    assert np.mean(held) >= 0.8  # 90 % of 40, less 2.1 standard errors
    assert np.mean(sharp) <= 0.5  # the variant that gives the middle alone is rejected by the line above
    assert max(spent) <= 60


def test_more_months_make_the_range_narrower():
    def width(most_months, most_runs):
        found = [
            search(Town(40.3, width=5.0, seed=seed), most_months=most_months, most_runs=most_runs) for seed in range(8)
        ]
        return np.mean([(one.high or 200) - (one.low or 0) for one in found])

    assert width(40, 320) < 0.75 * width(6, 60)


def test_none_is_said_where_no_force_is_enough():
    town = Town(40.0, ceiling=0.5)
    found = search(town)
    assert found.middle is None
    assert found.high is None
    assert found.likely.p_helped[-1] <= 0.05
    assert max(town.tried) == 200


def test_every_force_is_enough_and_the_smallest_allowed_is_the_answer():
    found = search(Town(-1000.0), least=3)
    assert found.low == found.high == 3


def test_a_budget_is_kept_and_the_range_stays_wide():
    town = Town(40.0, width=40.0, seed=3)
    found = search(town, most_runs=18)
    assert town.n_runs <= 18
    assert not found.is_sharp


def test_a_force_on_the_edge_has_no_more_months_than_allowed():
    town = Town(40.0, width=50.0)
    found = search(town, sure=0.99, most_months=8)
    assert max(len(months[IN_TIME].value) for months in town.tried.values()) <= 8
    assert not found.is_sharp


def test_failed_runs_do_not_go_on_for_ever():
    town = Town(20.5, width=0.01, unlike=0.0)

    def three_runs_in_all(force, n):
        return town.ask(force, min(n, 3))

    found = find_range(three_runs_in_all, town.judge, guess=30, least=1, most=99, rule=Rule())
    assert covers(found, 21)
    with pytest.raises(InputError, match="no month with 30 officers"):
        find_range(lambda force, n: 0, town.judge, guess=30, least=1, most=99, rule=Rule())


def test_calls_count_and_not_months():
    """A month of two calls, one of them late, says little beside a month of a hundred in time."""
    months = Months(np.array([2.0, 100.0, 98.0]), np.array([50.0, 100.0, 100.0]))
    assert estimate_level(months, IN_TIME).value == pytest.approx(99.5)
    assert judge_forces({10: {IN_TIME: months}}).at(10) > 0.9
    silent = Months(np.array([0.0, 100.0, 98.0]), np.array([np.nan, 100.0, 100.0]))
    assert estimate_level(silent, IN_TIME).value == 100.0
    assert 90.0 < estimate_level(silent, IN_TIME).low < 100.0  # 198 calls in time are no proof that all will be


def test_one_month_says_nothing():
    assert judge_forces({10: {IN_TIME: Months(np.array([50.0]), np.array([100.0]))}}).at(10) == EVEN


def test_larger_forces_are_never_less_likely_enough_but_for_caps():
    def months(*values):
        return Months(np.ones(len(values)), np.array(values, float))

    tried = {
        10: {FREE: months(20, 22, 21, 19), CHEAP: months(80, 81, 80, 79)},
        11: {FREE: months(36, 38, 35, 37), CHEAP: months(90, 91, 90, 89)},
        12: {FREE: months(33, 31, 36, 34), CHEAP: months(120, 121, 120, 119)},
    }
    likely = judge_forces(tried)
    assert (np.diff(likely.p_helped) >= 0).all()
    assert likely.first(0.95) == 11
    assert likely.at(11) > 0.95
    assert likely.at(12) < 0.05  # twelve cost too much
    assert likely.at(10) < 0.05


def test_months_are_read_by_force_in_the_order_of_seeds():
    rows = pd.DataFrame(
        {
            "force": [5, 4, 5], "seed": [2, 1, 1], "answered_1_within_10_pct": [50.0, 80.0, 90.0],
            "calls_of_answered_1_within_10_pct": [4, 5, 10], "uncommitted_pct": [1.0, 2.0, 3.0],
        }
    )  # fmt: skip
    tried = read_months(rows, [IN_TIME, FREE])
    assert tried[5][IN_TIME].weight.tolist() == [10, 4]
    assert tried[5][IN_TIME].value.tolist() == [90, 50]
    assert tried[5][FREE].weight.tolist() == [1, 1]
    assert list(tried) == [4, 5]


@pytest.mark.parametrize("wrong", [{"sure": 1.0}, {"sure": 0.5}, {"first": 1}, {"first": 30}, {"most_runs": 2}])
def test_rules_that_cannot_be_kept_are_refused(wrong):
    with pytest.raises(InputError):
        Rule(**wrong)


def brute_force(required, shifts, most):
    """Try all rosters of few lines."""
    kinds = [
        sum(
            (np.eye(168, dtype=int)[(24 * day + start + hour) % 168] for day in range(first, first + shifts.days_on)
             for hour in range(shifts.hours)), np.zeros(168, int),
        )
        for start, first in product(shifts.starts, range(7))
    ]  # fmt: skip
    from itertools import combinations_with_replacement

    for n in range(most + 1):
        for lines in combinations_with_replacement(range(len(kinds)), n):
            if (sum((kinds[i] for i in lines), np.zeros(168, int)) >= required).all():
                return n
    return None


@pytest.mark.parametrize("seed", range(4))
def test_the_roster_covers_with_the_fewest(seed):
    rng = np.random.default_rng(seed)
    shifts = Shifts(starts=(0, 12), hours=12, days_on=5)
    required = np.repeat(rng.integers(0, 2, 14), 12)
    found = make_roster(required, shifts)
    assert (found.on_duty >= required).all()
    assert found.units == found.lines["units"].sum() == brute_force(required, shifts, 5)
    assert found.gap == 0


def test_heads_are_more_than_lines_by_crews_and_by_leave():
    required = np.full(168, 2)
    plain = make_roster(required, Shifts(away=0.0))
    assert plain.units == 9  # 2 x 7 / 5 is 2.8 lines a shift
    assert plain.headcount == 9
    assert make_roster(required, Shifts(away=0.1)).headcount == 10
    assert make_roster(required, Shifts(away=0.1, crew=2)).headcount == 20
    least = make_roster(required, Shifts(away=0.0, least_units=4))
    assert least.required.tolist() == [4] * 168
    assert least.units == 18  # 4 x 7 / 5 is 5.6 lines a shift, and no line works two


def test_work_over_midnight_and_over_sunday_counts_on_the_right_day():
    required = np.zeros(168, int)
    required[:6] = 1  # Monday, midnight to six: the night shift that begins on Sunday at 22
    found = make_roster(required, Shifts(starts=(6, 14, 22), hours=8, days_on=1))
    assert found.lines[["start", "first_day"]].to_numpy().tolist() == [[22, 6]]


@pytest.mark.parametrize(
    "wrong",
    [{"starts": ()}, {"starts": (0, 0)}, {"starts": (25,)}, {"hours": 6}, {"days_on": 8}, {"crew": 0}, {"away": 1.0},
     {"least_units": -1}, {"hours": 0}],
)  # fmt: skip
def test_shifts_that_nobody_can_work_are_refused(wrong):
    with pytest.raises(InputError):
        Shifts(**wrong)


def test_what_was_tried_before_is_used_and_steps_grow_from_the_guess():
    town = Town(59.5, width=0.05, unlike=0.0)
    known = {60: town.ask(60, 6)}
    found = find_range(town.ask, town.judge, guess=58, least=1, most=999, rule=Rule(), known=known)
    assert found.middle == 60
    assert set(town.tried) <= {*range(50, 64)}
    assert max(search(Town(70.0), 60).months) <= 110


def test_of_the_rosters_with_the_fewest_people_the_evenest_is_taken():
    found = make_roster(np.full(168, 8), Shifts(away=0.0))
    assert found.units == 36  # 8 x 7 / 5 is 11.2, so 12 lines a shift
    assert (found.on_duty - found.required).max() == 1
