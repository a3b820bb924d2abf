"""Make the propensity of places: which streets the police are called to, for each kind of call.

A few addresses make most calls [sherman1989]. Traffic calls lie where traffic is, noise where homes and venues stand
close together, and what shops, schools, hospitals and alarms call for lies where these are. Beside that every street
has a heavy-tailed factor of its own, part of which is the same for all kinds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.city.centrality import measure_centrality
from sim.city.land_use import City
from sim.city.part import Part
from sim.city.streets import STREET_CLASSES, StreetNetwork
from sim.draws import Stream, normals
from sim.scenarios.scenario import Scenario

Floats = NDArray[np.float64]
DECIMALS = 9
"""Weights are rounded in their logarithm, so that the last bit of a sum cannot move a call to another street."""


class CallPlaces(NamedTuple):
    """Hold the propensity of each street by kind of call."""

    order: NDArray[np.int32]
    """(n_segments,) segments in the order of their keys"""
    traffic: Floats
    """(n_segments,) propensity for traffic calls, cumulated in that order"""
    help: Floats
    """(n_segments,) propensity for calls of shops, schools and the like, cumulated in that order"""
    loudness: Floats
    """(n_segments,) noise that is made on the street"""
    noise_near: Floats
    """(n_segments,) noise that is heard there, mean 1 over the homes of the city"""


def build_call_places(scenario: Scenario, city: City, seed: int) -> CallPlaces:
    """Give every street its propensity for each kind of call."""
    net, use, demand = city.streets, city.land_use, scenario.demand
    order = np.argsort(net.segment_key, kind="stable").astype(np.int32)
    homes, shops, venues, jobs = (x.astype(np.float64) for x in (use.dwellings, use.shops, use.venues, use.jobs))
    traffic = _traffic(net, demand.least_flow) * _own_factor(scenario, net, seed, 1)
    trade = shops + demand.venue_calls * venues + demand.job_calls * jobs
    trade *= _own_factor(scenario, net, seed, 2)
    loudness = (homes + demand.venue_noise * venues) * _own_factor(scenario, net, seed, 3)
    near = _with_neighbours(net, loudness)
    weight = homes[order]
    mean = float((near[order] * weight).sum()) / max(float(weight.sum()), 1e-12)
    near = near / mean if mean > 0.0 else np.ones(net.n_segments)
    return CallPlaces(order, np.cumsum(_rounded(traffic)[order]), np.cumsum(_rounded(trade)[order]), loudness, near)


def cut_call_places(whole: CallPlaces, part: Part, streets: StreetNetwork) -> CallPlaces:
    """Cut the call places of a part out of those of its city."""
    order = np.argsort(streets.segment_key, kind="stable").astype(np.int32)
    traffic, trade = (_by_segment(whole.order, upto)[part.segment][order] for upto in (whole.traffic, whole.help))
    loudness, near = whole.loudness[part.segment], whole.noise_near[part.segment]
    return CallPlaces(order, np.cumsum(traffic), np.cumsum(trade), loudness, near)


def _by_segment(order: NDArray[np.int32], upto: Floats) -> Floats:
    """Take apart what was cumulated."""
    each = np.empty(len(upto))
    each[order] = np.diff(upto, prepend=0.0)
    return each


def _traffic(net: StreetNetwork, least_flow: float) -> Floats:
    """Give vehicle metres: traffic by how central the street is, times its length; none on motorways.

    Motorways have a police of their own.
    """
    flow = measure_centrality(net).betweenness
    metres = (flow + least_flow * flow.mean()) * net.segment_length_m
    return np.where(net.segment_class == STREET_CLASSES.index("motorway"), 0.0, metres)


def _own_factor(scenario: Scenario, net: StreetNetwork, seed: int, kind: int) -> Floats:
    """Draw a log-normal factor of mean 1 for each street, part of which is common to all kinds of call."""
    spread, shared = scenario.demand.place_call_spread, scenario.demand.place_call_shared
    common, own = (normals(seed, Stream.PROPENSITY, net.segment_key, number) for number in (0, kind))
    return np.exp(spread * (np.sqrt(shared) * common + np.sqrt(1.0 - shared) * own) - 0.5 * spread**2)


def _with_neighbours(net: StreetNetwork, values: Floats) -> Floats:
    """Add to the value of each street those of the streets that touch it, in the order in which they are listed."""
    start, neighbours = net.neighbours
    total = values.copy()
    np.add.at(total, np.repeat(np.arange(net.n_segments), np.diff(start)), values[neighbours])
    return total


def _rounded(weight: Floats) -> Floats:
    out = np.zeros(len(weight))
    some = weight > 0.0
    out[some] = np.exp(np.round(np.log(weight[some]), DECIMALS))
    return out
