"""Who filed a case, kept apart from the case so that few may see it and it can be erased."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from patientsakerhet.cases.models.case import Case
from patientsakerhet.organisation.models import Person


class Reporter(models.Model):
    """The one who filed a case (rapportör): a person with an account, or whoever holds the code."""

    class Mode(models.TextChoices):
        """How much of the reporter others may know."""

        OPEN = "open", "öppen"
        CONFIDENTIAL = "confidential", "bara samordnaren ser namnet"
        ANONYMOUS = "anonymous", "anonym"

    class Answered(models.TextChoices):
        """The reporter's own verdict on the answer: did you get an answer to what you wrote?"""

        YES = "yes", "ja"
        PARTLY = "partly", "delvis"
        NO = "no", "nej"

    case = models.OneToOneField(
        Case, models.PROTECT, primary_key=True, related_name="reporter", verbose_name="ärende"
    )
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reported",
        verbose_name="person",
    )
    mode = models.CharField("läge", max_length=15, choices=Mode, default=Mode.OPEN)
    name = models.CharField("namn", max_length=120, blank=True)
    title = models.CharField("befattning", max_length=120, blank=True)
    email = models.EmailField("e-post", blank=True)
    code_lookup = models.CharField(
        max_length=64, unique=True, null=True, blank=True, help_text="HMAC av kvittokoden."
    )
    answered = models.CharField("fick svar", max_length=10, choices=Answered, blank=True)
    answered_note = models.TextField("kommentar till svaret", blank=True)
    answered_at = models.DateTimeField("svarade", null=True, blank=True)

    class Meta:
        verbose_name = "rapportör"
        verbose_name_plural = "rapportörer"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(mode="anonymous") | Q(person=None, name="", email=""),
                name="reporter_anonymous_has_no_identity",
            ),
            models.CheckConstraint(
                condition=Q(answered="", answered_at=None)
                | (~Q(answered="") & Q(answered_at__isnull=False)),
                name="reporter_answered_together",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "-case"], name="reporter_person")]

    def __str__(self) -> str:
        return "anonym" if self.mode == self.Mode.ANONYMOUS else str(self.person or self.name)

    @property
    def shown(self) -> Person | None:
        """Who stands as author in rows that others read: nobody, unless the reporter is open."""
        return self.person if self.mode == self.Mode.OPEN else None
