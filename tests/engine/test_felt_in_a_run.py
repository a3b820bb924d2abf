"""What a town feels after a run: each part of it is there, and gone when its rule is cut."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.random import Generator
from numpy.typing import NDArray
from worlds import Busy, Ledger, run, scenario

from sim.agents.feeling_words import ATTITUDES, NO_PROBLEM
from sim.agents.state import State
from sim.agents.tables import BY_MEDIATION, BY_RESPONSE, BY_STOP, BY_VISIT, CONTACTS, NONE
from sim.clock import DAY_MIN
from sim.params import CRIMES, DISORDER, N_CRIMES
from sim.policies.levers import Levers, Participation
from sim.policies.protocol import Observation, Orders, PolicyModel, Task
from sim.policies.reactive import Reactive
from sim.world import build_world

Floats = NDArray[np.float64]
ADULT = 18
SPREAD = 0.16
"""Standard deviation of an attitude between residents (`attitude_spread`)."""


def feelings(**values: float) -> dict[str, Any]:
    """Set parameters of attitudes."""
    return {f"attitudes__{name}": value for name, value in values.items()}


STILL: dict[str, Any] = {"n_days": 30, "people__n_residents": 2000} | feelings(
    trait_share=1.0, trait_learns=0.0, gain_dealt_with=0.0, gain_in_time=0.0, loss_late=0.0, seen_security=0.0,
    seen_esteem=0.0, cars_security=0.0,
)  # fmt: skip
"""Nobody has moods, and what a test does not ask for is not felt."""
QUIET: dict[str, Any] = {
    "offending__searches_per_year": 0.0,
    "disputes__p_dispute_assault": 0.0,
    "disputes__disputes_per_household": 3.0,
    "disputes__p_pressed": 0.0,
    "demand__other_calls": 8000.0,
}
"""No offences: people meet police in stops, visits, calls and mediation."""
CRIME: dict[str, Any] = {
    "offending__share_offending": 0.15,
    "offending__searches_per_year": 200.0,
    "disputes__disputes_per_household": 0.0,
    "force__n_mediator": 0,
}


class Meets(PolicyModel):
    """Stop, visit and mediate, all over the town."""

    name = "meets"

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Give every third officer one of the three."""
        n, disputes = seen.brief.n_segments, tuple(seen.known_disputes.tolist())
        tasks = []
        for i, officer in enumerate(seen.on_duty.tolist()):
            streets = tuple((7 * i + 13 * k + 31 * seen.day) % n for k in range(20))
            if i % 3 == 0:
                tasks.append(Task(officer, "patrol", stops_per_hour=4.0, p_suspicion=1.0))
            elif i % 3 == 1 or not disputes:
                tasks.append(Task(officer, "visits", streets))
            else:
                tasks.append(Task(officer, "mediation", disputes))
        return Orders(tuple(tasks))


class Asks(Busy):
    """Ask everybody to help, and thank them."""

    def levers(self) -> Levers:
        """Ask all who are willing."""
        return Levers(participation=Participation(volunteers=1.0, recognition=1.0))


Asks.name = "asks"


class Lived(NamedTuple):
    """Hold a town at the end of a run, and what happened."""

    w: State
    rows: Ledger

    def felt(self, name: str) -> Floats:
        """Give how far everybody is from the own trait, in standard deviations between residents."""
        of = self.w.residents
        return np.asarray((of[name].astype(float) - of["trait"][:, ATTITUDES.index(name)]) / SPREAD)

    def adults(self) -> NDArray[np.bool_]:
        """Tell who is grown up and has lived here from the begin."""
        of = self.w.residents
        return np.asarray((of["age"] >= ADULT) & (of["present"] == 1) & (of["tenancy"] == 0))


@cache
def lived(policy: type[PolicyModel], seed: int = 1, **changes: Any) -> Lived:
    """Run a town."""
    world = build_world(scenario(**STILL | changes), seed)
    rows = run(world, policy())
    return Lived(world.state, rows)


