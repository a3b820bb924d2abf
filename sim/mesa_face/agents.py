"""Agents for Mesa users: views of rows of the tables, to look at and not to act."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NoReturn

from mesa import Agent
from mesa.agent import AgentSet

from sim.agents.residents import where_is
from sim.agents.tables import ACTIVITIES, NONE, OFFENDERS, OFFICERS, PLACES, RESIDENTS, ROLES, ROUTINES, Column
from sim.errors import InputError

WORDS = {"role": ROLES, "activity": ACTIVITIES}
"""Columns that hold a number for a word; agents show the word."""
RULES = "the rules live in tables, so agents are there to look at: change the scenario, or write a policy"


class _Cell:
    """Show one column of a table as an attribute that can be read."""

    def __init__(self, table: str, row: str, column: Column) -> None:
        self.table, self.row, self.name = table, row, column.name
        self.words = WORDS.get(column.name)
        self.__doc__ = f"{column.meaning} ({column.unit})" if column.unit else column.meaning

    def __get__(self, agent: Any, kind: type | None = None) -> Any:  # noqa: ANN401 - the type of the column
        if agent is None:
            return self
        value = getattr(agent.model.world.state, self.table)[self.name][getattr(agent, self.row)].tolist()
        return value if self.words is None else self.words[value]

    def __set__(self, agent: Any, value: object) -> NoReturn:  # noqa: ANN401
        raise AttributeError(f"{self.name} of {agent!r} cannot be set: {RULES}")


def _shows(table: str, columns: tuple[Column, ...], row: str = "row") -> Callable[[type], type]:
    """Give a class of agents the columns of a table that it does not have yet."""

    def add(kind: type) -> type:
        for column in columns:
            if not hasattr(kind, column.name):
                setattr(kind, column.name, _Cell(table, row, column))
        return kind

    return add


class RowAgent(Agent):  # type: ignore[misc]
    """Show one row of a table as a Mesa agent: to look at, not to act."""

    def __init__(self, model: Any, row: int, unique_id: int) -> None:  # noqa: ANN401 - the model, which is made of these
        # Mesa's own constructor would register the agent with the model: it belongs to a table instead.
        self.model = model
        self.row = row
        self.unique_id = unique_id

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...  # noqa: ANN401 - the columns of the tables

    def __repr__(self) -> str:
        return f"{type(self).__name__} {self.unique_id}"

    @property
    def pos(self) -> int | None:
        """Give the segment on which the agent is now, None if it is nowhere to be seen."""
        raise NotImplementedError

    @classmethod
    def create_agents(cls, model: Any, n: int, *args: Any, **kwargs: Any) -> NoReturn:  # noqa: ANN401 - as Mesa's
        """Refuse: see `RULES`."""
        raise InputError(f"agents cannot be added: {RULES}")

    def step(self) -> NoReturn:
        """Refuse: see `RULES`."""
        raise InputError(f"{self!r} has no step of its own: {RULES}")

    def remove(self) -> NoReturn:
        """Refuse: see `RULES`."""
        raise InputError(f"{self!r} cannot be removed: {RULES}")


@_shows("routines", ROUTINES)
@_shows("residents", RESIDENTS)
class Resident(RowAgent):
    """Show a resident: a row of `residents` and of `routines`, which is its `unique_id`.

    A room of the floating population is one row; `key` and `tenancy` tell its tenants apart.
    """

    @property
    def pos(self) -> int | None:
        """Give the segment on which the person is now, None if in custody or gone."""
        segment = int(where_is(self.model.world.state, self.row))
        return None if segment == NONE else segment

    @property
    def where(self) -> str:
        """Tell where the person is: at one of the own places, on the way, or away."""
        return PLACES[int(self.model.world.state.where[self.row])]

    @property
    def place(self) -> list[int]:
        """Give the segments of home, work and two leisure places, -1 for none."""
        state = self.model.world.state
        places: list[int] = state.rounds["place"][state.routines["round"][self.row]].tolist()
        return places


@_shows("offenders", OFFENDERS, row="offender")
class Offender(Resident):
    """Show a resident with an offending rate above zero: the columns of `offenders` come on top."""


@_shows("officers", OFFICERS)
class Officer(RowAgent):
    """Show an officer: a row of `officers`; `unique_id` goes on where the residents end."""

    @property
    def pos(self) -> int | None:
        """Give the segment on which the officer is in sight, None off duty, at rest or at a desk."""
        return None if self.segment == NONE else self.segment


class RowAgents(AgentSet):  # type: ignore[misc]
    """Hold the agents of a model, to look at: whatever Mesa can ask of a set, but not to act or to be changed.

    A model shows the same set to everybody who asks. What is selected, sorted or shuffled from it is a set of the
    user's own, in which agents can be added and left out.
    """

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> NoReturn:  # noqa: ANN401
        """Refuse: see `RULES`."""
        raise InputError(f"agents cannot act in random order: {RULES}")

    def __copy__(self) -> AgentSet:
        """Give a set of the user's own."""
        return AgentSet(list(self), random=self.random)

    def __deepcopy__(self, memo: dict[int, Any]) -> AgentSet:
        """Give a set of the user's own; the agents are those of the model, which is not copied with them."""
        return AgentSet(list(self), random=self.random)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as a set of the user's own."""
        return AgentSet, (list(self), self.random)

    def _update(self, agents: Iterable[Agent]) -> NoReturn:
        """Refuse to be sorted, shuffled or thinned out in place: every other look at the agents would change."""
        raise InputError(
            f"the agents of a model cannot be changed in place ({len(self)} agents); leave out inplace=True"
        )

    def shuffle(self, inplace: bool = False) -> AgentSet:
        """Give the agents in random order, as a set of the user's own."""
        return self._update(self) if inplace else super().shuffle()

    def add(self, agent: Agent) -> NoReturn:
        """Refuse: see `RULES`."""
        raise InputError(f"{agent!r} cannot be added to the agents of a model: {RULES}")

    def discard(self, agent: Agent) -> NoReturn:
        """Refuse: see `RULES`."""
        raise InputError(f"{agent!r} cannot be taken out of the agents of a model; select() gives a set of your own")

    def remove(self, agent: Agent) -> NoReturn:
        """Refuse: see `RULES`."""
        self.discard(agent)
