"""Plans of the day: who leaves for where and when, from four in the morning to four in the next.

Work and school, turns in the evening, at night and by a rota, errands, visits, and evenings out until places
close. A plan is some draws of a person and day and a look at small tables; an evening out ends within its day.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import State, Table
from sim.agents.tables import (
    ADULT,
    AT_HOME,
    AT_LEISURE_A,
    AT_LEISURE_B,
    AT_WORK,
    AWAY,
    CHILD,
    DAYS_HOME,
    DAYS_NIGHT,
    DAYS_ROTA,
    DAYS_STUDY,
    DAYS_WORK,
    LEGS,
    MIDDLE,
    NONE,
    OLD,
    ON_FOOT,
    TEENAGER,
    TRAVELLING,
    YOUNG,
)
from sim.compiling.compiled import compiled
from sim.draws import Stream, uniform_four

PLAN_BEGINS_MIN = 240
"""Plans begin at four in the morning; all minutes of a plan count from there."""
PLAN_ENDS_MIN = 1430.0
LATE_LEAVE = 490.0
"""Who leaves home for work after ten past twelve has time for an errand before."""
MAX_TRIPS = 6
N_FOURS = 3
"""Draws of four numbers that a plan takes: the day, errands and visits, the evening."""
BLOCK = 128
"""People whose numbers are drawn at once."""
Four = tuple[float, float, float, float]
PLAN = int(Stream.PLAN)
THURSDAY, FRIDAY, SATURDAY = 3, 4, 5
LEG_FROM = np.array([leg[0] for leg in LEGS], np.int64)
LEG_TO = np.array([leg[1] for leg in LEGS], np.int64)
LEG_BETWEEN = np.full((4, 4), -1, np.int64)
"""Code of the leg from one place to another: twice its number in `LEGS`, plus 1 for the way back."""
for _number, (_from, _to) in enumerate(LEGS):
    LEG_BETWEEN[_from, _to] = 2 * _number
    LEG_BETWEEN[_to, _from] = 2 * _number + 1


@compiled
def add_trip(minute: float, origin: int, goal: int, n: int, times: NDArray[np.float64], legs: NDArray[np.uint8]) -> int:
    """Append a trip to a plan and return the number of trips."""
    times[n] = minute
    legs[n] = LEG_BETWEEN[origin, goal]
    return n + 1


@compiled
def plan_person(w: State, person: int, day: int, times: NDArray[np.float64], legs: NDArray[np.uint8]) -> int:
    """Plan one day: fill departure times (minutes after four) and legs, return the number of trips."""
    drawn = np.empty((4 * N_FOURS, 1))
    _draw_plans(w, person, 1, day, drawn)
    return _plan(w, person, day, drawn, 0, times, legs)


@compiled
def _draw_plans(w: State, first: int, n: int, day: int, drawn: NDArray[np.float64]) -> None:
    """Draw the numbers of some people's days, one column each: in plain loops, which a processor takes in strides."""
    keys, seed = np.empty(n, np.uint64), w.c[0].seed
    for i in range(n):
        keys[i] = w.routines[first + i].key
    for four in range(N_FOURS):
        row, counter = 4 * four, 3 * day + 3 + four
        for i in range(n):
            drawn[row, i], drawn[row + 1, i], drawn[row + 2, i], drawn[row + 3, i] = uniform_four(
                seed, PLAN, keys[i], counter
            )


@compiled
def _four_of(drawn: NDArray[np.float64], four: int, i: int) -> Four:
    return drawn[4 * four, i], drawn[4 * four + 1, i], drawn[4 * four + 2, i], drawn[4 * four + 3, i]


