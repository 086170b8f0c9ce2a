"""What each role may do in the dashboard."""

from enum import StrEnum


class Role(StrEnum):
    """A user's rights; each role includes those before it."""

    VIEWER = "viewer"  # sees everything except users
    EDITOR = "editor"  # writes briefs, generates, publishes
    ADMIN = "admin"  # manages shows, schedules and users

    def may(self, needed: "Role") -> bool:
        """Return whether this role includes `needed`."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


class UserState(StrEnum):
    """Whether a user can sign in."""

    ACTIVE = "active"
    INVITED = "invited"  # has no password yet
    DISABLED = "disabled"


class LinkPurpose(StrEnum):
    """What a one-time link is for."""

    FIRST_ADMIN = "first admin"
    INVITATION = "invitation"


class SessionEnd(StrEnum):
    """Why a session ended early."""

    SIGNED_OUT = "signed out"
    PASSWORD_CHANGED = "password changed"  # noqa: S105  (a reason)
    DISABLED = "disabled"
    ENDED_ELSEWHERE = "ended elsewhere"  # from the user's own list of sessions
