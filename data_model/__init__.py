"""What is stored: tables, the connection, migrations. Nothing here computes a clinical number.

`SQLModel.metadata` is complete once this package is imported.
"""

from data_model.accounts import AccessSession, Account
from data_model.actor import Actor, NoActor
from data_model.alerts import Alert, Firing
from data_model.assessments import Assessment
from data_model.audit import AuditRow
from data_model.chair import (
    DoseOrder,
    DosePart,
    DrugIntake,
    GateAnswer,
    GateVerdict,
    Interruption,
    LeavingCheck,
    RescueDrug,
)
from data_model.checks import DutyDone, SafetyCheck
from data_model.cohorts import SavedCohort
from data_model.connection import ChangedMeanwhile, Database, Locked, StoreNotReady, database, engine
from data_model.corrections import Move
from data_model.drug_log import DrugDiscrepancy, DrugEntry
from data_model.episodes import Episode, StageChange
from data_model.letters import Letter
from data_model.people import Consent, Diagnosis, EventNote, Medication, Patient, PriorTreatment, Weight
from data_model.protocols import ProtocolApproval, ProtocolEdition
from data_model.settings import Setting
from data_model.signatures import Amendment, Signature
from data_model.treatments import AdverseEvent, Treatment, VitalSigns

__all__ = [
    "AccessSession",
    "Account",
    "Actor",
    "AdverseEvent",
    "Alert",
    "Amendment",
    "Assessment",
    "AuditRow",
    "ChangedMeanwhile",
    "Consent",
    "Database",
    "Diagnosis",
    "DoseOrder",
    "DosePart",
    "DrugDiscrepancy",
    "DrugEntry",
    "DrugIntake",
    "DutyDone",
    "Episode",
    "EventNote",
    "Firing",
    "GateAnswer",
    "GateVerdict",
    "Interruption",
    "LeavingCheck",
    "Letter",
    "Locked",
    "Medication",
    "Move",
    "NoActor",
    "Patient",
    "PriorTreatment",
    "ProtocolApproval",
    "ProtocolEdition",
    "RescueDrug",
    "SafetyCheck",
    "SavedCohort",
    "Setting",
    "Signature",
    "StageChange",
    "StoreNotReady",
    "Treatment",
    "VitalSigns",
    "Weight",
    "database",
    "engine",
]