def after_contacts(attitude: str, **changes: float) -> dict[tuple[int, int], float]:
    """Give what one contact of a kind, unfair (0) or fair (1), did to adults: least squares over all of them."""
    town = lived(Meets, **QUIET | feelings(**changes))
    met = town.rows["contacts"][town.rows["contacts"]["met"] == 1]
    n, kinds = len(town.w.residents), [(kind, fair) for kind in range(len(CONTACTS)) for fair in (0, 1)]
    count = [np.bincount(met["resident"][(met["kind"] == k) & (met["fair"] == fair)], minlength=n) for k, fair in kinds]
    who = town.adults()
    design = np.column_stack([np.ones(n), *count]).astype(float)[who]
    found = np.linalg.lstsq(design, town.felt(attitude)[who], rcond=None)[0]
    return dict(zip(kinds, found[1:].tolist(), strict=True))


def test_a_stop_costs_satisfaction_unless_neither_fairness_is_felt():
    def stop(**changes: float) -> float:
        of = after_contacts("satisfaction", **changes)
        return 0.7 * of[BY_STOP, 1] + 0.3 * of[BY_STOP, 0]

    # Three seeds gave -0.13 to -0.14, and -0.01 to 0.01 without; a panel has -0.37 to 0.05.
    assert -0.37 < stop() < -0.06
    assert abs(stop(gain_stop=0.0, unfair_satisfaction=0.0)) < 0.03


def test_unfair_treatment_weighs_more_than_fair_for_satisfaction_and_about_as_much_for_trust_unless_that_is_cut():
    # Three seeds gave 0.05 and -0.55 to -0.58 of satisfaction, 0.05 and -0.08 to -0.10 of trust; -0.01 to -0.03 if cut.
    fair, unfair = (after_contacts("satisfaction")[BY_RESPONSE, how] for how in (1, 0))
    assert unfair < -0.4 < 0.0 < fair < 0.12
    fair, unfair = (after_contacts("trust")[BY_RESPONSE, how] for how in (1, 0))
    assert -0.2 < unfair < 0.0 < fair
    assert abs(after_contacts("satisfaction", unfair_satisfaction=0.0)[BY_RESPONSE, 0]) < 0.15


@pytest.mark.parametrize(("kind", "gain"), [(BY_MEDIATION, "gain_mediation"), (BY_VISIT, "gain_visit")])
def test_who_was_heard_or_visited_trusts_more_unless_that_is_cut(kind, gain):
    # Three seeds gave 0.09 after mediation and 0.13 to 0.14 after a visit; -0.01 and 0.00 without.
    assert after_contacts("trust")[kind, 1] > 0.05
    assert abs(after_contacts("trust", **{gain: 0.0})[kind, 1]) < 0.03


def early_less_late(**changes: float) -> float:
    """Compare the satisfaction of callers who waited less than half of what is usually told, and more than that."""
    unmoved = dict.fromkeys(("gain_call", "gain_visit", "gain_stop", "gain_mediation", "unfair_satisfaction"), 0.0)
    town = lived(Meets, **QUIET | feelings(**unmoved | changes))
    calls = town.rows["calls"]
    calls = calls[(calls["answered"] == 1) & (calls["caller"] != NONE) & (calls["kind"] >= N_CRIMES)]
    share = (calls["t_arrived"] - calls["t_call"]) / (10.0 * 2.0 ** (calls["priority"].astype(float) - 2.0))
    once = np.bincount(calls["caller"], minlength=len(town.w.residents))[calls["caller"]] == 1
    kept, felt = once & town.adults()[calls["caller"]], town.felt("satisfaction")[calls["caller"]]
    return float(felt[kept & (share < 0.5)].mean() - felt[kept & (share > 1.0)].mean())


