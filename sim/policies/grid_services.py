"""Grid services: civilian workers who look after a few hundred households each (Huangpu, Guangzhou)."""

from __future__ import annotations

from numpy.random import Generator

from sim.params import Days, Factor, Fraction, Minutes, param
from sim.policies.contract.registry import policy
from sim.policies.duties import inspection_round, places_with_role, spread_over_cells
from sim.policies.levers import Appraisal, Grid, Levers, Team
from sim.policies.protocol import CityBrief, Observation, Orders, Organisation, Task
from sim.policies.visiting import Visiting


@policy("grid_services")
class GridServices(Visiting):
    """A civilian worker in each cell of some 200 households finds nuisances and files tickets; others put them right.

    What workers do and when: by day and in the evening they walk the streets of their cell and file a ticket for
    what is out of order, and make a few visits, in which tenants are registered. Who handles a ticket is another
    office, days later. Police do what they did before.

    Resources: civilian workers, one for about 200 households, who cost what the scenario says. Data needed: none.

    Known side effects: tickets for nothing, where workers are counted by tickets; people are looked at a good deal.
    Expected: disorder changes, deterrence hardly, since nobody takes a worker for police. 293 pilot cells of about
    200 households were announced in October 2014, 816 planned; no evaluation with a comparison was found.

    Parameters: households_a_cell 50 to 5,000, visit_share 0 to 1, dwell 1 to 60 min, counted 0 to 1.
    """

    households_a_cell: Factor = param(
        200.0, "households of a worker's cell", source="huangpu_pilot", unit="households", low=50, high=5000
    )
    household_size: Factor = param(
        2.4, "residents of a household, to plan by", source="prior", unit="people", low=1, high=8
    )
    visit_share: Fraction = param(
        0.25, "share of a shift at most that visits may take; one to five a day", source="prior"
    )
    old_alone_days: Days = param(
        30.0, "days between visits to an old person who lives alone; 0 for none", source="prior", high=3650
    )
    dwell: Minutes = param(8.0, "length of an inspection of a street", source="prior", low=1, high=60)
    counted: Fraction = param(0.5, "weight of tickets and visits in a worker's appraisal", source="prior")

    def levers(self) -> Levers:
        """Hire a worker a cell, and count what they file."""
        a_cell = self.households_a_cell * self.household_size
        return Levers(
            grid=Grid(division="equal", residents_a_cell=a_cell),
            team=Team(workers=1000.0 / a_cell),
            appraisal=Appraisal(visits=self.counted),
        )

    def organise(self, brief: CityBrief) -> Organisation:
        """Give every worker a cell."""
        return Organisation(cell=brief.cell, officer_cell=spread_over_cells(brief, ("worker",)))

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Send workers on visits first, then through the streets."""
        shift_min = seen.brief.shift_min
        turn, crew = self.visit_share * shift_min, places_with_role(seen, "worker")
        tasks: list[Task | None] = [*self.visits(seen, crew, rng, end=turn)]
        tasks += [inspection_round(seen, at, rng, dwell=self.dwell, start=turn, end=shift_min) for at in crew]
        return Orders(tuple(task for task in tasks if task is not None))
