"""How an officer's time passes: what it is booked to, and when something else begins.

Time is booked when an officer does something else, when somebody sends or stops the officer, and at the end of a tick,
not whenever anything happens in the city.
"""

from __future__ import annotations

from sim.agents.presence import charge
from sim.agents.state import State
from sim.agents.tables import DESK, DETECTIVE, HOLD, NEVER, NONE, PATROL, TASK_LETTERS, TASK_TRAINING
from sim.agents.training import train
from sim.compiling.compiled import compiled


@compiled
def pass_time(w: State, o: int, to: float) -> None:
    """Book the time up to a moment to what the officer does."""
    who = w.officers[o]
    minutes = to - who.clock
    if minutes <= 0.0:
        return
    charge(w, o, minutes)
    if who.activity == DESK and who.task != NONE and w.tasks[who.task].kind == TASK_TRAINING:
        train(w, o, minutes)
    elif who.activity == DESK and who.role == DETECTIVE and not writes_letters(w, o):
        w.c[0].desk_min += minutes
    if who.activity == PATROL or who.activity == HOLD:
        who.next_stop -= minutes * stop_rate(w, o) / 60.0
    who.clock = to


@compiled
def writes_letters(w: State, o: int) -> bool:
    """Tell whether the officer's task is to write letters."""
    task = w.officers[o].task
    return bool(task != NONE and w.tasks[task].kind == TASK_LETTERS)


@compiled
def stop_rate(w: State, o: int) -> float:
    """Return the stops an hour that are asked of an officer now; without a task nobody asks those without powers."""
    who = w.officers[o]
    if who.task != NONE:
        rate = float(w.tasks[who.task].stops_per_hour)
    else:
        rate = float(w.p[0].stops_per_hour) if who.role <= DETECTIVE else 0.0
    return rate * w.levers[0].stop_factor


@compiled
def next_stop_at(w: State, o: int) -> float:
    """Return when the next occasion for a stop comes, as long as the officer patrols or stays."""
    who = w.officers[o]
    if who.activity != PATROL and who.activity != HOLD:
        return NEVER
    rate = stop_rate(w, o)
    return float(who.clock + max(who.next_stop, 0.0) * 60.0 / rate) if rate > 0.0 else NEVER


@compiled
def next_act_at(w: State, o: int) -> float:
    """Return when an officer does something else, or comes on duty."""
    who = w.officers[o]
    return min(float(who.until), next_stop_at(w, o)) if who.on_duty else float(who.until)


@compiled
def end_of_duty(w: State, o: int) -> float:
    """Return when an officer may go home: after the shift, or after the hours that a post was filled beyond it."""
    who = w.officers[o]
    return float(max(who.duty_end, who.overtime_until))


@compiled
def is_rostered(w: State, o: int, day: int) -> bool:
    """Tell whether the roster may have an officer begin a duty on a day."""
    return bool(int(w.officers[o].weekdays) >> int(w.weekday[day + 1]) & 1)


@compiled
def chance_to_work(w: State, o: int) -> float:
    """Return the chance that an officer works on a day of the roster: days off, leave and sickness."""
    own = w.officers[o].p_works
    return float(own) if own >= 0.0 else float(w.p[0].p_on_duty)


@compiled
def share_of_days_worked(w: State, o: int) -> float:
    """Return the share of all days on which an officer is on duty in the mean."""
    own = w.officers[o].worked
    return float(own) if own >= 0.0 else float(w.p[0].p_on_duty)
