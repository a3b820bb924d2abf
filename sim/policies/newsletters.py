"""Letters to homes, month after month: to those of some streets, as a trial of newsletters orders them, or to all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

from sim.params import Count, Days, Minutes, param
from sim.policies.contract.registry import policy
from sim.policies.duties import DAY_SHIFT, GOLDEN
from sim.policies.protocol import Observation, Orders, PolicyModel, Task


class Newsletters(PolicyModel):
    """Write to all homes of the named streets once in a period what police did there about their problems.

    What officers do and when: from the first day on, community officers begin each day shift with letters to the next
    streets of the list, and patrol when they are done; then the list begins anew. All else is as without it.

    Resources: community officers on duty. Data needed: the list of streets.
    """

    name = "newsletters"

    streets: tuple[int, ...] = param((), "segments whose homes get letters", source="model")
    first_day: Count = param(0, "day of the first letters", source="model", unit="day of the run", high=36_500)
    every_days: Count = param(30, "days after which each home gets the next letter", source="prior", low=1, high=3650)
    a_street_min: Minutes = param(2.0, "time at the desk for the letters of a street", source="prior", low=1)

    def due(self, day: int) -> tuple[int, ...]:
        """Name the streets that are written to on a day."""
        if day < self.first_day:
            return ()
        a_day = -(-len(self.streets) // self.every_days)
        place = (day - self.first_day) % self.every_days * a_day
        return self.streets[place : place + a_day]

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Share the streets of the day out among the community officers on duty."""
        return Orders(letters_of_the_day(seen, self.due(seen.day), self.a_street_min))


@policy("letters")
class Letters(PolicyModel):
    """Write to every home, every `every_days`, what police did about the problems of its street.

    What officers do and when: community officers begin each day shift with letters to the streets whose turn it is, and
    patrol when they are done. Letters and messages to telephones are one thing here: what differs is who reads them.

    Resources: community officers by day. Data needed: what was done in each street.

    Known side effects: none were found. Newsletters in seven London wards raised confidence and softened a fall of it
    (Hohl, Bradford & Stanko 2010).

    Parameters: every_days 7 to 3,650, a_street_min 0.5 to 60 min.
    """

    every_days: Days = param(30.0, "days after which each home gets the next letter", source="prior", low=7, high=3650)
    a_street_min: Minutes = param(2.0, "time at the desk for the letters of a street", source="prior", low=0.5, high=60)

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Write to the streets whose turn it is."""
        return Orders(letters_of_the_day(seen, streets_due(seen, self.every_days), self.a_street_min))


def streets_due(seen: Observation, every_days: float) -> list[int]:
    """Name the streets with homes whose turn it is to get a letter today, each once in so many days."""
    turn = np.arange(seen.brief.n_segments) * GOLDEN % 1.0
    before, after = (np.floor(day / every_days - turn) for day in (seen.day, seen.day + 1))
    due: list[int] = np.flatnonzero((after > before) & (seen.brief.dwellings > 0)).tolist()
    return due


def letters_of_the_day(seen: Observation, streets: Sequence[int], a_street_min: float) -> tuple[Task, ...]:
    """Share streets that are written to out among the community officers of the day shift."""
    if seen.shift != DAY_SHIFT:
        return ()
    hours = {officer: seen.window(officer) for officer in seen.with_role("community").tolist()}
    crew = [(officer, begin, end) for officer, (begin, end) in hours.items() if begin < end]
    return tuple(
        Task(officer, "letters", tuple(streets[i :: len(crew)]), dwell=a_street_min, start=begin, end=end)
        for i, (officer, begin, end) in enumerate(crew)
        if len(streets) > i
    )
