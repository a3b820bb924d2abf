"""Trials of patrol at hot spots as they were conducted: beats on foot in Philadelphia, more presence in Minneapolis."""

from __future__ import annotations

from math import ceil
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from sim.city.streets import StreetNetwork
from sim.params import CRIMES
from sim.policies.hotspot import share_out
from sim.policies.levers import Levers, Team
from sim.policies.protocol import CityBrief, Observation, Orders, PolicyModel, Task
from sim.scenarios.scenario import Scenario
from sim.validation.claim import Setting
from sim.validation.seen import count_between, of_type, watch

Ints = NDArray[np.int64]
TUESDAY, SATURDAY = 1, 5
A_PAIR = 2
HOURS = {0: (0.0, 180.0), 1: (180.0, 480.0), 2: (0.0, 480.0)}
"""From eleven to three at night, in minutes after the begin of each shift: when Minneapolis patrolled its spots."""
HOURS_WATCHED = 16.0
PANEL_DAYS = 30


class FootBeats(PolicyModel):
    """Let officers who were taken on for it walk some beats in pairs from a day on, Tuesday to Saturday.

    At all other times they sit at a desk, so that with no beats at all the force is the same. Others on foot go on as
    they were.
    """

    name: ClassVar[str] = "foot beats"
    beats: tuple[tuple[int, ...], ...]
    from_day: int
    n_ordinary: int
    dwell_min: float
    starts_h: float

    def levers(self) -> Levers:
        """Let duties on foot begin at ten, say, and eight hours later."""
        return Levers(team=Team(foot_start_h=self.starts_h))

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Give each beat the two of a duty whose base is nearest; who is left over has a desk."""
        brief = seen.brief
        crew = np.intersect1d(seen.with_role("foot"), _on_foot(brief)[self.n_ordinary :])
        # After midnight the duty of the evening before goes on.
        day, weekday = (seen.day, seen.weekday) if seen.shift else (seen.day - 1, (seen.weekday - 1) % 7)
        works = day >= self.from_day and TUESDAY <= weekday <= SATURDAY
        tasks = []
        for begins in np.unique(brief.duty_begins[crew]):
            left = crew[brief.duty_begins[crew] == begins].tolist()
            for beat in self.beats if works else ():
                away = {o: _distance(brief, int(brief.base[o]), beat[0]) for o in left}
                pair = sorted(left, key=away.__getitem__)[:A_PAIR]
                way = tuple(rng.permutation(beat).tolist())
                tasks += [Task(o, "rounds", way, dwell=self.dwell_min, protected=True) for o in pair]
                left = [o for o in left if o not in pair]
            tasks += [Task(o, "desk") for o in left]
        return Orders(tuple(tasks))


def philadelphia(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Compare robbery and assault on record in beats with foot patrol and in control beats, each with itself without.

    Beats grow from the segments with most violence on record before. Of two beats with like counts one is drawn by lot.
    The run without has common chance and the same officers, who sit at a desk.
    """
    design = setting.design
    from_day = int(design["from_day"])

    def policy(beats: list[Ints]) -> FootBeats:
        return FootBeats(
            beats=tuple(tuple(beat.tolist()) for beat in beats),
            from_day=from_day,
            n_ordinary=int(design["n_ordinary"]),
            dwell_min=float(design["dwell_min"]),
            starts_h=float(design["starts_h"]),
        )

    def violence(table: pd.DataFrame) -> pd.DataFrame:
        return of_type(table, "robbery", "assault")

    usual = watch(scenario, policy([]), seed)
    before = count_between(violence(usual.tables["incidents"]), "t", 0, from_day, usual.n_segments)
    beats = grow_beats(usual.world.city.streets, before, int(design["n_beats"]), int(design["beat_segments"]))
    treated = draw_one_of_two(np.array([before[beat].sum() for beat in beats]), np.random.default_rng(seed))
    trial = watch(scenario, policy([beat for beat, drawn in zip(beats, treated, strict=True) if drawn]), seed)
    with_it, without = (
        np.array([
            count_between(violence(run.tables["incidents"]), "t", from_day, scenario.n_days, run.n_segments)[beat].sum()
            for beat in beats
        ])
        for run in (trial, usual)
    )  # fmt: skip
    return {"violence_change": change_beyond_controls(with_it, without, treated)}


