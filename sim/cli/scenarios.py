"""`cpsim scenario` and `cpsim params`, and how every command reads its scenario."""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from sim.cli.arguments import DEFAULT_SCENARIO
from sim.cli.progress import tell
from sim.errors import InputError
from sim.inputs.spelling import did_you_mean
from sim.inputs.toml_text import read_value, write_comment, write_toml
from sim.params import About, Several, describe
from sim.policies.contract.registry import make_policy
from sim.report import texts as words
from sim.report.captions import stand_in_line
from sim.report.names import place_name, scenario_name, scenario_title
from sim.report.parameters import (
    parameter_meaning,
    parameter_note,
    parameter_range,
    parameter_unit,
    published_words,
    source_lines,
    support_words,
)
from sim.report.texts import Lang
from sim.scenarios.scenario import Scenario, groups, load_scenario
from sim.scenarios.sources import load_sources, support_of

ENOUGH_RESPONSE = 20
"""Response officers with whom waits are those of the city; fewer leave hours without anybody (docs/scenarios.md)."""


def scenario_from(given: argparse.Namespace) -> Scenario:
    """Read the scenario that a command names, with `--scale`, `--part`, `--days` and `--set` applied.

    Raises
    ------
    InputError
        If two options say the same thing, or a value is out of range.
    """
    changes = read_changes(given.changes)
    if given.days is not None:
        if "n_days" in changes:
            raise InputError("--days and --set n_days say the same thing: give one of them")
        changes["n_days"] = given.days
    scenario = load_named(given)
    if given.scale is not None:
        scenario = _scaled(scenario, given.scale, changes)
    if given.part is not None:
        scenario = _part_of(scenario, given.part, changes)
    changed = scenario.replace(changes) if changes else scenario
    if given.scale is None:
        _warn_of_force(scenario, changed, given.lang)
    else:
        _warn_of_few(changed, given.lang)
    return changed


def load_named(given: argparse.Namespace) -> Scenario:
    """Read the scenario that a command names: one of the package, a file, or the folder of a force."""
    folder = getattr(given, "force", None)
    if folder is not None and given.scenario != DEFAULT_SCENARIO:
        raise InputError(f"--force and a scenario say the same thing: give one of them, got {given.scenario!r} as well")
    source = str(given.scenario if folder is None else folder)
    if folder is not None or Path(source).is_dir():
        from sim.cli.force import scenario_source

        source = scenario_source(source, given.lang)
    return load_scenario(source)


def _scaled(scenario: Scenario, scale: float, changes: dict[str, Any]) -> Scenario:
    """Bring a scenario to a scale; what `--set` gives is taken as it stands, after that."""
    doubled = sorted(changes.keys() & {"people.n_residents", "people.residents_per_agent"})
    if doubled:
        raise InputError(f"--scale and --set {doubled[0]} say the same thing: give one of them")
    if not 0.01 <= scale <= 10_000:
        raise InputError(f"--scale must lie between 0.01 and 10000 real residents for a simulated one, got {scale:g}")
    streets = {name: value for name, value in changes.items() if name == "city.streets"}
    return scenario.replace(streets).at_scale(scale)


def _part_of(scenario: Scenario, part: str, changes: dict[str, Any]) -> Scenario:
    """Take a part of a scenario, of the streets that `--set` may name."""
    doubled = sorted(changes.keys() & {"city.part", "city.districts"})
    if doubled:
        raise InputError(f"--part and --set {doubled[0]} say the same thing: give one of them")
    streets = {name: value for name, value in changes.items() if name == "city.streets"}
    return scenario.replace(streets).with_part(part)


def _warn_of_few(scaled: Scenario, lang: Lang) -> None:
    """Tell when so few officers are left that calls wait as they never would in the city."""
    if scaled.force.n_response < ENOUGH_RESPONSE:
        tell(words.text(lang, "run.few_officers").format(n=scaled.force.n_response, enough=ENOUGH_RESPONSE))


def _warn_of_force(before: Scenario, after: Scenario, lang: Lang) -> None:
    """Tell when people were set and the force was not: rates of crime and waiting depend on both."""
    people, was = after.people.n_residents, before.people.n_residents
    if after.force != before.force or max(people, was) < 1.5 * min(people, was):
        return
    scale = before.people.residents_per_agent * was / people
    note = words.text(lang, "scenario.same_force")
    tell(note.format(people=f"{people:,}", was=f"{was:,}", scale=f"{scale:.3g}"))


