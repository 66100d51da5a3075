"""Of the printout: what was seen during the treatment: observations, events, rescue drugs, alerts."""

from __future__ import annotations

from typing import Any

from clinic import alerts
from clinic.report import cells, words
from clinic.report.cells import Cell, cell
from clinic.report.gathering import Record
from clinic.report.judged import breaches, mark
from clinic.report.picture import observed, picture
from data_model import AdverseEvent, Alert, RescueDrug, VitalSigns

# Heading -> the field, and its share of the width. A column without any value is left out and said below.
MEASURED = {
    "Pulse": ("heart_rate_bpm", 1.1),
    "SpO₂": ("spo2_percent", 1.1),
    "Breaths": ("respiratory_rate", 1.3),
    "MOAA/S": ("moaas", 1.4),
    "Dissoc.": ("dissociation", 1.3),
    "Aldrete": ("aldrete", 1.3),
}
SHORT = "n. r."
TIERS = {"amber": "amber", "hold": "hold", "no_start": "do not start", "red": "red", "critical": "critical"}


def vitals_section(record: Record) -> dict[str, Any]:
    drawn = picture(record)
    shown = cells.figure(*drawn) if drawn else None
    return cells.section("Vital signs", shown, observations(record))


def observations(record: Record) -> cells.Block | None:
    rows, seen = observed(record), breaches(record)
    used = {head: at for head, at in MEASURED.items() if any(getattr(row, at[0]) is not None for row in rows)}
    columns = {"Min": 1, "Time": 1.2, "mmHg": 1.6, **{head: width for head, (_, width) in used.items()}}
    lines = [
        (
            mark(seen.get(row.id, [])),
            [
                short(cell(words.text(record.minute_of(row)), old=record.before(row, "minute"))),
                short(cell(words.clock(record.at_of(row), record.zone))),
                short(pressure(record, row)),
                *(short(measured(record, row, field)) for field, _ in used.values()),
                remarks(record, row, seen.get(row.id, [])),
                cell(words.entered(row.author, row.entered_at, row.observed_at, record.zone)),
            ],
        )
        for row in rows
    ]
    unused = [head for head in MEASURED if head not in used]
    note = f"{SHORT} = not recorded." + (f" Not recorded at all: {', '.join(unused)}." if unused else "")
    return cells.table(
        "Observations",
        {**columns, "What was seen": 5, "By": 2.4},
        lines,
        note=note,
        empty="No vital signs were recorded.",
    )


def short(found: Cell) -> Cell:
    return found | {"text": SHORT} if found["missing"] else found


def measured(record: Record, row: VitalSigns, field: str) -> Cell:
    return cell(words.text(getattr(row, field)), old=[words.text(each) for each in record.before(row, field)])


def pressure(record: Record, row: VitalSigns) -> Cell:
    """Both halves; one that is missing is said. Amended ones stand as they were together."""
    halves = ("systolic_mmhg", "diastolic_mmhg")
    now = [getattr(row, name) for name in halves]
    before = [record.before(row, name) for name in halves]
    times = max(len(each) for each in before)
    stood = []
    for at in range(times):
        then = [each[at] if at < len(each) else value for each, value in zip(before, now, strict=True)]
        stood.append(pair(then))
    return cell(pair(now), old=stood)


def pair(halves: list[int | None]) -> str | None:
    if all(each is None for each in halves):
        return None
    return "/".join("–" if each is None else f"{each:g}" for each in halves)


def remarks(record: Record, row: VitalSigns, seen: list) -> Cell:
    said = [f"{TIERS.get(each.tier, each.tier).upper()} {each.says}" for each in seen]
    said += symptoms(record, row)
    if row.on_oxygen is not None:
        said.append("On oxygen." if row.on_oxygen else "On air.")
    if row.dissociation is not None and row.dissociation_scale:
        said.append(f"Dissociation by {row.dissociation_scale}.")
    old = [words.text(each) for each in record.before(row, "note")]
    if row.note or old:
        said.append(row.note or "")
    return cell("\n".join(said), old=old) if said else cells.nothing()


