"""The notebooks run from a fresh kernel, and the executed copies are those of the present sources."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import jupytext
import nbformat
import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from execute_notebooks import SOURCES, execute  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_runs(source):
    notebook = execute(source)
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 2


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_the_executed_copy_is_of_this_source(source):
    kept = nbformat.read(source.with_suffix(".ipynb"), 4)
    sources = [cell.source for cell in jupytext.read(source).cells]
    assert [cell.source for cell in kept.cells] == sources, "run `python scripts/execute_notebooks.py`"
    assert all(cell.outputs or not cell.source.startswith("print") for cell in kept.cells if cell.cell_type == "code")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_no_path_of_a_machine_in_the_executed_copy(source):
    text = source.with_suffix(".ipynb").read_text(encoding="utf-8")
    assert not re.findall(r"/(?:home|Users|tmp|root|work|usr)/[\w./-]*", text)
