"""Meetings of residents with their officers: who comes says what is wrong, and hears next time what was done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.random import Generator

from sim.params import Days, Factor, Fraction, Minutes, param
from sim.policies.arguments import check_number
from sim.policies.contract.registry import policy
from sim.policies.duties import DAY_SHIFT, EVENING
from sim.policies.protocol import CityBrief, Observation, Orders, PolicyModel, Task

NAMED = 0.5
"""Residents who raised a problem, less what has faded, from which on officers work on it."""
WEEKS_BEFORE = 13.0
"""Trouble on record of so many weeks says where a meeting is most wanted."""
WORK_MIN = 60.0
"""Length of a piece of work on what was raised."""
BEGINS_MIN = 120.0
"""Meetings begin two hours into the evening shift, at six, when people are home from work."""
AFTERNOON_MIN = 300.0
"""Where no community officer works in the evening they begin five hours into the day shift, at one."""
EVENING_BEGINS_MIN = 840.0
"""A duty from two in the afternoon on reaches into the evening."""
LONGEST_MIN = 120.0
"""Time that must be left for one."""


@policy("meetings")
class Meetings(PolicyModel):
    """Residents meet their officers, say what is wrong in their street, and hear next time what was done about it.

    What officers do and when: each neighbourhood has a meeting every `every_days`, in the evening (by day, where no
    community officer works later), in a street that is drawn by what is on record there; residents of that street and
    of those next to it are asked. By day community officers spend `follow_share` of their shift in the streets that
    were named, most named first, on what was named. Streets where nobody came to a meeting get nothing: who comes is
    heard.

    Resources: community officers on duty. Data needed: the record, and the notes of the meetings.

    Known side effects: those with ties come, newcomers and the young do not; what is done follows who comes. Police
    departments describe such meetings (Build the Block in New York, deliberation in the Fengqiao experience); no trial
    of them by themselves was found.

    Parameters: every_days 7 to 3,650, residents_a_meeting 100 to 100,000, follow_share 0 to 1, dwell 10 to 480 min.
    """

    every_days: Days = param(91.0, "days between two meetings of a neighbourhood", source="prior", low=7, high=3650)
    residents_a_meeting: Factor = param(
        1000.0, "residents of a neighbourhood with meetings", source="prior", unit="people", low=100, high=1e5
    )
    follow_share: Fraction = param(
        0.3, "share of a community officer's day shift spent on what was raised", source="prior"
    )
    dwell: Minutes = param(WORK_MIN, "length of a piece of work in a street", source="prior", low=10, high=480)

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Hold the meetings of the evening, and by day do what was asked for."""
        crew = seen.with_role("community").tolist()
        meetings: tuple[Task, ...] = ()
        work: tuple[Task, ...] = ()
        if seen.shift == shift_of_meetings(seen.brief):
            a_day = meetings_a_day(seen, self.residents_a_meeting, self.every_days)
            meetings = meetings_of_the_evening(seen, crew, a_day, rng)
        if seen.shift == DAY_SHIFT:
            work = work_on_what_was_raised(seen, crew, self.follow_share, self.dwell)
        return Orders(tuple(give_way(work, meetings)))


def meetings_a_day(seen: Observation, residents: float, every_days: float) -> float:
    """Give the mean number of meetings a day if so many residents have one every so many days; 0 days for none."""
    return seen.brief.n_residents / residents / every_days if every_days > 0.0 else 0.0


def meetings_of_the_evening(
    seen: Observation, officers: Iterable[int], a_day: float, rng: Generator
) -> tuple[Task, ...]:
    """Let some officers hold the meetings of an evening, each in a street drawn by what is on record there.

    Parameters
    ----------
    a_day
        meetings in the city, on average

    Raises
    ------
    InputError
        If the number of meetings is negative.
    """
    a_day = check_number(a_day, "meetings a day", low=0.0)
    # Evenly over the days: a third of a meeting a day is one every third evening.
    n = int((seen.day + 1) * a_day) - int(seen.day * a_day)
    begins = BEGINS_MIN if seen.shift == EVENING else AFTERNOON_MIN
    crew = [officer for officer in officers if _has_time(seen, officer, begins)]
    weight = np.where(seen.brief.dwellings > 0, 1.0 + seen.counts(weeks=WEEKS_BEFORE), 0.0)
    n = min(n, len(crew), int((weight > 0).sum()))
    if n == 0:
        return ()
    streets = rng.choice(seen.brief.n_segments, n, replace=False, p=weight / weight.sum())
    chosen = rng.permutation(crew)[:n]
    return tuple(
        Task(officer, "meeting", (street,), start=begins, end=seen.window(officer)[1], protected=True)
        for officer, street in zip(chosen.tolist(), streets.tolist(), strict=True)
    )


def work_on_what_was_raised(
    seen: Observation, officers: Iterable[int], share: float, dwell: float, *, start: float = 0.0
) -> tuple[Task, ...]:
    """Send officers to the streets that residents named, most named first, for a share of the shift from `start` on.

    Raises
    ------
    InputError
        If the share is none.
    """
    share = check_number(share, "the share of a shift", low=0.0, high=1.0)
    end = min(start + share * seen.brief.shift_min, seen.brief.shift_min)
    crew = sorted(officers)
    places = np.flatnonzero(seen.raised >= NAMED)
    places = places[np.argsort(-seen.raised[places], kind="stable")]
    n_each = int((end - start) // dwell)
    rounds = [(officer, places[i :: len(crew)][:n_each].tolist()) for i, officer in enumerate(crew)]
    return tuple(
        Task(officer, "problem", tuple(mine), dwell=dwell, start=start, end=end) for officer, mine in rounds if mine
    )


def give_way(tasks: Iterable[Task], meetings: Iterable[Task]) -> list[Task]:
    """Cut short what officers would do while they hold a meeting; the meetings come last."""
    held = {task.officer: task.start for task in meetings}
    cut = [replace(task, end=min(task.end, held.get(task.officer, task.end))) for task in tasks]
    return [*(task for task in cut if task.start < task.end), *meetings]


def shift_of_meetings(brief: CityBrief) -> int:
    """Name the shift in which meetings are held: the evening, or the day where no community officer works later."""
    begins = brief.duty_begins[[role == "community" for role in brief.role]]
    return EVENING if (begins >= EVENING_BEGINS_MIN).any() else DAY_SHIFT


def _has_time(seen: Observation, officer: int, at: float) -> bool:
    begin, end = seen.window(officer)
    return begin <= at and end - at >= LONGEST_MIN
