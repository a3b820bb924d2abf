"""Hot-spot estimates: where offences are to be expected, from the record alone.

Each is a function of the city's description and the record and gives a score per segment: the higher, the more is
expected to be recorded in the coming week. None knows more than what was on record at `until`. The scores go with the
segments, not with their numbers: a city numbered otherwise gives the same scores, to the last bit.

A policy calls them with `seen.brief` and `seen.record`; for a weekly map, with `until=seen.week_began`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.policies.estimates_excite import SelfExciting, fit_self_exciting, self_exciting_map
from sim.policies.estimates_kernel import kernel_density, kernel_map
from sim.policies.estimates_record import known_rows, minutes_of
from sim.policies.protocol import CityBrief, Floats, Ints, Record

__all__ = [
    "SelfExciting",
    "count_map",
    "fit_self_exciting",
    "hottest",
    "kernel_density",
    "kernel_map",
    "last_year_map",
    "self_exciting_map",
]

WEEKS_A_YEAR = 52.0
"""A year of whole weeks, so that a week of last year has the same weekdays"""


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


def hottest(brief: CityBrief, score: Floats, share: float) -> Ints:
    """Name the segments with the highest scores, highest first; those with a score of 0 are never named.

    Ties go to the segment farther west, then farther south, then shorter: an order that numbers do not decide.

    Parameters
    ----------
    share
        of all segments
    """
    order = np.lexsort((brief.segment_length_m, brief.segment_y, brief.segment_x, -score))
    named: Ints = order[: min(round(share * brief.n_segments), int((score > 0).sum()))].astype(np.int32)
    return named
