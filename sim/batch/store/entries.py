"""The small files of a store, one for a run: what it came to, or why it failed. Each certifies itself.

The checksum is taken of the name of the run, too, so that an entry under another run's name is known as well.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.batch.running.once import Result
from sim.disk import make_folder, text_sha256, write_whole

SEAL = "sha256"


def write_entry(folder: Path, run: str, content: Mapping[str, Any]) -> None:
    """Write the entry of a run."""
    make_folder(folder)
    write_json(folder / f"{run}.json", {**content, SEAL: _seal(run, content)})


def write_result(folder: Path, run: str, result: Result) -> None:
    """Write what a run came to."""
    write_entry(folder, run, {"digest": result.digest, "measures": result.measures})


def read_results(folder: Path, damaged: Callable[[Path], None]) -> dict[str, Result]:
    """Read what runs came to, by run; `damaged` is called with each file that is no longer what was written."""
    return {run: Result(one["digest"], one["measures"], 0.0) for run, one in _entries(folder, damaged)}


def read_failures(folder: Path, damaged: Callable[[Path], None]) -> dict[str, str]:
    """Read why runs failed, by run."""
    return {run: str(one["problem"]) for run, one in _entries(folder, damaged)}


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a small file whole."""
    write_whole(path, lambda out: out.write(json_bytes(content)))


def json_bytes(content: Mapping[str, Any]) -> bytes:
    """Give the bytes of a small file."""
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _entries(folder: Path, damaged: Callable[[Path], None]) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(folder.glob("*.json")):
        if file.name.startswith("."):  # is being written
            continue
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            is_whole = content.pop(SEAL) == _seal(file.stem, content)
        except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
            is_whole = False
        if is_whole:
            yield file.stem, content
        else:
            damaged(file)


def _seal(run: str, content: Mapping[str, Any]) -> str:
    return text_sha256(f"{run}:{json.dumps(content, ensure_ascii=False)}")
