"""What happened: one event row for each offence, call, incident, contact, arrest, dispute and order.

The rows are written by compiled code into buffers of fixed size, drained at every briefing.
`cause` names an event by what caused it (an offender and the number of its search, a dispute and the
number of its flare-up), never by a row number that another event could shift: the same event carries
the same cause in two runs that differ in policy alone.
A row of residents is a room; the key beside it is that of the person who lived there at that moment.
"""

from __future__ import annotations

from sim.agents.feeling_words import CAUSES
from sim.agents.tables import ACTIVITIES, N_ACTIVITIES, N_ROLES, ROLES, Column
from sim.params import CRIMES, N_CRIMES

OFFENCES = (
    Column("cause", "u8", "", "key of the event"),
    Column("t", "f8", "min", "time"),
    Column("type", "u1", "", "index into CRIMES"),
    Column("segment", "i4", "", "place"),
    Column("offender", "i4", "", "row in offenders, or none (parties of a dispute)"),
    Column("resident", "i4", "", "the offender's row in residents"),
    Column("home", "i4", "segment", "the offender's home"),
    Column("victim", "i4", "", "row in residents, or none (a business, the street)"),
    Column("seriousness", "f4", "", "seriousness, mean 0.5"),
    Column("n_turned", "u1", "", "targets that the offender turned away from before"),
    Column("dispute", "u8", "", "key of the dispute, 0 if none"),
    Column("resident_key", "u8", "", "key of the person who offended, 0 if none"),
    Column("victim_key", "u8", "", "key of the person who suffered it, 0 if none"),
    Column("reported", "u1", "", "1 if somebody will call"),
    Column("discovered", "u1", "", "1 if an officer saw it done"),
    Column("thing", "u1", "", "what was stolen, index into THINGS"),
    Column("avenges", "u8", "", "cause of the offence that it avenges, 0 if none"),
    Column("in_view", "u1", "", "1 if it could be seen from the street"),
)

CALL_EVENTS = (
    Column("cause", "u8", "", "key of what happened"),
    Column("kind", "u1", "", "index into CALLS"),
    Column("priority", "u1", "", "1 highest to 3"),
    Column("segment", "i4", "", "place"),
    Column("caller", "i4", "", "row in residents, or none"),
    Column("caller_key", "u8", "", "key of the person who called, 0 if none"),
    Column("t_event", "f8", "min", "when it happened"),
    Column("t_call", "f8", "min", "when somebody called"),
    Column("t_sent", "f8", "min", "first unit sent; nan if none was"),
    Column("t_out", "f8", "min", "when the first unit that was sent set out; nan if none was"),
    Column("t_arrived", "f8", "min", "first unit there; nan if none was"),
    Column("t_closed", "f8", "min", "end of the work on it"),
    Column("officer", "i4", "", "first officer there, or none"),
    Column("n_units", "u1", "", "units sent"),
    Column("unit_min", "f4", "min", "time of all units on it, from being sent to leaving"),
    Column("answered", "u1", "", "1 if a unit came"),
    Column("discovered", "u1", "", "1 if an officer saw it: nobody called"),
    Column("at_room", "u1", "", "1 for an offence of which somebody told in a police room: nobody called"),
)

INCIDENTS = (
    Column("cause", "u8", "", "key of the offence"),
    Column("t", "f8", "min", "when the offence happened"),
    Column("t_recorded", "f8", "min", "when it was put on record"),
    Column("type", "u1", "", "type as recorded"),
    Column("true_type", "u1", "", "type as it was"),
    Column("segment", "i4", "", "place"),
    Column("discovered", "u1", "", "1 if an officer found it, 0 if somebody called"),
    Column("response_min", "f4", "min", "call to arrival; nan when discovered, or told in a police room"),
)

CONTACT_EVENTS = (
    Column("t", "f8", "min", "time"),
    Column("kind", "u1", "", "index into CONTACTS"),
    Column("officer", "i4", "", "row in officers"),
    Column("resident", "i4", "", "row in residents"),
    Column("resident_key", "u8", "", "key of the person"),
    Column("segment", "i4", "", "place"),
    Column("minutes", "f4", "min", "length"),
    Column("suspicion", "u1", "", "1 for a stop on suspicion, 0 on probable cause"),
    Column("fair", "u1", "", "1 if felt as fair"),
    Column("found", "u1", "", "1 if it led to an arrest, a registration, an agreement or a report"),
    Column("hollow", "u1", "", "1 if made for the form alone"),
    Column("met", "u1", "", "1 if somebody was met: not at an empty home, and not for the form alone"),
)

ARRESTS = (
    Column("cause", "u8", "", "key of the offence"),
    Column("t", "f8", "min", "time"),
    Column("type", "u1", "", "type of the offence as recorded"),
    Column("offender", "i4", "", "row in offenders, or none"),
    Column("resident", "i4", "", "row in residents"),
    Column("resident_key", "u8", "", "key of the person"),
    Column("officer", "i4", "", "row in officers, or none (detectives)"),
    Column("at_scene", "u1", "", "1 on the spot or in a stop, 0 by investigation"),
    Column("custody_days", "f4", "days", "custody, 0 if released"),
)

