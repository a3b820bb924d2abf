"""Who may use a street: on foot, by vehicle, and in which direction (OpenStreetMap wiki, Key:access and Key:oneway)."""

from __future__ import annotations

from collections.abc import Mapping

from sim.city.reading.words.values import first_value, key_of
from sim.city.streets import STREET_CLASSES

VEHICLE_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
"""From the narrowest to the widest: the first that says something decides."""

CLOSED = {"no", "none", "closed", "false", "0"}
OPEN = {
    "yes", "true", "1", "designated", "permissive", "official", "private", "destination", "customers", "delivery",
    "permit", "residents", "residential", "public", "unknown", "discouraged", "restricted", "limited", "variable",
    "agricultural", "forestry", "military", "emergency", "employees", "staff", "visitors", "members", "guest",
    "psv", "bus", "taxi", "hgv", "hov", "use_sidepath", "dismount", "conditional",
}  # fmt: skip
"""Whoever has the right may enter. A street closed to strangers is still a street on which people live and to
which the police are called, so `private` and its like leave it open to vehicles."""

FREE_TO_DRIVE = {"yes", "designated", "permissive", "official"}
"""Values of a tag for vehicles that open a way meant for people on foot."""

ON_FOOT_ONLY = ("pedestrian", "footway", "path", "steps", "cycleway", "bridleway", "corridor")

ONE_WAY = {
    "yes": (True, False), "true": (True, False), "1": (True, False), "y": (True, False), "forward": (True, False),
    "in_direction": (True, False), "indirection": (True, False), "ft": (True, False), "from_to": (True, False),
    "-1": (False, True), "reverse": (False, True), "backward": (False, True), "in_opposite_direction": (False, True),
    "inoppositedirection": (False, True), "tf": (False, True), "to_from": (False, True),
    "no": (True, True), "false": (True, True), "0": (True, True), "n": (True, True), "both": (True, True),
    "both_directions": (True, True), "bothdirections": (True, True), "b": (True, True), "none": (True, True),
    "reversible": (True, True), "alternating": (True, True),
}  # fmt: skip
"""Open along the line and against it. Beside the words of OpenStreetMap those of Ordnance Survey ("in opposite
direction") and of network files (FT, TF, B). Reversible and alternating lanes count as open both ways: over a day
they are."""

ONE_WAY_KEYS = ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway")


def open_ways(tags: Mapping[str, object], highway: str, unread: set[str]) -> tuple[bool, bool]:
    """Say whether vehicles may follow a line and go against it.

    Roundabouts and motorways are one-way unless they say otherwise.

    Parameters
    ----------
    tags
        What the source says about the line.
    highway
        The `highway` value that means its class.
    unread
        Gets the values that are not understood.
    """
    if highway in ON_FOOT_ONLY and not _made_free(tags):
        return False, False
    along, against = _one_way(tags, unread)
    forward = _right(tags, VEHICLE_KEYS, unread, "forward") is not False
    backward = _right(tags, VEHICLE_KEYS, unread, "backward") is not False
    return along and forward, against and backward


def _one_way(tags: Mapping[str, object], unread: set[str]) -> tuple[bool, bool]:
    for key in ONE_WAY_KEYS:
        word = first_value(tags.get(key))
        if word is not None and key_of(word) in ONE_WAY:
            return ONE_WAY[key_of(word)]
        if word is not None:
            unread.add(f"{key}={word}, taken as open both ways")
            return True, True
    # Only OpenStreetMap draws motorways in the direction of traffic, so the word in another column says nothing.
    implied = first_value(tags.get("junction")) in ("roundabout", "circular")
    return True, not (implied or first_value(tags.get("highway")) in ("motorway", "motorway_link"))


def open_on_foot(tags: Mapping[str, object], street_class: int, unread: set[str]) -> bool:
    """Say whether people walk along a street: everywhere but on motorways, unless a tag decides."""
    if first_value(tags.get("foot")) == "private":
        return False
    right = _right(tags, ("foot",), unread)
    if right is not None:
        return right
    if first_value(tags.get("motorroad")) == "yes" or STREET_CLASSES[street_class] == "motorway":
        return False
    return _right(tags, ("access",), unread) is not False


def _made_free(tags: Mapping[str, object]) -> bool:
    words = (first_value(tags.get(key)) for key in VEHICLE_KEYS[:-1])
    return next((word in FREE_TO_DRIVE for word in words if word is not None), False)


def _right(tags: Mapping[str, object], keys: tuple[str, ...], unread: set[str], way: str = "") -> bool | None:
    """Give what the narrowest of some tags says: open, closed, or None for nothing."""
    for key in keys:
        for name in (f"{key}:{way}", key) if way else (key,):
            word = first_value(tags.get(name))
            if word is None:
                continue
            words = {key_of(part) for part in word.split(";")}
            if words & OPEN or words & CLOSED:
                return bool(words & OPEN)
            unread.add(f"{name}={word}, passed over")
    return None
