"""The seam: what a policy may see, what it may order, and the shape of a policy.

A policy is a value: frozen, picklable, without memory. The record is its memory. It imports this
module and `sim.params`, so it *cannot* see the truth.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date
from typing import ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sim.errors import InputError
from sim.params import Fraction, Parameters, param
from sim.policies.arguments import check_number, check_roles, check_types
from sim.policies.levers import EVERY_NIGHT, Information, Levers, Watch
from sim.roles import AT_HOMES, TASKS

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

TASK_KINDS, HOME_KINDS = TASKS, AT_HOMES
"""What an officer can be ordered to do, and those of it whose targets are households."""
WEEK_MIN = 7 * 1440.0
HOMES_A_HEAD = 12  # homes that the head of a building looks after where no strategy says how many


@dataclass(frozen=True)
class _Shown:
    """Base of what a policy is shown: its arrays cannot be written to."""

    def __post_init__(self) -> None:
        for column in fields(self):
            value = getattr(self, column.name)
            # NumPy's `rng.permutation` fails on an array both empty and read-only; there is nothing to write in one.
            if isinstance(value, np.ndarray) and value.size:
                value.setflags(write=False)


@dataclass(frozen=True)
class CityBrief(_Shown):
    """Tell a policy, once, what a force knows of its city."""

    n_segments: int
    segment_length_m: Floats
    segment_x: Floats
    segment_y: Floats
    neighbours_start: Ints
    """(n_segments + 1,) where a segment's neighbours begin in `neighbours`"""
    neighbours: Ints
    dwellings: Floats
    """(n_segments,) homes, from the land register"""
    district: Ints
    """(n_segments,) districts as they are today"""
    cell: Ints
    """(n_segments,) cells as the strategy's `Grid` lever divides the city; districts where it sets none"""
    n_residents: int
    """residents, from the register of households"""
    officer: Ints
    """(n_officers,) the officers by number"""
    role: tuple[str, ...]
    """(n_officers,) their roles"""
    base: Ints
    """(n_officers,) segment where each officer's duty starts"""
    shift_min: float
    """length of a shift"""
    jobs: Floats
    """(n_segments,) work places, from the register of businesses"""
    shops: Floats
    """(n_segments,) shops"""
    venues: Floats
    """(n_segments,) bars, restaurants and other places of the evening"""
    stations: Floats
    """(n_segments,) stations and large stops"""
    pupils: Floats
    """(n_segments,) pupils who spend the school day there, from the schools; minors of 5 to 17 go to school"""
    on_foot: NDArray[np.bool_]
    """(n_officers,) who walks unless ordered otherwise; the others drive"""
    duty_begins: Floats
    """(n_officers,) minute of the day at which each officer's duty begins, by the roster"""
    household_segment: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    """(n_households,) where each household lives, from the register of households; -1 for one that is not shown"""
    duty_min: Floats = field(default_factory=lambda: np.zeros(0))
    """(n_officers,) length of each officer's duty; empty where each lasts `shift_min`"""


@dataclass(frozen=True)
class Organisation:
    """Say how the force is organised for the whole run."""

    cell: Ints
    """(n_segments,) cell of each segment; `brief.district` leaves the city as it is"""
    officer_cell: Ints
    """(n_officers,) cell of each officer, -1 for the whole city"""
    own_cell_min: float | None = None
    """dispatch rule: a unit of the call's own cell may be this many minutes farther away; None leaves the scenario's"""
    doorstaff: Floats | None = None
    """(n_segments,) doorstaff that the strategy pays at the venues of each segment in the evening; None for nobody"""
    doorstaff_nights: tuple[int, ...] = EVERY_NIGHT
    """weekdays on which the evenings of doorstaff begin, Monday 0"""
    cameras: Floats | None = None
    """(n_segments,) cameras that it has somebody watch in each segment; None for none"""
    homes_a_head: int = HOMES_A_HEAD
    """homes, side by side in a street, that the head of a building looks after who is found by a `heads` task"""
    police_rooms: Ints | None = None
    """segments in which it opens a police room, where residents are received while an officer has a `room` task
    there; None for none"""
    rooms_open_h: tuple[float, float] = (8.0, 22.0)
    """hours of the day between which residents come to these rooms"""
    watch: Watch | None = None
    """patrols of the volunteers whom its `Participation` lever asks; None for no patrols"""
    watch_streets: NDArray[np.bool_] | None = None
    """(n_segments,) where those live who may go on patrol; None for everywhere"""


@dataclass(frozen=True)
class Record(_Shown):
    """Hold the incidents on record, first recorded first: truth after report, delay and downgrading."""

    t: Floats
    """(n,) when they happened, minutes since the start"""
    t_recorded: Floats
    """(n,) when they were put on record, never after `now`"""
    type: NDArray[np.uint8]
    """(n,) index into `sim.params.CRIMES`, as recorded"""
    segment: Ints
    """(n,) where"""
    discovered: NDArray[np.bool_]
    """(n,) found by an officer, not reported"""


