"""Problem-oriented policing: scan, analyse, respond, assess, at a few places (Goldstein's loop)."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.random import Generator

from sim.params import Count, Days, Fraction, Minutes, param
from sim.policies.contract.registry import policy
from sim.policies.protocol import Floats, Ints, Observation, Orders, PolicyModel, Task

QUARTER_MIN = 91.0 * 1440.0
QUARTERS = 4
"""A problem is worked on for a year at most; what was on record earlier has left the window of the record book."""


@policy("problem_oriented")
class ProblemOriented(PolicyModel):
    """Choose a few problem places a year from the record, work on the places themselves, and look whether it helped.

    What officers do and when: once a quarter the places with most on record in the last year that are not yet
    worked on are chosen, as many as the year's number allows. By day, community and foot officers work on the
    chosen places: they see owners, landlords and the city about lighting, locks, licences and management. Every
    quarter each place is assessed: where the last quarter brought fewer records than the one before it was chosen,
    work ends and the time goes to the others. Nothing happens before the work is set up.

    Resources: `share_of_force` of community and foot officers by day. Data needed: a year of incidents on record.

    Known side effects: a slow start; what is worked on is what is on record, and places of unreported crime are
    missed. Expected: falls of about a third at treated problems (mean of 34 studies, Hinkle et al. 2020),
    little effect on fear.

    Parameters: problems_a_year 1 to 20, setup_days 0 to 1,000, share_of_force 0 to 1, dwell 15 to 480 min.
    """

    problems_a_year: Count = param(8, "problem places taken up in a year", source="prior", low=1, high=20)
    setup_days: Days = param(90.0, "days until the first work on a place", source="prior", high=1000)
    share_of_force: Fraction = param(
        0.7, "share of community and foot officers by day who work on problems", source="prior"
    )
    dwell: Minutes = param(120.0, "length of a piece of work at a place", source="prior", low=15, high=480)

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Send officers to the problem places by day."""
        crew = seen.with_role("community", "foot", "auxiliary")
        crew = rng.permutation(crew)[: round(self.share_of_force * len(crew))]
        if seen.shift != 1 or seen.now < self.setup_days * 1440.0 or not len(crew):
            return Orders()
        places = self.problems(seen)
        tasks = []
        for i, officer in enumerate(crew.tolist()):
            mine = places[i % len(places) :: len(crew)] if len(places) else places
            if len(mine):
                tasks.append(Task(officer, "problem", tuple(mine.tolist()), dwell=self.dwell, end=seen.brief.shift_min))
        return Orders(tuple(tasks))

    def problems(self, seen: Observation) -> Ints:
        """Choose the places that are worked on in this quarter."""
        return problem_places(seen, self.problems_a_year, self.scan)

    def scan(self, seen: Observation, *, until: float) -> Floats:
        """Score the places by what is on record in the year before a moment."""
        return recorded_in_a_year(seen, until=until)


class Scan(Protocol):
    """Score places at a moment."""

    def __call__(self, seen: Observation, *, until: float) -> Floats:
        """Give (n_segments,) scores; 0 for a place without a problem."""


def recorded_in_a_year(seen: Observation, *, until: float) -> Floats:
    """Count what is on record of each place in the year before a moment."""
    return seen.counts(weeks=52.0, until=until)


def problem_places(seen: Observation, a_year: float, scan: Scan = recorded_in_a_year) -> Ints:
    """Choose the places that are worked on in this quarter: those chosen in the last year that are not solved.

    Nothing is chosen in the first quarter of a run, before there is a record to choose by.

    Parameters
    ----------
    a_year
        places taken up in a year, one a quarter at least
    """
    this = int(seen.now // QUARTER_MIN)
    each = max(1, round(a_year / QUARTERS))
    chosen: list[int] = []
    for quarter in range(max(1, this - QUARTERS + 1), this + 1):
        began = quarter * QUARTER_MIN
        score = scan(seen, until=began)
        score[chosen] = 0.0
        worst = np.argsort(-score, kind="stable")[:each]
        chosen += [int(s) for s in worst if score[s] > 0.0 and not _is_solved(seen, int(s), began)]
    return np.array(chosen, np.int32)


def _is_solved(seen: Observation, segment: int, began: float) -> bool:
    """Assess whether the quarter after the work brought far fewer records than the one before it."""
    if seen.now < began + 2.0 * QUARTER_MIN:
        return False
    before = seen.counts(weeks=13.0, until=began)[segment]
    after = seen.counts(weeks=13.0, until=began + 2.0 * QUARTER_MIN)[segment]
    return bool(after < 0.5 * before)
