"""Mails taken apart: heads, words, files; and whatever is sent, an answer and never a crash."""

import struct
from email.message import EmailMessage
from pathlib import Path

import pytest

from sakerhetsmeddelanden.intake import (
    authentication,
    html_text,
    limited,
    lookalike,
    mail,
    pdf_text,
    reader,
    tnef,
)
from tests.sakerhetsmeddelanden.intake import hostile

OURS = ["mx.region.example"]


def mail_of(text="Hej", **heads):
    made = EmailMessage()
    made["From"] = "Leverantör AB <FSN@Leverantor.example>"
    made["Subject"] = "Säkerhetsmeddelande"
    for name, value in heads.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def test_the_heads_and_words_of_a_mail(tmp_path):
    raw = mail_of(
        "Första raden\nandra",
        Message_ID="<1@leverantor.example>",
        In_Reply_To="<0@region.example>",
        References="<a@region.example> <b@region.example>",
        Date="Mon, 02 Mar 2026 09:00:00 +0100",
    ).as_bytes()

    reading = mail.read(raw, tmp_path, OURS)

    assert reading.sender == "fsn@leverantor.example"
    assert reading.sender_name == "Leverantör AB"
    assert reading.subject == "Säkerhetsmeddelande"
    assert reading.message_id == "<1@leverantor.example>"
    assert reading.answers == ["<0@region.example>", "<b@region.example>", "<a@region.example>"]
    assert reading.sent_at == "2026-03-02T09:00:00+01:00"
    assert reading.text == "Första raden\nandra"
    assert not reading.problem


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("EBI, L.P. <FSN@ebi.example>", "EBI, L.P.", "fsn@ebi.example"),
        ('"EBI, L.P." <fsn@ebi.example>', "EBI, L.P.", "fsn@ebi.example"),
        ("A AB <a@a.example>, B AB <b@b.example>", "A AB", "a@a.example"),
        ("fsn@ebi.example", "", "fsn@ebi.example"),
        ("Ingen alls", "Ingen alls", ""),
    ],
)
def test_a_senders_name_may_hold_a_comma(written, name, address, tmp_path):
    raw = f"From: {written}\r\nSubject: x\r\n\r\nOrd".encode()

    reading = mail.read(raw, tmp_path, OURS)

    assert (reading.sender_name, reading.sender) == (name, address)


@pytest.mark.parametrize(
    ("charset", "sent"),
    [
        ("iso-8859-1", "Åtgärd: sätt på paus".encode("latin-1")),
        ("windows-1252", "Åtgärd: sätt på paus".encode("cp1252")),
        ("utf-8", "Åtgärd: sätt på paus".encode()),
        ("utf-16", "Åtgärd: sätt på paus".encode("utf-16")),
        ("us-ascii", "Åtgärd: sätt på paus".encode("cp1252")),
        ("x-unknown", "Åtgärd: sätt på paus".encode("cp1252")),
    ],
)
def test_words_are_read_in_the_charset_they_are_in(charset, sent, tmp_path):
    raw = b"From: a@b.example\nContent-Type: text/plain; charset=%s\n\n%s" % (
        charset.encode(),
        sent,
    )

    assert mail.read(raw, tmp_path, OURS).text == "Åtgärd: sätt på paus"


def test_of_two_shapes_the_plain_one_is_read_and_files_stay(tmp_path):
    made = mail_of("plain")
    made.add_alternative("<p>html</p>", subtype="html")
    made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="å ä.pdf")

    reading = mail.read(made.as_bytes(), tmp_path, OURS)

    assert reading.text == "plain"
    assert [(file.name, file.size) for file in reading.files] == [("å ä.pdf", 8)]
    assert (tmp_path / reading.files[0].place).read_bytes() == b"%PDF-1.7"


def test_a_mail_in_a_mail_is_read_under_its_own_heads(tmp_path):
    inner = mail_of("Den inre texten")
    inner.add_attachment(b"x", maintype="application", subtype="pdf", filename="inre.pdf")
    outer = mail_of("Vidarebefordrar")
    outer.add_attachment(inner)

    reading = mail.read(outer.as_bytes(), tmp_path, OURS)

    assert reading.text == (
        "Vidarebefordrar\n\n--- Vidarebefordrat meddelande ---\n\n"
        "Från: Leverantör AB <FSN@Leverantor.example>\nÄmne: Säkerhetsmeddelande\n\nDen inre texten"
    )
    assert [file.name for file in reading.files] == ["inre.pdf"]


def wrapped(*attributes):
    """A winmail.dat of these attributes."""
    body = b"".join(
        struct.pack("<BII", 2, identity, len(value)) + value + b"\0\0"
        for identity, value in attributes
    )
    return struct.pack("<IH", tnef.SIGNATURE, 1) + body


