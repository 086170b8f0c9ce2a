"""The functions that claim and finish work are installed as the files have them."""

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
