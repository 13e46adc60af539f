"""The tables of safety notices."""

from sakerhetsmeddelanden.models.delivery import AnswerLink, RecipientMail
from sakerhetsmeddelanden.models.intake import (
    IncomingFile,
    IncomingMessage,
    MailPlace,
    ProposedField,
    PublishedNotice,
)
from sakerhetsmeddelanden.models.notice import NoticeField, RiskClass, SafetyNotice
from sakerhetsmeddelanden.models.product import AffectedProduct
from sakerhetsmeddelanden.models.recipient import (
    Distribution,
    Ground,
    Recipient,
    RecipientDevice,
    RecipientEvent,
    SystemRecipient,
)
from sakerhetsmeddelanden.models.reply import ChangedAnswer, SupplierReply
from sakerhetsmeddelanden.models.tally import NoticeTally
from sakerhetsmeddelanden.models.targeting import ConsideredUnit, LateArrival, UndecidedDevice

__all__ = (
    "AffectedProduct",
    "AnswerLink",
    "ChangedAnswer",
    "ConsideredUnit",
    "Distribution",
    "Ground",
    "IncomingFile",
    "IncomingMessage",
    "LateArrival",
    "MailPlace",
    "NoticeField",
    "NoticeTally",
    "ProposedField",
    "PublishedNotice",
    "Recipient",
    "RecipientDevice",
    "RecipientEvent",
    "RecipientMail",
    "RiskClass",
    "SafetyNotice",
    "SupplierReply",
    "SystemRecipient",
    "UndecidedDevice",
)
