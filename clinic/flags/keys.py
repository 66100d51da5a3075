"""Which keys a rule has, by the kind of fact that it is about; anything else is refused before it is read."""

from __future__ import annotations

from collections import Counter

from clinic.flags.rule import URGENCIES
from clinic.instruments.keys import CITED, LIST, NUMBER, TABLE, TEXT, row_problems, table_problems
from clinic.protocols.measures import DOSE_TIERS, EVIDENCE, ROUTES, SUBSTANCES, VITAL_TIERS

RULE = {
    "id": TEXT,
    "version": TEXT,
    "title": TEXT,
    "on": TEXT,
    "trigger": TEXT,
    "urgency": TEXT,
    "says": TEXT,
    "checked_by": TEXT,
} | CITED
MAY = {"numbers": LIST, "joins": TEXT}
LISTENS = {"limits": LIST, "tiers": LIST}
# kind of fact -> what its rules have besides RULE. `limits` are ids of the protocol, or the words they begin with.
KINDS: dict[str, dict[str, str]] = {
    "suicide answer": {"case": TEXT, "points": NUMBER, "level_from": NUMBER},
    "vital signs": LISTENS,
    "still symptomatic": {"minutes": NUMBER, "cadss_above": NUMBER, "moaas_below": NUMBER},
    "left early": {},
    "left not ready": {},
    "missed observation": {"afterwards": TEXT},
    "dose": LISTENS | {"of": LIST},
    "given not as ordered": {"limit": TEXT},
    "gate reason": {"items": LIST, "started": TEXT},
    "gate answer": {"items": LIST, "values": LIST},
    "gate overridden": {},
    "event": {"terms": LIST},
    "serious event": {},
    "unlikely entry": {},
    "check": {"check": TEXT, "findings": TABLE},
    "check value": {"check": TEXT} | LISTENS,
    "check overdue": {"limits": LIST},
    "above baseline": {"instrument": TEXT, "points": NUMBER},
    "above held level": {"instrument": TEXT, "points": NUMBER},
    "response lost": {"days": NUMBER},
    "no response": {"sessions": NUMBER, "percent": NUMBER, "routes": LIST, "substance": TEXT},
    "score rise": {"instruments": LIST, "points": NUMBER},
    "measure overdue": {},
    "duty": {"days": NUMBER},
}
CASES = ("positive", "high", "grave")
OF = ("ordered", "given", "given without an order")
TEXTS = ("limits", "tiers", "of", "items", "values", "terms", "routes", "instruments")
URGENT = ("urgency", "afterwards", "started")
WORDS = {
    "tiers": tuple(dict.fromkeys(VITAL_TIERS + DOSE_TIERS)),
    "of": OF,
    "routes": ROUTES,
    "substance": SUBSTANCES,
    "case": CASES,
    "evidence": EVIDENCE,
}


def key_problems(table: dict) -> list[str]:
    """One sentence for each thing in the file that cannot be read as a rule, naming the rule."""
    problems = table_problems(table, "", {"rules": LIST}, {})
    if problems:
        return problems
    rows = table["rules"]
    problems = [problem for at, row in enumerate(rows, start=1) for problem in rule_problems(at, row)]
    return problems or together_problems(rows)


def rule_problems(at: int, row: object) -> list[str]:
    id = row.get("id") if isinstance(row, dict) else None
    where = f"rule {id if isinstance(id, str) else at}"
    kind = row.get("on") if isinstance(row, dict) else None
    if isinstance(kind, str) and kind not in KINDS:
        return [f"{where}, on should be one of {', '.join(KINDS)}, not “{kind}”."]
    own = KINDS.get(kind, {}) if isinstance(kind, str) else {}
    return row_problems(row, where, RULE | own, MAY) or word_problems(where, row)


def word_problems(where: str, row: dict) -> list[str]:
    problems = [
        f"{where}, {key} should be a list of text with at least one."
        for key in TEXTS
        if key in row and not (row[key] and all(isinstance(each, str) for each in row[key]))
    ]
    problems += [
        f"{where}, {key} should be one of {', '.join(URGENCIES)}, not “{value}”."
        for key, value in urgencies_of(row)
        if value not in URGENCIES
    ]
    for key, words in WORDS.items():
        given = row.get(key, ())
        for each in [given] if isinstance(given, str) else given:
            if each not in words:
                problems.append(f"{where}, {key} should be one of {', '.join(words)}, not “{each}”.")
    if "{saw}" not in row["says"]:
        problems.append(f"{where}, says should name what the rule saw as {{saw}}.")
    if not all(isinstance(n, int) and 1 <= n <= 28 for n in row.get("numbers", [])):
        problems.append(f"{where}, numbers should be places among the 28 flags.")
    return problems


def urgencies_of(row: dict) -> list[tuple[str, str]]:
    found = [(key, row[key]) for key in URGENT if key in row]
    return found + [(f"findings, {key}", value) for key, value in row.get("findings", {}).items()]


def together_problems(rows: list[dict]) -> list[str]:
    ids = {row["id"] for row in rows}
    names = Counter(f"{row['id']}@{row['version']}" for row in rows)
    problems = [f"{name} stands there twice." for name, times in names.items() if times > 1]
    problems += [
        f"rule {row['id']}, version should be a whole number, not “{row['version']}”."
        for row in rows
        if not row["version"].isdecimal()
    ]
    problems += [
        f"rule {row['id']}, joins names “{row['joins']}”, which is no rule here."
        for row in rows
        if "joins" in row and row["joins"] not in ids
    ]
    return problems
