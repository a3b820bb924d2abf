"""How many residents see an officer on foot in their street, and what that goes with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.tables import AT_HOME, NONE
from sim.scenarios.scenario import Scenario
from sim.validation.claim import Setting
from sim.validation.seen import watch
from sim.world import World

WEEK_MIN = 7 * 1440
ADULT = 16


class Sightings:
    """Note in which weeks each resident was at home while an officer on foot was in the street."""

    def __init__(self, n_weeks: int, from_min: float) -> None:
        self.n_weeks, self.from_min = n_weeks, from_min
        self.weeks: NDArray[np.bool_] = np.zeros((0, n_weeks), np.bool_)

    def look(self, world: World) -> None:
        """Look at the officers at the end of a tick."""
        state = world.state
        if not len(self.weeks):
            self.weeks = np.zeros((len(state.residents), self.n_weeks), np.bool_)
        week = int((float(state.c["now"][0]) - self.from_min) // WEEK_MIN)
        if not 0 <= week < self.n_weeks:
            return
        officers = state.officers
        walking = (officers["on_foot"] == 1) & (officers["segment"] != NONE) & (officers["on_duty"] == 1)
        for segment in np.unique(officers["segment"][walking]).tolist():
            place = state.segments[segment]
            first, last = int(place["first_resident"]), int(place["first_resident"] + place["n_residents"])
            self.weeks[first:last, week] |= state.routines["where"][first:last] == AT_HOME


def seen_on_foot(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Follow officers on foot for some weeks; weekly: in three weeks of four at least; never: in none."""
    n_weeks = int(setting.design["weeks"])
    sightings = Sightings(n_weeks, from_min=float((setting.n_days - 7 * n_weeks) * 1440))
    day = setting.feelings_on[-1]
    seen = watch(scenario, setting.policy, seed, feelings_on=setting.feelings_on, each_tick=sightings.look)
    residents, feelings = seen.world.state.residents, seen.feelings[day]
    adult = (residents["age"] >= ADULT) & (residents["present"] == 1)
    share = sightings.weeks.mean(axis=1)
    weekly, never = adult & (share >= 0.75), adult & (share == 0.0)
    satisfaction = feelings["satisfaction"].to_numpy(np.float64)
    apart = satisfaction[weekly].mean() - satisfaction[never].mean() if weekly.any() and never.any() else np.nan
    return {
        "weekly": 100.0 * float(weekly.sum() / adult.sum()),
        "satisfaction_sd": float(apart / satisfaction[adult].std()),
    }
