"""One writer of the register at a time: from here to the end of the transaction nobody else adds a line.

Without it two people who draw in the same moment would both subtract from the same balance.
"""

from __future__ import annotations

from sqlalchemy import text

from data_model import Database

# Any number that nothing else in the store locks by. One for the whole register, so that nobody who writes of two lots
# can wait for somebody who waits for them.
_REGISTER = 7_105_336_121


def take(db: Database) -> None:
    """Waits for its turn. What is read of the register afterwards is the newest there is."""
    db.flush()
    connection = db.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:register)"), {"register": _REGISTER})
    elif not connection.connection.dbapi_connection.in_transaction:
        # SQLite has one writer. Who has written already is it; who has only read must become it before reading on.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
