"""The sign-in app."""

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.sign_in"
    label = "sign_in"
