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
# # 读取研究结果库：pandas 与 DuckDB
#
# 一项研究就是一个文件；`cpsim sweep` 完成其全部运行，保存在任何程序都能读取的文件夹里：每次运行一行，格式为 Parquet。
# 这里用一分钟做一项小研究，读取两次并绘图。规模仅供演示，不是结论：一个小镇，60 天，六个种子。

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
from sim.report.names import strategy_name
from sim.report.style import picture_style

os.chdir(tempfile.mkdtemp())
_ = Path("study.toml").write_text("""
name = "town"
question = "两个月内，热点巡逻与纠纷调解在小镇改变了什么？"
prediction = "热点巡逻使盗窃略减；纠纷调解使伤害减少；二者都有成本。"
scenarios = ["fengqiao_town"]
strategies = ["reactive", "hotspot", "mediation"]
seeds = 6
scale = 20
warm_up = 20
outcomes = ["offences_per_1000", "trust_mean", "cost_per_1000"]
ledgers = 1

[set]
n_days = 60
""", encoding="utf-8")

# %%
command = [sys.executable, "-m", "sim.cli", "sweep", "study.toml", "--workers", "1", "--lang", "zh"]
print(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

# %% [markdown]
# ## 文件夹里有什么
#
# `parts` 是结果，`ledgers` 是第一个种子的完整运行，`manifest.json` 含一切的校验和。

# %%
print(sorted(path.name for path in Path("store/town").iterdir()))

# %% [markdown]
# ## pandas
#
# 每次运行一行。策略与基准之差要**按种子配对**计算：种子相同的两次运行，凡策略未触及的偶然性都相同，噪声因此大部分抵消。

# %%
runs = pd.read_parquet("store/town/parts")
runs[["strategy", "seed", "offences_per_1000", "trust_mean", "cost_per_1000"]].head()

# %%
crime = runs.pivot(index="seed", columns="strategy", values="offences_per_1000")
differences = crime[["hotspot", "mediation"]].sub(crime["reactive"], axis=0)
print("被动接警的案件数，种子之间的标准差：", round(crime["reactive"].std(), 2))
print("热点巡逻之差，种子之间的标准差：    ", round(differences["hotspot"].std(), 2))

# %%
with picture_style():
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
    for i, name in enumerate(crime.columns):
        left.plot([i] * len(crime), crime[name], "o", color="#0072B2")
    left.set_xticks(range(len(crime.columns)), [strategy_name(name, "zh") for name in crime.columns])
    left.set_ylabel(f"实际违法犯罪，{MEASURES['offences_per_1000'].unit('zh')}")
    left.set_title("各次运行")
    for i, name in enumerate(differences.columns):
        right.plot([i] * len(differences), differences[name], "o", color="#D55E00")
        right.plot([i - 0.2, i + 0.2], [differences[name].mean()] * 2, color="#222222")
    right.axhline(0, color="#767676", linewidth=0.8)
    right.set_xticks(range(len(differences.columns)), [strategy_name(name, "zh") for name in differences.columns])
    right.set_xlim(-0.5, 1.5)
    right.set_title("与被动接警之差，逐对计算")
    plt.tight_layout()
    plt.show()

# %% [markdown]
# ## DuckDB
#
# 同样的文件就是 SQL 的表，研究尚在进行时也能读。

# %%
duckdb.sql("""
    select strategy, count(*) as runs, round(avg(offences_per_1000), 1) as offences, round(avg(trust_mean), 4) as trust,
           round(avg(cost_per_1000), 0) as cost
    from 'store/town/parts/*.parquet' group by strategy order by offences
""").df()

# %% [markdown]
# 配对就是按种子连接两行。

# %%
pairs = duckdb.sql("""
    select a.strategy, a.seed, a.offences_per_1000 - b.offences_per_1000 as crime, a.cost_per_1000 - b.cost_per_1000 as cost
    from 'store/town/parts/*.parquet' a join 'store/town/parts/*.parquet' b using (seed)
    where b.strategy = 'reactive' and a.strategy != 'reactive' order by all
""").df()
assert np.allclose(pairs[pairs["strategy"] == "hotspot"]["crime"], differences["hotspot"])
pairs.groupby("strategy")[["crime", "cost"]].mean().round(1)

# %% [markdown]
# ## 直到单个事件
#
# 研究保留了第一个种子的账本：每起违法犯罪、警情和接触都是一行。第 0 分钟是首日零点。

# %%
hours = duckdb.sql("""
    select (floor(t / 60) % 24)::int as hour, kind, count(*) as n
    from 'store/town/ledgers/*/contacts/*.parquet' group by all order by all
""").df()
names = {"response": "处警", "stop": "盘查", "check": "身份查验", "visit": "走访", "mediation": "调解", "meeting": "居民会议"}
by_kind = hours.pivot(index="hour", columns="kind", values="n").reindex(range(24)).fillna(0).rename(columns=names)
with picture_style():
    by_kind.plot(kind="bar", stacked=True, figsize=(9, 3.2), xlabel="时", ylabel="接触次数", width=0.9)
    plt.legend(title="")
    plt.title("警察与调解员同居民的接触（三个策略，一个种子）")
    plt.tight_layout()
    plt.show()
