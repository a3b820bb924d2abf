"""Who lives here, what they are asked, and what they know of their officers."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator
from worlds import Busy, Ledger, digest, play, scenario, shifts, ticks

from sim.agents.attitudes import get_to_know
from sim.agents.events import LEDGER
from sim.agents.feelings_day import CONTACT_FADES, feel_day
from sim.agents.tables import (
    AT_HOME,
    AUXILIARY,
    AWAY,
    BY_MEDIATION,
    BY_RESPONSE,
    BY_STOP,
    BY_VISIT,
    COMMUNITY,
    MEDIATOR,
    RESPONSE,
)
from sim.clock import SHIFTS_A_DAY
from sim.engine import run_shifts
from sim.errors import InputError
from sim.policies.hotspot import Hotspot
from sim.policies.protocol import Observation, Orders, PolicyModel, Task
from sim.policies.reactive import Reactive
from sim.scenarios.scenario import load_scenario
from sim.world import build_world

LIVELY: dict[str, Any] = {
    "n_days": 12,
    "offending__share_offending": 0.15,
    "offending__searches_per_year": 300.0,
    "disputes__disputes_per_household": 3.0,
    "migrants__mean_stay_days": 20.0,
    "migrants__share_of_residents": 0.2,
}
STRANGERS: dict[str, Any] = {
    "attitudes__familiar_visit": 0.0,
    "attitudes__familiar_contact": 0.0,
    "attitudes__familiar_hour": 0.0,
}


class Visits(PolicyModel):
    """Send everybody to visit, street after street."""

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Share the streets out among all on duty."""
        n, crew = seen.brief.n_segments, seen.on_duty.tolist()
        tasks = [Task(o, "visits", tuple(range(i, n, len(crew)))) for i, o in enumerate(crew)]
        return Orders(tuple(tasks))


def unlike(one: Ledger, other: Ledger) -> set[str]:
    """Name the tables in which two runs differ."""
    return {name for name in LEDGER if digest({name: one[name]}) != digest({name: other[name]})}


@cache
def lively() -> Ledger:
    """Run the lively town once."""
    return play(scenario(**LIVELY), Busy())


def test_people_are_written_once_with_the_first_rows():
    world = build_world(scenario(**LIVELY), 1)
    start = world.state.residents.copy()
    rows = [some["people"] for some in shifts(world, Busy())]
    assert [len(some) for some in rows] == [len(start)] + [0] * (3 * 12 - 1)
    people, segments = rows[0], world.state.segments
    assert people["resident"].tolist() == list(range(len(start)))
    for name in ("key", "home", "household", "age", "male", "renting", "migrant"):
        assert np.array_equal(people[name], start[name])
    assert np.array_equal(people["district"], segments["district"][start["home"]])
    # Rows stay what they are, whoever moves in.
    now = world.state.residents
    assert (now["tenancy"] > 0).any()
    for name in ("home", "household", "age", "male", "renting", "migrant"):
        assert np.array_equal(people[name], now[name])
    assert (people["key"] != now["key"])[now["tenancy"] > 0].all()


def test_income_is_a_label_that_nothing_depends_on():
    other = play(scenario(**LIVELY, people__income_spread=0.2, people__income_tenant=2.0), Busy())
    assert len(other["offences"]) > 50
    assert unlike(lively(), other) == {"people"}
    same = other["people"].copy()
    same["income"] = lively()["people"]["income"]
    assert digest({"people": same}) == digest({"people": lively()["people"]})


def households(**changes: Any) -> np.ndarray:
    """Give the households of a real city."""
    return build_world(scenario(city__streets="new_haven", people__n_residents=12_000, **changes), 1).state.households


def gini(values: np.ndarray) -> float:
    """Measure how unequal values are."""
    ordered, n = np.sort(values.astype(float)), len(values)
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * ordered.sum()))


def test_incomes_have_mean_one_the_inequality_of_their_source_and_are_lower_for_tenants():
    homes = households()
    income, renting = homes["income"], homes["renting"] == 1
    assert income.mean() == pytest.approx(1.0, abs=0.06)
    assert gini(income) == pytest.approx(0.514, abs=0.02)
    assert np.median(income[renting]) / np.median(income[~renting]) == pytest.approx(0.5, abs=0.05)


