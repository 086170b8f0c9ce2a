"""Who may do what in the dashboard."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody may do; each may do everything that those before it may."""

    VIEWER = "viewer"  # sees everything but users
    EDITOR = "editor"  # writes briefs, generates, publishes
    ADMIN = "admin"  # keeps shows, schedules and users

    def may(self, needed: "Role") -> bool:
        """Return whether this role is enough where `needed` is asked for."""
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
    """Why a session ended before its time."""

    SIGNED_OUT = "signed out"
    PASSWORD_CHANGED = "password changed"  # noqa: S105  (a reason)
    DISABLED = "disabled"
    ENDED_ELSEWHERE = "ended elsewhere"  # from the list of one's own sessions
