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

    Runs are read one after the other: all years of a city do not fit into memory.

    Parameters
    ----------
    runs
        one row per run: `policy`, `seed` and `folder` below `out`. Runs of an earlier version, which lack a table,
        are left out
    """
    return compare_groups(_pairs(runs, baseline, out))


def _pairs(runs: pd.DataFrame, baseline: str, out: Path) -> Iterator[tuple[str, Tables, Tables]]:
    """Give the tables of pairs seed by seed, so that those of the baseline are read once for all strategies."""
    paired = list(pair_runs(runs, baseline))
    for row in runs[runs["policy"] == baseline].itertuples():
        before = _read(out / str(row.folder)) if paired else {}
        for policy, _, other in paired:
            after = _read(out / str(other.loc[row.seed, "folder"])) if before and row.seed in other.index else {}
            if after and len(before["feelings"]) == len(after["feelings"]) > 0:
                yield policy, before, after


def _read(folder: Path) -> dict[str, pd.DataFrame]:
    """Read what is needed of a run; nothing where it was written before these tables were."""
    try:
        return {name: read_table(folder, name, columns=columns) for name, columns in READ.items()}
    except InputError:
        return {}