def properties(name):
    value = f"{name}\0".encode("utf-16-le")
    padded = value + b"\0" * (-len(value) % 4)
    first = struct.pack("<HHI", 0x0003, 0x3705, 1)
    return struct.pack("<I", 2) + first + struct.pack("<HHII", 0x1F, 0x3707, 1, len(value)) + padded


def test_winmail_dat_is_unpacked(tmp_path):
    content = wrapped(
        (0x0002800C, b"Inslagen text\0"),
        (0x00069002, b""),
        (0x00018010, b"SAKERH~1.PDF\0"),
        (0x0006800F, b"%PDF-1.7 inslagen"),
        (0x00069005, properties("Säkerhetsmeddelande 17.pdf")),
    )
    made = mail_of("")
    made.add_attachment(content, maintype="application", subtype="ms-tnef", filename="winmail.dat")

    reading = mail.read(made.as_bytes(), tmp_path, OURS)

    assert reading.text == "Inslagen text"
    assert [(file.name, file.size) for file in reading.files] == [
        ("Säkerhetsmeddelande 17.pdf", 17)
    ]


def test_html_becomes_the_words_one_would_see():
    written = (
        "<head><title>x</title></head><h1>Fara</h1><p>Läs <b>nu</b></p><script>alert(1)</script>"
        "<table><tr><td>Datum</td><td>2026-03-02</td></tr></table>"
        "<div style='display:none'>dolt <p>inre</p></div><p hidden>dolt</p><img src=x onerror=y>slut"
    )

    assert html_text.text_of(written).split("\n") == [
        "Fara",
        "",
        "Läs nu",
        "",
        "Datum\t2026-03-02",
        "",
        "slut",
    ]


# --- whom to believe ----------------------------------------------------------------------------


def test_results_count_when_our_own_server_wrote_them_last():
    headers = [
        "evil.example; spf=pass smtp.mailfrom=a; dkim=pass; dmarc=pass",
        "mx.region.example 1; spf=fail (sender (is) forged; spf=pass) smtp.mailfrom=a;\n"
        " dkim=fail header.d=b; dkim=pass header.d=c; dmarc=none",
        "mx.region.example; spf=pass; dkim=pass; dmarc=pass",
    ]

    found = authentication.read(headers, OURS)

    assert (found.by, found.spf, found.dkim, found.dmarc) == (
        "mx.region.example",
        "fail",
        "pass",
        "none",
    )


@pytest.mark.parametrize(
    "header",
    [
        "evil.example; spf=pass",
        "mx.region.example.evil.example; spf=pass",
        "; spf=pass",
        "",
        "(mx.region.example) evil.example; spf=pass",
    ],
)
def test_nobody_else_is_believed(header):
    assert authentication.read([header], OURS) == authentication.Authentication()


KNOWN = ["volumed.se", "infusionsteknik.example", "acme-medical.com", "gmail.com"]


@pytest.mark.parametrize(
    ("domain", "like"),
    [
        ("volumed.se", ""),
        ("mail.volumed.se", ""),
        ("VOLUMED.SE", ""),
        ("annat-bolag.example", ""),
        ("gmail.com", ""),
        ("gmal.com", ""),
        ("volurned.se", "volumed.se"),
        ("vo1umed.se", "volumed.se"),
        ("volumedd.se", "volumed.se"),
        ("volmued.se", "volumed.se"),
        ("volumed.com", "volumed.se"),
        ("volumed-recall.com", "volumed.se"),
        ("volumed.se.evil.example", "volumed.se"),
        ("volum\u0435d.se".encode("idna").decode(), "volumed.se"),
        ("volúmed.se".encode("idna").decode(), "volumed.se"),
        ("infusionstekknikk.example", "infusionsteknik.example"),
        ("acme-rnedical.com", "acme-medical.com"),
        ("acmemedical.com", "acme-medical.com"),
        ("", ""),
    ],
)
def test_a_domain_made_to_be_taken_for_another(domain, like):
    assert lookalike.of(domain, KNOWN) == like


# --- whatever is sent ---------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(200))
def test_a_mutated_mail_is_read_or_told_to_be_unreadable(number, chance, tmp_path):
    reading = mail.read(hostile.mutated_mail(chance), tmp_path, OURS)

    assert_can_be_stored(reading, tmp_path)


@pytest.mark.parametrize("wrong", hostile.harmful_mails())
def test_a_harmful_mail_is_read_within_limits(wrong, tmp_path):
    original, folder = tmp_path / "raw", tmp_path / "parts"
    original.write_bytes(hostile.harmful_mails()[wrong])
    folder.mkdir()

    reading = limited.read_mail(original, folder, trusted=OURS)

    assert_can_be_stored(reading, folder)
    assert not reading.authenticated_by
    assert "osynlig" not in reading.text
    if wrong in {"nothing", "only line breaks", "no head", "mails in mails", "5,000 parts"}:
        assert reading.problem
    if wrong == "zip bomb":
        assert [file.name for file in reading.files] == ["notice.docx"]
    if wrong == "HTML that runs":
        assert reading.text == "synlig"


