"""What staff made of the alerts: each is raised by the clinic's own rules when its form or treatment was entered,
seen and closed in opening hours, except the few that are still open today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from clinic import alerts, assessments, episodes, instruments
from data_model import Account, Alert, Assessment, Database, Treatment
from data_model.columns import Status
from sample_data.clock import moved_clock
from sample_data.hours import in_hours
from sample_data.staff import Duty
from sample_data.story import Dose
from sample_data.writing import Written

# Concerns that are open besides those that a told story leaves open: the last ones of a week, within these counts.
FEWEST_OPEN, CONCERNS_OPEN, CONCERNS_FRESH = 3, 6, timedelta(days=7)
OTHERS_OPEN = timedelta(days=14)  # what else was raised in this time waits for the next team meeting
CLOSE_TO_WORSE = 4  # points above an earlier score; the rules ask for 6
UNSEEN = timedelta(days=4)
HIGH = 2  # from this answer on a clinician talks to the person

ACTIONS = {
    "low": [
        "Talked before leaving: passing thoughts, no plan, no intent. Safety plan looked at together.",
        "Asked: tired of it all, does not want to die. Safety plan unchanged.",
        "Spoke by telephone the same day; no plan, partner at home. Knows whom to call.",
        "Known and unchanged; protective factors as before. Next contact at the next treatment.",
    ],
    "high": [
        "Seen by the clinician the same day. No plan or means; safety plan renewed, partner told with consent.",
        "Assessed in person; crisis team informed; telephone contact agreed for the next two days.",
        "Long talk with the clinician. Thoughts stronger since the weekend, no intent. Medicines kept by the family.",
    ],
    "skipped": [
        "Asked before leaving: no thoughts of death. The item was overlooked.",
        "Asked by telephone: not answered because unsure; no thoughts of death.",
    ],
    "worse": [
        "Reviewed with the prescriber; stressor known; dose unchanged, score again in a week.",
        "Seen by the clinician; treatment paused for two weeks, therapist informed.",
        "Telephone review; no safety concern; discussed whether to go on.",
    ],
    "serious": ["Reported to the lead and on a Yellow Card; reviewed at the safety meeting; dose lowered."],
    "unlikely": ["Checked against the pump sheet and corrected in the note."],
}


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that was entered and that a rule looks at."""

    at: datetime
    row: Assessment | Treatment
    dose: Dose | None = None


class Replies:
    def __init__(self, db: Database, rng: np.random.Generator, duty: Duty, end: datetime, key):
        self.db, self.rng, self.duty, self.end, self.key = db, rng, duty, end, key

    def give(self, written: list[Written]) -> None:
        """Plays the year again, person by person, in the order in which things were entered."""
        causes = {one.person.number: list(_causes(one)) for one in written}
        since = _open_since(written, causes, self.end)
        for one in written:
            Desk(self, one, since.get(one.person.number)).play(
                sorted(causes[one.person.number], key=lambda cause: cause.at)
            )
        self.db.flush()


