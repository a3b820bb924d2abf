"""A force as its folder describes it: all parts read, each with its account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.land_use import KINDS, LandUse
from sim.city.reading.repair import RepairReport
from sim.city.streets import StreetNetwork
from sim.errors import InputError
from sim.force.account import Account
from sim.force.ground import Beats, cut, inside_of, read_beats, read_streets
from sim.force.people import People, read_people
from sim.force.places import Ground
from sim.force.records import Recorded, read_calls, read_incidents
from sim.force.settings import ForceFile, read_settings
from sim.force.staff import NO_SHIFTS, Shifts, read_shifts, read_staff, read_stations

Result = TypeVar("Result")


@dataclass(frozen=True)
class ForceData:
    """Hold what a folder describes."""

    folder: Path
    settings: ForceFile
    net: StreetNetwork
    land_use: LandUse | None
    """what is known along the streets; homes are those of the population where it is given"""
    beats: Beats | None
    people: People | None
    calls: Recorded | None
    incidents: Recorded | None
    staff: dict[str, int] | None
    shifts: Shifts
    stations: pd.DataFrame | None
    repairs: RepairReport | None
    """what was dropped and changed of the streets; None for streets that were repaired before"""
    accounts: tuple[Account, ...]
    refused: dict[str, str]
    """the sentence that refuses the file of a part, by part"""


def read_force(folder: Path, *, strict: bool) -> ForceData:
    """Read all that a folder describes.

    Parameters
    ----------
    strict
        refuse the folder where any file that it names cannot be used; otherwise say so and go on

    Raises
    ------
    InputError
        If the streets cannot be read, or in strict reading any other file.
    """
    settings = read_settings(folder)
    loaded, account = read_streets(folder, settings)
    whole, refused, accounts = loaded.streets, {}, [account]

    def tried(part: str, source: str, read: Callable[[], tuple[Result, Account]], nothing: Result) -> Result:
        try:
            result, own = read()
        except InputError as error:
            if strict:
                raise
            refused[part] = str(error)
            own, result = Account(part, source), nothing
            own.wrong("refused", why=str(error))
        accounts.append(own)
        return result

    inside = inside_of(whole, folder, settings, account)
    people = tried(
        "population", settings.population.file,
        lambda: read_people(folder, settings, Ground(whole, None), inside), None,
    )  # fmt: skip
    net, use, rows = cut(whole, _with_homes(loaded.land_use, people, whole.n_segments), inside)
    beats = tried("beats", settings.beats.file, lambda: read_beats(net, folder, settings), None)
    ground = Ground(net, beats)
    calls = tried("calls", settings.calls.file, lambda: read_calls(folder, settings, ground), None)
    incidents = tried("incidents", settings.incidents.file, lambda: read_incidents(folder, settings, ground), None)
    staff = tried("staff", settings.staff.file, lambda: read_staff(folder, settings), None)
    shifts: Shifts = tried("shifts", settings.shifts.file, lambda: read_shifts(folder, settings), NO_SHIFTS)
    stations = tried("stations", settings.stations.file, lambda: read_stations(folder, settings, ground), None)
    if people is not None and len(rows) < whole.n_segments:
        people = People(people.residents, people.dwellings[rows], people.shares)
    return ForceData(
        folder,
        settings,
        net,
        use,
        beats,
        people,
        calls,
        incidents,
        staff,
        shifts,
        stations,
        loaded.report,
        tuple(accounts),
        refused,
    )


def _with_homes(use: LandUse | None, people: People | None, n: int) -> LandUse | None:
    """Put the homes of the population into what is known along the streets."""
    if people is None:
        return use
    unknown: NDArray[np.float32] = np.full(n, np.nan, np.float32)
    known = {kind: unknown if use is None else getattr(use, kind) for kind in KINDS}
    return LandUse(**known | {"dwellings": people.dwellings.astype(np.float32)}, inferred=False)
