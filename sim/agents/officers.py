"""Officers at work: each acts in continuous time, at its own moments.

`act` is a step of a small machine: the present activity has run to its end, and `_next` says what comes after
it. Travel, stays and service take the time they take, not a number of ticks.
"""

from __future__ import annotations

from sim.agents.calls import is_plain
from sim.agents.contacts import hold_session, is_hollow, visit_household, visit_street
from sim.agents.crewing import fill_posts
from sim.agents.duty_time import chance_to_work, end_of_duty, is_rostered, next_stop_at, pass_time, writes_letters
from sim.agents.heads import call_on_head
from sim.agents.idling import can_hear, idle, is_too_late_to_hear
from sim.agents.letters import deliver_letters, hold_meeting
from sim.agents.local_problems import work_on_trouble
from sim.agents.nuisances import inspect_street
from sim.agents.presence import enter_segment, leave_segment, step_out
from sim.agents.prisoners import excuse, hand_over_guard
from sim.agents.problem_places import improve_place
from sim.agents.scene import arrive_at_call, leave_call, look_around
from sim.agents.state import State
from sim.agents.stops import look_for_cause, take_occasion
from sim.agents.supervision import call_on_offender, call_takes
from sim.agents.tables import (
    AUXILIARY,
    BRIEFING,
    COURT,
    DESK,
    GUARD,
    HOLD,
    INSPECT,
    MEDIATE,
    NEVER,
    NONE,
    OFF,
    PATROL,
    PRISONER,
    PROBLEM,
    REPORT,
    RESPOND,
    REST,
    ROOM,
    SERVE,
    STOP,
    TASK_DESK,
    TASK_HEADS,
    TASK_HOMES,
    TASK_INSPECT,
    TASK_LETTERS,
    TASK_MEDIATION,
    TASK_MEETING,
    TASK_PATROL,
    TASK_POST,
    TASK_PROBLEM,
    TASK_ROOM,
    TASK_ROUNDS,
    TASK_SUPERVISE,
    TASK_TRAINING,
    TASK_VISITS,
    TRAINING,
    TRAVEL,
    VISIT,
    WARDEN,
)
from sim.agents.ways import patrol, set_out, take_arc
from sim.compiling.compiled import compiled
from sim.draws import Stream, exponential, uniform

STOP_WHEN = int(Stream.STOP_WHEN)
CONTACT, ROSTER = int(Stream.CONTACT), int(Stream.OFFICER)
FIRST_HOUSEHOLD = -2
"""How household 0 is written in the column `doing`, the next one as -3: apart from streets and from `NONE`."""
FIRST_PERSON = -1_000_000_000
"""The same of person 0, of those who are called on because they are on file."""


