"""A slow, readable twin of two rules of the core: how offenders choose, and in `twin_police` who is sent to a call.

Plain Python on the arrays of a state, with the draws of the core. What follows from a choice (an offence is
noticed, an officer drives) is left to the core; a town played with the twin must live the same life.
"""

from __future__ import annotations

import math

import numpy as np

from sim.agents.offenders import _commit
from sim.agents.state import State
from sim.agents.tables import (
    AT_HOME,
    AT_LEISURE_B,
    AT_WORK,
    AWAY,
    NEVER,
    NONE,
)
from sim.agents.waking import is_awake
from sim.clock import DAY_MIN
from sim.draws import Stream, exponential, mix_keys, uniform, uniform_four
from sim.params import ASSAULT, BURGLARY, DISORDER, N_CRIMES, ROBBERY, THEFT


def half(time: float, half_life: float) -> float:
    """Give what is left after some time."""
    return math.exp(-math.log(2.0) * time / half_life)


def planned_at(w: State) -> float:
    """Tell when the next search of the list begins."""
    left = w.searches["t"][w.c["search_at"][0] : w.c["n_searches"][0]]
    return float(left[0]) if len(left) else NEVER


def next_search_at(w: State) -> float:
    """Tell when the next search begins or is taken up again."""
    return min(planned_at(w), float(w.offenders["later_t"].min(initial=NEVER)))


def search_next(w: State) -> None:
    """Let the next one look for a target, unless in custody or away."""
    if next_search_at(w) < planned_at(w):
        row = int(w.offenders["later_t"].argmin())
        who = w.offenders[row]
        number, n_before, n_turned = (who[name].item() for name in ("later_number", "later_attempt", "later_turned"))
        t, who["later_t"] = who["later_t"].item(), NEVER
    else:
        row, number, t = (w.searches[w.c["search_at"][0]][name].item() for name in ("row", "number", "t"))
        n_before, n_turned, who = 0, 0, w.offenders[row]
        w.c["search_at"] += 1
    if number != NONE and t >= who["custody_until"] and w.where[who["resident"]] != AWAY:
        search(w, row, number, t, (n_before, n_turned))


def search(w: State, row: int, number: int, t: float, before: tuple[int, int]) -> None:
    """Decide what to look for, whether it is worth it, and where; turn back, come another time, or offend."""
    n_before, n_turned = before
    p, seed, who = w.p[0], int(w.c[0]["seed"]), w.offenders[row]
    cause = mix_keys(int(who["key"]), number)
    u_out, u_type, u_go, _ = uniform_four(seed, Stream.OFFEND_WHAT, cause, 0)
    kind = min(int(np.searchsorted(who["mix"], u_type, side="right")), N_CRIMES - 1)
    ready = begins(w, int(who["resident"]), kind, t)
    if ready <= 0 or (not n_before and u_out >= ready):
        return
    if kind == ASSAULT and uniform(seed, Stream.COMPANY, cause, 0) < p["violence_in_company"]:
        turn_on_company(w, row, cause, t, u_go)
        return
    known = w.awareness[who["aware_start"] : who["aware_start"] + who["aware_n"]]
    in_view = uniform(seed, Stream.OFFEND_WHERE, cause, 1000) < p["share_in_view"][kind]
    weights = [
        float(k["pull"]) * attraction(w, int(k["segment"]), kind, t) * readiness(w, row, i, t, in_view)
        for i, k in enumerate(known)
    ]
    total = sum(weights)
    if total <= 0 or u_go / max(eagerness(w, row, kind, t), 1e-9) >= total / (1 + total):
        return
    segment = NONE
    if who["last_segment"] != NONE and who["last_type"] == kind:
        fresh = half(t - float(who["last_t"]), float(p["boost_half_life_days"]) * DAY_MIN)
        met = np.flatnonzero(known["segment"] == who["last_segment"])
        fresh *= readiness(w, row, int(met[0]), t, in_view) if len(met) else 1.0
        u_return = uniform_four(seed, Stream.OFFEND_WHAT, cause, n_before)[3]
        if u_return < p["p_return"] * fresh and attraction(w, int(who["last_segment"]), kind, t) > 0:
            segment = int(who["last_segment"])
    for attempt in range(n_before, min(n_before + int(p["n_tries"]), 250)):
        u_where, u_seen, u_again, u_had = uniform_four(seed, Stream.OFFEND_WHERE, cause, attempt)
        if segment == NONE:
            segment = int(known["segment"][pick(weights, total * u_where)])
        turned = in_view and u_seen < p_turned_away(w, segment, kind, t)
        can_be_had = u_had >= w.segments["hardening"][segment]
        if not turned and can_be_had and _commit(w, row, kind, np.uint64(cause), segment, t, n_turned, False, in_view):
            return
        if turned:
            w.c[0]["n_deterred"] += n_turned == 0
            n_turned += 1
            be_warned(w, row, t)
        if turned or not can_be_had:
            keep_away(w, row, segment, t)
        if u_again >= p["p_try_again"]:
            if u_again < p["p_try_again"] + (1 - p["p_try_again"]) * p["p_later"] and who["later_t"] == NEVER:
                wait = exponential(seed, Stream.OFFEND_WHEN, cause, attempt + 1) * p["later_hours"] * 60
                who["later_t"], who["later_number"] = t + wait, number
                who["later_attempt"], who["later_turned"] = attempt + 1, n_turned
            return
        segment = NONE


