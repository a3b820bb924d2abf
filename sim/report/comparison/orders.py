"""Which strategies of a comparison ordered nothing: a difference that is none must not be read as a finding."""

from __future__ import annotations

from sim.batch.compare import Comparison
from sim.outcomes.measures import MEASURES
from sim.report.texts import Lang, text


def order_sentences(comparison: Comparison, lang: Lang = "en") -> list[str]:
    """Say of each strategy that gave no order with a target in any run that it did not, and what follows from it."""
    baseline = comparison.strategies[0]
    return [
        text(lang, f"orders.{'none_equal' if _is_the_same(comparison, policy, baseline) else 'none'}").format(
            policy=policy, baseline=baseline
        )
        for policy in comparison.without_orders
    ]


def _is_the_same(comparison: Comparison, policy: str, baseline: str) -> bool:
    """Tell whether every pair of runs of two strategies has the same measures."""
    runs = comparison.runs.set_index("seed")
    own, other = (runs.loc[runs["policy"] == name, list(MEASURES)] for name in (policy, baseline))
    return policy != baseline and own.equals(other.reindex(own.index))
