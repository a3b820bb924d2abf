"""The card that the package brings along: what was asked of the default city with every parameter at its default."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sim.ledger.provenance import changed_from
from sim.scenarios.scenario import Scenario
from sim.validation.claim import load_claims
from sim.validation.seen import LARGEST_CITY, scenario_for

FILE = Path(__file__).parent / "card.json"
OF_THE_RUN = {"name", "title", "policy", "compare", "n_days", "tick_min", "start"}
"""Keys of a scenario that say nothing of the city or its people."""


@dataclass(frozen=True)
class KeptCard:
    """Hold the count of the card that the package brings along."""

    counts: Mapping[str, int]
    """facts by verdict"""
    model: str
    made: str


@cache
def read_kept_card(file: Path = FILE) -> KeptCard | None:
    """Read the card of the package; none where it has none."""
    if not file.exists():
        return None
    content = json.loads(file.read_text(encoding="utf-8"))
    return KeptCard(content["counts"], content["model"], content["made"])


def unlike_the_card(scenario: Scenario) -> dict[str, Any]:
    """List what a scenario has otherwise than the city that was asked, by dotted name; its size apart."""
    asked = scenario_for(load_claims().runs["whole_city"])
    real = scenario.people.n_residents * scenario.people.residents_per_agent
    whole = scenario.at_scale(1.0) if real <= LARGEST_CITY else scenario
    changed = changed_from(whole.model_dump(mode="json"), asked.model_dump(mode="json"))
    return {name: value for name, value in changed.items() if name not in OF_THE_RUN}
