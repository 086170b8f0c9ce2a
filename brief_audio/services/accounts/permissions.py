"""Which role each operation needs: checked in the services, so that it holds for every page and program."""

from enum import Enum

from brief_audio.domain.accounts import Role
from brief_audio.domain.errors import NotAllowedError
from brief_audio.services.accounts.sessions import SignedIn


class Operation(Enum):
    """Something that only some roles may do."""

    WRITE_BRIEFS = Role.EDITOR, "write briefs"
    GENERATE_AUDIO = Role.EDITOR, "generate audio"
    CANCEL_JOBS = Role.EDITOR, "cancel jobs"
    PREVIEW_TEXTS = Role.EDITOR, "preview texts"
    PUBLISH_VERSIONS = Role.EDITOR, "publish versions"
    EDIT_PRONUNCIATIONS = Role.EDITOR, "edit pronunciations"
    MANAGE_SHOWS = Role.ADMIN, "manage shows"
    MANAGE_SCHEDULES = Role.ADMIN, "manage schedules"
    MANAGE_USERS = Role.ADMIN, "manage users"

    def __init__(self, needed: Role, words: str) -> None:
        self.needed = needed
        self.words = words


def require_role(by: SignedIn, operation: Operation) -> str:
    """Return the name under which events record `by`; raise `NotAllowedError` if the role of `by` is not enough."""
    if not by.role.may(operation.needed):
        raise NotAllowedError(
            f"{by.email} ({by.role}) may not {operation.words}: that needs the role {operation.needed}",
            facts={"operation": operation.name.lower(), "needed": operation.needed},
        )
    return by.email
