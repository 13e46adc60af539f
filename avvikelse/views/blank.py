"""The report form on paper, for when nothing else works."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from avvikelse.forms.doors import DOORS, Door
from avvikelse.forms.report_words import INVOLVES, NATURES, Affected
from avvikelse.forms.units import with_code
from avvikelse.forms.when import Shift


@login_not_required
@require_safe
def blank_form(request: HttpRequest, code: str = "") -> HttpResponse:
    """Two sides of A4 with the same questions, the unit filled in when the address names one."""
    questions = DOORS[Door.DEVIATION].questions
    context = {
        "unit": with_code(code),
        "ask": questions,
        "shifts": Shift.labels,
        "affected": Affected.labels,
        "natures": [label for _, label in NATURES],
        "involves": [label for _, label in INVOLVES],
    }
    return render(request, "avvikelse/blank_form.html", context)
