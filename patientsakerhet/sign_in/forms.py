"""The forms of the sign-in pages: allauth's in Swedish words, and the one for how things look."""

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms

from patientsakerhet.ui.forms import Hinted
from patientsakerhet.ui.look import DENSITIES, THEMES

LONG_ENOUGH = "Minst 12 tecken. Några ord i rad är lätta att minnas och svåra att gissa."
CODE_HELP = "Sex siffror ur appen, eller en av dina reservkoder."
HINTS = {
    "compact": "En rad per ärende i köerna. Gäller inte pekskärm.",
    "roomy": "Större knappar och mer luft.",
}


def say(form: forms.Form, name: str, label: str, help_text: str = "", **attrs: str) -> None:
    """Gives a field of allauth's our words, and takes away its placeholder."""
    if name in form.fields:
        field = form.fields[name]
        field.label, field.help_text = label, help_text
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs.update(attrs)


class SignInForm(account.LoginForm):
    """E-mail and password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        say(self, "login", "E-post", autocomplete="username")
        say(self, "password", "Lösenord")


class ForgottenForm(account.ResetPasswordForm):
    """Where to send the link."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        say(self, "email", "E-post", "Den adress du loggar in med.")


class NewPasswordForm(account.ResetPasswordKeyForm):
    """A new password after a forgotten one."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        say(self, "password1", "Nytt lösenord", LONG_ENOUGH, autocomplete="new-password")
        say(self, "password2", "Nytt lösenord igen", autocomplete="new-password")


class ChangePasswordForm(account.ChangePasswordForm):
    """A new password instead of the one she has."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        say(self, "oldpassword", "Lösenordet du har nu", autocomplete="current-password")
        say(self, "password1", "Nytt lösenord", LONG_ENOUGH, autocomplete="new-password")
        say(self, "password2", "Nytt lösenord igen", autocomplete="new-password")


class ChoosePasswordForm(account.SetPasswordForm):
    """A first password, for somebody who has signed in with the identity provider."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        say(self, "password1", "Lösenord", LONG_ENOUGH, autocomplete="new-password")
        say(self, "password2", "Lösenord igen", autocomplete="new-password")


class ConfirmForm(account.ReauthenticateForm):
    """The password again, before something that matters."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        say(self, "password", "Lösenord", autocomplete="current-password")


class CodeForm(mfa.AuthenticateForm):
    """The second step."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        say(self, "code", "Engångskod", CODE_HELP, inputmode="numeric", **{"data-width": "code"})


class ConfirmCodeForm(mfa.ReauthenticateForm):
    """A code again, before something that matters."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        say(self, "code", "Engångskod", CODE_HELP, inputmode="numeric", **{"data-width": "code"})


class ActivateCodeForm(totp.ActivateTOTPForm):
    """The first code from a newly set up app."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        say(
            self,
            "code",
            "Koden i appen",
            "Sex siffror. De byts varje halvminut.",
            inputmode="numeric",
            **{"data-width": "code"},
        )


class NewKeyForm(webauthn.AddWebAuthnForm):
    """A security key or passkey, by name."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        say(
            self,
            "name",
            "Namn på nyckeln",
            "Så att du känner igen den, till exempel ”Tjänstemobil”.",
        )
        say(
            self,
            "passwordless",
            "Logga in med bara nyckeln",
            "Då behövs inget lösenord. Nyckeln frågar efter pinkod, finger eller ansikte.",
        )


class KeyNameForm(webauthn.EditWebAuthnForm):
    """Another name for a key."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        say(self, "name", "Namn på nyckeln")


class LookForm(forms.Form):
    """Theme and density of this browser."""

    theme = forms.ChoiceField(
        label="Ljust eller mörkt",
        choices=list(THEMES.items()),
        widget=forms.RadioSelect,
    )
    density = forms.ChoiceField(
        label="Täthet",
        choices=[
            (value, Hinted(label, HINTS[value]) if value in HINTS else label)
            for value, label in DENSITIES.items()
        ],
        widget=forms.RadioSelect,
    )
