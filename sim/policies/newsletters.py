"""Letters to the homes of some streets, month after month: what a trial of newsletters orders."""

from __future__ import annotations

from numpy.random import Generator

from sim.params import Count, Minutes, param
from sim.policies.protocol import Observation, Orders, PolicyModel, Task

DAY_SHIFT = 1


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
        crew, streets = seen.with_role("community").tolist(), self.due(seen.day)
        if seen.shift != DAY_SHIFT or not streets or not crew:
            return Orders()
        tasks = []
        for i, officer in enumerate(crew):
            mine, (begin, end) = streets[i :: len(crew)], seen.window(officer)
            if mine and begin < end:
                tasks.append(Task(officer, "letters", mine, dwell=self.a_street_min, start=begin, end=end))
        return Orders(tuple(tasks))
