"""Other medicines on the sheet: what was asked about before the dose, and the list of medicines of that day."""

from __future__ import annotations

from collections.abc import Callable

from clinic.report.rems_fact import NOT_KNOWN, Fact, Known, said, yes_no
from data_model import DrugIntake

# Of the protocol's class of benzodiazepines and Z-drugs, those for which the form has another line.
Z_DRUGS = ("zopiclone", "eszopiclone", "zolpidem", "zaleplon")
OTHER_CLASSES = (
    "drug.gabapentinoid",
    "drug.depressant",
    "drug.alcohol",
    "drug.propranolol",
    "drug.clonidine",
)


def always(_: str) -> bool:
    return True


def is_z_drug(name: str) -> bool:
    return any(each in name.casefold() for each in Z_DRUGS)


def is_benzodiazepine(name: str) -> bool:
    """Of the class of both; a row without the drug's name may be either, and is not counted as one of them."""
    return bool(name) and not is_z_drug(name)


def drugs(known: Known) -> list[tuple[str, str]]:
    """(class, drug) of everything that is recorded as taken or on the list."""
    asked = [(row.drug_class, row.drug or "") for row in known.record.rows(DrugIntake)]
    return [*asked, *known.medicines]


def taken(known: Known, *classes: str, suits: Callable[[str], bool] = always) -> Fact:
    """Yes with the names, or nothing: that no drug was entered does not say that none is taken."""
    named = [drug or kind for kind, drug in drugs(known) if kind in classes and suits(drug)]
    return yes_no(True, ", ".join(dict.fromkeys(named))) if named else NOT_KNOWN


def which(known: Known) -> Fact:
    named = [drug for kind, drug in drugs(known) if kind in (*OTHER_CLASSES, "drug.opioid") and drug]
    return said(", ".join(dict.fromkeys(named)))