def turn_on_company(w: State, row: int, cause: int, t: float, u_go: float) -> None:
    """Assault somebody at work or where one goes out, if it is worth it and no police are there."""
    my_round = w.routines["round"][w.offenders[row]["resident"]]
    places = [int(s) for s in w.rounds["place"][my_round][1:]]
    weights = [
        attraction(w, s, ASSAULT, t) / len(places) if s != NONE and w.crowds[s]["n_visiting"] > 0 else 0.0
        for s in places
    ]
    total = sum(weights)
    if total <= 0 or u_go / max(eagerness(w, row, ASSAULT, t), 1e-9) >= total / (1 + total):
        return
    u_where, u_seen, _, u_had = uniform_four(int(w.c[0]["seed"]), Stream.OFFEND_WHERE, cause, 0)
    segment = places[pick(weights, total * u_where)]
    if u_had < w.segments["hardening"][segment]:
        return
    in_view = uniform(int(w.c[0]["seed"]), Stream.OFFEND_WHERE, cause, 1000) < w.p[0]["share_in_view"][ASSAULT]
    if in_view and u_seen < p_turned_away(w, segment, ASSAULT, t):
        w.c[0]["n_deterred"] += 1
        be_warned(w, row, t)
    else:
        _commit(w, row, ASSAULT, np.uint64(cause), segment, t, 0, True, in_view)


def be_warned(w: State, row: int, t: float) -> None:
    """Raise the risk that an offender sees after meeting police."""
    who, risk = w.offenders[row], perceived_risk(w, row, t)
    who["risk"], who["risk_t"] = risk + w.p[0]["risk_per_sighting"] * (1 - risk), t


def shunned(w: State, row: int, i: int, t: float) -> float:
    """Give how far an offender keeps away from the place on its list after what happened there."""
    mark = w.shunned[w.offenders["aware_start"][row] + i]
    return float(mark["share"]) * half(t / DAY_MIN - float(mark["day"]), float(w.p["shun_half_life_days"][0]))


def readiness(w: State, row: int, i: int, t: float, in_view: bool) -> float:
    """Give the share of its pull that a place keeps after what was met, seen and heard of it."""
    p, who = w.p[0], w.offenders[row]
    known = w.awareness[who["aware_start"] + i]
    usual = float(w.segments["usual_min"][known["segment"]]) if in_view else 0.0
    comes_by = min(1.0, float(known["pull"]) * int(who["aware_n"]))
    heard = float(p["heed_told"]) + (1.0 - float(p["heed_told"])) * comes_by
    police = float(p["heed"]) * heard * usual / (usual + float(p["heed_half_min"]))
    return (1.0 - shunned(w, row, i, t)) * (1.0 - police)