class Desk:
    """The open alerts of one person, as they come and go."""

    def __init__(self, replies: Replies, one: Written, open_since: datetime | None):
        self.db, self.rng, self.duty, self.end = replies.db, replies.rng, replies.duty, replies.end
        self.key, self.one, self.open_since = replies.key, one, open_since
        self.open: dict[str, tuple[Alert, datetime]] = {}
        self.due: dict[str, tuple[datetime, datetime]] = {}
        self.count = 0
        self.baselines: dict = {}

    def play(self, causes: list[Cause]) -> None:
        for cause in causes:
            self._work_until(cause.at)
            with moved_clock(cause.at):
                raised = self._raise(cause)
            for alert in raised:
                self._note(alert, cause)
        self._work_until(self.end)

    def _raise(self, cause: Cause) -> list[Alert]:
        """The rules of `clinic.alerts`, in the order of `clinic.assessments` and `clinic.treatments`."""
        if isinstance(cause.row, Treatment):
            return self._of_treatment(cause.row, cause.dose)
        found = []
        instrument = instruments.instrument(cause.row.instrument, cause.row.version)
        if cause.row.suicide_state in ("yes", "skipped"):
            found.append(alerts.suicide_concern(self.db, cause.row, instrument))
        if self._may_be_worse(cause.row):
            alerts.if_worse(self.db, cause.row, instrument, self._baseline(cause.row))
            found += [a for a, _ in alerts.open_ones(self.db, self.one.patient) if a.rule != alerts.SUICIDE]
        return found

    def _of_treatment(self, row: Treatment, dose: Dose) -> list[Alert]:
        if serious := [event.term for event in dose.events if event.serious]:
            alerts.serious_event(self.db, row, serious)
        if dose.confirmed:
            what = f"Dose given (mg) {dose.given_mg:g} is outside what is usual (expected 1 to 500)."
            alerts.unlikely_entry(self.db, row, [what], dose.confirmed)
        return [a for a, _ in alerts.open_ones(self.db, self.one.patient) if a.treatment_id == row.id]

    def _may_be_worse(self, row: Assessment) -> bool:
        """A cheap look before the baseline is worked out, which costs a frame."""
        first = next((t.started_at for _, t in self.one.treatments if t.episode_id == row.episode_id), None)
        if first is None or row.total is None or not alerts.watches(row.instrument):
            return False
        before = [
            s.total
            for s in self.one.scores
            if s.instrument == row.instrument and s.total is not None and s.taken_at <= first
        ]
        return row.total - min(before, default=row.total) >= CLOSE_TO_WORSE

    def _baseline(self, row: Assessment):
        which = (row.episode_id, row.instrument)
        if which not in self.baselines:
            episode = next(e for _, e in self.one.courses if e.id == row.episode_id)
            frame = assessments.scores(self.db, self.one.patient)
            self.baselines[which] = episodes.baseline(self.db, episode, frame, row.instrument)
        return self.baselines[which]

    def _note(self, alert: Alert, cause: Cause) -> None:
        """Gives what a rule just did its historical time, and plans who answers when."""
        known = self.open.get(alert.rule)
        if known is None:
            alert.key = self.key("alert", self.one.person.number, self.count)
            alert.opened_at = cause.at
            self.count += 1
        if known is None or alert.raised_at != known[1]:
            alert.raised_at = cause.at
            self.due[alert.rule] = self._planned(alert, cause)
        self.open[alert.rule] = (alert, alert.raised_at)
        if self._stays_open(alert, cause):
            self.due[alert.rule] = (self.due[alert.rule][0], self.end)

    def _planned(self, alert: Alert, cause: Cause) -> tuple[datetime, datetime]:
        """When it is seen and when it is closed."""
        seen = in_hours(cause.at, float(self.rng.uniform(3, 45)))
        longer = 60 if alert.level < HIGH else 240
        return seen, in_hours(seen, float(self.rng.gamma(2, longer / 2)) + 10)

    def _stays_open(self, alert: Alert, cause: Cause) -> bool:
        if alert.rule != alerts.SUICIDE:
            return cause.at > self.end - OTHERS_OPEN
        return self.open_since is not None and cause.at >= self.open_since

    def _work_until(self, at: datetime) -> None:
        for rule, (seen, closed) in list(self.due.items()):
            alert, _ = self.open[rule]
            if seen < at and alert.acknowledged_at is None and not self._unseen(alert):
                alert.acknowledged_at, alert.acknowledged_by = seen, self._who(alert, seen).name
            if closed < at:
                self._close(alert, closed)
                del self.open[rule], self.due[rule]

    def _unseen(self, alert: Alert) -> bool:
        """Of the concerns that came in last about half have not been looked at."""
        fresh = alert.rule == alerts.SUICIDE and alert.raised_at > self.end - UNSEEN
        return fresh and self.due[alert.rule][1] >= self.end and self.one.person.number % 2 == 0

    def _close(self, alert: Alert, at: datetime) -> None:
        who = self._who(alert, at)
        alert.action = str(self.rng.choice(ACTIONS[_sort(alert)]))
        alert.closed_at, alert.closed_by, alert.closed_by_id = at, who.name, who.id
        self.db.flush()

    def _who(self, alert: Alert, at: datetime) -> Account:
        if alert.rule != alerts.SUICIDE or alert.level >= HIGH:
            return self.duty.clinician(self.one.person.clinician)
        return self.duty.nurse(self.rng, self.one.person.site, at)


def _sort(alert: Alert) -> str:
    if alert.rule == alerts.SUICIDE:
        if "skipped" in alert.saw:
            return "skipped"
        return "high" if alert.level >= HIGH else "low"
    return {"adverse_event.serious": "serious", "entry.unlikely": "unlikely"}.get(alert.rule, "worse")


def _causes(one: Written) -> Iterator[Cause]:
    for row in one.scores:
        if row.status != Status.VOID:
            yield Cause(row.entered_at, row)
    for dose, row in one.treatments:
        if dose.confirmed or any(event.serious for event in dose.events):
            yield Cause(row.entered_at, row, dose)


def _open_since(written: list[Written], causes: dict[int, list[Cause]], end: datetime) -> dict[int, datetime]:
    """person -> the moment from which nobody has closed their concern: told, or the last answer of the few
    people who gave theirs last."""
    told = {
        one.person.number: one.person.concern_kept_from for one in written if one.person.concern_kept_from
    }
    last = {
        number: max(times)
        for number, entered in causes.items()
        if number not in told and (times := [cause.at for cause in entered if _asked_and_not_no(cause.row)])
    }
    latest = sorted(last, key=last.get, reverse=True)
    fresh = [number for number in latest if last[number] > end - CONCERNS_FRESH]
    kept = fresh[:CONCERNS_OPEN] if len(fresh) >= FEWEST_OPEN else latest[:FEWEST_OPEN]
    return told | {number: last[number] for number in kept}


def _asked_and_not_no(row: Assessment | Treatment) -> bool:
    return isinstance(row, Assessment) and row.suicide_state in ("yes", "skipped")
