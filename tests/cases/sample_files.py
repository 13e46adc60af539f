"""Small files of every allowed type, and of many that are not, made here."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def upload(name, content, content_type="application/octet-stream"):
    return SimpleUploadedFile(name, content, content_type)


def picture(kind="PNG", size=(8, 6)):
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, kind)
    return target.getvalue()


def flooding_png(side=30_000):
    """A header that claims an enormous picture, as a decompression bomb does."""
    head = struct.pack("!IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack("!I", len(head))
        + chunk
        + struct.pack("!I", zlib.crc32(chunk))
    )


def pdf(extra=b""):
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog " + extra + b" >>\nendobj\n%%EOF\n"


def pdf_with_packed(inner):
    packed = zlib.compress(inner)
    stream = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(
        packed
    )
    return b"%PDF-1.7\n2 0 obj\n" + stream + packed + b"\nendstream\nendobj\n%%EOF\n"


def office(main_part="word/document.xml", types=b"<Types/>", **more):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr(main_part, b"<document>Bilaga</document>")
        for name, content in more.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def heic():
    return b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 64


def outlook(inner=""):
    return (
        _OLE
        + b"\x00" * 64
        + "__properties_version1.0".encode("utf-16-le")
        + inner.encode("utf-16-le")
    )


def mail(part_name=""):
    attached = (
        "\r\n--g\r\nContent-Type: application/octet-stream\r\n"
        f'Content-Disposition: attachment; filename="{part_name}"\r\n\r\nx\r\n--g--\r\n'
        if part_name
        else "\r\n--g--\r\n"
    )
    return (
        "From: a@exempel.se\r\nTo: b@exempel.se\r\nSubject: Pumpen\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="g"\r\n\r\n--g\r\n'
        f"Content-Type: text/plain\r\n\r\nHej{attached}"
    ).encode()


ALLOWED = {
    "bild.png": (picture("PNG"), "image/png"),
    "bild.jpg": (picture("JPEG"), "image/jpeg"),
    "BILD.JPEG": (picture("JPEG"), "image/jpeg"),
    "bild.heic": (heic(), "image/heic"),
    "rutin.pdf": (pdf(), "application/pdf"),
    "packad.pdf": (pdf_with_packed(b"<< /Type /Page >>"), "application/pdf"),
    "brev.docx": (
        office(),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "lista.xlsx": (
        office("xl/workbook.xml"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "packade_tecken.pdf": (pdf(b"/Packat <\x8f/JS\x93\x00/JS\xff>"), "application/pdf"),
    "logg.txt": ("Pumpen stannade på förmiddagen.\r\n".encode(), "text/plain"),
    "latin.txt": ("Räksmörgås".encode("latin-1"), "text/plain"),
    "sexton.txt": ("Räksmörgås".encode("utf-16"), "text/plain"),
    "mejl.eml": (mail(), "message/rfc822"),
    "mejl.msg": (outlook(), "application/vnd.ms-outlook"),
}
"""Name -> content and the type it is found to be."""

REFUSED = {
    "tom.txt": b"",
    "program.exe": b"MZ\x90\x00",
    "sida.html": b"<html><script>alert(1)</script>",
    "bild.svg": b"<svg onload='alert(1)'/>",
    "utan_andelse": b"text",
    "pdf_som_bild.png": pdf(),
    "exe_som_pdf.pdf": b"MZ\x90\x00" + b"\x00" * 200,
    "zip_som_bild.jpg": office(),
    "avhuggen.png": picture()[:20],
    "flod.png": flooding_png(),
    "skript.pdf": pdf(b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"),
    "bara_skript.pdf": pdf(b"/S /Rendition /JS(x)"),
    "skript_annanstans.pdf": pdf(b"/S /Rendition /J#53\n6 0 R"),
    "skript_efter_ord.pdf": pdf(b"/S /Rendition /JS %ord\n6 0 R"),
    "gomt.pdf": pdf(b"/OpenAction << /S /J#61vaScript >>"),
    "packat.pdf": pdf_with_packed(b"<< /S /Launch /F (cmd.exe) >>"),
    "trasig_packning.pdf": b"%PDF-1.7\n<< /Type /ObjStm >>\nstream\nnot packed\nendstream",
    "inbaddat.pdf": pdf(b"/Names << /EmbeddedFiles 5 0 R >>"),
    "makro.docx": office(word__vbaProject="x"),
    "makrotyp.docx": office(
        types=b"<Override ContentType='application/vnd.ms-word.document.macroEnabled.main+xml'/>"
    ),
    "inbaddat.docx": office(word__embeddings__oleObject1="x"),
    "activex.xlsx": office("xl/workbook.xml", xl__activeX__activeX1="x"),
    "ark_som_brev.docx": office("xl/workbook.xml"),
    "bomb.docx": office(word__bomb=b"0" * 30_000_000),
    "inte_zip.xlsx": b"PK\x03\x04 trasig",
    "binart.txt": b"abc\x00def",
    "halvt.txt": b"\xff\xfe\x00\xd8",
    "inget_mejl.eml": b"bara text",
    "skript_i_mejl.eml": mail("faktura.js"),
    "word.msg": _OLE + "WordDocument".encode("utf-16-le"),
    "makro.msg": outlook("_VBA_PROJECT"),
    "bild_som_heic.heic": picture(),
}
"""Name -> content that is not taken in."""
