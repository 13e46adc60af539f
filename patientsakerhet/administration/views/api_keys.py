"""Keys to the API: the list, a new one shown once, one to look at and take back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patientsakerhet.access import tokens
from patientsakerhet.access.models import ApiToken
from patientsakerhet.administration.exchange.api_keys import in_words
from patientsakerhet.administration.filters import ApiKeyFilter
from patientsakerhet.administration.forms.api_keys import ApiKeyForm
from patientsakerhet.administration.views.asking import administrator
from patientsakerhet.administration.views.listing import listing
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Cell, Column, table_rows

COLUMNS = (
    Column("Används av"),
    Column("Handlar som"),
    Column("Omfång"),
    Column("Enhet"),
    Column("Gäller till"),
    Column("Användes senast"),
)


@require_safe
def api_keys(request: HttpRequest) -> HttpResponse:
    """Every key, those in force unless asked for others."""
    administrator(request)
    chosen = ApiKeyFilter(request.GET, ApiToken.objects.order_by("-created", "pk"))
    found = listing(request, chosen, chosen.qs, export="api_keys")
    rows = table_rows(COLUMNS, [_row(token) for token in found.rows])
    context = {"found": found, "columns": COLUMNS, "rows": rows}
    return render(request, "administration/api_keys.html", context, status=found.status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_variables("secret")
def new_api_key(request: HttpRequest) -> HttpResponse:
    """A key is asked for; its secret is shown in the answer and nowhere else."""
    person = administrator(request)
    form = ApiKeyForm(request.POST or None)
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        values = form.values()
        token, secret = tokens.give_out(values.pop("person"), by=person, **values)
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return _page(request, form, status=409)
    context = {"token": token, "secret": secret}
    return render(request, "administration/api_key_made.html", context)


@require_safe
def api_key(request: HttpRequest, api_key: UUID) -> HttpResponse:
    """One key, and the way to take it back."""
    administrator(request)
    token = _token(api_key)
    facts = [
        ("Handlar som", f"{token.user.name} <{token.user.email}>"),
        ("Får användas till", in_words(token.scopes)),
        ("Enhet", token.unit.name if token.unit else "alla enheter"),
        ("Utfärdad", f"{swedish.moment(token.created)} av {token.made_by.name}"),
        ("Gäller till", swedish.moment(token.expiry) if token.expiry else "tills vidare"),
        ("Användes senast", swedish.moment(token.last_used_at) if token.last_used_at else "aldrig"),
    ]
    return render(request, "administration/api_key.html", {"token": token, "facts": facts})


@require_POST
def take_back(request: HttpRequest, api_key: UUID) -> HttpResponse:
    """The key opens nothing from now on."""
    person = administrator(request)
    token = _token(api_key)
    try:
        tokens.take_back(token, by=person)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Nyckeln {token.name} är återkallad och öppnar ingenting.")
    return redirect("api_keys")


def _row(token: ApiToken) -> list[Cell | str]:
    return [
        Cell(token.name, url=reverse("api_key", args=[token.ref])),
        token.user.name,
        in_words(token.scopes),
        token.unit.name if token.unit else "alla",
        Cell("har gått ut", tone="warn")
        if token.has_expired
        else swedish.day(token.expiry)
        if token.expiry
        else "tills vidare",
        swedish.day(token.last_used_at) if token.last_used_at else "aldrig",
    ]


def _token(ref: UUID) -> ApiToken:
    return get_object_or_404(ApiToken.objects.select_related("user", "unit", "made_by"), ref=ref)


def _page(request: HttpRequest, form: ApiKeyForm, *, status: int = 200) -> HttpResponse:
    return render(request, "administration/api_key_new.html", {"form": form}, status=status)
