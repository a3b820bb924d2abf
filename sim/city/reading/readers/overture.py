"""The columns of Overture Maps that no other source has: subtype, speed limits and restrictions as lists of rules."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable

from sim.city.reading.words.values import first_value

VEHICLES = {"vehicle", "motor_vehicle", "car"}
"""Modes of travel whose restrictions hold for cars."""


def overture_tags(row: dict[str, object]) -> dict[str, object]:
    """Translate the rules of one segment to tags of OpenStreetMap; other rows stay as they are.

    A rule that holds for a part of the day or for some vehicles by weight is passed over.
    """
    if "subtype" in row and "class" in row and first_value(row["subtype"]) in ("rail", "water"):
        return row | {"class": first_value(row["subtype"])}
    for rule in _rules(row.get("access_restrictions")):
        row |= _restriction(rule)
    for rule in _rules(row.get("speed_limits")):
        limit = rule.get("max_speed")
        if isinstance(limit, dict) and "maxspeed" not in row:
            row["maxspeed"] = f"{limit.get('value')} {limit.get('unit', '')}".strip()
    return row


def _restriction(rule: dict[str, object]) -> dict[str, object]:
    when = rule.get("when")
    when = {name: value for name, value in when.items() if value} if isinstance(when, dict) else {}
    modes = set(_words(when.get("mode")))
    if rule.get("access_type") != "denied" or set(when) - {"heading", "mode"}:
        return {}
    way = f":{when['heading']}" if "heading" in when else ""
    named = [mode for mode, there in (("motor_vehicle", modes & VEHICLES), ("foot", "foot" in modes)) if there]
    if modes:
        return {mode + way: "no" for mode in named}
    return {f"motor_vehicle{way}": "no"} if way else {"access": "no"}


def _words(value: object) -> Iterable[str]:
    return [str(word) for word in value] if isinstance(value, list) else []


def _rules(value: object) -> list[dict[str, object]]:
    """Read a list of rules, which GDAL gives as text."""
    if isinstance(value, str):
        value = _read(value)
    return [rule for rule in value if isinstance(rule, dict)] if isinstance(value, Iterable) else []


def _read(text: str) -> object:
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError):
            continue
    return []
