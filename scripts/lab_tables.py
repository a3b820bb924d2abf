"""Keep the contrasts of a study of the lab book, and write them as a table into its page.

    cpsim sweep experiments/fidelity/full.toml && cpsim contrast store/fidelity-full
    python scripts/lab_tables.py store/fidelity-full experiments/fidelity

Writes `full.csv` (one row per strategy, point and measure, with the parameters of the point) and the table
between `<!-- table full -->` and `<!-- end table full -->` of the folder's README.md. A name other than `full`: `--as`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from sim.batch.compare import WITHIN_BUDGET
from sim.batch.store.read import StudyRuns, read_study_runs, vary_apart
from sim.outcomes.measures import MEASURES


def read_contrasts(study: StudyRuns) -> tuple[pd.DataFrame, list[str]]:
    """Read what `cpsim contrast` found, and name the parameters that vary; of those that go together, one."""
    rows = pd.read_csv(study.path / "analysis/contrasts.csv")
    rows = rows[rows["measure"].isin(study.study.outcomes)]
    arms = study.arms.drop_duplicates("point").set_index("point")
    varied = [name for name in study.parameters if arms[name].nunique() > 1]
    for place, name in enumerate(varied, 1):
        rows.insert(place, name, rows["point"].map(arms[name]))
    return rows, vary_apart(arms[varied])


def short_name(policy: str) -> str:
    """Leave out what all strategies of a study share: the time before, and the budget."""
    return policy.removesuffix(WITHIN_BUDGET).rpartition(" then ")[2]


def cell(row: pd.Series) -> str:
    """Print a difference with its 95 % interval, and a star where its adjusted p value is below 0.05."""
    if row["low"] == row["high"] == 0.0:
        return "0"
    decimals = MEASURES[row["measure"]].decimals + 1
    ends = [f"{row[name]:+,.{decimals}f}" for name in ("difference", "low", "high")]
    return f"{ends[0]} ({ends[1]} to {ends[2]}){'*' if row['p_holm'] < 0.05 else ''}"


def level(row: pd.Series) -> str:
    """Print the mean under the baseline."""
    return f"{row['baseline']:,.{MEASURES[row['measure']].decimals}f}"


def lay_out(rows: pd.DataFrame, varied: list[str], baseline: str) -> str:
    """Lay contrasts out: one line per measure; with many points, one table per measure and one line per point."""
    policies = list(rows["policy"].unique())
    names = " | ".join(map(short_name, policies))
    rule = "|---|" + "---|" * (len(varied) + len(policies))

    def line(head: list[str], mine: pd.DataFrame) -> str:
        of = mine.set_index("policy")
        cells = [cell(of.loc[policy]) for policy in policies]
        return "| " + " | ".join([*head, level(mine.iloc[0]), *cells]) + " |"

    measures = {
        measure: f"{(m := MEASURES[measure]).label('en')}, {m.unit('en')}" for measure in rows["measure"].unique()
    }
    if not varied:
        lines = [line([words], rows[rows["measure"] == measure]) for measure, words in measures.items()]
        return "\n".join([f"| difference in | {baseline} | {names} |", "|---" + rule, *lines])
    parts = []
    for measure, words in measures.items():
        points = rows[rows["measure"] == measure].groupby("point")
        lines = [line([f"{value:g}" for value in mine.iloc[0][varied]], mine) for _, mine in points]
        head = " | ".join(f"`{name}`" for name in varied)
        parts.append("\n".join([f"**{words}**", "", f"| {head} | {baseline} | {names} |", rule, *lines]))
    return "\n\n".join(parts)


def write_between(page: Path, marker: str, content: str) -> None:
    """Put content between the two markers of a page."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(f"<!-- table {marker} -->\n")
    _, end, after = rest.partition(f"<!-- end table {marker} -->")
    assert end, f"{page} has no marker 'table {marker}'"
    page.write_text(f"{before}{begin}{content}\n{end}{after}", encoding="utf-8")


def main() -> None:
    """Keep and write the contrasts of one study."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--as", dest="name", default="full")
    given = parser.parse_args()
    study = read_study_runs(given.store)
    rows, varied = read_contrasts(study)
    baseline = short_name(study.baseline)
    rows.to_csv(given.folder / f"{given.name}.csv", index=False, float_format="%.6g")
    told = (
        f"{len(study.runs)} runs, model {study.inputs['model']}, {rows['n_pairs'].min()} seeds. Mean of `{baseline}`, "
        "then differences from it with their 95 % intervals; a star where the p value, adjusted for\n"
        "the number of strategies (Holm), is below 0.05."
    )
    write_between(given.folder / "README.md", given.name, f"{told}\n\n{lay_out(rows, varied, baseline)}")


if __name__ == "__main__":
    main()
