"""Known offenders called on at home: seen to be known, held to it, and some of them helped.

Officers name them from the files (`files.py`). Nobody opens where the person is out, and the way was for nothing; who
has moved away is learnt of at the door.
"""

from __future__ import annotations

from sim.agents.contacts import felt_fair, is_hollow, write_contact
from sim.agents.files import is_the_person
from sim.agents.investigation import arrest
from sim.agents.offenders import raise_risk
from sim.agents.prisoners import take_prisoner
from sim.agents.state import State
from sim.agents.tables import AT_HOME, BY_CHECK, NONE
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled
from sim.draws import Stream, uniform, uniform_four

SUPERVISE = int(Stream.SUPERVISE)
ACCEPTS = 1_000_000
"""Counter of a draw apart from those of the days."""


@compiled
def call_takes(w: State, o: int, person: int, dwell: float) -> float:
    """Return how long officers are at the door: the visit, or next to nothing if nobody opens or is asked for."""
    here = is_the_person(w, person) and w.where[person] == AT_HOME
    if not here or is_hollow(w, o):
        return float(min(dwell, w.p[0].hollow_visit_min))
    return float(dwell)


@compiled
def call_on_offender(w: State, o: int, person: int, t: float) -> None:
    """End a call at the home of somebody on file: met or not, found to be wanted, and perhaps helped."""
    p, file, c, officer = w.p[0], w.files[person], w.c[0], w.officers[o]
    hollow = is_hollow(w, o)
    c.n_supervision += 1
    file.called_day = t / DAY_MIN
    c.called_day = file.called_day
    if hollow or not is_the_person(w, person) or w.where[person] != AT_HOME:
        officer.n_contacts += 1
        if not hollow and not is_the_person(w, person):
            file.n_cases = 0  # moved away, as is learnt at the door: no longer one of those who can be called on
        return
    c.n_supervision_met += 1
    who = w.residents[person]
    u_fair, u_wanted, _, _ = uniform_four(c.seed, SUPERVISE, who.key, int(t / DAY_MIN))
    offender = who.offender
    wanted = offender != NONE and w.offenders[offender].wanted != 0 and u_wanted < p.p_wanted_found
    fair = felt_fair(w, o, p.p_fair_contact, u_fair)
    write_contact(w, t, BY_CHECK, o, person, t - officer.work_began, False, fair, wanted, False)
    who.n_stops += 1
    if wanted:
        take_prisoner(w, o)
        arrest(w, w.offenders[offender].wanted, person, w.offenders[offender].wanted_type, t, o, False)
        return
    if offender != NONE:
        raise_risk(w, offender, t, p.risk_per_call)
    if uniform(c.seed, SUPERVISE, who.key, ACCEPTS) < w.levers[0].support:
        file.helped_day = t / DAY_MIN
