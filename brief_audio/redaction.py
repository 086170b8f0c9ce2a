"""Redact secrets in text that is stored or sent elsewhere: log lines, tracebacks, errors in the database.

Any URL or library error may contain a secret, so redact where the lines are written.
"""

import re

INSTEAD = "…"
# The first group of each pattern is kept; it shows what was removed.
SECRETS = re.compile(
    r"""
    ((?:/|%2F)link(?:/|%2F))[\w.~%-]+               # a one-time link
    | (://)[^/\s@]+(?=@)                            # user and password in a URL
    | ([?&\s](?:key|sig)=)[^\s&"']+                 # key or signature in a URL
    | ((?:password|passwd|token|secret|signature)=)[^\s&"']+
    | (["'](?:password|passwd|csrf_token|token|secret)["']\s*:\s*["'])[^"']+   # in JSON or a dictionary
    | (\$argon2)[\w$,=+/-]+                         # a password hash
    """,
    re.IGNORECASE | re.VERBOSE,
)


def redacted(text: str) -> str:
    """Return `text` with secrets redacted."""
    return SECRETS.sub(lambda found: f"{found[found.lastindex or 0]}{INSTEAD}", text)
