"""What a deployment is judged by: which way is better, and how large a difference must be to count in a front."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sim.errors import InputError
from sim.inputs.spelling import did_you_mean


class Goal(NamedTuple):
    """Say how a measure of a deployment is judged and written."""

    better: str
    """'less' or 'more'"""
    step: float
    """share of today's value below which two deployments count as equal in a front"""
    decimals: int


GOALS = {
    "urgent_p90": Goal("less", 0.03, 1),
    "urgent_mean": Goal("less", 0.03, 1),
    "response_1_median": Goal("less", 0.03, 1),
    "response_1_p90": Goal("less", 0.03, 1),
    "response_2_median": Goal("less", 0.03, 1),
    "response_2_p90": Goal("less", 0.03, 1),
    "presence": Goal("more", 0.03, 0),
    "fairness": Goal("less", 0.05, 3),
    "worst_area": Goal("less", 0.05, 2),
    "cost": Goal("less", 0.005, 1),
    "work_most": Goal("less", 0.03, 2),
    "crossed_pct": Goal("less", 0.03, 1),
}
"""Minutes from call to arrival (a call that nobody came to counts with the time it waited); officer-minutes a day in
sight in the streets with most recorded crime; the Gini of the mean wait between areas, and the worst area's mean wait
over that of all; paid hours a day; the work of the busiest district over the mean; calls that another district's
officer reached first."""
DEFAULT_GOALS = ("urgent_p90", "presence", "fairness", "cost")


def read_goals(words: Sequence[str]) -> tuple[str, ...]:
    """Read the goals that span the front.

    Raises
    ------
    InputError
        If there is no such goal, one is named twice, or fewer than two are named.
    """
    goals = tuple(words) or DEFAULT_GOALS
    for name in goals:
        if name not in GOALS:
            raise InputError(f"--goal must be one of {', '.join(GOALS)}, got {name!r}{did_you_mean(name, list(GOALS))}")
    if len(set(goals)) < len(goals) or len(goals) < 2:
        raise InputError(f"--goal must name two goals at least, each once, got {', '.join(goals)}")
    return goals
