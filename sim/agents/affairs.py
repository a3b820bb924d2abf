"""What goes on, in tables: orders, calls, disputes, cases, grudges, who can be seen, and what a strategy sets.

As in `tables.py`, a column has its type, unit and meaning, once.
"""

from __future__ import annotations

from sim.agents.tables import Column

TASK_ROWS = (
    Column("officer", "i4", "", "row in officers"),
    Column("kind", "u1", "", "index into TASKS"),
    Column("start", "f8", "min", "begin"),
    Column("end", "f8", "min", "end"),
    Column("cell", "i4", "", "cell to stay in, or none"),
    Column("target_start", "i4", "", "where the targets begin in `targets`"),
    Column("target_n", "i4", "", "how many"),
    Column("dwell", "f4", "min", "length of a stay at a target"),
    Column("stops_per_hour", "f4", "per h", "stops and checks"),
    Column("p_suspicion", "f4", "share", "of these on suspicion"),
    Column("protected", "u1", "", "1 off the radio: not sent to calls of priority 2 and lower"),
    Column("once", "u1", "", "1 each target once: a round that does not start over"),
)

CALL_ROWS = (
    Column("state", "u1", "", "free, pending, queued or sent"),
    Column("kind", "u1", "", "index into CALLS"),
    Column("priority", "u1", "", "1 highest to 3"),
    Column("cause", "u8", "", "key of what happened"),
    Column("suspect", "i4", "", "resident who did it, or none"),
    Column("dispute", "i4", "", "row of the dispute, or none"),
    Column("dispute_key", "u8", "", "its key, since rows are used again"),
    Column("discovered", "u1", "", "1 if an officer saw it: nobody called"),
    Column("segment", "i4", "", "where"),
    Column("caller", "i4", "", "resident, or none"),
    Column("caller_key", "u8", "", "key of who lived there when the call was made"),
    Column("t_event", "f8", "min", "when it happened"),
    Column("t_call", "f8", "min", "when somebody called"),
    Column("told_min", "f4", "min", "wait that the caller was told to expect"),
    Column("t_ready", "f8", "min", "when the call can be sent: key of the heap of calls to come"),
    Column("rank", "f8", "", "key of the queue: priority first, then time"),
    Column("t_end", "f8", "min", "when the work at the scene ends"),
    Column("t_left", "f8", "min", "when the last of the units that have gone left"),
    Column("left_min", "f4", "min", "work left at the scene when its unit was called away"),
    Column("unit_min", "f4", "min", "time of all units on it, from being sent to leaving"),
    Column("t_sent", "f8", "min", "when the first unit was sent"),
    Column("t_out", "f8", "min", "when it set out"),
    Column("t_arrived", "f8", "min", "when the first unit arrived"),
    Column("first_officer", "i4", "", "who arrived first, or none"),
    Column("n_sent", "i4", "", "units sent"),
    Column("n_busy", "i4", "", "units that still work on it"),
    Column("evidence", "u1", "", "what can be known of the offence, as bits: see `sim.agents.evidence`"),
    Column("n_witnesses", "u1", "", "who saw it and would tell"),
    Column(
        "at_room", "u1", "", "1 for what somebody takes to a police room, 2 if they would call otherwise; 0 for a call"
    ),
    Column("n_tries", "u1", "", "times that they found nobody there"),
    Column("recorded", "u1", "", "1 for a call of a force's record, of which nothing is known but what stands there"),
    Column("service_min", "f4", "min", "work at the scene as it was recorded; 0 where it is drawn"),
)

RECORDED_CALLS = (
    Column("t", "f8", "min", "when somebody called"),
    Column("key", "u8", "", "identity in random draws: the same call has the same chance under every deployment"),
    Column("segment", "i4", "", "where"),
    Column("kind", "u1", "", "index into CALLS"),
    Column("priority", "u1", "", "1 highest to 3; 0 where the model grades it"),
    Column("service_min", "f4", "min", "work at the scene as it was recorded; 0 where it is drawn"),
)
"""Calls of a force's record, in order of time: they stand in for all that people would call about."""

DISPUTE_ROWS = (
    Column("key", "u8", "", "identity in random draws; 0 for a free row"),
    Column("household_a", "i4", "", "one party"),
    Column("household_b", "i4", "", "other party"),
    Column("resident_a", "i4", "", "its member"),
    Column("resident_b", "i4", "", "its member"),
    Column("segment", "i4", "", "where they live"),
    Column("began", "f8", "min", "begin"),
    Column("intensity", "f4", "0 to 1", "intensity at intensity_t"),
    Column("intensity_t", "f8", "min", "when intensity was brought up to date"),
    Column("n_flares", "i4", "", "flare-ups so far"),
    Column("known", "u1", "", "1 if the police know of it"),
    Column("n_sessions", "i4", "", "mediation sessions so far"),
    Column("session_t", "f8", "min", "the last of them"),
    Column("agreed", "u1", "", "1 once the parties have agreed"),
    Column("blow", "f4", "0 to 1", "seriousness of the last blows"),
)

CASE_ROWS = (
    Column("cause", "u8", "", "key of the offence; 0 for a free row"),
    Column("suspect", "i4", "", "resident who did it"),
    Column("kind", "u1", "", "true type, whatever is on record"),
    Column("segment", "i4", "", "where"),
    Column("opened", "f8", "min", "when it was recorded"),
    Column("evidence", "u1", "", "what was secured at the scene, as bits"),
    Column("hours_left", "f4", "h", "detective work left"),
    Column("arrest_at", "f8", "min", "planned arrest, or NEVER"),
)