def symptoms(record: Record, row: VitalSigns) -> list[str]:
    if row.symptoms is None:
        return []
    if not row.symptoms:
        return ["Asked for symptoms: none."]
    titles = {each.id: each.title for each in record.protocol.symptoms} if record.protocol else {}
    return [f"Symptoms: {', '.join(titles.get(each, str(each)) for each in row.symptoms)}."]


# ---- events and drugs --------------------------------------------------------------------------------------------


def events_section(record: Record) -> dict[str, Any]:
    return cells.section("Events", events(record), rescues(record))


def events(record: Record) -> cells.Block | None:
    def field(row: AdverseEvent, name: str) -> Cell:
        return cell(
            words.text(getattr(row, name)), old=[words.text(each) for each in record.before(row, name)]
        )

    rows = [
        (
            "grave" if row.serious or row.assessed_as else "",
            [
                field(row, "term"),
                field(row, "severity"),
                field(row, "serious") | {"strong": row.serious},
                cell(words.text(record.minute_of(row)), old=record.before(row, "onset_minute")),
                field(row, "resolved_minute"),
                event_words(row),
                cell(words.entered(row.author, row.entered_at, row.happened_at, record.zone)),
            ],
        )
        for row in record.rows(AdverseEvent)
    ]
    columns = {"Event": 2.6, "Severity": 1.6, "Serious": 1.4, "Onset min": 1.5, "End min": 1.5}
    return cells.table(
        "Adverse events",
        {**columns, "What was done": 3.4, "By": 2.4},
        rows,
        empty="No adverse event is recorded. This says that none was entered, not that there was none.",
    )


def event_words(row: AdverseEvent) -> Cell:
    said = [row.action]
    if row.assessed_as:
        said.append(f"Assessed as {row.assessed_as} by {row.assessed_by or 'nobody by name'}.")
    said += [
        f"Cause: {row.causality}." if row.causality else None,
        f"Outcome: {row.outcome}." if row.outcome else None,
    ]
    return cell("\n".join(each for each in said if each))


def rescues(record: Record) -> cells.Block | None:
    rows = [
        (
            "",
            [
                cell(row.drug),
                cell(row.dose),
                cell(row.route),
                cell(words.clock(row.given_at, record.zone)),
                cell(row.reason),
                cell(words.entered(row.author, row.entered_at, row.given_at, record.zone)),
            ],
        )
        for row in record.rows(RescueDrug)
    ]
    columns = {"Drug": 2.4, "Dose": 1.6, "Route": 1.2, "Time": 1.2, "Reason": 3.4, "By": 3}
    return cells.table("Rescue drugs", columns, rows, empty="No rescue drug is recorded.")


# ---- alerts ------------------------------------------------------------------------------------------------------


def alerts_section(record: Record) -> dict[str, Any]:
    titles = alerts.titles()
    rows = [alert_row(record, each, titles.get(each.rule, each.rule)) for each in record.alerts]
    columns = {"Rule": 2.6, "What it saw": 4, "Seen": 2.4, "What was done": 3, "Closed": 2.4}
    empty = "No alert belongs to this treatment."
    return cells.section("Alerts", cells.table("", columns, rows, empty=empty))


def alert_row(record: Record, each: Alert, title: str) -> tuple[str, list[Cell]]:
    zone = record.zone
    opened = words.moment(zone)(each.opened_at)
    times = f"; {each.times} times" if each.times > 1 else ""
    acted = words.by_at(each.acted_by, each.acted_at, zone)
    closed = words.by_at(each.closed_by, each.closed_at, zone)
    done = "\n".join(part for part in (each.action, acted) if part)
    return (
        "" if closed else "grave",
        [
            cell(f"{title}\n{each.rule} {each.rule_version}, {each.urgency.value}"),
            cell(f"{each.saw}\nopened {opened}{times}"),
            cell(words.by_at(each.acknowledged_by, each.acknowledged_at, zone) or "not seen yet"),
            cell(done or "nothing entered"),
            cell(closed or "open", strong=not closed),
        ],
    )
