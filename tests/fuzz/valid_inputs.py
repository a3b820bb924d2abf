"""Valid inputs of every kind, made once: files of one street corner, a finished run, a store with a study."""

from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path

import geopandas
import osmium
import osmnx
from answers import ask
from city_kinds import DATA, answered, city_file, place
from kinds import (
    STUDY,
    TINY,
    Case,
    design,
    incidents,
    make_up,
    policy,
    run_folder,
    scenario,
    set_options,
    store,
    study,
    targets,
)

from sim.batch.study.plan import make_plan
from sim.batch.study.study import read_study
from sim.batch.study.sweep import sweep
from sim.compile_core import compile_core

FIXED: dict[str, Case] = {
    "scenario": scenario, "policy text": policy, "study": study, "design table": design, "targets": targets,
    "incidents": incidents, "place name": place,
}  # fmt: skip
CITY_FILES = ("graphml", "osm", "pbf", "gpkg", "shp", "geojson", "npz")


def all_kinds(home: Path) -> dict[str, Case]:
    """Make every valid input in a folder, and name what can be done with it."""
    home.mkdir(parents=True, exist_ok=True)
    compile_core(lambda sentence: None)  # once for an installation, and not what is timed here
    made = dict(FIXED)
    for ending, file in _city_files(home).items():
        made[f"city file, {ending}"] = city_file(file)
    made["run folder"] = run_folder(_finished_run(home))
    made["store"] = store(_finished_study(home))
    return made


def _city_files(home: Path) -> dict[str, Path]:
    """Write the same corner of a town as each kind of file."""
    pbf = home / "corner.osm.pbf"
    shutil.copy(DATA / "corner.osm.pbf", pbf)
    xml = home / "xml" / "corner.osm"
    xml.parent.mkdir()
    with osmium.SimpleWriter(str(xml)) as writer:
        for one in osmium.FileProcessor(str(pbf)):
            writer.add(one)
    files = {"pbf": pbf, "osm": xml}
    recorded = [json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")) for name in ("nominatim", "overpass")]
    with answered(*recorded, home):
        graph = osmnx.graph_from_place("Corner, Finland", network_type="all")
    for ending in ("graphml", "gpkg", "shp", "geojson", "npz"):
        folder = home / ending
        folder.mkdir()
        files[ending] = folder / f"corner.{ending}"
    osmnx.save_graphml(graph, files["graphml"])
    edges = osmnx.graph_to_gdfs(graph, nodes=False)
    plain = geopandas.GeoDataFrame(
        {name: [str(value) for value in edges[name]] for name in ("highway", "oneway", "name") if name in edges},
        geometry=list(edges.geometry), crs=edges.crs,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain.to_file(files["gpkg"], layer="roads")
        plain.to_file(files["shp"])
        plain.to_file(files["geojson"])
    built = ask(["city", "build", pbf, "-o", files["npz"]])
    assert built.code == 0, built
    return files


def _finished_run(home: Path) -> Path:
    folder = home / "runs" / "valid"
    done = ask(["run", "--out", folder, *set_options()])
    assert done.code == 0, done
    return folder


def _finished_study(home: Path) -> Path:
    """Make a small study without the engine: a fuzzer of its folder needs the form of the results alone."""
    lines = "\n".join(f'"{name}" = {value!r}'.replace("'", '"') for name, value in TINY.items())
    text = STUDY.format(set=f"[set]\n{lines}\n").replace("hotspot(share=0.03)", "hotspot")
    text += (
        '[design]\nmethod = "lhs"\npoints = 24\n[design.parameters]\n"demand.other_calls" = { low = 100, high = 900 }\n'
    )
    text += '"reporting.p_noticed_by_officer" = { low = 0.05, high = 0.5 }\n'
    (home / "study.toml").write_text(text, encoding="utf-8")
    plan = make_plan(read_study(home / "study.toml"))
    sweep(plan, text, home / "valid_store", make_up)
    return home / "valid_store"