@compiled
def _plan(
    w: State, person: int, day: int, drawn: NDArray[np.float64], column: int,
    times: NDArray[np.float64], legs: NDArray[np.uint8],
) -> int:  # fmt: skip
    """Plan the day of somebody whose numbers stand in a column."""
    p, who = w.p[0], w.routines[person]
    place = w.rounds[who.round].place
    weekday = w.weekday[day + 1]
    weekend = 1 if weekday >= SATURDAY else 0
    u_begin, u_begin_too, u_length, u_due = _four_of(drawn, 0, column)
    u_errand, u_when, u_stay, u_second = _four_of(drawn, 1, column)
    of_evening = _four_of(drawn, 2, column)
    readiness = (0.5 + who.outgoing / 255.0) * p.errands_by_age[who.age_band]
    n = 0
    if w.where[person] != AT_HOME and w.where[person] < TRAVELLING:  # after a night's work, or held up on the way
        rest = p.night_turn_ends_min - PLAN_BEGINS_MIN + 60.0 * u_begin if w.where[person] == AT_WORK else 0.0
        n = add_trip(rest, w.where[person], AT_HOME, n, times, legs)
    runs_errands = place[AT_LEISURE_A] != NONE
    due = _p_due(w, who.kind, weekend)
    if place[AT_WORK] != NONE and u_due < due:
        work = who.kind - DAYS_WORK
        late_turn = who.kind == DAYS_ROTA and u_due < 0.5 * due
        begin = (p.late_turn_min if late_turn else p.leave_min[work]) - PLAN_BEGINS_MIN
        leave = begin + p.leave_spread_min[work] * (u_begin + u_begin_too - 1.0)
        back = min(leave + p.work_min[work] + p.work_spread_min[work] * (u_length - 0.5), PLAN_ENDS_MIN)
        if leave >= LATE_LEAVE and runs_errands and u_errand < 0.5 * p.p_errand * readiness:
            n = _errand(330.0 + 70.0 * u_when, 20.0 + 50.0 * u_stay, n, times, legs)
        n = add_trip(leave, AT_HOME, AT_WORK, n, times, legs)
        if who.kind == DAYS_NIGHT:
            return n
        errand = u_errand < p.p_errand_after_work * readiness
        return _after_work(w, person, day, back, errand, u_stay, of_evening, n, times, legs)
    home_again = 0.0
    if runs_errands and u_errand < p.p_errand * readiness:
        begin, longer = p.errand_from_min - PLAN_BEGINS_MIN + p.errand_within_min * u_when, p.errand_weekend
        until = p.errands_until_min - PLAN_BEGINS_MIN
        stay = (p.errand_least_min + p.errand_more_min * u_stay) * (longer if weekend else 1.0)
        home_again = min(begin + stay, until)
        n = _errand(begin, home_again - begin, n, times, legs)
        if n <= 2 and home_again < until - 180.0 and u_second < p.p_second_errand * readiness:
            begin = home_again + 45.0 + 100.0 * u_begin
            stay = (p.errand_least_min + p.errand_more_min * u_length) * (longer if weekend else 1.0)
            home_again = min(begin + stay, until)
            n = _errand(begin, home_again - begin, n, times, legs)
    return _evening(w, person, day, home_again + 30.0, of_evening, n, times, legs)


@compiled
def _p_due(w: State, kind: int, weekend: int) -> float:
    """Return the chance that somebody is at work or school today: that it is due, less leave and illness."""
    p = w.p[0]
    if kind == DAYS_HOME:
        return 0.0
    due = p.p_at_work * (p.due_weekend[kind - DAYS_WORK] if weekend else p.due_weekday[kind - DAYS_WORK])
    return float(max(due, p.p_at_work_weekend) if kind == DAYS_WORK and weekend else due)


@compiled
def _errand(begin: float, stay: float, n: int, times: NDArray[np.float64], legs: NDArray[np.uint8]) -> int:
    n = add_trip(begin, AT_HOME, AT_LEISURE_A, n, times, legs)
    return add_trip(begin + stay, AT_LEISURE_A, AT_HOME, n, times, legs)


@compiled
def _after_work(
    w: State, person: int, day: int, back: float, errand: bool, u_stay: float, of_evening: Four, n: int,
    times: NDArray[np.float64], legs: NDArray[np.uint8],
) -> int:  # fmt: skip
    """Come home from work or school: straight, by way of a shop, or out at once; perhaps go out again."""
    who = w.routines[person]
    u_out, u_begin, u_until, u_where = of_evening
    place = _evening_place(w, person, u_where)
    goes_out = place != NONE and u_out < p_out(w, person, day)
    late = back > _out_from(w, who.age_band)
    if goes_out and (late or u_begin < w.p[0].p_straight_out):
        until = _evening_until(w, person, day, back, place, u_until)
        if until > back:
            n = add_trip(back, AT_WORK, place, n, times, legs)
            return add_trip(until, place, AT_HOME, n, times, legs)
    if errand and not late and w.rounds[who.round].place[AT_LEISURE_A] != NONE:
        n = add_trip(back, AT_WORK, AT_LEISURE_A, n, times, legs)
        back += 15.0 + 90.0 * u_stay
        n = add_trip(back, AT_LEISURE_A, AT_HOME, n, times, legs)
    else:
        n = add_trip(back, AT_WORK, AT_HOME, n, times, legs)
    return _evening(w, person, day, back + 60.0, of_evening, n, times, legs)


