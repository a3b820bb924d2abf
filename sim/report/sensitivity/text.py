"""A sensitivity analysis in words, in English and Chinese."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sim.batch.sensitivity.indices import MAIN, Sensitivity
from sim.batch.sensitivity.outcome import Asked
from sim.outcomes.measures import MEASURES
from sim.report.captions import synthetic_label
from sim.report.names import scenario_name, strategy_name
from sim.report.numbers import format_number
from sim.report.page import Page, Table, pick, write_pages
from sim.report.texts import Lang, text


def asked_words(asked: Asked, lang: Lang) -> str:
    """Say what is looked at."""
    about = MEASURES[asked.outcome]
    what = f"{about.label(lang)} ({about.unit(lang)})" if lang == "en" else f"{about.label(lang)}（{about.unit(lang)}）"
    if asked.against is None:
        return pick(lang, f"{what} under {asked.of}", f"“{strategy_name(asked.of, lang)}”之下的{what}")
    one, other = strategy_name(asked.of, lang), strategy_name(asked.against, lang)
    return pick(lang, f"{what}: {one} minus {other}", f"{what}：“{one}”减“{other}”")


def describe_sensitivity(sensitivity: Sensitivity, lang: Lang = "en") -> Page:
    """Tell what an outcome depends on."""
    return [
        pick(lang, "What the outcome depends on", "结果取决于哪些参数"),
        synthetic_label(lang),
        f"{asked_words(sensitivity.asked, lang)}. {sensitivity.scenario}." if lang == "en" else
        f"{asked_words(sensitivity.asked, lang)}。{scenario_name(sensitivity.scenario, lang)}。",
        _answer(sensitivity, lang),
        _table(sensitivity, lang),
        *_notes(sensitivity, lang),
    ]  # fmt: skip


def write_sensitivity(sensitivity: Sensitivity, out: Path) -> list[Path]:
    """Write `sensitivity.csv`, `.md` and `.zh.md`."""
    file = out / "sensitivity.csv"
    sensitivity.table.to_csv(file, index=False)
    return [
        file,
        *write_pages(out, "sensitivity", describe_sensitivity(sensitivity), describe_sensitivity(sensitivity, "zh")),
    ]


def _answer(sensitivity: Sensitivity, lang: Lang) -> str:
    main = sensitivity.table[sensitivity.table["index"] == MAIN[sensitivity.method]].set_index("parameter")
    told = [name for name in sensitivity.ordered() if bool(main.loc[name, "is_clear"])]
    rest = [name for name in sensitivity.ordered() if name not in told]
    if not told:
        return pick(
            lang,
            "No parameter does clearly more than chance: more points or seeds may show one, or none matters "
            "in its interval.",
            "没有任何参数的影响明显超出偶然性：可增加设计点或种子，或者这些参数在其区间内确实无关紧要。",
        )
    answer = pick(
        lang, f"It depends on {', '.join(told)}, in this order.", f"主要取决于（按影响大小）：{'、'.join(told)}。"
    )
    if rest:
        answer += pick(lang, f" May be chance: {', '.join(rest)}.", f"可能出于偶然：{'、'.join(rest)}。")
    return answer


def _table(sensitivity: Sensitivity, lang: Lang) -> Table:
    decimals = MEASURES[sensitivity.asked.outcome].decimals + 1 if sensitivity.method == "morris" else 3
    names = list(dict.fromkeys(sensitivity.table["index"]))
    by = {
        (row.parameter, row.index_name): row
        for row in sensitivity.table.rename(columns={"index": "index_name"}).itertuples()
    }
    heads = [text(lang, "sensitivity.parameter"), *(text(lang, f"sensitivity.{name}") for name in names)]
    rows = [
        [parameter, *(_cell(by[parameter, name], decimals) for name in names)] for parameter in sensitivity.ordered()
    ]  # fmt: skip
    rows.append([text(lang, "sensitivity.chance"), *(_chance(sensitivity.table, name, decimals) for name in names)])
    return Table(text(lang, "sensitivity.title"), heads, rows)


def _cell(row: object, decimals: int) -> str:
    value, low, high = (format_number(float(getattr(row, name)), decimals) for name in ("value", "low", "high"))
    return value if low == "–" else f"{value} ({low} … {high})"


def _chance(table: pd.DataFrame, index: str, decimals: int) -> str:
    """Print what a parameter that does nothing would have; in Morris each has its own, and the largest is shown."""
    chances = table[table["index"] == index]["chance"].to_numpy(float)
    return "–" if np.isnan(chances).all() else format_number(float(np.nanmax(chances)), decimals)


def _notes(sensitivity: Sensitivity, lang: Lang) -> list[str]:
    decimals = MEASURES[sensitivity.asked.outcome].decimals + 1
    mean, spread = format_number(sensitivity.mean, decimals), format_number(sensitivity.spread, decimals)
    notes = [
        pick(
            lang,
            f"{sensitivity.n_points:,} points, {sensitivity.n_seeds} seeds; mean {mean}, "
            f"standard deviation over points {spread}.",
            f"{sensitivity.n_points:,} 个设计点，{sensitivity.n_seeds} 个种子；均值 {mean}，设计点间标准差 {spread}。",
        ),
        text(lang, f"sensitivity.reading_{sensitivity.method}"),
    ]
    if sensitivity.n_left_out:
        notes.append(
            pick(
                lang,
                f"{sensitivity.n_left_out:,} points were left out: a run is missing, or knows no value.",
                f"略去 {sensitivity.n_left_out:,} 个设计点：运行缺失或没有取值。",
            )
        )
    if np.isnan(sensitivity.noise_share):
        told = (
            "One seed a point tells nothing of chance; run two or more.",
            "每点只有一个种子，无法判断偶然性；请至少用两个。",
        )
    else:
        share = f"{100 * sensitivity.noise_share:.0f} %"
        told = (
            f"Chance of the seeds makes {share} of the variance over the points.",
            f"设计点间方差的 {share} 来自种子的偶然性。",
        )
    notes.append(pick(lang, *told))
    notes.append(
        pick(
            lang,
            "An index holds for the intervals that the study gave: a wider interval makes a parameter more important.",
            "各指数只对本研究给定的区间成立：区间越宽，参数显得越重要。",
        )
    )
    return notes
