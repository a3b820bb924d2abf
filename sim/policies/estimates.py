"""Where the next incidents are to be expected: four estimates from the record, none better informed than it is.

A score per segment, higher where more is expected in the coming week. All see what was on record at a moment and
nothing later, so that a weekly map looks the same all week.
"""

from __future__ import annotations

import numpy as np

from sim.policies.protocol import WEEK_MIN, Floats, Ints, Observation

YEAR_WEEKS = 52.0
HALF_LIFE_DAYS = 10.0
"""How long an incident keeps raising what is expected: near repeats last some two weeks (Johnson et al. 2007)."""
OWN_PULL, NEXT_PULL = 1.0, 0.3
"""What a fresh incident adds to its own segment and to each next door, in incidents a week of the background."""
SMOOTHING = 0.5
"""Share of a kernel that is passed on to the segments next door, and half of that to those behind them."""


def estimate_scores(seen: Observation, *, weeks: float, until: float) -> Floats:
    """Score every segment by the estimate of the strategy's `Information` lever.

    Parameters
    ----------
    weeks
        length of the period that `count` and `kernel` look at
    until
        moment after which nothing is known
    """
    chosen = seen.information.estimate
    if chosen == "last_year":
        return last_year_map(seen, weeks=weeks, until=until)
    if chosen == "kernel":
        return kernel_map(seen, weeks=weeks, until=until)
    if chosen == "self_exciting":
        return self_exciting_map(seen, until=until)
    return seen.counts(weeks=weeks, until=until)


def hottest_by_estimate(seen: Observation, share: float, *, weeks: float, until: float) -> Ints:
    """Name the segments with the highest scores, highest first; never one with nothing on record near it."""
    if seen.information.estimate == "count":
        return seen.hottest(share, weeks=weeks, until=until)
    score = estimate_scores(seen, weeks=weeks, until=until)
    order = np.argsort(-score, kind="stable")[: round(share * seen.brief.n_segments)]
    return order[score[order] > 0.0].astype(np.int32)


def last_year_map(seen: Observation, *, weeks: float, until: float) -> Floats:
    """Count the incidents of the same weeks a year ago; of the last year where the record is younger than that."""
    year_ago = until - YEAR_WEEKS * WEEK_MIN
    if year_ago - weeks * WEEK_MIN / 2.0 < 0.0:
        return seen.counts(weeks=YEAR_WEEKS, until=until)
    record = seen.record
    near = np.abs(record.t - year_ago) <= weeks * WEEK_MIN / 2.0
    known = near & (record.t_recorded <= until)
    return np.bincount(record.segment[known], minlength=seen.brief.n_segments).astype(float)


def kernel_map(seen: Observation, *, weeks: float, until: float) -> Floats:
    """Spread the counts over the streets next door, per 100 m of street: a kernel on the network.

    Departs from the equal-split kernel of Okabe & Sugihara: it steps from segment to segment, not metre by metre.
    """
    counts = seen.counts(weeks=weeks, until=until)
    once = _passed_on(seen, counts)
    twice = _passed_on(seen, once)
    spread = counts + SMOOTHING * once + 0.5 * SMOOTHING * twice
    return np.asarray(spread / np.maximum(seen.brief.segment_length_m, 20.0) * 100.0)


def self_exciting_map(seen: Observation, *, until: float) -> Floats:
    """Add what recent incidents still excite, there and next door, to the rate of the last year.

    A simplified form of the self-exciting point process of Mohler et al. 2011: background and decay are as above and
    not fitted to the record.
    """
    record = seen.record
    known = (record.t_recorded <= until) & (record.t >= until - YEAR_WEEKS * WEEK_MIN)
    age_days = (until - record.t[known]) / 1440.0
    span_weeks = float(np.clip(until / WEEK_MIN, 1.0, YEAR_WEEKS))
    n = seen.brief.n_segments
    background = np.bincount(record.segment[known], minlength=n) / span_weeks
    weight = 0.5 ** (age_days / HALF_LIFE_DAYS)
    fresh = np.bincount(record.segment[known], weights=weight, minlength=n).astype(float)
    return np.asarray(background + OWN_PULL / span_weeks * fresh + NEXT_PULL / span_weeks * _passed_on(seen, fresh))


def _passed_on(seen: Observation, value: Floats) -> Floats:
    """Sum a value over the segments that share a junction, each sharing its own evenly among its neighbours."""
    brief = seen.brief
    n_next = np.diff(brief.neighbours_start)
    owner = np.repeat(np.arange(brief.n_segments), n_next)
    share = value / np.maximum(n_next, 1)
    return np.bincount(owner, weights=share[brief.neighbours], minlength=brief.n_segments).astype(float)