DISPUTE_EVENTS = (
    Column("dispute", "u8", "", "key of the dispute"),
    Column("t", "f8", "min", "time"),
    Column("what", "u1", "", "index into DISPUTE_STEPS"),
    Column("segment", "i4", "", "place"),
    Column("resident_a", "i4", "", "one party"),
    Column("resident_b", "i4", "", "other party"),
    Column("resident_a_key", "u8", "", "key of the one"),
    Column("resident_b_key", "u8", "", "key of the other"),
    Column("intensity", "f4", "0 to 1", "intensity after the step"),
)
DISPUTE_STEPS = (
    "began", "flared", "called", "assault", "agreed", "pressed", "failed", "ended", "broken", "diverted",
)  # fmt: skip
BEGAN, FLARED, CALLED, BLOWS, AGREED, PRESSED, FAILED, ENDED, BROKEN, DIVERTED = range(10)
"""A broken agreement flared up again; a diverted assault was referred to mediation and is not on record."""

ORDER_EVENTS = (
    Column("t", "f8", "min", "briefing"),
    Column("officer", "i4", "", "row in officers"),
    Column("kind", "u1", "", "index into TASKS"),
    Column("start", "f8", "min", "begin"),
    Column("end", "f8", "min", "end"),
    Column("cell", "i4", "", "cell, or none"),
    Column("n_targets", "i4", "", "places or cases named"),
    Column("dwell", "f4", "min", "length of a stay"),
)

DAYS = (
    Column("day", "i4", "", "day of the run"),
    Column("n_offences", "i4", "", "offences by type", N_CRIMES, CRIMES),
    Column("n_reported", "i4", "", "of these: reported or discovered", N_CRIMES, CRIMES),
    Column("n_recorded", "i4", "", "records made, by recorded type", N_CRIMES, CRIMES),
    Column("n_calls", "i4", "", "calls closed, invalid ones included; those referred elsewhere are not among them"),
    Column("n_telephone", "i4", "", "calls that ended on the telephone: invalid, or referred elsewhere"),
    Column("n_arrests", "i4", "", "arrests"),
    Column("n_deterred", "i4", "", "searches that police presence turned away at least once"),
    Column("queue_min", "f8", "min", "time that calls spent waiting"),
    Column("officer_min", "f8", "min", "officer time by activity", N_ACTIVITIES, ACTIVITIES),
    Column("duty_min", "f8", "min", "paid time by role", N_ROLES, ROLES),
    Column("overtime_min", "f8", "min", "paid time beyond the end of a shift, of all roles"),
    Column("security", "f8", "0 to 1", "mean security of residents"),
    Column("satisfaction", "f8", "0 to 1", "mean satisfaction"),
    Column("trust", "f8", "0 to 1", "mean trust"),
    Column("n_residents", "i4", "", "residents present in the city"),
    Column("n_migrants", "i4", "", "migrants present"),
    Column("n_registered", "i4", "", "migrants registered"),
    Column("n_disputes", "i4", "", "disputes that go on"),
    Column("n_custody", "i4", "", "offenders in custody"),
    Column("n_volunteers", "i4", "", "volunteers"),
    Column("n_places", "i4", "", "places that have been worked on"),
    Column("mean_risk", "f8", "0 to 1", "mean perceived risk of offenders"),
    Column("mean_disorder", "f8", "0 to 1", "mean visible disorder of segments"),
    Column("doorstaff_hours", "f8", "h", "hours of doorstaff in the night that begins on this day"),
    Column("n_cameras", "f8", "", "cameras that somebody watches"),
    Column("n_stale", "i4", "", "entries of the register that name a tenant who has left"),
    Column("n_registrations", "i4", "", "registrations made"),
    Column("n_registered_again", "i4", "", "of these, of tenants who were registered already"),
    Column("registration_min", "f8", "min", "time that they took tenants"),
    Column("n_doors", "i4", "", "calls at households that were named"),
    Column("n_wrong_doors", "i4", "", "of these, for a tenant who had left"),
    Column("n_vacant_doors", "i4", "", "of these, where nobody lived and nobody was asked for"),
    Column("n_adults", "i4", "", "residents of 18 and more present"),
    Column(
        "n_aware", "i4", "", "of these, who know of the services of the strategy; 0 where nothing needs to be known"
    ),
    Column("n_heads", "i4", "", "heads of buildings who help the police"),
    Column("n_head_registered", "i4", "", "tenants whom they put on the register"),
    Column("n_head_tips", "i4", "", "quarrels of which they told the police"),
    Column("n_told_of", "i4", "", "people of whom they told: tenants put on the register, parties of quarrels"),
    Column("watch_hours", "f8", "h", "hours of residents on patrol, each of them counted"),
    Column("n_supervision", "i4", "", "calls at the homes of known offenders"),
    Column("n_supervision_met", "i4", "", "of these, with the person at home"),
    Column("n_supervised", "i4", "", "known offenders at large who were called on within 91 days"),
    Column("n_helped", "i4", "", "of these, whom somebody helped within 30 days"),
)

