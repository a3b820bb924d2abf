"""Who knows of what a strategy offers: that the cell has an officer, that there are meetings, that one can help.

Where a strategy has such services (`Participation.known`), some residents know of them when they begin. The others
learn it from a letter that they read, from an officer at their door, at a meeting, or from whom they live with, and may
forget. Who does not know seldom comes or joins; who knows tells the police more readily what they saw.
"""

from __future__ import annotations

from sim.agents.fading import left_after
from sim.agents.state import State
from sim.compiling.compiled import compiled
from sim.draws import Stream, uniform

SERVICES = int(Stream.SERVICES)


@compiled
def knows_of_services(w: State, person: int) -> bool:
    """Tell whether somebody knows of the services of the strategy in force; nobody does where it has none."""
    who, known = w.residents[person], w.levers[0].known
    if known < 0.0:
        return False
    return bool(who.told == 1 or uniform(w.c[0].seed, SERVICES, who.key, 0) < known)


@compiled
def takes_part(w: State, person: int) -> float:
    """Return how likely somebody takes part, against who knows of the services."""
    return 1.0 if knows_of_services(w, person) else float(w.p[0].unaware_takes_part)


@compiled
def learn_of_services(w: State, person: int) -> None:
    """Let somebody learn of the services, and those who live there too."""
    who = w.residents[person]
    if w.levers[0].known < 0.0 or who.home < 0:
        return
    home = w.households[who.household]
    for other in range(home.first, home.first + home.n):
        if w.residents[other].present:
            w.residents[other].told = 1


@compiled
def forget_services(w: State, day: int) -> None:
    """Let a day pass over what people were told of the services."""
    if w.levers[0].known < 0.0:
        return
    p_forgets = 1.0 - left_after(1.0, w.p[0].services_half_life_days)
    for r in range(w.c[0].n_living):
        who = w.residents[r]
        if who.told and uniform(w.c[0].seed, SERVICES, who.key, day + 1) < p_forgets:
            who.told = 0
