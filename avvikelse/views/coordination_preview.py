"""What stands beside the list: the suggestion with its reason, the report, what is like it, the acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from avvikelse import similar
from avvikelse.forms.coordination import DecisionForm
from avvikelse.models import Assessment, Deviation, RiskScale
from avvikelse.views.coordination_list import Chip, chips, prepared, visible_likely, where
from avvikelse.views.coordination_place import FROM, Place
from avvikelse.workflow import ASSIGNED, IN_COORDINATION, MERGED, QUEUE, REPORTED, RETURNED
from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import related
from patientsakerhet.cases.models import Case, Comment, Reporter
from patientsakerhet.cases.related import Related
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Act

MOST_SIMILAR = 5
CLOSED_STATES = ("closed", "rejected", MERGED)

WHEN = {
    Deviation.Precision.EXACT: "{moment}",
    Deviation.Precision.ABOUT: "omkring {moment}",
    Deviation.Precision.SHIFT: "under passet {moment}",
    Deviation.Precision.DAY: "{day}",
}


@dataclass(frozen=True)
class Alike:
    """A similar case, why it is, and what can be done about it."""

    case: Case
    words: list[str]
    circumstances: str
    is_duplicate: bool
    url: str
    merge_url: str = ""
    link_url: str = ""
    key: str = ""


@dataclass(frozen=True)
class Preview:
    """A case as a coordinator sees it before she decides."""

    case: Case
    deviation: Deviation
    chips: list[Chip]
    line: str
    waited: str
    tone: str
    title: str
    why: str
    aside: str
    can_send: bool
    receiver: Unit | None
    needs_basis: bool
    acts: list[Act]
    facts: list[tuple[str, str]]
    found: list[tuple[str, str]]
    talk: list[Comment]
    alike: list[Alike]
    kind_why: str
    form: DecisionForm | None
    place: Place
    others: list[Related]
    """Open cases of other kinds about the same product: safety notices."""
    waits: bool
    """Whether the worker has not come to it yet."""


def find(person: Person, number: str) -> Deviation:
    """The deviation with this number, for somebody who coordinates it.

    To whoever may not read it it does not exist; whoever only reads it is refused.
    """
    case = get_object_or_404(Case.objects.visible_to(person).only("pk"), number=number)
    rows = Deviation.objects.select_related(
        "case__owning_unit__care_provider",
        "case__filing_unit__care_provider",
        "case__handler",
        "case__parent",
        "case__reporter__person",
        "device__model",
        "device_model",
        "system",
        "kind",
        "event_class",
        "cause_class",
        "preparation__receiver",
        "preparation__device__model",
        "preparation__device_model",
        "preparation__system",
    ).prefetch_related("assessments")
    found = whole_or_404(rows, pk=case.pk)
    policy.check(person, Can.COORDINATE, found.case)
    return found


def preview(
    person: Person,
    number: str,
    place: Place,
    scale: RiskScale,
    *,
    form: DecisionForm | None = None,
) -> Preview:
    """The case beside the list, its reading written in the trail."""
    deviation = form.deviation if form is not None else find(person, number)
    case = deviation.case
    trail.read("case.read", by=person, case_id=case.pk, number=case.number, right=Can.COORDINATE)
    by_reporter = [
        one for one in deviation.assessments.all() if one.stage == Assessment.Stage.REPORTER
    ]
    told = by_reporter[-1] if by_reporter else None
    case.told_potential = told.potential if told else None  # type: ignore[attr-defined]  # for the template alone
    case.deviation = deviation
    seen = visible_likely([case], person)
    found = prepared(case)
    in_queue = case.status in QUEUE
    receiver = found.receiver if found and in_queue else None
    if in_queue and form is None:
        form = DecisionForm(deviation, scale=scale)
    days = (timezone.localdate() - timezone.localdate(case.filed_at)).days
    title, why, aside = _heading(case, found, receiver)
    needs_basis = (
        receiver is not None and receiver.care_provider_id != case.owning_unit.care_provider_id
    )
    return Preview(
        case=case,
        deviation=deviation,
        chips=[Chip(case.status_label), *chips(case, scale, person, seen)],
        line=f"{where(case)} · {_when(deviation)}",
        waited=_waited(days) if in_queue else "",
        tone="bad" if in_queue and case.due_at and case.due_at < timezone.now() else "",
        title=title,
        why=why,
        aside=aside,
        can_send=receiver is not None,
        receiver=receiver,
        needs_basis=needs_basis,
        acts=_acts(case, place, person, can_send=receiver is not None),
        facts=_facts(deviation, told, scale, policy.capabilities(person, case)),
        found=_found(deviation),
        talk=list(case.comments.filter(audience=Comment.Audience.REPORTER).select_related("by")),
        alike=_alike(case, found.likely if found else [], seen, place),
        kind_why=found.kind_reason if found and deviation.kind is None else "",
        form=form,
        place=place,
        others=related.about(_products(deviation), by=person, without=case.kind, only_open=True),
        waits=found is None and in_queue,
    )


def _products(deviation: Deviation) -> set[int]:
    """The products it is about, as stated or, where nobody has stated any, as found in the text."""
    found = getattr(deviation, "preparation", None)
    if deviation.products or found is None:
        return deviation.products
    named = {found.device_model_id, found.device.model_id if found.device else None}
    return {pk for pk in named if pk is not None}


def _heading(case: Case, found: Any, receiver: Unit | None) -> tuple[str, str, str]:
    """The suggestion's title, its reason, and how many similar cases went there."""
    if case.status == ASSIGNED:
        days = (timezone.localdate() - timezone.localdate(case.status_since)).days
        since = "i dag" if days == 0 else "i går" if days == 1 else f"för {days} dagar sedan"
        return f"Lämnat till {case.owning_unit}", "", f"{since}, inte mottaget"
    if case.status not in QUEUE:
        return f"Ärendet är {case.status_label.lower()}", "", ""
    if found is None:
        return "Underlaget tas fram", "", ""
    routed = found.similar_routed
    if receiver is None:
        why = (
            f"{routed} liknande ärenden gick åt olika håll." if routed > 1 else ""
        ) or "ingen regel gäller, och för få liknande ärenden har koordinerats."
        return "Ingen säker föreslagen enhet", why, ""
    aside = f"{found.similar_there} av {routed} liknande gick dit" if routed > 1 else ""
    return (
        f"Föreslagen enhet: {receiver}",
        found.receiver_reason,
        "" if aside and aside in found.receiver_reason else aside,
    )


