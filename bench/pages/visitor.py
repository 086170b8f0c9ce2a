"""A signed-in admin without limits on the number of requests."""

from flask import Flask
from flask.testing import FlaskClient

from brief_audio.db.connection.engine import Database
from brief_audio.domain.accounts import Role
from brief_audio.services.accounts import sessions, users

PASSWORD = "walrus kettle harbour measured"  # noqa: S105  (for this benchmark only)


def signed_in(app: Flask, db: Database) -> FlaskClient:
    """Return a client that is signed in as an admin."""
    with db.transaction() as session:
        admin = users.create(session, "admin@example.org", "An admin", Role.ADMIN, actor="bench", password=PASSWORD)
        token = sessions.start(session, admin.id, address="127.0.0.1", agent="bench")
    app.config["RATELIMIT_ENABLED"] = False
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client
