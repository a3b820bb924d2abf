"""What a row of each table holds: column, type, unit and meaning, declared once.

A table is one NumPy structured array. Everything that reads the state (phases, observation,
outcomes, checkpoints, the Mesa face) reads these arrays as they are.
Times are minutes since the first midnight of the run; `NEVER` stands for 'not yet'.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import roles

ROLES, TASKS = roles.ROLES, roles.TASKS
NEVER = 1e18
LINE_BYTES = 64
"""What a processor reads of its memory at once."""
NONE = -1
"""No row: the value of an index that points nowhere."""
BEYOND = -2
"""A place beyond the border of a part of a city: somebody is there, and not here."""
FROM_BEYOND = 2
"""Value of `present` for whoever lives beyond the border of a part, and is in it now and then."""

# Where a resident is. A place number is also an index into `rounds["place"]`.
AT_HOME, AT_WORK, AT_LEISURE_A, AT_LEISURE_B, TRAVELLING, AWAY, ON_PATROL = range(7)
PLACES = ("home", "work", "leisure_a", "leisure_b", "travelling", "away", "on_patrol")
LEGS = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3))
"""Pairs of places between which a path is stored; each is walked both ways."""

ON_FOOT = 16
"""Added to the leg of who goes on foot."""

DAYS_HOME, DAYS_WORK, DAYS_LATE, DAYS_SCHOOL, DAYS_NIGHT, DAYS_ROTA, DAYS_STUDY = range(7)
"""Kinds of day: at home; at work by day, in the evening, at school, at work at night, by a rota; a student."""
WORKING = (DAYS_WORK, DAYS_LATE, DAYS_NIGHT, DAYS_ROTA)
AGES_OF_DAYS = (12, 18, 25, 45, 65)
"""Ages at which days change: the bands of `age_band`."""
CHILD, TEENAGER, YOUNG, ADULT, MIDDLE, OLD = range(6)

RESPONSE, FOOT, COMMUNITY, DETECTIVE, AUXILIARY, MEDIATOR, WORKER, WARDEN = range(8)
N_ROLES = len(ROLES)
"""Mediators and workers are civilians: nobody takes them for police."""

ACTIVITIES = (
    "off", "patrol", "travel", "hold", "respond", "serve", "stop",
    "visit", "mediate", "problem", "report", "rest", "desk", "inspect",
    "prisoner", "guard", "court", "training", "briefing", "room",
)  # fmt: skip
OFF, PATROL, TRAVEL, HOLD, RESPOND, SERVE, STOP, VISIT, MEDIATE, PROBLEM, REPORT, REST, DESK, INSPECT = range(14)
PRISONER, GUARD, COURT, TRAINING, BRIEFING, ROOM = range(14, 20)
N_ACTIVITIES = len(ACTIVITIES)

(
    TASK_PATROL, TASK_ROUNDS, TASK_POST, TASK_VISITS, TASK_MEDIATION, TASK_PROBLEM, TASK_DESK, TASK_INSPECT,
    TASK_HOMES, TASK_TRAINING, TASK_LETTERS, TASK_MEETING, TASK_HEADS, TASK_ROOM,
    TASK_SUPERVISE,
) = range(15)  # fmt: skip

CALLS = ("burglary", "robbery", "theft", "assault", "disorder", "traffic", "noise", "dispute", "welfare", "invalid")
"""Kinds of call; the first five are crime types."""
TRAFFIC, NOISE, DISPUTE, WELFARE, INVALID = range(5, 10)

CALL_FREE, CALL_PENDING, CALL_QUEUED, CALL_SENT = range(4)
"""State of a row of `calls`."""

THINGS = ("none", "from_person", "bicycle", "vehicle", "from_vehicle", "from_home", "from_shop")
"""What is stolen; `none` where nothing is or, in a burglary, whatever the home holds."""
N_THINGS = len(THINGS)
NO_THING, FROM_PERSON, BICYCLE, VEHICLE, FROM_VEHICLE, FROM_HOME, FROM_SHOP = range(7)

CONTACTS = ("response", "stop", "check", "visit", "mediation", "meeting", "walk_in")
BY_RESPONSE, BY_STOP, BY_CHECK, BY_VISIT, BY_MEDIATION, BY_MEETING, BY_WALK_IN = range(7)


class Column(NamedTuple):
    """Declare one column."""

    name: str
    dtype: str
    unit: str
    meaning: str
    size: int = 1
    words: tuple[str, ...] = ()
    """what the numbers of a column of several stand for, in their order"""


def row_dtype(columns: tuple[Column, ...]) -> np.dtype:
    """Make the dtype of a table, laid out as a C compiler would."""
    fields = [(c.name, c.dtype) if c.size == 1 else (c.name, c.dtype, (c.size,)) for c in columns]
    return np.dtype(fields, align=True)


def zero_rows(n: int, dtype: np.dtype) -> NDArray[Any]:
    """Make a table of zeros whose first row begins where a line of the processor's memory does."""
    buffer = np.zeros(n * dtype.itemsize + LINE_BYTES, np.uint8)
    begin = -buffer.ctypes.data % LINE_BYTES
    rows: NDArray[Any] = buffer[begin : begin + n * dtype.itemsize].view(dtype)
    return rows


