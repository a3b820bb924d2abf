"""The reform as its literature proposes it: grid policing with the five levers at their best."""

from __future__ import annotations

from sim.params import param
from sim.policies.contract.registry import policy
from sim.policies.grid import GridPolicing


@policy("reform")
class Reform(GridPolicing):
    """Grid policing with all five faults mended; each lever can be put back, to measure its effect.

    What officers do and when: as `grid`. Cells follow workload and barriers; auxiliaries are trained and stay;
    records reach the cells at once and in full, with what partners know, and the hottest streets are found by a
    self-exciting estimate; officers are rewarded for satisfaction and their figures are audited; volunteers are
    asked, thanked and heard, agencies help to mend places, and agreements are looked after.

    Resources: those of `grid`, and what training, audits and thanks cost. Data needed: the same, in full and in
    time.

    Known side effects: those of `grid` as far as they come from visits themselves. What each lever adds alone and
    together is what `cpsim levers` measures; nothing about it is written in here.

    Parameters: those of `grid`, with the five switches off.
    """

    bad_cells: bool = param(
        False, "fault: cells are cut by the map, not by workload and barriers", source="zhengzhou_faults"
    )
    weak_team: bool = param(False, "fault: auxiliaries are untrained and leave", source="zhengzhou_faults")
    late_information: bool = param(False, "fault: records reach the cells late and in part", source="zhengzhou_faults")
    poor_appraisal: bool = param(False, "fault: visits are counted and nobody audits", source="zhengzhou_faults")
    little_participation: bool = param(
        False, "fault: few know of it, few help, nobody is thanked", source="zhengzhou_faults"
    )
