"""The signed cookie with which a browser proves that users have signed in with it before."""

from dataclasses import astuple

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from brief_audio.http.request_context import container
from brief_audio.services.accounts import devices
from brief_audio.services.accounts.devices import Device

LASTS_SECONDS = 365 * 24 * 3600
SALT = "known devices"


def presented() -> tuple[Device, ...]:
    """Return the devices in this browser's cookie, or none if it is missing, forged or too old."""
    try:
        kept = _signer().loads(request.cookies.get(_name(), ""), max_age=LASTS_SECONDS)
        return tuple(Device(*one) for one in kept)
    except (BadData, TypeError):  # TypeError: signed by an earlier release, in another format
        return ()


def remember(user_id: int) -> None:
    """Set the cookie that proves that a user has signed in with this browser."""
    kept = devices.signed_in(container().db, user_id, presented())
    value = _signer().dumps([astuple(one) for one in kept])

    @after_this_request
    def _keep(response: Response) -> Response:
        is_secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(
            _name(), value, max_age=LASTS_SECONDS, secure=is_secure, httponly=True, samesite="Lax", path="/"
        )
        return response


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(container().settings.secret_key, salt=SALT)


def _name() -> str:
    return "__Host-devices" if current_app.config["SESSION_COOKIE_SECURE"] else "devices"
