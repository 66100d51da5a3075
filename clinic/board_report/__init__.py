"""What leaves the page Outcomes: a report of chosen figures and the tables below them, without small counts."""

from clinic.board_report.contents import Figure
from clinic.board_report.figures import kind
from clinic.board_report.making import html, pdf, smallest_count, table_csv

__all__ = ["Figure", "html", "kind", "pdf", "smallest_count", "table_csv"]
