"""The inbox, a message's page and its acts, what one uploads, and the suppliers' own entrance."""

import copy
import json
import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from patientsakerhet.cases.models import Case
from patientsakerhet.exchange import runs
from patientsakerhet.organisation.models import Role
from sakerhetsmeddelanden.actions import deciding, reading
from sakerhetsmeddelanden.forms.intake import name_of
from sakerhetsmeddelanden.models import IncomingFile, IncomingMessage, PublishedNotice
from tests.factories import Region, person_as
from tests.rest.test_api import client as api_client
from tests.rest.test_api import post
from tests.sakerhetsmeddelanden import making
from tests.sakerhetsmeddelanden.intake import hostile
from tests.sakerhetsmeddelanden.intake.test_advisory import SMALL
from tests.sakerhetsmeddelanden.test_intake import mail, taken, values
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
INBOX = "/sakerhetsmeddelanden/inkorg/"
SUPPLIER = "/leverantor/"


@pytest.fixture
def region():
    return Region()


@pytest.fixture
def client(region):
    return signed_in(region.coordinator)


def numbered(n):
    return taken(mail(f"FSN-referens: FSN-2026-{n:03d}\nPumpen stannar, {n}", pdf=False))


def token(page):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]


# --- the inbox ----------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_the_inbox_costs_the_same_however_many(rows, client, django_assert_num_queries):
    for n in range(rows):
        numbered(n)
    client.get(INBOX)

    with django_assert_num_queries(INBOX_QUERIES):
        page = client.get(INBOX)

    assert page.content.decode().count('class="title"') == rows


INBOX_QUERIES = 9
PAGE_QUERIES = 13


@pytest.mark.parametrize("files", [1, 3])
def test_a_messages_page_costs_the_same_however_much_it_holds(
    files, client, django_assert_num_queries
):
    message = taken()
    for position in range(1, files):
        IncomingFile.objects.create(
            message=message, position=position, name="f.pdf", sha256="0" * 64, size=1
        )
    client.get(f"{INBOX}{message.pk}/")

    with django_assert_num_queries(PAGE_QUERIES):
        page = client.get(f"{INBOX}{message.pk}/")

    assert page.status_code == 200


def test_each_state_has_its_list(client, region):
    waiting, laid = numbered(1), numbered(2)
    deciding.set_aside(laid, "Reklam", by=region.coordinator)
    broken = taken(b"")

    def shown(state):
        page = client.get(f"{INBOX}?lage={state}").content.decode()
        return {m.pk for m in (waiting, laid, broken) if f"{INBOX}{m.pk}/" in page}

    assert [shown(one) for one in ("", "karantan", "avgjorda", "alla")] == [
        {waiting.pk},
        {broken.pk},
        {laid.pk},
        {waiting.pk, laid.pk, broken.pk},
    ]
    assert broken.problem in client.get(f"{INBOX}?lage=karantan").content.decode()


def test_the_list_is_searched_and_taken_out(client):
    numbered(1)
    wanted = numbered(2)

    page = client.get(INBOX, {"q": "2026-002"}).content.decode()
    taken_out = b"".join(client.get(f"{INBOX}uttag/csv/?q=2026-002")).decode("utf-8-sig")

    assert page.count('class="title"') == 1
    assert f"{INBOX}{wanted.pk}/" in page
    assert taken_out.count("fsn@volumed.example") == 1


def test_only_those_who_handle_notices_come_in(region):
    message = taken()
    for role in set(Role) - {Role.COORDINATOR, Role.CHIEF_PHYSICIAN}:
        other = signed_in(person_as(role, region.administration))
        assert other.get(INBOX).status_code == 403
        assert other.get(f"{INBOX}{message.pk}/").status_code == 403


# --- one message --------------------------------------------------------------------------------


def test_the_page_shows_the_mail_as_text_beside_what_was_read(client):
    message = taken(mail("<script>alert(1)</script>\nFSN-referens: FSN-2026-17", pdf=False))

    page = client.get(f"{INBOX}{message.pk}/").content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
    assert 'value="FSN-2026-17"' in page
    assert "Läst i Meddelandet, rad 2" in page


def sent(message, **changes):
    return {
        "version": message.version,
        **{name_of(code): value for code, value in {**values(message), **changes}.items()},
    }


