"""A planned city: blocks, avenues, and the irregularities that no plan avoids."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sim.city.streets import StreetNetwork
from sim.city.synthetic.parts import (
    Flags,
    Floats,
    Ints,
    build_network,
    builder_rng,
    choose_tree,
    class_index,
    drop_surplus,
    straight_plan,
)

BLOCK_WIDTH_M = 120.0
BLOCK_DEPTH_M = 85.0
MISSING_SHARE = 0.06
"""Streets of the full grid that were never built, for a park, a school or a factory"""


def grid_city(*, n_segments: int = 1000, seed: int = 0, one_way_share: float = 0.1) -> StreetNetwork:
    """Build a city of rectangular blocks with `n_segments` segments, the same for the same seed.

    Rows and columns of streets vary in spacing, some streets are missing, junctions stand a few
    metres off the line (so that no two shortest paths are equally long), and one row or column
    in four to eight is a main street. For learning, tests and experiments on form; no real city.

    Parameters
    ----------
    one_way_share
        share of minor rows and columns that run one way, neighbours in opposite directions

    Raises
    ------
    InputError
        If `n_segments` is below 20, `seed` negative, or `one_way_share` outside 0 to 0.6.
    """
    rng = builder_rng(n_segments, seed, one_way_share)
    n_rows, n_columns = _size_of_grid(n_segments)
    x, y = _junctions(rng, n_rows, n_columns)
    row_class, column_class = _hierarchy(rng, n_rows), _hierarchy(rng, n_columns)
    row_way, column_way = _ways(rng, row_class, one_way_share), _ways(rng, column_class, one_way_share)
    tail, head, line = _full_grid(n_rows, n_columns)
    street_class = np.concatenate([row_class, column_class])[line]
    keep = _leave_out(rng, tail, head, street_class, n_segments)
    return build_network(
        straight_plan(x, y, tail[keep], head[keep]),
        street_class[keep],
        np.concatenate([row_way, column_way])[line[keep]],
        name=f"grid city of {n_segments} segments",
        source=f"synthetic: grid_city(n_segments={n_segments}, seed={seed}, one_way_share={one_way_share})",
    )


def _size_of_grid(n_segments: int) -> tuple[int, int]:
    """Find the grid of about square outline that is just large enough to leave some streets out."""
    wanted = n_segments * (1.0 + MISSING_SHARE)
    n_columns = max(3, int(np.sqrt(wanted / 2.0 * BLOCK_DEPTH_M / BLOCK_WIDTH_M)))
    n_rows = n_columns
    while 2 * n_rows * n_columns - n_rows - n_columns < wanted:
        n_rows += 1
    return n_rows, n_columns


def _junctions(rng: Generator, n_rows: int, n_columns: int) -> tuple[Floats, Floats]:
    column_x = np.cumsum(BLOCK_WIDTH_M * rng.lognormal(0.0, 0.25, n_columns))
    row_y = np.cumsum(BLOCK_DEPTH_M * rng.lognormal(0.0, 0.2, n_rows))
    x = np.tile(column_x, n_rows) + rng.normal(0.0, 4.0, n_rows * n_columns)
    y = np.repeat(row_y, n_columns) + rng.normal(0.0, 4.0, n_rows * n_columns)
    return x, y


def _hierarchy(rng: Generator, n_lines: int) -> NDArray[np.uint8]:
    """Rank the rows (or columns): a primary in the middle, then a main street every few blocks."""
    street_class = np.full(n_lines, class_index("residential"), np.uint8)
    line = int(rng.integers(1, 4))
    while line < n_lines:
        street_class[line] = class_index("tertiary" if rng.random() < 0.6 else "secondary")
        line += int(rng.integers(4, 9))
    street_class[n_lines // 2] = class_index("primary")
    return street_class


def _ways(rng: Generator, street_class: NDArray[np.uint8], one_way_share: float) -> NDArray[np.int8]:
    """Make pairs of neighbouring minor streets one-way, the one there and the other back."""
    way = np.zeros(len(street_class), np.int8)
    minor = street_class == class_index("residential")
    minor[[0, -1]] = False
    pair = np.flatnonzero(minor[:-1] & minor[1:])
    wanted = round(one_way_share * len(street_class))
    for line in rng.permutation(pair):
        if np.count_nonzero(way) + 2 > wanted:
            break
        if way[line] == way[line + 1] == 0:
            way[line : line + 2] = [1, -1] if rng.random() < 0.5 else [-1, 1]
    return way


def _full_grid(n_rows: int, n_columns: int) -> tuple[Ints, Ints, Ints]:
    """List the streets of the full grid: ends, and the row or column (numbered after the rows)."""
    junction = np.arange(n_rows * n_columns).reshape(n_rows, n_columns)
    tail = np.concatenate([junction[:, :-1].ravel(), junction[:-1].ravel()])
    head = np.concatenate([junction[:, 1:].ravel(), junction[1:].ravel()])
    row = np.repeat(np.arange(n_rows), n_columns - 1)
    column = n_rows + np.tile(np.arange(n_columns), n_rows - 1)
    return tail, head, np.concatenate([row, column])


def _leave_out(rng: Generator, tail: Ints, head: Ints, street_class: NDArray[np.uint8], n_segments: int) -> Flags:
    """Leave out minor streets until `n_segments` are left and the city is still one."""
    minor = street_class == class_index("residential")
    luck = rng.random(len(tail))
    spare = ~choose_tree(head.max() + 1, tail, head, luck + minor)
    order = np.lexsort((luck, ~minor))
    return drop_surplus(tail, head, order[spare[order]], len(tail) - n_segments)
