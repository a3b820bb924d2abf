"""The ways to divide a city into cells, by name: a lever of its own, since cells can be drawn well or badly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.city.cells.area import divide_area
from sim.city.cells.equal import divide_equal
from sim.city.cells.workload import divide_workload
from sim.city.streets import StreetNetwork
from sim.errors import InputError

Ints = NDArray[np.int32]

METHODS = ("districts", "equal", "area", "workload")
"""As the city is divided today; equal weights; rectangles of equal street length; equal work within barriers."""


def divide(  # noqa: PLR0913 - what, into how many, how, and by what
    net: StreetNetwork,
    n_cells: int,
    method: str,
    *,
    weight: NDArray[np.floating] | None = None,
    district: NDArray[np.integer] | None = None,
    seed: int = 0,
) -> Ints:
    """Divide a city into cells by one of `METHODS`.

    Parameters
    ----------
    weight
        (n_segments,) what cells should share equally; `equal` takes street length when not given, `workload` needs
        it, `area` and `districts` do not look at it
    district
        (n_segments,) the districts of today, for `districts`
    seed
        for `workload`, see there; the others leave nothing to chance

    Returns
    -------
    cell
        (n_segments,) number of the cell

    Raises
    ------
    InputError
        If there is no such method, something that it needs is missing, or the city cannot be divided so.
    """
    if method == "districts":
        return _as_given(net, n_cells, district)
    if method == "equal":
        return divide_equal(net, n_cells, weight)
    if method == "area":
        return divide_area(net, n_cells)
    if method != "workload":
        raise InputError(f"cells: the method must be one of {', '.join(METHODS)}, got {method!r}")
    if weight is None:
        raise InputError("cells: method 'workload' must be given a weight for each segment, got none; try dwellings")
    return divide_workload(net, n_cells, weight, seed=seed)


def _as_given(net: StreetNetwork, n_cells: int, district: NDArray[np.integer] | None) -> Ints:
    if district is None or district.shape != (net.n_segments,):
        got = "none" if district is None else f"shape {district.shape}"
        raise InputError(
            f"cells: method 'districts' must be given the district of each of {net.n_segments} segments, got {got}"
        )
    n_districts = len(np.unique(district))
    if n_cells != n_districts:
        raise InputError(
            f"cells: method 'districts' takes the {n_districts} districts as they are, got n_cells={n_cells}; "
            f"ask for {n_districts}"
        )
    return district.astype(np.int32)
