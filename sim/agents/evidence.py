"""What is known of an offence: who saw it and would tell, who can name the offender, and what traces are left.

It is drawn when the offence happens, of the people who are there. It fades from the call on, not from the offence:
people wait for the police and then go, and the place is put in order. So what the first officer at the scene secures
hangs on the response, and what is not secured there is not known later [blanes2018], [greenwood1975].
"""

from __future__ import annotations

import math

from sim.agents.residents import place_of
from sim.agents.services import knows_of_services
from sim.agents.state import State
from sim.agents.tables import AT_HOME, AT_LEISURE_B, AT_WORK, NONE
from sim.agents.waking import is_awake
from sim.compiling.compiled import compiled
from sim.draws import Stream, uniform, uniform_four
from sim.params import N_CRIMES

EVIDENCE = int(Stream.EVIDENCE)
WITNESSED, TOLD_BY_VICTIM, NAMED, TRACED = 1, 2, 4, 8
"""Kinds of evidence; a scene can have several."""
DESCRIBED = WITNESSED | TOLD_BY_VICTIM
MOST_WITNESSES = 20


@compiled
def leave_evidence(w: State, row: int, offender: int, victim: int, discovered: bool, in_view: bool) -> None:
    """Draw what can be known of the offence behind a call, of those who are there when it happens.

    An officer who came upon it is a witness.
    """
    p, call = w.p[0], w.calls[row]
    kind, cause = call.kind, call.cause
    u_victim, u_named, u_traces, u_inside = uniform_four(w.c[0].seed, EVIDENCE, cause, 0)
    n = count_witnesses(w, row, offender, victim, u_inside, in_view)
    call.n_witnesses = n + 1 if discovered else n
    call.evidence = WITNESSED if call.n_witnesses > 0 else 0
    if victim != NONE and u_victim < p.p_victim_saw[kind]:
        call.evidence |= TOLD_BY_VICTIM
        if knows(w, victim, offender, call.dispute) and u_named < p.p_named:
            call.evidence |= NAMED
    if u_traces < p.p_traces[kind]:
        call.evidence |= TRACED


@compiled
def count_witnesses(w: State, row: int, offender: int, victim: int, u_inside: float, in_view: bool) -> int:
    """Count who saw the offence behind a call and would tell: passers-by, residents at home, visitors of the street.

    Passers-by and residents who are awake draw each for themselves; of visitors only their number is known. What is
    out of view is seen or heard by those who are inside, and by nobody in the street.
    """
    cause, kind, segment, t = w.calls[row].cause, w.calls[row].kind, w.calls[row].segment, w.calls[row].t_event
    p, place, seed = w.p[0], w.segments[segment], w.c[0].seed
    n = 0
    for i in range(w.c[0].n_travellers if in_view else 0):
        person = w.travellers[i, 0]
        if w.travellers[i, 3] == segment and person != offender and person != victim:
            n += uniform(seed, EVIDENCE, w.residents[person].key, cause) < p.p_seen[kind] * p_tells(w, person)
    from_inside = p.p_seen[kind] * p.seen_from_inside
    for person in range(place.first_resident, place.first_resident + place.n_residents):
        if person != offender and person != victim and w.where[person] == AT_HOME:
            sees = uniform(seed, EVIDENCE, w.residents[person].key, cause) < from_inside * p_tells(w, person)
            n += sees and is_awake(w, person, t)
    n += u_inside < 1.0 - (1.0 - from_inside * p.p_told) ** w.crowds[segment].n_visiting
    return min(n, MOST_WITNESSES)


@compiled
def p_tells(w: State, person: int) -> float:
    """Return the chance that somebody who saw an offence tells the police what they know.

    It rises with trust in the police, with knowing the officers of the street and, where a strategy has services that
    one can know of, with that, as far as the weights say.
    """
    p, who = w.p[0], w.residents[person]
    if p.p_told <= 0.0 or p.p_told >= 1.0:
        return float(p.p_told)
    odds = math.log(p.p_told / (1.0 - p.p_told)) + p.trust_on_telling * (who.trust - p.trust_baseline)
    odds += p.familiarity_on_telling * who.familiarity
    if w.levers[0].known >= 0.0 and knows_of_services(w, person):
        odds += p.aware_on_telling
    return float(1.0 / (1.0 + math.exp(-odds)))


@compiled
def knows(w: State, victim: int, offender: int, dispute: int) -> bool:
    """Tell whether a victim knows the offender: they quarrel, or live, work or go out in the same street."""
    if dispute != NONE:
        return True
    if offender == NONE:
        return False
    for mine in range(AT_LEISURE_B + 1):
        for theirs in range(AT_LEISURE_B + 1):
            same_kind = mine == theirs or (mine > AT_WORK and theirs > AT_WORK)
            place = place_of(w, victim, mine)
            if same_kind and place >= 0 and place == place_of(w, offender, theirs):
                return True
    return False


@compiled
def still_there(w: State, minutes: float, median: float) -> float:
    """Return the share of people who still wait, or of places left as they were, so long after the call (lognormal)."""
    spread = w.p[0].wait_spread
    if minutes <= 0.0 or median <= 0.0:
        return 1.0 if minutes <= 0.0 else 0.0
    if spread <= 0.0:
        return 1.0 if minutes < median else 0.0
    return 0.5 * math.erfc(math.log(minutes / median) / spread / math.sqrt(2.0))


@compiled
def secure_evidence(w: State, row: int, waited: float) -> int:
    """Return what the first officer at the scene still finds, so many minutes after the call."""
    p, call = w.p[0], w.calls[row]
    if call.kind >= N_CRIMES:
        return 0
    u_witness, u_victim, u_traces, _ = uniform_four(w.c[0].seed, EVIDENCE, call.cause, 1)
    secured = 0
    all_gone = (1.0 - still_there(w, waited, p.witness_wait_min)) ** call.n_witnesses
    if u_witness < 1.0 - all_gone:
        secured |= call.evidence & WITNESSED
    if u_victim < still_there(w, waited, p.victim_wait_min):
        secured |= call.evidence & (TOLD_BY_VICTIM | NAMED)
    if u_traces < still_there(w, waited, p.traces_kept_min):
        secured |= call.evidence & TRACED
    return int(secured)
