"""Contacts between police and people: visits, mediation, and what all contacts have in common."""

from __future__ import annotations

import math

from sim.agents.attitudes import feel_the_form, get_to_know
from sim.agents.disputes import can_mediate, mediate
from sim.agents.local_problems import answer_trouble, hear_what_was_done
from sim.agents.register import ANYBODY, find_at_door, register_at_door, waits_longest
from sim.agents.residents import person_key
from sim.agents.services import learn_of_services
from sim.agents.state import State
from sim.agents.tables import (
    AT_HOME,
    AWAY,
    BY_MEDIATION,
    BY_VISIT,
    DISPUTE,
    NONE,
    WORKER,
)
from sim.agents.training import training_left
from sim.compiling.compiled import compiled
from sim.draws import Stream, mix_keys, uniform

CONTACT = int(Stream.CONTACT)
EFFORT = int(Stream.EFFORT)


@compiled
def write_contact(  # the columns of a row, in their order
    w: State,
    t: float,
    kind: int,
    officer: int,
    resident: int,
    minutes: float,
    suspicion: bool,
    fair: bool,
    found: bool,
    hollow: bool,
) -> None:
    """Write a contact to the ledger."""
    i = w.out.n[0].contacts
    w.out.n[0].contacts = i + 1
    row = w.out.contacts[i]
    row.t, row.kind, row.officer, row.resident, row.segment = t, kind, officer, resident, w.officers[officer].segment
    row.resident_key = person_key(w, resident)
    row.minutes, row.suspicion, row.fair, row.found, row.hollow = minutes, suspicion, fair, found, hollow
    row.met = not hollow and (kind != BY_VISIT or w.where[resident] == AT_HOME)
    w.officers[officer].n_contacts += 1
    if row.met:
        get_to_know(w, officer, resident, kind, fair)


@compiled
def felt_fair(w: State, officer: int, base: float, u: float) -> bool:
    """Tell whether a contact is felt as fair, given an officer's own skill, training, and what is rewarded (odds)."""
    skill = w.officers[officer].skill * math.exp(training_left(w, officer)) * w.levers[0].fair_odds
    return bool(u < base * skill / (1.0 - base + base * skill))


@compiled
def is_hollow(w: State, officer: int) -> bool:
    """Tell whether an officer makes the present visit or inspection for the form alone.

    The draw belongs to the officer and the number of contacts so far, so that it is the same when the visit
    begins (a hollow one is short) and when it ends (it has no effect).
    """
    who = w.officers[officer]
    share = w.levers[0].p_hollow
    return bool(share > 0.0 and uniform(w.c[0].seed, EFFORT, who.key, who.n_contacts) < share)


@compiled
def visit_street(w: State, officer: int, segment: int, t: float) -> None:
    """Visit the adult of a street who waits longest for a visit."""
    place = w.segments[segment]
    found = waits_longest(w, place.first_resident, place.n_residents, t, ANYBODY)
    if found != NONE:
        _call_on(w, officer, found, t)


@compiled
def visit_household(w: State, officer: int, household: int, t: float) -> int:
    """Visit a household that is named, by the register as it is known: a door may be the wrong one.

    Returns who was spoken to, or `NONE`.
    """
    home = w.households[household]
    home.visited = t  # by the book of visits, which does not ask what came of it
    hollow = is_hollow(w, officer)  # a signature of whoever lives there
    found = waits_longest(w, home.first, home.n, t, ANYBODY) if hollow else find_at_door(w, household, t)
    if found != NONE:
        return _call_on(w, officer, found, t)
    w.officers[officer].n_contacts += 1
    return NONE


@compiled
def visit_person(w: State, officer: int, resident: int, t: float) -> int:
    """Visit a person who is named, at home; return the person if they were spoken to, or `NONE`."""
    w.households[w.residents[resident].household].visited = t
    found = waits_longest(w, resident, 1, t, ANYBODY)
    return _call_on(w, officer, found, t) if found != NONE else NONE


@compiled
def _call_on(w: State, officer: int, found: int, t: float) -> int:
    """Call on an adult, at home or not: register, listen, leave a name.

    The visitor hears of disputes in that household, and its tenants who are at home are put on the register. Returns
    who was spoken to: nobody where nobody is at home, nor where the visit is made for the form.
    """
    resident = w.residents[found]
    home = w.households[resident.household]
    home.visited = t
    if is_hollow(w, officer):
        write_contact(w, t, BY_VISIT, officer, found, w.p[0].hollow_visit_min, False, False, False, True)
        if w.where[found] == AT_HOME:
            feel_the_form(w, found)
        return NONE
    resident.n_visits += 1
    u_fair = uniform(w.c[0].seed, CONTACT, resident.key, resident.n_visits)
    fair = felt_fair(w, officer, w.p[0].p_fair_visit, u_fair)
    n_registered = 0
    if w.where[found] == AT_HOME:
        home.met = 1
        n_registered = register_at_door(w, officer, resident.household, t)
        if w.officers[officer].role != WORKER:  # nobody takes a civilian worker for police
            hear_what_was_done(w, found, w.p[0].hearing)
            learn_of_services(w, found)
        hear_of_disputes(w, resident.household)
    write_contact(w, t, BY_VISIT, officer, found, w.p[0].visit_min, False, fair, n_registered > 0, False)
    return found if w.where[found] == AT_HOME else NONE


@compiled
def hear_of_disputes(w: State, household: int) -> bool:
    """Let police hear of the quarrels of a household; tell whether there are any."""
    any_told = False
    for row in range(w.disputes.size):
        d = w.disputes[row]
        if d.key != 0 and (d.household_a == household or d.household_b == household):
            d.known = 1
            any_told = True
    return any_told


@compiled
def hold_session(w: State, officer: int, dispute: int, t: float) -> None:
    """Hold a mediation session with both parties of a known dispute."""
    d = w.disputes[dispute]
    if not d.known or not can_mediate(w, dispute, t):  # over by now, or heard by somebody else in the meantime
        return
    if w.where[d.resident_a] == AWAY or w.where[d.resident_b] == AWAY:
        return
    agreed = mediate(w, dispute, t)
    answer_trouble(w, d.segment, DISPUTE, 1.0)
    for party in (d.resident_a, d.resident_b):
        u = uniform(w.c[0].seed, CONTACT, mix_keys(w.residents[party].key, d.key), d.n_sessions)
        fair = felt_fair(w, officer, w.p[0].p_fair_contact, u)
        write_contact(w, t, BY_MEDIATION, officer, party, w.p[0].mediation_min, False, fair, agreed, False)
