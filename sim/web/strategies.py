"""The cards of the strategies: what a person reads before choosing one."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from sim.inputs.words import LANGUAGES
from sim.params import About, describe
from sim.policies.contract.registry import policy_class, policy_names
from sim.report.names import chinese_names
from sim.web.words import Both

FILE = Path(__file__).with_name("strategies.toml")
PLAIN = (int, float, bool, str)


@cache
def list_strategies() -> list[dict[str, Any]]:
    """List the strategies that can be chosen: those of the package first, in the order of the table, then others."""
    told = _told()
    names = [*told, *(name for name in policy_names() if name not in told)]
    return [_card(name, told.get(name, {})) for name in names]


def _card(name: str, told: dict[str, Any]) -> dict[str, Any]:
    kind = policy_class(name)
    english = (kind.__doc__ or name).split("\n")[0].replace("`every_days`", "so often")
    does = {"en": english, "zh": chinese_names()["policy_words"].get(name, english)}
    plain = dict.fromkeys(LANGUAGES, name)
    return {
        "key": name, "name": told.get("name", plain), "line": told.get("line", does), "does": does,
        "asks": told.get("asks", {"en": "", "zh": ""}), "hours": told.get("hours", {"en": "", "zh": ""}),
        "first": told.get("first", []),
        "parameters": [_parameter(about) for about in describe(kind) if isinstance(about.default, PLAIN)],
    }  # fmt: skip


def _parameter(about: About) -> dict[str, Any]:
    chinese = chinese_names()
    name: Both = {"en": about.name.replace("_", " "), "zh": chinese["parameters"].get(about.name, about.name)}
    line: Both = {"en": about.meaning, "zh": chinese["parameters"].get(about.name, about.meaning)}
    unit: Both = {"en": about.unit, "zh": chinese["units"].get(about.unit, about.unit)}
    return {
        "key": about.name, "name": name, "unit": unit, "value": about.default, "low": about.low, "high": about.high,
        "line": line, "source": about.source,
    }  # fmt: skip


def strategy_names(keys: list[str]) -> Both:
    """Name strategies that act together, as people say them."""
    told = _told()
    return {lang: (" + ").join(told[key]["name"][lang] if key in told else key for key in keys) for lang in LANGUAGES}


@cache
def _told() -> dict[str, dict[str, Any]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
