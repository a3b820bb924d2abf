"""Print the one command of README.md that contains a word, so that CI runs what the README promises."""

from __future__ import annotations

import sys
from pathlib import Path


def main(word: str) -> int:
    """Print the only line of a shell block that begins with python3 and contains the word."""
    lines = Path("README.md").read_text(encoding="utf-8").splitlines()
    found = [line.strip() for line in lines if line.strip().startswith("python3 ") and word in line]
    if len(found) != 1:
        print(f"README.md must hold exactly one command with {word!r}, got {len(found)}", file=sys.stderr)
        return 1
    print(found[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
