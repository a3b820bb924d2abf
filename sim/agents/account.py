"""The account of what attitudes are made of, as rows of the ledger."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.events import ACCOUNT_ROWS, PARTS
from sim.agents.feeling_words import ADDED_LATER, AGE_BANDS, ATTITUDES, CAUSES, N_CAUSES, N_GROUPS, TENURES
from sim.agents.state import State
from sim.agents.tables import row_dtype

AGE_EDGES = (30, 45, 65)


def age_bands(age: NDArray[Any]) -> NDArray[np.int64]:
    """Give the index into `AGE_BANDS` for ages in years."""
    return np.asarray(np.digitize(age, AGE_EDGES), np.int64)


def tenures(migrant: NDArray[Any], renting: NDArray[Any]) -> NDArray[np.int64]:
    """Give the index into `TENURES`: a migrant is one whether the home is rented or not."""
    return np.where(migrant == 1, TENURES.index("migrant"), renting).astype(np.int64)


def list_account(w: State, day: int) -> NDArray[Any]:
    """Add up, for each age band and tenure, what their attitudes are made of now.

    Parts of a group add up to the sum of what its members feel. The change of a part between two days tells how far its
    cause has moved them: what it did since, less what has faded.
    """
    residents = w.residents
    row = np.flatnonzero(residents["present"] == 1)
    tenure = tenures(residents["migrant"][row], residents["renting"][row])
    group = age_bands(residents["age"][row]) * len(TENURES) + tenure
    rows = np.zeros((N_GROUPS, len(PARTS)), row_dtype(ACCOUNT_ROWS))
    rows["day"], rows["part"] = day, np.arange(len(PARTS))
    rows["age_band"] = np.repeat(np.arange(len(AGE_BANDS)), len(TENURES))[:, None]
    rows["tenure"] = np.tile(np.arange(len(TENURES)), len(AGE_BANDS))[:, None]
    rows["n"] = np.bincount(group, minlength=N_GROUPS)[:, None]
    for k, name in enumerate(ATTITUDES):
        causes = slice(k * N_CAUSES, (k + 1) * N_CAUSES)

        def total(values: NDArray[Any]) -> NDArray[np.float64]:
            return np.asarray(np.bincount(group, values.astype(np.float64), N_GROUPS), np.float64)

        parts = np.zeros((N_GROUPS, len(PARTS)))
        parts[:, : len(CAUSES)] = sum(w.account[part][:, causes] for part in ("fresh", "lasting", "learnt"))
        parts[:, PARTS.index("trait")] = total(residents["trait"][row, k])
        parts[:, PARTS.index("mood")] = total(residents["mood"][row, k])
        parts[:, PARTS.index("bounds")] = total(residents[name][row]) - _sums(parts)
        rows[name] = parts
    return rows.ravel()


def _sums(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Add up the parts of each group."""
    later = np.isin(PARTS, ADDED_LATER)
    first, rest = (np.compress(chosen, parts, axis=1).sum(axis=1) for chosen in (~later, later))
    return np.asarray(first + rest, np.float64)
