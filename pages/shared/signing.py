"""Under a finished treatment: who signed it, whether the signature holds, what was amended, and how to do either."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from clinic import editions, signing
from clinic.access import can
from clinic.refused import BadInput
from clinic.treatments import WORDS
from data_model import Actor, AdverseEvent, Amendment, Treatment, VitalSigns, database
from data_model.columns import Clinical
from data_model.treatments import Route, Severity, Substance, WeightBasis
from pages.shared import clock, refusals, who
from pages.shared.words import as_typed

CLOSED = {"substance": Substance, "route": Route, "weight_basis": WeightBasis, "severity": Severity}
LABELS = WORDS | {
    "lot": "lot",
    "mg_per_kg": "mg/kg",
    "started_at": "start",
    "stopped_at": "stop",
    "concentration_mg_per_ml": "concentration (mg/mL)",
    "ready_at": "ready",
    "left_at": "left",
}


def show(actor: Actor, treatment: Treatment, children: list[Clinical], zone: ZoneInfo, *, key) -> None:
    """`children` are its observations and events; `key` names this record's widgets."""
    with database(actor) as db:
        signed, amended = signing.signatures(db, treatment), signing.amendments(db, treatment)
    st.subheader("Signatures", anchor=False)
    for each in signed:
        _signature(each, zone)
    if not signed:
        st.text("Not signed yet.")
    if amended:
        _amendments(amended, children, zone)
    with st.container(horizontal=True):
        if can(actor, "sign treatments"):
            _sign(actor, treatment, key)
        if signed and can(actor, "amend treatments"):
            _amend(treatment, children, zone, key)
            _late(treatment, key)


def _signature(each: signing.Signed, zone: ZoneInfo) -> None:
    made = each.signature
    st.markdown(
        f"**{as_typed(made.name)}**, {made.role.value}, {clock.moment(made.signed_at, zone)}: "
        f"“{as_typed(made.meaning)}”"
    )
    if each.holds:
        st.caption(f"Holds: the record is as it was signed. SHA-256 {made.content_hash[:16]}…")
    elif each.for_another:
        st.warning(
            "Signed for another patient: the record was moved here afterwards, as the amendment below says. It can be "
            "signed anew.",
            icon=":material/gpp_maybe:",
        )
    else:
        st.warning(
            "This signature no longer holds: the record was changed after it was signed.",
            icon=":material/gpp_maybe:",
        )


def _amendments(amended: list[Amendment], children: list[Clinical], zone: ZoneInfo) -> None:
    st.subheader("Amended after signing", anchor=False)
    for each in amended:
        if each.field == "status":
            continue
        st.markdown(
            f"{as_typed(_where(each, children))}{LABELS.get(each.field, each.field.replace('_', ' '))}: "
            f":gray[~~{as_typed(_word(each.before['is'], zone))}~~] **{as_typed(_word(each.after['is'], zone))}** "
            f"· {as_typed(each.reason)} · {as_typed(each.name)}, {clock.moment(each.amended_at, zone)}"
        )


def _where(each: Amendment, children: list[Clinical]) -> str:
    row = next(
        (one for one in children if one.__tablename__ == each.record_table and one.id == each.record_id), None
    )
    return f"{_name(row)}, " if row is not None else ""


def _name(row: Clinical | None) -> str:
    if isinstance(row, VitalSigns):
        return f"minute {row.minute}"
    return row.term if isinstance(row, AdverseEvent) else "the treatment"


def _word(value: Any, zone: ZoneInfo) -> str:
    """Times of day in the clinic's zone; nothing recorded is said."""
    if value is None or value == "":
        return "not recorded"
    if isinstance(value, dict):  # an observation that came late
        said = {name: each for name, each in value.items() if name != "key"}
        return ", ".join(
            f"{LABELS.get(name, name.replace('_', ' '))} {_word(v, zone)}" for name, v in said.items()
        )
    if isinstance(value, list):  # symptoms: [] is asked and none
        return ", ".join(each.rpartition(".")[2].replace("_", " ") for each in value) or "none"
    if isinstance(value, str) and "T" in value:
        try:
            return clock.moment(datetime.fromisoformat(value), zone)
        except ValueError:
            return value
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _sign(actor: Actor, treatment: Treatment, key) -> None:
    meanings = [words for words, roles in signing.MEANINGS.items() if actor.role in roles]
    with st.popover("Sign", icon=":material/draw:"), refusals.in_words():
        meaning = st.radio("I sign that", meanings, key=key("meaning"))
        with database(actor) as db:
            person = signing.whose(db, treatment)
        confirmed = st.checkbox(f"This is the record of {as_typed(person)}", key=key("identity"))
        password = st.text_input("Your password", type="password", key=key("password"))
        st.caption(f"As {as_typed(actor.name)}, {actor.role}. Afterwards the record can only be amended.")
        if st.button("Sign", type="primary", key=key("sign")):
            if not confirmed:
                raise BadInput("Confirm name and date of birth before you sign.")
            with database(who.actor()) as db:
                signing.sign(db, treatment.key, password, meaning, identity=person)
            st.rerun()


