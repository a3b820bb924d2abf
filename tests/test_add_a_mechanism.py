"""The page on adding a mechanism is true: its edits apply to a copy of the package, and its test passes there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "add-a-mechanism.md").read_text(encoding="utf-8")
EDIT = re.compile(r"In `([^`]+)`, (after|before) `([^`]+)`:\n\n```python edit\n(.*?)```", re.DOTALL)


def applied(text: str, where: str, anchor: str, new: str) -> str:
    """Put new lines before the anchor, or after the line that it stands in."""
    assert text.count(anchor) == 1, (
        f"the page looks for {anchor!r}, which stands {text.count(anchor)} times in the file"
    )
    begin = text.index(anchor)
    place = begin if where == "before" else text.index("\n", begin) + 1
    return text[:place] + new + text[place:]


def test_the_page_works_as_written(tmp_path):
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    edits = EDIT.findall(PAGE)
    assert len(edits) == 3
    for name, where, anchor, new in edits:
        file = tmp_path / name
        file.write_text(applied(file.read_text(encoding="utf-8"), where, anchor, new), encoding="utf-8")
    (written,) = re.findall(r"```python test\n(.*?)```", PAGE, re.DOTALL)
    shutil.copy(ROOT / "tests" / "engine" / "worlds.py", tmp_path)
    (tmp_path / "test_worry.py").write_text(written, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_worry.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path), "NUMBA_OPT": "1"},  # fast code takes longer to make than to save
        capture_output=True,
        text=True,
        check=False,
    )
    assert "3 passed" in done.stdout, done.stdout + done.stderr
