"""What moved people under each strategy: own contacts, stories, sights, local problems, crime and disorder."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.outcomes.account import ACCOUNT_MEASURES, SOURCES, compare_accounts
from sim.outcomes.feelings import SHARES
from sim.report.numbers import format_estimate
from sim.report.texts import Lang, text

NEEDED = {"policy", "seed", *ACCOUNT_MEASURES, *(f"{feeling}_sd" for feeling in SHARES)}
MOST_NAMED = 3
"""Sources that a line names, the strongest first."""


def tabulate_account(runs: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Compare the account of every strategy with that of the first; nothing where runs are older than accounts."""
    return compare_accounts(runs, baseline=baseline) if set(runs.columns) >= NEEDED else pd.DataFrame()


def account_lines(runs: pd.DataFrame, baseline: str, lang: Lang = "en") -> list[str]:
    """Tell in a line for each strategy and feeling what clearly moved it, the strongest source first."""
    lines = []
    table = tabulate_account(runs, baseline)
    if not len(table) or not np.isfinite(table["sd"]).any():
        return []
    for (policy, feeling), rows in table.groupby(["policy", "feeling"], sort=False):
        clear = [row for row in rows.to_dict("records") if row["sd_low"] > 0.0 or row["sd_high"] < 0.0]
        clear.sort(key=lambda row: -abs(row["sd"]))
        named = text(lang, "account.and").join(_named(row, lang) for row in clear[:MOST_NAMED])
        lines.append(
            text(lang, "account.line" if clear else "account.nothing").format(
                feeling=text(lang, f"account.{feeling}"), strategy=policy, sources=named
            )
        )
    return lines


def describe_account(runs: pd.DataFrame, baseline: str, lang: Lang = "en") -> str:
    """Print the table of a page, with how to read it; nothing where there is nothing to compare."""
    table = tabulate_account(runs, baseline)
    if not len(table) or not np.isfinite(table["sd"]).any():
        return ""
    head = [text(lang, "account.feeling"), text(lang, "account.strategy")]
    head += [text(lang, f"account.{source}") for source in SOURCES]
    body = []
    for (policy, feeling), rows in table.groupby(["policy", "feeling"], sort=False):
        cells = [text(lang, f"account.{feeling}"), str(policy), *map(_cell, rows.to_dict("records"))]
        body.append("| " + " | ".join(cells) + " |")
    rule = "|---|---|" + "---:|" * len(SOURCES)
    return "\n".join([text(lang, "account.note"), "", "| " + " | ".join(head) + " |", rule, *body])


def _cell(row: Mapping[Hashable, Any]) -> str:
    return format_estimate(row["sd"], row["sd_low"], row["sd_high"], 3, sign=True)


def _named(row: Mapping[Hashable, Any], lang: Lang) -> str:
    return text(lang, "account.source").format(source=text(lang, f"account.{row['source']}"), sd=_cell(row))
