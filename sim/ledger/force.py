"""The force and its cells as they are when a run ends: what the events of the ledger do not tell by themselves."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.agents.state import State
from sim.agents.tables import ROLES
from sim.disk import write_whole

CELLS_FILE, OFFICERS_FILE = "cells.csv", "officers.csv"
FORCE_FILES = (CELLS_FILE, OFFICERS_FILE)


class Force(NamedTuple):
    """Hold who owns which streets, and which posts there are."""

    cell: NDArray[np.int64]
    """(n_segments,) cell of each segment; the districts where a strategy draws no cells"""
    officers: pd.DataFrame
    """a row of officers each: `role`, `hired`, `employed`, `cell` (-1 for the whole city), and `n_left`, who has left
    the post before"""


def list_force(state: State) -> Force:
    """Read the force and its cells from the state of a world."""
    rows = state.officers
    officers = pd.DataFrame({
        "role": [ROLES[role] for role in rows["role"].tolist()],
        "hired": rows["hired"].astype(np.int64),
        "employed": rows["employed"].astype(np.int64),
        "cell": rows["cell"].astype(np.int64),
        "n_left": rows["n_tenures"].astype(np.int64),
    })  # fmt: skip
    return Force(state.cells.astype(np.int64), officers)


def write_force(folder: Path, force: Force) -> None:
    """Write the force into a run folder, as two tables that any program reads."""
    cells = pd.DataFrame({"segment": np.arange(len(force.cell)), "cell": force.cell})
    tables = {CELLS_FILE: cells, OFFICERS_FILE: force.officers.rename_axis("officer").reset_index()}
    for name, table in tables.items():
        content = table.to_csv(index=False, lineterminator="\n").encode()
        write_whole(folder / name, lambda out, content=content: out.write(content))  # type: ignore[misc]


def read_force(folder: Path) -> Force | None:
    """Read the force of a run folder; None where the run is not complete, or of a version that did not keep it."""
    if not all((folder / name).exists() for name in FORCE_FILES):
        return None
    cells = pd.read_csv(folder / CELLS_FILE)
    officers = pd.read_csv(folder / OFFICERS_FILE).set_index("officer")
    return Force(cells.sort_values("segment")["cell"].to_numpy(np.int64), officers.sort_index())
