"""Let pyABC judge points that are run in batches, so that neither the batch nor the workers change the answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from pyabc import ABCSMC, RV, Distribution, MedianEpsilon
from pyabc.population import Particle, Sample
from pyabc.sampler import Sampler

from sim.batch.study.designs import Floats

RunAll = Callable[[str, Floats], list[float]]
"""Runs points of the unit cube under a label, and gives how far each misses."""
Point = tuple[float, ...]
FIRST = "abc-0-"
"""What the labels of the batches of the first population begin with."""
TAKES_ALL = 1e9
"""Epsilon of the first population; pyABC subtracts epsilons, so it is finite."""


@dataclass(frozen=True)
class Budget:
    """Hold how much may be done, and where to stop."""

    particles: int
    populations: int
    max_points: int
    floor: float
    """smallest epsilon"""
    batch: int
    """points that are run together, at least"""


@dataclass(frozen=True)
class LastPopulation:
    """Hold the points of the last full population, and what is told of all."""

    unit: Floats
    weights: Floats
    missed: Floats
    populations: pd.DataFrame
    """`epsilon`, `judged`, `accepted`, `effective`"""


def run_populations(dimension: int, run_all: RunAll, budget: Budget, *, seed: int) -> LastPopulation:
    """Draw populations in the unit cube, evenly at first, until epsilon is down or the budget used up."""
    logging.getLogger("ABC").setLevel(logging.WARNING)
    # Names of our own: pyABC reads a dot in a name as a level, and the cube makes both kinds of interval even.
    names = tuple(f"u{i}" for i in range(dimension))
    asked = Asked(names)
    # A file, for pyABC never closes a database in memory. It is not kept: a stopped calibration goes on from its runs.
    with TemporaryDirectory() as folder, borrowed_global_state():
        search = ABCSMC(
            asked.model,
            Distribution({name: RV("uniform", 0.0, 1.0) for name in names}),
            lambda simulated, _: simulated["miss"],
            population_size=budget.particles,
            eps=FlooredEpsilon(TAKES_ALL, budget.floor),
            sampler=BatchSampler(asked, run_all, seed=seed, batch=budget.batch, most=budget.max_points),
        )
        search.new(f"sqlite:///{(Path(folder) / 'abc.db').as_posix()}", {})
        history = search.run(minimum_epsilon=budget.floor, max_nr_populations=budget.populations)
        each = [history.get_distribution(0, t) for t in range(history.max_t + 1)]
        told = history.get_all_populations().query("t >= 0")
    table, weights = each[-1]
    unit = table[list(names)].to_numpy(np.float64)
    populations = pd.DataFrame(
        {
            "epsilon": told["epsilon"].to_numpy(np.float64),
            "judged": told["samples"].to_numpy(np.int64),
            "accepted": [len(own) for own, _ in each],
            "effective": [float(w.sum() ** 2 / (w**2).sum()) for _, w in each],
        }
    )
    missed = np.array([asked.missed[tuple(point)] for point in unit.tolist()])
    return LastPopulation(unit, np.asarray(weights, np.float64), missed, populations)


@dataclass
class Asked:
    """Hold the points that pyABC asked for, and how far those miss that were run."""

    names: tuple[str, ...]
    missed: dict[Point, float] = field(default_factory=dict)
    waiting: dict[Point, None] = field(default_factory=dict)

    def model(self, values: Mapping[str, float]) -> dict[str, float]:
        """Answer with the miss of a point; a point that was not run is put on the list, and misses by all."""
        point = tuple(float(values[name]) for name in self.names)
        if point not in self.missed:
            self.waiting[point] = None
        return {"miss": self.missed.get(point, np.inf)}

    def run_waiting(self, label: str, run_all: RunAll) -> None:
        """Run the points of the list together."""
        if self.waiting:
            points = list(self.waiting)
            self.missed |= zip(points, run_all(label, np.array(points)), strict=True)
            self.waiting.clear()


class BatchSampler(Sampler):  # type: ignore[misc]
    """Fill a population from proposals that are numbered, each drawn by a seed of its own number.

    pyABC proposes, runs and judges a point in one call, so its own samplers run one point a process. Here every
    proposal is made twice: once to learn its point, and, when all points of a batch were run together, once more from
    the same seed to be judged. The points are judged in the order of their numbers until the population is full, as
    if there were no batches; a proposal costs a millisecond more, and a population up to a batch of runs too many.
    """

    def __init__(self, asked: Asked, run_all: RunAll, *, seed: int, batch: int, most: int) -> None:
        super().__init__()
        self._asked, self._run_all, self._seed, self._batch = asked, run_all, seed, batch
        self.left = most
        """points that may still be judged"""

    def sample_until_n_accepted(  # noqa: PLR0913 - the form that pyABC asks for
        self,
        n: int,
        simulate_one: Callable[[], Particle],
        t: int,
        *,
        max_eval: float = np.inf,
        all_accepted: bool = False,
        ana_vars: object = None,
    ) -> Sample:
        """Fill a population, or give up where no more points may be judged."""
        del max_eval, all_accepted, ana_vars
        sample = self._create_empty_sample()
        judged, batches = 0, 0
        while sample.n_accepted < n and judged < self.left:
            # As many as are missing are needed whatever comes of them: the first batches are large and waste nothing.
            size = min(max(self._batch, n - sample.n_accepted), self.left - judged)
            batches += 1
            numbers = range(judged, judged + size)
            for number in numbers:
                self._propose(simulate_one, t, number)
            self._asked.run_waiting(f"abc-{t}-{batches}", self._run_all)
            for number in numbers:
                if sample.n_accepted == n:
                    break
                sample.append(self._propose(simulate_one, t, number))
                judged += 1
        self.left -= judged
        self.nr_evaluations_ = judged
        sample.ok = sample.n_accepted == n
        return sample

    def _propose(self, simulate_one: Callable[[], Particle], t: int, number: int) -> Particle:
        seed = np.random.SeedSequence([self._seed, t, number]).generate_state(4)
        np.random.seed(seed)  # noqa: NPY002 - pyABC draws from NumPy's global state and takes no generator
        return simulate_one()


class FlooredEpsilon(MedianEpsilon):  # type: ignore[misc]
    """Go down to the median miss of the population before, and never below a floor."""

    def __init__(self, start: float, floor: float) -> None:
        super().__init__(initial_epsilon=start)
        self._floor = floor

    def __call__(self, t: int) -> float:
        """Give the miss that is allowed in a population."""
        return max(float(super().__call__(t)), self._floor)


@contextmanager
def borrowed_global_state() -> Iterator[None]:
    """Give NumPy's global random state back as it was: pyABC needs it, and nobody else may notice."""
    before = np.random.get_state()  # noqa: NPY002 - as above
    try:
        yield
    finally:
        np.random.set_state(before)  # noqa: NPY002 - as above