def _amend(treatment: Treatment, children: list[Clinical], zone: ZoneInfo, key) -> None:
    rows = [treatment, *children]
    with st.popover("Amend", icon=":material/edit_note:"), refusals.in_words():
        row = st.selectbox("What", rows, format_func=_name, key=key("amend row"))
        names = signing.AMENDABLE[row.__tablename__]
        field = st.selectbox(
            "Field",
            names,
            format_func=lambda name: LABELS.get(name, name.replace("_", " ")),
            key=key(f"amend field {row.key}"),
        )
        value = _field(row, field, zone, key(f"amend value {row.key} {field}"))
        reason = st.text_input("Why", key=key("amend reason"))
        if st.button("Amend", type="primary", key=key("amend")):
            with database(who.actor()) as db:
                signing.amend(db, treatment.key, row.__tablename__, row.key, {field: value}, reason)
            st.rerun()


MEASURED = ("systolic_mmhg", "diastolic_mmhg", "heart_rate_bpm", "spo2_percent", "respiratory_rate", "moaas")


def _late(treatment: Treatment, key) -> None:
    """An observation that was made then and comes to light only now."""
    with st.popover("Add a late observation", icon=":material/more_time:"), refusals.in_words():
        values = {
            "minute": st.number_input("Minute from the start", value=None, step=1, key=key("late minute"))
        }
        with st.grid(2, min_column_width=110):
            for name in MEASURED:
                values[name] = st.number_input(
                    LABELS.get(name, name).capitalize(), value=None, step=1, key=key(f"late {name}")
                )
        values["note"] = st.text_input("Note", key=key("late note")) or None
        reason = st.text_input("Why it comes only now", key=key("late reason"))
        st.caption("The signature under the record then no longer holds; it can be signed anew.")
        if st.button("Add", type="primary", key=key("late")):
            if values["minute"] is None:
                raise BadInput("Say at which minute it was measured.")
            with database(who.actor()) as db:
                signing.add_late(db, treatment.key, values, reason)
            st.rerun()


def _symptoms(row: VitalSigns, label: str, key: str) -> list[str] | None:
    """Nobody asked, asked and none, or which ones; those are three things."""
    with database(who.actor()) as db:
        known = {
            each.id: each.title for each in editions.of(db, db.get(Treatment, row.treatment_id)).symptoms
        }
    asked = st.selectbox(
        "Asked about symptoms",
        [True, False],
        0 if row.symptoms is not None else 1,
        format_func={True: "yes", False: "not asked"}.get,
        key=f"{key} asked",
    )
    if not asked:
        return None
    return st.multiselect(label, list(known), row.symptoms or [], format_func=known.get, key=key)


def _field(row: Clinical, name: str, zone: ZoneInfo, key: str) -> Any:
    """A widget of the field's own kind, with what stands there now."""
    now, label = getattr(row, name), "What it should say"
    kind = str(type(row).model_fields[name].annotation)
    if name in CLOSED:
        options: list[StrEnum] = list(CLOSED[name])
        return st.selectbox(label, options, options.index(now) if now else None, key=key)
    if name == "symptoms":
        return _symptoms(row, label, key)
    if "bool" in kind:
        words = {True: "yes", False: "no"} | ({None: "not recorded"} if "None" in kind else {})
        return st.selectbox(label, list(words), list(words).index(now), format_func=words.get, key=key)
    if "datetime" in kind:
        found = st.datetime_input(label, now.astimezone(zone).replace(tzinfo=None) if now else None, key=key)
        return found.replace(tzinfo=zone) if found else None
    if "date" in kind:
        return st.date_input(label, now, key=key)
    if "float" in kind:
        return st.number_input(label, value=now, step=1.0, format="%g", key=key)
    if "int" in kind:
        return st.number_input(label, value=now, step=1, key=key)
    return st.text_input(label, now or "", key=key) or None
