"""The public names stand in one place, cost nothing until they are used, and are what the types say."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import sim


def test_every_public_name_is_there_and_documented():
    for name in sim.PUBLIC:
        assert getattr(sim, name).__doc__, name
    assert set(sim.PUBLIC) <= set(dir(sim))


def test_the_stub_names_the_same_homes():
    stub = ast.parse(Path(sim.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    homes = {alias.name: node.module for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert homes == sim.PUBLIC


def test_importing_the_package_imports_no_library():
    code = "import sys, sim; print(sorted(m for m in ('numpy', 'pandas', 'numba', 'mesa') if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_name_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(AttributeError, match=r"public names are .*load_scenario"):
        sim.load_scenaro  # noqa: B018
