"""Disputes between households: they arise, flare up, come to blows, cool down or are settled."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.agents.attitudes import press
from sim.agents.calls import new_call, priority_of
from sim.agents.company import inclination
from sim.agents.dispute_steps import intensity_at, write_step
from sim.agents.events import AGREED, BEGAN, BLOWS, BROKEN, CALLED, ENDED, FAILED, FLARED, PRESSED
from sim.agents.fading import left_after
from sim.agents.grudges import bear_grudge
from sim.agents.reporting import notice_offence
from sim.agents.state import State, Table
from sim.agents.tables import DISPUTE, NEVER, NO_THING, NONE
from sim.agents.waking import can_quarrel
from sim.clock import DAY_MIN, YEAR_DAYS
from sim.compiling.compiled import compiled, phase
from sim.draws import Key, Stream, exponential, mix_keys, uniform, uniform_four
from sim.params import ASSAULT

WHEN, WHAT, MEDIATE = int(Stream.DISPUTE_WHEN), int(Stream.DISPUTE_WHAT), int(Stream.MEDIATION)
DISPUTE_KEYS = np.uint64(WHAT << 56)
"""Keeps the keys of disputes apart from the causes of offences: households and people are numbered alike."""
NOTHING = np.uint64(0)
"""No offence: blows of a quarrel avenge none."""
MONTH_MIN = 30.0 * DAY_MIN
BLOCK = 512
"""Rows of `flares` among which the first is kept in mind."""


@compiled
def disputes_arise(w: State, day: int, t: float) -> None:
    """Let new disputes begin: more where homes stand dense and people rent."""
    for h in range(w.c[0].n_homes):
        key = w.households[h].key
        u_start, u_level, u_a, u_b = uniform_four(w.c[0].seed, WHAT, key, day + 1)
        if u_start < 1.0 - math.exp(-dispute_rate(w, h)):
            of_dispute = mix_keys(key ^ DISPUTE_KEYS, day + 1)
            row = _begin(w, h, of_dispute, t, _at_first(w, u_level), u_a, u_b)
            if row != NONE:
                w.flares[row] = t + _gap(w, of_dispute, 0)
                write_step(w, row, t, BEGAN)


@compiled
def disputes_go_on(w: State) -> None:
    """Let a run begin among the disputes that simmer at any time: of each household the latest, if it is not over.

    Were there none, half a year would pass until there are as many as usual, and the first season would be a quiet one.
    """
    half_life = w.p[0].dispute_half_life_days
    for h in range(w.c[0].n_homes):
        key, rate = w.households[h].key, dispute_rate(w, h)
        if rate <= 0.0:
            continue
        u_when, u_level, u_a, u_b = uniform_four(w.c[0].seed, WHAT, key, 0)
        days_ago, intensity = -math.log(1.0 - u_when) / rate, _at_first(w, u_level)
        if intensity * left_after(days_ago, half_life) >= w.p[0].dispute_over:
            of_dispute = mix_keys(key ^ DISPUTE_KEYS, 0)
            row = _begin(w, h, of_dispute, -days_ago * DAY_MIN, intensity, u_a, u_b)
            if row != NONE:
                w.flares[row] = _gap(w, of_dispute, 0)  # how long it has been quiet does not tell


@compiled
def _at_first(w: State, u: float) -> float:
    """Return the intensity with which a dispute begins."""
    least = w.p[0].dispute_least
    return float(least + (1.0 - least) * u)


@compiled
def dispute_rate(w: State, household: int) -> float:
    """Return how many disputes of a household begin a day: more where homes stand dense and people rent."""
    p, home = w.p[0], w.households[household]
    dense = 1.0 + p.density_factor * math.log2(max(w.segments[home.segment].dwellings, 1.0))
    return float(p.disputes_per_household / YEAR_DAYS * dense * (p.tenancy_factor if home.renting else 1.0))


@compiled
def _begin(w: State, household: int, key: Key, t: float, intensity: float, u_a: float, u_b: float) -> int:
    """Write a new dispute into a free row and return the row, or `NONE` where there is nobody to quarrel with."""
    a, b = parties(w, household, key, u_a, u_b)
    row = _free_row(w)
    if row == NONE or a == b:
        return NONE
    d = w.disputes[row]
    d.key, d.household_a, d.segment = key, household, w.households[household].segment
    d.resident_a, d.resident_b = a, b
    d.began, d.intensity, d.intensity_t = t, intensity, t
    d.n_flares, d.known, d.n_sessions, d.agreed, d.session_t, d.blow = 0, 0, 0, 0, -NEVER, 0.0
    return row


@compiled
def parties(w: State, household: int, key: Key, u_a: float, u_b: float) -> tuple[int, int]:
    """Name who falls out: a member of a household and a neighbour, or another member; the same twice if nobody.

    Nobody does where a room is to let.
    """
    one, other = w.households[household], w.households[_other_party(w, household, key)]
    a, b = _member(w, one, u_a), _member(w, other, u_b)
    if a == b:  # within the family: another member, if there is one
        b = one.first + (a - one.first + 1) % one.n
    there = w.residents[a].present != 0 and w.residents[b].present != 0
    return a, b if there else a


@compiled
def _gap(w: State, key: Key, number: int) -> float:
    """Draw the time to the next moment at which a quarrel may flare up, if both parties are there and awake.

    Such moments come the more often the less both are, in the mean of a week.
    """
    pace = w.p[0].dispute_events_per_month / w.c[0].both_home_mean
    return float(exponential(w.c[0].seed, WHEN, key, number) * MONTH_MIN / pace)


@compiled
def _member(w: State, home: Table, u: float) -> int:
    """Choose who in a household quarrels; for a child, its first member, who is an adult."""
    chosen = home.first + int(u * home.n)
    return int(chosen if w.residents[chosen].age >= 14 else home.first)


@compiled
def _other_party(w: State, household: int, key: Key) -> int:
    """Choose a neighbour in the same street, each with a draw of its own; the family itself if none."""
    place = w.segments[w.households[household].segment]
    best, least = household, 2.0
    for other in range(place.first_household, place.first_household + place.n_households):
        u = uniform(w.c[0].seed, WHAT, key, w.households[other].key)
        if other != household and u < least:
            best, least = other, u
    return best


@compiled
def _free_row(w: State) -> int:
    size = w.disputes.size
    for k in range(size):
        row = (w.c[0].dispute_hint + k) % size
        if w.disputes[row].key == 0:
            w.c[0].dispute_hint = (row + 1) % size
            return int(row)
    return NONE


@compiled
def calm(w: State, row: int, t: float, share: float) -> None:
    """Take away a share of a dispute's intensity."""
    d = w.disputes[row]
    d.intensity, d.intensity_t = intensity_at(w, row, t) * (1.0 - share), t