def test_who_waited_long_is_less_satisfied_unless_waiting_is_not_felt():
    # Three seeds gave 0.19 to 0.24, and nothing without.
    assert early_less_late(gain_in_time=0.2, loss_late=0.5) > 0.1
    assert abs(early_less_late()) < 0.01


def told_less_untold(**changes: float) -> float:
    """Compare the same victims where all are told what became of their case, and where nobody is."""
    told, untold = (lived(Reactive, **CRIME | feelings(p_outcome_told=p, **changes)) for p in (1.0, 0.0))
    calls = told.rows["calls"]
    of_victims = (calls["kind"] < N_CRIMES) & (calls["answered"] == 1) & (calls["caller"] != NONE)
    victims = np.unique(calls["caller"][of_victims & (calls["t_arrived"] < 14.0 * DAY_MIN)])
    victims = victims[told.adults()[victims]]
    assert len(victims) > 30
    return float((told.felt("satisfaction") - untold.felt("satisfaction"))[victims].mean())


def test_victims_who_are_told_the_outcome_are_more_satisfied_unless_it_does_not_matter():
    # Three seeds gave 0.28 to 0.29.
    assert told_less_untold() > 0.2
    assert told_less_untold(gain_outcome=0.0) == 0.0


SOURCES = ("answer_counts", "patrol_counts", "problem_work_counts")
NOTHING_COUNTS, ALL_COUNT = dict.fromkeys(SOURCES, 0.0), dict.fromkeys(SOURCES, 1.0)


def convinced(seed: int = 1, **changes: float) -> tuple[float, float]:
    """Give the share of adults with a local problem who have seen it dealt with, and how much gladder they are."""
    only = {"gain_visit": 0.0, "unfair_satisfaction": 0.0}
    town = lived(Busy, seed, **CRIME | {"n_days": 60} | feelings(**only | changes))
    of, felt = town.w.residents, town.felt("satisfaction")
    names, yes = town.adults() & (of["problem"] != NO_PROBLEM), of["dealt_with"] > 0.3  # more than when they named it
    gap = felt[names & yes].mean() - felt[names & ~yes].mean() if (names & yes).any() else 0.0
    return float(yes[names].mean()), float(gap)


@pytest.mark.parametrize("source", SOURCES)
def test_answers_patrol_and_work_on_problems_each_convince_residents_and_nothing_does_when_all_are_cut(source):
    # Three seeds gave 0.45 to 0.50, 0.68 to 0.81 and 0.24 to 0.37.
    assert convinced(**NOTHING_COUNTS | {source: 1.0})[0] > 0.05
    assert convinced(**NOTHING_COUNTS)[0] == 0.0


def test_who_thinks_the_local_problem_dealt_with_is_more_satisfied_unless_that_is_cut():
    # Without, the gap is negative: police are seen at work where much happens.
    with_it, without = (
        np.mean([convinced(seed, **ALL_COUNT, **gain)[1] for seed in (1, 2, 3)])
        for gain in ({"gain_dealt_with": 0.6}, {})
    )
    # Four seeds gave 0.03 with and -0.13 without; single ones differ by 0.15 to 0.17.
    assert with_it > without + 0.1
    assert with_it > 0.0 > without


def test_residents_name_what_happens_most_and_most_of_them_where_much_happens_unless_nobody_names_anything():
    town = lived(Reactive, **CRIME)
    trouble, home, who = town.w.segments["trouble"][:, 1:], town.w.residents["home"], town.adults()
    total, named = trouble.sum(axis=1)[home], town.w.residents["problem"]
    low, high = np.quantile(total[who], [1 / 3, 2 / 3])
    much, little = named[who & (total >= high)], named[who & (total <= low)]
    # Three seeds gave 0.23 to 0.30 where much happens and 0.00 where little does; 0.82 name what happens most.
    assert (much != NO_PROBLEM).mean() > 0.1
    assert (little != NO_PROBLEM).mean() < 0.05
    names = who & (named != NO_PROBLEM)
    assert (trouble.argmax(axis=1)[home] + 1 == named)[names].mean() > 0.5
    assert not lived(Reactive, **CRIME | feelings(naming=0.0)).w.residents["problem"].any()


