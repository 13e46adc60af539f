"""How allauth is told our rules: a closed door, Swedish refusals, sealed secrets, the region's identity provider."""

import base64
from collections.abc import Mapping
from functools import lru_cache
from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import render

from patientsakerhet.organisation.models import Person
from patientsakerhet.sign_in import mails, traces

WRONG_CODE = "Koden stämmer inte. Vänta på nästa kod och försök igen."
TOO_OFTEN = "Det blev för många försök. Vänta några minuter och försök igen."
METHODS = {
    "reauthenticate": "Använd lösenordet",
    "mfa_reauthenticate": "Använd engångskod eller reservkod",
    "mfa_reauthenticate:webauthn": "Använd säkerhetsnyckel",
}


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: people come from import and administration."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Kontot är avstängt. Kontakta din systemförvaltare.",
        "email_password_mismatch": "E-postadressen och lösenordet hör inte ihop. Kontrollera båda.",
        "enter_current_password": "Skriv lösenordet du har nu.",
        "incorrect_code": WRONG_CODE,
        "incorrect_password": "Lösenordet stämmer inte.",
        "invalid_login": "Inloggningen gick inte. Kontrollera uppgifterna.",
        "invalid_password_reset": "Länken gäller inte längre. Be om en ny.",
        "too_many_login_attempts": TOO_OFTEN,
        "rate_limited": TOO_OFTEN,
        "same_as_current": "Välj ett annat lösenord än det du har nu.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def send_password_reset_mail(
        self, user: Person, email: str, context: dict[str, object]
    ) -> None:
        """Promised, not sent: the mail leaves by itself and makes its link then."""
        mails.promise_link(user)

    def pre_authenticate(self, request: HttpRequest, **credentials: str) -> None:
        """Counts the attempt; one too many is refused and written down."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._refused(request, "throttled", credentials)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: str) -> None:
        """Wrong address or password: written down, whichever it was."""
        self._refused(request, "password", credentials)

    def logout(self, request: HttpRequest) -> None:
        """Leaves, and writes that down."""
        if isinstance(request.user, Person):
            traces.signed_out(request.user)
        super().logout(request)

    def _refused(self, request: HttpRequest, what: str, credentials: Mapping[str, str]) -> None:
        traces.refused(
            what, email=credentials.get("email", ""), address=self.get_client_ip(request)
        )

    def get_reauthentication_methods(self, user: Person) -> list[dict[str, str]]:
        """The ways to show again who one is, in Swedish."""
        ways = super().get_reauthentication_methods(user)
        return [{**way, "description": METHODS[way["id"]]} for way in ways]


class SecondStepAdapter(DefaultMFAAdapter):
    """One-time-code secrets and recovery seeds are stored sealed with the newest of SEALING_KEYS."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": "Inloggning i två steg går inte att stänga av.",
        "cannot_generate_recovery_codes": "Lägg först till engångskod eller säkerhetsnyckel.",
        "incorrect_code": WRONG_CODE,
    }

    def encrypt(self, text: str) -> str:
        """Sealed text."""
        return _seals().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text again, whichever of the keys sealed it."""
        return _seals().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:  # noqa: A002  # the library's own name
        """A name to start from."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Nyckel {count + 1}"

    def _get_site_name(self) -> str:
        return "Varsam"


class IdentityProviderAdapter(DefaultSocialAccountAdapter):
    """The region's identity provider says who somebody is; whether she works here is ours to know."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never: an unknown HSA-id is shown to the administrators, not made into a person."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Lets in the active person with this HSA-id, when the sign-in was strong enough."""
        if settings.OIDC_ACR and not _levels(sociallogin) & set(settings.OIDC_ACR):
            self._turn_away(request, "weak", sociallogin.account.uid)
        person = Person.objects.filter(hsa_id=sociallogin.account.uid, is_active=True).first()
        if person is None:
            self._turn_away(request, "unknown", sociallogin.account.uid)
        elif not sociallogin.is_existing:
            sociallogin.connect(request, person)
        elif sociallogin.user != person:
            # The HSA-id has moved to another person since last time.
            sociallogin.account.user = sociallogin.user = person
            sociallogin.account.save(update_fields=["user"])

    def _turn_away(self, request: HttpRequest, reason: str, hsa_id: str) -> None:
        traces.refused(f"provider:{reason}:{hsa_id}")
        page = render(
            request, "sign_in/turned_away.html", {"reason": reason, "hsa_id": hsa_id}, status=403
        )
        raise ImmediateHttpResponse(page)


def _levels(sociallogin: SocialLogin) -> set[str]:
    """The levels of assurance the provider has signed for; userinfo is not asked, it may be older."""
    claims = sociallogin.account.extra_data.get("id_token") or {}
    level = claims.get("acr") or ()
    return {level} if isinstance(level, str) else set(level)


@lru_cache(maxsize=1)
def _seals() -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in reversed(settings.SEALING_KEYS)])


def _derived(secret: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"varsam second step")
    return base64.urlsafe_b64encode(derivation.derive(secret.encode()))
