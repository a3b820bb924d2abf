// Every word of the stage, in both languages. A test says which is missing.

export const WORDS = {
  map: { en: "Map", zh: "地图" },
  map_of: { en: "Map of {name}: {side}", zh: "{name}地图：{side}" },
  map_keys: {
    en: "Arrow keys move the map, plus and minus zoom, 0 shows the whole city, Enter picks what is in the middle.",
    zh: "方向键移动地图，加号和减号缩放，0 显示全城，回车选取中间的对象。",
  },
  zoom_in: { en: "Closer", zh: "放大" },
  zoom_out: { en: "Further away", zh: "缩小" },
  fit: { en: "Whole city", zh: "全城" },
  north: { en: "North is up", zh: "上方为北" },
  north_letter: { en: "N", zh: "北" },
  play: { en: "Play", zh: "播放" },
  pause: { en: "Pause", zh: "暂停" },
  step_back: { en: "One step back", zh: "后退一步" },
  step_on: { en: "One step on", zh: "前进一步" },
  to_start: { en: "To the beginning", zh: "回到开头" },
  speed: { en: "Speed", zh: "速度" },
  speed_min: { en: "{n} min a second", zh: "每秒 {n} 分钟" },
  speed_h: { en: "{n} h a second", zh: "每秒 {n} 小时" },
  time: { en: "Time", zh: "时间" },
  time_keys: {
    en: "Left and right go one step, page keys one hour, with Shift one day; Home and End go to the ends; space plays and pauses.",
    zh: "左右键移动一步，翻页键移动一小时（按住 Shift 移动一天），Home 和 End 到两端，空格播放或暂停。",
  },
  bar_above: { en: "calls", zh: "报警" },
  bar_below: { en: "offences", zh: "案件" },
  branch: { en: "From here, do this instead", zh: "从此刻起换个做法" },
  loading: { en: "Working out this hour …", zh: "正在推演这一小时…" },
  opening: { en: "Opening the map …", zh: "正在打开地图…" },
  failed: { en: "This hour did not come. It is asked for again in a moment.", zh: "这一小时没有取到，稍后会再取。" },
  broken: { en: "The map cannot be shown: {why}", zh: "无法显示地图：{why}" },
  layers: { en: "What is shown", zh: "显示内容" },
  surface: { en: "Colour of the streets", zh: "街道颜色" },
  surface_none: { en: "none", zh: "无" },
  surface_presence: { en: "people in sight", zh: "街上的人" },
  surface_police: { en: "police in sight today", zh: "今日警力可见时间" },
  surface_crime: { en: "offences in 30 days", zh: "30 天案件" },
  surface_fear: { en: "fear", zh: "担忧" },
  surface_satisfied: { en: "satisfied with the police", zh: "对警察的满意度" },
  unit_presence: { en: "people", zh: "人" },
  unit_police: { en: "min", zh: "分钟" },
  unit_crime: { en: "offences", zh: "起" },
  unit_fear: { en: "of 100", zh: "（满分 100）" },
  unit_satisfied: { en: "% of residents", zh: "% 的居民" },
  nobody: { en: "nobody lives here", zh: "无人居住" },
  low: { en: "little", zh: "低" },
  high: { en: "much", zh: "高" },
  same_scale: { en: "The same scale on both maps, at every hour", zh: "两张地图、所有时刻用同一刻度" },
  walkers: { en: "people on the way", zh: "路上的人" },
  officers: { en: "officers", zh: "警员" },
  calls: { en: "calls", zh: "报警" },
  offences: { en: "offences", zh: "案件" },
  night: { en: "dark at night", zh: "夜间变暗" },
  legend: { en: "Legend", zh: "图例" },
  legend_station: { en: "police station", zh: "警察局" },
  legend_border: { en: "border of a district", zh: "辖区边界" },
  legend_waiting: { en: "call that waits: the ring tightens", zh: "等待中的报警：圆环逐渐收紧" },
  legend_taken: { en: "call with somebody there", zh: "已有人到场的报警" },
  legend_told: { en: "offence today, the police were told", zh: "今日案件，已报警" },
  legend_untold: { en: "offence today, nobody told them", zh: "今日案件，无人报警" },
  legend_walker: { en: "somebody on the way", zh: "路上的人" },
  synthetic: { en: "A made-up city.", zh: "虚构城市。" },
  told_text: { en: "What the map shows, in words and in a table", zh: "用文字和表格说明地图" },
  describe_time: { en: "{side}, {time}.", zh: "{side}，{time}。" },
  describe_officers: { en: "{n} officers can be seen: {list}.", zh: "可见 {n} 名警员：{list}。" },
  describe_no_officers: { en: "No officer can be seen.", zh: "没有可见的警员。" },
  describe_walkers: { en: "{n} people are on the way.", zh: "{n} 人在路上。" },
  describe_calls: { en: "{n} calls are open; {waiting} of them wait, the longest for {longest} minutes.", zh: "有 {n} 起报警未结束，其中 {waiting} 起在等待，最长已等 {longest} 分钟。" },
  describe_no_calls: { en: "No call is open.", zh: "没有未结束的报警。" },
  describe_offences: { en: "{n} offences so far today, {told} of them told to the police.", zh: "今天至今 {n} 起案件，其中 {told} 起已报警。" },
  describe_sample: { en: "Positions between two looks ({tick} minutes apart) are drawn along the shortest way: what lies between was not seen.", zh: "两次观察（相隔 {tick} 分钟）之间的位置沿最短路线画出，其间并未观察到。" },
  table_what: { en: "what", zh: "对象" },
  table_where: { en: "where", zh: "地点" },
  table_state: { en: "state", zh: "状态" },
  table_caption: { en: "Officers and open calls now", zh: "当前的警员和未结束的报警" },
  table_more: { en: "{n} more are not listed.", zh: "另有 {n} 项未列出。" },
  picture: { en: "Picture", zh: "图片" },
  clip: { en: "Clip", zh: "短片" },
  clip_stop: { en: "Stop the clip", zh: "结束短片" },
  no_clip: { en: "This browser cannot record clips.", zh: "此浏览器不能录制短片。" },
  tip_officer: { en: "{role}: {activity}", zh: "{role}：{activity}" },
  tip_resident: { en: "Resident {row} on the way", zh: "居民 {row}，在路上" },
  tip_waiting: { en: "{type}: waits for {n} min", zh: "{type}：已等 {n} 分钟" },
  tip_taken: { en: "{type}: somebody came after {n} min", zh: "{type}：{n} 分钟后有人到场" },
  tip_ended: { en: "{type}: over", zh: "{type}：已结束" },
  tip_priority: { en: "priority {n}", zh: "{n} 级" },
  tip_offence: { en: "{type} at {time}, {told}", zh: "{type}，{time}，{told}" },
  tip_told: { en: "the police were told", zh: "已报警" },
  tip_untold: { en: "nobody told the police", zh: "无人报警" },
  tip_segment: { en: "{name}", zh: "{name}" },
  tip_value: { en: "{surface}: about {value} {unit}", zh: "{surface}：约 {value}{unit}" },
  unnamed: { en: "street segment {n}", zh: "街段 {n}" },
  metres: { en: "{n} m", zh: "{n} 米" },
  kilometres: { en: "{n} km", zh: "{n} 公里" },
  replay_title: { en: "Replay: {name}", zh: "回放：{name}" },
  replay_alone: { en: "This file holds everything it shows: it needs no network and no server.", zh: "本文件自带全部内容，不需要网络和服务器。" },
  replay_old: { en: "This browser is too old for a replay: it must know DecompressionStream (Chrome 80, Firefox 113, Safari 16.4 or later).", zh: "浏览器版本过旧，无法回放：需要支持 DecompressionStream（Chrome 80、Firefox 113、Safari 16.4 或更新）。" },
  replay_rows: { en: "What would be different", zh: "会有什么不同" },
  replay_measure: { en: "measure", zh: "指标" },
  replay_today: { en: "today", zh: "现在" },
  replay_instead: { en: "instead", zh: "改为" },
  replay_difference: { en: "difference (with its interval)", zh: "差异（及其区间）" },
  replay_unknown: { en: "not known yet", zh: "尚不清楚" },
  replay_sure: { en: "How sure is this?", zh: "把握有多大？" },
  replay_from: { en: "Where this comes from", zh: "来源" },
};

