"""A self-exciting estimate: a background for each segment, and boosts after incidents there and next door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.errors import InputError
from sim.params import Days, Factor, Fraction, Parameters, param
from sim.policies.arguments import check_number
from sim.policies.maps.record import Rows, Streets, in_steps, known_rows, minutes_of
from sim.policies.maps.scan import Felt, feel
from sim.policies.protocol import WEEK_MIN, CityBrief, Floats, Record

DAY_MIN = 1440.0
MOST_TO_FIT = 20_000
"""Incidents, the latest, from which parameters are fitted: the limit on time that gives the same numbers everywhere"""
EM_STEPS = 12
PRIOR_INCIDENTS = 50.0
"""Incidents that the priors are worth: with a handful on record they decide, with thousands not"""
DECAY_LIMITS, SHAPE_LIMITS = (0.5, 120.0), (0.05, 20.0)


class SelfExciting(Parameters):
    """Hold the parameters of the self-exciting process that all segments share; the defaults are the priors."""

    own: Fraction = param(
        0.15, "incidents that one more triggers at its segment", source="mohler2011", low=0, high=0.95
    )
    near: Fraction = param(0.10, "and at all segments next door together", source="mohler2011", low=0, high=0.95)
    decay_days: Days = param(
        14.0, "mean delay from an incident to one it triggers", source="johnson2007", low=0.5, high=120
    )
    shape: Factor = param(
        0.5,
        "spread of backgrounds per metre: variance over mean squared is 1 / shape",
        source="prior",
        low=0.05,
        high=20,
    )


def self_exciting_map(  # noqa: PLR0913 - what an analyst chooses
    brief: CityBrief,
    record: Record,
    *,
    until: float,
    weeks: float = 52.0,
    types: Iterable[int] | None = None,
    fitted_at: float | None = None,
    process: SelfExciting | None = None,
) -> Floats:
    """Estimate the incidents of the week after `until` on each segment.

    The rate at a segment is its background, plus for each incident of the past a boost there and smaller ones next
    door that die away exponentially. Parameters and backgrounds are fitted to the record by a few steps of expectation
    and maximisation, in which each incident is shared between the background and those that may have triggered it.

    Where it departs from Mohler et al. (2011): the place is the segment and next door is a neighbour, instead of a
    density over the plane; the boost is an exponential with one mean delay, instead of a free histogram; the
    background does not change with time, and is drawn towards the city's mean per metre (gamma distributed) instead of
    smoothed by a kernel. Incidents not yet recorded are not allowed for, nor those that the coming week's trigger.

    Parameters
    ----------
    until
        minutes since the start; what was recorded later does not count
    weeks
        length of the period before it
    types
        indices into `sim.params.CRIMES`; all when not given
    fitted_at
        when parameters and backgrounds were last fitted, `until` when not given. Fitting takes its time, and the
        result is kept for the same record: a map drawn anew each shift should be fitted once a week,
        `until=seen.now, fitted_at=seen.week_began`
    process
        parameters that are known; fitted to the record when not given

    Returns
    -------
    expected
        (n_segments,) incidents in the coming week

    Raises
    ------
    InputError
        If the period is not positive or the fit is later than `until`.
    """
    until = check_number(until, "until (minutes since the start)")
    fitted_at = until if fitted_at is None else check_number(fitted_at, "fitted_at (minutes since the start)")
    if fitted_at > until:
        raise InputError(f"an estimate must be fitted before it is used, got fitted_at={fitted_at} after until={until}")
    past = _past(brief, record, fitted_at, weeks, types)
    process = _fitted(past) if process is None else process
    lately = past if fitted_at == until else _past(brief, record, until, weeks, types)
    return WEEK_MIN * _backgrounds(past, process) + _boosted(lately, process)


def fit_self_exciting(
    brief: CityBrief, record: Record, *, until: float, weeks: float = 52.0, types: Iterable[int] | None = None
) -> SelfExciting:
    """Fit the parameters of the self-exciting process to the record; the priors where it is empty.

    A record of chance alone, without any trigger, is fitted with `own` near 0.05 and `near` near 0.02: steps from the
    priors stop before nothing is left.

    The parameters are those of `self_exciting_map`.
    """
    return _fitted(_past(brief, record, until, weeks, types))


@dataclass(frozen=True, eq=False)
class Past:
    """Hold the incidents of a period in the order in which they happened, under a mark of their content."""

    streets: Streets
    begin: float
    until: float
    t: Floats
    segment: Rows

    @property
    def mark(self) -> tuple[Streets, float, float, bytes, bytes]:
        """Give all that an estimate depends on."""
        return self.streets, self.begin, self.until, self.t.tobytes(), self.segment.tobytes()

    def __hash__(self) -> int:
        """Two periods with the same incidents are one key."""
        return hash(self.mark)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Past) and self.mark == other.mark


def _past(brief: CityBrief, record: Record, until: float, weeks: float, types: Iterable[int] | None) -> Past:
    begin = max(0.0, until - minutes_of(weeks))
    rows = known_rows(record, begin=begin, end=until, known_at=until, types=types)
    rows = rows[np.argsort(record.t[rows], kind="stable")]
    return Past(Streets.of(brief), begin, until, record.t[rows], record.segment[rows].astype(np.int64))


@lru_cache(maxsize=8)
def _fitted(past: Past) -> SelfExciting:
    """Fit by a fixed number of steps to the latest incidents: no clock decides, so every machine gets the same."""
    if not len(past.t):
        return SelfExciting()
    if len(past.t) > MOST_TO_FIT:
        latest = slice(-MOST_TO_FIT, None)
        past = Past(past.streets, float(past.t[-MOST_TO_FIT]), past.until, past.t[latest], past.segment[latest])
    process, felt = SelfExciting(), Felt.of(past.streets, past.t, past.segment)
    alone = np.full(len(past.t), 1.0 - process.own - process.near)
    for _ in range(EM_STEPS):
        background = _background(past, alone, _shape(past, alone))
        process, alone = _step(past, felt, process, background)
    return process.model_copy(update={"shape": _shape(past, alone)})


def _step(past: Past, felt: Felt, process: SelfExciting, background: Floats) -> tuple[SelfExciting, Floats]:
    """Share each incident among its possible causes, and fit the parameters to the shares.

    Parameters
    ----------
    background
        (n,) rate where each incident happened

    Returns
    -------
    fitted
        the parameters, the shape aside
    alone
        (n,) chance of each incident to be one of the background
    """
    prior, k, omega = SelfExciting(), PRIOR_INCIDENTS, _omega(process)
    boosts = feel(felt, omega)
    own, near = process.own * omega * boosts.own, process.near * omega * boosts.near
    rate = background + own + near
    n_own, n_near = float((own / rate).sum()), float((near / rate).sum())
    waited = float((omega * (process.own * boosts.own_delay + process.near * boosts.near_delay) / rate).sum())
    # What incidents have still to trigger after `until` counts with its expectation.
    left = past.until - past.t
    to_come = np.exp(-omega * left)
    seen = float((1.0 - to_come).sum())
    n_to_come = (process.own + process.near) * float(to_come.sum())
    waits_to_come = (process.own + process.near) * float((to_come * (left + 1.0 / omega)).sum())
    n_prior = k * (prior.own + prior.near)
    delay = (waited + waits_to_come + n_prior * prior.decay_days * DAY_MIN) / (n_own + n_near + n_to_come + n_prior)
    fitted = SelfExciting(
        own=min((n_own + k * prior.own) / (seen + k), 0.95),
        near=min((n_near + k * prior.near) / (seen + k), 0.95),
        decay_days=float(np.clip(delay / DAY_MIN, *DECAY_LIMITS)),
    )
    return fitted, background / rate


def _omega(process: SelfExciting) -> float:
    return 1.0 / (process.decay_days * DAY_MIN)


def _usual(past: Past, alone: Floats) -> Floats:
    """Give the background rate of each segment if all metres of street were alike."""
    total = float(past.streets.length_m.sum())
    usual: Floats = float(alone.sum()) / (past.until - past.begin) * past.streets.length_m / total
    return usual


def _shape(past: Past, alone: Floats) -> float:
    """Estimate how unequal backgrounds are, by the variance between segments that chance does not explain."""
    expected = _usual(past, alone) * (past.until - past.begin)
    found = np.bincount(past.segment, alone, past.streets.n_segments)
    excess = float(in_steps((found - expected) ** 2, 24).sum()) - float((alone**2).sum())
    squares = float(in_steps(expected**2, 40).sum())
    n, k, prior = len(alone), PRIOR_INCIDENTS, SelfExciting().shape
    unequal = max(excess, 0.0) / squares if squares > 0 else 0.0
    return float(np.clip((n + k) / (n * unequal + k / prior), *SHAPE_LIMITS))


def _background(past: Past, alone: Floats, shape: float) -> Floats:
    """Give the background rate where each incident happened, as the others tell it.

    With itself among them, an incident in a quiet street would always explain itself.
    """
    found = np.bincount(past.segment, alone, past.streets.n_segments)[past.segment] - alone
    return _posterior(found, _usual(past, alone)[past.segment], past.until - past.begin, shape)


def _posterior(found: Floats, usual: Floats, minutes: float, shape: float) -> Floats:
    """Give the mean of a rate with a gamma prior of mean `usual`, after so many were found in so many minutes."""
    return usual * (shape + found) / (shape + usual * minutes)


@lru_cache(maxsize=8)
def _backgrounds(past: Past, process: SelfExciting) -> Floats:
    """Estimate the background rate of every segment, per minute."""
    n = past.streets.n_segments
    if not len(past.t):
        return np.zeros(n)
    boosts, omega = feel(Felt.of(past.streets, past.t, past.segment), _omega(process)), _omega(process)
    triggered = omega * (process.own * boosts.own + process.near * boosts.near)
    alone = np.full(len(past.t), 1.0 - process.own - process.near)
    for _ in range(EM_STEPS):
        background = _background(past, alone, process.shape)
        alone = background / (background + triggered)
    found = np.bincount(past.segment, alone, n).astype(np.float64)
    return _posterior(found, _usual(past, alone), past.until - past.begin, process.shape)


def _boosted(past: Past, process: SelfExciting) -> Floats:
    """Add up what the incidents so far are to trigger on each segment in the coming week."""
    omega, streets = _omega(process), past.streets
    boost = np.bincount(past.segment, np.exp(-omega * (past.until - past.t)), streets.n_segments)
    beside = in_steps(boost / np.maximum(np.diff(streets.start), 1), 32)[streets.neighbours]
    next_door = np.bincount(streets.row, beside, streets.n_segments)
    boosted: Floats = -np.expm1(-omega * WEEK_MIN) * (process.own * boost + process.near * next_door)
    return boosted
