"""Who is this person? Register somebody, or correct what is known of them, and start a course of care."""

from __future__ import annotations

import streamlit as st

from clinic import episodes, patients
from data_model import database
from data_model.episodes import Stage
from data_model.people import Sex
from pages.shared import clock, course_form, who
from pages.shared.address import open_patient
from pages.shared.words import as_typed

actor = who.actor()
key = st.query_params.get("patient")
with database(actor) as db:
    known = patients.get(db, key) if key else None
    courses = episodes.of_patient(db, known) if known else []
    person = patients.identified(db, known) if known else None

of = f"of:{key}:" if key else "new:"
# The version that this form was filled from: a save on top of a newer one is refused.
version = st.session_state.setdefault(of + "version", known.row_version) if known else None

st.title(f"Edit {as_typed(person.name)}" if known else "Register a patient", anchor=False)
with st.container(border=True), st.grid(2, min_column_width=260):
    family = st.text_input("Family name", known.family_name if known else "", key=of + "family")
    given = st.text_input("Given name", known.given_name if known else "", key=of + "given")
    born = st.date_input(
        "Date of birth",
        known.birth_date if known else None,
        min_value=clock.EARLIEST,
        max_value=clock.LATEST,
        format="DD/MM/YYYY",
        key=of + "born",
    )
    number = st.text_input("Record number", known.record_number if known else "", key=of + "number")
    sex = st.selectbox(
        "Sex", list(Sex), list(Sex).index(known.sex) if known else 3, lambda s: s.value, key=of + "sex"
    )
    site = st.text_input("Site", (known.site or "") if known else "", key=of + "site")
    phone = st.text_input("Telephone", (known.phone or "") if known else "", key=of + "phone")
    email = st.text_input("E-mail", (known.email or "") if known else "", key=of + "email")

alike = []
if family and given:
    with database(actor) as db:
        found = [p for p in patients.similar(db, family, given, born) if not known or p.id != known.id]
        alike = [(patients.identified(db, p), p.birth_date == born) for p in found[:5]]
sure = True
if alike:
    same = any(exact for _, exact in alike)
    st.warning(
        "Perhaps this person is registered already." if same else "There are patients with similar names.",
        icon=":material/group:",
    )
    for other, _ in alike:
        label = as_typed(f"{other.name} · {other.line}")
        if st.button(label, key=f"alike {other.key}", type="tertiary", icon=":material/arrow_forward:"):
            open_patient(other.key)
    sure = st.checkbox("This is a different person", key=of + "different") if same and not known else True

start = False
if not courses or courses[-1].stage == Stage.ENDED:
    with st.container(border=True):
        st.header("Course of care", anchor=False)
        start = st.toggle("Start a course now", value=not courses, key=of + "start")
        if start:
            course = course_form.fields(lambda name: of + name)

fields = {
    "family_name": family,
    "given_name": given,
    "birth_date": born,
    "record_number": number,
    "sex": sex,
    "site": site,
    "phone": phone,
    "email": email,
}
if st.button("Save", type="primary", icon=":material/check:", shortcut="Ctrl+S", disabled=not sure):
    with database(actor) as db:
        saved = patients.edit(db, key, version, **fields) if known else patients.register(db, **fields)
        if start:
            episodes.start(db, saved.key, **course)
    for name in [name for name in st.session_state if str(name).startswith(of)]:
        del st.session_state[name]
    open_patient(saved.key)
