"""The card: each claim with its target, what the simulation gives, and a verdict; misses first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite, nan
from typing import Any

import numpy as np

from sim.statistics.estimates import Estimate, mean_estimate, ratio_of_means
from sim.validation.asking import Answer, numbers_for
from sim.validation.baselines import AGAINST
from sim.validation.claim import Claim, Claims, Fact
from sim.validation.exact.answer import ExactAnswer
from sim.validation.rewired import ON_REWIRED, REWIRED

VERDICTS = ("misses", "not clear", "not asked", "not here", "holds")
"""In the order of the card.

misses: the whole interval lies outside the band; not clear: it lies on an end of the band, so that more seeds are
needed; not asked: left out of a quick look, or its run failed; not here: the simulation has no such thing; holds: the
whole interval lies inside the band.
"""
FACT_VERDICTS = ("misses", "in part", "not clear", "not asked", "not here", "holds")


@dataclass(frozen=True)
class Verdict:
    """Hold what came of one claim."""

    claim: Claim
    fact: Fact
    estimate: Estimate
    """value and interval at the level of the claim; not known where it was not asked"""
    n_seeds: int
    verdict: str
    """one of `VERDICTS`"""
    why: str = ""
    """what went wrong, where something did"""
    baselines: Mapping[str, Estimate] = field(default_factory=dict)
    """what each baseline gives that the claim is held against"""

    @property
    def as_well_by(self) -> list[str]:
        """List the baselines that meet the band too: where one does, the pattern tells nothing of people."""
        return [
            name
            for name, estimate in self.baselines.items()
            if verdict_of(estimate, self.claim.low, self.claim.high) == "holds"
        ]


@dataclass(frozen=True)
class FactVerdict:
    """Hold what came of a fact: of all its claims together."""

    fact: Fact
    claims: tuple[Verdict, ...]
    verdict: str
    """one of `FACT_VERDICTS`"""
    restates: bool
    """whether all that could be asked merely gives an input back: shown, and not counted"""


@dataclass(frozen=True)
class Card:
    """Hold all verdicts, and of what they are."""

    facts: tuple[FactVerdict, ...]
    """misses first"""
    scenario: str
    """name of the scenario whose claims were asked"""
    changes: Mapping[str, Any]
    """parameters that were set by the user, by dotted name"""
    quick: bool
    model: str
    made: str
    """time at which it was put together"""
    failures: Mapping[str, str]
    """what could not be asked since its run failed"""
    exact: tuple[ExactAnswer, ...] = ()
    """where theory says what must come out; none where only some claims were asked"""

    def as_json(self) -> dict[str, Any]:
        """Give the card as plain values, for a file."""
        return {
            "scenario": self.scenario, "changes": dict(self.changes), "quick": self.quick, "model": self.model,
            "made": self.made, "counts": count(self.facts), "failures": dict(self.failures),
            "facts": [_fact_json(one) for one in self.facts], "exact": [one.as_json() for one in self.exact],
        }  # fmt: skip


def _fact_json(fact: FactVerdict) -> dict[str, Any]:
    return {
        "fact": fact.fact.key, "use": fact.fact.use, "verdict": fact.verdict, "restates": fact.restates,
        "claims": [_claim_json(one) for one in fact.claims],
    }  # fmt: skip


def _claim_json(one: Verdict) -> dict[str, Any]:
    names = ("band_low", "band_high", "value", "interval_low", "interval_high")
    named = zip(names, (one.claim.low, one.claim.high, *one.estimate), strict=True)
    plain = {name: value if isfinite(value) else None for name, value in named}
    against = {name: [x if isfinite(x) else None for x in estimate] for name, estimate in one.baselines.items()}
    also = {"baselines": against, "as_well_by": one.as_well_by} if against else {}
    return {"claim": one.claim.key, "verdict": one.verdict, "n_seeds": one.n_seeds, **plain, **also}


def judge(claims: Claims, answers: Iterable[Answer], failures: Mapping[str, str] | None = None) -> list[Verdict]:
    """Give every claim its verdict, misses first, then in the order of the tables."""
    answers = list(answers)
    failed = {name.split("-seed")[0]: why for name, why in (failures or {}).items()}
    verdicts = [_judge_one(claim, claims, answers, failed) for claim in claims.claims.values()]
    return sorted(verdicts, key=lambda one: VERDICTS.index(one.verdict))


def by_fact(verdicts: Iterable[Verdict]) -> list[FactVerdict]:
    """Put the claims of each fact together, misses first."""
    mine: dict[str, list[Verdict]] = {}
    for one in verdicts:
        mine.setdefault(one.fact.key, []).append(one)
    facts = []
    for some in mine.values():
        asked = [one for one in some if not one.claim.restates] or some
        restates = (
            all(one.claim.restates for one in some if one.verdict != "not here") and asked[0].verdict != "not here"
        )
        facts.append(FactVerdict(some[0].fact, tuple(some), _together([one.verdict for one in asked]), restates))
    return sorted(facts, key=lambda one: FACT_VERDICTS.index(one.verdict))


def count(facts: Iterable[FactVerdict]) -> dict[str, int]:
    """Count facts by verdict, those that restate an input left out."""
    counts = dict.fromkeys(FACT_VERDICTS, 0)
    for fact in facts:
        if not fact.restates:
            counts[fact.verdict] += 1
    return counts


def verdict_of(estimate: Estimate, low: float, high: float) -> str:
    """Tell whether an interval lies inside a band, outside it, or on one of its ends; a value alone is never clear."""
    if not isfinite(estimate.value):
        return "not clear"
    if not (isfinite(estimate.low) and isfinite(estimate.high)):
        return "not clear"
    if low <= estimate.low and estimate.high <= high:
        return "holds"
    if estimate.high < low or estimate.low > high:
        return "misses"
    return "not clear"


def estimate_of(numbers: Mapping[str, list[float]], claim: Claim) -> Estimate:
    """Estimate a claim's number from its seeds, with the interval at its level."""
    values = np.array(numbers[claim.value])
    if claim.over:
        over = np.array(numbers[claim.over])
        whole = np.isfinite(values) & np.isfinite(over)
        return ratio_of_means(values[whole], over[whole], level=claim.level)
    return mean_estimate(values, level=claim.level)


