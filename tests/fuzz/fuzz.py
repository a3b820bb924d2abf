"""Send damaged inputs through the command line: `python tests/fuzz/fuzz.py --cases 10000`."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]
SEEDS = HERE / "seeds.txt"
"""Cases that were answered wrongly once, each as `kind: seed`; they are sent before all others."""


@dataclass
class Tally:
    """Count what was sent and how it was answered."""

    sent: Counter[str] = field(default_factory=Counter)
    good: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    slowest: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def table(self) -> str:
        """Lay the counts out, one line per kind."""
        lines = [f"{'kind':<22}{'sent':>7}{'valid':>7}{'refused':>9}{'slowest':>9}"]
        for kind in sorted(self.sent):
            slow = f"{self.slowest[kind]:.1f} s"
            lines.append(f"{kind:<22}{self.sent[kind]:>7}{self.good[kind]:>7}{self.refused[kind]:>9}{slow:>9}")
        lines.append(f"{'all':<22}{self.sent.total():>7}{self.good.total():>7}{self.refused.total():>9}")
        return "\n".join([*lines, f"wrong answers: {len(self.wrong)}"])


def send(kind: str, case, seed: int, home: Path, tally: Tally) -> None:
    """Send one case, chosen by its kind and seed alone."""
    chance = random.Random(zlib.crc32(kind.encode()) ^ (seed << 32))
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    tally.sent[kind] += 1
    begun = time.monotonic()
    before = Path.cwd()
    os.chdir(home)
    try:
        codes = []
        for answer, wrong in case(chance, home):
            codes.append(answer.code)
            if wrong:
                told = (answer.err.strip() or answer.out.strip())[-400:]
                tally.wrong.append(f"{kind}: {seed}  {wrong}\n    {' '.join(answer.words)[:200]}\n    {told}")
                break
    finally:
        os.chdir(before)
    counted = tally.good if codes and codes[-1] == 0 else tally.refused
    counted[kind] += 1
    tally.slowest[kind] = max(tally.slowest.get(kind, 0.0), time.monotonic() - begun)


def send_all(  # noqa: PLR0917 - how many, which, where, for how long
    cases: int, first_seed: int, home: Path, only: str = "", say=None, minutes: float = 1e9
) -> Tally:
    """Send the kept seeds and a number of new cases, kind by kind in turn, or as many as some minutes allow."""
    from valid_inputs import all_kinds

    kinds = {name: case for name, case in all_kinds(home / "valid").items() if only in name}
    tally = Tally()
    kept = [line.rpartition(": ") for line in SEEDS.read_text(encoding="utf-8").splitlines() if line]
    for kind, _, seed in kept:
        if kind in kinds:
            send(kind, kinds[kind], int(seed), home / "case", tally)
    end = time.monotonic() + 60.0 * minutes
    for number in range(cases):
        if time.monotonic() > end:
            break
        kind = list(kinds)[number % len(kinds)]
        said = len(tally.wrong)
        if say is not None:
            (home / "now").write_text(f"{kind}: {first_seed + number // len(kinds)}\n", encoding="utf-8")
        send(kind, kinds[kind], first_seed + number // len(kinds), home / "case", tally)
        if say is not None and len(tally.wrong) > said:
            say(tally.wrong[-1])
    return tally


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="part of the name of a kind")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so long")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        counted = send_all(
            given.cases, given.seed, Path(folder), given.only, lambda line: print(line, flush=True), given.minutes
        )
    print(counted.table())
    sys.exit(1 if counted.wrong else 0)
