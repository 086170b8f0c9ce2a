"""Tokens that let somebody in: the browser or the link has the token, the database has its hash."""

import hashlib
import secrets


def new_token() -> str:
    """Return 256 random bits in letters that an address may have."""
    return secrets.token_urlsafe(32)


def sha256(token: str) -> str:
    """Return what the database keeps of a token; whatever was given has a hash, also what is no token."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
