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
# # 五种缺陷，五种改进
#
# 网格可能以五种方式办得不好：按地图划格、队伍薄弱、信息迟缓且不全、考核只数走访、参与不足。策略 `reform` 为每一种设有开关。这里在一座虚构小镇上，
# 用相同的种子运行五个开关的全部 32 种组合，再把总差异分摊给各项改进。规模小、速度快：3,000 名居民、30 天、三个种子。它展示的是**怎样**读这样一项研究，
# 而不是结论；完整规模见 docs/strategies.md 与实验记录。

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
from sim.report.style import picture_style
from sim.report.texts import text

town = Scenario().replace({
    "name": "town", "n_days": 30,
    "city.streets": "organic", "city.n_segments": 450, "people.n_residents": 3_000,
    "force.n_response": 6, "force.n_foot": 1, "force.n_community": 4, "force.n_detective": 2, "force.n_districts": 2,
})
study = study_levers(
    town, make_policy("reform(residents_a_cell=1000)"), [1, 2, 3], name="reform", out=Path(tempfile.mkdtemp()), workers=1, from_day=7
)
print(f"{len(study.runs)} 次运行：{'、'.join(text('zh', f'levers.{lever}') for lever in study.levers)}的 {2 ** len(study.levers)} 种组合，{len(study.seeds)} 个种子")

# %% [markdown]
# ## 改进是否改变了人们的做法？
#
# 在问一项改进是否减少犯罪之前，先看它是否起了应起的作用。每项改进都列有它必须首先推动的指标。下表只列区间不含零者；未列出的，是这 96 次小规模运行看不出变化的。

# %%
shares = study.effects.query("effect == 'shapley'").set_index(["measure", "switch"])
seen = [
    (text("zh", f"levers.{lever}"), MEASURES[measure].label("zh"), row["value"], row["low"], row["high"])
    for lever, measures in ACTS_THROUGH.items()
    for measure in measures
    if (row := shares.loc[(measure, lever)])["low"] > 0 or row["high"] < 0
]
with pd.option_context("display.max_colwidth", 90):
    display(pd.DataFrame(seen, columns=["改进", "推动的指标", "变化", "下限", "上限"]).round(2))

# %% [markdown]
# ## 亲手算一遍
#
# 这些数字背后没有统计模型，只有平均数。下图是 32 种组合中走过场的走访所占比例，由此可直接算出改进考核的主效应。

# %%
runs = study.runs.groupby(list(study.levers))["hollow_visits_pct"].mean().reset_index()
mended, not_mended = (runs[runs["appraisal"] == on]["hollow_visits_pct"] for on in (1, 0))
with picture_style():
    figure, axes = plt.subplots(figsize=(7, 2.6))
    axes.plot(not_mended.to_numpy(), "o", color="#767676", label="考核只数走访")
    axes.plot(mended.to_numpy(), "o", color="#0b5fa5", label="考核经抽查")
    axes.set_xlabel("其余四项的 16 种组合")
    axes.set_ylabel("走过场的走访，%")
    axes.set_ylim(0, None)
    axes.legend(loc="center right")
    plt.show()
main = study.effects.query("measure == 'hollow_visits_pct' and effect == 'main' and switch == 'appraisal'").iloc[0]
print(f"亲手算 {mended.mean() - not_mended.mean():+.1f} 个百分点，表中 {main['value']:+.1f}（{main['low']:+.1f} 至 {main['high']:+.1f}）")

# %% [markdown]
# ## 结果如何？
#
# 圆点是一项改进在总差异中的份额（Shapley 值：在五项改进的所有先后次序中平均的增量；各份额相加等于总差异），灰条是其主效应。只有三个种子，区间很宽，
# **“无法判断”也是答案**。

# %%
draw_levers(study, lang="zh")

# %% [markdown]
# ## 两项一起
#
# 两项改进一起，可能多于、也可能少于各自之和。以满意者比例为例，十对组合：

# %%
pairs = study.effects.query("effect == 'interaction' and measure == 'satisfied_end_pct'")[["switch", "other", "value", "low", "high"]]
for side in ("switch", "other"):
    pairs[side] = [text("zh", f"levers.{lever}") for lever in pairs[side]]
pairs = pairs.set_axis(["一项", "另一项", "共同多出", "下限", "上限"], axis=1)
pairs.sort_values("共同多出").round(2).reset_index(drop=True)

# %% [markdown]
# **试一试**：让一个开关保持不变，`reform(residents_a_cell=1000, poor_appraisal=true)`，看谁的份额变大。给小镇十二名社区警员。改用 `range(1, 11)` 作为种子，看第一张表有哪些行变了。
# 命令行上的同一件事是 `cpsim levers 场景 --seeds 10 --lang zh`。
