"""Who offends, how far from home, and how often those who offend are hurt themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.outcomes.distances import measure_distances
from sim.outcomes.journeys import CLASS_M, find_journeys, measure_journeys
from sim.outcomes.offenders import measure_top_share
from sim.validation.seen import Seen, of_type

N_HOMES, N_OTHERS = 200, 20
"""Residents drawn to measure how far homes lie apart, and to how many others of each."""
AGE_EDGES = (18, 25, 35, 45, 65)
MIN_AGE = 12
"""Victims are counted from this age on, as in the national survey [ncvs]."""
FEWEST_OFFENDERS = 10


def top_tenth(seen: Seen) -> dict[str, float]:
    """Rank the persons who committed an offence in the year, whether found out or not; parties of quarrels included."""
    key = seen.tables["offences"]["resident_key"].to_numpy()
    person = np.unique(key[key != 0], return_inverse=True)[1]
    return {"value": 100.0 * measure_top_share(person)}


def journeys(seen: Seen) -> dict[str, float]:
    """Measure the way along streets from home to each offence that was set out for; blows in quarrels are left out.

    The own street is a class of distance of its own: where most journeys end there, their mode is 0.
    """
    net, offences = seen.world.city.streets, seen.tables["offences"]
    sought = offences[offences["dispute"] == 0]
    metres = find_journeys(net, sought)
    about = measure_journeys(sought, metres).loc["all"]
    here = int((metres == 0.0).sum())
    away = metres[metres > 0.0]
    fullest = int(np.bincount((away // CLASS_M).astype(np.int64)).max()) if len(away) else 0
    mode_m = 0.0 if here > fullest else float(measure_journeys(sought[metres > 0.0], away).loc["all", "mode_m"])
    return {
        "skewness": float(about["skewness"]),
        "mode_km": mode_m / 1000.0,
        "median_to_homes": float(about["median_m"]) / _between_homes_m(seen),
        "median_km": float(about["median_m"]) / 1000.0,
        "on_own_street": 100.0 * here / max(len(metres), 1),
    }


def overlap(seen: Seen) -> dict[str, float]:
    """Divide offenders' robberies and assaults suffered by those expected at others' rates of the same age and sex.

    Of all who lived there at the begin and are 12 or older; an offender is who committed any offence in the year.
    """
    people = seen.tables["people"]
    people = people[people["age"] >= MIN_AGE]
    violence = of_type(seen.tables["offences"], "robbery", "assault")
    return {
        "value": standardised_ratio(
            suffered=people["key"].map(violence["victim_key"].value_counts()).fillna(0.0),
            exposed=people["key"].isin(seen.tables["offences"]["resident_key"]),
            stratum=pd.Series(np.digitize(people["age"], AGE_EDGES) * 2 + people["male"], people.index),
        )
    }


def standardised_ratio(*, suffered: pd.Series, exposed: pd.Series, stratum: pd.Series) -> float:
    """Divide the events of the exposed by those expected at the rates of all others in their strata.

    Strata without anybody who is not exposed tell nothing and are left out.
    """
    if exposed.sum() < FEWEST_OFFENDERS:
        return float("nan")
    others = suffered[~exposed].groupby(stratum[~exposed]).mean()
    expected = stratum[exposed].map(others)
    total = float(expected.sum())
    return float(suffered[exposed][expected.notna()].sum()) / total if total > 0 else float("nan")


def _between_homes_m(seen: Seen) -> float:
    """Give the mean way between the homes of two residents."""
    rng = np.random.default_rng(0)
    home = seen.tables["people"]["home"].to_numpy(np.int64)
    one = np.repeat(rng.choice(home, N_HOMES), N_OTHERS)
    return float(np.nanmean(measure_distances(seen.world.city.streets, one, rng.choice(home, len(one)))))
