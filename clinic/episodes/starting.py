"""Opening a course of care: what it is for, and which scale leads it."""

from __future__ import annotations

from datetime import date

from clinic import instruments, patients
from clinic.access import require
from clinic.episodes.consents import add_consent
from clinic.episodes.reading import of_patient
from clinic.episodes.stages import came_to
from clinic.instruments import Instrument
from clinic.refused import BadInput
from data_model import Database, Episode
from data_model.columns import now
from data_model.episodes import Indication, Stage

# docs/clinical.md A: what leads for which indication, in order; the first one the library holds is proposed.
LEADING: dict[Indication, tuple[str, ...]] = {
    Indication.GENERALISED_ANXIETY: ("gad7", "hama"),
    Indication.SOCIAL_ANXIETY: ("lsas_sr", "spin", "lsas_ca"),
    Indication.PANIC: ("pdss_sr", "oasis"),
    Indication.OBSESSIVE_COMPULSIVE: ("ybocs", "oasis"),
    Indication.POST_TRAUMATIC_STRESS: ("pcl5_week", "oasis"),
    Indication.ANY_ANXIETY: ("oasis", "gad7"),
    Indication.DEPRESSION: ("phq9", "madrs", "hamd17"),
}


def leading(indication: Indication) -> Instrument:
    known = instruments.catalogue()
    return next(known[name] for name in LEADING[Indication(indication)] if name in known)


def start(
    db: Database,
    patient_key: str,
    *,
    indication: Indication,
    primary_instrument: str | None = None,
    consent_to: str | None = None,
    consent_on: date | None = None,
    goal: str | None = None,
) -> Episode:
    """Opens a course in the stage of assessment. Consent may be noted with it, dated today or earlier.
    Raises BadInput while an earlier course is open: scores and treatments would not know where they belong."""
    require(db, "edit patients")
    patient = patients.get(db, patient_key)
    before = of_patient(db, patient)
    if before and before[-1].stage != Stage.ENDED:
        raise BadInput(f"The course for {before[-1].indication.value} is still open: end it first.")
    episode = Episode(
        patient_id=patient.id,
        indication=Indication(indication),
        primary_instrument=instruments.instrument(primary_instrument or leading(indication).id).id,
        opened_at=(at := now()),
        stage_since=at,
        goal=(goal or "").strip() or None,
        author=db.actor.name,
        author_id=db.actor.account_id,
    )
    db.add(episode)
    db.flush()
    came_to(db, episode, Stage.ASSESSMENT, at)
    if consent_on:
        add_consent(db, episode.key, consent_to or "treatment", consent_on)
    return episode
