"""The database functions that claim and finish work: read from `sql/`, installed by migrations.

A change of the files needs a new migration that installs them again: databases in use keep what they have.
"""

from pathlib import Path

SQL = Path(__file__).parent / "sql"
ENDS_WITH = "$$;\n"


def claim_and_finish(table: str, parent: str, *, hooks: str | None = None) -> list[str]:
    """Return the statements that install the functions for one kind of work.

    `parent` is the table its rows belong to through the column `<parent>_id`. `hooks` is the SQL of the kind's own
    functions, by default the file `sql/<table>.sql`.
    """
    own = hooks if hooks is not None else (SQL / f"{table}.sql").read_text(encoding="utf-8")
    texts = (own, *((SQL / f"{name}.sql").read_text(encoding="utf-8") for name in ("claim", "finish")))
    return [
        f"{statement.strip()}\n{ENDS_WITH}"
        for text in texts
        for statement in text.replace("{table}", table).replace("{parent}", parent).split(ENDS_WITH)
        if statement.strip()
    ]


def dropped(table: str) -> list[str]:
    """Return the statements that remove those functions."""
    return [
        f"DROP FUNCTION claim_{table}(text, interval, bigint, integer)",
        f"DROP FUNCTION finish_{table}(text, bigint, integer)",
        f"DROP FUNCTION {table}_claimed(text, bigint, bigint, integer)",
        f"DROP FUNCTION {table}_finished(text, bigint, bigint, integer)",
    ]
