"""The gallery: every component in every state on one page, to look at and to test."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from patientsakerhet.ui.gallery import context


@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Everything that pages are built of, with invented content."""
    return render(request, "ui/gallery.html", context())
