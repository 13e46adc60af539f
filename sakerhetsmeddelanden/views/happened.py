"""What has happened with a recipient, in words."""

from __future__ import annotations

from sakerhetsmeddelanden.models import RecipientEvent
from sakerhetsmeddelanden.workflow import RECIPIENT_WORKFLOW

WORDS = {
    "choose": "Enheten valdes",
    "remove": "Enheten togs bort",
    "queue": "Skickades ut; enheten ser det på sin sida",
    "hand_over": "Mejlet togs emot av enhetens server, vilket inte är något svar",
    "bounce_softly": "Mejlet har inte kommit fram än",
    "bounce": "Mejlet kom inte fram",
    "stay_silent": "Inget svar i tid",
    "remind": "Påmindes",
    "reminded_again": "Påmindes igen",
    "escalate": "Lyftes till chef",
    "phone": "Ringdes upp",
    "phoned_again": "Ringdes upp igen",
    "acknowledge": "Svarade: berörda",
    "deny": "Svarade på telefon: inte berörda",
    "sign_not_affected": "Skrev under: inte berörda",
    "finish": "Skrev under: allt är gjort",
    "ticked": "Bockade av utrustning",
    "waive": "Chefläkaren avstod från svaret",
    "end": "Avslutades utan svar",
    "sent_again": "Skickades igen",
    "mail_returned": "Ett mejl kom tillbaka",
    "mail_delayed": "Ett mejl är försenat på vägen",
    "mail_automatic": "Ett automatiskt svar kom, som inte räknas",
    "mail_reply": "Någon svarade med mejl, vilket inte räknas",
    "link_made": "En personlig länk gjordes",
    "link_sent": "Länken skickades",
    "link_renewed": "Länken fick en ny kod",
    "link_revoked": "Länken togs tillbaka",
    "actions_reminded": "Påmindes om åtgärderna",
}


def in_words(event: RecipientEvent) -> str:
    """One event as a line of the history."""
    text = WORDS.get(event.step) or RECIPIENT_WORKFLOW.named(event.step).label
    body = event.body
    told = []
    if body.get("corrected"):
        told.append("ändrat svar")
    if body.get("with"):
        told.append(f"talade med {body['with']}")
    if body.get("number"):
        told.append(str(body["number"]))
    if body.get("to"):
        told.append(f"till {body['to']}")
    if body.get("status"):
        told.append(f"servern sa {body['status']}")
    if body.get("try"):
        told.append(f"försök {body['try']} efter retur")
    if body.get("devices"):
        told.append(f"{body['devices']} st")
    if body.get("late"):
        told.append("försenat")
    if body.get("signed"):
        told.append(f"undertecknat av {body['signed']}")
    return f"{text} ({', '.join(told)})" if told else text
