"""Staff whom no order keeps busy, and when a quarrel can be heard.

Police are seen in the streets then. Civilians sit at their desk, and look again after a while whether there is work.
"""

from __future__ import annotations

from sim.agents.disputes import can_mediate
from sim.agents.duty_time import end_of_duty
from sim.agents.presence import is_civilian, leave_segment
from sim.agents.state import State
from sim.agents.tables import DESK, NONE
from sim.agents.ways import patrol
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled

LOOK_AGAIN_MIN = 30.0
"""How long a civilian without work stays at the desk before looking whether there is some."""


@compiled
def idle(w: State, o: int, cell: int) -> None:
    """Let somebody without work patrol, within a cell if one is given; a civilian goes to the desk."""
    if is_civilian(w, o):
        _sit_down(w, o)
    else:
        patrol(w, o, cell)


@compiled
def _sit_down(w: State, o: int) -> None:
    """Stay out of sight until work may have come, the task begins or ends, or a break or the end of duty is due."""
    who = w.officers[o]
    leave_segment(w, o, who.clock)
    until = min(who.clock + LOOK_AGAIN_MIN, end_of_duty(w, o), who.rest_at)
    if who.task != NONE:
        task = w.tasks[who.task]
        until = min(until, task.start if who.clock < task.start else task.end)
    who.doing, who.activity, who.until = NONE, DESK, max(until, who.clock + 1.0)


@compiled
def is_too_late_to_hear(w: State, t: float) -> bool:
    """Tell whether a session that began now would go on into hours at which nobody comes to one."""
    return bool(t % DAY_MIN + w.p[0].mediation_min > 60.0 * w.p[0].mediation_until_h)


@compiled
def can_hear(w: State, o: int, t: float) -> bool:
    """Tell whether an officer can hear the quarrel in hand now; a civilian takes up the next that can be heard."""
    who = w.officers[o]
    if is_too_late_to_hear(w, t):
        return False
    if can_mediate(w, who.doing, t):
        return True
    task = w.tasks[who.task]
    for _ in range(task.target_n - 1 if is_civilian(w, o) else 0):
        who.doing = w.targets[task.target_start + who.target_at]
        who.target_at = (who.target_at + 1) % task.target_n
        if can_mediate(w, who.doing, t):
            return True
    return False
