"""Repeats and near repeats of recorded burglaries, against the same burglaries with their dates permuted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.outcomes.near_repeats import measure_near_repeats, measure_repeat_timing
from sim.params import CRIMES
from sim.scenarios.scenario import Scenario
from sim.validation.claim import Setting
from sim.validation.seen import Seen, of_type, watch

SOON_DAYS = 14.0
SPACE_EDGES_M = (0.0, 100.0, 200.0, 300.0, 400.0)
TIME_EDGES_DAYS = (0.0, 14.0, 21.0, 28.0)
NO_REPEATS = {f"repeat.boost.{crime}": 0.0 for crime in CRIMES} | {"offending.p_return": 0.0}
"""Cuts both causes of repeats: the rise of opportunity after a success, and the offender's way back to it."""


def burglary_repeats(seen: Seen) -> dict[str, float]:
    """Count pairs of recorded burglaries on one segment less than 14 days apart; 999 permutations of all dates.

    The same of all burglaries, on record or not, stands beside them: of these, pairs are some four times as many.
    """
    numbers: dict[str, float] = {}
    for suffix, table in (("", _burglaries(seen)), ("_all", of_type(seen.tables["offences"], "burglary"))):
        found = measure_repeat_timing(
            table["segment"].to_numpy(), table["t"].to_numpy(np.float64), time_edges_days=(0.0, SOON_DAYS)
        )
        numbers |= {f"observed{suffix}": float(found.observed[0, 0]), f"expected{suffix}": float(found.expected[0, 0])}
    return numbers


def burglary_near_repeats(seen: Seen) -> dict[str, float]:
    """Make a Knox table of recorded burglaries, distance along streets between middles of segments, 999 permutations.

    Pairs on one segment are left out: they are repeats, or neighbours of a kind that the model does not tell apart.
    """
    table = _burglaries(seen)
    found = measure_near_repeats(
        seen.world.city.streets, table["segment"].to_numpy(), table["t"].to_numpy(np.float64),
        space_edges_m=SPACE_EDGES_M, time_edges_days=TIME_EDGES_DAYS,
    )  # fmt: skip
    numbers: dict[str, float] = {}
    for name, pairs in (("observed", found.observed), ("expected", found.expected)):
        # Row 0 is the same segment; columns are 0 to 14, 14 to 21 and 21 to 28 days.
        numbers[f"{name}_100"] = float(pairs[1, 0])
        numbers[f"{name}_200"] = float(pairs[2, :2].sum())
        numbers[f"{name}_far"] = float(pairs[4, 2])
    return numbers


def repeats_without_boost(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Count the same pairs in the same city with no boost after a success and no offender who comes back."""
    return burglary_repeats(watch(scenario.replace(NO_REPEATS), setting.policy, seed))


def _burglaries(seen: Seen) -> pd.DataFrame:
    return of_type(seen.tables["incidents"], "burglary")
