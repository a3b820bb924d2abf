"""Cases and arrests: who is caught at once, who later, and what an arrest does."""

from __future__ import annotations

import numpy as np

from sim.agents.conspicuous import give_up
from sim.agents.evidence import DESCRIBED, NAMED, TOLD_BY_VICTIM, TRACED, WITNESSED
from sim.agents.fading import left_after
from sim.agents.files import put_on_file
from sim.agents.heap import in_order
from sim.agents.offenders import raise_risk
from sim.agents.residents import bring_home, person_key, take_away, where_is
from sim.agents.state import State
from sim.agents.tables import AWAY, NEVER, NONE
from sim.clock import DAY_MIN, YEAR_MIN
from sim.compiling.compiled import compiled, phase
from sim.draws import Key, Stream, exponential, uniform, uniform_pair
from sim.params import N_CRIMES

INVESTIGATE, CUSTODY = int(Stream.INVESTIGATE), int(Stream.CUSTODY)
GRAVITY = np.array([2, 0, 3, 1, 4])
"""Order in which detectives take up cases, by crime type: robbery, assault, burglary, theft, disorder."""


@compiled
def caught_at_scene(w: State, row: int, secured: int, t: float) -> bool:
    """Tell whether a search of the area finds the offender.

    It looks for somebody who was described or named, and seldom meets the offender where nobody could say who it was.
    The offender gets away with time from the offence on, unless named and still in that street, as neighbours who
    quarrel are.
    """
    p, call = w.p[0], w.calls[row]
    near = left_after(t - call.t_event, p.scene_half_life_min)
    if secured & NAMED and where_is(w, call.suspect) == call.segment:
        near = 1.0
    chance = p.p_caught_at_once[call.kind] * near
    if not secured & (DESCRIBED | NAMED):
        chance *= p.search_undescribed
    return bool(uniform(w.c[0].seed, INVESTIGATE, call.cause, 0) < chance)


@compiled
def open_case(w: State, cause: Key, suspect: int, kind: int, segment: int, t: float, secured: int) -> None:
    """Hand a recorded offence to the detectives; with no room left it is filed unworked."""
    size = w.cases.size
    for k in range(size):
        row = (w.c[0].case_hint + k) % size
        if w.cases[row].cause == 0:
            case = w.cases[row]
            case.cause, case.suspect, case.kind, case.segment = cause, suspect, kind, segment
            case.opened, case.evidence, case.arrest_at = t, secured, NEVER
            if secured & NAMED:
                _look_for(w, suspect, cause, kind)
            case.hours_left = w.p[0].hours_per_case[kind] * (1.0 if secured else w.p[0].hours_without_leads)
            w.c[0].case_hint = (row + 1) % size
            return


@compiled
def _look_for(w: State, suspect: int, cause: Key, kind: int) -> None:
    """Let police know whom they look for: whoever meets the suspect in the street may recognise them."""
    offender = w.residents[suspect].offender
    if offender != NONE:
        w.offenders[offender].wanted, w.offenders[offender].wanted_type = cause, kind


@compiled
def _file(w: State, row: int) -> None:
    """Close a case without an arrest; its suspect is looked for no longer."""
    case = w.cases[row]
    offender = w.residents[case.suspect].offender
    if offender != NONE and w.offenders[offender].wanted == case.cause:
        w.offenders[offender].wanted = 0
    case.cause = 0


@phase
def work_cases(w: State, t: float) -> None:
    """Spend the detectives' hours on cases, gravest first and oldest first among equals."""
    c, hours = w.c[0], w.c[0].desk_min / 60.0
    c.desk_min = 0.0
    active, rank, n = np.empty(w.cases.size, np.int32), np.empty(w.cases.size), 0
    for row in range(w.cases.size):
        if w.cases[row].cause != 0:
            active[n], n = row, n + 1
            rank[row] = GRAVITY[w.cases[row].kind] * 1e9 + w.cases[row].opened
    in_order(rank, active, n)
    for i in range(n):
        case = w.cases[active[i]]
        if case.arrest_at <= t:
            _arrest_in_case(w, case.cause, case.suspect, case.kind, t)
            _file(w, active[i])
        elif case.arrest_at >= NEVER:
            spent = min(hours, float(case.hours_left))
            hours -= spent
            case.hours_left -= spent
            if case.hours_left <= 0.0:
                _conclude(w, active[i], t)
            elif t - case.opened > w.p[0].case_life_days * DAY_MIN:
                _file(w, active[i])


