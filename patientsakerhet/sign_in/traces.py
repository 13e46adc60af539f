"""What signing in leaves in the trail: who came in and how, what failed, what was changed about the account.

allauth says these things with signals, and they are its only way of saying them; `connect` is
called when the app starts. Signals of our own do not exist.
"""

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest

from patientsakerhet.audit import trail
from patientsakerhet.organisation.models import Person

METHODS_IN_SESSION = "account_authentication_methods"


def signed_in(person: Person, how: list[str]) -> None:
    """She is in, by these means."""
    with transaction.atomic():
        trail.record("sign_in.done", by=person, body={"methods": how})


def signed_out(person: Person) -> None:
    """She has left of her own accord."""
    with transaction.atomic():
        trail.record("sign_in.ended", by=person)


def refused(what: str, *, email: str = "", address: str = "", by: Person | None = None) -> None:
    """Somebody did not get in; kept although the request may be rolled back."""
    body = {name: value for name, value in (("email", email), ("address", address)) if value}
    trail.denied("sign_in.refused", by=by, body=body, reason=what)


def changed(action: str, person: Person, **body: str) -> None:
    """She changed how she signs in."""
    with transaction.atomic():
        trail.record(action, by=person, body=body or None)


def connect() -> None:
    """Listens to allauth, once."""
    account.user_logged_in.connect(_logged_in, dispatch_uid="trail.signed_in")
    account.password_changed.connect(_password, dispatch_uid="trail.password_changed")
    account.password_set.connect(_password, dispatch_uid="trail.password_set")
    account.password_reset.connect(_password_reset, dispatch_uid="trail.password_reset")
    mfa.authentication_failed.connect(_code_failed, dispatch_uid="trail.code_failed")
    mfa.authenticator_added.connect(_added, dispatch_uid="trail.second_step_added")
    mfa.authenticator_removed.connect(_removed, dispatch_uid="trail.second_step_removed")


def _logged_in(request: HttpRequest, user: Person, **said: object) -> None:
    methods = [str(step["method"]) for step in request.session.get(METHODS_IN_SESSION, [])]
    signed_in(user, methods)


def _password(user: Person, **said: object) -> None:
    changed("sign_in.password_changed", user)


def _password_reset(user: Person, **said: object) -> None:
    changed("sign_in.password_reset", user)


def _code_failed(user: Person, authenticator: Authenticator, **said: object) -> None:
    refused(f"code:{authenticator.type}", by=user)


def _added(user: Person, authenticator: Authenticator, **said: object) -> None:
    changed("sign_in.second_step_added", user, type=authenticator.type)


def _removed(user: Person, authenticator: Authenticator, **said: object) -> None:
    changed("sign_in.second_step_removed", user, type=authenticator.type)
