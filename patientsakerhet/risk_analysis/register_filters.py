"""How the register of risks is narrowed: the same words on the page, in the API and in exports."""

from __future__ import annotations

from datetime import date, time

from django.db.models import Exists, OuterRef, Q

from patientsakerhet.cases.filters import person_called, within
from patientsakerhet.lib import calendar
from patientsakerhet.risk_analysis.filters import OCCASIONS, ROOMS, STATES
from patientsakerhet.risk_analysis.models import Risk, RiskReview
from patientsakerhet.risk_analysis.querysets import RiskQuerySet
from patientsakerhet.ui.narrowing import ORDER, Narrowing, YesFilter, choice, day, text

GRAVEST, REVIEWED, NEWEST = "allvarligast", "langesedan", "nyast"
BANDS = [("3", "Hög"), ("2", "Medelhög"), ("1", "Låg"), ("0", "Inte bedömd")]


class RiskFilter(Narrowing):
    """Narrows the risks somebody may see."""

    q = text("Sök", "find", type="search")
    band = choice("Risknivå", "in_band", BANDS)
    number = text("Riskanalysens nummer", "of_number")
    unit = text("Enhet", "of_unit")
    system = text("IT-system", "of_system")
    product = text("Produkt", "of_product")
    occasion = choice("Anledning", "for_occasion", OCCASIONS)
    room = choice("Analysens läge", "in_room", [(name, label) for name, label, _ in ROOMS])
    leader = text("Analysledare", "led_by")
    reviewed_to = day("Senast omprövad före", "reviewed_before")
    review = YesFilter("Ska omprövas", "with_review")
    accepted = YesFilter("Godtas utan åtgärd", "only_accepted")
    raised = YesFilter("Väckt av ett ärende", "only_raised")
    order = choice(
        ORDER,
        "in_order",
        [
            (GRAVEST, "Allvarligast först"),
            (REVIEWED, "Längst sedan omprövning först"),
            (NEWEST, "Nyast först"),
        ],
        empty=None,
    )

    class Meta:
        model = Risk
        fields: list[str] = []

    @property
    def qs(self) -> RiskQuerySet:
        """The risks, in a total order: gravest first unless something else was asked for."""
        found: RiskQuerySet = super().qs
        return found if found.query.order_by else found.gravest_first()

    def find(self, rows: RiskQuerySet, name: str, value: str) -> RiskQuerySet:
        """By words of its own, or by its analysis's number."""
        return rows.filter(
            Q(title__icontains=value)
            | Q(cause__icontains=value)
            | Q(consequence__icontains=value)
            | Q(analysis__case__number=value.upper())
        )

    def in_band(self, rows: RiskQuerySet, name: str, value: str) -> RiskQuerySet:
        return rows.filter(band=int(value) or None)

    def of_number(self, rows: RiskQuerySet, name: str, value: str) -> RiskQuerySet:
        return rows.filter(analysis__case__number=value.strip().upper())

    def of_unit(self, rows: RiskQuerySet, name: str, value: str) -> RiskQuerySet:
        return rows.filter(within("analysis__case__owning_unit", value))

    def of_system(self, rows: RiskQuerySet, name: str, value: str) -> RiskQuerySet:
        held = Risk.systems.through.objects.filter(
            risk=OuterRef("pk"), itsystem__name__icontains=value
        )
        return rows.filter(Exists(held))

    def of_product(self, rows: RiskQuerySet, name: str, value: str) -> RiskQuerySet:
        held = Risk.products.through.objects.filter(
            risk=OuterRef("pk"), devicemodel__name__icontains=value
        )
        return rows.filter(Exists(held))

    def for_occasion(self, rows: RiskQuerySet, name: str, value: str) -> RiskQuerySet:
        return rows.filter(analysis__occasion=value)

    def in_room(self, rows: RiskQuerySet, name: str, value: str) -> RiskQuerySet:
        return rows.filter(analysis__case__status__in=STATES[value])

    def led_by(self, rows: RiskQuerySet, name: str, value: str) -> RiskQuerySet:
        return rows.filter(person_called("analysis__case__handler", value, self.request))

    def reviewed_before(self, rows: RiskQuerySet, name: str, value: date) -> RiskQuerySet:
        return rows.filter(reviewed_at__lt=calendar.moment(value, time()))

    def with_review(self, rows: RiskQuerySet, name: str, value: bool) -> RiskQuerySet:
        waiting = RiskReview.objects.waiting().filter(risk=OuterRef("pk"))
        return rows.filter(Exists(waiting)) if value else rows

    def only_accepted(self, rows: RiskQuerySet, name: str, value: bool) -> RiskQuerySet:
        return rows.exclude(accepted_reason="") if value else rows

    def only_raised(self, rows: RiskQuerySet, name: str, value: bool) -> RiskQuerySet:
        return rows.filter(raised_from__isnull=False) if value else rows

    def in_order(self, rows: RiskQuerySet, name: str, value: str) -> RiskQuerySet:
        if value == REVIEWED:
            return rows.order_by("reviewed_at", "pk")
        return rows.order_by("-pk") if value == NEWEST else rows.gravest_first()
