"""Who is hurt was there; frailty, company and age weigh among those present; things are taken where they are."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from worlds import Ledger, play, scenario, ticks

from sim.agents.company import frailty_of, inclination
from sim.agents.population.offenders import mean_odds, odds_of
from sim.agents.state import State
from sim.agents.tables import AT_HOME, AWAY, FROM_PERSON, NO_THING, NONE, ON_FOOT, THINGS, VEHICLE
from sim.agents.things import choose_thing
from sim.agents.victims import MIN_AGE, NOBODY_MET, find_owner, find_victim
from sim.clock import DAY_MIN
from sim.params import ASSAULT, BURGLARY, ROBBERY, THEFT
from sim.policies.reactive import Reactive
from sim.world import World, build_world

TOWN: dict[str, Any] = {"city__n_segments": 60, "people__n_residents": 2000, "n_days": 2}
NOON, NIGHT = 12 * 12, 27 * 12
CAUSES = [np.uint64(x) for x in np.random.default_rng(1).integers(1, 2**62, 4000)]


@cache
def at(tick: int, **changes: Any) -> World:
    """Bring the town to a tick of five minutes."""
    world = build_world(scenario(**TOWN | changes), 1)
    for now in ticks(world, Reactive(), n_days=2):
        if now == tick:
            break
    return world


def busiest(w: State) -> int:
    """Name the segment with most visitors."""
    return int(w.crowds["n_visiting"].argmax())


def hits(w: State, segment: int, offender: int, kind: int = ASSAULT, *, in_company: bool = False) -> NDArray[np.int64]:
    """Count for each resident how often they are chosen over many causes."""
    chosen = [find_victim(w, segment, kind, NO_THING, cause, offender, in_company) for cause in CAUSES]
    return np.bincount([person for person in chosen if person >= 0], minlength=len(w.residents))


def places(w: State) -> NDArray[np.int32]:
    """List the four places of everybody."""
    return np.asarray(w.rounds["place"][w.routines["round"]])


def present(w: State, segment: int) -> NDArray[np.bool_]:
    """Tell who is on a segment, at a place or on foot."""
    where = w.where
    placed = where < 4
    here = np.zeros(len(where), bool)
    here[placed] = places(w)[placed, where[placed]] == segment
    on_the_way = w.travellers[: w.c["n_travellers"][0]]
    on_the_way = on_the_way[on_the_way[:, 1] >= ON_FOOT]
    here[on_the_way[on_the_way[:, 3] == segment, 0]] = True
    return here


@pytest.mark.parametrize("tick", [NOON, 17 * 12 + 3])
@pytest.mark.parametrize("kind", [ROBBERY, ASSAULT])
def test_only_those_who_are_there_are_hurt_and_no_children(tick, kind):
    w = at(tick).state
    for segment in (busiest(w), int(w.crowds["n_foot"].argmax())):
        hurt = hits(w, segment, 0, kind) > 0
        may_be = present(w, segment) & (w.residents["age"] >= MIN_AGE)
        assert hurt.sum() > 5
        assert not hurt[~may_be].any()


def test_guests_are_listed_where_their_places_lie():
    w = at(NOON).state
    place = places(w)
    for segment in range(len(w.segments)):
        listed = w.guests[w.guests_start[segment] : w.guests_start[segment + 1]]
        persons, k = np.nonzero(place[:, 1:] == segment)
        assert sorted(listed.tolist()) == sorted((4 * persons + k + 1).tolist())
        assert np.all(np.diff(w.residents["key"][listed >> 2].astype(np.int64)) >= 0)


def correlation(spread: float) -> float:
    """Correlate the frailty of visitors of the busiest place with how often they are chosen."""
    world = at(NOON, exposure__frailty_spread=1.0)
    w, segment = world.state, busiest(world.state)
    keep = w.residents["frailty"].copy()
    drawn, frailty = hits(w, segment, 0), keep.copy()
    if spread == 0.0:
        w.residents["frailty"] = 1.0
        drawn = hits(w, segment, 0)
    w.residents["frailty"] = keep
    there = present(w, segment) & (w.residents["age"] >= MIN_AGE) & (w.where != AT_HOME)
    return float(stats.spearmanr(frailty[there], drawn[there]).statistic)


def test_the_frail_are_hit_more_and_not_when_it_is_cut():
    assert correlation(1.0) > 0.5
    assert abs(correlation(0.0)) < 0.25


def test_frailty_is_of_the_person_with_mean_one_and_can_be_zero():
    w = build_world(scenario(people__n_residents=40_000, exposure__frailty_spread=0.8), 1).state
    frailty = w.residents["frailty"].astype(float)
    assert frailty.mean() == pytest.approx(1.0, abs=0.03)
    assert np.log(frailty).std() == pytest.approx(0.8, abs=0.02)
    assert frailty_of(w, w.residents["key"][17]) == pytest.approx(frailty[17], rel=1e-6)
    assert np.all(build_world(scenario(exposure__frailty_spread=0.0), 1).state.residents["frailty"] == 1.0)


ALIKE = (
    {"exposure__exposed_out": 0.5}
    | {f"exposure__exposed_at_{place}": 0.5 for place in ("work", "school", "leisure")}
    | {"exposure__frailty_spread": 0.0}
)
"""Guests of a place who differ in age alone."""


def gap(years: float) -> tuple[float, float]:
    """Give the mean difference in age between offender and victim, in company and among all who are there."""
    w = at(NOON, exposure__company_years=years, **ALIKE).state
    segment, age = busiest(w), w.residents["age"].astype(float)
    there = present(w, segment) & (age >= MIN_AGE) & (w.where != AT_HOME)
    offender = int(np.flatnonzero(there)[np.argsort(age[there])[3]])
    drawn = hits(w, segment, offender, in_company=True)
    apart = np.abs(age - age[offender])
    return float(np.average(apart, weights=drawn)), float(apart[there].mean())


def test_company_is_of_an_age_and_of_any_age_when_it_is_cut():
    close, of_all = gap(3.0)
    assert close < 0.4 * of_all
    close, of_all = gap(100.0)
    assert close > 0.75 * of_all


@pytest.mark.parametrize("rise", [0.0, 8.0])
def test_offenders_keep_company_with_offenders(rise):
    w = at(NOON, exposure__company_of_offenders=rise, exposure__frailty_spread=0.0, exposure__company_years=100.0).state
    segment = busiest(w)
    there = present(w, segment) & (w.residents["age"] >= MIN_AGE) & (w.where != AT_HOME)
    offends = w.residents["offender"] != NONE
    offender = int(np.flatnonzero(there & offends)[0])
    drawn = hits(w, segment, offender, in_company=True)
    ratio = drawn[there & offends].mean() / drawn[there & ~offends].mean()
    assert (ratio > 3.0) == (rise > 0.0)


def test_nobody_is_robbed_where_nobody_is():
    w = at(NIGHT % 288).state
    empty = np.flatnonzero(
        (w.crowds["n_street"] == 0) & (w.crowds["n_visiting"] == 0) & (w.segments["n_residents"] == 0)
    )
    full = busiest(at(NOON).state)
    for segment in empty[:3]:
        assert find_victim(w, int(segment), ROBBERY, NO_THING, CAUSES[0], 0, False) == NOBODY_MET
    met = [find_victim(at(NOON).state, full, ASSAULT, NO_THING, cause, 0, False) for cause in CAUSES[:200]]
    assert np.mean(np.array(met) >= 0) > 0.6  # most of those who are there are at work
    nowhere = {f"exposure__exposed_{place}": 0.0 for place in ("at_leisure", "out", "at_school", "at_work", "at_home")}
    hidden = at(NOON, **nowhere).state
    indoors = np.flatnonzero((hidden.crowds["n_foot"] == 0) & (hidden.crowds["n_visiting"] > 20))
    for segment in indoors[:3]:
        assert find_victim(hidden, int(segment), ASSAULT, NO_THING, CAUSES[0], 0, False) == NOBODY_MET


def test_an_empty_home_is_entered_sooner():
    w = at(NOON).state
    segment = int(w.segments["n_households"].argmax())
    drawn = hits(w, segment, NONE + 1, BURGLARY)
    home = w.residents["household"]
    somebody = np.bincount(home[w.where == AT_HOME], minlength=len(w.households)) > 0
    first, n = w.segments[segment]["first_household"], w.segments[segment]["n_households"]
    by_home = np.bincount(home, weights=drawn, minlength=len(w.households))[first : first + n]
    empty = ~somebody[first : first + n]
    assert 0 < empty.sum() < n
    assert by_home[empty].mean() > 2.5 * by_home[~empty].mean()


@pytest.mark.parametrize("thing", [VEHICLE, THINGS.index("bicycle")])
def test_only_those_who_have_one_lose_a_car_or_a_bicycle(thing):
    w = at(NOON).state
    segment = busiest(w)
    owners = {find_owner(w, segment, thing, cause, 0) for cause in CAUSES[:500]} - {NONE}
    homes = w.households[w.residents["household"][sorted(owners)]]
    assert len(owners) > 5
    assert np.all(homes["cars" if thing == VEHICLE else "bicycles"] > 0)
    assert np.all(present(w, segment)[sorted(owners)] | (w.residents["home"][sorted(owners)] == segment))


def test_things_are_taken_where_and_when_they_are_there():
    w = at(NOON).state
    quiet, busy = int(w.crowds["n_visiting"].argmin()), busiest(w)
    share = {
        (segment, hour): np.bincount([choose_thing(w, segment, c, hour * 60.0) for c in CAUSES], minlength=len(THINGS))
        for segment in (quiet, busy)
        for hour in (3.0, 12.0)
    }
    person, shop = FROM_PERSON, THINGS.index("from_shop")
    assert share[busy, 12.0][person] > 2 * share[quiet, 12.0][person]
    assert share[busy, 3.0][shop] == 0
    assert all(n[0] == 0 for n in share.values())


@cache
def ledger(**changes: Any) -> Ledger:
    """Run the town with many thefts."""
    often = {"n_days": 30, "offending__searches_per_year": 300.0, "people__n_residents": 3000}
    return play(scenario(**often | changes))


def test_thefts_say_what_was_taken_and_nothing_else_does():
    rows = ledger()["offences"]
    stolen = rows["thing"] > 0
    assert np.array_equal(stolen, rows["type"] == THEFT)
    assert np.all(rows["victim"][rows["thing"] == THINGS.index("from_shop")] == NONE)
    assert len(np.unique(rows["thing"][stolen])) == len(THINGS) - 1


def test_a_car_is_reported_and_a_shop_seldom():
    alike = {"n_days": 120, "reporting__place_spread": 0.0}  # streets do not differ
    rows = ledger(**alike)["offences"]
    told = {name: rows["reported"][rows["thing"] == i].mean() for i, name in enumerate(THINGS) if i}
    assert told["vehicle"] > 0.6
    assert told["from_shop"] < told["from_home"] < 0.35
    cut = ledger(**alike, theft__reported_vehicle=0.24, theft__report_odds_shop=1.0)["offences"]
    told = {name: cut["reported"][cut["thing"] == i].mean() for i, name in enumerate(THINGS) if i}
    assert told["vehicle"] < 0.45
    assert told["from_shop"] == pytest.approx(told["from_home"], abs=0.08)


def test_one_inclination_is_in_the_builder_and_in_the_core():
    what = scenario(offending__unequal_origin=2.0)
    w = build_world(what, 1).state
    people = w.residents
    odds = odds_of(what, people["age"].astype(int), people["male"] == 1, people["migrant"] == 1) / mean_odds(what)
    rows = range(0, len(people), 7)
    np.testing.assert_allclose([inclination(w, i) for i in rows], odds[::7], rtol=1e-6)
    of_age = people["age"] >= MIN_AGE
    assert odds[of_age].mean() == pytest.approx(1.0, abs=0.15)


def test_nobody_in_custody_is_hurt():
    w = at(NOON).state
    segment = busiest(w)
    often = int(hits(w, segment, 0).argmax())
    was, w.where[often] = int(w.where[often]), AWAY
    assert hits(w, segment, 0)[often] == 0
    w.where[often] = was


def test_violence_falls_with_the_time_of_day_of_those_who_are_out():
    rows = ledger()["offences"]
    hour = rows["t"] % DAY_MIN / 60.0
    robbed = rows["type"] == ROBBERY
    assert robbed.sum() > 30
    assert ((hour[robbed] >= 2) & (hour[robbed] < 5)).mean() < 3 / 24
