"""Count requests per minute and client, with one statement per request; all web processes update the same row.

The table is unlogged: a server crash empties it, which only resets the counts.
"""

from brief_audio.db.connection.engine import Database

# A single statement, so that two simultaneous processes can't overwrite each other's count.
HIT = """
INSERT INTO rate_window AS kept (key, count, ends_at)
VALUES (%(key)s, %(amount)s, now() + make_interval(secs => %(seconds)s))
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN kept.ends_at <= now() THEN excluded.count ELSE least(kept.count, 1000000000) + excluded.count END,
  ends_at = CASE WHEN kept.ends_at <= now() THEN excluded.ends_at ELSE kept.ends_at END
RETURNING kept.count
"""
LIVE = """
SELECT count, extract(epoch FROM ends_at - now())::float FROM rate_window WHERE key = %(key)s AND ends_at > now()
"""
REMOVE = "WITH gone AS (DELETE FROM rate_window WHERE key = %(key)s RETURNING 1) SELECT count(*) FROM gone"
REMOVE_EXPIRED = """
WITH gone AS (
  DELETE FROM rate_window WHERE id IN (
    SELECT id FROM rate_window WHERE ends_at < now() ORDER BY ends_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
  ) RETURNING 1
) SELECT count(*) FROM gone
"""
REMOVE_ALL = "WITH gone AS (DELETE FROM rate_window RETURNING 1) SELECT count(*) FROM gone"


def hit(db: Database, key: str, *, seconds: int, amount: int = 1) -> int:
    """Count a request; return how many there were in the window, which starts with the first one."""
    found = db.ask(HIT, {"key": key, "seconds": seconds, "amount": amount})
    assert found is not None
    return int(found[0])


def live(db: Database, key: str) -> tuple[int, float]:
    """Return the number of requests counted and the seconds until the window ends; 0 and 0 if there is no window."""
    found = db.ask(LIVE, {"key": key})
    return (int(found[0]), float(found[1])) if found else (0, 0.0)


def remove(db: Database, key: str) -> None:
    """Delete one window."""
    db.ask(REMOVE, {"key": key})


def remove_expired(db: Database, most: int) -> int:
    """Delete expired windows, oldest first; return how many."""
    found = db.ask(REMOVE_EXPIRED, {"most": most})
    return int(found[0]) if found else 0


def remove_all(db: Database) -> int:
    """Delete every window; return how many there were."""
    found = db.ask(REMOVE_ALL, {})
    return int(found[0]) if found else 0