def test_a_coordinator_makes_it_a_notice_with_what_she_wrote_over(client):
    message = taken()

    answer = client.post(
        reverse("incoming_message_promote", args=[message.pk]), sent(message, **{"1.5": "V300-2"})
    )

    case = Case.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, case.get_absolute_url())
    assert (
        f"{case.number} är skapat av meddelandet."
        in client.get(answer["Location"]).content.decode()
    )
    assert case.safety_notice.fields.get(code="1.5").proposed == "V300-2"
    message.refresh_from_db()
    assert message.notice == case.safety_notice


def test_what_was_changed_meanwhile_is_told_and_nothing_is_lost(client):
    message = taken()
    told = {**sent(message, **{"2.1": "Min egen text"}), "version": 7}

    answer = client.post(reverse("incoming_message_promote", args=[message.pk]), told)

    assert answer.status_code == 409
    assert "Min egen text" in answer.content.decode()
    assert not Case.objects.exists()


def test_it_is_added_to_a_notice_by_its_number(client, region):
    case = making.entered(region)
    message = numbered(1)
    address = reverse("incoming_message_add", args=[message.pk])

    wrong = client.post(address, {"version": message.version, "number": "SM-2026-99999"})
    right = client.post(address, {"version": message.version, "number": case.number.lower()})

    assert (wrong.status_code, right.status_code) == (409, 302)
    message.refresh_from_db()
    assert message.notice.case == case


def test_it_is_set_aside_and_brought_back(client):
    message = numbered(1)
    aside = reverse("incoming_message_set_aside", args=[message.pk])

    assert client.post(aside, {"version": message.version, "reason": ""}).status_code == 422
    assert client.post(aside, {"version": message.version, "reason": "Reklam"}).status_code == 302
    message.refresh_from_db()
    back = reverse("incoming_message_bring_back", args=[message.pk])
    assert client.post(back, {"version": message.version}).status_code == 302
    message.refresh_from_db()
    assert message.verdict == "waiting"


@pytest.mark.parametrize("name", ["promote", "add", "set_aside", "bring_back"])
def test_an_act_without_its_token_is_refused(name, region):
    message = numbered(1)
    client = signed_in(region.coordinator, enforce_csrf_checks=True)
    address = reverse(f"incoming_message_{name}", args=[message.pk])

    assert client.post(address, sent(message)).status_code == 403


def test_with_its_token_it_is_done(region):
    message = numbered(1)
    client = signed_in(region.coordinator, enforce_csrf_checks=True)
    page = client.get(f"{INBOX}{message.pk}/")
    told = {**sent(message), "csrfmiddlewaretoken": token(page)}

    answer = client.post(reverse("incoming_message_promote", args=[message.pk]), told)

    assert answer.status_code == 302


def test_files_and_the_original_are_saved_never_shown(client):
    message = taken()

    file = client.get(reverse("incoming_file", args=[message.pk, 0]))
    whole = client.get(reverse("incoming_message_original", args=[message.pk]))

    for answer in (file, whole):
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert b"".join(file).startswith(b"%PDF-")
    assert len(b"".join(whole)) == message.size
    IncomingFile.objects.update(verdict="refused")
    assert client.get(reverse("incoming_file", args=[message.pk, 0])).status_code == 409


def test_the_answer_goes_to_no_address_that_looks_like_anothers(client, region):
    message = numbered(1)
    IncomingMessage.objects.update(lookalike_of="volumed.se")

    case = deciding.promote(message, values(message), by=region.coordinator)

    assert case.safety_notice.reply_address == ""
    assert "liknar volumed.se" in client.get(f"{INBOX}{message.pk}/").content.decode()


# --- uploaded -----------------------------------------------------------------------------------


def test_an_uploaded_mail_is_the_mail(client):
    raw = mail()
    file = SimpleUploadedFile("m.eml", raw, "message/rfc822")

    answer = client.post(f"{INBOX}ladda-upp/", {"attachments": [file]})

    message = IncomingMessage.objects.get()
    assert answer.url == f"{INBOX}{message.pk}/"
    assert (message.door, message.size) == ("upload", len(raw))
    assert reading.read(message.pk)
    message.refresh_from_db()
    assert message.sender == "fsn@volumed.example"


def test_an_uploaded_pdf_is_read(client):
    content = hostile.pdf(["Urgent Field Safety Notice", "FSN Ref: FSN-2026-17"])
    file = SimpleUploadedFile("notice.pdf", content, "application/pdf")

    client.post(f"{INBOX}ladda-upp/", {"attachments": [file], "note": "Kom med post"})

    message = IncomingMessage.objects.get()
    reading.read(message.pk)
    assert values(message)["fsn_ref"] == "FSN-2026-17"


