# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Zhengzhou: three histories, one curve
#
# Recorded crime in Henan doubled from 2013 to 2015, and grid policing began in Zhengzhou in October 2014. Here three
# histories of a synthetic Zhengzhou are run in which **different things are true**, and the published curve is laid beside
# them. Small and quick: one resident for 1,000, four years, one seed; docs/zhengzhou.md has the full comparison. The published
# figures are official claims, and no evaluation of the reform with a comparison was found.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sim import load_scenario, make_policy, simulate

PUBLISHED = pd.Series({2012: 25.17, 2013: 25.22, 2014: 44.72, 2015: 57.69})  # of the province, for 10,000 people
HISTORIES = {
    "zhengzhou": "recording reform and grids, true crime level",
    "zhengzhou_true_rise": "no recording reform: true crime doubles, grids",
    "zhengzhou_recording_only": "recording reform alone, no grids",
}
CRIMES = ("burglary", "robbery", "theft", "assault")  # disorder is no criminal case


def run_history(name):
    scenario = load_scenario(name).at_scale(1000).replace({"n_days": 1461})
    run = simulate(scenario, make_policy(scenario.policy), 1)
    days = run.tables["days"]
    year = (np.datetime64(scenario.start) + days["day"].to_numpy()).astype("datetime64[Y]").astype(int) + 1970
    people = days.groupby(year)["n_residents"].mean()
    table = pd.DataFrame({
        "recorded": days[[f"n_recorded_{c}" for c in CRIMES]].sum(axis=1).groupby(year).sum() / people * 10_000,
        "true": days[[f"n_offences_{c}" for c in CRIMES]].sum(axis=1).groupby(year).sum() / people * 10_000,
        "registered": 100 * days["n_registered"].groupby(year).sum() / days["n_migrants"].groupby(year).sum(),
        "visits": run.tables["contacts"].query("kind == 'visit'")["t"].floordiv(1440).astype(int).map(dict(zip(days["day"], year))).value_counts().reindex(people.index).fillna(0) / people,
    })
    return table


found = {name: run_history(name) for name in HISTORIES}
print({name: table["recorded"].round(1).to_dict() for name, table in found.items()})

# %% [markdown]
# ## What an office publishes
#
# Recorded crime for 10,000 people. At the full size the lines were *fitted* to lie near the published one in 2015, so that they do is no
# evidence for any of the three. A piece as small as this one lies below, since it has no rich places, and one seed scatters.

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8), sharex=True)
for name, table in found.items():
    left.plot(table.index, table["recorded"], marker="o", label=HISTORIES[name])
    right.plot(table.index, table["true"], marker="o")
left.plot(PUBLISHED.index, PUBLISHED, "k--", label="published (province)")
left.set_title("recorded, for 10,000 people")
right.set_title("what truly happened, for 10,000 people")
left.set_xticks(PUBLISHED.index)
for axes in (left, right):
    axes.set_ylim(bottom=0)
figure.legend(loc="lower center", ncols=2, fontsize=8, bbox_to_anchor=(0.5, -0.12))
plt.tight_layout()
plt.show()

# %% [markdown]
# ## What would tell them apart
#
# Above, all three rise on the left; on the right they part, and nobody publishes the right. A survey of victims would show a true
# rise. The register and the book of visits, below, would show the grids (the two histories that have them lie on each other). Neither
# was published.

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.2), sharex=True)
for name, table in found.items():
    left.plot(table.index, table["registered"], marker="o", label=HISTORIES[name])
    right.plot(table.index, table["visits"], marker="o")
left.set_title("migrants who are registered, %")
right.set_title("visits of a resident in a year")
left.set_xticks(PUBLISHED.index)
left.legend(fontsize=7)
plt.tight_layout()
plt.show()

# %% [markdown]
# ## What the grid adds
#
# Two of the three have grids. Set beside the one without, at one seed and this size, nobody can say whether the difference in true crime
# is more than chance: that is what `cpsim history zhengzhou` measures with many seeds and sets of parameters.

# %%
pd.DataFrame({HISTORIES[name]: table["true"].round(1) for name, table in found.items()}).T
