"""The compiled core and the Python that it is written in live the same life, to the last bit."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np

from sim import draws
from sim.agents.events import LEDGER
from sim.compiling.compiled import MANNER
from sim.engine import run_shifts
from sim.policies.contract.registry import make_policy
from sim.scenarios.scenario import Scenario
from sim.validation.exact.answer import Part
from sim.world import build_world

TOWN: dict[str, Any] = {
    "name": "two cores",
    "n_days": 2,
    "tick_min": 20,
    "city.streets": "grid",
    "city.n_segments": 40,
    "people.n_residents": 80,
    "people.residents_per_agent": 1.0,
    "people.mean_household": 1.2,
    "migrants.share_of_residents": 0.1,
    "migrants.mean_stay_days": 20.0,
    "offending.share_offending": 0.5,
    "offending.searches_per_year": 1000.0,
    "offending.level": 0.8,
    "disputes.disputes_per_household": 5.0,
    "disputes.dispute_events_per_month": 60.0,
    "demand.other_calls": 5000.0,
    "force.n_districts": 2,
    "force.n_response": 3,
    "force.n_foot": 0,
    "force.n_community": 2,
    "force.n_detective": 1,
    "force.n_auxiliary": 0,
    "force.n_mediator": 0,
    "force.stops_per_hour": 2.0,
}
"""So small that Python alone can live it, and so busy that every kind of event happens."""
POLICY = "neighbourhood"
N_SHIFTS = (3, 6)
SEED = 9
HEX = 8
"""Letters of the checksum that are compared as a number: 32 bits."""


def digests(n_shifts: int) -> dict[str, int]:
    """Live some shifts of the town, and name the bytes of each table of its ledger by 32 bits of a checksum."""
    world = build_world(Scenario().replace(TOWN), SEED)
    parts = [rows for _, rows in islice(run_shifts(world, make_policy(POLICY)), n_shifts)]
    out = {}
    for name in LEDGER:
        tables = [rows[name] for rows in parts if name in rows]
        checksum = hashlib.sha256()
        # Column by column: what lies between aligned columns is no value.
        for column in tables[0].dtype.names or () if tables else ():
            checksum.update(np.concatenate([table[column] for table in tables]).tobytes())
        out[name] = int(checksum.hexdigest()[:HEX], 16)
    return out


def python_digests(n_shifts: int, *, smaller: bool) -> dict[str, int]:
    """Live them in another process, without a compiler.

    Parameters
    ----------
    smaller
        make every draw a billionth smaller: wrong on purpose
    """
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, "-m", "sim.validation.exact.cores", str(n_shifts), *(["smaller"] if smaller else [])]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    return {name: int(value) for name, value in (line.split() for line in said.splitlines())}


def compare_cores(full: bool, *, smaller: bool = False) -> Sequence[Part]:
    """Compare the ledgers of the two cores, table by table."""
    n_shifts = 1 if smaller else N_SHIFTS[full]
    mine, readable = digests(n_shifts), python_digests(n_shifts, smaller=smaller)
    return [Part(f"checksum of the table {name}", float(readable[name]), float(mine[name]), 0.0) for name in LEDGER]


if __name__ == "__main__":
    assert MANNER == "uncompiled", "for a process without a compiler"
    if "smaller" in sys.argv:
        draws.UNIT *= 1.0 - 1e-9
    for _name, _digest in digests(int(sys.argv[1])).items():
        sys.stdout.write(f"{_name} {_digest}\n")
