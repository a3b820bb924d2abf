"""What the presence of police does: stays of different lengths, fixed guards, and beats with more and less patrol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from sim.outcomes.displacement import find_rings
from sim.params import CRIMES
from sim.policies.levers import Grid, Levers, Team
from sim.policies.protocol import Observation, Orders, PolicyModel, Task
from sim.scenarios.scenario import Scenario
from sim.validation.claim import Setting
from sim.validation.claims.episodes import Departures
from sim.validation.seen import Seen, count_between, of_type, watch
from sim.world import build_world

PATROLS = ("response", "foot")
STAFF_A_POST = 6
"""One guard day and night takes five: three shifts, six in ten of each on duty. One more for days when fewer come."""


class StaysByLot(PolicyModel):
    """Send patrols to the hottest segments; how long they stay at each is drawn by lot for the shift."""

    name: ClassVar[str] = "stays by lot"
    n_segments: int
    lengths: tuple[float, ...]

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Share the hottest segments out among lengths, and each part among the crew of that length."""
        hot = rng.permutation(seen.hottest(self.n_segments / seen.brief.n_segments, weeks=8))
        crew = rng.permutation(seen.with_role("response"))
        orders = Orders()
        for i, length in enumerate(self.lengths):
            some, officers = hot[i :: len(self.lengths)], crew[i :: len(self.lengths)]
            orders += Orders.rounds(officers.tolist(), some.tolist(), dwell=length)
        return orders


