"""Victims: who of those present is hurt, and whose belongings are taken.

Nobody is hurt who is not there. Among those present each draws a number of their own, weighed by where
they are (in the street, out, at work, at home), in whose company, and by one factor of the person; the
least draw is hit, so that the choice does not depend on how people are numbered, and a newcomer changes
it only by being chosen.
"""

from __future__ import annotations

import math

from sim.agents.company import closeness
from sim.agents.state import State
from sim.agents.tables import (
    AT_HOME,
    AT_LEISURE_B,
    AT_WORK,
    AWAY,
    BICYCLE,
    DAYS_SCHOOL,
    FROM_HOME,
    FROM_PERSON,
    FROM_VEHICLE,
    NONE,
    ON_FOOT,
    TRAVELLING,
    VEHICLE,
)
from sim.compiling.compiled import compiled
from sim.draws import Key, Stream, uniform
from sim.params import ASSAULT, BURGLARY, DISORDER, ROBBERY, THEFT

VICTIM = int(Stream.VICTIM)
MIN_AGE = 12
"""Children under 12 are left out, as the surveys of victims do."""
ADULT_AGE = 18
NOBODY_MET = -2
"""What `find_victim` gives where a robber or assailant met nobody: then nothing happens."""
MOST_BIDS = 128
"""Guests of a place who are looked at, from a point that the cause draws; of more, some are left out."""
FAR = 1e300
"""A draw above every other one."""


@compiled
def find_victim(w: State, segment: int, kind: int, thing: int, cause: Key, offender: int, in_company: bool) -> int:
    """Choose who suffers an offence; `NONE` for a business or the street, `NOBODY_MET` where there was nobody to hurt.

    Parameters
    ----------
    thing
        what is stolen, an index into `THINGS`
    offender
        row in residents
    in_company
        whether the offender is among those with whom the days are spent
    """
    if kind == DISORDER:
        return NONE
    if kind == BURGLARY:
        return _household_hit(w, segment, kind, cause, offender)
    if kind == THEFT and thing != FROM_PERSON:
        return find_owner(w, segment, thing, cause, offender)
    person, met = _person_hit(w, segment, kind, cause, offender, in_company)
    if kind == THEFT:
        return person
    # Those whom the offender comes across are many or few by chance: at least one with this probability.
    if person == NONE or uniform(w.c[0].seed, VICTIM, cause, 2) >= 1.0 - math.exp(-met):
        return NOBODY_MET
    return person


@compiled
def exposure(w: State, person: int, kind: int) -> float:
    """Return how exposed a person is to an offence where the person is now, against one on foot in the street."""
    p, who = w.p[0], w.routines[person]
    if w.residents[person].age < MIN_AGE or w.where[person] == AWAY:
        return 0.0
    if w.where[person] == TRAVELLING:
        return 1.0
    share = p.robbery_indoors if kind == ROBBERY else 1.0
    if w.where[person] == AT_HOME:
        return 0.0 if kind == THEFT else float(p.exposed_at_home * share)
    if w.where[person] == AT_WORK:
        return float((p.exposed_at_school if who.kind == DAYS_SCHOOL else p.exposed_at_work) * share)
    if w.where[person] == AT_LEISURE_B:  # some of those out for the evening are in the street, between two places
        return float(p.share_outside + (1.0 - p.share_outside) * p.exposed_out * share)
    return float(p.exposed_at_leisure * share)


@compiled
def _person_hit(w: State, segment: int, kind: int, cause: Key, offender: int, in_company: bool) -> tuple[int, float]:
    """Choose one of those present, and say how many of them the offender is expected to come across."""
    place = w.segments[segment]
    best, least, met = NONE, FAR, 0.0
    left = 0 if in_company else int(w.crowds[segment].n_foot)
    for i in range(w.c[0].n_travellers):
        if left == 0:
            break
        if w.travellers[i, 3] == segment and w.travellers[i, 1] >= ON_FOOT:
            left -= 1
            best, least, met = _bid(
                w, int(w.travellers[i, 0]), kind, cause, offender, in_company, 1.0, best, least, met
            )
    for person in range(place.first_resident, place.first_resident + (0 if in_company else place.n_residents)):
        if w.where[person] == AT_HOME:
            best, least, met = _bid(w, person, kind, cause, offender, in_company, 1.0, best, least, met)
    left = min(int(w.crowds[segment].n_visiting), MOST_BIDS)
    stands_for = w.crowds[segment].n_visiting / max(left, 1)
    row, n = _first_guest(w, segment, cause)
    for _ in range(n):
        if left == 0:
            break
        person, where = int(w.guests[row] >> 2), w.guests[row] & 3
        row = _next_guest(w, segment, row)
        if w.where[person] == where:
            left -= 1
            best, least, met = _bid(w, person, kind, cause, offender, in_company, stands_for, best, least, met)
    return best, met


