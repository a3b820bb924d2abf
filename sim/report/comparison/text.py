"""A comparison in words and numbers: CSV for programs, Markdown for people, rows for the terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sim.batch.compare import Comparison
from sim.ledger.provenance import changed_from
from sim.outcomes.cost import price_prevention
from sim.outcomes.measures import MEASURES
from sim.report.captions import scenario_residents, stand_in_line, synthetic_label
from sim.report.card.validity import validity_line
from sim.report.comparison.account import describe_account, tabulate_account
from sim.report.comparison.contrasts import describe_contrasts, tabulate_contrasts
from sim.report.comparison.cost import cost_sentence, mean_hours, price_lines
from sim.report.comparison.doses import dose_sentences
from sim.report.comparison.feelings import describe_feelings, tabulate_feelings
from sim.report.comparison.groups import describe_groups
from sim.report.comparison.kept import keep_comparison
from sim.report.comparison.orders import order_sentences
from sim.report.names import scenario_name, strategy_name
from sim.report.numbers import format_interval, format_number
from sim.report.texts import Lang, text
from sim.report.verdicts import judge, verdict_words
from sim.scenarios.scenario import Scenario

NOT_LISTED = {"name", "title", "policy", "compare", "timeline", "roster", "stations"}
"""Keys of a scenario that no table lists among what is set: names, defaults of the command line, and long lists."""


class Line(NamedTuple):
    """Tell how one strategy differs in one measure, ready to print."""

    measure: str
    unit: str
    baseline: str
    policy: str
    difference: str
    interval: str
    verdict: str
    """'better', 'worse', 'neutral', 'unclear', or 'tiny': clear, but smaller than the measure is printed"""


def comparison_lines(comparison: Comparison, *, lang: Lang = "en", headline: bool = True) -> list[Line]:
    """List the differences from the first strategy, measure by measure.

    Parameters
    ----------
    headline
        only the measures that are shown to people; otherwise every measure
    """
    table = comparison.differences
    if table.empty:
        return []
    chosen = comparison.shown if headline else tuple(MEASURES)
    ordered = [table[table["measure"] == name] for name in chosen]
    return [_line(row, lang) for rows in ordered for row in rows.to_dict("records")]


def in_words(comparison: Comparison, lang: Lang) -> Comparison:
    """Give the same comparison with its strategies called as people read them; files for programs keep the labels."""
    names = {label: strategy_name(label, lang) for label in comparison.strategies}

    def named(table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(policy=table["policy"].map(names)) if "policy" in table.columns else table

    return replace(
        comparison, strategies=tuple(names.values()), runs=named(comparison.runs),
        differences=named(comparison.differences), groups=named(comparison.groups),
        without_orders=tuple(names[name] for name in comparison.without_orders),
        meant={names[name]: doses for name, doses in comparison.meant.items()},
    )  # fmt: skip


def baseline_means(comparison: Comparison, lang: Lang = "en") -> list[tuple[str, str, str]]:
    """List the means of the first strategy: name, number and unit of each measure of the headline."""
    own = comparison.runs[comparison.runs["policy"] == comparison.strategies[0]]
    return [
        (MEASURES[m].label(lang), format_number(float(own[m].mean()), MEASURES[m].decimals), MEASURES[m].unit(lang))
        for m in comparison.shown
    ]


def write_comparison(comparison: Comparison, out: Path) -> list[Path]:
    """Write differences, contrasts, runs and prices as CSV, and the page `compare.md` in two languages."""
    names = (
        "compare.csv", "runs.csv", "prices.csv", "compare.md", "compare.zh.md", "contrasts.csv", "feelings.csv",
        "account.csv", "groups.csv",
    )  # fmt: skip
    files = [out / name for name in names]
    comparison.differences.to_csv(files[0], index=False)
    comparison.runs.drop(columns="seconds").to_csv(files[1], index=False)
    price_prevention(comparison.runs, baseline=comparison.strategies[0]).to_csv(files[2], index=False)
    contrasts = tabulate_contrasts(comparison)
    contrasts.to_csv(files[5], index=False)
    tabulate_feelings(comparison.runs, comparison.strategies[0]).to_csv(files[6], index=False)
    tabulate_account(comparison.runs, comparison.strategies[0]).to_csv(files[7], index=False)
    comparison.groups.to_csv(files[8], index=False)
    files[3].write_text(describe_comparison(comparison, lang="en", contrasts=contrasts), encoding="utf-8")
    files[4].write_text(describe_comparison(comparison, lang="zh", contrasts=contrasts), encoding="utf-8")
    return [*files, keep_comparison(comparison, out)]


def describe_comparison(comparison: Comparison, *, lang: Lang = "en", contrasts: pd.DataFrame | None = None) -> str:
    """Tell a comparison as Markdown: what was run, the differences, and how to read them.

    Parameters
    ----------
    contrasts
        table of `tabulate_contrasts`, where it is there already
    """
    contrasts = tabulate_contrasts(comparison) if contrasts is None else contrasts
    if len(contrasts):
        names = {label: strategy_name(label, lang) for label in comparison.strategies}
        contrasts = contrasts.assign(policy=contrasts["policy"].map(names))
    comparison = in_words(comparison, lang)
    parts = [
        _head(comparison, lang),
        cost_sentence(comparison.runs, baseline=comparison.strategies[0], lang=lang),
        *order_sentences(comparison, lang),
        *dose_sentences(comparison, lang),
        _means(comparison, lang),
        _hours(comparison, lang),
        _table(comparison, lang),
        describe_feelings(comparison.runs, comparison.strategies[0], lang),
        describe_account(comparison.runs, comparison.strategies[0], lang),
        describe_groups(comparison.groups, lang),
        describe_contrasts(contrasts, comparison.strategies[0], lang, comparison.shown),
        _prices(comparison, lang),
        reading_note(comparison, lang),
        validity_line(comparison.scenario, lang),
    ]
    if comparison.failures:
        failed = "\n".join(f"- {run}: {why}" for run, why in comparison.failures.items())
        parts.append(("失败的运行：\n\n" if lang == "zh" else "Runs that failed, left out above:\n\n") + failed)
    return "\n\n".join(part for part in parts if part) + "\n"


def reading_note(comparison: Comparison, lang: Lang = "en") -> str:
    """Say how far the intervals carry."""
    n = int(comparison.differences["n_pairs"].max()) if len(comparison.differences) else len(comparison.seeds)
    tests = len(comparison_lines(comparison, lang=lang))
    if not tests:
        return "没有可与基准比较的策略。" if lang == "zh" else "No other strategy to compare the baseline with."
    if n <= 1:
        return (
            "只有一个随机种子：无法给出区间，差异可能只是偶然。"
            if lang == "zh"
            else "One seed gives no interval: any difference here may be chance. Use --seeds 6 or more."
        )
    if lang == "zh":
        return (
            f"差异按种子配对（{n} 对），区间为 95 % t 区间，只反映模拟中的偶然性，不反映参数或模型的不确定性。"
            f"“差异不明确”不等于“没有差异”。{tests} 个区间中，即使毫无差异，平均也会有 {tests * 0.05:.1f} 个不含零。"
        )
    return (
        f"Differences are taken seed by seed ({n} pairs). An interval covers the chance of the simulation alone, not "
        "doubt about parameters or the model. 'No clear difference' does not mean 'no difference'. Of the "
        f"{tests} intervals of the table, {tests * 0.05:.1f} would leave out zero by chance if no strategy made any "
        "difference."
    )


def comparison_head(comparison: Comparison, lang: Lang = "en") -> str:
    """Say in a line what was compared, by its numbers: a title would be wrong once a parameter is set."""
    scenario, first = comparison.scenario, comparison.strategies[0]
    return text(lang, "comparison.head").format(
        scenario=scenario_name(scenario.name, lang), days=scenario.n_days - comparison.from_day,
        people=scenario_residents(scenario, lang), seeds=len(comparison.seeds), baseline=first,
    )  # fmt: skip


def period_sentences(comparison: Comparison, lang: Lang = "en") -> list[str]:
    """Say from which day the measures are, where the strategies are one and the same before a date."""
    same, days, start = comparison.same_until, comparison.scenario.n_days, comparison.scenario.start
    if not same:
        return []
    key = "from_then" if comparison.from_day >= same else "diluted"
    return [
        text(lang, f"comparison.{key}").format(
            date=start + timedelta(days=same), begin=start + timedelta(days=comparison.from_day),
            n=f"{days - comparison.from_day:,}", days=f"{days:,}", same=f"{same - comparison.from_day:,}",
        )
    ]  # fmt: skip


def _head(comparison: Comparison, lang: Lang) -> str:
    scenario = comparison.scenario
    changed = changed_from(scenario.model_dump(mode="json"), Scenario().model_dump(mode="json"))
    listed = ", ".join(f"`{name} = {value}`" for name, value in changed.items() if name not in NOT_LISTED)
    if scenario.timeline:
        listed += ", `timeline` of " + ", ".join(change.parameter for change in scenario.timeline)
    if scenario.roster:
        listed += f", `roster` of {len(scenario.roster)}"
    if scenario.stations:
        listed += f", `stations`: {len(scenario.stations)}"
    title, set_to = ("策略比较", "与默认值不同的参数：") if lang == "zh" else (
        "Strategies compared", "Set otherwise than by default: ")  # fmt: skip
    about = [f"# {title}", synthetic_label(lang), comparison_head(comparison, lang)]
    if scenario.stand_in:
        about.insert(2, stand_in_line(scenario, lang))
    about += period_sentences(comparison, lang)
    return "\n\n".join([*about, f"{set_to}{listed}"] if listed else about)


def _means(comparison: Comparison, lang: Lang) -> str:
    """Print the mean of each strategy; strategies stand in the order given, never ranked."""
    means = comparison.runs.groupby("policy", sort=False)[list(comparison.shown)].mean()
    return _by_strategy(means, "指标" if lang == "zh" else "mean", lang)


def _hours(comparison: Comparison, lang: Lang) -> str:
    return _by_strategy(mean_hours(comparison.runs), text(lang, "hours.heading"), lang)


def _by_strategy(means: pd.DataFrame, title: str, lang: Lang) -> str:
    head = f"| {title} | {'单位' if lang == 'zh' else 'unit'} |" + "".join(f" {name} |" for name in means.index)
    rows = [
        f"| {MEASURES[m].label(lang)} | {MEASURES[m].unit(lang)} |"
        + "".join(f" {format_number(value, MEASURES[m].decimals)} |" for value in means[m])
        for m in means.columns
    ]
    return "\n".join([head, "|---|---|" + "---:|" * len(means), *rows])


def _prices(comparison: Comparison, lang: Lang) -> str:
    baseline = comparison.strategies[0]
    lines = price_lines(comparison.runs, baseline=baseline, lang=lang)
    colon = "：" if lang == "zh" else ":"
    head = text(lang, "cost.heading").format(baseline=baseline) + colon
    return "\n".join([head, "", *(f"- {line}" for line in lines)]) if lines else ""


def _table(comparison: Comparison, lang: Lang) -> str:
    lines = comparison_lines(comparison, lang=lang)
    if not lines:
        return ""
    head = (
        "| 指标 | 策略 | 差异 | 95 % 区间 | |"
        if lang == "zh"
        else "| difference in | strategy | difference | 95 % interval | |"
    )
    rows = [
        f"| {one.measure} | {one.policy} | {one.difference} | {one.interval} | {verdict_words(one.verdict, lang)} |"
        for one in lines
    ]
    return "\n".join([head, "|---|---|---:|---|---|", *rows])


def _line(row: dict[str, object], lang: Lang) -> Line:
    about = MEASURES[str(row["measure"])]
    difference, low, high = (float(str(row[name])) for name in ("difference", "low", "high"))
    return Line(
        about.label(lang),
        about.unit(lang),
        format_number(float(str(row["baseline"])), about.decimals),
        str(row["policy"]),
        format_number(difference, about.decimals + 1, sign=True),
        format_interval(low, high, about.decimals + 1, sign=True),
        judge(row),
    )
