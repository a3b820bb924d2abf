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
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]
SEEDS = HERE / "seeds.txt"
"""Cases that were answered wrongly once, as `kind: seed` or `kind: drawn seed`; they are sent first."""
BLOCK = 20
"""Cases of a kind that are sent in a row, by mutation or by one call of Hypothesis, before the next kind."""


class WrongAnswerError(AssertionError):
    """Be raised where a case was answered wrongly."""


@dataclass
class Tally:
    """Count what was sent and how it was answered."""

    sent: Counter[str] = field(default_factory=Counter)
    drawn: Counter[str] = field(default_factory=Counter)
    """those of them that Hypothesis drew"""
    good: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    slowest: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def table(self) -> str:
        """Lay the counts out, one line per kind."""
        lines = [f"{'kind':<20}{'sent':>7}{'drawn':>7}{'valid':>7}{'refused':>9}{'mean':>8}{'slowest':>9}"]
        for kind in sorted(self.sent):
            mean, slow = f"{self.seconds[kind] / self.sent[kind]:.2f} s", f"{self.slowest[kind]:.1f} s"
            counts = f"{self.sent[kind]:>7}{self.drawn[kind]:>7}{self.good[kind]:>7}{self.refused[kind]:>9}"
            lines.append(f"{kind:<20}{counts}{mean:>8}{slow:>9}")
        counts = [some.total() for some in (self.sent, self.drawn, self.good, self.refused)]
        lines.append(f"{'all':<20}{counts[0]:>7}{counts[1]:>7}{counts[2]:>7}{counts[3]:>9}")
        return "\n".join([*lines, f"wrong answers: {len(self.wrong)}"])

    def count(self, kind: str, code: int | None, seconds: float, *, drawn: bool) -> None:
        """Count one case."""
        self.sent[kind] += 1
        self.drawn[kind] += drawn
        counted = self.good if code == 0 else self.refused
        counted[kind] += 1
        self.seconds[kind] += seconds
        self.slowest[kind] = max(self.slowest.get(kind, 0.0), seconds)


def send(case, chance: random.Random, home: Path) -> tuple[int | None, str]:
    """Send one case; give the last exit code, and what is wrong."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    before = Path.cwd()
    os.chdir(home)
    code = None
    try:
        for answer, wrong in case(chance, home):
            code = answer.code
            if wrong:
                told = (answer.err.strip() or answer.out.strip())[-400:]
                return code, f"{wrong}\n    {' '.join(answer.words)[:300]}\n    {told}"
    finally:
        os.chdir(before)
    return code, ""


def send_mutated(kind: str, case, number: int, home: Path, tally: Tally) -> None:
    """Send the case that a kind and a seed choose."""
    begun = time.monotonic()
    code, wrong = send(case, random.Random(zlib.crc32(kind.encode()) ^ (number << 32)), home)
    tally.count(kind, code, time.monotonic() - begun, drawn=False)
    if wrong:
        tally.wrong.append(f"{kind}: {number}  {wrong}")


def send_drawn(kind: str, case, number: int, home: Path, tally: Tally, n_cases: int = BLOCK) -> None:  # noqa: PLR0917
    """Send the cases that Hypothesis draws for a seed; of a wrong one, the simplest that is as wrong is told."""
    from drawn import Drawn

    failed: list[str] = []

    @seed(zlib.crc32(kind.encode()) ^ (number << 32))
    @settings(
        max_examples=n_cases, database=None, deadline=None, suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink), report_multiple_bugs=False, verbosity=Verbosity.quiet,
    )  # fmt: skip
    @given(st.data())
    def one(data: st.DataObject) -> None:
        begun = time.monotonic()
        code, wrong = send(case, Drawn(data), home)
        if not failed:  # what is sent afterwards looks for a simpler case
            tally.count(kind, code, time.monotonic() - begun, drawn=True)
        if wrong:
            failed.append(wrong)
            raise WrongAnswerError(wrong)

    try:
        one()
    except (WrongAnswerError, Flaky) as error:
        tally.wrong.append(
            f"{kind}: drawn {number}  {failed[-1]}\n    {type(error).__name__}; shrunk to:\n{_shown(home)}"
        )


def _shown(home: Path) -> str:
    """Show the files of the simplest case, as far as they are short texts."""
    files = [file for file in sorted(home.iterdir()) if file.suffix in {".toml", ".csv", ".geojson", ".osm"}]
    return "\n".join(f"    {file.name}: {file.read_bytes()[:1500]!r}" for file in files)


def send_all(  # noqa: PLR0917 - how many, which, where, for how long
    cases: int, first_seed: int, home: Path, only: str = "", say: Callable[[str], None] | None = None,
    minutes: float = 1e9,
) -> Tally:  # fmt: skip
    """Send the kept seeds and a number of new cases, kind by kind in turn, or as many as some minutes allow.

    Of each kind a block is sent by mutation, with seeds from the first one on, and then a block that Hypothesis draws.
    """
    from valid_inputs import all_kinds

    kinds = {name: case for name, case in all_kinds(home / "valid").items() if only in name}
    os.fsync = lambda handle: None  # that a power cut loses nothing costs most of the time, and is not asked here
    tally = Tally()
    kept = [line.rpartition(": ") for line in SEEDS.read_text(encoding="utf-8").splitlines() if line]
    for kind, _, number in kept:
        if kind in kinds and number.startswith("drawn "):
            send_drawn(kind, kinds[kind], int(number.removeprefix("drawn ")), home / "case", tally)
        elif kind in kinds:
            send_mutated(kind, kinds[kind], int(number), home / "case", tally)
    end = time.monotonic() + 60.0 * minutes
    block = max(1, min(BLOCK, cases // (2 * len(kinds))))
    aim, turn = tally.sent.total() + cases, 0
    while tally.sent.total() < aim and time.monotonic() < end:
        kind = list(kinds)[turn // 2 % len(kinds)]
        number, said = first_seed + turn // (2 * len(kinds)) * BLOCK, len(tally.wrong)
        size = min(block, aim - tally.sent.total())
        if say is not None:
            (home / "now").write_text(f"{kind}: {number}\n", encoding="utf-8")
        if turn % 2:
            send_drawn(kind, kinds[kind], number, home / "case", tally, size)
        else:
            for one in range(number, number + size):
                send_mutated(kind, kinds[kind], one, home / "case", tally)
        turn += 1
        for wrong in tally.wrong[said:] if say is not None else ():
            say(wrong)
    return tally


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="part of the name of a kind")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so long")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        counted = send_all(
            asked.cases, asked.seed, Path(temporary), asked.only, lambda line: print(line, flush=True), asked.minutes
        )
    print(counted.table())
    sys.exit(1 if counted.wrong else 0)
