"""Neighbourhood policing: sector officers with time of their own, beside hot-spot rounds (New York, from 2015)."""

from __future__ import annotations

from dataclasses import replace

from numpy.random import Generator

from sim.params import Days, Factor, Fraction, param
from sim.policies.contract.registry import policy
from sim.policies.duties import EVENING, places_with_role, spread_over_cells
from sim.policies.hotspot import Hotspot
from sim.policies.levers import Grid, Levers, Team
from sim.policies.meetings import (
    WORK_MIN,
    give_way,
    meetings_a_day,
    meetings_of_the_evening,
    work_on_what_was_raised,
)
from sim.policies.protocol import CityBrief, Observation, Orders, Organisation, Task
from sim.policies.visiting import Visiting


@policy("neighbourhood")
class Neighbourhood(Visiting, Hotspot):
    """Hot-spot policing with officers who own a sector, a third of their shift off the radio, and coordinators.

    What officers do and when: response officers belong to a sector and answer its calls first. For a third of each
    shift (by day and in the evening) they are off the radio, except for priority 1, and visit the households of their
    sector, each once a year and the old who live alone once a quarter, so that both come to know each other; what is
    left of that time they spend in the streets of the sector. Coordinators, two for a sector as far as they suffice, do
    so all day, and meet the residents of each sector once a quarter, who say what is wrong and hear what was done. The
    rest of the shift is that of `hotspot`, with fewer stops, and fewer of them on suspicion; without `hot_spots` it is
    patrol in the sector.

    Resources: the force as it is; a part of the response officers become coordinators. Data needed: incidents on
    record. Known side effects: none that could be checked. Expected: satisfaction changes,
    crime does not (Gill et al. 2014).

    Parameters: those of `hotspot`; off_radio 0 to 0.6, coordinators 0 to 0.5 of response officers, stops_per_hour 0
    to 10, p_suspicion 0 to 1, fair_odds 1 to 5, sector_residents 500 to 100,000, days between visits 0 to 3650.
    """

    off_radio: Fraction = param(0.33, "share of a shift off the radio", source="nypd_sectors", high=0.6)
    coordinators: Fraction = param(
        0.10, "share of response officers who become coordinators", source="nypd_sectors", high=0.5
    )
    sector_residents: Factor = param(5000.0, "residents of a sector", source="prior", unit="people", low=100, high=1e6)
    hot_spots: bool = param(True, "the rest of a shift is that of hot-spot policing", source="nypd_sectors")
    meetings_days: Days = param(
        91.0, "days between two meetings of a sector with its residents; 0 for none", source="prior", high=3650
    )
    follow_share: Fraction = param(
        0.25, "share of a coordinator's day shift spent on what was raised there", source="prior"
    )
    stops_per_hour: Factor = param(
        0.07,
        "occasions in an hour at which somebody is stopped; fewer than the habit of 0.1",
        source="prior",
        unit="per h",
        high=10,
    )
    p_suspicion: Fraction = param(0.3, "share of stops on suspicion", source="prior")
    fair_odds: Factor = param(
        1.3, "odds of a fair contact, by familiarity and training", source="weisburd2022", low=1, high=5
    )

    old_alone_days: Days = param(
        91.0, "days between visits to an old person who lives alone; 0 for none", source="prior", high=3650
    )
    group_let_days: Days = param(
        365.0, "days between visits to rooms let to several newcomers; 0 for none", source="prior", high=3650
    )
    tenants_days: Days = param(365.0, "days between visits to other tenants; 0 for none", source="prior", high=3650)
    others_days: Days = param(
        365.0, "days between visits to all other households; 0 for none", source="prior", high=3650
    )

    def levers(self) -> Levers:
        """Draw sectors, name coordinators, train for fairness."""
        own = super().levers()
        return replace(
            own,
            grid=Grid(division="equal", residents_a_cell=self.sector_residents, own_cell_min=3.0),
            team=Team(share_community=self.coordinators, fair_odds=self.fair_odds),
        )

    def organise(self, brief: CityBrief) -> Organisation:
        """Give every patrol officer and coordinator a sector."""
        owned = spread_over_cells(brief, ("response", "foot", "community"))
        return Organisation(cell=brief.cell, officer_cell=owned)

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Take sector time first, then the rounds of the hottest places."""
        shift_min, alone = seen.brief.shift_min, self.off_radio * seen.brief.shift_min
        rounds = super().decide(seen, rng) if self.hot_spots else Orders()
        if seen.shift == 0:
            return Orders(tuple(self._softened(task) for task in rounds.tasks))
        crew = places_with_role(seen, "response", "foot", "community")
        coordinators = [int(seen.on_duty[at]) for at in crew if seen.role[at] == "community"]
        raised = self._raised(seen, coordinators)
        until = (1.0 - self.follow_share) * shift_min if raised else shift_min
        visits = self.visits(seen, crew, rng, end=[until if seen.role[at] == "community" else alone for at in crew])
        visits = tuple(replace(task, protected=task.officer not in coordinators) for task in visits)
        busy = {task.officer: task.end for task in visits}
        later = [replace(task, start=max(task.start, busy.get(task.officer, 0.0))) for task in rounds.tasks]
        meetings = meetings_of_the_evening(seen, coordinators, self._n_meetings(seen), rng)
        others = (*visits, *raised, *(self._softened(task) for task in later if task.start < task.end))
        return Orders(tuple(give_way(others, meetings)))

    def _n_meetings(self, seen: Observation) -> float:
        """Give the meetings of a day, on average; they are held in the evening."""
        return meetings_a_day(seen, self.sector_residents, self.meetings_days) if seen.shift == EVENING else 0.0

    def _raised(self, seen: Observation, officers: list[int]) -> tuple[Task, ...]:
        """Let coordinators end a day shift in the streets that residents named at meetings."""
        if seen.shift == EVENING:
            return ()
        start = (1.0 - self.follow_share) * seen.brief.shift_min
        return work_on_what_was_raised(seen, officers, self.follow_share, WORK_MIN, start=start)

    def _softened(self, task: Task) -> Task:
        return replace(task, p_suspicion=self.p_suspicion, stops_per_hour=self.stops_per_hour)
