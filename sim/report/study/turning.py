"""What would change the answer: the points of the design, and the number of seeds."""

from __future__ import annotations

from math import ceil, isnan
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.batch.store.read import vary_apart
from sim.outcomes.measures import MEASURES
from sim.report.marks import draw_verdict, label_plainly
from sim.report.study.frontier import about_of
from sim.report.study.place import Place
from sim.report.style import PALE, add_note, picture
from sim.report.texts import Lang, text
from sim.statistics.estimates import Estimate, mean_estimate

POWER_Z = 0.8416212335729143
"""of a study that shows a difference in four cases of five"""
MOST_DRAWN = 40


class Seeds(NamedTuple):
    """Tell how many seeds a difference takes to be shown."""

    have: int
    difference: Estimate
    need: int | None
    """so that four studies of five would show a difference as large as the one measured; None if it is unknown"""


def tabulate_points(place: Place) -> pd.DataFrame:
    """Give the difference of the option shown from the baseline at each point: `point`, `difference`, `low`, `high`.

    `sign` says for residents 'better', 'worse' or, where the interval holds zero or is unknown, 'unclear'.
    """
    sign = -1.0 if MEASURES[place.outcome].better == "less" else 1.0
    rows = []
    for point, own in place.every_run.groupby("point"):
        table = own.pivot(index="seed", columns="policy", values=place.outcome)
        if not {place.shown, place.baseline} <= set(table.columns):
            continue
        one = mean_estimate((table[place.shown] - table[place.baseline]).to_numpy(np.float64))
        gains = sorted((sign * one.low, sign * one.high))
        verdict = "better" if gains[0] > 0.0 else "worse" if gains[1] < 0.0 else "unclear"
        rows.append((point, *one, verdict, bool(sign * one.value < 0.0)))
    return pd.DataFrame(rows, columns=["point", "difference", "low", "high", "sign", "against"])


def compare_flipped(points: pd.DataFrame, design: pd.DataFrame, parameters: list[str]) -> pd.DataFrame:
    """Set the points at which the option does worse in the mean against the others: median of every parameter.

    Parameters
    ----------
    design
        the arms, with `point` and one column per parameter
    """
    values = design.drop_duplicates("point").set_index("point").loc[points["point"], parameters]
    numeric = [
        name for name in parameters if pd.api.types.is_numeric_dtype(values[name]) and values[name].dtype != bool
    ]
    worse = points["against"].to_numpy(bool)
    rows = [
        (name, float(values.loc[worse, name].median()), float(values.loc[~worse, name].median())) for name in numeric
    ]
    return pd.DataFrame(rows, columns=["parameter", "worse", "better"])


def count_seeds(place: Place, option: str, other: str) -> Seeds:
    """Estimate how many seeds would show the difference between two strategies."""
    from scipy.stats import norm  # noqa: PLC0415 - slow to import

    table = place.runs.pivot(index="seed", columns="policy", values=place.outcome)
    apart = (table[option] - table[other]).dropna().to_numpy(np.float64)
    difference = mean_estimate(apart)
    if isnan(difference.low) or difference.value == 0.0:
        return Seeds(len(apart), difference, None)
    z = norm.ppf(1.0 - 0.025 / max(len(place.options), 1)) + POWER_Z
    return Seeds(len(apart), difference, max(ceil(float(z * apart.std(ddof=1) / difference.value) ** 2), 2))


def varied_alone(place: Place) -> pd.Series | None:
    """Give the value at each point of the one parameter that a design varies; of several that go together, one."""
    by_point = place.every_run.drop_duplicates("point").set_index("point")
    apart = vary_apart(by_point[[name for name in by_point.columns if "." in name]])
    alone = len(apart) == 1 and pd.api.types.is_numeric_dtype(by_point[apart[0]])
    return by_point[apart[0]] if alone else None


def draw_points(place: Place, *, lang: Lang = "en") -> Figure:
    """Draw the difference at every point of the design: along the parameter, if one is varied, or by the difference."""
    table = tabulate_points(place)
    along = varied_alone(place)
    if along is None:
        table = table.sort_values("difference")
        name, words = text(lang, "study.point"), [str(point) for point in table["point"]]
    else:
        table = table.assign(value=table["point"].map(along)).sort_values("value", ascending=False)
        name, words = str(along.name), [f"{value:g}" for value in table["value"]]
    title = text(lang, "study.points_title").format(policy=place.shown, baseline=place.baseline)
    with picture(7.0, 0.8 + 0.16 * min(max(len(table), 9), MOST_DRAWN), lang=lang, title=title) as figure:
        axes = figure.add_subplot()
        axes.axvline(0.0, color=PALE, linewidth=1.0, zorder=0)
        for y, row in enumerate(table.itertuples()):
            draw_verdict(axes, row.difference, row.low, row.high, y, str(row.sign), size=4.0)
        few = len(table) <= MOST_DRAWN
        axes.set_yticks(range(len(table)) if few else [], words if few else [])
        axes.set_ylabel(name, fontsize=8)
        axes.set_xlabel(about_of(place.outcome, lang), fontsize=8)
        label_plainly(axes)
        add_note(figure, text(lang, "notes.interval_pairs").format(n=place.seeds))
    return figure
