"""The functions that claim and finish work are installed as the files have them."""

from hashlib import sha256

import pytest
from sqlalchemy import text

from brief_audio.db.connection.engine import Database
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.making.previews import PREVIEWS
from brief_audio.db.work import WorkTable
from brief_audio.db.work_functions import claim_and_finish

INSTALLED = text("""
    SELECT proname, prosrc FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
    WHERE nspname = 'public' AND (proname LIKE '%\\_' || :table OR proname LIKE :table || '\\_%')
""")


@pytest.mark.parametrize("table", [JOBS, PREVIEWS], ids=lambda table: table.name)
def test_what_is_installed_is_what_the_files_say(database: Database, table: WorkTable) -> None:
    name = table.model.__tablename__
    with database.transaction() as session:
        installed = {row.proname: row.prosrc for row in session.execute(INSTALLED, {"table": name})}

    written = {}
    for statement in claim_and_finish(name, table.parent.__tablename__):
        head, body, _ = statement.split("$$")
        written[head.partition("FUNCTION ")[2].partition("(")[0]] = body

    assert installed == written


# Changed on purpose? Add a migration that installs `claim_and_finish` again, and name it here with the new digest.
INSTALLED_BY = ("0010", "e0e4b4c3797202153cc5fdaf839849271784e6746427879669ddf116735ebd5c")


def test_a_changed_function_comes_with_a_migration() -> None:
    """Databases in use keep the functions that they have until a migration installs them again."""
    statements = [
        statement
        for table in (JOBS, PREVIEWS)
        for statement in claim_and_finish(table.model.__tablename__, table.parent.__tablename__)
    ]

    assert sha256("".join(statements).encode()).hexdigest() == INSTALLED_BY[1]
