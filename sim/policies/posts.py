"""A dense net of fixed posts, staffed day and night; a generic arm without any attribute of those checked."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from sim.params import Count, Factor, Fraction, param
from sim.policies.contract.registry import policy
from sim.policies.levers import Grid, Levers, Team
from sim.policies.protocol import CityBrief, Ints, Observation, Orders, Organisation, PolicyModel, Task


@policy("posts")
class Posts(PolicyModel):
    """Fixed posts in a dense net, staffed day and night, with identity checks of passers-by.

    What officers do and when: the city is divided into cells of equal homes, and a post stands in the middle of
    each. Hired staff holds it in three shifts, checks people who pass, whoever they are, and leaves it for breaks
    only. The rest of the force patrols and answers calls as before.

    Resources: by far the most of all strategies: a post needs 15 to 17 staff to stand day and night. Data needed:
    none.

    Known side effects: everybody who passes is checked, again and again; trust, mobility and officer-hours are the
    price. Independent sources describe the main use of such nets as surveillance of an ethnic group, with severe
    abuse of rights. This arm knows no such attribute and cannot show that harm. Officer-hours, checks a person, and
    trust always stand beside crime, and it is never ranked on crime alone. Analogue for the effect: a fixed guard
    cut car theft in its own block by 75 % and not beyond (Di Tella & Schargrodsky 2004).

    Parameters: residents_a_post 500 to 1,000,000 (about 3,700 in one account), staff_a_post 1 to 30,
    checks_per_hour 0 to 60.
    """

    residents_a_post: Factor = param(
        3700.0, "residents for each post", source="dense_posts", unit="people", low=100, high=1e6
    )
    staff_a_post: Count = param(
        15, "staff that a post has, all shifts and days off together", source="dense_posts", low=1, high=30
    )
    checks_per_hour: Factor = param(
        4.0,
        "occasions in an hour at which a passer-by is checked, if there is one",
        source="prior",
        unit="per h",
        high=60,
    )
    sworn_share: Fraction = param(
        0.0, "share of response officers who hold posts on foot instead of driving", source="prior"
    )

    def levers(self) -> Levers:
        """Draw a cell for each post and hire its staff."""
        return Levers(
            grid=Grid(division="equal", residents_a_cell=self.residents_a_post),
            team=Team(
                auxiliaries=1000.0 * self.staff_a_post / self.residents_a_post,
                share_foot=self.sworn_share,
                round_the_clock=True,
            ),
        )

    def organise(self, brief: CityBrief) -> Organisation:
        """Give the staff their posts, in turn, so that every post has some in every shift."""
        cells = np.unique(brief.cell)
        owned = np.full(len(brief.officer), -1, np.int32)
        staff = brief.officer[[brief.role[o] == "auxiliary" for o in brief.officer.tolist()]]
        for begin in np.unique(brief.duty_begins[staff]):
            crew = staff[brief.duty_begins[staff] == begin]
            owned[crew] = cells[np.arange(len(crew)) % len(cells)]
        return Organisation(cell=brief.cell, officer_cell=owned)

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Order the staff to their posts for the whole shift."""
        post = middle_of_cells(seen.brief)
        tasks = []
        for officer, role, cell in zip(seen.on_duty.tolist(), seen.role, seen.cell.tolist(), strict=True):
            if role == "auxiliary" and cell >= 0:
                tasks.append(
                    Task(
                        officer,
                        "post",
                        (int(post[cell]),),
                        end=seen.brief.shift_min,
                        cell=cell,
                        stops_per_hour=self.checks_per_hour,
                        p_suspicion=1.0,
                    )
                )
        return Orders(tuple(tasks))


def middle_of_cells(brief: CityBrief) -> Ints:
    """Name the segment nearest to the middle of each cell, weighted by homes; -1 for a number that no cell has."""
    middle = np.full(int(brief.cell.max()) + 1, -1, np.int32)
    for cell in np.unique(brief.cell):
        mine = np.flatnonzero(brief.cell == cell)
        weight = brief.dwellings[mine] + 1e-9
        x, y = (np.average(v[mine], weights=weight) for v in (brief.segment_x, brief.segment_y))
        middle[cell] = mine[np.argmin(np.hypot(brief.segment_x[mine] - x, brief.segment_y[mine] - y))]
    return middle