def where_much_happens(level: str, **changes: Any) -> float:
    """Compare the security of adults who were not hurt themselves where much and little happens."""
    town = lived(Reactive, **CRIME | changes)
    n = np.bincount(town.rows["offences"]["segment"], minlength=len(town.w.segments))
    here = (n if level == "crime" else town.w.segments["disorder"])[town.w.residents["home"]]
    spared, felt = town.adults() & (town.w.residents["n_victim"] == 0), town.felt("security")
    low, high = np.quantile(here[spared], [1 / 3, 2 / 3])
    return float(felt[spared & (here >= high)].mean() - felt[spared & (here <= low)].mean())


def test_neighbours_fear_crime_in_their_street_unless_they_do_not_hear_of_it():
    calm = feelings(disorder_security=0.0)
    # Three seeds gave -0.03 to -0.04.
    assert where_much_happens("crime", **calm) < -0.02
    assert where_much_happens("crime", **calm | feelings(neighbour_security=0.0)) == 0.0


def test_disorder_in_the_street_makes_people_feel_unsafe_unless_it_is_not_felt():
    disorderly = {f"offending__mix__{name}": float(kind == DISORDER) for kind, name in enumerate(CRIMES)}
    disorderly |= {"offending__searches_per_year": 1000.0} | feelings(neighbour_security=0.0)
    # Three seeds gave -0.03.
    assert where_much_happens("disorder", **disorderly) < -0.015
    assert where_much_happens("disorder", **disorderly | feelings(disorder_security=0.0)) == 0.0


AT_FIRST: dict[str, Any] = QUIET | {"n_days": 5, "people__n_residents": 4000}


@pytest.mark.parametrize(("name", "by", "sign"), [("security", "security_by_age", -1), ("trust", "esteem_by_age", 1)])
def test_the_old_fear_more_and_think_better_of_police_unless_age_is_cut(name, by, sign):
    def slope(**changes: float) -> float:
        residents = lived(Reactive, **AT_FIRST | feelings(**changes)).w.residents
        return float(np.polyfit(residents["age"] / 20.0, residents[name] / SPREAD, 1)[0])

    # Seeds differ by 0.02.
    assert sign * slope(**{by: 0.3 * sign}) > 0.2
    assert abs(slope(**{by: 0.0})) < 0.1


def test_neighbours_think_alike_unless_areas_are_cut():
    def alike(share: float) -> float:
        residents = lived(Reactive, **AT_FIRST | feelings(attitude_area_share=share)).w.residents
        first = np.unique(residents["household"], return_index=True)[1]
        one, other = first[:-1], first[1:]
        pairs = residents["home"][one] == residents["home"][other]
        return float(np.corrcoef(residents["trust"][one[pairs]], residents["trust"][other[pairs]])[0, 1])

    # Three seeds gave 0.48 to 0.52, and -0.03 to 0.02 without.
    assert alike(0.5) > 0.3
    assert abs(alike(0.0)) < 0.12


def volunteers(trust: float, a_year: float = 2.0) -> int:
    """Count those who help where everybody trusts the police as far as told."""
    alike = feelings(trust_baseline=trust, attitude_spread=0.01)
    return int(lived(Asks, **QUIET | alike, helpers__join_per_year=a_year).rows["days"]["n_volunteers"][-1])


def test_few_volunteer_where_the_police_are_not_trusted_and_nobody_where_nobody_joins():
    # Three seeds gave 12 to 22, and 137 to 154.
    assert volunteers(0.1) < 0.3 * volunteers(0.9)
    assert volunteers(0.9, a_year=0.0) == 0