def test_an_upload_without_a_file_is_told(client):
    answer = client.post(f"{INBOX}ladda-upp/", {"note": "Kvar"})

    assert answer.status_code == 422
    assert "Välj minst en fil." in answer.content.decode()
    assert "Kvar" in answer.content.decode()


# --- the suppliers' entrance --------------------------------------------------------------------

ANSWERS = {
    "company": "Volumed AB",
    "contact": "Anna Exempel",
    "email": "Anna@Volumed.example",
    "product": "Volumed 300",
    "fsn_ref": "FSN-2026-17",
    "problem": "Trycksensorn visar fel värde.",
    "action": "Ta pumpen ur bruk.",
    "affected": "SN 1000-1499, 1600",
}


def ticket(page):
    return re.search(r'name="sending" value="([^"]+)"', page.content.decode())[1]


def test_a_supplier_finds_the_entrance_from_the_public_pages():
    for name in ("account_login", "report"):
        assert f'href="{SUPPLIER}"' in Client().get(reverse(name)).content.decode()


def test_a_supplier_sends_a_notice_without_account():
    client = Client(enforce_csrf_checks=True)
    page = client.get(SUPPLIER)
    content = hostile.pdf(["Urgent Field Safety Notice", "FSCA Ref: FSCA-9"])
    told = {
        **ANSWERS,
        "sending": ticket(page),
        "csrfmiddlewaretoken": token(page),
        "attachments": [SimpleUploadedFile("fsn.pdf", content, "application/pdf")],
    }

    answer = client.post(SUPPLIER, told)
    receipt = client.get(answer.url)

    message = IncomingMessage.objects.get()
    assert answer.status_code == 303
    assert f"L-{message.pk}" in receipt.content.decode()
    assert reading.read(message.pk)
    found = values(message)
    assert (found["fsn_ref"], found["fsca_ref"]) == ("FSN-2026-17", "FSCA-9")
    assert (found["1.2"], found["4.7"], found["1.7"]) == (
        "Volumed 300",
        "Volumed AB",
        "SN 1000-1499, 1600",
    )
    assert found["2.1"] == "Trycksensorn visar fel värde."


def test_sent_twice_it_is_one():
    client = Client()
    told = {**ANSWERS, "sending": ticket(client.get(SUPPLIER))}

    assert [client.post(SUPPLIER, told).status_code for _ in range(2)] == [303, 303]
    assert IncomingMessage.objects.count() == 1


def test_what_is_missing_is_told_and_nothing_is_lost():
    client = Client()
    content = SimpleUploadedFile("fsn.pdf", hostile.pdf(["x"]), "application/pdf")
    told = {**ANSWERS, "email": "fel", "sending": ticket(client.get(SUPPLIER))}

    answer = client.post(SUPPLIER, {**told, "attachments": [content]})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Skriv en e-postadress, som namn@foretag.se." in page
    assert "Trycksensorn visar fel värde." in page
    assert re.search(r'name="attachments_kept"[^>]* checked', page)
    assert not IncomingMessage.objects.exists()


def test_without_the_forms_own_ticket_it_is_asked_for_again():
    answer = Client().post(SUPPLIER, {**ANSWERS, "sending": "fel"})

    assert answer.status_code == 422
    assert "Allt du skrev är kvar" in answer.content.decode()


def test_too_many_from_one_address_must_wait(settings):
    settings.TRIES_PER_HOUR = {**settings.TRIES_PER_HOUR, "supplier": 1}
    client = Client()

    def send():
        return client.post(SUPPLIER, {**ANSWERS, "sending": ticket(client.get(SUPPLIER))})

    assert [send().status_code, send().status_code] == [303, 429]
    assert IncomingMessage.objects.count() == 1


def test_a_form_without_its_token_is_refused():
    client = Client(enforce_csrf_checks=True)

    assert client.post(SUPPLIER, ANSWERS).status_code == 403


def test_a_receipt_that_is_none_is_told():
    assert Client().get(f"{SUPPLIER}kvitto/fel/").status_code == 404


# --- advisories, and the authority's list ---------------------------------------------------------


def test_an_uploaded_advisory_is_read_and_becomes_a_notice_about_a_system(client, region):
    content = json.dumps(SMALL).encode()
    file = SimpleUploadedFile("icsma.json", content, "application/json")
    client.post(f"{INBOX}ladda-upp/", {"attachments": [file]})
    message = IncomingMessage.objects.get()
    reading.read(message.pk)
    message.refresh_from_db()

    case = deciding.promote(message, values(message), by=region.coordinator)

    notice = case.safety_notice
    assert (notice.channel, notice.sort, notice.fsn_ref) == ("advisory", "service", "VOL-2026-01")
    assert notice.notice_version == "2"
    assert message.proposals.get(code="2.1").place == "icsma.json, sida 1, rad 8"