def keep_away(w: State, row: int, segment: int, t: float) -> None:
    """Remember a place, and in part the streets that touch it."""
    p, who = w.p[0], w.offenders[row]
    near = w.neighbours[w.neighbours_start[segment] : w.neighbours_start[segment + 1]].tolist()
    for i in range(int(who["aware_n"])):
        place = int(w.awareness["segment"][who["aware_start"] + i])
        by = float(p["shun_per_turn"])
        if place != segment:
            by *= float(p["shun_next_door"]) if place in near else 0.0
        if by > 0.0:
            now = shunned(w, row, i, t)
            w.shunned[who["aware_start"] + i] = (now + by * (1.0 - now), t / DAY_MIN)


def begins(w: State, person: int, kind: int, t: float) -> float:
    """Give the chance that a search is begun from where the offender is."""
    p, where = w.p[0], int(w.where[person])
    if where == AT_HOME and not is_awake(w, person, t):
        return 0.0
    if kind in (ASSAULT, DISORDER):
        places = {AT_HOME: p["violence_from_home"], AT_WORK: p["violence_from_work"], AT_LEISURE_B: 1.0}
        return float(places.get(where, p["violence_by_day"]))
    evening = p["robbery_from_evening"] if kind == ROBBERY else p["p_from_evening"]
    places = {AT_HOME: p["p_from_home"], AT_WORK: p["p_from_work"], AT_LEISURE_B: evening}
    return float(places.get(where, 1.0))


def perceived_risk(w: State, row: int, t: float) -> float:
    """Give the risk of arrest as an offender sees it."""
    who = w.offenders[row]
    return float(who["risk"]) * half(t - float(who["risk_t"]), float(w.p[0]["risk_half_life_days"]) * DAY_MIN)


def eagerness(w: State, row: int, kind: int, t: float) -> float:
    """Give how far risk, strain, season and the level of the year move an offender."""
    p, person = w.p[0], w.residents[w.offenders[row]["resident"]]
    strain = float(p["strain_on_offending"]) * float(person["strain"]) * (1.0 - float(person["ties"]))
    phase = float(w.year_phase[w.c[0]["day"] + 1]) - 2.0 * math.pi * 205.0 / 365.25
    eager = (1.0 - perceived_risk(w, row, t)) * (1.0 + strain) * float(p["level"])
    return eager * (1.0 + float(p["season"][kind]) * math.cos(phase))


def pick(weights: list[float], at: float) -> int:
    """Give the place of a point on the line of weights."""
    for i, weight in enumerate(weights[:-1]):
        if at < weight:
            return i
        at -= weight
    return len(weights) - 1


def p_turned_away(w: State, segment: int, kind: int, t: float) -> float:
    """Give the chance that police, there or lately there, turn an offender away."""
    p, place = w.p[0], w.segments[segment]
    length, reach = float(place["length_m"]), float(p["sight_m"])
    unmoved = 1.0 - max(residue(w, segment, t), in_sight(w, segment) * (1.0 - max(0.0, 1.0 - reach / length) ** 2))
    for other in w.neighbours[w.neighbours_start[segment] : w.neighbours_start[segment + 1]].tolist():
        if goes_on(w, segment, other):
            onward = float(w.segments["length_m"][other])
            corners = sum(max(reach - cut, 0.0) ** 2 * sign for cut, sign in
                          ((0.0, 1), (length, -1), (onward, -1), (length + onward, 1)))  # fmt: skip
            near = corners / (2.0 * length * onward)
            unmoved *= 1.0 - near * max(residue(w, other, t), in_sight(w, other))
    chance = 1.0 - unmoved
    weight = {ASSAULT: float(p["presence_on_violence"]), DISORDER: float(p["presence_on_disorder"])}
    return chance * weight.get(kind, 1.0)


def residue(w: State, segment: int, t: float) -> float:
    """Give the deterrence by police seen at a segment, minute by minute."""
    p, place = w.p[0], w.segments[segment]
    half_life = float(p["residue_half_life_min"])
    left = half(max(t - float(place["presence_t"]), 0.0), half_life)
    minutes = float(place["presence"]) * left + float(place["visible"]) * half_life / math.log(2.0) * (1.0 - left)
    return float(p["residue_max"]) * (1.0 - math.exp(-minutes / float(p["residue_rise_min"]))) ** float(
        p["residue_power"]
    )


