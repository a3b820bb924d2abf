"""All strategies in one picture for a wall: crime, feelings, who is stopped, and cost, over what may be true."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.batch.store.read import StudyRuns
from sim.batch.study.carried import carried_by
from sim.errors import InputError
from sim.outcomes.measures import BURDEN, MEASURES, choose_headline
from sim.policies.contract.registry import make_policy
from sim.report.lines import fit_lines
from sim.report.marks import LEGEND_IN, draw_legend, draw_verdict, label_plainly, verdict_handles
from sim.report.names import chinese_names, scenario_name, strategy_name
from sim.report.numbers import unit_of
from sim.report.style import INK, MUTED, PALE, add_note, picture
from sim.report.texts import Lang, text
from sim.statistics.estimates import mean_estimate

Floats = NDArray[np.float64]
STOPPED = "stopped_or_checked"
"""Stops in the street and identity checks together: what is asked of people who mostly did nothing."""
SHOWN = (
    "offences_per_1000", "feel_safe_pct", "satisfied_end_pct", "trusting_end_pct", "met_police_pct", STOPPED,
    "cost_per_1000",
)  # fmt: skip
PARTS = list(BURDEN[:2])
MIDDLE = (0.05, 0.95)
"""The span that is drawn holds nine tenths of the parameter sets."""
WIDTH, ROW, HEAD = 13.5, 0.62, 2.6
"""inches: of a picture that is enlarged to A3, of a strategy, and of what stands above and below"""
NAME_SIZE, NAME_WIDTH = 9.0, 210.0
"""points"""


def tabulate_wall(study: StudyRuns, *, scenario: str | None = None) -> pd.DataFrame:
    """Give the difference of each strategy from the baseline over parameter sets, or over seeds where there is one set.

    Parameters
    ----------
    scenario
        which one, where the study has several

    Returns
    -------
    table
        one row per strategy and measure of `SHOWN`: `policy`, `measure`, `baseline` (its mean), `difference` (the
        middle set's), `low`, `high` (nine tenths of the sets by their weights; of one set the 95 % interval over
        seeds), `better_share` (sets in which it is better), `n_sets`, `n_seeds`

    Raises
    ------
    InputError
        If a measure is missing, or no strategy stands beside the baseline.
    """
    names = list(dict.fromkeys(study.runs["scenario"]))
    chosen = names[0] if scenario is None else scenario
    if chosen not in names:
        raise InputError(f"the study has no scenario {chosen!r}; it has {', '.join(names)}")
    runs = study.runs[study.runs["scenario"] == chosen]
    named = choose_headline(tuple(name for name in SHOWN if name != STOPPED))
    missing = [name for name in named if name not in runs]
    if missing:
        raise InputError(f"the study lacks the measures {', '.join(missing)}; run it again with this version")
    runs = runs.assign(**{STOPPED: runs[PARTS].sum(axis=1, skipna=False)})
    about = carried_by(study.study.design, study.path)
    weights = None if about is None else np.array(about.weights)
    others = [name for name in dict.fromkeys(runs["strategy"]) if name != study.baseline]
    if not others:
        raise InputError("a picture of strategies needs one beside the baseline")
    rows = [_row(runs, name, study.baseline, measure, weights) for name in others for measure in SHOWN]
    return pd.DataFrame(rows)


def draw_wall(table: pd.DataFrame, *, scenario: str, baseline: str, model: str, lang: Lang = "en") -> Figure:
    """Draw the table of `tabulate_wall`: a line for each strategy, a column for each measure."""
    policies = list(dict.fromkeys(table["policy"]))
    n_sets, n_seeds = int(table["n_sets"].max()), int(table["n_seeds"].max())
    base = strategy_name(baseline, lang)
    title = text(lang, "wall.title").format(baseline=base)
    kind = "sets" if n_sets > 1 else "seeds"
    small = text(lang, f"wall.of_{kind}").format(scenario=scenario_name(scenario, lang), n=n_sets, seeds=n_seeds)
    drawn: list[str] = []
    with picture(WIDTH, HEAD + ROW * len(policies), lang=lang, title=title, small=small) as figure:
        heights = [LEGEND_IN, ROW * len(policies)]
        grid = figure.add_gridspec(2, len(SHOWN), height_ratios=heights)
        for column, measure in enumerate(SHOWN):
            axes = figure.add_subplot(grid[1, column])
            drawn += _draw_column(axes, table[table["measure"] == measure], policies, measure, lang)
            if column == 0:
                _name_strategies(axes, policies, lang)
        draw_legend(figure.add_subplot(grid[0, :]), verdict_handles(lang, drawn))
        notes = [text(lang, "wall.read"), text(lang, "wall.never_alone"), text(lang, "map.synthetic_people")]
        if any("posts" in name for name in policies):
            notes.insert(2, text(lang, "day.note_posts"))
        add_note(figure, *notes, text(lang, "wall.model").format(model=model))
    return figure


def _row(
    runs: pd.DataFrame, policy: str, baseline: str, measure: str, weights: Floats | None
) -> dict[str, str | float | int]:
    one, other = (
        runs[runs["strategy"] == name].pivot(index="point", columns="seed", values=measure)
        for name in (policy, baseline)
    )
    apart = (one - other).dropna(how="all").dropna(how="all", axis=1)
    if apart.empty:
        raise InputError(f"no seed of the study has a run of both {policy!r} and {baseline!r} with {measure}")
    by_set = apart.mean(axis=1)
    sign = -1.0 if better_of(measure) == "less" else 1.0
    if len(by_set) > 1:
        of_sets = np.ones(len(by_set)) if weights is None else weights[by_set.index.to_numpy(np.int64)]
        low, middle, high = quantiles(by_set.to_numpy(np.float64), of_sets, (MIDDLE[0], 0.5, MIDDLE[1]))
        share = float(of_sets[(sign * by_set.to_numpy()) > 0.0].sum() / of_sets.sum())
    else:
        found = mean_estimate(apart.to_numpy(np.float64).ravel())
        low, middle, high, share = found.low, found.value, found.high, float("nan")
    return {
        "policy": policy, "measure": measure, "baseline": float(np.nanmean(other.to_numpy())), "difference": middle,
        "low": low, "high": high, "better_share": share, "n_sets": len(by_set), "n_seeds": apart.shape[1],
    }  # fmt: skip


def quantiles(values: Floats, weights: Floats, at: tuple[float, ...]) -> list[float]:
    """Give weighted quantiles: the value at which so much of the weight lies below, half of its own counted."""
    order = np.argsort(values)
    upto = np.cumsum(weights[order])
    middles = (upto - 0.5 * weights[order]) / upto[-1]
    return [float(np.interp(one, middles, values[order])) for one in at]


def better_of(measure: str) -> str:
    """Give the good direction of a measure of `SHOWN`."""
    return "less" if measure == STOPPED else MEASURES[measure].better


def verdict_of(low: float, high: float, measure: str) -> str:
    """Judge a span: better or worse where all of it lies on one side of zero."""
    if not (np.isfinite(low) and np.isfinite(high)) or low <= 0.0 <= high:
        return "unclear"
    better = better_of(measure)
    if not better:
        return "neutral"
    return "better" if (high < 0.0) == (better == "less") else "worse"


def _draw_column(axes: Axes, rows: pd.DataFrame, policies: list[str], measure: str, lang: Lang) -> list[str]:
    axes.axvline(0.0, color=INK, linewidth=0.8, zorder=0)
    verdicts = []
    for row in rows.to_dict("records"):
        y = len(policies) - 1 - policies.index(row["policy"])
        axes.axhline(y, color=PALE, linewidth=0.4, zorder=0)
        verdicts.append(verdict_of(row["low"], row["high"], measure))
        draw_verdict(axes, row["difference"], row["low"], row["high"], y, verdicts[-1], size=8.0)
    axes.set_yticks([])
    axes.set_ylim(-0.6, len(policies) - 0.4)
    about = MEASURES.get(measure)
    label = text(lang, "wall.stopped") if about is None else about.label(lang)
    unit = MEASURES[PARTS[0]].unit(lang) if about is None else unit_of(about, lang, difference=True)
    axes.set_title(label, fontsize=11)
    direction = better_of(measure) or "neither"
    axes.set_xlabel(f"{unit}\n{text(lang, f'wall.{direction}')}", fontsize=9)
    label_plainly(axes)
    axes.spines["left"].set_visible(False)
    return verdicts


def _name_strategies(axes: Axes, policies: list[str], lang: Lang) -> None:
    """Write beside the first column what each strategy is called, and what officers do under it."""
    names = [f"{strategy_name(one, lang)}\n{_in_a_line(one, lang)}".strip() for one in policies]
    axes.set_yticks(range(len(policies)), names[::-1], fontsize=NAME_SIZE)
    axes.tick_params(axis="y", length=0, labelcolor=INK, color=MUTED)


def _in_a_line(label: str, lang: Lang) -> str:
    """Say what a strategy does, in short lines; '' for several together."""
    if " " in label.strip():
        return ""
    policy = make_policy(label)
    words = (type(policy).__doc__ or "").strip().splitlines()
    said = words[0] if words else ""
    if lang == "zh":
        said = chinese_names()["policy_words"].get(policy.name, said)
    return "\n".join(fit_lines(said, NAME_SIZE, NAME_WIDTH))
