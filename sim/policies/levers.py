"""The five levers: what every strategy sets beside its orders, as values, so that the effect of each can be measured.

The reform literature names five faults of community policing (cells badly drawn, a weak team, information that
lags, appraisal that rewards the wrong thing, few who take part) and five remedies. Each is one value here. None
touches an outcome: a lever changes who works, where, what they know, what they spend effort on, and who helps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any

from sim.errors import InputError
from sim.policies.arguments import check_number

EVERY_NIGHT = tuple(range(7))
"""Weekdays on which an evening begins, Monday 0."""
DIVISIONS = ("districts", "equal", "area", "workload")
"""How the city can be divided: as given, by equal homes, by equal street length alone, by workload and barriers."""
LAST_START_H = 16.0
"""Latest hour at which the first of two shifts can begin: the second then begins at midnight."""
ESTIMATES = ("count", "last_year", "kernel", "self_exciting")
"""How the hottest places can be found in the record."""


@dataclass(frozen=True)
class Grid:
    """Say how the territory is divided, and how far a unit of the cell goes first."""

    division: str = "districts"
    residents_a_cell: float = 0.0
    """simulated residents that a cell should have; 0 leaves as many cells as there are districts"""
    own_cell_min: float | None = None
    """dispatch rule: a unit of the call's own cell may be this many minutes farther away; None leaves the scenario's"""


@dataclass(frozen=True)
class Team:
    """Say who is hired beside the force, how many of them work in the cells, and how it is trained and kept.

    Hired staff have hours of their own and cost what the scenario says. With `within_budget` they are paid by
    response officers who are let go, as many as make the cost of the force equal again.
    """

    auxiliaries: float = 0.0
    """hired auxiliaries for 1,000 simulated residents"""
    mediators: float = 0.0
    """hired mediators, the same"""
    workers: float = 0.0
    """hired civilian workers, the same"""
    warden_pairs: float = 0.0
    """hired pairs of wardens, the same"""
    share_community: float = 0.0
    """share of response officers who serve as community officers instead"""
    share_foot: float = 0.0
    """share of response officers who walk instead"""
    fair_odds: float = 1.0
    """odds factor of a fair contact that officers have learnt when the strategy begins; it wears off"""
    trained: float = 1.0
    """share of the officers who were trained for it, by lot; a `training` task trains officers by name"""
    turnover_per_year: float = 0.0
    """hired staff who leave in a year; a post then stands empty for `force.vacancy_days`"""
    round_the_clock: bool = False
    """hired staff works in three shifts, not by day and in the evening only"""
    foot_start_h: float | None = None
    """hour at which the first of the two shifts of foot officers begins, the second eight hours later; None leaves the
    scenario's"""
    community_start_h: float | None = None
    """the same for community officers, those who come from response included: 7 for the way to school"""
    warden_start_h: float | None = None
    """hour at which the duty of wardens begins; None leaves the scenario's"""
    within_budget: bool = False


@dataclass(frozen=True)
class Information:
    """Say how completely and how late a strategy knows what is on record, and how it finds the hottest places."""

    completeness: float = 1.0
    """share of incidents that reach the strategy's map, and of entries of the register that reach those who visit"""
    lag_days: float = 0.0
    """days between the record and the map, and between the register and what visitors have of it"""
    estimate: str = "count"
    shared: float = 0.0
    """share of offences that nobody reported but partners (hospitals, schools, housing) know of and share, and of old
    people who live alone whom no police book names"""


@dataclass(frozen=True)
class Appraisal:
    """Say what officers are rewarded for, as weights from 0 to 1, and how well their figures are audited.

    Effort follows the weights, and so do the distortions: visits made for the form, stops on thin grounds, work at
    the scene cut short, offences entered as something less. How strongly is a matter of the scenario
    (`effort.*`).
    """

    arrests: float = 0.0
    response: float = 0.0
    visits: float = 0.0
    records: float = 0.0
    """weight on few recorded offences"""
    satisfaction: float = 0.0
    audit: float = 0.0
    """share of distortions that an audit by call-backs prevents"""


@dataclass(frozen=True)
class Participation:
    """Say who helps the police, and how they are thanked."""

    volunteers: float = 0.0
    """share of willing adults who are asked to take part"""
    recognition: float = 0.0
    """how far volunteers are thanked and heard: few join and many leave where they are not"""
    agencies: float = 0.0
    """share of the work on places that other agencies add for each hour of an officer"""
    diversion: float = 0.0
    """share of minor blows between quarrelling parties that are referred to mediation and not recorded"""
    follow_up: float = 0.0
    """share of agreements that are looked after; one that is broken is then heard again"""
    known: float | None = None
    """share of residents who know of the strategy's services when it begins: who does not seldom comes or joins, until
    a letter, a visit or a meeting tells; None where nothing needs to be known"""
    support: float = 0.0
    """share of known offenders met at home who are helped as well"""


