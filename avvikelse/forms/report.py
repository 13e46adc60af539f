"""The report form: what the reporter answers, made into an `actions.report.Report`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone

from avvikelse.actions.report import Report
from avvikelse.forms import things
from avvikelse.forms.doors import DOORS, WORDED
from avvikelse.forms.report_words import (
    AFFECTED,
    AS_ANSWERED,
    ATTACH,
    INVOLVES,
    MODES_WITH_ACCOUNT,
    MODES_WITHOUT_ACCOUNT,
    NATURES,
    ONE_ADDRESS,
    SUMMER_TIME,
    UNKNOWN_NUMBER,
    WHO,
    WHOLE_ADDRESS,
    levels_of,
)
from avvikelse.forms.units import UnitField
from avvikelse.forms.when import Day, Shift, When, moment, when
from avvikelse.models import Deviation, RiskScale
from patientsakerhet.cases import file_types
from patientsakerhet.cases.actions.filing import From
from patientsakerhet.cases.forms.attached import Attached
from patientsakerhet.cases.models import Reporter
from patientsakerhet.lib import calendar
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.ui.fields import Day as DayField
from patientsakerhet.ui.fields import Files, LongText, Scanned, ShortText

Door, Nature, Affected, Channel = (
    Deviation.Door,
    Deviation.Nature,
    Deviation.Affected,
    Deviation.Channel,
)
Mode = Reporter.Mode


class ReportForm(forms.Form):
    """Everything a reporter can be asked; her door says what must be answered.

    `expired` is whoever had the form before her sign-in ran out: she is then known to the
    coordinator alone, by name, since nobody has shown that it is she.
    """

    door = forms.ChoiceField(
        label="Jag vill",
        choices=[(door, DOORS[door].choice) for door in Door],
        widget=forms.RadioSelect,
        required=False,
    )
    unit = UnitField(
        label="Var hände det?",
        help_text="Enheten som anmälan gäller.",
        error_messages={"required": "Välj var det hände."},
    )
    what_happened = LongText("", rows=6)
    immediate_action = LongText("", rows=3, required=False)
    day = forms.ChoiceField(choices=Day.choices, widget=forms.RadioSelect, required=False)
    date = DayField(
        "Vilken dag?",
        required=False,
    )
    shift = forms.ChoiceField(
        label="Vilken del av dagen?",
        choices=Shift.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    clock = forms.TimeField(
        label="Klockslag, om du vet",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Skriv klockslaget som 14:05."},
    )
    summer_time = forms.ChoiceField(
        label="Vilken av gångerna?", choices=SUMMER_TIME, widget=forms.RadioSelect, required=False
    )
    today = forms.DateField(
        required=False,
        # Not type=hidden: the browser's draft keeps what can be answered, and this goes with it.
        widget=forms.DateInput(attrs={"hidden": True}, format="%Y-%m-%d"),
    )
    affected = forms.ChoiceField(choices=AFFECTED, widget=forms.RadioSelect, required=False)
    nature = forms.ChoiceField(choices=NATURES, widget=forms.RadioSelect, required=False)
    consequence = LongText("Vad blev följden?", rows=2, required=False)
    actual = forms.TypedChoiceField(
        label="Hur allvarlig blev den?",
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
    )
    could_have_happened = LongText("Vad kunde ha hänt?", rows=2, required=False)
    potential = forms.TypedChoiceField(
        label="Hur allvarligt kunde det ha blivit?",
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
    )
    involves = forms.MultipleChoiceField(
        choices=INVOLVES, widget=forms.CheckboxSelectMultiple, required=False
    )
    device_number = Scanned(
        "Inventarienummer",
        help_text="Numret på etiketten, till exempel MT-20417, eller läs av streckkoden. "
        "Vi fyller i resten.",
        max_length=things.LONGEST_CODE,
        required=False,
    )
    device_text = ShortText(
        "Produktens namn",
        help_text="Om du inte har numret. Till exempel: infusionspump Volumed 300.",
        max_length=120,
        required=False,
    )
    device_serial = ShortText("Serie- eller lotnummer", max_length=120, required=False)
    device_kept = ShortText(
        "Var finns den nu?",
        help_text="Spara den som den är. Laga den inte och använd den inte.",
        max_length=120,
        required=False,
    )
    system_text = ShortText("Vilket system?", max_length=200, required=False)
    system_workaround = ShortText("Hur klarade ni er?", max_length=300, required=False)
    suggestion = LongText("", rows=2, required=False)
    place = ShortText(
        "Plats",
        help_text="Rum, sal eller våning, om det spelar roll.",
        max_length=120,
        required=False,
    )
    discovered_on = DayField(
        "Vilken dag upptäcktes det?",
        help_text="Bara om det var en annan dag än när det hände.",
        required=False,
    )
    attachments = Files(
        "Bilder och filer",
        help_text=ATTACH,
        required=False,
        accept=",".join(f".{ending}" for ending in file_types.TYPES),
    )
    mode = forms.ChoiceField(
        label="Får vi veta vem du är?", widget=forms.RadioSelect, required=False
    )
    reporter_name = ShortText("Ditt namn", max_length=120, required=False)
    reporter_title = ShortText(
        "Vem du är",
        help_text="Till exempel: sjuksköterska, patient, dotter till patienten.",
        max_length=120,
        required=False,
    )
    reporter_email = forms.EmailField(
        label="Din e-post",
        help_text="Dit skickar vi besked. I breven står bara ärendets nummer.",
        max_length=254,
        required=False,
        validators=[RegexValidator(ONE_ADDRESS, WHOLE_ADDRESS)],
        error_messages={"invalid": WHOLE_ADDRESS},
    )
    channel = forms.ChoiceField(
        label="Hur kom uppgifterna till dig?", widget=forms.RadioSelect, required=False
    )
    paper_on = DayField(
        "Dagen då blanketten skrevs",
        required=False,
    )
    paper_at = forms.TimeField(
        label="Klockslaget på blanketten",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Skriv klockslaget som 14:05."},
    )

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        person: Person | None,
        scale: RiskScale | None,
        expired: Person | None = None,
        may_take_calls: bool = False,
        attached: Attached | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.expired = person, expired
        self.attached = attached or Attached()
        chosen = self._chosen("door")
        self.at_door: str = chosen if chosen in DOORS else Door.DEVIATION
        self.wording = DOORS[self.at_door]
        self.number_is_unknown = False
        self.asks_summer_time = bool(self._chosen("summer_time"))
        for name in WORDED:
            question = self.wording.questions.get(name)
            field = self.fields[name]
            field.required = name in self.wording.required
            if question is not None:
                field.label, field.help_text = question.label, question.help
                if question.missing:
                    field.error_messages["required"] = question.missing
        self.fields["what_happened"].widget.attrs["data-size"] = "big"
        levels = levels_of(scale)
        for name in ("actual", "potential"):
            self.fields[name].choices = levels  # type: ignore[attr-defined]  # a choice field's
        modes = MODES_WITH_ACCOUNT if person else MODES_WITHOUT_ACCOUNT
        self.fields["mode"].choices = modes  # type: ignore[attr-defined]  # a choice field's
        self.fields["mode"].initial = modes[0][0]
        self.fields["door"].initial = Door.DEVIATION
        self.fields["channel"].initial = Channel.FORM
        self.fields["today"].initial = timezone.localdate()
        channels = [(Channel.FORM, "Jag var med, eller såg det själv")]
        if person is not None or expired is not None:
            channels.append((Channel.PAPER, "Från en pappersblankett"))
        if may_take_calls:
            channels.append((Channel.PHONE, "Någon har ringt och berättat"))
        self.fields["channel"].choices = channels  # type: ignore[attr-defined]  # a choice field's
        if person is not None:
            self.fields["reporter_name"].label = "Namn på den som ringde"
            self.fields["reporter_title"].label = "Vem det är"
            self.fields["reporter_email"].label = "E-post till den som ringde"

    # --- what was answered --------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        """Questions that hang together."""
        data = super().clean() or self.cleaned_data
        data["door"] = self.at_door
        if "mode" in data:
            data["mode"] = data["mode"] or (Mode.OPEN if self.person else Mode.ANONYMOUS)
        data["nature"] = data.get("nature") or Nature.UNKNOWN
        data["affected"] = data.get("affected") or Affected.UNKNOWN
        data["channel"] = data.get("channel") or Channel.FORM
        data["when"] = self._when(data)
        data["meant"] = self._device(data)
        data["system"] = things.system_named(data.get("system_text", ""))
        data["discovered_at"] = self._discovered(data)
        data["written_on_paper_at"] = self._written(data)
        self._who(data)
        for problem in self.attached.problems:
            self.add_error("attachments", problem)
        return data

    @property
    def filing_unit(self) -> Unit:
        """The unit the report is filed from."""
        unit: Unit = self.cleaned_data["unit"]
        return unit

    def report(self, *, code_lookup: str | None = None) -> Report:
        """What was told, as values; with the keyed hash of the reporter's code, if she needs one."""
        data = self.cleaned_data
        at: When = data["when"]
        meant: things.Meant = data["meant"]
        return Report(
            **{name: data[name] for name in AS_ANSWERED},
            device_text=self._device_text(data),
            device=meant.device,
            device_model=meant.model,
            device_serial=data["device_serial"] or meant.serial,
            occurred_at=at.occurred_at,
            occurred_until=at.occurred_until,
            precision=at.precision,
            reporter=self._from(data, code_lookup),
            files=self.attached.files,
        )

    @property
    def needs_code(self) -> bool:
        """True when the reporter can only come back with a receipt code."""
        return self._person_of(self.cleaned_data) is None

    # --- the parts ----------------------------------------------------------------------------

    def _when(self, data: dict[str, Any]) -> When:
        day = data.get("day") or Day.UNKNOWN
        if {"date", "clock", "shift"} & set(self.errors):
            return When(None, None, Deviation.Precision.UNKNOWN)
        try:
            return when(
                day,
                on=data.get("date"),
                shift=data.get("shift", ""),
                clock=data.get("clock"),
                summer_time={"yes": True, "no": False}.get(data.get("summer_time", "")),
                said_on=data.get("today"),
            )
        except forms.ValidationError as wrong:
            self.asks_summer_time |= "summer_time" in wrong.message_dict
            self.add_error(None, wrong)
            return When(None, None, Deviation.Precision.UNKNOWN)

    def _device(self, data: dict[str, Any]) -> things.Meant:
        number = data.get("device_number", "")
        meant = things.device_meant(number)
        if number and meant.model is None:
            self.number_is_unknown = True
            if not data.get("device_text"):
                unknown = UNKNOWN_NUMBER.format(number=number)
                self.add_error("device_number", meant.fault or unknown)
        return meant

    def _device_text(self, data: dict[str, Any]) -> str:
        written: str = data["device_text"]
        if data["device_number"] and data["meant"].model is None:
            return f"{written} (okänt inventarienummer {data['device_number'][:60]})"
        return written

    def _discovered(self, data: dict[str, Any]) -> datetime | None:
        day = data.get("discovered_on")
        if day is None:
            return None
        if day > timezone.localdate():
            self.add_error("discovered_on", "Dagen har inte varit än. Kontrollera datumet.")
            return None
        at: When = data["when"]
        if at.occurred_at and calendar.end_of_day(day) < at.occurred_at:
            self.add_error("discovered_on", "Det kan inte ha upptäckts innan det hände.")
            return None
        return min(calendar.end_of_day(day), timezone.now())

    def _written(self, data: dict[str, Any]) -> datetime | None:
        if data["channel"] != Channel.PAPER or {"paper_on", "paper_at"} & set(self.errors):
            return None
        if data.get("paper_on") is None:
            self.add_error("paper_on", "Skriv vilken dag blanketten skrevs.")
            return None
        clock = data.get("paper_at") or datetime.min.time()
        try:
            written = moment(data["paper_on"], clock, summer_time=True, field="paper_at")
        except forms.ValidationError as wrong:
            self.add_error(None, wrong)
            return None
        if written > timezone.now():
            self.add_error("paper_on", "Blanketten kan inte ha skrivits i framtiden.")
        return written

    def _who(self, data: dict[str, Any]) -> None:
        """Whoever wants to be known has to say who she is, where we do not know already."""
        mode = data.get("mode")
        if self._person_of(data) or self.expired or mode in {None, Mode.ANONYMOUS}:
            return
        said = data.get("reporter_name") or data.get("reporter_email")
        if not said and "reporter_email" not in self.errors:
            self.add_error("reporter_name", WHO)

    def _person_of(self, data: dict[str, Any]) -> Person | None:
        """The person with an account who reports; not somebody who takes a call."""
        if data.get("mode") == Mode.ANONYMOUS or data.get("channel") == Channel.PHONE:
            return None
        return self.person

    def _from(self, data: dict[str, Any], lookup: str | None) -> From:
        mode, expired = data["mode"], self.expired
        if mode == Mode.ANONYMOUS:
            return From(mode=mode, code_lookup=lookup)
        person = self._person_of(data)
        if person is not None:
            return From(person=person, mode=mode)
        if expired is not None:
            return From(
                mode=Mode.CONFIDENTIAL, name=expired.name, title=expired.title, code_lookup=lookup
            )
        return From(
            mode=mode,
            name=data["reporter_name"],
            title=data["reporter_title"],
            email=data["reporter_email"],
            code_lookup=lookup,
        )

    def _chosen(self, name: str) -> str:
        """The answer so far, whether the form has been sent or not."""
        if self.is_bound:
            return str(self.data.get(self.add_prefix(name)) or "")
        return str(self.initial.get(name) or "")
