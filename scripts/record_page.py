"""Record a day of the first question of the page, so that the page is alive while the model is being compiled.

`python scripts/record_page.py` runs both sides of that question with the model up to the end of the day and writes
`sim/web/recording.zip`: the strips that the page would be given, with fewer residents on the way, and the version of
the model that made them. The same model gives the same bytes. A test says when the recording is of another question.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from sim.batch.study.identity import model_version
from sim.web.question import SIDES, Asked, Question
from sim.web.recording import FILE, RECORDED, write_recording
from sim.web.watching import Wanted, make_strips

WALKERS = 1000
"""Residents on the way whom the recording follows: enough to see a city, few enough for a package."""
MOST_BYTES = 400_000


def main() -> int:
    """Record, and say how large it is."""
    asked = Asked(Question())
    strips: dict[tuple[str, int], bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        for side, strategy in zip(SIDES, asked.strategies, strict=True):
            wanted = Wanted(asked.id, side, asked.scenario(side), strategy.policy, 0, 1, WALKERS, Path(folder), 1 << 34)
            for hour, strip in make_strips(replace(wanted, hour=RECORDED[0], n=len(RECORDED))):
                strips[side, hour] = strip
    about = {"question": asked.text, "model": model_version(), "walkers": WALKERS, "made_by": "scripts/record_page.py"}
    write_recording(FILE, about, strips)
    size = FILE.stat().st_size
    print(f"{FILE}: {len(strips)} hours, {size:,} bytes")
    return 0 if size < MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