def _acts(case: Case, place: Place, person: Person, *, can_send: bool) -> list[Act]:
    """What can be done now, beside sending it where it was suggested."""
    version: dict[str, str | int] = {"version": case.version, FROM: place.query}

    def post(label: str, name: str, key: str = "") -> Act:
        url = reverse(f"coordination_{name}", args=[case.number])
        return Act(label, url, key=key, fields=version)

    def ask(label: str, name: str, key: str, kind: Any = "") -> Act:
        url = place.act_url(f"coordination_{name}", case.number)
        return Act(label, url, post=False, key=key, kind=kind, dialog="akt")

    if case.status == ASSIGNED:
        return [
            post("Påminn enheten", "remind", "p"),
            ask("Lämna till annan enhet", "hand_over", "e"),
            ask("Ta tillbaka", "recall", "a", "quiet"),
        ]
    if case.status not in QUEUE:
        return []
    acts = [
        ask("Annan enhet" if can_send else "Välj enhet", "unit", "e", "" if can_send else "primary")
    ]
    if case.status == REPORTED:
        acts.append(post("Ta själv", "take", "t"))
    if case.status == IN_COORDINATION:
        acts.append(post("Lägg tillbaka", "release", "t"))
    if case.status == RETURNED:
        acts.append(post("Svaret har kommit", "answered", "t"))
    else:
        acts.append(ask("Fråga rapportören", "ask", "f"))
    acts.append(ask("Slå ihop med…", "merge", "", "quiet"))
    acts.append(ask("Avvisa", "reject", "a", "quiet"))
    return acts


def _when(deviation: Deviation) -> str:
    if deviation.occurred_at is None:
        return "okänt när det hände"
    form = WHEN.get(Deviation.Precision(deviation.precision), "{day}")
    at: datetime = deviation.occurred_at
    return "hände " + form.format(moment=swedish.moment(at), day=swedish.day(at))


