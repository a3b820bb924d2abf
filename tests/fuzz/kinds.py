"""What is sent: for each kind of input a valid one, how it is damaged, and the commands that read it."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import osmium
from answers import Answer, ask
from damage import NASTY, damage_arrays, damage_bytes, damage_folder, damage_json, damage_text

from sim.scenarios.scenario import Scenario, load_scenario

DATA = Path(__file__).parents[1] / "city" / "data"
TINY = {
    "n_days": 1, "city.streets": "grid", "city.n_segments": 40, "people.n_residents": 60, "force.n_districts": 1,
    "force.n_response": 3, "force.n_community": 1,
}  # fmt: skip
SMALL = {"n_days": 2, "city.n_segments": 200, "people.n_residents": 400, "force.n_districts": 20}
"""What a run may have at most for the fuzzer to make it."""
POLICIES = (
    "reactive", "hotspot(share=0.03, dwell=12)", "grid + mediation", "reactive until 2014-01-01 then grid",
    "reform(hours=0.8)", "neighbourhood", "posts", "partnership + problem_oriented", "grid_services",
)  # fmt: skip
STUDY = """name = "fuzzed"
question = "Which?"
scenarios = ["new_haven"]
strategies = ["reactive", "hotspot(share=0.03)"]
baseline = "reactive"
seeds = 3
warm_up = 0
outcomes = ["offences_per_1000", "trust_mean"]
ledgers = "none"
limit_minutes = 5.0
{set}
[margins]
trust_mean = 0.01

[decision]
outcome = "offences_per_1000"
targets = ["trust_mean >= 0.1"]
sure = 0.9

"""
DESIGNS = (
    '[design.parameters]\n"demand.other_calls" = [500, 900]\n"policy.share" = [0.02, 0.05]\n',
    '[design]\nmethod = "sobol"\npoints = 4\nseed = 1\n[design.parameters]\n'
    '"offending.searches_per_year" = { low = 5, high = 20, log = true }\n',
    '[design]\nmethod = "lhs"\npoints = 3\n[design.parameters]\n'
    '"reporting.p_noticed_by_officer" = { low = 0.05, high = 0.5 }\n',
    '[stop]\noutcome = "offences_per_1000"\nhalf_width = 1.0\nfirst = 10\nstep = 5\n',
    '[allocate]\noutcome = "offences_per_1000"\nfirst = 5\nruns = 10\nstep = 5\n',
)
TABLE = '[design]\nmethod = "table"\nfile = "points.csv"\n'
POINTS = "demand.other_calls,policy.share,n_days\n500,0.02,1\n900,0.05,1\n700.5,0.03,2\n"
CALIBRATION = """name = "fuzzed"
scenario = "new_haven"
strategy = "reactive"
seeds = 2
points = 8
waves = 1
targets_file = "targets.csv"
{set}
[parameters]
"offending.searches_per_year" = {{ low = 20, high = 80, log = true }}

[[targets]]
measure = "recorded_burglary_per_1000"
value = 4.1
sd = 0.3

