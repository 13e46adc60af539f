"""What a deviation shows and tells to its reports to authorities: its page's frame, and its own facts."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from avvikelse import workflow
from avvikelse.models import Deviation, Investigation
from avvikelse.views.case_head import crumbs, happened, head_of
from avvikelse.views.case_opening import open_whole
from patientsakerhet.authority_reports import around
from patientsakerhet.cases.models import Case
from patientsakerhet.register.models import Device, DeviceModel
from patientsakerhet.ui import swedish

PART = "case_reports"


def register() -> None:
    """Make deviations cases that can be reported."""
    around.register(workflow.KIND, around.Around(open_framed, facts, occurred_at))


def open_framed(request: HttpRequest, number: str) -> around.Framed:
    """The deviation in its own frame, for whoever may read all of it."""
    opened = open_whole(request, number)
    return around.Framed(
        case=opened.case,
        by=opened.by,
        may=opened.may,
        template="avvikelse/case.html",
        context={"opened": opened, "head": head_of(opened, PART), "crumbs": crumbs(opened)},
    )


def occurred_at(case: Case) -> datetime | None:
    """When it happened, if the reporter knew."""
    deviation: Deviation = case.deviation
    return deviation.occurred_at


def facts(case: Case) -> dict[str, str]:
    """What the report, the assessment and the investigation say."""
    deviation = (
        Deviation.objects.for_page().prefetch_related("timeline", "causes__area").get(pk=case.pk)
    )
    known = {
        "occurred": happened(deviation),
        "discovered": swedish.moment(deviation.discovered_at) if deviation.discovered_at else "",
        "what_happened": deviation.what_happened,
        "consequence": deviation.consequence,
        "could_have_happened": deviation.could_have_happened,
        "immediate_action": deviation.immediate_action,
        "affected": deviation.get_affected_display().capitalize(),
        "kept": deviation.device_kept,
        "system": deviation.system.name if deviation.system else deviation.system_text,
        "workaround": deviation.system_workaround,
        "timeline": "\n".join(
            f"{swedish.moment(one.at)}: {one.text}" for one in deviation.timeline.all()
        ),
        "causes": "\n".join(f"{one.area.label}: {one.text}" for one in deviation.causes.all()),
        "similar_before": _similar(deviation),
    }
    return {**known, **_of_product(deviation)}


def _similar(deviation: Deviation) -> str:
    found: Investigation | None = getattr(deviation, "investigation", None)
    if found is None or not found.similar_before:
        return ""
    return f"{found.get_similar_before_display().capitalize()}. {found.similar_answer}".strip()


def _of_product(deviation: Deviation) -> dict[str, str]:
    """The device by the register where it is known, otherwise as it was written."""
    device: Device | None = deviation.device
    model: DeviceModel | None = device.model if device is not None else deviation.device_model
    written = {"product": deviation.device_text, "serial": deviation.device_serial}
    if model is None:
        return written
    told = {
        "product": str(model),
        "manufacturer": model.manufacturer.name,
        "model_number": model.model_number or model.catalogue_number,
        "udi": ", ".join(model.identifiers.order_by("pk").values_list("udi_di", flat=True)),
        "serial": deviation.device_serial,
    }
    if device is not None:
        told["serial"] = device.serial_number or device.lot_number or deviation.device_serial
        told["software_version"] = device.software_version
        told["udi"] = " ".join(part for part in (told["udi"], device.udi_pi) if part)
    return told