def _waited(days: int) -> str:
    if days == 0:
        return "kom in i dag"
    return "har väntat en dag" if days == 1 else f"har väntat {days} dagar"


def _facts(
    deviation: Deviation, told: Assessment | None, scale: RiskScale, held: frozenset[Can]
) -> list[tuple[str, str]]:
    """Label and value of what the reporter told, without what she left out."""
    words = ["ingen skada", *(label.lower() for label in scale.severity_labels)]
    device = deviation.device or deviation.device_model
    facts = [
        ("Gjordes direkt", deviation.immediate_action),
        ("Följd", deviation.consequence),
        ("Kunde ha hänt", deviation.could_have_happened),
        ("Förslag", deviation.suggestion),
        ("Händelsens art", deviation.get_nature_display()),
        ("Berörde", deviation.get_affected_display()),
        ("Faktisk följd", f"{words[told.actual]} ({told.actual})" if told else ""),
        ("Kunde ha blivit", f"{words[told.potential]} ({told.potential})" if told else ""),
        ("Utrustning", _joined(device, deviation.device_text, deviation.device_serial)),
        ("Finns nu", deviation.device_kept),
        ("IT-system", _joined(deviation.system, deviation.system_text)),
        ("Så klarade de sig", deviation.system_workaround),
        ("Plats", deviation.place),
        ("Rapportör", _reporter(deviation.case) if Can.SEE_REPORTER in held else ""),
        (
            "Kom in genom",
            "" if deviation.channel == Deviation.Channel.FORM else deviation.get_channel_display(),
        ),
    ]
    return [(label, value) for label, value in facts if value]


def _joined(*parts: object) -> str:
    said = [str(part) for part in parts if part]
    return " · ".join(dict.fromkeys(said))


def _reporter(case: Case) -> str:
    reporter: Reporter = case.reporter
    if reporter.mode == Reporter.Mode.ANONYMOUS:
        return "anonym"
    name = reporter.person.name if reporter.person else reporter.name
    title = reporter.title or (reporter.person.title if reporter.person else "")
    return ", ".join(part for part in (name, title) if part)


def _found(deviation: Deviation) -> list[tuple[str, str]]:
    """What the text names that nobody has stated: label, and what it is."""
    found = getattr(deviation, "preparation", None)
    if found is None:
        return []
    named = []
    if found.device is not None and deviation.device is None:
        named.append(("device", f"{found.device.model} {found.device.inventory_number}"))
    elif found.device_model is not None and deviation.device_model is None:
        named.append(("device_model", str(found.device_model)))
    if found.system is not None and deviation.system is None:
        named.append(("system", str(found.system)))
    return named


def _alike(
    case: Case, likely: list[dict[str, Any]], seen: frozenset[int], place: Place
) -> list[Alike]:
    """The stored similar cases that the person may know of, as they are now."""
    shown = [one for one in likely if one["case"] in seen][:MOST_SIMILAR]
    cases = (
        Case.objects.filter(pk__in=[one["case"] for one in shown])
        .select_related("filing_unit__care_provider", "parent")
        .in_bulk()
    )
    mergeable = case.status in (*QUEUE, ASSIGNED)
    rows: list[Alike] = []
    for one in shown:
        other = cases[one["case"]]
        if other.status == MERGED and other.parent_id == case.pk:
            continue
        why = one["why"]
        merges = mergeable and other.status not in CLOSED_STATES
        first = merges and not any(row.merge_url for row in rows)
        merge_url = place.act_url("coordination_merge", case.number)
        joint = "&" if "?" in merge_url else "?"
        rows.append(
            Alike(
                case=other,
                words=why["words"],
                circumstances=similar.circumstances(
                    same_device=why["same_device"],
                    same_model=why["same_model"],
                    same_system=why["same_system"],
                    same_unit=why["same_unit"],
                    days=why["days"],
                ),
                is_duplicate=bool(one["duplicate"]),
                url=other.get_absolute_url(),
                merge_url=f"{merge_url}{joint}med={other.number}" if merges else "",
                link_url="" if merges else reverse("coordination_link", args=[case.number]),
                key="s" if first else "",
            )
        )
    return rows
