"""Where recorded crime and calls concentrate, over all street segments of the city."""

from __future__ import annotations

from sim.agents.tables import CALLS, INVALID
from sim.outcomes.concentration import count_incidents, find_smallest_share, measure_concentration
from sim.outcomes.response import select_called
from sim.validation.seen import Seen


def recorded(seen: Seen) -> dict[str, float]:
    """Count the year's records of all types by segment; for chance, as many are thrown on the segments 200 times.

    The Gini coefficient is the one corrected for few incidents [bernasco2017].
    """
    found = measure_concentration(seen.tables["incidents"]["segment"].to_numpy(), seen.n_segments)
    return {
        "half": 100.0 * found.share_holding_50,
        "quarter": 100.0 * found.share_holding_25,
        "gini_beyond_chance": found.gini_corrected - found.random_gini_corrected.value,
        "half_at_random": 100.0 * found.random_share_holding_50.value,
    }


def calls(seen: Seen) -> dict[str, float]:
    """Count the year's calls by segment, without those that end on the telephone and without officers' own finds."""
    called = select_called(seen.tables["calls"])
    needing = called[called["kind"] != CALLS[INVALID]]
    counts = count_incidents(needing["segment"].to_numpy(), seen.n_segments)
    return {"half": 100.0 * find_smallest_share(counts, 0.5)}
