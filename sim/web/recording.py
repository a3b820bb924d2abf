"""A recording of some hours of the first question, so that the page is alive while the model is compiled.

`scripts/record_page.py` makes it with the model; it says so in its head, with the version that it was made with.
"""

from __future__ import annotations

import io
import json
import lzma
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sim.web.binary import pack, read_head
from sim.web.question import Asked
from sim.web.words import both

FIRST_HOUR = 14 * 24 + 8
"""Where the page begins to watch: after two weeks, when weekly maps are there, at eight in the morning."""
RECORDED = range(14 * 24, 15 * 24)
"""Hours that the recording of the package holds: that day."""
FILE = Path(__file__).with_name("recording.zip")
"""about.json, and for each side and hour a strip, packed with LZMA."""


@dataclass(frozen=True)
class Recording:
    """Hold recorded strips by side and hour, and where they come from."""

    about: dict[str, Any]
    """`question` (canonical), `model`, `made`, `hours`"""
    strips: dict[tuple[str, int], bytes]

    def strip(self, asked: Asked, side: str, hour: int) -> bytes | None:
        """Give a recorded hour of this very question; None where it is another one or was not recorded."""
        found = self.strips.get((side, hour)) if asked.text == self.about["question"] else None
        if found is None:
            return None
        head, at = read_head(found)
        told = {"id": asked.id, "recorded": both("live.recorded"), "made_with": self.about["model"]}
        return pack(head | told, []) + found[at:]


@cache
def read_recording(file: Path = FILE) -> Recording | None:
    """Read the recording of the package; None where there is none."""
    if not file.is_file():
        return None
    with zipfile.ZipFile(file) as kept:
        about = json.loads(kept.read("about.json"))
        whole = lzma.decompress(kept.read("strips.xz"))
    strips, at = {}, 0
    for side, hour, length in about["index"]:
        strips[side, hour] = whole[at : at + length]
        at += length
    return Recording(about, strips)


def write_recording(file: Path, about: dict[str, Any], strips: dict[tuple[str, int], bytes]) -> None:
    """Write a recording; the same strips give the same bytes."""
    index = [[side, hour, len(strip)] for (side, hour), strip in strips.items()]
    whole = lzma.compress(b"".join(strips.values()), preset=9 | lzma.PRESET_EXTREME)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as kept:
        text = json.dumps(about | {"index": index}, ensure_ascii=False, sort_keys=True).encode()
        for name, content in (("about.json", text), ("strips.xz", whole)):
            kept.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    file.write_bytes(buffer.getvalue())
