"""Baselines to beat: the same offences, thrown by a rule that knows nothing of people.

A baseline keeps the number of offences of each type, who committed them and which are on record, and gives each another
place, and mostly another time. A claim's own function then looks at the result as it looks at the run: where the
pattern is still there, it tells nothing of people.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from sim.clock import DAY_MIN
from sim.observation import brief
from sim.params import CRIMES
from sim.policies.maps.self_exciting import SelfExciting, fit_self_exciting, self_exciting_map
from sim.policies.protocol import CityBrief, Record
from sim.validation.seen import Seen

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BASELINES = ("land_use", "first_half", "self_exciting", "dealt_anew", "no_person")
"""land_use: a static Poisson map of what stands along the streets; first_half: a map of the records of the first half
of the run; self_exciting: the process of that name, fitted to the records; dealt_anew: every street changes places with
another, as on a shuffled network; no_person: by the opportunity that the model gives a street."""
_THROWN = ("land_use", "first_half", "self_exciting", "no_person")
_PLACED = ("land_use", "first_half", "self_exciting", "dealt_anew", "no_person")
AGAINST = {
    "places.recorded": _THROWN,
    "repeats.burglary_repeats": _THROWN,
    "repeats.burglary_near_repeats": _PLACED,
    "offenders.journeys": _PLACED,
    "hours.seasons": _THROWN,
    "hours.by_hour": _THROWN,
    "hours.by_weekday": _THROWN,
}
"""Functions of claims that are held against baselines. Streets dealt anew keep counts by street and all times, so that
only patterns of what lies between streets can tell."""


def name_of(function: str, baseline: str) -> str:
    """Name the answers of a function under a baseline."""
    return f"{function} under {baseline}"


def under(seen: Seen, baseline: str) -> Seen:
    """Throw the offences of a run by a baseline; records go where their offences go, and there are no calls."""
    rng = np.random.default_rng([seen.seed, BASELINES.index(baseline)])
    offences = seen.tables["offences"].reset_index(drop=True)
    incidents = seen.tables["incidents"]
    place, t = offences["segment"].to_numpy(np.int64).copy(), offences["t"].to_numpy(np.float64).copy()
    if baseline == "dealt_anew":
        place = rng.permutation(seen.n_segments)[place]
    else:
        on_record = offences["cause"].isin(incidents["cause"]).to_numpy()
        for kind, crime in enumerate(CRIMES):
            mine = (offences["type"] == crime).to_numpy()
            weight = _weights(seen, baseline, kind)
            rows = np.flatnonzero(mine)
            place[rows] = rng.choice(len(weight), len(rows), p=weight / weight.sum())
            t[rows] = rng.uniform(0.0, seen.scenario.n_days * DAY_MIN, len(rows))
            if baseline == "self_exciting":
                rows = np.flatnonzero(mine & on_record)
                place[rows], t[rows] = _excite(seen, kind, len(rows), weight, rng)
    moved = offences.assign(segment=place, t=t)
    row = pd.Series(np.arange(len(offences)), index=offences["cause"])[incidents["cause"]].to_numpy()
    tables = dict(seen.tables) | {
        "offences": moved,
        "incidents": incidents.assign(segment=place[row], t=t[row]),
        "calls": seen.tables["calls"].iloc[:0],
    }
    return replace(seen, tables=tables)


def _weights(seen: Seen, baseline: str, kind: int) -> Floats:
    """Give the weight of each street for a type of crime."""
    if baseline == "no_person":
        return _or_even(seen.world.state.segments["opportunity"][:, kind].astype(np.float64))
    if baseline == "land_use":
        city = brief(seen.world)
        uses = [use for use in (city.dwellings, city.jobs, city.venues, city.shops) if use.sum() > 0.0]
        return _or_even(np.sum([use / use.sum() for use in uses], axis=0))
    incidents = seen.tables["incidents"]
    mine = incidents[incidents["type"] == CRIMES[kind]]
    if baseline == "first_half":
        mine = mine[mine["t"] < seen.scenario.n_days * DAY_MIN / 2.0]
        return _or_even(np.bincount(mine["segment"], minlength=seen.n_segments).astype(np.float64))
    still = SelfExciting(own=0.0, near=0.0, shape=_fit(seen, kind).shape)
    until = seen.scenario.n_days * DAY_MIN
    return _or_even(
        self_exciting_map(
            brief(seen.world), _record(seen), until=until, weeks=_weeks(seen), types=[kind], process=still
        )
    )


def _or_even(weight: Floats) -> Floats:
    """Take all streets for alike where a map is empty."""
    return weight if weight.sum() > 0.0 else np.ones(len(weight))


def _excite(seen: Seen, kind: int, n: int, background: Floats, rng: Generator) -> tuple[Ints, Floats]:
    """Draw so many events of the fitted process: some of the background, and what they trigger there and next door."""
    process, end = _fit(seen, kind), seen.scenario.n_days * DAY_MIN
    return draw_process(brief(seen.world), process, background, n=n, end=end, rng=rng)


def draw_process(  # noqa: PLR0913 - what is drawn by keyword
    city: CityBrief, process: SelfExciting, background: Floats, *, n: int, end: float, rng: Generator
) -> tuple[Ints, Floats]:
    """Draw events of a self-exciting process until there are enough, and keep that many of them.

    Parameters
    ----------
    background
        (n_segments,) weight of each street for events that nothing triggered
    n
        events that are wanted
    end
        length of the period, minutes; what is triggered later is left out
    """
    branching = min(process.own + process.near, 0.95)
    chance = background / background.sum()
    places, times, total = [np.zeros(0, np.int64)], [np.zeros(0)], 0
    while total < n:
        n_first = max(1, round((n - total) * (1.0 - branching)))
        place, t = rng.choice(len(chance), n_first, p=chance), rng.uniform(0.0, end, n_first)
        while len(place):
            places.append(place)
            times.append(t)
            total += len(place)
            place, t = _next_generation(city, process, place, t, rng)
            place, t = place[t < end], t[t < end]
    order = rng.permutation(total)[:n]
    return np.concatenate(places)[order], np.concatenate(times)[order]


def _next_generation(
    city: CityBrief, process: SelfExciting, place: Ints, t: Floats, rng: Generator
) -> tuple[Ints, Floats]:
    """Draw what events trigger: on their own street, and on one next door."""
    own = np.repeat(np.arange(len(place)), rng.poisson(process.own, len(place)))
    degree = np.diff(city.neighbours_start)[place]
    near = np.repeat(np.arange(len(place)), np.where(degree > 0, rng.poisson(process.near, len(place)), 0))
    turn = (rng.random(len(near)) * degree[near]).astype(np.int64)
    next_door = city.neighbours[city.neighbours_start[place[near]] + turn]
    parent = np.concatenate([own, near])
    delay = rng.exponential(process.decay_days * DAY_MIN, len(parent))
    return np.concatenate([place[own], next_door]).astype(np.int64), t[parent] + delay


def _fit(seen: Seen, kind: int) -> SelfExciting:
    until = seen.scenario.n_days * DAY_MIN
    return fit_self_exciting(brief(seen.world), _record(seen), until=until, weeks=_weeks(seen), types=[kind])


def _weeks(seen: Seen) -> float:
    return seen.scenario.n_days / 7.0


def _record(seen: Seen) -> Record:
    """Give the records as the police have them at the end."""
    rows = seen.tables["incidents"].sort_values("t_recorded", kind="stable")
    number = {crime: i for i, crime in enumerate(CRIMES)}
    return Record(
        rows["t"].to_numpy(np.float64, copy=True),
        rows["t_recorded"].to_numpy(np.float64, copy=True),
        rows["type"].astype(str).map(number).to_numpy(np.uint8, copy=True),
        rows["segment"].to_numpy(np.int32, copy=True),
        rows["discovered"].to_numpy(bool, copy=True),
    )
