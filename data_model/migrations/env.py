"""Alembic's entry: it runs on the connection that `data_model.migrate` hands over."""

from alembic import context
from sqlmodel import SQLModel

import data_model  # noqa: F401  every table is declared by this import

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
