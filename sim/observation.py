"""From the world to what the force can know of it: the only way out of the truth."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.agents.population.officers import walks
from sim.agents.register import BY_VISITOR, STALE, STRUCK
from sim.agents.state import State, Table
from sim.agents.tables import AT_WORK, DAYS_SCHOOL, NEVER, NONE, ROLES
from sim.city.land_use import City
from sim.clock import DAY_MIN, SHIFT_MIN, Clock
from sim.draws import Stream, uniforms
from sim.policies.levers import Information
from sim.policies.protocol import CityBrief, Files, Ints, Observation, Record
from sim.roles import OLD_AGE
from sim.scenarios.scenario import Scenario

WINDOW_DAYS = 400
"""How long an incident stays at hand: a year, and a margin to compare with the year before."""
FIRST_ROWS = 1024
COMPLETE = Information()

_COLUMNS = (
    ("t", np.float64),
    ("t_recorded", np.float64),
    ("type", np.uint8),
    ("segment", np.int32),
    ("discovered", np.bool_),
    ("cause", np.uint64),
)

RECORD_ROWS = np.dtype(list(_COLUMNS))
"""A row of the record book."""


class WorldSeen(Protocol):
    """What the observation and the orders need of a world."""

    @property
    def scenario(self) -> Scenario: ...  # noqa: D102 - declared in `sim.world`
    @property
    def city(self) -> City: ...  # noqa: D102
    @property
    def clock(self) -> Clock: ...  # noqa: D102
    @property
    def seed(self) -> int: ...  # noqa: D102
    @property
    def state(self) -> State: ...  # noqa: D102
    @property
    def record(self) -> RecordBook: ...  # noqa: D102
    @property
    def shared(self) -> RecordBook: ...  # noqa: D102


class RecordBook:
    """Keep what the force has in writing: incidents of a rolling window, the register, the description of the city.

    Incidents stand in the order in which they were put on record. Rows that an observation has shown are never
    changed afterwards, so an observation is a value that may be kept.
    """

    def __init__(self) -> None:
        self._rows = _new_rows(FIRST_ROWS)
        self._n = 0
        self._n_shown = 0
        self._register: tuple[tuple[int, Information], Ints] = ((-1, COMPLETE), np.zeros(0, np.int32))
        self._listed: tuple[tuple[int, Information], NDArray[np.int64]] = ((-1, COMPLETE), np.zeros(0, np.int64))
        self._kinds: tuple[tuple[int, Information], NDArray[np.uint8]] = ((-1, COMPLETE), np.zeros(0, np.uint8))
        self._rooms: NDArray[np.int64] | None = None
        self._alone: NDArray[np.bool_] | None = None
        self.brief: CityBrief | None = None
        """drawn up at the first briefing; the city does not change within a run"""

    def add(self, incidents: Table) -> None:
        """Put incidents on file, in any order; what is recorded later than now stays hidden until then.

        Parameters
        ----------
        incidents
            rows of the ledger's table `incidents`
        """
        n_new = len(incidents)
        if n_new == 0:
            return
        first = float(incidents["t_recorded"].min())
        tail = int(np.searchsorted(self._rows["t_recorded"][: self._n], first, side="right"))
        if tail < self._n_shown or self._n + n_new > len(self._rows["t"]):
            tail = self._make_room(n_new, tail, oldest=float(incidents["t_recorded"].max()) - WINDOW_DAYS * DAY_MIN)
        end = self._n + n_new
        for name, column in self._rows.items():
            column[self._n : end] = incidents[name]
        # The key of the cause decides between equal times, so the order does not depend on when buffers were drained.
        order = np.lexsort((self._rows["cause"][tail:end], self._rows["t_recorded"][tail:end]))
        for column in self._rows.values():
            column[tail:end] = column[tail:end][order]
        self._n = end

    def strike(self, cause: NDArray[np.uint64]) -> None:
        """Take off file what has come on record elsewhere, by the keys of what happened.

        Observations that somebody kept still show it: rows move to new arrays.
        """
        kept = ~np.isin(self._rows["cause"][: self._n], cause)
        if not kept.all():
            self.restore({name: column[: self._n][kept] for name, column in self._rows.items()})

    def visible(self, now: float, seed: int = 0, information: Information = COMPLETE) -> Record:
        """Show what is on record of the last `WINDOW_DAYS`, as completely and as late as a strategy knows it.

        Which incidents never reach its map is a draw of each incident's own cause.
        """
        recorded = self._rows["t_recorded"][: self._n]
        last = now - information.lag_days * DAY_MIN
        begin, end = np.searchsorted(recorded, (now - WINDOW_DAYS * DAY_MIN, last), side="right")
        self._n_shown = max(self._n_shown, int(end))
        chosen: Any = slice(begin, max(begin, end))
        if information.completeness < 1.0:
            cause = self._rows["cause"][chosen]
            chosen = begin + np.flatnonzero(uniforms(seed, Stream.INFORMATION, cause, 0) < information.completeness)
        t, t_recorded, kind, segment, discovered = (self._rows[name][chosen] for name, _ in _COLUMNS[:5])
        return Record(t=t, t_recorded=t_recorded, type=kind, segment=segment, discovered=discovered)

    def rows(self) -> dict[str, NDArray[Any]]:
        """Give the incidents on file, for a checkpoint."""
        return {name: column[: self._n] for name, column in self._rows.items()}

    def restore(self, rows: dict[str, NDArray[Any]]) -> None:
        """Take over the incidents of a checkpoint."""
        self._n = len(rows["t"])
        self._n_shown = 0
        self._rows = _new_rows(max(FIRST_ROWS, 2 * self._n))
        for name, column in self._rows.items():
            column[: self._n] = rows[name]

    def registered(self, now: float, world: WorldSeen, n_segments: int, information: Information = COMPLETE) -> Ints:
        """Count the tenants on the register by segment, once a day: a million rows are not read at every shift."""
        about = (int(now // DAY_MIN), information)
        if self._register[0] != about:
            home = world.state.residents["home"][self._listed_rows(now, world, information)]
            counts = np.bincount(home[home >= 0], minlength=n_segments)
            self._register = (about, counts.astype(np.int32))
        return self._register[1]

    def home_kinds(self, now: float, world: WorldSeen, information: Information = COMPLETE) -> NDArray[np.uint8]:
        """Tell the kinds of households apart, index into `HOMES`, once a day as the books are then.

        A newcomer who is not on the register is not known to live there, and one who has left may be; of old people who
        live alone some are named by other books, more where partners share what they know, and all whom a visit met.
        """
        about = (int(now // DAY_MIN), information)
        if self._kinds[0] != about:
            state = world.state
            homes, residents = state.households[: state.c["n_homes"][0]], state.residents
            listed = self._listed_rows(now, world, information)
            listed = listed[listed < state.c["n_living"][0]]
            n_newcomers = np.bincount(residents["household"][listed], minlength=len(homes))
            if self._alone is None:  # whoever rents a room later is as old: see `sim.agents.migrants`
                self._alone = (homes["n"] == 1) & (residents["age"][homes["first"]] >= OLD_AGE)
            known = 1.0 - (1.0 - world.scenario.force.old_alone_known) * (1.0 - information.shared)
            lot = uniforms(world.seed, Stream.REGISTER, homes["key"], 0)
            named = (homes["met"] == 1) | (lot < known * information.completeness)
            chosen = (self._alone & named, n_newcomers >= 2, homes["renting"] == 1)
            self._kinds = (about, np.select(chosen, [0, 1, 2], 3).astype(np.uint8))
        return self._kinds[1]

    def _listed_rows(self, now: float, world: WorldSeen, information: Information) -> NDArray[np.int64]:
        """Name the rooms that have a tenant by the register, as completely and as late as a strategy knows it.

        Once a day. The rule is that of `sim.agents.register`; which rooms are let to migrants does not change in a run.
        """
        about = (int(now // DAY_MIN), information)
        if self._listed[0] != about:
            residents = world.state.residents
            if self._rooms is None:
                self._rooms = np.flatnonzero(residents["migrant"])
            # Column by column: whole rows of a wide table are ten times as much to read.
            entered, registered, gone = (residents[name][self._rooms] for name in ("entered", "registered", "gone"))
            late = (entered > 0) & (now < (entered.astype(np.int64) - 1 + information.lag_days) * DAY_MIN)
            known = (registered == 1) & ~late
            if information.completeness < 1.0:
                keys = residents["key"][self._rooms]
                known &= uniforms(world.seed, Stream.REGISTER, keys, 1) >= 1.0 - information.completeness
            known |= registered == BY_VISITOR
            in_vain = (gone == STALE) | ((gone == STRUCK) & late)
            self._listed = (about, self._rooms[known | in_vain])
        return self._listed[1]

    def _make_room(self, n_new: int, tail: int, *, oldest: float) -> int:
        """Move the rows of the window to new arrays; give the new number of row `tail`.

        Never in place: an observation that somebody kept still looks at the old arrays.
        """
        begin = min(tail, int(np.searchsorted(self._rows["t_recorded"][: self._n], oldest)))
        kept = self._n - begin
        rows = _new_rows(max(FIRST_ROWS, 2 * (kept + n_new)))
        for name, column in rows.items():
            column[:kept] = self._rows[name][begin : self._n]
        self._rows, self._n, self._n_shown = rows, kept, 0
        return tail - begin


def brief(world: WorldSeen) -> CityBrief:
    """Describe the city and the force to a policy, once."""
    segments, streets = world.state.segments, world.city.streets
    officers, use = world.state.officers, world.city.land_use
    return CityBrief(
        n_segments=len(segments),
        segment_length_m=segments["length_m"].astype(np.float64),
        segment_x=streets.midpoint_x.copy(),
        segment_y=streets.midpoint_y.copy(),
        neighbours_start=world.state.neighbours_start.copy(),
        neighbours=world.state.neighbours.copy(),
        dwellings=segments["dwellings"].astype(np.float64),
        district=segments["district"].astype(np.int32),
        cell=world.state.cells.copy(),
        n_residents=int(world.state.c["n_living"][0]),
        officer=np.arange(len(officers), dtype=np.int32),
        role=tuple(ROLES[role] for role in officers["role"].tolist()),
        base=_segment_at(segments, officers["base"]),
        shift_min=float(SHIFT_MIN),
        jobs=use.jobs.astype(np.float64),
        shops=use.shops.astype(np.float64),
        venues=use.venues.astype(np.float64),
        stations=use.stations.astype(np.float64),
        pupils=_pupils(world.state.routines, world.state.rounds, len(segments)),
        on_foot=walks(officers["role"]),
        duty_begins=officers["shift"] * float(SHIFT_MIN) + officers["late_min"],
        duty_min=officers["duty_length"].astype(np.float64),
        household_segment=world.state.households["segment"][: world.state.c["n_homes"][0]].copy(),
    )


def _pupils(routines: Table, rounds: Table, n_segments: int) -> NDArray[np.float64]:
    """Count the pupils by the segment where they spend the school day."""
    place = rounds["place"][routines["round"][routines["kind"] == DAYS_SCHOOL], AT_WORK]
    return np.bincount(place[place >= 0], minlength=n_segments).astype(np.float64)


def observe(world: WorldSeen, information: Information = COMPLETE) -> Observation:
    """Show a policy what the force knows at this briefing: records, calls that wait, the register, known quarrels.

    Parameters
    ----------
    information
        the strategy's lever: how completely and how late records reach it, and what partners share
    """
    state = world.state
    now = float(state.c["now"][0])
    day, minute = divmod(int(now), DAY_MIN)
    if world.record.brief is None:
        world.record.brief = brief(world)
    about = world.record.brief
    on_duty = officers_on_duty(state)
    disputes = known_disputes(state)
    return Observation(
        now=now,
        day=day,
        weekday=(world.clock.start.weekday() + day) % 7,
        shift=minute // SHIFT_MIN,
        brief=about,
        on_duty=on_duty,
        role=tuple([about.role[officer] for officer in on_duty.tolist()]),
        cell=state.officers["cell"][on_duty],
        record=world.record.visible(now, world.seed, information),
        n_queued=int(state.c["n_queue"][0]),
        registered=world.record.registered(now, world, about.n_segments, information),
        known_disputes=disputes,
        dispute_segment=state.disputes["segment"][disputes],
        information=information,
        shared=world.shared.visible(now) if information.shared > 0.0 else None,
        raised=state.raised.astype(np.float64),
        home_kind=world.record.home_kinds(now, world, information),
        home_visited=_visited(state, "visited"),
        home_head=_heads(state),
        home_asked=_visited(state, "asked"),
        files=_files(state, now),
    )


def _visited(state: State, column: str) -> NDArray[np.float64]:
    """Read the book of visits."""
    visited = state.households[column][: state.c["n_homes"][0]]
    return np.where(visited <= -NEVER, -np.inf, visited)


def _heads(state: State) -> Ints:
    """Read the list of heads of buildings: who looks after which home."""
    head = state.households["head"][: state.c["n_homes"][0]]
    led = np.flatnonzero(head >= 0)
    heads = np.full(len(head), NONE, np.int32)
    heads[led] = state.residents["household"][head[led]]
    return heads


def persons_on_file(state: State) -> Ints:
    """Name those who are on file with an address here, by their rows in `residents`."""
    person: Ints = np.flatnonzero(state.files["n_cases"][: state.c["n_living"][0]]).astype(np.int32)
    return person


def _files(state: State, now: float) -> Files:
    """Show the files of persons: arrests, addresses and calls as they are written down, and who is in custody."""
    person = persons_on_file(state)
    files, offender = state.files[person], state.residents["offender"][person]
    same = files["key"] == state.residents["key"][person]
    held = np.zeros(len(person), np.bool_)
    known = same & (offender >= 0)
    held[known] = state.offenders["custody_until"][offender[known]] > now
    called = files["called_day"].astype(np.float64)
    return Files(
        person=person,
        n_cases=files["n_cases"].astype(np.int32),
        last=files["case_day"].astype(np.float64) * DAY_MIN,
        segment=state.residents["home"][person],
        called=np.where(called < 0.0, -np.inf, called * DAY_MIN),
        held=held,
    )


def officers_on_duty(state: State) -> Ints:
    """Name the officers whose duty lies in the shift that begins now, in whole or in part.

    Those who overrun theirs finish a call and go home.
    """
    return np.flatnonzero(state.officers["duty_end"] > state.c["now"][0]).astype(np.int32)


def known_disputes(state: State) -> Ints:
    """Name the rows of disputes that the force has heard of and that are not settled."""
    disputes = state.disputes
    row = np.flatnonzero(disputes["known"])
    known: Ints = row[(disputes["key"][row] != 0) & (disputes["agreed"][row] == 0)].astype(np.int32)
    return known


def _segment_at(segments: Table, junction: NDArray[np.int32]) -> Ints:
    """Name, for each junction, the first segment that ends there."""
    ends = np.concatenate([segments["junction_a"], segments["junction_b"]])
    order = np.argsort(ends, kind="stable")
    first = np.searchsorted(ends[order], junction)
    at: Ints = (order[np.minimum(first, len(order) - 1)] % len(segments)).astype(np.int32)
    return at


def _new_rows(n: int) -> dict[str, NDArray[Any]]:
    return {name: np.zeros(n, dtype) for name, dtype in _COLUMNS}