export const ROLES = {
  response: { en: "Response officer", zh: "巡逻处警民警" },
  foot: { en: "Officer on foot", zh: "步行巡逻民警" },
  community: { en: "Community officer", zh: "社区民警" },
  detective: { en: "Detective", zh: "刑侦民警" },
  auxiliary: { en: "Auxiliary", zh: "辅警" },
  mediator: { en: "Mediator", zh: "调解员" },
  worker: { en: "Civilian worker", zh: "网格员" },
  warden: { en: "Pair of wardens", zh: "治安协管员（两人一组）" },
};

/** What officers do: `ACTIVITIES` of sim/agents/tables.py, in its order; a test holds them together. */
export const ACTIVITIES = {
  off: { en: "off duty", zh: "下班" },
  patrol: { en: "on patrol", zh: "巡逻" },
  travel: { en: "on the way", zh: "途中" },
  hold: { en: "stands at a place", zh: "驻守" },
  respond: { en: "on the way to a call", zh: "赶赴警情" },
  serve: { en: "at a call", zh: "处置警情" },
  stop: { en: "stops somebody", zh: "盘查" },
  visit: { en: "visits a home or a meeting", zh: "走访或居民会议" },
  mediate: { en: "mediates", zh: "调解" },
  problem: { en: "works on a problem place", zh: "治理问题地点" },
  report: { en: "writes reports", zh: "文书" },
  rest: { en: "break", zh: "休息" },
  desk: { en: "at the desk", zh: "案头" },
  inspect: { en: "inspects a street", zh: "巡查街道" },
  prisoner: { en: "takes a prisoner in", zh: "移送被抓获者" },
  guard: { en: "guards in hospital", zh: "医院看护" },
  court: { en: "in court", zh: "出庭" },
  training: { en: "in training", zh: "培训" },
  briefing: { en: "briefing", zh: "交接班" },
  room: { en: "in the police room", zh: "在警务室值守" },
};

