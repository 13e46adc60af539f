"""Mails and PDF files that are broken, huge or built to do harm; the same ones for the same chance."""

import base64
import io
import random
import struct
import zipfile
import zlib
from email.message import EmailMessage
from functools import cache

PDF_TEXT = "Urgent Field Safety Notice"


def pdf(lines: list[str], *, extra: str = "", catalog: str = "", pages: int = 1) -> bytes:
    """A small PDF file that says these lines on each page."""
    words = "".join(
        f"({line.translate({40: None, 41: None, 92: None})}) Tj 0 -14 Td " for line in lines
    )
    stream = f"BT /F1 11 Tf 50 780 Td {words}ET".encode("cp1252", "replace")
    kids = " ".join(f"{4 + n} 0 R" for n in range(pages))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            b"/Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % (4 + pages)
            for _ in range(pages)
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        *([extra.encode()] if extra else []),
    ]
    out, places = io.BytesIO(b"%PDF-1.7\n"), []
    out.seek(0, io.SEEK_END)
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(
        b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    )
    return out.getvalue()


def deflated(part: bytes, *, times: int) -> bytes:
    """The part so many times over, packed once."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    block = packer.compress(part) + packer.flush(zlib.Z_FULL_FLUSH)  # what follows begins anew
    checked = 1
    for _ in range(times):
        checked = zlib.adler32(part, checked)
    return b"\x78\xda" + block * times + packer.flush() + checked.to_bytes(4, "big")


@cache
def harmful_pdfs() -> dict[str, bytes]:
    """By what is wrong with it."""
    plain = pdf([PDF_TEXT])
    deep = b"%PDF-1.7\n1 0 obj\n" + b"[" * 50_000 + b"]" * 50_000 + b"\nendobj\n"
    bomb = deflated(b"BT (A) Tj ET " * 100_000, times=200)
    bombed = plain.replace(b"/Length", b"/Filter /FlateDecode /Length", 1)
    at = bombed.index(b"stream\n") + 7
    return {
        "truncated": plain[: len(plain) // 2],
        "only the first line": b"%PDF-1.7\n",
        "javascript": pdf(
            [PDF_TEXT],
            catalog="/OpenAction 6 0 R",
            extra="<< /S /JavaScript /JS (app.alert\\(1\\)) >>",
        ),
        "embedded file": pdf(
            [PDF_TEXT], catalog="/Names << /EmbeddedFiles 6 0 R >>", extra="<< >>"
        ),
        "10,000 pages": pdf([PDF_TEXT], pages=10_000),
        "xref that points at itself": plain.replace(b"trailer <<", b"trailer << /Prev 9"),
        "xref loop": plain
        + b"trailer << /Root 1 0 R /Size 6 /Prev %d >>\nstartxref\n%d\n%%%%EOF"
        % (len(plain), len(plain)),
        "pages that hold themselves": plain.replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"),
        "page that is its own content": plain.replace(b"/Contents 5 0 R", b"/Contents 4 0 R"),
        "locked": plain.replace(
            b"trailer <<",
            b"trailer << /Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <"
            + b"61" * 32
            + b"> /U <"
            + b"62" * 32
            + b"> >> /ID [<00> <00>]",
        ),
        "deep nesting": deep + plain[9:],
        "unpacking bomb": bombed[:at] + bomb + bombed[bombed.index(b"\nendstream") :],
        "huge picture": pdf(
            [PDF_TEXT],
            extra="<< /Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 "
            "/ColorSpace /DeviceRGB /Length 0 >>\nstream\n\nendstream",
        ),
        "not a PDF at all": b"%PDF-" + bytes(range(256)) * 50,
    }


def mutated_pdf(chance: random.Random) -> bytes:
    """A good file with some of its bytes changed, moved or gone."""
    content = bytearray(pdf([PDF_TEXT, "FSN Ref: FSN-2026-1"], pages=chance.randrange(1, 4)))
    for _ in range(chance.randrange(1, 25)):
        at = chance.randrange(len(content))
        match chance.randrange(4):
            case 0:
                content[at] = chance.randrange(256)
            case 1:
                del content[at : at + chance.randrange(1, 40)]
            case 2:
                content[at:at] = content[at : at + 60]
            case 3:
                content[at:at] = chance.choice(
                    [b"<<", b">>", b"obj", b"stream\n", b"999999999 0 R", b"/Length -1"]
                )
    return bytes(content) or b"%PDF-"


@cache
def harmful_mails() -> dict[str, bytes]:
    """By what is wrong with it."""
    nested = b"From: a@b.example\nSubject: inmost\n\ninmost text\n"
    for depth in range(200):
        boundary = b"b%d" % depth
        nested = (
            b"From: a@b.example\nSubject: %d\nContent-Type: multipart/mixed; boundary=%s\n\n--%s\n"
            b"Content-Type: message/rfc822\n\n%s\n--%s--\n"
            % (depth, boundary, boundary, nested, boundary)
        )
    multiparts = b"".join(
        b"Content-Type: multipart/mixed; boundary=x%d\n\n--x%d\n" % (n, n) for n in range(3000)
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"\0" * 50_000_000)
    bomb = EmailMessage()
    bomb["From"], bomb["Subject"] = "a@b.example", "Zip"
    bomb.set_content("Se bilagan.")
    bomb.add_attachment(
        archive.getvalue(), maintype="application", subtype="zip", filename="notice.docx"
    )
    head = b"From: a@b.example\nSubject: s\n"
    return {
        "nothing": b"",
        "only line breaks": b"\r\n" * 1000,
        "no head": b"\x00\x01\x02\x03" * 500,
        "a head without end": b"From: a@b.example\nSubject: " + b"A" * 2_000_000,
        "100,000 heads": head + b"X-A: b\n" * 100_000 + b"\ntext",
        "unknown charset": head + b"Content-Type: text/plain; charset=klingon\n\n\xe5\xe4\xf6",
        "charset that is a codec": head
        + b"Content-Type: text/plain; charset=zlib_codec\n\n\x78\x9c",
        "charset idna": head + b"Content-Type: text/plain; charset=idna\n\n\xff\xfe",
        "wrong base64": head + b"Content-Transfer-Encoding: base64\n\n!!!!====\xff",
        "broken encoded word": b"From: =?utf-8?b?%%%?= <a@b.example>\nSubject: =?x?q?\xff?=\n\nhej",
        "half surrogates": head + b"Content-Type: text/plain; charset=utf-16\n\n\xd8\x00\xd8\x00",
        "NUL": head + b"\nhej\x00hopp\x00",
        "boundary that never comes": head + b'Content-Type: multipart/mixed; boundary="q"\n\ntext',
        "boundary without a value": head + b"Content-Type: multipart/mixed\n\n--\n\ntext",
        "boundary of blanks": head + b'Content-Type: multipart/mixed; boundary="   "\n\n--   \n\nx',
        "mails in mails": nested,
        "parts in parts": head + multiparts,
        "5,000 parts": head
        + b"Content-Type: multipart/mixed; boundary=q\n\n"
        + b"--q\nContent-Type: text/plain\n\nx\n" * 5000
        + b"--q--\n",
        "years that are none": head + b"Date: Mon, 99 Foo 99999 99:99:99 +9999\n\nx",
        "path as name": head
        + b'Content-Type: application/pdf; name="../../etc/passwd"\nContent-Disposition: attachment\n\nx',
        "endless name": head
        + b'Content-Disposition: attachment; filename="'
        + b"a" * 100_000
        + b'.pdf"\n\nx',
        "continuations without order": head
        + b"Content-Disposition: attachment; filename*9999*=utf-8''x; filename*0=a\n\nx",
        "direction override": head + "Subject: abc\u202efdp.exe\n\ntext\u202e".encode(),
        "zip bomb": bomb.as_bytes(),
        "broken winmail.dat": head
        + b"Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n"
        + base64.b64encode(
            struct.pack("<IH", 0x223E9F78, 1) + b"\x02\x0f\x80\x06\x00\xff\xff\xff\xff"
        ),
        "HTML without end": head
        + b"Content-Type: text/html\n\n"
        + b"<div><table><tr><td>" * 40_000,
        "HTML that runs": head
        + b"Content-Type: text/html\n\n<script>alert(1)</script><p onclick=x()>synlig</p>"
        b'<p style="display:none">osynlig</p>',
        "addresses without end": b"From: " + b"a@b.example, " * 50_000 + b"\nSubject: s\n\nx",
        "parentheses": b"From: " + b"(" * 20_000 + b"\nSubject: s\n\nx",
        "results by many": head
        + b"Authentication-Results: evil.example; spf=pass (" * 2000
        + b")\n\nx",
    }


def mutated_mail(chance: random.Random) -> bytes:
    """A good mail with attachments, some of whose bytes are changed, doubled or gone."""
    mail = EmailMessage()
    mail["From"] = "Leverantör <fsn@leverantor.example>"
    mail["Subject"] = "Säkerhetsmeddelande FSN-2026-17"
    mail["Message-ID"] = "<1@leverantor.example>"
    mail["Date"] = "Mon, 02 Mar 2026 09:00:00 +0100"
    mail.set_content("Hej! Åäö.\nFSN-referens: FSN-2026-17\n")
    mail.add_alternative("<p>Hej! <b>Åäö</b></p>", subtype="html")
    mail.add_attachment(pdf([PDF_TEXT]), maintype="application", subtype="pdf", filename="å.pdf")
    inner = EmailMessage()
    inner["Subject"] = "Inre"
    inner.set_content("inre")
    mail.add_attachment(inner)
    content = bytearray(mail.as_bytes())
    for _ in range(chance.randrange(1, 40)):
        at = chance.randrange(len(content))
        match chance.randrange(5):
            case 0:
                content[at] = chance.randrange(256)
            case 1:
                del content[at : at + chance.randrange(1, 80)]
            case 2:
                content[at:at] = content[max(0, at - 100) : at]
            case 3:
                content[at:at] = chance.choice(
                    [
                        b"\n\n",
                        b"\r",
                        b"--",
                        b"=?utf-8?q?",
                        b"Content-Type: multipart/",
                        b"\x00",
                        b'"',
                    ]
                )
            case 4:
                content[at:at] = bytes(chance.randrange(256) for _ in range(20))
    return bytes(content)
