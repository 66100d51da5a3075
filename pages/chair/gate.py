"""The questions before the dose and the measurements: every tap is a row before the page is drawn again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from clinic import editions, instruments
from clinic.access import can
from clinic.chair import answers, before, known, predose
from clinic.protocols import gate as rules
from clinic.protocols.gate import Reason
from clinic.protocols.shapes import GateItem
from clinic.protocols.vitals import Breach, worst
from data_model import GateAnswer, VitalSigns, database
from data_model.columns import now
from pages.chair import place
from pages.chair.context import Chair
from pages.shared import clock, refusals, second, sheet, who
from pages.shared.words import as_typed

CHOICES = ("yes", "no", "unknown")
FIELDS = {
    "systolic_mmhg": "Systolic",
    "diastolic_mmhg": "Diastolic",
    "heart_rate_bpm": "Pulse",
    "spo2_percent": "SpO₂ %",
    "respiratory_rate": "Breaths",
    "moaas": "MOAA/S",
}
SUICIDE = "gate.suicide"
SUICIDE_SCALES = ("phq9", "cssrs_since")  # one of the two is answered on each visit (docs/clinical.md C.2)
NONE = "none"
TIERS = {
    "critical": "critical",
    "red": "red",
    "no_start": "do not start",
    "hold": "prescriber decides",
    "amber": "amber: look again",
    "info": "said only",
}


def today(chair: Chair) -> None:
    items, said, reasons = read(chair)
    asked = [item for item in items if item.lasts != "course" and item.id != answers.IDENTITY]
    with database(chair.actor) as db:
        beside = known.beside(db, chair.treatment)
    with st.container(border=True, key="questions"):
        done = sum(item.id in said and item.id not in reasons for item in asked)
        st.header(f"Asked today ({done} of {len(asked)} as they should be)", anchor=False)
        for item in asked:
            question(chair, item, said.get(item.id), reasons.get(item.id), beside.get(item.id, ()))


def course(chair: Chair) -> None:
    """Asked once in a course: out of the way when all are answered, with the age of the oldest answer."""
    items, said, reasons = read(chair)
    asked = [item for item in items if item.lasts == "course"]
    left = [item for item in asked if item.id not in said or item.id in reasons]
    label = f"Asked once in the course ({len(asked) - len(left)} of {len(asked)} as they should be)"
    if not left and asked:
        oldest = min(said[item.id].answered_at for item in asked)
        label += f", the oldest answer {clock.ago(oldest)}"
    with database(chair.actor) as db:
        beside = known.beside(db, chair.treatment)
    with (
        st.expander(label, expanded=bool(left), icon=":material/history:"),
        st.container(key="course-questions"),
    ):
        for item in asked:
            question(chair, item, said.get(item.id), reasons.get(item.id), beside.get(item.id, ()))


def read(chair: Chair) -> tuple[list[GateItem], dict[str, GateAnswer], Mapping[str, Reason]]:
    """The questions for this person, their answers, and what the gate still holds against each."""
    with database(chair.actor) as db:
        protocol = editions.in_force(db)
        visit = before.visit(db, chair.treatment, identified=True)
        said = answers.answers(db, chair.treatment)
    against = [one for one in rules.answer_reasons(protocol, visit) if one.verdict != rules.GO]
    return rules.asked(protocol, visit), said, {one.id: one for one in against}


def question(
    chair: Chair, item: GateItem, said: GateAnswer | None, against: Reason | None, beside: Sequence[str]
) -> None:
    name = chair.key(f"gate {item.id}")
    value = said.value if said and said.value in CHOICES else None
    st.session_state[name] = value
    with st.container(gap="xsmall", key=f"q-{item.id.replace('.', '-')}"):
        words, control = st.columns([3, 2], vertical_alignment="center")
        words.html(_words(item, [*beside, *([_state(said, against, chair)] if value else [])]))
        control.segmented_control(
            as_typed(item.asks),
            CHOICES,
            format_func=str.capitalize,
            key=name,
            label_visibility="collapsed",
            on_change=tap,
            args=(chair, item.id, name),
        )
        if item.id == SUICIDE:
            ask_scales(chair)
        if value and against and against.verdict == rules.PRESCRIBER:
            reviewed(chair, said)


def _words(item: GateItem, below: Sequence[str]) -> str:
    lines = "".join(f"<small>{place.text(line)}</small>" for line in below)
    return f'<div class="asked"><b>{place.text(item.asks)}</b>{lines}</div>'


def tap(chair: Chair, item: str, name: str) -> None:
    value = st.session_state[name] or "not assessed"
    place.attempt(chair, lambda db: answers.answer(db, chair.treatment.key, item, value))


def _state(said: GateAnswer, against: Reason | None, chair: Chair) -> str:
    """Who answered and when, and what follows from it in words."""
    at = said.answered_at.astimezone(chair.zone)
    today = at.date() == now().astimezone(chair.zone).date()
    by = f"{said.author}, {f'{at:%H:%M}' if today else clock.moment(said.answered_at, chair.zone)}"
    seen = f" · seen by {said.reviewed_by}" if said.reviewed_by else ""
    if against is None:
        return by + seen
    if "too long ago" in against.says:
        return f"Too long ago, ask again · {by}"
    return f"{against.verdict.capitalize()} · {by}{seen}"


def ask_scales(chair: Chair) -> None:
    """The ways to ask, where no scale of today has asked yet."""
    with database(chair.actor) as db:
        if known.asked_today(db, chair.treatment):
            return
    catalogue = instruments.catalogue()
    with st.container(horizontal=True):
        for id in SUICIDE_SCALES:
            if id in catalogue and st.button(
                f"Record {catalogue[id].title}", key=chair.key(f"ask {id}"), icon=":material/edit_note:"
            ):
                query = {"patient": chair.patient.key, "instrument": id}
                st.switch_page("clinical/assessment.py", query_params=query)


def reviewed(chair: Chair, said: GateAnswer) -> None:
    """A prescriber has seen this answer: with one tap if they are signed in, else by their secret."""
    key = chair.key(f"review {said.key}")
    if can(chair.actor, "prescribe"):
        st.button(
            "Seen, go ahead",
            key=key,
            icon=":material/visibility:",
            on_click=place.attempt,
            args=(chair, lambda db: before.review(db, said.key, treatment_key=chair.treatment.key)),
        )
        return
    with st.popover("A prescriber has seen it", icon=":material/visibility:"), refusals.in_words():
        if secret := second.ask("Seen, go ahead", "prescribe", key):
            with database(who.actor()) as db:
                before.review(db, said.key, treatment_key=chair.treatment.key, prescriber=secret)
            st.rerun()


# ---- vital signs before the dose -------------------------------------------------------------------------------


def measured(chair: Chair) -> None:
    with database(chair.actor) as db:
        rows = predose.observed(db, chair.treatment)
        protocol = editions.in_force(db)
    with st.container(border=True, key="predose"):
        st.header("Vital signs before the dose", anchor=False)
        with st.form(chair.key("observe"), clear_on_submit=True, enter_to_submit=False, border=False):
            with st.grid(6, min_column_width=76, gap="xsmall", vertical_alignment="bottom"):
                values = {
                    name: st.number_input(label, value=None, step=1, key=chair.key(f"pre {name}"))
                    for name, label in FIELDS.items()
                }
            symptoms = st.pills(
                "Symptoms now (nothing chosen: not asked)",
                [NONE, *(each.id for each in protocol.symptoms)],
                selection_mode="multi",
                format_func=({NONE: "no symptom"} | {each.id: each.title for each in protocol.symptoms}).get,
                key=chair.key("pre symptoms"),
            )
            oxygen = st.checkbox("On oxygen", key=chair.key("pre oxygen"))
            pressed = st.form_submit_button("Save these values", type="primary", icon=":material/check:")
        if pressed:
            with refusals.in_words():
                asked = [each for each in symptoms if each != NONE] if symptoms else None
                with database(who.actor()) as db:
                    predose.observe(db, chair.treatment.key, values, symptoms=asked, on_oxygen=oxygen or None)
                st.rerun()
        if not rows:
            st.caption("Nothing recorded yet.")
            return
        sheet.table(
            "", ("at", "measured", "tier", "what the limits say"), [_line(chair, *each) for each in rows]
        )
        with st.container(horizontal=True):
            for row, _ in rows:
                st.button(
                    f"Take back {row.observed_at.astimezone(chair.zone):%H:%M}",
                    key=chair.key(f"undo {row.key}"),
                    type="tertiary",
                    icon=":material/undo:",
                    on_click=place.attempt,
                    args=(chair, lambda db, key=row.key: predose.take_back(db, key)),
                )


def _line(chair: Chair, row: VitalSigns, breaches: Sequence[Breach]) -> tuple[str, str, str, str]:
    """When, the numbers, and what the gravest limits say of them."""
    gravest = worst(breaches)
    at = f"{row.observed_at.astimezone(chair.zone):%H:%M}"
    if gravest is None:
        return at, numbers(row), "within the limits", ""
    why = dict.fromkeys(one.says for one in breaches if one.tier == gravest.tier)
    return at, numbers(row), TIERS[gravest.tier], " ".join(why)


def numbers(row: VitalSigns) -> str:
    pressure = f"{_or_dash(row.systolic_mmhg)}/{_or_dash(row.diastolic_mmhg)}"
    return (
        f"{pressure} · pulse {_or_dash(row.heart_rate_bpm)} · SpO₂ {_or_dash(row.spo2_percent)} % · "
        f"breaths {_or_dash(row.respiratory_rate)} · MOAA/S {_or_dash(row.moaas)}"
    )


def _or_dash(value: int | None) -> str:
    return "–" if value is None else str(value)