def test_a_later_version_of_an_advisory_is_recognised(client, region):
    def uploaded(content):
        file = SimpleUploadedFile("a.json", json.dumps(content).encode(), "application/json")
        client.post(f"{INBOX}ladda-upp/", {"attachments": [file], "submission": str(uuid4())})
        message = IncomingMessage.objects.latest("pk")
        reading.read(message.pk)
        message.refresh_from_db()
        return message

    earlier = copy.deepcopy(SMALL)
    earlier["document"]["tracking"] |= {"id": "VOL-2026-01", "version": "1"}
    first = uploaded(earlier)
    case = deciding.promote(first, values(first), by=region.coordinator)

    second = uploaded(SMALL)

    assert (second.suggested_notice.case, second.edition, second.duplicate_of) == (case, "2", None)


LIST = (
    "Nummer;Publicerat;Tillverkare;Produkt;Beteckning;Webbadress\n"
    "6.1-1;2026-03-02;Volumed AB;Volumed 300;FSN 2026/17;https://lakemedelsverket.example/1\n"
    "6.1-2;2026-03-03;Annan AB;Annan;FSN-X-9;\n"
)


def read_list(region, content=LIST):
    run = runs.upload_and_try(
        "published_notices", "lista.csv", content.encode(), by=region.coordinator
    )
    runs.confirm(run, by=region.coordinator)
    runs.carry_on(run.pk)


def test_what_is_published_and_has_not_come_is_a_list_to_check(client, region):
    message = taken(mail("FSN-referens: FSN-2026-17", pdf=False))
    case = deciding.promote(message, values(message), by=region.coordinator)
    read_list(region)
    missing = PublishedNotice.objects.get(number="6.1-2")

    page = client.get("/sakerhetsmeddelanden/publicerade/").content.decode()
    assert ("6.1-2" in page, "6.1-1" in page) == (True, False)
    assert PublishedNotice.objects.get(number="6.1-1").notice.case == case

    address = reverse("published_notice_check", args=[missing.pk])
    assert client.post(address, {"note": ""}).status_code == 422
    assert client.post(address, {"note": "Produkten finns inte här."}).status_code == 302
    missing.refresh_from_db()
    assert missing.checked_by == region.coordinator
    client.get("/sakerhetsmeddelanden/publicerade/")  # says once that it is done
    assert "6.1-2" not in client.get("/sakerhetsmeddelanden/publicerade/").content.decode()


def test_a_notice_that_comes_later_leaves_the_list(region):
    read_list(region)
    message = taken(mail("FSN-referens: FSN-2026-17", pdf=False))

    case = deciding.promote(message, values(message), by=region.coordinator)

    assert PublishedNotice.objects.get(number="6.1-1").notice.case == case


@pytest.mark.parametrize("rows", [1, 3])
def test_the_published_list_costs_the_same_however_many(rows, client, django_assert_num_queries):
    for n in range(rows):
        PublishedNotice.objects.create(
            number=str(n), published_on="2026-03-02", manufacturer="V", product="P"
        )
    client.get("/sakerhetsmeddelanden/publicerade/")

    with django_assert_num_queries(9):
        assert client.get("/sakerhetsmeddelanden/publicerade/").status_code == 200


# --- the API ------------------------------------------------------------------------------------


def test_another_system_sends_finds_and_decides(region):
    api = api_client(region.coordinator, "cases:read", "cases:write")
    content = hostile.pdf(["Urgent Field Safety Notice", "FSN Ref: FSN-2026-17"])

    def send():
        file = SimpleUploadedFile("notice.pdf", content, "application/pdf")
        return api.post(
            "/api/v1/incoming-messages/",
            {"file": file, "subject": "Volumed 300"},
            format="multipart",
            headers={"Idempotency-Key": "1"},
        )

    first = send()
    assert first.status_code == 201
    number = first.data["id"]
    reading.read(number)
    whole = api.get(f"/api/v1/incoming-messages/{number}/").data
    assert {one["code"]: one["value"] for one in whole["proposals"]}["fsn_ref"] == "FSN-2026-17"
    assert whole["proposals"][0]["place"].startswith("notice.pdf, sida 1")
    assert api.get("/api/v1/incoming-messages/?q=2026-17").data["results"][0]["id"] == number

    stale = post(api, f"incoming-messages/{number}/promote/", {"version": 9})
    unknown = post(
        api, f"incoming-messages/{number}/promote/", {"version": 1, "fields": {"9.9": "x"}}
    )
    done = post(
        api, f"incoming-messages/{number}/promote/", {"version": 1, "fields": {"1.2": "Volumed"}}
    )

    assert (stale.status_code, unknown.status_code, done.status_code) == (412, 400, 200)
    assert done.data["notice"] == Case.objects.get().number
    again = post(api, f"incoming-messages/{number}/set-aside/", {"version": 2, "reason": "x"})
    assert again.status_code == 409