@dataclass(frozen=True)
class Files(_Shown):
    """Hold the persons who are on file: arrested before, as far as anybody wrote it down."""

    person: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    """(n,) the person, by number"""
    n_cases: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    """(n,) arrests on record"""
    last: Floats = field(default_factory=lambda: np.zeros(0))
    """(n,) minute of the last of them"""
    segment: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    """(n,) address; who has moved away stays on file there until somebody has called"""
    called: Floats = field(default_factory=lambda: np.zeros(0))
    """(n,) minute of the last call at the door, minus infinity if there was none"""
    held: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    """(n,) in custody now"""


@dataclass(frozen=True)
class Observation(_Shown):
    """Show what the force can know at a briefing."""

    now: float
    """minutes since the start of the run"""
    day: int
    """day of the run"""
    weekday: int
    """Monday 0"""
    shift: int
    """0 night (from midnight), 1 day (from eight), 2 evening (from sixteen)"""
    brief: CityBrief
    on_duty: Ints
    """officers who are on duty in this shift or a part of it; see `window`"""
    role: tuple[str, ...]
    """their roles, in the same order"""
    cell: Ints
    """their cells, in the same order"""
    record: Record
    n_queued: int
    """calls that wait"""
    registered: Ints
    """(n_segments,) migrants on the register, by address"""
    known_disputes: Ints
    """disputes that the force has heard of and that are not settled"""
    dispute_segment: Ints
    """their places, in the same order"""
    information: Information = field(default_factory=Information)
    """how completely and how late this is known, and the estimate that the strategy chose"""
    shared: Record | None = None
    """what partners know of offences that nobody reported; None where nothing is shared"""
    raised: Floats = field(default_factory=lambda: np.zeros(0))
    """(n_segments,) residents who raised a problem of their street at a meeting or in a police room, fading over
    weeks; the notes of the officers who were there"""
    home_kind: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    """(n_households,) kind of each household, index into `sim.roles.HOMES`, from the registers"""
    home_visited: Floats = field(default_factory=lambda: np.zeros(0))
    """(n_households,) minute of the last visit, from the book of visits; minus infinity where there was none"""
    home_head: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    """(n_households,) household of the head of the building who looks after each home, -1 where nobody does"""
    home_asked: Floats = field(default_factory=lambda: np.zeros(0))
    """(n_households,) minute at which somebody there was last asked to be head; minus infinity where nobody was"""
    files: Files = field(default_factory=Files)
    """who was arrested before"""

    @property
    def week_began(self) -> float:
        """Give the first minute of this week's Monday: when a weekly map was last drawn."""
        return (self.day - self.weekday) * 1440.0

    def counts(self, *, weeks: float, types: Iterable[int] | None = None, until: float | None = None) -> Floats:
        """Count recorded incidents by segment.

        Parameters
        ----------
        weeks
            length of the period
        types
            indices into `sim.params.CRIMES`; all when not given
        until
            end of the period, minutes since the start; `now` when not given. What was put on record later does
            not count, so that a weekly map looks the same all week: `until=seen.week_began`.

        Returns
        -------
        counts
            (n_segments,) incidents

        Raises
        ------
        InputError
            If the period is not positive, or a type is no index into `sim.params.CRIMES`.
        """
        chosen = self._chosen(weeks, types, until)
        return np.bincount(self.record.segment[chosen], minlength=self.brief.n_segments).astype(float)

    def hottest(
        self, share: float, *, weeks: float, types: Iterable[int] | None = None, until: float | None = None
    ) -> Ints:
        """Name the segments with most incidents on record, hottest first.

        Segments without an incident are never named, so early in a run the list may be short.
        The share is one of all segments, from 0 to 1; the other parameters are those of `counts`.
        """
        share = check_number(share, "the share of segments", low=0.0, high=1.0)
        chosen = self._chosen(weeks, types, until)
        segment, t = self.record.segment[chosen], self.record.t[chosen]
        counts = np.bincount(segment, minlength=self.brief.n_segments)
        # Ties go to the segment with the more recent incident, as an analyst would break them.
        last = np.full(self.brief.n_segments, -np.inf)
        np.maximum.at(last, segment, t)
        hit = np.flatnonzero(counts)
        hottest_first = np.lexsort((-last[hit], -counts[hit]))
        return hit[hottest_first[: round(share * self.brief.n_segments)]].astype(np.int32)

    def _chosen(self, weeks: float, types: Iterable[int] | None, until: float | None) -> NDArray[np.bool_]:
        end = self.now if until is None else check_number(until, "until (minutes since the start)")
        weeks, types, record = check_number(weeks, "weeks", above=0.0), check_types(types), self.record
        chosen: NDArray[np.bool_] = (record.t >= end - weeks * WEEK_MIN) & (record.t_recorded <= end)
        return chosen if types is None else chosen & np.isin(record.type, types)

    def window(self, officer: int) -> tuple[float, float]:
        """Tell from when to when an officer is on duty within this shift, in minutes after its begin.

        The whole shift for most; a duty that begins at seven has its first hour in the night shift and the rest in the
        day shift. What is ordered outside the window is not done.
        """
        if not 0 <= officer < len(self.brief.officer):
            raise InputError(f"an officer must be one from 0 to {len(self.brief.officer) - 1}, got {officer}")
        shift_min, day_min = self.brief.shift_min, 1440.0
        length = float(self.brief.duty_min[officer]) if self.brief.duty_min.size else shift_min
        late = (float(self.brief.duty_begins[officer]) - self.shift * shift_min) % day_min
        begin = late if late < shift_min else late - day_min  # it began before this shift
        return max(0.0, begin), min(shift_min, max(0.0, begin + length))

    def with_role(self, *roles: str) -> Ints:
        """Name the officers on duty who have one of these roles.

        Raises
        ------
        InputError
            If there is no such role: a list that is empty for a slip of the pen looks like nobody on duty.
        """
        wanted = check_roles(roles)
        chosen = [officer for officer, role in zip(self.on_duty, self.role, strict=True) if role in wanted]
        return np.array(chosen, np.int32)


