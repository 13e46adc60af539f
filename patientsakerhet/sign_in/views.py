"""Our own pages beside allauth's: how it looks, the picture of a one-time-code secret, demonstration sign-in."""

from allauth.account.decorators import reauthentication_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import get_totp_secret
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from patientsakerhet.organisation.models import Person
from patientsakerhet.sign_in import demonstration as invented
from patientsakerhet.sign_in import traces
from patientsakerhet.sign_in.forms import LookForm
from patientsakerhet.ui.look import Look, look_of


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    """Theme and density, kept in this browser; nobody needs to be signed in to see well."""
    chosen = look_of(request)
    form = LookForm(
        request.POST or None, initial={"theme": chosen.theme, "density": chosen.density}
    )
    if form.is_valid():
        messages.success(request, "Utseendet är sparat i den här webbläsaren.")
        response = redirect("account_look")
        return Look(**form.cleaned_data).kept_in(response, secure=settings.SESSION_COOKIE_SECURE)
    return render(request, "sign_in/look.html", {"form": form})


@never_cache
@require_safe
@reauthentication_required(app="allauth.mfa")
def totp_picture(request: HttpRequest) -> HttpResponse:
    """The secret now being set up, as a picture to scan; a file of its own since pages hold no data: images."""
    adapter = get_adapter()
    address = adapter.build_totp_url(request.user, get_totp_secret(regenerate=False))
    return HttpResponse(adapter.build_totp_svg(address), content_type="image/svg+xml")


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def demonstration(request: HttpRequest) -> HttpResponse:
    """Signs in as one of the invented people; does not exist outside a demonstration."""
    if not settings.DEMO:
        raise Http404
    guests = invented.guests()
    if request.method == "POST":
        chosen = request.POST.get("person", "")
        person = get_object_or_404(
            Person.objects.filter(is_active=True, pk__in=[guest.person.pk for guest in guests]),
            pk=chosen if chosen.isdecimal() else None,
        )
        login(request, person, backend="django.contrib.auth.backends.ModelBackend")
        traces.signed_in(person, ["demonstration"])
        return redirect(_next(request))
    return render(
        request, "sign_in/demonstration.html", {"guests": guests, "next": _next(request, "")}
    )


def _next(request: HttpRequest, otherwise: str = settings.LOGIN_REDIRECT_URL) -> str:
    """Where the visitor was going, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else (resolve_url(otherwise) if otherwise else "")
