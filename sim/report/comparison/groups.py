"""Feelings by group, and of those whom a strategy reached against all others."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.outcomes.feelings import SHARES
from sim.outcomes.feelings_groups import KINDS, MORE_MIN_A_DAY
from sim.report.numbers import format_estimate, format_number
from sim.report.texts import Lang, text


def group_lines(table: pd.DataFrame, lang: Lang = "en") -> list[str]:
    """Tell for each strategy and feeling, in one line, those reached and all others."""
    lines = []
    if not len(table):
        return []
    chosen = table[(table["by"] == "reached") & np.isfinite(table["points"])]
    for (policy, feeling), rows in chosen.groupby(["policy", "feeling"], sort=False):
        told = text(lang, "account.and").join(_told(row, lang) for row in rows.to_dict("records"))
        lines.append(
            text(lang, "groups.line").format(feeling=text(lang, f"feelings.{feeling}"), strategy=policy, told=told)
        )
    return lines


def describe_groups(table: pd.DataFrame, lang: Lang = "en") -> str:
    """Print the table of a page, with how to read it; nothing where nothing can be compared."""
    if not len(table) or not np.isfinite(table["points"]).any():
        return ""
    heads = [text(lang, "feelings.strategy"), text(lang, "groups.group"), text(lang, "groups.share")]
    heads += [text(lang, f"feelings.{feeling}") for feeling in SHARES]
    body = []
    for (policy, by, group), rows in table.groupby(["policy", "by", "group"], sort=False):
        felt = {row["feeling"]: row for row in rows.to_dict("records")}
        share = format_number(float(rows["share_pct"].iloc[0]), 1)
        cells = [str(policy), text(lang, name_of(by, group)), f"{share} %", *(_points(felt[name]) for name in SHARES)]
        body.append("| " + " | ".join(cells) + " |")
    rule = "|---|---|---:|" + "---:|" * len(SHARES)
    note = text(lang, "groups.note").format(minutes=format_number(MORE_MIN_A_DAY, 0))
    return "\n".join([note, "", "| " + " | ".join(heads) + " |", rule, *body])


def name_of(by: str, group: str) -> str:
    """Give the key of the words for a group."""
    return f"groups.{group}" if by == "reached" else f"groups.{by}_{KINDS[by].index(group)}"


def _told(row: Mapping[Hashable, Any], lang: Lang) -> str:
    share = format_number(row["share_pct"], 1)
    return text(lang, "groups.part").format(
        group=text(lang, name_of("reached", row["group"])), share=share, points=_points(row)
    )


def _points(row: Mapping[Hashable, Any]) -> str:
    return format_estimate(row["points"], row["points_low"], row["points_high"], 2, sign=True)
