"""The tables of safety notices."""

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
from sakerhetsmeddelanden.models.reply import SupplierReply
from sakerhetsmeddelanden.models.targeting import ConsideredUnit, LateArrival, UndecidedDevice

__all__ = (
    "AffectedProduct",
    "ConsideredUnit",
    "Distribution",
    "Ground",
    "LateArrival",
    "NoticeField",
    "Recipient",
    "RecipientDevice",
    "RecipientEvent",
    "RiskClass",
    "SafetyNotice",
    "SupplierReply",
    "SystemRecipient",
    "UndecidedDevice",
)
