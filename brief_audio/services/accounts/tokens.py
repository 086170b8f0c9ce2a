"""Secret tokens for sessions and links: the browser or the link has the token, the database only its hash."""

import hashlib
import secrets


def new_token() -> str:
    """Return 256 random bits as URL-safe text."""
    return secrets.token_urlsafe(32)


def sha256(token: str) -> str:
    """Return the hash of a token; any text has one, even if it is not a token."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
