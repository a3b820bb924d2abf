"""Staff without work: police patrol, civilians sit at a desk for a while; and quarrels are heard at decent hours."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from worlds import scenario

from sim.agents.idling import LOOK_AGAIN_MIN, can_hear, idle, is_too_late_to_hear
from sim.agents.state import State
from sim.agents.tables import COMMUNITY, DESK, MEDIATOR, NEVER, NONE, PATROL, TASK_MEDIATION, WORKER
from sim.clock import DAY_MIN
from sim.engine import run_shifts
from sim.policies.contract.registry import make_policy
from sim.world import World, build_world

NOON = 720.0


@cache
def lived(policy: str, **changes: Any) -> tuple[set[tuple[int, int]], np.ndarray]:
    """Run a town; give what staff of each role was seen to do, and the minute of the day at which sessions ended."""
    world = build_world(scenario(n_days=10, **changes), 1)
    seen, ends = set(), []

    def look(world: World) -> None:
        officers = world.state.officers
        seen.update(zip(officers["role"].tolist(), officers["activity"].tolist(), strict=True))

    for _, rows in run_shifts(world, make_policy(policy), each_tick=look):
        contacts = rows["contacts"]
        ends.append(contacts["t"][contacts["kind"] == 4] % DAY_MIN)
    return seen, np.concatenate(ends)


def on_duty(role: int) -> tuple[State, int]:
    """Put somebody of a role on duty at noon in the street, with a list of three quarrels to hear until four."""
    w = build_world(scenario(), 1).state
    o = int(np.flatnonzero(w.officers["role"] == role)[0])
    who = w.officers[o]
    for name, value in {"on_duty": 1, "clock": NOON, "duty_end": 960.0, "rest_at": NEVER, "task": 0}.items():
        who[name] = value
    task = w.tasks[0]
    for name, value in {"kind": TASK_MEDIATION, "start": 480.0, "end": 960.0, "target_n": 3, "cell": NONE}.items():
        task[name] = value
    w.targets[:3] = (0, 1, 2)
    w.disputes["key"][:3], w.disputes["session_t"][:3] = (1, 2, 3), (NOON - 60.0, NOON - 60.0, -NEVER)
    who["doing"], who["target_at"] = 0, 1
    return w, o


def test_civilians_never_wander_and_police_go_on_patrolling():
    seen, _ = lived("mediation(mediators=3)", force__n_worker=3)
    assert {(MEDIATOR, PATROL), (WORKER, PATROL)} & seen == set()
    assert {(MEDIATOR, DESK), (WORKER, DESK), (COMMUNITY, PATROL)} <= seen


@pytest.mark.parametrize(("until", "rest_at"), [(NOON + LOOK_AGAIN_MIN, NEVER), (NOON + 10.0, NOON + 10.0)])
def test_a_civilian_without_work_looks_again_after_a_while(until, rest_at):
    w, o = on_duty(MEDIATOR)
    w.officers["rest_at"][o] = rest_at
    idle(w, o, NONE)
    assert (w.officers["activity"][o], w.officers["until"][o], w.officers["segment"][o]) == (DESK, until, NONE)
    w.tasks["end"][0] = NOON + 5.0
    idle(w, o, NONE)
    assert w.officers["until"][o] == NOON + 5.0
    w, o = on_duty(COMMUNITY)
    idle(w, o, NONE)
    assert w.officers["activity"][o] == PATROL


def test_a_mediator_takes_up_the_next_quarrel_that_can_be_heard_and_an_officer_goes_by_the_list():
    w, o = on_duty(MEDIATOR)
    assert can_hear(w, o, NOON)
    assert w.officers["doing"][o] == 2
    w.disputes["session_t"][2] = NOON - 60.0
    assert not can_hear(w, o, NOON)
    w, o = on_duty(COMMUNITY)
    assert not can_hear(w, o, NOON)
    assert w.officers["target_at"][o] == 1


def test_no_session_ends_later_than_people_come_to_one():
    _, ends = lived("mediation(mediators=3)", force__n_worker=3)
    _, late = lived("mediation(mediators=3)", force__mediation_until_h=24.0)
    assert len(ends) > 10
    assert ends.max() <= 22 * 60.0
    assert (late > 22 * 60.0).any()
    w = build_world(scenario(force__mediation_until_h=20.0, force__mediation_min=60.0), 1).state
    assert [is_too_late_to_hear(w, DAY_MIN + 60.0 * h) for h in (12.0, 19.0, 19.1)] == [False, False, True]
