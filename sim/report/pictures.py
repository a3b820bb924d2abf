"""All pictures of a run folder, and of a comparison, at one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from sim.city.streets import StreetNetwork
from sim.errors import InputError
from sim.ledger.run_folder import read_manifest, read_table
from sim.outcomes.measures import choose_headline
from sim.report.captions import residents_words
from sim.report.comparison.picture import draw_comparison
from sim.report.maps import draw_offence_map, draw_police_map, draw_response_map
from sim.report.names import scenario_name, strategy_name
from sim.report.series import draw_attitudes, draw_months, draw_week
from sim.report.style import add_note, save_figure
from sim.report.texts import Lang, text
from sim.statistics.pairs import pair_differences


def plot_run(
    folder: str | Path, *, lang: Lang = "en", out: str | Path | None = None, streets: StreetNetwork | None = None
) -> list[Path]:
    """Draw every picture of a run as PNG and SVG.

    Parameters
    ----------
    folder
        run folder
    lang
        language of the labels, 'en' or 'zh'
    out
        where to write; the folder `pictures` of the run when not given
    streets
        the streets of the run; built from its scenario when not given

    Returns
    -------
    files
        the files written

    Raises
    ------
    InputError
        If the folder holds no run, or one that has not written its first part.
    """
    manifest = read_manifest(folder)
    scenario = manifest["inputs"]["scenario"]
    tables = {name: read_table(folder, name) for name in ("offences", "calls", "days", "segments")}
    if tables["days"].empty:
        raise InputError(f"{folder} has no whole part yet: pictures need at least 30 simulated days, or a finished run")
    net = streets if streets is not None else _build_streets(scenario)
    start, n_days = date.fromisoformat(scenario["start"]), len(tables["days"])
    target = Path(out) if out is not None else Path(folder) / "pictures"
    pictures = draw_run(tables, net, start=start, n_days=n_days, lang=lang)
    for figure in pictures.values():
        add_note(figure, _name_run(manifest, n_days, lang))
    return [file for name, figure in pictures.items() for file in save_figure(figure, target / name)]


def draw_run(
    tables: dict[str, pd.DataFrame], net: StreetNetwork, *, start: date, n_days: int, lang: Lang = "en"
) -> dict[str, Figure]:
    """Draw the pictures of one run, by file name.

    Parameters
    ----------
    tables
        offences, calls, days and segments of the ledger
    """
    return {
        "map_offences": draw_offence_map(net, tables["offences"], n_days=n_days, lang=lang),
        "map_police": draw_police_map(net, tables["segments"], n_days=n_days, lang=lang),
        "map_response": draw_response_map(net, tables["calls"], lang=lang),
        "months": draw_months([tables["days"]], start=start, lang=lang),
        "week": draw_week([tables["offences"]], [tables["calls"]], start=start, n_days=n_days, lang=lang),
        "attitudes": draw_attitudes([tables["days"]], start=start, lang=lang),
    }


def plot_comparison(  # noqa: PLR0913 - what, against what, where to, how
    runs: pd.DataFrame,
    *,
    baseline: str,
    out: str | Path,
    measures: Sequence[str] | None = None,
    lang: Lang = "en",
    about: str = "",
) -> list[Path]:
    """Draw how policies differ from a baseline, where their hours go and what they cost, as PNG and SVG.

    Parameters
    ----------
    runs
        one row per run: `policy`, `seed` and the measures of `summarise`
    measures
        the measures to draw; burden is drawn in any case
    out
        file to write, without suffix
    about
        a line at the foot that says what was compared
    """
    chosen = choose_headline() if measures is None else choose_headline(measures)
    differences = pair_differences(runs, baseline=baseline, measures=chosen)
    return list(save_figure(draw_comparison(differences, baseline=baseline, lang=lang, runs=runs, about=about), out))


def _name_run(manifest: Mapping[str, Any], n_days: int, lang: Lang) -> str:
    """Say which run a picture shows, for it is passed on without its folder; the digest stands for all settings."""
    scenario, policy = manifest["inputs"]["scenario"], manifest["inputs"]["policy"]
    return text(lang, "notes.run").format(
        scenario=scenario_name(scenario["name"], lang), policy=strategy_name(policy["name"], lang),
        seed=manifest["inputs"]["seed"], days=n_days, people=residents_words(scenario, lang, short=True),
        digest=manifest["digest"][:16],
    )  # fmt: skip


def _build_streets(scenario: dict[str, object]) -> StreetNetwork:
    from sim.scenarios.scenario import parse_scenario  # noqa: PLC0415 - only where the streets are not at hand
    from sim.world import build_city  # noqa: PLC0415

    return build_city(parse_scenario(scenario, where="the manifest of the run")).streets
