"""The Mesa face: the same model as a `mesa.Model`, for those who know Mesa.

The rules live in tables and compiled phases, not in agent objects. Agents are views of rows, made
when somebody asks for them; a run that does not ask pays nothing for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NoReturn

import numpy as np
import pandas as pd
from mesa import Agent, DataCollector, Model
from numpy.typing import NDArray

from sim.agents.census import list_people
from sim.agents.events import LEDGER
from sim.agents.tables import NONE, row_dtype
from sim.city.land_use import City
from sim.clock import SHIFT_MIN, SHIFTS_A_DAY
from sim.command import decide, look_at_calendar, take_command
from sim.engine import brief_force, drain, open_world, run_ticks, take_panels
from sim.errors import InputError
from sim.ledger.columns import frame_of
from sim.mesa_face.agents import RULES, Offender, Officer, Resident, RowAgent, RowAgents
from sim.mesa_face.reporters import REPORTERS
from sim.orders import carry_out
from sim.policies.contract.registry import make_policy
from sim.policies.protocol import PolicyModel
from sim.scenarios.scenario import Scenario, load_scenario
from sim.world import build_world

Rng = int | np.integer[Any] | np.random.Generator | np.random.BitGenerator | np.random.SeedSequence | None


class CommunityPolicingModel(Model):  # type: ignore[misc]
    """Run a scenario under a policy, step by step.

    Parameters
    ----------
    scenario
        a scenario, its name in the package, or the path of a TOML file
    policy
        a policy, or what `make_policy` makes one of, for instance `"hotspot(share=0.03)"`
    rng
        the seed of the run; a generator is asked for one, and without either it is drawn afresh. The same
        whole number gives the same ledger as `sim.engine.simulate`.
    step_by
        what a step is: a tick, or a shift, from briefing to briefing
    collect_every
        steps between two rows of the data collector; 0 collects nothing
    collect_start
        whether there is a row for the start, before the first step; `batch_run` of Mesa 3.3 counts on none
    datacollector
        what to collect; the columns of `REPORTERS` when not given
    city
        the city, if it is at hand

    Raises
    ------
    InputError
        If there is no such scenario or policy, or the seed is negative.
    """

    running: bool
    steps: int

    def __init__(  # noqa: PLR0913 - each by keyword
        self,
        scenario: Scenario | str = "new_haven",
        policy: PolicyModel | str = "reactive",
        *,
        rng: Rng = None,
        step_by: Literal["tick", "shift"] = "tick",
        collect_every: int = 1,
        collect_start: bool = True,
        datacollector: DataCollector | None = None,
        city: City | None = None,
    ) -> None:
        if step_by not in ("tick", "shift"):
            raise InputError(f"step_by must be 'tick' or 'shift', got {step_by!r}")
        seed = _seed_of(rng)
        super().__init__(rng=seed)
        self._settings = load_scenario(scenario) if isinstance(scenario, str) else scenario
        self.policy = make_policy(policy) if isinstance(policy, str) else policy
        self.world = build_world(self.scenario, seed, city)
        self.ticks_a_step = 1 if step_by == "tick" else self.world.clock.ticks_a_shift
        self.collect_every = collect_every
        self.datacollector = DataCollector(model_reporters=REPORTERS) if datacollector is None else datacollector
        self._rows: dict[str, list[NDArray[Any]]] = {name: [] for name in LEDGER}
        self._days_done = np.zeros(1, row_dtype(LEDGER["days"]))
        self._views: tuple[list[Resident], list[Officer]] | None = None
        self._present = np.zeros(0, np.uint8)
        self._sets: dict[type[RowAgent], RowAgents] = {}
        take_command(self.world, self.policy)
        self._keep({"people": list_people(self.world.state)})
        open_world(self.world.state)
        if collect_start:
            self._collect()

    @property
    def scenario(self) -> Scenario:
        """Give the scenario of the run."""
        return self._settings

    @scenario.setter
    def scenario(self, value: object) -> None:
        """Keep our own scenario: Mesa 3.5 and newer put one of theirs here, which knows a seed alone."""

    @property
    def tick(self) -> int:
        """Count the ticks done."""
        return int(self.world.state.c["tick"][0])

    @property
    def time(self) -> float:
        """Give the minutes since the first midnight, as in the ledger."""
        return float(self.tick * self.scenario.tick_min)

    @time.setter
    def time(self, value: float) -> None:
        """Keep our own clock: newer versions of Mesa count steps in an attribute of this name."""

    def step(self) -> None:
        """Advance by one tick or shift; the policy briefs where a shift begins.

        Raises
        ------
        InputError
            If the run has ended, or the policy gives orders that cannot be carried out.
        """
        if not self.running:
            self.steps -= 1  # Mesa has counted it already
            raise InputError(f"the run ended after {self.scenario.n_days} days; a longer one needs a larger n_days")
        clock = self.world.clock
        shift, within = divmod(self.tick, clock.ticks_a_shift)
        if within == 0:
            self._brief(shift)
        goal = self.tick + self.ticks_a_step
        while not run_ticks(self.world.state, goal):
            self._keep(drain(self.world))
        if goal % clock.ticks_a_shift == 0:
            self._end_shift(shift + 1)
        self.running = shift + 1 < clock.n_shifts or goal % clock.ticks_a_shift != 0
        self._collect()

    def run_for(self, duration: int) -> None:
        """Take so many steps, or fewer if the run ends before."""
        for _ in range(duration):
            if self.running:
                self.step()

    def table(self, name: str) -> pd.DataFrame:
        """Give a table of the ledger as far as it goes, as `simulate` gives it.

        Parameters
        ----------
        name
            table, a key of `sim.agents.events.LEDGER`; `segments` and `answers` get rows every 30 days and at the end
        """
        self._keep(drain(self.world))
        return frame_of(name, np.concatenate([np.zeros(0, row_dtype(LEDGER[name])), *self._rows[name]]))

    def so_far(self, column: str, today: str) -> NDArray[np.int64]:
        """Sum a column of the daily panel over the days done and add what is counted today."""
        out = self.world.state.out
        waiting = out.days[column][: out.n["days"][0]].sum(axis=0)
        total: NDArray[np.int64] = self._days_done[column][0] + waiting + self.world.state.c[today][0]
        return total

    @property
    def agents(self) -> RowAgents:
        """Show everybody who is in the city: residents in the order of their homes, then officers."""
        return self._agent_sets()[RowAgent]

    @agents.setter
    def agents(self, value: object) -> NoReturn:
        """Refuse: see `RULES`."""
        raise InputError(f"the agents of a model cannot be set: {RULES}")

    @property
    def agents_by_type(self) -> dict[type[RowAgent], RowAgents]:
        """Show residents, offenders and officers apart; offenders are residents too."""
        return {kind: some for kind, some in self._agent_sets().items() if kind is not RowAgent}

    @property
    def agent_types(self) -> list[type[RowAgent]]:
        """Name the types of agents."""
        return [Resident, Offender, Officer]

    def __getstate__(self) -> dict[str, Any]:
        """Leave the views of agents out of a copy: it makes its own when somebody asks."""
        return self.__dict__ | {"_views": None, "_sets": {}, "_present": np.zeros(0, np.uint8)}

    def deregister_agent(self, agent: Agent) -> NoReturn:
        """Refuse: see `RULES`."""
        raise InputError(f"{agent!r} cannot be removed: {RULES}")

    def remove_all_agents(self) -> NoReturn:
        """Refuse: see `RULES`."""
        raise InputError(f"the agents of a model cannot be removed: {RULES}")

    def reset_randomizer(self, seed: int | None = None) -> NoReturn:
        """Refuse: every draw of a run belongs to the seed that it began with."""
        raise InputError(f"the seed of a run is set when it is made: CommunityPolicingModel(..., rng={seed})")

    def reset_rng(self, rng: Rng = None) -> NoReturn:
        """Refuse: every draw of a run belongs to the seed that it began with."""
        raise InputError(f"the seed of a run is set when it is made: CommunityPolicingModel(..., rng={rng})")

    def register_agent(self, agent: Agent) -> NoReturn:
        """Refuse: see `RULES`."""
        raise InputError(f"an agent cannot be added: {RULES}")

    def _brief(self, shift: int) -> None:
        world = self.world
        look_at_calendar(world, self.policy, shift)
        brief_force(world.state, shift % SHIFTS_A_DAY, float(shift * SHIFT_MIN))
        carry_out(world, decide(world, self.policy, shift), policy=self.policy.name)
        self._keep(drain(world))

    def _end_shift(self, done: int) -> None:
        self._keep(drain(self.world))
        self._keep(take_panels(self.world, done))

    def _keep(self, rows: Mapping[str, NDArray[Any]]) -> None:
        for name, some in rows.items():
            if len(some):
                self._rows[name].append(some)
        if "days" in rows:
            for column in ("n_offences", "n_calls"):
                self._days_done[column][0] += rows["days"][column].sum(axis=0)

    def _collect(self) -> None:
        if self.collect_every and self.steps % self.collect_every == 0:
            self.datacollector.collect(self)

    def _agent_sets(self) -> dict[type[RowAgent], RowAgents]:
        state = self.world.state
        present = state.residents["present"]
        if not np.array_equal(present, self._present):
            self._present = present.copy()
            people, officers = self._all_views()
            here = [people[row] for row in np.flatnonzero(present == 1)]
            some = {
                RowAgent: [*here, *officers],
                Resident: here,
                Offender: [who for who in here if isinstance(who, Offender)],
                Officer: officers,
            }
            self._sets = {kind: RowAgents(agents, random=self.random) for kind, agents in some.items()}
        return self._sets

    def _all_views(self) -> tuple[list[Resident], list[Officer]]:
        if self._views is None:
            state, n = self.world.state, len(self.world.state.residents)
            offends = state.residents["offender"] != NONE
            people = [(Offender if offends[row] else Resident)(self, row, row) for row in range(n)]
            self._views = people, [Officer(self, row, n + row) for row in range(len(state.officers))]
        return self._views


def _seed_of(rng: Rng) -> int:
    """Give the seed of a run: a whole number as it is, or one drawn."""
    if isinstance(rng, int | np.integer):
        if not 0 <= rng < 2**63:
            raise InputError(f"rng must be a whole number from 0 to 2**63 - 1, or a generator, got {rng}")
        return int(rng)
    return int(np.random.default_rng(rng).integers(2**63))
