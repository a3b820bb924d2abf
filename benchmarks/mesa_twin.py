"""The slow and readable twin: movement, offending and patrol as a Mesa user would write them.

Agents are objects and streets are cells of a Mesa network. Within a tick all residents `step`; then the searches
happen in order of time, each after the officers have acted up to its moment. The twin starts from the tables of a
world before its first tick, draws the same numbers (`sim.draws`), and must come to the same offences and the same
positions as the compiled core (tests/test_benchmark_twin.py). `CUT_DOWN` switches off what it leaves out: calls,
reports, disputes, what is done to persons, stops, arrests, the floating population, strain and the seasons.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
from mesa.discrete_space import CellAgent, Network
from twin_people import Criminal, Person
from twin_street import Street, Town, single

from sim.agents.days import MAX_TRIPS, PLAN_BEGINS_MIN
from sim.agents.tables import NEVER, NONE
from sim.clock import DAY_MIN, SHIFT_MIN
from sim.draws import Stream, uniform
from sim.params import CRIMES
from sim.scenarios.scenario import Scenario
from sim.world import World

OFFICER, PATROL = int(Stream.OFFICER), int(Stream.PATROL)
NOTHING = dict.fromkeys(CRIMES, 0.0)
CUT_DOWN: dict[str, Any] = {
    "demand.other_calls": 0.0,
    "days.stay_in_fear": 0.0,
    "reporting.p_reported": NOTHING,
    "theft.reported_vehicle": 0.0,
    "reporting.p_noticed_by_officer": 0.0,
    "offending.mix": NOTHING | {"burglary": 0.35, "theft": 0.40, "disorder": 0.25},
    "offending.p_later": 0.0,
    "deterrence.shun_per_turn": 0.0,
    "deterrence.heed": 0.0,
    "deterrence.neighbour_weight": 0.0,
    "disputes.disputes_per_household": 0.0,
    "investigation.custody_at_start": 0.0,
    "migrants.share_of_residents": 0.0,
    "strain.job_loss_per_year": 0.0,
    "offending.season": NOTHING,
    "offending.search_min": NOTHING,
    "force.stops_per_hour": 0.0,
    "force.p_notice_goods": 0.0,
    "force.n_community": 0,
    "force.n_detective": 0,
    "force.rest_min": 0.0,
    "force.briefing_min": 0.0,
    "force.handover_min": 0.0,
    "force.training_days": 0.0,
    "force.least_crew": 0.0,
}
"""Changes to a scenario that leave movement, offending and patrol."""


def cut_down(scenario: Scenario) -> Scenario:
    """Switch off all that the twin leaves out."""
    return scenario.replace(CUT_DOWN)


class PatrolOfficer(CellAgent):
    """An officer on random patrol, by car or on foot, with no calls to answer."""

    def __init__(self, city: TwinCity, row: int) -> None:
        super().__init__(city)
        mine = city.world.state.officers[row]
        self.key, self.shift, self.base = int(mine["key"]), int(mine["shift"]), int(mine["base"])
        self.ways = city.ways["walk" if mine["on_foot"] else "drive"]
        self.visible = 1.0 if mine["on_foot"] else city.p.car_visibility
        self.metres_a_minute = (city.p.foot_kmh if mine["on_foot"] else city.p.patrol_kmh) * 1000.0 / 60.0
        self.on_duty, self.n_turns, self.until = False, 0, NEVER
        self.junction, self.clock = self.base, 0.0

    def begin_shift(self, shift: int, t: float) -> None:
        """Come on duty, if it is one's shift and one works today."""
        seed, day = self.model.seed_of_run, int(t // DAY_MIN)
        if self.shift != shift or self.on_duty:
            return
        if uniform(seed, OFFICER, self.key, day + 10) < self.model.p.p_on_duty:
            self.on_duty, self.clock, self.until, self.duty_end = True, t, t, t + SHIFT_MIN
            u = uniform(seed, OFFICER, self.key, day + 1_000_000)
            self.rest_at = t + 200.0 + 80.0 * u
            self.junction = self.base

    def act_until(self, t: float) -> None:
        """Act up to a moment; what ends exactly then has ended."""
        while self.on_duty and self.until <= t:
            self.clock = self.until
            self._choose()

    def _choose(self) -> None:
        if self.clock >= self.duty_end:
            self._enter(None)
            self.on_duty, self.until = False, NEVER
        elif self.clock >= self.rest_at:
            self._enter(None)
            self.rest_at = NEVER
        else:
            self._turn()

    def _turn(self) -> None:
        """Go on at random: any way but back, where there is another."""
        u = uniform(self.model.seed_of_run, PATROL, self.key, self.n_turns)
        self.n_turns += 1
        ways = self.ways[self.junction]
        onward = [way for way in ways if way[0] is not self.cell]
        street, self.junction = onward[int(u * len(onward))] if onward else ways[0]
        self._enter(street)
        self.until = self.clock + street.length_m / self.metres_a_minute

    def _enter(self, street: Street | None) -> None:
        """Come into sight of a street, and go out of sight in the one before."""
        if street is self.cell:
            return
        if self.cell is not None:
            self.cell.show(self.clock, -self.visible)
            self.cell.n_police -= 1
            if self.cell.n_police == 0:
                self.cell.visible = 0.0
        self.move_to(street)
        if street is not None:
            street.show(self.clock, self.visible)
            street.n_police += 1


class TwinCity(Town):
    """The city of agents, made from the tables of a world that has not begun."""

    def __init__(self, world: World) -> None:
        super().__init__(rng=world.seed)
        self.world, self.seed_of_run = world, world.seed
        state = world.state
        self.p = world_parameters(world)
        self.ticks_a_day = world.clock.ticks_a_day
        self.weekday = state.weekday.tolist()
        graph = nx.Graph()
        graph.add_nodes_from(range(len(state.segments)))
        for s in range(len(state.segments)):
            near = state.neighbours[state.neighbours_start[s] : state.neighbours_start[s + 1]]
            graph.add_edges_from((s, other) for other in near.tolist())
        self.space = Network(graph, random=self.random, cell_klass=Street)
        self.streets = [self.space[s] for s in range(len(state.segments))]
        for street, row in zip(self.streets, state.segments, strict=True):
            street.furnish(self, row)
        for street, row in zip(self.streets, state.segments, strict=True):
            ends = [complex(state.drive.x[j], state.drive.y[j]) for j in (row["junction_a"], row["junction_b"])]
            street.ends = dict(zip((int(row["junction_a"]), int(row["junction_b"])), ends, strict=False))
        self.ways = {name: self._ways(getattr(state, name)) for name in ("drive", "walk")}
        self.people = [
            Person(self, row) if offender == NONE else Criminal(self, row, offender)
            for row, offender in enumerate(state.residents["offender"].tolist())
        ]
        self.n_at_home = len(self.people)
        self.officers = [PatrolOfficer(self, row) for row in range(len(state.officers))]
        self.searches: list[tuple[float, int, Criminal]] = []
        self.offences: list[tuple[int, float, int, int]] = []
        self.tick = 0
        self.mean_foot = self.mean_visiting = self.mean_out = 1.0
        self.times, self.legs = np.empty(MAX_TRIPS), np.empty(MAX_TRIPS, np.uint8)
        self._plan(-1, float(PLAN_BEGINS_MIN))

    def step(self) -> None:
        """Let one tick pass."""
        minute = self.tick * self.p.tick_min
        end = float(minute + self.p.tick_min)
        self.tick_of_plan = (minute - PLAN_BEGINS_MIN) % DAY_MIN // self.p.tick_min
        police = self.agents_by_type.get(PatrolOfficer, [])
        if minute % SHIFT_MIN == 0 and police:
            police.do("begin_shift", minute // SHIFT_MIN % 3, float(minute))
        if minute % DAY_MIN == PLAN_BEGINS_MIN:
            self._plan(minute // DAY_MIN, float(minute + DAY_MIN))
        for kind in (Person, Criminal):
            if kind in self.agents_by_type:
                self.agents_by_type[kind].do("step")
        while self.searches and self.searches[-1][0] < end:
            t, number, criminal = self.searches.pop()
            if police:  # who looks for a target finds the police where they are at that moment
                police.do("act_until", t)
            criminal.search(number, t)
        if police:
            police.do("act_until", end)
        self.tick += 1
        if self.tick % self.ticks_a_day == 0:
            for street in self.streets:
                street.disorder = single(street.disorder * 0.97)

    def _plan(self, day: int, until: float) -> None:
        """Let everybody plan the day, and learn how busy its streets will be."""
        self.foot_ticks = self.visit_ticks = self.out_ticks = 0
        for person in self.people:
            person.plan_day(day)
        places = self.ticks_a_day * len(self.streets)
        share = 1.0 / min(day + 2, 28)
        self.mean_foot += share * (max(self.foot_ticks, 1) / places - self.mean_foot)
        self.mean_visiting += share * (max(self.visit_ticks, 1) / places - self.mean_visiting)
        self.mean_out += share * (self.out_ticks / places - self.mean_out)
        if Criminal in self.agents_by_type:
            self.agents_by_type[Criminal].do("plan_searches", until)
        self.searches.sort(key=lambda search: -search[0])

    def _ways(self, roads: Any) -> list[list[tuple[Street, int]]]:  # noqa: ANN401 - one kind of travel
        """List the streets that leave each junction, and where they lead."""
        ends = zip(roads.segment.tolist(), roads.head.tolist(), strict=True)
        arcs = [(self.streets[segment], head) for segment, head in ends]
        start = roads.start.tolist()
        return [arcs[a:b] for a, b in pairwise(start)]


class Parameters:
    """Hold the parameters of a scenario by name, as plain numbers."""

    def __getattr__(self, name: str) -> Any: ...  # noqa: ANN401 - set by `world_parameters`


def world_parameters(world: World) -> Parameters:
    """Take the parameters out of their row."""
    p, row = Parameters(), world.state.p
    for name in row.dtype.names or ():
        setattr(p, name, row[name][0].tolist())
    return p