@pytest.mark.parametrize("wrong", hostile.harmful_pdfs())
def test_a_mail_with_a_harmful_pdf_keeps_its_words_and_its_file(wrong, tmp_path):
    assert_its_words_and_file_are_kept(wrong, tmp_path)


@pytest.mark.usefixtures("started_anew")
def test_a_reader_that_is_started_anew_has_the_same_limits(tmp_path):
    assert_its_words_and_file_are_kept("unpacking bomb", tmp_path)


def assert_its_words_and_file_are_kept(wrong, tmp_path):
    made = mail_of("Se bilagan. FSN-referens: FSN-2026-17")
    content = hostile.harmful_pdfs()[wrong]
    made.add_attachment(content, maintype="application", subtype="pdf", filename="n.pdf")
    original, folder = tmp_path / "raw", tmp_path / "parts"
    original.write_bytes(made.as_bytes())
    folder.mkdir()

    reading = limited.read_mail(original, folder, trusted=OURS)

    assert reading.text == "Se bilagan. FSN-referens: FSN-2026-17"
    assert (folder / reading.files[0].place).read_bytes() == content
    assert reading.files[0].pages or reading.files[0].problem or reading.problem


@pytest.mark.usefixtures("started_anew")
def test_mutated_pdf_files_are_read_or_told_to_be_unreadable(chance, tmp_path):
    for number in range(60):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(hostile.mutated_pdf(chance))
    files = [(path, path.name) for path in sorted(tmp_path.glob("*.pdf"))]
    folder = tmp_path / "parts"
    folder.mkdir()

    reading = limited.read_files(files, folder)

    assert not reading.problem
    assert len(reading.files) == 60
    for (path, _), file in zip(files, reading.files, strict=True):
        if b"%PDF-" in path.read_bytes()[:1024]:
            assert file.pages or file.problem


STUMBLES = b"stream\nBT /F1 11 Tf 50 780 Td 1 0 R (a) Tj ET"
"""A reference where only operands may stand: an assertion of the library's falls."""


@pytest.mark.usefixtures("started_anew")
def test_a_file_that_a_reader_stumbles_on_leaves_the_others_read(tmp_path):
    good = hostile.pdf([hostile.PDF_TEXT])
    content = good[: good.index(b"stream\n")] + STUMBLES
    content += good[good.index(b"\nendstream") :]
    wrong, right, folder = tmp_path / "1.pdf", tmp_path / "2.pdf", tmp_path / "parts"
    wrong.write_bytes(content)
    right.write_bytes(good)
    folder.mkdir()

    reading = limited.read_files([(wrong, "1.pdf"), (right, "2.pdf")], folder)

    assert not reading.problem
    assert [bool(file.problem) for file in reading.files] == [True, False]
    assert hostile.PDF_TEXT in reading.files[1].pages[0]


def test_what_no_reader_expected_is_the_files_own_problem(tmp_path, monkeypatch, caplog):
    for name in ("1.pdf", "2.json"):
        (tmp_path / name).write_bytes(b"%PDF-1.7\n" if "pdf" in name else b'{"document": {}}')
    asked = {"kind": "files", "files": [[str(tmp_path / n), n] for n in ("1.pdf", "2.json")]}
    folder = tmp_path / "parts"
    folder.mkdir()

    def stumble(path, file):
        raise NotImplementedError("an unheard-of filter")

    monkeypatch.setattr(pdf_text, "read", stumble)
    found = reader.read(folder, folder, asked)

    assert [file["problem"] for file in found["files"]] == [
        reader.UNREADABLE,
        "Filen är ingen säkerhetsrådgivning enligt CSAF 2.0.",
    ]
    assert "an unheard-of filter" in caplog.text


@pytest.mark.usefixtures("started_anew")
def test_what_the_reader_says_when_it_falls_is_logged(tmp_path, caplog):
    reading = limited.read_files([(tmp_path / "gone.pdf", "gone.pdf")], tmp_path)

    assert reading.problem == limited.FELL
    assert "FileNotFoundError" in caplog.text


@pytest.mark.usefixtures("started_anew")
def test_what_takes_too_long_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(limited, "WALL_SECONDS", 0.01)

    assert limited.read_files([], tmp_path).problem == limited.TOO_SLOW


def assert_can_be_stored(reading, folder: Path):
    """Nothing that a database refuses, and no file outside the folder."""
    for text in (reading.subject, reading.sender, reading.text, reading.to, reading.message_id):
        assert mail.printable(text) == text
        text.encode()
    for file in reading.files:
        assert file.place.isdigit()
        assert (folder / file.place).is_file()
        file.name.encode()
    assert len(reading.text) <= mail.LONGEST_TEXT