@dataclass(frozen=True)
class Task:
    """Order one officer to do one thing for a part of the shift."""

    officer: int
    kind: str
    """one of `TASK_KINDS`"""
    targets: tuple[int, ...] = ()
    """segments in the order of the round; dispute numbers for mediation, household numbers for homes, persons on
    file to supervise"""
    dwell: float = 15.0
    """minutes at a target"""
    start: float = 0.0
    """minutes after the begin of the shift"""
    end: float = 480.0
    cell: int = -1
    """cell to stay in while on patrol, -1 for the whole city; of a post, the cell that it stands in"""
    stops_per_hour: float | None = None
    """stops, or checks at a post; None leaves the scenario's habit"""
    p_suspicion: float | None = None
    protected: bool = False
    """off the radio, but for priority 1"""
    on_foot: bool = False
    """walk, though the role drives: for the whole duty, since there is no car left at the corner. It is decided by the
    orders of the shift in which the duty begins"""
    once: bool = False
    """of rounds: stop at each target once and patrol until the end, where a round would otherwise start over"""


@dataclass(frozen=True)
class Orders:
    """Carry the tasks of a shift; who gets none patrols at random and answers calls."""

    tasks: tuple[Task, ...] = ()

    def __add__(self, other: Orders) -> Orders:
        return Orders(self.tasks + other.tasks)

    @classmethod
    def rounds(
        cls, officers: Iterable[int], segments: Iterable[int], *, dwell: float, protected: bool = False
    ) -> Orders:
        """Share a round of stops among officers: each gets every n-th place, and starts over at the end."""
        crew, places = list(officers), list(segments)
        tasks = [
            Task(int(o), "rounds", tuple(int(s) for s in places[i :: len(crew)]), dwell=dwell, protected=protected)
            for i, o in enumerate(crew)
            if places[i :: len(crew)]
        ]
        return cls(tuple(tasks))


class PolicyModel(Parameters):
    """Base of every policy. Its fields are its parameters."""

    name: ClassVar[str] = ""
    """set by `@policy("name")`"""
    reads: ClassVar[tuple[str, ...]] = ()
    """files that it reads while it decides, counted from the folder of its own file; their content is part of it"""
    number_blind: ClassVar[bool] = False
    """claims that orders do not depend on how segments and officers are numbered; `check_policy` then tests it"""

    hours: Fraction = param(
        1.0, "share of its means that the strategy gets: officers under its orders, staff, helpers", source="model"
    )
    fidelity: Fraction = param(1.0, "how far it is carried out as meant: dose, rotation, follow-up", source="model")
    within_budget: bool = param(
        False, "staff that it hires is paid for by response officers who are let go", source="model"
    )

    # A policy is one value: Mesa's `batch_run` takes whatever can be gone through for a list of values.
    __iter__ = None  # type: ignore[assignment]

    @property
    def draws_as(self) -> str:
        """Give the name under which it draws its chance: its own, unless it wraps another strategy."""
        return self.name

    def made_of(self) -> tuple[PolicyModel, ...]:
        """Name the strategies that it wraps, and itself last."""
        return (self,)

    def levers(self) -> Levers:
        """Set the five levers; by default the force is as it is."""
        return Levers()

    def organise(self, brief: CityBrief) -> Organisation:
        """Divide the city and the force, once; by default nobody owns one of the cells of the `Grid` lever."""
        return Organisation(cell=brief.cell, officer_cell=np.full(len(brief.officer), -1, np.int32))

    def parts(self, day: date) -> tuple[PolicyModel, ...]:
        """Name the strategies in force on a day: this one, unless it is put together of several."""
        return (self,)

    def ever(self) -> tuple[tuple[PolicyModel, ...], ...]:
        """List what is in force at one time or another, so that staff can be planned for."""
        return ((self,),)

    def switches(self) -> tuple[date, ...]:
        """Name the days on which another stage takes over; none unless the strategy has stages."""
        return ()

    @abstractmethod
    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Give the orders of one shift."""
