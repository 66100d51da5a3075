"""The register of controlled drugs: what came in, was drawn, given, wasted and sent back, and what is left of each
lot. Lines are only ever added; a mistake is put right by a line that names it. Nothing is refused because it does not
add up: it is written down, and a discrepancy stays open until somebody closes it with what was found.
"""

from clinic.drug_log.checking import problems
from clinic.drug_log.choosing import products, recent_treatments
from clinic.drug_log.correcting import correct
from clinic.drug_log.differences import close_discrepancy, discrepancies
from clinic.drug_log.line import WantsReason
from clinic.drug_log.listing import LINES, lines
from clinic.drug_log.reading import balance
from clinic.drug_log.shelf import STOCK, stock
from clinic.drug_log.tallying import Tally, for_treatment, settle, unsettled
from clinic.drug_log.witnessing import RIGHT, WITNESSED
from clinic.drug_log.words import mg
from clinic.drug_log.writing import count, draw, give, receive, return_, waste

__all__ = [
    "LINES",
    "RIGHT",
    "STOCK",
    "WITNESSED",
    "Tally",
    "WantsReason",
    "balance",
    "close_discrepancy",
    "correct",
    "count",
    "discrepancies",
    "draw",
    "for_treatment",
    "give",
    "lines",
    "mg",
    "problems",
    "products",
    "receive",
    "recent_treatments",
    "return_",
    "settle",
    "stock",
    "unsettled",
    "waste",
]