export const TYPES = {
  burglary: { en: "Burglary", zh: "入室盗窃" }, robbery: { en: "Robbery", zh: "抢劫" }, theft: { en: "Theft", zh: "盗窃" },
  assault: { en: "Assault", zh: "伤害" }, disorder: { en: "Disorder", zh: "扰乱秩序" }, traffic: { en: "Traffic", zh: "交通" },
  noise: { en: "Noise", zh: "噪声" }, dispute: { en: "Dispute", zh: "纠纷" }, welfare: { en: "Help for somebody", zh: "求助" },
  invalid: { en: "Call without cause", zh: "无效报警" },
};

/** Give a text with its `{places}` filled. */
export function say(lang, key, values = {}) {
  const text = WORDS[key]?.[lang] ?? WORDS[key]?.en ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export const inWords = (words, lang) => (typeof words === "string" ? words : words?.[lang] ?? words?.en ?? "");
export const typeWords = (type, lang) => TYPES[type]?.[lang] ?? String(type);
export const activityWords = (key, lang) => ACTIVITIES[key]?.[lang] ?? String(key);
export const roleWords = (role, lang) => ROLES[role]?.[lang] ?? String(role);

const DAYS = { en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"], zh: ["周日", "周一", "周二", "周三", "周四", "周五", "周六"] };
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Say a date: "Mon 1 Jun", with year and clock unless `short`. */
export function dateWords(date, lang, form = "long") {
  const day = DAYS[lang]?.[date.getUTCDay()] ?? "", d = date.getUTCDate(), m = date.getUTCMonth(), y = date.getUTCFullYear();
  const words = lang === "zh" ? `${m + 1}月${d}日 ${day}` : `${day} ${d} ${MONTHS[m]}`;
  if (form === "short") return words;
  const clock = `${String(date.getUTCHours()).padStart(2, "0")}:${String(date.getUTCMinutes()).padStart(2, "0")}`;
  return lang === "zh" ? `${y}年${words} ${clock}` : `${words} ${y}, ${clock}`;
}
