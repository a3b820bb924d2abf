"""How many calls each street makes in the mean, as years of call logs tell: what cells of equal work are drawn by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import State
from sim.scenarios.people import Demand

Floats = NDArray[np.float64]


def expected_work(demand: Demand, state: State) -> Floats:
    """Give the calls for 1,000 residents and year to which a unit is sent, by the street where they lie.

    Homes alone would not do: traffic lies on main streets, and help is called for by shops and schools. Logs know the
    streets that call more than others like them. Offences and quarrels are counted by homes (`planned_home_calls`).

    Returns
    -------
    work
        (n_segments,) calls; they sum to all of them
    """
    order, homes = state.street_order, state.segments["dwellings"].astype(np.float64)
    traffic, trade = (_by_street(order, upto) for upto in (state.traffic_upto, state.help_upto))
    welfare = demand.other_calls * demand.share_welfare * (1.0 - demand.referred_welfare)
    parts = (
        (demand.other_calls * demand.share_traffic * (1.0 - demand.referred_traffic), traffic),
        (demand.other_calls * demand.share_noise * (1.0 - demand.referred_noise), state.segments["loudness"]),
        (welfare * demand.share_welfare_places, trade),
        (welfare * (1.0 - demand.share_welfare_places) + demand.planned_home_calls, homes),
    )
    work = np.zeros(len(homes))
    for calls, weight in parts:
        # Summed in the order of keys, so that no bit hangs on how streets are numbered.
        total = float(weight[order].sum(dtype=np.float64))
        if total > 0.0:
            work += calls / total * weight
    return work


def _by_street(order: NDArray[np.int32], upto: Floats) -> Floats:
    each = np.empty(len(upto))
    each[order] = np.diff(upto, prepend=0.0)
    return each
