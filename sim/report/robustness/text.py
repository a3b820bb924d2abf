"""In how much of a space a strategy is better, in words, in English and Chinese."""

from __future__ import annotations

from pathlib import Path

from sim.batch.sensitivity.robustness import Robustness, Rule
from sim.outcomes.measures import MEASURES
from sim.report.captions import synthetic_label
from sim.report.names import scenario_name, strategy_name
from sim.report.numbers import format_number
from sim.report.page import Page, Table, pick, write_pages
from sim.report.sensitivity.text import asked_words
from sim.report.texts import Lang, text
from sim.statistics.estimates import Estimate


def describe_robustness(robustness: Robustness, lang: Lang = "en") -> Page:
    """Tell in how much of the space a strategy is better, and where that turns over."""
    return [
        robustness_answer(robustness, lang),
        synthetic_label(lang),
        asked_words(robustness.asked, lang)
        + pick(lang, f". {robustness.scenario}.", f"。{scenario_name(robustness.scenario, lang)}。"),
        _rule_words(robustness, lang),
        *([_rule_table(robustness.rule, lang)] if robustness.rule else []),
        _counts(robustness, lang),
        *_notes(robustness, lang),
    ]


def write_robustness(robustness: Robustness, out: Path) -> list[Path]:
    """Write `robustness.csv` (one row per point), `.md` and `.zh.md`."""
    file = out / "robustness.csv"
    robustness.points.to_csv(file, index=False)
    return [
        file,
        *write_pages(out, "robustness", describe_robustness(robustness), describe_robustness(robustness, "zh")),
    ]


def robustness_answer(robustness: Robustness, lang: Lang) -> str:
    """Give the answer in a sentence."""
    share, what = _percent(robustness.share), MEASURES[robustness.asked.outcome].label(lang)
    one, other = (strategy_name(name, lang) for name in (robustness.asked.of, str(robustness.asked.against)))
    return pick(
        lang,
        f"{one} is better than {other} in {share} of the space: {what}",
        f"在 {share} 的参数空间内，“{one}”优于“{other}”：{what}",
    )


def rule_lines(rule: Rule) -> list[tuple[str, str]]:
    """Write the limits of a rule, one a parameter."""
    lines = []
    for name, (low, high) in rule.limits.items():
        ends = [f"≥ {low:.3g}" if low is not None else "", f"≤ {high:.3g}" if high is not None else ""]
        lines.append((name, ", ".join(end for end in ends if end)))
    return lines


def _rule_words(robustness: Robustness, lang: Lang) -> str:
    rule = robustness.rule
    if rule is None:
        return pick(
            lang,
            "One answer holds nearly everywhere, or no box tells where it turns: there is no rule to give.",
            "几乎处处是同一答案，或者没有任何区域能说明何处翻转，因此不给出规则。",
        )
    limits = [f"{name} {ends}" for name, ends in rule_lines(rule)]
    verdict = text(lang, f"robustness.{rule.cases}")
    return pick(
        lang,
        f"It is {verdict} mostly where {' and '.join(limits)}.",
        f"{verdict}的情形主要出现在：{' 且 '.join(limits)}。",
    )


def _rule_table(rule: Rule, lang: Lang) -> Table:
    rows = [[name, ends] for name, ends in rule_lines(rule)]
    rows += [
        [text(lang, "robustness.coverage"), _percent(rule.coverage)],
        [text(lang, "robustness.density"), _percent(rule.density)],
        [text(lang, "robustness.volume"), f"{100 * rule.volume:.0f} %"],
        [text(lang, "robustness.inside"), f"{rule.n_cases} / {rule.n_points}"],
    ]
    return Table(text(lang, "robustness.rule"), [text(lang, "sensitivity.parameter"), ""], rows)


def _counts(robustness: Robustness, lang: Lang) -> str:
    counts = robustness.counts()
    n, seeds = len(robustness.points), robustness.n_seeds
    return pick(
        lang,
        f"Of {n} simulated points, each by its own 95 % interval over {seeds} seeds: {counts['better']} better, "
        f"{counts['worse']} worse, {counts['unclear']} without a clear difference.",
        f"{n} 个模拟点按各自 95 % 区间（{seeds} 个种子）：更好 {counts['better']}，更差 {counts['worse']}，"
        f"差异不明确 {counts['unclear']}。",
    )


def _notes(robustness: Robustness, lang: Lang) -> list[str]:
    check = robustness.check
    explained, scale = format_number(100 * max(check.explained, 0.0), 0), format_number(check.scale, 2)
    return [
        pick(
            lang,
            "The share comes from a Gaussian process through all differences: many surfaces that may have made them, "
            "each with its share; the interval is that of their shares. It covers few points and noisy differences, "
            f"not doubt about the process. Predicted by leave-one-out, {explained} % of the points' variance "
            f"is explained, and errors are {scale} times those stated.",
            "份额由穿过全部差异的高斯过程得出：抽取许多可能的曲面，各有其份额，区间即这些份额的区间。区间反映点少与差异的偶然性，"
            f"不反映对该过程本身的疑问。逐点留出检验：可预测方差 {explained} %，实际误差为所述误差的 {scale} 倍。",
        ),
        pick(
            lang,
            "A share of the space is no probability: it depends on the intervals that the study gave, all values in "
            "them counting alike. Coverage: how many of all cases the rule holds; density: how many in it are cases.",
            "空间份额不是概率：它取决于研究给定的区间，并对区间内各值一视同仁。覆盖率：规则包含全部情形的比例；密度：规则之内属于该情形的比例。",
        ),
    ]


def _percent(share: Estimate) -> str:
    value, low, high = (format_number(100 * one, 0) for one in (share.value, share.low, share.high))
    return f"{value} % ({low} … {high} %)"