SEGMENT_PANEL = (
    Column("day", "i4", "", "last day of the period"),
    Column("segment", "i4", "", "segment"),
    Column("police_min", "f4", "min", "officer-minutes in sight in the period"),
    Column("n_passes", "i4", "", "arrivals of an officer"),
    Column("n_offences", "i4", "", "offences"),
    Column("disorder", "f4", "0 to 1", "visible disorder at its end"),
)

TICKETS = (
    Column("t", "f8", "min", "when it was filed"),
    Column("officer", "i4", "", "who filed it"),
    Column("segment", "i4", "", "place"),
    Column("true", "u1", "", "1 if there was something to put right"),
    Column("t_handled", "f8", "min", "when it is put right; nan for a false one"),
)

PEOPLE = (
    Column("resident", "i4", "", "row in residents"),
    Column("key", "u8", "", "key of who lives here at the start"),
    Column("home", "i4", "segment", "home"),
    Column("household", "i4", "", "row in households"),
    Column("district", "i4", "", "district of the home"),
    Column("age", "u1", "years", "age"),
    Column("male", "u1", "", "1 for men"),
    Column("renting", "u1", "", "1 for tenants"),
    Column("migrant", "u1", "", "1 for a room of the floating population"),
    Column("income", "f4", "factor", "household income against the mean of the city"),
)

ANSWERS = (
    Column("day", "i4", "", "day of the wave"),
    Column("wave", "i4", "", "number of the wave"),
    Column("resident", "i4", "", "row in residents"),
    Column("stratum", "i4", "", "stratum of the sample: the district"),
    Column("weight", "f8", "", "residents of the stratum for each one invited"),
    Column("mode", "u1", "", "index into SURVEY_MODES"),
    Column("answered", "u1", "", "1 if the person answered"),
    Column("security", "u1", "1 to 5", "'I feel safe in my street'; 0 for no answer"),
    Column("satisfaction", "u1", "1 to 5", "'I am satisfied with the police'; 0 for no answer"),
    Column("trust", "u1", "1 to 5", "'I trust the police'; 0 for no answer"),
    Column("contact", "u1", "1 to 5", "dealt with police in the last twelve months: never to often; 0 for no answer"),
    Column("awareness", "u1", "1 to 5", "'I know the officers who look after my street'; 0 for no answer"),
)
SURVEY_MODES = ("telephone", "door")
BY_TELEPHONE, AT_DOOR = range(2)

FEELINGS = (
    Column("resident", "i4", "", "row in residents"),
    Column("key", "u8", "", "key of who lives here, or of who lived here last"),
    Column("present", "u1", "", "1 while somebody lives here; 0 for an empty room, whose feelings mean nothing"),
    Column("n_days", "i4", "days", "days of the run on which somebody who lives here was in the city"),
    Column("security", "f4", "0 to 1", "feeling safe, when the run ends"),
    Column("satisfaction", "f4", "0 to 1", "satisfaction with the police"),
    Column("trust", "f4", "0 to 1", "trust in the police"),
    Column("familiarity", "f4", "0 to 1", "how well the officers of the street are known"),
    Column("n_seen", "i4", "days", "days on which an officer on foot was seen"),
    Column("problem", "u1", "", "index into PROBLEMS: what the person names as the problem of the own street"),
    Column("dealt_with", "f4", "0 to 1", "how far the person thinks that it is dealt with"),
)

ACCOUNT_ROWS = (
    Column("day", "i4", "", "day at whose end it is drawn up"),
    Column("age_band", "u1", "", "index into AGE_BANDS"),
    Column("tenure", "u1", "", "index into TENURES"),
    Column("part", "u1", "", "index into PARTS: a cause, the trait, the mood, or what the bounds of the scale cut off"),
    Column("n", "i4", "", "residents of the group"),
    Column("security", "f8", "0 to 1", "what it adds to their security now, summed over them"),
    Column("satisfaction", "f8", "0 to 1", "what it adds to their satisfaction, summed over them"),
    Column("trust", "f8", "0 to 1", "what it adds to their trust, summed over them"),
)
PARTS = (*CAUSES, "trait", "mood", "bounds")
"""What the attitudes of a group add up from."""

LEDGER = {
    "offences": OFFENCES,
    "calls": CALL_EVENTS,
    "incidents": INCIDENTS,
    "contacts": CONTACT_EVENTS,
    "arrests": ARRESTS,
    "disputes": DISPUTE_EVENTS,
    "orders": ORDER_EVENTS,
    "days": DAYS,
    "segments": SEGMENT_PANEL,
    "tickets": TICKETS,
    "people": PEOPLE,
    "answers": ANSWERS,
    "feelings": FEELINGS,
    "account": ACCOUNT_ROWS,
}
"""Every table of a run folder, by name."""
