"""Wrong patient: find the right one, see both side by side, say why. And what was moved, in both places.

`seen` is anything with actor, patient, zone and key: the Patient page's `Seen`, or a treatment's `Chair`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st

from clinic import assessments, moving, treatments
from clinic.outcomes.wording import plural
from clinic.patients import Person
from data_model import Database, Patient, database
from pages.chair import birth_date
from pages.patient.seen import Seen
from pages.shared import clock, refusals, sheet, who
from pages.shared.address import open_patient
from pages.shared.words import as_typed

ALERTS = {
    "assessment": "Its alerts are looked at anew beside the right person's own scores. A suicide answer stands there "
    "as an open concern, and no longer here. A baseline that was chosen is chosen no more.",
    "treatment": "Observations, events, orders, checks and alerts go along; dose, weight and mg/kg stay as recorded. A "
    "signed record is amended: its signature stays, and says for whom it was.",
}

MOST = 6  # people offered at once
WITHOUT = {"assessment": "; the score stands there without one.", "treatment": ". Begin one there first."}


@st.fragment
def score(seen: Seen, key: str) -> None:
    """For one score, beside "Take it out"."""
    _ask(seen, "assessment", key, "Wrong patient? Move this score")


@st.fragment
def treatment(seen: Seen, key: str) -> None:
    """For one finished treatment."""
    _ask(seen, "treatment", key, "Wrong patient? Move this treatment")


@st.fragment
def merge(seen: Seen) -> None:
    """For two records of one person."""
    box = st.expander(
        "Does this person have a second record?",
        icon=":material/merge:",
        key=seen.key("merge"),
        on_change="rerun",
    )
    if not box.open:
        return
    with box, refusals.in_words():
        other = _find(seen, "merge", "1. Which is the other record?")
        if other is None:
            return
        _beside(seen, other, "2. Is this one person?", ("This record", "The other"), True)
        keep = st.radio(
            "Which record is kept?",
            [seen.patient.key, other.key],
            format_func={
                seen.patient.key: f"this one, {as_typed(seen.patient.record_number)}",
                other.key: f"the other, {as_typed(other.record_number)}",
            }.get,
            horizontal=True,
            key=seen.key(f"merge keep {other.key}"),
        )
        st.caption(
            "Everything of both then stands in the record that is kept, each course as a course of its own. The other "
            "number still finds it. This cannot be taken back in one step."
        )
        reason, born = _why(seen, f"merge {other.key}", "How you know that this is one person")
        if st.button("Make it one record", type="primary", key=seen.key("merge do")):
            gone = ({seen.patient.key, other.key} - {keep}).pop()
            with database(who.actor()) as db:
                moving.merge(db, keep, gone, reason=reason, birth_date=born)
            st.session_state["just saved"] = "The two records are one now."
            open_patient(keep)


def history(told: Sequence[moving.Told]) -> None:
    """What came from another record or went to one; nothing where nothing did."""
    if told:
        sheet.facts(
            [("Put right", [" ".join([each.says.rstrip(".") + ".", *each.letters]) for each in told])]
        )


# ---- one score or treatment -------------------------------------------------------------------------------------


def _ask(seen: Seen, table: str, key: str, title: str) -> None:
    box = st.expander(title, icon=":material/move_up:", key=seen.key(f"move {key}"), on_change="rerun")
    if not box.open:
        return
    with box, refusals.in_words():
        other = _find(seen, f"move {key}", "1. Whose is it?")
        if other is None:
            return
        _beside(seen, other, "2. Is this the right person?", ("It stands here", "It goes here"))
        course = _course(seen, table, key, other)
        _letters(seen, table, key)
        st.caption(ALERTS[table])
        reason, born = _why(seen, f"move {key} {other.key}", "How it came into the wrong record")
        if st.button("Move it", type="primary", key=seen.key(f"move do {key}")):
            _move(seen, table, key, other, reason=reason, birth_date=born, course=course)


def _move(seen: Seen, table: str, key: str, other: Person, **said) -> None:
    act: Callable = {"assessment": moving.move_score, "treatment": moving.move_treatment}[table]
    with database(who.actor()) as db:
        made = act(db, key, other.key, **said)
    st.session_state["just saved"] = f"Moved: {as_typed(made.says)}"
    open_patient(seen.patient.key)


def _course(seen: Seen, table: str, key: str, other: Person) -> str | None:
    """Into which course; the one that was open then stands first."""
    with database(seen.actor) as db:
        at = _when(db, table, key)
        found = moving.courses(db, db.get(Patient, other.id), at)
    if not found:
        st.caption(f"This person has no course of care yet{WITHOUT[table]}")
        return None
    words = {
        each.key: f"{each.indication.value}, opened {clock.day(each.opened_at, seen.zone)}, {each.stage.value}"
        for each in found
    }
    return st.selectbox(
        "Into the course", list(words), format_func=words.get, key=seen.key(f"move course {key} {other.key}")
    )


def _when(db: Database, table: str, key: str):
    return (
        assessments.by_key(db, key).taken_at
        if table == "assessment"
        else treatments.by_key(db, key).started_at
    )


def _letters(seen: Seen, table: str, key: str) -> None:
    with database(seen.actor) as db:
        made = moving.letters_of(db, table, key, seen.patient)
    if made:
        head = f"{plural(len(made), 'paper')} of this record may contain it; tell whoever has "
        st.warning(head + ("it:" if len(made) == 1 else "them:"), icon=":material/mail:")
        sheet.facts([("Sent or printed", made)])


# ---- the three steps --------------------------------------------------------------------------------------------


def _find(seen: Seen, name: str, title: str) -> Person | None:
    """The person somebody picked; before anything is typed, who is called alike."""
    st.markdown(f"**{title}**")
    text = st.text_input(
        "Name or record number",
        placeholder="Name or record number",
        autocomplete="off",
        label_visibility="collapsed",
        key=seen.key(f"{name} search"),
    )
    with database(seen.actor) as db:
        found = moving.others(db, seen.patient, text, most=MOST)
    if not found:
        st.caption("Nobody is found." if text.strip() else "Type a name or a record number.")
        return None
    if not text.strip():
        st.caption("Called alike, or born on the same day with a like name:")
    by_key = {person.key: person for person in found}
    picked = st.radio(
        "Who",
        list(by_key),
        index=None,
        format_func=lambda key: as_typed(f"{by_key[key].name} · {by_key[key].line}"),
        label_visibility="collapsed",
        key=seen.key(f"{name} who {text}"),
    )
    return by_key.get(picked)


def _beside(seen: Seen, other: Person, title: str, headings: tuple[str, str], marking: bool = False) -> None:
    """With `marking`, what tells the two people apart stands out."""
    with database(seen.actor) as db:
        both = [moving.side(db, each) for each in (seen.patient.key, other.key)]
    rows = list(zip(LINES, *(_lines(each, seen) for each in both), strict=True))
    differ = [at for at, (what, one, two) in enumerate(rows) if what in PERSONAL and one != two]
    st.markdown(f"**{title}**")
    sheet.table("", ("", *headings), rows, marked=differ if marking else ())


PERSONAL = ("Name", "Born", "Sex")
LINES = (*PERSONAL, "Record number", "In it", "From, to")


def _lines(side: moving.Side, seen: Seen) -> tuple[str, ...]:
    person, span = side.person, (side.since, side.until)
    counts = {
        "course": side.courses,
        "score": side.scores,
        "treatment": side.treatments,
        "unfinished or planned": side.unfinished,
    }
    return (
        person.name,
        person.born.removeprefix("born "),
        person.sex or "not recorded",
        person.record_number,
        ", ".join(_count(word, n) for word, n in counts.items() if n) or "nothing yet",
        " – ".join(dict.fromkeys(clock.day(at, seen.zone) for at in span if at)) or "nothing yet",
    )


def _count(word: str, n: int) -> str:
    return plural(n, word) if " " not in word else f"{n} {word}"


def _why(seen: Seen, name: str, label: str) -> tuple[str, date | None]:
    st.markdown("**3. Why, and the right person's date of birth**")
    left, right = st.columns(2)
    with left:
        reason = st.text_input(label, key=seen.key(f"{name} why"))
    with right:
        return reason, birth_date.ask(seen, f"{name} born")