def read_changes(texts: list[str]) -> dict[str, Any]:
    """Read `KEY=VALUE` as TOML would; a bare word is text.

    Raises
    ------
    InputError
        If a key is no parameter or is set twice.
    """
    parameter_names = {name for name, _ in every_parameter()}
    changes: dict[str, Any] = {}
    for text in texts:
        key, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not key or not value:
            raise InputError(f"--set must read KEY=VALUE, for instance people.n_residents=5000, got {text!r}")
        if key in changes:
            raise InputError(f"--set {key} must be given once, got it twice")
        if key not in parameter_names and key.rpartition(".")[0] not in parameter_names:
            raise InputError(
                f"--set: unknown key {key!r}{did_you_mean(key, parameter_names)}; `cpsim params` lists every key"
            )
        changes[key] = read_value(value)
    return changes


def every_parameter() -> Iterator[tuple[str, About]]:
    """List all parameters of a scenario by their dotted names."""
    yield from ((about.name, about) for about in describe(Scenario))
    for group, kind in groups().items():
        yield from ((f"{group}.{about.name}", about) for about in describe(kind))


def show(given: argparse.Namespace) -> int:
    """Print a scenario as a TOML file that can be read back."""
    scenario = scenario_from(given)
    lang: Lang = given.lang
    comments = [scenario_title(scenario, lang), words.text(lang, "scenario.keys")]
    if scenario.stand_in:
        comments.append(stand_in_line(scenario, lang))
    for comment in filter(None, comments):
        print(write_comment(comment))
    sys.stdout.write(as_toml(scenario))
    return 0


def check(given: argparse.Namespace) -> int:
    """Check a scenario with its streets."""
    from sim.report.city import city_lines
    from sim.world import build_city

    lang: Lang = given.lang
    scenario = load_named(given)
    city = build_city(scenario)
    streets = city.streets
    for spec in (scenario.policy, *scenario.compare):
        make_policy(spec)
    if scenario.stand_in:
        print(stand_in_line(scenario, lang))
    good = words.text(lang, "scenario.good").format(
        scenario=scenario_name(scenario.name, lang), days=scenario.n_days, start=scenario.start,
        residents=f"{scenario.people.n_residents:,}", segments=f"{streets.n_segments:,}",
        city=place_name(streets.name, lang),
    )  # fmt: skip
    print(good)
    for line in city_lines(city, scenario, lang):
        print(line)
    return 0


def list_parameters(given: argparse.Namespace) -> int:
    """Print every parameter, or those of one group."""
    names = ["scenario", *groups()]
    if given.group is not None and given.group not in names:
        raise InputError(
            f"--group must be one of {', '.join(names)}, got {given.group!r}{did_you_mean(given.group, names)}"
        )
    chosen = [
        (name, about)
        for name, about in every_parameter()
        if given.group in {None, name.rpartition(".")[0] or "scenario"}
    ]
    lang: Lang = given.lang
    rows = [_row(name, about, lang) for name, about in chosen]
    head = ("name", "default", "unit", "range", "source", "meaning", "supports", "published", "note")
    if given.csv:
        csv.writer(sys.stdout).writerows([head, *rows])
        return 0
    console = Console(highlight=False)
    for name, default, unit, limits, source, meaning, supports, published, note in rows:
        console.print(f"[bold]{name}[/bold] = {default} {unit}", soft_wrap=True)
        between = words.text(lang, "parameters.limits").format(limits=limits) if limits else ""
        about = words.text(lang, "parameters.meaning").format(
            meaning=meaning, limits=between, source=source, supports=supports
        )
        console.print(f"    {about}", soft_wrap=True, markup=False)
        if published or note:
            said = words.text(lang, "parameters.semicolon").join(part for part in (published, note) if part)
            known = words.text(lang, "parameters.published").format(said=said)
            console.print(f"    {known}", soft_wrap=True, markup=False)
    _print_sources(console, chosen, lang)
    return 0


def as_toml(scenario: Scenario) -> str:
    """Write a scenario as TOML."""
    return write_toml(scenario.model_dump(exclude_none=True))


def _row(name: str, about: About, lang: Lang) -> tuple[str, ...]:
    unit, limits = parameter_unit(about, lang), parameter_range(about, lang)
    cells = (parameter_meaning(name, about, lang), support_words(support_of(about), lang), published_words(about, lang))
    return name, _default(about.default), unit, limits, about.source, *cells, parameter_note(name, about, lang)


def _default(value: object) -> str:
    if isinstance(value, Several):
        return " ".join(f"{name} {number:g}" for name, number in value.model_dump().items())
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _print_sources(console: Console, chosen: list[tuple[str, About]], lang: Lang) -> None:
    sources = load_sources()
    console.print(f"\n{words.text(lang, 'parameters.sources')}", style="bold")
    named = {about.source for _, about in chosen}
    named |= {key for _, about in chosen for key in re.findall(r"\[(\w+)\]", about.note)}
    for key in sorted(named):
        for line in source_lines(sources[key], lang):
            console.print(f"  {line}", soft_wrap=True, markup=False)
