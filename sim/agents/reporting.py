"""From offence to record: who notices, who calls, and what the police write down.

Truth, report and record are three things. Reporting depends on type and seriousness first, on trust
weakly (and as a parameter that can be zero), on registration for minor theft only.
"""

from __future__ import annotations

import math

from sim.agents.attitudes import suffer
from sim.agents.calls import new_call, priority_of
from sim.agents.discovery import go_on_in_view, sees_act
from sim.agents.dispute_steps import write_step
from sim.agents.events import DIVERTED
from sim.agents.evidence import leave_evidence
from sim.agents.local_problems import notice_trouble
from sim.agents.residents import person_key
from sim.agents.state import State
from sim.agents.tables import BICYCLE, FROM_PERSON, FROM_SHOP, FROM_VEHICLE, NONE, VEHICLE
from sim.agents.volunteers import helper_sees
from sim.agents.walking_in import tell_in_room
from sim.compiling.compiled import compiled
from sim.draws import Key, Stream, exponential, normal, uniform_four
from sim.params import ASSAULT, DISORDER, THEFT

REPORT, RECORD = int(Stream.REPORT), int(Stream.RECORD)


@compiled
def p_report(w: State, kind: int, thing: int, seriousness: float, victim: int, segment: int) -> float:
    """Return the chance that an offence is reported: a theft by what was stolen, and places differ."""
    p = w.p[0]
    base = p.reported_vehicle if thing == VEHICLE else p.p_reported[kind]
    if base <= 0.0 or base >= 1.0:
        return float(base)
    odds = (
        math.log(base / (1.0 - base))
        + math.log(max(_odds_of_theft(w, thing), 1e-9))
        + p.seriousness_weight * (seriousness - 0.5)
        + p.place_spread * normal(w.c[0].seed, REPORT, w.segments[segment].key, 2)
    )
    if victim != NONE:
        person = w.residents[victim]
        odds += p.trust_weight * (person.trust - p.trust_baseline)
        if kind == THEFT and seriousness < 0.5 and person.migrant and not person.registered:
            odds -= p.unregistered_theft
    return float(1.0 / (1.0 + math.exp(-odds)))


@compiled
def _odds_of_theft(w: State, thing: int) -> float:
    """Return the odds that a theft is reported against those of one out of a home; insurance and hope differ."""
    p = w.p[0]
    if thing == FROM_PERSON:
        return float(p.report_odds_person)
    if thing == BICYCLE:
        return float(p.report_odds_bicycle)
    if thing == FROM_VEHICLE:
        return float(p.report_odds_from_vehicle)
    return float(p.report_odds_shop) if thing == FROM_SHOP else 1.0


@compiled
def notice_offence(
    w: State,
    cause: Key,
    t: float,
    kind: int,
    thing: int,
    segment: int,
    offender: int,
    resident: int,
    victim: int,
    seriousness: float,
    n_turned: int,
    dispute_key: Key,
    dispute: int,
    avenges: Key,
    in_view: bool,
) -> None:
    """Write an offence to the ledger and let victim, witness or an officer on the spot notice it."""
    c, p, place = w.c[0], w.p[0], w.segments[segment]
    u_report, u_when, u_seen, u_helper = uniform_four(c.seed, REPORT, cause, 0)
    reported = u_report < p_report(w, kind, thing, seriousness, victim, segment)
    told = not reported and helper_sees(w, segment, in_view, u_helper)  # a volunteer of the street calls at once
    discovered = in_view and sees_act(w, segment, u_seen)
    i = w.out.n[0].offences
    w.out.n[0].offences = i + 1
    row = w.out.offences[i]
    row.cause, row.t, row.type, row.segment = cause, t, kind, segment
    row.offender, row.resident, row.victim = offender, resident, victim
    row.resident_key, row.victim_key = person_key(w, resident), person_key(w, victim)
    row.home = w.residents[resident].home if resident != NONE else NONE
    row.seriousness, row.n_turned, row.dispute = seriousness, n_turned, dispute_key
    row.reported, row.discovered, row.in_view = reported or told, discovered, in_view
    row.thing, row.avenges = thing, avenges
    c.today_offences[kind] += 1
    if reported or told or discovered:
        c.today_reported[kind] += 1
    place.n_offences += 1
    if kind == DISORDER:
        place.disorder += p.disorder_added * (1.0 - place.disorder)
    suffer(w, segment, victim, seriousness)
    notice_trouble(w, segment, kind)
    if not (reported or told or discovered):
        if in_view:
            go_on_in_view(w, cause, t, kind, segment, resident, seriousness)
        waits = tell_in_room(w, kind, cause, segment, victim, resident, dispute, t)
        if waits != NONE:
            leave_evidence(w, waits, resident, victim, False, in_view)
        return
    delay, caller = 0.0, NONE  # an officer on the spot acts at once: same path as a call, without its delay
    if told and not discovered:
        delay = p.helper_call_min
    elif not discovered:
        caller = victim
        delay = p.immediate_least_min + p.immediate_more_min * u_when / max(p.p_immediate[kind], 1e-9)
        if u_when >= p.p_immediate[kind]:
            delay = p.report_delay_min[kind] * math.exp(normal(c.seed, REPORT, cause, 1))
    priority = priority_of(w, kind, seriousness, delay)
    call = new_call(w, kind, priority, cause, segment, caller, t, t + delay, resident, dispute, discovered)
    if call != NONE:
        leave_evidence(w, call, resident, victim, discovered, in_view)


@compiled
def record_incident(w: State, call_row: int, t: float) -> None:
    """Put an attended offence on record, late, perhaps as something less, and perhaps not at all."""
    c, p, call = w.c[0], w.p[0], w.calls[call_row]
    u_kept, u_down, _, _ = uniform_four(c.seed, RECORD, call.cause, 0)
    if u_kept >= p.record_share[call.kind]:
        return
    kind = call.kind
    if u_down < p.p_downgraded + w.levers[0].p_downgraded and kind != THEFT:
        kind = DISORDER
    i = w.out.n[0].incidents
    w.out.n[0].incidents = i + 1
    row = w.out.incidents[i]
    row.cause, row.t, row.type, row.true_type, row.segment = call.cause, call.t_event, kind, call.kind, call.segment
    row.t_recorded = t + exponential(c.seed, RECORD, call.cause, 1) * p.record_delay_h * 60.0
    row.discovered = call.discovered
    row.response_min = math.nan if call.discovered or call.at_room else call.t_arrived - call.t_call
    c.today_recorded[kind] += 1


@compiled
def is_diverted(w: State, call_row: int, t: float) -> bool:
    """Tell whether minor blows between the parties of a dispute go to mediation and off the record.

    The settled case leaves the statistics; whoever strikes hard goes to the prosecutor all the same.
    """
    call, share = w.calls[call_row], w.levers[0].diversion
    if share <= 0.0 or call.kind != ASSAULT or call.dispute == NONE:
        return False
    dispute = w.disputes[call.dispute]
    if dispute.key != call.dispute_key or dispute.blow >= w.p[0].diversion_below:
        return False
    _, _, u_divert, _ = uniform_four(w.c[0].seed, RECORD, call.cause, 0)
    if u_divert >= share:
        return False
    write_step(w, call.dispute, t, DIVERTED)
    return True
