"""From the columns of a table, whoever made it, to the tags of OpenStreetMap."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from sim.city.reading.readers.overture import overture_tags
from sim.city.reading.words.access import ONE_WAY_KEYS, VEHICLE_KEYS
from sim.city.reading.words.classes import CLASS_TAGS, class_key, highway_word
from sim.city.reading.words.speeds import IMPLIED_TAGS, SPEED_TAGS
from sim.city.reading.words.told import name_words
from sim.city.reading.words.values import first_value, key_of
from sim.errors import InputError

Tags = dict[str, object]

SAME_COLUMN = {
    "dir_travel": "oneway",  # HERE
    "one_way": "oneway",
    "directionality": "oneway",  # Ordnance Survey
    "motor_vehi": "motor_vehicle",  # cut to the ten letters of a shapefile
    "maxspeed:f": "maxspeed:forward",
    "maxspeed:b": "maxspeed:backward",
    "maxspeed_f": "maxspeed:forward",
    "maxspeed_b": "maxspeed:backward",
}
"""Columns of other publishers, and the tag of OpenStreetMap that they mean."""

PACKED_COLUMNS = ("other_tags", "all_tags", "tags")
"""Columns in which GDAL and others put the tags that have no column of their own."""

OTHER_COLUMNS = (
    "u", "v", "key", "from", "to", "length", "geometry", "subtype", "access_restrictions", "speed_limits",
)  # fmt: skip
"""Columns that are read beside those of class, one-way, speed and access."""
SOUNDS = ("way", "dir", "speed", "limit", "class", "type", "access")
"""What names of columns have in them that a reader may have hoped for."""

FROM_TO = {"f": "yes", "t": "-1"}
"""One-way words of Geofabrik, HERE and ArcGIS: from the first node, to the first node."""
MARKS_OF_FROM_TO = {"b", "ft", "tf"}
"""Values beside F and T which show that these do not stand for false and true."""

MOST_UNKNOWN_SHARE = 0.1
"""A column of classes may have this share of words that are not understood: more, and it speaks of something else."""


def tags_of_rows(rows: Sequence[Mapping[str, object]], source: str) -> list[Tags]:
    """Give the tags of each row of a table, or of each edge of a graph.

    Capitals in names, packed tags, and the words of Geofabrik, HERE, ArcGIS and Overture are translated.

    Parameters
    ----------
    rows
        Values by the name of their column.
    source
        Name of the table in errors.

    Raises
    ------
    InputError
        If the words for one-way streets or for classes can be understood in two ways or not at all.
    """
    key = {name: _tag_name(name) for name in dict.fromkeys(str(name) for row in rows for name in row)}
    # Of two columns that mean one tag, that with the very name counts.
    ordered = sorted(key, key=lambda name: name == key[name])
    tags = [{key[name]: row[name] for name in ordered if name in row} for row in rows]
    if set(PACKED_COLUMNS) & set(key.values()):
        _unpack(tags)
    tags = [overture_tags(row) for row in tags]
    _translate_from_to(tags, source)
    _refuse_foreign_classes(tags, source)
    return tags


def columns_read(tags: Sequence[Tags]) -> dict[str, list[str]]:
    """Name the columns from which something was read, so that a column with another name than hoped for is seen."""
    there = {name: None for row in tags for name, value in row.items() if first_value(value) is not None}
    class_names = dict.fromkeys(key for key in map(class_key, tags) if key is not None)
    speed_names = (*SPEED_TAGS, "maxspeed:forward", "maxspeed:backward", *IMPLIED_TAGS)
    access_names = [name for name in there if name.partition(":")[0] in (*VEHICLE_KEYS, "foot")]
    return {
        "class": list(class_names),
        "one-way": [name for name in (*ONE_WAY_KEYS, "junction") if name in there],
        "speed": [name for name in speed_names if name in there],
        "access": [*access_names, *(name for name in ("motorroad", "area") if name in there)],
    }


def columns_not_read(rows: Sequence[Mapping[str, object]], read_from: Mapping[str, Sequence[str]]) -> list[str]:
    """Name the columns that hold something and from which nothing was read, those first that sound as if it should be.

    Parameters
    ----------
    rows
        As in `tags_of_rows`.
    read_from
        What `columns_read` says of these rows.
    """
    read = {tag for tags in read_from.values() for tag in tags} | {*PACKED_COLUMNS, *OTHER_COLUMNS}
    filled = dict.fromkeys(str(name) for row in rows for name, value in row.items() if first_value(value) is not None)
    left = [name for name in filled if _tag_name(name) not in read]
    return sorted(left, key=lambda name: not any(sound in name.casefold() for sound in SOUNDS))


def _tag_name(column: str) -> str:
    small = column.strip().casefold()
    return SAME_COLUMN.get(small, small)


def _unpack(tags: list[Tags]) -> None:
    """Add the tags that stand together in one column; a column of its own goes before them."""
    for row in tags:
        for column in PACKED_COLUMNS:
            for name, value in _read_packed(first_value(row.pop(column, None)) or "").items():
                if first_value(row.get(name)) is None:
                    row[name] = value
    if any("highway" in row for row in tags):
        for row in tags:
            row.setdefault("highway", None)  # a line without is something else, as in a table with that column


def _read_packed(text: str) -> dict[str, object]:
    if text.startswith("{"):
        try:
            return dict(json.loads(text))
        except (ValueError, TypeError):
            return {}
    pairs = re.findall(r'"((?:[^"\\]|\\.)*)"\s*=>\s*"((?:[^"\\]|\\.)*)"', text)
    return {name: re.sub(r"\\(.)", r"\1", value) for name, value in pairs}


def _translate_from_to(tags: list[Tags], source: str) -> None:
    words = Counter(key_of(word) for word in (first_value(row.get("oneway")) for row in tags) if word is not None)
    if not (FROM_TO.keys() & words.keys()):
        return
    if not (MARKS_OF_FROM_TO & words.keys() or any("fclass" in row for row in tags)):
        raise InputError(
            f"street source {source!r}: oneway must be clear, got F and T without B, which can mean false and true or "
            f"from and to; write yes (along the line), -1 (against it) and no instead"
        )
    for row in tags:
        word = first_value(row.get("oneway"))
        if word is not None and key_of(word) in FROM_TO:
            row["oneway"] = FROM_TO[key_of(word)]


def _refuse_foreign_classes(tags: list[Tags], source: str) -> None:
    said: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    column = ""
    for row in tags:
        key = class_key(row)
        word = first_value(row[key]) if key in CLASS_TAGS else None
        if key is None or word is None:
            continue
        column = key
        said[word] += 1
        if highway_word(word, plain=False) is None:
            unknown[word] += 1
    if sum(unknown.values()) > MOST_UNKNOWN_SHARE * sum(said.values()):
        raise InputError(
            f"street source {source!r}: column {column} must hold words for the class of a street, "
            f"got some that are not understood: {name_words(unknown)}; write the values of OpenStreetMap's highway "
            f"instead (motorway, primary, residential, ...), or rename the column if it means something else"
        )