@dataclass(frozen=True)
class Levers:
    """Hold the five levers; the default is the force as it is."""

    grid: Grid = field(default_factory=Grid)
    team: Team = field(default_factory=Team)
    information: Information = field(default_factory=Information)
    appraisal: Appraisal = field(default_factory=Appraisal)
    participation: Participation = field(default_factory=Participation)

    def __add__(self, other: Levers) -> Levers:
        """Put two strategies together: staff adds up, and of everything else the one that departs from the default."""
        parts = {}
        for about in fields(self):
            mine, theirs = getattr(self, about.name), getattr(other, about.name)
            parts[about.name] = _joined(mine, theirs)
        return Levers(**parts)

    def scaled(self, share: float) -> Levers:
        """Give the levers of a strategy that gets a share of its means: staff, helpers and data in proportion."""
        if share == 1.0:
            return self
        if share == 0.0:
            return Levers()
        team, helped, known = self.team, self.participation, self.information
        return replace(
            self,
            team=replace(
                team,
                **{name: share * getattr(team, name) for name in (*STAFF, "share_community", "share_foot")},
                trained=share * team.trained,
            ),
            participation=replace(
                helped,
                **{
                    about.name: share * getattr(helped, about.name) for about in fields(helped) if about.name != "known"
                },
            ),
            information=replace(known, shared=share * known.shared),
        )


STAFF = ("auxiliaries", "mediators", "workers", "warden_pairs")


def _joined(mine: Any, theirs: Any) -> Any:  # noqa: ANN401 - two values of the same lever
    default = type(mine)()
    changes = {}
    for about in fields(mine):
        a, b, usual = (getattr(lever, about.name) for lever in (mine, theirs, default))
        changes[about.name] = a + b if about.name in STAFF else (a if b == usual else b)
    return type(mine)(**changes)


def check_levers(levers: Levers, *, policy: str) -> None:
    """Refuse levers that cannot be set.

    Raises
    ------
    InputError
        If a name is unknown or a number out of range.
    """
    if not isinstance(levers, Levers):
        raise InputError(f"policy {policy!r}: levers must return Levers, got {type(levers).__name__}")
    for problem in _problems(levers):
        raise InputError(f"policy {policy!r}: {problem}")


def _problems_of_value(name: str, value: object, default: object) -> Iterator[str]:
    """Say what is wrong with one value of a lever; what kind it must be shows in its default."""
    if isinstance(default, str) or (default is None and value is None):
        return
    if isinstance(default, bool):
        if not isinstance(value, bool):
            yield f"{name} must be True or False, got {value!r}"
        return
    high = _WIDE.get(name.partition(".")[2], 1.0)
    try:
        check_number(value, name, low=0.0, high=high)
    except InputError as error:
        yield str(error)


_WIDE = {
    "residents_a_cell": 1e7, "own_cell_min": 1440.0, "auxiliaries": 1000.0, "mediators": 1000.0, "workers": 1000.0,
    "fair_odds": 100.0, "turnover_per_year": 10.0, "lag_days": 3650.0, "foot_start_h": LAST_START_H,
    "community_start_h": LAST_START_H, "warden_pairs": 1000.0, "warden_start_h": LAST_START_H,
}  # fmt: skip
"""Upper bounds of numbers that are no shares."""


def _problems(levers: Levers) -> Iterator[str]:
    for lever in fields(levers):
        kind, value = type(getattr(Levers(), lever.name)), getattr(levers, lever.name)
        if not isinstance(value, kind):
            yield f"levers.{lever.name} must be a {kind.__name__}, got {value!r}"
    if levers.grid.division not in DIVISIONS:
        yield f"grid.division must be one of {', '.join(DIVISIONS)}, got {levers.grid.division!r}"
    if levers.information.estimate not in ESTIMATES:
        yield f"information.estimate must be one of {', '.join(ESTIMATES)}, got {levers.information.estimate!r}"
    for lever in fields(levers):
        value = getattr(levers, lever.name)
        for about in fields(value):
            yield from _problems_of_value(f"{lever.name}.{about.name}", getattr(value, about.name), about.default)
    team = levers.team
    if team.share_community + team.share_foot > 1.0:
        yield "team.share_community and team.share_foot must not add up to more than 1"


@dataclass(frozen=True)
class Watch:
    """Say when volunteers go on patrol, two and two, in their own street and those that touch it."""

    evenings: tuple[int, ...] = EVERY_NIGHT
    """weekdays on which they do, Monday 0"""
    from_h: float = 19.5
    """hour at which they set out"""
    hours: float = 2.0
    """how long they walk"""
    turnout: float = 0.5
    """share of the volunteers who are at home and awake then that turns up"""
