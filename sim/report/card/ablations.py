"""What each mechanism is for, in words: the claims that move when it is cut, and the mechanisms that no claim needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path

from sim.report.captions import synthetic_label
from sim.report.numbers import format_interval, format_number
from sim.report.page import Page, Table, pick, write_pages
from sim.report.texts import Lang, text
from sim.statistics.estimates import Estimate
from sim.validation.ablations import Ablation, Effect, Moved
from sim.validation.card import band_words

Found = Mapping[str, tuple[Ablation, Effect]]
"""By mechanism: what was cut, and what moved."""


def describe_ablations(found: Found, lang: Lang = "en") -> Page:
    """Lay out one table per mechanism, and name those without which no claim breaks."""
    idle = [
        pick(lang, cut.title, cut.title_zh)
        for cut, effect in found.values()
        if not any(one.breaks for one in effect.moved)
    ]
    looked_at = max((effect.n_looked_at for _, effect in found.values()), default=0)
    named = text(lang, "study.comma").join(idle) or text(lang, "ablations.none")
    return [
        text(lang, "ablations.title").format(n=len(found), idle=len(idle)),
        synthetic_label(lang),
        text(lang, "ablations.how_to_read").format(n=looked_at),
        text(lang, "ablations.idle").format(names=named),
        *(_table(cut, effect.moved, lang) for cut, effect in found.values()),
    ]


def write_ablations(found: Found, out: Path) -> list[Path]:
    """Write `ablations.md` and `ablations.zh.md`."""
    return write_pages(out, "ablations", describe_ablations(found), describe_ablations(found, "zh"))


def _table(cut: Ablation, moved: Sequence[Moved], lang: Lang) -> Table:
    heads = ("card.claim", "card.field", "ablations.with", "ablations.without", "ablations.difference", "card.verdict")
    title = f"{pick(lang, cut.title, cut.title_zh)} ({', '.join(cut.changes)})"
    return Table(title, [text(lang, head) for head in heads], [_row(one, lang) for one in moved])


def _row(one: Moved, lang: Lang) -> list[str]:
    claim, decimals = one.claim, one.claim.decimals
    verdict = text(lang, "ablations.breaks" if one.breaks else "ablations.moves")
    if one.gone:
        verdict = text(lang, "ablations.gone")
    elif one.difference.low <= 0.0 <= one.difference.high or not isfinite(one.difference.low):
        verdict = text(lang, "ablations.stands")
    expected = text(lang, "ablations.predicted" if one.predicted else "ablations.not_predicted")
    return [
        pick(lang, claim.says, claim.says_zh),
        f"{band_words(claim.low, claim.high, decimals)} {pick(lang, claim.unit, claim.unit_zh)}".strip(),
        format_number(one.with_it.value, decimals),
        format_number(one.without.value, decimals),
        _signed(one.difference, decimals),
        f"{verdict}; {expected}",
    ]


def _signed(difference: Estimate, decimals: int) -> str:
    value = format_number(difference.value, decimals, sign=True)
    return f"{value} ({format_interval(difference.low, difference.high, decimals, sign=True)})"
