"""Made-up observations: what a policy can be tried on without a world."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from sim.params import N_CRIMES
from sim.policies.protocol import CityBrief, Files, Ints, Observation, Record
from sim.roles import HOMES, ROLES

DAY_MIN, SHIFT_MIN = 1440.0, 480.0
BLOCK_M = 120.0
DRIVING = ("response", "community", "detective")
ROSTER = ("response", "response", *ROLES[: ROLES.index("worker")])


def example_observation(  # noqa: PLR0913 - each is a case that a policy must cope with
    seed: int = 1,
    *,
    n_segments: int = 200,
    n_officers: int = 48,
    n_on_duty: int | None = None,
    n_incidents: int = 400,
    n_disputes: int = 8,
    day: int = 70,
    shift: int = 1,
    roster: tuple[str, ...] = ROSTER,
    types: tuple[int, ...] | None = None,
) -> Observation:
    """Make up an observation: a grid of streets, crime that gathers on few of them, a force of all roles.

    Parameters
    ----------
    seed
        another seed, another city
    n_on_duty
        officers who start the shift; a third of the force when not given
    n_incidents
        incidents between the start of the run and now, in a heavy-tailed pattern
    n_disputes
        quarrels that the force knows of
    day, shift
        when; day 0 is a Monday
    roster
        roles of the officers by number, over and over
    types
        indices into `sim.params.CRIMES` that are on record; all when not given
    """
    rng = np.random.default_rng(seed)
    brief = _grid(n_segments, n_officers, roster, rng)
    duty = np.sort(rng.permutation(n_officers)[: n_officers // 3 if n_on_duty is None else n_on_duty]).astype(np.int32)
    now = day * DAY_MIN + shift * SHIFT_MIN
    homes = np.arange(len(brief.household_segment))
    disputes = np.sort(rng.permutation(4 * n_disputes)[:n_disputes]).astype(np.int32)
    return Observation(
        now=now,
        day=day,
        weekday=day % 7,
        shift=shift,
        brief=brief,
        on_duty=duty,
        role=tuple(brief.role[officer] for officer in duty),
        cell=np.full(len(duty), -1, np.int32),
        record=_record(n_incidents, n_segments, now, rng, types),
        n_queued=3,
        registered=rng.poisson(0.5, n_segments).astype(np.int32),
        known_disputes=disputes,
        dispute_segment=rng.integers(0, n_segments, n_disputes).astype(np.int32),
        raised=np.where(rng.random(n_segments) < 0.1, rng.exponential(3.0, n_segments), 0.0),
        home_kind=(homes % len(HOMES)).astype(np.uint8),
        home_visited=np.where(homes % 7 == 0, -np.inf, now - 1440.0 * (homes % 100)),
        home_head=np.where(homes % 30 < 5, homes - homes % 5, -1).astype(np.int32),
        home_asked=np.where(homes % 5 == 0, now - 1440.0 * (homes % 400), -np.inf),
        files=_files(n_incidents // 4, n_segments, now),
    )


def _grid(n_segments: int, n_officers: int, roster: tuple[str, ...], rng: Generator) -> CityBrief:
    """Lay out a square grid of blocks; segments beyond `n_segments` are left out."""
    side = 2 + int(np.sqrt(n_segments / 2))
    node = np.arange(side * side).reshape(side, side)
    a = np.stack([node[:, :-1].ravel(), node[:-1].ravel()], axis=1).ravel()
    b = np.stack([node[:, 1:].ravel(), node[1:].ravel()], axis=1).ravel()
    a, b = a[:n_segments], b[:n_segments]
    x = BLOCK_M * (a % side + b % side) / 2
    y = BLOCK_M * (a // side + b // side) / 2
    start, neighbours = neighbours_of(a.tolist(), b.tolist())
    roles = tuple(roster[officer % len(roster)] for officer in range(n_officers))
    district = ((2 * x > x.max()) + 2 * (2 * y > y.max())).astype(np.int32)
    return CityBrief(
        n_segments=n_segments,
        segment_length_m=BLOCK_M * rng.uniform(0.7, 1.3, n_segments),
        segment_x=x + rng.uniform(-10, 10, n_segments),
        segment_y=y + rng.uniform(-10, 10, n_segments),
        neighbours_start=start,
        neighbours=neighbours,
        dwellings=rng.poisson(8.0, n_segments).astype(float),
        district=district,
        cell=district.copy(),
        n_residents=12 * n_segments,
        officer=np.arange(n_officers, dtype=np.int32),
        role=roles,
        base=(np.arange(n_officers) * 7 % n_segments).astype(np.int32),
        shift_min=SHIFT_MIN,
        jobs=rng.poisson(12.0, n_segments).astype(float),
        shops=rng.poisson(0.4, n_segments).astype(float),
        venues=rng.poisson(0.2, n_segments).astype(float),
        stations=(rng.random(n_segments) < 0.01).astype(float),
        pupils=np.where(rng.random(n_segments) < 0.05, rng.poisson(30.0, n_segments), 0).astype(float),
        on_foot=np.array([role not in DRIVING for role in roles], bool),
        duty_begins=SHIFT_MIN * (np.arange(n_officers) % 3).astype(np.float64),
        household_segment=np.repeat(np.arange(n_segments, dtype=np.int32), 5),
    )


def neighbours_of(a: list[int], b: list[int]) -> tuple[Ints, Ints]:
    """List the segments that share a junction with each segment, from the junctions at both ends."""
    at: dict[int, list[int]] = {}
    for segment, ends in enumerate(zip(a, b, strict=True)):
        for junction in ends:
            at.setdefault(junction, []).append(segment)
    rows = [sorted({*at[a[s]], *at[b[s]]} - {s}) for s in range(len(a))]
    start = np.cumsum([0, *(len(row) for row in rows)]).astype(np.int32)
    return start, np.array([other for row in rows for other in row], np.int32)


def _files(n: int, n_segments: int, now: float) -> Files:
    """Make up files of persons: most were arrested once, some are in custody, some were called on of late."""
    number = np.arange(n)
    return Files(
        person=(3 * number + 1).astype(np.int32),
        n_cases=(1 + (number % 5 == 0) * (number % 4)).astype(np.int32),
        last=now * (1 + number) / (1 + n),
        segment=(number * 11 % n_segments).astype(np.int32),
        called=np.where(number % 3 == 0, now - 1440.0 * (number % 20), -np.inf),
        held=number % 6 == 1,
    )


def _record(n: int, n_segments: int, now: float, rng: Generator, types: tuple[int, ...] | None) -> Record:
    """Make up a record; half of the incidents fall on about 4 % of the segments."""
    weight = rng.permutation(rng.pareto(1.1, n_segments) + 0.02)
    t_recorded = np.sort(rng.uniform(0.0, now, n))
    return Record(
        t=np.maximum(0.0, t_recorded - rng.exponential(480.0, n)),
        t_recorded=t_recorded,
        type=np.array(range(N_CRIMES) if types is None else types)[
            rng.integers(0, N_CRIMES if types is None else len(types), n)
        ].astype(np.uint8),
        segment=rng.choice(n_segments, n, p=weight / weight.sum()).astype(np.int32),
        discovered=rng.random(n) < 0.1,
    )
