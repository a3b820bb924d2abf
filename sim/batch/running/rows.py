"""A table of rows that are made in processes of this machine: kept as each job ends, and gone on with after a stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd

from sim.batch.running.crew import Crew
from sim.batch.running.workers import work_through
from sim.disk import make_folder, write_whole
from sim.errors import InputError

Key = tuple[Any, ...]
"""Values of the key columns that the rows of one job have, and no rows of another."""
Row = dict[str, Any]


def make_rows(  # noqa: PLR0913 - what, where, and who hears of it
    jobs: Mapping[Key, Any],
    do: Callable[[Any], list[Row]],
    *,
    columns: Sequence[str],
    workers: int | Crew,
    file: Path | None = None,
    tell: Callable[[str], object] | None = None,
    progress: Callable[[int], object] | None = None,
) -> pd.DataFrame:
    """Do every job that the table has no row of, and write the table anew after each.

    The file is whole at any moment, so that a script that is killed has lost only the jobs that were under way, and
    the same call goes on where it was stopped.

    Parameters
    ----------
    jobs
        the argument of `do` by key; keys are in the order of the design, in which the table is sorted by `columns`
    do
        gives the rows of a job, each with the values of its key in `columns`
    file
        the table, as CSV; None to keep it in memory alone
    workers
        how many processes, which end with the table; or a crew, which is kept for the next one
    tell
        hears how many jobs are done, after each
    progress
        called now and then with the jobs of which there are rows; may raise to stop

    Returns
    -------
    table
        the rows of the file; those of other jobs come last

    Raises
    ------
    InputError
        If jobs failed; the rows of all others are kept.
    DiskError
        If the disk is full.
    """
    rows: list[Row] = []
    if file is not None:
        make_folder(file.parent)
        rows = pd.read_csv(file).to_dict("records") if file.exists() else []
    done = {tuple(row[column] for column in columns) for row in rows}
    missing = [(key, argument) for key, argument in jobs.items() if key not in done]
    problems: list[str] = []
    begun, n = time.monotonic(), 0
    crew = min(workers, len(missing)) if isinstance(workers, int) else workers
    with closing(work_through(missing, do, workers=crew)) as outcomes:
        for outcome in outcomes:
            if progress is not None:
                progress(len(jobs) - len(missing) + n)
            if outcome is None:
                continue
            n += 1
            outcome.stop_if_postponed()
            if outcome.value is None:
                problems.append(f"{', '.join(map(str, outcome.key))}: {outcome.problem}")
                continue
            rows += outcome.value
            if file is not None:
                _write(file, _in_order(rows, jobs, columns))
            if tell is not None:
                tell(f"{n} of {len(missing)} runs after {time.monotonic() - begun:.0f} s")
    if problems:
        raise InputError(f"{len(problems)} of {len(missing)} jobs failed; the first problem was: {problems[0]}")
    return _in_order(rows, jobs, columns)


def _in_order(rows: list[Row], jobs: Mapping[Key, Any], columns: Sequence[str]) -> pd.DataFrame:
    """Sort by the key columns, each in the order of its values in the design; rows of a job stay together."""
    table = pd.DataFrame(rows)
    places = {}
    for i, column in enumerate(columns):
        values = dict.fromkeys([*(key[i] for key in jobs), *(row[column] for row in rows)])
        places[column] = {value: place for place, value in enumerate(values)}
    return table.sort_values(list(columns), key=lambda v: v.map(places[v.name]), kind="stable", ignore_index=True)


def _write(file: Path, table: pd.DataFrame) -> None:
    write_whole(file, lambda opened: opened.write(table.to_csv(index=False).encode()))