SEGMENTS = (
    # What a pass of an officer reads and changes stands side by side, in one line of memory (`LINE_BYTES`).
    Column("visible", "f8", "officers", "police in sight now, a car less than an officer on foot"),
    Column("presence", "f8", "min", "police in sight up to presence_t, fading"),
    Column("presence_t", "f8", "min", "when presence was brought up to date"),
    Column("going_until", "f8", "min", "end of what goes on in view here and nobody has reported"),
    Column("shown_min", "f4", "min", "minutes of police in sight since the plans of the day were made"),
    Column("police_min", "f4", "min", "officer-minutes in sight since the last panel row"),
    Column("police_day_min", "f4", "min", "officer-minutes in sight since the last midnight"),
    Column("near_day_min", "f4", "min", "of these, officer-minutes on foot or standing"),
    Column("foot_day_min", "f4", "min", "of these, officer-minutes of a walking officer between seven and 23 h"),
    Column("n_police", "i4", "", "officers in sight now"),
    Column("n_passes", "i4", "", "arrivals of an officer since the last panel row"),
    Column("length_m", "f4", "m", "length"),
    Column("key", "u8", "", "identity in random draws"),
    Column("junction_a", "i4", "", "one end"),
    Column("junction_b", "i4", "", "other end"),
    Column("district", "i4", "", "district of the layout"),
    Column("first_resident", "i4", "", "residents are ordered by home: the first who lives here"),
    Column("n_residents", "i4", "", "residents with a home here"),
    Column("first_household", "i4", "", "the first household here"),
    Column("n_households", "i4", "", "households here"),
    Column("dwellings", "f4", "", "homes"),
    Column("shops", "f4", "", "shops"),
    Column("n_cars", "i4", "", "cars of those who live here"),
    Column("n_bicycles", "i4", "", "bicycles of those who live here"),
    Column("opportunity", "f4", "factor", "opportunity by crime type, mean 1 over the city", 5),
    Column("loudness", "f4", "homes", "noise that is made here, counted in homes"),
    Column("noise_near", "f4", "factor", "noise that is heard here, mean 1 over the homes of the city"),
    Column("hardening", "f4", "share", "cut of opportunity by work on the place (lighting, management)"),
    Column("problem_min", "f4", "min", "officer time spent on the place as a problem"),
    Column("solved_min", "f4", "min", "of this, what went to its cause and has not worn off"),
    Column("ties", "f4", "0 to 1", "local ties of those who live here, mean at the start: how far neighbours watch"),
    Column("n_cameras", "f4", "", "cameras that somebody watches"),
    Column("n_doorstaff", "f4", "", "doorstaff in the evening, on nights out"),
    Column("n_watch", "f4", "", "residents on patrol here now"),
    Column("n_volunteers", "i4", "", "volunteers who live here"),
    Column("ticket_t", "f8", "min", "when a reported nuisance will be put right; NEVER if none is reported"),
    Column("usual_min", "f4", "min", "minutes of police in sight on a usual day of late"),
    Column("going_t", "f8", "min", "begin of what goes on in view here"),
    Column("going_cause", "u8", "", "its key"),
    Column("going_kind", "u1", "", "its crime type"),
    Column("going_by", "i4", "", "who does it, row in residents"),
    Column("going_grave", "f4", "", "its seriousness"),
    Column("boost", "f4", "factor", "rise of opportunity by crime type at boost_t", 5),
    Column("boost_t", "f8", "min", "when boost was brought up to date"),
    Column("disorder", "f4", "0 to 1", "visible disorder"),
    Column("alarm", "f4", "", "offences here that neighbours have heard of, fading"),
    Column("usual_alarm", "f4", "", "alarm of a day that is taken for usual"),
    Column("usual_disorder", "f4", "0 to 1", "disorder that is taken for usual"),
    Column("usual_police", "f4", "0 to 1", "police in sight that are taken for usual"),
    Column("trouble", "f4", "incidents", "what residents know to have happened, by problem, fading", 6),
    Column("tackled", "f4", "incidents", "what police have done about it, fading", 6),
    Column("n_offences", "i4", "", "offences since the last panel row"),
)  # fmt: skip

