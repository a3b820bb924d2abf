"""The search finds a known edge from few noisy months, and says when there is none or when it is unsure."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.special import expit

from sim.batch.staffing.roster import Shifts, make_roster
from sim.batch.staffing.search import Rule, Trials, find_smallest, p_enough, pooled
from sim.errors import InputError


class Town:
    """Meet targets by chance, the more often the larger the force; seeds are common to all forces."""

    def __init__(self, edge, *, width=1.0, seed=0, ceiling=1.0):
        self.edge, self.width, self.ceiling = edge, width, ceiling
        self.chance = np.random.default_rng(seed).random(1000)
        self.runs: dict[int, int] = {}

    def p(self, force):
        """Give the true probability; it crosses 0.9 at the edge."""
        return self.ceiling * expit((force - self.edge) / self.width + np.log(9.0))

    def __call__(self, force, n):
        self.runs[force] = max(n, self.runs.get(force, 0))
        return Trials(n, int((self.chance[:n] < self.p(force)).sum()))


def search(town, guess=30, *, least=1, most=200, **rule):
    return find_smallest(town, guess=guess, least=least, most=most, rule=Rule(**rule))


@pytest.mark.parametrize("edge", [5, 37, 150])
@pytest.mark.parametrize("guess", [1, 37, 200])
def test_a_sharp_edge_is_found_exactly_with_few_runs(edge, guess):
    town = Town(edge - 0.5, width=0.01)
    found = search(town, guess)
    assert found.smallest == edge
    assert found.sure_enough
    assert found.sure_least
    assert sum(town.runs.values()) <= 70


def test_a_noisy_edge_is_found_nearly_and_most_answers_are_near_it():
    answers, spent = [], []
    for seed in range(60):
        town = Town(40.0, width=2.0, seed=seed)
        answers.append(search(town, 30).smallest)
        spent.append(sum(town.runs.values()))
    assert abs(np.median(answers) - 40) <= 2
    assert np.mean(np.abs(np.array(answers) - 40) <= 4) >= 0.8
    assert np.median(spent) <= 50


def test_a_search_with_too_low_a_bar_would_answer_too_small():
    low = [search(Town(40.0, width=2.0, seed=seed), 30, probability=0.5).smallest for seed in range(20)]
    assert np.median(low) <= 37  # the true edge for one half lies at 35.6


def test_none_is_said_where_no_force_is_enough():
    town = Town(40.0, ceiling=0.5)
    found = search(town)
    assert found.smallest is None
    assert found.sure_enough
    assert max(town.runs) == 200


def test_every_force_is_enough_and_the_smallest_allowed_is_the_answer():
    found = search(Town(-1000.0), least=3)
    assert found.smallest == 3
    assert found.sure_least


def test_a_budget_is_kept_and_doubt_is_told():
    town = Town(40.0, width=8.0, seed=3)
    found = search(town, most_runs=16)
    assert sum(town.runs.values()) <= 16
    assert not (found.sure_enough and found.sure_least)


def test_a_force_on_the_edge_stays_unsure_within_the_months_allowed():
    town = Town(40.0, width=50.0)
    found = search(town, sure=0.99, most_months=8)
    assert max(town.runs.values()) <= 8
    assert not (found.sure_enough and found.sure_least)


def test_failed_runs_do_not_go_on_for_ever():
    def one_run_in_all(force, n):
        return Trials(min(n, 5), min(n, 5) if force > 20 else 0)

    assert find_smallest(one_run_in_all, guess=30, least=1, most=99, rule=Rule()).smallest == 21

    def two_months_can_be_judged(force, n):
        return Trials(min(n, 2), min(n, 2) if force > 20 else 0)

    unsure = find_smallest(two_months_can_be_judged, guess=30, least=1, most=99, rule=Rule())
    assert unsure.smallest == 21
    assert not unsure.sure_enough
    with pytest.raises(InputError, match="no month with 30 officers"):
        find_smallest(lambda force, n: Trials(), guess=30, least=1, most=99, rule=Rule())


def test_the_chance_of_a_decision_is_that_of_the_posterior():
    assert p_enough(Trials(), 0.5) == pytest.approx(0.5)
    assert p_enough(Trials(12, 12), 0.9) > 0.85
    assert p_enough(Trials(4, 2), 0.9) < 0.02


def test_neighbours_out_of_order_are_pooled():
    trials = {10: Trials(4, 4), 11: Trials(4, 2), 12: Trials(4, 4), 9: Trials(4, 0)}
    both = pooled(trials)
    assert both[10] == both[11] == Trials(8, 6)
    assert both[9] == Trials(4, 0)
    assert both[12] == Trials(4, 4)


@pytest.mark.parametrize(
    "wrong", [{"probability": 1.0}, {"probability": 0.2}, {"sure": 1.0}, {"first": 30}, {"most_runs": 2}]
)
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
    town = Town(59.5, width=0.01)
    known = {60: Trials(4, 4)}
    found = find_smallest(town, guess=58, least=1, most=999, rule=Rule(), known=known)
    assert found.smallest == 60
    assert set(town.runs) <= {58, 59, 60}
    assert max(search(Town(70.0), 60).trials) <= 90


def test_of_the_rosters_with_the_fewest_people_the_evenest_is_taken():
    found = make_roster(np.full(168, 8), Shifts(away=0.0))
    assert found.units == 36  # 8 x 7 / 5 is 11.2, so 12 lines a shift
    assert (found.on_duty - found.required).max() == 1
