"""The sign-in app."""

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.sign_in"
    label = "sign_in"

    def ready(self) -> None:
        """Listens for who signs in, and words the mail about a new password."""
        from patientsakerhet.sign_in import mails, traces

        traces.connect()
        mails.register()
