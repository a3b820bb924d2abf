"""Nuisances in the street: found by inspection, put right by somebody else, days later.

Reporting and handling are two offices, as in grid services. Who files tickets is counted by tickets, so some are
filed for nothing.
"""

from __future__ import annotations

import math

from sim.agents.local_problems import answer_trouble
from sim.agents.state import State
from sim.agents.tables import NEVER
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled
from sim.draws import Stream, exponential, uniform_pair
from sim.params import DISORDER

TICKET = int(Stream.TICKET)


@compiled
def inspect_street(w: State, officer: int, segment: int, t: float) -> None:
    """Look a street over: what is out of order gets a ticket, unless it has one, and now and then what is not."""
    p, place, who = w.p[0], w.segments[segment], w.officers[officer]
    u_find, u_false = uniform_pair(w.c[0].seed, TICKET, who.key, int(t * 16.0))
    finds_nuisance = place.ticket_t >= NEVER and u_find < place.disorder
    if not finds_nuisance and u_false >= p.p_false_ticket:
        return
    i = w.out.n[0].tickets
    w.out.n[0].tickets = i + 1
    row = w.out.tickets[i]
    row.t, row.officer, row.segment, row.true, row.t_handled = t, officer, segment, finds_nuisance, math.nan
    if finds_nuisance:
        days = p.handling_days * exponential(w.c[0].seed, TICKET, place.key, int(t))
        place.ticket_t = t + days * DAY_MIN
        row.t_handled = place.ticket_t


@compiled
def handle_tickets(w: State, t: float) -> None:
    """Put right what was reported and whose time has come."""
    for s in range(w.segments.size):
        place = w.segments[s]
        if place.ticket_t <= t:
            place.ticket_t = NEVER
            answer_trouble(w, s, DISORDER, 1.0)
            place.disorder *= 1.0 - w.p[0].handling_cuts
