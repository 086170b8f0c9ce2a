"""The functions of the database that claim and finish work: read from `sql/`, installed by migrations."""

from pathlib import Path

SQL = Path(__file__).parent / "sql"
ENDS_WITH = "$$;\n"


def claim_and_finish(table: str, parent: str, *, hooks: str | None = None) -> list[str]:
    """Return the statements that install the functions of one kind of work.

    `parent` is the table that its rows belong to, by a column `<parent>_id`. `hooks` is the text of the kind's own
    functions; they stand in `sql/<table>.sql` where it is not given.
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
