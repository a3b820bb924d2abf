"""A force's record of calls, read from its table and laid out for a run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sim.agents.affairs import RECORDED_CALLS
from sim.agents.state import Table
from sim.agents.tables import CALLS, INVALID, row_dtype
from sim.city.land_use import City
from sim.clock import DAY_MIN
from sim.draws import Stream
from sim.errors import InputError
from sim.inputs.csv_tables import read_csv_table
from sim.scenarios.scenario import Scenario

NEEDED = ("number", "time", "segment", "kind", "priority", "service_min")
"""Columns of the table: number of the row in the record, time of the call by the clock of the place, street as a row of
the city file, kind of call, priority (0 where it is not known), minutes at the scene (empty where not known)."""
KEYS = np.uint64(int(Stream.RECORDED) << 56)
"""Keeps recorded calls apart from those of the model; the number of the row stands in the low bits."""
WHAT = "demand.recorded_calls"


def read_recorded(path: str) -> pd.DataFrame:
    """Read the table of a record: `NEEDED`, and whatever else stands there as it is.

    Raises
    ------
    InputError
        If a column is missing, or a cell cannot be what its column says.
    """
    table = read_csv_table(Path(path), WHAT)
    missing = [name for name in NEEDED if name not in table.columns]
    if missing:
        raise InputError(f"{WHAT}: {path} must have the columns {', '.join(NEEDED)}, and has no {', '.join(missing)}")
    calls = pd.DataFrame({name: table.cells(name) for name in table.columns})
    time = pd.to_datetime(calls["time"], format="ISO8601", errors="coerce")
    _refuse(path, table.lines, time.isna(), calls["time"], "a time such as 2024-03-01 14:05:00")
    kinds = CALLS[:INVALID]
    _refuse(path, table.lines, ~calls["kind"].isin(kinds), calls["kind"], f"one of {', '.join(kinds)}")
    numbers = {name: pd.Series(table.numbers(name)) for name in table.columns if name not in ("time", "kind")}
    for name, least, most in (("number", 0, 2**40), ("segment", 0, 2**31 - 1), ("priority", 0, 3)):
        column = numbers[name]
        good = (column >= least) & (column <= most) & (column == column.round())
        _refuse(path, table.lines, ~good, calls[name], f"a whole number from {least} to {most} in the column {name}")
    if numbers["number"].duplicated().any():
        raise InputError(f"{WHAT}: each row of {path} must have a number of its own")
    calls = calls.assign(**numbers, time=time)
    return calls.astype({"number": np.int64, "segment": np.int64, "priority": np.int64})


def _refuse(path: str, lines: tuple[int, ...], wrong: pd.Series, given: pd.Series, what: str) -> None:
    if wrong.any():
        i = int(np.argmax(wrong.to_numpy()))
        raise InputError(f"{WHAT}: {path}, line {lines[i]}: there must be {what}, got {given.iloc[i]!r}")


def select_in_run(calls: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Keep the calls that fall into a run, in order of time, with `minute` since its begin."""
    minute = (calls["time"] - pd.Timestamp(scenario.start)).dt.total_seconds() / 60.0
    inside = calls.assign(minute=minute)[(minute >= 0.0) & (minute < scenario.n_days * DAY_MIN)]
    return inside.sort_values(["minute", "number"]).reset_index(drop=True)


def recorded_rows(scenario: Scenario, city: City) -> Table:
    """Lay the recorded calls of a scenario out for its run; none where it has no record.

    Raises
    ------
    InputError
        If no call falls into the run, or one lies on a street that the city does not have.
    """
    if not scenario.demand.recorded_calls:
        return np.zeros(0, row_dtype(RECORDED_CALLS))
    path = scenario.demand.recorded_calls
    calls = select_in_run(read_recorded(path), scenario)
    whole = city if city.part is None else city.part.whole
    n = whole.streets.n_segments
    if (calls["segment"] >= n).any():
        raise InputError(
            f"{WHAT}: {path} must name streets of {whole.streets.name!r}, 0 to {n - 1}, got {calls['segment'].max()}"
        )
    segment = calls["segment"].to_numpy()
    if city.part is not None:
        here = np.full(n, -1, np.int64)
        here[city.part.segment] = np.arange(len(city.part.segment))
        segment = here[segment]
    calls, segment = calls[segment >= 0], segment[segment >= 0]
    if calls.empty:
        raise InputError(
            f"{WHAT}: {path} must have calls within the {scenario.n_days} days from {scenario.start} and on the "
            "streets of the run, and has none"
        )
    rows = np.zeros(len(calls), row_dtype(RECORDED_CALLS))
    rows["t"], rows["segment"] = calls["minute"], segment
    rows["key"] = KEYS | (calls["number"].to_numpy() + 1).astype(np.uint64)
    rows["kind"] = calls["kind"].map({name: i for i, name in enumerate(CALLS)})
    rows["priority"] = calls["priority"]
    rows["service_min"] = calls["service_min"].fillna(0.0).clip(lower=0.0)
    return rows


def number_of(cause: np.ndarray) -> np.ndarray:
    """Give the number in the record of calls of a run by their causes; -1 where a cause is none of the record."""
    of_record = (cause >> np.uint64(56)) == np.uint64(int(Stream.RECORDED))
    number = (cause & np.uint64(2**56 - 1)).astype(np.int64) - 1
    return np.where(of_record & (number < 2**40), number, -1)


def most_in_a_day(rows: Table) -> int:
    """Count the calls of the busiest 24 hours."""
    if not len(rows):
        return 0
    return int((np.searchsorted(rows["t"], rows["t"] + DAY_MIN) - np.arange(len(rows))).max())
