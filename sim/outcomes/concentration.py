"""How strongly incidents concentrate in few places, against what chance alone would do.

Weisburd (2015): a small and stable share of segments holds half of a city's crime. Where
incidents are few, most places hold none by chance, so every measure is given beside a random
baseline, and the Gini coefficient in the form corrected for sparse data (Bernasco & Steenbeek 2017).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.statistics.estimates import Estimate, percentile_interval

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Concentration:
    """Hold the measures of concentration of one set of incidents; shares are of all places."""

    n_incidents: int
    n_places: int
    share_holding_25: float
    """smallest share of places that holds 25 % of incidents"""
    share_holding_50: float
    """smallest share of places that holds 50 % of incidents"""
    gini: float
    gini_corrected: float
    """0 where incidents spread as evenly as their number allows, 1 where all fall on one place"""
    random_share_holding_25: Estimate
    random_share_holding_50: Estimate
    random_gini_corrected: Estimate


def count_incidents(place: NDArray[np.integer], n_places: int) -> Counts:
    """Count the incidents of each place; those without a place (negative) are left out."""
    place = np.asarray(place, np.int64)
    return np.bincount(place[place >= 0], minlength=n_places)


def find_smallest_share(counts: Counts, held: float) -> float:
    """Give the smallest share of places that together hold at least the share `held` of incidents."""
    total = counts.sum()
    if total == 0:
        return np.nan
    most_first = np.cumsum(np.sort(counts)[::-1])
    n_needed = int(np.searchsorted(most_first, held * total - 1e-9)) + 1
    return n_needed / len(counts)


def measure_gini(counts: Counts) -> float:
    """Measure inequality over all places: 0 for equal counts, 1 - 1/n where all fall on one of n places."""
    n, total = len(counts), counts.sum()
    if total == 0:
        return np.nan
    rank = np.arange(1, n + 1)
    return float(2 * np.dot(rank, np.sort(counts)) / (n * total) - (n + 1) / n)


def correct_gini(gini: float, n_incidents: int, n_places: int) -> float:
    """Measure inequality against the most equal spread possible: one incident a place, as far as they go.

    G' = max(n / c, 1) (G - 1) + 1, Bernasco & Steenbeek (2017), with n places and c incidents. It is 0 where the spread
    is as equal as it can be, and 1 - 1 / min(n, c) where all fall on one place.
    """
    return max(n_places / n_incidents, 1.0) * (gini - 1.0) + 1.0 if n_incidents else np.nan


def measure_gini_corrected(counts: Counts) -> float:
    """Measure the generalised Gini coefficient G' of counts."""
    return correct_gini(measure_gini(counts), int(counts.sum()), len(counts))


def measure_sight_at_hot(segments: pd.DataFrame, n_segments: int, *, from_day: int = 0) -> float:
    """Measure the share of police time in sight that is spent where half of all offences happen.

    Where that is, is known afterwards and from the truth: the fewest segments that hold half of the offences of the
    same time. The better a strategy knows it beforehand, the higher the share.

    Parameters
    ----------
    segments
        the ledger table: police in sight and offences by periods, of which the whole ones after `from_day` count

    Returns
    -------
    share
        not a number where no whole period is left, nothing happened or nobody was in sight
    """
    ends = np.unique(segments["day"].to_numpy(np.int64))
    begins = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    panel = segments[segments["day"].isin(ends[begins >= from_day])]
    place = panel["segment"].to_numpy(np.int64)
    offences, minutes = (
        np.bincount(place, panel[name].to_numpy(np.float64), n_segments) for name in ("n_offences", "police_min")
    )
    if not offences.sum() > 0.0 or not minutes.sum() > 0.0:
        return float("nan")
    order = np.argsort(-offences, kind="stable")
    n_hot = int(np.searchsorted(np.cumsum(offences[order]), 0.5 * offences.sum())) + 1
    return float(minutes[order[:n_hot]].sum() / minutes.sum())


def simulate_random(  # noqa: PLR0913 - what is thrown, where, how often
    measure: Callable[[Counts], float],
    *,
    n_incidents: int,
    n_places: int,
    weights: Floats | None = None,
    n_replications: int = 200,
    seed: int = 0,
) -> Estimate:
    """Estimate a measure when as many incidents fall on places at random.

    Parameters
    ----------
    measure
        function of the counts, such as `measure_gini_corrected`
    weights
        (n_places,) chance of each place, such as its length; equal when not given

    Returns
    -------
    estimate
        mean of the replications, and the interval that holds 95 % of them
    """
    rng = np.random.default_rng(seed)
    chance = np.full(n_places, 1.0 / n_places) if weights is None else weights / weights.sum()
    draws = np.array([measure(rng.multinomial(n_incidents, chance)) for _ in range(n_replications)])
    return Estimate(float(draws.mean()), *percentile_interval(draws))


def measure_concentration(
    place: NDArray[np.integer], n_places: int, *, n_replications: int = 200, seed: int = 0
) -> Concentration:
    """Measure how strongly incidents concentrate, and how strongly chance alone would [weisburd2015], [bernasco2017].

    Parameters
    ----------
    place
        (n_incidents,) place of each incident, such as its segment
    n_places
        places that could have had an incident, those without any included
    """
    counts = count_incidents(place, n_places)
    n_incidents = int(counts.sum())

    def at_random(measure: Callable[[Counts], float]) -> Estimate:
        return simulate_random(
            measure, n_incidents=n_incidents, n_places=n_places, n_replications=n_replications, seed=seed
        )

    return Concentration(
        n_incidents=n_incidents,
        n_places=n_places,
        share_holding_25=find_smallest_share(counts, 0.25),
        share_holding_50=find_smallest_share(counts, 0.5),
        gini=measure_gini(counts),
        gini_corrected=measure_gini_corrected(counts),
        random_share_holding_25=at_random(lambda c: find_smallest_share(c, 0.25)),
        random_share_holding_50=at_random(lambda c: find_smallest_share(c, 0.5)),
        random_gini_corrected=at_random(measure_gini_corrected),
    )