@compiled
def _bid(
    w: State,
    person: int,
    kind: int,
    cause: Key,
    offender: int,
    in_company: bool,
    stands_for: float,
    best: int,
    least: float,
    met: float,
) -> tuple[int, float, float]:
    """Let one of those present draw; `stands_for` is how many people this one is the sample of."""
    weight = stands_for * exposure(w, person, kind)
    if person == offender or weight <= 0.0:
        return best, least, met
    who = w.residents[person]
    if kind == ASSAULT:  # it begins as a quarrel, and people get into one with their like in age
        weight *= closeness(w, offender, person)
    met += weight
    weight *= who.frailty
    if in_company and who.offender != NONE:
        weight *= 1.0 + w.p[0].company_of_offenders
    draw = _race(w, who.key, cause, weight)
    if draw < least:
        return person, draw, met
    return best, least, met


@compiled
def _race(w: State, key: Key, cause: Key, weight: float) -> float:
    """Draw when somebody is hit if hit at the rate `weight`: of several, each comes first as often as it weighs."""
    return -math.log(1.0 - uniform(w.c[0].seed, VICTIM, key, cause)) / weight if weight > 0.0 else FAR


@compiled
def _first_guest(w: State, segment: int, cause: Key) -> tuple[int, int]:
    """Return where among the guests of a segment to begin, and how many there are."""
    begin, n = w.guests_start[segment], w.guests_start[segment + 1] - w.guests_start[segment]
    return int(begin + int(uniform(w.c[0].seed, VICTIM, cause, 3) * n)), int(n)


@compiled
def _next_guest(w: State, segment: int, row: int) -> int:
    """Go on to the next guest of a segment, after the last one to the first."""
    return int(row + 1 if row + 1 < w.guests_start[segment + 1] else w.guests_start[segment])


@compiled
def _household_hit(w: State, segment: int, kind: int, cause: Key, offender: int) -> int:
    """Choose a household whose home is entered, an empty one sooner, and name its first member in the city."""
    place, occupied = w.segments[segment], 1.0 - w.p[0].occupancy_weight
    best, least = NONE, FAR
    for row in range(place.first_household, place.first_household + place.n_households):
        home = w.households[row]
        weight = occupied if kind == BURGLARY and _is_somebody_home(w, row) else 1.0
        if w.residents[offender].household == row:
            continue
        draw, member = _race(w, home.key, cause, weight), _member_in_city(w, row)
        if draw < least and member != NONE:
            best, least = member, draw
    return best


@compiled
def _is_somebody_home(w: State, household: int) -> bool:
    home, n = w.households[household], 0
    for person in range(home.first, home.first + home.n):
        n += w.where[person] == AT_HOME
    return n > 0


@compiled
def _member_in_city(w: State, household: int) -> int:
    """Name who tells of what a household lost: its first member, an adult, or the next who is not away."""
    home = w.households[household]
    for person in range(home.first, home.first + home.n):
        if w.where[person] != AWAY:
            return int(person)
    return NONE


@compiled
def find_owner(w: State, segment: int, thing: int, cause: Key, offender: int) -> int:
    """Choose whose belongings are taken: of a household here, or of a guest who came with them; `NONE` for a shop."""
    if thing == FROM_HOME:
        return _household_hit(w, segment, THEFT, cause, offender)
    if thing != VEHICLE and thing != FROM_VEHICLE and thing != BICYCLE:
        return NONE
    place = w.segments[segment]
    best, least = NONE, FAR
    for row in range(place.first_household, place.first_household + place.n_households):
        home = w.households[row]
        owned = float(home.bicycles if thing == BICYCLE else home.cars)
        if owned <= 0.0 or w.residents[offender].household == row:
            continue
        weight = owned if _is_somebody_home(w, row) else w.p[0].left_at_home * owned
        draw, member = _race(w, home.key, cause, weight), _member_in_city(w, row)
        if draw < least and member != NONE:
            best, least = member, draw
    return _guest_owner(w, segment, thing, cause, offender, best, least)


@compiled
def _guest_owner(w: State, segment: int, thing: int, cause: Key, offender: int, best: int, least: float) -> int:
    """Let the guests of a segment draw for a car or bicycle that they came with."""
    left = min(int(w.crowds[segment].n_visiting), MOST_BIDS)
    stands_for = w.crowds[segment].n_visiting / max(left, 1)
    row, n = _first_guest(w, segment, cause)
    for _ in range(n):
        if left == 0:
            break
        person, where = int(w.guests[row] >> 2), w.guests[row] & 3
        row = _next_guest(w, segment, row)
        who = w.residents[person]
        if w.where[person] != where:
            continue
        left -= 1
        home = w.households[who.household]
        owned = float(home.bicycles if thing == BICYCLE else home.cars) / home.n
        if person != offender and who.age >= ADULT_AGE and owned > 0.0:
            draw = _race(w, who.key, cause, stands_for * owned)
            if draw < least:
                best, least = person, draw
    return best
