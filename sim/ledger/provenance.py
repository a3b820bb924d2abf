"""Where a result comes from: what determines it, what it was made with, and one digest of both ends.

The digest covers the determining inputs and the content of every table, and nothing of the wall clock or
the machine: two runs of the same inputs have the same digest wherever and whenever they ran.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from sim import __version__
from sim.city.land_use import KINDS, City
from sim.city.streets import StreetNetwork
from sim.scenarios.scenario import Scenario

SCHEMA = 1
"""Version of the form of a run folder; it rises when a reader of the old form would be wrong."""
PACKAGE = "community-policing-sim"
LABEL = (
    "Synthetic: simulated people on a real or synthetic street network. It compares strategies; "
    "it is no forecast of a real address and says nothing about a real person."
)
MADE_WITH = ("numpy", "numba", "pandas", "pyarrow", "scipy", "pydantic")


def describe_run(scenario: Scenario, policy: object, seed: int, city: City | None = None) -> dict[str, Any]:
    """Make the part of a manifest that is known before the first tick.

    Parameters
    ----------
    scenario
        the whole scenario
    policy
        identity of the policy, as JSON can hold it
    seed
        seed of the run
    city
        the city, for the notice and the checksum of its streets, and for what came of the files that it was made from
    """
    return {
        "format": f"{PACKAGE} run folder",
        "schema": SCHEMA,
        "label": label_of(scenario),
        "scale": describe_scale(scenario, city),
        "attribution": "" if city is None else city.streets.attribution,
        "land_use": None if city is None else describe_land_use(city),
        "incidents": None if city is None or city.incidents is None else asdict(city.incidents),
        "inputs": run_inputs(scenario, policy, seed, city),
        "made_with": made_with(),
    }


def label_of(scenario: Scenario) -> str:
    """Say that the people are synthetic, and what synthetic streets stand in for."""
    sentence = scenario.stand_in
    return f"{LABEL} {sentence[0].upper()}{sentence[1:]}." if sentence else LABEL


def describe_scale(scenario: Scenario, city: City | None = None) -> dict[str, float | str]:
    """Tell how many real residents are simulated by how many, and which part of the city is there.

    A part that was cut out of a city is told by its share of the homes.
    """
    people, cut = scenario.people, None if city is None else city.part
    part = scenario.city.part if cut is None else cut.share
    return {
        "residents": people.n_residents * people.residents_per_agent,
        "simulated_residents": people.n_residents,
        "residents_per_agent": people.residents_per_agent,
        "part_of_streets": part,
        "districts": scenario.city.districts,
        "thinned_to_one_in": scenario.thinning,
    }


def run_inputs(scenario: Scenario, policy: object, seed: int, city: City | None = None) -> dict[str, Any]:
    """List everything that determines a run."""
    inputs = {
        "package": f"{PACKAGE} {__version__}",
        "scenario": scenario.model_dump(mode="json"),
        "policy": policy,
        "seed": seed,
        "streets": None if city is None else describe_streets(city.streets),
    }
    if city is not None and (city.from_source or city.has_own_districts):
        inputs["land_use_sha256"] = _land_use_sha256(city)
    if scenario.city.incidents:
        inputs["incidents_sha256"] = hashlib.sha256(Path(scenario.city.incidents).read_bytes()).hexdigest()
    if scenario.demand.recorded_calls:
        inputs["recorded_calls_sha256"] = hashlib.sha256(Path(scenario.demand.recorded_calls).read_bytes()).hexdigest()
    plain: dict[str, Any] = json.loads(json.dumps(inputs))
    return plain


def describe_streets(streets: StreetNetwork) -> dict[str, Any]:
    """Name the streets of a run and their checksum, so that an edited city file is another city.

    The checksum counts whole centimetres, as a city file does: a city has the same one before and after it was kept.
    """
    checksum = hashlib.sha256()
    for name in ("segment_from", "segment_to", "segment_class", "drive_forward", "drive_backward", "walkable"):
        checksum.update(np.ascontiguousarray(getattr(streets, name)).tobytes())
    for name in ("segment_length_m", "junction_x", "junction_y"):
        checksum.update(np.round(100 * getattr(streets, name)).astype(np.int64).tobytes())
    checksum.update(np.round(10 * streets.segment_speed_kmh).astype(np.int64).tobytes())
    return {"name": streets.name, "n_segments": int(streets.n_segments), "sha256": checksum.hexdigest()}


def describe_land_use(city: City) -> dict[str, Any]:
    """Say how much stands along the streets, and which kinds of it came with them; the others were inferred."""
    amounts = {name: float(getattr(city.land_use, name).sum(dtype=np.float64)) for name in KINDS}
    return {"from_source": list(city.from_source), "own_districts": city.has_own_districts, **amounts}


def _land_use_sha256(city: City) -> str:
    """Compute the checksum of land use and districts that came with the streets: an edited file is another city."""
    checksum = hashlib.sha256()
    for name in city.from_source:
        checksum.update(np.ascontiguousarray(getattr(city.land_use, name), np.float32).tobytes())
    if city.has_own_districts:
        checksum.update(np.ascontiguousarray(city.district, np.int32).tobytes())
    return checksum.hexdigest()


def made_with() -> dict[str, str]:
    """Name the versions and the machine that made a result; they should not matter, and the digest ignores them."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for name in MADE_WITH:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def wall_clock() -> str:
    """Tell the present time as a manifest writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def digest_of(inputs: Mapping[str, Any], contents: Mapping[str, list[str]]) -> str:
    """Compute the digest of a run.

    Parameters
    ----------
    inputs
        what determines it
    contents
        checksums of the content of each table's parts, in order
    """
    text = json.dumps({"inputs": inputs, "tables": contents}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def difference(a: Mapping[str, Any], b: Mapping[str, Any]) -> str:
    """Name the first input in which two runs differ, or give '' if there is none."""
    flat_a, flat_b = _flat(a), _flat(b)
    for name in sorted(flat_a.keys() | flat_b.keys()):
        if flat_a.get(name) != flat_b.get(name):
            return f"{name} is {flat_a.get(name)!r} in the folder and {flat_b.get(name)!r} now"
    return ""


def changed_from(values: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """List the parameters that differ from the defaults, by dotted name."""
    usual = _flat(defaults)
    return {name: value for name, value in _flat(values).items() if usual.get(name) != value}


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat
