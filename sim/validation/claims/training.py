"""Training in fair treatment as it was tried: officers of one force by lot, what an observer sees of their contacts."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.random import Generator

from sim.agents.tables import ROLES
from sim.policies.protocol import Observation, Orders, PolicyModel, Task
from sim.scenarios.scenario import Scenario
from sim.validation.claim import Setting
from sim.validation.claims.presence import PATROLS
from sim.validation.seen import watch
from sim.world import build_world

LOGIT_TO_D = np.sqrt(3.0) / np.pi
"""What a log odds ratio is in standard deviations of a logistic variable: the logit method."""


class TrainedByName(PolicyModel):
    """Send some officers to a course in fair treatment while it lasts, and patrol at random besides."""

    name: ClassVar[str] = "trained by name"
    officers: tuple[int, ...] = ()
    from_day: int = 0
    to_day: int = 0

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Order the course on each of its days to those who are on duty."""
        if not self.from_day <= seen.day < self.to_day:
            return Orders()
        course = set(self.officers) & set(seen.on_duty.tolist())
        return Orders(tuple(Task(o, "training", end=seen.brief.shift_min) for o in sorted(course)))


def training_by_lot(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Compare contacts of officers who were sent to the course by lot with those of the others, once it is over.

    Every contact of patrols with somebody is observed: answers to calls, stops and visits.
    """
    design = setting.design
    from_day = int(design["from_day"])
    to_day = from_day + int(design["course_days"])
    force = pd.Series(build_world(scenario, seed).state.officers["role"]).map(dict(enumerate(ROLES)))
    patrols = np.flatnonzero(force.isin(PATROLS))
    by_lot = np.random.default_rng([seed, 1]).permutation(patrols)
    trained = np.sort(by_lot[: round(float(design["share"]) * len(by_lot))])
    course = TrainedByName(officers=tuple(trained.tolist()), from_day=from_day, to_day=to_day)
    contacts = watch(scenario, course, seed).tables["contacts"]
    observed = contacts[(contacts["met"] > 0) & contacts["officer"].isin(patrols) & (contacts["t"] >= to_day * 1440.0)]
    return {"n_trained": float(len(trained))} | compare_arms(observed, trained)


def compare_arms(observed: pd.DataFrame, trained: np.ndarray) -> dict[str, float]:
    """Give the difference of fairness between contacts of trained officers and of others, by the logit method."""
    arm = observed["officer"].isin(trained)
    shares = {name: float(observed.loc[mine, "fair"].mean()) for name, mine in (("trained", arm), ("others", ~arm))}
    odds = {name: np.log(share / (1.0 - share)) for name, share in shares.items()}
    return {
        "fairness_d": float(LOGIT_TO_D * (odds["trained"] - odds["others"])),
        "fair_trained": 100.0 * shares["trained"],
        "fair_others": 100.0 * shares["others"],
        "n_contacts": float(len(observed)),
    }
