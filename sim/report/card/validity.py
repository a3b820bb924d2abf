"""The card in one sentence, for every table and page of results: what was asked, and whether it was asked of this."""

from __future__ import annotations

from sim.report.captions import SLIGHTLY
from sim.report.texts import Lang, text
from sim.scenarios.scenario import Scenario
from sim.validation.kept import KeptCard, read_kept_card, unlike_the_card

MOST_NAMED = 3
"""Parameters that are named; of more it is said how many."""


def validity_line(scenario: Scenario, lang: Lang, card: KeptCard | None = None) -> str:
    """Say how many facts of the field the default city meets, and in what this scenario differs from it."""
    card = card or read_kept_card()
    if card is None:
        return text(lang, "card.never")
    counts = card.counts
    asked = sum(counts[one] for one in ("misses", "in part", "not clear", "holds"))
    said = text(lang, "card.validity").format(
        n=asked, holds=counts["holds"], part=counts["in part"], misses=counts["misses"], unclear=counts["not clear"],
        model=card.model, made=card.made[:10],
    )  # fmt: skip
    return said + _unlike(scenario, lang)


def _unlike(scenario: Scenario, lang: Lang) -> str:
    changed = unlike_the_card(scenario)
    each = scenario.thinning
    words = [text(lang, "card.sample").format(each=f"{each:g}")] if abs(each - 1.0) > SLIGHTLY else []
    words += list(changed)[:MOST_NAMED]
    if len(changed) > MOST_NAMED:
        words.append(text(lang, "card.and_more").format(n=len(changed) - MOST_NAMED))
    return text(lang, "card.unlike").format(what=text(lang, "study.comma").join(words)) if words else ""