def _judge_one(claim: Claim, claims: Claims, answers: list[Answer], failed: Mapping[str, str]) -> Verdict:
    fact = claims.facts[claim.fact]
    unknown = Estimate(nan, nan, nan)
    if claim.not_here:
        return Verdict(claim, fact, unknown, 0, "not here")
    numbers = numbers_for(claim, claims, answers)
    n_seeds = int(np.isfinite(numbers[claim.value]).sum())
    why = failed.get(claims.setting(claim).key, "")
    if not numbers[claim.value]:
        return Verdict(claim, fact, unknown, 0, "not asked", why)
    estimate = estimate_of(numbers, claim)
    verdict = verdict_of(estimate, claim.low, claim.high)
    return Verdict(claim, fact, estimate, n_seeds, verdict, why, _of_baselines(claim, claims, answers))


def _of_baselines(claim: Claim, claims: Claims, answers: list[Answer]) -> dict[str, Estimate]:
    """Estimate what each baseline gives that the claim's function is held against."""
    estimates = {}
    function = f"{claim.family}.{claim.observe}"
    for baseline in (*AGAINST.get(function, ()), *([REWIRED] if function in ON_REWIRED else [])):
        numbers = numbers_for(claim, claims, answers, baseline=baseline)
        if np.isfinite(numbers[claim.value]).any():
            estimates[baseline] = estimate_of(numbers, claim)
    return estimates


def _together(verdicts: list[str]) -> str:
    """Sum the claims of a fact up: what was not asked or cannot be asked does not decide where others can.

    A fact of which one claim misses misses, and holds in part only where another one holds.
    """
    decided = {one for one in verdicts if one in {"holds", "misses", "not clear"}}
    if not decided:
        return "not asked" if "not asked" in verdicts else "not here"
    if "misses" in decided:
        return "in part" if "holds" in decided else "misses"
    return "not clear" if "not clear" in decided else "holds"


def band_words(low: float, high: float, decimals: int) -> str:
    """Write a band."""
    if low == -inf:
        return f"≤ {high:.{decimals}f}"
    if high == inf:
        return f"≥ {low:.{decimals}f}"
    return f"{low:.{decimals}f} … {high:.{decimals}f}"
