"""When two points are one place: by the distance between them, wherever they lie."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SNAP_M = 0.05
"""Vertices of different lines within this distance meet. Files that are rounded, projected or drawn by hand
leave gaps of millimetres to some centimetres; no two kerbs are that near."""

WIDEST_PLACE = 4.0
"""Points that hang together by steps of the tolerance are one place up to this many times its width; beyond it they
are a line that is drawn very densely, and are thinned."""


def number_places(
    points: NDArray[np.float64], tolerance_m: float = SNAP_M
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Give points within a distance of each other one place; the order of the points decides nothing.

    Parameters
    ----------
    points
        (n, 2) metres.
    tolerance_m
        Points no further apart than this are one.

    Returns
    -------
    places
        (n_places, 2) metres: of the points of a place the westernmost.
    number
        (n,) place of each point.
    """
    if not len(points):
        return points.reshape(0, 2), np.zeros(0, np.int32)
    exact, number = np.unique(points, axis=0, return_inverse=True)
    stands_for = _stands_for(exact, tolerance_m)
    kept, place = np.unique(stands_for, return_inverse=True)
    return exact[kept], place[number.ravel()].astype(np.int32)


def _stands_for(points: NDArray[np.float64], tolerance_m: float) -> NDArray[np.int64]:
    """Name the point that stands for each of some points that are sorted from west to east."""
    from scipy.sparse import coo_matrix  # noqa: PLC0415 - only builders of cities pay for SciPy
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415
    from scipy.spatial import KDTree  # noqa: PLC0415

    n = len(points)
    near = KDTree(points).query_pairs(tolerance_m, output_type="ndarray")
    if not len(near):
        return np.arange(n)
    graph = coo_matrix((np.ones(len(near), np.int8), (near[:, 0], near[:, 1])), shape=(n, n))
    _, group = connected_components(graph, directed=False)
    _, first = np.unique(group, return_index=True)
    stands_for: NDArray[np.int64] = first[group]
    far = np.hypot(*(points - points[stands_for]).T) > WIDEST_PLACE * tolerance_m
    order = np.argsort(group, kind="stable")
    begins = np.searchsorted(group[order], np.arange(group.max() + 2))
    for wide in np.unique(group[far]):
        members = order[begins[wide] : begins[wide + 1]]
        stands_for[members] = members[_thin(points[members], tolerance_m)]
    return stands_for


def _thin(points: NDArray[np.float64], tolerance_m: float) -> NDArray[np.int64]:
    """Let each point stand for those near it that none before it stands for."""
    from scipy.spatial import KDTree  # noqa: PLC0415 - only builders of cities pay for SciPy

    near = KDTree(points).query_ball_point(points, tolerance_m)
    stands_for = np.full(len(points), -1)
    for i, neighbours in enumerate(near):
        if stands_for[i] < 0:
            free = np.array(neighbours)
            stands_for[free[stands_for[free] < 0]] = i
    return stands_for
