"""A finished run made up of a few rows, in a tiny real city, for tests of what claims measure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
from small_force import FEW

from sim.agents.events import LEDGER
from sim.agents.tables import row_dtype
from sim.ledger.columns import frame_of
from sim.policies.contract.registry import make_policy
from sim.scenarios.scenario import Scenario
from sim.validation.seen import Seen
from sim.world import World, build_world

N_SEGMENTS = 120
TINY = Scenario().replace(
    {
        "n_days": 365,
        "start": date(2014, 1, 1),  # a Wednesday
        "city.streets": "grid",
        "city.n_segments": N_SEGMENTS,
        "people.n_residents": 800,
        "people.residents_per_agent": 6.5,
        "force.n_districts": 4,
    }
    | FEW
)


def make_seen(
    tables: Mapping[str, Mapping[str, object]],
    feelings: Mapping[int, Mapping[str, object]] | None = None,
    *,
    changes: Mapping[str, object] | None = None,
) -> Seen:
    """Make a run from columns by table; a column that is not given is zero, and a table that is not given is empty."""
    frames = {name: make_table(name, tables.get(name, {})) for name in LEDGER}
    felt = {day: make_table("feelings", columns) for day, columns in (feelings or {}).items()}
    scenario = TINY.replace(dict(changes)) if changes else TINY
    return Seen(scenario, make_policy("reactive"), 1, frames, _world(), felt)


def make_table(name: str, columns: Mapping[str, object]) -> pd.DataFrame:
    """Make a table of the ledger; every column is a number for all rows or one for each."""
    n = max((len(values) if np.ndim(values) else 1 for values in columns.values()), default=0)
    rows = np.zeros(n, row_dtype(LEDGER[name]))
    for column, values in columns.items():
        rows[column] = values
    return frame_of(name, rows)


@cache
def _world() -> World:
    return build_world(TINY, 1)
