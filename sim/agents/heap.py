"""A binary heap of row numbers, ordered by a column of their table."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiling.compiled import compiled

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@compiled
def push(heap: Ints, n: int, keys: Floats, row: int) -> None:
    """Add `row` to a heap of `n` rows; the caller counts."""
    hole = n
    while hole > 0:
        parent = (hole - 1) >> 1
        if keys[heap[parent]] <= keys[row]:
            break
        heap[hole] = heap[parent]
        hole = parent
    heap[hole] = row


@compiled
def pop(heap: Ints, n: int, keys: Floats) -> int:
    """Take the row with the least key from a heap of `n` rows; the caller counts."""
    top = heap[0]
    last = heap[n - 1]
    hole, child = 0, 1
    while child < n - 1:
        if child + 1 < n - 1 and keys[heap[child + 1]] < keys[heap[child]]:
            child += 1
        if keys[last] <= keys[heap[child]]:
            break
        heap[hole] = heap[child]
        hole, child = child, 2 * child + 1
    heap[hole] = last
    return int(top)


@compiled
def in_order(keys: Floats, rows: Ints, n: int) -> None:
    """Sort the first `n` rows by their key, in place (heap sort: no second compiled sort is needed)."""
    heap = np.empty(n, np.int32)
    for i in range(n):
        push(heap, i, keys, rows[i])
    for i in range(n):
        rows[i] = pop(heap, n - i, keys)


@compiled
def sort_events(events: NDArray[Any], n: int) -> None:
    """Order the first `n` rows of a table of events by time."""
    rows = np.empty(n, np.int32)
    for i in range(n):
        rows[i] = i
    in_order(events["t"], rows, n)
    copy = events[:n].copy()
    for i in range(n):
        events[i] = copy[rows[i]]