@compiled
def _evening(
    w: State, person: int, day: int, earliest: float, of_evening: Four, n: int,
    times: NDArray[np.float64], legs: NDArray[np.uint8],
) -> int:  # fmt: skip
    """Go out from home in the evening, or not."""
    who = w.routines[person]
    if who.age_band == CHILD:
        return n
    u_out, u_begin, u_until, u_where = of_evening
    if u_out >= p_out(w, person, day):
        return n
    place = _evening_place(w, person, u_where)
    weekday = w.weekday[day + 1]
    begin = _out_from(w, who.age_band) + w.p[0].out_spread_min[who.age_band - TEENAGER] * u_begin
    if weekday == FRIDAY or weekday == SATURDAY:
        begin += w.p[0].out_later_min * u_until
    begin = max(begin, earliest)
    until = _evening_until(w, person, day, begin, place, u_until)
    if place == NONE or until < begin + 30.0:
        return n
    n = add_trip(begin, AT_HOME, place, n, times, legs)
    return add_trip(until, place, AT_HOME, n, times, legs)


@compiled
def _out_from(w: State, age_band: int) -> float:
    """Return when evenings out begin at the earliest; children have no such evenings, and teenagers' hours."""
    return float(w.p[0].out_from_min[max(age_band, TEENAGER) - TEENAGER] - PLAN_BEGINS_MIN)


@compiled
def p_out(w: State, person: int, day: int) -> float:
    """Return the chance to go out on the evening of a day: by weekday, age and person, less where fear is high."""
    p, who = w.p[0], w.routines[person]
    weekday = w.weekday[day + 1]
    usual = p.p_evening_week
    if weekday == FRIDAY or (weekday == THURSDAY and who.kind == DAYS_STUDY):
        usual = p.p_evening_friday
    elif weekday == SATURDAY:
        usual = p.p_evening_saturday
    elif weekday > SATURDAY:
        usual = p.p_evening_sunday
    if who.age_band == CHILD:
        return 0.0
    if who.age_band == TEENAGER:
        usual *= p.evening_under_18
    elif who.age_band == YOUNG:
        usual *= p.evening_18_24
    elif who.age_band == MIDDLE:
        usual *= p.evening_45_64
    elif who.age_band == OLD:
        usual *= p.evening_65
    if p.stay_in_fear > 0.0:  # reads another table only where somebody may stay in
        usual *= 1.0 - p.stay_in_fear * (1.0 - w.residents[person].security)
    return float(usual * (0.5 + who.outgoing / 255.0))


@compiled
def _evening_place(w: State, person: int, u: float) -> int:
    """Choose where an evening is spent: where one goes out, or with people one visits; `NONE` if there is neither."""
    who = w.routines[person]
    places = w.rounds[who.round].place
    if places[AT_LEISURE_B] != NONE and who.age_band > CHILD:
        if u < w.p[0].share_venue * w.p[0].venues_by_age[who.age_band - TEENAGER]:
            return AT_LEISURE_B
    return AT_LEISURE_A if places[AT_LEISURE_A] != NONE else NONE


@compiled
def _evening_until(w: State, person: int, day: int, begin: float, place: int, u: float) -> float:
    """Return when an evening ends: by age, by what the night offers, and at closing time at the latest.

    Those who stay to the end leave one after the other before it; at somebody's home an evening may go on.
    """
    p, who, weekday = w.p[0], w.routines[person], w.weekday[day + 1]
    big_night = weekday == FRIDAY or weekday == SATURDAY or (weekday == THURSDAY and who.kind == DAYS_STUDY)
    closing = 60.0 * (p.closing_h if weekday == FRIDAY or weekday == SATURDAY else p.closing_week_h) - PLAN_BEGINS_MIN
    if place == AT_LEISURE_A:
        closing += p.visit_later_min
    until = begin + (p.evening_least_min + (p.evening_more_weekend_min if big_night else p.evening_more_min) * u)
    if big_night and who.age_band >= YOUNG and who.age_band <= ADULT and u >= 1.0 - p.share_to_closing:
        until = max(until, closing - p.to_closing_min * (1.0 - u) / max(p.share_to_closing, 1e-9))
    return float(min(until, closing + p.after_closing_min * u, _home_by(w, who.age_band, big_night)))


@compiled
def _home_by(w: State, age_band: int, big_night: bool) -> float:
    """Return when evenings end at the latest, whatever stays open: young and old people go home earlier."""
    p, latest = w.p[0], PLAN_ENDS_MIN
    if age_band == OLD:
        latest = (p.old_home_weekend_min if big_night else p.old_home_min) - PLAN_BEGINS_MIN
    elif age_band <= TEENAGER:
        latest = (p.teenager_home_weekend_min if big_night else p.teenager_home_min) - PLAN_BEGINS_MIN
    return float(min(latest, PLAN_ENDS_MIN))