CROWDS = (
    # Apart from `SEGMENTS`, and so small that a processor keeps it at hand: each step of a traveller writes here.
    Column("n_home", "i4", "", "residents at home now"),
    Column("n_visiting", "i4", "", "people at work or leisure here now"),
    Column("n_out", "i4", "", "of these, people out for the evening"),
    Column("n_street", "i4", "", "travellers in the street now"),
    Column("n_foot", "i4", "", "of these, on foot"),
)
"""How many people are on each segment; a row for each of `SEGMENTS`."""

RESIDENTS = (
    # A row is three lines of memory (`LINE_BYTES`). In the first stands what is read of everybody every day.
    Column("key", "u8", "", "identity in random draws; a new tenant gets a new one"),
    Column("leaves", "f8", "min", "end of the planned stay, or the next arrival if the room is empty"),
    Column("next_call", "f8", "min", "next call that is no crime"),
    Column("home", "i4", "segment", "home; -1 beyond the border of a part"),
    Column("household", "i4", "", "household"),
    Column("age", "u1", "years", "age"),
    Column("male", "u1", "", "1 for men"),
    Column("renting", "u1", "", "1 for tenants"),
    Column("migrant", "u1", "", "1 for a room of the floating population"),
    Column(
        "registered",
        "u1",
        "",
        "1 if registered with the police, 2 if by a visitor at the door, who has it in the own notes",
    ),
    Column("present", "u1", "", "1 while somebody lives here; 0 for an empty room; 2 for who lives beyond the border"),
    Column("volunteer", "u1", "", "1 who helps the police"),
    Column("problem", "u1", "", "the local problem that the person names, index into PROBLEMS"),
    Column("offender", "i4", "", "row in offenders, or none"),
    Column("strain", "f4", "0 to 1", "strain"),
    Column("ties", "f4", "0 to 1", "local ties"),
    Column("familiarity", "f4", "0 to 1", "how well the person knows the officers of the own street"),
    Column("contacts", "f4", "", "contacts with police, fading so that a steady rate shows as its number a year"),
    Column("n_days", "i4", "days", "days so far on which somebody who lives here was in the city, whatever tenant"),
    # In the second and third stand feelings, and what changes now and then.
    Column("security", "f4", "0 to 1", "feeling safe: trait, learnt, mood, fresh and lasting added up, within bounds"),
    Column("satisfaction", "f4", "0 to 1", "satisfaction with the police: its five parts added up, as of security"),
    Column("trust", "f4", "0 to 1", "trust in the police: its five parts added up, as of security"),
    Column("trait", "f4", "0 to 1", "lasting level of security, satisfaction and trust", 3),
    Column("learnt", "f4", "", "what states of the past have added to it", 3),
    Column("mood", "f4", "", "what moves for reasons of the person's own", 3),
    Column("fresh", "f4", "", "the quicker part of impressions", 3),
    Column("seen", "f4", "per week", "how often an officer on foot was lately seen"),
    Column("lasting", "f4", "", "their slower part", 3),
    Column("seen_usual", "f4", "0 to 1", "how much of that is taken for usual"),
    Column("n_seen", "i4", "days", "days on which an officer on foot was seen"),
    Column("dealt_with", "f4", "0 to 1", "how far the person thinks that it is dealt with"),
    Column("news_day", "i4", "", "day on which a victim expects to be told of the case; 0 for none"),
    Column("frailty", "f4", "factor", "how easily the person is hurt, where and with whom the same; mean 1"),
    Column("n_victim", "i4", "", "offences suffered"),
    Column("n_stops", "i4", "", "stops and checks suffered"),
    Column("n_visits", "i4", "", "visits received"),
    Column("n_calls", "i4", "", "such calls made so far"),
    Column("tenancy", "i4", "", "which tenant of the room"),
    Column(
        "gone",
        "u1",
        "",
        "1 while the register still names a tenant of the room who has left; 2 once that one was signed off",
    ),
    Column("told", "u1", "", "1 who has learnt of the services of the strategy in force"),
    Column("entered", "u2", "", "day of the run, plus one, on which the entry of the room last changed; 0 for before"),
    Column("arrived", "f8", "min", "arrival of the present tenant"),
)

