"""Hot-spot estimates: where offences are to be expected, from the record alone.

Each is a function of the city's description and the record and gives a score per segment: the higher, the more is
expected to be recorded in the coming week. None knows more than what was on record at `until`. The scores go with the
segments, not with their numbers: a city numbered otherwise gives the same scores, to the last bit.

A policy calls them with `seen.brief` and `seen.record`; for a weekly map, with `until=seen.week_began`. Where its
`Information` lever should choose among them, it calls `hottest_by_estimate`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.errors import InputError
from sim.policies.arguments import check_number
from sim.policies.maps.kernel import kernel_density, kernel_map
from sim.policies.maps.record import known_rows, minutes_of
from sim.policies.maps.self_exciting import SelfExciting, fit_self_exciting, self_exciting_map
from sim.policies.protocol import CityBrief, Floats, Ints, Observation, Record

__all__ = [
    "SelfExciting",
    "count_map",
    "estimate_scores",
    "fit_self_exciting",
    "hottest",
    "hottest_by_estimate",
    "kernel_density",
    "kernel_map",
    "last_year_map",
    "latest_map",
    "self_exciting_map",
]

WEEKS_A_YEAR = 52.0
"""A year of whole weeks, so that a week of last year has the same weekdays"""


def estimate_scores(seen: Observation, *, weeks: float, until: float) -> Floats:
    """Score every segment by the estimate of the strategy's `Information` lever.

    Parameters
    ----------
    weeks
        length of the period that all but `self_exciting` look at: that one weighs a whole year by itself
    until
        moment after which nothing is known
    """
    chosen = seen.information.estimate
    if chosen == "self_exciting":
        return self_exciting_map(seen.brief, seen.record, until=until)
    score = {"last_year": last_year_map, "kernel": kernel_map}.get(chosen, count_map)
    return score(seen.brief, seen.record, until=until, weeks=weeks)


def hottest_by_estimate(seen: Observation, share: float, *, weeks: float, until: float) -> Ints:
    """Name the segments with the highest scores, highest first; those that tie go by the latest incident."""
    if seen.information.estimate == "count":
        return seen.hottest(share, weeks=weeks, until=until)
    score = estimate_scores(seen, weeks=weeks, until=until)
    return hottest(seen.brief, score, share, latest=latest_map(seen.brief, seen.record, until=until))


def count_map(
    brief: CityBrief, record: Record, *, until: float, weeks: float = 8.0, types: Iterable[int] | None = None
) -> Floats:
    """Count the incidents of the last weeks, as `Observation.counts` does.

    Parameters
    ----------
    until
        minutes since the start; what was recorded later does not count
    weeks
        length of the period before it
    types
        indices into `sim.params.CRIMES`; all when not given

    Returns
    -------
    counts
        (n_segments,) incidents
    """
    rows = known_rows(record, begin=until - minutes_of(weeks), end=np.inf, known_at=until, types=types)
    return np.bincount(record.segment[rows], minlength=brief.n_segments).astype(float)


def last_year_map(
    brief: CityBrief, record: Record, *, until: float, weeks: float = 8.0, types: Iterable[int] | None = None
) -> Floats:
    """Count the incidents of the same weeks a year ago, from the one that is to come onwards.

    Where the record does not reach back so far, or has nothing in those weeks, those of the last 52 weeks count.
    A run begins at minute 0 and the record shows 400 days, so weeks of a year ago are on record after 52 weeks.

    The parameters are those of `count_map`; at most 52 weeks.
    """
    begin = until - minutes_of(WEEKS_A_YEAR)
    length = min(minutes_of(weeks), until - begin)
    rows = known_rows(record, begin=begin, end=begin + length, known_at=until, types=types)
    if begin < 0.0 or not len(rows):
        return count_map(brief, record, until=until, weeks=WEEKS_A_YEAR, types=types)
    return np.bincount(record.segment[rows], minlength=brief.n_segments).astype(float)


def hottest(brief: CityBrief, score: Floats, share: float, *, latest: Floats | None = None) -> Ints:
    """Name the segments with the highest scores, highest first; those with a score of 0 are never named.

    Ties go to the segment with the latest incident, where `latest` tells it; then to the one farther west, farther
    south, shorter: an order that numbers do not decide. Counts tie often, and the west of a city should not be
    watched for being the west.

    Parameters
    ----------
    share
        of all segments, from 0 to 1
    latest
        (n_segments,) when each had its latest incident, as `latest_map` gives it

    Raises
    ------
    InputError
        If the share is out of range, or a score is not known for each segment.
    """
    share = check_number(share, "the share of segments", low=0.0, high=1.0)
    for name, values in (("score", score), ("latest", latest)):
        if values is not None and (np.shape(values) != (brief.n_segments,) or np.isnan(values).any()):
            raise InputError(
                f"{name} must hold one number for each of {brief.n_segments} segments, got shape {np.shape(values)}"
                f"{' with unknown numbers' if np.shape(values) == (brief.n_segments,) else ''}"
            )
    recent = np.zeros(brief.n_segments) if latest is None else -latest
    order = np.lexsort((brief.segment_length_m, brief.segment_y, brief.segment_x, recent, -score))
    named: Ints = order[: min(round(share * brief.n_segments), int((score > 0).sum()))].astype(np.int32)
    return named


def latest_map(brief: CityBrief, record: Record, *, until: float) -> Floats:
    """Tell when each segment had its latest incident that was on record at `until`; minus infinity where none was."""
    rows = known_rows(record, begin=-np.inf, end=np.inf, known_at=until, types=None)
    latest = np.full(brief.n_segments, -np.inf)
    np.maximum.at(latest, record.segment[rows], record.t[rows])
    return latest
