"""What a day does to everybody: what was seen and heard in the street, mood, and fading."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.agents.attitudes import hear_outcome
from sim.agents.fading import left_after
from sim.agents.feeling_words import (
    BY_CRIME,
    BY_DISORDER,
    BY_PROBLEM,
    BY_SIGHT,
    N_CAUSES,
    N_GROUPS,
    NO_PROBLEM,
    SATISFACTION,
    SECURITY,
    TRUST,
)
from sim.agents.feelings import (
    change_mood,
    fade,
    fade_account,
    fading,
    fresh_share,
    group_of,
    is_turn,
    mood_step,
    show,
)
from sim.agents.local_problems import conviction, forget_trouble, hear_what_was_done, think_of_problems, work_on_trouble
from sim.agents.residents import place_of
from sim.agents.state import State, Table
from sim.agents.tables import AT_LEISURE_A, AT_WORK, AWAY, NONE
from sim.compiling.compiled import compiled, phase
from sim.draws import Stream, uniform

SIGHT = int(Stream.SIGHT)
CONTACT_FADES = math.exp(-1.0 / 365.0)
"""What a day leaves of the memory of a contact: at a steady rate, as many are remembered as a year brings."""
WEEK = 7


@phase
def feel_day(w: State) -> None:
    """Bring attitudes a day on: what the street has seen and heard, mood, and what fades."""
    p = w.p[0]
    fade_account(w)
    sight = _look_at_corners(w)
    rates = fading(w)
    step = mood_step(w, float(WEEK))
    familiarity_left = left_after(1.0, p.familiarity_half_life_days)
    paces = (
        1.0 - left_after(1.0, p.fresh_days),
        left_after(1.0, p.problem_days),
        left_after(1.0, p.seen_days),
        1.0 - left_after(1.0, p.habituation_days),
    )  # worked out once for all
    calmer = left_after(1.0, p.strain_half_life_days)
    count = np.zeros(N_GROUPS)
    moved = np.zeros((2, 3))
    for s in range(w.segments.size):
        place = w.segments[s]
        fresh, lasting = _feel_street(w, s, moved)
        seen_near = min(place.near_day_min / 60.0, 2.0) * p.familiar_hour
        count[:] = 0.0
        for r in range(place.first_resident, place.first_resident + place.n_residents):
            who = w.residents[r]
            who.familiarity *= familiarity_left
            who.contacts *= CONTACT_FADES
            if not who.present:
                continue
            fade(who, rates[0], rates[1], rates[2])
            if is_turn(w, who, WEEK):
                change_mood(w, who, w.c[0].day + 1, step[0], step[1])
            if w.where[r] != AWAY:
                who.strain *= calmer
                who.familiarity += seen_near * (1.0 - who.familiarity)
                who.n_days += 1
                count[group_of(who)] += 1.0
                for k in range(3):
                    who.fresh[k] += fresh[k]
                    who.lasting[k] += lasting[k]
                _live_day(w, place, r, paces, sight)
            show(who)
        _book_street(w, moved, count)
        work_on_trouble(w, s, p.patrol_counts * place.near_day_min / 60.0)
        forget_trouble(w, s)
        place.alarm = 0.0
        place.police_day_min = place.near_day_min = place.foot_day_min = 0.0
        place.disorder *= p.disorder_left


@compiled
def _look_at_corners(w: State) -> NDArray[np.float32]:
    """Add up, for each street, the walks of officers in it and at its corners."""
    sight = np.empty(w.segments.size, np.float32)
    for s in range(w.segments.size):
        minutes = float(w.segments[s].foot_day_min)
        for i in range(w.neighbours_start[s], w.neighbours_start[s + 1]):
            minutes += w.p[0].sight_at_corner * w.segments[w.neighbours[i]].foot_day_min
        sight[s] = minutes
    return sight


@compiled
def _feel_street(
    w: State, s: int, moved: NDArray[np.float64]
) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Return what the street does today to the quick and the slow part of the three attitudes of all who live in it.

    Crime is heard of and fades; disorder and police in sight are there every day and press towards a level. What is
    always so is partly taken for usual. `moved` is filled with the sums by cause: crime, disorder, police and patrols.
    """
    p, place = w.p[0], w.segments[s]
    rate = 1.0 - left_after(1.0, p.fresh_days)
    usual = 1.0 - left_after(1.0, p.habituation_days)
    share, spread = fresh_share(w, p.crime_days), p.attitude_spread
    alarm, cars = min(float(place.alarm), p.alarm_max), 1.0 - math.exp(-place.police_day_min / 60.0)
    crime = -spread * p.neighbour_security * (alarm - p.habituation * place.usual_alarm)
    disorder = -rate * spread * p.disorder_security * (place.disorder - p.habituation * place.usual_disorder)
    police = rate * spread * p.cars_security * (cars - p.habituation * place.usual_police)
    police += rate * spread * _patrol_felt(w, s, usual)
    place.usual_alarm += usual * (alarm - place.usual_alarm)
    place.usual_disorder += usual * (place.disorder - place.usual_disorder)
    place.usual_police += usual * (cars - place.usual_police)
    moved[0, 0], moved[0, 1], moved[0, 2] = crime * share, disorder, police
    moved[1, 0], moved[1, 1], moved[1, 2] = crime * (1.0 - share), 0.0, 0.0
    quick, slow = crime * share + disorder, crime * (1.0 - share)
    return (
        (quick + police, quick * p.crime_satisfaction, quick * p.crime_trust),
        (slow, slow * p.crime_satisfaction, slow * p.crime_trust),
    )


