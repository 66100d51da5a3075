"""Who may do what: the accounts, their roles, and the table of rights."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from clinic import access, accounts
from data_model import database
from data_model.accounts import Role
from pages.shared import clock, refusals, who
from pages.shared.words import as_typed

actor = who.actor()
with database(actor) as db:
    everyone = accounts.listing(db)

st.title("Accounts", anchor=False)
if temporary := st.session_state.pop("temporary password", None):
    st.success(
        f"Temporary password of {as_typed(temporary[0])}, shown once. They choose their own at the first sign-in."
    )
    st.code(temporary[1], language=None)
elif said := st.session_state.pop("just saved", None):
    st.toast(said, icon=":material/check_circle:")


def state(account) -> str:
    if not account.active:
        return "inactive"
    if account.locked:
        return "locked"
    return "temporary password" if account.must_change_password else "active"


def granted(account) -> str | None:
    """What was granted beside the role."""
    if account.may_prescribe:
        return "prescribes"
    return "sees names" if account.sees_names else None


shown = pd.DataFrame(
    [
        {
            "User name": account.username,
            "Name": account.name,
            "Role": account.role,
            "Granted": granted(account),
            "Site": account.site,
            "State": state(account),
            "Last sign-in": clock.ago(account.last_sign_in) if pd.notna(account.last_sign_in) else None,
        }
        for account in everyone.itertuples()
    ]
)
chosen = st.dataframe(
    shown,
    hide_index=True,
    height="content",
    placeholder="–",
    on_select="rerun",
    selection_mode="single-row",
    key="accounts",
    alt=f"All {len(shown)} accounts",
)


def edit(account: pd.Series) -> None:
    """Role, rights and state of one account. A change of rights counts from the person's next action."""
    of = f"account {account.key} "
    st.header(as_typed(f"{account['name']} ({account.username})"), anchor=False)
    with st.grid(2, min_column_width=240):
        name = st.text_input("Name", account["name"], key=of + "name")
        role = st.selectbox("Role", [r.value for r in Role], list(Role).index(account.role), key=of + "role")
        site = st.text_input("Site", account.site or "", key=of + "site")
    prescribes = (
        st.toggle("May prescribe", bool(account.may_prescribe), key=of + "prescribe")
        if role == "clinician"
        else False
    )
    names = st.toggle("Sees names", bool(account.sees_names), key=of + "names") if role == "lead" else False
    active = st.toggle("Active", bool(account.active), key=of + "active")
    with st.container(horizontal=True):
        if st.button("Save account", type="primary", key=of + "save"):
            with database(who.actor()) as db:
                accounts.change(
                    db,
                    account.key,
                    name=name,
                    role=role,
                    may_prescribe=prescribes,
                    sees_names=names,
                    site=site or None,
                    active=active,
                )
            st.session_state["just saved"] = "Account saved."
            st.rerun()
        if st.button("Give a temporary password", key=of + "reset"):
            with database(who.actor()) as db:
                st.session_state["temporary password"] = (
                    account["name"],
                    accounts.reset_password(db, account.key),
                )
            st.rerun()


def add() -> None:
    with st.form("new account", clear_on_submit=False):
        with st.grid(2, min_column_width=240):
            username = st.text_input("User name")
            name = st.text_input("Name")
            role = st.selectbox("Role", [r.value for r in Role])
            site = st.text_input("Site")
        prescribes = st.checkbox("May prescribe (clinicians)")
        names = st.checkbox("Sees names (leads)")
        asked = st.form_submit_button("Create account", type="primary")
    if asked:
        with refusals.in_words():
            with database(who.actor()) as db:
                made, password = accounts.create(
                    db,
                    username=username,
                    name=name,
                    role=role,
                    may_prescribe=prescribes,
                    sees_names=names,
                    site=site,
                )
            st.session_state["temporary password"] = (made.name, password)
            st.rerun()


if chosen.selection.rows:
    with st.container(border=True), refusals.in_words():
        edit(everyone.iloc[chosen.selection.rows[0]])
with st.expander("New account"):
    add()

st.header("What each role may do", anchor=False)
st.caption(
    "This table is the one that the software obeys; “prescribe” and a lead's “see names” are granted one by one."
)
rights = pd.DataFrame(
    {"Action": [*access.ROLES_BY_ACTION]}
    | {
        role.value: ["yes" if role in roles else "" for roles in access.ROLES_BY_ACTION.values()]
        for role in Role
    }
)
st.dataframe(rights, hide_index=True, height="content", alt="Actions by role")
