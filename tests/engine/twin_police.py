"""The other half of the twin: who is sent to a call, in plain Python on the arrays of a state."""

from __future__ import annotations

from typing import Any

from sim.agents.calls import close_call, units_wanted
from sim.agents.duty_time import next_act_at
from sim.agents.officers import act as act_next
from sim.agents.routing import minutes_between
from sim.agents.scene import go_to_call
from sim.agents.state import State
from sim.agents.tables import (
    BRIEFING,
    CALL_QUEUED,
    COMMUNITY,
    DESK,
    HOLD,
    INSPECT,
    NEVER,
    NONE,
    PATROL,
    PROBLEM,
    REPORT,
    RESPOND,
    RESPONSE,
    REST,
    SERVE,
    TRAVEL,
    VISIT,
)

PATIENCE, LOOK_AGAIN_MIN = 8, 5.0


def police_until(w: State, end: float) -> None:
    """Send units to calls in the order in which these become ready; who cannot be served waits. Then let all act."""
    c = w.c[0]
    queue = sorted(w.queue[: c["n_queue"]].tolist(), key=lambda row: w.calls["rank"][row])
    pending = sorted(w.pending[: c["n_pending"]].tolist(), key=lambda row: w.calls["t_ready"][row])
    while pending and w.calls["t_ready"][pending[0]] < end:
        row = pending.pop(0)
        t = float(w.calls["t_ready"][row])
        advance(w, queue, t)
        usual = float(w.p["told_min"][0]) * 2.0 ** (int(w.calls["priority"][row]) - 2)
        w.calls["told_min"][row] = usual + float(w.p["told_queue_min"][0]) * len(queue)
        ahead = bool(queue) and w.calls["rank"][row] > min(w.calls["rank"][queue])
        if ahead or not send(w, queue, row, t):
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
    """Let all act up to a time, whoever comes first first."""
    while True:
        t, _, row = min((next_act_at(w, row), int(who["key"]), row) for row, who in enumerate(w.officers))
        if t > end:
            break
        act_next(w, row, t)
    w.c["police_t"] = end


def serve(w: State, queue: list[int], t: float) -> None:
    """Go through the waiting calls, most urgent first, until too many found nobody; what is broken off comes in."""
    passed: list[int] = []
    while queue and len(passed) < PATIENCE:
        row = queue.pop(0)
        if t - float(w.calls["t_ready"][row]) > float(w.p["max_wait_h"][0]) * 60.0:
            close_call(w, row, t)
        elif not send(w, queue, row, t):
            passed.append(row)
    queue += passed
    queue.sort(key=lambda row: w.calls["rank"][row])


def is_free(w: State, who: Any, priority: int) -> bool:
    """Tell whether an officer can be sent."""
    if not who["on_duty"] or who["role"] > COMMUNITY:
        return False
    task = w.tasks[who["task"]] if who["task"] != NONE else None
    if task is not None and task["protected"] and priority > 1 and task["start"] <= w.c[0]["police_t"]:
        return False
    if who["activity"] in (PATROL, TRAVEL, HOLD):
        return True
    if priority > 1:
        return False
    if who["activity"] in (RESPOND, SERVE):  # alone at what can wait
        return bool(w.calls["priority"][who["call"]] == 3 and w.calls["n_busy"][who["call"]] == 1)
    return who["activity"] in (VISIT, PROBLEM, REST, REPORT, DESK, BRIEFING, INSPECT)


def is_kept_in_its_district(w: State, who: Any, call: Any, t: float) -> bool:
    """Tell whether a car is one of the last of its district, which keeps some for what is critical."""
    p = w.p[0]
    if (
        call["priority"] == 1
        or call["discovered"]
        or who["role"] != RESPONSE
        or t - call["t_ready"] >= p["kept_max_min"]
    ):
        return False
    cars = [one for one in w.officers if one["role"] == RESPONSE and one["district"] == who["district"]]
    return p["kept_a_district"] > 0 and sum(is_free(w, one, 3) for one in cars) <= p["kept_a_district"]


def kept_for_others(w: State, call: Any, t: float) -> bool:
    """Tell whether the last free cars are kept and the call waits."""
    p = w.p[0]
    if call["priority"] < 3 or call["discovered"] or t - call["t_ready"] >= p["stack_max_min"]:
        return False
    cars = [who for who in w.officers if who["role"] == RESPONSE and who["on_duty"]]
    return sum(is_free(w, who, 3) for who in cars) <= float(p["stack_reserve"]) * len(cars)


def send(w: State, queue: list[int], row: int, t: float) -> bool:
    """Send those who can be there first."""
    call, c = w.calls[row], w.c[0]
    if kept_for_others(w, call, t):
        return False
    for k in range(units_wanted(w, row)):
        near = [(minutes, int(w.officers["key"][o]), o) for o, minutes in within_reach(w, row, t)]
        if not near:
            return k > 0
        if k == 0 and call["t_sent"] >= NEVER:
            w.c[0]["queue_min"] += t - float(call["t_ready"])
        # The core puts what is broken off into its own queue: lend it the list, and take back what it has become.
        w.queue[: len(queue)], c["n_queue"] = queue, len(queue)
        go_to_call(w, min(near)[2], row, t)
        queue[:] = sorted(w.queue[: c["n_queue"]].tolist(), key=lambda row: w.calls["rank"][row])
    return True


def reach_min(w: State) -> float:
    """Return how far officers on foot are sent."""
    return float(w.p["foot_reach_min"][0])


def within_reach(w: State, row: int, t: float) -> list[tuple[int, float]]:
    """List the free units and the minutes that they need."""
    call, out = w.calls[row], []
    place = w.segments[call["segment"]]
    for o, who in enumerate(w.officers):
        if not is_free(w, who, int(call["priority"])) or is_kept_in_its_district(w, who, call, t):
            continue
        roads = w.walk if who["on_foot"] else w.drive
        minutes = minutes_between(roads, int(who["junction"]), int(place["junction_a"]))
        minutes += float(who["until"]) - t if who["activity"] in (PATROL, TRAVEL, RESPOND) else 0.0
        if who["on_foot"] and minutes > reach_min(w):
            continue
        if call["discovered"] and who["segment"] == call["segment"]:
            minutes = 0.0
        if who["cell"] not in (NONE,) and who["cell"] == w.cells[call["segment"]]:
            minutes -= float(w.p["own_cell_min"][0])
        if who["district"] == place["district"]:
            minutes -= float(w.p["own_district_min"][0])
        if minutes < 1e17:
            out.append((o, minutes))
    return out
