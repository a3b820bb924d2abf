"""A file that says what a folder of results is of, so that it can be told once more without asking again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.batch.study.identity import model_version
from sim.disk import text_sha256, write_whole
from sim.errors import InputError
from sim.ledger.provenance import made_with, wall_clock

RUNS = "runs.csv"
"""The list of runs beside it, whose checksum it holds."""


def keep_about(content: Mapping[str, Any], file: Path) -> Path:
    """Write what a folder is of beside its list of runs, with the checksum of that list and where all comes from."""
    whole = {"format": 1} | dict(content) | {
        "runs_sha256": text_sha256((file.parent / RUNS).read_text(encoding="utf-8")),
        "provenance": {"model": model_version(), "made_with": made_with(), "ended": wall_clock()},
    }  # fmt: skip
    text = json.dumps(whole, indent=1, ensure_ascii=False)
    write_whole(file, lambda target: target.write(text.encode()))
    return file


@contextmanager
def read_about(file: Path, *, command: str, mark: str) -> Iterator[dict[str, Any]]:
    """Read it back; what is wrong while it is made sense of is told as a fault of the file.

    Parameters
    ----------
    command
        of the command line that writes such a folder
    mark
        a file that a folder of an older version has, which kept nothing of what it is of

    Raises
    ------
    InputError
        If the folder is none of this command, is of an older version, or its list of runs was edited.
    """
    folder = file.parent
    if not file.is_file():
        older = (folder / mark).is_file()
        hint = f"; it was made before that file was kept: call `{command}` with the same options, its runs stay"
        raise InputError(
            f"{folder} must be the folder of a finished `{command}`, with {file.name} in it{hint if older else ''}"
        )
    try:
        about = json.loads(file.read_text(encoding="utf-8"))
        if text_sha256((folder / RUNS).read_text(encoding="utf-8")) != about["runs_sha256"]:
            raise InputError(f"{folder / RUNS} must be as `{command}` wrote it, and was changed since")
        yield about
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{file} must be as `{command}` wrote it, got: {error}") from error
