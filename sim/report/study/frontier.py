"""What the money buys: outcome against cost, and which options another one makes pointless."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.outcomes.measures import MEASURES
from sim.report.marks import label_plainly
from sim.report.names import short_label
from sim.report.numbers import unit_of
from sim.report.study.place import COST, Place
from sim.report.style import BETTER, INK, MUTED, PALE, add_note, picture
from sim.report.texts import Lang, text
from sim.statistics.estimates import mean_estimate


class Dominated(NamedTuple):
    """Tell that another strategy is no dearer and no worse, in the means over seeds."""

    policy: str
    by: str
    extra_cost: float
    loss: float
    """how much worse the outcome is, above 0 where residents lose"""
    low: float
    high: float


def tabulate_frontier(place: Place) -> pd.DataFrame:
    """Give cost and outcome of each strategy: the means, the paired differences from the baseline, who dominates."""
    rows = []
    by = {one.policy: one.by for one in find_dominated(place)}
    means = place.runs.groupby("policy", sort=False)[[COST, place.outcome]].mean()
    for policy in place.policies:
        row = {"policy": policy, "cost": means.at[policy, COST], "outcome": means.at[policy, place.outcome]}
        for name, measure in (("cost", COST), ("outcome", place.outcome)):
            one = place.difference(policy, measure) if policy != place.baseline else dict.fromkeys(
                ("difference", "low", "high"), 0.0
            )  # fmt: skip
            row |= {f"{name}_{end}": one[end] for end in ("difference", "low", "high")}
        rows.append(row | {"dominated_by": by.get(policy, "")})
    return pd.DataFrame(rows)


def find_dominated(place: Place) -> list[Dominated]:
    """List the strategies to which another one is preferable in cost and in outcome, with the best such."""
    sign = 1.0 if MEASURES[place.outcome].better == "less" else -1.0
    cost, outcome = (place.runs.pivot(index="seed", columns="policy", values=name) for name in (COST, place.outcome))
    dominated = []
    for policy in place.policies:
        best: Dominated | None = None
        for other in place.policies:
            extra = float((cost[policy] - cost[other]).mean())
            loss = mean_estimate(sign * (outcome[policy] - outcome[other]).to_numpy(np.float64))
            if other == policy or not (extra >= 0.0 and loss.value >= 0.0 and (extra > 0.0 or loss.value > 0.0)):
                continue
            if best is None or loss.value > best.loss:
                best = Dominated(policy, other, extra, *loss)
        if best is not None:
            dominated.append(best)
    return dominated


def draw_frontier(place: Place, *, lang: Lang = "en") -> Figure:
    """Draw outcome against cost as paired differences from the baseline, with the line of what is not dominated."""
    table = tabulate_frontier(place)
    about = MEASURES[place.outcome]
    title = text(lang, "study.frontier_title").format(baseline=place.baseline)
    with picture(7.0, 3.6, lang=lang, title=title) as figure:
        axes = figure.add_subplot()
        axes.axhline(0.0, color=PALE, linewidth=0.8, zorder=0)
        axes.axvline(0.0, color=PALE, linewidth=0.8, zorder=0)
        line = table[table["dominated_by"] == ""].sort_values("cost_difference")
        axes.plot(line["cost_difference"], line["outcome_difference"], color=BETTER, linewidth=1.0, alpha=0.6)
        # Names beside the points would lie upon each other: a number, and the names in a list.
        for number, row in enumerate(table.sort_values("cost_difference").itertuples(), 1):
            colour = MUTED if row.dominated_by else BETTER
            x, y = row.cost_difference, row.outcome_difference
            axes.plot([row.cost_low, row.cost_high], [y, y], color=colour, linewidth=1.2)
            axes.plot([x, x], [row.outcome_low, row.outcome_high], color=colour, linewidth=1.2)
            fill, ink = ("white", INK) if row.dominated_by else (colour, "white")
            name = f"{number}  {short_label(row.policy)}"
            axes.plot(x, y, marker="o", markersize=10, color=colour, markerfacecolor=fill, linestyle="", label=name)
            axes.annotate(str(number), (x, y), ha="center", va="center_baseline", fontsize=7, color=ink)
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8, frameon=False, handletextpad=0.3)
        axes.set_xlabel(f"{text(lang, 'study.extra')}{about_of(COST, lang)}", fontsize=8)
        axes.set_ylabel(f"{about.label(lang)}\n{unit_of(about, lang, difference=True)}", fontsize=8)
        axes.margins(x=0.12, y=0.12)
        label_plainly(axes)
        if about.better == "less":  # up is better in every picture of this kind
            axes.invert_yaxis()
        add_note(figure, text(lang, "study.frontier_note"), text(lang, "notes.interval_pairs").format(n=place.seeds))
    return figure


def about_of(measure: str, lang: Lang) -> str:
    """Name a measure with its unit."""
    about = MEASURES[measure]
    opened, closed = ("（", "）") if lang == "zh" else (" (", ")")
    return f"{about.label(lang)}{opened}{about.unit(lang)}{closed}"
