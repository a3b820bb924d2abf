"""Cities that exist nowhere, and the numbers by which to compare them with cities that do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.city.streets import StreetNetwork
from sim.city.synthetic.grid import grid_city
from sim.city.synthetic.organic import organic_city

__all__ = ["StreetStatistics", "grid_city", "organic_city", "street_statistics"]


@dataclass(frozen=True)
class StreetStatistics:
    """Hold the form of a street network in a dozen numbers (Boeing 2019, Applied Network Science 4:67)."""

    n_segments: int
    """street segments"""
    n_junctions: int
    """junctions, dead ends included"""
    total_km: float
    """kilometres of street"""
    mean_degree: float
    """streets that meet at a junction, on average, one-way signs ignored; a loop counts twice"""
    dead_end_share: float
    """share of junctions at which one street ends"""
    four_way_share: float
    """share of junctions at which four or more streets meet"""
    median_length_m: float
    """half of the segments are shorter"""
    p90_length_m: float
    """nine tenths of the segments are shorter"""
    circuity: float
    """length along all streets over the straight distance between their ends, loops left out"""
    one_way_share: float
    """share of the segments open to vehicles that are open in one direction alone"""
    main_street_share: float
    """share of length that is tertiary or busier"""


def street_statistics(net: StreetNetwork) -> StreetStatistics:
    """Measure the form of a street network, to see whether a synthetic one could be real."""
    degree = np.bincount(np.concatenate([net.segment_from, net.segment_to]), minlength=net.n_junctions)
    degree = degree[degree > 0]
    length = net.segment_length_m
    a, b = net.segment_from, net.segment_to
    straight = np.hypot(net.junction_x[a] - net.junction_x[b], net.junction_y[a] - net.junction_y[b])
    open_to_vehicles = net.drive_forward | net.drive_backward
    one_way = net.drive_forward ^ net.drive_backward
    return StreetStatistics(
        n_segments=net.n_segments,
        n_junctions=len(degree),
        total_km=float(length.sum() / 1000.0),
        mean_degree=float(degree.mean()),
        dead_end_share=float((degree == 1).mean()),
        four_way_share=float((degree >= 4).mean()),
        median_length_m=float(np.median(length)),
        p90_length_m=float(np.quantile(length, 0.9)),
        circuity=float(length[a != b].sum() / max(straight[a != b].sum(), 1e-9)),
        one_way_share=float(one_way.sum() / max(open_to_vehicles.sum(), 1)),
        main_street_share=float(length[net.segment_class <= 4].sum() / length.sum()),
    )