class MorePresence(PolicyModel):
    """Send a part of the cars to some places again and again from a day on, from eleven to three at night.

    As many cars as would give each place its hours a day if ways took no time. They answer calls as before.
    """

    name: ClassVar[str] = "more presence"
    places: tuple[int, ...]
    from_day: int
    hours_a_day: float
    dwell_min: float

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Share the places out among cars drawn by lot, places that lie close together to one car."""
        day = seen.day if seen.shift else seen.day - 1  # after midnight the day before goes on
        if day < self.from_day:
            return Orders()
        n_cars = ceil(self.hours_a_day * len(self.places) / HOURS_WATCHED)
        crew = rng.permutation(seen.with_role("response"))[:n_cars].tolist()
        places, (start, end) = np.array(self.places, np.int64), HOURS[seen.shift]
        groups = share_out(seen.brief.segment_x[places], seen.brief.segment_y[places], len(crew)) if crew else []
        tasks = [
            Task(o, "rounds", tuple(rng.permutation(places[group]).tolist()), self.dwell_min, start, end)
            for o, group in zip(crew, groups, strict=True)
            if len(group)
        ]
        return Orders(tuple(tasks))


def minneapolis(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Compare residents' calls about crime at hot spots with more patrol and at controls, each with itself without.

    Spots are the segments with most such calls before of which no two touch. Of two with like counts one is drawn by
    lot. The run without has common chance. Presence is the mean time with police in sight over whole periods of the
    panel of segments, several officers at a time counted each.
    """
    design = setting.design
    from_day = int(design["from_day"])
    usual = watch(scenario, "reactive", seed)
    before = count_between(calls_about_crime(usual.tables["calls"]), "t_call", 0, from_day, usual.n_segments)
    spots = choose_apart(usual.world.city.streets, before, int(design["n_spots"]))
    treated = draw_one_of_two(before[spots], np.random.default_rng(seed))
    policy = MorePresence(
        places=tuple(spots[treated].tolist()),
        from_day=from_day,
        hours_a_day=float(design["hours_a_day"]),
        dwell_min=float(design["dwell_min"]),
    )
    trial = watch(scenario, policy, seed)
    with_it, without = (
        count_between(
            calls_about_crime(run.tables["calls"]), "t_call", from_day, scenario.n_days, run.n_segments
        )[spots]
        for run in (trial, usual)
    )  # fmt: skip
    minutes = mean_presence(trial.tables["segments"], from_day, trial.n_segments)[spots]
    return {
        "calls_change": change_beyond_controls(with_it, without, treated),
        "presence_treated": float(minutes[treated].mean()),
        "presence_control": float(minutes[~treated].mean()),
    }


def calls_about_crime(calls: pd.DataFrame) -> pd.DataFrame:
    """Keep calls of residents about crime; what officers saw themselves is no call of anybody."""
    return of_type(calls.rename(columns={"kind": "type"}), *CRIMES)[lambda some: some["discovered"] == 0]


def choose_apart(streets: StreetNetwork, counts: Ints, n: int) -> Ints:
    """Choose the segments with the highest counts of which no two share a junction."""
    taken: set[int] = set()
    chosen: list[int] = []
    for segment in np.argsort(-counts, kind="stable").tolist():
        ends = {int(streets.segment_from[segment]), int(streets.segment_to[segment])}
        if len(chosen) < n and not ends & taken:
            chosen.append(segment)
            taken |= ends
    return np.array(chosen, np.int64)


def mean_presence(panel: pd.DataFrame, from_day: int, n_segments: int) -> NDArray[np.float64]:
    """Give officer-minutes in sight by segment, the mean over periods of the panel that began after a day."""
    later = panel[panel["day"] >= from_day + PANEL_DAYS - 1]
    minutes = np.bincount(later["segment"], later["police_min"], minlength=n_segments).astype(np.float64)
    return minutes / float(max(later["day"].nunique(), 1))


def grow_beats(streets: StreetNetwork, counts: Ints, n_beats: int, size: int) -> list[Ints]:
    """Grow beats one after the other from the hottest segment that is free, each by the hottest that touches it."""
    free = np.ones(len(counts), bool)
    beats = []
    for _ in range(n_beats):
        beat: list[int] = []
        touching = free.copy()
        while touching.any() and len(beat) < size:
            beat.append(int(np.argmax(np.where(touching, counts, -1))))
            free[beat[-1]] = False
            junctions = np.concatenate([streets.segment_from[beat], streets.segment_to[beat]])
            touching = free & (np.isin(streets.segment_from, junctions) | np.isin(streets.segment_to, junctions))
        beats.append(np.array(beat, np.int64))
    return beats


def draw_one_of_two(counts: Ints, rng: Generator) -> NDArray[np.bool_]:
    """Put units in order of their counts, and draw one of each two by lot."""
    order = np.argsort(-counts, kind="stable")
    treated = np.zeros(len(counts), bool)
    for i in range(0, len(order) - 1, 2):
        treated[order[i + rng.integers(2)]] = True
    return treated


def change_beyond_controls(with_it: Ints, without: Ints, treated: NDArray[np.bool_]) -> float:
    """Give by how many per cent treated units differ from themselves without the trial, beyond what controls do."""
    if not (without[treated].sum() and without[~treated].sum() and with_it[~treated].sum()):
        return np.nan
    ratios = [with_it[arm].sum() / without[arm].sum() for arm in (treated, ~treated)]
    return float(100.0 * (ratios[0] / ratios[1] - 1.0))


def _on_foot(brief: CityBrief) -> Ints:
    return np.array([o for o, role in zip(brief.officer.tolist(), brief.role, strict=True) if role == "foot"], np.int64)


def _distance(brief: CityBrief, one: int, other: int) -> float:
    return float(np.hypot(brief.segment_x[one] - brief.segment_x[other], brief.segment_y[one] - brief.segment_y[other]))
