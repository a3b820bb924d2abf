"""Files of streets and answers of the internet: how each is damaged, and the commands that read it."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import balances
import osmium
from answers import Answer, ask
from damage import damage_arrays, damage_bytes, damage_json, damage_text
from kinds import Case, judged

DATA = Path(__file__).parents[1] / "city" / "data"


def city_file(valid: Path) -> Case:
    """Send a damaged file of streets, as bytes or as the text that it is."""

    def case(chance: random.Random, home: Path) -> Iterator[tuple[Answer, str]]:  # noqa: PLR0912 - one for each kind of file
        file = home / valid.name
        for beside in valid.parent.glob(f"{valid.stem}.*"):
            shutil.copy(beside, home)
        content = valid.read_bytes()
        if valid.suffix in {".graphml", ".osm", ".geojson"} and chance.random() < 0.85:
            if valid.suffix == ".geojson" and chance.random() < 0.5:
                content = json.dumps(damage_json(json.loads(content), chance)).encode()
            else:
                content = damage_text(content.decode("utf-8"), chance, "xml" if valid.suffix != ".geojson" else "")
        elif valid.suffix == ".shp" and chance.random() < 0.6:
            part = chance.choice(sorted(home.glob(f"{valid.stem}.*")))
            if chance.random() < 0.2:
                part.unlink()
            else:
                part.write_bytes(damage_bytes(part.read_bytes(), chance))
            content = file.read_bytes() if file.exists() else b""
        elif valid.suffix == ".pbf" and chance.random() < 0.6:
            content = _as_pbf(damage_text(_xml_beside(valid), chance, "xml"), home) or damage_bytes(content, chance)
        elif valid.suffix == ".npz" and chance.random() < 0.7:
            content = damage_arrays(content, chance)
        else:
            content = damage_bytes(content, chance)
        counted = file
        if chance.random() < 0.03:
            counted, file = (
                None,
                file.with_suffix(
                    chance.choice((".graphml", ".osm", ".gpkg", ".geojson", ".pbf", ".npz", ".shp", ".txt", ""))
                ),
            )
        file.write_bytes(content)
        out = home / "built.npz"
        if valid.suffix == ".npz" and chance.random() < 0.7:
            yield judged(ask(["city", "show", file]), must_say=("segments",))
            return
        built = ask(["city", "build", file, "-o", out])
        yield judged(
            built,
            must_say=("km of street", "written"),
            account=None if file.suffix == ".npz" else lambda: balances.city(counted, out),
        )
        if built.code == 0:
            yield judged(ask(["city", "show", out]), must_say=("segments",))

    return case


def _xml_beside(pbf: Path) -> str:
    """Give the XML of what a PBF file holds."""
    return (pbf.parent / "xml" / "corner.osm").read_text(encoding="utf-8")


def _as_pbf(xml: bytes, home: Path) -> bytes:
    """Write damaged XML as PBF, so that not its coding is wrong but what it says; nothing where it cannot be read."""
    (home / "between.osm").write_bytes(xml)
    try:
        with osmium.SimpleWriter(str(home / "between.osm.pbf")) as writer:
            for one in osmium.FileProcessor(str(home / "between.osm")):
                writer.add(one)
    except Exception:  # osmium raises errors of its own for each thing that it cannot read
        return b""
    return (home / "between.osm.pbf").read_bytes()


def place(chance: random.Random, home: Path) -> Iterator[tuple[Answer, str]]:
    """Send a damaged answer of the internet to a question for a place name."""
    found = json.loads((DATA / "nominatim.json").read_text(encoding="utf-8"))
    streets = json.loads((DATA / "overpass.json").read_text(encoding="utf-8"))
    if chance.random() < 0.4:
        found = damage_json(found, chance)
    else:
        streets = damage_json(streets, chance)
        if chance.random() < 0.5:
            streets = damage_json(streets, chance)
    with answered(found, streets, home):
        out = home / "built.npz"
        built = ask(["city", "build", "Corner, Finland", "-o", out])
        yield judged(built, must_say=("segments", "written"), account=lambda: balances.city(None, out))


@contextmanager
def answered(found: object, streets: object, home: Path) -> Iterator[None]:
    """Put recorded answers in the place of the internet."""

    def overpass(data: dict[str, str]) -> object:
        if not isinstance(streets, dict) or not isinstance(streets.get("elements"), list):
            return streets
        buildings = "building" in data["data"]
        kept = [one for one in streets["elements"] if _belongs(one, buildings)]
        return streets | {"elements": kept}

    with (
        mock.patch("osmnx._overpass._overpass_request", overpass),
        mock.patch("osmnx._nominatim._nominatim_request", return_value=found),
        mock.patch.dict("os.environ", {"XDG_CACHE_HOME": str(home)}),
    ):
        yield


def _belongs(one: object, buildings: bool) -> bool:
    if not isinstance(one, dict) or not isinstance(one.get("tags", {}), dict):
        return True
    is_street = "highway" in one.get("tags", {})
    return not is_street if buildings else is_street or one.get("type") == "node"
