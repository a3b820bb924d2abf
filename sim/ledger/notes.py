"""What is kept of a run that is watched from briefing to briefing: the ledger, and what residents truly felt."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.agents.census import list_feelings
from sim.agents.events import LEDGER
from sim.agents.state import State
from sim.clock import SHIFTS_A_DAY
from sim.ledger.columns import Rows, frame_of


class Notes:
    """Keep the rows of each shift, and what residents truly feel at the end of some days."""

    def __init__(self, feelings_on: tuple[int, ...] = ()) -> None:
        self._kept: dict[str, list[Rows]] = {name: [] for name in LEDGER}
        self._feelings_on = feelings_on
        self.feelings: dict[int, pd.DataFrame] = {}
        """by day: one row per resident, in one order"""

    def take(self, state: State, shift: int, rows: Mapping[str, Rows]) -> None:
        """Take over the rows of a shift, as `sim.engine.run_shifts` gives them."""
        for name, some in rows.items():
            self._kept[name].append(some)
        day, left = divmod(shift, SHIFTS_A_DAY)
        if left == 0 and day - 1 in self._feelings_on:
            self.feelings[day - 1] = frame_of("feelings", list_feelings(state))

    def tables(self) -> dict[str, pd.DataFrame]:
        """Give the ledger so far; a table of which nothing is due yet is left out."""
        return {name: frame_of(name, np.concatenate(rows)) for name, rows in self._kept.items() if rows}