@compiled
def begin_shift(w: State, shift: int, t: float) -> None:
    """Bring the officers of a shift on duty where they are based; those at work finish first.

    Whose duty begins within the shift comes on duty then: see `_come_on_duty`. Whose duty goes on gives up the way to a
    place that the orders of the shift before named.
    """
    seed = w.c[0].seed
    day = int(t // 1440.0)
    for o in range(w.officers.size):
        who = w.officers[o]
        who.task, who.tasks_end = NONE, 0  # orders end with the shift; who overruns finishes the call and goes home
        if who.on_duty and who.duty_end > t and who.activity == TRAVEL:
            who.activity = PATROL
        if who.shift != shift or who.on_duty or not who.employed or t < who.vacant_until:
            continue
        if not is_rostered(w, o, day) or uniform(seed, ROSTER, who.key, day + 10) >= chance_to_work(w, o):
            continue
        begin = t + who.late_min
        who.duty_from, who.duty_end = begin, begin + who.duty_length
        who.rest_at = begin + 200.0 + 80.0 * uniform(seed, ROSTER, who.key, day + 1_000_000)
        who.junction, who.segment, who.target, who.call = who.base, NONE, NONE, NONE
        who.path_at = who.path_n = 0
        who.paper_min = who.prisoner_min = who.guard_min = 0.0
        who.overtime_until, who.excused = 0.0, excuse(w, o, day)
        who.activity, who.until = OFF, begin
        if begin <= t:
            _come_on_duty(w, o)
    fill_posts(w, shift, t)
    hand_over_guard(w, t)


@compiled
def _come_on_duty(w: State, o: int) -> None:
    """Begin the duty of an officer who was told when to come: with a briefing, in court or in a classroom."""
    who, p = w.officers[o], w.p[0]
    who.on_duty, who.clock, who.activity = 1, who.until, BRIEFING
    if who.excused == 1:
        who.activity, who.until = TRAINING, who.duty_end
    elif who.excused == 2:
        who.activity, who.until = COURT, who.clock + p.court_min
    elif (who.role <= AUXILIARY or who.role == WARDEN) and not is_plain(w):
        who.until += p.briefing_min


@compiled
def act(w: State, o: int, t: float) -> None:
    """Let an officer do what comes next: take an occasion for a stop, or end the present activity and start another."""
    who = w.officers[o]
    if not who.on_duty:
        _come_on_duty(w, o)
        return
    stops = next_stop_at(w, o) < who.until
    pass_time(w, o, t)
    if stops:
        _stop(w, o)
    else:
        _finish(w, o)
        look_around(w, o)
        if who.alert:
            look_for_cause(w, o, who.clock)
    step_out(w, o)


@compiled
def _strike_off_stop(w: State, o: int) -> None:
    """Strike a stop of a round off the list if each is made once: only what was not broken off counts."""
    who = w.officers[o]
    if who.task == NONE or w.tasks[who.task].once == 0 or who.target_at >= w.tasks[who.task].target_n:
        return
    if w.targets[w.tasks[who.task].target_start + who.target_at] == who.target:
        who.target_at += 1


@compiled
def _post_letters(w: State, o: int) -> None:
    """End the writing of a street's letters, and strike it off the list."""
    who, task = w.officers[o], w.tasks[w.officers[o].task]
    if who.target_at < task.target_n and w.targets[task.target_start + who.target_at] == who.doing:
        deliver_letters(w, who.doing, who.clock)
        who.target_at += 1


@compiled
def _stop(w: State, o: int) -> None:
    """Take an occasion for a stop, and draw the time to the next one."""
    who = w.officers[o]
    who.n_stops += 1
    who.next_stop = exponential(w.c[0].seed, STOP_WHEN, who.key, who.n_stops)
    take_occasion(w, o, who.clock)


@compiled
def _finish(w: State, o: int) -> None:
    """End the present activity and start the next."""
    who = w.officers[o]
    activity = who.activity
    if activity == RESPOND or activity == TRAVEL:
        if who.path_at < who.path_n:
            take_arc(w, o, w.routes[o, who.path_at])
            who.path_at += 1
            return
        if activity == RESPOND:
            arrive_at_call(w, o)
            return
        if who.junction != w.segments[who.target].junction_a:  # a very long way: plan the rest
            if set_out(w, o, who.target, TRAVEL):
                return
        _work_at_target(w, o)
        return
    if activity == SERVE:
        leave_call(w, o)
    elif activity == VISIT:
        _visit(w, o)
    elif activity == HOLD:
        _strike_off_stop(w, o)
    elif activity == DESK and writes_letters(w, o):
        _post_letters(w, o)
    elif activity == MEDIATE:
        hold_session(w, o, who.doing, who.clock)
    elif activity == INSPECT:
        if not is_hollow(w, o):
            inspect_street(w, o, who.target, who.clock)
    elif activity == PROBLEM:
        improve_place(w, who.target, who.until - who.work_began)
        work_on_trouble(w, who.target, w.p[0].problem_work_counts * (who.until - who.work_began) / 60.0)
    elif (
        activity == STOP and who.stay_end > who.clock and who.prisoner_min <= 0.0
    ):  # back to the stay that the stop interrupted
        who.activity, who.until = HOLD, who.stay_end
        return
    _next(w, o)


@compiled
def _visit(w: State, o: int) -> None:
    """End a visit: to whoever of the street waits longest, to a household or a person that is named; or a meeting."""
    who = w.officers[o]
    if who.task != NONE and w.tasks[who.task].kind == TASK_MEETING:
        hold_meeting(w, o, who.target, who.clock)
        who.target_at += 1
        return
    if who.doing > FIRST_HOUSEHOLD:
        visit_street(w, o, who.target, who.clock)
        return
    kind, target = TASK_HOMES, FIRST_HOUSEHOLD - who.doing
    if who.doing <= FIRST_PERSON:
        kind, target = TASK_SUPERVISE, FIRST_PERSON - who.doing
        call_on_offender(w, o, target, who.clock)
    elif who.task != NONE and w.tasks[who.task].kind == TASK_HEADS:
        kind = TASK_HEADS
        call_on_head(w, o, target, who.clock)
    else:
        visit_household(w, o, target, who.clock)
    if who.task == NONE or w.tasks[who.task].kind != kind or who.target_at >= w.tasks[who.task].target_n:
        return
    # Only what was visited is done: a call on the way leaves the household on the list.
    if w.targets[w.tasks[who.task].target_start + who.target_at] == target:
        who.target_at += 1


@compiled
def _next(w: State, o: int) -> None:
    """Decide what a free officer does now: go home, write, rest, or carry on with the orders."""
    who, p = w.officers[o], w.p[0]
    t, end = who.clock, end_of_duty(w, o)
    who.call = NONE
    if who.prisoner_min > 0.0 or who.guard_min > 0.0:
        if _see_to_prisoner(w, o, end):
            return
    if t >= end:
        leave_segment(w, o, t)
        who.on_duty, who.activity, who.until, who.task = 0, OFF, NEVER, NONE
        return
    if who.paper_min > 0.0:
        leave_segment(w, o, t)  # at the station or in the car, out of sight
        who.activity, who.until = REPORT, t + who.paper_min
        who.paper_min = 0.0
        return
    if t >= who.rest_at:
        leave_segment(w, o, t)
        who.activity, who.until, who.rest_at = REST, min(t + p.rest_min, end), NEVER
        return
    if t >= end - p.handover_min and (who.role <= AUXILIARY or who.role == WARDEN) and not is_plain(w):
        leave_segment(w, o, t)
        who.activity, who.until = BRIEFING, end  # tells the next shift what there is
        return
    _advance_task(w, o)
    if who.task == NONE or t < w.tasks[who.task].start:
        idle(w, o, NONE)
    else:
        _carry_on(w, o)


@compiled
def _see_to_prisoner(w: State, o: int, end: float) -> bool:
    """Take a prisoner to the cells, or keep guard at a bed until the shift ends; tell whether there is anything to do.

    A prisoner is never left; a guard is relieved by the next shift.
    """
    who = w.officers[o]
    t = who.clock
    leave_segment(w, o, t)
    if who.prisoner_min > 0.0:
        who.activity, who.until = PRISONER, t + who.prisoner_min
        who.prisoner_min, who.junction = 0.0, who.station
        return True
    if t >= end:
        w.c[0].guard_min += who.guard_min
        who.guard_min = 0.0
        return False
    who.activity, left = GUARD, t + who.guard_min - end
    # What is over within the shift leaves nothing: a rest by rounding would be guarded at this moment for ever.
    who.until, who.guard_min = (t + who.guard_min, 0.0) if left <= 0.0 else (end, left)
    return True


@compiled
def _advance_task(w: State, o: int) -> None:
    """Move on to the task of the present time."""
    who = w.officers[o]
    while who.task != NONE and w.tasks[who.task].end <= who.clock:
        who.task = who.task + 1 if who.task + 1 < who.tasks_end else NONE
        who.target_at, who.target = 0, NONE


@compiled
def _carry_on(w: State, o: int) -> None:
    who = w.officers[o]
    task = w.tasks[who.task]
    if task.kind == TASK_DESK or task.kind == TASK_TRAINING:
        leave_segment(w, o, who.clock)
        who.activity, who.until = DESK, min(task.end, max(who.rest_at, who.clock + 1.0), end_of_duty(w, o))
        return
    if task.kind == TASK_PATROL or task.target_n == 0:
        patrol(w, o, task.cell)
        return
    at_homes = task.kind == TASK_HOMES or task.kind == TASK_HEADS
    once = task.once == 1 or at_homes or task.kind == TASK_LETTERS or task.kind == TASK_MEETING
    once = once or task.kind == TASK_SUPERVISE
    if once and who.target_at >= task.target_n:  # each household, person, street, meeting or stop once
        idle(w, o, task.cell)
        return
    who.doing = w.targets[task.target_start + who.target_at]
    segment = who.doing
    if at_homes:
        segment = w.households[who.doing].segment
        who.doing = FIRST_HOUSEHOLD - who.doing
    elif task.kind == TASK_SUPERVISE:
        segment = w.residents[who.doing].home
        who.doing = FIRST_PERSON - who.doing
    elif not once:
        who.target_at = (who.target_at + 1) % task.target_n
    if task.kind == TASK_LETTERS:  # written at a desk; they come by post
        leave_segment(w, o, who.clock)
        who.activity, who.until = DESK, who.clock + max(float(task.dwell), 1.0)
        return
    if task.kind == TASK_MEDIATION:
        if not can_hear(w, o, who.clock):
            idle(w, o, task.cell)
            return
        segment = w.disputes[who.doing].segment
    if (who.segment == segment and who.target == segment) or not set_out(w, o, segment, TRAVEL):
        _work_at_target(w, o)


@compiled
def _work_at_target(w: State, o: int) -> None:
    """Begin what the task asks for at the place just reached."""
    who, p = w.officers[o], w.p[0]
    enter_segment(w, o, who.target, who.clock)
    who.work_began = who.clock
    if who.task == NONE:
        idle(w, o, NONE)
        return
    task = w.tasks[who.task]
    if task.kind == TASK_VISITS or task.kind == TASK_HOMES or task.kind == TASK_HEADS:
        who.activity = VISIT
        who.until = who.clock + (p.hollow_visit_min if is_hollow(w, o) else p.visit_min)
    elif task.kind == TASK_SUPERVISE:
        who.activity = VISIT
        who.until = who.clock + call_takes(w, o, FIRST_PERSON - who.doing, max(float(task.dwell), 1.0))
    elif task.kind == TASK_MEETING:
        who.activity, who.until = VISIT, who.clock + p.meeting_min
    elif task.kind == TASK_INSPECT:
        who.activity, who.until = INSPECT, who.clock + max(float(task.dwell), 1.0)
    elif task.kind == TASK_MEDIATION and is_too_late_to_hear(w, who.clock):  # on arrival
        idle(w, o, task.cell)
    elif task.kind == TASK_MEDIATION:
        who.activity, who.until = MEDIATE, who.clock + p.mediation_min
    elif task.kind == TASK_PROBLEM:
        who.activity, who.until = PROBLEM, who.clock + max(float(task.dwell), 1.0)
    elif task.kind == TASK_ROOM:
        who.activity, who.until = ROOM, min(task.end, max(who.rest_at, who.clock + 1.0), end_of_duty(w, o))
    elif task.kind == TASK_POST:
        who.activity, who.until = HOLD, min(task.end, max(who.rest_at, who.clock + 1.0))
        who.stay_end = who.until
    elif task.kind == TASK_ROUNDS:
        who.activity, who.until = HOLD, who.clock + max(float(task.dwell), 1.0)
        who.stay_end = who.until
    else:
        patrol(w, o, task.cell)
