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
# # Five faults, five remedies
#
# A grid of cells can be run badly in five ways: cells cut by the map, a weak team, late and partial information, an appraisal that
# counts visits, little participation. The strategy `reform` has a switch for each. Here all 32 settings of the five are run in a
# made-up town over the same seeds, and the difference is shared out. Small and quick: 3,000 residents, 30 days, three seeds. What
# it shows is **how** such a study is read, not what it finds; docs/strategies.md and the lab book have the full size.

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import display

from sim import Scenario, make_policy
from sim.batch.levers import ACTS_THROUGH, study_levers
from sim.outcomes.measures import MEASURES
from sim.report.levers.picture import draw_levers

town = Scenario().replace({
    "name": "town", "n_days": 30,
    "city.streets": "organic", "city.n_segments": 450, "people.n_residents": 3_000,
    "force.n_response": 6, "force.n_foot": 1, "force.n_community": 4, "force.n_detective": 2, "force.n_districts": 2,
})
study = study_levers(
    town, make_policy("reform(residents_a_cell=1000)"), [1, 2, 3], name="reform", out=Path(tempfile.mkdtemp()), workers=1, from_day=7
)
print(f"{len(study.runs)} runs: {2 ** len(study.levers)} settings of {', '.join(study.levers)}, {len(study.seeds)} seeds")

# %% [markdown]
# ## Does a remedy change what people do?
#
# Before asking whether a remedy lowers crime, look whether it does what it is there for. Each is given with the measures that it must
# move first. What is printed has an interval that leaves zero out; what is missing moved nothing that 96 runs of this size can see.

# %%
shares = study.effects.query("effect == 'shapley'").set_index(["measure", "switch"])
seen = [
    (lever, MEASURES[measure].label("en"), row["value"], row["low"], row["high"])
    for lever, measures in ACTS_THROUGH.items()
    for measure in measures
    if (row := shares.loc[(measure, lever)])["low"] > 0 or row["high"] < 0
]
with pd.option_context("display.max_colwidth", 90):
    display(pd.DataFrame(seen, columns=["remedy", "moves", "by", "from", "to"]).round(2))

# %% [markdown]
# ## The same by hand
#
# There is no model behind these numbers, only means. Here are hollow visits in all 32 settings, and the main effect of a mended
# appraisal from them.

# %%
runs = study.runs.groupby(list(study.levers))["hollow_visits_pct"].mean().reset_index()
mended, not_mended = (runs[runs["appraisal"] == on]["hollow_visits_pct"] for on in (1, 0))
figure, axes = plt.subplots(figsize=(7, 2.6))
axes.plot(not_mended.to_numpy(), "o", color="#767676", label="appraisal counts visits")
axes.plot(mended.to_numpy(), "o", color="#0b5fa5", label="appraisal is audited")
axes.set_xlabel("the 16 settings of the other four")
axes.set_ylabel("visits for the form, %")
axes.set_ylim(0, None)
axes.legend(loc="center right")
plt.show()
main = study.effects.query("measure == 'hollow_visits_pct' and effect == 'main' and switch == 'appraisal'").iloc[0]
print(f"by hand {mended.mean() - not_mended.mean():+.1f} points, in the table {main['value']:+.1f} ({main['low']:+.1f} to {main['high']:+.1f})")

# %% [markdown]
# ## What comes of it?
#
# The dot is a remedy's share of the whole difference (its Shapley value: what it adds, as a mean over all orders in which the five
# can be mended; the shares add up), the grey bar its main effect. With three seeds an interval is wide, and **"cannot be told" is an answer**.

# %%
draw_levers(study)

# %% [markdown]
# ## Two remedies together
#
# A pair can do more, or less, than its two parts. Of the ten pairs, in the share who are satisfied:

# %%
pairs = study.effects.query("effect == 'interaction' and measure == 'satisfied_end_pct'")[["switch", "other", "value", "low", "high"]]
pairs.sort_values("value").round(2).reset_index(drop=True)

# %% [markdown]
# **To try**: leave a switch where it is, `reform(residents_a_cell=1000, poor_appraisal=true)`, and see whose share grows. Give the town twelve
# community officers. Ask for `seeds=range(1, 11)` and look which rows of the first table change. On the command line the same is
# `cpsim levers SCENARIO --seeds 10`.
