"""Which strategy a study recommends, by a rule that is written down before anybody looks."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from math import isnan
from typing import NamedTuple


class Answer(StrEnum):
    """Say how a decision can end."""

    RECOMMEND = "recommend"
    """one option is shown to be better than the baseline, and surely enough the best"""
    SEVERAL = "several"
    """options are shown to be better than the baseline, but not which of them is the best"""
    TOO_SMALL = "too_small"
    """the best option is shown to be better, by less than what was said to matter"""
    NOT_BETTER = "not_better"
    """the baseline may be chosen, and no option is shown to be better"""
    TARGETS_ONLY = "targets_only"
    """options meet the targets, which the baseline does not; none is shown to be better in the outcome"""
    ONLY_BASELINE = "only_baseline"
    """no option may be chosen, the baseline may"""
    NONE_MEETS = "none_meets"
    """neither an option nor the baseline meets every target within the budget"""
    NO_INTERVAL = "no_interval"
    """one seed: nothing is shown"""


class Option(NamedTuple):
    """Hold what the rule looks at; differences are from the baseline, above 0 where residents gain."""

    label: str
    meets: bool
    """every target and the budget"""
    gain: float
    low: float
    """of the interval that holds for all options at the same time"""
    high: float
    p_best: float
    """among the options that may be chosen, and the baseline"""


class Decided(NamedTuple):
    """Tell how a decision ended, and for whom."""

    answer: Answer
    named: tuple[str, ...]
    """the option recommended, or those that the answer speaks of; the best of them first"""


def decide(
    options: Sequence[Option], *, baseline_meets: bool = True, sure: float = 0.8, margin: float | None = None
) -> Decided:
    """Apply the rule.

    Of the options that meet every target within the budget, the one with the best mean is recommended if its interval
    lies on the good side of zero, not wholly within the margin, and its probability of being the best is `sure`.

    Parameters
    ----------
    options
        all strategies but the baseline
    baseline_meets
        whether the baseline meets every target within the budget
    margin
        largest difference that would not matter
    """
    allowed = sorted((one for one in options if one.meets), key=lambda one: -one.gain)
    if not allowed:
        return Decided(Answer.ONLY_BASELINE if baseline_meets else Answer.NONE_MEETS, ())
    if all(isnan(one.low) for one in allowed):
        return Decided(Answer.NO_INTERVAL, ())
    shown = [one for one in allowed if one.low > 0.0]
    if shown:
        return _choose(allowed[0], shown, sure, margin)
    if baseline_meets:
        return Decided(Answer.NOT_BETTER, ())
    return Decided(Answer.TARGETS_ONLY, tuple(one.label for one in allowed))


def _choose(best: Option, shown: list[Option], sure: float, margin: float | None) -> Decided:
    """Choose among options that are shown to be better."""
    matters = [one for one in shown if margin is None or one.high > margin]
    if not matters:
        return Decided(Answer.TOO_SMALL, tuple(one.label for one in shown))
    if matters[0] is best and best.p_best >= sure:
        return Decided(Answer.RECOMMEND, (best.label,))
    return Decided(Answer.SEVERAL, tuple(one.label for one in matters))