@compiled
def first_flares(w: State) -> NDArray[np.float64]:
    """Return when the first dispute of each block of rows flares up, so that not all are looked at for each of them."""
    first = np.empty((w.flares.size + BLOCK - 1) // BLOCK)
    for block in range(first.size):
        first[block] = _first_of(w, block)
    return first


@compiled
def _first_of(w: State, block: int) -> float:
    begin, end = block * BLOCK, min((block + 1) * BLOCK, w.flares.size)
    whole = begin + (end - begin) // 4 * 4
    a = b = c = d = float(w.flares[begin])
    for row in range(begin, whole, 4):  # four at a time: none waits for the one before it
        a, b = min(a, w.flares[row]), min(b, w.flares[row + 1])
        c, d = min(c, w.flares[row + 2]), min(d, w.flares[row + 3])
    for row in range(whole, end):
        a = min(a, w.flares[row])
    return min(a, b, c, d)


@compiled
def look_again(w: State, first: NDArray[np.float64], row: int) -> None:
    """Bring the block of a row up to date, whose dispute has flared up."""
    first[row // BLOCK] = _first_of(w, row // BLOCK)


@compiled
def next_flare(w: State, first: NDArray[np.float64]) -> int:
    """Name the dispute that flares up next; `first` is what `first_flares` tells of each block."""
    block = 0
    for other in range(first.size):
        if first[other] < first[block]:
            block = other
    row = block * BLOCK
    while w.flares[row] > first[block]:
        row += 1
    return row


@phase
def flare_up(w: State, row: int) -> None:
    """Let the time of a dispute come, and draw the next one: a quarrel, a call, or blows."""
    d, t = w.disputes[row], float(w.flares[row])
    d.n_flares += 1
    w.flares[row] = t + _gap(w, d.key, d.n_flares)
    if can_quarrel(w, d.resident_a, d.resident_b, t):
        _flare(w, row, t)


@compiled
def _flare(w: State, row: int, t: float) -> None:
    p, d = w.p[0], w.disputes[row]
    u_flare, u_blows, u_call, u_grave = uniform_four(w.c[0].seed, WHAT, d.key, d.n_flares)
    intensity = intensity_at(w, row, t)
    if u_flare >= intensity:
        return
    write_step(w, row, t, FLARED)
    if d.agreed == 1:
        _break_agreement(w, row, t)
    cause = mix_keys(d.key, d.n_flares)
    if u_blows < p.p_dispute_assault * intensity * inclination(w, d.resident_a) * inclination(w, d.resident_b):
        write_step(w, row, t, BLOWS)
        d.blow = p.blow_least + (1.0 - p.blow_least) * u_grave
        _strike(w, row, t, cause)
    elif u_call < p.p_dispute_call:
        write_step(w, row, t, CALLED)
        priority = priority_of(w, DISPUTE, intensity, 0.0)
        new_call(w, DISPUTE, priority, cause, d.segment, d.resident_b, t, t, NONE, row, False)


@compiled
def _strike(w: State, row: int, t: float, cause: Key) -> None:
    """Let one party of a dispute hit the other: sooner the more inclined one, and the more frail one."""
    d = w.disputes[row]
    one, other = int(d.resident_a), int(d.resident_b)
    by_one = inclination(w, one) * w.residents[other].frailty
    by_other = inclination(w, other) * w.residents[one].frailty
    if uniform(w.c[0].seed, WHAT, cause, 0) * (by_one + by_other) >= by_one:
        one, other = other, one
    offender = w.residents[one].offender
    notice_offence(
        w, cause, t, ASSAULT, NO_THING, d.segment, offender, one, other, d.blow, 0, d.key, row, NOTHING, False
    )
    bear_grudge(w, cause, t, one, other, d.key, row)


@compiled
def _break_agreement(w: State, row: int, t: float) -> None:
    """Note that an agreement did not last; where agreements are looked after, the case is opened again."""
    d = w.disputes[row]
    d.agreed = 2
    write_step(w, row, t, BROKEN)
    if uniform(w.c[0].seed, MEDIATE, d.key, 1000 + d.n_flares) < w.levers[0].follow_up:
        d.agreed, d.n_sessions = 0, min(d.n_sessions, w.p[0].mediation_sessions - 1)


@compiled
def can_mediate(w: State, row: int, t: float) -> bool:
    """Tell whether a session makes sense: a dispute that goes on, unsettled, not given up, not heard today."""
    d = w.disputes[row]
    return bool(
        d.key != 0 and not d.agreed and d.n_sessions < w.p[0].mediation_sessions and t - d.session_t > 0.5 * DAY_MIN
    )


@compiled
def mediate(w: State, row: int, t: float) -> bool:
    """Hold a mediation session; tell whether the parties agreed.

    An agreement takes away most of the intensity, not all of it: agreement and lasting agreement are
    two things. Some agreements are pressed on the weaker party, who pays with trust; such an agreement
    takes away less.
    """
    p, d = w.p[0], w.disputes[row]
    d.n_sessions += 1
    d.session_t = t
    u_agree, u_press, _, _ = uniform_four(w.c[0].seed, MEDIATE, d.key, d.n_sessions)
    if u_agree < p.mediation_settles:
        pressed = u_press < p.p_pressed
        calm(w, row, t, p.pressed_calms if pressed else p.agreement_calms)
        d.agreed = 1
        if pressed:
            press(w, _weaker_party(w, row))
        write_step(w, row, t, PRESSED if pressed else AGREED)
        return True
    write_step(w, row, t, FAILED)
    return False


@compiled
def _weaker_party(w: State, row: int) -> int:
    """Name the party with fewer ties and less standing: a newcomer against a local, a tenant against an owner."""
    d = w.disputes[row]
    a, b = w.residents[d.resident_a], w.residents[d.resident_b]
    return int(d.resident_a if a.ties - 0.5 * a.renting < b.ties - 0.5 * b.renting else d.resident_b)


@compiled
def disputes_end(w: State, t: float) -> None:
    """Close the disputes that have cooled down."""
    for row in range(w.disputes.size):
        if w.disputes[row].key != 0 and intensity_at(w, row, t) < w.p[0].dispute_over:
            write_step(w, row, t, ENDED)
            w.disputes[row].key = 0
            w.flares[row] = NEVER
