"""What moves security, satisfaction and trust at once: own contacts, what others tell, waiting, and crime."""

from __future__ import annotations

from sim.agents.feeling_words import (
    BY_CRIME,
    BY_OUTCOME,
    BY_STORIES,
    BY_WAITING,
    SATISFACTION,
    SECURITY,
    TRUST,
)
from sim.agents.feelings import feel
from sim.agents.presence import is_civilian
from sim.agents.state import State
from sim.agents.tables import (
    AUXILIARY,
    BY_CHECK,
    BY_MEDIATION,
    BY_MEETING,
    BY_RESPONSE,
    BY_STOP,
    BY_VISIT,
    BY_WALK_IN,
    COMMUNITY,
    NONE,
)
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled
from sim.draws import Key, Stream, mix_keys, uniform

STORY, NEWS = int(Stream.STORY), int(Stream.NEWS)
YOUNGEST_LISTENER = 12
"""Smaller children do not follow what is told of police."""


@compiled
def suffer(w: State, segment: int, victim: int, seriousness: float) -> None:
    """Let the victim feel an offence, and let the street hear of it."""
    w.segments[segment].alarm += seriousness * 2.0
    if victim != NONE:
        p, loss = w.p[0], w.p[0].victim_security * 2.0 * seriousness
        w.residents[victim].n_victim += 1
        feel(w, victim, SECURITY, BY_CRIME, -loss, p.crime_days)
        feel(w, victim, SATISFACTION, BY_CRIME, -loss * p.crime_satisfaction, p.crime_days)
        feel(w, victim, TRUST, BY_CRIME, -loss * p.crime_trust, p.crime_days)


@compiled
def get_to_know(w: State, officer: int, resident: int, kind: int, fair: bool) -> None:
    """Remember a contact, how one was treated, and who it was.

    A visitor and a fair officer of the neighbourhood become known. Nobody takes a civilian for police: what a mediator
    does for the parties on behalf of the station is felt, but it is no contact with an officer.
    """
    p, person, role = w.p[0], w.residents[resident], w.officers[officer].role
    if is_civilian(w, officer):
        if kind == BY_MEDIATION:
            _feel_contact(w, resident, kind, fair)
        return
    person.contacts += 1.0
    if kind == BY_VISIT or kind == BY_MEDIATION or kind == BY_MEETING:
        person.familiarity += p.familiar_visit * (1.0 - person.familiarity)
    elif fair and (role == COMMUNITY or role == AUXILIARY):
        person.familiarity += p.familiar_contact * (1.0 - person.familiarity)
    _feel_contact(w, resident, kind, fair)


@compiled
def _feel_contact(w: State, resident: int, kind: int, fair: bool) -> None:
    """Let a person feel how an officer treated them, and tell others.

    Fair treatment adds to satisfaction (effectiveness) and trust (fairness) alike, by kind of contact. Unfair treatment
    takes several times as much from satisfaction and about as much from trust: [skogan2006], [oliveira2021].
    """
    p = w.p[0]
    if fair:
        esteem, trust = _gain_of(w, kind), _gain_of(w, kind)
        days = p.stop_days if kind == BY_STOP or kind == BY_CHECK else p.contact_days
    else:
        esteem, trust, days = -p.unfair_satisfaction, -p.unfair_trust, p.unfair_days
    feel(w, resident, SATISFACTION, kind, esteem, days)
    feel(w, resident, TRUST, kind, trust, days)
    _tell_others(w, resident, esteem, trust, days)


@compiled
def _gain_of(w: State, kind: int) -> float:
    p = w.p[0]
    if kind == BY_RESPONSE:
        return float(p.gain_call)
    if kind == BY_VISIT:
        return float(p.gain_visit)
    if kind == BY_MEDIATION:
        return float(p.gain_mediation)
    if kind == BY_WALK_IN:
        return float(p.gain_walk_in)
    return float(p.gain_meeting if kind == BY_MEETING else p.gain_stop)


@compiled
def _tell_others(w: State, teller: int, esteem: float, trust: float, days: float) -> None:
    """Let those who live with a person hear of a contact, and now and then a neighbour."""
    p, who = w.p[0], w.residents[teller]
    if who.home < 0:  # the others are beyond the border, too
        return
    home, place = w.households[who.household], w.segments[who.home]
    for other in range(home.first, home.first + home.n):
        if other != teller:
            _hear(w, other, p.told_household * esteem, p.told_household * trust, days)
    if p.p_street_hears <= 0.0:
        return
    story = mix_keys(who.key, w.c[0].day)
    for other in range(place.first_resident, place.first_resident + place.n_residents):
        listener = w.residents[other]
        if listener.household == who.household:
            continue
        if uniform(w.c[0].seed, STORY, listener.key, story) < p.p_street_hears:
            _hear(w, other, p.told_street * esteem, p.told_street * trust, days)


@compiled
def _hear(w: State, listener: int, esteem: float, trust: float, days: float) -> None:
    """Let somebody who is there and old enough be moved by what was told."""
    if w.residents[listener].present and w.residents[listener].age >= YOUNGEST_LISTENER:
        feel(w, listener, SATISFACTION, BY_STORIES, esteem, days)
        feel(w, listener, TRUST, BY_STORIES, trust, days)


@compiled
def press(w: State, resident: int) -> None:
    """Let the weaker party feel that an agreement was pressed on it."""
    p = w.p[0]
    feel(w, resident, TRUST, BY_MEDIATION, -p.pressed_loss, p.unfair_days)
    feel(w, resident, SATISFACTION, BY_MEDIATION, -p.pressed_loss, p.unfair_days)


@compiled
def feel_the_form(w: State, resident: int) -> None:
    """Let somebody at home feel that an officer came for a signature and wanted to hear nothing."""
    p = w.p[0]
    feel(w, resident, SATISFACTION, BY_VISIT, -p.form_loss, p.contact_days)
    feel(w, resident, TRUST, BY_VISIT, -p.form_loss, p.contact_days)


@compiled
def told_wait(w: State, priority: int) -> float:
    """Return the wait that the dispatcher tells a caller to expect: by priority, and by the calls that wait already."""
    p = w.p[0]
    usual = p.told_min * 2.0 ** (priority - 2)
    return float(usual + p.told_queue_min * w.c[0].n_queue)


@compiled
def feel_wait(w: State, caller: int, key: Key, minutes: float, told: float) -> None:
    """Let a caller compare a wait with the one told: what is felt is not the minutes, but what was expected.

    At once pleases most, twice as long as told (or nobody at all) hurts most.
    """
    if caller == NONE or w.residents[caller].key != key:  # moved away in the meantime
        return
    p, early = w.p[0], 1.0 - minutes / max(told, 0.5)
    gain = p.gain_in_time * early if early >= 0.0 else p.loss_late * max(early, -1.0)
    feel(w, caller, SATISFACTION, BY_WAITING, gain, p.contact_days)


@compiled
def expect_news(w: State, victim: int, t: float) -> None:
    """Let a victim whose case was taken up expect to be told what becomes of it."""
    if victim != NONE:
        w.residents[victim].news_day = int((t / DAY_MIN) + w.p[0].outcome_days) + 1


@compiled
def hear_outcome(w: State, victim: int) -> None:
    """Tell a victim what became of the case, or not: both are felt."""
    p, person = w.p[0], w.residents[victim]
    told = uniform(w.c[0].seed, NEWS, person.key, person.news_day) < p.p_outcome_told
    feel(w, victim, SATISFACTION, BY_OUTCOME, p.gain_outcome if told else -p.gain_outcome, p.contact_days)
    person.news_day = 0
