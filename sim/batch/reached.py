"""Feelings of groups, and of those whom a strategy reached, from the folders of a comparison's runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from sim.errors import InputError
from sim.ledger.run_folder import read_table
from sim.outcomes.feelings import pair_runs
from sim.outcomes.feelings_groups import READ, Tables, compare_groups


def compare_reached(runs: pd.DataFrame, baseline: str, out: Path) -> pd.DataFrame:
    """Compare every strategy with the first one group by group.

    Pairs are read one after the other: all years of a city do not fit into memory.

    Parameters
    ----------
    runs
        one row per run: `policy`, `seed` and `folder` below `out`. Runs of an earlier version, which lack a table,
        are left out
    """
    return compare_groups(_pairs(runs, baseline, out))


def _pairs(runs: pd.DataFrame, baseline: str, out: Path) -> Iterator[tuple[str, Tables, Tables]]:
    for policy, usual, other in pair_runs(runs, baseline):
        for seed in usual.index:
            tables = [_read(out / str(one.loc[seed, "folder"])) for one in (usual, other)]
            if all(tables) and len(tables[0]["feelings"]) == len(tables[1]["feelings"]) > 0:
                yield policy, tables[0], tables[1]


def _read(folder: Path) -> dict[str, pd.DataFrame]:
    """Read what is needed of a run; nothing where it was written before these tables were."""
    try:
        return {name: read_table(folder, name, columns=columns) for name, columns in READ.items()}
    except InputError:
        return {}