@compiled
def p_solve(w: State, kind: int, secured: int, suspect: int) -> float:
    """Return the chance that a worked case is solved: each piece of evidence leads to the offender, or not.

    It is lower where the police do not know the suspect: of migrants they know who is registered.
    """
    p, person = w.p[0], w.residents[suspect]
    missed = 1.0 - p.p_solved_without
    if secured & WITNESSED:
        missed *= 1.0 - p.p_solved[kind]
    if secured & TOLD_BY_VICTIM:
        missed *= 1.0 - p.p_solved[kind]
    if secured & NAMED:
        missed *= 1.0 - p.p_solved_named
    if secured & TRACED:
        missed *= 1.0 - p.p_solved_traces
    unknown = person.migrant and not person.registered
    return float((1.0 - missed) * (1.0 - p.information_weight if unknown else 1.0))


@compiled
def _conclude(w: State, row: int, t: float) -> None:
    case = w.cases[row]
    u = uniform(w.c[0].seed, INVESTIGATE, case.cause, 1)
    if u < p_solve(w, case.kind, case.evidence, case.suspect):
        wait = exponential(w.c[0].seed, INVESTIGATE, case.cause, 2) * w.p[0].days_to_arrest
        case.arrest_at = t + wait * DAY_MIN
        _look_for(w, case.suspect, case.cause, case.kind)
    else:
        _file(w, row)


@compiled
def _arrest_in_case(w: State, cause: Key, suspect: int, kind: int, t: float) -> None:
    if w.residents[suspect].present:
        arrest(w, cause, suspect, kind, t, NONE, False)


@compiled
def _clear(w: State, cause: Key) -> None:
    """Close the case of a cleared offence; a call about it may still come, but finds nobody to arrest."""
    for row in range(w.calls.size):
        if w.calls[row].cause == cause:
            w.calls[row].suspect = NONE
    for row in range(w.cases.size):
        if w.cases[row].cause == cause:
            w.cases[row].cause = 0


@compiled
def arrest(w: State, cause: Key, suspect: int, kind: int, t: float, officer: int, at_scene: bool) -> None:
    """Arrest a suspect: custody for some, and a warning to those who hear of it."""
    p, seed = w.p[0], w.c[0].seed
    offender = w.residents[suspect].offender
    _clear(w, cause)
    if offender != NONE:
        w.offenders[offender].wanted = 0
        give_up(w, offender, True)
    u_charge, _ = uniform_pair(seed, CUSTODY, cause, 0)
    days = 0.0
    if offender != NONE and u_charge < p.p_charged and w.where[suspect] != AWAY:
        days = max(1.0, exponential(seed, CUSTODY, cause, 1) * p.custody_days[kind])
        w.offenders[offender].custody_until = t + days * DAY_MIN
        take_away(w, suspect)
    if offender != NONE:
        raise_risk(w, offender, t, p.risk_per_arrest)
        partner = w.offenders[offender].partner
        if partner != NONE:
            raise_risk(w, partner, t, p.risk_per_partner)
    i = w.out.n[0].arrests
    w.out.n[0].arrests = i + 1
    row = w.out.arrests[i]
    row.cause, row.t, row.type, row.offender, row.resident = cause, t, kind, offender, suspect
    row.resident_key = person_key(w, suspect)
    row.officer, row.at_scene, row.custody_days = officer, at_scene, days
    w.c[0].n_arrests += 1
    put_on_file(w, suspect, t)


@compiled
def some_are_in_custody(w: State) -> None:
    """Let a run begin with some offenders in custody, the more active the likelier, as at any time."""
    p, seed = w.p[0], w.c[0].seed
    if p.custody_at_start <= 0.0 or p.searches_per_year <= 0.0:
        return
    for i in range(w.offenders.size):
        who = w.offenders[i]
        activity = float(who.rate) * YEAR_MIN / p.searches_per_year  # with mean 1 over offenders
        u_there, _ = uniform_pair(seed, CUSTODY, who.key, 0)
        if u_there < p.custody_at_start * activity and w.where[who.resident] != AWAY:
            who.custody_until = exponential(seed, CUSTODY, who.key, 1) * _days_left(w, i) * DAY_MIN
            take_away(w, who.resident)
            put_on_file(w, who.resident, 0.0)


@compiled
def _days_left(w: State, offender: int) -> float:
    """Return how many days are left on average of a custody that is met at a moment: of long ones more are met."""
    p, mix = w.p[0], w.offenders[offender].mix
    days, squares, before = 0.0, 0.0, 0.0
    for kind in range(N_CRIMES):
        share, length = float(mix[kind]) - before, float(p.custody_days[kind])
        days, squares, before = days + share * length, squares + share * length * length, float(mix[kind])
    return float(squares / days) if days > 0.0 else 0.0


@compiled
def release(w: State, t: float) -> None:
    """Bring home whose custody has ended."""
    for i in range(w.offenders.size):
        who = w.offenders[i]
        if who.custody_until <= t and w.where[who.resident] == AWAY and w.residents[who.resident].present:
            bring_home(w, who.resident)
