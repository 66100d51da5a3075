"""Who is shown around: the demo accounts, and a cast of patients whose stories are told day by day.

A told course begins on a Monday; its days count from that first dose, so 0, 3, 7, 10 are Mondays and Thursdays.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# One password for everybody: it is printed on the sample clinic's sign-in page and opens nothing else.
PASSWORD = "sample-clinic"

DEMO_ACCOUNTS = [
    ("nora", PASSWORD, "Nora Sample", "nurse"),
    ("caspar", PASSWORD, "Dr Caspar Specimen", "clinician"),
    ("petra", PASSWORD, "Dr Petra Exemplar", "clinician"),
    ("liv", PASSWORD, "Liv Paragon", "lead"),
    ("leo", PASSWORD, "Dr Leo Pattern", "lead"),
    ("arne", PASSWORD, "Arne Placeholder", "administrator"),
    ("una", PASSWORD, "Una Template", "auditor"),
]
PRESCRIBERS = {"petra"}
LEADS_WITH_NAMES = {"leo"}
# Who else works here, without a password anybody knows: (user name, name, role, site, still here).
COLLEAGUES = [
    ("milo", "Milo Muster", "nurse", "South", True),
    ("ines", "Inês Modelo", "nurse", "North", True),
    ("tariq", "Tariq Namuna", "nurse", "South", True),
    ("signe", "Dr Signe Eksempel", "clinician", "South", True),
    ("gwen", "Gwen Formerly", "nurse", "North", False),
]
SITES = {"nora": "North", "caspar": "North", "petra": "South"}

INDUCTION = (0, 3, 7, 10, 14, 17)


@dataclass(frozen=True)
class Told:
    """One course. `scores` are day -> total of one scale: before the dose on a dosing day, in the evening at
    home on any other. `soon` are scores on the day of a dose or the day after."""

    indication: str
    leads: str
    scores: dict[str, dict[int, int]]
    weeks_ago: int | None = None  # the Monday of the first dose
    ends_at_clock_change: int | None = (
        None  # instead: the day of the course that is the last Sunday of October
    )
    substance: str = "racemic ketamine"
    route: str = "IV"
    doses: tuple[int, ...] = INDUCTION
    amounts: tuple[float, ...] = (0.5,)  # mg/kg, or mg of esketamine; the last one holds from then on
    suicide: dict[int, int] = field(default_factory=dict)  # the suicide item's answer by day; 0 elsewhere
    blank: dict[int, tuple[str, ...]] = field(default_factory=dict)  # items left out of that day's PHQ-9
    soon: dict[str, dict[tuple[int, str], int]] = field(default_factory=dict)
    last_evening: dict[str, tuple[int, int | None]] = field(
        default_factory=dict
    )  # total, suicide item; yesterday
    void: dict[int, str] = field(default_factory=dict)  # primary scores taken out again, with the reason
    baseline_because: dict[int, str] = field(default_factory=dict)
    stage: str = "maintenance"
    ended_on: int | None = None
    end_reason: str | None = None
    goal: str | None = None


@dataclass(frozen=True)
class Character:
    given: str
    family: str
    sex: str
    age: int
    story: str
    courses: tuple[Told, ...]
    notes: tuple[tuple[int, str, str], ...] = ()  # (day of the last course, kind, text)
    site: str = "North"
    moved_to: str | None = None
    unanswered_from: int | None = None  # the concern raised on that day is still open
    serious: tuple[int, str, str] | None = None  # (dose number, adverse event, what was done)


ADA = Character(
    "Ada",
    "Ashgrove",
    "female",
    41,
    "Responded within two weeks and stayed well on widening maintenance.",
    (
        Told(
            "generalised anxiety",
            "gad7",
            weeks_ago=30,
            doses=(*INDUCTION, 42, 70, 112, 154, 196),
            scores={
                "gad7": {-7: 17, 0: 16, 3: 13, 7: 10, 10: 8, 14: 7, 17: 6, 24: 5, 28: 5, 42: 4}
                | {56: 5, 70: 5, 84: 4, 98: 5, 112: 4, 133: 4, 154: 4, 175: 3, 196: 4},
                "phq9": {-7: 13, 0: 12, 3: 11, 7: 9, 10: 7, 14: 6, 17: 5, 28: 4, 42: 4, 70: 5, 112: 3}
                | {154: 4, 196: 3},
                "hama": {-7: 27, 28: 9, 84: 7},
            },
            suicide={-7: 1, 0: 1},
            goal="Take the train to see my sister without planning it for a week.",
        ),
    ),
    notes=((56, "life event", "Took the train to her sister."),),
)

BEN = Character(
    "Ben",
    "Birkholm",
    "male",
    52,
    "Responded by day 14, stopped treatment, and relapsed in week 9.",
    (
        Told(
            "depression",
            "phq9",
            weeks_ago=20,
            scores={
                "phq9": {-4: 20, 0: 19, 3: 15, 7: 12, 10: 10, 14: 8, 17: 7, 24: 7, 31: 6, 42: 7, 49: 8}
                | {59: 13, 66: 15, 80: 17},
                "gad7": {-4: 13, 0: 12, 14: 6, 31: 5, 66: 10},
                "madrs": {-4: 32, 28: 11, 67: 27},
            },
            suicide={-4: 1, 0: 1, 66: 1, 80: 1},
            stage="paused",
        ),
    ),
    notes=(
        (55, "life event", "Made redundant."),
        (20, "medication change", "Venlafaxine stopped by the GP."),
    ),
)

CLEO = Character(
    "Cleo",
    "Castañar",
    "female",
    29,
    "Left after one assessment and one treatment; nobody knows how it went.",
    (
        Told(
            "any anxiety",
            "oasis",
            weeks_ago=14,
            doses=(0,),
            scores={"oasis": {-4: 13}},
            stage="ended",
            ended_on=30,
            end_reason="did not come back after the first treatment; three calls unanswered",
        ),
    ),
)

DEV = Character(
    "Dev",
    "Dharan",
    "male",
    36,
    "Marked PHQ-9 item 9, at first “several days”, last night “more than half the days”: his concern is open.",
    (
        Told(
            "depression",
            "phq9",
            weeks_ago=3,
            scores={
                "phq9": {-5: 21, 0: 20, 3: 18, 7: 17, 10: 17, 14: 18, 17: 17},
                "gad7": {-5: 12, 0: 12, 7: 11, 14: 12},
            },
            suicide={7: 1, 10: 1, 14: 1, 17: 1},
            last_evening={"phq9": (19, 2)},
            stage="induction",
        ),
    ),
    unanswered_from=7,
)

ELA = Character(
    "Ela",
    "Elmsted",
    "female",
    47,
    "Left three items of one PHQ-9 out, so that form has no total; and twice there was no score for six weeks.",
    (
        Told(
            "generalised anxiety",
            "gad7",
            weeks_ago=20,
            doses=(*INDUCTION, 35, 84),
            scores={
                "gad7": {-6: 15, 0: 15, 3: 14, 7: 12, 10: 11, 14: 9, 17: 8, 28: 7, 35: 7, 84: 9, 98: 8},
                "phq9": {-6: 14, 0: 13, 7: 11, 10: 10, 14: 9, 28: 7, 35: 7, 84: 8},
            },
            blank={10: ("q3", "q5", "q8"), 14: ("q3",)},
        ),
    ),
)

FINN = Character(
    "Finn",
    "Fjordby",
    "male",
    58,
    "The clocks went back during his fifth treatment, given overnight on the ward: by the wall it ended before"
    " it began.",
    (
        Told(
            "depression",
            "phq9",
            ends_at_clock_change=13,
            doses=(0, 3, 7, 10, 13, 17),
            scores={
                "phq9": {-6: 22, 0: 22, 3: 20, 7: 18, 10: 17, 17: 14, 24: 13, 28: 12},
                "madrs": {-6: 36, 28: 24},
            },
            suicide={-6: 1, 0: 1},
            stage="ended",
            ended_on=29,
            end_reason="back to the referring team; partly better",
        ),
    ),
)

GUS = Character(
    "Gus",
    "Granåsen",
    "male",
    33,
    "Weekly OASIS between doses: how long a dose lasts can be said. Moved house and site in the middle.",
    (
        Told(
            "panic",
            "oasis",
            weeks_ago=9,
            doses=(*INDUCTION, 28, 42, 56),
            scores={
                "oasis": {-7: 14, 0: 14, 3: 13, 7: 11, 10: 10, 14: 9, 17: 8}
                | {20: 6, 23: 7, 26: 8, 28: 8, 31: 5, 35: 6, 40: 8}
                | {42: 8, 45: 5, 50: 6, 55: 7, 56: 8, 58: 5, 60: 5, 62: 6},
                "phq9": {-7: 10, 0: 9, 7: 8, 14: 7, 28: 6, 42: 7},
            },
            stage="maintenance",
        ),
    ),
    notes=((23, "life event", "Moved house; care moved from North to South."),),
    moved_to="South",
)

HANA = Character(
    "Hana",
    "Hayashi",
    "female",
    26,
    "LSAS-SR fell by 30 %: a response by the scale's own 28 %, not by the named 35 %.",
    (
        Told(
            "social anxiety",
            "lsas_sr",
            weeks_ago=11,
            route="SC",
            doses=(0, 7, 14, 21, 42),
            amounts=(0.25, 0.5, 1.0),
            scores={
                "lsas_sr": {-5: 92, 0: 90, 7: 82, 14: 73, 28: 63, 42: 64, 56: 62},
                "phq9": {-5: 11, 0: 10, 7: 9, 14: 8, 21: 8, 42: 8},
                "gad7": {-5: 12, 14: 9, 42: 9},
            },
            goal="Speak once in every team meeting.",
        ),
    ),
)

IVO = Character(
    "Ivo",
    "Ilvesko",
    "male",
    61,
    "Eight times esketamine by the book, and no response.",
    (
        Told(
            "depression",
            "madrs",
            weeks_ago=16,
            substance="esketamine",
            route="IN",
            doses=(0, 3, 7, 10, 14, 17, 21, 24),
            amounts=(56, 56, 84),
            scores={
                "madrs": {-5: 34, 14: 32, 28: 29},
                "phq9": {-5: 20, 0: 20, 3: 19, 7: 19, 10: 18, 14: 19, 17: 18, 21: 18, 24: 18, 28: 17},
            },
            stage="ended",
            ended_on=35,
            end_reason="no benefit after eight treatments; referred for ECT",
        ),
    ),
)

JUNO = Character(
    "Juno",
    "Juniper",
    "other",
    24,
    "Got worse: GAD-7 six points above baseline, beyond measurement error.",
    (
        Told(
            "generalised anxiety",
            "gad7",
            weeks_ago=6,
            scores={
                "gad7": {-6: 12, 0: 11, 3: 11, 7: 12, 10: 13, 14: 13, 17: 14, 24: 15, 28: 16, 35: 17},
                "phq9": {-6: 9, 0: 9, 7: 9, 14: 10, 28: 12},
            },
            stage="optimisation",
        ),
    ),
    notes=((19, "life event", "Separated from their partner."),),
)

KOFI = Character(
    "Kofi",
    "Kumira",
    "male",
    44,
    "Two courses: responded, relapsed after three months, and responded again from a new baseline.",
    (
        Told(
            "depression",
            "phq9",
            weeks_ago=48,
            scores={
                "phq9": {-6: 22, 0: 21, 3: 16, 7: 13, 10: 10, 14: 8, 17: 7, 28: 7, 56: 8, 84: 12, 98: 16},
                "gad7": {-6: 15, 0: 14, 14: 7, 28: 6, 84: 10},
            },
            suicide={-6: 2, 0: 1, 3: 1, 98: 1},
            stage="ended",
            ended_on=104,
            end_reason="relapse; a second course was agreed",
        ),
        Told(
            "depression",
            "phq9",
            weeks_ago=19,
            doses=(*INDUCTION, 38, 66, 94),
            amounts=(0.5, 0.5, 0.6),
            scores={
                "phq9": {
                    -4: 19,
                    0: 18,
                    3: 14,
                    7: 11,
                    10: 9,
                    14: 8,
                    17: 7,
                    28: 6,
                    38: 7,
                    66: 6,
                    94: 7,
                    115: 7,
                },
                "gad7": {-4: 13, 0: 13, 14: 7, 28: 6, 66: 6},
            },
            suicide={-4: 1, 0: 1},
        ),
    ),
)

LENA = Character(
    "Lena",
    "Lindenfeld",
    "female",
    39,
    "Only early signals: every score after the first dose was taken the day after a dose.",
    (
        Told(
            "generalised anxiety",
            "gad7",
            weeks_ago=12,
            route="SC",
            doses=(0, 7, 14, 21, 28, 35),
            amounts=(0.25, 0.5, 1.0),
            scores={"gad7": {-6: 16, 0: 16}, "phq9": {-6: 12, 0: 12}},
            soon={
                "gad7": {(0, "+24 h"): 11, (7, "+24 h"): 9, (14, "+24 h"): 6, (21, "+24 h"): 6}
                | {(28, "+24 h"): 5, (35, "+24 h"): 5}
            },
            stage="optimisation",
        ),
    ),
)

MATS = Character(
    "Mats",
    "Mossberg",
    "male",
    50,
    "Scored before and four hours after each dose: pairs of one day, and one score taken out again.",
    (
        Told(
            "depression",
            "phq9",
            weeks_ago=8,
            doses=(*INDUCTION, 35),
            scores={
                "phq9": {-5: 18, 0: 18, 3: 15, 7: 13, 10: 12, 14: 10, 17: 9, 21: 3, 28: 9, 35: 10, 45: 10},
                "gad7": {-5: 9, 0: 9, 3: 8, 7: 7, 14: 6, 28: 6},
            },
            soon={
                "phq9": {(0, "+4 h"): 13, (3, "+4 h"): 11, (7, "+4 h"): 10, (10, "+4 h"): 9, (14, "+4 h"): 8}
                | {(17, "+4 h"): 8, (35, "+4 h"): 8}
            },
            void={21: "entered under the wrong patient"},
        ),
    ),
)

NIA = Character(
    "Nia",
    "Nevado",
    "female",
    55,
    "Blood pressure crisis at her second esketamine treatment, a night in hospital; went on at 56 mg and responded.",
    (
        Told(
            "depression",
            "phq9",
            weeks_ago=25,
            substance="esketamine",
            route="IN",
            doses=(0, 3, 10, 14, 17, 21, 24, 28, 35, 42, 49, 56, 70, 84, 98, 112, 126, 140, 154),
            amounts=(56, 84, 56),
            scores={
                "phq9": {-5: 18, 0: 17, 3: 15, 10: 14, 14: 12, 17: 11, 21: 9, 24: 8, 28: 8, 35: 7, 42: 6}
                | {49: 7, 56: 6, 70: 6, 84: 5, 98: 6, 112: 5, 126: 6, 140: 5, 154: 5, 168: 6},
                "gad7": {-5: 11, 0: 11, 28: 7, 56: 5, 84: 5, 126: 4},
            },
            suicide={-5: 1, 0: 1},
        ),
    ),
    notes=(
        (
            5,
            "clinical event",
            "Night on the medical ward after a blood pressure of 212/122; no lasting harm.",
        ),
    ),
    serious=(2, "Hypertensive crisis", "ambulance called; observed overnight in hospital"),
)

# Two people whom only care keeps apart.
MARIT = Character(
    "Marit",
    "Olsen",
    "female",
    44,
    "Came from another clinic in the middle of a course: no valid baseline. Easily taken for Marita Olsson.",
    (
        Told(
            "generalised anxiety",
            "gad7",
            weeks_ago=13,
            doses=(0, 7, 21, 49, 77),
            scores={"gad7": {1: 9, 7: 8, 21: 7, 31: 7, 49: 6, 77: 6}, "phq9": {7: 7, 21: 6, 49: 6, 77: 5}},
        ),
    ),
    notes=((-2, "clinical event", "Transferred in; four treatments elsewhere, scores not sent."),),
)

MARITA = Character(
    "Marita",
    "Olsson",
    "female",
    44,
    "A cold held up her first dose, so the clinician chose an older score as baseline. Easily taken for Marit"
    " Olsen.",
    (
        Told(
            "generalised anxiety",
            "hama",
            weeks_ago=7,
            doses=INDUCTION,
            scores={
                "hama": {-18: 29, 14: 17, 28: 13},
                "gad7": {-18: 16, 3: 14, 7: 12, 10: 10, 14: 9, 17: 8, 28: 7},
                "phq9": {-18: 12, 0: 12, 3: 11, 7: 10, 10: 9, 14: 9, 17: 8},
            },
            baseline_because={-18: "first dose put off because of a cold; nothing else changed"},
            stage="optimisation",
        ),
    ),
)

CAST = (
    ADA,
    BEN,
    CLEO,
    DEV,
    ELA,
    FINN,
    GUS,
    HANA,
    IVO,
    JUNO,
    KOFI,
    LENA,
    MATS,
    NIA,
    MARIT,
    MARITA,
)
