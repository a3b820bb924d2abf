"""Hot spots policing: free time goes to the few segments where most is on record."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sim.params import Count, Factor, Fraction, Minutes, param
from sim.policies.contract.registry import policy
from sim.policies.levers import Information, Levers
from sim.policies.maps.estimates import hottest_by_estimate
from sim.policies.protocol import Floats, Ints, Observation, Orders, PolicyModel, Task

BETWEEN_TWO = 1.4
"""Mean distance of two random points of a compact area against their mean distance from its centre (disc: 1.36)."""


@policy("hotspot")
class Hotspot(PolicyModel):
    """Short stops at the segments with most incidents on record, after weekly maps (New York; Koper timing).

    What officers do and when: every Monday at midnight the map of the last `weeks` is drawn anew. In each shift,
    response and foot officers make one round of the hottest segments every `every_min` minutes, between calls: a stop
    of `dwell` minutes, then the next place, in an order that is drawn anew each time so that nobody can learn it
    (Koper 1995). Each officer gets places that lie close together, those on foot near their base, as many as can be
    visited within `every_min` with the ways between them, the hottest first: what the crew cannot reach so often is
    left out. After a round, until the first map, and for the officers not used, there is random patrol. Calls
    interrupt a round.

    Dose: a stop of `dwell` minutes at each place in every `every_min`, as far as calls leave the time: by default up to
    three hours a day, as much as in Minneapolis [sherman1995]; a trial in Bogota ordered six times a quarter of an
    hour. Twice the dose takes half the `every_min`. `sight_at_hot_pct` shows it.

    Why 2 % by default: half of a city's crime lies on 3 to 6 % of its segments [weisburd2024], and an officer can
    see to seven places every two hours. A shift of ten officers thus covers about 70 segments, 2 % of a city of
    3,700; a larger share is a longer list of which only the hottest part is visited.

    Resources: the force as it is, `share_of_force` of those on patrol. Data needed: incidents on record with
    place and time. What is not reported or not recorded is not on the map.

    Known side effects: stops and minor arrests pile up on few places; robbery may move; sending officers where
    officers found something feeds on itself (Ensign et al. 2018); pressure to downgrade records. None of these, and
    no effect on crime, is written in here: the strategy says where officers go.

    Parameters: share 0.005 to 0.10 (half of the crime lies on 0.03 to 0.06), dwell 1 to 60 min (literature 10 to 16;
    shorter for drive-bys as a control), every_min 30 to 480, weeks 1 to 52, share_of_force 0 to 1, and two speeds for
    planning.
    """

    share: Fraction = param(
        0.02,
        "share of segments on the weekly map",
        source="weisburd2024",
        low=0.005,
        high=0.10,
        supports="mechanism",
        note="half of the crime lies on 0.032 to 0.057 of the segments; the default is what a shift can visit",
    )
    dwell: Minutes = param(15.0, "length of a stop; 10 to 16 in the literature", source="koper1995", low=1, high=60)
    every_min: Minutes = param(120.0, "a place gets one stop in so many minutes", source="prior", low=30, high=480)
    weeks: Count = param(8, "incidents of this many weeks make the map", source="prior", unit="weeks", low=1, high=52)
    estimate: Literal["count", "last_year", "kernel", "self_exciting"] = param(
        "count", "how the hottest segments are found in the record", source="prior"
    )
    share_of_force: Fraction = param(1.0, "share of response and foot officers who make the rounds", source="prior")
    car_kmh: Factor = param(
        15.0, "planned speed by car, as the crow flies", source="prior", unit="km/h", low=1, high=90
    )
    foot_kmh: Factor = param(3.5, "planned speed on foot, the same", source="prior", unit="km/h", low=1, high=10)

    def levers(self) -> Levers:
        """Choose how the hottest places are found."""
        return Levers(information=Information(estimate=self.estimate))

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Send the crew to the hottest places of this week's map, in an order that nobody can foresee."""
        able = seen.with_role("response", "foot")
        crew = rng.permutation(able)[: round(self.share_of_force * len(able))].tolist()
        hot = hottest_by_estimate(seen, self.share, weeks=self.weeks, until=seen.week_began)
        hot = hot[: len(crew) * int(self.every_min // self.dwell)]
        # Walkers choose first: they cannot reach what lies far from where their duty starts.
        crew.sort(key=lambda officer: seen.brief.role[officer] != "foot")
        kmh = [self.foot_kmh if seen.brief.role[officer] == "foot" else self.car_kmh for officer in crew]
        return rounds_nearby(seen, crew, hot, rng, kmh=kmh, dwell=self.dwell, every_min=self.every_min, once=True)


def rounds_nearby(  # noqa: PLR0913 - who, where, by what chance, how fast, how long, how often
    seen: Observation,
    crew: list[int],
    hot: Ints,
    rng: Generator,
    *,
    kmh: list[float],
    dwell: float,
    every_min: float,
    once: bool,
) -> Orders:
    """Give each of a crew a round of places that lie close together and near the own base, in an order drawn anew.

    Parameters
    ----------
    crew
        officers in the order in which they choose
    hot
        places, hottest first
    kmh
        speed of each of the crew, to plan by
    dwell, every_min
        length of a stop, and how often each place is visited: of a group as many as can be, the hottest first
    once
        make one round in every `every_min` and patrol until the next; otherwise start over at its end
    """
    if not crew or not len(hot):
        return Orders()
    brief, own_cell = seen.brief, dict(zip(seen.on_duty.tolist(), seen.cell.tolist(), strict=True))
    begins = np.arange(0.0, brief.shift_min, every_min).tolist() if once else [0.0]
    x, y = brief.segment_x[hot], brief.segment_y[hot]
    groups = [group for group in share_out(x, y, len(crew)) if len(group)]
    centre_x, centre_y = (np.array([v[group].mean() for group in groups]) for v in (x, y))
    tasks = []
    for officer, speed in zip(crew[: len(groups)], kmh, strict=False):
        base = brief.base[officer]
        away_m = np.hypot(centre_x - brief.segment_x[base], centre_y - brief.segment_y[base])
        nearest = int(away_m.argmin())
        centre_x[nearest] = np.inf
        group = groups[nearest]
        hottest = np.sort(group)[: _n_reachable(x[group], y[group], speed, dwell, every_min)]
        for start, end in pairwise([*begins, brief.shift_min]):
            places = tuple(rng.permutation(hot[hottest]).tolist())
            tasks.append(Task(officer, "rounds", places, dwell, start, end, own_cell[officer], once=once))
    return Orders(tuple(tasks))


def _n_reachable(x: Floats, y: Floats, kmh: float, dwell: float, every_min: float) -> int:
    """Count the places of a group that one officer can visit within `every_min`, ways included."""
    way_m = BETWEEN_TWO * float(np.hypot(x - x.mean(), y - y.mean()).mean())
    way_min = way_m / (kmh * 1000.0 / 60.0)
    return max(1, int(every_min / (dwell + way_min)))


def share_out(x: Floats, y: Floats, n_groups: int) -> list[NDArray[np.int64]]:
    """Share places among groups of nearly equal number that lie close together.

    The places are halved again and again across the longer side, so that an officer's round stays short.

    Returns
    -------
    groups
        `n_groups` arrays of place numbers; empty ones where there are fewer places than groups
    """
    done: list[NDArray[np.int64]] = []
    waiting = [(np.arange(len(x)), n_groups)]
    while waiting:
        part, n = waiting.pop()
        if n == 1 or not len(part):
            done += [part, *([part[:0]] * (n - 1))]
            continue
        along = x[part] if np.ptp(x[part]) >= np.ptp(y[part]) else y[part]
        part = part[np.argsort(along, kind="stable")]
        cut = (len(part) * (n // 2) + n // 2) // n
        waiting += [(part[:cut], n // 2), (part[cut:], n - n // 2)]
    return done