def stays(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Follow segments for 30 minutes after police have left, by the length of the stay that was drawn by lot.

    A segment that is revisited earlier is followed until then. What happens indoors does not count: observers in the
    street could not have seen it.
    """
    design = setting.design
    policy = StaysByLot(n_segments=int(design["n_segments"]), lengths=tuple(design["lengths_min"]))
    departures = Departures()
    seen = watch(scenario, policy, seed, each_tick=departures.look)
    classes = {"after_drive_by": (0.0, 2.0), "after_stay": (10.0, 16.0), "after_long_stay": (25.0, 30.0)}
    return {
        name: departures.chance_within(float(design["after_min"]), low, high, in_view(seen.tables["offences"]))
        for name, (low, high) in classes.items()
    }


def in_view(offences: pd.DataFrame) -> pd.DataFrame:
    """Keep what could be seen from the street."""
    return offences[offences["in_view"] == 1]


class Guards(PolicyModel):
    """Post a guard day and night at some segments from a day on; the rest of the force is as it was."""

    name: ClassVar[str] = "guards"
    places: tuple[int, ...]
    from_day: int
    staff_per_1000: float

    def levers(self) -> Levers:
        """Hire the guards, in three shifts."""
        return Levers(team=Team(auxiliaries=self.staff_per_1000, round_the_clock=True))

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Post one of those on duty at each place; they check nobody. Who is left over has a desk."""
        guards, end = seen.with_role("auxiliary").tolist(), seen.brief.shift_min
        n_posted = len(self.places) if seen.day >= self.from_day else 0
        tasks = [
            Task(o, "post", (place,), end=end, stops_per_hour=0.0)
            for o, place in zip(guards[:n_posted], self.places, strict=False)
        ]
        return Orders(tuple(tasks + [Task(o, "desk", end=end) for o in guards[n_posted:]]))


def guards(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Compare theft at guarded segments, and one and two segments away, with the same segments without guards.

    The other run has common chance and the same staff, who sit at a desk. Theft counts if it could be seen from the
    street, as that of a parked car, which the guards were found to prevent.
    """
    n_guarded, from_day = int(setting.design["n_guarded"]), int(setting.design["from_day"])
    world = build_world(scenario, seed)
    homes = np.flatnonzero(world.state.segments["dwellings"] > 0)
    places = np.random.default_rng(seed).choice(homes, n_guarded, replace=False)
    staff = 1000.0 * STAFF_A_POST * n_guarded / scenario.people.n_residents
    posted = Guards(places=tuple(places.tolist()), from_day=from_day, staff_per_1000=staff)
    idle = Guards(places=posted.places, from_day=scenario.n_days + 1, staff_per_1000=staff)
    ring = find_rings(world.city.streets, places)
    thefts = {
        name: _by_segment(watch(scenario, policy, seed), from_day, "theft", seen_only=True)
        for name, policy in (("with", posted), ("without", idle))
    }
    return {
        name: _change(thefts["with"][ring == at].sum(), thefts["without"][ring == at].sum())
        for name, at in (("guarded", 0), ("ring_1", 1), ("ring_2", 2))
    }


class Beats(PolicyModel):
    """Patrol the beats with so many cars each. Calls are answered everywhere as they are.

    Kansas City had one car a beat, which is less than half of what this force has on duty: the other cars wait at their
    stations until they are sent to a call.
    """

    name: ClassVar[str] = "beats"
    cars: tuple[float, ...]
    residents_a_beat: float

    def levers(self) -> Levers:
        """Divide the city into beats of equal homes."""
        return Levers(grid=Grid(division="equal", residents_a_cell=self.residents_a_beat))

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Give each beat its cars to within one, as long as there are enough; all others wait."""
        crew, end = rng.permutation(seen.with_role("response")).tolist(), seen.brief.shift_min
        n_sent = min(len(crew), int(np.sum(self.cars) + rng.random()))
        share = np.cumsum(self.cars) / np.sum(self.cars)
        # Evenly spread points with a start drawn by lot: each beat gets its share to within one car.
        beats = np.searchsorted(share, (np.arange(n_sent) + rng.random()) / max(n_sent, 1), side="right")
        sent = [
            Task(o, "patrol", cell=int(beat), end=end) for o, beat in zip(crew[:n_sent], beats.tolist(), strict=True)
        ]
        waiting = [Task(o, "post", (int(seen.brief.base[o]),), end=end, stops_per_hour=0.0) for o in crew[n_sent:]]
        return Orders(tuple(sent + waiting))


def kansas_city(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Compare beats by arm, each with itself in a run on common chance in which all have the usual patrol.

    That run stands for the year before, with less noise than a year before would have.
    """
    n_beats, more = int(setting.design["n_beats"]), float(setting.design["more"])
    arm = np.random.default_rng(seed).permutation(np.arange(n_beats) % 3)
    cars = float(setting.design["cars_a_beat"])
    by_arm = cars * np.array([1.0, more, 0.0])[arm]
    per_beat = scenario.people.n_residents / n_beats
    runs = {
        name: watch(
            scenario, Beats(cars=tuple(n.tolist()), residents_a_beat=per_beat), seed, feelings_on=setting.feelings_on
        )
        for name, n in (("trial", by_arm), ("usual", np.full(n_beats, cars)))
    }
    cell = runs["trial"].world.state.cells
    offences = {name: np.bincount(cell, _by_segment(run, 0), minlength=n_beats) for name, run in runs.items()}
    change = [_change(offences["trial"][arm == a].sum(), offences["usual"][arm == a].sum()) for a in range(3)]
    ratio = [1.0 + one / 100.0 for one in change]
    numbers = {
        "more_offences": _change(ratio[1], ratio[0]),
        "less_offences": _change(ratio[2], ratio[0]),
    }
    for feeling in ("security", "satisfaction"):
        moved = _moved(runs, feeling, arm[cell], setting.feelings_on[-1])
        numbers[f"more_{feeling}_sd"] = moved[1] - moved[0]
    return numbers


def _moved(runs: Mapping[str, Seen], feeling: str, arm_of_segment: NDArray[np.int64], day: int) -> list[float]:
    """Give by how many standard deviations residents of each arm feel otherwise than in the run without the trial."""
    trial, usual = runs["trial"].feelings[day], runs["usual"].feelings[day]
    there = (trial["present"] == 1) & (usual["present"] == 1)
    home = runs["trial"].world.state.residents["home"][trial["resident"].to_numpy()]
    difference = (trial[feeling] - usual[feeling]).to_numpy()[there]
    arm = arm_of_segment[home[there]]
    spread = float(usual[feeling][there].std())
    return [float(difference[arm == a].mean()) / spread for a in range(3)]


def _by_segment(seen: Seen, from_day: int, *crimes: str, seen_only: bool = False) -> NDArray[np.int64]:
    """Count true offences by segment from a day on, all or those in view of the street."""
    offences = of_type(seen.tables["offences"], *(crimes or CRIMES))
    offences = in_view(offences) if seen_only else offences
    return count_between(offences, "t", from_day, np.inf, seen.n_segments)


def _change(with_it: float, without: float) -> float:
    return 100.0 * (with_it / without - 1.0) if without > 0 else np.nan
