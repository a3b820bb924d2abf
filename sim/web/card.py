"""The card of validity as the page reads it: what the package brings along, misses first."""

from __future__ import annotations

import json
from typing import Any

from sim.inputs.words import LANGUAGES
from sim.report.card.validity import validity_line
from sim.report.texts import text
from sim.scenarios.scenario import Scenario
from sim.validation.card import band_words
from sim.validation.claim import load_claims
from sim.validation.kept import FILE
from sim.web.words import both

PAGE = {"misses": "missed", "in part": "missed", "holds": "met"}
"""Verdicts as the page tells them apart; all others are not judged."""


def card_for(scenario: Scenario) -> dict[str, Any]:
    """Give the line for a city, and every claim that was asked of the default one."""
    line = {lang: validity_line(scenario, lang) for lang in LANGUAGES}
    if not FILE.is_file():
        return {"line": line, "claims": []}
    kept, claims = json.loads(FILE.read_text(encoding="utf-8")), load_claims()
    listed = [
        _claim(one, claims.claims[one["claim"]], claims.facts[fact["fact"]])
        for fact in kept["facts"] if not fact["restates"] for one in fact["claims"]
        if one["claim"] in claims.claims and fact["fact"] in claims.facts
    ]  # fmt: skip
    order = ("missed", "not judged", "met")
    listed.sort(key=lambda one: order.index(one["verdict"]))
    return {"line": line, "claims": listed, "model": kept["model"], "made": kept["made"]}


def _claim(kept: dict[str, Any], claim: Any, fact: Any) -> dict[str, Any]:  # noqa: ANN401 - of `sim.validation.claim`
    value, low, high = (kept[name] for name in ("value", "interval_low", "interval_high"))
    said = "–" if value is None else f"{value:.{claim.decimals}f}"
    if value is not None and low is not None and high is not None:
        said += f" ({low:.{claim.decimals}f} … {high:.{claim.decimals}f})"
    unit = {"en": claim.unit, "zh": claim.unit_zh}
    band = band_words(claim.low, claim.high, claim.decimals)
    published = {lang: f"{band} {unit[lang]}".strip() for lang in LANGUAGES}
    verdict = {lang: text(lang, f"card.{kept['verdict'].replace(' ', '_')}") for lang in LANGUAGES}
    return {
        "key": kept["claim"], "name": {"en": claim.says, "zh": claim.says_zh},
        "verdict": PAGE.get(kept["verdict"], "not judged"), "exact": verdict,
        "model": {lang: f"{said} {unit[lang]}".strip() for lang in LANGUAGES},
        "published": published,
        "words": {"en": fact.title, "zh": fact.title_zh}, "source": both("card.sources", keys=", ".join(fact.sources)),
        "n_seeds": kept["n_seeds"],
    }  # fmt: skip
