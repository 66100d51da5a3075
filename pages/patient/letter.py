"""A letter for the referrer: chosen, looked at, and then taken out; below it those already made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import streamlit as st

from clinic import accounts, letter, patients
from clinic.letter import Chosen
from data_model import Database, Letter, Patient, database
from pages.patient.seen import Seen
from pages.shared import clock, refusals, sheet, who

PARTS = {
    "treatments": "Treatments",
    "side_effects": "Side effects",
    "medication": "Medication",
    "suicide": "Suicidal thoughts",
}
PAGE_PX = 720
Make = Callable[[Database, Patient, Chosen], bytes | str]


@st.fragment
def show(seen: Seen) -> None:
    """Runs by itself while somebody writes; nothing is made of it until they ask to see the page."""
    if seen.may("write letters"):
        with refusals.in_words():
            written(seen)
    with refusals.in_words():
        made_before(seen)


def written(seen: Seen) -> None:
    chosen = choice(seen)
    with st.container(horizontal=True, vertical_alignment="center"):
        label, icon = "Show the page", ":material/visibility:"
        asked = st.button(label, type="primary", icon=icon, key=seen.key("letter show"))
        st.caption("Look at it first. The file is made at the click, from the data of that moment.")
    if asked:
        look(seen, chosen)
    drawn(seen, chosen)


# ---- choosing --------------------------------------------------------------------------------------------------


def choice(seen: Seen) -> Chosen:
    left, right = st.columns(2, gap="large")
    with left:
        recipient = st.text_area(
            "To", key=seen.key("letter to"), placeholder="Name and address, a line each", height=110
        )
        scales = st.multiselect(
            f"Scales, at most {letter.MOST_SCALES}",
            choices(seen),
            default=letter.proposed_scales(seen.primary, choices(seen), seen.catalogue),
            max_selections=letter.MOST_SCALES,
            format_func=lambda name: seen.catalogue[name].title,
            key=seen.key("letter scales"),
        )
        since, until = days(seen)
        parts = st.pills(
            "Besides the scores",
            list(PARTS),
            selection_mode="multi",
            default=list(PARTS),
            format_func=PARTS.__getitem__,
            key=seen.key("letter parts"),
            wrap=True,
        )
    with right:
        plan = st.text_area("Plan", key=seen.key("letter plan"), height=140)
        remark = st.text_area("Remark", key=seen.key("letter remark"), height=140)
        st.caption("A part that is left out is named as left out on the page.")
    return Chosen(
        seen.course.key,
        recipient,
        tuple(scales),
        since,
        until,
        plan=plan,
        remark=remark,
        **{name: name in parts for name in PARTS},
    )


def choices(seen: Seen) -> list[str]:
    """The leading scale, then those with a score, in the order of their first use."""
    used = [name for name in dict.fromkeys(seen.scores["instrument"]) if seen.catalogue[name].has_total]
    return [seen.primary.id, *(name for name in used if name != seen.primary.id)]


def days(seen: Seen) -> tuple[date, date]:
    """The current course until today, unless somebody chooses other days; a range half chosen is one day."""
    baseline = seen.baselines.get(seen.primary.id)
    times = (seen.course.opened_at, seen.first_dose, baseline.taken_at if baseline else None)
    today = seen.as_of.astimezone(seen.zone).date()
    picked = st.date_input(
        "Scores and treatments from, until",
        (letter.proposed_since(times, seen.zone), today),
        max_value=today,
        format="DD/MM/YYYY",
        key=seen.key("letter days"),
    )
    return (picked[0], picked[-1]) if picked else (today, today)


# ---- the page, and taking it out -------------------------------------------------------------------------------


def look(seen: Seen, chosen: Chosen) -> None:
    """Keeps the picture together with what it shows; a refusal leaves none, so that no old page passes for this."""
    st.session_state.pop(seen.key("letter shown"), None)
    with database(who.actor()) as db:
        page = letter.picture(db, patients.get(db, seen.patient.key), chosen)
    st.session_state[seen.key("letter shown")] = (chosen, page)


def drawn(seen: Seen, chosen: Chosen) -> None:
    """Only a page that somebody has seen as it is now can be taken out."""
    shown = st.session_state.get(seen.key("letter shown"))
    if shown is None:
        return
    if shown[0] != chosen:
        st.info("You changed something since the page was shown: show it again.", icon=":material/edit:")
        return
    with st.container(horizontal=True):
        button(seen, chosen, "PDF", "application/pdf", letter.pdf)
        button(seen, chosen, "HTML", "text/html", letter.html)
    with st.container(border=True, width=PAGE_PX):
        st.image(
            shown[1],
            alt="The letter as it will be printed. The HTML file says the same in words.",
            width="stretch",
        )


def button(seen: Seen, chosen: Chosen, label: str, mime: str, make: Make) -> None:
    """The file's name holds nobody's name."""
    st.download_button(
        label,
        data=partial(made, st.user.get("access"), seen.patient.key, chosen, make),
        file_name=f"letter-{seen.patient.key}-{seen.as_of.astimezone(seen.zone):%Y-%m-%d}.{label.lower()}",
        mime=mime,
        icon=":material/print:" if label == "PDF" else ":material/html:",
        on_click="ignore",
        key=seen.key(f"letter {label}"),
    )


def made(access: str | None, patient: str, chosen: Chosen, make: Make) -> bytes | str:
    """Runs apart from the page, some time after it was drawn: who is asking is looked up anew."""
    with database(accounts.actor_of(access)) as db:
        return make(db, patients.get(db, patient), chosen)


# ---- those that went out ---------------------------------------------------------------------------------------


def made_before(seen: Seen) -> None:
    with database(who.actor()) as db:
        letters = letter.of_patient(db, seen.patient)
    if letters:
        headings = ("Made", "To", "Form", "Scores and treatments", "By", "No.")
        sheet.table("Letters made", headings, [line(seen, each) for each in letters])
        st.caption("That a letter was made does not say that it was sent.")
    else:
        st.caption("No letter has been made yet.")


def line(seen: Seen, one: Letter) -> tuple[str, ...]:
    since, until = (f"{date.fromisoformat(one.chosen[end]):%-d %b %Y}" for end in ("since", "until"))
    return (
        clock.moment(one.entered_at, seen.zone),
        one.recipient.partition("\n")[0],
        one.form.upper(),
        f"{since} to {until}",
        one.author,
        one.key,
    )
