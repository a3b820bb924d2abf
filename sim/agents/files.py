"""Police files of persons: who was arrested how often, who was called on at home, and who is helped.

A file names the person by key, at the room where that person lived: who moves away is on file there until officers
learn of it at the door, and the next tenant is somebody else.
"""

from __future__ import annotations

from sim.agents.fading import left_after
from sim.agents.residents import person_key
from sim.agents.state import State
from sim.agents.tables import AWAY
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled

LONG_AGO_DAY = -1e9
"""Day of what has never been."""
SUPERVISED_DAYS = 91.0
"""Whoever was called on within a quarter is under supervision."""
HELPED_DAYS = 30.0
"""Whoever was helped within so many days is being helped."""


@compiled
def put_on_file(w: State, person: int, t: float) -> None:
    """Enter an arrest in the file of a person."""
    file, key = w.files[person], person_key(w, person)
    if file.key != key:
        file.key, file.n_cases, file.called_day, file.helped_day = key, 0, LONG_AGO_DAY, LONG_AGO_DAY
    file.n_cases += 1
    file.case_day = t / DAY_MIN


@compiled
def is_the_person(w: State, person: int) -> bool:
    """Tell whether whoever is on file at a room still lives there."""
    return bool(w.residents[person].present and w.residents[person].key == w.files[person].key)


@compiled
def strain_left(w: State, person: int, t: float) -> float:
    """Return the strain of a person, less what help takes off; help wears off once nobody calls any more."""
    file, strain = w.files[person], float(w.residents[person].strain)
    if file.helped_day < 0.0 or file.key != w.residents[person].key:
        return strain
    days = max(t / DAY_MIN - file.helped_day, 0.0)
    return strain * (1.0 - w.p[0].help_relief * left_after(days, w.p[0].help_half_life_days))


@compiled
def count_supervised(w: State, day: int) -> tuple[int, int]:
    """Count the persons at large who are under supervision, and those of them who are helped.

    Where nobody was called on for so long, as under most strategies, nobody is looked at.
    """
    n, n_helped = 0, 0
    if day + 1 - w.c[0].called_day > SUPERVISED_DAYS:
        return n, n_helped
    for r in range(w.c[0].n_living):
        file = w.files[r]
        if file.n_cases == 0 or day + 1 - file.called_day > SUPERVISED_DAYS:
            continue
        if is_the_person(w, r) and w.where[r] != AWAY:
            n += 1
            n_helped += day + 1 - file.helped_day <= HELPED_DAYS
    return n, n_helped
