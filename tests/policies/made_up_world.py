"""A small world of hand-made tables: only what observation and orders read and write."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np

from sim.agents.events import INCIDENTS
from sim.agents.state import COUNTERS, new_buffers
from sim.agents.tables import (
    DISPUTE_ROWS,
    HOUSEHOLDS,
    OFFICERS,
    RESIDENTS,
    ROLES,
    ROUTINES,
    SEGMENTS,
    TASK_ROWS,
    row_dtype,
)
from sim.city.land_use import City, infer_land_use
from sim.city.synthetic.statistics import grid_city
from sim.clock import SHIFT_MIN, Clock
from sim.observation import RecordBook
from sim.scenarios.scenario import Scenario

ROSTER = ("response", "response", "response", "foot", "community", "detective", "auxiliary", "mediator")


def make_world(
    *, n_residents=500, n_officers=24, n_incidents=400, day=70, shift=1, roster=ROSTER, start=date(2014, 1, 1)
):
    """Make a world of a synthetic grid; officer `o` has role `roster[o % 8]` and shift `o // 8 % 3`."""
    streets = grid_city(n_segments=200, seed=1)
    rng = np.random.default_rng(5)
    n = streets.n_segments
    segments = np.zeros(n, row_dtype(SEGMENTS))
    segments["length_m"] = streets.segment_length_m
    segments["junction_a"], segments["junction_b"] = streets.segment_from, streets.segment_to
    segments["district"] = segments["cell"] = np.arange(n) % 4
    segments["dwellings"] = 3
    residents = np.zeros(n_residents, row_dtype(RESIDENTS))
    residents["home"] = np.sort(rng.integers(0, n, n_residents))
    residents["migrant"] = rng.random(n_residents) < 0.3
    residents["registered"] = rng.random(n_residents) < 0.5
    households = np.zeros(n_residents // 2, row_dtype(HOUSEHOLDS))
    households["segment"] = residents["home"][: len(households) * 2 : 2]
    routines = np.zeros(n_residents, row_dtype(ROUTINES))
    routines["place"] = rng.integers(0, n, (n_residents, 4))
    routines["kind"] = rng.integers(0, 4, n_residents)
    officers = np.zeros(n_officers, row_dtype(OFFICERS))
    officers["role"] = [ROLES.index(roster[o % len(roster)]) for o in range(n_officers)]
    officers["shift"] = np.arange(n_officers) // len(roster) % 3
    officers["on_duty"] = officers["shift"] == shift
    officers["duty_end"] = np.where(officers["on_duty"] == 1, day * 1440 + (shift + 1) * SHIFT_MIN, 0.0)
    officers["station"] = streets.segment_from[np.arange(n_officers) * 5 % n]
    officers["base"] = officers["station"]
    officers["cell"] = -1
    disputes = np.zeros(40, row_dtype(DISPUTE_ROWS))
    disputes["key"][:10] = np.arange(1, 11)
    disputes["known"][:6] = 1
    disputes["agreed"][0] = 1
    disputes["segment"][:10] = np.arange(10, 20)
    counters = np.zeros(1, row_dtype(COUNTERS))
    counters["now"] = day * 1440 + shift * SHIFT_MIN
    counters["n_queue"] = 3
    state = SimpleNamespace(
        p=np.zeros(1, np.dtype([("own_cell_min", "f8")])),
        c=counters,
        segments=segments,
        residents=residents,
        households=households,
        routines=routines,
        officers=officers,
        disputes=disputes,
        tasks=np.zeros(4 * n_officers, row_dtype(TASK_ROWS)),
        targets=np.zeros(400, np.int32),
        neighbours_start=streets.neighbours[0],
        neighbours=streets.neighbours[1],
        out=new_buffers(1),
    )
    record = RecordBook()
    now = float(counters["now"][0])
    record.add(make_incidents(rng, n_incidents, n, first=0.0, last=now))
    return SimpleNamespace(
        scenario=Scenario(),
        city=City(streets, infer_land_use(streets, n_dwellings=3 * n, seed=1), segments["district"]),
        clock=Clock(start, 400, 5),
        seed=1,
        state=state,
        record=record,
    )


def make_incidents(rng, n_incidents, n_segments, *, first, last):
    rows = np.zeros(n_incidents, row_dtype(INCIDENTS))
    rows["t"] = rng.uniform(first, last, n_incidents)
    rows["t_recorded"] = rows["t"] + rng.exponential(480, n_incidents)
    rows["type"] = rng.integers(0, 5, n_incidents)
    rows["segment"] = (n_segments * rng.random(n_incidents) ** 4).astype(int)
    rows["cause"] = rng.integers(1, 2**60, n_incidents)
    return rows
