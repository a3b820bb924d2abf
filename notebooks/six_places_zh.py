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
# # 六地比较
#
# 六种常被相提并论的做法，各放在其来源地那类合成城市的一小块里，运行两个月：谁接触谁，代价多少。docs/places 为每处设一页：当地实际做法、
# 模型演示了什么、没有演示什么。其中五处**没有找到因果评估**。这里的规模仅供演示，不是结论。
#
# 固定岗亭在此是通用情形：通常所举的例子，独立来源称为对某一民族群体的监控，并伴随严重侵犯权利。模型没有此类属性，无法表现那种伤害，也绝不单凭犯罪给岗亭排名。

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
from sim.report.style import picture_style

PLACES = {  # 场景、所取份额、策略
    "埃克塞特": ("exeter", "0.02", "partnership(setup_days=10)"),
    "纽约": ("new_york_precinct", "0.04", "hotspot"),
    "枫桥": ("fengqiao_town", "0.06", "mediation"),
    "固定岗亭（通用）": ("dense_posts", "0.1", "posts"),
    "黄埔": ("huangpu", "0.2", "grid_services"),
    "郑州": ("zhengzhou", "0.04", "grid(community_share=0,auxiliaries=0.35)"),
}


def piece(scenario, share):
    return load_scenario(scenario).with_part(share).replace({"n_days": 60})


# %% [markdown]
# ## 各在本地，与随机巡逻并列
#
# 只有一个种子，因此没有区间：请看出现了哪些接触，不要看细小的差异。

# %%
out, rows = Path(tempfile.mkdtemp()), {}
for place, (scenario, share, spec) in PLACES.items():
    strategies = [Strategy(name, make_policy(name)) for name in ("reactive", spec)]
    done = compare(piece(scenario, share), strategies, [1], out=out / scenario, workers=1, from_day=20)
    rows[place] = done.runs.set_index("policy")
contact = {"stops_per_1000": "盘查", "checks_per_1000": "身份查验", "visits_per_1000": "走访", "mediations_per_1000": "调解"}
more = pd.DataFrame(
    {place: runs.iloc[1][list(contact)] - runs.iloc[0][list(contact)] for place, runs in rows.items()}
).T.rename(columns=contact).astype(float)
more.round(0)

# %%
cost = pd.Series({place: 100 * (runs.iloc[1]["cost_per_1000"] / runs.iloc[0]["cost_per_1000"] - 1) for place, runs in rows.items()})
with picture_style():
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), sharey=True)
    more.plot.barh(stacked=True, ax=left, width=0.7)
    left.set_xscale("symlog", linthresh=100)
    left.set_xlabel("增加的接触（每千人每年）")
    left.legend(fontsize=7)
    cost.plot.barh(ax=right, width=0.7, color="#767676")
    right.set_xlabel("成本比随机巡逻高（%）")
    left.invert_yaxis()
    plt.tight_layout()
    plt.show()

# %% [markdown]
# ## 某人的一天
#
# `cpsim day` 跟随一名警员和一名居民度过一天。这里是黄埔的一名网格员，以及一名在岗亭被查验的居民。

# %%
watched = watch_day(piece("huangpu", "0.2"), make_policy("grid_services"), 1, 28)
draw_day(watched, officer_diary(watched, choose_officer(watched, "worker")), lang="zh")

# %%
watched = watch_day(piece("dense_posts", "0.1"), make_policy("posts"), 1, 28)
draw_day(watched, resident_diary(watched, choose_resident(watched, "checked")), lang="zh")
