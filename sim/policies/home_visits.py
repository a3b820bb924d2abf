"""Visits to homes that are named beforehand: what a trial at the door orders."""

from __future__ import annotations

from numpy.random import Generator

from sim.params import Count, param
from sim.policies.duties import DAY_SHIFT, EVENING
from sim.policies.protocol import Observation, Orders, PolicyModel, Task


class HomeVisits(PolicyModel):
    """Visit each of the named homes once, some each day, by day and in the evening.

    What officers do and when: from the first day on, community officers visit the next homes of the list, the first
    half of a day's homes in the day shift and the others in the evening; they are off the radio but for priority 1.
    A home where nobody opens is not visited again. All else is as without it.

    Resources: community officers on duty; what they cannot do within the shift is left out. Data needed: the list.
    """

    name = "home_visits"

    homes: tuple[int, ...] = param((), "households in the order in which they are visited", source="model")
    first_day: Count = param(0, "day of the first visits", source="model", unit="day of the run", high=36_500)
    a_day: Count = param(40, "homes a day", source="model", low=1, high=100_000)

    def day_of(self, place: int) -> int:
        """Tell on which day the home at a place of the list is visited."""
        return self.first_day + place // self.a_day

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Share the homes of this shift out among the community officers on duty."""
        crew = seen.with_role("community").tolist()
        done = (seen.day - self.first_day) * self.a_day
        if seen.shift not in (DAY_SHIFT, EVENING) or done < 0 or not crew:
            return Orders()
        today = self.homes[done : done + self.a_day]
        half = -(-len(today) // 2)
        mine = today[:half] if seen.shift == DAY_SHIFT else today[half:]
        return Orders(
            tuple(
                Task(officer, "homes", mine[i :: len(crew)], end=seen.brief.shift_min, protected=True)
                for i, officer in enumerate(crew)
                if mine[i :: len(crew)]
            )
        )
