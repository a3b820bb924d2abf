"""What the targets tell of each parameter, in words: how much they rule out, its profile, and what trades off."""

from __future__ import annotations

import pandas as pd

from sim.batch.calibrate.learnt import (
    TENTHS,
    Found,
    confounded,
    pair_table,
    parameter_table,
    plausible_shares,
    profile_table,
)
from sim.batch.calibrate.match import Matching
from sim.report.numbers import format_number
from sim.report.page import Table, pick
from sim.report.texts import Lang, text

MOST_PAIRS = 12
"""Pairs of parameters that a page lists; `pairs.csv` has all."""


def known_words(fit: Found, lang: Lang) -> str:
    """Name the parameters of which the data tell little, and those that they tell only together."""
    table = parameter_table(fit)
    blind = table[~table["informed"]]["parameter"].tolist()
    pairs = [f"{one} × {other} ({r:+.2f})" for one, other, r in confounded(fit)]
    words = []
    if blind:
        words.append(
            pick(
                lang,
                f"The data do not inform, taken one by one: {', '.join(blind)}.",
                f"数据未能（单独）提供信息的参数：{'、'.join(blind)}。",
            )
        )
    if pairs:
        words.append(
            pick(
                lang,
                f"Known together rather than each alone: {', '.join(pairs)}.",
                f"只能共同确定、无法逐一确定的参数对：{'、'.join(pairs)}。",
            )
        )
    return " ".join(words) or pick(lang, "The data inform every parameter.", "数据对每个参数都提供了信息。")


def parameters_table(table: pd.DataFrame, lang: Lang) -> Table:
    """Set what is plausible of each parameter beside what was thought before."""
    rows = [
        [
            str(row["parameter"]),
            f"{row['low']:.4g} … {row['high']:.4g}",
            f"{row['plausible_low']:.4g} … {row['plausible_high']:.4g}",
            f"{100 * row['width']:.0f} %",
            f"{100 * row['ruled_out']:.0f} %",
            f"{row['partner']} {row['correlation']:+.2f}" if row["partner"] else "–",
        ]
        for row in table.to_dict("records")
    ]
    heads = [text(lang, "sensitivity.parameter")]
    heads += [text(lang, f"calibration.{name}") for name in ("before", "plausible", "width", "ruled_out", "partner")]
    return Table(text(lang, "calibration.parameters"), heads, rows)


def profiles_table(matching: Matching, lang: Lang) -> Table:
    """Tell along each parameter how well the targets can be met, whatever the other parameters are."""
    table = profile_table(matching)
    rows = [
        [str(name), *(format_number(miss, 1) for miss in own["least_miss"])]
        for name, own in table.groupby("parameter", sort=False)
    ]
    return Table(text(lang, "calibration.profile").format(cutoff=f"{matching.problem.cutoff:g}"), _tenths(lang), rows)


def shares_table(fit: Found, lang: Lang) -> Table:
    """Tell along each parameter how much of what is plausible lies in each tenth of its interval."""
    rows = [
        [name, *(f"{100 * share:.0f}" for share in shares)]
        for name, shares in zip(fit.problem.parameters, plausible_shares(fit), strict=True)
    ]
    return Table(text(lang, "calibration.shares"), _tenths(lang), rows)


def _tenths(lang: Lang) -> list[str]:
    return [text(lang, "sensitivity.parameter"), *(f"{10 * i}–{10 * i + 10} %" for i in range(TENTHS))]


def pairs_table(fit: Found, lang: Lang) -> list[Table]:
    """List the pairs of parameters, those first that are known together rather than each alone."""
    table = pair_table(fit)
    order = table.sort_values("correlation", key=abs, ascending=False).head(MOST_PAIRS)
    rows = []
    for row in order.to_dict("records"):
        key = "free" if not row["tied"] else "trade_off" if row["correlation"] < 0.0 else "rise_together"
        pair = f"{row['one']} × {row['other']}"
        rows.append([pair, format_number(row["correlation"], 2, sign=True), text(lang, f"calibration.{key}")])
    heads = [text(lang, f"calibration.{name}") for name in ("pair", "correlation", "meaning")]
    return [Table(text(lang, "calibration.pairs"), heads, rows)] if rows else []
