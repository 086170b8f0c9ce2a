"""What somebody who is signed in may do: asked in the services, whatever page or program calls them."""

from brief_audio.domain.accounts import Role
from brief_audio.domain.errors import NotAllowedError
from brief_audio.services.accounts.sessions import SignedIn


def allow(by: SignedIn, needed: Role, what: str) -> str:
    """Return how the history names `by`; raise `NotAllowedError` where that role may not do `what`."""
    if not by.role.may(needed):
        raise NotAllowedError(f"{what} needs the role {needed}; {by.email} is {by.role}")
    return by.email