[abc]
particles = 20
"""
TARGETS = "measure,value,sd,low,high,hold_out,weight\noffences_per_1000,50,5,,,,1\ntrust_mean,,,0.4,0.6,true,2\n"
WAY_OUT = Path("plain.txt") / "out"
"""A folder that cannot be made: a calibration that is read well ends there instead of running for minutes."""

Case = Callable[[random.Random, Path], Iterator[tuple[Answer, str]]]
"""Damage something in a folder and give the answers, each with what is wrong with it."""


def judged(answer: Answer, *, may_find: bool = False, must_say: tuple[str, ...] = ()) -> tuple[Answer, str]:
    """Give an answer and what is wrong with it; a valid one must say some words that account for the input."""
    wrong = answer.complaint(may_find)
    if not wrong and answer.code == 0:
        wrong = next((f"no word of {word!r}" for word in must_say if word not in answer.out + answer.err), "")
    return answer, wrong


def scenario(chance: random.Random, home: Path) -> Iterator[tuple[Answer, str]]:
    """Send a damaged scenario file."""
    valid = load_scenario("new_haven").replace(TINY)
    text = (
        whole_toml(valid)
        if chance.random() < 0.4
        else _tiny_toml("") + 'title = "x"\npeople.share_male = 0.5\n[repeat]\nboost = { theft = 2.0 }\n'
    )
    file = home / "world.toml"
    file.write_bytes(damage_text(text, chance))
    yield judged(shown := ask(["scenario", "show", file]), must_say=("n_residents",))
    if shown.code == 0:
        (home / "shown.toml").write_text(shown.out, encoding="utf-8")
        yield from _run_if_small(file, load_scenario(str(home / "shown.toml")), home)


def _run_if_small(file: Path, world: Scenario, home: Path) -> Iterator[tuple[Answer, str]]:
    wanted = {name: _at(world, name) for name in SMALL}
    if all(wanted[name] <= SMALL[name] for name in SMALL) and world.city.is_synthetic and _is_calm(world):
        yield judged(ask(["run", file, "--out", home / "run"]), must_say=("synthetic people", "digest"))


def _at(world: object, name: str) -> int:
    for part in name.split("."):
        world = getattr(world, part)
    assert isinstance(world, int)
    return world


def _is_calm(world: Scenario) -> bool:
    """Tell whether little happens, so that a run takes a second."""
    numbers = [value for group in world.model_dump().values() if isinstance(group, dict) for value in group.values()]
    return all(abs(number) <= 2e5 for number in numbers if isinstance(number, int | float))


def policy(chance: random.Random, home: Path) -> Iterator[tuple[Answer, str]]:
    """Send a damaged text that names a strategy."""
    text = chance.choice(POLICIES)
    for _ in range(chance.choice((1, 1, 2, 3))):
        text = (
            damage_text(text, chance).decode("utf-8", errors="replace")
            if chance.random() < 0.7
            else _paste(text, chance)
        )
    text = text.replace("\0", "")  # no operating system passes it on
    if text.startswith("-"):
        text = " " + text
    words = ["run", "--policy", text, "--out", home / "run", *set_options()]
    yield judged(ask(words), must_say=("synthetic people", "digest"))


def _paste(text: str, chance: random.Random) -> str:
    joint = chance.choice(
        (
            " + ",
            " then ",
            " until ",
            " until 2014-01-01 then ",
            "+",
            ",",
            "(",
            ")",
            "(share=",
            "=",
            "({[]:1})",
            ".py:",
            ":",
        )
    )
    return text + joint + chance.choice((*POLICIES, *NASTY))


def study(chance: random.Random, home: Path) -> Iterator[tuple[Answer, str]]:
    """Send a damaged study; where it is good, its batch script is written."""
    text = STUDY.format(set=_tiny_toml("set")) + chance.choice(DESIGNS)
    (home / "study.toml").write_bytes(damage_text(text, chance))
    yield judged(_plan(home), must_say=("strategies", "runs"))


def design(chance: random.Random, home: Path) -> Iterator[tuple[Answer, str]]:
    """Send a damaged table of points."""
    (home / "study.toml").write_text(STUDY.format(set=_tiny_toml("set")) + TABLE, encoding="utf-8")
    (home / "points.csv").write_bytes(damage_text(POINTS, chance))
    yield judged(_plan(home), must_say=("strategies", "runs"))


def _plan(home: Path) -> Answer:
    return ask(["sweep", home / "study.toml", "--store", home / "store", "--slurm-script", 2])


def targets(chance: random.Random, home: Path) -> Iterator[tuple[Answer, str]]:
    """Send a damaged calibration or a damaged table of targets."""
    (home / "plain.txt").write_text("mine")
    calibration, table = CALIBRATION.format(set=_tiny_toml("set")).encode(), TARGETS.encode()
    if chance.random() < 0.5:
        calibration = damage_text(calibration.decode(), chance)
    else:
        table = damage_text(TARGETS, chance)
    (home / "calibration.toml").write_bytes(calibration)
    (home / "targets.csv").write_bytes(table)
    yield judged(ask(["calibrate", home / "calibration.toml", "--store", home / WAY_OUT]))


def incidents(chance: random.Random, home: Path) -> Iterator[tuple[Answer, str]]:
    """Send a damaged table of incidents to a small city on the grid."""
    rows = [f"{chance.uniform(0, 500):.1f},{chance.uniform(0, 500):.1f},theft,第{i}号" for i in range(30)]
    text = "x,y,kind,note\n" + "\n".join(rows) + "\n"
    if chance.random() < 0.2:
        text = text.replace("x,y", chance.choice(("lon,lat", "X,Y", "lng,lat", "y,x", "Longitude,Latitude")))
    file = home / "incidents.csv"
    file.write_bytes(damage_text(text, chance))
    words = ["run", *set_options(), "--set", f"city.incidents='{file}'", "--out", home / "run"]
    yield judged(ask(words), must_say=("incident",))


def set_options() -> list[str]:
    """Give the options that make a run tiny."""
    return [word for name, value in TINY.items() for word in ("--set", f"{name}={value}")]


def whole_toml(world: Scenario) -> str:
    """Write a whole scenario down, as `cpsim scenario show` does."""
    from sim.inputs.toml_text import write_toml

    return write_toml(world.model_dump())


def _tiny_toml(table: str) -> str:
    lines = [
        f'"{name}" = {json.dumps(value)}' if table else f"{name} = {json.dumps(value)}" for name, value in TINY.items()
    ]
    return "\n".join([f"[{table}]" if table else "", *lines]) + "\n"


def folder_of(valid: Path, home: Path) -> Path:
    """Copy a valid folder to where it may be damaged."""
    shutil.copytree(valid, home / "damaged")
    return home / "damaged"


def run_folder(valid: Path) -> Case:
    """Send a damaged run folder to every command that reads one."""

    def case(chance: random.Random, home: Path) -> Iterator[tuple[Answer, str]]:
        folder = folder_of(valid, home)
        how = damage_folder(folder, chance)
        if chance.random() < 0.2:
            how += "; " + damage_folder(folder, chance)
        other = chance.choice((
            ["burden", folder, "--out", home / "burden"], ["plot", folder, "--out", home / "pictures"],
            ["changes", valid, folder, "--out", home / "changes"],
            ["run", "--resume", "--out", folder, *set_options()],
        ))  # fmt: skip
        yield judged(ask(["check", folder]), may_find=True)
        yield judged(ask(other))

    return case


def store(valid: Path) -> Case:
    """Send a damaged store of studies to every command that reads one."""

    def case(chance: random.Random, home: Path) -> Iterator[tuple[Answer, str]]:
        folder = folder_of(valid, home)
        damage_folder(folder, chance)
        one = next(folder.iterdir())
        other = chance.choice((
            ["contrast", one, "--out", home / "out"], ["report", one, "--out", home / "out.html"],
            ["sensitivity", one, "--outcome", "trust_mean", "--out", home / "out", "--no-plots"],
            ["robustness", one, "--outcome", "trust_mean", "--of", "hotspot", "--out", home / "out", "--no-plots"],
            ["sweep", valid.parent / "study.toml", "--store", folder, "--slurm-script", 2],
        ))  # fmt: skip
        yield judged(ask(["store", "check", one]), may_find=True)
        yield judged(ask(other))

    return case


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
                content = damage_text(content.decode("utf-8"), chance)
        elif valid.suffix == ".shp" and chance.random() < 0.6:
            part = chance.choice(sorted(home.glob(f"{valid.stem}.*")))
            if chance.random() < 0.2:
                part.unlink()
            else:
                part.write_bytes(damage_bytes(part.read_bytes(), chance))
            content = file.read_bytes() if file.exists() else b""
        elif valid.suffix == ".pbf" and chance.random() < 0.6:
            content = _as_pbf(damage_text(_xml_beside(valid), chance), home) or damage_bytes(content, chance)
        elif valid.suffix == ".npz" and chance.random() < 0.7:
            content = damage_arrays(content, chance)
        else:
            content = damage_bytes(content, chance)
        if chance.random() < 0.03:
            file = file.with_suffix(
                chance.choice((".graphml", ".osm", ".gpkg", ".geojson", ".pbf", ".npz", ".shp", ".txt", ""))
            )
        file.write_bytes(content)
        out = home / "built.npz"
        if valid.suffix == ".npz" and chance.random() < 0.7:
            yield judged(ask(["city", "show", file]), must_say=("segments",))
            return
        yield judged(built := ask(["city", "build", file, "-o", out]), must_say=("km of street", "written"))
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
        yield judged(ask(["city", "build", "Corner, Finland", "-o", out]), must_say=("segments", "written"))


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
