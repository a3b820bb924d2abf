"""A part of a city agrees with the same part inside the whole, and would not if who comes in were left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from worlds import scenario, ticks

import sim.world as worlds
from sim.agents.tables import BEYOND, FROM_BEYOND, NONE
from sim.engine import run_shifts
from sim.policies.reactive import Reactive
from sim.world import build_city, build_world

TOWN = {
    "city__streets": "organic", "city__n_segments": 500, "people__n_residents": 9000, "force__n_districts": 5,
    "force__n_response": 40, "force__n_foot": 10, "force__n_community": 10, "offending__searches_per_year": 40.0,
    "migrants__share_at_start": 0.8,
}  # fmt: skip
WHOLE = scenario(**TOWN, n_days=20)
PART = WHOLE.replace({"city.districts": "2"})
HERE = build_city(PART).part
SEEDS = (1, 2, 3, 4)


def drop_outsiders(monkeypatch):
    """Break the part: nobody comes in from outside."""
    cut = worlds.cut_people

    def cut_and_drop(people, part, n_segments):
        here = cut(people, part, n_segments)
        stays = here.offenders["resident"] < here.n_living
        offenders, residents = here.offenders[stays], here.residents[: here.n_living].copy()
        row = np.append(np.where(stays, np.cumsum(stays) - 1, NONE), NONE)  # the last one for nobody
        offenders["partner"], residents["offender"] = row[offenders["partner"]], row[residents["offender"]]
        return replace(
            here, residents=residents, routines=here.routines[: here.n_living],
            households=here.households[: here.n_homes], offenders=offenders,
        )  # fmt: skip

    monkeypatch.setattr(worlds, "cut_people", cut_and_drop)


def test_residents_are_the_same_people_in_the_part_and_in_the_whole():
    whole, part = (build_world(one, 1).state for one in (WHOLE, PART))
    n, n_homes = int(part.c["n_living"][0]), int(part.c["n_homes"][0])
    lives_here = np.isin(whole.residents["home"], HERE.segment)
    there, here = whole.residents[lives_here], part.residents[:n]
    assert n == lives_here.sum()
    for column in ("key", "age", "male", "renting", "migrant", "present", "trust", "next_call", "leaves"):
        assert (here[column] == there[column]).all(), column
    assert (HERE.segment[here["home"]] == there["home"]).all()
    assert (part.households["key"][here["household"]] == whole.households["key"][there["household"]]).all()
    assert (part.households["n"][:n_homes] == np.bincount(here["household"])).all()
    places = whole.rounds["place"][whole.routines["round"][lives_here]]
    seen = part.rounds["place"][part.routines["round"][:n]]
    inside = np.isin(places, HERE.segment)
    assert (HERE.segment[seen[inside]] == places[inside]).all()
    assert (seen[~inside & (places != NONE)] == BEYOND).all()
    assert (seen[places == NONE] == NONE).all()
    offends = here["offender"] != NONE
    assert (offends == (there["offender"] != NONE)).all()
    assert (part.offenders["key"][here["offender"][offends]] == here["key"][offends]).all()


def test_who_comes_in_lives_beyond_the_border_and_nobody_there_is_asked_visited_or_counted():
    world = build_world(PART, 1)
    state, n = world.state, int(world.state.c["n_living"][0])
    outside = state.residents[n:]
    assert len(outside) > 0.3 * n
    assert (outside["home"] == NONE).all()
    assert set(outside["present"]) <= {0, FROM_BEYOND}
    assert (state.households["segment"][outside["household"]] == NONE).all()
    assert (state.households["key"][outside["household"]] > 0).all()
    rows = [rows for _, rows in run_shifts(world, Reactive())]
    days = np.concatenate([one["days"] for one in rows])
    assert (days["n_residents"] <= n).all()
    assert len(np.concatenate([one["people"] for one in rows])) == n
    assert len(np.concatenate([one["feelings"] for one in rows])) == n
    answers = np.concatenate([one["answers"] for one in rows])
    assert (answers["resident"] < n).all()
    contacts = np.concatenate([one["contacts"] for one in rows])
    stops, visits = contacts[contacts["kind"] == 1], contacts[contacts["kind"] >= 3]
    assert (visits["resident"] < n).all()
    assert (stops["resident"] >= n).any()  # whoever is in the street may be stopped
    offences = np.concatenate([one["offences"] for one in rows])
    assert (offences["resident"] >= n).any()
    assert (offences["victim"] >= n).any()


def people_by_tick(world, n_days):
    """Yield people in the street, at their places and at home, by segment, at each tick."""
    for _ in ticks(world, Reactive(), n_days):
        crowds = world.state.crowds
        yield np.stack([crowds[name] for name in ("n_street", "n_visiting", "n_home")])


def test_streets_and_places_hold_the_very_people_that_they_hold_in_the_whole(monkeypatch):
    # Nobody is arrested, and nobody stays in for fear: what officers do differs between a part and the whole.
    quiet = {
        "offending.searches_per_year": 0.0, "disputes.disputes_per_household": 0.0, "days.stay_in_fear": 0.0,
    }  # fmt: skip
    whole, part = (build_world(one.replace(quiet), 1) for one in (WHOLE, PART))
    for there, here in zip(people_by_tick(whole, 3), people_by_tick(part, 3), strict=True):
        assert (there[:, HERE.segment] == here).all()
    assert np.ptp(here[0]) > 0
    for name in ("mean_foot", "mean_visiting"):
        assert part.state.c[name][0] == pytest.approx(whole.state.c[name][0], rel=0.02)
    drop_outsiders(monkeypatch)
    alone = build_world(PART.replace(quiet), 1)
    there, here = (sum(one[:2].sum() for one in people_by_tick(world, 1)) for world in (part, alone))
    assert here < 0.8 * there
