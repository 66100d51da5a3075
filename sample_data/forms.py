"""Who fills in what and when: before doses, between them, weeks later; and what is missing, more often in those
who do badly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from clinic import instruments
from sample_data.dosing import day_after
from sample_data.hours import open_day, utc
from sample_data.story import Course, Form
from sample_data.symptoms import Illness, Reading, days, suicide_answer

# How often a form that should be there is missing.
AT_TREATMENT, SECOND_SCALE = 0.08, 0.45
NEVER_AT_HOME, AT_HOME = (
    0.25,
    0.13,
)  # people who never answer between visits, and forms of the others: 35 % in all
FOLLOW_UP = {28: 0.45, 56: 0.55, 84: 0.65}
LATER = 0.75
DOING_BADLY, DOING_WELL = 1.5, 0.85  # missing not at random
SOON_AFTER = 0.30  # of people are asked on the day after the first two doses, too
RESTED = {"lsas_sr": 6, "hama": 11, "madrs": 11}  # days before a long scale is repeated
RATED = ("hama", "madrs")
# What this clinic fills in, of all the scales there are.
SCALES = [
    "gad2",
    "gad7",
    "hama",
    "hamd17",
    "lsas_ca",
    "lsas_sr",
    "madrs",
    "madrs_24h",
    "oasis",
    "phq2",
    "phq9",
]

# How often items are left blank, and how often the suicide item is.
BLANK = {"phq9": 0.035, "gad7": 0.02, "lsas_sr": 0.02, "oasis": 0.01}
SKIPS_SUICIDE = 0.004
ONLY_TOTAL, LATE_ENTRY = 0.03, 0.02


@dataclass(slots=True)
class Filling:
    """Fills in the forms of one course; `soul` is how far this person leans towards thoughts of death."""

    rng: np.random.Generator
    course: Course
    illness: Illness
    reading: Reading
    soul: float
    until: datetime
    returns: bool  # asked on the days after the first doses
    answers_at_home: bool

    def screening(self) -> None:
        """The first visit: everything that will be compared later."""
        at = self.course.opened + timedelta(minutes=20)
        for name in self._set():
            self._add(name, at, "baseline", only_total=name not in RATED and self.rng.random() < ONLY_TOTAL)

    def before_dose(self, at: datetime) -> None:
        """Before the first dose the leading scale is never left out."""
        first = not self.course.doses
        at -= timedelta(minutes=int(self.rng.integers(12, 30)))
        if not self._missing(AT_TREATMENT, at):
            self._add("phq9", at, "pre-dose")
        other = "gad7" if self.course.leads == "phq9" else self.course.leads
        chance = SECOND_SCALE if other != self.course.leads else AT_TREATMENT
        if other in RATED and not first and not self._rested(other, at):
            other, chance = "gad7", SECOND_SCALE
        if (first and other == self.course.leads) or (
            self._rested(other, at) and not self._missing(chance, at)
        ):
            self._add(other, at + timedelta(minutes=3), "pre-dose")

    def after_dose(self, at: datetime, n: int) -> None:
        if self.returns and n < 2 and self.course.leads not in RATED:
            self._add(self.course.leads, at + timedelta(hours=float(self.rng.uniform(22, 27))), "+24 h")

    def afterwards(self) -> None:
        """At home once a week for six weeks, then every four weeks, whether or not treatment goes on."""
        first = self.course.doses[0].at
        for week in range(1, 7):
            if self.answers_at_home:
                self._at_home(first, 7 * week + int(self.rng.integers(-1, 2)), AT_HOME)
        for due in range(28, 365, 28):
            self._follow_up(first, due, FOLLOW_UP.get(due, LATER))

    def _at_home(self, first: datetime, day: int, chance: float) -> None:
        at = utc(day_after(first, day), 17.5 + float(self.rng.uniform(0, 4)))
        name = "phq9" if self.course.leads in RATED else self.course.leads
        if self._near(at, 1.5) or self._missing(chance, at):
            return
        self._add(name, at, self._timing(at))
        if name != "phq9" and self.rng.random() < 0.4:
            self._add("phq9", at + timedelta(minutes=3), self._timing(at))

    def _follow_up(self, first: datetime, due: int, chance: float) -> None:
        day = open_day(day_after(first, due + int(self.rng.integers(-3, 4))))
        at = utc(day, 9 + int(self.rng.integers(0, 30)) / 4)
        if self._near(at, 4) or self._missing(chance, at):
            return
        names = self._set() if due in FOLLOW_UP else [self.course.leads, "phq9"]
        for n, name in enumerate(dict.fromkeys(names)):
            self._add(name, at + timedelta(minutes=4 * n), self._timing(at))

    def _set(self) -> list[str]:
        """Every scale of this course: the leading one first."""
        found = [self.course.leads, "phq9", "gad7"]
        if self.course.indication == "generalised anxiety":
            found.append("hama")
        if self.course.indication == "depression" and self.soul > -0.1:
            found.append("madrs")
        return list(dict.fromkeys(found))

    def _add(self, name: str, at: datetime, timing: str, only_total: bool = False) -> None:
        if at >= self.until:
            return
        total = self.reading.total(self.illness, name, at)
        form = Form(name, at, total, timing, only_total=only_total)
        if name in RATED:
            form.how = "interview"
        if not only_total:
            form.suicide = suicide_answer(self.rng, name, total, self.soul)
            form.blank = self._blank(name)
        if form.how == "self-report" and self.rng.random() < LATE_ENTRY:
            form.how, form.entered_late = "paper", timedelta(days=int(self.rng.integers(1, 5)))
        self.course.forms.append(form)

    def _blank(self, name: str) -> tuple[str, ...]:
        if name == "phq9" and self.rng.random() < SKIPS_SUICIDE:
            return ("q9",)
        if self.rng.random() >= BLANK.get(name, 0):
            return ()
        items = [item.id for item in instruments.instrument(name).items]
        items = items[:-1] if name == "phq9" else items
        count = 1 if self.rng.random() < 0.7 else 2
        return tuple(str(item) for item in self.rng.choice(items, count, replace=False))

    def _missing(self, chance: float, at: datetime) -> bool:
        badly = len(self.illness.doses) >= 3 and self.illness.share(at) < 0.3
        return self.rng.random() < min(chance * (DOING_BADLY if badly else DOING_WELL), 0.95)

    def _rested(self, name: str, at: datetime) -> bool:
        last = [form.at for form in self.course.forms if form.instrument == name]
        return not last or days(max(last), at) >= RESTED.get(name, 0)

    def _near(self, at: datetime, within: float) -> bool:
        """Whether the leading scale was asked about the same time anyway."""
        return any(
            abs(days(form.at, at)) < within
            for form in self.course.forms
            if form.instrument == self.course.leads
        )

    def _timing(self, at: datetime) -> str:
        given = [dose.at for dose in self.course.doses if dose.at < at]
        return "+7 d" if given and 6.5 <= days(given[-1], at) < 7.5 else "between"


def tidy(course: Course) -> None:
    """Oldest first; a form of the same scale within the hour of another is not filled in twice."""
    course.forms.sort(key=lambda form: form.at)
    last: dict[str, datetime] = {}
    kept = []
    for form in course.forms:
        if form.instrument in last and form.at - last[form.instrument] < timedelta(hours=1):
            continue
        last[form.instrument] = form.at
        kept.append(form)
    course.forms = kept
