"""A city file and a scenario of the files of a force; built anew when one of the files changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

import sim
from sim.city.files import save_city
from sim.city.land_use import KINDS, City, LandUse
from sim.city.reading.projection import transform
from sim.disk import make_folder
from sim.force.account import Account
from sim.force.rates import describe_calls, describe_incidents
from sim.force.reading import ForceData, read_force
from sim.force.recorded import calls_to_replay
from sim.force.scenario import Setting, Settled, first_day, settle
from sim.force.settings import FILE, ForceFile, read_settings, write_text
from sim.force.shapes import NOWHERE
from sim.force.words import say, say_note
from sim.inputs.toml_text import write_comment, write_toml
from sim.inputs.words import Lang
from sim.scenarios.scenario import load_scenario

FOLDER = "built"
SCENARIO, CITY, DIGEST = "scenario.toml", "city.npz", "inputs.json"
RECORD, RECORD_ACCOUNT = "recorded_calls.csv", "recorded_calls.json"
FORMAT = 3


def built_scenario(folder: Path, lang: Lang) -> tuple[Path, bool]:
    """Give the scenario of a folder, and whether it was built just now: it is where a file or `force.toml` changed.

    Raises
    ------
    InputError
        If a file that the folder names cannot be used.
    """
    built = folder / FOLDER
    whole = all((built / name).is_file() for name in (SCENARIO, CITY, DIGEST))
    if whole:
        try:
            told = json.loads((built / DIGEST).read_text(encoding="utf-8"))
        except ValueError:
            told = {}
        if isinstance(told, dict) and told.get("digest") == inputs_digest(folder, read_settings(folder), lang):
            return built / SCENARIO, False
    build(read_force(folder, strict=True), lang)
    return built / SCENARIO, True


def build(data: ForceData, lang: Lang) -> list[Path]:
    """Write the city, the scenario and what the records say into the folder `built`."""
    built = data.folder / FOLDER
    make_folder(built)
    (built / DIGEST).unlink(missing_ok=True)  # a build that is broken off is no build
    settled = settle(data, lang)
    save_city(_city(data), built / CITY, land_use=None if data.beats is not None else data.land_use)
    files = [built / CITY]
    incidents = _write_incidents(data, built)
    files += _write_record(data, built)
    for name, table in tables_of(data, settled).items():
        files.append(write_text(built / f"{name}.csv", table.to_csv(index=False)))
    files.append(write_text(built / SCENARIO, scenario_text(data, settled, incidents, lang)))
    load_scenario(str(built / SCENARIO))
    digest = {"format": FORMAT, "version": sim.__version__, "digest": inputs_digest(data.folder, data.settings, lang)}
    write_text(built / DIGEST, json.dumps(digest, indent=1))
    return files


def tables_of(data: ForceData, settled: Settled) -> dict[str, pd.DataFrame]:
    """Give the tables that a folder tells: what calls and incidents say, beats, stations, the account."""
    tables = {"account": account_table(data.accounts)}
    if data.calls is not None and len(data.calls.table):
        tables["calls_say"] = describe_calls(data.calls, settled.residents, data.net.n_segments)
    if data.incidents is not None and len(data.incidents.table):
        tables["incidents_say"] = describe_incidents(data.incidents, settled.residents, data.net.n_segments)
    if data.stations is not None:
        tables["stations"] = data.stations
    if data.beats is not None:
        n = len(data.beats.names)
        km = np.bincount(data.beats.district, data.net.segment_length_m, minlength=n) / 1000.0
        segments = np.bincount(data.beats.district, minlength=n)
        beats = {"district": range(n), "beat": data.beats.names, "segments": segments, "street_km": km.round(2)}
        if data.people is not None:
            beats["homes"] = np.bincount(data.beats.district, data.people.dwellings, minlength=n)
        for name, recorded in (("calls", data.calls), ("incidents", data.incidents)):
            if recorded is not None:
                at = recorded.table["beat"].to_numpy()
                beats[name] = np.bincount(at[at >= 0], minlength=n)
        tables["beats"] = pd.DataFrame(beats)
    return tables


def account_table(accounts: tuple[Account, ...]) -> pd.DataFrame:
    """Give what became of the rows of each file: one row for each count; the counts of a file add up to its rows."""
    rows = []
    for one in accounts:
        if not one.source:
            continue
        rows.append((one.part, one.source, "rows", "", one.rows))
        rows.append((one.part, one.source, "used", "", one.used))
        rows += [(one.part, one.source, "not used", reason.partition(".")[2], n) for reason, n in one.left_out.items()]
        rows += [(one.part, one.source, "place", how.partition(".")[2], n) for how, n in one.placed.items()]
    return pd.DataFrame(rows, columns=["part", "file", "count", "reason", "n"])


def scenario_text(data: ForceData, settled: Settled, incidents: Path | None, lang: Lang) -> str:
    """Write the scenario with a comment for each number and each default; its files are named as they lie beside it."""
    city = [Setting("city.streets", CITY, say(lang, "scenario.streets"))]
    if incidents is not None:
        city.append(Setting("city.incidents", incidents.name, say(lang, "scenario.incidents")))
    name = data.net.name
    title = say(
        lang, "scenario.title" if settled.defaults else "scenario.title_whole", name=name,
        residents=round(settled.residents), segments=data.net.n_segments, defaults=list(settled.defaults),
    )  # fmt: skip
    lines = [write_comment(say(lang, "scenario.head", folder=data.folder.resolve().name))]
    defaults = [note for account in data.accounts for note in account.notes if note.kind == "default"]
    lines += [write_comment(say(lang, "scenario.defaults"))] if defaults else []
    lines += [write_comment(f"- {say_note(note, lang)}") for note in defaults]
    lines += [write_comment(f"- {remark}") for remark in settled.remarks]
    top: dict[str, object] = {"name": name, "title": title, "n_days": data.settings.days}
    start = first_day(data)
    if start is not None:
        top["start"] = start
    top |= settled.lists
    lines += ["", write_toml(top).rstrip()]
    groups: dict[str, list[Setting]] = {}
    for setting in (*city, *settled.settings):
        groups.setdefault(setting.name.partition(".")[0], []).append(setting)
    for group, settings in groups.items():
        lines += ["", f"[{group}]"]
        for one in settings:
            value = write_toml({one.name.partition(".")[2]: one.value}).strip()
            lines.append(f"{value}  {write_comment(one.why)}")
    return "\n".join(lines) + "\n"


def inputs_digest(folder: Path, settings: ForceFile, lang: Lang) -> str:
    """Give a checksum of all that a build depends on."""
    checksum = hashlib.sha256(f"{FORMAT} {sim.__version__} {lang} {folder.resolve().name}\n".encode())
    for path in _inputs(folder, settings):
        checksum.update(f"{path.name}\n".encode())
        with path.open("rb") as file:
            checksum.update(hashlib.file_digest(file, "sha256").digest())
    return checksum.hexdigest()


def _inputs(folder: Path, settings: ForceFile) -> Iterator[Path]:
    """List the files of a folder, with those that stand beside a shapefile and in a folder of tables."""
    yield folder / FILE
    parts = ("streets", "beats", "stations", "staff", "shifts", "population", "calls", "incidents")
    names = [getattr(settings, part).file for part in parts] + [settings.streets.clip, settings.population.table]
    for path in (path for name in filter(None, names) for path in _named(folder, name)):
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.is_file())
        elif path.suffix.lower() == ".shp":
            yield from sorted(one for one in path.parent.glob(f"{path.stem}.*") if one.is_file())
        elif path.is_file():
            yield path


def _named(folder: Path, name: str) -> list[Path]:
    return sorted(folder.glob(name)) if "*" in name else [folder / name]


def _city(data: ForceData) -> City:
    if data.beats is None:
        return data.net  # type: ignore[return-value]
    nothing = np.full(data.net.n_segments, np.nan, np.float32)
    use = data.land_use or LandUse(**dict.fromkeys(KINDS, nothing), inferred=False)
    return City(data.net, use, data.beats.district)


def _write_record(data: ForceData, built: Path) -> list[Path]:
    """Write the calls as they can be replayed, with the account of those that cannot, or why none can."""
    record = calls_to_replay(data)
    (built / RECORD).unlink(missing_ok=True)
    if isinstance(record, str):
        return [write_text(built / RECORD_ACCOUNT, json.dumps({"refused": record}))]
    about = record.account | {"beats": [] if data.beats is None else list(data.beats.names)}
    return [
        write_text(built / RECORD, record.table.to_csv(index=False)),
        write_text(built / RECORD_ACCOUNT, json.dumps(about, ensure_ascii=False, indent=1)),
    ]


def _write_incidents(data: ForceData, built: Path) -> Path | None:
    """Write the points of incidents, where opportunity is to follow them."""
    path = built / "incidents.csv"
    path.unlink(missing_ok=True)
    if not data.settings.incidents.opportunity_follows_records or data.incidents is None:
        return None
    placed = data.incidents.table.dropna(subset=["x", "y"])
    x, y = placed["x"].to_numpy(), placed["y"].to_numpy()
    names = ("x", "y")
    if data.net.crs != NOWHERE:
        x, y = transform(x, y, data.net.crs, "EPSG:4326", source=repr(data.net.name))
        names = ("lon", "lat")
    return write_text(path, pd.DataFrame({names[0]: x.round(7), names[1]: y.round(7)}).to_csv(index=False))
