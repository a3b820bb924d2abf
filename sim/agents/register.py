"""The register at the door: whom visitors ask for, whom they find instead, and whom they put on it.

Police books name locals and those tenants who registered. A tenant who leaves may stay on them, a newcomer may not be
on them yet, and what reaches those who visit is a copy, late and in part as the `Information` lever says, and
their own notes. So a visitor may ask for somebody who has moved, and knock where nobody lives.
"""

from __future__ import annotations

from sim.agents.state import State
from sim.agents.tables import AT_HOME, AWAY, NONE
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled
from sim.draws import Stream, uniform

VISIT, REGISTER = int(Stream.VISIT), int(Stream.REGISTER)
STALE, STRUCK = 1, 2
"""Values of `gone`: the register still names a tenant who has left; it was told, and copies may lag."""
AT_OFFICE, BY_VISITOR = 1, 2
"""Values of `registered`: on the register alone; put on it at the door by an officer, who has it in the own notes."""
ADULT_AGE = 18
ANYBODY, WHO_OPENS, WHO_IS_NAMED = range(3)
"""Among whom the one who waits longest for a visit is looked for."""


@compiled
def has_arrived(w: State, person: int, t: float) -> bool:
    """Tell whether the last change of the entry of a room has reached those who visit."""
    entered = w.residents[person].entered
    return bool(entered == 0 or t >= (entered - 1) * DAY_MIN + w.levers[0].register_lag_min)


@compiled
def is_listed(w: State, person: int, t: float) -> bool:
    """Tell whether those who visit know a tenant: from their own notes, or from the register as it reached them."""
    who, missing = w.residents[person], w.levers[0].register_missing
    if who.registered == BY_VISITOR:
        return True
    if who.registered == 0 or not has_arrived(w, person, t):
        return False
    return bool(missing <= 0.0 or uniform(w.c[0].seed, REGISTER, who.key, 1) >= missing)


@compiled
def is_listed_in_vain(w: State, person: int, t: float) -> bool:
    """Tell whether those who visit take a tenant of a room for there who has left."""
    gone = w.residents[person].gone
    return bool(gone == STALE or (gone == STRUCK and not has_arrived(w, person, t)))


@compiled
def waits_longest(w: State, first: int, n: int, t: float, among: int) -> int:
    """Return the adult among some residents who had fewest visits, or `NONE`; equals draw, each for themselves.

    Parameters
    ----------
    among
        `ANYBODY` who lives there; `WHO_OPENS`, of those at home; `WHO_IS_NAMED` by the books, here or not
    """
    best, fewest, least = NONE, 1 << 30, 2.0
    for person in range(first, first + n):
        who = w.residents[person]
        if who.age < ADULT_AGE:
            continue
        here = w.where[person] != AWAY and (among != WHO_OPENS or w.where[person] == AT_HOME)
        if among == WHO_IS_NAMED and who.migrant:
            here = is_listed_in_vain(w, person, t) or (here and is_listed(w, person, t))
        if not here:
            continue
        u = uniform(w.c[0].seed, VISIT, who.key, who.n_visits)
        if who.n_visits < fewest or (who.n_visits == fewest and u < least):
            best, fewest, least = person, who.n_visits, u
    return best


@compiled
def find_at_door(w: State, household: int, t: float) -> int:
    """Return whom a visitor calls on in a household that is named, at home or not; `NONE` where nobody answers.

    The books say whom to ask for. If that tenant has left, or they name nobody, it is whoever opens.
    """
    home, c = w.households[household], w.c[0]
    c.n_doors += 1
    asked = waits_longest(w, home.first, home.n, t, WHO_IS_NAMED)
    if asked == NONE:
        found = waits_longest(w, home.first, home.n, t, WHO_OPENS)
        if found == NONE:
            found = waits_longest(w, home.first, home.n, t, ANYBODY)
        c.n_vacant_doors += found == NONE
        return found
    if w.residents[asked].migrant and is_listed_in_vain(w, asked, t):
        c.n_wrong_doors += 1
        w.residents[asked].gone = 0
        return waits_longest(w, home.first, home.n, t, WHO_OPENS)
    return asked


@compiled
def enter_tenant(w: State, person: int, t: float, how: int) -> None:
    """Put a tenant on the register, whoever does it; it takes the tenant `registration_min`."""
    who = w.residents[person]
    w.c[0].n_registered_again += who.registered > 0
    w.c[0].n_registrations += 1
    who.registered, who.gone, who.entered = how, 0, int(t / DAY_MIN) + 1


@compiled
def register_at_door(w: State, officer: int, household: int, t: float) -> int:
    """Put the tenants at home who are not known on the register, and return how many.

    Who had registered elsewhere and is not on the copy does so again. It takes the tenant `registration_min`, and the
    officer as long to enter it afterwards.
    """
    home, n = w.households[household], 0
    for person in range(home.first, home.first + home.n):
        who = w.residents[person]
        if not who.migrant or who.age < ADULT_AGE or w.where[person] != AT_HOME or is_listed(w, person, t):
            continue
        enter_tenant(w, person, t, BY_VISITOR)
        n += 1
    w.officers[officer].paper_min += n * w.p[0].registration_min
    return n
