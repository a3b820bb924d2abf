"""Room for what may go on between people: disputes and grudges, and the levers where no strategy sets one."""

from __future__ import annotations

import numpy as np

from sim.agents.affairs import GRUDGE_ROWS, LEVERS, ROOMS
from sim.agents.state import Table
from sim.agents.tables import NEVER, NONE, row_dtype
from sim.clock import YEAR_DAYS
from sim.policies.protocol import HOMES_A_HEAD
from sim.scenarios.scenario import Scenario


def room_for_disputes(scenario: Scenario, n_households: int) -> int:
    """Give rows for thrice the disputes that go on at a usual moment: dense streets have more, and none may be lost."""
    p = scenario.disputes
    life_years = p.dispute_half_life_days * np.log2(1.0 / p.dispute_over) / YEAR_DAYS
    going_on = n_households * p.disputes_per_household * max(p.tenancy_factor, 1.0) * life_years
    return int(256 + n_households // 10 + 3.0 * going_on)


def no_grudges(n_residents: int) -> Table:
    """Make room for grudges, of which there are none yet."""
    grudges = np.zeros(256 + n_residents // 500, row_dtype(GRUDGE_ROWS))
    grudges["t"] = NEVER
    return grudges


def neutral_levers() -> Table:
    """Lay out the levers as they stand where no strategy sets one."""
    row = np.zeros(1, row_dtype(LEVERS))
    row["stop_factor"] = row["service_factor"] = row["fair_odds"] = 1.0
    row["doorstaff_nights"] = 1
    row["known"] = -1.0
    row["homes_a_head"] = HOMES_A_HEAD
    return row


def no_rooms(n_segments: int) -> Table:
    """Lay out where the next police room is while there is none."""
    rooms = np.zeros(n_segments, row_dtype(ROOMS))
    rooms["segment"] = NONE
    return rooms
