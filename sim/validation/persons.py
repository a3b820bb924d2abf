"""Persons of a run: who lived there all along, what they felt on two days, whom they met in between."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clock import DAY_MIN
from sim.outcomes.questionnaire import MIN_AGE, OF_POLICE, POINTS
from sim.scenarios.people import Survey
from sim.validation.seen import Seen

Floats = NDArray[np.float64]

FEELINGS = ("security", "satisfaction", "trust")
AGREES_FROM = 4
"""An answer of 4 or 5 agrees."""


def end_of(day: int) -> float:
    """Give the minute at which a day ends."""
    return (day + 1.0) * DAY_MIN


def follow_persons(seen: Seen, *days: int, min_age: int = MIN_AGE) -> pd.DataFrame:
    """List the persons who lived in the same room at the end of all these days, with what they truly felt.

    A room is let again, so a row of residents is one person only as long as its key stays.

    Returns
    -------
    table
        indexed by the row in residents; `key`, `household`, `age`, `male`, and each feeling by day (`trust_30`)
    """
    people = seen.tables["people"].set_index("resident").sort_index()
    table = people[["household", "age", "male"]].copy()
    stayed = table["age"].to_numpy() >= min_age
    first = seen.feelings[days[0]].set_index("resident").sort_index()
    for day in days:
        then = seen.feelings[day].set_index("resident").sort_index()
        stayed &= ((then["present"] > 0) & (then["key"] == first["key"])).to_numpy()
        for name in FEELINGS:
            table[f"{name}_{day}"] = then[name].astype(float)
    table["key"] = first["key"]
    return table[stayed]


def select_met(seen: Seen, from_day: int, to_day: int) -> pd.DataFrame:
    """Keep the contacts after the end of one day and before that of another in which somebody was met."""
    contacts = seen.tables["contacts"]
    return contacts[(contacts["met"] > 0) & contacts["t"].between(end_of(from_day), end_of(to_day), inclusive="left")]


def count_by_person(rows: pd.DataFrame, persons: pd.DataFrame) -> pd.Series:
    """Count the rows (`resident`, `resident_key`) of each person; those of other tenants of the room are left out."""
    same = rows["resident"].map(persons["key"]) == rows["resident_key"]
    return rows.loc[same, "resident"].value_counts().reindex(persons.index, fill_value=0)


def spread(values: Iterable[float]) -> float:
    """Give the standard deviation between persons."""
    return float(np.std(np.asarray(list(values), np.float64), ddof=1))


def share_who_agree(felt: NDArray[np.floating] | pd.Series, item: str, survey: Survey) -> float:
    """Give the share who would answer 4 or 5, in per cent, if all of them were asked and answered.

    It is the mean over the noise of an answer, and over the telephone and the door, instead of one draw of them.
    """
    from scipy.special import ndtr  # noqa: PLC0415 - slow to import

    felt = np.asarray(felt, np.float64)
    if len(felt) == 0:
        return float("nan")
    edge, noise = (AGREES_FROM - 1) / len(POINTS), survey.likert_noise
    kinder = survey.door_kindness if item in OF_POLICE else 0.0

    def agree(shift: float) -> float:
        above = felt + shift - edge
        return float((ndtr(above / noise) if noise > 0 else above >= 0).mean())

    return 100.0 * ((1.0 - survey.survey_at_door) * agree(0.0) + survey.survey_at_door * agree(kinder))
