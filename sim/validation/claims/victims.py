"""Who suffers violence, and how often in a year."""

from __future__ import annotations

import pandas as pd

from sim.validation.seen import Seen, of_type

MIN_AGE = 12
"""The national survey asks persons from this age on [ncvs]."""
DAYS_A_YEAR = 365.0


def violence_by_age(seen: Seen) -> dict[str, float]:
    """Count robberies and assaults suffered, reported or not, for 1,000 person-years at an age."""
    suffered = _violence(seen)
    feelings = seen.tables["feelings"].set_index("resident")
    people = seen.tables["people"].set_index("resident")
    years = people.index.to_series().map(feelings["n_days"]).fillna(0.0) / DAYS_A_YEAR
    age_of_victim = suffered["victim"].map(people["age"])

    def rate(low: int, high: int) -> float:
        lived = float(years[people["age"].between(low, high)].sum())
        return 1000.0 * float(age_of_victim.between(low, high).sum()) / lived if lived > 0 else float("nan")

    return {"young": rate(12, 24), "old": rate(65, 200), "all": rate(MIN_AGE, 200)}


def violence_again(seen: Seen) -> dict[str, float]:
    """Count the robberies and assaults of each person hit in the year, aged 12 and more, reported or not."""
    suffered = _violence(seen)
    age = suffered["victim"].map(seen.tables["people"].set_index("resident")["age"])
    times = suffered.loc[age >= MIN_AGE, "victim_key"].value_counts()
    return {"value": 100.0 * float((times >= 2).mean()) if len(times) else float("nan")}


def _violence(seen: Seen) -> pd.DataFrame:
    violence = of_type(seen.tables["offences"], "robbery", "assault")
    return violence[violence["victim"] >= 0]
