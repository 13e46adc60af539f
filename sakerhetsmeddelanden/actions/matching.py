"""Recognising what has come before: the same content, the same designation, the same thread."""

from __future__ import annotations

from django.db.models import Q

from sakerhetsmeddelanden.intake import identifiers
from sakerhetsmeddelanden.models import IncomingMessage, PublishedNotice, SafetyNotice


def suggest(message: IncomingMessage) -> None:
    """What the message repeats, and the notice it seems to belong to, with the reason; not saved here.

    Only suggested: a designation and a thread can be forged, so a coordinator decides.
    """
    others = IncomingMessage.objects.exclude(pk=message.pk)
    same = others.with_the_same_content(message.content_digest).order_by("pk").first()
    if same is None:
        same = (
            others.about_the_same(message.fsn_key, "")
            .filter(edition=message.edition)
            .order_by("pk")
            .first()
        )
    message.duplicate_of = same.duplicate_of or same if same is not None else None
    message.suggested_notice, message.suggestion = _notice(message)


def _notice(message: IncomingMessage) -> tuple[SafetyNotice | None, str]:
    known = IncomingMessage.objects.exclude(pk=message.pk).exclude(notice=None)
    known = known.select_related("notice__case").order_by("-pk")
    repeated = message.duplicate_of
    if repeated is not None and repeated.notice is not None:
        return repeated.notice, "Samma innehåll eller beteckning har kommit förut."
    for keys, words in (
        ((message.fsn_key, ""), "Samma beteckning på meddelandet"),
        (("", message.fsca_key), "Samma beteckning på åtgärden"),
    ):
        earlier = known.about_the_same(*keys).first()
        if earlier is not None:
            return earlier.notice, _why(words, message)
    if message.answers and (earlier := known.in_thread(message.answers).first()):
        return earlier.notice, "Svar i samma e-posttråd."
    return _by_hand(message)


def _by_hand(message: IncomingMessage) -> tuple[SafetyNotice | None, str]:
    """A notice that was entered without a message of its own."""
    said = {
        one.code: one.value
        for one in message.proposals.all()
        if one.code in {"fsn_ref", "fsca_ref"}
    }
    notice = SafetyNotice.objects.of_action(said.get("fsca_ref", ""), said.get("fsn_ref", ""))
    found = notice.select_related("case").order_by("-pk").first()
    return (found, _why("Samma beteckning", message)) if found else (None, "")


def _why(words: str, message: IncomingMessage) -> str:
    return f"{words}, version {message.edition}." if message.edition else f"{words}."


def match_published(notice: SafetyNotice) -> int:
    """Entries of the authority's list about this notice are tied to it; how many."""
    keys = {
        identifiers.plain_reference(one) for one in (notice.fsn_ref, notice.fsca_ref) if one
    } - {""}
    return PublishedNotice.objects.filter(
        Q(reference_key__in=keys), notice=None, checked_at=None
    ).update(notice=notice)