HOUSEHOLDS = (
    Column("key", "u8", "", "identity in random draws"),
    Column("segment", "i4", "", "home; -1 beyond the border of a part"),
    Column("first", "i4", "", "first member, row in residents"),
    Column("n", "i4", "", "members"),
    Column("renting", "u1", "", "1 for tenants"),
    Column("income", "f4", "factor", "income against the mean of the city, a label: no rule reads it"),
    Column("cars", "u1", "", "cars"),
    Column("bicycles", "u1", "", "bicycles"),
    Column("met", "u1", "", "1 once a visit met somebody: police know who lives there"),
    Column("visited", "f8", "min", "when police last called there, by their own book; -NEVER if they never did"),
    Column(
        "head", "i4", "", "head of the building who looks after this home for the police, row in residents, or none"
    ),
    Column("asked", "f8", "min", "when police last asked somebody there to be such a head; -NEVER if they never did"),
)

ROUNDS = (
    Column(
        "place",
        "i4",
        "segment",
        "home; work or school; shops or people visited; where evenings are spent; -1 none, -2 beyond the border",
        4,
    ),
    Column("path_start", "u4", "", "where the first stored path begins in `paths`"),
    Column("path_len", "u1", "ticks", "length of each stored path, one segment a tick", 5),
    Column("on_foot", "u1", "", "which of these ways are walked, one bit each"),
)
"""A daily round: the places of some people of one street, and the ways between them."""

ROUTINES = (
    Column("key", "u8", "", "identity in random draws"),
    Column("round", "i4", "", "row in rounds"),
    Column("kind", "u1", "", "kind of day"),
    Column("age_band", "u1", "", "age as far as days differ by it"),
    Column("outgoing", "u1", "of 255", "how readily the person goes out"),
)

TRIPS = (
    Column("person", "i4", "", "who leaves, row in residents"),
    Column("path_at", "i4", "", "first step in `paths`: on the way back that is the last segment stored"),
    Column("origin", "i4", "segment", "from where; -2 beyond the border"),
    Column("goal", "i4", "segment", "to where; -2 beyond the border"),
    Column("leg", "u1", "", "twice the number of the leg, plus 1 to go back; 16 more on foot"),
    Column("steps", "u1", "ticks", "length of the way"),
)
"""A departure of today, by tick: all that it takes to leave, so that who leaves is not looked up in three tables."""

OFFENDERS = (
    Column("key", "u8", "", "identity in random draws"),
    Column("resident", "i4", "", "row in residents"),
    Column("rate", "f4", "per min", "searches"),
    Column("mix", "f4", "", "cumulated shares of the crime types", 5),
    Column("aware_start", "i4", "", "where the known segments begin in `awareness`"),
    Column("aware_n", "i4", "", "how many are known"),
    Column("beyond", "f4", "", "pull times opportunity of the known segments beyond the border, by type", 5),
    Column("next_search", "f8", "min", "time of the next search"),
    Column("n_searches", "i4", "", "searches so far"),
    Column("risk", "f4", "0 to 1", "perceived risk at risk_t"),
    Column("risk_t", "f8", "min", "when risk was brought up to date"),
    Column("last_segment", "i4", "", "place of the last success, or none"),
    Column("last_type", "i4", "", "its type"),
    Column("last_t", "f8", "min", "its time"),
    Column("custody_until", "f8", "min", "in custody until then"),
    Column("partner", "i4", "", "row of a co-offender, or none"),
    Column("n_offences", "i4", "", "offences so far"),
    Column("later_t", "f8", "min", "when a search that was put off is taken up again"),
    Column("later_number", "i4", "", "which search that is"),
    Column("later_attempt", "i4", "", "targets looked at in it before"),
    Column("later_turned", "i4", "", "of these, at how many police turned the offender back"),
    Column(
        "wanted", "u8", "", "key of the offence for which police look for this person, whose name they have; 0 for none"
    ),
    Column("wanted_type", "u1", "", "its type"),
)

AWARENESS = (
    Column("segment", "i4", "", "a segment that an offender knows"),
    Column("pull", "f4", "", "how near it lies to the offender's places and paths"),
)

SHUNNED = (
    Column("share", "f4", "0 to 1", "how far the offender keeps away, on that day"),
    Column("day", "f4", "days", "when that was"),
)

