"""What a week of this city's people is like: how ready they are to call, and how often two parties are at home.

Calls and quarrels are drawn at all hours and thinned by where people are and whether they are awake. So that the
numbers asked for are met whatever the ages, the hours and the readiness of a scenario, the draws are made more often by
what the thinning takes away in the mean; and this is read off the plans of some of the people before the first tick.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.agents.days import MAX_TRIPS, PLAN_BEGINS_MIN, leg_ends, plan_person
from sim.agents.demand import loud_street
from sim.agents.disputes import dispute_rate, parties
from sim.agents.state import State
from sim.agents.tables import AT_HOME, TRAVELLING
from sim.agents.waking import is_awake, ready_about_noise, ready_to_call
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled
from sim.draws import Stream, mix_keys, uniform_four

USUAL = int(Stream.USUAL_WEEK)
WEEK, MOMENTS, STEP_MIN = 7, 48, 30.0
SAMPLE, NOISE_SAMPLE = 5_000, 1_500
"""People, and as many quarrels, whose week is read: the means are then known to about a hundredth or better."""
MOST_GUESTS = 1_000
"""Guests of a street who are asked whether they are there."""
FINE = 0.005
"""Means are kept in such steps, so that one more resident next to never moves the calls of everybody."""


def learn_usual_week(state: State) -> None:
    """Keep the means of a usual week in the counters of a state, which must be that of the whole city."""
    weekday = ((state.weekday[0] + np.arange(WEEK + 1)) % WEEK).astype(np.uint8)
    scratch = replace(state, where=state.where.copy(), weekday=weekday)
    means = {"ready_mean": mean_readiness, "noise_mean": mean_of_noise, "both_home_mean": mean_both_home}
    for name, mean_of in means.items():
        state.c[name] = FINE * max(1, round(mean_of(scratch) / FINE))


@compiled
def mean_readiness(w: State) -> float:
    """Return how ready people are to call in the mean of a week."""
    share, n, ready = SAMPLE / max(w.c[0].n_living, 1), 0, 0.0
    places = np.empty(WEEK * MOMENTS, np.uint8)
    for person in range(w.c[0].n_living):
        u_taken, _, _, _ = uniform_four(w.c[0].seed, USUAL, w.residents[person].key, 0)
        if w.residents[person].present == 0 or u_taken >= share:
            continue
        _follow(w, person, places)
        for k in range(places.size):
            w.where[person] = places[k]
            ready += ready_to_call(w, person, _moment(k))
        w.where[person] = AT_HOME
        n += places.size
    return ready / n if ready > 0.0 else 1.0


@compiled
def mean_of_noise(w: State) -> float:
    """Return the same about noise, which somebody must be up to make: guests of a loud street near, or who lives there.

    Who makes it is looked for as in a run, but for people on their way.
    """
    share, n, ready = NOISE_SAMPLE / max(w.c[0].n_living, 1), 0, 0.0
    places, others = np.empty(WEEK * MOMENTS, np.uint8), np.empty(WEEK * MOMENTS, np.uint8)
    somebody = np.empty(WEEK * MOMENTS, np.bool_)
    for person in range(w.c[0].n_living):
        u_taken, _, u_street, u_other = uniform_four(w.c[0].seed, USUAL, w.residents[person].key, 0)
        if w.residents[person].present == 0 or u_taken >= share:
            continue
        _see_guests(w, loud_street(w, w.residents[person].home, u_street), u_other, others, somebody)
        _follow(w, person, places)
        for k in range(places.size):
            w.where[person] = places[k]
            if somebody[k]:
                ready += ready_about_noise(w, person, _moment(k))
        w.where[person] = AT_HOME
        n += places.size
    return ready / n if ready > 0.0 else 1.0


@compiled
def _see_guests(w: State, street: int, u_other: float, others: NDArray[np.uint8], somebody: NDArray[np.bool_]) -> None:
    """Tell for each moment of a week whether a street has guests, or one of those who live there is up."""
    somebody[:] = False
    first, last = w.guests_start[street], w.guests_start[street + 1]
    for row in range(first, min(last, first + MOST_GUESTS)):
        person = int(w.guests[row] >> 2)
        if w.residents[person].present != 0:
            _follow(w, person, others)
            for k in range(others.size):
                somebody[k] |= others[k] == w.guests[row] & 3
    place = w.segments[street]
    if place.n_residents == 0:
        return
    one = place.first_resident + int(u_other * place.n_residents)
    if w.residents[one].present != 0:
        _follow(w, one, others)
        for k in range(others.size):
            somebody[k] |= others[k] == AT_HOME and is_awake(w, one, _moment(k))


@compiled
def mean_both_home(w: State) -> float:
    """Return the share of a week in which both parties of a quarrel are at home and awake."""
    share, total, both = SAMPLE / max(w.c[0].n_homes, 1), 0.0, 0.0
    ones, others = np.empty(WEEK * MOMENTS, np.uint8), np.empty(WEEK * MOMENTS, np.uint8)
    for home in range(w.c[0].n_homes):
        key = mix_keys(w.households[home].key, USUAL)
        u_taken, u_a, u_b, _ = uniform_four(w.c[0].seed, USUAL, key, 1)
        if u_taken >= share:
            continue
        a, b = parties(w, home, key, u_a, u_b)
        if a == b:
            continue
        _follow(w, a, ones)
        _follow(w, b, others)
        weight = dispute_rate(w, home)
        total += weight * ones.size
        for k in range(ones.size):
            if ones[k] == AT_HOME and others[k] == AT_HOME:
                both += weight * (is_awake(w, a, _moment(k)) and is_awake(w, b, _moment(k)))
    return both / total if both > 0.0 else 1.0


@compiled
def _moment(k: int) -> float:
    """Return the time of a row of a week, which begins at four in the morning of its first day."""
    return PLAN_BEGINS_MIN + STEP_MIN * k


@compiled
def _follow(w: State, person: int, places: NDArray[np.uint8]) -> None:
    """Write where somebody is through a week by the plans of its days; the day before tells who comes from work."""
    times, legs, before = np.empty(MAX_TRIPS), np.empty(MAX_TRIPS, np.uint8), np.empty(MOMENTS, np.uint8)
    w.where[person] = AT_HOME
    _follow_day(w, person, -1, times, legs, before)
    for day in range(WEEK):
        _follow_day(w, person, day, times, legs, places[day * MOMENTS : (day + 1) * MOMENTS])
    w.where[person] = AT_HOME


@compiled
def _follow_day(
    w: State, person: int, day: int, times: NDArray[np.float64], legs: NDArray[np.uint8], places: NDArray[np.uint8]
) -> None:
    """Write where somebody is through a day, and leave the person where the day ends."""
    n, mine = plan_person(w, person, day, times, legs), w.rounds[w.routines[person].round]
    here, free_at, k = int(w.where[person]), 0.0, 0
    for i in range(n):
        leaves = max(times[i], free_at)
        while k < MOMENTS and STEP_MIN * k < leaves:
            places[k] = here
            k += 1
        _, here = leg_ends(legs[i])
        free_at = leaves + mine.path_len[int(legs[i]) >> 1] * w.p[0].tick_min
        while k < MOMENTS and STEP_MIN * k < free_at:
            places[k] = TRAVELLING
            k += 1
    places[k:] = here
    w.where[person] = here if free_at < DAY_MIN else AT_HOME
