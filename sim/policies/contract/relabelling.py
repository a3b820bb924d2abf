"""Give segments and officers other numbers: a strategy that is blind to numbers must not notice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.policies.protocol import CityBrief, Ints, Observation, Orders
from sim.roles import AT_HOMES

OWN_NUMBERS = AT_HOMES | {"mediation", "supervise"}
"""Kinds of task whose targets are no segments."""


def relabel_observation(seen: Observation, segment: Ints, officer: Ints) -> Observation:
    """Renumber an observation.

    Parameters
    ----------
    segment
        (n_segments,) new number of each segment
    officer
        (n_officers,) new number of each officer
    """
    duty = officer[seen.on_duty]
    order = np.argsort(duty)
    return replace(
        seen,
        brief=_relabel_brief(seen.brief, segment, officer),
        on_duty=duty[order],
        role=tuple(seen.role[i] for i in order),
        cell=seen.cell[order],
        record=replace(seen.record, segment=segment[seen.record.segment]),
        shared=None if seen.shared is None else replace(seen.shared, segment=segment[seen.shared.segment]),
        registered=_moved(seen.registered, segment),
        raised=_moved(seen.raised, segment),
        dispute_segment=segment[seen.dispute_segment],
        files=replace(seen.files, segment=segment[seen.files.segment]),
    )


def relabel_orders(orders: Orders, segment: Ints, officer: Ints) -> Orders:
    """Renumber orders in the same way; disputes, households and persons keep their numbers."""
    return Orders(
        tuple(
            replace(
                task,
                officer=int(officer[task.officer]),
                targets=tuple(t if task.kind in OWN_NUMBERS else int(segment[t]) for t in task.targets),
            )
            for task in orders.tasks
        )
    )


def _relabel_brief(brief: CityBrief, segment: Ints, officer: Ints) -> CityBrief:
    start, neighbours = _relabel_neighbours(brief, segment)
    return replace(
        brief,
        segment_length_m=_moved(brief.segment_length_m, segment),
        segment_x=_moved(brief.segment_x, segment),
        segment_y=_moved(brief.segment_y, segment),
        neighbours_start=start,
        neighbours=neighbours,
        dwellings=_moved(brief.dwellings, segment),
        district=_moved(brief.district, segment),
        cell=_moved(brief.cell, segment),
        jobs=_moved(brief.jobs, segment),
        shops=_moved(brief.shops, segment),
        venues=_moved(brief.venues, segment),
        stations=_moved(brief.stations, segment),
        pupils=_moved(brief.pupils, segment),
        on_foot=_moved(brief.on_foot, officer),
        duty_begins=_moved(brief.duty_begins, officer),
        duty_min=_moved(brief.duty_min, officer) if brief.duty_min.size else brief.duty_min,
        base=_moved(segment[brief.base], officer),
        household_segment=segment[brief.household_segment],
        role=tuple(_moved(np.array(brief.role), officer).tolist()),
    )


def _relabel_neighbours(brief: CityBrief, segment: Ints) -> tuple[Ints, Ints]:
    n_neighbours = np.diff(brief.neighbours_start)
    row = segment[np.repeat(np.arange(brief.n_segments), n_neighbours)]
    other = segment[brief.neighbours]
    order = np.lexsort((other, row))
    start = np.concatenate([[0], np.cumsum(_moved(n_neighbours, segment))]).astype(np.int32)
    return start, other[order]


def _moved(values: NDArray[Any], new_number: Ints) -> NDArray[Any]:
    moved = np.empty_like(values)
    moved[new_number] = values
    return moved
