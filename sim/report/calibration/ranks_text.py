"""How far a calibration can be trusted, in words: where truths of the model's own making lie in what it finds."""

from __future__ import annotations

from pathlib import Path

from sim.batch.calibrate.ranks import JOINT, LEVELS, Ranks
from sim.report.captions import synthetic_label
from sim.report.numbers import format_number, p_value
from sim.report.page import Page, Table, pick, write_pages
from sim.report.texts import Lang, text


def describe_ranks(ranks: Ranks, lang: Lang = "en") -> Page:
    """Tell whether the calibration is as sure as it may be."""
    return [
        ranks_answer(ranks, lang),
        synthetic_label(lang),
        text(lang, f"calibration.ranks_{ranks.verdict}_means"),
        _kept(ranks, lang),
        _coverage_table(ranks, lang),
        text(lang, "calibration.ranks_note").format(runs=f"{ranks.n_runs:,}"),
    ]


def write_ranks(ranks: Ranks, out: Path) -> list[Path]:
    """Write `ranks.md`, `.zh.md`, `ranks.csv` (one row per truth) and `coverage.csv`."""
    ranks.ranks.to_csv(out / "ranks.csv")
    ranks.table.to_csv(out / "coverage.csv", index=False)
    pages = write_pages(out, "ranks", describe_ranks(ranks), describe_ranks(ranks, "zh"))
    return [*pages, out / "ranks.csv", out / "coverage.csv"]


def ranks_answer(ranks: Ranks, lang: Lang) -> str:
    """Give the answer in a sentence."""
    p = p_value(float(ranks.table["p_holm"].min()))
    return text(lang, f"calibration.ranks_{ranks.verdict}").format(n=len(ranks.ranks), p=p)


def _kept(ranks: Ranks, lang: Lang) -> str:
    share, low, high = (format_number(100 * value, 0) for value in ranks.kept)
    return pick(
        lang,
        f"Not ruled out by the {ranks.problem.cutoff:g} standard deviations of history matching: {share} % of the "
        f"truths ({low} … {high} %).",
        f"历史匹配（{ranks.problem.cutoff:g} 个标准差）未排除的真值：{share} %（{low} … {high} %）。",
    )


def _coverage_table(ranks: Ranks, lang: Lang) -> Table:
    rows = []
    for row in ranks.table.to_dict("records"):
        name = text(lang, "calibration.all_at_once") if row["parameter"] == JOINT else str(row["parameter"])
        cells = []
        for level in LEVELS:
            percent = round(100 * level)
            share, low, high = (format_number(100 * row[f"{key}_{percent}"], 0) for key in ("covered", "low", "high"))
            cells.append(f"{share} % ({low} … {high})")
        spread, low, high = (format_number(row[key], 2) for key in ("spread", "spread_low", "spread_high"))
        rows.append(
            [name, *cells, "–" if row["parameter"] == JOINT else f"{spread} ({low} … {high})", p_value(row["p"])]
        )
    heads = [text(lang, "sensitivity.parameter")]
    heads += [text(lang, "calibration.region").format(level=f"{100 * level:g}") for level in LEVELS]
    heads += [text(lang, "calibration.real_over_stated"), text(lang, "calibration.evenness")]
    return Table(text(lang, "calibration.coverage"), heads, rows)