def test_areas_differ_in_income_by_the_share_of_variance_that_lies_between_them():
    def between(share: float) -> float:
        # Small areas, so that a city has many of them.
        area = {"people__income_area_share": share, "people__income_range_m": 150.0}
        homes = households(**area, people__income_tenant=1.0)
        log = np.log(homes["income"].astype(float))
        # Homes of one street share the area and nothing else.
        street = homes["segment"]
        pairs = street[1:] == street[:-1]
        return float(np.corrcoef(log[1:][pairs], log[:-1][pairs])[0, 1])

    assert between(0.0) == pytest.approx(0.0, abs=0.05)
    assert between(0.15) == pytest.approx(0.15, abs=0.05)
    assert between(0.6) == pytest.approx(0.6, abs=0.08)


def test_days_lived_here_are_those_on_which_somebody_was_in_the_city():
    world = build_world(scenario(**LIVELY), 1)
    counted = np.zeros(len(world.state.residents), int)
    for done, _ in run_shifts(world, Busy()):
        if done % SHIFTS_A_DAY == 0:
            counted += world.state.where != AWAY
    assert np.array_equal(world.state.residents["n_days"], counted)
    assert np.array_equal(lively()["feelings"]["n_days"], counted)
    assert 0 < (counted < 12).mean() < 0.5


def test_feelings_are_those_of_the_last_day():
    feelings, last = lively()["feelings"], lively()["days"][-1]
    here = feelings["present"] == 1
    assert here.sum() == last["n_residents"] < len(feelings)
    for name in ("security", "satisfaction", "trust"):
        assert feelings[name][here].mean(dtype=float) == pytest.approx(last[name], rel=1e-6)


# What people know of their officers.


def test_nobody_knows_an_officer_where_nothing_makes_them_known():
    assert play(scenario(**LIVELY | STRANGERS), Visits())["feelings"]["familiarity"].max() == 0.0


@pytest.mark.parametrize("source", ["familiar_visit", "familiar_contact", "familiar_hour"])
def test_each_way_to_become_known_works_on_its_own(source):
    alone = LIVELY | STRANGERS | {f"attitudes__{source}": 0.3}
    assert play(scenario(**alone), Busy())["feelings"]["familiarity"].max() > 0.1


def test_visits_make_officers_known_and_cars_that_pass_do_not():
    calm = {"offending__share_offending": 0.0, "disputes__disputes_per_household": 0.0, "demand__other_calls": 0.0}
    town = scenario(
        **LIVELY | calm, force__stops_per_hour=0.0, force__n_foot=0, force__n_auxiliary=0, force__n_mediator=0
    )
    visited, driven_past = (play(town, policy)["feelings"]["familiarity"].mean() for policy in (Visits(), Reactive()))
    assert visited > 0.1
    assert driven_past < 0.001


def test_what_people_know_of_officers_acts_by_known_faces_and_by_what_is_told_alone():
    mute = LIVELY | {"attitudes__known_face": 0.0, "investigation__familiarity_on_telling": 0.0}
    one, other = (play(scenario(**what), Busy()) for what in (mute, mute | STRANGERS))
    assert unlike(one, other) == {"answers", "feelings"}
    for table, column in (("answers", "awareness"), ("feelings", "familiarity")):
        same = other[table].copy()
        same[column] = one[table][column]
        assert digest({table: same}) == digest({table: one[table]})
    assert "account" in unlike(lively(), play(scenario(**LIVELY | STRANGERS), Busy()))


@pytest.mark.parametrize(
    ("kind", "role", "fair", "share"),
    [
        (BY_VISIT, RESPONSE, False, "familiar_visit"),
        (BY_MEDIATION, RESPONSE, True, "familiar_visit"),
        (BY_RESPONSE, COMMUNITY, True, "familiar_contact"),
        (BY_STOP, AUXILIARY, True, "familiar_contact"),
        (BY_STOP, COMMUNITY, False, None),
        (BY_RESPONSE, RESPONSE, True, None),
    ],
)
def test_who_becomes_known_by_a_contact(kind, role, fair, share):
    w = build_world(scenario(), 1).state
    w.officers["role"][0] = role
    added = float(w.p[share][0]) if share else 0.0
    for times in (1, 2):
        get_to_know(w, 0, 7, kind, fair)
        assert w.residents["familiarity"][7] == pytest.approx(1.0 - (1.0 - added) ** times)
        assert w.residents["contacts"][7] == times


def test_officers_are_forgotten_by_half_in_a_half_life_and_contacts_within_the_year():
    w = build_world(scenario(), 1).state
    w.residents["familiarity"], w.residents["contacts"] = 0.8, 3.0
    for _ in range(180):
        feel_day(w)
    assert w.p["familiarity_half_life_days"][0] == 180
    assert w.residents["familiarity"] == pytest.approx(np.full(len(w.residents), 0.4), rel=1e-4)
    assert w.residents["contacts"] == pytest.approx(np.full(len(w.residents), 3.0 * CONTACT_FADES**180), rel=1e-4)


