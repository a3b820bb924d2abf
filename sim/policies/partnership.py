"""A community safety partnership: agencies pool data, choose problems, and mend the place (Exeter)."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from sim.params import Days, Factor, Fraction, param
from sim.policies.contract.registry import policy
from sim.policies.levers import Information, Levers, Participation, Team
from sim.policies.problem_oriented import ProblemOriented
from sim.policies.protocol import Floats, Observation, Orders, Task

WEEK_MIN = 7.0 * 1440.0


@policy("partnership")
class Partnership(ProblemOriented):
    """Problem solving with partners: their data show what nobody reported, their staff works on the places too.

    What officers do and when: once a quarter the partnership pools the police record with what hospitals, schools
    and housing know, chooses problem places as `problem_oriented` does, and works on them by day; in the evening
    support officers walk rounds at the places. The set-up takes most of a year (6 to 33 months have been seen).

    Resources: support officers (auxiliaries), community and foot officers, and the hours of agencies. Data needed:
    the record, and what partners share, two weeks late.

    Known side effects: privacy; a slow start; people who live on the street are moved on. Unreported violence
    becomes visible to those who plan. About 14 agencies have sat in Exeter's statutory partnership since 1998; no
    evaluation of it with a comparison was found.

    Parameters: those of `problem_oriented`; shared, agencies 0 to 1, support_officers 0 to 5 for 1,000 residents.
    """

    setup_days: Days = param(
        240.0,
        "days until the first work on a place; 6 to 33 months have been seen",
        source="exeter_partnership",
        high=1000,
    )
    shared: Fraction = param(0.3, "share of offences nobody reported that partners know of and share", source="prior")
    agencies: Fraction = param(
        0.8, "work that agencies add to each officer-hour, of the most that they can", source="prior"
    )
    support_officers: Factor = param(
        0.05,
        "support officers for 1,000 residents",
        source="exeter_partnership",
        unit="per 1,000",
        high=5,
        published=(0.07, 0.07),
        note="6 for about 83,000 people, in the district next door",
    )

    def levers(self) -> Levers:
        """Pool data and staff."""
        return Levers(
            team=Team(auxiliaries=self.support_officers),
            information=Information(shared=self.shared),
            participation=Participation(agencies=self.agencies),
        )

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Work on places by day, walk there in the evening."""
        orders = super().decide(seen, rng)
        if seen.shift != 2 or seen.now < self.setup_days * 1440.0:
            return orders
        places = self.problems(seen)
        walkers = seen.with_role("foot", "auxiliary")
        return orders + Orders(
            tuple(
                Task(int(walker), "rounds", tuple(rng.permutation(places).tolist()), end=seen.brief.shift_min)
                for walker in walkers
                if len(places)
            )
        )

    def scan(self, seen: Observation, *, until: float) -> Floats:
        """Score the places by the record and by what partners know."""
        score = super().scan(seen, until=until)
        if seen.shared is None:
            return score
        known = seen.shared
        chosen = (known.t >= until - 52.0 * WEEK_MIN) & (known.t_recorded <= until)
        return score + np.bincount(known.segment[chosen], minlength=seen.brief.n_segments)
