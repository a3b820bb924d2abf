"""Stops on cause and on suspicion, and patrols that are sent where incidents were found."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.random import Generator

from sim.policies.protocol import CityBrief, Observation, Orders, Organisation, PolicyModel, Task
from sim.scenarios.scenario import Scenario
from sim.validation.claim import Setting
from sim.validation.claims.presence import PATROLS
from sim.validation.seen import watch
from sim.world import build_world

RECORD_WEEKS = 52.0


class PatrolWithStops(PolicyModel):
    """Patrol at random and make stops at a rate, on cause or on suspicion."""

    name: ClassVar[str] = "patrol with stops"
    stops_an_hour: float
    suspected: float

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Order every patrol on duty the same."""
        return Orders(
            tuple(
                Task(o, "patrol", end=480.0, stops_per_hour=self.stops_an_hour, p_suspicion=self.suspected)
                for o in seen.with_role(*PATROLS).tolist()
            )
        )


def stops(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Compare true offences of the same patrols on common chance: without stops, with stops on cause, on suspicion."""
    rate = float(setting.design["stops_per_hour"])
    arms = {"none": (0.0, 0.0), "cause": (rate, 0.0), "suspicion": (rate, 1.0)}
    offences = {
        name: len(watch(scenario, PatrolWithStops(stops_an_hour=per_hour, suspected=p), seed).tables["offences"])
        for name, (per_hour, p) in arms.items()
    }
    return {f"{name}_change": 100.0 * (offences[name] / offences["none"] - 1.0) for name in ("cause", "suspicion")}


class SentWhereFound(PolicyModel):
    """Share the patrols out between two halves of the city as incidents on record were found there."""

    name: ClassVar[str] = "sent where found"
    half: tuple[int, ...]
    """0 or 1 for each segment"""
    by: Literal["discovered", "all"]

    def organise(self, brief: CityBrief) -> Organisation:
        """Make the two halves the cells of patrol."""
        return Organisation(cell=np.array(self.half, np.int32), officer_cell=np.full(len(brief.officer), -1, np.int32))

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Give each patrol a half by lot, with the share of this week's map."""
        share, crew = self.share_of_first(seen), seen.with_role(*PATROLS).tolist()
        cells = np.where((rng.permutation(len(crew)) + rng.random()) / max(len(crew), 1) < share, 0, 1)
        return Orders(tuple(Task(o, "patrol", cell=int(c), end=480.0) for o, c in zip(crew, cells, strict=True)))

    def share_of_first(self, seen: Observation) -> float:
        """Give the share of incidents of the last year that lie in the first half; one is added to each half.

        Without that prior the first discovery would decide for good, an urn that begins empty.
        """
        record = seen.record
        counted = (record.t_recorded <= seen.week_began) & (record.t >= seen.week_began - RECORD_WEEKS * 7 * 1440.0)
        if self.by == "discovered":
            counted &= record.discovered
        halves = np.bincount(np.array(self.half)[record.segment[counted]], minlength=2) + 1.0
        return float(halves[0] / halves.sum())


def runaway(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Give the share of patrol time in the half that leads, over the last 30 days; by what patrols are sent after.

    The halves lie side by side and have the same opportunity for crime.
    """
    del setting
    world = build_world(scenario, seed)
    opportunity = world.state.segments["opportunity"].sum(axis=1)
    order = np.argsort(world.city.streets.midpoint_x, kind="stable")
    first = order[np.cumsum(opportunity[order]) <= opportunity.sum() / 2.0]
    half = np.ones(len(opportunity), np.int64)
    half[first] = 0
    numbers = {}
    for by in ("discovered", "all"):
        policy = SentWhereFound(half=tuple(half.tolist()), by=by)
        panel = watch(scenario, policy, seed).tables["segments"]
        last = panel[panel["day"] == panel["day"].max()]
        minutes = np.bincount(half[last["segment"]], last["police_min"])
        numbers[f"{by}_leader"] = float(minutes.max() / minutes.sum())
    return numbers