@compiled
def _patrol_felt(w: State, s: int, usual: float) -> float:
    """Return what residents on patrol do to the security of a street today, more where neighbours know each other."""
    p, beat = w.p[0], w.beats[s]
    if beat.seen_min <= 0.0 and beat.usual <= 0.0:
        return 0.0
    seen = 1.0 - math.exp(-beat.seen_min / 60.0)
    felt = p.watch_security * (1.0 + p.known_face * w.segments[s].ties) * (seen - p.habituation * beat.usual)
    beat.usual += usual * (seen - beat.usual)
    beat.seen_min = 0.0
    return float(felt)


@compiled
def _book_street(w: State, moved: NDArray[np.float64], count: NDArray[np.float64]) -> None:
    """Enter what the street did to those who live in it."""
    p = w.p[0]
    for group in range(N_GROUPS):
        n = count[group]
        if n == 0.0:
            continue
        row = w.account[group]
        for k in range(3):
            part = 1.0 if k == SECURITY else (p.crime_satisfaction if k == SATISFACTION else p.crime_trust)
            row.fresh[k * N_CAUSES + BY_CRIME] += n * part * moved[0, 0]
            row.lasting[k * N_CAUSES + BY_CRIME] += n * part * moved[1, 0]
            row.fresh[k * N_CAUSES + BY_DISORDER] += n * part * moved[0, 1]
        row.fresh[SECURITY * N_CAUSES + BY_SIGHT] += n * moved[0, 2]


@compiled
def _live_day(
    w: State, place: Table, r: int, paces: tuple[float, float, float, float], sight: NDArray[np.float32]
) -> None:
    """Let a resident see officers on foot, think of the street's problems, and be told of an own case.

    `sight` are the minutes of officers on foot by street; `paces` are the share of a level by which a day presses,
    what a day leaves of thoughts and of sightings, and how fast people get used to things.
    """
    who, p, rate = w.residents[r], w.p[0], paces[0]
    saw = _sees_officer(w, r, sight)
    if saw or who.seen > 0.0:
        _feel_seen(w, who, saw, paces)
    think_of_problems(w, place, r, paces[1])
    if who.problem != NO_PROBLEM:
        if saw:
            hear_what_was_done(w, r, p.seeing_work)
        push = rate * p.attitude_spread * p.gain_dealt_with * (conviction(who.dealt_with) - 0.5)
        _press(w, who, BY_PROBLEM, push * p.dealt_with_others, push, push * p.dealt_with_others)
    if who.news_day != 0 and w.c[0].day + 1 >= who.news_day:
        hear_outcome(w, r)


@compiled
def _sees_officer(w: State, r: int, sight: NDArray[np.float32]) -> bool:
    """Tell whether somebody saw an officer walk today.

    In the own street and at its corners while at home and awake, or about the place of work or of going out.
    """
    p, going = w.p[0], place_of(w, r, AT_WORK)
    home, elsewhere = p.sight_home_worker, p.sight_work
    if going == NONE:
        going, home, elsewhere = place_of(w, r, AT_LEISURE_A), p.sight_home_other, p.sight_leisure
    here = float(sight[w.residents[r].home])
    minutes = home * here
    if going != NONE:  # beyond the border as many walk as in the own street
        minutes += elsewhere * (float(sight[going]) if going >= 0 else here)
    if minutes <= 0.0:
        return False
    u, expected = uniform(w.c[0].seed, SIGHT, w.residents[r].key, w.c[0].day), p.sight_per_hour * minutes / 60.0
    if u > 1.000001 * expected + 1e-12:  # the chance is never above what is expected: most need no exponential
        return False
    return bool(u < 1.0 - math.exp(-expected))


@compiled
def _feel_seen(w: State, who: Table, saw: bool, paces: tuple[float, float, float, float]) -> None:
    """Let the sight of officers on foot reassure, by how often it happens and more where they are known."""
    p, left = w.p[0], paces[2]
    who.seen *= left
    if saw:
        who.n_seen += 1
        who.seen += WEEK * (1.0 - left)
    often = 1.0 - math.exp(-np.float64(who.seen))
    felt = (often - p.habituation * who.seen_usual) * (1.0 + p.known_face * who.familiarity)
    who.seen_usual += paces[3] * (often - who.seen_usual)
    push = paces[0] * p.attitude_spread * felt
    _press(w, who, BY_SIGHT, push * p.seen_security, push * p.seen_esteem, p.seen_trust * push * p.seen_esteem)


@compiled
def _press(w: State, who: Table, cause: int, security: float, satisfaction: float, trust: float) -> None:
    """Move the quick part of all three attitudes, and the account."""
    row = w.account[group_of(who)]
    who.fresh[SECURITY] += security
    who.fresh[SATISFACTION] += satisfaction
    who.fresh[TRUST] += trust
    row.fresh[SECURITY * N_CAUSES + cause] += security
    row.fresh[SATISFACTION * N_CAUSES + cause] += satisfaction
    row.fresh[TRUST * N_CAUSES + cause] += trust
