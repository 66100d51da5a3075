"""Printouts: one treatment as PDF and HTML, and the sheet in the shape of the REMS form, from what is stored."""

from clinic.report.rems_sheet import chosen, rems, sending, sent
from clinic.report.treatment import data, html, pdf, sections

__all__ = ["chosen", "data", "html", "pdf", "rems", "sections", "sending", "sent"]
