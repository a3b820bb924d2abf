"""Does the report of an accepted input account for all of it? Counted here anew, from what was sent."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd

from sim.batch.study.study import Study

ROUNDING_M = 0.02
"""A city file keeps whole centimetres; this is what one street of it may be off."""
LOSSES = ("misfits", "without_place", "at_zero", "off_the_streets")


def rows_of(content: bytes) -> int | None:
    """Count the rows of a table below its first line; nothing where that may be done in more ways than one."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if any(sign in text for sign in '"\r\0\\') or text.lower().lstrip().startswith("sep="):
        return None
    first = next((line for line in text.split("\n") if line.strip()), "")
    separator = max(",;\t|", key=first.count)
    rows = csv.reader(io.StringIO(text), delimiter=separator)
    return sum(any(cell.strip() for cell in row) for row in rows) - 1


def incidents(sent: Path, run: Path) -> str:
    """Compare the rows of a file of incidents with those used and those left out by reason."""
    told = json.loads((run / "manifest.json").read_text(encoding="utf-8"))["incidents"]
    if told["rows"] != told["used"] + sum(told[name] for name in LOSSES):
        return f"incidents that nobody accounts for: {told}"
    rows = rows_of(sent.read_bytes())
    return "" if rows in (None, told["rows"]) else f"{rows} rows of incidents were sent and {told['rows']} counted"


def city(sent: Path | None, built: Path) -> str:
    """Compare the lines of a source with those used and left out, and its metres with those of the network."""
    told = json.loads(built.with_suffix(".build.json").read_text(encoding="utf-8"))
    if told["lines_read"] != told["lines_used"] + sum(told["lines_left_out"].values()):
        return f"lines that nobody accounts for: {told}"
    dropped = ("metres_of_copies", "metres_off_the_walk", "metres_of_vehicle_only", "metres_shapeless")
    found = told["metres"] + sum(told[name] for name in dropped)
    if abs(found - told["metres_given"]) > ROUNDING_M * (1 + told["pieces_given"]):
        return f"{told['metres_given']} metres were given and {found} accounted for"
    with np.load(built) as arrays:
        if len(arrays["length_cm"]) != told["segments"]:
            return f"{told['segments']} segments are told of and {len(arrays['length_cm'])} written"
    try:
        lines = None if sent is None else _lines_in(sent)
    except (ValueError, LookupError, TypeError, AttributeError, ElementTree.ParseError):
        lines = None  # another reader is less forgiving
    return "" if lines in (None, told["lines_read"]) else f"{lines} lines were sent and {told['lines_read']} read"


def _lines_in(sent: Path) -> int | None:
    """Count the lines of a file of streets with another reader; nothing where there is none for it."""
    if sent.suffix == ".osm":
        ways = ElementTree.parse(sent).getroot().iter("way")
        gone = ("false", "delete")
        alive = [way for way in ways if way.get("visible") not in gone and way.get("action") not in gone]
        return sum(any(tag.get("k") == "highway" for tag in way.iter("tag")) for way in alive)
    if sent.suffix == ".graphml":
        return sum(one.tag.endswith("}edge") for one in ElementTree.parse(sent).getroot().iter())
    if sent.suffix == ".geojson":
        features = json.loads(sent.read_bytes())["features"]
        shapes = [one.get("geometry") for one in features if isinstance(one, dict)]
        parts = [len(shape["coordinates"]) if (shape or {}).get("type") == "MultiLineString" else 1 for shape in shapes]
        return sum(parts)
    if sent.suffix in {".gpkg", ".shp"}:
        import pyogrio

        layers = pyogrio.list_layers(sent)
        n_rows = pyogrio.read_info(sent, layer=layers[0, 0], force_feature_count=True)["features"]
        return int(n_rows) if len(layers) == 1 else None
    return None


def scenario(sent: dict[str, object], made_of_it: dict[str, object]) -> str:
    """Compare each value of a scenario file with the one that stands in what was made of it."""
    made = dict(_leaves(made_of_it))
    for name, value in _leaves(sent):
        if name != "like" and name not in made and not any(key.startswith(f"{name}.") for key in made):
            return f"{name} was given and stands nowhere"
        is_number = isinstance(value, int | float) and isinstance(made.get(name), int | float)
        if is_number and value != made[name]:
            return f"{name} = {value!r} was given and is {made[name]!r}"
    return ""


def study(sent: dict[str, object], folder: Path, points: int | None) -> str:
    """Compare the strategies, scenarios, points and seeds of a study with the arms and runs of its store."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    arms = pd.read_parquet(folder / "arms.parquet")
    usual = Study.model_fields
    strategies, scenarios = (set(sent.get(name, usual[name].default)) for name in ("strategies", "scenarios"))
    if len(strategies) != arms["strategy"].nunique() or len(scenarios) != arms["scenario"].nunique():
        return "a strategy or a scenario of the study has no arm"
    if points is not None and arms["point"].nunique() != points:
        return f"{points} points were sent and {arms['point'].nunique()} have arms"
    if len(arms) != len(strategies) * len(scenarios) * arms["point"].nunique() or len(arms) != manifest["n_arms"]:
        return f"{len(arms)} arms are not every combination"
    if manifest["n_planned"] != manifest["n_done"]:
        return f"{manifest['n_planned']} runs were planned and {manifest['n_done']} done"
    seeds = sent.get("seeds", usual["seeds"].default)
    n_seeds = len(seeds) if isinstance(seeds, list) else seeds
    ruled = {"stop", "allocate"} & sent.keys()
    runs = arms["arm"].nunique() * n_seeds  # arms in which nothing differs share their runs
    if not ruled and manifest["n_planned"] != runs:
        return f"{arms['arm'].nunique()} arms with {n_seeds} seeds are not {manifest['n_planned']} runs"
    return ""


def targets(sent: dict[str, object], table: bytes, folder: Path) -> str:
    """Compare the targets of a calibration and its table with those that were understood."""
    told = len(pd.read_csv(folder / "targets.csv"))
    rows = rows_of(table) if sent.get("targets_file") else 0
    given = len(sent.get("targets", ()))
    return "" if rows is None or told == rows + given else f"{rows} + {given} targets were sent and {told} understood"


def damage_told(valid: Path, damaged: Path, code: int | None) -> str:
    """Complain where a sealed file was changed or is gone and a check says that all is well."""
    if code != 0:
        return ""
    for file in sorted(valid.rglob("*")):
        twin = damaged / file.relative_to(valid)
        if file.is_file() and file.name not in UNSEALED and not _equal(file, twin):
            return f"{file.relative_to(valid)} was changed, and the check says that all is well"
    return ""


UNSEALED = ("lock", "journal.jsonl")
"""Files of a store that grow, or say nothing."""


def _equal(file: Path, twin: Path) -> bool:
    if not twin.is_file():
        return False
    if file.read_bytes() == twin.read_bytes():
        return True
    if file.suffix != ".json":
        return False
    try:
        return bool(json.loads(file.read_bytes()) == json.loads(twin.read_bytes()))
    except ValueError:
        return False


def _leaves(table: dict[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value