def test_what_a_program_set_aside_it_brings_back(region):
    api, message = api_client(region.coordinator, "cases:write"), numbered(1)
    address = f"incoming-messages/{message.pk}"

    aside = post(api, f"{address}/set-aside/", {"version": 1, "reason": "Reklam"})
    back = post(api, f"{address}/bring-back/", {"version": 2})

    assert (aside.data["verdict"], back.data["verdict"]) == ("set_aside", "waiting")


def test_a_mail_is_sent_in_as_it_came(region):
    api, raw = api_client(region.coordinator, "cases:write"), mail()
    file = SimpleUploadedFile("m.eml", raw, "message/rfc822")

    answer = api.post(
        "/api/v1/incoming-messages/",
        {"file": file},
        format="multipart",
        headers={"Idempotency-Key": "1"},
    )

    assert answer.status_code == 201
    assert IncomingMessage.objects.get().size == len(raw)


def sent_in(api, key="1", **fields):
    return api.post(
        "/api/v1/incoming-messages/",
        fields,
        format="multipart",
        headers={"Idempotency-Key": key},
    )


def test_what_a_supplier_would_write_in_the_form_is_sent_in_as_words(region):
    api = api_client(region.coordinator, "cases:write")
    words = {"subject": "Volumed 300", "text": "Problembeskrivning: Visar för lågt."}

    first, again = sent_in(api, **words), sent_in(api, **words)

    assert (first.status_code, again.data) == (201, first.data)
    message = IncomingMessage.objects.get()
    assert (message.subject, message.text, message.files.count()) == (
        "Volumed 300", "Problembeskrivning: Visar för lågt.", 0,
    )  # fmt: skip
    assert sent_in(api, key="2", subject="Volumed 300").status_code == 400


def test_several_files_are_one_message_and_a_mail_goes_by_itself(region):
    api = api_client(region.coordinator, "cases:write")

    def files():
        return [
            SimpleUploadedFile(f"{n}.pdf", hostile.pdf([f"Sida {n}"]), "application/pdf")
            for n in range(2)
        ]

    def with_mail():
        return [*files(), SimpleUploadedFile("m.eml", mail(), "message/rfc822")]

    assert sent_in(api, file=files()).status_code == 201
    refused = sent_in(api, key="2", file=with_mail())

    assert [one.name for one in IncomingMessage.objects.get().files.all()] == ["0.pdf", "1.pdf"]
    assert (refused.status_code, refused.data["reasons"]) == (
        409, ["Skicka ett mejl för sig. Det som är bifogat i det följer med."],
    )  # fmt: skip


def test_a_file_larger_than_what_is_held_in_memory_is_sent_in_once(region, settings):
    api = api_client(region.coordinator, "cases:write")
    content = hostile.pdf(["Urgent Field Safety Notice"]) + b"%" * 3 * 2**20

    def file(more=b""):
        return SimpleUploadedFile("stor.pdf", content + more, "application/pdf")

    first, again = sent_in(api, file=file()), sent_in(api, file=file())
    other = sent_in(api, file=file(b"%"))

    assert len(content) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert (first.status_code, again.data, other.status_code) == (201, first.data, 422)
    assert IncomingMessage.objects.get().files.get().size == len(content)


def test_a_file_that_is_too_large_is_refused_and_not_left_out(region, settings):
    settings.FILE_MAX_BYTES = 1000
    api = api_client(region.coordinator, "cases:write")
    file = SimpleUploadedFile("stor.pdf", b"%PDF-1.4" + b"%" * 2000, "application/pdf")

    answer = sent_in(api, file=file, subject="Volumed", text="Se filen.")

    assert (answer.status_code, list(answer.data)) == (400, ["file"])
    assert "stor.pdf" in answer.data["file"][0]
    assert not IncomingMessage.objects.exists()
