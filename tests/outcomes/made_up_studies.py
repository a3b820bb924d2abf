"""Studies of which the truth is known: arms that share the chance of their seeds, and noise that is skewed."""

import numpy as np
import pandas as pd

from sim.statistics.paired_runs import PairedRuns

SHAPE = 4.0
"""Of the gamma noise: its skewness is 2 / sqrt(SHAPE) = 1."""


def noise(random, *size):
    return (random.gamma(SHAPE, size=size) - SHAPE) / np.sqrt(SHAPE)


class Truth:
    """Means and variances of a family of studies, with as many arms as wanted; the baseline is the first."""

    def __init__(self, n_arms=6):
        self.means = 10.0 + 0.3 * np.arange(n_arms)
        self.shared = np.linspace(0.8, 1.3, n_arms)
        self.own = np.linspace(0.4, 0.9, n_arms)
        self.arms = tuple(f"arm{i}" for i in range(n_arms))

    @property
    def differences(self):
        return self.means[1:] - self.means[0]

    @property
    def ratios(self):
        return self.means[1:] / self.means[0]

    @property
    def variance_ratios(self):
        variances = self.shared**2 + self.own**2
        paired = (self.shared[1:] - self.shared[0]) ** 2 + self.own[1:] ** 2 + self.own[0] ** 2
        return (variances[1:] + variances[0]) / paired

    def draw(self, random, n_seeds):
        """Draw a study: by seed and arm."""
        return self.means + self.shared * noise(random, n_seeds, 1) + self.own * noise(random, n_seeds, len(self.means))

    def study(self, random, n_seeds):
        return PairedRuns(self.arms, ("x",), self.draw(random, n_seeds)[:, :, None])

    def table(self, random, n_seeds):
        return as_table({"x": self.draw(random, n_seeds)}, self.arms)


def as_table(measures, arms):
    """Make the runs that `contrasts` reads, from a matrix by seed and arm for each measure."""
    n_seeds, n_arms = next(iter(measures.values())).shape
    runs = {"policy": list(arms) * n_seeds, "seed": np.repeat(np.arange(1, n_seeds + 1), n_arms)}
    return pd.DataFrame(runs | {name: values.reshape(-1) for name, values in measures.items()})
