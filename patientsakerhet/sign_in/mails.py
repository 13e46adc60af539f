"""The mail that leads to a new password. Its link is made when the mail leaves and is stored nowhere."""

import uuid

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from patientsakerhet.notifications import kinds, outbox
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Person

FORGOTTEN = "sign_in.forgotten"


def register() -> None:
    """Makes the mail known."""
    kinds.register(FORGOTTEN, subject="Välj nytt lösenord", still_due=_may_sign_in, path=_link_for)


def promise_link(person: Person) -> None:
    """She has asked for a new password; each asking is answered."""
    outbox.promise(FORGOTTEN, key=f"{FORGOTTEN}:{uuid.uuid4()}", person=person)


def _may_sign_in(message: Message) -> bool:
    return message.person is not None and message.person.is_active


def _link_for(message: Message) -> str:
    token = PASSWORD_RESET_TOKEN_GENERATOR().make_token(message.person)
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(message.person), "key": token},
    )
