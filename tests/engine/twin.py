"""A slow, readable twin of two rules of the core: how offenders choose, and who is sent to a call.

Plain Python on the arrays of a state, with the draws of the core. What follows from a choice (an offence is
noticed, an officer drives) is left to the core; a town played with the twin must live the same life.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.agents.calls import close_call
from sim.agents.offenders import _commit
from sim.agents.officers import act_until
from sim.agents.routing import minutes_between
from sim.agents.scene import go_to_call
from sim.agents.state import State
from sim.agents.tables import (
    AT_HOME,
    AWAY,
    CALL_QUEUED,
    COMMUNITY,
    HOLD,
    NEVER,
    NONE,
    PATROL,
    PROBLEM,
    RESPOND,
    TRAVEL,
    VISIT,
)
from sim.clock import DAY_MIN
from sim.draws import Stream, mix_keys, uniform, uniform_four
from sim.params import ASSAULT, BURGLARY, DISORDER, N_CRIMES, ROBBERY, THEFT


def half(time: float, half_life: float) -> float:
    """Give what is left after some time."""
    return float(0.5 ** (time / half_life))


def next_search_at(w: State) -> float:
    """Tell when the next search begins."""
    left = w.searches["t"][w.c["search_at"][0] : w.c["n_searches"][0]]
    return float(left[0]) if len(left) else NEVER


def search_next(w: State) -> None:
    """Let the next one look for a target, unless in custody or away."""
    row, number, t = (w.searches[w.c["search_at"][0]][name].item() for name in ("row", "number", "t"))
    w.c["search_at"] += 1
    who = w.offenders[row]
    if t >= who["custody_until"] and w.routines[who["resident"]]["where"] != AWAY:
        search(w, row, number, t)


def search(w: State, row: int, number: int, t: float) -> None:
    """Decide what to look for, whether it is worth it, and where; turn back from police, or offend."""
    p, seed, who = w.p[0], int(w.c[0]["seed"]), w.offenders[row]
    cause = mix_keys(int(who["key"]), number)
    u_out, u_type, u_go, u_return = uniform_four(seed, Stream.OFFEND_WHAT, cause, 0)
    if w.routines[who["resident"]]["where"] == AT_HOME and u_out >= p["p_from_home"]:
        return
    kind = min(int(np.searchsorted(who["mix"], u_type, side="right")), N_CRIMES - 1)
    if kind == ASSAULT and uniform(seed, Stream.COMPANY, cause, 0) < p["violence_in_company"]:
        turn_on_company(w, row, cause, t, u_go)
        return
    known = w.awareness[who["aware_start"] : who["aware_start"] + who["aware_n"]]
    weights = [float(k["pull"]) * attraction(w, int(k["segment"]), kind, t) for k in known]
    total = sum(weights)
    if total <= 0 or u_go / max(eagerness(w, row, kind, t), 1e-9) >= total / (1 + total):
        return
    segment = NONE
    if who["last_segment"] != NONE and who["last_type"] == kind:
        fresh = half(t - float(who["last_t"]), float(p["boost_half_life_days"]) * DAY_MIN)
        if u_return < p["p_return"] * fresh and attraction(w, int(who["last_segment"]), kind, t) > 0:
            segment = int(who["last_segment"])
    n_turned = 0
    for attempt in range(int(p["n_tries"])):
        u_where, u_seen, u_again, _ = uniform_four(seed, Stream.OFFEND_WHERE, cause, attempt)
        if segment == NONE:
            segment = int(known["segment"][pick(weights, total * u_where)])
        if u_seen >= p_turned_away(w, segment, kind, t):
            if _commit(w, row, kind, np.uint64(cause), segment, t, n_turned, False):
                return
        else:
            w.c[0]["n_deterred"] += n_turned == 0
            n_turned += 1
            be_warned(w, row, t)
        if u_again >= p["p_try_again"]:
            return
        segment = NONE


def turn_on_company(w: State, row: int, cause: int, t: float, u_go: float) -> None:
    """Assault somebody at work or where one goes out, if it is worth it and no police are there."""
    my_round = w.routines["round"][w.offenders[row]["resident"]]
    places = [int(s) for s in w.rounds["place"][my_round][1:]]
    weights = [
        attraction(w, s, ASSAULT, t) / len(places) if s != NONE and w.segments[s]["n_visiting"] > 0 else 0.0
        for s in places
    ]
    total = sum(weights)
    if total <= 0 or u_go / max(eagerness(w, row, ASSAULT, t), 1e-9) >= total / (1 + total):
        return
    u_where, u_seen, _, _ = uniform_four(int(w.c[0]["seed"]), Stream.OFFEND_WHERE, cause, 0)
    segment = places[pick(weights, total * u_where)]
    if u_seen < p_turned_away(w, segment, ASSAULT, t):
        w.c[0]["n_deterred"] += 1
        be_warned(w, row, t)
    else:
        _commit(w, row, ASSAULT, np.uint64(cause), segment, t, 0, True)


def be_warned(w: State, row: int, t: float) -> None:
    """Raise the risk that an offender sees after meeting police."""
    who, risk = w.offenders[row], perceived_risk(w, row, t)
    who["risk"], who["risk_t"] = risk + w.p[0]["risk_per_sighting"] * (1 - risk), t


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
    chance = float(place["residue"]) * half(max(t - float(place["residue_t"]), 0.0), float(p["residue_half_life_min"]))
    if place["n_police"] > 0:
        chance = max(chance, float(p["p_deter_present"]))
    weight = {ASSAULT: float(p["presence_on_violence"]), DISORDER: float(p["presence_on_disorder"])}
    return chance * weight.get(kind, 1.0)


def attraction(w: State, segment: int, kind: int, t: float) -> float:
    """Give what a segment offers: opportunity, repeated success, and who is about."""
    p, place = w.p[0], w.segments[segment]
    boost = float(place["boost"][kind]) * half(t - float(place["boost_t"]), float(p["boost_half_life_days"]) * DAY_MIN)
    value = float(place["opportunity"][kind]) * (1.0 - float(place["hardening"])) * (1.0 + boost)
    street, visiting = int(place["n_street"]), int(place["n_visiting"])
    usual_street, usual_visiting = float(w.c[0]["mean_street"]), float(w.c[0]["mean_visiting"])
    guarded = 1.0 / (1.0 + float(p["guardian_weight"]) * street)
    if kind == BURGLARY:
        city = int(w.c[0]["n_at_home"]) / len(w.residents)
        at_home = min((int(place["n_home"]) + 2.0 * city) / (int(place["n_residents"]) + 2.0), 1.0)
        occupancy = float(p["occupancy_weight"])
        return value * (1.0 - occupancy * at_home) * guarded / (1.0 - 0.6 * occupancy)
    if kind == ROBBERY:
        return value * min(street * guarded / usual_street, 20.0)
    if kind == THEFT:
        return value * (0.6 + 0.4 * min(visiting / usual_visiting, 4.0)) * guarded
    people = min((visiting + street) / (usual_visiting + usual_street), 10.0)
    night = not 4.0 <= t % DAY_MIN / 60.0 < 19.0
    evening = 1.0 if night else float(p["daytime_violence"])
    if kind == ASSAULT:
        return value * (0.3 + 0.7 * people) * evening
    return value * (0.6 + 0.4 * people) * (1.0 + float(place["disorder"])) * (0.5 + 0.5 * evening)


REACH_MIN, PATIENCE, LOOK_AGAIN_MIN = 15.0, 8, 5.0


def police_until(w: State, end: float) -> None:
    """Send units to calls in the order in which these become ready; who cannot be served waits. Then let all act."""
    c = w.c[0]
    queue = sorted(w.queue[: c["n_queue"]].tolist(), key=lambda row: w.calls["rank"][row])
    pending = sorted(w.pending[: c["n_pending"]].tolist(), key=lambda row: w.calls["t_ready"][row])
    while pending and w.calls["t_ready"][pending[0]] < end:
        row = pending.pop(0)
        t = float(w.calls["t_ready"][row])
        advance(w, queue, t)
        ahead = bool(queue) and w.calls["rank"][row] > min(w.calls["rank"][queue])
        if ahead or not send(w, row, t):
            if not queue:
                c["look_at"] = LOOK_AGAIN_MIN * (t // LOOK_AGAIN_MIN + 1.0)
            w.calls["state"][row] = CALL_QUEUED
            queue.append(row)
            queue.sort(key=lambda row: w.calls["rank"][row])
    advance(w, queue, end)
    for name, rows in (("queue", queue), ("pending", pending)):  # a sorted list is a heap
        getattr(w, name)[: len(rows)], c[f"n_{name}"] = rows, len(rows)


def advance(w: State, queue: list[int], end: float) -> None:
    """Let officers act; while calls wait, look again whenever somebody ends something."""
    while queue:
        busy = [o for o in w.officers if o["on_duty"] and o["role"] <= COMMUNITY and not is_free(w, o, 3)]
        t = min([end, float(w.c["look_at"][0]), *(float(o["until"]) for o in busy)])
        if t >= end:
            break
        act(w, t)
        serve(w, queue, t)
        if t == w.c["look_at"][0]:
            w.c["look_at"] += LOOK_AGAIN_MIN
    act(w, end)


def act(w: State, end: float) -> None:
    """Let all act up to a time; those on the way to one call in order of time."""
    while True:
        racing = [
            (float(o["until"]), int(o["key"]), row)
            for row, o in enumerate(w.officers)
            if o["on_duty"] and o["activity"] == RESPOND and o["until"] <= end
            if w.calls["n_sent"][o["call"]] > 1 and w.calls["t_arrived"][o["call"]] >= NEVER
        ]
        if not racing:
            break
        t, _, row = min(racing)
        act_until(w, row, t)
    for row in np.flatnonzero(w.officers["on_duty"]).tolist():
        act_until(w, row, end)


def serve(w: State, queue: list[int], t: float) -> None:
    """Go through the waiting calls, most urgent first, until too many found nobody."""
    passed = 0
    for row in list(queue):
        if t - float(w.calls["t_ready"][row]) > float(w.p["max_wait_h"][0]) * 60.0:
            close_call(w, row, t)
        elif not send(w, row, t):
            passed += 1
            if passed == PATIENCE:
                return
            continue
        queue.remove(row)


def is_free(w: State, who: Any, priority: int) -> bool:
    """Tell whether an officer can be sent."""
    if not who["on_duty"] or who["role"] > COMMUNITY:
        return False
    task = w.tasks[who["task"]] if who["task"] != NONE else None
    if task is not None and task["protected"] and priority > 1 and task["start"] <= who["clock"]:
        return False
    return who["activity"] in (PATROL, TRAVEL, HOLD) or (priority == 1 and who["activity"] in (VISIT, PROBLEM))


def send(w: State, row: int, t: float) -> bool:
    """Send those who can be there first."""
    call, wanted = w.calls[row], int(w.p["units_first"][0]) if w.calls["priority"][row] == 1 else 1
    for k in range(wanted):
        near = [(minutes, int(w.officers["key"][o]), o) for o, minutes in within_reach(w, row, t)]
        if not near:
            return k > 0
        if k == 0:
            w.c[0]["queue_min"] += t - float(call["t_ready"])
        go_to_call(w, min(near)[2], row, t)
    return True


def within_reach(w: State, row: int, t: float) -> list[tuple[int, float]]:
    """List the free units and the minutes that they need."""
    call, out = w.calls[row], []
    place = w.segments[call["segment"]]
    for o, who in enumerate(w.officers):
        if not is_free(w, who, int(call["priority"])):
            continue
        roads = w.walk if who["on_foot"] else w.drive
        minutes = minutes_between(roads, int(who["junction"]), int(place["junction_a"]))
        minutes += float(who["until"]) - t if who["activity"] in (PATROL, TRAVEL) else 0.0
        if who["on_foot"] and minutes > REACH_MIN:
            continue
        if call["discovered"] and who["segment"] == call["segment"]:
            minutes = 0.0
        if who["cell"] not in (NONE,) and who["cell"] == place["cell"]:
            minutes -= float(w.p["own_cell_min"][0])
        if minutes < 1e17:
            out.append((o, minutes))
    return out
