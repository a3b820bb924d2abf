"""The card in words: what the field found, what the simulation gives, and the verdict; misses first."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path

from sim.disk import write_whole
from sim.report.captions import synthetic_label
from sim.report.card.exact import describe_exact
from sim.report.numbers import format_interval, format_number
from sim.report.page import Page, Table, pick, write_pages
from sim.report.texts import Lang, text
from sim.validation.card import Card, FactVerdict, Verdict, band_words, count


def describe_card(card: Card, lang: Lang = "en", *, short: bool = False) -> Page:
    """Lay the card out: the count, what was asked, then the facts by verdict, misses first.

    Parameters
    ----------
    short
        for the terminal: only facts that were asked, and no columns of names and sources
    """
    counted = [fact for fact in card.facts if not fact.restates]
    tables = [
        _table(
            text(lang, f"card.facts_{_name(verdict)}"), [one for one in counted if one.verdict == verdict], lang, short
        )
        for verdict in ("misses", "in part", "not clear", "holds", "not here", "not asked")
        if not (short and verdict == "not asked")
    ]
    restating = [one for one in card.facts if one.restates]
    return [
        card_answer(card, lang),
        synthetic_label(lang),
        _about(card, lang),
        text(lang, "card.how_to_read"),
        *([text(lang, "card.baselines")] if any(one.baselines for fact in card.facts for one in fact.claims) else []),
        *(table for table in (*tables, _table(text(lang, "card.restates"), restating, lang, short)) if table.rows),
        *describe_exact(card.exact, lang, short=short),
        *(f"{name}: {why}" for name, why in card.failures.items()),
    ]


def card_answer(card: Card, lang: Lang) -> str:
    """Give the count in a sentence."""
    counts = count(card.facts)
    asked = sum(counts[one] for one in ("misses", "in part", "not clear", "holds"))
    return text(lang, "card.answer").format(
        n=asked, holds=counts["holds"], part=counts["in part"], misses=counts["misses"], unclear=counts["not clear"],
        not_here=counts["not here"],
    )  # fmt: skip


def write_card(card: Card, out: Path) -> list[Path]:
    """Write the card as `card.md`, `card.zh.md` and `card.json`."""
    file = out / "card.json"
    whole = json.dumps(card.as_json(), indent=1, ensure_ascii=False).encode()
    write_whole(file, lambda stream: stream.write(whole))
    return [*write_pages(out, "card", describe_card(card), describe_card(card, "zh")), file]


def value_words(one: Verdict) -> str:
    """Write what the simulation gives, with its interval."""
    if not isfinite(one.estimate.value):
        return "–"
    decimals, estimate = one.claim.decimals, one.estimate
    value = format_number(estimate.value, decimals)
    if not isfinite(estimate.low):
        return value
    return f"{value} ({format_interval(estimate.low, estimate.high, decimals)})"


def _as_well_by(one: Verdict, lang: Lang) -> str:
    """Name the baselines that meet the band too."""
    names = [text(lang, f"card.baseline_{name}") for name in one.as_well_by]
    return text(lang, "card.as_well_by").format(names=pick(lang, ", ", "、").join(names)) if names else ""


def _name(verdict: str) -> str:
    return verdict.replace(" ", "_")


def _about(card: Card, lang: Lang) -> str:
    changed = ", ".join(f"{name} = {value}" for name, value in card.changes.items())
    words = text(lang, "card.about").format(scenario=card.scenario, model=card.model, when=card.made)
    more = [text(lang, "card.quick")] if card.quick else []
    more += [text(lang, "card.changed").format(changes=changed)] if changed else []
    return pick(lang, " ", "").join([words, *more])


def _table(title: str, facts: list[FactVerdict], lang: Lang, short: bool) -> Table:
    heads = ["fact", "claim", "field", "simulated", "unit", "verdict"]
    if not short:
        heads += ["band", "use", "asked", "seeds", "sources", "key"]
    rows = [row for fact in facts for row in _rows(fact, lang, short)]
    return Table(f"{title} ({len(facts)})", [text(lang, f"card.{head}") for head in heads], rows)


def _rows(fact: FactVerdict, lang: Lang, short: bool) -> list[list[str]]:
    rows = []
    for i, one in enumerate(fact.claims):
        claim = one.claim
        why = pick(lang, claim.not_here, claim.not_here_zh) or one.why
        verdict = text(lang, f"card.{_name(one.verdict)}") + (
            f" ({text(lang, 'card.input')})" if claim.restates else f": {why}" if why and not short else ""
        )
        verdict += _as_well_by(one, lang)
        row = [
            pick(lang, fact.fact.title, fact.fact.title_zh) if i == 0 else "",
            pick(lang, claim.says, claim.says_zh),
            band_words(claim.low, claim.high, claim.decimals),
            value_words(one),
            pick(lang, claim.unit, claim.unit_zh),
            verdict,
        ]
        if not short:
            row += [
                claim.band, text(lang, f"card.use_{fact.fact.use}"), claim.run or claim.trial, str(one.n_seeds),
                ", ".join(fact.fact.sources) if i == 0 else "", claim.key,
            ]  # fmt: skip
        rows.append(row)
    return rows
