"""Heads of buildings: residents who look after some homes of their street for the police, register tenants and tell.

They have the eyes of neighbours, in their own building alone: no movement is watched, and nothing is noted but who
has come to live there and which households are at odds. Who is told of pays with privacy, which is counted, and a
tenant with some trust.
"""

from __future__ import annotations

import math

from sim.agents.contacts import visit_household, visit_person
from sim.agents.feeling_words import BY_WATCHED, TRUST
from sim.agents.feelings import feel
from sim.agents.register import AT_OFFICE, enter_tenant
from sim.agents.state import State
from sim.agents.tables import AWAY, NONE
from sim.clock import DAY_MIN, YEAR_DAYS
from sim.compiling.compiled import compiled
from sim.draws import Stream, uniform

HEAD = int(Stream.HEAD)
ASKED, TOLD, NAMED, RESIGNED = 0, 1, 2, 3
DRAWS = 4
"""Draws of a person are counted by day, or by visit, and by what they are for."""


@compiled
def call_on_head(w: State, officer: int, household: int, t: float) -> None:
    """End a visit to a home: look in on the head of the building who lives there, or ask somebody to become one."""
    head = w.households[household].head
    if head != NONE and w.residents[head].household == household:
        if visit_person(w, officer, head, t) != NONE:
            _go_through_rooms(w, head, t)
        return
    person = visit_household(w, officer, household, t)
    if person != NONE and head == NONE:
        ask_to_be_head(w, household, person, t)


@compiled
def ask_to_be_head(w: State, household: int, person: int, t: float) -> None:
    """Ask somebody to look after the building; who trusts the police more agrees sooner, and names who lives there."""
    p, who = w.p[0], w.residents[person]
    w.households[household].asked = t
    u = uniform(w.c[0].seed, HEAD, who.key, DRAWS * who.n_visits + ASKED)
    if u < p.p_head_agrees * who.trust / p.trust_baseline:
        _appoint(w, household, person)
        _go_through_rooms(w, person, t)


@compiled
def _appoint(w: State, household: int, person: int) -> None:
    """Give a head the homes of the building that nobody looks after: some that stand side by side in the street."""
    place, size = w.segments[w.households[household].segment], int(w.levers[0].homes_a_head)
    begin = place.first_household + (household - place.first_household) // size * size
    for other in range(begin, min(begin + size, place.first_household + place.n_households)):
        if w.households[other].head == NONE:
            w.households[other].head = person
    w.c[0].n_heads += 1


@compiled
def _go_through_rooms(w: State, head: int, t: float) -> None:
    """Let a head name the tenants who live there, so that those whose registration is stale are put down again."""
    place, day = w.segments[w.residents[head].home], int(t / DAY_MIN)
    for h in range(place.first_household, place.first_household + place.n_households):
        if w.households[h].head == head:
            _name_tenants(w, h, day, NAMED, w.p[0].p_head_names, t, math.inf)


@compiled
def _name_tenants(w: State, household: int, day: int, draw: int, chance: float, t: float, since_min: float) -> None:
    """Put tenants of a home on the register who are not, each with a chance, of those who came lately."""
    home = w.households[household]
    for r in range(home.first, home.first + home.n):
        who = w.residents[r]
        if not who.migrant or not who.present or who.registered or w.where[r] == AWAY or t - who.arrived > since_min:
            continue
        if uniform(w.c[0].seed, HEAD, who.key, DRAWS * day + draw) < chance:
            enter_tenant(w, r, t, AT_OFFICE)
            w.c[0].n_head_registered += 1
            w.c[0].n_told_of += 1
            feel(w, r, TRUST, BY_WATCHED, -w.p[0].watched_loss, w.p[0].contact_days)


@compiled
def heads_work(w: State, day: int, t: float) -> None:
    """Let heads of buildings register who has come, tell of quarrels, move away or tire of it; once a day."""
    if w.c[0].n_heads == 0:
        return
    for h in range(w.c[0].n_homes):
        head = w.households[h].head
        if head != NONE and w.residents[head].household == h and _resigns(w, head, day, t):
            _strike_off(w, head)
    p = w.p[0]
    for h in range(w.c[0].n_homes):
        head = w.households[h].head
        if head != NONE and w.where[head] != AWAY:
            _name_tenants(w, h, day, TOLD, p.p_head_registers, t, p.head_new_days * DAY_MIN)
    _tell_of_quarrels(w, day)


@compiled
def _resigns(w: State, head: int, day: int, t: float) -> bool:
    """Tell whether a head is one no longer: moved away, or tired of it, as volunteers whom nobody thanks."""
    p, who = w.p[0], w.residents[head]
    if not who.present:
        return True
    if t - w.households[who.household].visited <= p.head_patience_days * DAY_MIN:
        return False
    u = uniform(w.c[0].seed, HEAD, who.key, DRAWS * day + RESIGNED)
    return bool(u < 1.0 - math.exp(-p.leave_per_year / YEAR_DAYS))


@compiled
def _strike_off(w: State, head: int) -> None:
    place = w.segments[w.residents[head].home]
    for h in range(place.first_household, place.first_household + place.n_households):
        if w.households[h].head == head:
            w.households[h].head = NONE
    w.c[0].n_heads -= 1


@compiled
def _tell_of_quarrels(w: State, day: int) -> None:
    """Let heads hear of quarrels in their building, but for their own, and tell the police."""
    for row in range(w.disputes.size):
        d = w.disputes[row]
        if d.key == 0 or d.known:
            continue
        head = w.households[d.household_a].head
        if head == NONE:
            head = w.households[d.household_b].head
        if head == NONE or w.where[head] == AWAY or head == d.resident_a or head == d.resident_b:
            continue
        if uniform(w.c[0].seed, HEAD, d.key, day) < w.p[0].p_head_hears:
            d.known = 1
            w.c[0].n_head_tips += 1
            w.c[0].n_told_of += 2
