"""The daily panel and the panel of segments: what is kept when events are not enough."""

from __future__ import annotations

import numpy as np

from sim.agents.files import count_supervised
from sim.agents.guardians import doorstaff_hours
from sim.agents.offenders import perceived_risk
from sim.agents.register import STALE
from sim.agents.services import knows_of_services
from sim.agents.state import State
from sim.agents.tables import N_ACTIVITIES
from sim.compiling.compiled import compiled, phase
from sim.params import N_CRIMES


@phase
def write_day(w: State, day: int, t: float) -> None:
    """Write the row of the day that has just ended, and begin the next."""
    c = w.c[0]
    row = w.out.days[w.out.n[0].days]
    w.out.n[0].days += 1
    row.day = day
    for kind in range(N_CRIMES):
        row.n_offences[kind] = c.today_offences[kind]
        row.n_reported[kind] = c.today_reported[kind]
        row.n_recorded[kind] = c.today_recorded[kind]
        c.today_offences[kind] = c.today_reported[kind] = c.today_recorded[kind] = 0
    row.n_calls, row.n_arrests, row.n_deterred, row.queue_min = c.n_calls, c.n_arrests, c.n_deterred, c.queue_min
    row.n_telephone = c.n_telephone
    c.n_calls = c.n_telephone = c.n_arrests = c.n_deterred = 0
    c.queue_min = 0.0
    _officers(w, row.officer_min, row.duty_min)
    row.overtime_min = _take_overtime(w)
    row.n_volunteers, row.n_places = c.n_volunteers, np.count_nonzero(w.segments["problem_min"])
    n, n_migrants, n_registered, n_stale, n_adults, n_aware = 0, 0, 0, 0, 0, 0
    to_know = w.levers[0].known >= 0.0
    security = satisfaction = trust = 0.0
    for r in range(w.c[0].n_living):
        who = w.residents[r]
        n_stale += who.gone == STALE
        if who.present:
            n += 1
            n_adults += who.age >= 18
            n_aware += to_know and who.age >= 18 and knows_of_services(w, r)
            security += who.security
            satisfaction += who.satisfaction
            trust += who.trust
            if who.migrant:
                n_migrants += 1
                n_registered += who.registered > 0
    row.n_residents, row.n_migrants, row.n_registered = n, n_migrants, n_registered
    row.n_stale, row.n_adults, row.n_aware = n_stale, n_adults, n_aware
    row.n_registrations, row.n_registered_again = c.n_registrations, c.n_registered_again
    row.registration_min = c.n_registrations * w.p[0].registration_min
    row.n_doors, row.n_wrong_doors, row.n_vacant_doors = c.n_doors, c.n_wrong_doors, c.n_vacant_doors
    c.n_registrations = c.n_registered_again = c.n_doors = c.n_wrong_doors = c.n_vacant_doors = 0
    row.n_heads, row.n_head_registered = c.n_heads, c.n_head_registered
    row.n_head_tips, row.n_told_of = c.n_head_tips, c.n_told_of
    c.n_head_registered = c.n_head_tips = c.n_told_of = 0
    row.security, row.satisfaction, row.trust = security / max(n, 1), satisfaction / max(n, 1), trust / max(n, 1)
    row.n_disputes = 0
    for i in range(w.disputes.size):
        row.n_disputes += w.disputes[i].key != 0
    disorder = np.float32(0.0)  # in the precision of the column
    row.n_cameras = 0.0
    for s in range(w.segments.size):
        disorder += w.segments[s].disorder
        row.n_cameras += w.segments[s].n_cameras
    row.doorstaff_hours = doorstaff_hours(w, day)
    row.watch_hours, c.watch_min = c.watch_min / 60.0, 0.0
    row.n_supervision, row.n_supervision_met = c.n_supervision, c.n_supervision_met
    c.n_supervision = c.n_supervision_met = 0
    row.n_supervised, row.n_helped = count_supervised(w, day)
    row.mean_disorder = np.float32(disorder / w.segments.size)
    row.n_custody, risk = 0, 0.0
    for i in range(w.offenders.size):
        row.n_custody += w.offenders[i].custody_until > t
        risk += perceived_risk(w, i, t)
    row.mean_risk = risk / max(w.offenders.size, 1)


@compiled
def _take_overtime(w: State) -> float:
    total = 0.0
    for o in range(w.officers.size):
        total += w.officers[o].overtime_min
        w.officers[o].overtime_min = 0.0
    return total


@compiled
def _officers(w: State, total: np.ndarray, duty: np.ndarray) -> None:
    total[:], duty[:] = 0.0, 0.0
    for o in range(w.officers.size):
        duty[w.officers[o].role] += w.officers[o].duty_min
        w.officers[o].duty_min = 0.0
        for activity in range(N_ACTIVITIES):
            total[activity] += w.officers[o].minutes[activity]
            w.officers[o].minutes[activity] = 0.0
