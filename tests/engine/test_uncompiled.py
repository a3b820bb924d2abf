"""The core runs as the Python that it is written in, for a debugger, and lives the same life to the last bit."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from worlds import Busy, Ledger, digest, play, scenario

from sim.compiling.compiled import MANNER, choose_manner
from sim.compiling.uncompiled import Narrow, as_compiled_sees

TOWN = scenario(
    n_days=2,
    city__n_segments=40,
    people__n_residents=180,
    people__mean_household=1.2,
    migrants__share_of_residents=0.1,
    migrants__mean_stay_days=20.0,
    migrants__mean_vacancy_days=3.0,
    offending__share_offending=0.5,
    offending__searches_per_year=1000.0,
    disputes__dispute_events_per_month=60.0,
    offending__level=0.8,
    disputes__disputes_per_household=5.0,
    demand__other_calls=5000.0,
    force__n_response=6,
    force__stops_per_hour=2.0,
)


def life() -> Ledger:
    """Run the town."""
    return play(TOWN, Busy(), 9)


@pytest.mark.skipif(MANNER == "uncompiled", reason="there is nothing to compare with")
def test_an_uncompiled_run_gives_the_same_digest():
    ledger = life()
    assert all(len(ledger[name]) for name in ("offences", "calls", "incidents", "contacts", "arrests", "disputes"))
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    out = subprocess.run([sys.executable, __file__], env=environment, capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["uncompiled", digest(ledger)]


def test_numbers_are_as_wide_as_in_compiled_code():
    rows = as_compiled_sees(np.zeros(2, [("narrow", "f4"), ("wide", "f8"), ("many", "f4", (3,)), ("n", "u1")]))
    row = rows[1]
    row.narrow = 0.1
    row.n = 3
    assert isinstance(row.narrow * row.narrow, Narrow)
    assert not isinstance(1.0 - row.narrow, Narrow)
    assert not isinstance(row.narrow / row.n, Narrow)
    assert isinstance(np.float32(1.0) + row.narrow, Narrow)
    assert row.narrow == np.float32(0.1)
    assert row.narrow != 0.1
    row.many[2] += 0.5
    assert rows[1].many[2] == 0.5
    assert rows["n"].tolist() == [0, 3]


def test_only_a_version_that_was_run_is_linked():
    assert choose_manner("0.68.1", without_compiler=False) == "linked"
    assert choose_manner("0.62.1", without_compiler=False) == "plain"
    assert choose_manner("1.0.0", without_compiler=False) == "plain"
    assert choose_manner("0.68.1", without_compiler=True) == "uncompiled"


if __name__ == "__main__":
    print(MANNER, digest(life()))
