"""The shelf as a table: what each scale is, which rules lead, and on how many rows it was proved."""

from __future__ import annotations

from clinic.instruments.definition import Instrument

HEADINGS = ("id", "scale", "items", "range", "default rules", "validation rows", "source")


def line(scale: Instrument, rows: int) -> tuple[str, ...]:
    return (
        scale.id,
        scale.title,
        str(len(scale.items)) if scale.items else "total only",
        range_words(scale),
        "; ".join(default_rules(scale)) or "none",
        str(rows),
        scale.source,
    )


def range_words(scale: Instrument) -> str:
    if scale.has_total:
        return f"{scale.minimum} to {scale.maximum}".replace("-", "−")
    kinds = {
        "level": f"level 0 to {len(scale.level.items)}" if scale.level else "",
        "events": "events, no total",
    }
    return kinds.get(scale.scoring, "profile, no total")


def default_rules(scale: Instrument) -> list[str]:
    """Response, remission, reliable change and the cut below which a baseline is too mild, by their words."""
    leading = (
        ("response", scale.default_response),
        ("remission", scale.default_remission),
        ("reliable change", scale.default_change),
        ("too mild unless", scale.too_mild_below),
    )
    return [f"{what}: {rule.says}" for what, rule in leading if rule]
