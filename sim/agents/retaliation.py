"""Retaliation: the hurt strike back at who hurt them, or at somebody of the same circle, where they are then."""

from __future__ import annotations

from sim.agents.company import closeness, goes_to
from sim.agents.discovery import is_in_view
from sim.agents.grudges import bear_grudge, cause_of, end_grudge, next_grudge, put_off
from sim.agents.offenders import deterrable
from sim.agents.presence import p_deterred
from sim.agents.reporting import notice_offence
from sim.agents.residents import person_key, where_is
from sim.agents.state import State
from sim.agents.tables import AT_HOME, AWAY, NO_THING, NONE
from sim.agents.victims import MIN_AGE
from sim.agents.waking import is_awake
from sim.compiling.compiled import compiled, phase
from sim.draws import Key, Stream, uniform, uniform_four
from sim.params import ASSAULT

RETALIATE = int(Stream.RETALIATE)


@phase
def strike_back(w: State) -> None:
    """Let the time of a grudge come: a blow, if the other one is met or at home, or else on another day."""
    row = next_grudge(w)
    grudge = w.grudges[row]
    grudge.n_tries += 1
    if _is_over(w, row):
        end_grudge(w, row)
        return
    t, avenger, dispute = float(grudge.t), int(grudge.avenger), int(grudge.dispute)
    avenged, dispute_key, cause = grudge.cause, grudge.dispute_key, cause_of(grudge.cause)
    u_one, u_other, u_seen, u_hour = uniform_four(w.c[0].seed, RETALIATE, cause, grudge.n_tries)
    whom = _whom(w, row, cause)
    segment = where_is(w, whom) if whom != NONE else NONE
    if segment == NONE or not is_awake(w, avenger, t) or not _finds(w, avenger, whom, segment):
        put_off(w, row, u_hour)
        return
    in_view = is_in_view(w, ASSAULT, cause)
    if in_view and u_seen < p_deterred(w, segment, t) * deterrable(w, ASSAULT):
        w.c[0].n_deterred += 1
        put_off(w, row, u_hour)
        return
    end_grudge(w, row)
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
        whom,
        seriousness,
        0,
        dispute_key,
        dispute,
        avenged,
        in_view,
    )
    bear_grudge(w, cause, t, avenger, whom, dispute_key, dispute)


@compiled
def _finds(w: State, avenger: int, whom: int, segment: int) -> bool:
    """Tell whether an avenger comes upon somebody: at home, or where both live, work or go out."""
    return bool(w.where[whom] == AT_HOME or goes_to(w, avenger, segment))


@compiled
def _is_over(w: State, row: int) -> bool:
    """Tell whether a grudge has no object any more: somebody moved out, is in custody, or the quarrel is settled."""
    grudge = w.grudges[row]
    same = person_key(w, grudge.avenger) == grudge.avenger_key and person_key(w, grudge.target) == grudge.target_key
    away = w.where[grudge.avenger] == AWAY
    return bool(not same or away or _is_settled(w, grudge.dispute, grudge.dispute_key))


@compiled
def _whom(w: State, row: int, cause: Key) -> int:
    """Name who is to be hit: who did it, or one of the circle; `NONE` if there is nobody."""
    grudge = w.grudges[row]
    target = int(grudge.target)
    if grudge.on_circle or w.where[target] == AWAY:
        return _of_circle(w, target, int(grudge.avenger), cause)
    return target


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
        if partner != avenger and w.where[partner] != AWAY:
            return partner
    home = w.households[w.residents[target].household]
    best, most = NONE, 0.0
    for other in range(home.first, home.first + home.n):
        if other == target or other == avenger or w.residents[other].age < MIN_AGE or w.where[other] == AWAY:
            continue
        near = closeness(w, target, other) * (
            0.5 + 0.5 * uniform(w.c[0].seed, RETALIATE, w.residents[other].key, cause)
        )
        if near > most:
            best, most = other, near
    return best
