"""The truth: a city, its people and its police, made from a scenario and a seed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents import affairs
from sim.agents.days import MAX_TRIPS
from sim.agents.draws_beyond import compare_cities
from sim.agents.feeling_words import ACCOUNT, N_GROUPS
from sim.agents.files import LONG_AGO_DAY
from sim.agents.population.affairs import neutral_levers, no_grudges, no_rooms, room_for_disputes
from sim.agents.population.belongings import give_vehicles, list_guests
from sim.agents.population.beyond import People, cut_people
from sim.agents.population.crime import build_awareness, build_opportunity
from sim.agents.population.feelings import give_feelings
from sim.agents.population.files import build_files
from sim.agents.population.offenders import build_offenders, mean_odds
from sim.agents.population.officers import build_officers, local_force
from sim.agents.population.paths import build_paths
from sim.agents.population.people import build_households, build_residents, build_routines
from sim.agents.population.places_of_calls import CallPlaces, build_call_places, cut_call_places
from sim.agents.population.recorded import most_in_a_day, recorded_rows
from sim.agents.population.rounds import build_rounds
from sim.agents.routing import MAX_ROUTE, TREE_BYTES, build_roads
from sim.agents.state import COUNTERS, Roads, State, Table, new_buffers
from sim.agents.tables import AT_HOME, AWAY, CROWDS, NEVER, SEGMENTS, SHUNNED, TRIPS, row_dtype, zero_rows
from sim.agents.usual_week import learn_usual_week
from sim.city.cells.equal import divide_equal
from sim.city.land_use import City, LandUse, infer_land_use, known_kinds, merge_land_use
from sim.city.part import cut_districts, cut_share, read_districts
from sim.city.reading.beats import divide_by_file
from sim.city.reading.incidents import read_incidents
from sim.city.reading.load import Loaded, load_source
from sim.city.streets import StreetNetwork
from sim.city.synthetic.statistics import grid_city, organic_city
from sim.clock import Clock
from sim.errors import InputError
from sim.observation import RecordBook
from sim.params import Several, describe
from sim.scenarios.scenario import Scenario, groups, parameter_dtype

DERIVED = (
    "drive", "walk", "out", "neighbours_start", "neighbours", "street_order", "traffic_upto", "help_upto", "rounds",
    "paths", "guests_start", "guests", "awareness", "weekday", "year_phase", "recorded",
)  # fmt: skip
"""Parts of the state that are made anew from scenario and seed, not kept in a checkpoint."""


@dataclass
class World:
    """Hold one world: what it was made of, and its state."""

    scenario: Scenario
    city: City
    seed: int
    clock: Clock
    state: State
    record: RecordBook = field(default_factory=RecordBook)
    shared: RecordBook = field(default_factory=RecordBook)
    """what partners know of offences that nobody reported"""
    p_shared: float = 0.0
    """share of such offences that they pass on, a lever of the strategy in force"""
    guards: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    """doorstaff and cameras that the strategy in force pays, by column of `segments`"""

    @cached_property
    def local(self) -> Scenario:
        """Give the scenario with the force that is here, which is less than the whole in a part of a city."""
        return local_force(self.scenario, self.city)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give the arrays that a checkpoint must keep."""
        in_use = self._in_use()
        kept = {name: value[: in_use.get(name)] for name, value in self.state.items() if name not in DERIVED}
        kept |= {f"record_{name}": rows for name, rows in self.record.rows().items()}
        return kept | {f"shared_{name}": rows for name, rows in self.shared.rows().items()}

    def _in_use(self) -> dict[str, int]:
        """Count the rows in use of tables that have far more, all of it written anew every day."""
        in_use = {name: int(self.state.c[f"n_{name}"][0]) for name in ("travellers", "pairs")}
        return in_use | {"trips": int(self.state.trip_start[-1])}

    def restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Take over the arrays of a checkpoint of the same world."""
        part = self._in_use()
        for name, value in self.state.items():
            if name not in DERIVED:
                value[: len(arrays[name]) if name in part else None] = arrays[name]
        self.record.restore({name: arrays[f"record_{name}"] for name in self.record.rows()})
        self.shared.restore({name: arrays[f"shared_{name}"] for name in self.shared.rows()})


def build_world(scenario: Scenario, seed: int, city: City | None = None) -> World:
    """Make a world before its first tick.

    Parameters
    ----------
    city
        the city, if it is at hand; otherwise it is made as the scenario says
    """
    check_seed(seed)
    city = build_city(scenario) if city is None else city
    return World(scenario, city, seed, scenario.clock, build_state(scenario, city, seed))


def check_seed(seed: int) -> None:
    """Refuse a seed that the counters of a run cannot hold."""
    if not 0 <= seed < 2**63:
        raise InputError(f"a seed must be a whole number from 0 to 2**63 - 1, got {seed}")


def build_city(scenario: Scenario) -> City:
    """Make the city of a scenario: streets, land use, districts. The same for every seed of a run."""
    choice = scenario.city
    # Streets are those of the whole city, so its homes and venues are too, however few residents stand for it.
    people = scenario.people
    part = choice.part if choice.is_synthetic else 1.0
    homes = max(1, round(people.n_residents * people.residents_per_agent * part / people.mean_household))
    layout = _Layout(
        choice.streets, _file_mark(choice.streets), choice.n_segments, choice.layout_seed, homes,
        scenario.force.n_districts, scenario.stand_in,
    )  # fmt: skip
    city = _city(layout)
    if choice.incidents:
        city = _with_incidents(city, choice.incidents, _file_mark(choice.incidents))
    if choice.beats:
        city = divide_by_file(city, choice.beats, _file_mark(choice.beats), scenario.force.n_districts)
    return _part(city, choice.districts, 1.0 if choice.is_synthetic else choice.part, scenario.force.n_districts)


@lru_cache(maxsize=4)
def _part(city: City, districts: str, share: float, n_districts: int) -> City:
    """Cut out what a scenario asks for, once a process."""
    if districts:
        return cut_districts(city, read_districts(districts, n_districts))
    return cut_share(city, share, n_districts) if share < 1.0 else city


class _Layout(NamedTuple):
    """Name all that a city is made of."""

    streets: str
    file_mark: tuple[int, int] | None
    n_segments: int
    seed: int
    n_dwellings: int
    n_districts: int
    stand_in: str


def _file_mark(source: str) -> tuple[int, int] | None:
    """Tell one content of a file from the next, so that a file that changes is read again; None for what is no file."""
    path = Path(source)
    if not path.is_file():
        return None
    about = path.stat()
    return about.st_mtime_ns, about.st_size


@lru_cache(maxsize=2)
def _city(layout: _Layout) -> City:
    """Make a city once a process: the runs of a comparison share it, and nobody writes into it."""
    source = _source(layout)
    net, n_districts = source.streets, layout.n_districts
    if n_districts > net.n_segments:
        raise InputError(
            f"force.n_districts must be at most the {net.n_segments} segments of {net.name!r}, got {n_districts}"
        )
    if layout.stand_in:  # synthetic streets say so wherever their notice is printed
        net = replace(net, attribution=layout.stand_in)
    use, kinds = _land_use(source.land_use, net, layout)
    if source.district is not None and np.array_equal(np.unique(source.district), np.arange(n_districts)):
        return City(net, use, source.district, from_source=kinds, has_own_districts=True)
    left_out = 0 if source.district is None else len(np.unique(source.district))
    district = divide_equal(net, n_districts, use.dwellings + 1.0)
    return City(net, use, district, from_source=kinds, n_districts_left_out=left_out)


def _source(layout: _Layout) -> Loaded:
    if layout.streets == "grid":
        return Loaded(grid_city(n_segments=layout.n_segments, seed=layout.seed), None, None)
    if layout.streets == "organic":
        return Loaded(organic_city(n_segments=layout.n_segments, seed=layout.seed), None, None)
    return load_source(layout.streets)


def _land_use(known: LandUse | None, net: StreetNetwork, layout: _Layout) -> tuple[LandUse, tuple[str, ...]]:
    """Take what a source knows and infer the rest, at the level of the homes that it counts."""
    if known is None:
        return infer_land_use(net, n_dwellings=layout.n_dwellings, seed=layout.seed), ()
    homes = float(np.nansum(known.dwellings.astype(np.float64)))
    n_dwellings = round(homes) if "dwellings" in known_kinds(known) else layout.n_dwellings
    inferred = infer_land_use(net, n_dwellings=max(1, n_dwellings), seed=layout.seed)
    return merge_land_use(known, inferred), known_kinds(known)


@lru_cache(maxsize=2)
def _with_incidents(city: City, path: str, mark: tuple[int, int] | None) -> City:
    """Weight opportunity with the incidents of a file, which is read once as long as it does not change."""
    del mark
    read = read_incidents(path, city.streets)
    return replace(city, opportunity_weight=read.weight, incidents=read.count)


def build_state(scenario: Scenario, city: City, seed: int) -> State:
    """Make all tables of a world; of a part of a city, with the people of the whole who are ever in it."""
    if city.part is None:
        places = build_call_places(scenario, city, seed)
        here = _lay_out(scenario, city, build_people(scenario, city, seed), places, seed)
        learn_usual_week(here)
        return here
    whole = city.part.whole
    people, places = build_people(scenario, whole, seed), build_call_places(scenario, whole, seed)
    own = cut_call_places(places, city.part, city.streets)
    own_people = cut_people(people, city.part, whole.streets.n_segments)
    here = _lay_out(local_force(scenario, city), city, own_people, own, seed)
    everywhere = _lay_out(scenario, whole, people, places, seed)
    learn_usual_week(everywhere)
    compare_cities(everywhere, here, city.part.segment)
    return here


def build_people(scenario: Scenario, city: City, seed: int) -> People:
    """Make the people of a whole city, and what its streets offer to offenders."""
    net = city.streets
    households, keys = build_households(scenario, city, seed)
    residents = build_residents(scenario, households, keys, seed)
    give_feelings(scenario, city, residents, seed)
    routines = build_routines(scenario, residents, seed)
    rounds, round_keys = build_rounds(scenario, city, residents, routines, seed)
    offenders = build_offenders(scenario, net, residents, seed)
    ways = _roads(net, scenario.people.walking_kmh, scenario.people.driving_share_of_limit, 0)
    remembered, mine = np.unique(routines["round"][offenders["resident"]], return_inverse=True)
    paths, anchors = build_paths(
        net, rounds, round_keys, ways, scenario.people.walk_up_to_m, scenario.clock.tick_min, seed, remembered
    )
    awareness = build_awareness(scenario, city, offenders, rounds["place"][remembered][mine], anchors[mine], seed)
    opportunity = build_opportunity(scenario, city, seed)
    return People(
        households, residents, routines, rounds, paths, offenders, awareness, opportunity, len(residents),
        len(households),
    )  # fmt: skip


def _lay_out(scenario: Scenario, city: City, people: People, calls_at: CallPlaces, seed: int) -> State:
    """Lay out the state of a world around its people."""
    net, clock, residents, households = city.streets, scenario.clock, people.residents, people.households
    segments, offenders = _segments(city, people), people.offenders
    give_vehicles(scenario, residents, households, segments, seed)
    guests_start, guests = list_guests(people.routines, people.rounds, net.n_segments)
    segments["loudness"], segments["noise_near"] = calls_at.loudness, calls_at.noise_near
    officers = build_officers(scenario, city, seed)
    start, neighbours = net.neighbours
    n = len(residents)
    walk, drive = _roads(net, scenario.force.foot_kmh, scenario.dispatch.limit_factor, TREE_BYTES)
    n_disputes, recorded = room_for_disputes(scenario, len(households)), recorded_rows(scenario, city)
    n_calls = 1024 + n // 10 + 2 * most_in_a_day(recorded)
    counters = np.zeros(1, row_dtype(COUNTERS))
    counters["seed"] = seed
    counters["n_living"], counters["n_homes"] = people.n_living, people.n_homes
    counters["n_at_home"] = np.count_nonzero(residents["present"] == 1)
    for name in ("mean_foot", "mean_visiting", "mean_out", "foot_share", "visiting_share", "out_share"):
        counters[name] = 1.0
    _set_means(counters, segments, people)
    counters["traffic_here"] = counters["help_here"] = 1.0
    counters["mean_odds"], counters["grudge_at"], counters["called_day"] = mean_odds(scenario), NEVER, LONG_AGO_DAY
    return State(
        p=parameter_row(scenario),
        levers=neutral_levers(),
        c=counters,
        segments=segments,
        crowds=_crowds(net, residents[: people.n_living]),
        cells=city.district.astype(np.int32),
        raised=np.zeros(net.n_segments, np.float32),
        rooms=no_rooms(net.n_segments),
        residents=residents,
        households=households,
        routines=people.routines,
        where=np.where(residents["present"] != 0, AT_HOME, AWAY).astype(np.uint8),
        rounds=people.rounds,
        offenders=offenders,
        awareness=people.awareness,
        shunned=np.zeros(len(people.awareness), row_dtype(SHUNNED)),
        later=np.zeros(max(len(offenders), 1), np.int32),
        conspicuous=np.zeros(64 + len(offenders) // 8, row_dtype(affairs.CONSPICUOUS)),
        officers=officers,
        tasks=np.zeros(16 + 16 * len(officers), row_dtype(affairs.TASK_ROWS)),
        targets=np.zeros(1024 + 64 * len(officers), np.int32),
        calls=np.zeros(n_calls, row_dtype(affairs.CALL_ROWS)),
        disputes=np.zeros(n_disputes, row_dtype(affairs.DISPUTE_ROWS)),
        flares=np.full(n_disputes, NEVER),
        cases=np.zeros(1024 + n // 20, row_dtype(affairs.CASE_ROWS)),
        grudges=no_grudges(n),
        beats=np.zeros(net.n_segments, row_dtype(affairs.BEATS)),
        pairs=np.zeros(1 + people.n_living // 2, row_dtype(affairs.PAIRS)),
        files=build_files(scenario, residents, offenders, seed),
        guests_start=guests_start,
        guests=guests,
        account=np.zeros(N_GROUPS, row_dtype(ACCOUNT)),
        paths=people.paths,
        trips=np.zeros(MAX_TRIPS * n, row_dtype(TRIPS)),
        trip_start=np.zeros(clock.ticks_a_day + 1, np.int32),
        travellers=np.zeros((n, 6), np.int32),
        searches=np.zeros(1024 + 4 * len(offenders), row_dtype(affairs.EVENT_ROWS)),
        today_calls=np.zeros(1024 + n // 4, row_dtype(affairs.EVENT_ROWS)),
        recorded=recorded,
        queue=np.zeros(n_calls, np.int32),
        pending=np.zeros(n_calls, np.int32),
        neighbours_start=start.copy(),
        neighbours=neighbours.copy(),
        street_order=calls_at.order,
        traffic_upto=calls_at.traffic,
        help_upto=calls_at.help,
        drive=drive,
        walk=walk,
        routes=np.zeros((max(len(officers), 1), MAX_ROUTE), np.int32),
        weekday=np.concatenate([[(clock.start.weekday() - 1) % 7], clock.weekdays()]).astype(np.uint8),
        year_phase=np.concatenate([clock.year_phases()[:1], clock.year_phases()]),
        out=new_buffers(1 + n // 50_000),
    )


@lru_cache(maxsize=4)
def _roads(net: StreetNetwork, foot_kmh: float, share_of_limit: float, tree_bytes: int) -> tuple[Roads, Roads]:
    """Prepare the ways on foot and by car.

    Shortest-path trees depend on nothing else, so the runs of a process share those that they grow.
    """
    walk = build_roads(net, net.walk, np.full(net.n_segments, foot_kmh), tree_bytes)
    return walk, build_roads(net, net.drive, net.segment_speed_kmh * share_of_limit, tree_bytes)


def _set_means(counters: Table, segments: Table, people: People) -> None:
    """Take the means of the city against which thieves see a street."""
    for means, column in (("mean_cars", "n_cars"), ("mean_bicycles", "n_bicycles"), ("mean_homes", "n_households")):
        counters[means] = segments[column].mean()
    counters["mean_shops"] = segments["shops"].mean()
    counters["cars_each"] = segments["n_cars"].sum() / people.n_living
    counters["bicycles_each"] = segments["n_bicycles"].sum() / people.n_living


def _segments(city: City, people: People) -> Table:
    net, use = city.streets, city.land_use
    residents, households = people.residents[: people.n_living], people.households[: people.n_homes]
    segments = zero_rows(net.n_segments, row_dtype(SEGMENTS))
    segments["key"], segments["length_m"] = net.segment_key, net.segment_length_m
    segments["junction_a"], segments["junction_b"] = net.segment_from, net.segment_to
    segments["district"] = city.district
    segments["dwellings"], segments["shops"], segments["opportunity"] = use.dwellings, use.shops, people.opportunity
    for first, number, home in (
        ("first_resident", "n_residents", residents["home"]),
        ("first_household", "n_households", households["segment"]),
    ):
        segments[number] = np.bincount(home, minlength=net.n_segments)
        segments[first] = np.cumsum(segments[number]) - segments[number]
    there = residents[residents["present"] == 1]  # nobody watches out of a room that is to let
    n_there = np.bincount(there["home"], minlength=net.n_segments)
    segments["ties"] = np.bincount(there["home"], there["ties"], net.n_segments) / np.maximum(n_there, 1)
    segments["ticket_t"] = NEVER
    return segments


def _crowds(net: StreetNetwork, residents: Table) -> Table:
    crowds = zero_rows(net.n_segments, row_dtype(CROWDS))
    here = residents["home"][residents["present"] == 1]
    crowds["n_home"] = np.bincount(here, minlength=net.n_segments)
    return crowds


def add_officers(world: World, more: Table) -> None:
    """Add staff to a world whose first tick is still to come; whoever was there stays as is."""
    officers = np.concatenate([world.state.officers, more])
    n = max(len(officers), 1)
    world.state = replace(
        world.state,
        officers=officers,
        tasks=np.zeros(16 + 16 * n, row_dtype(affairs.TASK_ROWS)),
        targets=np.zeros(1024 + 64 * n, np.int32),
        routes=np.zeros((n, MAX_ROUTE), np.int32),
        out=new_buffers(1 + len(world.state.residents) // 50_000 + n // 400),
    )


def parameter_row(scenario: Scenario) -> Table:
    """Lay the numbers of a scenario out as one row, one column per parameter, for compiled code."""
    row = np.zeros(1, parameter_dtype())
    row["tick_min"] = scenario.tick_min
    for group, kind in groups().items():
        for about in describe(kind):
            if row.dtype.names is not None and about.name in row.dtype.names:
                value = getattr(getattr(scenario, group), about.name)
                row[about.name] = value.as_array() if isinstance(value, Several) else value
    return row
