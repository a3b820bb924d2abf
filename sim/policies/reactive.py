"""Traditional policing: the strategy that every other one is measured against."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.random import Generator

from sim.params import param
from sim.policies.contract.registry import policy
from sim.policies.protocol import CityBrief, Observation, Orders, Organisation, PolicyModel


@policy("reactive")
class Reactive(PolicyModel):
    """Random car patrol, calls answered in the order of their priority, detectives at their desks.

    What officers do and when: at all hours, cars and foot officers wander at random over the whole city, or over
    their own district, and leave it when a call comes in. Detectives work on cases. Nobody is sent anywhere by plan.

    Resources: the force as it is; nothing is added. Data needed: none.

    Known side effects: long tails of waiting, and waits that differ between districts. Random patrol meets an
    offence hardly ever, and two or three times as much of it changed neither crime nor fear (Kelling et al. 1974).

    Parameters: `patrol_in`, 'city' or 'district' (Kansas City patrolled by beat).
    """

    number_blind = True

    patrol_in: Literal["city", "district"] = param(
        "city", "patrol the whole city, or each officer one district", source="kelling1974"
    )

    def organise(self, brief: CityBrief) -> Organisation:
        """Leave the districts as they are; if patrol is by district, patrol officers get the one they start from."""
        officer_cell = np.full(len(brief.officer), -1, np.int32)
        if self.patrol_in == "district":
            crew = np.isin(brief.role, ("response", "foot"))
            officer_cell[crew] = brief.district[brief.base[crew]]
        return Organisation(cell=brief.district, officer_cell=officer_cell)

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Order nothing: who has no order patrols and answers calls, and detectives stay at their desks."""
        return Orders()
