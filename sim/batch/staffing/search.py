"""The smallest force that is enough, from few runs with chance in them.

Whether a month meets all targets is chance. A force is enough if a month does so with a stated probability. That
probability rises with the force, so the edge is bracketed and halved, and further months are spent there alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from sim.errors import InputError


class Trials(NamedTuple):
    """Count the months tried with a force that can be judged, and those that met every target."""

    n: int = 0
    met: int = 0


Ask = Callable[[int, int], Trials]
"""Called with a force and a number of months: sees that as many were tried, in all, and gives their results."""


@dataclass(frozen=True)
class Rule:
    """Say when a force is enough and how much is spent to find out."""

    probability: float = 0.9
    """with which a month must meet all targets"""
    sure: float = 0.8
    """chance, after the months tried, at which a decision stands"""
    first: int = 4
    """months tried with each force at first"""
    most_months: int = 20
    """months tried with one force at most"""
    most_runs: int = 120
    """months tried in all"""

    def __post_init__(self) -> None:
        for name, value in (("--probability", self.probability), ("--sure", self.sure)):
            if not 0.5 <= value < 1.0:
                raise InputError(f"{name} must lie from 0.5 to below 1, got {value:g}")
        if not 1 <= self.first <= self.most_months:
            raise InputError(f"--most-seeds must be at least the {self.first} of --seeds, got {self.most_months}")
        if self.most_runs < self.first:
            raise InputError(f"--most-runs must be at least the {self.first} of --seeds, got {self.most_runs}")


class Found(NamedTuple):
    """Hold the end of a search."""

    smallest: int | None
    """the smallest force that is enough; none where the largest allowed is not"""
    trials: dict[int, Trials]
    """the results of each force that was tried"""
    sure_enough: bool
    """the force is enough with the chance of the rule; where there is none, that the largest is not"""
    sure_least: bool
    """one officer fewer is not enough, with the chance of the rule; or there is no smaller one"""


def find_smallest(  # noqa: PLR0913 - whom to ask, where to begin, how far to go, when to stop
    ask: Ask, *, guess: int, least: int, most: int, rule: Rule, known: dict[int, Trials] | None = None
) -> Found:
    """Search the smallest force that is enough.

    Parameters
    ----------
    guess
        where to begin
    least, most
        the smallest and the largest force to think of
    known
        what was tried before
    """
    trials = dict(known or {})
    exhausted: set[int] = set()
    while True:
        left = rule.most_runs - sum(one.n for one in trials.values())
        look = _next_look(
            trials, guess=min(max(guess, least), most), least=least, most=most, rule=rule, exhausted=exhausted
        )
        if look is None:
            break
        force, n = look
        n = min(n, trials.get(force, Trials()).n + left)
        if n <= trials.get(force, Trials()).n:
            break
        before = trials.get(force, Trials())
        trials[force] = ask(force, n)
        if trials[force].n <= before.n:  # no further month can be judged: nothing more can be learnt here
            exhausted.add(force)
            if before.n == 0:
                raise InputError(f"no month with {force} officers could be judged; try longer months (--days)")
    return _sum_up(trials, least, rule)


def p_enough(trials: Trials, probability: float) -> float:
    """Give the chance that a force is enough, after some months (Jeffreys' prior: half a month met, half one not)."""
    from scipy.stats import beta  # noqa: PLC0415 - slow to import

    return float(beta.sf(probability, trials.met + 0.5, trials.n - trials.met + 0.5))


def pooled(trials: dict[int, Trials]) -> dict[int, Trials]:
    """Pool neighbours of which the larger force did worse, which chance alone can do (pool adjacent violators)."""
    blocks: list[tuple[list[int], Trials]] = []
    for force in sorted(trials):
        blocks.append(([force], trials[force]))
        while len(blocks) > 1 and _rate(blocks[-2][1]) > _rate(blocks[-1][1]):
            (left, a), (right, b) = blocks[-2:]
            blocks[-2:] = [(left + right, Trials(a.n + b.n, a.met + b.met))]
    return {force: together for forces, together in blocks for force in forces}


def _rate(trials: Trials) -> float:
    return trials.met / trials.n if trials.n else 0.0


def _edge(trials: dict[int, Trials], rule: Rule) -> tuple[int | None, int | None]:
    """Name the smallest force that seems enough, and the largest below it that was tried and does not."""
    rates = pooled(trials)
    enough = [force for force in sorted(rates) if _rate(rates[force]) >= rule.probability]
    high = enough[0] if enough else None
    below = [force for force in rates if high is None or force < high]
    return high, max(below, default=None)


def _next_look(  # noqa: PLR0913 - what is known, and the bounds of the search
    trials: dict[int, Trials], *, guess: int, least: int, most: int, rule: Rule, exhausted: set[int]
) -> tuple[int, int] | None:
    """Choose the force to try next and the months that it should then have, or nothing more."""
    if guess not in trials:
        return guess, rule.first
    high, low = _edge(trials, rule)
    if high is None or low is None:
        # Further and further away, on the side where nothing was found yet.
        step = max(1, round(0.1 * guess)) * 2 ** sum(
            force > guess if high is None else force < guess for force in trials
        )
        if high is None and max(trials) < most:
            return min(most, max(trials) + step), rule.first
        if low is None and min(trials) > least:
            return max(least, min(trials) - step), rule.first
        return _more_months(trials, max(trials) if high is None else min(trials), rule, exhausted)
    if high - low > 1:
        return (low + high) // 2, rule.first
    return _more_months(trials, high, rule, exhausted) or _more_months(trials, low, rule, exhausted)


def _more_months(trials: dict[int, Trials], force: int, rule: Rule, exhausted: set[int]) -> tuple[int, int] | None:
    """Ask for more months with a force on which there is no decision yet."""
    chance, n = p_enough(pooled(trials)[force], rule.probability), trials[force].n
    if max(chance, 1.0 - chance) >= rule.sure or n >= rule.most_months or force in exhausted:
        return None
    return force, min(n + max(2, rule.first // 2), rule.most_months)


def _sum_up(trials: dict[int, Trials], least: int, rule: Rule) -> Found:
    high, low = _edge(trials, rule)
    counts = pooled(trials)
    if high is None:
        return Found(None, trials, low is not None and 1.0 - p_enough(counts[low], rule.probability) >= rule.sure, True)
    sure_least = high == least or (low == high - 1 and 1.0 - p_enough(counts[low], rule.probability) >= rule.sure)
    return Found(high, trials, p_enough(counts[high], rule.probability) >= rule.sure, sure_least)
