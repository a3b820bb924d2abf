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
# # Reading the store of a study, in pandas and in DuckDB
#
# A study is one file; `cpsim sweep` makes its runs and keeps them in a folder that any program can read: one row for each
# run, in Parquet. Here a study of a minute is made, read twice, and drawn. Sizes are for showing, not for findings: a small
# town, 60 days, six seeds.

# %%
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sim.outcomes.measures import MEASURES

os.chdir(tempfile.mkdtemp())
_ = Path("study.toml").write_text("""
name = "town"
question = "What do hot spots and mediation change in a small town within two months?"
prediction = "Hot spots lower thefts a little; mediation lowers assaults; both cost more than nothing."
scenarios = ["fengqiao_town"]
strategies = ["reactive", "hotspot", "mediation"]
seeds = 6
scale = 20
warm_up = 20
outcomes = ["offences_per_1000", "trust_mean", "cost_per_1000"]
ledgers = 1

[set]
n_days = 60
""")

# %%
command = [sys.executable, "-m", "sim.cli", "sweep", "study.toml", "--workers", "1"]
print(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

# %% [markdown]
# ## What is in the folder
#
# `parts` holds the results, `ledgers` the whole runs of the first seed, `manifest.json` a checksum of everything.

# %%
print(sorted(path.name for path in Path("store/town").iterdir()))

# %% [markdown]
# ## pandas
#
# One row for each run. The difference of a strategy from the baseline is taken **seed by seed**: runs with the same seed share
# all chance that the strategy did not touch, so most of the noise falls out.

# %%
runs = pd.read_parquet("store/town/parts")
runs[["strategy", "seed", "offences_per_1000", "trust_mean", "cost_per_1000"]].head()

# %%
crime = runs.pivot(index="seed", columns="strategy", values="offences_per_1000")
differences = crime[["hotspot", "mediation"]].sub(crime["reactive"], axis=0)
print("spread between seeds, offences under reactive:", round(crime["reactive"].std(), 2))
print("spread between seeds, difference of hotspot:  ", round(differences["hotspot"].std(), 2))

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
for i, name in enumerate(crime.columns):
    left.plot([i] * len(crime), crime[name], "o", color="#0072B2")
left.set_xticks(range(len(crime.columns)), crime.columns)
left.set_ylabel(f"offences, {MEASURES['offences_per_1000'].unit('en')}")
left.set_title("each run by itself")
for i, name in enumerate(differences.columns):
    right.plot([i] * len(differences), differences[name], "o", color="#D55E00")
    right.plot([i - 0.2, i + 0.2], [differences[name].mean()] * 2, color="#222222")
right.axhline(0, color="#767676", linewidth=0.8)
right.set_xticks(range(len(differences.columns)), differences.columns)
right.set_xlim(-0.5, 1.5)
right.set_title("differences from reactive, pair by pair")
plt.tight_layout()
plt.show()

# %% [markdown]
# ## DuckDB
#
# The same files as tables of SQL, also while a sweep is still going on.

# %%
duckdb.sql("""
    select strategy, count(*) as runs, round(avg(offences_per_1000), 1) as offences, round(avg(trust_mean), 4) as trust,
           round(avg(cost_per_1000), 0) as cost
    from 'store/town/parts/*.parquet' group by strategy order by offences
""").df()

# %% [markdown]
# A pair is a join of two rows on the seed.

# %%
pairs = duckdb.sql("""
    select a.strategy, a.seed, a.offences_per_1000 - b.offences_per_1000 as crime, a.cost_per_1000 - b.cost_per_1000 as cost
    from 'store/town/parts/*.parquet' a join 'store/town/parts/*.parquet' b using (seed)
    where b.strategy = 'reactive' and a.strategy != 'reactive' order by all
""").df()
assert np.allclose(pairs[pairs["strategy"] == "hotspot"]["crime"], differences["hotspot"])
pairs.groupby("strategy")[["crime", "cost"]].mean().round(1)

# %% [markdown]
# ## Down to single events
#
# The study kept the ledgers of its first seed: every offence, call and contact is a row. Minute 0 is midnight of the first day.

# %%
hours = duckdb.sql("""
    select (floor(t / 60) % 24)::int as hour, kind, count(*) as n
    from 'store/town/ledgers/*/contacts/*.parquet' group by all order by all
""").df()
by_kind = hours.pivot(index="hour", columns="kind", values="n").reindex(range(24)).fillna(0)
by_kind.plot(kind="bar", stacked=True, figsize=(9, 3.2), xlabel="hour of the day", ylabel="contacts", width=0.9)
plt.title("contacts of police and mediators with residents, three strategies, one seed")
plt.tight_layout()
plt.show()
