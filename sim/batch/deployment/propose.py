"""Which deployments to try: the first guesses, then what a sampler of Optuna makes of what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.batch.deployment.slots import Floats, Slots
from sim.errors import InputError

SPREAD = 3.0
"""A begin, a district or a week may have a third of its guess up to three times as much."""
SAMPLERS = ("tpe", "nsga2")
POPULATION = 8
NEUTRAL = 0.5
"""Value at which a factor is 1."""


class Proposer:
    """Propose shares by place, batch by batch; the same answers bring the same proposals.

    A proposal mixes the first guesses and weights begins, districts and weeks: few numbers, for few runs.

    Parameters
    ----------
    guesses
        shares by place, by name
    n_goals
        values that a proposal is told
    """

    def __init__(self, slots: Slots, guesses: Mapping[str, Floats], *, n_goals: int, sampler: str, seed: int) -> None:
        optuna = load_optuna()
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.slots = slots
        self.guesses = {name: shares / shares.sum() for name, shares in guesses.items()}
        kind: Any = (
            optuna.samplers.NSGAIISampler(population_size=POPULATION, seed=seed)
            if sampler == "nsga2"
            else optuna.samplers.TPESampler(seed=seed, n_startup_trials=POPULATION)
        )
        self.study = optuna.create_study(directions=["minimize"] * n_goals, sampler=kind)
        self.failed = optuna.trial.TrialState.FAIL
        names = [*(f"mix_{name}" for name in self.guesses), *self._factors()]
        self.spaces: dict[str, Any] = dict.fromkeys(names, optuna.distributions.FloatDistribution(0.0, 1.0))
        for name in self.guesses:
            self.study.enqueue_trial(
                dict.fromkeys(names, NEUTRAL) | {f"mix_{one}": float(one == name) for one in self.guesses}
            )

    def _factors(self) -> list[str]:
        kinds = zip(("district", "begin", "week"), self.slots.shape, strict=True)
        return [f"{kind}_{i}" for kind, n in kinds if n > 1 for i in range(n)]

    def ask(self, n: int) -> list[tuple[Any, Floats]]:
        """Give so many proposals: a handle to tell with, and shares by place; the first guesses come first."""
        trials = [self.study.ask(self.spaces) for _ in range(n)]
        return [(trial, self._shares(trial.params)) for trial in trials]

    def tell(self, trial: Any, values: Sequence[float]) -> None:  # noqa: ANN401 - Optuna has no types
        """Tell what came of a proposal, less being better; one of which a goal is not known teaches nothing."""
        if np.isfinite(values).all():
            self.study.tell(trial, list(values))
        else:
            self.study.tell(trial, state=self.failed)

    def _shares(self, params: Mapping[str, float]) -> Floats:
        mix = np.array([params[f"mix_{name}"] for name in self.guesses])
        mix = mix / mix.sum() if mix.sum() > 0.0 else np.full(len(mix), 1.0 / len(mix))
        shares = np.einsum("g,gdbw->dbw", mix, np.array(list(self.guesses.values())))
        for axis, (kind, n) in enumerate(zip(("district", "begin", "week"), self.slots.shape, strict=True)):
            if n > 1:
                factor = np.array([SPREAD ** (2.0 * params[f"{kind}_{i}"] - 1.0) for i in range(n)])
                shares = shares * np.expand_dims(factor, [i for i in range(3) if i != axis])
        return np.asarray(shares, np.float64)


def load_optuna() -> Any:  # noqa: ANN401 - Optuna has no types
    """Import Optuna, an extra.

    Raises
    ------
    InputError
        If it is not installed.
    """
    try:
        import optuna  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise InputError(
            "the search of deployments must have Optuna: pip install 'community-policing-sim[calibrate]'"
        ) from error
    return optuna
