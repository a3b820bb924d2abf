"""A small town whose calls are those of a record."""

from __future__ import annotations

from typing import Any

import pandas as pd
from worlds import scenario

from sim.agents.population.recorded import KEYS
from sim.scenarios.scenario import Scenario


def write_calls(path: Any, calls: list[tuple[float, int, str, int, float | None]], start: str = "2014-01-01") -> str:
    """Write a record: minute since the begin, street, kind, priority, minutes at the scene or None."""
    table = pd.DataFrame(calls, columns=["minute", "segment", "kind", "priority", "service_min"])
    table.insert(0, "time", pd.Timestamp(start) + pd.to_timedelta(table.pop("minute"), unit="min"))
    table.insert(0, "number", range(len(table)))
    table.to_csv(path, index=False)
    return str(path)


def replayed(path: str, **changes: Any) -> Scenario:
    """Make the small town with the calls of a record."""
    return scenario(**{"n_days": 2, "demand__recorded_calls": path} | changes)


def number(calls: Any) -> Any:
    """Give the number in the record of calls of the ledger."""
    return (calls["cause"] - KEYS).astype(int) - 1
