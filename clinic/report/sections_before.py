"""Of the printout: who it is about, what was ordered, and the gate before the dose."""

from __future__ import annotations

from typing import Any

from clinic.report import cells, words
from clinic.report.cells import cell
from clinic.report.gathering import Record
from data_model import DoseOrder, DrugIntake, GateAnswer, GateVerdict
from data_model.columns import Status

HIDDEN = "confirmed; the name is not yours to see"
PRIVATE = "confirmed; the name is hidden in privacy mode"


def identity(record: Record, said: str | None) -> str | None:
    """Name and birth date as somebody confirmed them, unless the reader may not see names or has
    hidden them."""
    if not (said and record.person.nameless):
        return said
    return PRIVATE if record.person.private else HIDDEN


def order_section(record: Record) -> dict[str, Any]:
    """Every order that was placed, the last first; one that was replaced says so under "Taken back"."""
    orders = sorted(record.rows(DoseOrder), key=lambda row: row.ordered_at, reverse=True)
    blocks: list[Any] = []
    for order in orders:
        blocks += [order_facts(record, order), findings(order.findings, "What the limits saw in the order")]
    ordered = words.number("mg")(record.treatment.ordered_mg)
    if not orders:
        blocks = [cells.facts(("Ordered", cell(ordered, old=amended_mg(record)))), cells.says(NO_ORDER)]
    return cells.section("Order", *blocks)


NO_ORDER = "No order was placed in this software: what stands here was entered with the record."


def amended_mg(record: Record) -> list[str | None]:
    return [words.number("mg")(each) for each in record.before(record.treatment, "ordered_mg")]


def order_facts(record: Record, order: DoseOrder) -> cells.Block:
    zone = record.zone
    mg = f"{order.mg:g} mg {order.substance.value} {order.route.value}"
    second = words.by_at(order.confirmed_by, order.confirmed_at, zone)
    if second is None and order.status == Status.DRAFT:
        second = "waiting for a second clinician"
    pairs = [
        ("Ordered", cell(mg, strong=True)),
        ("By", cell(words.by_at(order.ordered_by, order.ordered_at, zone))),
        ("mg/kg", cell(words.number("mg/kg")(order.mg_per_kg))),
        ("Weight", cell(weight(order.weight_kg, order.weight_basis, order.dosing_kg, order.weighed_on))),
        ("Over", cell(words.number("min")(order.minutes))),
        ("Concentration", cell(words.number("mg/mL")(order.concentration_mg_per_ml))),
        ("Volume", cell(words.number("mL")(order.volume_ml))),
        ("Devices of 28 mg", cell(words.text(order.devices))),
        ("Ladder", cell(order.ladder)),
        ("Emergency indication", cell("yes" if order.emergency else None)),
        ("Identity confirmed", cell(identity(record, order.identity))),
        ("Second clinician", cell(second)),
        ("Reason", cell(order.reason)),
        ("Note", cell(order.note)),
        ("Protocol", cell(f"{order.protocol} {order.protocol_version}")),
    ]
    optional = ("Volume", "Devices of 28 mg", "Ladder", "Emergency indication", "Reason", "Note")
    return cells.facts(*(pair for pair in pairs if not (pair[0] in optional and pair[1]["missing"])))


def weight(kg: float | None, basis: Any, dosing_kg: float | None, weighed_on: Any) -> str | None:
    """`70 kg, weighed 3 Nov 2026; dosed on the ideal weight, 61.5 kg`."""
    if kg is None:
        return None
    weighed = f", weighed {words.day(weighed_on)}" if weighed_on else ", day of weighing not recorded"
    on = f"; dosed on the {words.text(basis)} weight" + (f", {dosing_kg:g} kg" if dosing_kg else "")
    return f"{kg:g} kg{weighed}{on}"


def findings(found: list[dict], title: str) -> cells.Block | None:
    """Rows of a stored order: each with the rule's id, its tier and what it saw."""
    rows = [
        (
            "grave"
            if each.get("tier") in ("strong", "block")
            else "amber"
            if each.get("tier") == "warn"
            else "",
            [cell(each.get("tier")), cell(each.get("says")), cell(each.get("id"))],
        )
        for each in found
    ]
    return cells.table(title, {"Tier": 1, "What": 6, "Rule": 3}, rows)


# ---- the gate --------------------------------------------------------------------------------------------------


def gate_section(record: Record) -> dict[str, Any]:
    blocks: list[Any] = []
    for verdict in record.verdicts:
        blocks += verdict_blocks(record, verdict)
    if not record.verdicts:
        blocks.append(
            cells.says("No verdict of the gate is recorded: nobody asked to start in this software.")
        )
    return cells.section("Before the dose", *blocks, answers(record), drugs(record))


def verdict_blocks(record: Record, verdict: GateVerdict) -> list[cells.Block | None]:
    by = words.by_at(verdict.author, verdict.decided_at, record.zone)
    overridden = (
        verdict.override_reason
        and f"by {verdict.overridden_by or 'nobody by name'}: {verdict.override_reason}"
    )
    pairs = [
        ("Verdict", cell(verdict.verdict, strong=True)),
        ("Asked by", cell(by)),
        ("Dose started on it", cell(words.text(verdict.started))),
        ("By protocol", cell(f"{verdict.protocol} {verdict.protocol_version}")),
    ]
    if overridden:
        pairs.insert(1, ("Overridden", cell(overridden, strong=True)))
    rows = [
        (
            ""
            if each.get("verdict") == "go"
            else "grave"
            if each.get("verdict") == "do not start"
            else "amber",
            [cell(each.get("verdict")), cell(each.get("says")), cell(each.get("id"))],
        )
        for each in verdict.reasons
    ]
    return [cells.facts(*pairs), cells.table("", {"Asks for": 2, "Why": 6, "Rule": 3}, rows)]


def answers(record: Record) -> cells.Block | None:
    """In the order of the protocol; two answers to one question stand under each other."""
    items = {item.id: item for item in record.protocol.gate} if record.protocol else {}
    place = {id: at for at, id in enumerate(items)}
    found = sorted(record.rows(GateAnswer), key=lambda row: (place.get(row.item, len(place)), row.id))
    rows = []
    for row in found:
        item = items.get(row.item)
        against = item is not None and row.value != item.go_if
        reviewed = words.by_at(row.reviewed_by, row.reviewed_at, record.zone)
        note = " · ".join(part for part in (row.note, reviewed and f"seen by {reviewed}") if part)
        rows.append(
            (
                "amber" if against else "",
                [
                    cell(item.title if item else row.item),
                    cell(row.value, strong=against),
                    cell(words.by_at(row.author, row.answered_at, record.zone)),
                    cell(note) if note else cells.nothing(),
                ],
            )
        )
    columns = {"Question": 4, "Answer": 2, "By": 3.4, "Note": 3.4}
    return cells.table("Answers", columns, rows, empty="No answer to a question before the dose is recorded.")


def drugs(record: Record) -> cells.Block | None:
    titles = {each.id: each.title for each in record.protocol.concomitant} if record.protocol else {}
    rows = [
        (
            "",
            [
                cell(titles.get(row.drug_class, row.drug_class)),
                cell(" ".join(part for part in (row.drug, row.dose) if part)),
                cell(words.moment(record.zone)(row.taken_at)),
                cell(row.author),
            ],
        )
        for row in record.rows(DrugIntake)
    ]
    columns = {"Class": 3, "Drug": 3, "Last taken": 2, "Entered by": 2}
    return cells.table("Other drugs", columns, rows, empty="No other drug is recorded.")
