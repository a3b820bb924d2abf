"""`cpsim scenario list` and `cpsim policy list`: what there is to choose from, in English or Chinese."""

from __future__ import annotations

import argparse
from typing import Any

from rich.console import Console

from sim.cli.pages import print_table
from sim.params import About, describe
from sim.policies.contract.registry import policy_class, policy_names
from sim.report.captions import scenario_residents, stand_in_line
from sim.report.measures import measures_table
from sim.report.names import chinese_names, scenario_name, scenario_title, strategy_name
from sim.report.texts import Lang, text
from sim.scenarios.scenario import load_scenario, scenario_names


def list_scenarios(given: argparse.Namespace) -> int:
    """Print every scenario of the package: what it is, how many people, for how long, and by which strategy."""
    console = Console(highlight=False)
    lang: Lang = given.lang
    for name in scenario_names():
        scenario = load_scenario(name)
        called = "" if lang == "en" else f"  {scenario_name(name, lang)}"
        console.print(f"[bold]{name}[/bold]{called}", soft_wrap=True)
        about = text(lang, "lists.scenario").format(
            people=scenario_residents(scenario, lang), days=scenario.n_days,
            policy=strategy_name(scenario.policy, lang),
        )  # fmt: skip
        lines = [scenario_title(scenario, lang), about]
        if scenario.stand_in:
            lines.append(stand_in_line(scenario, lang))
        for line in lines:
            console.print(f"    {line}", soft_wrap=True, markup=False)
    return 0


def list_policies(given: argparse.Namespace) -> int:
    """Print every strategy: what it does, and its parameters."""
    console = Console(highlight=False)
    lang: Lang = given.lang
    for name in policy_names():
        kind = policy_class(name)
        console.print(f"[bold]{name}[/bold]  {_about(name, kind, lang)}", soft_wrap=True)
        for one in describe(kind):
            console.print(f"    {_parameter(one, lang)}", soft_wrap=True, markup=False)
    return 0


def list_measures(given: argparse.Namespace) -> int:
    """Print the measures that options and studies may name."""
    print_table(Console(highlight=False), measures_table(given.lang, given.like))
    return 0


def _about(name: str, kind: type[Any], lang: Lang) -> str:
    words = (kind.__doc__ or "").strip().splitlines()
    english = words[0] if words else ""
    if lang == "en":
        return english
    called = chinese_names()["policies"].get(name)
    return f"{called}：{chinese_names()['policy_words'].get(name, english)}" if called else english


def _parameter(one: About, lang: Lang) -> str:
    names = chinese_names() if lang == "zh" else {"units": {}, "parameters": {}}
    unit = f" {names['units'].get(one.unit, one.unit)}" if one.unit else ""
    meaning = names["parameters"].get(one.name, one.meaning)
    if one.low is None or one.high is None:
        limits = ""
    else:
        limits = text(lang, "lists.limits").format(low=f"{one.low:g}", high=f"{one.high:g}")
    return text(lang, "lists.parameter").format(
        name=one.name, default=one.default, unit=unit, limits=limits, meaning=meaning
    )
