"""Who lives here, written once; and how they fare, written when a run ends.

A row of `residents` is a room as much as a person: home, household, age, sex and tenure stay, and so
every grouping by them holds for the whole run. The tenants of a room of the floating population follow
one another in its row; `key` in the list of people is that of the first, in that of feelings that of the last.
"""

from __future__ import annotations

import numpy as np

from sim.agents.events import FEELINGS, PEOPLE
from sim.agents.state import State, Table
from sim.agents.tables import row_dtype


def list_people(w: State) -> Table:
    """List the residents with what does not change during a run."""
    residents = w.residents[: w.c["n_living"][0]]
    people = np.zeros(len(residents), row_dtype(PEOPLE))
    people["resident"] = np.arange(len(residents))
    for name in ("key", "home", "household", "age", "male", "renting", "migrant"):
        people[name] = residents[name]
    people["district"] = w.segments["district"][residents["home"]]
    people["income"] = w.households["income"][residents["household"]]
    return people


def list_feelings(w: State) -> Table:
    """List what residents feel now, and on how many days of the run somebody lived in their place."""
    residents = w.residents[: w.c["n_living"][0]]
    feelings = np.zeros(len(residents), row_dtype(FEELINGS))
    feelings["resident"] = np.arange(len(residents))
    own = ("key", "present", "n_days", "n_seen", "problem", "dealt_with")
    for name in (*own, "security", "satisfaction", "trust", "familiarity"):
        feelings[name] = residents[name]
    return feelings
