"""What the pages tell to put into a script works as a script, workers and all."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
STARTERS = {"compare", "study_levers", "sweep", "run_many", "work_through", "local_runner", "find_force"}
"""Functions that start worker processes."""


def samples(page):
    return re.findall(r"```python[^\n]*\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def unguarded(sample):
    """Name what starts workers while a script is loaded: outside functions and below no guard."""
    found = []
    for node in ast.parse(textwrap.dedent(sample)).body:
        is_guard = isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)
        if is_guard or isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        calls = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
        found += [name for call in calls if (name := ast.unparse(call).rpartition(".")[2]) in STARTERS]
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_sample_starts_workers_without_a_guard(page):
    for sample in samples(page):
        if sample.startswith(">>>"):  # a session at a prompt, which no worker loads
            continue
        assert unguarded(sample) == [], sample


def test_a_sample_without_a_guard_would_be_seen():
    assert unguarded("from sim import compare\nresult = compare(1, workers=2)") == ["compare"]
    assert unguarded("if __name__ == '__main__':\n    compare(1)") == []


def test_the_comparison_of_the_tutorial_runs_as_a_script(tmp_path):
    page = ROOT / "docs/write-a-strategy.md"
    strategy = samples(page)[0]
    (script,) = [sample for sample in samples(page) if "compare(" in sample]
    small = '.at_scale(430).replace({"n_days": 2})'
    for old, new in (('load_scenario("new_haven")', f'load_scenario("new_haven"){small}'), ("range(10)", "range(1)")):
        assert script.count(old) == 1
        script = script.replace(old, new)
    (tmp_path / "lunch_posts.py").write_text(strategy)
    (tmp_path / "study.py").write_text(script)
    done = subprocess.run(
        [sys.executable, "study.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
    )
    assert done.returncode == 0, done.stderr
    assert "lunch_posts.py:LunchPosts" in done.stdout
    assert len(list((tmp_path / "lunch").glob("*-seed0"))) == 3
