"""How many residents see an officer on foot, and what that goes with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.clock import SHIFTS_A_DAY
from sim.scenarios.scenario import Scenario
from sim.validation.claim import Setting
from sim.validation.seen import watch
from sim.world import World

DAYS_A_WEEK = 7
ADULT = 16


class Sightings:
    """Note in which weeks each resident saw an officer on foot: awake, at home or about the places gone to."""

    def __init__(self, n_weeks: int, from_day: int) -> None:
        self.n_weeks, self.from_day = n_weeks, from_day
        self.weeks: NDArray[np.bool_] = np.zeros((0, n_weeks), np.bool_)
        self._n_before: NDArray[np.int32] = np.zeros(0, np.int32)

    def look(self, world: World, shift: int) -> None:
        """Count at the end of each week the days on which each resident saw one."""
        week, left = divmod(shift - self.from_day * SHIFTS_A_DAY, DAYS_A_WEEK * SHIFTS_A_DAY)
        if left or not 0 <= week <= self.n_weeks:
            return
        n_seen = world.state.residents["n_seen"].copy()
        if week == 0:
            self.weeks = np.zeros((len(n_seen), self.n_weeks), np.bool_)
        else:
            self.weeks[:, week - 1] = n_seen > self._n_before
        self._n_before = n_seen


def seen_on_foot(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Follow officers on foot for some weeks; weekly: in three weeks of four at least; never: in none."""
    n_weeks = int(setting.design["weeks"])
    sightings = Sightings(n_weeks, from_day=setting.n_days - DAYS_A_WEEK * n_weeks)
    day = setting.feelings_on[-1]
    seen = watch(scenario, setting.policy, seed, feelings_on=setting.feelings_on, each_shift=sightings.look)
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
