"""Small streets, and records of incidents: written by hand or drawn from a process that is known."""

from __future__ import annotations

import numpy as np

from sim.policies.contract.example import neighbours_of
from sim.policies.protocol import WEEK_MIN, CityBrief, Record

DAY_MIN = 1440.0


def streets(a: list[int], b: list[int], length_m: list[float]) -> CityBrief:
    """Describe segments by the junctions at their ends and their lengths."""
    n = len(a)
    start, neighbours = neighbours_of(a, b)
    return CityBrief(
        n_segments=n,
        segment_length_m=np.array(length_m, float),
        segment_x=np.arange(n, dtype=float),
        segment_y=np.zeros(n),
        neighbours_start=start,
        neighbours=neighbours,
        dwellings=np.ones(n),
        district=np.zeros(n, np.int32),
        cell=np.zeros(n, np.int32),
        n_residents=2 * n,
        officer=np.zeros(1, np.int32),
        role=("response",),
        base=np.zeros(1, np.int32),
        shift_min=480.0,
        jobs=np.zeros(n),
        shops=np.zeros(n),
        venues=np.zeros(n),
        stations=np.zeros(n),
        pupils=np.zeros(n),
        on_foot=np.zeros(1, bool),
        duty_begins=np.zeros(1),
    )


def line(*length_m: float) -> CityBrief:
    """Describe segments one after the other."""
    n = len(length_m)
    return streets(list(range(n)), list(range(1, n + 1)), list(length_m))


def record(t: list[float], segment: list[int], *, late: float = 0.0) -> Record:
    """Put burglaries on record, `late` minutes after they happened."""
    when = np.array(t, float)
    return Record(
        t=when,
        t_recorded=when + late,
        type=np.zeros(len(when), np.uint8),
        segment=np.array(segment, np.int32),
        discovered=np.zeros(len(when), bool),
    )


def self_exciting_record(  # the parameters of the process, one by one
    brief: CityBrief,
    *,
    own: float,
    near: float,
    decay_days: float,
    shape: float,
    per_year: float,
    weeks: float,
    seed: int,
) -> Record:
    """Draw a record from a self-exciting process: backgrounds first, then what each incident triggers, in generations.

    Parameters
    ----------
    per_year
        incidents of the background a year on a segment of mean length
    shape
        of the gamma distribution of backgrounds per metre
    """
    rng, n, end = np.random.default_rng(seed), brief.n_segments, weeks * WEEK_MIN
    length = brief.segment_length_m / brief.segment_length_m.mean()
    mean = length * rng.gamma(shape, 1.0 / shape, n) * per_year * weeks / 52.0
    segment = np.repeat(np.arange(n), rng.poisson(mean))
    t = rng.uniform(0.0, end, len(segment))
    all_t, all_segment = [t], [segment]
    start, neighbours = brief.neighbours_start, brief.neighbours
    while len(t):
        here, beside = rng.poisson(own, len(t)), rng.poisson(near, len(t))
        cause = np.repeat(segment, beside)
        degree = start[cause + 1] - start[cause]
        moved = neighbours[start[cause] + (rng.random(len(cause)) * degree).astype(int)]
        segment = np.concatenate([np.repeat(segment, here), moved])
        t = np.concatenate([np.repeat(t, here), np.repeat(t, beside)])
        t = t + rng.exponential(decay_days * DAY_MIN, len(t))
        segment, t = segment[t < end], t[t < end]
        all_t.append(t)
        all_segment.append(segment)
    t, segment = np.concatenate(all_t), np.concatenate(all_segment)
    order = np.argsort(t)
    return record(t[order].tolist(), segment[order].tolist())