OFFICERS = (
    # What a step on the way reads and changes stands side by side, in few lines of memory (`LINE_BYTES`).
    Column("role", "u1", "", "index into ROLES"),
    Column("on_duty", "u1", "", "1 on duty"),
    Column("on_foot", "u1", "", "1 on foot"),
    Column("activity", "u1", "", "index into ACTIVITIES"),
    Column("alert", "u1", "", "1 while the officer looks out for cause to stop somebody"),
    Column("shift", "u1", "", "shift of the day in which the duty begins: 0 night, 1 day, 2 evening"),
    Column("employed", "u1", "", "1 while the strategy in force pays this post"),
    Column(
        "excused", "u1", "", "what keeps the officer from the streets in this shift: 0 nothing, 1 training, 2 court"
    ),
    Column("key", "u8", "", "identity in random draws"),
    Column("clock", "f8", "min", "time up to which the officer has acted"),
    Column("until", "f8", "min", "end of the present activity, if it has one"),
    Column("next_stop", "f8", "stops", "stop clock: expected stops left until the next one"),
    Column("since", "f8", "min", "arrival at the present segment"),
    Column("visible", "f8", "", "how visible there: 1 on foot or standing, less in a car or a house"),
    Column("segment", "i4", "", "segment the officer is on"),
    Column("junction", "i4", "", "last junction reached"),
    Column("duty_end", "f8", "min", "end of the shift"),
    Column("rest_at", "f8", "min", "when the break is due; NEVER once taken"),
    Column("stay_end", "f8", "min", "end of the stay at a target, which a stop interrupts"),
    Column("overtime_until", "f8", "min", "who fills a post in the next shift stays until then"),
    Column("duty_min", "f8", "min", "paid time since the last panel row"),
    Column("overtime_min", "f8", "min", "of these beyond the end of a shift"),
    Column("task", "i4", "", "row of the present task in `tasks`, or none"),
    Column("n_turns", "i4", "", "choices made at junctions so far"),
    Column("cell", "i4", "", "cell that the officer belongs to, or none for the whole city"),
    Column("call", "i4", "", "row of the call in hand, or none"),
    # What begins and ends with a piece of work.
    Column("sent_at", "f8", "min", "when the officer was sent to it"),
    Column("work_began", "f8", "min", "begin of the work at a target"),
    Column("paper_min", "f4", "min", "paper work owed"),
    Column("prisoner_min", "f4", "min", "time that a prisoner will take: the way to the cells, booking, waiting"),
    Column("guard_min", "f4", "min", "guard at a prisoner's bed in hospital, still to be kept"),
    Column("target", "i4", "segment", "where the officer is going, or none"),
    Column("path_at", "i4", "", "next step in the officer's row of `routes`"),
    Column("path_n", "i4", "", "steps in that row"),
    Column("target_at", "i4", "", "next target of the present task"),
    Column(
        "doing",
        "i4",
        "",
        "segment or dispute that the present target names; household n as -2 - n, person n as -1e9 - n",
    ),
    Column("tasks_end", "i4", "", "end of the officer's rows in `tasks`"),
    Column("n_stops", "i4", "", "stops so far"),
    Column("district", "i4", "", "district that the officer is assigned to"),
    Column("sworn_role", "u1", "", "role that the scenario gives; a strategy may give another"),
    Column("hired", "u1", "", "1 for staff that a strategy hires beside the force"),
    # What seldom changes, and the books.
    Column("vacant_until", "f8", "min", "a post that somebody left stands empty until then"),
    Column("trained_t", "f8", "min", "when that was brought up to date"),
    Column("n_tenures", "i4", "", "who has held the post before"),
    Column("late_min", "f4", "min", "the duty begins so long after that shift"),
    Column("duty_from", "f8", "min", "begin of the duty that `duty_end` ends"),
    Column("duty_length", "f4", "min", "length of a duty"),
    Column("p_works", "f4", "", "chance to work on a day of the roster; negative for `force.p_on_duty`"),
    Column("worked", "f4", "", "share of all days on duty in the mean; negative for the same"),
    Column("weekdays", "u1", "", "days on which the duty may begin: bit 0 Monday to bit 6 Sunday"),
    Column("skill", "f4", "", "odds factor of a fair contact"),
    Column("trained", "f4", "", "logarithm of the odds factor that training adds to it, at trained_t"),
    Column("eye", "f4", "factor", "how well the officer notices what can be seen in the street"),
    Column("station", "i4", "junction", "that of the officer's district"),
    Column("base", "i4", "junction", "where the duty starts: at the station, or in the middle of the own cell"),
    Column("n_prisoners", "i4", "", "prisoners taken so far"),
    Column("n_courts", "i4", "", "days in court still to come"),
    Column("n_contacts", "i4", "", "contacts so far"),
    Column("minutes", "f8", "min", "time by activity since the last panel row", N_ACTIVITIES),
)
