"""Refuse a module that has grown beyond what one can hold in mind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MOST_LINES = 400


def main() -> int:
    """Print every module that is too long."""
    listed = subprocess.run(["git", "ls-files", "*.py"], check=False, capture_output=True, text=True)
    files = [Path(name) for name in listed.stdout.split()] or sorted(Path("sim").rglob("*.py"))
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in files if file.exists()}
    long = {file: n for file, n in lengths.items() if n > MOST_LINES}
    for file, n in sorted(long.items()):
        print(f"{file} has {n} lines; a module has at most {MOST_LINES}: divide it by what it is about")
    ordered = sorted(lengths.values())
    print(f"{len(ordered)} modules, median {ordered[len(ordered) // 2]} lines, longest {ordered[-1]}")
    return 1 if long else 0


if __name__ == "__main__":
    sys.exit(main())
