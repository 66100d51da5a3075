"""Milligrams and lots as the register says them."""

from __future__ import annotations

DECIMALS = 6  # of a milligram, to which every amount of the register is rounded


def rounded(amount_mg: float) -> float:
    """Without the last bits of binary sums, and never minus nought."""
    return round(amount_mg, DECIMALS) + 0.0


def mg(amount_mg: float) -> str:
    """12.5 as "12.5", 1200000 as "1200000", with a real minus."""
    text = f"{rounded(amount_mg):.{DECIMALS}f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def of_lot(product: str, lot: str) -> str:
    return f"{product}, lot {lot}"
