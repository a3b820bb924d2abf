"""Compiled code on disk belongs to the sources as they are, those of the functions that it calls included."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import sim

CODE = """
import numpy as np
from sim.agents.population.rounds import choose_places
from sim.agents.population.squares import Squares
few, many = np.arange(5), np.arange(100.0)
keys, home, rows = few.astype(np.uint64), few.astype(np.int32), np.arange(100)
one_square = Squares(1e6, 1, np.zeros(100, np.int64), np.array([0, 100]), rows)
print(choose_places(1, 5, keys, 0, home, one_square, np.cumsum(many + 1.0), many, many, 1e9).sum())
"""


def outcome(folder: Path) -> float:
    """Run a compiled function that calls one of another file, in a copy of the package."""
    environment = os.environ | {"PYTHONPATH": str(folder)}
    out = subprocess.run(
        [sys.executable, "-c", CODE], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return float(out.stdout)


def test_an_edit_reaches_the_functions_that_call_the_edited_one(tmp_path):
    ignored = shutil.ignore_patterns("__pycache__", "data")
    shutil.copytree(Path(sim.__file__).parent, tmp_path / "sim", ignore=ignored)
    before = outcome(tmp_path)
    assert outcome(tmp_path) == before
    draws = tmp_path / "sim" / "draws.py"
    draws.write_text(draws.read_text().replace("* HALF_UNIT,", "* HALF_UNIT * 0.5,"))
    assert outcome(tmp_path) != before