GRUDGE_ROWS = (
    Column("t", "f8", "min", "when the avenger means to strike; NEVER for a free row"),
    Column("cause", "u8", "", "key of the offence that is avenged"),
    Column("avenger", "i4", "", "resident who was hurt"),
    Column("avenger_key", "u8", "", "key of who lived there then"),
    Column("target", "i4", "", "resident who did it"),
    Column("target_key", "u8", "", "key of who lived there then"),
    Column("on_circle", "u1", "", "1 if somebody of the target's circle is to be hit instead"),
    Column("n_tries", "u1", "", "times that the avenger has looked for somebody to hit"),
    Column("dispute", "i4", "", "row of the dispute, or none"),
    Column("dispute_key", "u8", "", "its key, 0 if none"),
)

CONSPICUOUS = (
    Column("doing", "u1", "", "what can be seen: 0 searches for a target, 1 carries goods home"),
    Column("offender", "i4", "", "row in offenders"),
    Column("cause", "u8", "", "key of the search, which is that of its offence"),
    Column("kind", "u1", "", "crime type"),
    Column("number", "i4", "", "which search of the offender"),
    Column("attempt", "i4", "", "which target of the search"),
    Column("n_looked", "i4", "", "targets looked at before it on this occasion"),
    Column("n_turned", "i4", "", "targets of the search before it at which police turned the offender back"),
    Column("began", "f8", "min", "begin"),
    Column("until", "f8", "min", "end, if nothing comes between"),
    Column("step_min", "f8", "min", "time on each segment of the way"),
    Column("n_steps", "i4", "", "segments of the way"),
    Column("way", "i4", "segment", "where, one after the other", 12),
)
"""Who can be seen in the street to be up to something, now."""

LEVERS = (
    Column("p_hollow", "f8", "fraction", "visits and inspections made for the form alone"),
    Column("p_downgraded", "f8", "fraction", "records downgraded beyond the scenario's habit"),
    Column("stop_factor", "f8", "factor", "stops against the scenario's habit"),
    Column("more_suspicion", "f8", "fraction", "rise of the share of stops on suspicion"),
    Column("service_factor", "f8", "factor", "time at a call against the scenario's"),
    Column("fair_odds", "f8", "factor", "odds of a fair contact, by training and appraisal"),
    Column("volunteers", "f8", "fraction", "willing adults who are asked to take part"),
    Column("recognition", "f8", "fraction", "how far volunteers are thanked"),
    Column("agencies", "f8", "share", "work on places that agencies add to each hour of an officer"),
    Column("diversion", "f8", "fraction", "minor blows of quarrelling parties that are not recorded but mediated"),
    Column("follow_up", "f8", "fraction", "broken agreements that are heard again"),
    Column("turnover", "f8", "per year", "hired staff who leave"),
    Column("register_missing", "f8", "fraction", "entries of the register that never reach those who visit"),
    Column("register_lag_min", "f8", "min", "time until a change of the register reaches them"),
    Column(
        "known",
        "f8",
        "fraction",
        "residents who know of the services when they begin; -1 where nothing needs to be known",
    ),
    Column("doorstaff_nights", "u1", "", "by weekday: 1 if doorstaff stand in the evening that begins then", 7),
    Column("homes_a_head", "f8", "homes", "homes that the head of a building looks after"),
    Column("rooms_open_h", "f8", "h", "hour from which police rooms are open; as the next where there are none"),
    Column("rooms_close_h", "f8", "h", "hour until which they are"),
    Column("watch_turnout", "f8", "fraction", "volunteers at home who go on patrol on an evening of it"),
    Column("watch_evenings", "u1", "", "by weekday: 1 if they go on patrol on the evening of that day", 7),
    Column("watch_from_min", "f8", "min", "minute of the day at which they set out"),
    Column("watch_min", "f8", "min", "how long they walk"),
    Column("support", "f8", "fraction", "known offenders met at home who are helped as well"),
)
"""What the strategy in force sets beside its orders; one row."""

BEATS = (
    Column("open", "u1", "", "1 where residents who live here may go on patrol from here"),
    Column("seen_min", "f4", "min", "minutes of pairs on patrol since the last midnight"),
    Column("usual", "f4", "0 to 1", "how much of their being there is taken for usual"),
)
"""What patrols of residents are to each segment; a row for each of `SEGMENTS`."""

PAIRS = (
    Column("key", "u8", "", "identity in random draws"),
    Column("a", "i4", "", "one of the two, row in residents"),
    Column("b", "i4", "", "the other"),
    Column("home", "i4", "segment", "street that they walk, with those that touch it"),
    Column("segment", "i4", "", "where they are; none once they have gone home"),
    Column("since", "f8", "min", "when they came there"),
    Column("until", "f8", "min", "when they go home"),
    Column("n_steps", "i4", "", "streets walked so far"),
)
"""Residents on patrol tonight, two and two."""

FILES = (
    Column("key", "u8", "", "key of the person who is on file at this room; 0 for nobody"),
    Column("case_day", "f4", "days", "when the last arrest was"),
    Column("called_day", "f4", "days", "when officers last called there about it; -1e9 if they never did"),
    Column("helped_day", "f4", "days", "when the person was last helped; -1e9 if never"),
    Column("n_cases", "u2", "", "arrests on record"),
)
"""Police files of persons who were arrested; a row for each of `residents`."""

EVENT_ROWS = (
    Column("t", "f8", "min", "when"),
    Column("row", "i4", "", "offender or resident"),
    Column("number", "i4", "", "which event of that offender or resident"),
)

ROOMS = (
    Column("segment", "i4", "", "the nearest police room, or none"),
    Column("near", "f4", "share", "of those who would go to one at their door, how many go so far"),
    Column("walk_min", "f4", "min", "time to walk there"),
)
"""Where the next police room is from each of `SEGMENTS`."""
