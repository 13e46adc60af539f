"""What a new classification starts from: nothing, a template, or an earlier one to be judged anew."""

from __future__ import annotations

from patientsakerhet.information_security.models import (
    ASPECTS,
    ClassificationTemplate,
    InformationClassification,
    SecurityRisk,
)
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person

RISK_FACTS = ("title", "threatens", "cause", "consequence", "controls", "severity", "likelihood")
"""What is taken along of a risk; how it was treated, and its measures, stay with the old one."""


def begin_from(
    found: InformationClassification,
    template: ClassificationTemplate | None,
    source: InformationClassification | None,
    *,
    by: Person,
) -> None:
    """The texts and the risks are there to go on with; the levels are the owner's to set anew.

    Refuses both at once, and an earlier classification that may not be read.
    """
    if template is not None and source is not None:
        raise NotReady("Välj en mall eller en tidigare klassning, inte båda.")
    if source is not None:
        _copy(found, source, by=by)
    elif template is not None:
        _fill(found, template)


def _copy(
    found: InformationClassification, source: InformationClassification, *, by: Person
) -> None:
    rows = InformationClassification.objects.visible_to(by).prefetch_related("risks")
    old = rows.filter(pk=source.pk).first()
    if old is None:
        raise NotReady("Klassningen som ska kopieras finns inte.")
    found.copied_from, found.information = old, old.information
    reasons = [f"{name}_reason" for name, _ in ASPECTS]
    for name in reasons:
        setattr(found, name, getattr(old, name))
    found.save(update_fields=["copied_from", "information", *reasons])
    SecurityRisk.objects.bulk_create(
        SecurityRisk(classification=found, **{name: getattr(one, name) for name in RISK_FACTS})
        for one in old.risks.all()
    )


def _fill(found: InformationClassification, template: ClassificationTemplate) -> None:
    content = template.content
    found.template, found.information = template, content["information"]
    reasons = {f"{name}_reason": content["reasons"].get(name, "") for name, _ in ASPECTS}
    for name, text in reasons.items():
        setattr(found, name, text)
    found.save(update_fields=["template", "information", *reasons])
    SecurityRisk.objects.bulk_create(
        SecurityRisk(classification=found, **{name: one[name] for name in RISK_FACTS})
        for one in content["risks"]
    )
