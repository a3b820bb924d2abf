"""Security, satisfaction and trust: what moves them, and how they return to a person's own level."""

from __future__ import annotations

import math

from sim.agents.state import State
from sim.agents.tables import AUXILIARY, AWAY, BY_MEDIATION, BY_VISIT, COMMUNITY, NONE, WORKER
from sim.compiling.compiled import compiled, phase

CONTACT_FADES = math.exp(-1.0 / 365.0)
"""What a day leaves of the memory of a contact: at a steady rate, as many are remembered as a year brings."""


@compiled
def _clip(x: float) -> float:
    return min(max(x, 0.0), 1.0)


@compiled
def suffer(w: State, segment: int, victim: int, seriousness: float) -> None:
    """Let the victim feel an offence, and let the street hear of it."""
    w.segments[segment].alarm += seriousness * 2.0
    if victim != NONE:
        person = w.residents[victim]
        person.n_victim += 1
        person.security = _clip(person.security - w.p[0].victim_shock * 2.0 * seriousness)


@compiled
def feel_contact(w: State, resident: int, fair: bool, weight: float) -> None:
    """Let a person feel how an officer treated them.

    A bad contact weighs several times a good one for satisfaction (effectiveness), and about equally
    for trust (fairness): [skogan2006], [oliveira2021]. Both ratios are parameters.
    """
    p, person = w.p[0], w.residents[resident]
    if fair:
        person.satisfaction = _clip(person.satisfaction + weight * p.good_contact)
        person.trust = _clip(person.trust + weight * p.good_contact)
    else:
        person.satisfaction = _clip(person.satisfaction - weight * p.good_contact * p.bad_contact_ratio)
        person.trust = _clip(person.trust - weight * p.good_contact * p.bad_contact_ratio_fairness)


@compiled
def get_to_know(w: State, officer: int, resident: int, kind: int, fair: bool) -> None:
    """Remember a contact, and who it was: a visitor, a mediator, a fair officer of the neighbourhood.

    Nobody takes a civilian worker for police. Nothing in the model follows from it; the questionnaire asks for it.
    """
    p, person, role = w.p[0], w.residents[resident], w.officers[officer].role
    if role == WORKER:
        return
    person.contacts += 1.0
    if kind == BY_VISIT or kind == BY_MEDIATION:
        person.familiarity += p.familiar_visit * (1.0 - person.familiarity)
    elif fair and (role == COMMUNITY or role == AUXILIARY):
        person.familiarity += p.familiar_contact * (1.0 - person.familiarity)


@compiled
def press(w: State, resident: int) -> None:
    """Let the weaker party feel that an agreement was pressed on it."""
    person = w.residents[resident]
    person.trust = _clip(person.trust - w.p[0].pressed_loss)
    person.satisfaction = _clip(person.satisfaction - w.p[0].pressed_loss)


@phase
def feel_day(w: State) -> None:
    """Bring attitudes a day on: alarm and disorder in the street, police in sight, and the way back."""
    p = w.p[0]
    back = 1.0 - 0.5 ** (1.0 / p.attitude_half_life_days)
    calmer = 0.5 ** (1.0 / p.strain_half_life_days)
    familiarity_left = 0.5 ** (1.0 / p.familiarity_half_life_days)
    for s in range(w.segments.size):
        place = w.segments[s]
        heard = min(place.alarm, 3.0) * p.neighbour_shock
        seen = min(place.police_day_min / 60.0, 2.0) * p.visibility_weight
        seen_near = min(place.near_day_min / 60.0, 2.0) * p.familiar_hour
        # What the street does to security acts as a shift of the level to return to.
        for person in range(place.first_resident, place.first_resident + place.n_residents):
            who = w.residents[person]
            who.familiarity *= familiarity_left
            who.contacts *= CONTACT_FADES
            if w.routines[person].where == AWAY:
                continue
            level = _clip(who.security_base - p.disorder_weight * place.disorder + seen)
            who.security = _clip(who.security + back * (level - who.security) - heard)
            who.satisfaction += back * (who.satisfaction_base - who.satisfaction)
            who.trust += back * (who.trust_base - who.trust)
            who.strain *= calmer
            who.familiarity += seen_near * (1.0 - who.familiarity)
            who.n_days += 1
        place.alarm = 0.0
        place.police_day_min = place.near_day_min = 0.0
        place.disorder *= 0.97


@compiled
def wait_is_tolerable(w: State, minutes: float) -> bool:
    """Tell whether a caller takes a wait as good service."""
    return bool(minutes <= w.p[0].tolerable_wait_min)
