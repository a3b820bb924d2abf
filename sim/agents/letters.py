"""Letters and meetings: how residents hear what police did about what matters in their street."""

from __future__ import annotations

from sim.agents.contacts import felt_fair, write_contact
from sim.agents.feeling_words import BY_LETTER, NO_PROBLEM, SATISFACTION, TRUST
from sim.agents.feelings import feel
from sim.agents.local_problems import hear_what_was_done
from sim.agents.services import learn_of_services, takes_part
from sim.agents.state import State
from sim.agents.tables import AWAY, BY_MEETING
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled
from sim.draws import Stream, uniform, uniform_pair

LETTER, MEETING = int(Stream.LETTER), int(Stream.MEETING)
OF_AGE, OF_TIES = 45.0, 0.6
"""Whose chance to read and to come the parameters say."""


@compiled
def deliver_letters(w: State, segment: int, t: float) -> None:
    """Let a letter reach all homes of a street: it says what police did there about each problem.

    Who reads it feels noticed, and learns what was done about the problem that they name.
    """
    p, place, day = w.p[0], w.segments[segment], int(t / DAY_MIN)
    for r in range(place.first_resident, place.first_resident + place.n_residents):
        who = w.residents[r]
        if who.age < p.reads_from_age or w.where[r] == AWAY:
            continue
        chance = p.p_reads + p.reads_by_age * (who.age - OF_AGE) / 20.0
        if uniform(w.c[0].seed, LETTER, who.key, day) < chance:
            feel(w, r, SATISFACTION, BY_LETTER, p.gain_letter, p.letter_days)
            feel(w, r, TRUST, BY_LETTER, p.gain_letter, p.letter_days)
            hear_what_was_done(w, r, p.hearing)
            learn_of_services(w, r)


@compiled
def hold_meeting(w: State, officer: int, segment: int, t: float) -> None:
    """Hold a meeting with residents of a street and of those at its corners: who comes hears what was done."""
    _meet_street(w, officer, segment, t)
    for i in range(w.neighbours_start[segment], w.neighbours_start[segment + 1]):
        if w.neighbours[i] != segment:
            _meet_street(w, officer, w.neighbours[i], t)


@compiled
def _meet_street(w: State, officer: int, segment: int, t: float) -> None:
    """Meet those of a street who come: more of those with ties, and twice as many of who has something to say.

    They hear what was done, and say what is wrong now. Where one must know of meetings to come, few of those who do not
    know turn up.
    """
    p, place, day = w.p[0], w.segments[segment], int(t / DAY_MIN)
    for r in range(place.first_resident, place.first_resident + place.n_residents):
        who = w.residents[r]
        if who.age < p.attends_from_age or w.where[r] == AWAY:
            continue
        u_comes, u_fair = uniform_pair(w.c[0].seed, MEETING, who.key, day)
        more = 1.0 if who.problem == NO_PROBLEM else p.attends_with_problem
        if w.levers[0].known >= 0.0:
            more *= takes_part(w, r)
        if u_comes < p.p_attends * who.ties / OF_TIES * more:
            fair = felt_fair(w, officer, p.p_fair_visit, u_fair)
            write_contact(w, t, BY_MEETING, officer, r, p.meeting_min, False, fair, who.problem != NO_PROBLEM, False)
            hear_what_was_done(w, r, p.hearing)
            learn_of_services(w, r)
            if who.problem != NO_PROBLEM:
                w.raised[segment] += 1.0
