"""Run migrations on the connection passed by `brief_audio.db.connection.migrate`, inside its transaction."""

from alembic import context

from brief_audio.db.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    compare_server_default=True,
)
context.run_migrations()