@compiled
def plan_day(w: State, day: int) -> None:
    """Plan the day of everybody and sort the departures by tick: the nearest one, so that nobody is early on average.

    Residents stay in their own order within a tick, so that memory is read in one direction.
    """
    n_people, n_ticks = w.routines.size, w.trip_start.size - 1
    tick_min = w.p[0].tick_min
    planned = np.empty((n_people, MAX_TRIPS), np.uint16)
    planned_leg = np.empty((n_people, MAX_TRIPS), np.uint8)
    n_planned = np.zeros(n_people, np.uint8)
    times, legs, drawn = np.empty(MAX_TRIPS), np.empty(MAX_TRIPS, np.uint8), np.empty((4 * N_FOURS, BLOCK))
    counts = w.trip_start
    counts[:] = 0
    foot_ticks, visit_ticks, out_ticks = 0, 0, 0
    for person in range(n_people):
        who = w.routines[person]
        if person % BLOCK == 0:
            _draw_plans(w, person, min(BLOCK, n_people - person), day, drawn)
        if w.where[person] == AWAY:
            continue
        n, mine = _plan(w, person, day, drawn, person % BLOCK, times, legs), w.rounds[who.round]
        earliest, origin = 0, AT_HOME
        for i in range(n):
            tick = max(int(times[i] / tick_min + 0.5), earliest)
            tick = min(tick, n_ticks - 1)
            planned[person, i], planned_leg[person, i] = tick, legs[i]
            way = int(legs[i]) >> 1
            on_the_way = int(mine.path_len[way])
            origin, goal = leg_ends(legs[i])
            visit_ticks += (tick - earliest) * (origin != AT_HOME)
            out_ticks += (tick - earliest) * (origin == AT_LEISURE_B)
            foot_ticks += on_the_way * ((mine.on_foot >> way) & 1)
            earliest = tick + on_the_way
            origin = goal
            counts[tick + 1] += 1
        if origin == AT_WORK and earliest < n_ticks:
            visit_ticks += n_ticks - earliest  # until the night turn ends, in the next plan
        n_planned[person] = n
    for tick in range(n_ticks):
        counts[tick + 1] += counts[tick]
    _fill_calendar(w, planned, planned_leg, n_planned)
    _learn_means(w, day, foot_ticks, visit_ticks, out_ticks)


@compiled
def _learn_means(w: State, day: int, foot_ticks: int, visit_ticks: int, out_ticks: int) -> None:
    """Keep how many people a segment has at a usual moment, over the last four weeks.

    Opportunity is judged against these means; were they those of the day alone, no day of the week could have more.
    """
    c, share = w.c[0], 1.0 / min(day + 2, 28)
    moments = float((w.trip_start.size - 1) * w.segments.size)
    weekday = w.weekday[day + 1]  # a part of a city measures by the means of all of it
    c.mean_foot += share * (c.foot_share[weekday] * max(foot_ticks, 1) / moments - c.mean_foot)
    c.mean_visiting += share * (c.visiting_share[weekday] * max(visit_ticks, 1) / moments - c.mean_visiting)
    c.mean_out += share * (c.out_share[weekday] * out_ticks / moments - c.mean_out)


@compiled
def _fill_calendar(
    w: State, planned: NDArray[np.uint16], planned_leg: NDArray[np.uint8], n_planned: NDArray[np.uint8]
) -> None:
    next_row = w.trip_start.copy()
    for person in range(n_planned.size):
        mine = w.rounds[w.routines[person].round]
        for i in range(n_planned[person]):
            tick, leg = planned[person, i], planned_leg[person, i]
            trip = w.trips[next_row[tick]]
            origin, goal = leg_ends(leg)
            trip.person, trip.origin, trip.goal = person, mine.place[origin], mine.place[goal]
            at, steps = way_in(mine, leg)
            # Read here, where people of one street come one after the other and their paths lie side by side.
            trip.path_at, trip.steps, trip.first = at, steps, w.paths[at] if steps > 0 else NONE
            trip.leg = leg + ON_FOOT * ((mine.on_foot >> (leg >> 1)) & 1)
            next_row[tick] += 1


@compiled
def way_in(mine: Table, leg: int) -> tuple[int, int]:
    """Return where in `paths` a leg begins, and its ticks: on the way back it begins with the last segment stored."""
    number = leg >> 1
    begin, steps = np.int64(mine.path_start), int(mine.path_len[number])
    for before in range(number):
        begin += mine.path_len[before]
    return (int(begin + steps - 1) if leg & 1 else int(begin)), steps


@compiled
def leg_ends(leg: int) -> tuple[int, int]:
    """Return the places between which a leg goes."""
    number = leg >> 1
    if leg & 1:
        return LEG_TO[number], LEG_FROM[number]
    return LEG_FROM[number], LEG_TO[number]