def in_sight(w: State, segment: int) -> float:
    """Give the chance that the police on a segment now turn away who sees them."""
    return float(1.0 - (1.0 - float(w.p["p_deter_present"][0])) ** float(w.segments["visible"][segment]))


def goes_on(w: State, segment: int, other: int) -> bool:
    """Tell whether a street goes on in another one, turning by less than 40 degrees."""
    ends = [(int(w.segments[s]["junction_a"]), int(w.segments[s]["junction_b"])) for s in (segment, other)]
    corner = ends[0][1] if ends[0][1] in ends[1] else ends[0][0]
    before, after = (pair[0] if pair[1] == corner else pair[1] for pair in ends)
    point = [complex(w.drive.x[i], w.drive.y[i]) for i in (before, corner, after)]
    ways = (point[1] - point[0], point[2] - point[1])
    turn = abs(
        math.remainder(math.atan2(ways[0].imag, ways[0].real) - math.atan2(ways[1].imag, ways[1].real), math.tau)
    )
    return abs(ways[0]) > 0 and abs(ways[1]) > 0 and math.degrees(turn) < 40.0


def attraction(w: State, segment: int, kind: int, t: float) -> float:
    """Give what a segment offers: opportunity, repeated success, and who is about."""
    p, place, crowd = w.p[0], w.segments[segment], w.crowds[segment]
    boost = float(place["boost"][kind]) * half(t - float(place["boost_t"]), float(p["boost_half_life_days"]) * DAY_MIN)
    value = float(place["opportunity"][kind]) * (1.0 + boost)
    street, foot = int(crowd["n_street"]), int(crowd["n_foot"])
    visiting, out = int(crowd["n_visiting"]), int(crowd["n_out"])
    usual_foot, usual_visiting, usual_out = (float(w.c[0][f"mean_{who}"]) for who in ("foot", "visiting", "out"))
    on_patrol = float(p["watch_weight"]) * float(place["n_watch"])
    watching = float(p["guardian_weight"]) * (street + float(p["guardian_indoors"]) * (visiting - out))
    watching += float(p["camera_weight"]) * float(place["n_cameras"]) + on_patrol
    watching += float(p["neighbour_weight"]) * float(place["ties"]) * int(crowd["n_home"])
    guarded = 1.0 / (1.0 + watching)
    city = int(w.c[0]["n_at_home"]) / len(w.residents)
    at_home = min((int(crowd["n_home"]) + 2.0 * city) / (int(place["n_residents"]) + 2.0), 1.0)
    if kind == BURGLARY:
        occupancy = float(p["occupancy_weight"])
        return value * (1.0 - occupancy * at_home) * guarded / (1.0 - float(p["usual_at_home"]) * occupancy)
    if kind == ROBBERY:
        outside = float(p["share_outside"])
        usual = usual_foot + outside * usual_out
        return value * min((foot + outside * out) * guarded / usual, float(p["most_exposed"]))
    if kind == THEFT:
        by_visitors = float(p["theft_by_visitors"])
        visitors = min(visiting / usual_visiting, float(p["most_visitors"]))
        return value * (1.0 - by_visitors + by_visitors * visitors) * guarded
    night = not float(p["evening_until_h"]) <= t % DAY_MIN / 60.0 < float(p["evening_from_h"])
    value /= 1.0 + on_patrol + float(p["doorstaff_weight"]) * float(place["n_doorstaff"]) * night
    sober, drink = float(p["sober_weight"]), float(p["drink_weight"])
    people = foot + sober * (visiting - out) + drink * out
    usual = usual_foot + sober * (usual_visiting - usual_out) + drink * usual_out
    company = min(people / usual, float(p["most_company"]))
    if kind == ASSAULT:
        indoors = float(p["assault_at_home"])
        return value * (indoors * at_home / float(p["usual_at_home"]) + (1.0 - indoors) * company)
    by_company = float(p["disorder_by_company"])
    return value * (1.0 - by_company + by_company * company) * (1.0 + float(place["disorder"]))
