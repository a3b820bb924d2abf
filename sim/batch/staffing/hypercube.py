"""The hypercube queueing model by Larson's approximation: how busy each unit is, and how far away the one that is sent.

Larson (1974) takes every set of busy units for a state, 2 to the power of their number. Larson (1975) needs one
equation a unit: it takes units as busy independently of each other and mends that by a factor which is exact where all
are alike.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from sim.batch.staffing.queueing import erlang_c
from sim.city.streets import StreetNetwork

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CLOSE = 1e-9
MOST_STEPS = 1000
NEAR_FULL = 0.99
"""Where units cannot keep up there is no steady state: who is sent is then taken from just below."""


class Hypercube(NamedTuple):
    """Hold the steady state of units that wait at places of their own."""

    busy: Floats
    """(n_units,) share of its time that each is busy"""
    sent: Floats
    """(n_units, n_places) share of the calls of a place that finds the unit free and the nearest of the free ones"""
    p_wait: float
    """share of calls that find nobody free"""


def approximate_hypercube(minutes: Floats, load: Floats) -> Hypercube:
    """Solve the hypercube model with a line of waiting calls, approximately.

    Parameters
    ----------
    minutes
        (n_units, n_places) way of each unit to each place; the nearest free one is sent
    load
        (n_places,) work offered by each place, Erlang; its sum is kept below the number of units
    """
    n_units = len(minutes)
    total = float(load.sum())
    if total > NEAR_FULL * n_units:
        load, total = load * (NEAR_FULL * n_units / total), NEAR_FULL * n_units
    order = np.argsort(minutes, axis=0, kind="stable")
    factor = correction(n_units, total)
    p_wait = erlang_c(n_units, total)
    columns = np.arange(minutes.shape[1])
    busy = np.full(n_units, total / n_units)
    if total == 0.0:
        return Hypercube(busy, (order[0] == np.arange(n_units)[:, None]).astype(float), 0.0)
    for _ in range(MOST_STEPS):
        reached = _chance_to_reach(busy, order, factor)
        asked = np.zeros_like(minutes)
        asked[order, columns] = reached
        work = asked @ load
        new = (work + total * p_wait / n_units) / (1.0 + work)
        new *= total / new.sum()
        step = float(np.abs(new - busy).max())
        busy = 0.5 * (busy + new)
        if step < CLOSE:
            break
    sent = np.zeros_like(minutes)
    sent[order, columns] = _chance_to_reach(busy, order, factor) * (1.0 - busy[order])
    sent *= (1.0 - p_wait) / sent.sum(axis=0)
    return Hypercube(busy, sent, p_wait)


def _chance_to_reach(busy: Floats, order: Ints, factor: Floats) -> Floats:
    """Give the chance that all nearer units are busy, for each rank and place, but for the unit's own being free."""
    ahead = np.cumprod(busy[order], axis=0)
    return factor[:, None] * np.vstack([np.ones(order.shape[1]), ahead[:-1]])


def correction(n_units: int, total: float) -> Floats:
    """Give Larson's factors Q(N, rho, j): by them, j units drawn one after the other are busy and the next is free.

    Computed from what they mean, units drawn without replacement from a system of M/M/N, and not from the closed sum,
    which overflows.
    """
    rho = total / n_units
    if rho == 0.0:
        return np.ones(n_units)
    states = _states(n_units, total)
    k = np.arange(n_units, dtype=float)
    out, all_busy = np.empty(n_units), np.ones(n_units)
    for j in range(n_units):
        # all_busy[k]: chance that j units drawn are all among the k busy ones
        out[j] = (states * all_busy * (n_units - k) / (n_units - j)).sum() / (rho**j * (1.0 - rho))
        all_busy = all_busy * np.maximum(k - j, 0.0) / (n_units - j)
    return out


def _states(n_units: int, total: float) -> Floats:
    """Give the chances that 0 to N - 1 of N units are busy."""
    log = np.concatenate([[0.0], np.cumsum(np.log(total / np.arange(1, n_units)))])
    weight = np.exp(log - log.max())
    states: Floats = weight / weight.sum() * (1.0 - erlang_c(n_units, total))
    return states


class Ways(NamedTuple):
    """Hold driving times between places that stand for the calls of a city."""

    minutes: Floats
    """(n_places, n_places) from each to each, at the speed to an ordinary call"""


def measure_ways(net: StreetNetwork, segments: Ints, *, limit_factor: float, most: int = 150) -> Ways:
    """Measure driving times along the streets between places of calls.

    Parameters
    ----------
    segments
        where calls came from, one value per call: of those in order, every so many stands for all, so that
        each place is worth as much as any other
    limit_factor
        speed as a share of the limit
    """
    chosen = np.sort(segments)[np.linspace(0, len(segments) - 1, min(most, len(segments))).round().astype(int)]
    places = net.segment_from[chosen]
    arcs = net.drive
    pace = net.segment_length_m / (net.segment_speed_kmh * limit_factor * 1000.0 / 60.0)
    tails = np.repeat(np.arange(net.n_junctions), np.diff(arcs.start))
    # Of two arcs between the same junctions the shorter counts; a sparse matrix would add them up.
    at = np.lexsort((pace[arcs.segment], arcs.head, tails))
    tails, heads, minutes = tails[at], arcs.head[at], pace[arcs.segment][at]
    first = np.r_[True, (np.diff(tails) != 0) | (np.diff(heads) != 0)]
    roads = csr_matrix((minutes[first], (tails[first], heads[first])), shape=(net.n_junctions, net.n_junctions))
    found = dijkstra(roads, indices=np.unique(places))
    return Ways(found[np.searchsorted(np.unique(places), places)][:, places])


def typical_ways(ways: Ways, n_units: int, total: float, *, n_times: int = 12, seed: int = 0) -> tuple[Floats, Floats]:
    """Give the driving times of the units that are sent, and their weights, which sum to 1.

    A free unit is taken to be near the place of a call, where its last one ended: the places of the units are drawn
    `n_times`, the model is solved for each, and a call that found nobody free gets the unit that ends work anywhere.
    """
    rng = np.random.default_rng([seed, n_units])
    n_places = len(ways.minutes)
    load = np.full(n_places, total / n_places)
    weight = np.zeros_like(ways.minutes)
    for _ in range(n_times):
        units = rng.integers(0, n_places, n_units)
        found = approximate_hypercube(ways.minutes[units], load)
        np.add.at(weight, units, found.sent / (n_places * n_times))
        weight += found.p_wait / (n_places**2 * n_times)
    near = np.isfinite(ways.minutes) & (weight > 0.0)
    return ways.minutes[near], weight[near] / weight[near].sum()
