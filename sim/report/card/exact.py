"""Exact answers in words: what theory gives, what the simulation gives, and what was broken on purpose."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report.page import Table, pick
from sim.report.texts import Lang, text
from sim.validation.exact.answer import ExactAnswer, Part


def describe_exact(answers: Sequence[ExactAnswer], lang: Lang, *, short: bool = False) -> list[Table]:
    """Lay the exact answers out as a table; none where none were asked.

    Parameters
    ----------
    short
        for the terminal: no columns that say why a number may differ and what was broken
    """
    if not answers:
        return []
    heads = ["exact", "exact_says", "exact_theory", "exact_ours", "exact_may_differ", "exact_holds", "exact_rejects"]
    if not short:
        heads += ["exact_why", "exact_broken"]
    rows = []
    for one in answers:
        about, part = one.about, one.farthest
        row = [
            pick(lang, about.title, about.title_zh),
            pick(lang, about.says, about.says_zh),
            *_numbers(part),
            text(lang, "card.holds" if one.holds else "card.misses"),
            text(lang, "card.exact_yes" if one.rejects else "card.exact_no").format(n=len(one.rejected)),
        ]
        if not short:
            row += [pick(lang, about.tolerance, about.tolerance_zh), pick(lang, about.broken, about.broken_zh)]
        rows.append(row)
    return [Table(exact_answer(answers, lang), [text(lang, f"card.{head}") for head in heads], rows)]


def exact_answer(answers: Sequence[ExactAnswer], lang: Lang) -> str:
    """Give the count in a sentence."""
    holds, n_reject = sum(one.holds for one in answers), sum(one.rejects for one in answers)
    name = "card.exact_answer" if n_reject == len(answers) else "card.exact_answer_weak"
    return text(lang, name).format(holds=holds, n=len(answers), rejects=n_reject)


def _numbers(part: Part) -> list[str]:
    return [f"{value:.4g}" for value in (part.theory, part.ours, part.tolerance)]
