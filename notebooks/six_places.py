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
# # Six places compared
#
# Six practices that are often named together, each in a small piece of a synthetic city of the kind that it comes from, for two
# months: who meets whom, and what it costs. docs/places has a page for each: what the real place does, what of it is acted out, and what is
# not. **No causal evaluation was found** of five of the six. Sizes here are for showing, not for findings.
#
# Fixed posts stand here as a generic arm: the case usually named is described by independent sources as surveillance of an ethnic group, with
# severe abuse of rights. The model has no such attribute, cannot show that harm, and never ranks posts on crime alone.

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from sim import Strategy, compare, load_scenario, make_policy
from sim.report.day.choose import choose_officer, choose_resident
from sim.report.day.diary import officer_diary, resident_diary
from sim.report.day.picture import draw_day
from sim.report.day.watch import watch_day

PLACES = {  # scenario, share of it, strategy
    "Exeter": ("exeter", "0.02", "partnership(setup_days=10)"),
    "New York": ("new_york_precinct", "0.04", "hotspot"),
    "Fengqiao": ("fengqiao_town", "0.06", "mediation"),
    "posts (generic)": ("dense_posts", "0.1", "posts"),
    "Huangpu": ("huangpu", "0.2", "grid_services"),
    "Zhengzhou": ("zhengzhou", "0.04", "grid(community_share=0,auxiliaries=0.35)"),
}


def piece(scenario, share):
    return load_scenario(scenario).with_part(share).replace({"n_days": 60})


# %% [markdown]
# ## Each beside random patrol, in its own place
#
# One seed, so there is no interval: read what kinds of contact appear, not small differences.

# %%
out, rows = Path(tempfile.mkdtemp()), {}
for place, (scenario, share, spec) in PLACES.items():
    strategies = [Strategy(name, make_policy(name)) for name in ("reactive", spec)]
    done = compare(piece(scenario, share), strategies, [1], out=out / scenario, workers=1, from_day=20)
    rows[place] = done.runs.set_index("policy")
contact = {"stops_per_1000": "stops", "checks_per_1000": "checks", "visits_per_1000": "visits", "mediations_per_1000": "mediation"}
more = pd.DataFrame(
    {place: runs.iloc[1][list(contact)] - runs.iloc[0][list(contact)] for place, runs in rows.items()}
).T.rename(columns=contact).astype(float)
more.round(0)

# %%
cost = pd.Series({place: 100 * (runs.iloc[1]["cost_per_1000"] / runs.iloc[0]["cost_per_1000"] - 1) for place, runs in rows.items()})
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), sharey=True)
more.plot.barh(stacked=True, ax=left, width=0.7)
left.set_xscale("symlog", linthresh=100)
left.set_xlabel("contacts more, for 1,000 residents a year")
left.legend(fontsize=7)
cost.plot.barh(ax=right, width=0.7, color="#767676")
right.set_xlabel("cost more than random patrol, %")
left.invert_yaxis()
plt.tight_layout()
plt.show()

# %% [markdown]
# ## A day of somebody who is met
#
# `cpsim day` follows one officer and one resident through a day. Here a civilian worker of Huangpu, and a resident who is checked at a post.

# %%
watched = watch_day(piece("huangpu", "0.2"), make_policy("grid_services"), 1, 28)
draw_day(watched, officer_diary(watched, choose_officer(watched, "worker")))

# %%
watched = watch_day(piece("dense_posts", "0.1"), make_policy("posts"), 1, 28)
draw_day(watched, resident_diary(watched, choose_resident(watched, "checked")))
