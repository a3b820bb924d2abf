"""Which kinds of study have a brief: one row of a table each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sim.errors import InputError
from sim.report.brief.content import Brief
from sim.report.brief.of_comparison import brief_of_comparison
from sim.report.brief.of_staffing import brief_of_staffing
from sim.report.comparison.kept import ABOUT as COMPARISON
from sim.report.comparison.kept import read_comparison
from sim.report.kept import RUNS
from sim.report.staffing.kept import ABOUT as STAFFING
from sim.report.staffing.kept import FORCES, read_staffing
from sim.report.texts import Lang


def _of_comparison(folder: Path, lang: Lang) -> Brief:
    comparison, provenance = read_comparison(folder)
    return brief_of_comparison(comparison, folder, provenance, lang)


def _of_staffing(folder: Path, lang: Lang) -> Brief:
    answer, provenance = read_staffing(folder)
    return brief_of_staffing(answer, folder, provenance, lang)


KINDS: dict[str, Callable[[Path, Lang], Brief]] = {COMPARISON: _of_comparison, STAFFING: _of_staffing}
"""By the file that tells what a folder is of. A new kind writes such a file, reads it back and lays out a `Brief`."""


def brief_of(folder: Path, lang: Lang) -> Brief:
    """Lay out two pages of whatever study a folder holds.

    Raises
    ------
    InputError
        If it holds none that has a brief, or two.
    """
    found = [name for name in KINDS if (folder / name).is_file()]
    if not found and not (folder / RUNS).is_file():
        raise InputError(
            f"{folder} must be the folder of a finished `cpsim compare` or `cpsim staffing`, with {COMPARISON} or "
            f"{STAFFING} in it"
        )
    if len(found) > 1:
        raise InputError(f"{folder} must be the folder of one study, and holds {' and '.join(found)}")
    older = STAFFING if (folder / FORCES).is_file() else COMPARISON
    return KINDS[found[0] if found else older](folder, lang)
