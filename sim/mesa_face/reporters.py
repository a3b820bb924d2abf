"""What the data collector keeps of a model unless told otherwise: named functions, so that a model can be pickled."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.agents.tables import NONE
from sim.params import CRIMES

if TYPE_CHECKING:
    from sim.mesa_face.model import CommunityPolicingModel


def count_offences(model: CommunityPolicingModel, *, kind: int) -> int:
    """Count the offences of a type so far."""
    return int(model.so_far("n_offences", "today_offences")[kind])


def count_calls(model: CommunityPolicingModel) -> int:
    """Count the calls so far."""
    return int(model.so_far("n_calls", "n_calls"))


def count_queue(model: CommunityPolicingModel) -> int:
    """Count the calls that wait."""
    return int(model.world.state.c["n_queue"][0])


def count_on_duty(model: CommunityPolicingModel) -> int:
    """Count the officers on duty."""
    return int(np.count_nonzero(model.world.state.officers["on_duty"]))


def count_busy(model: CommunityPolicingModel) -> int:
    """Count the officers with a call in hand."""
    return int(np.count_nonzero(model.world.state.officers["call"] != NONE))


def mean_attitude(model: CommunityPolicingModel, *, name: str) -> float:
    """Give the mean of an attitude over the residents who are in the city."""
    residents = model.world.state.residents
    return float(residents[name][residents["present"] == 1].mean(dtype=float))


def give_time(model: CommunityPolicingModel) -> float:
    """Give the minutes since the first midnight."""
    return model.time


REPORTERS: dict[str, Callable[[CommunityPolicingModel], Any]] = {
    "time": give_time,
    **{crime: partial(count_offences, kind=kind) for kind, crime in enumerate(CRIMES)},
    "calls": count_calls,
    "queue": count_queue,
    "officers_on_duty": count_on_duty,
    "officers_busy": count_busy,
    **{name: partial(mean_attitude, name=name) for name in ("security", "satisfaction", "trust")},
}
"""What is collected: time, offences so far by type, calls so far, calls that wait, officers on duty and on a call, and
the mean attitudes of residents."""
