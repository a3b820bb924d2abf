"""Retaliation: the hurt strike back at who hurt them, or at somebody of the same circle, where they are then."""

from __future__ import annotations

from sim.agents.company import closeness
from sim.agents.grudges import bear_grudge, cause_of, end_grudge, next_grudge
from sim.agents.offenders import deterrable
from sim.agents.presence import p_deterred
from sim.agents.reporting import notice_offence
from sim.agents.residents import person_key, where_is
from sim.agents.state import State
from sim.agents.tables import AWAY, NO_THING, NONE
from sim.agents.victims import MIN_AGE
from sim.compiling.compiled import compiled, phase
from sim.draws import Key, Stream, uniform, uniform_four
from sim.params import ASSAULT

RETALIATE = int(Stream.RETALIATE)


@phase
def strike_back(w: State) -> None:
    """Let the time of a grudge come: a blow, unless it is settled, police are there, or nobody is found."""
    row = next_grudge(w)
    grudge = w.grudges[row]
    t, avenger, target, dispute = float(grudge.t), int(grudge.avenger), int(grudge.target), int(grudge.dispute)
    avenged, dispute_key = grudge.cause, grudge.dispute_key
    same = person_key(w, avenger) == grudge.avenger_key and person_key(w, target) == grudge.target_key
    on_circle = bool(grudge.on_circle)
    end_grudge(w, row)
    if not same or w.routines[avenger].where == AWAY or _is_settled(w, dispute, dispute_key):
        return
    cause = cause_of(avenged)
    if on_circle or w.routines[target].where == AWAY:
        target = _of_circle(w, target, avenger, cause)
    segment = where_is(w, target) if target != NONE else NONE
    if segment == NONE:
        return
    u_one, u_other, u_seen, _ = uniform_four(w.c[0].seed, RETALIATE, cause, 1)
    if u_seen < p_deterred(w, segment, t) * deterrable(w, ASSAULT):
        w.c[0].n_deterred += 1
        return
    seriousness = 0.5 * (u_one + u_other)
    if dispute != NONE and w.disputes[dispute].key == dispute_key:
        w.disputes[dispute].blow = seriousness
    else:
        dispute = NONE
    offender = w.residents[avenger].offender
    notice_offence(
        w,
        cause,
        t,
        ASSAULT,
        NO_THING,
        segment,
        offender,
        avenger,
        target,
        seriousness,
        0,
        dispute_key,
        dispute,
        avenged,
    )
    bear_grudge(w, cause, t, avenger, target, dispute_key, dispute)


@compiled
def _is_settled(w: State, dispute: int, key: Key) -> bool:
    """Tell whether the parties of the quarrel have agreed since."""
    return bool(dispute != NONE and w.disputes[dispute].key == key and w.disputes[dispute].agreed == 1)


@compiled
def _of_circle(w: State, target: int, avenger: int, cause: Key) -> int:
    """Find who stands for somebody: a partner in offending, or one of the household near in age; `NONE` if nobody."""
    offender = w.residents[target].offender
    if offender != NONE and w.offenders[offender].partner != NONE:
        partner = int(w.offenders[w.offenders[offender].partner].resident)
        if partner != avenger and w.routines[partner].where != AWAY:
            return partner
    home = w.households[w.residents[target].household]
    best, most = NONE, 0.0
    for other in range(home.first, home.first + home.n):
        if other == target or other == avenger or w.residents[other].age < MIN_AGE or w.routines[other].where == AWAY:
            continue
        near = closeness(w, target, other) * (
            0.5 + 0.5 * uniform(w.c[0].seed, RETALIATE, w.residents[other].key, cause)
        )
        if near > most:
            best, most = other, near
    return best
