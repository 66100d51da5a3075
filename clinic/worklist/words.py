"""What each sign says: what was seen, in numbers and days, and the rule with its version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from clinic import alerts, instruments, settings
from clinic.flags.by_check import overdue
from clinic.flags.facts import CheckAge
from clinic.instruments import Instrument
from clinic.outcomes.wording import date_words, number, plural, signed
from clinic.patients import Person
from clinic.waiting import allowed_days
from clinic.worklist import rules
from clinic.worklist.entry import Entry
from clinic.worklist.remembered import Known
from clinic.worklist.signs import (
    ALERTS,
    CHECK,
    FADING,
    NOT_ASKED,
    OVERDUE,
    REVIEW,
    WORSE,
    older_checks,
    severity,
)
from data_model import Alert, Database


class Told:
    """Words about signs; what they need of the store is read once."""

    def __init__(self, db: Database, known: Known, found: Mapping[int, Alert], at: datetime):
        self.db, self.known, self.alerts, self.at = db, known, found, at
        self.zone = settings.zone(db)
        self.titles = alerts.titles()
        self.says = {
            NOT_ASKED: self._not_asked,
            WORSE: self._worse,
            FADING: self._fading,
            OVERDUE: self._overdue,
            CHECK: self._checks,
            REVIEW: self._review,
        }

    def entry(self, person: Person, sign: Any) -> Entry:
        if sign.detail == "alert":
            return of_alert(person, self.alerts[sign.ref], self.titles)
        return self.says[sign.kind](person, sign)

    def _not_asked(self, person: Person, sign: Any) -> Entry:
        at = datetime.fromtimestamp(sign.weight, UTC)
        saw = f"No scale that asks about suicide on the day of the treatment of {self._day(at)}."
        return Entry(
            person, NOT_ASKED, "Suicide question not asked", saw, rules.NOT_ASKED.name, at, instrument="phq9"
        )

    def _worse(self, person: Person, sign: Any) -> Entry:
        course, scale = self._course(sign)
        at = _moment(course.now_at)
        saw = (
            f"{scale.title} {number(course.baseline)} at baseline, {number(course.now)} on {self._day(at)} "
            f"({signed(course.now - course.baseline)}): beyond measurement error."
        )
        return self._about(person, WORSE, "Reliably worse", saw, rules.WORSE, scale.default_change.id, at)

    def _fading(self, person: Person, sign: Any) -> Entry:
        course, scale = self._course(sign)
        at = _moment(course.counted_at)
        if sign.detail == "rising":
            saw = (
                f"{scale.title} held {number(course.held)} on two scores in a row, {number(course.counted)} on "
                f"{self._day(at)} ({signed(course.counted - course.held)}), no dose since."
            )
            rule, more = rules.RISING, scale.default_change.id
            return self._about(person, FADING, "Rising since best", saw, rule, more, at)
        line = scale.default_response.line(course.baseline)
        saw = (
            f"{scale.title} met the response rule (best {number(course.best)}, line at {number(line)}); "
            f"{number(course.counted)} on {self._day(at)} does not. One score, not confirmed yet."
        )
        rule, more = rules.FADING, scale.default_response.id
        return self._about(person, FADING, "Response fading", saw, rule, more, at)

    def _overdue(self, person: Person, sign: Any) -> Entry:
        course, scale = self._course(sign)
        since = _moment(course.since)
        allowed = allowed_days(self.db)[course.stage]
        waited = (self.at - since).days
        share = severity(self.known.courses.loc[[sign.ref]])[0]
        last = (
            f"Last total {number(course.last)} of {scale.maximum} on {self._day(_moment(course.last_at))}"
            if course.last == course.last
            else "No total yet"
        )
        saw = (
            f"No {scale.title} for {plural(waited, 'day')} in {course.stage.value} (limit {allowed}). "
            f"{last}; severity {share:.0%}."
        )
        return Entry(
            person, OVERDUE, f"{scale.title} overdue", saw, rules.OVERDUE.name, since, instrument=scale.id
        )

    def _checks(self, person: Person, sign: Any) -> Entry:
        today = self.at.astimezone(self.zone).date()
        course = self.known.courses.loc[[sign.ref]]
        checks = self.known.checks[self.known.checks["patient"] == sign.patient]
        older = [
            (limit, int(age[0]), bool(never[0]))
            for limit, which, age, never in older_checks(self.db, course, checks, today)
            if len(which)
        ]
        saw = " ".join(overdue(CheckAge("", self.at, limit, age, not never)) for limit, age, never in older)
        since = max(age - limit.value for limit, age, _ in older)
        rule = f"{rules.CHECK.name} · {', '.join(limit.id for limit, _, _ in older)}"
        return Entry(person, CHECK, "Checks due", saw, rule, self.at - timedelta(days=int(since)))

    def _review(self, person: Person, sign: Any) -> Entry:
        day = date.fromordinal(int(self.known.courses.at[sign.ref, "review"]))
        late = int(sign.weight)
        saw = f"Review planned for {date_words(day)}" + (
            f", {plural(late, 'day')} ago." if late else ", today."
        )
        at = datetime.combine(day, datetime.min.time(), tzinfo=self.zone).astimezone(UTC)
        return Entry(person, REVIEW, "Review due", saw, rules.REVIEW.name, at)

    def _about(
        self, person: Person, kind: str, title: str, saw: str, rule: rules.Why, more: str, at: datetime
    ) -> Entry:
        return Entry(person, kind, title, saw, f"{rule.name} · {more}", at)

    def _course(self, sign: Any) -> tuple[Any, Instrument]:
        course = self.known.courses.loc[sign.ref]
        return course, instruments.instrument(course.instrument)

    def _day(self, at: datetime) -> str:
        return date_words(at.astimezone(self.zone))


def of_alert(person: Person, alert: Alert, titles: Mapping[str, str]) -> Entry:
    rule = f"{alert.rule} v{alert.rule_version}"
    title = titles.get(alert.rule, alert.rule)
    return Entry(person, ALERTS, title, alert.saw, rule, alert.raised_at, alert=alert)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