def test_at_a_steady_rate_as_many_contacts_are_remembered_as_a_year_brings():
    remembered = [0.0]
    for day in range(6 * 365):
        remembered.append(remembered[-1] * CONTACT_FADES + (day % 73 == 0))
    assert np.mean(remembered[-365:]) == pytest.approx(5.0, rel=0.01)


def test_a_new_tenant_knows_nobody():
    world = build_world(scenario(**LIVELY, attitudes__familiar_hour=0.4), 1)
    before, n_new = world.state.residents["tenancy"].copy(), 0
    for tick in ticks(world, Busy(), n_days=12):
        who = world.state.residents
        new = who["tenancy"] > before
        if new.any():
            n_new += int(new.sum())
            assert who["familiarity"][new].max() < 0.2, tick  # an arrival, or an hour after it
            assert who["contacts"][new].max() <= 1.0
            before = who["tenancy"].copy()
    assert n_new > 20


def test_a_visit_to_an_empty_home_meets_nobody():
    contacts = play(scenario(**LIVELY), Visits())["contacts"]
    visits = contacts["kind"] == BY_VISIT
    met = contacts["met"] == 1
    assert 0.2 < met[visits].mean() < 0.95
    assert met[~visits].all()
    assert not contacts["found"][visits & ~met].any()


def test_only_who_was_met_by_police_remembers_a_contact():
    world = build_world(scenario(**LIVELY | {"n_days": 1}), 1)
    rows = np.concatenate([some["contacts"] for some in shifts(world, Visits())])
    assert (world.state.where == AT_HOME).any()
    by_police = world.state.officers["role"][rows["officer"]] < MEDIATOR
    assert not by_police.all()
    met = np.bincount(rows["resident"][(rows["met"] == 1) & by_police], minlength=len(world.state.residents))
    assert met.sum() > 20
    assert world.state.residents["contacts"] == pytest.approx(met * CONTACT_FADES, rel=1e-5)


# The waves of the questionnaire.


def waves(policy: PolicyModel, **changes: Any) -> np.ndarray:
    """Run a small town for 70 days and give the answers."""
    town = scenario(**{"n_days": 70, "people__n_residents": 600, "survey__survey_sample": 100} | changes)
    return play(town, policy)["answers"]


def test_a_wave_every_thirty_days_and_at_the_end():
    answers = waves(Reactive())
    days = {wave: set(answers["day"][answers["wave"] == wave].tolist()) for wave in np.unique(answers["wave"]).tolist()}
    assert days == {0: {29}, 1: {59}, 2: {69}}
    assert np.bincount(answers["wave"]).tolist() == [100, 100, 100]
    assert len(waves(Reactive(), n_days=60)) == 200  # the end is the second wave, and no third


def test_two_strategies_ask_the_same_people():
    one, other = waves(Reactive()), waves(Hotspot())
    assert len(one) == len(other)
    shared = np.mean(
        [np.isin(one["resident"][one["wave"] == w], other["resident"][other["wave"] == w]).mean() for w in range(3)]
    )
    assert shared > 0.95  # all but who is in custody in one run alone
    assert digest({"answers": one}) != digest({"answers": other})


def test_only_adults_who_live_in_the_city_are_asked():
    world = build_world(scenario(**LIVELY, survey__survey_sample=1000), 1)
    for done, rows in run_shifts(world, Busy()):
        if done == world.clock.n_shifts:
            asked = rows["answers"]["resident"]
    assert len(asked) > 500
    assert (world.state.residents["age"][asked] >= 16).all()
    assert (world.state.residents["present"][asked] == 1).all()
    assert (world.state.where[asked] != AWAY).all()
    assert (world.state.where == AWAY).any()


def test_a_changed_questionnaire_changes_answers_alone():
    other = play(scenario(**LIVELY, survey__survey_at_door=1.0, survey__door_kindness=0.2), Busy())
    assert unlike(lively(), other) == {"answers"}


def test_more_migrants_than_rooms_are_refused_and_not_cut_off():
    crowded = load_scenario("new_haven").at_scale(65).replace({"n_days": 1, "migrants.share_of_residents": 0.8})
    with pytest.raises(InputError, match=r"migrants\.share_of_residents must not be above the share of adult tenants"):
        build_world(crowded, 1)
    enough = crowded.replace({"people.share_renting": 1.0, "migrants.share_of_residents": 0.5})
    assert (build_world(enough, 1).state.residents["migrant"] == 1).mean() == pytest.approx(0.5, abs=0.05)
